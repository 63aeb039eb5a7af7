// What is kept of a run's course: the lead-in, windows, backlog, batches.
#include <gtest/gtest.h>

#include <numeric>

#include "core/sim/simulation.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;

plan::RateCurve curveOf(const char* text) {
  return *plan::parseRateCurve(text);
}

/// Requests every 100 ms at full rate, 20 ms of work each.
std::shared_ptr<const plan::Plan> curved(const char* curve) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", servers(1), Law::constant(20_ms));
  builder.source(
      "users", 10_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  auto plan = std::make_shared<plan::Plan>(*builder.build());
  plan->sources[0].curve = curveOf(curve);
  return plan;
}

// Rule 33: the world's clock stands still. Half the rate for 10 s of lead-in and 2 s of the curve, then all
// of it for 2 s: 50 + 10 requests, then 20.
TEST(LeadIn, HoldsTheFirstLevelOfACurve) {
  RunConfig config;
  config.leadIn = 10_s;
  config.warmup = Duration();
  config.duration = 4_s;
  const RunResult result = *simulate(curved("steps 0 s: 50 %, 2 s: 100 %"), config);
  EXPECT_EQ(result.leadInNs, (10_s).ns());
  EXPECT_EQ(result.warmupNs, (10_s).ns());
  EXPECT_EQ(result.endNs, (14_s).ns());
  EXPECT_NEAR(static_cast<double>(result.classes[0].offered), 30, 1);
  std::uint64_t before = 0;
  for (const Sample& sample : result.series) {
    before += sample.endNs <= (12_s).ns() ? sample.classes[0].offered : 0;
  }
  EXPECT_NEAR(static_cast<double>(before), 60, 1);
}

TEST(LeadIn, OfALineThatRepeatsBeginsWhereTheLineDoes) {
  RunConfig config;
  config.leadIn = 10_s;
  config.warmup = Duration();
  config.duration = 8_s;
  // 0 % to 100 % in 4 s, twice: 20 requests each time, none before.
  const RunResult result = *simulate(curved("lines 0 s: 0 %, 3999 ms: 100 % every 4 s"), config);
  EXPECT_NEAR(static_cast<double>(result.classes[0].offered), 40, 2);
  for (const Sample& sample : result.series) {
    if (sample.endNs <= (10_s).ns()) {
      EXPECT_EQ(sample.classes[0].offered, 0u) << sample.endNs;
    }
  }
}

TEST(LeadIn, ComesBeforeScriptScalersAndFaults) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", instances(2, servers(1)), Law::constant(20_ms));
  builder.source("users", 10_rps, [&](ProgramWriter& p) { p.call(link); });
  builder.action(1_s, Change::KillInstances, 0, 1);
  RunConfig config;
  config.leadIn = 10_s;
  config.warmup = Duration();
  config.duration = 5_s;
  const RunResult result = *simulate(builder.build(), config);
  ASSERT_EQ(result.happenings.size(), 1u);
  EXPECT_EQ(result.happenings[0].atNs, (11_s).ns());
}

TEST(LeadIn, OfNothingChangesNothing) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", servers(1), Law::exponential(20_ms));
  builder.source("users", 10_rps, [&](ProgramWriter& p) { p.call(link); });
  RunConfig config;
  config.warmup = 1_s;
  config.duration = 5_s;
  const std::string usual = simulate(builder.build(), config)->digest;
  std::swap(config.leadIn, config.warmup);
  EXPECT_EQ(simulate(builder.build(), config)->digest, usual) << "of a constant rate it is a warm-up";
}

TEST(LeadIn, MustNotBeNegativeOrTooLong) {
  RunConfig config;
  config.leadIn = Duration() - 1_s;
  EXPECT_EQ(Simulation::create(curved(""), config).error().code, "sim.config");
  config.leadIn = plan::kLongestDuration;
  EXPECT_EQ(Simulation::create(curved(""), config).error().code, "sim.config");
}

// 150 s of measured time after 5 s: windows of 60 s from 5.12 s on, each 10 s, as far as they fit. For 40 s
// from 70 s on the service takes five times as long, and the queue grows.
TEST(Windows, SlideOverTheMeasuredTimeAndFindTheWorst) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", servers(1), Law::constant(20_ms));
  builder.source(
      "users", 10_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  builder.action(70_s, Change::Speed, 0, 0.25).action(110_s, Change::Speed, 0, 1);
  RunConfig config;
  config.warmup = 5_s;
  config.duration = 150_s;
  const RunResult result = *simulate(builder.build(), config);
  ASSERT_EQ(result.windows.size(), 9u);  // starts 5, 15 ... 85 s, rounded up to samples
  for (const Window& window : result.windows) {
    EXPECT_GE(window.startNs, (5_s).ns());
    EXPECT_GE(window.endNs - window.startNs, (60_s).ns());
    EXPECT_LE(window.endNs, result.endNs);
    EXPECT_EQ(window.classes.size(), 1u);
    EXPECT_NEAR(static_cast<double>(window.classes[0].succeeded), 600, 6);
  }
  // The first ends before the slow time; all is 20 ms there. In the slow time all is 80 ms.
  EXPECT_NEAR(static_cast<double>(result.windows[0].p99Ns), 20e6, 20e6 / 32);
  EXPECT_NEAR(result.windows[0].meanNs, 20e6, 1);
  const auto worst = std::max_element(result.windows.begin(), result.windows.end(),
                                      [](const Window& a, const Window& b) { return a.p99Ns < b.p99Ns; });
  EXPECT_NEAR(static_cast<double>(worst->p99Ns), 80e6, 80e6 / 32);
}

TEST(Windows, AreNoneInShortRuns) {
  RunConfig config;
  config.warmup = Duration();
  config.duration = 59_s;
  EXPECT_TRUE(simulate(curved(""), config)->windows.empty());
}

// One server of 150 ms for a request each 100 ms: after 3 s, 30 have come and 19 are done.
TEST(Backlog, IsWhatIsUnderWayAtTheEndOfASample) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", servers(1), Law::constant(150_ms));
  builder.source(
      "users", 10_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 3_s;
  const RunResult result = *simulate(builder.build(), config);
  ASSERT_FALSE(result.series.empty());
  EXPECT_EQ(result.series.back().backlog, result.classes[0].unfinished);
  EXPECT_EQ(result.series.back().backlog, 11u);
}

// What nobody waits for counts, too.
TEST(Backlog, CountsSends) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", servers(1), Law::constant(150_ms));
  builder.source(
      "users", 10_rps, [&](ProgramWriter& p) { p.send(link); }, ArrivalProcess::Deterministic);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 3_s;
  const RunResult result = *simulate(builder.build(), config);
  EXPECT_EQ(result.classes[0].unfinished, 0u);
  EXPECT_EQ(result.series.back().backlog, result.detached.unfinished);
  EXPECT_EQ(result.series.back().backlog, 11u);
}

TEST(Batches, HoldTheMeanOfAllSuccessesInBoundedMemory) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", servers(1), Law::exponential(5_ms));
  builder.source("users", 100_rps, [&](ProgramWriter& p) { p.call(link); });
  RunConfig config;
  config.warmup = Duration();
  config.duration = 500_s;
  const RunResult result = *simulate(builder.build(), config);
  const BatchMeans& batches = result.batches;
  EXPECT_EQ(batches.size, 20u);  // 50,000 successes are more than 4,096 times 5 or 10
  EXPECT_GT(batches.meanNs.size(), 2'000u);
  EXPECT_LT(batches.meanNs.size(), 4'096u);
  const double mean = std::accumulate(batches.meanNs.begin(), batches.meanNs.end(), 0.0) /
                      static_cast<double>(batches.meanNs.size());
  EXPECT_NEAR(mean, result.latency.meanNs(), 0.002 * mean);  // the last, partial batch is left out
  EXPECT_TRUE(std::is_sorted(batches.endNs.begin(), batches.endNs.end()));
}

// Rule 29: percentiles of successes, and beside them those of all outcomes.
TEST(Outcomes, HaveALatencyWhateverTheyAre) {
  PlanBuilder builder;
  const plan::Index slow = builder.station("web", servers(1), Law::constant(50_ms), withTimeout(20_ms));
  builder.source(
      "users", 10_rps, [&](ProgramWriter& p) { p.call(slow); }, ArrivalProcess::Deterministic);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 995_ms;
  const RunResult result = *simulate(builder.build(), config);
  EXPECT_EQ(result.classes[0].latency.count(), 0u);
  EXPECT_EQ(result.classes[0].outcomeLatency.count(), 9u);
  EXPECT_EQ(result.classes[0].outcomeLatency.maxNs(), 20 * kMs);
  EXPECT_FALSE(result.classes[0].isCensored());
}

}  // namespace
}  // namespace cantilever::sim
