#include "core/base/zipf.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace cantilever::test {
namespace {

/// Shares of the ranks as the definition has them.
std::vector<double> zipfShares(std::uint32_t count, double exponent) {
  std::vector<double> shares(count);
  double sum = 0;
  for (std::uint32_t rank = 0; rank < count; ++rank) {
    sum += shares[rank] = std::pow(rank + 1.0, -exponent);
  }
  for (double& share : shares) {
    share /= sum;
  }
  return shares;
}

/// Pearson's statistic of 400,000 draws, in standard deviations of the chi-square law.
double chiSquareExcess(std::uint32_t count, double exponent) {
  constexpr int kDraws = 400'000;
  const ZipfSampler sampler(count, exponent);
  RandomStream stream(20261124);
  std::vector<int> seen(count, 0);
  for (int i = 0; i < kDraws; ++i) {
    ++seen.at(sampler.draw(stream));
  }
  const std::vector<double> shares = zipfShares(count, exponent);
  double statistic = 0;
  for (std::uint32_t rank = 0; rank < count; ++rank) {
    const double expected = shares[rank] * kDraws;
    statistic += (seen[rank] - expected) * (seen[rank] - expected) / expected;
  }
  const double freedom = count - 1.0;
  return (statistic - freedom) / std::sqrt(2 * freedom);
}

TEST(Zipf, FollowsItsLawForEveryExponent) {
  for (const double exponent : {0.0, 0.5, 0.99, 1.0, 1.0 + 1e-10, 1.2, 2.1, 3.0}) {
    EXPECT_LT(std::abs(chiSquareExcess(50, exponent)), 4) << exponent;
  }
}

TEST(Zipf, DrawsTheOnlyKeyOfOne) {
  const ZipfSampler sampler(1, 1.1);
  RandomStream stream(7);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(sampler.draw(stream), 0u);
  }
}

TEST(Zipf, HoldsTheShareOfTheHottestOfAHundredThousand) {
  // 1 / H(100000) for exponent 1: 0.0827 (harmonic number 12.09014...).
  const ZipfSampler sampler(100'000, 1.0);
  RandomStream stream(11);
  constexpr int kDraws = 1'000'000;
  int hottest = 0;
  for (int i = 0; i < kDraws; ++i) {
    hottest += sampler.draw(stream) == 0 ? 1 : 0;
  }
  const double share = 1 / 12.090146129863;
  const double deviation = std::sqrt(share * (1 - share) / kDraws);
  EXPECT_NEAR(static_cast<double>(hottest) / kDraws, share, 4 * deviation);
}

}  // namespace
}  // namespace cantilever::test
