#include <gtest/gtest.h>

#include <cmath>

#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "core/vocabulary/visits.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"

/// Windows of streams.
namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;

plan::Window every(Duration size, Duration slide = {}) {
  plan::Window window;
  window.size = size;
  window.slide = slide > Duration() ? slide : size;
  return window;
}

RunResult gathering(Duration duration, PlanBuilder& builder) {
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  const Result<RunResult> result = simulate(builder.build(), config);
  EXPECT_TRUE(result.ok()) << (result ? "" : result.error().message);
  return result ? *result : RunResult{};
}

TEST(Window, SendsOneOutcomeForEachKeyAtItsEnd) {
  PlanBuilder builder;
  plan::Window window = every(250_ms);
  window.link = builder.station("next", servers(1), Law::constant(1_ms));
  const plan::Index at = builder.window("window", window);
  builder.source(
      "events", 10_rps, [=](ProgramWriter& p) { p.gather(at); }, ArrivalProcess::Deterministic);
  const RunResult run = gathering(755_ms, builder);
  // At 100 and 200, 300 and 400, 500 to 700 ms: three windows, of one key.
  EXPECT_EQ(run.streams[0].events, 7u);
  EXPECT_EQ(run.streams[0].windows, 3u);
  EXPECT_EQ(run.streams[0].outcomes, 3u);
  EXPECT_EQ(run.streams[0].open, 0u);
  EXPECT_EQ(run.streams[0].maxOpen, 1u);
  EXPECT_EQ(run.pools[0].arrivals, 3u);
  EXPECT_EQ(run.classes[0].succeeded, 7u);  // nobody waits for the outcomes
}

// Of K equally likely keys, K (1 - e^(-lambda w / K)) are in a window of length w, on average.
TEST(Window, HoldsAsManyKeysAsComeInItsTime) {
  constexpr double kKeys = 100;
  for (const Duration slide : {1_s, 250_ms}) {
    PlanBuilder builder;
    builder.keys(builder.requestClass("events"), static_cast<std::uint32_t>(kKeys), 0);
    plan::Window window = every(1_s, slide);
    window.link = builder.station("next", unlimitedServers(), Law());
    const plan::Index at = builder.window("window", window);
    builder.source("events", 80_rps, [=](ProgramWriter& p) { p.gather(at); });
    const RunResult run = gathering(1000_s, builder);
    const double expected = kKeys * (1 - std::exp(-80 / kKeys));
    const StreamResult& of = run.streams[0];
    EXPECT_NEAR(static_cast<double>(of.outcomes) / static_cast<double>(of.windows), expected, 0.5);
    EXPECT_NEAR(static_cast<double>(of.windows), 1000 / slide.inSeconds(), 5);
    const plan::Visits visits = *plan::visits(*builder.build());
    EXPECT_NEAR(visits.totalLinkRate(0), expected / slide.inSeconds(), 1e-6);
    EXPECT_DOUBLE_EQ(visits.windowEvents[0][0], 80);
  }
}

TEST(Window, ByEventTimeWhatComesAfterItsEndIsLate) {
  for (const Duration lateness : {0_ms, 50_ms}) {
    PlanBuilder builder;
    plan::Window window = every(200_ms);
    window.isByBirth = true;
    window.lateness = lateness;
    window.link = builder.station("next", servers(1), Law::constant(1_ms));
    const plan::Index at = builder.window("window", window);
    builder.source(
        "events", 10_rps, [=](ProgramWriter& p) { p.wait(Law::constant(20_ms)).gather(at); },
        ArrivalProcess::Deterministic);
    builder.raw().sources[0].kind = plan::SourceKind::Trace;
    builder.raw().sources[0].times = {50_ms, 190_ms, 350_ms};
    const RunResult run = gathering(500_ms, builder);
    EXPECT_EQ(run.streams[0].events, 3u);
    EXPECT_EQ(run.streams[0].late, lateness > Duration() ? 0u : 1u);  // that of 190, which is there at 210
    EXPECT_EQ(run.streams[0].outcomes, 2u);
  }
}

TEST(Window, EveryMessageOfABatchIsAnEventOfItsOwn) {
  PlanBuilder builder;
  builder.keys(builder.requestClass("events"), 1'000'000, 0);
  const plan::Index log = builder.log("log");
  plan::Window window = every(100_ms);
  window.link = builder.station("next", unlimitedServers(), Law());
  const plan::Index at = builder.window("window", window);
  const plan::Index pool = builder.pool("stage", servers(1));
  const plan::Index process =
      builder.program("process", pool, [=](ProgramWriter& p) { p.work(Law::constant(10_ms)).gather(at); });
  plan::ConsumerGroup group;
  group.batch = 50;
  builder.group(log, builder.link("to-stage", process), group);
  builder.source("events", 1000_rps, [=](ProgramWriter& p) { p.publish(log); });
  const RunResult run = gathering(20_s, builder);
  EXPECT_LT(run.groups[0].batches, 2100u);
  EXPECT_EQ(run.streams[0].events, run.groups[0].consumed);
  EXPECT_EQ(run.streams[0].outcomes + run.streams[0].open, run.streams[0].events);  // keys hardly recur
}

cantilever::test::DesignBuilder pipeline() {
  return cantilever::test::design()
      .requestClass("event")
      .classParam("event", "keys", Count(50))
      .block("users", "source")
      .block("log", "log")
      .param("partitions", Count(4))
      .param("batch", Count(10))
      .param("session_timeout", 1_s)
      .param("rebalance_pause", 100_ms)
      .block("counts", "stream")
      .param("parallelism", Count(2))
      .param("window", 1_s)
      .block("next", "delay")
      .link("users", "log")
      .link("log", "counts")
      .linkParam("commit_interval", 1_s)
      .linkParam("commit_pause", 100_ms)
      .link("counts", "next")
      .workload("users", 200_rps, "event");
}

TEST(Window, AStreamIsAConsumerWithCheckpoints) {
  const compile::Compiled compiled =
      compile::compile(pipeline().scenario("death").at(10'500_ms, Change::KillInstances, "counts", 1),
                       catalog::Catalog::builtIn(), {.scenario = ScenarioId("death")});
  ASSERT_NE(compiled.plan, nullptr);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 100_s;
  const RunResult run = *simulate(compiled.plan, config);
  const StreamResult& of = run.streams[0];
  // Events between the checkpoint at 10 s and the death are done twice.
  EXPECT_GT(run.groups[0].duplicates, 5u);
  EXPECT_EQ(of.events, run.groups[0].consumed + run.groups[0].duplicates);
  const double perWindow = 50 * (1 - std::exp(-4.0));
  EXPECT_NEAR(static_cast<double>(of.outcomes) / static_cast<double>(of.windows), perWindow, 2.5);
  EXPECT_EQ(run.pools.back().arrivals, of.outcomes);
  // Nothing is read for a tenth of the time.
  EXPECT_GE(run.groups[0].wait.maxNs(), 100'000'000);
}

// A stage whose next stage is full does not read on: what it cannot do waits before it.
TEST(Window, AFullNextStageHoldsUpTheOneBeforeIt) {
  const compile::Compiled compiled = compile::compile(cantilever::test::design()
                                                          .block("users", "source")
                                                          .block("first", "log")
                                                          .block("stage", "pool")
                                                          .param("seats", Count(1))
                                                          .param("queue", Choice{"per_instance"})
                                                          .param("service", Law::constant(1_ms))
                                                          .block("second", "log")
                                                          .param("limit", Count(5))
                                                          .param("overflow", Choice{"block"})
                                                          .block("slow", "pool")
                                                          .param("service", Law::constant(20_ms))
                                                          .link("users", "first")
                                                          .link("first", "stage")
                                                          .link("stage", "second")
                                                          .link("second", "slow")
                                                          .workload("users", 100_rps)
                                                          .deterministic(),
                                                      catalog::Catalog::builtIn());
  ASSERT_NE(compiled.plan, nullptr);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 100_s;
  const RunResult run = *simulate(compiled.plan, config);
  // 100/s come, 50/s leave: half of them wait at last, and all but a few before the first stage.
  EXPECT_EQ(run.groups[1].maxWaiting, 5u);
  EXPECT_NEAR(run.groups[0].waiting, 5000, 15);
  EXPECT_EQ(run.classes[0].failedTotal(), 0u);
}

}  // namespace
}  // namespace cantilever::sim
