// Going through a run step by step, and up to where it becomes interesting.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/sim/simulation.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;

/// A request each 100 ms that crosses a link of 10 ms to one server of 50 ms.
PlanBuilder spaced() {
  PlanBuilder builder;
  const plan::Index link =
      builder.station("web", servers(1), Law::constant(50_ms), withLatency(Law::constant(10_ms)));
  builder.source(
      "users", 10_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  return builder;
}

Simulation started(PlanBuilder& builder, Duration duration = 1_s) {
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  return std::move(*Simulation::create(builder.build(), config));
}

TEST(Stepping, GoesOneEventAtATimeAndSaysWhatItWas) {
  PlanBuilder builder = spaced();
  Simulation simulation = started(builder);
  std::vector<std::string> events;
  std::vector<Duration> times;
  for (int i = 0; i < 5; ++i) {
    const Stepped step = simulation.advanceUntil({Until::What::Event}, simulation.end());
    EXPECT_TRUE(step.isReached);
    EXPECT_EQ(step.at, simulation.now());
    events.emplace_back(step.what);
    times.push_back(step.at);
  }
  EXPECT_EQ(events, (std::vector<std::string>{"request_arrives", "call_arrives", "work_ends", "reply_arrives",
                                              "request_arrives"}));
  EXPECT_EQ(times, (std::vector<Duration>{100_ms, 110_ms, 160_ms, 170_ms, 200_ms}));
}

TEST(Stepping, SaysWhereTheEventWas) {
  PlanBuilder builder = spaced();
  Simulation simulation = started(builder);
  const auto next = [&] { return simulation.advanceUntil({Until::What::Event}, simulation.end()); };
  EXPECT_EQ(next().source, 0u);
  EXPECT_EQ(next().link, 0u);
  const Stepped work = next();
  EXPECT_EQ(work.pool, 0u);
  EXPECT_EQ(work.instance, 0u);
}

TEST(Stepping, GoesToTheOutcomeOfARequest) {
  PlanBuilder builder = spaced();
  Simulation simulation = started(builder);
  EXPECT_EQ(simulation.advanceUntil({Until::What::Outcome}, simulation.end()).at, 170_ms);
  EXPECT_EQ(simulation.advanceUntil({Until::What::Outcome}, simulation.end()).at, 270_ms);
}

TEST(Stepping, GoesToTheFirstFailureOrChange) {
  PlanBuilder builder = spaced();
  builder.action(420_ms, Change::KillInstances, 0, 1);
  Simulation simulation = started(builder);
  const Stepped change = simulation.advanceUntil({Until::What::Happening}, simulation.end());
  EXPECT_TRUE(change.isReached);
  EXPECT_EQ(change.at, 420_ms);
  // What was killed at 420 ms tells its caller 10 ms later.
  EXPECT_EQ(simulation.advanceUntil({Until::What::Failure}, simulation.end()).at, 430_ms);
}

TEST(Stepping, GoesToAQueueOfALength) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", servers(1), Law::constant(150_ms));
  builder.source(
      "users", 10_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  Simulation simulation = started(builder);
  // Work begins at 100, 250, 400, 550, 700 ms ...: of the eight that have come by 800 ms, five have begun.
  const Stepped step = simulation.advanceUntil({Until::What::Queue, 0, 3}, simulation.end());
  EXPECT_TRUE(step.isReached);
  EXPECT_EQ(step.at, 800_ms);
}

TEST(Stepping, StopsAtTheLimitOfTimeIfNothingComes) {
  PlanBuilder builder = spaced();
  Simulation simulation = started(builder);
  const Stepped step = simulation.advanceUntil({Until::What::Failure}, 500_ms);
  EXPECT_FALSE(step.isReached);
  EXPECT_EQ(simulation.now(), 500_ms);
  EXPECT_FALSE(simulation.isFinished());
}

TEST(Stepping, ChangesNothing) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", servers(2), Law::exponential(15_ms));
  builder.source("users", 100_rps, [&](ProgramWriter& p) { p.call(link); });
  builder.action(300_ms, Change::KillInstances, 0, 1).action(500_ms, Change::RestoreInstances, 0, 1);
  Simulation whole = started(builder);
  whole.advanceTo(whole.end());
  Simulation stepped = started(builder);
  while (!stepped.isFinished()) {
    stepped.advanceUntil({Until::What::Event}, stepped.end());
  }
  EXPECT_EQ(stepped.result().digest, whole.result().digest);
  EXPECT_GT(whole.result().events, 100u);
}

TEST(Stepping, LeavesAValidPartialResult) {
  PlanBuilder builder = spaced();
  Simulation simulation = started(builder);
  simulation.advanceUntil({Until::What::Outcome}, simulation.end());
  const RunResult result = simulation.result();
  EXPECT_FALSE(result.isComplete);
  EXPECT_EQ(result.endNs, (170_ms).ns());
  EXPECT_EQ(result.classes[0].offered, 1u);
  EXPECT_EQ(result.classes[0].succeeded, 1u);
}

TEST(Happenings, AreTakenOnceEachAsTheyCome) {
  PlanBuilder builder = spaced();
  Simulation simulation = started(builder);
  simulation.post({200_ms, Change::KillInstances, 0, 1});
  simulation.post({600_ms, Change::RestoreInstances, 0, 1});
  simulation.advanceTo(100_ms);
  EXPECT_TRUE(simulation.takeHappenings().empty());
  simulation.advanceTo(300_ms);
  const std::vector<Happening> first = simulation.takeHappenings();
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].kind, Happening::Kind::Killed);
  EXPECT_EQ(first[0].atNs, (200_ms).ns());
  EXPECT_TRUE(simulation.takeHappenings().empty());
  simulation.advanceTo(simulation.end());
  const std::vector<Happening> second = simulation.takeHappenings();
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].kind, Happening::Kind::Restored);
  EXPECT_EQ(simulation.result().happenings.size(), 2u) << "the result has them all";
}

// The warm-up is part of the way to the last step, the lead-in is not: it ends at 320 s + 30 s.
TEST(DurationCovering, GoesHalfAMinuteBeyondTheLastStep) {
  Scenario scenario;
  RunConfig config;
  config.duration = 60_s;
  config.warmup = 5_s;
  EXPECT_EQ(durationCovering(scenario, config), 60_s) << "it has no steps";
  scenario.events.push_back({320_s, BlockId("db"), Change::RestoreInstances});
  scenario.events.push_back({20_s, BlockId("db"), Change::KillInstances});
  EXPECT_EQ(durationCovering(scenario, config), 345_s);
  config.leadIn = 10_s;
  EXPECT_EQ(durationCovering(scenario, config), 345_s);
  config.duration = 600_s;
  EXPECT_EQ(durationCovering(scenario, config), 600_s) << "what was wished for is longer";
}

}  // namespace
}  // namespace cantilever::sim
