#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/base/text.h"

namespace cantilever {
namespace {

using namespace cantilever::literals;

/// Mean of batch means with its 99.9 % half width: t(0.9995, 99) = 3.391.
struct BatchInterval {
  double centre = 0;
  double halfWidth = 0;
};

BatchInterval batchIntervalOf(const std::vector<double>& batches) {
  const auto n = static_cast<double>(batches.size());
  double sum = 0;
  for (const double batch : batches) {
    sum += batch;
  }
  const double mean = sum / n;
  double squares = 0;
  for (const double batch : batches) {
    squares += (batch - mean) * (batch - mean);
  }
  return {mean, 3.391 * std::sqrt(squares / (n - 1) / n)};
}

/// 100 batches of 5,000 draws; the squared coefficient of variation is taken about the true mean, so that
/// each batch is unbiased.
void expectMeanAndScv(const Law& law, std::uint64_t seed) {
  SCOPED_TRACE(format(law));
  constexpr int kBatches = 100;
  constexpr int kPerBatch = 5'000;
  const Sampler sampler(law);
  RandomStream random(seed);
  std::vector<double> means;
  std::vector<double> scvs;
  for (int batch = 0; batch < kBatches; ++batch) {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < kPerBatch; ++i) {
      const double x = sampler.draw(random) / law.mean;
      sum += x;
      squares += (x - 1) * (x - 1);
    }
    means.push_back(sum / kPerBatch);
    scvs.push_back(squares / kPerBatch);
  }
  const BatchInterval mean = batchIntervalOf(means);
  const BatchInterval scv = batchIntervalOf(scvs);
  EXPECT_LE(std::abs(mean.centre - 1), mean.halfWidth);
  EXPECT_LE(std::abs(scv.centre - law.scv()), scv.halfWidth);
}

TEST(Sampler, HasTheMeanAndVariationOfEveryLaw) {
  std::uint64_t seed = 100;
  for (const Law& law :
       {Law::exponential(8_ms), Law::erlang(8_ms, 1), Law::erlang(8_ms, 4), Law::lognormal(8_ms, 0.5),
        Law::lognormal(8_ms, 1.5), Law::uniform(8_ms, 0.5), Law::uniform(8_ms, 1),
        Law::hyperexponential(8_ms, 1), Law::hyperexponential(8_ms, 3), Law::gamma(8_ms, 0.4),
        Law::gamma(8_ms, 1), Law::gamma(8_ms, 1.8), Law::pareto(8_ms, 6),
        Law::empirical({{1_ms, 0.5}, {3_ms, 0.3}, {10_ms, 0.2}}), Law::empirical({{1_ms, 1}, {9_ms, 3}}),
        Law::quantiles({{1_ms, 0}, {20_ms, 0.99}, {90_ms, 1}}), Law::quantiles({{2_ms, 0}, {4_ms, 1}})}) {
    expectMeanAndScv(law, seed++);
  }
}

TEST(Sampler, DrawsConstantsWithoutUsingTheStream) {
  RandomStream random(1);
  const RandomStream before = random;
  EXPECT_EQ(Sampler(Law::constant(8_ms)).draw(random), 8_ms);
  EXPECT_EQ(random, before);
  EXPECT_EQ(Sampler().draw(random), Duration());
}

TEST(Sampler, KeepsUniformWithinItsLimits) {
  RandomStream random(2);
  const Sampler sampler(Law::uniform(8_ms, 0.25));
  for (int i = 0; i < 10'000; ++i) {
    const Duration draw = sampler.draw(random);
    EXPECT_GE(draw, 6_ms);
    EXPECT_LE(draw, 10_ms);
  }
}

TEST(Sampler, HasTheTailOfTheLognormal) {
  // P(X > exp(mu + 2 sigma)) = 1 - Phi(2) = 0.022750.
  const double cv = 1.5;
  const double sigma = std::sqrt(std::log(1 + cv * cv));
  const double limit_ns = 8e6 / std::sqrt(1 + cv * cv) * std::exp(2 * sigma);
  const Sampler sampler(Law::lognormal(8_ms, cv));
  RandomStream random(3);
  constexpr int kDraws = 400'000;
  int beyond = 0;
  for (int i = 0; i < kDraws; ++i) {
    beyond += static_cast<double>(sampler.drawNs(random)) > limit_ns ? 1 : 0;
  }
  constexpr double p = 0.022750;
  EXPECT_LT(std::abs(beyond - kDraws * p), 3.2905 * std::sqrt(kDraws * p * (1 - p)));
}

// P(X > x) = (m / x)^alpha with m = mean (alpha - 1) / alpha: here m = 2 ms and P(X > 20 ms) = 10^(-4/3).
TEST(Sampler, HasTheTailOfThePareto) {
  const Sampler sampler(Law::pareto(8_ms, 4.0 / 3.0));
  RandomStream random(7);
  constexpr int kDraws = 400'000;
  int beyond = 0;
  for (int i = 0; i < kDraws; ++i) {
    const Duration draw = sampler.draw(random);
    ASSERT_GE(draw, 2_ms);
    beyond += draw > 20_ms ? 1 : 0;
  }
  const double p = std::pow(10.0, -4.0 / 3.0);
  EXPECT_LT(std::abs(beyond - kDraws * p), 3.2905 * std::sqrt(kDraws * p * (1 - p)));
}

// Gamma with k = 1/2 and mean 1 is the square of a standard normal: P(X > 1) = P(|N| > 1) = 0.317311. With
// k = 4 it is Erlang: P(X > 1) = e^-4 (1 + 4 + 8 + 32/3) = 0.433470.
TEST(Sampler, HasTheTailOfTheGamma) {
  constexpr int kDraws = 400'000;
  std::uint64_t seed = 8;
  for (const auto& [cv, p] : {std::pair{std::sqrt(2.0), 0.317311}, std::pair{0.5, 0.433470}}) {
    const Sampler sampler(Law::gamma(8_ms, cv));
    RandomStream random(seed++);
    int beyond = 0;
    for (int i = 0; i < kDraws; ++i) {
      beyond += sampler.draw(random) > 8_ms ? 1 : 0;
    }
    EXPECT_LT(std::abs(beyond - kDraws * p), 3.2905 * std::sqrt(kDraws * p * (1 - p))) << cv;
  }
}

TEST(Sampler, RoundsToTheNearestNanosecond) {
  // Exponential of mean 1 ns: P(rounds to 0) = 1 - exp(-0.5); truncation would give 1 - exp(-1).
  const Sampler sampler(Law::exponential(1_ns));
  RandomStream random(4);
  constexpr int kDraws = 400'000;
  int zeros = 0;
  for (int i = 0; i < kDraws; ++i) {
    zeros += sampler.drawNs(random) == 0 ? 1 : 0;
  }
  const double p = -std::expm1(-0.5);
  EXPECT_LT(std::abs(zeros - kDraws * p), 3.2905 * std::sqrt(kDraws * p * (1 - p)));
}

TEST(Sampler, NeverGoesNegativeNorOverflows) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  RandomStream random(5);
  for (const Duration mean : {Duration(), 1_ns, Sampler::kLongestDraw, Duration::nanoseconds(-5),
                              Duration::nanoseconds(std::numeric_limits<std::int64_t>::max())}) {
    for (int kind = 0; kind <= static_cast<int>(Law::Kind::Pareto); ++kind) {
      for (const double shape : {-1.0, 0.0, 0.5, 1.0, 3.0, 1e9, 1e300, infinity, nan}) {
        const bool isSlow = kind == static_cast<int>(Law::Kind::Erlang) && shape > 1000;
        const Sampler sampler(Law{static_cast<Law::Kind>(kind), mean, shape});
        for (int i = 0; i < (isSlow ? 1 : 200); ++i) {
          const Duration draw = sampler.draw(random);
          ASSERT_GE(draw, Duration()) << kind << " " << shape;
          ASSERT_LE(draw, Sampler::kLongestDraw) << kind << " " << shape;
        }
      }
    }
  }
}

TEST(Sampler, DrawsTheSameBitsForEver) {
  std::uint64_t digest = 0;
  RandomStream random(6);
  for (const Law& law : {Law::exponential(8_ms), Law::erlang(8_ms, 3), Law::lognormal(8_ms, 1.5),
                         Law::uniform(8_ms, 0.5), Law::hyperexponential(8_ms, 3)}) {
    const Sampler sampler(law);
    for (int i = 0; i < 20'000; ++i) {
      digest = std::rotl(digest, 5) ^ static_cast<std::uint64_t>(sampler.drawNs(random));
    }
  }
  EXPECT_EQ(digest, 7581323477772820459u);
}

TEST(Sampler, TakesAGammaWithoutVariationAsConstant) {
  RandomStream random(9);
  EXPECT_EQ(Sampler(Law::gamma(8_ms, 0)).draw(random), 8_ms);
}

TEST(Law, SaysWhenItsVarianceIsInfinite) {
  EXPECT_DOUBLE_EQ(Law::pareto(8_ms, 2.5).scv(), 0.8);
  EXPECT_TRUE(std::isinf(Law::pareto(8_ms, 2).scv()));
  EXPECT_TRUE(std::isinf(Law::pareto(8_ms, 1.2).scv()));
}

// 0.5 x 1 + 0.3 x 3 + 0.2 x 10 = 3.4 ms, E[X^2] = 0.5 + 2.7 + 20 = 23.2 ms^2.
TEST(Law, KnowsTheMomentsOfValuesAndWeights) {
  const Law law = Law::empirical({{1_ms, 50}, {3_ms, 30}, {10_ms, 20}});
  EXPECT_EQ(law.mean, 3400_us);
  EXPECT_NEAR(law.scv(), 23.2 / (3.4 * 3.4) - 1, 1e-12);
  EXPECT_EQ(law.scaled(2), Law::empirical({{2_ms, 50}, {6_ms, 30}, {20_ms, 20}}));
  EXPECT_EQ(law.withMean(34_ms).mean, 34_ms);
  EXPECT_NEAR(law.withMean(34_ms).scv(), law.scv(), 1e-9);
}

// Halves uniform on [0, 2] and [2, 10]: mean (1 + 6) / 2, E[X^2] = (4/3 + (4 + 20 + 100)/3) / 2.
TEST(Law, KnowsTheMomentsOfQuantiles) {
  const Law law = Law::quantiles({{Duration(), 0}, {2_ms, 0.5}, {10_ms, 1}});
  EXPECT_EQ(law.mean, 3500_us);
  EXPECT_NEAR(law.scv(), (128.0 / 6) / (3.5 * 3.5) - 1, 1e-12);
  // E[X^3] = (2^4 / 8 + (10^4 - 2^4) / 32) / 2.
  EXPECT_NEAR(momentOfPoints(law, 3) * 1e-18, (2 + 312.0) / 2, 1e-9);
}

TEST(Sampler, DrawsEachValueAsOftenAsItsWeightSays) {
  const Sampler sampler(Law::empirical({{1_ms, 1}, {3_ms, 0}, {10_ms, 3}}));
  RandomStream random(11);
  constexpr int kDraws = 400'000;
  int small = 0;
  for (int i = 0; i < kDraws; ++i) {
    const Duration draw = sampler.draw(random);
    ASSERT_TRUE(draw == 1_ms || draw == 10_ms) << format(draw);
    small += draw == 1_ms ? 1 : 0;
  }
  EXPECT_LT(std::abs(small - kDraws * 0.25), 3.2905 * std::sqrt(kDraws * 0.25 * 0.75));
}

TEST(Sampler, DrawsQuantilesAtTheirShares) {
  const Sampler sampler(Law::quantiles({{1_ms, 0}, {20_ms, 0.9}, {90_ms, 1}}));
  RandomStream random(12);
  constexpr int kDraws = 400'000;
  int beyond = 0;
  int half = 0;
  for (int i = 0; i < kDraws; ++i) {
    const Duration draw = sampler.draw(random);
    ASSERT_GE(draw, 1_ms);
    ASSERT_LE(draw, 90_ms);
    beyond += draw > 20_ms ? 1 : 0;
    half += draw <= 10500_us ? 1 : 0;  // half way to the quantile of 90 %
  }
  EXPECT_LT(std::abs(beyond - kDraws * 0.1), 3.2905 * std::sqrt(kDraws * 0.1 * 0.9));
  EXPECT_LT(std::abs(half - kDraws * 0.45), 3.2905 * std::sqrt(kDraws * 0.45 * 0.55));
}

TEST(Law, ScalesItsMeanOnly) {
  EXPECT_EQ(Law::lognormal(8_ms, 1.5).scaled(2), Law::lognormal(16_ms, 1.5));
}

}  // namespace
}  // namespace cantilever
