#include <gtest/gtest.h>

#include <cmath>

#include "core/vocabulary/visits.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/queueing_theory.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using plan::Fan;
using plan::Reason;

Fan inBatches(std::uint32_t batch, Fan fan = {}) {
  fan.batch = batch;
  return fan;
}
Fan throughWindow(std::uint32_t window, Fan fan = {}) {
  fan.window = window;
  return fan;
}
Fan needing(std::uint32_t needed, Fan fan = {}) {
  fan.needed = needed;
  return fan;
}
plan::Link toAll() {
  plan::Link link;
  link.balancing = Balancing::All;
  return link;
}

/// One request at 100 ms.
RunResult runOnce(PlanBuilder& builder, const ProgramWriter::Body& body,
                  std::uint32_t maxFrames = 1'000'000) {
  builder.source("users", 10_rps, body, ArrivalProcess::Deterministic);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 199_ms;
  config.maxFrames = maxFrames;
  const Result<RunResult> result = simulate(builder.build(), config);
  EXPECT_TRUE(result.ok()) << (result ? "" : result.error().message);
  return result ? *result : RunResult{};
}

TEST(Fan, CallsOnceForEachBatchAndWorksForEachTarget) {
  PlanBuilder builder;
  const plan::Index at = builder.pool("store", unlimitedServers());
  const plan::Index put = builder.program(
      "put", at, [](ProgramWriter& p) { p.work(Law::constant(500_us)).workPerTarget(Law::constant(1_ms)); });
  const plan::Index link = builder.link("link", put);
  const RunResult result =
      runOnce(builder, [&](ProgramWriter& p) { p.draw(CountLaw::fixed(10)).fan(link, inBatches(4)); });
  EXPECT_EQ(result.links[0].calls, 3u);  // for 4, 4 and 2
  EXPECT_EQ(result.latency.maxNs(), 4'500'000);
  EXPECT_EQ(result.pools[0].busyNs, 11'500'000u);
  EXPECT_EQ(result.pools[0].service.maxNs(), 4 * kMs);
}

// Also on the way of a request through others: a call stands for as many targets as its caller.
TEST(Fan, HandsItsTargetsOn) {
  PlanBuilder builder;
  const plan::Index at = builder.pool("store", servers(1));
  const plan::Index put =
      builder.program("put", at, [](ProgramWriter& p) { p.workPerTarget(Law::constant(1_ms)); });
  const plan::Index toStore = builder.link("to-store", put);
  const plan::Index pass = builder.program("pass", plan::kNone, [&](ProgramWriter& p) { p.call(toStore); });
  const plan::Index toPass = builder.link("to-pass", pass);
  const RunResult result = runOnce(
      builder, [&](ProgramWriter& p) { p.draw(CountLaw::fixed(5)).fan(toPass, inBatches(3)).call(toPass); });
  EXPECT_EQ(result.pools[0].served, 3u);
  EXPECT_EQ(result.pools[0].busyNs, 6'000'000u);  // 3 + 2 + 1
  const plan::Visits visits = *plan::visits(*builder.build());
  EXPECT_DOUBLE_EQ(visits.totalLinkRate(toStore), 30);
  EXPECT_DOUBLE_EQ(visits.totalPoolWork(0), 0.06);
}

TEST(Fan, ThroughAWindowStartsTheNextWhenOneIsOver) {
  PlanBuilder builder;
  const plan::Index link = builder.station("delay", unlimitedServers(), Law::constant(3_ms));
  const RunResult result =
      runOnce(builder, [&](ProgramWriter& p) { p.draw(CountLaw::fixed(5)).fan(link, throughWindow(2)); });
  EXPECT_EQ(result.latency.maxNs(), 9 * kMs);
  EXPECT_EQ(result.links[0].calls, 5u);
}

TEST(Fan, GoesOnWithTheAnswersItNeedsAndLeavesOutWhatWasNotBegun) {
  PlanBuilder builder;
  const plan::Index link = builder.station("delay", unlimitedServers(), Law::constant(3_ms));
  const RunResult result = runOnce(
      builder, [&](ProgramWriter& p) { p.draw(CountLaw::fixed(5)).fan(link, needing(2, throughWindow(2))); });
  EXPECT_EQ(result.latency.maxNs(), 3 * kMs);
  EXPECT_EQ(result.links[0].calls, 3u);  // the third began when the first was answered
  EXPECT_EQ(result.pools[0].orphanedNs, 3'000'000u);
}

TEST(Fan, FailsWhenTooFewCanSucceed) {
  for (const bool goesOn : {false, true}) {
    PlanBuilder builder;
    const plan::Index fails = builder.program(
        "fails", plan::kNone, [](ProgramWriter& p) { p.wait(Law::constant(3_ms)).fail(Reason::Injected); });
    const plan::Index link = builder.link("link", fails);
    const RunResult result = runOnce(builder, [&](ProgramWriter& p) {
      p.draw(CountLaw::fixed(5)).fan(link, needing(3, throughWindow(1)));
      if (goesOn) {
        p.handleFanFailure([](ProgramWriter& other) { other.wait(Law::constant(1_ms)); });
      }
    });
    EXPECT_EQ(result.links[0].calls, 3u);  // two more could not make three
    EXPECT_EQ(result.classes[0].succeeded, goesOn ? 1u : 0u);
    EXPECT_EQ(failures(result, Reason::Injected), goesOn ? 0u : 1u);
  }
}

TEST(Fan, ToEachInstanceLeavesOutThoseThatAreDown) {
  PlanBuilder builder;
  const plan::Index link =
      builder.station("shard", instances(4, unlimitedServers()), Law::constant(3_ms), toAll());
  builder.action(50_ms, Change::KillInstances, 0, 1);
  const RunResult result = runOnce(builder, [&](ProgramWriter& p) { p.fanToEach(link); });
  EXPECT_EQ(result.links[0].calls, 3u);
  ASSERT_EQ(result.pools[0].instanceUtilisation.size(), 4u);
  EXPECT_EQ(result.pools[0].served, 3u);

  PlanBuilder none;
  const plan::Index nobody = none.station("shard", instances(1, servers(1)), Law::constant(3_ms), toAll());
  none.action(50_ms, Change::KillInstances, 0, 1);
  const RunResult failed = runOnce(none, [&](ProgramWriter& p) { p.fanToEach(nobody); });
  EXPECT_EQ(failures(failed, Reason::NoHealthyInstance), 1u);
}

TEST(Fan, TriesAgainAtTheSameInstanceForTheSameTargets) {
  PlanBuilder builder;
  plan::Pool shards = instances(3, servers(1));
  shards.speeds = {1, 1, 0.5};
  plan::Link link = withTimeout(8_ms, toAll());
  link.retries.attempts = 2;
  link.retries.base = Duration();
  const plan::Index to = builder.station("shard", shards, Law::constant(6_ms), link);
  const RunResult result = runOnce(builder, [&](ProgramWriter& p) { p.fanToEach(to); });
  EXPECT_EQ(failures(result, Reason::TimedOut), 1u);  // both attempts at the slow one
  EXPECT_EQ(result.links[0].retries, 1u);
  EXPECT_EQ(result.pools[0].busyNs, 6'000'000u * 2 + 24'000'000u);
}

TEST(Fan, SkipsWhoHasTooMany) {
  PlanBuilder builder;
  const plan::Index link = builder.station("feed", unlimitedServers(), Law::constant(1_us));
  builder.source("posts", 1000_rps, [&](ProgramWriter& p) {
    p.draw(CountLaw::powerLaw(2.1, 1'000'000));
    p.ifDrawn(
        100, [](ProgramWriter&) {}, [&](ProgramWriter& few) { few.fan(link); });
  });
  builder.raw().fans[0].most = 100;
  const CountMoments few = momentsOf(CountLaw::powerLaw(2.1, 1'000'000), 1, 1, 100);
  const plan::Visits visits = *plan::visits(*builder.build());
  EXPECT_NEAR(visits.totalLinkRate(0), 1000 * few.probability * few.mean, 1e-6);
  const Replications runs(builder.build(), 20'000);
  runs.expect("calls", visits.totalLinkRate(0), 0.1, [](const RunResult& r) {
    return static_cast<double>(r.links[0].calls) / (static_cast<double>(r.endNs - r.warmupNs) * 1e-9);
  });
}

TEST(Fan, OfSendsIsNotWaitedFor) {
  PlanBuilder builder;
  const plan::Index link = builder.station("push", unlimitedServers(), Law::constant(3_ms));
  Fan fan = inBatches(10);
  fan.isSent = true;
  const RunResult result =
      runOnce(builder, [&](ProgramWriter& p) { p.draw(CountLaw::fixed(95)).fan(link, fan); });
  EXPECT_EQ(result.latency.maxNs(), 0);
  EXPECT_EQ(result.detached.started, 10u);
  EXPECT_EQ(result.detached.succeeded, 10u);
}

TEST(Fan, ThroughAWindowNeedsMemoryForTheWindow) {
  PlanBuilder builder;
  const plan::Index link = builder.station("push", unlimitedServers(), Law::constant(1_us));
  const RunResult result = runOnce(
      builder, [&](ProgramWriter& p) { p.draw(CountLaw::fixed(50'000)).fan(link, throughWindow(10)); }, 60);
  EXPECT_TRUE(result.isComplete) << result.stopReason;
  EXPECT_EQ(result.links[0].calls, 50'000u);
  EXPECT_EQ(result.latency.maxNs(), 5 * kMs);
}

TEST(Fan, EndsWithItsCaller) {
  PlanBuilder builder;
  const plan::Index link = builder.station("leaf", servers(1), Law::constant(3_ms));
  const plan::Index at = builder.pool("root", servers(1));
  const plan::Index root = builder.program(
      "root", at, [&](ProgramWriter& p) { p.draw(CountLaw::fixed(5)).fan(link, throughWindow(2)); });
  const plan::Index toRoot = builder.link("to-root", root, roundRobin());
  builder.action(104_ms, Change::KillInstances, at, 1);
  const RunResult result = runOnce(builder, [&](ProgramWriter& p) { p.call(toRoot); });
  EXPECT_EQ(failures(result, Reason::KilledInFlight), 1u);
  EXPECT_EQ(result.links[0].calls, 3u);  // two at once, one when the first was over; the others never
  EXPECT_EQ(result.pools[0].served, 3u);
}

// Dean and Barroso 2013: of 100 leaves each slow once in a hundred, 63 % of the roots meet a slow one.
TEST(Fan, MeetsTheSlowLeaf) {
  PlanBuilder builder;
  const plan::Index leaf = builder.program("leaf", plan::kNone, [](ProgramWriter& p) {
    p.ifChance(0.01, [](ProgramWriter& slow) { slow.wait(Law::constant(20_ms)); });
  });
  const plan::Index link = builder.link("link", leaf);
  builder.source("users", 100_rps, [&](ProgramWriter& p) { p.draw(CountLaw::fixed(100)).fan(link); });
  Replications(builder.build(), 3'000).expect("slow roots", 0.6339676587, 0.04, [](const RunResult& r) {
    return 1 - static_cast<double>(r.latency.countUpTo(kMs)) / static_cast<double>(r.latency.count());
  });
}

// The largest of n exponential times: mean H_n; with one slow instance the product of the distributions.
TEST(Fan, WaitsForTheSlowest) {
  PlanBuilder builder;
  plan::Pool leaves = instances(100, unlimitedServers());
  leaves.speeds.assign(99, 1.0);
  leaves.speeds.push_back(0.1);
  const plan::Index all = builder.station("leaf", leaves, Law::exponential(1_ms), toAll());
  builder.source("users", 20_rps, [&](ProgramWriter& p) { p.fanToEach(all); });
  const Replications withSlow(builder.build(), 2'000);
  withSlow.expect("p99", 0.04605170186, 0.15, latencyQuantile(0.99));
  withSlow.expect("p50", 0.007506780014, 0.06, latencyQuantile(0.5));

  PlanBuilder equal;
  const plan::Index link = equal.station("leaf", unlimitedServers(), Law::exponential(1_ms));
  equal.source("users", 20_rps, [&](ProgramWriter& p) { p.draw(CountLaw::fixed(100)).fan(link); });
  Replications(equal.build(), 2'000).expect("mean", theory::harmonic(100) * 1e-3, 0.02, meanLatency());
}

}  // namespace
}  // namespace cantilever::sim
