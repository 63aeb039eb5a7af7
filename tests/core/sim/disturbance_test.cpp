// What a scenario, or a hand, does to calls.
#include <gtest/gtest.h>

#include "core/compile/compile.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using plan::Reason;

/// Calls of 1 ms at 10 ms, 20 ms ... for 100 ms, disturbed from 35 to 65 ms: so those of 40, 50 and 60 ms
/// are.
RunResult disturbed(Change change, double value, const plan::Link& link = withTimeout(8_ms),
                    bool isSent = false) {
  PlanBuilder builder;
  const plan::Index db = builder.station("db", servers(0), Law::constant(1_ms), link);
  builder.source(
      "users", 100_rps, [=](ProgramWriter& p) { isSent ? p.send(db) : p.call(db); },
      ArrivalProcess::Deterministic);
  builder.raw().actions.push_back({35_ms, change, plan::kNone, value, db});
  builder.raw().actions.push_back({65_ms, change, plan::kNone, 0, db});
  RunConfig config;
  config.warmup = Duration();
  config.duration = 99_ms;
  const Result<RunResult> run = simulate(builder.build(), config);
  EXPECT_TRUE(run.ok()) << (run ? "" : run.error().message);
  return run ? *run : RunResult{};
}

TEST(Disturbance, LatencyIsAddedEachWay) {
  const RunResult run = disturbed(Change::AddLatency, 0.002);
  EXPECT_EQ(run.latency.maxNs(), 5 * kMs);
  EXPECT_EQ(run.latency.countUpTo(1 * kMs), 6u);
  EXPECT_EQ(run.classes[0].succeeded, 9u);
  ASSERT_EQ(run.happenings.size(), 2u);
  EXPECT_EQ(run.happenings[0].kind, Happening::Kind::LatencyAdded);
  EXPECT_EQ(run.happenings[0].value, 0.002);
  EXPECT_EQ(run.happenings[0].cause, Cause::Script);
}

TEST(Disturbance, LostCallsEndWithTheirTimeouts) {
  const RunResult run = disturbed(Change::LoseCalls, 1);
  EXPECT_EQ(run.classes[0].succeeded, 6u);
  EXPECT_EQ(run.classes[0].failed[static_cast<std::size_t>(Reason::TimedOut)], 3u);
  EXPECT_EQ(run.pools[0].served, 6u);
}

TEST(Disturbance, LostSendsAreLost) {
  const RunResult run = disturbed(Change::LoseCalls, 1, {}, true);
  EXPECT_EQ(run.detached.failed[static_cast<std::size_t>(Reason::Lost)], 3u);
  EXPECT_EQ(run.detached.succeeded, 6u);
}

TEST(Disturbance, FailedCallsAreAnsweredWithoutWork) {
  const RunResult run = disturbed(Change::FailCalls, 1);
  EXPECT_EQ(run.classes[0].failed[static_cast<std::size_t>(Reason::Injected)], 3u);
  EXPECT_EQ(run.pools[0].served, 6u);
}

TEST(Disturbance, SharesAreShares) {
  PlanBuilder builder;
  const plan::Index db = builder.station("db", servers(0), Law::constant(1_ms));
  builder.source("users", 1000_rps, [=](ProgramWriter& p) { p.call(db); });
  builder.raw().actions.push_back({0_s, Change::FailCalls, plan::kNone, 0.2, db});
  RunConfig config;
  config.warmup = Duration();
  config.duration = 60_s;
  const RunResult run = *simulate(builder.build(), config);
  EXPECT_NEAR(static_cast<double>(run.classes[0].failedTotal()) / static_cast<double>(run.classes[0].offered),
              0.2, 0.01);
}

TEST(Disturbance, OfABlockIsOfAllLinksThatLeadToIt) {
  using cantilever::test::design;
  const Design drawn = design()
                           .block("users", "source")
                           .block("app", "fork")
                           .block("db", "pool")
                           .link("users", "app")
                           .link("app", "db")
                           .linkParam("connections", 5)
                           .link("users", "db")
                           .workload("users", 10_rps)
                           .scenario("far")
                           .at(1_s, Change::AddLatency, "db", 0.1)
                           .at(2_s, Change::LoseCalls, "db", 0.5)
                           .at(3_s, Change::FailCalls, "users", 0.5);
  const compile::Compiled compiled =
      compile::compile(drawn, catalog::Catalog::builtIn(), {.scenario = ScenarioId("far")});
  ASSERT_NE(compiled.plan, nullptr) << compiled.diagnostics.front().message;
  std::vector<std::string> disturbed;
  for (const plan::Action& action : compiled.plan->actions) {
    if (action.change == Change::AddLatency) {
      disturbed.push_back(compiled.plan->links[action.link].key);
    }
  }
  EXPECT_EQ(disturbed, (std::vector<std::string>{"users-db", "app-db/connected"}));
  std::vector<std::string> codes;
  for (const Diagnostic& each : compiled.diagnostics) {
    codes.push_back(each.code);
  }
  EXPECT_EQ(codes, (std::vector<std::string>{"scenario.loss_without_timeout", "scenario.no_calls"}));
}

// Not of those by which its own parts ask each other.
TEST(Disturbance, OfABlockIsNotOfItsParts) {
  using cantilever::test::design;
  for (const char* type : {"kv_nosql", "sharded_db", "search_cluster", "wide_column_db", "store"}) {
    SCOPED_TRACE(type);
    const Design drawn = design()
                             .block("users", "source")
                             .block("db", type)
                             .link("users", "db")
                             .workload("users", 100_rps)
                             .scenario("faults")
                             .at(Duration(), Change::FailCalls, "db", 0.3);
    const compile::Compiled compiled =
        compile::compile(drawn, catalog::Catalog::builtIn(), {.scenario = ScenarioId("faults")});
    ASSERT_NE(compiled.plan, nullptr) << compiled.diagnostics.front().message;
    RunConfig config;
    config.warmup = Duration();
    config.duration = 60_s;
    const RunResult run = *simulate(compiled.plan, config);
    EXPECT_NEAR(
        static_cast<double>(run.classes[0].failedTotal()) / static_cast<double>(run.classes[0].offered), 0.3,
        0.03);
  }
}

}  // namespace
}  // namespace cantilever::sim
