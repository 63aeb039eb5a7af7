// TwoVersions of a pool: rolling, blue-green and canary rollouts, and what takes them back (rule 38).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

RunConfig rolloutConfig(Duration duration) {
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  return config;
}

std::vector<std::string> rolloutStory(const RunResult& run) {
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

plan::Pool versionedPool(std::uint32_t count, plan::Rollout rollout, std::uint32_t batch,
                         std::uint32_t room = 0) {
  plan::Pool pool = servers(1);
  pool.instances = count;
  pool.maxInstances = room;
  pool.boot = Law::constant(2_s);
  pool.rollout = rollout;
  pool.rolloutBatch = batch;
  return pool;
}

/// A station with a deterministic request each `spacing`, whose work takes that long in the two versions.
struct TwoVersions {
  PlanBuilder builder;
  plan::Index link = plan::kNone;

  TwoVersions(const plan::Pool& pool, Rate rate, Duration present, Duration next) {
    link = builder.station("web", pool, Law::constant(present), roundRobin());
    builder.requestClass("all");
    plan::Plan& plan = builder.raw();
    plan.laws.push_back(Law::constant(next));
    plan.lawTables.push_back({{0, 1}});
    plan.code[0].d = 0;
    builder.source(
        "users", rate, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  }
};

TEST(Rollout, InPlaceReplacesSoManyAtATime) {
  TwoVersions versions(versionedPool(3, plan::Rollout::InPlace, 1), 0_rps, 1_s, 1_s);
  versions.builder.action(1_s, Change::RollOut, 0, 1);
  const RunResult run = *simulate(versions.builder.build(), rolloutConfig(10_s));
  EXPECT_THAT(
      rolloutStory(run),
      ElementsAre("1000 roll_out 0", "1000 draining 0", "1000 retired 0", "1000 ordered 0", "3000 booted 0",
                  "3000 draining 1", "3000 retired 1", "3000 ordered 1", "5000 booted 1", "5000 draining 2",
                  "5000 retired 2", "5000 ordered 2", "7000 booted 2", "7000 rolled_out 0"));
  EXPECT_DOUBLE_EQ(run.pools[0].meanInstances, (30.0 - 3 * 2) / 10);
  EXPECT_DOUBLE_EQ(run.pools[0].meanNext, (7.0 + 5 + 3) / 10);
}

TEST(Rollout, InPlaceWaitsForWhatAnInstanceHolds) {
  // Requests at 1, 2, 3 s ...; 3 s of work each, the one of 1 s at the only instance with two servers.
  plan::Pool pool = versionedPool(1, plan::Rollout::InPlace, 1);
  pool.servers = 2;
  pool.drainLimit = 10_s;
  TwoVersions versions(pool, 1_rps, 3_s, 1_s);
  versions.builder.action(1500_ms, Change::RollOut, 0, 1);
  const RunResult run = *simulate(versions.builder.build(), rolloutConfig(Duration::seconds(7.5)));
  EXPECT_THAT(rolloutStory(run), ElementsAre("1500 roll_out 0", "1500 draining 0", "4000 retired 0",
                                             "4000 ordered 0", "6000 booted 0", "6000 rolled_out 0"));
  EXPECT_EQ(run.classes[0].succeeded, 2u);  // that of 1 s, and that of 6 s by the next version in 1 s
  EXPECT_EQ(failures(run, plan::Reason::NoHealthyInstance), 4u);
}

TEST(Rollout, BlueGreenTakesOverAtOnce) {
  TwoVersions versions(versionedPool(2, plan::Rollout::BlueGreen, 1, 4), 0_rps, 1_s, 1_s);
  versions.builder.action(1_s, Change::RollOut, 0, 1);
  const RunResult run = *simulate(versions.builder.build(), rolloutConfig(10_s));
  EXPECT_THAT(rolloutStory(run),
              ElementsAre("1000 roll_out 0", "1000 ordered 2", "1000 ordered 3", "3000 booted 2",
                          "3000 booted 3", "3000 draining 0", "3000 retired 0", "3000 draining 1",
                          "3000 retired 1", "3000 rolled_out 0"));
  EXPECT_DOUBLE_EQ(run.pools[0].meanInstances, 2);
  EXPECT_DOUBLE_EQ(run.pools[0].meanNext, 2 * 0.7);
  EXPECT_DOUBLE_EQ(run.pools[0].availability, 1);
}

TEST(Rollout, BlueGreenIsGivenUpBeforeItTakesOver) {
  TwoVersions versions(versionedPool(2, plan::Rollout::BlueGreen, 1, 4), 0_rps, 1_s, 1_s);
  versions.builder.action(1_s, Change::RollOut, 0, 1).action(2_s, Change::RollOut, 0, 0);
  const RunResult run = *simulate(versions.builder.build(), rolloutConfig(10_s));
  EXPECT_THAT(rolloutStory(run),
              ElementsAre("1000 roll_out 0", "1000 ordered 2", "1000 ordered 3", "2000 retired 2",
                          "2000 retired 3", "2000 roll_out 0", "2000 rolled_out 0"));
  EXPECT_DOUBLE_EQ(run.pools[0].meanNext, 0);
}

TEST(Rollout, BlueGreenGoesInStepsWhereRoomIsShort) {
  TwoVersions versions(versionedPool(3, plan::Rollout::BlueGreen, 1, 5), 0_rps, 1_s, 1_s);
  versions.builder.action(1_s, Change::RollOut, 0, 1);
  const RunResult run = *simulate(versions.builder.build(), rolloutConfig(10_s));
  EXPECT_EQ(run.series.back().pools[0].instancesNext, 3u);
  EXPECT_EQ(run.series.back().pools[0].instancesUp, 3u);
  EXPECT_DOUBLE_EQ(run.pools[0].meanInstances, 3);
  EXPECT_DOUBLE_EQ(run.pools[0].meanNext, (2 * 7.0 + 5) / 10);  // two at 3 s, the third at 5 s
}

// A canary: a quarter of four instances is one, whose work takes 3 ms instead of 1 ms.
TEST(Rollout, TakesAShare) {
  plan::Pool pool = versionedPool(4, plan::Rollout::InPlace, 4);
  pool.boot = Law();
  TwoVersions versions(pool, 100_rps, 1_ms, 3_ms);
  versions.builder.action(1_ms, Change::RollOut, 0, 0.25);
  const RunResult run = *simulate(versions.builder.build(), rolloutConfig(Duration::seconds(4.005)));
  EXPECT_EQ(run.classes[0].succeeded, 400u);
  EXPECT_DOUBLE_EQ(run.classes[0].latency.meanNs(), 1.5 * kMs);
  EXPECT_EQ(run.series.back().pools[0].instancesNext, 1u);
}

TEST(Rollout, NewInstancesKeepTheShare) {
  plan::Pool pool = versionedPool(4, plan::Rollout::InPlace, 4, 8);
  pool.boot = Law();
  TwoVersions versions(pool, 0_rps, 1_ms, 3_ms);
  versions.builder.action(1_s, Change::RollOut, 0, 0.5).action(2_s, Change::SetInstances, 0, 8);
  const RunResult run = *simulate(versions.builder.build(), rolloutConfig(4_s));
  EXPECT_EQ(run.series.back().pools[0].instancesUp, 8u);
  EXPECT_EQ(run.series.back().pools[0].instancesNext, 4u);
}

cantilever::test::DesignBuilder canaryShop() {
  return cantilever::test::design("shop")
      .block("users", "source")
      .block("web", "app_server")
      .param("instances", 4)
      .param("boot_time", Law::constant(1_s))
      .param("next_work", std::string("x 1"))
      .param("next_errors", ratio(0.5))
      .param("rollout_batch", 1)
      .link("users", "web")
      .workload("users", 200_rps);
}

Perturbation rolloutEvent(Duration at, Change change, const char* target, double value,
                          const char* name = "") {
  Perturbation result;
  result.at = at;
  result.change = change;
  result.target = BlockId(target);
  result.value = value;
  result.name = name;
  return result;
}

// One of four instances gets the next version, half of whose answers are errors: an eighth of all fail. The
// rollout would go on at 20 s; the alert stops it and takes it back.
TEST(Rollout, IsTakenBackWhenAFigureSaysSo) {
  Design design = canaryShop();
  Control canary;
  canary.id = ControlId("canary");
  canary.when = "at 5 s";
  canary.events = {rolloutEvent(Duration(), Change::RollOut, "web", 0.25),
                   rolloutEvent(20_s, Change::RollOut, "web", 1)};
  Control rollback;
  rollback.id = ControlId("rollback");
  rollback.when = "failed_ratio above 5 % over 5 s";
  rollback.events = {rolloutEvent(Duration(), Change::StopControl, "", 1, "canary"),
                     rolloutEvent(Duration(), Change::RollOut, "web", 0)};
  design.controls.put(canary);
  const auto failedOf = [](const Design& of) {
    const compile::Compiled compiled = compile::compile(of, catalog::Catalog::builtIn());
    EXPECT_NE(compiled.plan, nullptr);
    const RunResult run = *simulate(compiled.plan, rolloutConfig(60_s));
    return std::pair(failures(run, plan::Reason::Injected), run.series.back().pools[0].instancesNext);
  };
  const auto [without, nextWithout] = failedOf(design);
  design.controls.put(rollback);
  const auto [with, nextWith] = failedOf(design);
  EXPECT_EQ(nextWithout, 4u);
  EXPECT_EQ(nextWith, 0u);
  EXPECT_GT(without, 200u * 30 / 2 * 9 / 10);  // from about 29 s on half of all fail
  EXPECT_LT(with, 200u * 6);                   // an eighth for some seconds
  EXPECT_GT(with, 50u);
}

}  // namespace
}  // namespace cantilever::sim
