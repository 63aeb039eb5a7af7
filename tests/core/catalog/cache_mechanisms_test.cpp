#include "tests/core/catalog/mechanism_runs.h"

/// What caches do with keys, capacity, time to live and the death of a node, seen in runs.
namespace cantilever::catalog::test_blocks {
namespace {

/// Of all its look-ups in a run.
double hitRatio(const sim::RunResult& run) {
  return static_cast<double>(run.caches.at(0).hits) / static_cast<double>(run.caches.at(0).lookups);
}

// --- CDN ---

/// 1,000 files, all asked for equally often, each once a second.
DesignBuilder filesBehindEdge() {
  return design()
      .requestClass("request", Access::Read, true)
      .block("users", "client_web")
      .param("round_trip", Law::constant(0_ms))
      .block("files", "delay")
      .param("delay", Law::constant(0_ms))
      .block("subject", "cdn")
      .param("contents", "keys")
      .param("edge_latency", Law::constant(0_ms))
      .param("miss_overhead", Law::constant(0_ms))
      .link("users", "subject")
      .latency(0_ms)
      .link("subject", "files")
      .latency(0_ms)
      .workload("users", 1000_rps)
      .classParam("request", "keys", 1000)
      .classParam("request", "key_exponent", 0.0);
}

// Of N files that are equally popular a full LRU cache of C holds any one with the probability C / N.
TEST(Cdn, HitsWhatItHasRoomFor) {
  const Design small =
      filesBehindEdge().param("capacity", 250).param("ttl", 0_s).param("warm_share", ratio(1));
  EXPECT_NEAR(hitRatio(runOf(small, 100_s)), 0.25, 0.01);
}

// With Poisson requests at the rate r and a life of T from the fill, hits are r T / (1 + r T) of all (Jung,
// Berger and Balakrishnan 2003, "Modeling TTL-based Internet caches", section III): 3 / 4 here.
TEST(Cdn, FetchesAgainWhatIsTooOld) {
  EXPECT_NEAR(hitRatio(runOf(filesBehindEdge().param("ttl", 3_s), 400_s)), 0.75, 0.01);
}

TEST(Cdn, FetchesEachFileOnceForEachPlace) {
  const auto fetchedFor = [](std::int64_t places) {
    const Design design = filesBehindEdge().param("ttl", 0_s).param("places", places);
    return poolOf(runOf(design, 60_s), "files").arrivals;
  };
  EXPECT_EQ(fetchedFor(1), 1000u);
  EXPECT_NEAR(static_cast<double>(fetchedFor(4)), 4000, 5) << "15 requests for each, on average";
}

// --- Redis cluster ---

/// An application that looks into Redis before it asks its database; 1,000 keys, each twice a second.
DesignBuilder lookingAside() {
  return design()
      .block("users", "client_web")
      .param("round_trip", Law::constant(0_ms))
      .block("app", "delay")
      .param("delay", Law::constant(0_ms))
      .block("db", "delay")
      .param("delay", Law::constant(0_ms))
      .block("subject", "redis_cluster")
      .param("contents", "keys")
      .param("shards", 4)
      .param("ttl", 0_s)
      .link("users", "app")
      .latency(0_ms)
      .link("app", "subject")
      .role(LinkRole::Lookup)
      .latency(0_ms)
      .link("app", "db")
      .role(LinkRole::OnMiss)
      .latency(0_ms)
      .workload("users", 2000_rps)
      .classParam("request", "keys", 1000)
      .classParam("request", "key_exponent", 0.0);
}

// 4 x 13.07 GiB x 0.75 have room for 411 entries of 102.4 MB, of 1,000 that are equally popular.
TEST(RedisCluster, HitsWhatItsMemoryHasRoomFor) {
  const sim::RunResult run = runOf(lookingAside().param("entry_size", bytes(102.4e6)), 100_s);
  EXPECT_NEAR(hitRatio(run), 0.411, 0.012);
  // What missed is asked of the database, and put there by a command of its own.
  EXPECT_NEAR(static_cast<double>(poolOf(run, "db").arrivals), 0.589 * 200'000, 0.012 * 200'000);
  EXPECT_NEAR(static_cast<double>(poolOf(run, "subject").arrivals),
              static_cast<double>(run.caches.at(0).lookups + poolOf(run, "db").arrivals), 2);
}

// As for the CDN: r = 2/s, T = 2 s.
TEST(RedisCluster, ForgetsWhatIsTooOld) {
  EXPECT_NEAR(hitRatio(runOf(lookingAside().param("ttl", 2_s), 200_s)), 0.8, 0.01);
}

// A shard is dead from 10 s to 11 s: a quarter of the requests goes to the database meanwhile. Without a copy
// its keys have to be fetched again afterwards, with one they are there.
TEST(RedisCluster, LosesTheKeysOfAShardThatHasNoCopy) {
  const auto askedWith = [](std::int64_t copies) {
    DesignBuilder builder =
        lookingAside().param("replicas_per_shard", copies).param("failover_time", Law::constant(1_s));
    builder.scenario("loss").at(10_s, Change::KillInstances, "subject", 1);
    if (copies == 0) {
      builder.at(11_s, Change::RestoreInstances, "subject", 1);
    }
    return static_cast<double>(poolOf(runOf(builder, 20_s, "loss"), "db").arrivals);
  };
  EXPECT_NEAR(askedWith(1), 1000 + 2000 / 4.0, 90);
  EXPECT_NEAR(askedWith(0) - askedWith(1), 1000 / 4.0, 60);
}

TEST(RedisCluster, ByRatioDrawsWhetherALookUpHits) {
  const Design design = lookingAside().param("contents", "ratio").param("hit_ratio", ratio(0.7));
  EXPECT_NEAR(Outcome(design).rate("app-db"), 600, 1e-9);
  EXPECT_NEAR(static_cast<double>(poolOf(runOf(design, 50_s), "db").arrivals), 30'000, 500);
}

// --- Timeline cache ---

// Readers go back 400 entries on average, by an exponential law: exp(-2) of them further than the 800 there
// are, exp(-1) further than 400. Six shards have room for 6 x 52.82 GiB x 0.75 = 255 of 288 GB of timelines.
TEST(TimelineCache, HasNoMoreThanItsCapToRead) {
  const auto askedElsewhere = [](std::int64_t entries, std::int64_t shards) {
    const Design design = test::design()
                              .block("users", "client_web")
                              .block("app", "delay")
                              .block("posts", "delay")
                              .block("subject", "timeline_cache")
                              .param("entries", entries)
                              .param("depth", 400)
                              .param("shards", shards)
                              .link("users", "app")
                              .link("app", "subject")
                              .role(LinkRole::Lookup)
                              .link("app", "posts")
                              .role(LinkRole::OnMiss)
                              .workload("users", 1000_rps);
    return static_cast<double>(poolOf(runOf(design, 100_s), "posts").arrivals) / 100'000;
  };
  EXPECT_NEAR(askedElsewhere(800, 100), std::exp(-2), 0.004);
  EXPECT_NEAR(askedElsewhere(400, 100), std::exp(-1), 0.005);
  const double inMemory = 6 * 52.82 * 0.75 * 1024 * 1024 * 1024 / (12e6 * 800 * 20 * 1.5);
  EXPECT_NEAR(askedElsewhere(800, 6), 1 - inMemory * (1 - std::exp(-2)), 0.005);
}

}  // namespace
}  // namespace cantilever::catalog::test_blocks
