// Second attempts, cancelling, fallbacks, and deadlines that are passed on.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using plan::Reason;

plan::Link hedged(Duration after, plan::Link link = {}) {
  link.hedge = after;
  return link;
}
plan::Link cancelling(plan::Link link = {}) {
  link.cancels = true;
  return link;
}
plan::Link propagating(plan::Link link = {}) {
  link.propagates = true;
  return link;
}
plan::Link retrying(std::uint32_t attempts, plan::Link link = {}) {
  link.retries.attempts = attempts;
  link.retries.base = Duration();
  return link;
}

/// `count` requests, one every 100 ms from 100 ms on.
RunResult runSome(PlanBuilder& builder, const ProgramWriter::Body& body, int count = 1) {
  builder.source("users", 10_rps, body, ArrivalProcess::Deterministic);
  RunConfig config;
  config.warmup = Duration();
  config.duration = Duration::milliseconds(100 * count + 99);
  const Result<RunResult> result = simulate(builder.build(), config);
  EXPECT_TRUE(result.ok()) << (result ? "" : result.error().message);
  return result ? *result : RunResult{};
}

/// Two instances; the first, which round robin takes first, is slow.
plan::Pool slowAndFast(double speed) {
  plan::Pool pool = instances(2, servers(1));
  pool.speeds = {speed};
  return pool;
}

TEST(Hedge, AsksAnotherInstanceAndTakesTheFirstAnswer) {
  for (const bool cancels : {false, true}) {
    PlanBuilder builder;
    plan::Link link = hedged(10_ms, roundRobin());
    link.cancels = cancels;
    const plan::Index to = builder.station("pair", slowAndFast(0.1), Law::constant(5_ms), link);
    const RunResult result = runSome(builder, [&](ProgramWriter& p) { p.call(to); });
    EXPECT_EQ(result.latency.maxNs(), 15 * kMs);
    EXPECT_EQ(result.links[0].calls, 2u);
    EXPECT_EQ(result.links[0].hedges, 1u);
    EXPECT_EQ(result.links[0].hedgeWins, 1u);
    EXPECT_EQ(result.links[0].failed, 0u);
    EXPECT_EQ(result.pools[0].usefulNs, 5'000'000u);
    EXPECT_EQ(result.pools[0].orphanedNs, cancels ? 0u : 50'000'000u);
    EXPECT_EQ(result.pools[0].lostNs, cancels ? 15'000'000u : 0u);
  }
}

TEST(Hedge, IsNotSentWhenThereIsAnAnswerInTime) {
  PlanBuilder builder;
  const plan::Index to =
      builder.station("pair", slowAndFast(1), Law::constant(5_ms), hedged(6_ms, roundRobin()));
  const RunResult result = runSome(
      builder, [&](ProgramWriter& p) { p.call(to); }, 3);
  EXPECT_EQ(result.links[0].calls, 3u);
  EXPECT_EQ(result.links[0].hedges, 0u);
}

TEST(Hedge, MayLoseToTheFirst) {
  PlanBuilder builder;
  const plan::Index to =
      builder.station("pair", slowAndFast(0.5), Law::constant(10_ms), hedged(12_ms, roundRobin()));
  const RunResult result = runSome(builder, [&](ProgramWriter& p) { p.call(to); });
  EXPECT_EQ(result.latency.maxNs(), 20 * kMs);
  EXPECT_EQ(result.links[0].hedges, 1u);
  EXPECT_EQ(result.links[0].hedgeWins, 0u);
  EXPECT_EQ(result.pools[0].orphanedNs, 10'000'000u);
}

// The first fails at 20 ms while the second is under way; it is not the end of the call.
TEST(Hedge, WinsWhereTheFirstFails) {
  PlanBuilder builder;
  const plan::Index flaky = builder.program("flaky", plan::kNone, [](ProgramWriter& p) {
    p.draw(CountLaw::fixed(1)).wait(Law::constant(20_ms)).fail(Reason::Injected);
  });
  const plan::Index both = builder.link("both", flaky, hedged(15_ms));
  const RunResult failed = runSome(builder, [&](ProgramWriter& p) { p.call(both); });
  EXPECT_EQ(failures(failed, Reason::Injected), 1u);
  EXPECT_EQ(failed.links[0].failed, 2u);

  PlanBuilder retried;
  const plan::Index again = retried.program(
      "flaky", plan::kNone, [](ProgramWriter& p) { p.wait(Law::constant(20_ms)).fail(Reason::Injected); });
  const plan::Index link = retried.link("both", again, retrying(2, hedged(15_ms)));
  const RunResult twice = runSome(retried, [&](ProgramWriter& p) { p.call(link); });
  EXPECT_EQ(failures(twice, Reason::Injected), 1u);
  EXPECT_EQ(twice.links[0].calls, 3u) << "only first attempts are hedged";
  EXPECT_EQ(twice.links[0].retries, 1u) << "when both have failed";
}

TEST(Hedge, WinsWhereTheFirstTimesOut) {
  PlanBuilder builder;
  const plan::Index to = builder.station("pair", slowAndFast(0.01), Law::constant(5_ms),
                                         hedged(8_ms, withTimeout(10_ms, roundRobin())));
  const RunResult result = runSome(builder, [&](ProgramWriter& p) { p.call(to); });
  EXPECT_EQ(result.latency.maxNs(), 13 * kMs);
  EXPECT_EQ(result.links[0].timedOut, 1u);
  EXPECT_EQ(result.classes[0].succeeded, 1u);
}

TEST(Hedge, IsPaidFromTheRetryBudget) {
  PlanBuilder builder;
  plan::Link link = hedged(10_ms, roundRobin());
  link.retries.budgetShare = 0.5;
  link.retries.budgetDepth = 1;
  const plan::Index to = builder.station("pool", unlimitedServers(), Law::constant(20_ms), link);
  const RunResult result = runSome(
      builder, [&](ProgramWriter& p) { p.call(to); }, 8);
  EXPECT_EQ(result.links[0].hedges,
            4u);  // the bucket is full at first and earns a half each time: 1, 3, 5, 7
}

TEST(Hedge, OfABranchLeavesTheOthersAlone) {
  PlanBuilder builder;
  const plan::Index slow =
      builder.station("pair", slowAndFast(0.1), Law::constant(5_ms), hedged(10_ms, roundRobin()));
  const plan::Index other = builder.station("other", unlimitedServers(), Law::constant(40_ms));
  const RunResult result = runSome(builder, [&](ProgramWriter& p) { p.parallel({slow, other, slow}, 3); });
  EXPECT_EQ(result.classes[0].succeeded, 1u);
  EXPECT_EQ(result.latency.maxNs(), 40 * kMs);
  EXPECT_EQ(result.links[0].hedges, 1u);
}

// Leaf times: 0.99 Exp(5 ms) + 0.01 Exp(500 ms). A hedge after d = 25 ms: S(t) S(t - d).
TEST(Hedge, CutsTheTail) {
  PlanBuilder builder;
  const plan::Index leaf = builder.program("leaf", plan::kNone, [](ProgramWriter& p) {
    p.ifChance(
        0.01, [](ProgramWriter& slow) { slow.wait(Law::exponential(500_ms)); },
        [](ProgramWriter& fast) { fast.wait(Law::exponential(5_ms)); });
  });
  const plan::Index link = builder.link("link", leaf, cancelling(hedged(25_ms)));
  builder.source("users", 1000_rps, [&](ProgramWriter& p) { p.call(link); });
  const Replications runs(builder.build(), 50'000);
  runs.expect("p99.9", 0.036922297, 0.06, latencyQuantile(0.999));
  runs.expect("p99", 0.02676269246, 0.02, latencyQuantile(0.99));
  runs.expect("extra calls", 0.01618286177, 0.15, [](const RunResult& r) {
    return static_cast<double>(r.links[0].hedges) / static_cast<double>(r.classes[0].offered);
  });
}

// A caller that times out after 10 ms stops what it called: the one in service after 10 ms, the one that
// waits without any service; what these had called, held and waited for is free.
TEST(Cancel, StopsTheWholeTree) {
  for (const bool cancels : {false, true}) {
    PlanBuilder builder;
    const plan::Index tokens = builder.tokens("connections", [] {
      plan::Tokens of;
      of.size = 1;
      of.waits = true;
      return of;
    }());
    const plan::Index leaf = builder.station("leaf", servers(1), Law::constant(50_ms));
    const plan::Index at = builder.pool("middle", withSeats(servers(1), 1));
    const plan::Index middle = builder.program("middle", at, [&](ProgramWriter& p) {
      p.take(tokens).parallel({leaf, leaf}, 2);
    });
    plan::Link link = withTimeout(10_ms);
    link.cancels = cancels;
    const plan::Index to = builder.link("to", middle, link);
    const RunResult result = runSome(builder, [&](ProgramWriter& p) { p.parallel({to, to}, 2); });
    EXPECT_EQ(failures(result, Reason::TimedOut), 1u);
    const PoolResult& leaves = result.pools[0];
    EXPECT_EQ(leaves.lostNs, cancels ? 10'000'000u : 0u);
    EXPECT_EQ(leaves.served, cancels ? 0u : 1u);
    EXPECT_EQ(result.tokens[0].granted, 1u);
    EXPECT_NEAR(result.tokens[0].meanHeld, (cancels ? 10 : 99) / 199.0, 1e-9);
    EXPECT_EQ(result.pools[1].seatWaiting.count(), cancels ? 2u : 1u) << "the second gets the seat, and ends";
  }
}

TEST(Cancel, StopsWhatAQuorumDoesNotNeed) {
  PlanBuilder builder;
  const plan::Index quick = builder.station("quick", unlimitedServers(), Law::constant(5_ms));
  const plan::Index slow = builder.station("slow", unlimitedServers(), Law::constant(50_ms), cancelling());
  const RunResult result = runSome(builder, [&](ProgramWriter& p) { p.parallel({quick, slow}, 1); });
  EXPECT_EQ(result.latency.maxNs(), 5 * kMs);
  EXPECT_EQ(result.pools[1].lostNs, 5'000'000u);
  EXPECT_EQ(result.pools[1].served, 0u);
}

TEST(Cancel, LetsThoseWhoWaitForAFetchFail) {
  PlanBuilder builder;
  plan::Cache cache;
  cache.isSingleFlight = true;
  const plan::Index contents = builder.cache("contents", cache);
  const plan::Index get = builder.program("get", plan::kNone, [&](ProgramWriter& p) {
    p.lookUp(contents, [&](ProgramWriter& miss) { miss.wait(Law::constant(50_ms)).fill(contents); });
  });
  const plan::Index impatient = builder.link("impatient", get, cancelling(withTimeout(10_ms)));
  const plan::Index patient = builder.link("patient", get);
  const RunResult result = runSome(builder, [&](ProgramWriter& p) { p.parallel({impatient, patient}, 2); });
  EXPECT_EQ(failures(result, Reason::TimedOut), 1u);
  EXPECT_EQ(result.caches[0].coalesced, 1u);
  EXPECT_EQ(result.caches[0].fills, 0u);
}

// Three requests at once of 40 ms each at one server, with 100 ms for all: the third is dropped when its turn
// comes at 180 ms, or before that is served for nobody.
TEST(Deadline, ThatIsPassedOnDropsWhatComesTooLate) {
  for (const bool propagates : {false, true}) {
    PlanBuilder builder;
    builder.requestClass("users");
    builder.raw().classes[0].deadline = 50_ms;
    plan::Link link;
    link.propagates = propagates;
    const plan::Index to = builder.station("server", servers(1), Law::constant(40_ms), link);
    const RunResult result = runSome(builder, [&](ProgramWriter& p) { p.parallel({to, to, to}, 3); });
    EXPECT_EQ(failures(result, Reason::DeadlineExceeded), propagates ? 1u : 0u);
    EXPECT_EQ(result.classes[0].succeeded, 0u);
    EXPECT_EQ(result.pools[0].expired, propagates ? 1u : 0u);
    EXPECT_EQ(result.pools[0].served, 2u);
    EXPECT_EQ(result.classes[0].unfinished, propagates ? 0u : 1u);
  }
}

TEST(Deadline, ThatIsPassedOnCutsTheTimeout) {
  PlanBuilder builder;
  builder.requestClass("users");
  builder.raw().classes[0].deadline = 30_ms;
  const plan::Index slow = builder.station("slow", unlimitedServers(), Law::constant(80_ms),
                                           retrying(3, propagating(withTimeout(20_ms))));
  const RunResult result = runSome(builder, [&](ProgramWriter& p) {
    p.callElse(slow, [](ProgramWriter& other) { other.wait(Law::constant(1_ms)); });
  });
  EXPECT_EQ(result.latency.maxNs(), 31 * kMs);  // 20 ms, then 10 that are left
  EXPECT_EQ(result.links[0].calls, 2u);
  EXPECT_EQ(result.links[0].timedOut, 2u);
  EXPECT_EQ(result.classes[0].succeeded, 1u);
  EXPECT_EQ(result.classes[0].inTime, 0u);
}

TEST(Degraded, CountsRequestsThatAFallbackHelped) {
  PlanBuilder builder;
  const plan::Index failing =
      builder.program("failing", plan::kNone, [](ProgramWriter& p) { p.fail(Reason::Injected); });
  const plan::Index toFailing = builder.link("to-failing", failing);
  const plan::Index guarded = builder.program("guarded", plan::kNone, [&](ProgramWriter& p) {
    p.callElse(toFailing, [](ProgramWriter& other) { other.degrade(); });
  });
  const plan::Index toGuarded = builder.link("to-guarded", guarded);
  const RunResult result = runSome(
      builder, [&](ProgramWriter& p) { p.ifChance(0.5, [&](ProgramWriter& call) { call.call(toGuarded); }); },
      40);
  EXPECT_EQ(result.classes[0].succeeded, 40u);
  EXPECT_EQ(result.classes[0].degraded, result.links[1].calls);
  EXPECT_GT(result.classes[0].degraded, 0u);
  EXPECT_LT(result.classes[0].degraded, 40u);
}

// A half-open breaker lets one probe through, whose caller is killed: nobody hears of its outcome. The next
// call is the probe then, and closes it.
TEST(Breaker, SendsAnotherProbeForOneThatNobodyWaitsFor) {
  PlanBuilder builder;
  plan::Link link = withTimeout(10_ms);
  link.breaker.consecutive = 1;
  link.breaker.open = 50_ms;
  const plan::Index store = builder.pool("store", unlimitedServers());
  const plan::Index serve =
      builder.program("serve", store, [](ProgramWriter& p) { p.work(Law::constant(8_ms)); });
  const plan::Index toStore = builder.link("to-store", serve, link);
  const plan::Index app = builder.pool("app", instances(1, unlimitedServers()));
  const plan::Index handle = builder.program("handle", app, [&](ProgramWriter& p) { p.call(toStore); });
  const plan::Index toApp = builder.link("to-app", handle);
  builder.action(95_ms, Change::Speed, store, 0.5);  // the first times out: open until 160 ms
  builder.action(150_ms, Change::Speed, store, 1);
  builder.action(204_ms, Change::KillInstances, app, 1);  // with the probe of 200 ms
  builder.action(206_ms, Change::RestoreInstances, app, 1);
  const RunResult result = runSome(
      builder, [&](ProgramWriter& p) { p.call(toApp); }, 5);
  EXPECT_EQ(failures(result, Reason::TimedOut), 1u);
  EXPECT_EQ(failures(result, Reason::KilledInFlight), 1u);
  EXPECT_EQ(failures(result, Reason::BreakerOpen), 0u);
  EXPECT_EQ(result.classes[0].succeeded, 3u);
}

}  // namespace
}  // namespace cantilever::sim
