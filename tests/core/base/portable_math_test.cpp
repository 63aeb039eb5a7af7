#include "core/base/portable_math.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "core/base/random.h"

namespace cantilever {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Distance in units in the last place; both finite and of the same sign.
double ulpsBetween(double a, double b) {
  return std::abs(static_cast<double>(std::bit_cast<std::int64_t>(a) - std::bit_cast<std::int64_t>(b)));
}

TEST(PortableExp, IsWithinTwoUlpOfTheLibrary) {
  RandomStream random(1);
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double range = i % 2 == 0 ? 708.0 : 1.0;
    const double x = (2.0 * random.uniform() - 1.0) * range;
    worst = std::max(worst, ulpsBetween(portable::exp(x), std::exp(x)));
  }
  EXPECT_LE(worst, 2.0);
}

TEST(PortableExp, HandlesTheEnds) {
  EXPECT_EQ(portable::exp(0), 1.0);
  EXPECT_EQ(portable::exp(-0.0), 1.0);
  EXPECT_EQ(portable::exp(kInfinity), kInfinity);
  EXPECT_EQ(portable::exp(-kInfinity), 0.0);
  EXPECT_EQ(portable::exp(710), kInfinity);
  EXPECT_EQ(portable::exp(-746), 0.0);
  EXPECT_TRUE(std::isnan(portable::exp(std::nan(""))));
  EXPECT_LE(ulpsBetween(portable::exp(709.78), std::exp(709.78)), 2.0);
  EXPECT_LE(ulpsBetween(portable::exp(-708.5), std::exp(-708.5)), 2.0);  // just subnormal
  EXPECT_LE(ulpsBetween(portable::exp(-740), std::exp(-740)), 1.0);
  EXPECT_EQ(portable::exp(-745), std::numeric_limits<double>::denorm_min());
}

TEST(PortableLog, IsWithinTwoUlpOfTheLibrary) {
  RandomStream random(2);
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    // All magnitudes, and the neighbourhood of 1 where cancellation would show.
    const double x = i % 2 == 0
                         ? std::abs(std::bit_cast<double>(random.next() & 0x7fefffffffffffffu))
                         : 1.0 + (random.uniform() - 0.5) * std::pow(2.0, -static_cast<double>(i % 50));
    const double exact = std::log(x);
    if (exact == 0) {
      EXPECT_EQ(portable::log(x), 0.0);
      continue;
    }
    worst = std::max(worst, ulpsBetween(portable::log(x), exact));
  }
  EXPECT_LE(worst, 2.0);
}

TEST(PortableLog, HandlesTheEnds) {
  EXPECT_EQ(portable::log(1), 0.0);
  EXPECT_EQ(portable::log(0), -kInfinity);
  EXPECT_EQ(portable::log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(portable::log(-1)));
  EXPECT_TRUE(std::isnan(portable::log(std::nan(""))));
  const double smallest = std::numeric_limits<double>::denorm_min();
  EXPECT_LE(ulpsBetween(portable::log(smallest), std::log(smallest)), 1.0);
}

TEST(PortableSine, IsNearTheLibrarys) {
  constexpr double kPi = 3.141592653589793;
  RandomStream random(4);
  for (int i = 0; i < 10'000; ++i) {
    const double turns = 4 * random.uniform() - 2;
    EXPECT_NEAR(portable::sine(turns), std::sin(2 * kPi * turns), 5e-15);
  }
  EXPECT_EQ(portable::sine(0), 0.0);
  EXPECT_EQ(portable::sine(0.25), 1.0);
  EXPECT_EQ(portable::sine(0.5), 0.0);
  EXPECT_EQ(portable::sine(-0.25), -1.0);
}

TEST(PortableMath, GivesTheSameBitsForEver) {
  std::uint64_t digest = 0;
  RandomStream random(3);
  for (int i = 0; i < 10'000; ++i) {
    const double u = random.uniform();
    digest = std::rotl(digest, 5) ^ std::bit_cast<std::uint64_t>(portable::exp(40.0 * u - 20.0));
    digest = std::rotl(digest, 5) ^ std::bit_cast<std::uint64_t>(portable::log(u + 1e-9));
  }
  EXPECT_EQ(digest, 2574403664078391673u);
}

}  // namespace
}  // namespace cantilever
