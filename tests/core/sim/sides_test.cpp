// Breakers, budgets, counts and health checks of each caller (rule 16); sizes and bandwidth.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "core/vocabulary/visits.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using cantilever::test::design;
using cantilever::test::DesignBuilder;
using plan::Reason;

std::uint64_t failedFor(const RunResult& run, Reason reason) {
  return run.classes.at(0).failed[static_cast<std::size_t>(reason)];
}

/// Two callers take turns; what the one of them, in zone b, calls in zone a gets lost from 100 ms on.
RunResult halfCutOff(bool isPerCaller, const std::function<void(plan::Link&)>& with) {
  PlanBuilder builder;
  builder.raw().zones = {{"a", plan::kNone, 0}, {"b", plan::kNone, 1}};
  builder.raw().zoneWays.assign(4, Duration());
  plan::Pool web = instances(2, servers(0));
  web.places = {0, 1};
  plan::Pool db = servers(0);
  db.places = {0};
  plan::Link toDb = withTimeout(5_ms);
  toDb.isPerCaller = isPerCaller;
  with(toDb);
  const plan::Index link = builder.station("db", db, Law::constant(1_ms), toDb);
  const plan::Index pool = builder.pool("web", web);
  const plan::Index serve = builder.program("serve-web", pool, [&](ProgramWriter& p) { p.call(link); });
  const plan::Index toWeb = builder.link("to-web", serve, roundRobin());
  builder.source(
      "users", 100_rps, [&](ProgramWriter& p) { p.call(toWeb); }, ArrivalProcess::Deterministic);
  plan::Action cut;
  cut.at = 100_ms;
  cut.change = Change::Partition;
  cut.zone = 0;
  cut.otherZone = 1;
  builder.raw().actions.push_back(cut);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 999_ms;
  const Result<RunResult> run = simulate(builder.build(), config);
  EXPECT_TRUE(run.ok()) << (run ? "" : run.error().message);
  return run ? *run : RunResult();
}

TEST(Scope, ABreakerOfACallerOpensForThatCallerAlone) {
  const auto breaker = [](plan::Link& link) {
    link.breaker.window = 4;
    link.breaker.failedShare = 0.5;
    link.breaker.open = 10_s;
  };
  const RunResult own = halfCutOff(true, breaker);
  const RunResult shared = halfCutOff(false, breaker);
  // One in two fails: a common breaker opens, and refuses the others too.
  EXPECT_GT(failedFor(shared, Reason::BreakerOpen), 80u);
  // Of its own: the one that is cut off sees only failures, and the other none. 45 calls each from 100 ms on.
  EXPECT_LE(failedFor(own, Reason::BreakerOpen) + failedFor(own, Reason::TimedOut), 46u);
  EXPECT_GE(failedFor(own, Reason::BreakerOpen), 40u);
  EXPECT_GE(own.classes[0].succeeded, 53u);
  EXPECT_NEAR(own.links[0].openShare, 0.5 * 0.87, 0.02);  // of two breakers one is open most of the time
  const auto opened = std::find_if(own.happenings.begin(), own.happenings.end(), [](const Happening& each) {
    return each.kind == Happening::Kind::BreakerOpened;
  });
  ASSERT_NE(opened, own.happenings.end());
  EXPECT_EQ(opened->link, 0u);
  EXPECT_EQ(opened->instance, 1u);
}

TEST(Scope, ARetryBudgetOfACallerIsItsOwn) {
  const auto budget = [](plan::Link& link) {
    link.retries.attempts = 2;
    link.retries.base = Duration();
    link.retries.hasJitter = false;
    link.retries.budgetShare = 0.1;
    link.retries.budgetDepth = 3;
  };
  // Each has 3 saved up; the one that fails earns 0.1 with each of its 45 calls, the common budget with
  // all 90; what is earned while the budget is full is lost.
  EXPECT_EQ(halfCutOff(true, budget).links[0].retries, 3u + 4u);
  EXPECT_EQ(halfCutOff(false, budget).links[0].retries, 3u + 8u);
}

TEST(Scope, HealthChecksOfACallerComeFromWhereItIs) {
  const auto checks = [](plan::Link& link) {
    link.health.interval = 20_ms;
    link.health.timeout = 5_ms;
    link.health.downAfter = 1;
    link.health.failsOpen = false;
  };
  const RunResult own = halfCutOff(true, checks);
  EXPECT_GE(failedFor(own, Reason::NoHealthyInstance), 42u);
  EXPECT_LE(failedFor(own, Reason::TimedOut), 3u);
  const RunResult shared = halfCutOff(false, checks);  // checked from nowhere, which is not cut off
  EXPECT_EQ(failedFor(shared, Reason::NoHealthyInstance), 0u);
}

/// Callers of their own mind choose the least loaded of two servers by what they know.
double meanResponseOf(bool isPerCaller, std::uint32_t callers) {
  PlanBuilder builder;
  plan::Link link;
  link.balancing = Balancing::LeastConnections;
  link.isPerCaller = isPerCaller;
  const plan::Index toDb = builder.station("db", instances(2, servers(1)), Law::exponential(1_s), link);
  const plan::Index pool = builder.pool("web", instances(callers, servers(0)));
  const plan::Index serve = builder.program("serve-web", pool, [&](ProgramWriter& p) { p.call(toDb); });
  const plan::Index toWeb = builder.link("to-web", serve);
  builder.source("users", perSecond(1.6), [&](ProgramWriter& p) { p.call(toWeb); });
  return Replications(builder.build(), 1e5, 10)
      .estimate([](const RunResult& run) { return run.latency.meanNs() * 1e-9; })
      .mean;
}

// With one caller its own count is that of all: 2.9557 (join the shortest of two queues, rho = 0.8). With
// very many each knows of its own call alone and chooses at random: two M/M/1 queues, 1 / (1 - 0.8) = 5.
TEST(Scope, CountsOfACallerAreWorthLessTheMoreOfThemThereAre) {
  EXPECT_NEAR(meanResponseOf(false, 300), 2.9557, 0.1);
  EXPECT_NEAR(meanResponseOf(true, 1), 2.9557, 0.1);
  EXPECT_NEAR(meanResponseOf(true, 300), 5, 0.35);
}

TEST(Scope, ARestartedCallerKnowsNothing) {
  PlanBuilder builder;
  plan::Link toDb;
  toDb.isPerCaller = true;
  toDb.breaker.consecutive = 1;
  toDb.breaker.open = 100_s;
  const plan::Index link = builder.station("db", servers(0), Law::constant(1_ms), toDb);
  const plan::Index web = builder.pool("web", servers(0));
  const plan::Index serve = builder.program("serve-web", web, [&](ProgramWriter& p) { p.call(link); });
  const plan::Index toWeb = builder.link("to-web", serve);
  builder.source(
      "users", 100_rps, [&](ProgramWriter& p) { p.call(toWeb); }, ArrivalProcess::Deterministic);
  builder.raw().actions = {{15_ms, Change::FailCalls, plan::kNone, 1, link},
                           {25_ms, Change::FailCalls, plan::kNone, 0, link},
                           {55_ms, Change::KillInstances, web, 1},
                           {65_ms, Change::RestoreInstances, web, 1}};
  RunConfig config;
  config.warmup = Duration();
  config.duration = 99_ms;
  const RunResult run = *simulate(builder.build(), config);
  EXPECT_EQ(failedFor(run, Reason::Injected), 1u);           // of 20 ms
  EXPECT_EQ(failedFor(run, Reason::BreakerOpen), 3u);        // 30, 40, 50
  EXPECT_EQ(failedFor(run, Reason::NoHealthyInstance), 1u);  // 60
  EXPECT_EQ(run.classes[0].succeeded, 4u);                   // 10, 70, 80, 90
}

// Sizes.

/// Requests of 1 kB, replies of 100 kB.
DesignBuilder downloads() {
  DesignBuilder drawn = design().block("users", "source").block("files", "pool").param("servers", 1000);
  drawn.param("service", Law::constant(1_ms))
      .link("users", "files")
      .workload("users", 100_rps)
      .deterministic();
  return drawn;
}
Design sized(const Design& drawn) {
  Design changed = drawn;
  RequestClass large = *changed.classes.find(ClassId("request"));
  large.requestSize = bytes(1000);
  large.replySize = bytes(100'000);
  changed.classes.put(large);
  return changed;
}

std::shared_ptr<const plan::Plan> planSized(const Design& drawn) {
  const compile::Compiled compiled = compile::compile(drawn, catalog::Catalog::builtIn());
  EXPECT_NE(compiled.plan, nullptr) << compiled.diagnostics.front().message;
  return compiled.plan;
}
RunResult runSized(const Design& drawn, Duration duration, const char* scenario = "") {
  const compile::Compiled compiled =
      compile::compile(drawn, catalog::Catalog::builtIn(), {ScenarioId(scenario)});
  EXPECT_NE(compiled.plan, nullptr) << compiled.diagnostics.front().message;
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  return compiled.plan == nullptr ? RunResult() : *simulate(compiled.plan, config);
}

// 1 kB at 10 MB/s: 0.1 ms there, 100 kB: 10 ms back.
TEST(Bytes, TakeTimeOnTheWay) {
  const RunResult run = runSized(sized(downloads().linkParam("bandwidth", bytesPerSecond(10e6))), 995_ms);
  EXPECT_EQ(run.latency.maxNs(), 11'100'000);
  EXPECT_DOUBLE_EQ(run.latency.meanNs(), 11'100'000);
  EXPECT_EQ(run.links[0].sentBytes, 99'000u);
  EXPECT_EQ(run.links[0].receivedBytes, 98u * 100'000u);  // the reply of 990 ms is on its way
  std::uint64_t sent = 0;
  for (const Sample& sample : run.series) {
    sent += sample.links[0].sentBytes;
  }
  EXPECT_EQ(sent, 99'000u);
}

TEST(Bytes, OfFailuresAreNone) {
  const RunResult run = runSized(sized(downloads()
                                           .linkParam("bandwidth", bytesPerSecond(10e6))
                                           .scenario("s")
                                           .at(0_s, Change::FailCalls, "files", 1)),
                                 995_ms, "s");
  EXPECT_EQ(run.links[0].sentBytes, 99'000u);
  EXPECT_EQ(run.links[0].receivedBytes, 0u);
}

// A line of 10 MB/s, whose transfers share it: M/D/1 processor sharing with 10 ms each at rho = 0.8 has the
// mean 10 / (1 - 0.8) = 50 ms, whatever the sizes.
TEST(Bytes, ShareALine) {
  DesignBuilder drawn = design().block("users", "source").block("line", "pool").param("order", "sharing");
  drawn.param("transfers", "reply").param("transfer_rate", bytesPerSecond(10e6));
  drawn.param("service", Law::constant(0_s)).link("users", "line").workload("users", 80_rps);
  const auto plan = planSized(sized(drawn));
  EXPECT_NEAR(plan::visits(*plan)->totalPoolWork(0), 0.8, 1e-9);
  const Estimate of =
      Replications(plan, 1e5, 10).estimate([](const RunResult& run) { return run.latency.meanNs() * 1e-9; });
  EXPECT_NEAR(of.mean, 0.05, of.halfWidth);
  EXPECT_LT(of.halfWidth, 0.004);
}

// A batch of ten posts is ten requests in one call.
TEST(Bytes, OfBatchesAreThoseOfAllThatIsInThem) {
  DesignBuilder drawn = design().block("users", "source").block("spread", "fanout").block("inbox", "delay");
  drawn.link("users", "spread").link("spread", "inbox").workload("users", 10_rps).deterministic();
  Design changed = sized(drawn);
  Block spread = *changed.blocks.find(BlockId("spread"));
  spread.params["number"] = Count(10);
  spread.params["batch"] = Count(10);
  changed.blocks.put(spread);
  const RunResult run = runSized(changed, 999_ms);
  const auto link = std::find_if(run.links.begin(), run.links.end(),
                                 [](const LinkResult& each) { return each.key == "spread-inbox"; });
  ASSERT_NE(link, run.links.end());
  EXPECT_EQ(link->sentBytes, 9u * 10'000u);
  EXPECT_EQ(link->calls, 9u);
}

}  // namespace
}  // namespace cantilever::sim
