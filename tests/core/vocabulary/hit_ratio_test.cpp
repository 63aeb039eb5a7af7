#include "core/vocabulary/hit_ratio.h"

#include <gtest/gtest.h>

#include "core/vocabulary/visits.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::plan {
namespace {

using namespace literals;

double ratioOf(std::uint32_t capacity, Eviction eviction, std::uint32_t keys, double exponent) {
  Cache cache;
  cache.capacity = capacity;
  cache.eviction = eviction;
  return expectedHitRatio(cache, {{{"keys", keys, exponent}, 1000}});
}

TEST(HitRatio, IsThatOfTheApproximationByCharacteristicTimes) {
  EXPECT_NEAR(ratioOf(4, Eviction::LeastRecentlyUsed, 12, 1), 0.5274982768, 1e-8);
  EXPECT_NEAR(ratioOf(1000, Eviction::LeastRecentlyUsed, 10'000, 0.8), 0.4366597222, 1e-5);
  EXPECT_NEAR(ratioOf(1000, Eviction::FirstIn, 10'000, 0.8), 0.3941791006, 1e-5);
  EXPECT_NEAR(ratioOf(1000, Eviction::Random, 10'000, 0.8), 0.3941791006, 1e-5);
  EXPECT_NEAR(ratioOf(1000, Eviction::LeastFrequentlyUsed, 10'000, 0.8), 0.5706175855, 1e-5);
  EXPECT_NEAR(ratioOf(100, Eviction::LeastRecentlyUsed, 100'000, 1.2), 0.6056718123, 1e-5);
}

TEST(HitRatio, FollowsTheTimeToLive) {
  Cache cache;
  cache.timeToLive = 60_s;
  EXPECT_NEAR(expectedHitRatio(cache, {{{"keys", 10'000, 1}, 1000}}), 0.9011591632, 1e-5);
  // One key at 2/s for 1 s.
  cache.timeToLive = 1_s;
  EXPECT_NEAR(expectedHitRatio(cache, {{{"one"}, 2}}), 2.0 / 3, 1e-12);
  cache.ttlFrom = Cache::TtlFrom::Touch;
  EXPECT_NEAR(expectedHitRatio(cache, {{{"one"}, 2}}), 1 - std::exp(-2), 1e-12);
}

TEST(HitRatio, OfWhatIsNeverAskedForIsZero) {
  EXPECT_EQ(expectedHitRatio({}, {}), 0);
  EXPECT_EQ(expectedHitRatio({}, {{{"keys"}, 0}}), 0);
  EXPECT_NEAR(ratioOf(Cache::kUnlimited, Eviction::LeastRecentlyUsed, 1'000'000'000, 0.9), 1, 1e-12);
}

// Four instances see a quarter of the look-ups each, and every level its own.
TEST(Visits, PassWhatCachesMissOn) {
  sim::test::PlanBuilder builder;
  builder.keys(builder.requestClass("users"), 10'000, 0.8);
  const Index at = builder.pool("edge", sim::test::instances(4, sim::test::unlimitedServers()));
  Cache contents;
  contents.pool = at;
  contents.timeToLive = 1_s;
  const Index cache = builder.cache("edge", contents);
  const Index origin = builder.station("origin", sim::test::servers(1), Law::constant(1_ms));
  const Index edge = builder.link("to-edge", builder.program("edge", at, [&](sim::test::ProgramWriter& p) {
    p.lookUp(cache, [&](sim::test::ProgramWriter& miss) { miss.call(origin).fill(cache); });
  }));
  builder.source("users", 1000_rps, [&](sim::test::ProgramWriter& p) { p.call(edge); });
  const Result<Visits> result = visits(*builder.build());
  ASSERT_TRUE(result.ok());
  const double ratio = expectedHitRatio(contents, {{{"keys", 10'000, 0.8}, 250}});
  EXPECT_GT(ratio, 0.1);
  EXPECT_NEAR(result->hitRatio[0], ratio, 1e-12);
  EXPECT_DOUBLE_EQ(result->cacheLookups[0][0], 1000);
  EXPECT_NEAR(result->totalLinkRate(origin), 1000 * (1 - ratio), 1e-6);
}

}  // namespace
}  // namespace cantilever::plan
