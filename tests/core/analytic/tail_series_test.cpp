// Tails of laws that are known in closed form, from their transforms.
#include "core/analytic/tail_series.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace cantilever::analytic {
namespace {

using Complex = std::complex<double>;

struct KnownLaw {
  std::string name;
  std::function<Complex(Complex)> transform;
  std::function<double(double)> above;
  double longest;  // about which P(T > t) is 1 in 10,000
};

double erlangAbove(int stages, double rate, double t) {
  double term = std::exp(-rate * t);
  double sum = term;
  for (int n = 1; n < stages; ++n) {
    term *= rate * t / n;
    sum += term;
  }
  return sum;
}

std::vector<KnownLaw> knownLaws() {
  const auto exponential = [](double mean) { return [mean](Complex s) { return 1.0 / (1.0 + s * mean); }; };
  std::vector<KnownLaw> laws;
  laws.push_back({"exponential", exponential(1), [](double t) { return std::exp(-t); }, 9});
  for (const int stages : {3, 20, 100}) {
    laws.push_back({"Erlang of " + std::to_string(stages),
                    [stages](Complex s) { return std::pow(1.0 + s / static_cast<double>(stages), -stages); },
                    [stages](double t) { return erlangAbove(stages, stages, t); },
                    1 + 4 / std::sqrt(static_cast<double>(stages)) + 4.0 / stages});
  }
  // One in ten takes twenty times as long.
  laws.push_back({"hyperexponential",
                  [=](Complex s) { return 0.9 * exponential(1)(s) + 0.1 * exponential(20)(s); },
                  [](double t) { return 0.9 * std::exp(-t) + 0.1 * std::exp(-t / 20); }, 140});
  // One after the other, of different means.
  laws.push_back({"hypoexponential", [=](Complex s) { return exponential(1)(s) * exponential(3)(s); },
                  [](double t) { return (3 * std::exp(-t / 3) - std::exp(-t)) / 2; }, 30});
  return laws;
}

TailSeries seriesOf(const KnownLaw& law, double longest) {
  TailSeries::Transform transform;
  for (std::size_t k = 0; k < transform.size(); ++k) {
    transform[k] =
        law.transform({TailSeries::damping(longest), static_cast<double>(k) * TailSeries::spacing(longest)});
  }
  return TailSeries(longest, transform);
}

TEST(TailSeries, AreWithinWhatTheyPromise) {
  for (const KnownLaw& law : knownLaws()) {
    const TailSeries series = seriesOf(law, law.longest);
    int known = 0;
    for (double t = law.longest / 30; t < 1.2 * law.longest; t *= 1.05) {
      const std::optional<TailAt> found = series.at(t);
      if (found) {
        ++known;
        EXPECT_NEAR(found->above / law.above(t), 1, 2e-3) << law.name << " at " << t;
        const double density = (law.above(t * 0.9999) - law.above(t * 1.0001)) / (t * 2e-4);
        EXPECT_NEAR(found->density, density, 0.02 * density + 0.01 * law.above(t) / t)
            << law.name << " at " << t;
      }
      EXPECT_GE(series.mostAbove(t) * (1 + 1e-9), law.above(t) * (1 - 2e-3)) << law.name << " at " << t;
    }
    EXPECT_GT(known, 40) << law.name;  // of 74 times
    EXPECT_TRUE(series.at(law.longest / 2)) << law.name;
    EXPECT_FALSE(series.at(law.longest)) << law.name;
    EXPECT_FALSE(series.at(law.longest / 100)) << law.name;
  }
}

// Half of them take 1, the others 2 more: beside the jump the series oscillates, and says nothing that is
// wrong.
TEST(TailSeries, SayNothingBesideJumps) {
  const KnownLaw law = {
      "jump", [](Complex s) { return (0.5 + 0.5 * std::exp(-2.0 * s)) / (1.0 + 0.01 * s); },
      [](double t) { return 0.5 * std::exp(-t / 0.01) + (t < 2 ? 0.5 : 0.5 * std::exp(-(t - 2) / 0.01)); },
      4};
  const TailSeries series = seriesOf(law, law.longest);
  int known = 0;
  for (double t = 0.2; t < 3; t += 0.05) {
    const std::optional<TailAt> found = series.at(t);
    if (found) {
      ++known;
      EXPECT_NEAR(found->above, law.above(t), 0.02) << t;
    }
  }
  EXPECT_GT(known, 5);
  EXPECT_FALSE(series.at(2.0));
}

}  // namespace
}  // namespace cantilever::analytic
