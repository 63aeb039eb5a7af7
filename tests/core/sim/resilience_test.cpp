// Retries, deadlines, breakers, losses and errors (rules 19 to 21).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/sim/breaker.h"
#include "core/sim/simulation.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using plan::Reason;

RunConfig lasting(Duration duration) {
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  return config;
}

plan::Link withRetries(std::uint32_t attempts, Duration base, plan::Link link = {}) {
  link.retries.attempts = attempts;
  link.retries.base = base;
  link.retries.hasJitter = false;
  return link;
}
plan::Link withErrors(double share, plan::Link link = {}) {
  link.errorShare = share;
  return link;
}

/// A request each second over one link to a station of 10 ms.
PlanBuilder spacedCalls(const plan::Link& by, const plan::Pool& pool = servers(1),
                        const Law& work = Law::constant(10_ms)) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", pool, work, by);
  builder.source(
      "users", 1_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  return builder;
}

std::uint64_t failuresAt(const RunResult& result, Reason reason) {
  return result.classes[0].failed[static_cast<std::size_t>(reason)];
}

// Hand-worked schedules.

TEST(Retries, ComeAfterPausesThatDouble) {
  // Attempts fail after 2 x 5 ms of latency at 1.010; pause 100: 1.110 .. 1.120; pause 200: 1.320 .. 1.330.
  const RunResult result =
      *simulate(spacedCalls(withRetries(3, 100_ms, withErrors(1, withLatency(Law::constant(5_ms))))).build(),
                lasting(2_s));
  EXPECT_EQ(failuresAt(result, Reason::Injected), 1u);
  EXPECT_EQ(result.links[0].calls, 4u) << "three of the first request, one of that of 2 s";
  EXPECT_EQ(result.links[0].retries, 2u);
  EXPECT_EQ(result.pools[0].served, 0u) << "errors do no work";
}

TEST(Retries, ComeAfterPausesThatAreAlike) {
  plan::Link link = withRetries(4, 100_ms, withErrors(1));
  link.retries.growth = plan::Retries::Growth::Constant;
  const RunResult result = *simulate(spacedCalls(link).build(), lasting(1300_ms));
  EXPECT_EQ(result.links[0].calls, 4u) << "at 1, 1.1, 1.2 and 1.3 s";
}

TEST(Retries, ComeAfterPausesOfALawUpToTheCap) {
  plan::Link link = withRetries(3, 1_s, withErrors(1));
  link.retries.growth = plan::Retries::Growth::Drawn;
  link.retries.law = Law::constant(300_ms);
  link.retries.hasJitter = true;  // of no effect
  link.retries.cap = 200_ms;
  const RunResult result = *simulate(spacedCalls(link).build(), lasting(1399_ms));
  EXPECT_EQ(result.links[0].calls, 2u) << "at 1 and 1.2 s, and not yet at 1.4 s";
}

TEST(Retries, WithoutLimitGoOnUntilOneSucceeds) {
  PlanBuilder builder = spacedCalls(withRetries(plan::Retries::kUnlimited, 1_ms));
  builder.raw().links[0].retries.growth = plan::Retries::Growth::Constant;
  builder.action(900_ms, Change::KillInstances, 0, 1).action(1900_ms, Change::RestoreInstances, 0, 1);
  const RunResult result = *simulate(builder.build(), lasting(1950_ms));
  EXPECT_EQ(result.classes[0].succeeded, 1u);
  EXPECT_EQ(result.links[0].retries, 900u) << "far more than 255";
  EXPECT_EQ(result.latency.maxNs(), 910 * kMs);
}

TEST(Retries, OnlyForTheReasonsThatAreListed) {
  plan::Link link = withRetries(3, 10_ms, withErrors(1));
  link.retries.reasons = plan::Retries::bitOf(Reason::TimedOut) | plan::Retries::bitOf(Reason::QueueFull);
  EXPECT_EQ(simulate(spacedCalls(link).build(), lasting(2500_ms))->links[0].calls, 2u);
  link.retries.reasons |= plan::Retries::bitOf(Reason::Injected);
  EXPECT_EQ(simulate(spacedCalls(link).build(), lasting(2500_ms))->links[0].calls, 6u);
  link.errorShare = 0;
  link.timeout = 5_ms;  // of work that takes 10 ms
  EXPECT_EQ(simulate(spacedCalls(link).build(), lasting(2500_ms))->links[0].calls, 6u);
  link.retries.reasons = plan::Retries::bitOf(Reason::BreakerOpen);
  const auto wrong = simulate(spacedCalls(link).build(), lasting(1_s));
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().message, ::testing::HasSubstr("link \"to-web\" tries again what a breaker"));
}

TEST(Retries, WithoutLimitAndPauseAreRefused) {
  const auto wrong =
      simulate(spacedCalls(withRetries(plan::Retries::kUnlimited, Duration())).build(), lasting(1_s));
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().message, ::testing::HasSubstr("for ever without a pause"));
}

// M/M/1 with retrials: who finds the server busy comes again after an exponential time, without limit. The
// mean number that will come again is rho (lambda + rho theta) / ((1 - rho) theta) (G. Falin and J.
// Templeton, Retrial Queues, 1997), and by Little's law the mean time in the system that divided by lambda,
// and a service.
TEST(Retries, WithoutLimitMakeTheRetrialQueue) {
  const double lambda = 50;
  const double mu = 100;
  const double theta = 200;
  plan::Link link = withRetries(plan::Retries::kUnlimited, 1_ms);
  link.retries.growth = plan::Retries::Growth::Drawn;
  link.retries.law = Law::exponential(5_ms);
  link.retries.cap = plan::kLongestDuration;
  PlanBuilder builder;
  const plan::Index to = builder.station("server", withLimit(servers(1), 0), Law::exponential(10_ms), link);
  builder.source("users", perSecond(lambda), [=](ProgramWriter& p) { p.call(to); });
  const double rho = lambda / mu;
  const double orbit = rho * (lambda + rho * theta) / ((1 - rho) * theta);
  Replications(builder.build(), 60'000, 10)
      .expect("time in the system", orbit / lambda + 1 / mu, 0.05, meanLatency());
}

TEST(Retries, AfterATimeoutTheOldWorkGoesOn) {
  // Timeout at 1.05, retry at 1.15, which waits for the work of the first until 1.2 and times out, too,
  // at 1.2, before its work ends at 1.4.
  PlanBuilder builder =
      spacedCalls(withRetries(2, 100_ms, withTimeout(50_ms)), servers(1), Law::constant(200_ms));
  const RunResult result = *simulate(builder.build(), lasting(Duration::seconds(1.9)));
  EXPECT_EQ(failuresAt(result, Reason::TimedOut), 1u);
  EXPECT_EQ(result.links[0].timedOut, 2u);
  EXPECT_EQ(result.pools[0].served, 2u);
  EXPECT_EQ(result.pools[0].usefulNs, 0u);
  EXPECT_EQ(result.pools[0].orphanedNs, 400u * kMs);
}

TEST(Retries, ThePauseIsCapped) {
  plan::Link link = withRetries(5, 100_ms, withErrors(1));
  link.retries.cap = 250_ms;
  // 1.0, 1.1, 1.3, 1.55, 1.8: five attempts before 1.81.
  EXPECT_EQ(simulate(spacedCalls(link).build(), lasting(Duration::seconds(1.79)))->links[0].calls, 4u);
  EXPECT_EQ(simulate(spacedCalls(link).build(), lasting(Duration::seconds(1.81)))->links[0].calls, 5u);
}

TEST(Retries, OfABranchStayOneBranch) {
  PlanBuilder builder;
  const plan::Index good = builder.station("good", servers(0), Law::constant(10_ms));
  const plan::Index bad =
      builder.station("bad", servers(0), Law::constant(10_ms), withRetries(3, 100_ms, withErrors(1)));
  builder.source(
      "users", 1_rps,
      [&](ProgramWriter& p) {
        p.parallel({good, bad, good}, 2);
      },
      ArrivalProcess::Deterministic);
  const RunResult result = *simulate(builder.build(), lasting(Duration::seconds(1.9)));
  EXPECT_EQ(result.classes[0].succeeded, 1u);
  EXPECT_EQ(result.latency.maxNs(), 10 * kMs) << "two of three are enough";
  EXPECT_EQ(result.links[1].calls, 1u) << "the pause of the third is over when nobody waits any more";
}

TEST(Retries, AreNotMadeByACallerThatWasKilled) {
  PlanBuilder builder;
  const plan::Index db =
      builder.station("db", servers(1), Law::constant(10_ms), withRetries(9, 100_ms, withErrors(1)));
  const plan::Index pool = builder.pool("app", servers(1));
  const plan::Index app =
      builder.link("to-app", builder.program("serve", pool, [&](ProgramWriter& p) { p.call(db); }));
  builder.source(
      "users", 1_rps, [&](ProgramWriter& p) { p.call(app); }, ArrivalProcess::Deterministic);
  builder.action(1150_ms, Change::KillInstances, pool, 1);
  const RunResult result = *simulate(builder.build(), lasting(Duration::seconds(1.9)));
  EXPECT_EQ(failuresAt(result, Reason::KilledInFlight), 1u);
  EXPECT_EQ(result.links[0].calls, 2u);  // 1.0 and 1.1
}

TEST(Deadline, NoAttemptStartsAfterIt) {
  PlanBuilder builder = spacedCalls(withRetries(9, 100_ms, withErrors(1)));
  builder.requestClass("all");
  builder.raw().classes[0].deadline = 350_ms;
  const RunResult result = *simulate(builder.build(), lasting(Duration::seconds(1.9)));
  EXPECT_EQ(result.links[0].calls, 3u);  // 1.0, 1.1, 1.3; the next would be at 1.7
  EXPECT_EQ(failuresAt(result, Reason::Injected), 1u) << "the reason is that of the last attempt";
}

TEST(Deadline, CallsAfterItFailAtOnceAndLateSuccessesAreNoGoodput) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", servers(1), Law::constant(400_ms));
  builder.source(
      "users", 1_rps, [&](ProgramWriter& p) { p.call(link).wait(Law::constant(200_ms)).call(link); },
      ArrivalProcess::Deterministic);
  builder.requestClass("all");
  builder.raw().classes[0].deadline = 500_ms;
  const RunResult result = *simulate(builder.build(), lasting(Duration::seconds(1.9)));
  EXPECT_EQ(failuresAt(result, Reason::DeadlineExceeded), 1u);
  EXPECT_EQ(result.links[0].notSent, 1u);

  PlanBuilder slow = spacedCalls({}, servers(1), Law::constant(600_ms));
  slow.requestClass("all");
  slow.raw().classes[0].deadline = 500_ms;
  const RunResult late = *simulate(slow.build(), lasting(Duration::seconds(1.9)));
  EXPECT_EQ(late.classes[0].succeeded, 1u);
  EXPECT_EQ(late.classes[0].inTime, 0u);
}

TEST(Losses, OnlyTheTimeoutTells) {
  plan::Link link = withTimeout(300_ms);
  link.lossShare = 1;
  const RunResult result = *simulate(spacedCalls(link).build(), lasting(Duration::seconds(1.9)));
  EXPECT_EQ(failuresAt(result, Reason::TimedOut), 1u);
  EXPECT_EQ(result.pools[0].arrivals, 0u);
}

TEST(Losses, WithoutATimeoutAreAFaultOfThePlan) {
  plan::Link link;
  link.lossShare = 0.1;
  EXPECT_THAT(plan::faultIn(*spacedCalls(link).build()), ::testing::HasSubstr("has no timeout"));
}

// Against theory.

RunResult manyCalls(const plan::Link& by, double rate, double requests) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", servers(0), Law::constant(1_us), by);
  builder.source("users", perSecond(rate), [&](ProgramWriter& p) { p.call(link); });
  return *simulate(builder.build(), lasting(Duration::seconds(requests / rate)));
}

// Attempts (1 - p^m) / (1 - p), success 1 - p^m.
TEST(Retries, MultiplyTheLoadAsTheGeometricLawSays) {
  struct Case {
    double p;
    std::uint32_t m;
  };
  for (const Case each : {Case{0.1, 3}, Case{0.5, 4}}) {
    const RunResult result = manyCalls(withRetries(each.m, Duration(), withErrors(each.p)), 1000, 200'000);
    const double offered = static_cast<double>(result.classes[0].offered);
    const double failed = std::pow(each.p, each.m);
    EXPECT_NEAR(static_cast<double>(result.links[0].calls) / offered, (1 - failed) / (1 - each.p), 0.01);
    EXPECT_NEAR(static_cast<double>(result.classes[0].succeeded) / offered, 1 - failed, 0.003);
  }
}

// Three tries in each of five layers over a bottom that always fails: 3^5 calls (M. Brooker, Timeouts,
// retries and backoff with jitter, Amazon Builders' Library).
TEST(Retries, OfLayersMultiply) {
  PlanBuilder builder;
  plan::Index below =
      builder.station("bottom", servers(0), Law::constant(1_us), withRetries(3, Duration(), withErrors(1)));
  for (int layer = 4; layer > 0; --layer) {
    const std::string name = "layer-" + std::to_string(layer);
    const plan::Index program = builder.program(name, plan::kNone, [&](ProgramWriter& p) { p.call(below); });
    below = builder.link("to-" + name, program, withRetries(3, Duration()));
  }
  builder.source(
      "users", 1_rps, [&](ProgramWriter& p) { p.call(below); }, ArrivalProcess::Deterministic);
  const RunResult result = *simulate(builder.build(), lasting(Duration::seconds(1.5)));
  EXPECT_EQ(result.links[0].calls, 243u);
}

// Full jitter: uniform on 0 .. min(2 s, 0.1 s x 2^i), i = 0 .. 5: 0.05 (1 + 2 + 4 + 8 + 16) + 1 = 2.55 s.
TEST(Retries, FullJitterPausesHalfAsLongOnAverage) {
  plan::Link link = withRetries(7, 100_ms, withErrors(1));
  link.retries.cap = 2_s;
  link.retries.hasJitter = true;
  PlanBuilder builder;
  const plan::Index bad = builder.station("web", servers(0), Law::constant(1_us), link);
  builder.source("users", 100_rps, [&](ProgramWriter& p) { p.callElse(bad, [](ProgramWriter&) {}); });
  const RunResult result = *simulate(builder.build(), lasting(1000_s));
  EXPECT_NEAR(result.latency.meanNs() * 1e-9, 2.55, 0.02);
}

// A budget of 20 % holds the load of retries to a fifth of the first attempts when everything fails.
TEST(Retries, ABudgetKeepsThemFromMultiplyingTheLoad) {
  plan::Link link = withRetries(4, 10_ms, withErrors(1));
  link.retries.budgetShare = 0.2;
  const RunResult result = manyCalls(link, 1000, 100'000);
  EXPECT_NEAR(static_cast<double>(result.links[0].calls) / static_cast<double>(result.classes[0].offered),
              1.2, 0.002);
}

// Renewal-reward: n = (1 - p^N) / ((1 - p) p^N) calls until it opens, g = 1 / (1 - p) openings until a probe
// succeeds; rejected are lambda T g / (n + g + lambda T g).
TEST(Breaker, RejectsTheShareThatTheoryHas) {
  plan::Link link = withErrors(0.5);
  link.breaker.consecutive = 5;
  link.breaker.open = 10_s;
  const RunResult result = manyCalls(link, 100, 2'000'000);
  const double n = (1 - std::pow(0.5, 5)) / (0.5 * std::pow(0.5, 5));
  const double g = 2;
  const double rejected = 100 * 10 * g / (n + g + 100 * 10 * g);
  EXPECT_NEAR(rejected, 0.9689922481, 1e-9);
  const auto offered = static_cast<double>(result.classes[0].offered);
  EXPECT_NEAR(static_cast<double>(failuresAt(result, Reason::BreakerOpen)) / offered, rejected, 0.003);
  EXPECT_NEAR(result.links[0].openShare, g * 10 / (n / 100 + g * (10 + 0.01)), 0.003);
  EXPECT_EQ(result.links[0].notSent, failuresAt(result, Reason::BreakerOpen));
}

using Passage = BreakerState::Passage;
using Turn = BreakerState::Turn;

BreakerState breakerOf(std::uint32_t consecutive, std::uint32_t window, std::uint32_t probes) {
  plan::Breaker policy;
  policy.consecutive = consecutive;
  policy.window = window;
  policy.failedShare = 0.5;
  policy.probes = probes;
  return BreakerState(policy);
}

TEST(Breaker, OpensAfterFailuresInARow) {
  BreakerState breaker = breakerOf(3, 0, 1);
  for (const bool failed : {true, true, false, true, true}) {
    EXPECT_EQ(breaker.observe(failed, false, 0), Turn::None);
  }
  EXPECT_EQ(breaker.observe(true, false, 0), Turn::Opened);
  EXPECT_EQ(breaker.pass(), Passage::Refused);
}

TEST(Breaker, OpensByTheShareOfAFullWindowOnly) {
  BreakerState breaker = breakerOf(0, 4, 1);
  EXPECT_EQ(breaker.observe(true, false, 0), Turn::None);
  EXPECT_EQ(breaker.observe(true, false, 0), Turn::None);
  EXPECT_EQ(breaker.observe(false, false, 0), Turn::None);
  EXPECT_EQ(breaker.observe(false, false, 0), Turn::Opened) << "two of four";
}

TEST(Breaker, NeedsAsManyAttemptsAsItSays) {
  plan::Breaker policy;
  policy.window = 100;
  policy.minimum = 3;
  BreakerState breaker(policy);
  EXPECT_EQ(breaker.observe(true, false, 0), Turn::None);
  EXPECT_EQ(breaker.observe(true, false, 0), Turn::None);
  EXPECT_EQ(breaker.observe(false, false, 0), Turn::Opened) << "two of three";
}

TEST(Breaker, LooksAtAWindowOfTime) {
  plan::Breaker policy;
  policy.windowTime = 1_s;
  policy.minimum = 4;
  BreakerState breaker(policy);
  EXPECT_EQ(breaker.observe(true, false, 50 * kMs), Turn::None);
  EXPECT_EQ(breaker.observe(true, false, 99 * kMs), Turn::None);
  EXPECT_EQ(breaker.observe(true, false, 1000 * kMs), Turn::None) << "the first tenth is forgotten now";
  EXPECT_EQ(breaker.observe(false, false, 1100 * kMs), Turn::None);
  EXPECT_EQ(breaker.observe(false, false, 1200 * kMs), Turn::None);
  EXPECT_EQ(breaker.observe(false, false, 1900 * kMs), Turn::None) << "one of four";
  EXPECT_EQ(breaker.observe(true, false, 2000 * kMs), Turn::None) << "that of 1 s is forgotten: one of four";
  EXPECT_EQ(breaker.observe(true, false, 2050 * kMs), Turn::None) << "two of five";
  EXPECT_EQ(breaker.observe(true, false, 2100 * kMs), Turn::Opened)
      << "three of five, as that of 1.1 s is forgotten";
}

TEST(Breaker, OfAWindowOfTimeOpensWhenEnoughFailed) {
  plan::Link link = withErrors(1);
  link.breaker.windowTime = 10_s;
  link.breaker.minimum = 5;
  link.breaker.open = 3_s;
  const RunResult result = *simulate(spacedCalls(link).build(), lasting(6500_ms));
  EXPECT_EQ(failuresAt(result, Reason::Injected), 5u);
  EXPECT_EQ(failuresAt(result, Reason::BreakerOpen), 1u) << "at 6 s";
  ASSERT_FALSE(result.happenings.empty());
  EXPECT_EQ(result.happenings[0].kind, Happening::Kind::BreakerOpened);
  EXPECT_EQ(result.happenings[0].atNs, 5000 * kMs);
}

TEST(Breaker, LetsAsManyProbesThroughAsItSaysAndClosesWhenAllSucceed) {
  BreakerState breaker = breakerOf(1, 0, 2);
  EXPECT_EQ(breaker.observe(true, false, 0), Turn::Opened);
  breaker.endOpen();
  EXPECT_EQ(breaker.pass(), Passage::Probe);
  EXPECT_EQ(breaker.pass(), Passage::Probe);
  EXPECT_EQ(breaker.pass(), Passage::Refused);
  EXPECT_EQ(breaker.observe(true, false, 0), Turn::None) << "an attempt from before it opened";
  EXPECT_EQ(breaker.observe(false, true, 0), Turn::None);
  EXPECT_EQ(breaker.mode(), BreakerState::Mode::HalfOpen);
  EXPECT_EQ(breaker.observe(false, true, 0), Turn::Closed);
  EXPECT_EQ(breaker.mode(), BreakerState::Mode::Closed);
  EXPECT_EQ(breaker.pass(), Passage::Free);
}

TEST(Breaker, OneFailedProbeOpensItAgain) {
  BreakerState breaker = breakerOf(1, 0, 2);
  breaker.observe(true, false, 0);
  const std::uint32_t epoch = breaker.epoch();
  breaker.endOpen();
  breaker.pass();
  EXPECT_EQ(breaker.observe(true, true, 0), Turn::Opened);
  EXPECT_EQ(breaker.pass(), Passage::Refused);
  EXPECT_NE(breaker.epoch(), epoch);
}

// One request a second, on the second; they fail until 4.5 s. The breaker opens after the second failure, at
// 2 s, for 1.5 s; the probe at 4 s fails, and opens it again; the one at 6 s succeeds.
TEST(Breaker, SaysWhenItOpensLetsProbesThroughAndCloses) {
  plan::Link link = withErrors(1);
  link.breaker.consecutive = 2;
  link.breaker.open = 1500_ms;
  link.breaker.probes = 1;
  PlanBuilder builder = spacedCalls(link);
  plan::Action mended;
  mended.at = 4500_ms;
  mended.change = Change::FailCalls;
  mended.link = 0;
  mended.value = 0;
  builder.raw().actions.push_back(mended);
  const RunResult result = *simulate(builder.build(), lasting(7_s));
  std::vector<std::pair<std::string, std::int64_t>> seen;
  for (const Happening& each : result.happenings) {
    if (each.kind != Happening::Kind::ErrorsSet) {
      seen.emplace_back(nameOf(each.kind), each.atNs / (1_ms).ns());
    }
  }
  EXPECT_THAT(seen,
              ::testing::ElementsAre(std::pair("breaker_opened", 2000), std::pair("breaker_half_open", 3500),
                                     std::pair("breaker_opened", 4000), std::pair("breaker_half_open", 5500),
                                     std::pair("breaker_closed", 6010)));
  // Open from 2 to 3.5 s and from 4 to 5.5 s.
  double open = 0;
  for (const Sample& sample : result.series) {
    open += static_cast<double>(sample.links[0].open) * static_cast<double>(sample.lengthNs) * 1e-9;
  }
  EXPECT_NEAR(open, 3, 1e-6);
}

// Everything at once: each request still ends in exactly one outcome, and nothing is left behind.
TEST(Resilience, EachRequestEndsOnceWhateverHappens) {
  PlanBuilder builder;
  plan::Link toDb = withRetries(3, 5_ms, withTimeout(30_ms, withErrors(0.1)));
  toDb.lossShare = 0.05;
  toDb.breaker.window = 40;
  toDb.breaker.open = 200_ms;
  toDb.balancing = Balancing::LeastConnections;
  const plan::Index db =
      builder.station("db", instances(3, withLimit(servers(1), 5)), Law::exponential(8_ms), toDb);
  const plan::Index pool = builder.pool("app", instances(4, withSeats(servers(2), 10)));
  plan::Link toApp = withRetries(2, 10_ms, withTimeout(100_ms));
  toApp.retries.budgetShare = 0.3;
  toApp.balancing = Balancing::ShortestQueue;
  toApp.choices = 2;
  const plan::Index app =
      builder.link("to-app",
                   builder.program("serve", pool,
                                   [&](ProgramWriter& p) {
                                     p.work(Law::exponential(3_ms)).call(db).parallel({db, db, db}, 2);
                                   }),
                   toApp);
  builder.source("users", 60_rps, [&](ProgramWriter& p) { p.call(app); });
  builder.requestClass("all");
  builder.raw().classes[0].deadline = 250_ms;
  for (int i = 1; i < 40; ++i) {
    builder.action(Duration::seconds(i), i % 2 == 1 ? Change::KillInstances : Change::RestoreInstances,
                   i % 3 == 0 ? 0u : 1u, 2);
  }
  builder.action(41_s, Change::LoadFactor, plan::kNone, 0);
  const RunResult result = *simulate(builder.build(), lasting(45_s));
  const ClassResult& all = result.classes[0];
  EXPECT_EQ(all.offered, all.succeeded + all.failedTotal());
  EXPECT_EQ(all.unfinished, 0u) << "the load has stopped four seconds ago";
  EXPECT_LE(all.inTime, all.succeeded);
  for (const PoolResult& of : result.pools) {
    EXPECT_EQ(of.busyNs, of.usefulNs + of.orphanedNs + of.lostNs) << of.key;
    EXPECT_EQ(of.meanQueue > 0, of.maxQueue > 0);
  }
  for (const Reason reason : {Reason::TimedOut, Reason::BreakerOpen, Reason::KilledInFlight}) {
    EXPECT_GT(failuresAt(result, reason), 0u)
        << plan::nameOf(reason) << ": " << ::testing::PrintToString(all.failed) << " of " << all.offered;
  }
}

}  // namespace
}  // namespace cantilever::sim
