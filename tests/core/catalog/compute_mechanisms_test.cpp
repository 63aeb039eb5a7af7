#include "tests/core/catalog/mechanism_runs.h"

#include <gmock/gmock.h>

#include "core/analytic/erlang.h"

/// What compute blocks do when load or trouble comes at once, seen in runs: cold starts, sessions, nodes.
namespace cantilever::catalog::test_blocks {
namespace {

// --- Serverless function ---

Design functionCalled(Rate rate, Duration expiry) {
  return calling("serverless_function", rate)
      .deterministic()
      .param("duration", Law::constant(100_ms))
      .param("cold_start", Law::constant(400_ms))
      .param("idle_expiry", expiry);
}

// A call every five seconds finds no place where they are given up after two; after ten there is always one.
TEST(ServerlessFunction, StartsColdAfterAPauseAndNotUnderSteadyLoad) {
  EXPECT_DOUBLE_EQ(meanLatency(functionCalled(perSecond(0.2), 2_s), 60_s), 500);
  EXPECT_DOUBLE_EQ(meanLatency(functionCalled(perSecond(0.2), 10_s), 60_s), 500 / 12.0 + 100 * 11 / 12.0);
}

TEST(ServerlessFunction, HasAPlaceForEachCallAtOnce) {
  DesignBuilder burst = calling("serverless_function", 30_rps)
                            .workloadParam("users-request", "batch", 30)
                            .param("duration", Law::constant(100_ms))
                            .param("cold_start", Law::constant(400_ms));
  const sim::RunResult run = runOf(burst, 5_s);
  EXPECT_GE(poolOf(run, "subject").coldStarts, 30u);
  EXPECT_EQ(failedFor(run, plan::Reason::RateLimited), 0u);
}

TEST(ServerlessFunction, IsNeverColdWhereEnoughPlacesAreKeptWarm) {
  const Design warm = calling("serverless_function", 10_rps)
                          .param("duration", Law::constant(100_ms))
                          .param("cold_start", Law::constant(400_ms))
                          .param("provisioned", 20);
  EXPECT_DOUBLE_EQ(runOf(warm, 60_s).latency.meanNs() / 1e6, 100);
}

// Places that start at once: the limit is a loss system, a = 20/s x 0.1 s = 2 and c = 2 (Erlang 1917).
TEST(ServerlessFunction, RefusesWhatIsBeyondItsLimit) {
  const Design limited = calling("serverless_function", 20_rps)
                             .param("duration", Law::exponential(100_ms))
                             .param("cold_start", Law::constant(1_ms))
                             .param("concurrency", 2);
  const sim::RunResult run = runOf(limited, 1000_s);
  const double expected = analytic::erlangB(2, 2);
  EXPECT_NEAR(shareOfFailures(run), expected, 0.012);
  EXPECT_EQ(failedFor(run, plan::Reason::RateLimited), run.classes.front().failedTotal());
}

// --- Websocket gateway ---

DesignBuilder gateways() {
  DesignBuilder builder = design()
                              .block("users", "client_device")
                              .block("subject", "websocket_gateway")
                              .param("instances", 4)
                              .link("users", "subject")
                              .balancing(Balancing::Holder)
                              .workload("users", 400_rps);
  builder.workloadParam("users-request", "kind", Choice{"sessions"})
      .workloadParam("users-request", "holder", std::string("subject"))
      .workloadParam("users-request", "users", 8000)
      .workloadParam("users-request", "reconnect", Law::constant(2_s));
  return builder;
}

// An instance of 8 GiB has 70 % of it for connections of 2 MB: 3,006. Three of them hold 8,000, two of them
// do not.
TEST(WebsocketGateway, HoldsAsManyConnectionsAsItHasMemoryFor) {
  const auto connectedAfter = [](double lost) {
    DesignBuilder builder = gateways().param("memory_per_connection", 2_MB);
    builder.scenario("loss").at(5_s, Change::KillInstances, "subject", lost);
    return runOf(builder, 20_s, "loss").sessions[0].connected;
  };
  EXPECT_EQ(connectedAfter(1), 8000u);
  EXPECT_EQ(connectedAfter(2), 2 * 3006u);
}

// Two thousand handshakes of 5 ms come at 7 s to three instances, ten a second each may pass the door: so
// many wait, and give up after a second.
TEST(WebsocketGateway, LetsReconnectsInOneAfterTheOther) {
  const auto busyWith = [](Rate door) {
    DesignBuilder builder = gateways()
                                .param("handshake_time", Law::constant(5_ms))
                                .param("accept_rate", door)
                                .param("accept_patience", 1_s);
    builder.scenario("loss").at(5_s, Change::KillInstances, "subject", 1);
    const sim::RunResult run = runOf(builder, 20_s, "loss");
    EXPECT_EQ(run.sessions[0].lost + 8000, run.sessions[0].connects);
    return poolOf(run, "subject").utilisation;
  };
  const double messages = 400 * 40e-6 / 16;
  // All of 2,000 x 5 ms, over 15 s of three instances and 5 s of four, with four cores.
  EXPECT_NEAR(busyWith(100'000_rps), 2000 * 5e-3 / (3.25 * 4 * 20) + messages, 0.005);
  // 10 in hand and 10 in the second of patience, at each of three.
  EXPECT_NEAR(busyWith(10_rps), 60 * 5e-3 / (3.25 * 4 * 20) + messages, 0.001);
}

TEST(WebsocketGateway, TellsEveryConnectionInABroadcast) {
  const Design telling = asking("websocket_gateway", "broadcast", 1_rps)
                             .param("connections", 100'000)
                             .param("push_time", Law::constant(10_us));
  EXPECT_NEAR(Outcome(telling).work("subject"), 1, 1e-6);
  EXPECT_NEAR(meanLatency(telling, 60_s), 250, 60);  // four instances, 25,000 each, one core
}

// --- Container cluster ---

DesignBuilder onCluster() {
  return design()
      .block("users", "client_web")
      .block("nodes", "container_cluster")
      .param("nodes", 3)
      .param("boot_time", Law::constant(10_s))
      .block("subject", "microservice")
      .param("instances", 6)
      .param("boot_time", Law::constant(5_s))
      .param("lives_on", std::string("nodes x 2"))
      .link("users", "subject")
      .workload("users", 50_rps);
}

TEST(ContainerCluster, TakesWhatLivesOnANodeDownWithIt) {
  DesignBuilder builder = onCluster();
  builder.scenario("loss").at(5_s, Change::KillInstances, "nodes", 1);
  const sim::RunResult run = runOf(builder, 60_s, "loss");
  EXPECT_NEAR(poolOf(run, "subject").meanInstances, 6 - 2 * 55.0 / 60, 0.01);  // no room for them elsewhere
}

// With room for a fourth node it is ordered, and the containers after it: 10 s + 5 s.
TEST(ContainerCluster, OrdersANodeForContainersWithoutAPlace) {
  DesignBuilder builder = onCluster();
  Design design = builder;
  Block nodes = *design.blocks.find(BlockId("nodes"));
  nodes.params["max_nodes"] = Count(4);
  design.blocks.put(std::move(nodes));
  Block service = *design.blocks.find(BlockId("subject"));
  service.params["max_instances"] = Count(8);
  design.blocks.put(std::move(service));
  Scenario loss;
  loss.id = ScenarioId("loss");
  loss.events.push_back({.at = 5_s, .target = BlockId("nodes"), .change = Change::KillInstances, .value = 1});
  design.scenarios.put(std::move(loss));
  const sim::RunResult run = runOf(design, 60_s, "loss");
  EXPECT_NEAR(poolOf(run, "subject").meanInstances, 6 - 2 * 15.0 / 60, 0.01);
}

// A node of four vCPU keeps 0.08 for Kubernetes: three containers of one vCPU find a place on each.
TEST(ContainerCluster, PlacesWhatItHasProcessorsFor) {
  const auto crowded = [](const char* controlPlane, const char* other) -> Design {
    return onCluster()
        .param("instances", 12)
        .param("lives_on", std::string("nodes x 4"))
        .block("nodes", "container_cluster")
        .param("nodes", 3)
        .param("control_plane", controlPlane)
        .block("zother", "microservice")
        .param("instances", 3)
        .param("task_size", "0.5 vCPU, 1 GB")
        .param("lives_on", std::string(other))
        .link("users", "zother");
  };
  const Outcome kubernetes(crowded("managed", "nodes x 2"));
  EXPECT_EQ(kubernetes.pool("subject").instances, 9u);
  EXPECT_TRUE(kubernetes.isRemarkedOn("block.few_processors"));
  EXPECT_EQ(kubernetes.pool("zother").perHost, 1u);  // of 0.92 that are left
  const Outcome ecs(crowded("included", ""));
  EXPECT_EQ(ecs.pool("subject").instances, 12u);
  EXPECT_FALSE(ecs.isRemarkedOn("block.few_processors"));
  const compile::Compiled full = compile::compile(crowded("included", "nodes x 1"), Catalog::builtIn());
  EXPECT_TRUE(full.hasErrors());
}

TEST(ContainerCluster, IsPaidForInsteadOfWhatLivesOnIt) {
  const Design design = onCluster();
  const auto amount = [&](const char* block) {
    double total = 0;
    const Block& of = *design.blocks.find(BlockId(block));
    for (const Usage& usage : typeOf(of.type).usage(of, {})) {
      total += usage.amount;
    }
    return total;
  };
  EXPECT_DOUBLE_EQ(amount("nodes"), 3 * 730 + 730);
  EXPECT_EQ(amount("subject"), 0);
}

// Fewer than there are is no room to grow: it is said, and so is what would be right.
TEST(ContainerCluster, SaysThatItMayNotHaveFewerNodesThanItHas) {
  DesignBuilder shrunk =
      design().block("subject", "container_cluster").param("nodes", 6).param("max_nodes", 4);
  EXPECT_TRUE(Outcome(shrunk).isRemarkedOn("scaling.most_is_less"));
  EXPECT_EQ(Outcome(shrunk).pool("subject").room(), 6u);
  EXPECT_FALSE(Outcome(shrunk.param("max_nodes", 0)).isRemarkedOn("scaling.most_is_less"));
  EXPECT_FALSE(Outcome(shrunk.param("max_nodes", 8)).isRemarkedOn("scaling.most_is_less"));
}

TEST(Tiers, SayWhenTheirBoundsDoNotFitTheirNumber) {
  const auto bounded = [](Count least, Count most) {
    return Outcome(calling("microservice", 1_rps)
                       .param("instances", 6)
                       .param("scale_on", "utilisation")
                       .param("min_instances", least)
                       .param("max_instances", most));
  };
  EXPECT_TRUE(bounded(Count(1), Count(4)).isRemarkedOn("scaling.most_is_less"));
  EXPECT_TRUE(bounded(Count(20), Count(12)).isRemarkedOn("scaling.least_is_more"));
  EXPECT_FALSE(bounded(Count(6), Count(12)).isRemarkedOn("scaling.most_is_less"));
  EXPECT_FALSE(bounded(Count(6), Count(12)).isRemarkedOn("scaling.least_is_more"));
}

}  // namespace
}  // namespace cantilever::catalog::test_blocks
