#include "core/base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <set>
#include <string>
#include <vector>

#include "core/base/ziggurat.h"

namespace cantilever {
namespace {

using namespace cantilever::literals;

// All statistical tests have fixed seeds and a significance of 0.1 %: 3.0902 is the one-sided and 3.2905 the
// two-sided quantile of the normal law. The seeds were written down before the first run.
constexpr double kOneSided = 3.0902;
constexpr double kTwoSided = 3.2905;
constexpr int kDraws = 400'000;

/// The 99.9 % quantile of chi-square, by Wilson & Hilferty (1931).
double chiSquareLimit(double degrees) {
  const double k = 2.0 / (9.0 * degrees);
  return degrees * std::pow(1.0 - k + kOneSided * std::sqrt(k), 3);
}

/// Pearson's statistic of counts that should all be equal.
double chiSquareOfEqualBins(const std::vector<int>& counts) {
  double total = 0;
  for (const int count : counts) {
    total += count;
  }
  const double expected = total / static_cast<double>(counts.size());
  double sum = 0;
  for (const int count : counts) {
    sum += (count - expected) * (count - expected) / expected;
  }
  return sum;
}

/// Draws fall into equally likely bins when sent through their own distribution function `cdf`.
template <class Draw, class Cdf>
void expectLaw(Draw draw, Cdf cdf) {
  constexpr std::size_t kBins = 1000;
  std::vector<int> counts(kBins);
  for (int i = 0; i < kDraws; ++i) {
    const double p = cdf(draw());
    ++counts[std::min(kBins - 1, static_cast<std::size_t>(p * kBins))];
  }
  EXPECT_LT(chiSquareOfEqualBins(counts), chiSquareLimit(kBins - 1));
}

/// The number of draws for which `isHit` is binomial with probability p.
template <class IsHit>
void expectShare(IsHit isHit, double p, int draws) {
  int hits = 0;
  for (int i = 0; i < draws; ++i) {
    hits += isHit() ? 1 : 0;
  }
  const double z = (hits - draws * p) / std::sqrt(draws * p * (1 - p));
  EXPECT_LT(std::abs(z), kTwoSided) << hits << " of " << draws << " with probability " << p;
}

/// The mean of power(draw) is `moment`; its standard error comes from the theoretical variance.
template <class Draw>
void expectMoment(Draw draw, int power, double moment, double variance) {
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    sum += std::pow(draw(), power);
  }
  const double z = (sum / kDraws - moment) / std::sqrt(variance / kDraws);
  EXPECT_LT(std::abs(z), kTwoSided) << "moment " << power;
}

// --- The generator ---------------------------------------------------------------------------------------

TEST(SplitMix64, GivesTheKnownAnswers) {
  std::uint64_t state = 1234567;  // the vector of the Rosetta Code task "Pseudo-random numbers/Splitmix64"
  for (const std::uint64_t expected : {6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
                                       4593380528125082431u, 16408922859458223821u}) {
    EXPECT_EQ(splitmix64(state), expected);
  }
}

TEST(RandomStream, GivesTheKnownAnswersOfXoshiro256PlusPlus) {
  RandomStream random(std::array<std::uint64_t, 4>{1, 2, 3, 4});  // recomputed from the published C code
  for (const std::uint64_t expected :
       {std::uint64_t{41943041}, std::uint64_t{58720359}, 3588806011781223u, 3591011842654386u,
        9228616714210784205u, 9973669472204895162u, 14011001112246962877u, 12406186145184390807u,
        15849039046786891736u, 10450023813501588000u}) {
    EXPECT_EQ(random.next(), expected);
  }
}

TEST(RandomStream, IsSeededBySplitMix64) {
  EXPECT_EQ(RandomStream(1234567),
            RandomStream(std::array<std::uint64_t, 4>{6457827717110365317u, 3203168211198807973u,
                                                      9817491932198370423u, 4593380528125082431u}));
}

TEST(RandomStream, CopiesForkTheStream) {
  RandomStream a(5);
  a.next();
  RandomStream b = a;
  EXPECT_EQ(a.next(), b.next());
  a.next();
  EXPECT_NE(a, b);
}

TEST(HashText, IsFnv1aThenMixed) {
  // FNV-1a of "", "a" and "foobar" are published (af63dc4c8601ec8c for "a"); mixed by an independent script.
  EXPECT_EQ(hashText(""), 17665956581633026203u);
  EXPECT_EQ(hashText("a"), 198367012849983736u);
  EXPECT_EQ(hashText("foobar"), 4633546387131234498u);
}

// --- Streams by name -------------------------------------------------------------------------------------

TEST(NamedStream, HasTheSameFirstValuesForEver) {
  RandomStream random = RandomStream::named(1, 0, "orders-db", "service");  // by an independent script
  for (const std::uint64_t expected :
       {8057984516841246227u, 16518238849549801512u, 11463427370241553955u, 8350865467772435496u}) {
    EXPECT_EQ(random.next(), expected);
  }
}

TEST(NamedStream, DiffersInEveryPartOfTheName) {
  std::set<std::uint64_t> firsts;
  int streams = 0;
  for (const std::uint64_t seed : {0u, 1u, 2u}) {
    for (const std::uint32_t replication : {0u, 1u, 2u}) {
      for (const char* element : {"", "a", "b", "ab"}) {
        for (const char* purpose : {"", "a", "b", "ab"}) {
          firsts.insert(RandomStream::named(seed, replication, element, purpose).next());
          ++streams;
        }
      }
    }
  }
  EXPECT_EQ(firsts.size(), static_cast<std::size_t>(streams));
}

TEST(NamedStream, IsUncorrelatedWithItsNeighbours) {
  const auto correlation = [](RandomStream a, RandomStream b) {
    double sum = 0;
    for (int i = 0; i < kDraws; ++i) {
      sum += (a.uniform() - 0.5) * (b.uniform() - 0.5);
    }
    return sum / kDraws * 12.0;  // the variance of each is 1/12
  };
  const double limit = kTwoSided / std::sqrt(kDraws);
  const RandomStream base = RandomStream::named(1, 0, "app", "service");
  EXPECT_LT(std::abs(correlation(base, RandomStream::named(1, 0, "app", "arrivals"))), limit);
  EXPECT_LT(std::abs(correlation(base, RandomStream::named(1, 0, "app-2", "service"))), limit);
  EXPECT_LT(std::abs(correlation(base, RandomStream::named(1, 1, "app", "service"))), limit);
  EXPECT_LT(std::abs(correlation(base, RandomStream::named(2, 0, "app", "service"))), limit);
}

TEST(NamedStream, HasUniformFirstValuesOverManyNames) {
  int element = 0;
  expectLaw([&] { return RandomStream::named(7, 0, "block-" + std::to_string(element++), "s").uniform(); },
            [](double u) { return u; });
}

// --- Uniform ---------------------------------------------------------------------------------------------

TEST(Uniform, FillsTheUnitIntervalEvenly) {
  RandomStream random(11);
  expectLaw(
      [&] {
        const double u = random.uniform();
        EXPECT_TRUE(u >= 0 && u < 1);
        return u;
      },
      [](double u) { return u; });
}

TEST(Uniform, HasIndependentSuccessors) {
  RandomStream random(12);
  std::vector<int> counts(32 * 32);
  for (int i = 0; i < kDraws; ++i) {
    const auto a = static_cast<std::size_t>(random.uniform() * 32);
    const auto b = static_cast<std::size_t>(random.uniform() * 32);
    ++counts[a * 32 + b];
  }
  EXPECT_LT(chiSquareOfEqualBins(counts), chiSquareLimit(32 * 32 - 1));
}

TEST(Below, IsEvenlySpread) {
  RandomStream random(13);
  for (const std::uint32_t n : {2u, 7u, 1000u}) {
    std::vector<int> counts(n);
    for (int i = 0; i < kDraws; ++i) {
      ++counts[random.below(n)];
    }
    EXPECT_LT(chiSquareOfEqualBins(counts), chiSquareLimit(n - 1)) << n;
  }
}

TEST(Below, IsUnbiasedForLargeRanges) {
  // Without rejection, 3 * 2^30 of the 2^32 values would be hit once or twice: multiples of 3 twice as often.
  RandomStream random(14);
  constexpr std::uint32_t n = 3u << 30;
  expectShare([&] { return random.below(n) % 3 == 0; }, 1.0 / 3, kDraws);
  expectShare([&] { return random.below(n) < (1u << 30); }, 1.0 / 3, kDraws);
}

TEST(Below, OneIsAlwaysZero) {
  RandomStream random(15);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(random.below(1), 0u);
  }
}

TEST(Chance, HappensWithItsProbability) {
  RandomStream random(16);
  expectShare([&] { return random.chance(0.3); }, 0.3, kDraws);
  EXPECT_FALSE(random.chance(0));
  EXPECT_TRUE(random.chance(1));
}

// --- Exponential and normal ------------------------------------------------------------------------------

TEST(Ziggurat, LayersCloseAndHaveEqualAreas) {
  // Two conditions fix the tables: area = r f(r) + tail, and the topmost layer ends at height 1.
  const Ziggurat& exponential = exponentialZiggurat();
  const Ziggurat& normal = normalZiggurat();
  const double rE = exponential.tailStart;
  const double rN = normal.tailStart;
  const double normalTail = std::sqrt(std::numbers::pi / 2) * std::erfc(rN / std::numbers::sqrt2);
  const auto expectLayers = [](const Ziggurat& table, double area) {
    for (std::size_t i = 1; i < Ziggurat::kLayers; ++i) {
      EXPECT_NEAR(table.edge[i] * (table.height[i + 1] - table.height[i]), area, 1e-14) << i;
      EXPECT_LT(table.edge[i + 1], table.edge[i]);
    }
  };
  expectLayers(exponential, (rE + 1) * std::exp(-rE));
  expectLayers(normal, rN * std::exp(-0.5 * rN * rN) + normalTail);
}

TEST(Exponential, HasItsDistribution) {
  RandomStream random(21);
  expectLaw([&] { return random.exponential(); }, [](double x) { return -std::expm1(-x); });
}

TEST(Exponential, HasItsMoments) {
  RandomStream random(22);
  const auto draw = [&] { return random.exponential(); };
  expectMoment(draw, 1, 1, 1);  // E x^k = k!, Var x^k = (2k)! - (k!)^2
  expectMoment(draw, 2, 2, 20);
  expectMoment(draw, 3, 6, 720 - 36);
}

TEST(Exponential, HasItsTailAcrossTheTableEdge) {
  RandomStream random(23);
  for (const double x : {7.0, 7.7, 8.5, 10.0}) {  // the table ends at 7.697
    expectShare([&] { return random.exponential() > x; }, std::exp(-x), 1'000'000);
  }
}

TEST(Normal, HasItsDistribution) {
  RandomStream random(31);
  expectLaw([&] { return random.normal(); },
            [](double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); });
}

TEST(Normal, HasItsMoments) {
  RandomStream random(32);
  const auto draw = [&] { return random.normal(); };
  expectMoment(draw, 1, 0, 1);
  expectMoment(draw, 2, 1, 2);
  expectMoment(draw, 3, 0, 15);
  expectMoment(draw, 4, 3, 96);
}

TEST(Normal, HasBothTailsAcrossTheTableEdge) {
  RandomStream random(33);
  for (const double x : {3.0, 3.65, 4.0}) {  // the table ends at 3.654
    const double p = 0.5 * std::erfc(x / std::numbers::sqrt2);
    expectShare([&] { return random.normal() > x; }, p, 1'000'000);
    expectShare([&] { return random.normal() < -x; }, p, 1'000'000);
  }
}

}  // namespace
}  // namespace cantilever
