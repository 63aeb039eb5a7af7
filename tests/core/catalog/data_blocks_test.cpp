#include "tests/core/catalog/block_outcome.h"

#include <gmock/gmock.h>

/// What a request meets in the data blocks: the mechanism, not the label.
namespace cantilever::catalog::test_blocks {
namespace {

// Connection pooler.

DesignBuilder pooled() {
  return design()
      .block("users", "client_web")
      .block("app", "app_server")
      .block("subject", "connection_pooler")
      .block("primary", "rdbms_primary")
      .block("copies", "rdbms_replica")
      .link("users", "app")
      .link("subject", "primary")
      .role(LinkRole::Write)
      .link("subject", "copies")
      .role(LinkRole::Read)
      .workload("users", 100_rps);
}

TEST(ConnectionPooler, SendsReadsAndWritesWhereTheyBelong) {
  const Outcome outcome(pooled()
                            .link("app", "subject")
                            .operation("read")
                            .calls(3)
                            .link("app", "subject")
                            .operation("write_txn"));
  EXPECT_NEAR(outcome.rate("subject-copies"), 300, 1e-9);
  EXPECT_NEAR(outcome.rate("subject-primary"), 100, 1e-9);
}

TEST(ConnectionPooler, PrefersLinksThatNameTheOperation) {
  const Outcome outcome(
      pooled().link("subject", "primary").operation("read_pk").link("app", "subject").operation("read_pk"));
  EXPECT_NEAR(outcome.rate("subject-primary-2"), 100, 1e-9);
  EXPECT_NEAR(outcome.rate("subject-copies"), 0, 1e-9);
}

TEST(ConnectionPooler, HoldsAConnectionForTheWholeCall) {
  // 5 connections, 20 ms each: 250 calls/s of 400. The database could do 8 cores / 20 ms = 400.
  const Design narrow = calling("connection_pooler", 400_rps)
                            .param("instances", 1)
                            .param("pool_size", 5)
                            .param("max_clients", 20)
                            .param("multiplex_time", Law::constant(0_ms))
                            .block("db", "rdbms_primary")
                            .param("instance_type", "db.r6g.2xlarge")
                            .param("read_pk_time", Law::constant(20_ms))
                            .param("buffer_hit", ratio(1))
                            .link("subject", "db")
                            .operation("read_pk")
                            .latency(0_ms);
  const sim::RunResult run = Outcome(narrow).run(20_s);
  EXPECT_NEAR(static_cast<double>(run.classes.front().succeeded) / 20, 250, 3);
  EXPECT_NEAR(poolOf(run, "db").meanConcurrency, 5, 0.05);
  EXPECT_GT(poolOf(run, "subject").refused, 2000u);
  EXPECT_EQ(poolOf(run, "subject").maxQueue, 15u);
}

TEST(ConnectionPooler, FailsWhatNoLinkCarries) {
  const Outcome alone(calling("connection_pooler", 10_rps));
  EXPECT_TRUE(alone.isRemarkedOn("pooler.no_database"));
  const sim::RunResult run = alone.run(5_s);
  EXPECT_EQ(run.classes.front().succeeded, 0u);
}

// Relational databases.

TEST(SqlPrimary, RefusesOneConnectionTooMany) {
  const Design small = calling("rdbms_primary", 1000_rps)
                           .param("max_connections", 10)
                           .param("buffer_hit", ratio(0))
                           .param("page_read_time", Law::constant(100_ms))
                           .param("read_pk_time", Law::constant(1_us))
                           .param("query_share", ratio(0));
  const sim::RunResult run = Outcome(small).run(10_s);
  EXPECT_NEAR(static_cast<double>(run.classes.front().succeeded) / 10, 100, 3);
  EXPECT_EQ(poolOf(run, "subject").maxQueue, 0u);
}

TEST(SqlPrimary, WaitsForItsStandbyWhenItWrites) {
  const auto writing = [](bool hasStandby) -> Design {
    return design()
        .block("users", "client_web")
        .param("round_trip", Law::constant(0_ms))
        .block("db", "rdbms_primary")
        .param("write_time", Law::constant(1_ms))
        .param("commit_time", Law::constant(2_ms))
        .param("standby_time", Law::constant(5_ms))
        .param("multi_az", hasStandby)
        .link("users", "db")
        .operation("write")
        .latency(0_ms)
        .workload("users", 10_rps);
  };
  EXPECT_NEAR(meanLatency(writing(true)), 8, 0.05);
  EXPECT_NEAR(meanLatency(writing(false)), 3, 0.05);
}

TEST(SqlPrimary, ReadsBackWhatItWrote) {
  const Outcome outcome(
      calling("rdbms_primary", 10_rps).link("users", "subject").operation("write_and_read"));
  // The first link reads a mix of 0.4 and 2 ms, the second writes 1.2 ms and reads 0.4 ms.
  EXPECT_NEAR(outcome.work("subject"), 10 * (0.7 * 0.4e-3 + 0.3 * 2e-3) + 10 * 1.6e-3, 1e-9);
}

TEST(SqlPrimary, PaysTwiceForAStandby) {
  const BlockType& type = *Catalog::builtIn().find("rdbms_primary");
  Block block;
  EXPECT_DOUBLE_EQ(type.usage(block, {})[0].amount, 2 * 730);
  EXPECT_DOUBLE_EQ(type.usage(block, {})[1].amount, 2 * 500);
  block.params["multi_az"] = false;
  EXPECT_DOUBLE_EQ(type.usage(block, {})[0].amount, 730);
  EXPECT_DOUBLE_EQ(type.usage(block, {})[1].amount, 500);
}

TEST(SqlReplicas, SharesReadsAndRunsThemAsFastAsItsCores) {
  const Outcome outcome(calling("rdbms_replica", 1000_rps)
                            .param("replicas", 4)
                            .param("instance_type", "db.r5.xlarge")
                            .param("query_share", ratio(0.5)));
  EXPECT_EQ(outcome.pool("subject").instances, 4u);
  EXPECT_EQ(outcome.pool("subject").servers, 4u);
  // Stated for a db.r6g core (0.87), taken by a faster one (0.95).
  EXPECT_NEAR(outcome.work("subject"), 1000 * 1.2e-3 * 0.87 / 0.95, 1e-6);
}

// Object storage.

TEST(ObjectStorage, TakesAPutAsLongAsSaidAndNeverQueues) {
  const auto filesBy = [](const char* operation) -> Design {
    return design()
        .block("users", "client_web")
        .param("round_trip", Law::constant(0_ms))
        .block("files", "object_storage")
        .param("get_time", Law::constant(30_ms))
        .param("put_time", Law::constant(80_ms))
        .link("users", "files")
        .operation(operation)
        .latency(0_ms)
        .workload("users", 5000_rps);
  };
  EXPECT_NEAR(meanLatency(filesBy("get"), 2_s), 30, 1e-6);
  EXPECT_NEAR(meanLatency(filesBy("put"), 2_s), 80, 1e-6);
}

// Further stores.

double servedPerSecond(const Design& design, Duration duration = 20_s) {
  return static_cast<double>(Outcome(design).run(duration).classes.front().succeeded) / duration.inSeconds();
}

TEST(KeyValueTable, ThrottlesEachPartition) {
  // One partition: 1,000 write units a second, one for each KB.
  EXPECT_NEAR(servedPerSecond(asking("kv_nosql", "put", 2000_rps).param("partitions", 1)), 1000, 10);
  EXPECT_NEAR(
      servedPerSecond(asking("kv_nosql", "put", 2000_rps).param("partitions", 1).param("item_size", 4_KB)),
      250, 5);
  // 3,000 read units are 6,000 eventually consistent reads of up to 4 KB.
  EXPECT_NEAR(servedPerSecond(
                  asking("kv_nosql", "get", 8000_rps).param("partitions", 1).param("consistent_reads", true)),
              3000, 30);
}

TEST(KeyValueTable, IsThrottledByHotKeysHoweverManyPartitionsItHas) {
  const Design hot = asking("kv_nosql", "put", 5000_rps)
                         .param("partitions", 100)
                         .classParam("request", "keys", 2)
                         .classParam("request", "key_exponent", 0.0);
  EXPECT_LT(servedPerSecond(hot, 5_s), 2050) << "two keys are in two partitions at most";
  EXPECT_GT(servedPerSecond(asking("kv_nosql", "put", 5000_rps).param("partitions", 100), 5_s), 4900);
}

TEST(KeyValueTable, LendsFiveMinutesOfCapacityToABurst) {
  // 10/s set aside: a full bucket of 3,000, less 500 in the second of warm-up; then 10/s: (2,510 + 200) in 20
  // s.
  const Design burst = asking("kv_nosql", "put", 500_rps)
                           .param("capacity_mode", "provisioned")
                           .param("write_capacity", 10_rps);
  EXPECT_NEAR(servedPerSecond(burst) * 20, 2710, 80);
}

TEST(KeyValueTable, BillsUnitsOrCapacity) {
  const Load load{1000_rps, 1000_rps, {}};
  const std::vector<Usage> byRequest = usageOf(asking("kv_nosql", "get", 1_rps), load);
  EXPECT_NEAR(amountOf(byRequest, "table-read", Usage::Kind::Requests), 800.0 / 2 * 730 * 3600, 1e-3);
  EXPECT_NEAR(amountOf(byRequest, "table-write", Usage::Kind::Requests), 200.0 * 730 * 3600, 1e-3);
  const std::vector<Usage> setAside =
      usageOf(asking("kv_nosql", "get", 1_rps).param("capacity_mode", "provisioned"), load);
  EXPECT_NEAR(amountOf(setAside, "table-write-capacity", Usage::Kind::CapacityUnitHours), 500.0 * 730, 1e-6);
  EXPECT_EQ(amountOf(setAside, "table-read", Usage::Kind::Requests), 0);
}

TEST(ShardedDatabase, AsksEveryShardWithoutTheKey) {
  const Outcome scattering(asking("sharded_db", "scatter", 10_rps).param("buffer_hit", ratio(1)));
  EXPECT_NEAR(scattering.work("subject"), 10 * 8 * 2e-3, 1e-9);
  const Outcome keyed(asking("sharded_db", "read_pk", 10_rps).param("buffer_hit", ratio(1)));
  EXPECT_NEAR(keyed.work("subject"), 10 * 0.4e-3, 1e-9);
}

TEST(ShardedDatabase, IsLimitedByItsHottestShard) {
  // One user causes nearly everything: one server of four cores does 4 / 10 ms.
  const Design hot = asking("sharded_db", "write_txn", 2000_rps)
                         .param("write_time", Law::constant(10_ms))
                         .classParam("request", "keys", 2)
                         .classParam("request", "key_exponent", 6.0);
  EXPECT_LT(servedPerSecond(hot, 10_s), 400 * (1 + 1.0 / 32) + 40);
}

TEST(WideColumnStore, WritesAllCopiesAndWaitsForTheMajority) {
  const Design writing = asking("wide_column_db", "write", 100_rps)
                             .param("coordinator_time", Law::constant(70_us))
                             .param("write_time", Law::constant(140_us))
                             .param("hop_time", Law::constant(1_ms))
                             .param("compaction", ratio(0));
  EXPECT_NEAR(Outcome(writing).work("subject"), 100 * (0.07e-3 + 3 * 0.14e-3), 1e-6);
  EXPECT_NEAR(meanLatency(writing), 0.07 + 1 + 0.14 + 1, 0.02);
}

TEST(WideColumnStore, ReadsAsManyCopiesAsMustAgree) {
  const auto reading = [](const char* consistency) -> Design {
    return asking("wide_column_db", "read", 100_rps)
        .param("compaction", ratio(0))
        .param("consistency", consistency);
  };
  EXPECT_NEAR(Outcome(reading("one")).work("subject"), 100 * (50e-6 + 250e-6), 1e-8);
  EXPECT_NEAR(Outcome(reading("quorum")).work("subject"), 100 * (50e-6 + 2 * 250e-6), 1e-8);
  EXPECT_NEAR(Outcome(reading("all")).work("subject"), 100 * (50e-6 + 3 * 250e-6), 1e-8);
}

TEST(TimeSeriesDatabase, WorksOnEveryPointOfABatchAndAsksAllNodes) {
  EXPECT_NEAR(Outcome(asking("timeseries_db", "write", 10_rps)).work("subject"), 10 * 1000 * 6e-6, 1e-9);
  EXPECT_NEAR(Outcome(asking("timeseries_db", "query", 10_rps)).work("subject"), 10 * 2 * 60e-3, 1e-9);
}

TEST(TimeSeriesDatabase, RemarksOnSeriesAndPointsThatDoNotFit) {
  // Two nodes of 32 GiB have room for 45 million series of 1.5 KB; 100,000 points/s of 3 B for 30 days are
  // 778 GB of 1 TB.
  EXPECT_FALSE(Outcome(calling("timeseries_db", 1_rps)).isRemarkedOn("memory.too_small"));
  EXPECT_TRUE(
      Outcome(calling("timeseries_db", 1_rps).param("series", 50'000'000)).isRemarkedOn("memory.too_small"));
  EXPECT_FALSE(Outcome(calling("timeseries_db", 1_rps)).isRemarkedOn("storage.too_small"));
  EXPECT_TRUE(Outcome(calling("timeseries_db", 1_rps).param("points_per_second", 150'000_rps))
                  .isRemarkedOn("storage.too_small"));
}

TEST(SearchCluster, AsksOneCopyOfEveryShardAndIndexesAll) {
  EXPECT_NEAR(Outcome(asking("search_cluster", "search", 10_rps)).work("subject"),
              10 * (1e-3 + 6 * 6e-3) / 0.87, 1e-6);
  EXPECT_NEAR(Outcome(asking("search_cluster", "index", 10_rps)).work("subject"),
              10 * (1e-3 + 2 * 0.5e-3) / 0.87, 1e-6);
}

TEST(SearchCluster, TakesAsLongAsItsSlowestShard) {
  const Design idle = asking("search_cluster", "search", 2_rps)
                          .param("merge_time", Law::constant(870_us))
                          .param("shard_query_time", Law::exponential(8700_us));
  // The largest of six exponentials of 10 ms: 10 ms x (1 + 1/2 + ... + 1/6) = 24.5 ms.
  EXPECT_NEAR(meanLatency(idle, 1000_s), 1 + 24.5, 0.8);
}

TEST(EventStore, ReplaysHalfOfWhatComesBetweenSnapshots) {
  EXPECT_NEAR(Outcome(asking("event_store", "load", 100_rps)).work("subject"), 100 * 50 * 10e-6, 1e-9);
  EXPECT_NEAR(
      Outcome(asking("event_store", "append", 100_rps).param("conflict_share", ratio(0))).work("subject"),
      100 * 1e-3, 1e-9);
}

TEST(EventStore, TellsItsReadModelsBehindTheCallersBack) {
  const Design projecting = asking("event_store", "append", 100_rps)
                                .param("append_time", Law::constant(1_ms))
                                .param("commit_time", Law::constant(1_ms))
                                .param("conflict_share", ratio(0))
                                .param("projection_delay", Law::constant(500_ms))
                                .block("model", "worker")
                                .param("job_time", Law::constant(1_ms))
                                .link("subject", "model");
  const sim::RunResult run = Outcome(projecting).run(30_s);
  EXPECT_NEAR(run.latency.meanNs() / 1e6, 2, 0.1);
  EXPECT_LT(poolOf(run, "subject").occupancy, 0.001) << "no connection is held for the delay";
  EXPECT_GT(poolOf(run, "model").served, 20u);
}

TEST(ColdArchive, TradesPriceForTime) {
  EXPECT_NEAR(meanLatency(asking("cold_archive", "restore", 10_rps).param("storage_class", "instant")), 100,
              3);
  const std::vector<Usage> flexible = usageOf(asking("cold_archive", "put", 1_rps));
  EXPECT_NEAR(amountOf(flexible, "s3-glacier", Usage::Kind::StorageGbMonths), 50'000, 1e-9);
  EXPECT_NEAR(amountOf(flexible, "s3-glacier-retrieval", Usage::Kind::ProcessedGb), 250, 1e-9);
  const Design deep = asking("cold_archive", "put", 1_rps).param("storage_class", "deep");
  EXPECT_NEAR(amountOf(usageOf(deep), "s3-deep-archive", Usage::Kind::StorageGbMonths), 50'000, 1e-9);
}

}  // namespace
}  // namespace cantilever::catalog::test_blocks
