#include <gmock/gmock.h>

#include "core/analytic/erlang.h"
#include "tests/core/catalog/block_outcome.h"

/// What product blocks do when something goes wrong or comes at once, seen in runs: cold starts, shards,
/// quorums, failovers, windows, checkpoints, sessions, nodes, alerts and rollouts.
namespace cantilever::catalog::test_blocks {
namespace {

sim::RunResult runOf(const Design& design, Duration duration, const char* scenario = "") {
  const compile::Compiled compiled = compile::compile(design, Catalog::builtIn(), {ScenarioId(scenario)});
  for (const Diagnostic& each : compiled.diagnostics) {
    EXPECT_NE(each.severity, Severity::Error) << each.message;
  }
  sim::RunConfig config;
  config.warmup = {};
  config.duration = duration;
  return sim::simulate(compiled.plan, config).value();
}

std::uint64_t failedFor(const sim::RunResult& run, plan::Reason reason) {
  std::uint64_t failed = 0;
  for (const sim::ClassResult& of : run.classes) {
    failed += of.failed[static_cast<std::size_t>(reason)];
  }
  return failed;
}

std::int64_t momentOf(const sim::RunResult& run, sim::Happening::Kind kind) {
  const auto at = std::find_if(run.happenings.begin(), run.happenings.end(),
                               [&](const sim::Happening& each) { return each.kind == kind; });
  return at == run.happenings.end() ? -1 : at->atNs;
}

/// Of a run that is stationary.
double shareOfFailures(const sim::RunResult& run) {
  const sim::ClassResult& of = run.classes.front();
  return static_cast<double>(of.failedTotal()) / static_cast<double>(of.offered);
}

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

// --- Stream processor ---

DesignBuilder stream(Rate rate) {
  return design()
      .block("users", "client_web")
      .param("round_trip", Law::constant(0_ms))
      .block("log", "kafka_cluster")
      .param("partitions", 8)
      .block("sink", "delay")
      .block("subject", "stream_processor")
      .param("units", 4)
      .link("users", "log")
      .link("log", "subject")
      .link("subject", "sink")
      .workload("users", rate)
      .classParam("request", "keys", 5)
      .classParam("request", "key_exponent", 0.0);
}

// Five keys, 100 events a second, windows of two seconds: each has all keys, and one result for each.
TEST(StreamProcessor, HasOneResultForEachKeyAndWindow) {
  const Design design = stream(100_rps).param("window", 2_s).param("lateness", 1_s);
  const sim::RunResult run = runOf(design, 21_s);
  ASSERT_EQ(run.streams.size(), 1u);
  EXPECT_EQ(run.streams[0].windows, 10u);
  EXPECT_EQ(run.streams[0].outcomes, 50u);
  EXPECT_EQ(run.streams[0].late, 0u);
}

// A slot is dead from 10.5 s: nothing is read for the restart, and events from 10 s, the last checkpoint, are
// done again by others. In the mean half of the interval, here half a second of a quarter of the events.
TEST(StreamProcessor, GoesOnFromItsLastCheckpoint) {
  const auto lossWith = [](Duration interval) {
    DesignBuilder builder =
        stream(400_rps)
            .param("window", 1_s)
            .param("checkpoint", interval)
            .param("checkpoint_pause", 0_ms)
            .param("restart", 3_s)
            .classParam("request", "keys", 1000);  // so that all partitions have about as many
    builder.scenario("loss").at(Duration::seconds(10.5), Change::KillInstances, "subject", 1);
    return runOf(builder, 20_s, "loss").groups[0];
  };
  const sim::GroupResult often = lossWith(1_s);
  EXPECT_NEAR(static_cast<double>(often.duplicates), 50, 35);
  EXPECT_NEAR(static_cast<double>(lossWith(10_s).duplicates), 50, 35);
  EXPECT_NEAR(static_cast<double>(lossWith(7_s).duplicates), 350, 90);
  EXPECT_NEAR(static_cast<double>(often.maxWaiting), 400 * 3, 120);  // nothing is read for three seconds
}

TEST(StreamProcessor, StandsStillForItsCheckpoints) {
  DesignBuilder builder =
      stream(400_rps).param("window", 1_s).param("checkpoint", 2_s).param("checkpoint_pause", 500_ms);
  // A quarter of the time events wait, for a quarter of a second on average.
  EXPECT_NEAR(runOf(builder, 40_s).groups[0].wait.meanNs() / 1e6, 0.25 * 250, 15);
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

// --- Alerting ---

// All servers die at 10 s. The first whole period with failures is from 10 s to 20 s, the third ends at 40 s;
// 20 s and 30 s later they are back.
TEST(Alerting, HasWhatIsBrokenRestoredByHand) {
  DesignBuilder builder = design()
                              .block("users", "client_web")
                              .block("app", "app_server")
                              .block("subject", "alerting")
                              .param("rules", std::string("failed_ratio above 10 % over 10 s for 30 s"))
                              .param("acknowledged", 20_s)
                              .param("remedied", 30_s)
                              .link("users", "app")
                              .link("subject", "app")
                              .workload("users", 50_rps);
  builder.scenario("loss").at(10_s, Change::KillInstances, "app", 100);
  const sim::RunResult run = runOf(builder, 150_s, "loss");
  ASSERT_EQ(run.controls.size(), 1u);
  EXPECT_EQ(run.controls[0].fired, 1u);
  EXPECT_EQ(run.controls[0].firstNs, (40_s).ns());
  EXPECT_EQ(momentOf(run, sim::Happening::Kind::Restored), (90_s).ns());
  EXPECT_NEAR(shareOfFailures(run), 80.0 / 150, 0.01);
}

TEST(Alerting, SaysWhichRuleCannotBe) {
  const ParamSpec& rules = *findSpec(typeOf("alerting").params, "rules");
  EXPECT_TRUE(rules.check(std::string("latency_p99 above 1 s; failed_ratio above 1 %")).ok());
  EXPECT_FALSE(rules.check(std::string("at 10 min")).ok());
  EXPECT_FALSE(rules.check(std::string("latency_p99 above")).ok());
  const compile::Compiled compiled = compile::compile(
      design().block("subject", "alerting").param("rules", std::string("lag of nobody above 5")),
      Catalog::builtIn());
  ASSERT_TRUE(compiled.hasErrors());
  EXPECT_THAT(compiled.diagnostics.front().message, ::testing::HasSubstr("nobody"));
}

// --- Deployment controller ---

DesignBuilder released(Ratio errors) {
  return design()
      .block("users", "client_web")
      .block("app", "app_server")
      .param("instances", 10)
      .param("boot_time", Law::constant(1_s))
      .param("next_errors", errors)
      .block("subject", "deployment_controller")
      .param("begins", 10_s)
      .param("steps", std::string("10 %, 100 %"))
      .param("bake", 30_s)
      .param("rollback_when", std::string("failed_ratio above 4 % over 10 s"))
      .link("users", "app")
      .balancing(Balancing::RoundRobin)
      .link("subject", "app")
      .workload("users", 100_rps);
}

TEST(DeploymentController, BringsAGoodVersionEverywhere) {
  const sim::RunResult run = runOf(released(ratio(0)), 120_s);
  EXPECT_EQ(run.controls[0].fired, 1u);
  EXPECT_EQ(run.controls[1].fired, 0u);
  EXPECT_EQ(run.classes[0].failedTotal(), 0u);
  EXPECT_EQ(run.series.back().pools[0].instancesNext, 10u);
}

// One of ten instances fails every request: 10 % of all, of which the alarm learns within two periods.
// Without the canary's step ten times as many would have.
TEST(DeploymentController, TakesABadVersionBackAfterTheCanary) {
  const sim::RunResult run = runOf(released(ratio(1)), 120_s);
  EXPECT_EQ(run.controls[1].fired, 1u);
  EXPECT_EQ(run.series.back().pools[0].instancesNext, 0u);
  EXPECT_GT(run.classes[0].failedTotal(), 50u);
  EXPECT_LT(run.classes[0].failedTotal(), 250u);
}

// --- Key management ---

// 300 operations a second of which 100 are allowed, and the second that is in hand at first.
TEST(KeyManagement, RefusesWhatIsBeyondTheQuotaUnlessDataKeysAreAtHand) {
  const auto refusedWith = [](Ratio atHand) {
    const Design design =
        calling("key_management", 300_rps).param("quota", 100_rps).param("cached_share", atHand);
    return static_cast<double>(failedFor(runOf(design, 100_s), plan::Reason::RateLimited));
  };
  EXPECT_NEAR(refusedWith(ratio(0)), 100 * (300 - 100) - 100, 600);
  EXPECT_LT(refusedWith(ratio(0.8)), 50);
}

}  // namespace
}  // namespace cantilever::catalog::test_blocks
