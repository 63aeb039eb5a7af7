// Attempts, buckets, breakers, availability, small caches (reference cases RS-nn, CA-nn).
#include <gtest/gtest.h>

#include <cmath>

#include "core/analytic/availability.h"
#include "core/analytic/contents.h"
#include "core/analytic/limits.h"
#include "core/analytic/token_bucket.h"
#include "core/base/count_law.h"
#include "core/vocabulary/hit_ratio.h"
#include "tests/core/analytic/tolerance.h"

namespace cantilever::analytic {
namespace {

// RS-01, RS-02, RS-18.
TEST(Limits, CountsAttempts) {
  EXPECT_NEAR(attemptsOf(0.1, 3).mean, 1.11, 1e-12);
  EXPECT_NEAR(attemptsOf(0.1, 3).success, 0.999, 1e-12);
  EXPECT_NEAR(attemptsOf(0.5, 4).mean, 1.875, 1e-12);
  EXPECT_NEAR(attemptsOf(0.5, 4).success, 0.9375, 1e-12);
  EXPECT_EQ(std::pow(attemptsOf(1, 3).mean, 5), 243);
  EXPECT_NEAR(meanBackoff(0.1, 2, 6, true), 2.55, 1e-12);
}

// RS-05.
TEST(Limits, FillsBuckets) {
  const double refused = refusedByBucket(1200, 1000, 10);
  EXPECT_NEAR(refused / 0.1709107685, 1, kReference);
  EXPECT_NEAR(1200 * (1 - refused) / 994.9070778, 1, kReference);
  // A depth of 1 is M/D/1/1: rho / (1 + rho).
  EXPECT_NEAR(refusedByBucket(500, 1000, 1), 1.0 / 3, 1e-12);
  // Beyond the reach of the sum: its three branches meet it.
  for (const double rho : {0.8, 0.95, 1.0, 1.05, 1.5}) {
    EXPECT_NEAR(refusedByBucket(rho, 1, 22.0001) / refusedByBucket(rho, 1, 22), 1, 1e-4) << rho;
  }
  EXPECT_NEAR(refusedByBucket(2, 1, 1e6), 0.5, 1e-9);
  EXPECT_NEAR(refusedByBucket(50, 1, 17), 0.98, 1e-9);
  EXPECT_NEAR(refusedByBucket(1e6, 1, 20), 1 - 1e-6, 1e-9);
  EXPECT_NEAR(refusedByBucket(0.5, 1, 1e6), 0, 1e-12);
}

// Of one size as by the closed form, however deep the bucket: with and without its middle by an exponential.
TEST(Limits, RefusesTakesOfSeveral) {
  for (const double units : {1.0, 7.0}) {
    for (const double rho : {0.3, 0.8, 0.95, 1.0, 1.05, 3.0, 50.0}) {
      for (const double depth : {1.0, 1.5, 4.0, 17.0, 19.0, 40.0, 300.0}) {
        const double expected = refusedByBucket(rho, 1, depth);
        const double refused = refusedByTakes({{rho / 2, units}, {rho / 2, units}}, units, depth * units)[1];
        EXPECT_NEAR(refused, expected, 1e-3 * expected + 1e-12) << rho << " of " << depth << " by " << units;
      }
    }
  }
  EXPECT_EQ(refusedByTakes({{1, 3}, {1, 1}}, 10, 2)[0], 1);
  EXPECT_NEAR(refusedByTakes({{1, 3}, {1, 1}}, 10, 2)[1], refusedByBucket(1, 10, 2), 1e-4);
}

// A bucket of one token, of which some take half: what is missing solves F' = a + b F up to a half, and
// F' = a + b (F(1/2) - F(x - 1/2)) beyond.
TEST(Limits, RefusesThoseWhoTakeMoreMoreOften) {
  for (const double whole : {0.1, 0.4, 2.0}) {
    for (const double half : {0.2, 1.0, 3.0}) {
      const double atHalf = (1 + whole / half) * std::exp(half / 2) - whole / half;
      const double below = (1 + whole / half) * std::expm1(half / 2) / half - whole / half / 2;
      const double all = atHalf + whole / 2 + half * (atHalf / 2 - below);
      const std::vector<double> refused = refusedByTakes({{whole, 1}, {half, 0.5}}, 1, 1);
      EXPECT_NEAR(refused[0], 1 - 1 / all, 1e-4) << whole << ", " << half;
      EXPECT_NEAR(refused[1], 1 - atHalf / all, 1e-4) << whole << ", " << half;
    }
  }
}

// What is let through of a deep bucket that is asked for too much is what is filled in.
TEST(Limits, SpendsWhatIsFilledIn) {
  const std::vector<BucketTakes> takes = {{50, 1}, {20, 2.5}, {3, 40}};
  const std::vector<double> refused = refusedByTakes(takes, 150, 1e5);
  double spent = 0;
  for (std::size_t i = 0; i < takes.size(); ++i) {
    spent += takes[i].rate * takes[i].units * (1 - refused[i]);
  }
  EXPECT_NEAR(spent / 150, 1, 1e-3);
  EXPECT_LT(refused[0], refused[1]);
  EXPECT_LT(refused[1], refused[2]);
}

// RS-07.
TEST(Limits, OpensBreakers) {
  const BreakerFigures figures = breaker(100, 0.5, 5, 10);
  EXPECT_NEAR(figures.rejected / 0.9689922481, 1, kReference);
  EXPECT_NEAR(figures.open / 0.9689922481, 1, kReference);
  EXPECT_NEAR((1 - figures.rejected) * 0.5 / 0.01550387597, 1, kReference);
  EXPECT_EQ(breaker(100, 0, 5, 10).rejected, 0);
  EXPECT_NEAR(breaker(100, 1, 5, 10).rejected, 1000.0 / 1001, 1e-9);
}

// RS-09, RS-11, RS-12.
TEST(Availability, OfSeriesAndSpares) {
  const double unit = unavailability(1000, 4);
  EXPECT_NEAR(1 - unit, 0.9960159363, 1e-9);
  const double app = unavailabilityOfSome(3, 2, unit);
  EXPECT_NEAR(1 - app, 0.9999525082, 1e-9);
  const double pair = unavailabilityOfSome(2, 1, unit);
  const double all = unavailabilityOfSeries({pair, app, pair});
  EXPECT_NEAR(1 - all, 0.9999207644, 1e-9);
  EXPECT_NEAR(all * 8760 * 60 / 41.64622286, 1, kReference);
  EXPECT_NEAR(1 - unavailabilityOfSeries(std::vector<double>(30, 0.001)), 0.9704309673, 1e-9);
  EXPECT_NEAR(1 - unavailabilityOfSeries(std::vector<double>(100, 0.001)), 0.9047921471, 1e-9);
  const double three = unavailabilityOfSeries(std::vector<double>(3, 1e-4));
  EXPECT_NEAR(1 - three, 0.99970003, 1e-8);
  EXPECT_NEAR(three * 365.25 * 86400 / 9466.333304, 1, kReference);
  EXPECT_NEAR(unavailabilityOfSome(2, 1, 0.01), 1e-4, 1e-12);
}

TEST(Availability, KeepsTheDigitsOfSmallNumbers) {
  EXPECT_NEAR(unavailabilityOfSome(5, 1, 1e-6) / 1e-30, 1, 1e-9);
  EXPECT_NEAR(unavailabilityOfSeries({1e-20, 2e-20}) / 3e-20, 1, 1e-9);
}

/// As many crews as units: everyone has a repair of their own. One crew: both down is 2 rho^2 / (1 + 2 rho +
/// 2 rho^2).
TEST(Availability, OfCrews) {
  const double unit = unavailability(1000, 4);
  EXPECT_NEAR(unavailabilityWithCrews(3, 2, 1000, 4, 0) / unavailabilityOfSome(3, 2, unit), 1, 1e-9);
  EXPECT_NEAR(unavailabilityWithCrews(3, 2, 1000, 4, 3) / unavailabilityOfSome(3, 2, unit), 1, 1e-9);
  const double r = 0.004;
  EXPECT_NEAR(unavailabilityWithCrews(2, 1, 1000, 4, 1) / (2 * r * r / (1 + 2 * r + 2 * r * r)), 1, 1e-9);
}

TEST(Availability, OfCommonCausesZonesAndFailover) {
  EXPECT_NEAR(unavailabilityWithCommonCause(2, 1, 0.01, 0), 1e-4, 1e-12);
  EXPECT_NEAR(unavailabilityWithCommonCause(2, 1, 0.01, 1), 0.01, 1e-12);
  // Three zones of two, any four needed, zones that never fail: four of six.
  EXPECT_NEAR(unavailabilityOverZones(3, 2, 4, 0.01, 0) / unavailabilityOfSome(6, 4, 0.01), 1, 1e-9);
  // Perfect units: two of three zones.
  EXPECT_NEAR(unavailabilityOverZones(3, 2, 4, 0, 0.001) / unavailabilityOfSome(3, 2, 0.001), 1, 1e-9);
  // An instant failover that always works: down only while both are, one repair at a time and the spare
  // failing like the primary: f^2 / (r^2 + f r + f^2).
  const double f = 1 / 1000.0;
  const double r = 1 / 4.0;
  EXPECT_NEAR(unavailabilityWithFailover(1000, 4, 1e-9, 1) / (f * f / (r * r + f * r + f * f)), 1, 1e-6);
  // One that never works: as if there were no standby, but that its repair brings back only one.
  EXPECT_GT(unavailabilityWithFailover(1000, 4, 0.01, 0), unavailability(1000, 4) * 0.9);
}

// CA-04 (King 1971).
TEST(Contents, OfSmallCachesExactly) {
  const std::vector<double> shares = zipfShares(12, 1);
  EXPECT_NEAR(exactHitRatioOfLru(shares, 4) / 0.5294594768, 1, kReference);
  EXPECT_NEAR(exactHitRatioOfFifo(shares, 4) / 0.4947902093, 1, kReference);
  EXPECT_EQ(exactHitRatioOfLru(shares, 12), 1);
}

// CA-10.
TEST(Contents, Stampede) {
  const Stampede herd = stampede(500, 30, 0.2, false);
  EXPECT_NEAR(herd.fetchesPerExpiry, 101, 1e-9);
  EXPECT_NEAR(herd.hitRatio, 0.9933117012, 1e-9);
  EXPECT_EQ(stampede(500, 30, 0.2, true).fetchesPerExpiry, 1);
}

plan::Cache cacheOf(std::uint32_t capacity, plan::Eviction eviction) {
  plan::Cache cache;
  cache.capacity = capacity;
  cache.eviction = eviction;
  return cache;
}

// CA-01, CA-03, CA-06: the vocabulary's own formula.
TEST(Contents, OfLargeCachesByTheirCharacteristicTime) {
  using plan::Eviction;
  const std::vector<plan::KeyLoad> keys = {{{"keys", 10'000, 0.8}, 1000}};
  EXPECT_NEAR(plan::expectedHitRatio(cacheOf(1000, Eviction::LeastRecentlyUsed), keys) / 0.4366597222, 1,
              2e-5);
  EXPECT_NEAR(plan::expectedHitRatio(cacheOf(1000, Eviction::FirstIn), keys) / 0.3941791006, 1, 2e-5);
  EXPECT_NEAR(plan::expectedHitRatio(cacheOf(1000, Eviction::LeastFrequentlyUsed), keys) / 0.5706175855, 1,
              2e-5);
  EXPECT_NEAR(
      plan::expectedHitRatio(cacheOf(100, Eviction::LeastRecentlyUsed), {{{"keys", 100'000, 1.2}, 1000}}) /
          0.6056718123,
      1, 2e-5);
  plan::Cache expiring = cacheOf(plan::Cache::kUnlimited, Eviction::LeastRecentlyUsed);
  expiring.timeToLive = Duration::seconds(60);
  EXPECT_NEAR(plan::expectedHitRatio(expiring, {{{"keys", 10'000, 1.0}, 1000}}) / 0.9011591632, 1, 2e-5);
  EXPECT_NEAR(characteristicTimeOfLru(zipfShares(10'000, 0.8), 1000) / 1472.479532, 1, kReference);
}

// A second level of the same size as the first sees only what the first has forgotten.
TEST(Contents, OfTwoLevels) {
  const std::vector<double> shares = zipfShares(1000, 1);
  const double time1 = characteristicTimeOfLru(shares, 50);
  EXPECT_EQ(secondLevelHitRatio(shares, time1, time1), 0);
  EXPECT_GT(secondLevelHitRatio(shares, time1, 10 * time1), secondLevelHitRatio(shares, time1, 2 * time1));
}

// SO-02 (a truncated power law), ST-10 (the hottest key).
TEST(Contents, OfSkewedKeys) {
  EXPECT_NEAR(momentsOf(CountLaw::powerLaw(2.1, 1'000'000)).mean / 5.17400192, 1, kReference);
  EXPECT_NEAR(momentsOf(CountLaw::powerLaw(2.1, 1'000'000), 1, 1, 1).probability / 0.6409367706, 1,
              kReference);
  const double hottest = zipfShares(100'000, 1)[0];
  EXPECT_NEAR(hottest / 0.08271198621, 1, kReference);
  EXPECT_NEAR(1000 / hottest / 12090.14613, 1, kReference);
}

}  // namespace
}  // namespace cantilever::analytic
