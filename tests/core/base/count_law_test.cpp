#include "core/base/count_law.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cantilever {
namespace {

/// The mean of many draws, and what of them lies between two bounds.
CountMoments drawn(const CountLaw& law, std::uint32_t batch, std::uint32_t least, std::uint32_t most) {
  constexpr int kDraws = 200'000;
  const CountSampler sampler(law);
  RandomStream stream(7);
  CountMoments moments;
  for (int i = 0; i < kDraws; ++i) {
    const std::uint32_t n = sampler.draw(stream);
    if (n >= least && n <= most) {
      moments.probability += 1;
      moments.mean += n;
      moments.batches += (n + batch - 1) / batch;
    }
  }
  moments.mean /= moments.probability;
  moments.batches /= moments.probability;
  moments.probability /= kDraws;
  return moments;
}

TEST(CountLaw, HasTheMomentsOfItsDraws) {
  for (const CountLaw& law :
       {CountLaw::fixed(75), CountLaw::geometric(40), CountLaw::geometric(1), CountLaw::powerLaw(2.1, 500),
        CountLaw::powerLaw(1, 2000), CountLaw::powerLaw(0, 60)}) {
    for (const auto& [batch, least, most] :
         {std::tuple(1u, 1u, 1'000'000u), std::tuple(10u, 1u, 1'000'000u), std::tuple(7u, 1u, 80u)}) {
      const CountMoments exact = momentsOf(law, batch, least, most);
      const CountMoments seen = drawn(law, batch, least, most);
      EXPECT_NEAR(exact.probability, seen.probability, 0.006) << static_cast<int>(law.kind);
      EXPECT_NEAR(exact.mean, seen.mean, 0.02 * exact.mean) << static_cast<int>(law.kind);
      EXPECT_NEAR(exact.batches, seen.batches, 0.02 * exact.batches) << static_cast<int>(law.kind);
    }
  }
}

// Sums over P(k) proportional to k^-2.1, k = 1 .. 10^6, by adding up (compensated).
TEST(CountLaw, SumsLongTailsWithoutAddingThemUp) {
  const CountMoments followers = momentsOf(CountLaw::powerLaw(2.1, 1'000'000));
  EXPECT_NEAR(followers.mean, 5.17400192, 5e-9);
  EXPECT_NEAR(momentsOf(CountLaw::powerLaw(2.1, 1'000'000), 1, 1, 1).probability, 0.6409367706, 1e-10);
  EXPECT_NEAR(momentsOf(CountLaw::powerLaw(2.1, 1'000'000), 1, 2).probability, 1 - 0.6409367706, 1e-10);
}

/// By adding up.
CountMoments summed(const CountLaw& law, std::uint32_t batch, std::uint32_t least, std::uint32_t most) {
  CountMoments moments;
  double whole = 0;
  const std::uint32_t last = law.kind == CountLaw::Kind::PowerLaw ? law.most : 100'000;
  for (std::uint32_t n = last; n >= 1; --n) {
    const double weight =
        law.kind == CountLaw::Kind::PowerLaw ? std::pow(n, -law.exponent) : std::pow(1 - 1 / law.mean, n - 1);
    whole += weight;
    if (n >= least && n <= most) {
      moments.probability += weight;
      moments.mean += n * weight;
      moments.batches += std::ceil(static_cast<double>(n) / batch) * weight;
    }
  }
  moments.mean /= moments.probability;
  moments.batches /= moments.probability;
  moments.probability /= whole;
  return moments;
}

TEST(CountLaw, HasTheMomentsOfItsSum) {
  for (const CountLaw& law : {CountLaw::geometric(1), CountLaw::geometric(7), CountLaw::geometric(900),
                              CountLaw::powerLaw(2.1, 100'000), CountLaw::powerLaw(1, 30'000),
                              CountLaw::powerLaw(0, 5'000), CountLaw::powerLaw(3, 1)}) {
    for (const std::uint32_t batch : {1u, 2u, 10u, 999u, 1001u, 50'000u}) {
      for (const auto& [least, most] :
           {std::pair(1u, 4'000'000'000u), std::pair(1u, 1u), std::pair(1u, 1500u), std::pair(40u, 100'000u),
            std::pair(1200u, 4'500u)}) {
        const CountMoments exact = momentsOf(law, batch, least, most);
        const CountMoments sum = summed(law, batch, least, most);
        if (std::isnan(sum.mean) || sum.probability < 1e-9) {
          continue;  // nothing lies there
        }
        EXPECT_NEAR(exact.probability, sum.probability, 1e-9);
        EXPECT_NEAR(exact.mean, sum.mean, 1e-7 * sum.mean);
        EXPECT_NEAR(exact.batches, sum.batches, 1e-6 * sum.batches) << batch << " from " << least;
      }
    }
  }
}

TEST(CountLaw, OfWhatCannotBeIsNothing) {
  for (const CountLaw& law : {CountLaw::fixed(5), CountLaw::geometric(3), CountLaw::powerLaw(2, 9)}) {
    const CountMoments none = momentsOf(law, 1, 10, 9);
    EXPECT_EQ(none.probability, 0);
    EXPECT_EQ(none.mean, 0);
  }
}

}  // namespace
}  // namespace cantilever
