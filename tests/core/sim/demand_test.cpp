// Instances that come with the requests, scaling to zero, warm pools, steps and looking ahead (rules 14, 39).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/compile/compile.h"
#include "core/sim/recency.h"
#include "core/sim/scaling.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/queueing_theory.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using ::testing::ElementsAre;

plan::Pool onDemand(std::uint32_t most, Duration boot, Duration idle, std::uint32_t least = 0) {
  plan::Pool pool = shared(withSeats(servers(1), 1));
  pool.instances = least;
  pool.maxInstances = most;
  pool.boot = Law::constant(boot);
  pool.idleExpiry = idle;
  pool.needed = 0;
  return pool;
}

PlanBuilder functionAt(const plan::Pool& pool, std::vector<Duration> times, const Law& work) {
  PlanBuilder builder;
  const plan::Index link = builder.station("f", pool, work);
  builder.source("users", 1_rps, [&](ProgramWriter& p) { p.call(link); });
  builder.raw().sources[0].kind = plan::SourceKind::Trace;
  builder.raw().sources[0].times = std::move(times);
  return builder;
}

RunConfig demandConfig(Duration duration) {
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  return config;
}

std::vector<std::string> demandStory(const RunResult& run) {
  std::vector<std::string> lines;
  for (const Happening& each : run.happenings) {
    if (each.kind == Happening::Kind::Saturated || each.kind == Happening::Kind::Relieved) {
      continue;  // saturation_test.cpp
    }
    lines.push_back(std::to_string(each.atNs / kMs) + " " + nameOf(each.kind) + " " +
                    std::to_string(each.instance));
  }
  return lines;
}

TEST(Recency, KeepsTheOrderOfUse) {
  Recency order(4);
  EXPECT_TRUE(order.isEmpty());
  order.use(1);
  order.use(3);
  order.use(0);
  EXPECT_EQ(order.latest(), 0u);
  order.use(1);
  EXPECT_EQ(order.latest(), 1u);
  order.remove(1);
  order.remove(1);
  EXPECT_EQ(order.latest(), 0u);
  order.remove(0);
  EXPECT_EQ(order.latest(), 3u);
  order.remove(3);
  EXPECT_TRUE(order.isEmpty());
}

// Boot 2 s, work 3 s, idle expiry 10 s. The request of 1 s boots instance 0 (3 s), is done at 6 s. That of 4
// s finds it busy and boots instance 1 (6 s), done at 9 s. That of 12 s takes the one used last, which is 1:
// 15 s. 0 goes at 16 s, 1 at 25 s.
TEST(OnDemand, BringsAnInstanceForEachRequestThatFindsNone) {
  const RunResult run = *simulate(
      functionAt(onDemand(5, 2_s, 10_s), {1_s, 4_s, 12_s}, Law::constant(3_s)).build(), demandConfig(30_s));
  EXPECT_EQ(run.classes[0].succeeded, 3u);
  EXPECT_EQ(run.classes[0].latency.maxNs(), 5000 * kMs);
  EXPECT_DOUBLE_EQ(run.classes[0].latency.meanNs(), (5.0 + 5 + 3) / 3 * 1e9);
  EXPECT_EQ(run.pools[0].coldStarts, 2u);
  EXPECT_DOUBLE_EQ(run.pools[0].meanBooting, 4.0 / 30);
  EXPECT_EQ(run.series.back().pools[0].instancesUp, 0u);
  EXPECT_NEAR(run.pools[0].instanceHours, run.pools[0].meanInstances * 30 / 3600 + 4.0 / 3600, 1e-12);
}

TEST(OnDemand, TakesTheInstanceUsedLastAndLetsTheOthersGo) {
  const RunResult run =
      *simulate(functionAt(onDemand(5, Duration(), 10_s), {1_s, 2_s, 8_s, 15_s}, Law::constant(3_s)).build(),
                demandConfig(40_s));
  // 0 works from 1 to 4 s, 1 from 2 to 5 s; at 8 s and 15 s 1 was used last. 0 goes at 14 s, 1 at 28 s.
  EXPECT_THAT(demandStory(run),
              ElementsAre("1000 ordered 0", "1000 booted 0", "2000 ordered 1", "2000 booted 1",
                          "14000 draining 0", "14000 retired 0", "28000 draining 1", "28000 retired 1"));
  EXPECT_DOUBLE_EQ(run.pools[0].meanInstances, (13.0 + 26) / 40);
}

TEST(OnDemand, RefusesBeyondTheRoom) {
  plan::Pool pool = onDemand(1, 2_s, 10_s);
  pool.queueLimit = 0;
  const RunResult run =
      *simulate(functionAt(pool, {1_s, 2_s, 4_s, 7_s}, Law::constant(3_s)).build(), demandConfig(20_s));
  // The first waits for its instance; the second finds as many waiting as will have seats; the third finds it
  // busy from 3 to 6 s.
  EXPECT_EQ(failures(run, plan::Reason::QueueFull), 2u);
  EXPECT_EQ(run.classes[0].succeeded, 2u);
}

TEST(OnDemand, KeepsAtLeastSoMany) {
  const RunResult run = *simulate(
      functionAt(onDemand(5, 2_s, 3_s, 1), {1_s, 1500_ms}, Law::constant(1_s)).build(), demandConfig(60_s));
  EXPECT_EQ(run.pools[0].coldStarts, 1u);
  EXPECT_EQ(run.series.back().pools[0].instancesUp, 1u);
}

// With boots that take no time, instances that go at once and a limit it is the loss system of Erlang:
// whatever the law of the work, B(c, a) of all is refused.
TEST(OnDemand, WithoutBootsIsALossSystem) {
  plan::Pool pool = onDemand(5, Duration(), Duration());
  pool.queueLimit = 0;
  PlanBuilder builder;
  const plan::Index link = builder.station("f", pool, Law::lognormal(100_ms, 1));
  builder.source("users", 40_rps, [&](ProgramWriter& p) { p.call(link); });
  const Replications runs(builder.build(), 20'000);
  runs.expect("refused", theory::erlangB(4, 5), 0.1, failedShare(plan::Reason::QueueFull));
  // Little: instances are there while they work.
  runs.expect("instances", 4 * (1 - theory::erlangB(4, 5)), 0.05,
              [](const RunResult& r) { return r.pools[0].meanInstances; });
}

// Instances are conserved: those that came with a request went, or are there.
TEST(OnDemand, ComesAsOftenAsItGoes) {
  PlanBuilder builder;
  const plan::Index link = builder.station("f", onDemand(100, 200_ms, 500_ms), Law::exponential(100_ms));
  builder.source("users", 20_rps, [&](ProgramWriter& p) { p.call(link); });
  const RunResult run = *simulate(builder.build(), demandConfig(300_s));
  std::uint64_t gone = 0;
  std::uint64_t ordered = 0;
  for (const Happening& each : run.happenings) {
    gone += each.kind == Happening::Kind::Retired ? 1u : 0u;
    ordered += each.kind == Happening::Kind::Ordered ? 1u : 0u;
  }
  EXPECT_EQ(ordered, run.pools[0].coldStarts);
  const Sample& last = run.series.back();
  EXPECT_GE(ordered, gone + last.pools[0].instancesUp);
  EXPECT_LE(ordered, gone + last.pools[0].instancesUp + 5);  // some still boot
  EXPECT_GT(ordered, 20u);
  EXPECT_EQ(run.classes[0].failedTotal(), 0u);
}

// A pool scaled to zero: the request of 30 s waits for the instance that is ordered for it.
TEST(ScaleToZero, WakesUpWithTheNextRequest) {
  plan::Pool pool = shared(servers(1));
  pool.maxInstances = 3;
  pool.boot = Law::constant(4_s);
  pool.wakesUp = true;
  PlanBuilder builder = functionAt(pool, {1_s, 30_s, 31_s}, Law::constant(1_s));
  plan::Scaler scaler;
  scaler.key = "f";
  scaler.pool = 0;
  scaler.least = 0;
  scaler.most = 3;
  scaler.period = 5_s;
  builder.raw().scalers.push_back(scaler);
  const RunResult run = *simulate(builder.build(), demandConfig(60_s));
  EXPECT_EQ(run.classes[0].succeeded, 3u);
  EXPECT_EQ(run.classes[0].latency.maxNs(), 5000 * kMs);
  EXPECT_EQ(run.pools[0].coldStarts, 1u);
  EXPECT_EQ(run.series.back().pools[0].instancesUp, 0u);
}

TEST(WarmPool, BootsFasterWhileItLasts) {
  plan::Pool pool = servers(1);
  pool.maxInstances = 4;
  pool.boot = Law::constant(10_s);
  pool.warmPool = 1;
  pool.warmBoot = Law::constant(1_s);
  PlanBuilder builder = functionAt(pool, {}, Law::constant(1_s));
  builder.action(2_s, Change::SetInstances, 0, 3).action(20_s, Change::SetInstances, 0, 4);
  const RunResult run = *simulate(builder.build(), demandConfig(30_s));
  // The prepared one at 3 s, the other at 12 s, when a new one stands by: it takes 1 s again.
  EXPECT_THAT(demandStory(run), ElementsAre("2000 ordered 1", "2000 ordered 2", "3000 booted 1",
                                            "12000 booted 2", "20000 ordered 3", "21000 booted 3"));
}

PoolFigures figures(double up, double busy, double span = 60) {
  PoolFigures result;
  result.span = span;
  result.up = up;
  result.busy = busy;
  return result;
}

TEST(StepScaling, TakesTheStepFurthestOut) {
  plan::Pool pool = servers(1);
  pool.maxInstances = 100;
  plan::Scaler scaler;
  scaler.most = 20;
  scaler.steps = *plan::parseSteps("above 70 %: +1, above 90 %: +4, below 30 %: -1, below 10 %: -3");
  const auto wanted = [&](double utilisation) {
    return plan::instancesByStep(scaler, pool, figures(10, 10 * utilisation), 10);
  };
  EXPECT_EQ(wanted(0.5), std::nullopt);
  EXPECT_EQ(wanted(0.75), 11u);
  EXPECT_EQ(wanted(0.95), 14u);
  EXPECT_EQ(wanted(0.25), 9u);
  EXPECT_EQ(wanted(0.05), 7u);
  EXPECT_EQ(plan::instancesByStep(scaler, pool, figures(10, 9.5), 19), 20u);
}

TEST(StepScaling, ReadsItsSteps) {
  EXPECT_EQ(plan::parseSteps("above 0.7: +1")->front(), (plan::Scaler::Step{true, 0.7, 1}));
  EXPECT_TRUE(plan::parseSteps("")->empty());
  for (const char* wrong : {"70 %: +1", "above 70 %", "above 70 %: -1", "below 30 %: +1", "above x: +1",
                            "above 70 %: 0", "above 70 %: many"}) {
    const auto steps = plan::parseSteps(wrong);
    ASSERT_FALSE(steps.ok()) << wrong;
    EXPECT_EQ(steps.error().code, "steps.unreadable");
  }
}

// 10 instances of which 5, then 6 work; at a target of 50 % these are 12. In two minutes a straight line
// comes to 8 busy ones: 16. A falling line does not count.
TEST(PredictiveScaling, ScalesForWhereALineLeads) {
  plan::Pool pool = servers(1);
  pool.maxInstances = 100;
  plan::Scaler scaler;
  scaler.most = 100;
  scaler.target = 0.5;
  scaler.period = 60_s;
  EXPECT_EQ(plan::instancesWanted(scaler, pool, figures(10, 6), 5), 12u);
  scaler.lookahead = 120_s;
  EXPECT_EQ(plan::instancesWanted(scaler, pool, figures(10, 6), 5), 16u);
  EXPECT_EQ(plan::instancesWanted(scaler, pool, figures(10, 6), -1), 12u);
  EXPECT_EQ(plan::instancesWanted(scaler, pool, figures(10, 6), 9), 12u);
}

TEST(OnDemand, IsAWayToScaleABlock) {
  const Design design = cantilever::test::design("functions")
                            .block("users", "source")
                            .block("f", "pool")
                            .param("scale_on", "demand")
                            .param("min_instances", 0)
                            .param("max_instances", 50)
                            .param("boot_time", Law::constant(300_ms))
                            .param("service", Law::exponential(50_ms))
                            .link("users", "f")
                            .workload("users", 20_rps);
  const compile::Compiled compiled = compile::compile(design, catalog::Catalog::builtIn());
  ASSERT_NE(compiled.plan, nullptr);
  EXPECT_EQ(compiled.plan->pools[0].instances, 0u);
  EXPECT_EQ(compiled.plan->pools[0].seats, 1u);
  const RunResult run = *simulate(compiled.plan, demandConfig(60_s));
  EXPECT_GT(run.pools[0].coldStarts, 0u);
  EXPECT_EQ(run.classes[0].failedTotal(), 0u);
}

}  // namespace
}  // namespace cantilever::sim
