#include "tests/core/catalog/mechanism_runs.h"

#include <gmock/gmock.h>

/// What stores do when nodes and zones die, seen in runs: shards, quorums, failovers, merging.
namespace cantilever::catalog::test_blocks {
namespace {

// --- Redis cluster ---

DesignBuilder shardsWithKeys(Rate rate) {
  return calling("redis_cluster", rate)
      .param("shards", 4)
      .param("failover_time", Law::constant(3_s))
      .classParam("request", "keys", 100'000)
      .classParam("request", "key_exponent", 0.0);
}

// One of four shards is gone from 5 s to 8 s of 20 s: a quarter of the keys fails meanwhile, and nothing
// else.
TEST(RedisCluster, FailsForTheKeysOfADeadShardUntilItsCopyTakesOver) {
  const Design design =
      shardsWithKeys(2000_rps).scenario("loss").at(5_s, Change::KillInstances, "subject", 1);
  const sim::RunResult run = runOf(design, 20_s, "loss");
  EXPECT_NEAR(static_cast<double>(failedFor(run, plan::Reason::NoHealthyInstance)), 2000 * 3 / 4.0, 150);
  EXPECT_EQ(run.stores[0].failovers, 1u);
  EXPECT_EQ(run.stores[0].downNs, (3_s).ns());
  EXPECT_EQ(momentOf(run, sim::Happening::Kind::Promoted), (8_s).ns());
}

TEST(RedisCluster, StaysDeadWhereNoCopyIsLeft) {
  const Design design = shardsWithKeys(1000_rps)
                            .param("replicas_per_shard", 0)
                            .scenario("loss")
                            .at(5_s, Change::KillInstances, "subject", 1)
                            .at(15_s, Change::RestoreInstances, "subject", 1);
  const sim::RunResult run = runOf(design, 20_s, "loss");
  EXPECT_EQ(run.stores[0].failovers, 0u);
  EXPECT_NEAR(static_cast<double>(failedFor(run, plan::Reason::NoHealthyInstance)), 1000 * 10 / 4.0, 250);
}

// The restored node is the copy, so that a second death is survived as well; a third one in between is not.
TEST(RedisCluster, HasItsRestoredNodeAsCopy) {
  const auto withSecondDeath = [](bool isRestored) {
    DesignBuilder builder = shardsWithKeys(100_rps).scenario("loss");
    builder.at(2_s, Change::KillInstances, "subject", 1).onInstances(2, 2);
    if (isRestored) {
      builder.at(6_s, Change::RestoreInstances, "subject", 1).onInstances(2, 2);
    }
    builder.at(8_s, Change::KillInstances, "subject", 1).onInstances(2, 2);
    return runOf(builder, 20_s, "loss").stores[0];
  };
  EXPECT_EQ(withSecondDeath(true).failovers, 2u);
  EXPECT_EQ(withSecondDeath(true).downNs, (6_s).ns());
  EXPECT_EQ(withSecondDeath(false).failovers, 1u);
  EXPECT_EQ(withSecondDeath(false).downNs, (3_s + 12_s).ns());
}

TEST(RedisCluster, KeepsAKeyAtOneShard) {
  const Design hot = shardsWithKeys(2000_rps).classParam("request", "key_exponent", 10.0);
  const sim::RunResult run = runOf(hot, 5_s);
  std::vector<double> busy = poolOf(run, "subject").instanceUtilisation;
  std::sort(busy.begin(), busy.end());
  EXPECT_LT(busy[2], 0.01 * busy[3]);
}

// 100 keys of four shards: each does a command and 25 keys, all at once: 11 us + 25 x 1 us of latency, four
// times that of work.
TEST(RedisCluster, SplitsAMultiGetAmongTheShards) {
  const Design many = asking("redis_cluster", "mget", 10_rps)
                          .param("shards", 4)
                          .param("get_time", Law::constant(11_us))
                          .param("time_per_key", Law::constant(1_us));
  EXPECT_NEAR(meanLatency(many), 0.036, 0.001);
  EXPECT_NEAR(Outcome(many).work("subject"), 10 * 4 * 36e-6, 1e-9);
}

// --- Wide-column store ---

DesignBuilder rows(const char* operation, const char* consistency) {
  return asking("wide_column_db", operation, 200_rps)
      .param("consistency", consistency)
      .classParam("request", "keys", 10'000)
      .classParam("request", "key_exponent", 0.0);
}

/// Share of the requests that fail while one of six nodes is down, for the whole run.
double failedWithoutOne(const char* operation, const char* consistency) {
  DesignBuilder builder = rows(operation, consistency);
  builder.scenario("loss").at(0_s, Change::KillInstances, "subject", 1);
  return shareOfFailures(runOf(builder, 30_s, "loss"));
}

// Three of six nodes keep a row, so half of the rows have a copy at the dead one. A write at quorum goes on
// with the other two copies. A read at quorum asks two of the three, one at all three.
TEST(WideColumnStore, OutlivesADeadNodeWhereAMajorityIsLeft) {
  EXPECT_EQ(failedWithoutOne("write", "quorum"), 0);
  EXPECT_NEAR(failedWithoutOne("write", "all"), 0.5, 0.04);
  EXPECT_NEAR(failedWithoutOne("read", "quorum"), 2.0 / 6, 0.04);
  EXPECT_NEAR(failedWithoutOne("read", "one"), 1.0 / 6, 0.04);
}

TEST(WideColumnStore, WritesAHotRowAtTheNodesThatKeepIt) {
  const Design hot =
      rows("write", "quorum").classParam("request", "key_exponent", 10.0).param("compaction", ratio(0));
  const sim::RunResult run = runOf(hot, 20_s);
  std::vector<double> busy = poolOf(run, "subject").instanceUtilisation;
  std::sort(busy.begin(), busy.end());
  // All coordinate; three write besides: 33/s x 50 us against 33/s x 50 us + 200/s x 90 us of four cores.
  EXPECT_NEAR(busy[2], 33.3 * 50e-6 / 4, 0.15 * busy[2]);
  EXPECT_NEAR(busy[3], (33.3 * 50e-6 + 200 * 90e-6) / 4, 0.15 * busy[3]);
}

// Merging costs twice the writes: of 3 copies x 200/s x 90 us it makes three times as much, and a flush keeps
// a core busy for 1,000 x 2 x 90 us.
TEST(WideColumnStore, MergesItsFilesOnTheSameCores) {
  const Design writing = rows("write", "quorum")
                             .param("write_time", Law::constant(90_us))
                             .param("coordinator_time", Law::constant(50_us))
                             .param("compaction", ratio(2))
                             .param("flush_after", 1000);
  EXPECT_NEAR(Outcome(writing).work("subject"), 200 * (50e-6 + 3 * 3 * 90e-6), 1e-6);
  const sim::RunResult run = runOf(writing, 100_s);
  const sim::PoolResult& nodes = poolOf(run, "subject");
  EXPECT_NEAR(nodes.utilisation * 24, 200 * (50e-6 + 9 * 90e-6),
              0.046);  // 60 flushes: 3.3 x sqrt(60) x 0.18 s / 100 s
}

// --- SQL cluster on a shared volume ---

DesignBuilder cluster(Rate rate) {
  return asking("aurora_cluster", "write", rate)
      .param("write_time", Law::constant(100_us))
      .param("failover_time", Law::constant(4_s));
}

// The fourth of six exponential times of 10 ms: 10 x (1/6 + 1/5 + 1/4 + 1/3) = 9.5 ms (Renyi 1953), and the
// work.
TEST(SqlCluster, CommitsWhenFourOfSixStorageNodesHaveIt) {
  const Design writing = cluster(5_rps).param("storage_time", Law::exponential(10_ms));
  EXPECT_NEAR(runOf(writing, 400_s).latency.meanNs() / 1e6, 9.5 + 0.1, 0.4);
}

TEST(SqlCluster, WritesWithoutAZoneAndNotWithoutAnotherNode) {
  const auto failedAfter = [](std::initializer_list<const char*> lost) {
    DesignBuilder builder = design()
                                .zone("region", ZoneKind::Region)
                                .zone("a", ZoneKind::AvailabilityZone, "region")
                                .zone("b", ZoneKind::AvailabilityZone, "region")
                                .zone("c", ZoneKind::AvailabilityZone, "region")
                                .block("users", "client_web")
                                .block("subject", "aurora_cluster")
                                .param("failover_time", Law::constant(0_s))
                                .in("region")
                                .link("users", "subject")
                                .operation("write")
                                .workload("users", 100_rps);
    builder.scenario("loss");
    for (const char* zone : lost) {
      builder.atZone(5_s, Change::ZoneOutage, zone);
    }
    return failedFor(runOf(builder, 10_s, "loss"), plan::Reason::NotReplicated);
  };
  EXPECT_EQ(failedAfter({"c"}), 0u);
  EXPECT_GT(failedAfter({"b", "c"}), 400u);
}

TEST(SqlCluster, PromotesAReaderAndLosesNothing) {
  DesignBuilder builder = cluster(100_rps);
  builder.link("users", "subject").operation("read_pk");
  builder.scenario("loss").at(10_s, Change::KillInstances, "subject", 1);
  const sim::RunResult run = runOf(builder, 30_s, "loss");
  EXPECT_EQ(run.stores[0].failovers, 1u);
  EXPECT_EQ(run.stores[0].lostWrites, 0u);
  EXPECT_EQ(run.stores[0].downNs, (4_s).ns());
  EXPECT_NEAR(static_cast<double>(failedFor(run, plan::Reason::NoHealthyInstance)), 400, 66);
  EXPECT_NEAR(poolOf(run, "subject/readers").meanInstances, 2 - 16.0 / 30, 0.01);
}

// Reads of what was written a moment ago miss it where the lag is longer than that moment.
TEST(SqlCluster, HasReadersThatAreBehind) {
  const auto staleWith = [](Duration lag) {
    DesignBuilder builder = cluster(200_rps).param("lag", lag);
    builder.classParam("request", "keys", 1).link("users", "subject").operation("read_pk");
    return runOf(builder.classParam("request", "key_space", std::string("all")), 20_s);
  };
  const auto share = [](const sim::RunResult& run) {
    const auto at =
        std::find_if(run.groups.begin(), run.groups.end(), [](const auto& each) { return each.reads > 0; });
    return at == run.groups.end() ? -1.0
                                  : static_cast<double>(at->staleReads) / static_cast<double>(at->reads);
  };
  EXPECT_GT(share(staleWith(200_ms)), 0.9);
  EXPECT_GE(share(staleWith(0_ms)), 0) << "there were reads";
  EXPECT_LT(share(staleWith(0_ms)), 0.2);
}

}  // namespace
}  // namespace cantilever::catalog::test_blocks
