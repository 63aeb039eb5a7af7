#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/sim/cache_store.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using plan::Cache;
using plan::Eviction;
using plan::Reason;
using Filled = CacheStore::Filled;
using Found = CacheStore::Found;

Cache cacheOf(std::uint32_t capacity, Eviction eviction = Eviction::LeastRecentlyUsed) {
  Cache cache;
  cache.capacity = capacity;
  cache.eviction = eviction;
  return cache;
}
Cache withTtl(Duration ttl, Cache::TtlFrom from, Cache cache = {}) {
  cache.timeToLive = ttl;
  cache.ttlFrom = from;
  return cache;
}
Cache singleFlight(Cache cache) {
  cache.isSingleFlight = true;
  return cache;
}
CacheStore storeOf(const Cache& cache) {
  return CacheStore(cache, RandomStream(1));
}

/// Shares of the keys 0 .. n-1.
std::vector<double> zipf(std::size_t n, double exponent) {
  std::vector<double> shares(n);
  double sum = 0;
  for (std::size_t k = 0; k < n; ++k) {
    sum += shares[k] = std::pow(static_cast<double>(k + 1), -exponent);
  }
  for (double& share : shares) {
    share /= sum;
  }
  return shares;
}

double hitRatio(const RunResult& run, std::size_t cache = 0) {
  return static_cast<double>(run.caches[cache].hits) / static_cast<double>(run.caches[cache].lookups);
}
std::function<double(const RunResult&)> hitRatioOf(std::size_t cache) {
  return [cache](const RunResult& run) { return hitRatio(run, cache); };
}

/// Requests of one class look up, and fill after `fetch`.
std::shared_ptr<const plan::Plan> readThrough(const Cache& cache, Rate rate, std::uint32_t keys,
                                              double exponent, const Law& fetch = {}) {
  PlanBuilder builder;
  const plan::Index users = builder.requestClass("users");
  builder.keys(users, keys, exponent);
  const plan::Index at = builder.cache("cache", cache);
  builder.source("users", rate, [&](ProgramWriter& p) {
    p.lookUp(at, [&](ProgramWriter& miss) {
      if (!fetch.isZero()) {
        miss.wait(fetch);
      }
      miss.fill(at);
    });
  });
  return builder.build();
}

TEST(CacheStore, EvictsTheLeastRecentlyUsed) {
  CacheStore store = storeOf(cacheOf(2));
  EXPECT_EQ(store.fill(1, 0), Filled::Added);
  EXPECT_EQ(store.fill(2, 0), Filled::Added);
  EXPECT_EQ(store.look(1, 0), Found::Hit);
  EXPECT_EQ(store.fill(3, 0), Filled::Replaced);
  EXPECT_EQ(store.look(2, 0), Found::Absent);
  EXPECT_EQ(store.look(1, 0), Found::Hit);
  EXPECT_EQ(store.size(), 2u);
}

TEST(CacheStore, EvictsTheFirstInWhateverIsUsed) {
  CacheStore store = storeOf(cacheOf(2, Eviction::FirstIn));
  store.fill(1, 0);
  store.fill(2, 0);
  EXPECT_EQ(store.look(1, 0), Found::Hit);
  EXPECT_EQ(store.fill(3, 0), Filled::Replaced);
  EXPECT_EQ(store.look(1, 0), Found::Absent);
  EXPECT_EQ(store.look(2, 0), Found::Hit);
}

TEST(CacheStore, KeepsTheMostFrequentlyUsedAndCountsWhatIsNotThere) {
  CacheStore store = storeOf(cacheOf(2, Eviction::LeastFrequentlyUsed));
  for (const std::uint64_t key : {1u, 1u, 1u, 2u, 2u}) {
    store.look(key, 0);
    store.fill(key, 0);
  }
  store.look(3, 0);
  EXPECT_EQ(store.fill(3, 0), Filled::Declined);
  store.look(3, 0);
  EXPECT_EQ(store.fill(3, 0), Filled::Declined) << "as often as the least, which stays";
  store.look(3, 0);
  EXPECT_EQ(store.fill(3, 0), Filled::Replaced);
  EXPECT_EQ(store.look(2, 0), Found::Absent);
  EXPECT_EQ(store.look(1, 0), Found::Hit);
}

TEST(CacheStore, CountsTheTimeToLiveFromFillOrTouch) {
  CacheStore fixed = storeOf(withTtl(10_ns, Cache::TtlFrom::Fill));
  CacheStore sliding = storeOf(withTtl(10_ns, Cache::TtlFrom::Touch));
  for (CacheStore* each : {&fixed, &sliding}) {
    each->fill(7, 0);
    EXPECT_EQ(each->look(7, 9), Found::Hit);
    EXPECT_EQ(each->fill(7, 9), Filled::Present) << "a fill of what is fresh does not renew it";
  }
  EXPECT_EQ(fixed.size(), 1u);
  EXPECT_EQ(fixed.look(7, 10), Found::Expired);
  EXPECT_EQ(fixed.size(), 0u);
  EXPECT_EQ(fixed.look(7, 10), Found::Absent);
  EXPECT_EQ(sliding.look(7, 18), Found::Hit);
  EXPECT_EQ(sliding.look(7, 28), Found::Expired);
}

// Against a plain list, under a mix of all operations.
TEST(CacheStore, AgreesWithASlowAndSimpleOne) {
  for (const Eviction eviction : {Eviction::LeastRecentlyUsed, Eviction::FirstIn}) {
    CacheStore store = storeOf(cacheOf(50, eviction));
    std::vector<std::uint64_t> list;  // the one that goes first in front
    RandomStream random(3);
    for (int i = 0; i < 20'000; ++i) {
      const std::uint64_t key = (std::uint64_t{random.below(2)} << 32) + random.below(100) * 1024;
      const auto at = std::find(list.begin(), list.end(), key);
      if (random.chance(0.1)) {
        ASSERT_EQ(store.drop(key), at != list.end());
        list.erase(at, at == list.end() ? at : at + 1);
        continue;
      }
      ASSERT_EQ(store.look(key, i) == Found::Hit, at != list.end());
      if (at == list.end()) {
        if (list.size() == 50) {
          list.erase(list.begin());
        }
        store.fill(key, i);
        list.push_back(key);
      } else if (eviction == Eviction::LeastRecentlyUsed) {
        std::rotate(at, at + 1, list.end());
      }
      ASSERT_EQ(store.size(), list.size());
    }
  }
}

// King 1971 (LRU) and Gelenbe 1973 (FIFO = RANDOM): 12 keys, Zipf 1, room for 4.
TEST(Cache, HasTheExactHitRatiosOfASmallOne) {
  const auto of = [](Eviction eviction) {
    return Replications(readThrough(cacheOf(4, eviction), 1000_rps, 12, 1), 100'000);
  };
  of(Eviction::LeastRecentlyUsed).expect("LRU", 0.5294594768, 0.005, hitRatioOf(0));
  of(Eviction::FirstIn).expect("FIFO", 0.4947902093, 0.005, hitRatioOf(0));
  of(Eviction::Random).expect("RANDOM", 0.4947902093, 0.006, hitRatioOf(0));
  const std::vector<double> shares = zipf(12, 1);
  const double most = std::accumulate(shares.begin(), shares.begin() + 4, 0.0);
  const Replications lfu = of(Eviction::LeastFrequentlyUsed);
  EXPECT_NEAR(lfu.estimate(hitRatioOf(0)).mean, most, 0.004) << "the four most popular, once they are known";
}

// Che, Tung and Wang 2002: 10,000 keys, Zipf 0.8, room for 1,000; the approximation is good to 0.001.
TEST(Cache, ComesCloseToTheApproximationOfALargeOne) {
  const Replications runs(readThrough(cacheOf(1000), 1000_rps, 10'000, 0.8), 50'000);
  const Estimate ratio = runs.estimate(hitRatioOf(0));
  EXPECT_NEAR(ratio.mean, 0.4366597222, ratio.halfWidth + 0.001);
  EXPECT_LT(ratio.halfWidth, 0.006);
  for (const RunResult& run : runs.results()) {
    EXPECT_EQ(run.caches[0].entries, 1000u);
    EXPECT_EQ(run.caches[0].fills, run.caches[0].evictions);
    EXPECT_EQ(run.caches[0].fills, run.caches[0].misses());
  }
}

// A key asked for at rate l: from fill l T / (1 + l T), from touch 1 - exp(-l T), by renewal.
TEST(Cache, WithATimeToLiveFollowsTheRenewalArgument) {
  const std::vector<double> shares = zipf(100, 1);
  double fixed = 0;
  double sliding = 0;
  for (const double share : shares) {
    const double asked = share * 1000 * 0.05;
    fixed += share * asked / (1 + asked);
    sliding += share * (1 - std::exp(-asked));
  }
  const auto runs = [](Cache::TtlFrom from) {
    return Replications(readThrough(withTtl(50_ms, from), 1000_rps, 100, 1), 40'000);
  };
  runs(Cache::TtlFrom::Fill).expect("from fill", fixed, 0.01, hitRatioOf(0));
  runs(Cache::TtlFrom::Touch).expect("from touch", sliding, 0.01, hitRatioOf(0));
}

// One key, 50/s, time to live 3 s, fetched in 2 s: the first miss and those of 2 s ask the origin.
TEST(Cache, StampedesUnlessOneFetchesForAll) {
  const Cache cache = withTtl(3_s, Cache::TtlFrom::Fill);
  const auto missesPerExpiry = [](const RunResult& run) {
    return static_cast<double>(run.caches[0].misses()) / static_cast<double>(run.caches[0].expirations);
  };
  const Replications stampede(readThrough(cache, 50_rps, 1, 0, Law::constant(2_s)), 25'000);
  stampede.expect("origin requests per expiry", 101, 0.03, missesPerExpiry);

  const Replications polite(readThrough(singleFlight(cache), 50_rps, 1, 0, Law::constant(2_s)), 25'000);
  polite.expect("waiting per expiry", 100, 0.03, [](const RunResult& run) {
    return static_cast<double>(run.caches[0].coalesced) / static_cast<double>(run.caches[0].expirations);
  });
  for (const RunResult& run : polite.results()) {
    EXPECT_NEAR(missesPerExpiry(run), 1, 2.0 / static_cast<double>(run.caches[0].expirations));
    EXPECT_EQ(run.classes[0].failedTotal(), 0u);
    EXPECT_EQ(run.latency.maxNs(), 2'000 * kMs) << "who waits is answered with the one that fetches";
  }
}

/// Requests at 100, 200 ... ms run `body`.
RunResult runEach100ms(PlanBuilder& builder, int count, const ProgramWriter::Body& body) {
  builder.source("users", 10_rps, body, ArrivalProcess::Deterministic);
  RunConfig config;
  config.warmup = Duration();
  config.duration = Duration::milliseconds(100 * count + 99);
  const Result<RunResult> result = simulate(builder.build(), config);
  EXPECT_TRUE(result.ok()) << (result ? "" : result.error().message);
  return result ? *result : RunResult{};
}

// The first fetches for 250 ms and fails; the two that came meanwhile fail with it, the fourth fetches anew.
TEST(Cache, ThoseWhoWaitShareTheFailureOfTheFetch) {
  PlanBuilder builder;
  const plan::Index cache = builder.cache("cache", singleFlight({}));
  const RunResult run = runEach100ms(builder, 4, [&](ProgramWriter& p) {
    p.lookUp(cache, [](ProgramWriter& miss) { miss.wait(Law::constant(250_ms)).fail(Reason::Injected); });
  });
  EXPECT_EQ(failures(run, Reason::Injected), 3u);
  EXPECT_EQ(run.caches[0].coalesced, 2u);
  EXPECT_EQ(run.caches[0].misses(), 2u);
  EXPECT_EQ(run.classes[0].unfinished, 1u);
}

// Without a fill at its end the others have missed and go on by themselves, together.
TEST(Cache, AFetchThatFillsNothingIsAMissForAll) {
  PlanBuilder builder;
  const plan::Index cache = builder.cache("cache", singleFlight({}));
  const RunResult run = runEach100ms(builder, 4, [&](ProgramWriter& p) {
    p.lookUp(cache, [](ProgramWriter& miss) { miss.wait(Law::constant(150_ms)); });
  });
  // 100 to 250; the second waits 50 and fetches 150: at 400; the third looks at 300 and fetches until 450,
  // for which the fourth waits.
  EXPECT_EQ(run.caches[0].coalesced, 2u);
  EXPECT_EQ(run.latency.count(), 3u);
  EXPECT_EQ(run.latency.maxNs(), 200 * kMs);
}

// The fill may come after the answer: the second phase still fetches for the others.
TEST(Cache, AFetchGoesOnAfterTheAnswer) {
  PlanBuilder builder;
  const plan::Index cache = builder.cache("cache", singleFlight({}));
  const plan::Index reader = builder.link("to-reader", builder.program("read", plan::kNone, [&](auto& p) {
    p.lookUp(cache, [&](ProgramWriter& miss) { miss.reply().wait(Law::constant(150_ms)).fill(cache); });
  }));
  const RunResult run = runEach100ms(builder, 2, [&](ProgramWriter& p) { p.call(reader); });
  EXPECT_EQ(run.caches[0].coalesced, 1u);
  EXPECT_EQ(run.latency.maxNs(), 50 * kMs);
}

// A request that waits for another's fetch can lose its caller, and go down with its instance.
TEST(Cache, AKillEndsFetchesAndEmptiesTheInstance) {
  PlanBuilder builder;
  plan::Pool pool = unlimitedServers();
  const plan::Index at = builder.pool("edge", pool);
  Cache contents = singleFlight({});
  contents.pool = at;
  const plan::Index cache = builder.cache("cache", contents);
  const plan::Index edge = builder.link("to-edge",
                                        builder.program("edge", at,
                                                        [&](ProgramWriter& p) {
                                                          p.lookUp(cache, [&](ProgramWriter& miss) {
                                                            miss.wait(Law::constant(150_ms)).fill(cache);
                                                          });
                                                        }),
                                        withTimeout(80_ms));
  builder.action(220_ms, Change::KillInstances, at, 1);
  builder.action(230_ms, Change::RestoreInstances, at, 1);
  builder.action(620_ms, Change::KillInstances, at, 1);
  builder.action(630_ms, Change::RestoreInstances, at, 1);
  const RunResult run = runEach100ms(builder, 8, [&](ProgramWriter& p) { p.call(edge); });
  // 100 fetches (its caller leaves at 180), 200 waits; both killed at 220. 300 fetches until 450, 400 waits
  // and hits then; 500 and 600 hit; after the kill 700 fetches until 850, 800 waits and hits.
  EXPECT_EQ(failures(run, Reason::TimedOut), 3u);
  EXPECT_EQ(failures(run, Reason::KilledInFlight), 1u);
  EXPECT_EQ(run.caches[0].misses(), 3u);
  EXPECT_EQ(run.caches[0].coalesced, 3u);
  EXPECT_EQ(run.caches[0].hits, 2u);
  EXPECT_EQ(run.classes[0].succeeded, 4u);
}

TEST(Cache, StartsWarmWithTheMostPopularKeys) {
  Cache cache = cacheOf(10);
  cache.warmShare = 0.5;
  const std::vector<double> shares = zipf(1000, 1);
  const std::shared_ptr<const plan::Plan> plan = [&] {
    PlanBuilder builder;
    builder.keys(builder.requestClass("users"), 1000, 1);
    const plan::Index at = builder.cache("cache", cache);
    builder.source("users", 1000_rps, [&](ProgramWriter& p) { p.lookUp(at, [](ProgramWriter&) {}); });
    return builder.build();
  }();
  const Replications runs(plan, 20'000);
  runs.expect("share of the first five keys", std::accumulate(shares.begin(), shares.begin() + 5, 0.0), 0.03,
              hitRatioOf(0));
  EXPECT_EQ(runs.results()[0].caches[0].entries, 5u);
}

// What the first level misses is what the second is asked for; behind it nothing is fetched twice at once.
TEST(Cache, LevelsPassTheirMissesOn) {
  PlanBuilder builder;
  builder.keys(builder.requestClass("users"), 1000, 0.8);
  const plan::Index at = builder.pool("edge", instances(4, unlimitedServers()));
  Cache contents = cacheOf(50);
  contents.pool = at;
  const plan::Index edge = builder.cache("edge", contents);
  const plan::Index shield = builder.cache("shield", singleFlight(cacheOf(200)));
  const plan::Index origin = builder.station("origin", unlimitedServers(), Law::constant(5_ms));
  const plan::Index toShield =
      builder.link("to-shield", builder.program("shield", plan::kNone, [&](ProgramWriter& p) {
        p.lookUp(shield, [&](ProgramWriter& miss) { miss.call(origin).fill(shield); });
      }));
  const plan::Index toEdge = builder.link("to-edge", builder.program("edge", at, [&](ProgramWriter& p) {
    p.lookUp(edge, [&](ProgramWriter& miss) { miss.call(toShield).fill(edge); });
  }));
  builder.source("users", 1000_rps, [&](ProgramWriter& p) { p.call(toEdge); });
  RunConfig config;
  config.warmup = Duration();
  config.duration = 20_s;
  const RunResult run = *simulate(builder.build(), config);
  EXPECT_EQ(run.caches[0].lookups, run.classes[0].offered);
  EXPECT_EQ(run.caches[1].lookups, run.caches[0].misses());
  EXPECT_EQ(run.links[0].calls, run.caches[1].misses());
  EXPECT_GT(run.caches[1].hits, 0u);
  EXPECT_GT(run.caches[1].coalesced, 0u);
  EXPECT_EQ(run.caches[0].entries, 200u);
  std::uint64_t lookups = 0;
  for (const Sample& sample : run.series) {
    lookups += sample.caches[0].lookups;
  }
  EXPECT_EQ(lookups, run.caches[0].lookups);
}

TEST(Cache, ADropLetsTheNextRequestMiss) {
  PlanBuilder builder;
  const plan::Index cache = builder.cache("cache", {});
  const RunResult run = runEach100ms(builder, 3, [&](ProgramWriter& p) {
    p.lookUp(cache, [&](ProgramWriter& miss) { miss.fill(cache); }).drop(cache);
  });
  EXPECT_EQ(run.caches[0].misses(), 3u);
  EXPECT_EQ(run.caches[0].drops, 3u);
  EXPECT_EQ(run.caches[0].entries, 0u);
}

TEST(CacheStore, AnEntryKeepsItsWriteUntilItGoes) {
  CacheStore store = storeOf(cacheOf(2));
  EXPECT_EQ(store.write(1, 7, 0), CacheStore::Filled::Added);
  const std::uint32_t mark = store.dirtyMark(1);
  store.write(1, 8, 0);
  EXPECT_EQ(store.dirtyMark(1), mark);  // one write that goes on, that of the last class
  store.fill(2, 0);
  EXPECT_EQ(store.dirty(), 1u);
  EXPECT_EQ(store.fill(3, 0), CacheStore::Filled::Replaced);
  EXPECT_EQ(store.dirty(), 0u);
  ASSERT_EQ(store.leaving().size(), 1u);
  EXPECT_EQ(store.leaving()[0].key, 1u);
  EXPECT_EQ(store.leaving()[0].requestClass, 8);
  store.leaving().clear();
  store.write(3, 1, 0);
  EXPECT_NE(store.dirtyMark(3), mark);
  store.cleanAll();
  EXPECT_EQ(store.dirty(), 0u);
  EXPECT_EQ(store.size(), 2u);
  EXPECT_EQ(store.leaving().size(), 1u);
}

TEST(CacheStore, ALargeEntryPutsOutSeveralAndATooLargeOneIsDeclined) {
  Cache cache;
  cache.capacityBytes = 1000;
  cache.entryBytes = 100;
  cache.entryVariation = 3;
  CacheStore store = storeOf(cache);
  std::uint32_t most = 0;
  int declined = 0;
  for (std::uint64_t key = 0; key < 10'000; ++key) {
    declined += store.fill(key, 0) == CacheStore::Filled::Declined ? 1 : 0;
    most = std::max(most, store.putOut());
    ASSERT_LE(store.bytes(), 1000u);
  }
  EXPECT_GT(most, 2u);
  EXPECT_GT(declined, 10);
}

// Entries of one size: the capacity in bytes is one in entries.
TEST(Cache, BytesOfEqualEntriesAreEntries) {
  Cache inBytes = cacheOf(Cache::kUnlimited);
  inBytes.entryBytes = 5;
  inBytes.capacityBytes = 5'004;
  RunConfig config;
  config.warmup = Duration();
  config.duration = 50_s;
  const RunResult bytes = *simulate(readThrough(inBytes, 1000_rps, 10'000, 0.8), config);
  const RunResult entries = *simulate(readThrough(cacheOf(1000), 1000_rps, 10'000, 0.8), config);
  EXPECT_EQ(bytes.caches[0].hits, entries.caches[0].hits);
  EXPECT_EQ(bytes.caches[0].bytes, 5'000u);
  EXPECT_EQ(bytes.digest, entries.digest);
}

// With sizes that do not depend on popularity Che's equation holds for bytes: sum s_i (1 - e^(-p_i t)) = C.
TEST(Cache, SizesOfEntriesDoNotChangeTheHitRatioOfAsManyBytes) {
  Cache cache = cacheOf(Cache::kUnlimited);
  cache.entryBytes = 1000;
  cache.entryVariation = 1;
  cache.capacityBytes = 1'000'000;
  const Replications runs(readThrough(cache, 1000_rps, 10'000, 0.8), 50'000);
  for (const RunResult& run : runs.results()) {
    EXPECT_NEAR(hitRatio(run), 0.43666, 0.02);  // CA-01, 1,000 entries
    EXPECT_GT(run.caches[0].bytes, 950'000u);
  }
}

// One key: the first write after one has gone on waits for d, those meanwhile are absorbed: one goes on every
// d + 1 / lambda on average (renewal theory).
TEST(Cache, WritesOfAKeyGoOnTogether) {
  PlanBuilder builder;
  Cache cache;
  cache.writeBackAfter = 100_ms;
  const plan::Index at = builder.cache("cache", cache);
  builder.raw().caches[0].writeBack = builder.station("db", unlimitedServers(), Law::constant(1_ms));
  builder.source("writers", 50_rps, [=](ProgramWriter& p) { p.fillWrite(at); });
  RunConfig config;
  config.warmup = Duration();
  config.duration = 2000_s;
  const RunResult run = *simulate(builder.build(), config);
  const CacheResult& of = run.caches[0];
  EXPECT_EQ(of.writes, run.classes[0].offered);
  EXPECT_EQ(of.writes, of.absorbed + of.writeBacks + of.dirty);
  EXPECT_NEAR(static_cast<double>(of.writeBacks), 2000 / 0.12, 0.02 * 2000 / 0.12);
  EXPECT_EQ(run.links[0].calls, of.writeBacks);
}

TEST(Cache, EvictedWritesGoOnAndThoseOfADeadInstanceAreLost) {
  PlanBuilder builder;
  const plan::Index writes = builder.requestClass("writes");
  builder.keys(writes, 1'000'000, 0);
  const plan::Index place = builder.pool("place", instances(2, unlimitedServers()));
  Cache cache = cacheOf(3);
  cache.pool = place;
  const plan::Index at = builder.cache("cache", cache);
  builder.raw().caches[0].writeBack = builder.station("db", unlimitedServers(), Law::constant(1_ms));
  const plan::Index put = builder.program("put", place, [=](ProgramWriter& p) { p.fillWrite(at); });
  const plan::Index way = builder.link("put", put, roundRobin());
  // Each of the two gets every second write and holds three; the first dies at 1,050 ms and comes back.
  builder.action(1050_ms, Change::KillInstances, place, 1);
  builder.action(1060_ms, Change::RestoreInstances, place, 1);
  builder.action(1550_ms, Change::SetInstances, place, 1);  // the second goes in good order
  const RunResult run = runEach100ms(builder, 18, [=](ProgramWriter& p) { p.call(way); });
  const CacheResult& of = run.caches[0];
  EXPECT_EQ(of.writes, 18u);
  EXPECT_EQ(of.absorbed, 0u);
  EXPECT_EQ(of.lostWrites, 3u);
  EXPECT_EQ(of.dirty, 3u);
  EXPECT_EQ(of.writeBacks, 12u);
  EXPECT_EQ(run.links[0].calls, 12u);
}

TEST(Cache, HitRatiosGrowWithTheAgeOfTheInstance) {
  PlanBuilder builder;
  const plan::Index users = builder.requestClass("users");
  builder.keys(users, 500, 0);
  const plan::Index place = builder.pool("place", instances(1, unlimitedServers()));
  Cache cache = cacheOf(500);
  cache.pool = place;
  const plan::Index at = builder.cache("cache", cache);
  const plan::Index get = builder.program(
      "get", place, [=](ProgramWriter& p) { p.lookUp(at, [=](ProgramWriter& miss) { miss.fill(at); }); });
  const plan::Index way = builder.link("get", get);
  builder.source("users", 100_rps, [=](ProgramWriter& p) { p.call(way); });
  builder.action(20_s, Change::KillInstances, place, 1);
  builder.action(20_s, Change::RestoreInstances, place, 1);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 40_s;
  const RunResult run = *simulate(builder.build(), config);
  const CacheResult& of = run.caches[0];
  // At rate l a key of n is there after the time t with the probability 1 - e^(-l t / n).
  ASSERT_GE(of.byAge.size(), 4u);
  std::uint64_t lookups = 0;
  for (const CacheResult::OfAge& age : of.byAge) {
    const double from = static_cast<double>(age.fromNs) / 1e9 / 5;
    const double to = std::min((2 * from * 5 + 1) / 5, 4.0);
    const double expected = 1 - (std::exp(-from) - std::exp(-to)) / (to - from);
    EXPECT_NEAR(static_cast<double>(age.hits) / static_cast<double>(age.lookups), expected, 0.06) << from;
    lookups += age.lookups;
  }
  EXPECT_EQ(lookups, of.lookups);
}

}  // namespace
}  // namespace cantilever::sim
