// What links believe of instances: health checks, ejection, slow start; and instances that die without a
// word.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/sim/health.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using plan::HealthChecks;
using plan::Reason;

HealthChecks checks(Duration interval, Duration timeout, std::uint32_t downAfter, std::uint32_t upAfter) {
  HealthChecks health;
  health.interval = interval;
  health.timeout = timeout;
  health.downAfter = downAfter;
  health.upAfter = upAfter;
  return health;
}
plan::Link withHealth(const HealthChecks& health, plan::Link link = {}) {
  link.health = health;
  return link;
}
HealthChecks slowStart(Duration time) {
  HealthChecks health;
  health.slowStart = time;
  return health;
}

RunResult run(PlanBuilder& builder, Duration duration, Duration warmup = {}, std::uint64_t seed = 1) {
  RunConfig config;
  config.warmup = warmup;
  config.duration = duration;
  config.seed = seed;
  const Result<RunResult> result = simulate(builder.build(), config);
  EXPECT_TRUE(result.ok()) << (result ? "" : result.error().message);
  return result ? *result : RunResult{};
}

/// When it happened first, in ms; negative: never.
double timeOf(const RunResult& result, Happening::Kind kind) {
  const auto at = std::find_if(result.happenings.begin(), result.happenings.end(),
                               [kind](const Happening& each) { return each.kind == kind; });
  return at == result.happenings.end() ? -1 : static_cast<double>(at->atNs) * 1e-6;
}

// Rule 12: detected between (n - 1) interval + timeout and n interval + timeout after the fault.
TEST(Health, FindsADeadInstanceWithinItsBounds) {
  double least = 1e9;
  double most = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    PlanBuilder builder;
    const plan::Index to = builder.station("pair", instances(2, servers(1)), Law::constant(1_ms),
                                           withHealth(checks(100_ms, 30_ms, 3, 2), roundRobin()));
    builder.source(
        "users", 100_rps, [&](ProgramWriter& p) { p.call(to); }, ArrivalProcess::Deterministic);
    builder.action(995_ms, Change::KillInstances, 0, 1);
    builder.action(2005_ms, Change::RestoreInstances, 0, 1);
    const RunResult result = run(builder, 3_s, {}, seed);
    const double down = timeOf(result, Happening::Kind::MarkedDown) - 995;
    least = std::min(least, down);
    most = std::max(most, down);
    // Every second call is refused until then.
    EXPECT_NEAR(static_cast<double>(failures(result, Reason::ConnectionRefused)), down / 20, 1) << seed;
    EXPECT_EQ(result.classes[0].failedTotal(), failures(result, Reason::ConnectionRefused));
    const double up = timeOf(result, Happening::Kind::MarkedUp) - 2005;
    EXPECT_GE(up, 100);
    EXPECT_LE(up, 200);
  }
  EXPECT_GE(least, 230);
  EXPECT_LT(least, 250);
  EXPECT_LE(most, 330);
  EXPECT_GT(most, 310);
}

// A resolver that is told of nothing.
TEST(Health, MayNeverTakeADeadInstanceOut) {
  PlanBuilder builder;
  const plan::Index to =
      builder.station("pair", instances(2, servers(1)), Law::constant(1_ms),
                      withHealth(checks(100_ms, 30_ms, HealthChecks::kNever, 1), roundRobin()));
  builder.source(
      "users", 100_rps, [&](ProgramWriter& p) { p.call(to); }, ArrivalProcess::Deterministic);
  builder.action(0_s, Change::KillInstances, 0, 1);
  const RunResult result = run(builder, 20_s);
  EXPECT_EQ(timeOf(result, Happening::Kind::MarkedDown), -1);
  EXPECT_EQ(failures(result, Reason::ConnectionRefused), 1000u);
}

TEST(Health, TriesAllWhenNoneIsWellUnlessItFailsClosed) {
  for (const bool failsOpen : {true, false}) {
    PlanBuilder builder;
    HealthChecks health = checks(10_ms, 5_ms, 1, 1);
    health.failsOpen = failsOpen;
    const plan::Index to =
        builder.station("one", instances(1, servers(1)), Law::constant(1_ms), withHealth(health));
    builder.source(
        "users", 100_rps, [&](ProgramWriter& p) { p.call(to); }, ArrivalProcess::Deterministic);
    builder.action(95_ms, Change::KillInstances, 0, 1);
    const RunResult result = run(builder, 299_ms);
    EXPECT_EQ(failures(result, Reason::ConnectionRefused) + failures(result, Reason::NoHealthyInstance), 20u);
    EXPECT_GE(failures(result, failsOpen ? Reason::ConnectionRefused : Reason::NoHealthyInstance), 18u);
  }
}

// One that dies silently refuses nothing: who is sent there, or was there, learns of it by the timeout.
TEST(Health, OfASilentDeathCallersLearnByTheirTimeouts) {
  PlanBuilder builder;
  const plan::Index to =
      builder.station("pair", instances(2, servers(1)), Law::constant(8_ms),
                      withHealth(checks(100_ms, 30_ms, 2, 2), withTimeout(15_ms, roundRobin())));
  builder.source(
      "users", 100_rps, [&](ProgramWriter& p) { p.call(to); }, ArrivalProcess::Deterministic);
  builder.action(495_ms, Change::KillSilently, 0, 1);
  const RunResult result = run(builder, 999_ms);
  const double down = timeOf(result, Happening::Kind::MarkedDown) - 495;
  EXPECT_GE(down, 130);
  EXPECT_LE(down, 230);
  EXPECT_EQ(failures(result, Reason::TimedOut), result.classes[0].failedTotal());
  EXPECT_NEAR(static_cast<double>(failures(result, Reason::TimedOut)), down / 20 + 1, 1.5);
}

TEST(Health, ASilentDeathTakesWhatItHadCalledAndHeld) {
  PlanBuilder builder;
  plan::Tokens one;
  one.waits = true;
  const plan::Index lock = builder.tokens("lock", one);
  const plan::Index leaf = builder.station("leaf", servers(1), Law::constant(1000_s));
  const plan::Index at = builder.pool("app", servers(1));
  const plan::Index app = builder.program("app", at, [&](ProgramWriter& p) { p.take(lock).call(leaf); });
  const plan::Index toApp = builder.link("to-app", app, withTimeout(500_ms));
  builder.source(
      "users", 10_rps, [&](ProgramWriter& p) { p.call(toApp); }, ArrivalProcess::Deterministic);
  builder.action(150_ms, Change::KillSilently, at, 1);
  const RunResult result = run(builder, 199_ms);
  EXPECT_EQ(result.tokens[0].maxHeld, 1u);
  EXPECT_NEAR(result.tokens[0].meanHeld, 50 / 199.0, 1e-9) << "until it died";
  EXPECT_EQ(result.classes[0].unfinished, 1u);
}

TEST(Health, SendsNothingToANewInstanceBeforeItsFirstChecks) {
  PlanBuilder builder;
  plan::Pool pool = instances(1, servers(1));
  pool.maxInstances = 2;
  const plan::Index to = builder.station("web", pool, Law::constant(1_ms),
                                         withHealth(checks(100_ms, 30_ms, 3, 2), roundRobin()));
  builder.source(
      "users", 100_rps, [&](ProgramWriter& p) { p.call(to); }, ArrivalProcess::Deterministic);
  builder.action(500_ms, Change::SetInstances, 0, 2);
  builder.action(1500_ms, Change::SetInstances, 0, 1);
  const RunResult result = run(builder, 2_s);
  const double up = timeOf(result, Happening::Kind::MarkedUp);
  EXPECT_GE(up, 600);
  EXPECT_LE(up, 700);
  EXPECT_EQ(result.classes[0].failedTotal(), 0u) << "one that drains is known at once";
  // Half of the calls from then on, until it drains.
  const double calls = result.pools[0].instanceUtilisation[1] * (1500 - 500);
  EXPECT_NEAR(calls, (1500 - up) / 20, 1.5);
}

// Weight w rises from 0.1 to 1 in time T beside one of weight 1: its mean share is the mean of w / (1 + w),
// which is (0.9 - ln(2 / 1.1)) / 0.9.
TEST(Health, StartsSlowlyWithTheShareOfItsWeight) {
  const double share = (0.9 - std::log(2 / 1.1)) / 0.9;
  for (const Balancing balancing : {Balancing::Random, Balancing::RoundRobin}) {
    PlanBuilder builder;
    plan::Link link = withHealth(slowStart(10_s));
    link.balancing = balancing;
    const plan::Index to = builder.station("pair", instances(2, servers(50)), Law::constant(1_ms), link);
    builder.source("users", 2000_rps, [&](ProgramWriter& p) { p.call(to); });
    builder.action(500_ms, Change::KillInstances, 0, 1);
    builder.action(1_s, Change::RestoreInstances, 0, 1);
    const RunResult result = run(builder, 10_s, 1_s);
    const double slow = result.pools[0].instanceUtilisation[0];
    EXPECT_NEAR(slow / (slow + result.pools[0].instanceUtilisation[1]), share, 0.015);
    EXPECT_EQ(failures(result, Reason::ConnectionRefused), 0u) << "without checks it knows at once";
  }
}

TEST(Health, EjectsWhoFailsButNeverMoreThanHalf) {
  HealthChecks health;
  health.ejectAfter = 3;
  health.ejectFor = 1_s;
  for (const bool areAllSlow : {false, true}) {
    PlanBuilder builder;
    plan::Pool pool = instances(3, unlimitedServers());
    pool.speeds = {0.1};
    if (areAllSlow) {
      pool.speeds = {0.1, 0.1, 0.1};
    }
    const plan::Index to = builder.station("three", pool, Law::constant(2_ms),
                                           withHealth(health, withTimeout(10_ms, roundRobin())));
    builder.source(
        "users", 100_rps, [&](ProgramWriter& p) { p.call(to); }, ArrivalProcess::Deterministic);
    const RunResult result = run(builder, 990_ms);
    const auto ejected =
        std::count_if(result.happenings.begin(), result.happenings.end(),
                      [](const Happening& each) { return each.kind == Happening::Kind::Ejected; });
    EXPECT_EQ(ejected, 1);
    if (!areAllSlow) {
      EXPECT_EQ(failures(result, Reason::TimedOut), 3u);
      EXPECT_EQ(timeOf(result, Happening::Kind::Ejected), 80);  // those of 10, 40 and 70 ms
    }
  }
}

TEST(Health, TakesBackWhoWasEjected) {
  HealthChecks health;
  health.ejectAfter = 1;
  health.ejectFor = 200_ms;
  PlanBuilder builder;
  plan::Pool pool = instances(2, unlimitedServers());
  pool.speeds = {0.1};
  const plan::Index to = builder.station("pair", pool, Law::constant(2_ms),
                                         withHealth(health, withTimeout(10_ms, roundRobin())));
  builder.source(
      "users", 100_rps, [&](ProgramWriter& p) { p.call(to); }, ArrivalProcess::Deterministic);
  const RunResult result = run(builder, 500_ms);
  EXPECT_EQ(timeOf(result, Happening::Kind::Ejected), 20);
  EXPECT_EQ(timeOf(result, Happening::Kind::Readmitted), 220);
  EXPECT_EQ(failures(result, Reason::TimedOut), 3u);
}

TEST(Health, HedgesGoElsewhere) {
  PlanBuilder builder;
  plan::Pool pool = instances(2, servers(1));
  pool.speeds = {0.1};
  plan::Link link = withHealth(checks(100_ms, 30_ms, 3, 2), roundRobin());
  link.hedge = 10_ms;
  const plan::Index to = builder.station("pair", pool, Law::constant(5_ms), link);
  builder.source(
      "users", 10_rps, [&](ProgramWriter& p) { p.call(to); }, ArrivalProcess::Deterministic);
  EXPECT_EQ(run(builder, 199_ms).latency.maxNs(), 15 * kMs);
}

// Ejected at 0 s for 10 s; gone, back, and ejected anew at 5 s: the end of the first is none of the second.
TEST(HealthState, AnInstanceThatCameBackIsEjectedForItsWholeTime) {
  HealthChecks health;
  health.ejectAfter = 1;
  health.ejectFor = 10_s;
  HealthState state(health, 4, InstanceSet(4, 4));
  ASSERT_TRUE(state.observe(0, true, 0));
  state.leave(0);
  state.enter(0, (1_s).ns());
  ASSERT_TRUE(state.eligible().contains(0));
  ASSERT_TRUE(state.observe(0, true, (5_s).ns()));
  EXPECT_FALSE(state.readmit(0, (10_s).ns()));
  EXPECT_FALSE(state.eligible().contains(0));
  EXPECT_TRUE(state.readmit(0, (15_s).ns()));
  EXPECT_TRUE(state.eligible().contains(0));
}

TEST(Perturbation, FlushesCaches) {
  const auto runWith = [](bool isFlushed) {
    PlanBuilder builder;
    const plan::Index users = builder.requestClass("users");
    builder.keys(users, 10, 0);
    const plan::Index at = builder.pool("cache", unlimitedServers());
    plan::Cache cache;
    cache.pool = at;
    const plan::Index contents = builder.cache("contents", cache);
    const plan::Index get = builder.program("get", at, [&](ProgramWriter& p) {
      p.lookUp(contents, [&](ProgramWriter& miss) { miss.fill(contents); });
    });
    const plan::Index to = builder.link("to", get);
    builder.source("users", 1000_rps, [&](ProgramWriter& p) { p.call(to); });
    if (isFlushed) {
      builder.action(500_ms, Change::FlushCaches, at, 1);
    }
    return run(builder, 1_s);
  };
  EXPECT_EQ(runWith(false).caches[0].fills, 10u);
  const RunResult flushed = runWith(true);
  EXPECT_EQ(flushed.caches[0].fills, 20u);
  EXPECT_EQ(timeOf(flushed, Happening::Kind::Flushed), 500);
}

}  // namespace
}  // namespace cantilever::sim
