// Seats that are set while a run goes on, and instances that drain while something else is going on with
// them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using ::testing::ElementsAre;

std::vector<std::string> orderStory(const RunResult& run) {
  std::vector<std::string> lines;
  for (const Happening& each : run.happenings) {
    if (each.kind != Happening::Kind::Saturated && each.kind != Happening::Kind::Relieved) {
      lines.push_back(std::to_string(each.atNs / kMs) + " " + nameOf(each.kind) + " " +
                      std::to_string(each.instance));
    }
  }
  return lines;
}

/// Requests at 0, 10, 20 ... 70 ms, each of which holds a seat for 100 ms.
RunResult seatedRun(plan::Pool pool, std::vector<std::pair<Duration, double>> sizes,
                    Duration duration = 1_s) {
  PlanBuilder builder;
  const plan::Index at = builder.pool("poolers", pool);
  const plan::Index link = builder.link(
      "to", builder.program("hold", at, [](ProgramWriter& p) { p.wait(Law::constant(100_ms)); }));
  builder.source("users", 1_rps, [&](ProgramWriter& p) { p.call(link); });
  builder.raw().sources[0].kind = plan::SourceKind::Trace;
  for (int i = 0; i < 8; ++i) {
    builder.raw().sources[0].times.push_back(Duration::milliseconds(10.0 * i));
  }
  for (const auto& [when, size] : sizes) {
    builder.action(when, Change::SetSize, 0, size);
  }
  return runFor(duration, builder);
}

// With two seats the eight begin at 0, 10, 100, 110, 200, 210, 300, 310 ms. Four from 50 ms on: those of 20
// and 30 ms begin at 50 ms, those of 40 and 50 ms at 100 and 110 ms, the last two at 150 ms.
TEST(Seats, ThatAreAddedAreTakenAtOnce) {
  for (const bool isShared : {false, true}) {
    const plan::Pool pool =
        isShared ? shared(withSeats(unlimitedServers(), 2)) : withSeats(unlimitedServers(), 2);
    const RunResult run = seatedRun(pool, {{50_ms, 4}});
    EXPECT_EQ(run.classes[0].succeeded, 8u);
    const std::int64_t waits = (0 + 0 + 30 + 20 + 60 + 60 + 90 + 80) * kMs;
    EXPECT_DOUBLE_EQ(run.pools[0].seatWaiting.meanNs() * 8, static_cast<double>(waits)) << isShared;
    EXPECT_EQ(run.pools[0].seats, 4u);
    // 0.8 s were held, of 50 ms x 2 + 950 ms x 4.
    EXPECT_DOUBLE_EQ(run.pools[0].occupancy, 0.8 / (0.05 * 2 + 0.95 * 4));
    EXPECT_EQ(orderStory(run), std::vector<std::string>{"50 size_set " + std::to_string(Happening::kEach)});
  }
}

// Four seats: those of 0 to 30 ms begin at once. One from 50 ms on: whoever has one keeps it, and the next
// begins when the last of the four has gone, at 130 ms; then one after the other.
TEST(Seats, ThatAreTakenAwayStayWithWhoHoldsThem) {
  for (const bool isShared : {false, true}) {
    const plan::Pool pool =
        isShared ? shared(withSeats(unlimitedServers(), 4)) : withSeats(unlimitedServers(), 4);
    const RunResult run = seatedRun(pool, {{50_ms, 1}});
    EXPECT_EQ(run.classes[0].succeeded, 8u);
    const std::int64_t waits = (90 + 180 + 270 + 360) * kMs;
    EXPECT_DOUBLE_EQ(run.pools[0].seatWaiting.meanNs() * 8, static_cast<double>(waits)) << isShared;
    EXPECT_EQ(run.pools[0].seats, 1u);
  }
}

TEST(Seats, CannotBeSetWhereThereAreNone) {
  PlanBuilder builder;
  builder.station("web", servers(1), Law::constant(1_ms));
  builder.source("users", 1_rps, [](ProgramWriter&) {});
  builder.action(1_s, Change::SetSize, 0, 4);
  EXPECT_NE(plan::faultIn(*builder.build()).find("no seats"), std::string::npos);
  builder.raw().pools[0].seats = 3;
  EXPECT_EQ(plan::faultIn(*builder.build()), "");
  builder.raw().actions[0].value = 0;
  EXPECT_NE(plan::faultIn(*builder.build()).find("no seats"), std::string::npos);
}

// A pooler with 50 connections instead of 2: its callers need not wait any more.
TEST(Seats, OfAConnectionPoolerAreItsSize) {
  const Design pooled = cantilever::test::design("pooled")
                            .block("users", "source")
                            .block("pooler", "connection_pooler")
                            .param("instances", 1)
                            .param("pool_size", 2)
                            .block("db", "pool")
                            .param("servers", 1000)
                            .param("service", Law::constant(100_ms))
                            .link("users", "pooler")
                            .link("pooler", "db")
                            .workload("users", 40_rps)
                            .deterministic()
                            .scenario("grow")
                            .at(10_s, Change::SetSize, "pooler", 50);
  const compile::Compiled compiled =
      compile::compile(pooled, catalog::Catalog::builtIn(), {.scenario = ScenarioId("grow")});
  ASSERT_NE(compiled.plan, nullptr) << compiled.diagnostics.front().message;
  ASSERT_EQ(compiled.plan->actions.size(), 1u);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 20_s;
  const RunResult run = *simulate(compiled.plan, config);
  // 20 of 40 a second get through before, so that 200 wait at 10 s; then all do.
  EXPECT_NEAR(static_cast<double>(run.classes[0].succeeded), 20 * 10 + 200 + 40 * 10, 10);
}

/// Three idle instances that boot in 2 s, and are to run the next version from 1 s on.
PlanBuilder rollingOut(plan::Rollout rollout, std::uint32_t room) {
  PlanBuilder builder;
  plan::Pool pool = instances(3, servers(1));
  pool.maxInstances = room;
  pool.boot = Law::constant(2_s);
  pool.rollout = rollout;
  builder.station("web", pool, Law::constant(1_s), roundRobin());
  builder.source("users", 0_rps, [](ProgramWriter&) {});
  builder.action(1_s, Change::RollOut, 0, 1);
  return builder;
}

plan::Action drainOf(Duration at, plan::Index instance) {
  plan::Action drain;
  drain.at = at;
  drain.change = Change::Drain;
  drain.pool = 0;
  drain.firstInstance = drain.lastInstance = instance;
  return drain;
}

// Instance 2 is gone before its turn comes: the rollout is over with the two that are left.
TEST(DrainWithARollout, InPlaceGoesOnWithWhoIsLeft) {
  PlanBuilder builder = rollingOut(plan::Rollout::InPlace, 3);
  builder.raw().actions.push_back(drainOf(2_s, 2));
  const RunResult run = runFor(10_s, builder);
  EXPECT_THAT(orderStory(run),
              ElementsAre("1000 roll_out 0", "1000 draining 0", "1000 retired 0", "1000 ordered 0",
                          "2000 draining 2", "2000 retired 2", "3000 booted 0", "3000 draining 1",
                          "3000 retired 1", "3000 ordered 1", "5000 booted 1", "5000 rolled_out 0"));
  EXPECT_DOUBLE_EQ(run.pools[0].meanInstances, (30.0 - 2 - 2 - 8) / 10);
}

// One that has been replaced already drains: two of the next version are left, and the rollout stays whole.
TEST(DrainWithARollout, OfOneOfTheNextVersion) {
  PlanBuilder builder = rollingOut(plan::Rollout::InPlace, 3);
  builder.raw().actions.push_back(drainOf(4_s, 0));
  const RunResult run = runFor(12_s, builder);
  const std::vector<std::string> story = orderStory(run);
  EXPECT_THAT(story, ::testing::Contains("4000 retired 0"));
  EXPECT_EQ(story.back().substr(5), "rolled_out 0");
  EXPECT_EQ(run.series.back().pools[0].instancesUp, 2u);
}

// Work for 1.9 servers, target one half: four are wanted. Two drain at 2.5 s; at 3 s the scaler orders them
// anew, and they have booted at 4 s.
TEST(DrainWithAScaler, IsMadeUpFor) {
  PlanBuilder builder;
  plan::Pool pool = instances(4, servers(1));
  pool.maxInstances = 10;
  pool.boot = Law::constant(1_s);
  const plan::Index link = builder.station("web", pool, Law::constant(20_ms), roundRobin());
  builder.source(
      "users", 95_rps, [=](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  plan::Scaler scaler;
  scaler.key = "web";
  scaler.pool = 0;
  scaler.target = 0.5;
  scaler.least = 1;
  scaler.most = 10;
  scaler.period = 1_s;
  builder.raw().scalers.push_back(scaler);
  builder.action(2500_ms, Change::Drain, 0, 2);
  const RunResult run = runFor(6_s, builder);
  std::vector<std::string> ordered;
  for (const Happening& each : run.happenings) {
    if (each.kind == Happening::Kind::Ordered) {
      EXPECT_EQ(each.cause, Cause::Scaler);
      ordered.push_back(std::to_string(each.atNs / kMs));
    }
  }
  EXPECT_THAT(ordered, ElementsAre("3000", "3000"));
  EXPECT_EQ(run.classes[0].failedTotal(), 0u);
  EXPECT_EQ(run.series.back().pools[0].instancesUp, 4u);
}

}  // namespace
}  // namespace cantilever::sim
