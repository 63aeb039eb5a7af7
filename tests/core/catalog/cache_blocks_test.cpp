#include "tests/core/catalog/block_outcome.h"

#include <gmock/gmock.h>

#include <cmath>

/// What a request meets in the cache blocks: the mechanism, not the label.
namespace cantilever::catalog::test_blocks {
namespace {

// Redis.

TEST(Redis, ExecutesCommandsOnOneThreadPerShard) {
  const Outcome outcome(calling("redis_cluster", 90'000_rps).param("shards", 2));
  EXPECT_EQ(outcome.pool("subject").instances, 2u);
  EXPECT_EQ(outcome.pool("subject").servers, 1u);
  EXPECT_NEAR(outcome.work("subject"), 90'000 * 11e-6, 1e-6);
}

TEST(Redis, ReadsOrWritesSessionsHalfAndHalf) {
  const Outcome outcome(calling("redis_cluster", 1000_rps)
                            .block("app", "app_server")
                            .link("users", "subject")
                            .operation("session"));
  EXPECT_NEAR(outcome.work("subject"), 1000 * 11e-6 + 1000 * 12e-6, 1e-9);
}

TEST(Redis, IsBilledForEveryCopyOfEveryShard) {
  const Design nodes = calling("redis_cluster", 1_rps).param("shards", 4).param("replicas_per_shard", 2);
  const Block& block = *nodes.blocks.find(BlockId("subject"));
  const BlockType& type = *Catalog::builtIn().find("redis_cluster");
  EXPECT_DOUBLE_EQ(type.usage(block, {}).front().amount, 12 * 730);
  EXPECT_EQ(type.deploy(block).instances, 12);
}

// What is made of Redis.

TEST(SessionStore, ReadsAndSometimesWritesBack) {
  EXPECT_NEAR(Outcome(calling("session_store", 1000_rps)).work("subject"), 1000 * (11e-6 + 0.2 * 13e-6),
              1e-9);
}

TEST(SessionStore, RemarksOnSessionsThatDoNotFit) {
  // One cache.r6g.large has 13.07 GiB x 0.75 for data: 10.5 GB, five million sessions of 2.1 KB.
  EXPECT_FALSE(
      Outcome(calling("session_store", 1_rps).param("sessions", 4'900'000)).isRemarkedOn("memory.too_small"));
  EXPECT_TRUE(
      Outcome(calling("session_store", 1_rps).param("sessions", 5'100'000)).isRemarkedOn("memory.too_small"));
}

TEST(SessionStore, HasEqualShardsForEqualKeys) {
  const Design keyed = calling("session_store", 4000_rps)
                           .param("shards", 4)
                           .param("get_time", Law::constant(100_us))
                           .param("write_share", ratio(0))
                           .classParam("request", "keys", 100'000)
                           .classParam("request", "key_exponent", 0.0);
  const sim::RunResult run = Outcome(keyed).run(20_s);
  for (const double utilisation : poolOf(run, "subject").instanceUtilisation) {
    EXPECT_NEAR(utilisation, 0.1, 0.015);
  }
}

TEST(TimelineCache, ReadsAPageByItsEntriesAndPushesForEachReceiver) {
  EXPECT_NEAR(Outcome(calling("timeline_cache", 1000_rps)).work("subject"), 1000 * (10e-6 + 100 * 200e-9),
              1e-9);
  const Design short_lists = calling("timeline_cache", 1000_rps).param("entries", 50);
  EXPECT_NEAR(Outcome(short_lists).work("subject"), 1000 * (10e-6 + 50 * 200e-9), 1e-9);
  const Outcome pushed(design()
                           .block("users", "client_web")
                           .block("fan", "fanout")
                           .param("number", 100)
                           .param("batch", 20)
                           .block("subject", "timeline_cache")
                           .link("users", "fan")
                           .link("fan", "subject")
                           .operation("push")
                           .workload("users", 10_rps));
  EXPECT_NEAR(pushed.rate("fan-subject"), 50, 1e-9);
  EXPECT_NEAR(pushed.work("subject"), 10 * 100 * 15e-6, 1e-9);
}

TEST(TimelineCache, KeepsNoMoreThanItsCap) {
  // 12 million x 800 x 20 B x 1.5 = 288 GB; 100 shards have 100 x 52.82 GiB x 0.75 = 4.25 TB.
  EXPECT_FALSE(Outcome(calling("timeline_cache", 1_rps)).isRemarkedOn("memory.too_small"));
  EXPECT_TRUE(Outcome(calling("timeline_cache", 1_rps).param("shards", 6)).isRemarkedOn("memory.too_small"));
}

TEST(GeoIndex, SearchesCellsAndMeasuresWhatItFinds) {
  EXPECT_NEAR(Outcome(calling("geo_index", 1000_rps)).work("subject"), 1000 * (3 * 30e-6 + 20 * 2e-6), 1e-9);
  EXPECT_NEAR(Outcome(asking("geo_index", "update", 1000_rps)).work("subject"), 1000 * 18e-6, 1e-9);
}

TEST(GeoIndex, IsLimitedByItsBusiestCell) {
  // Nearly everybody is in one cell of two: 24 shards do not help, one thread does 1 / 1 ms.
  const Design city = asking("geo_index", "update", 3000_rps)
                          .param("update_time", Law::constant(1_ms))
                          .classParam("request", "keys", 2)
                          .classParam("request", "key_exponent", 4.0);
  const sim::RunResult run = Outcome(city).run(10_s);
  EXPECT_LT(static_cast<double>(run.classes.front().succeeded) / 10, 1300);
}

TEST(RedisPubSub, WritesToEachSubscriber) {
  EXPECT_NEAR(Outcome(calling("redis_pubsub", 1000_rps)).work("subject"), 1000 * (12e-6 + 20 * 4e-6), 1e-9);
}

TEST(RedisPubSub, TellsEveryInstanceThatListens) {
  const Outcome outcome(calling("redis_pubsub", 10_rps)
                            .block("servers", "app_server")
                            .param("instances", 5)
                            .link("subject", "servers")
                            .sends()
                            .balancing(Balancing::All));
  EXPECT_NEAR(outcome.rate("subject-servers"), 50, 1e-9);
}

TEST(LocalCache, ReadsThroughAndPassesOnWhatIsNotCacheable) {
  const Outcome outcome(calling("local_cache", 100_rps)
                            .param("hit_ratio", ratio(0.75))
                            .requestClass("request", Access::Read, true)
                            .requestClass("change", Access::Write)
                            .workload("users", 10_rps, "change")
                            .block("db", "rdbms_primary")
                            .link("subject", "db")
                            .operation("read"));
  EXPECT_NEAR(outcome.rate("subject-db"), 25 + 10, 1e-9);
}

TEST(LocalCache, IsColdInEveryInstanceByItself) {
  // 1,000 keys equally popular, room for all: each of ten instances fetches each key once.
  const Design tier = calling("local_cache", 10'000_rps)
                          .param("instances", 10)
                          .param("contents", "keys")
                          .param("ttl", 0_s)
                          .requestClass("request", Access::Read, true)
                          .classParam("request", "keys", 1000)
                          .classParam("request", "key_exponent", 0.0)
                          .block("db", "delay")
                          .param("delay", Law::constant(0_ms))
                          .link("subject", "db")
                          .latency(0_ms);
  const sim::RunResult run = Outcome(tier).run(20_s);
  // In the second of warm-up 1,000 requests find each instance: a key is missed there with probability 1/e.
  EXPECT_NEAR(static_cast<double>(poolOf(run, "db").arrivals), 10 * 1000 * std::exp(-1), 250);
  EXPECT_EQ(run.classes.front().failedTotal(), 0u);
}

TEST(LocalCache, IsLookedIntoBesideTheDatabase) {
  const Outcome outcome(design()
                            .requestClass("request", Access::Read, true)
                            .block("users", "client_web")
                            .block("app", "app_server")
                            .block("subject", "local_cache")
                            .param("hit_ratio", ratio(0.75))
                            .block("db", "rdbms_primary")
                            .link("users", "app")
                            .link("app", "subject")
                            .role(LinkRole::Lookup)
                            .link("app", "db")
                            .role(LinkRole::OnMiss)
                            .operation("read_pk")
                            .workload("users", 100_rps));
  EXPECT_NEAR(outcome.rate("app-db"), 25, 1e-9);
}

TEST(QueryCache, SparesTheDatabaseItsHits) {
  const Outcome outcome(calling("query_cache", 100_rps)
                            .requestClass("request", Access::Read, true)
                            .block("db", "rdbms_primary")
                            .link("subject", "db")
                            .operation("read_query"));
  EXPECT_NEAR(outcome.rate("subject-db"), 50, 1e-9);
  EXPECT_NEAR(outcome.work("subject"), 100 * 15e-6 + 50 * 25e-6, 1e-9);
}

}  // namespace
}  // namespace cantilever::catalog::test_blocks
