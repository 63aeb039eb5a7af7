#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"

/// What a request meets in each product block: the mechanism, not the label. Expected visits where they
/// settle it, short runs where queues do.
namespace cantilever::catalog {
namespace {

using namespace literals;
using test::design;
using test::DesignBuilder;

class Outcome {
 public:
  explicit Outcome(const Design& design) : m_compiled(compile::compile(design, Catalog::builtIn())) {
    for (const Diagnostic& each : m_compiled.diagnostics) {
      EXPECT_NE(each.severity, Severity::Error) << each.message;
    }
  }

  double rate(std::string_view link) const {
    const auto at = std::find_if(m_compiled.plan->links.begin(), m_compiled.plan->links.end(),
                                 [&](const plan::Link& each) { return each.key == link; });
    EXPECT_NE(at, m_compiled.plan->links.end()) << link;
    return m_compiled.visits->totalLinkRate(static_cast<plan::Index>(at - m_compiled.plan->links.begin()));
  }
  const plan::Pool& pool(std::string_view key) const { return m_compiled.plan->pools[indexOf(key)]; }
  /// Erlangs.
  double work(std::string_view key) const {
    return m_compiled.visits->totalPoolWork(static_cast<plan::Index>(indexOf(key)));
  }
  bool isRemarkedOn(std::string_view code) const {
    return std::any_of(m_compiled.diagnostics.begin(), m_compiled.diagnostics.end(),
                       [&](const Diagnostic& each) { return each.code == code; });
  }

  sim::RunResult run(Duration duration) const {
    sim::RunConfig config;
    config.warmup = 1_s;
    config.duration = duration;
    return sim::simulate(m_compiled.plan, config).value();
  }

 private:
  std::size_t indexOf(std::string_view key) const {
    const auto at = std::find_if(m_compiled.plan->pools.begin(), m_compiled.plan->pools.end(),
                                 [&](const plan::Pool& each) { return each.key == key; });
    EXPECT_NE(at, m_compiled.plan->pools.end()) << key;
    return static_cast<std::size_t>(at - m_compiled.plan->pools.begin());
  }

  compile::Compiled m_compiled;
};

const sim::PoolResult& poolOf(const sim::RunResult& run, std::string_view key) {
  return *std::find_if(run.pools.begin(), run.pools.end(),
                       [&](const sim::PoolResult& pool) { return pool.key == key; });
}

/// Milliseconds.
double meanLatency(const Design& design, Duration duration = 10_s) {
  return Outcome(design).run(duration).latency.meanNs() / 1e6;
}

/// Users without a way to go, calling one block over a link without latency.
DesignBuilder calling(const char* type, Rate rate) {
  return design()
      .block("users", "client_web")
      .param("round_trip", Law::constant(0_ms))
      .block("subject", type)
      .link("users", "subject")
      .latency(0_ms)
      .workload("users", rate);
}

// Web users.

TEST(ClientWeb, AddsItsRoundTripToEveryRequest) {
  const Design far = design()
                         .block("users", "client_web")
                         .param("round_trip", Law::constant(70_ms))
                         .block("files", "object_storage")
                         .param("get_time", Law::constant(30_ms))
                         .link("users", "files")
                         .latency(5_ms)
                         .workload("users", 50_rps);
  EXPECT_NEAR(meanLatency(far), 70 + 2 * 5 + 30, 1e-6);
}

// CDN.

DesignBuilder edge() {
  return design()
      .requestClass("file", Access::Read, true)
      .requestClass("page", Access::Read, false)
      .block("users", "client_web")
      .block("subject", "cdn")
      .param("hit_ratio", ratio(0.9))
      .block("files", "object_storage")
      .block("app", "app_server")
      .link("users", "subject")
      .link("subject", "files")
      .onlyFor({"file"})
      .link("subject", "app")
      .onlyFor({"page"})
      .workload("users", 1000_rps, "file")
      .workload("users", 200_rps, "page");
}

TEST(Cdn, AnswersHitsOfCacheableClassesAndPassesTheRestOn) {
  const Outcome outcome(edge());
  EXPECT_NEAR(outcome.rate("subject-files"), 100, 1e-9);
  EXPECT_NEAR(outcome.rate("subject-app"), 200, 1e-9);
}

TEST(Cdn, TakesEdgeLatencyForAHitAndOverheadForAMiss) {
  const Design allHit = calling("cdn", 100_rps)
                            .param("hit_ratio", ratio(0.5))
                            .param("edge_latency", Law::constant(10_ms))
                            .param("miss_overhead", Law::constant(50_ms))
                            .requestClass("request", Access::Read, true);
  EXPECT_NEAR(meanLatency(allHit, 60_s), 30, 0.6);
}

TEST(Cdn, BillsTrafficAndRequestsOfTheMonth) {
  Block block;
  const Load load{1000_rps, 4000_rps, bytesPerSecond(1e6)};
  const std::vector<Usage> usage = Catalog::builtIn().find("cdn")->usage(block, load);
  ASSERT_EQ(usage.size(), 2u);
  EXPECT_DOUBLE_EQ(usage[0].amount, 1e6 * 730 * 3600 / 1e9);
  EXPECT_DOUBLE_EQ(usage[1].amount, 1000.0 * 730 * 3600);
}

// Load balancer.

TEST(LoadBalancer, WarnsWhenItWouldCallEveryTarget) {
  DesignBuilder two = calling("l7_load_balancer", 10_rps).block("a", "app_server").block("b", "app_server");
  EXPECT_TRUE(Outcome(two.link("subject", "a").link("subject", "b")).isRemarkedOn("balancer.calls_all"));
}

TEST(LoadBalancer, SharesByWeightOverRouteLinks) {
  const Outcome outcome(calling("l7_load_balancer", 100_rps)
                            .block("a", "app_server")
                            .block("b", "app_server")
                            .link("subject", "a")
                            .role(LinkRole::Route)
                            .weight(3)
                            .link("subject", "b")
                            .role(LinkRole::Route)
                            .weight(1));
  EXPECT_NEAR(outcome.rate("subject-a"), 75, 1e-9);
  EXPECT_NEAR(outcome.rate("subject-b"), 25, 1e-9);
  EXPECT_FALSE(outcome.isRemarkedOn("balancer.calls_all"));
}

TEST(LoadBalancer, BillsTheLargerOfConnectionsAndBytes) {
  const BlockType& type = *Catalog::builtIn().find("l7_load_balancer");
  Block block;
  // 1,000/s over 20 a connection: 50 connections/s, 2 units; 0.36 GB/h are 0.36 units.
  EXPECT_NEAR(type.usage(block, {1000_rps, 1000_rps, bytesPerSecond(1e5)})[1].amount, 2 * 730, 1e-6);
  // 36 GB/h are 36 units.
  EXPECT_NEAR(type.usage(block, {1000_rps, 1000_rps, bytesPerSecond(1e7)})[1].amount, 36 * 730, 1e-6);
}

TEST(LoadBalancer, NeedsIntervalTimesThresholdToFindADeadInstance) {
  const Design checked =
      calling("l7_load_balancer", 1_rps).param("health_interval", 10_s).param("unhealthy_threshold", 3);
  const Traits traits =
      Catalog::builtIn().find("l7_load_balancer")->traits(*checked.blocks.find(BlockId("subject")));
  EXPECT_EQ(traits.detectionTime, 30_s);
}

// Application servers.

TEST(AppServer, TakesCoresAndSpeedFromItsInstanceType) {
  const Outcome graviton3(calling("app_server", 100_rps).param("instance_type", "c7g.2xlarge"));
  EXPECT_EQ(graviton3.pool("subject").servers, 8u);
  EXPECT_NEAR(graviton3.work("subject"), 0.8, 1e-9);
  const Outcome graviton2(calling("app_server", 100_rps).param("instance_type", "c6g.2xlarge"));
  EXPECT_NEAR(graviton2.work("subject"), 0.8 / 0.87, 1e-6);
}

DesignBuilder slowBackend() {
  return calling("app_server", 200_rps)
      .param("instances", 1)
      .param("threads", 10)
      .param("queue_limit", 5)
      .param("cpu_time", Law::constant(1_ms))
      .block("files", "object_storage")
      .param("get_time", Law::constant(99_ms))
      .link("subject", "files")
      .latency(0_ms);
}

TEST(AppServer, RunsOutOfThreadsWhileItsProcessorsIdle) {
  // 10 threads, 100 ms each: 100 requests/s of 200; the two cores are 5 % busy.
  const sim::RunResult run = Outcome(slowBackend()).run(20_s);
  const double served = static_cast<double>(run.classes.front().succeeded) / 20;
  EXPECT_NEAR(served, 100, 2);
  EXPECT_GT(poolOf(run, "subject").refused, 1500u);
  EXPECT_NEAR(poolOf(run, "subject").utilisation, 0.05, 0.005);
  EXPECT_GT(poolOf(run, "subject").occupancy, 0.98);
}

TEST(AppServer, HoldsNoThreadsWithAsynchronousInput) {
  Design asynchronous = slowBackend();
  Block subject = *asynchronous.blocks.find(BlockId("subject"));
  subject.params["async_io"] = true;
  asynchronous.blocks.put(subject);
  const sim::RunResult run = Outcome(asynchronous).run(20_s);
  EXPECT_EQ(poolOf(run, "subject").refused, 0u);
  EXPECT_EQ(run.classes.front().failedTotal(), 0u);
}

TEST(AppServer, HasAHealthCheckOnlyWithAPath) {
  const BlockType& type = *Catalog::builtIn().find("app_server");
  Block block;
  EXPECT_TRUE(type.traits(block).hasHealthCheck);
  EXPECT_FALSE(type.deploy(block).healthCheck.empty());
  block.params["health_path"] = std::string();
  EXPECT_FALSE(type.traits(block).hasHealthCheck);
  EXPECT_TRUE(type.deploy(block).healthCheck.empty());
}

// Workers.

TEST(Worker, TakesJobsFromOneQueueAndKeepsTheSlotWhileItCalls) {
  // 2 x 2 slots, 10 ms of work and 90 ms in the store: 40 jobs/s at most.
  const Design jobs = calling("worker", 60_rps)
                          .param("instances", 2)
                          .param("concurrency", 2)
                          .param("job_time", Law::constant(10_ms))
                          .block("files", "object_storage")
                          .param("put_time", Law::constant(90_ms))
                          .link("subject", "files")
                          .operation("put")
                          .latency(0_ms);
  const Outcome outcome(jobs);
  EXPECT_EQ(outcome.pool("subject").queue, plan::QueueScope::Shared);
  const sim::RunResult run = outcome.run(20_s);
  EXPECT_NEAR(static_cast<double>(poolOf(run, "subject").served) / 20, 40, 1);
  EXPECT_GT(poolOf(run, "subject").meanQueue, 100);  // grows by 20 jobs a second
  EXPECT_EQ(poolOf(run, "subject").refused, 0u);
}

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

// Kafka.

DesignBuilder producing(const char* acks) {
  return calling("kafka_cluster", 100_rps)
      .param("brokers", 1)
      .param("acks", acks)
      .param("record_size", 15_KB)  // 1 ms of a kafka.m5.large
      .param("replication_time", Law::constant(20_ms));
}

TEST(Kafka, AcknowledgesWhenTheRecordIsAsSafeAsAsked) {
  // 100/s of 1 ms: rho 0.1, so an M/D/1 wait of 1 ms x 0.1 / (2 x 0.9) = 0.056 ms.
  EXPECT_NEAR(meanLatency(producing("all"), 60_s), 21.056, 0.02);
  EXPECT_NEAR(meanLatency(producing("leader"), 60_s), 1.056, 0.02);
  EXPECT_NEAR(meanLatency(producing("none"), 60_s), 0, 1e-6);
}

TEST(Kafka, TakesInItsBytesWhateverTheAcknowledgement) {
  EXPECT_NEAR(Outcome(producing("none")).work("subject"), 0.1, 1e-9);
  EXPECT_NEAR(Outcome(producing("all")).work("subject"), 0.1, 1e-9);
  EXPECT_NEAR(Outcome(producing("all")
                          .block("subject", "kafka_cluster")
                          .param("record_size", 15_KB)
                          .param("instance_type", "kafka.m5.xlarge"))
                  .work("subject"),
              0.05, 1e-9);
}

TEST(Kafka, IsSaturatedByBytes) {
  const Outcome outcome(calling("kafka_cluster", 100_rps).param("brokers", 1).param("record_size", 200_KB));
  // 20 MB/s on a broker that takes 15; a record's work is a whole number of nanoseconds.
  EXPECT_NEAR(outcome.work("subject"), 20.0 / 15, 100 * 1e-9);
  EXPECT_GT(poolOf(outcome.run(10_s), "subject").utilisation, 0.99);
}

TEST(Kafka, PassesRecordsOnToItsConsumersWithoutDelayingProducers) {
  const Design consumed = producing("leader")
                              .block("workers", "worker")
                              .param("job_time", Law::constant(500_ms))
                              .link("subject", "workers")
                              .sends();
  EXPECT_NEAR(Outcome(consumed).rate("subject-workers"), 100, 1e-9);
  EXPECT_NEAR(meanLatency(consumed), 1.056, 0.05);
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

// All.

TEST(ProductBlocks, DeployPinnedImagesWithHealthChecks) {
  for (const BlockType& type : Catalog::builtIn().types()) {
    Block block;
    block.type = type.key;
    const Deployable deployable = type.deploy(block);
    if (deployable.image.empty()) {
      continue;
    }
    const std::size_t colon = deployable.image.rfind(':');
    ASSERT_NE(colon, std::string::npos) << type.key;
    EXPECT_NE(deployable.image.substr(colon + 1), "latest") << type.key;
    EXPECT_FALSE(deployable.healthCheck.empty()) << type.key;
  }
}

}  // namespace
}  // namespace cantilever::catalog
