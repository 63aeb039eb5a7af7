#include "tests/core/catalog/block_outcome.h"

#include <gmock/gmock.h>

/// What a request meets in the compute blocks: the mechanism, not the label.
namespace cantilever::catalog::test_blocks {
namespace {

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

// Further servers.

DesignBuilder answering(const char* type, Rate rate) {
  return calling(type, rate)
      .block("behind", "delay")
      .param("delay", Law::constant(0_ms))
      .link("subject", "behind");
}

TEST(SingleServer, ShareItsCoresBetweenApplicationAndDatabase) {
  const Outcome outcome(calling("single_server", 100_rps));
  EXPECT_NEAR(outcome.work("subject"), 100 * 10e-3, 1e-9);
  EXPECT_NEAR(outcome.work("subject/disk"), 100 * 0.2 * 0.8e-3, 1e-9);
}

TEST(SingleServer, MayBeLimitedByItsDisk) {
  const Design cold = calling("single_server", 200_rps)
                          .param("app_time", Law::constant(1_ms))
                          .param("database_time", Law::constant(1_ms))
                          .param("disk_reads", 2.0)
                          .param("disk_time", Law::constant(10_ms))
                          .param("disk_depth", 1);
  const sim::RunResult run = Outcome(cold).run(20_s);
  EXPECT_NEAR(static_cast<double>(poolOf(run, "subject/disk").served) / 20, 100, 1);
  EXPECT_LT(poolOf(run, "subject").utilisation, 0.2);
}

TEST(Microservice, IsSlowerOnAFractionOfAProcessor) {
  EXPECT_NEAR(Outcome(calling("microservice", 100_rps)).work("subject"), 0.2, 1e-9);
  const Design quarter = calling("microservice", 100_rps).param("task_size", "0.25 vCPU, 0.5 GB");
  EXPECT_NEAR(Outcome(quarter).work("subject"), 0.8, 1e-9);
  const std::vector<Usage> usage = usageOf(quarter);
  EXPECT_NEAR(amountOf(usage, "container-vcpu", Usage::Kind::CapacityUnitHours), 6 * 0.25 * 730, 1e-9);
  EXPECT_NEAR(amountOf(usage, "container-gb", Usage::Kind::CapacityUnitHours), 6 * 0.5 * 730, 1e-9);
}

TEST(Recommendation, ComputesForEachCandidate) {
  EXPECT_NEAR(Outcome(calling("recommendation_engine", 100_rps)).work("subject"),
              100 * (200 * 40e-6 + 500e-6), 1e-9);
}

TEST(Matching, MakesAnotherRoundWhenAnOfferIsDeclined) {
  const Outcome outcome(answering("geo_matching_service", 100_rps));
  const double rounds = (1 - 0.15 * 0.15 * 0.15) / 0.85;
  EXPECT_NEAR(outcome.rate("subject-behind"), 100 * rounds, 1e-6);
  EXPECT_NEAR(outcome.work("subject"), 100 * rounds * 4e-3, 1e-6);
}

TEST(Matching, FailsWhenAllDecline) {
  const Design unwanted =
      calling("geo_matching_service", 100_rps).param("acceptance", ratio(0.5)).param("offers", 2);
  const sim::RunResult run = Outcome(unwanted).run(100_s);
  const sim::ClassResult& all = run.classes.front();
  EXPECT_NEAR(static_cast<double>(all.failed[static_cast<std::size_t>(plan::Reason::Refused)]) /
                  static_cast<double>(all.offered),
              0.25, 0.02);
}

TEST(Notifications, AreTriedAgainWithinTheProvidersQuota) {
  // Two attempts on average at most: 1 + 0.5 of three; 30/s of quota carry 30 / 1.75.
  const Design failing = calling("notification_service", 100_rps)
                             .param("error_share", ratio(0.5))
                             .param("quota", 30_rps)
                             .param("patience", 1_s)
                             .param("provider_time", Law::constant(10_ms));
  const sim::RunResult run = Outcome(failing).run(100_s);
  const sim::ClassResult& all = run.classes.front();
  EXPECT_GT(all.failed[static_cast<std::size_t>(plan::Reason::QueueTimeout)], all.offered / 2);
  EXPECT_LT(static_cast<double>(all.succeeded) / 100, 30 / 1.5);
  const std::vector<Usage> usage = usageOf(failing, {10_rps, 10_rps, {}});
  EXPECT_NEAR(amountOf(usage, "sms", Usage::Kind::Requests), 0.1 * 730 * 3600, 1e-6);
  EXPECT_NEAR(amountOf(usage, "mobile-push", Usage::Kind::Requests), 9.0 * 730 * 3600, 1e-6);
}

TEST(FanoutService, TellsFollowersInBatchesAndLeavesCelebritiesOut) {
  const auto posting = [](Count celebrity) -> Design {
    return answering("fanout_service", 10_rps)
        .block("subject", "fanout_service")
        .param("followers", "fixed")
        .param("mean", 105)
        .param("batch", 10)
        .param("celebrity", celebrity);
  };
  EXPECT_NEAR(Outcome(posting(Count(0))).rate("subject-behind"), 10 * 11, 1e-6);
  EXPECT_NEAR(Outcome(posting(Count(104))).rate("subject-behind"), 0, 1e-6);
}

// 10 posts a second, 105 receivers each: 10 x (1 ms + 105 x 2 ms) of processors.
TEST(FanoutService, WorksForEachReceiver) {
  const Design posting = answering("fanout_service", 10_rps)
                             .block("subject", "fanout_service")
                             .param("followers", "fixed")
                             .param("mean", 105)
                             .param("batch", 10)
                             .param("celebrity", Count(0))
                             .param("prepare_time", Law::constant(1_ms))
                             .param("receiver_time", Law::constant(2_ms));
  const Outcome outcome(posting);
  EXPECT_NEAR(outcome.work("subject"), 10 * (0.001 + 105 * 0.002), 1e-9);
  const sim::RunResult run = outcome.run(20_s);
  EXPECT_EQ(run.classes.front().failedTotal(), 0u);
  const auto pool = std::find_if(run.pools.begin(), run.pools.end(),
                                 [](const sim::PoolResult& each) { return each.key == "subject"; });
  ASSERT_NE(pool, run.pools.end());
  EXPECT_NEAR(pool->utilisation * pool->servers * pool->meanInstances, 2.11, 0.25);
}

TEST(Dashboard, MakesAQueryForEachPanelOfItsOwn) {
  EXPECT_NEAR(Outcome(answering("dashboard", 50_rps)).rate("subject-behind"), 50 * 0.1 * 12, 1e-6);
}

TEST(ServiceMesh, TakesProcessorsOfItsOwn) {
  const Outcome outcome(answering("service_mesh", 1000_rps));
  EXPECT_NEAR(outcome.work("subject"), 0.2, 1e-9);
  EXPECT_NEAR(outcome.rate("subject-behind"), 1000, 1e-9);
}

TEST(ServiceDiscovery, AsksOnlyWhenTheCopyIsOld) {
  const Outcome outcome(calling("service_discovery", 1000_rps));
  EXPECT_NEAR(outcome.work("subject"), 1000 * 0.01 * 200e-6 / 0.87, 1e-8);
  EXPECT_EQ(typeOf("service_discovery").traits(Block()).detectionTime, 120_s);
}

}  // namespace
}  // namespace cantilever::catalog::test_blocks
