#include "core/vocabulary/hit_ratio.h"

#include <gtest/gtest.h>

#include <cmath>
#include <list>
#include <map>
#include <queue>
#include <random>
#include <unordered_map>

#include "core/vocabulary/cache_contents.h"
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

/// A least recently used cache by drawing what comes to it, one event after the other: look-ups and drops of
/// keys that are all alike, in seconds.
struct DrawnCache {
  std::size_t keys = 100;
  std::size_t capacity = 50;
  double lookUps = 1000;  ///< per second, of all keys
  double drops = 0;
  double timeToLive = INFINITY;
  double fetch = 0;

  double hitRatio() const {
    std::mt19937_64 random(1);
    std::exponential_distribution<double> gap(lookUps + drops);
    std::uniform_int_distribution<std::size_t> anyKey(0, keys - 1);
    std::bernoulli_distribution isDrop(drops / (lookUps + drops));
    std::list<std::size_t> order;  // the last used first
    std::unordered_map<std::size_t, std::pair<std::list<std::size_t>::iterator, double>> entries;
    std::queue<std::pair<double, std::size_t>> fetched;
    const auto take = [&](std::size_t key) {
      if (const auto at = entries.find(key); at != entries.end()) {
        order.erase(at->second.first);
        entries.erase(at);
      }
    };
    const auto fill = [&](double now, std::size_t key) {
      if (entries.contains(key) && entries.at(key).second > now) {
        return;
      }
      take(key);
      if (entries.size() >= capacity) {
        take(order.back());
      }
      order.push_front(key);
      entries[key] = {order.begin(), now + timeToLive};
    };
    double hits = 0;
    double asked = 0;
    double now = 0;
    for (int i = 0; i < 1'000'000; ++i) {
      now += gap(random);
      for (; !fetched.empty() && fetched.front().first <= now; fetched.pop()) {
        fill(fetched.front().first, fetched.front().second);
      }
      const std::size_t key = anyKey(random);
      if (isDrop(random)) {
        take(key);
        continue;
      }
      asked += i > 100'000 ? 1 : 0;
      const auto at = entries.find(key);
      if (at != entries.end() && at->second.second > now) {
        hits += i > 100'000 ? 1 : 0;
        order.splice(order.begin(), order, at->second.first);
      } else {
        fetched.emplace(now + fetch, key);
      }
    }
    return hits / asked;
  }

  double expected() const {
    Cache cache;
    cache.capacity = static_cast<std::uint32_t>(capacity);
    cache.timeToLive = std::isinf(timeToLive) ? Duration() : Duration::seconds(timeToLive);
    const auto all = static_cast<double>(keys);
    LookUps lookUp;
    lookUp.rate = {lookUps / all};
    return contentsOf(cache, {all}, {lookUp}, 0, {{0}, {drops / all}, {fetch, 0}}).hitRatio;
  }
};

/// Three rules that act at once: room, time and what is taken out; and fetches that take a while.
TEST(HitRatio, IsThatOfACacheByDrawing) {
  for (const double timeToLive : {0.05, 0.1, 0.3, 1.0, 1e9}) {
    for (const double drops : {0.0, 300.0}) {
      for (const double fetch : {0.0, 0.03}) {
        const DrawnCache cache{100, 50, 1000, drops, timeToLive, fetch};
        EXPECT_NEAR(cache.expected(), cache.hitRatio(), 0.01)
            << timeToLive << " s, " << drops << " drops a second, fetches of " << fetch << " s";
      }
    }
  }
}

/// With room for all: the last that happened to a key was a look-up (Poisson streams).
TEST(HitRatio, FallsByWhatIsTakenOut) {
  const DrawnCache cache{100, 1000, 400, 100};
  EXPECT_NEAR(cache.expected(), 0.8, 1e-12);
  EXPECT_NEAR(cache.hitRatio(), 0.8, 0.01);
}

/// Of one key at 500/s that lives for 30 s and is fetched in 200 ms: 101 misses each time.
TEST(HitRatio, FallsByFetches) {
  Cache cache;
  cache.timeToLive = 30_s;
  LookUps lookUps;
  lookUps.rate = {500};
  EXPECT_NEAR(contentsOf(cache, {1}, {lookUps}, 0, {{}, {}, {0.2, 0}}).hitRatio, 15'000.0 / 15'101, 1e-12);
  // One fetches, and on average 100 wait for it.
  cache.isSingleFlight = true;
  const Contents one = contentsOf(cache, {1}, {lookUps}, 0, {{}, {}, {0.2, 0}});
  EXPECT_NEAR(one.hitRatio, 15'000.0 / 15'101, 1e-12);
  EXPECT_NEAR(one.coalesced, 100.0 / 15'101, 1e-12);
}

/// The first of exponential fetches that begin at 500/s beside one: by adding up its hazard.
TEST(HitRatio, WaitsForTheFirstOfManyFetches) {
  const double rate = 500;
  const double mean = 1;
  double sum = 0;
  const double step = 1e-5;
  for (double t = step / 2; t < 1; t += step) {
    sum += step * std::exp(-t / mean - rate * (t - mean * -std::expm1(-t / mean)));
  }
  EXPECT_NEAR((Fetch{mean, 1}.untilFirst(rate)) / sum, 1, 1e-6);
  EXPECT_NEAR((Fetch{0.2, 0}.untilFirst(rate)), 0.2, 1e-12);
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

/// A cache, and how many instances have one of their own; 0: there is one for all.
struct Level {
  Cache cache;
  std::uint32_t instances = 0;
  bool isAside = false;  ///< it says that it has missed, and its caller asks the next level
  Balancing balancing = Balancing::Random;
};

Cache holding(std::uint32_t capacity, Eviction eviction = Eviction::LeastRecentlyUsed) {
  Cache cache;
  cache.capacity = capacity;
  cache.eviction = eviction;
  return cache;
}
Cache living(Duration timeToLive, Cache cache = {}) {
  cache.timeToLive = timeToLive;
  return cache;
}

/// Each level asks the one behind it for what it has not, and keeps it.
std::shared_ptr<const Plan> levelsOf(const std::vector<Level>& levels, Rate rate, std::uint32_t keys,
                                     double exponent) {
  using sim::test::ProgramWriter;
  sim::test::PlanBuilder builder;
  builder.keys(builder.requestClass("users"), keys, exponent);
  Index next = kNone;
  for (std::size_t i = levels.size(); i-- > 0;) {
    const Level& level = levels[i];
    const std::string name = "level-" + std::to_string(i);
    const Index at = builder.pool(
        name, sim::test::instances(std::max(1u, level.instances), sim::test::unlimitedServers()));
    Cache contents = level.cache;
    contents.pool = level.instances > 0 ? at : kNone;
    const Index cache = builder.cache(name, contents);
    const auto fetch = [&](ProgramWriter& miss) {
      if (next != kNone) {
        miss.call(next);
      }
      miss.fill(cache);
    };
    Link by;
    by.balancing = level.balancing;
    if (!level.isAside) {
      next = builder.link("to-" + name,
                          builder.program(name, at, [&](ProgramWriter& p) { p.lookUp(cache, fetch); }), by);
      continue;
    }
    const Index look = builder.link(
        "look-" + name,
        builder.program("look-" + name, at,
                        [&](ProgramWriter& p) {
                          p.lookUp(cache, [](ProgramWriter& miss) { miss.fail(Reason::CacheMiss); });
                        }),
        by);
    const Index fill = builder.link(
        "fill-" + name, builder.program("fill-" + name, at, [&](ProgramWriter& p) { p.fill(cache); }), by);
    const Index behind = next;
    next = builder.link("to-" + name, builder.program(name, kNone, [&](ProgramWriter& p) {
      p.callElse(look, [&](ProgramWriter& miss) {
        if (behind != kNone) {
          miss.call(behind);
        }
        miss.call(fill);
      });
    }));
  }
  builder.source("users", rate, [&](ProgramWriter& p) { p.call(next); });
  return builder.build();
}

/// What is expected of each level, beside a simulation of half a million look-ups.
void expectAsSimulated(const char* name, const std::vector<Level>& levels, double band = 0.01,
                       std::uint32_t keys = 20'000, double exponent = 0.8) {
  const auto plan = levelsOf(levels, 2000_rps, keys, exponent);
  const Result<Visits> expected = visits(*plan);
  ASSERT_TRUE(expected.ok());
  sim::RunConfig config;
  config.warmup = 100_s;
  config.duration = 350_s;
  const Result<sim::RunResult> run = sim::simulate(plan, config);
  ASSERT_TRUE(run.ok()) << run.error().message;
  for (std::size_t i = 0; i < levels.size(); ++i) {  // the last level is the first cache
    const sim::CacheResult& cache = run->caches[levels.size() - 1 - i];
    const double simulated = static_cast<double>(cache.hits) / static_cast<double>(cache.lookups);
    EXPECT_NEAR(expected->hitRatio[levels.size() - 1 - i], simulated, band) << name << ", level " << i;
  }
}

// Martina, Garetto and Leonardi (2014) find errors below a point.
TEST(CacheLevels, HitAsTheSimulatedOnesDo) {
  const Level small{holding(500)};
  expectAsSimulated("of one size", {small, {holding(500)}});
  expectAsSimulated("a larger one behind", {small, {holding(4000)}});
  expectAsSimulated("one of each instance", {{holding(500), 4}, {holding(4000)}});
  expectAsSimulated("three", {small, {holding(2000)}, {holding(8000)}});
  expectAsSimulated("aside", {{holding(500), 0, true}, {holding(4000), 0, true}});
}

TEST(CacheLevels, WithTimesToLive) {
  expectAsSimulated("of one age", {{living(10_s)}, {living(10_s)}});
  expectAsSimulated("an older one behind", {{living(10_s)}, {living(60_s)}});
  expectAsSimulated("of each instance", {{living(10_s), 4}, {living(10_s)}}, 0.02);
  expectAsSimulated("of each instance, an older one behind",
                    {{living(10_s), 4}, {living(60_s, holding(4000))}}, 0.015);
}

TEST(CacheLevels, OfOtherEvictions) {
  expectAsSimulated("first in", {{holding(500, Eviction::FirstIn)}, {holding(4000, Eviction::FirstIn)}});
  expectAsSimulated("random", {{holding(500, Eviction::Random), 2}, {holding(4000, Eviction::Random)}});
  expectAsSimulated("a random one behind", {{holding(500)}, {holding(4000, Eviction::Random)}});
  expectAsSimulated("least frequent first", {{holding(500, Eviction::LeastFrequentlyUsed)}, {holding(4000)}});
}

// Each shard has its keys alone: together they are one cache.
TEST(CacheLevels, OfShardsAreOneCache) {
  const Level shards{living(20_s, holding(500)), 4, false, Balancing::Owner};
  expectAsSimulated("shards", {shards}, 0.015);
  expectAsSimulated("shards behind",
                    {{holding(500), 4}, {holding(1000), 4, false, Balancing::ConsistentHash}}, 0.02);
}

}  // namespace
}  // namespace cantilever::plan
