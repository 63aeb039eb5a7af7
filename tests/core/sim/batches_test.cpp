#include <gtest/gtest.h>

#include <algorithm>

#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "core/vocabulary/visits.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"

// Calls that go on together (42).
namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using cantilever::test::design;
using cantilever::test::DesignBuilder;
using plan::Batching;
using plan::Reason;

/// Requests whose calls to a station go in batches.
plan::Index batched(PlanBuilder& builder, plan::Index link, std::uint32_t most, const Duration& linger) {
  Batching batching;
  batching.key = "batches";
  batching.link = link;
  batching.most = most;
  batching.linger = linger;
  batching.program = builder.program("batch", plan::kNone, [=](ProgramWriter& p) { p.call(link); });
  builder.raw().batchings.push_back(batching);
  return static_cast<plan::Index>(builder.raw().batchings.size() - 1);
}
PlanBuilder every10ms(std::uint32_t most, const Duration& linger) {
  PlanBuilder builder;
  const plan::Index batch =
      batched(builder, builder.station("broker", servers(1), Law::constant(1_ms)), most, linger);
  builder.source(
      "writers", 100_rps, [=](ProgramWriter& p) { p.batch(batch); }, ArrivalProcess::Deterministic);
  return builder;
}
TEST(Batches, LeaveWhenTheyAreFull) {
  PlanBuilder builder = every10ms(3, 1_s);
  const RunResult run = runFor(99_ms, builder);
  // Those of 10, 20 and 30 ms are answered at 31 ms, and so on.
  EXPECT_EQ(run.classes[0].succeeded, 9u);
  EXPECT_EQ(run.latency.maxNs(), 21'000'000);
  EXPECT_EQ(run.callBatches[0].calls, 9u);
  EXPECT_EQ(run.callBatches[0].batches, 3u);
  EXPECT_DOUBLE_EQ(run.callBatches[0].wait.meanNs(), 10e6);
  EXPECT_EQ(run.pools[0].served, 3u);
  EXPECT_EQ(run.detached.started, 0u);
}

TEST(Batches, LeaveWhenTheirFirstHasWaitedLongEnough) {
  PlanBuilder builder = every10ms(100, 25_ms);
  const RunResult run = runFor(99_ms, builder);
  // Those of 10, 20 and 30 ms leave at 35 ms, those of 40, 50 and 60 ms at 65, those of 70 ... 90 at 95.
  EXPECT_EQ(run.classes[0].succeeded, 9u);
  EXPECT_EQ(run.callBatches[0].batches, 3u);
  EXPECT_EQ(run.latency.maxNs(), 26'000'000);
  EXPECT_DOUBLE_EQ(run.callBatches[0].wait.meanNs(), 15e6);
}

TEST(Batches, FailAllTogether) {
  PlanBuilder builder;
  const plan::Index failing =
      builder.program("failing", plan::kNone, [](ProgramWriter& p) { p.fail(Reason::Injected); });
  const plan::Index batch = batched(builder, builder.link("to-failing", failing), 2, 1_s);
  builder.source(
      "writers", 100_rps, [=](ProgramWriter& p) { p.batch(batch); }, ArrivalProcess::Deterministic);
  const RunResult run = runFor(99_ms, builder);
  EXPECT_EQ(run.classes[0].failed[static_cast<std::size_t>(Reason::Injected)], 8u);
  EXPECT_EQ(run.classes[0].unfinished, 1u);
}

TEST(Batches, OfPoissonCallsAreAsReckoned) {
  for (const auto& [most, linger] : {std::pair(4u, 5_ms), std::pair(1000u, 5_ms), std::pair(10u, 1_s)}) {
    PlanBuilder builder;
    const plan::Index batch =
        batched(builder, builder.station("broker", servers(0), Law::constant(1_ms)), most, linger);
    builder.source("writers", 1000_rps, [=](ProgramWriter& p) { p.batch(batch); });
    const RunResult run = runFor(60_s, builder);
    const plan::ExpectedBatch expected = plan::expectedBatch(builder.raw().batchings[0], 1000);
    const BatchResult& measured = run.callBatches[0];
    EXPECT_NEAR(static_cast<double>(measured.wait.count()) / static_cast<double>(measured.batches),
                expected.size, 0.02 * expected.size);
    EXPECT_NEAR(measured.wait.meanNs() * 1e-9, expected.wait, 0.02 * expected.wait);
    const plan::Visits visits = *plan::visits(*builder.build());
    EXPECT_NEAR(static_cast<double>(run.links[0].calls) / 60, visits.totalLinkRate(0),
                0.02 * visits.totalLinkRate(0));
  }
}

/// Of 60,000 arrivals drawn here, put together as the rule says.
TEST(Batches, WaitsHaveTheMomentsReckoned) {
  for (const auto& [most, linger] : {std::pair(4u, 0.005), std::pair(50u, 0.02), std::pair(3u, 1.0)}) {
    RandomStream stream(most);
    double now = 0;
    double sum = 0;
    double squares = 0;
    double calls = 0;
    for (int batch = 0; batch < 60'000; ++batch) {
      std::vector<double> at{now += stream.exponential() / 300};
      double next = now + stream.exponential() / 300;
      while (at.size() < most && next <= at.front() + linger) {
        at.push_back(next);
        next += stream.exponential() / 300;
      }
      const double end = at.size() == most ? at.back() : at.front() + linger;
      for (const double each : at) {
        sum += end - each;
        squares += (end - each) * (end - each);
        calls += 1;
      }
      now = std::max(now, end);
    }
    Batching of;
    of.most = most;
    of.linger = Duration::seconds(linger);
    const plan::ExpectedBatch expected = plan::expectedBatch(of, 300);
    EXPECT_NEAR(calls / 60'000, expected.size, 0.02 * expected.size);
    EXPECT_NEAR(sum / calls, expected.wait, 0.02 * expected.wait);
    EXPECT_NEAR(squares / calls, expected.waitSecond, 0.03 * expected.waitSecond);
  }
}

DesignBuilder shop() {
  DesignBuilder builder = design();
  builder.block("users", "source").block("api", "pool").param("instances", 4);
  builder.param("service", Law::constant(1_ms)).param("queue", "per_instance");
  builder.block("db", "pool").param("service", Law::constant(2_ms)).param("servers", 8);
  builder.link("users", "api").link("api", "db").workload("users", 1000_rps);
  return builder;
}
RunResult runOf(const Design& of) {
  const compile::Compiled compiled = compile::compile(of, catalog::Catalog::builtIn());
  EXPECT_TRUE(compiled.plan);
  RunConfig config;
  config.warmup = 1_s;
  config.duration = 20_s;
  return compiled.plan ? *simulate(compiled.plan, config) : RunResult{};
}

TEST(Batches, OfALinkAreThoseOfEachCallingInstance) {
  DesignBuilder builder = shop();
  builder.linkParam("call_batch", 5).linkParam("call_linger", 1_s);
  const RunResult run = runOf(builder);
  const BatchResult& batches = run.callBatches[0];
  EXPECT_EQ(batches.key, "api-db");
  EXPECT_NEAR(static_cast<double>(batches.calls) / static_cast<double>(batches.batches), 5, 0.01);
  // Each of four instances has its own: the five of a batch come at 250/s, so they wait 8 ms on average.
  EXPECT_NEAR(batches.wait.meanNs() / 1e6, 2 / 0.25, 0.3);
  const compile::Compiled compiled = compile::compile(builder.build(), catalog::Catalog::builtIn());
  EXPECT_DOUBLE_EQ(plan::callersOf(*compiled.plan, 0), 4);
}

TEST(Batches, OfAKilledInstanceAreLostWithIt) {
  DesignBuilder builder = shop();
  builder.linkParam("call_batch", 1000).linkParam("call_linger", 10_s);
  builder.scenario("fault").at(2_s, Change::KillInstances, "api", 4);
  const compile::Compiled compiled =
      compile::compile(builder.build(), catalog::Catalog::builtIn(), {.scenario = ScenarioId("fault")});
  ASSERT_TRUE(compiled.plan);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 3_s;
  const RunResult run = *simulate(compiled.plan, config);
  const BatchResult& batches = run.callBatches[0];
  EXPECT_EQ(batches.batches, 0u);
  EXPECT_GT(run.classes[0].failed[static_cast<std::size_t>(Reason::KilledInFlight)], 1900u);
  EXPECT_EQ(run.classes[0].unfinished, 0u);
}

// It retires when all that it holds has ended, what is put together there included.
TEST(Batches, AreWaitedForByAnInstanceThatDrains) {
  const auto retiredAt = [](int batch) {
    DesignBuilder builder = design();
    builder.block("users", "source").block("api", "pool").param("instances", 2);
    builder.param("service", Law::constant(Duration())).param("queue", "per_instance");
    builder.block("slow", "delay").param("delay", Law::constant(5_s));
    builder.link("users", "api").balancing(Balancing::RoundRobin).link("api", "slow");
    builder.linkParam("call_batch", batch).linkParam("call_linger", 2_s);
    builder.workload("users", 1_rps).workloadParam("users-request", "kind", "trace");
    builder.workloadParam("users-request", "times", std::string("0 ms, 1 ms"));
    builder.scenario("fewer").at(1_s, Change::SetInstances, "api", 1);
    const compile::Compiled compiled =
        compile::compile(builder.build(), catalog::Catalog::builtIn(), {.scenario = ScenarioId("fewer")});
    EXPECT_TRUE(compiled.plan) << compiled.diagnostics.front().message;
    RunConfig config;
    config.warmup = Duration();
    config.duration = 20_s;
    const RunResult run = *simulate(compiled.plan, config);
    EXPECT_EQ(run.classes[0].succeeded, 2u);
    const auto retired =
        std::find_if(run.happenings.begin(), run.happenings.end(),
                     [](const Happening& each) { return each.kind == Happening::Kind::Retired; });
    return retired == run.happenings.end() ? 0 : retired->atNs;
  };
  EXPECT_EQ(retiredAt(1), 5'001'000'000);
  EXPECT_EQ(retiredAt(10), 7'001'000'000);  // its batch has left at 2.001 s
}

TEST(Batches, OfProducersSpareTheBrokersRequests) {
  const auto brokersAt = [](int most) {
    DesignBuilder builder = design();
    builder.block("users", "source").block("kafka", "kafka_cluster").block("worker", "pool");
    builder.link("users", "kafka").link("kafka", "worker").workload("users", 1000_rps);
    Design with = builder.build();
    Block kafka = *with.blocks.find(BlockId("kafka"));
    kafka.params["request_time"] = Law::constant(1_ms);
    kafka.params["producers_batch"] = most > 1;
    kafka.params["producer_batch"] = Count(std::max(2, most));
    kafka.params["producer_linger"] = Duration::seconds(1);
    with.blocks.put(kafka);
    return runOf(with);
  };
  const RunResult one = brokersAt(1);
  const RunResult ten = brokersAt(10);
  const auto busy = [](const RunResult& run) { return run.pools[0].meanConcurrency; };
  EXPECT_NEAR(busy(one), 1000 * (0.001 + 1000 / 15e6), 0.03);
  EXPECT_NEAR(busy(ten), 1000 * (0.0001 + 1000 / 15e6), 0.01);
  EXPECT_NEAR(static_cast<double>(ten.logs[0].appended), 20'000, 600);  // a message each all the same
}

}  // namespace
}  // namespace cantilever::sim
