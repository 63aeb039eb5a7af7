#include <gtest/gtest.h>

#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using cantilever::test::design;
using cantilever::test::DesignBuilder;
using plan::ConsumerGroup;

/// Messages at 10, 20 ... 90 ms; whoever reads them takes `work` for each.
PlanBuilder readEvery10ms(const Duration& work, const ConsumerGroup& group) {
  PlanBuilder builder;
  const plan::Index log = builder.log("log", {});
  builder.source(
      "writers", 100_rps, [=](ProgramWriter& p) { p.publish(log); }, ArrivalProcess::Deterministic);
  builder.group(log, builder.station("readers", servers(1), Law::constant(work)), group);
  return builder;
}
ConsumerGroup keeping(const Duration& replay, ConsumerGroup group = {}) {
  group.replay = replay;
  return group;
}
void seekAt(PlanBuilder& builder, const Duration& at, const Duration& back) {
  plan::Action& action = builder.raw().actions.emplace_back();
  action.at = at;
  action.change = Change::SeekGroup;
  action.value = back.inSeconds();
  action.group = 0;
}
TEST(Seek, BackReadsAgainWhatWasAppendedSince) {
  PlanBuilder builder = readEvery10ms(1_ms, keeping(1_s));
  seekAt(builder, 55_ms, 30_ms);  // what came at 30, 40 and 50 ms
  const RunResult run = runFor(99_ms, builder);
  const GroupResult& group = run.groups[0];
  EXPECT_EQ(group.received, 9u);
  EXPECT_EQ(group.consumed, 9u);
  EXPECT_EQ(group.redelivered, 3u);
  EXPECT_EQ(group.duplicates, 3u);
  EXPECT_EQ(group.maxWaiting, 3u);
  EXPECT_EQ(group.expired, 0u);
  ASSERT_EQ(run.happenings.size(), 1u);
  EXPECT_EQ(run.happenings[0].kind, Happening::Kind::Sought);
  EXPECT_EQ(run.pools[0].served, 12u);
}

TEST(Seek, BackGoesNoFurtherThanWhatIsKept) {
  PlanBuilder builder = readEvery10ms(1_ms, keeping(20_ms));
  seekAt(builder, 55_ms, 10_s);  // kept is what came from 35 ms on
  EXPECT_EQ(runFor(99_ms, builder).groups[0].duplicates, 2u);
  PlanBuilder none = readEvery10ms(1_ms, keeping(Duration()));
  seekAt(none, 55_ms, 10_s);
  EXPECT_EQ(runFor(99_ms, none).groups[0].duplicates, 0u);
}

TEST(Seek, ToTheEndLeavesOutWhatWaits) {
  PlanBuilder builder = readEvery10ms(15_ms, {});
  seekAt(builder, 56_ms, Duration());
  // Read are those of 10, 20, 30 and 40 ms, from 10, 25, 40 and 55 ms on; then not that of 50 ms, but those
  // of 60 and 70 ms, from 70 and 85 ms on.
  const RunResult run = runFor(99_ms, builder);
  const GroupResult& group = run.groups[0];
  EXPECT_EQ(group.expired, 1u);
  EXPECT_EQ(group.consumed, 5u);
  EXPECT_EQ(group.inFlight, 1u);
  EXPECT_EQ(group.waiting, 2u);
  EXPECT_EQ(group.duplicates, 0u);
}

TEST(Seek, WhatIsBeingWorkedOnIsDoneAgainToo) {
  PlanBuilder builder = readEvery10ms(15_ms, keeping(1_s));
  seekAt(builder, 26_ms, 26_ms);  // that of 10 ms is done, that of 20 ms at work till 40 ms
  const RunResult run = runFor(99_ms, builder);
  const GroupResult& group = run.groups[0];
  // From 40 ms on: 10 ms (again), 20 ms (which counts now), 30 ms; the fourth is at work from 85 ms on.
  EXPECT_EQ(group.duplicates, 2u);
  EXPECT_EQ(group.consumed, 3u);
  EXPECT_EQ(group.redelivered, 2u);
  EXPECT_EQ(group.received, group.consumed + group.waiting + group.inFlight);
}

TEST(Seek, WhatIsNotCommittedComesBackAsWell) {
  ConsumerGroup slow = keeping(1_s);
  slow.commitInterval = 1_s;
  PlanBuilder builder = readEvery10ms(1_ms, slow);
  seekAt(builder, 55_ms, 30_ms);
  EXPECT_EQ(runFor(99_ms, builder).groups[0].duplicates, 3u);
}

TEST(Seek, OfCompetingConsumersRestoresTheOrder) {
  ConsumerGroup competing = keeping(1_s);
  competing.delivery = plan::Delivery::Competing;
  PlanBuilder builder = readEvery10ms(1_ms, competing);
  seekAt(builder, 95_ms, 95_ms);
  const RunResult run = runFor(200_ms, builder);
  EXPECT_EQ(run.groups[0].duplicates, 9u);
  EXPECT_EQ(run.groups[0].consumed, 19u);
}

/// A scenario names the block that keeps the messages, or one that reads them.
TEST(Seek, ComesFromScenarios) {
  const auto compiled = [](const char* target, bool keeps) {
    DesignBuilder builder = design();
    builder.block("users", "source").block("topic", "log").param("replay", Duration::seconds(keeps ? 60 : 0));
    builder.block("a", "pool").block("b", "pool");
    builder.link("users", "topic").link("topic", "a").link("topic", "b").workload("users", 100_rps);
    builder.scenario("again").at(1_s, Change::SeekGroup, target, 0.5);
    return compile::compile(builder.build(), catalog::Catalog::builtIn(), {.scenario = ScenarioId("again")});
  };
  const compile::Compiled both = compiled("topic", true);
  ASSERT_TRUE(both.plan);
  EXPECT_EQ(both.plan->actions.size(), 2u);
  const compile::Compiled one = compiled("b", true);
  ASSERT_TRUE(one.plan);
  ASSERT_EQ(one.plan->actions.size(), 1u);
  const plan::ConsumerGroup& group = one.plan->groups[one.plan->actions[0].group];
  EXPECT_EQ(one.plan->pools[one.plan->links[group.link].pool].key, "b");
  const auto has = [](const compile::Compiled& from, const std::string& code) {
    for (const Diagnostic& each : from.diagnostics) {
      if (each.code == code) {
        return true;
      }
    }
    return false;
  };
  EXPECT_FALSE(has(both, "scenario.nothing_kept"));
  EXPECT_TRUE(has(compiled("topic", false), "scenario.nothing_kept"));
  EXPECT_TRUE(has(compiled("users", true), "scenario.no_consumers"));
}

}  // namespace
}  // namespace cantilever::sim
