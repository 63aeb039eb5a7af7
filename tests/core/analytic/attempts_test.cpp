// Hedges and quorums of attempts that may fail.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/core/analytic/solved_design.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::analytic {
namespace {

using namespace literals;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;
using test::expectExact;
using test::expectWithin;
using test::solved;

/// Over a link to something that takes an exponential time of 10 ms, without queueing.
ClassSolution called(const plan::Link& link) {
  PlanBuilder builder;
  const plan::Index target =
      builder.station("target", sim::test::unlimitedServers(), Law::exponential(10_ms), link);
  builder.source("users", 5_rps, [&](ProgramWriter& p) { p.call(target); });
  return solved(*builder.build()).classes[0];
}

// A hedge goes out if there is no answer yet: none after an error that comes at once.
TEST(Hedges, FollowNoErrors) {
  for (const double errors : {0.3, 0.5}) {
    plan::Link link;
    link.hedge = 5_ms;
    link.errorShare = errors;
    expectExact(called(link).success, 1 - errors);
  }
}

// Each attempt has its own timeout: neither is in time with e^-1 e^-1.
TEST(Hedges, OfAttemptsThatTimeOut) {
  plan::Link link = sim::test::withTimeout(10_ms);
  link.hedge = 5_ms;
  const ClassSolution answered = called(link);
  expectExact(answered.success, 1 - std::exp(-2));
  // The integral of P(T > t), given success: before 5 ms by the first attempt, then by either of them, whose
  // first is as if it had begun anew; after 10 ms by the second alone.
  double mean = 0;
  const double step = 1e-4;
  for (double t = step / 2; t < 15; t += step) {
    const double first = 1 - std::exp(-std::min(t, 10.0) / 10);
    const double second = t < 5 ? 0.0 : 1 - std::exp(-(t - 5) / 10);
    mean += step * (1 - (1 - (1 - first) * (1 - second)) / (1 - std::exp(-2)));
  }
  EXPECT_NEAR(answered.mean.value, mean * 1e-3, 1e-7);
}

// Two of three that answer in 15 ms or not at all: (1 - G(t) / G(15)), G = 3 F^2 - 2 F^3.
TEST(Quorums, OfAttemptsThatTimeOut) {
  PlanBuilder builder;
  std::vector<plan::Index> links;
  for (const char* name : {"a", "b", "c"}) {
    links.push_back(builder.station(name, sim::test::unlimitedServers(), Law::exponential(10_ms),
                                    sim::test::withTimeout(15_ms)));
  }
  builder.source("users", 5_rps, [&](ProgramWriter& p) { p.parallel(links, 2); });
  const ClassSolution answered = solved(*builder.build()).classes[0];
  const auto reached = [](double t) {
    const double f = 1 - std::exp(-t / 10);
    return 3 * f * f - 2 * f * f * f;
  };
  double mean = 0;
  const double step = 1e-4;
  for (double t = step / 2; t < 15; t += step) {
    mean += step * (1 - reached(t) / reached(15));
  }
  expectExact(answered.success, reached(15));
  EXPECT_NEAR(answered.mean.value / (mean * 1e-3), 1, 1e-4);
}

// 1 MB there and 3 MB back, at 100 MB/s, for who succeeds; a failure has no reply.
TEST(Ways, TakeTimeByTheSizesOfRequests) {
  PlanBuilder builder;
  plan::RequestClass& all = builder.raw().classes[builder.requestClass("all")];
  all.requestBytes = 1'000'000;
  all.replyBytes = 3'000'000;
  plan::Link link = sim::test::withTimeout(45_ms, sim::test::withLatency(Law::constant(1_ms)));
  link.bandwidth = 100e6;
  link.errorShare = 0.25;
  const plan::Index target =
      builder.station("target", sim::test::unlimitedServers(), Law::exponential(2_ms), link);
  builder.source("users", 5_rps, [&](ProgramWriter& p) { p.call(target); });
  const ClassSolution answered = solved(*builder.build()).classes[0];
  const double inTime = 1 - std::exp(-3.0 / 2);  // 42 ms are on the way
  expectExact(answered.success, 0.75 * inTime);
  const double mean = (2 - 3 * std::exp(-3.0 / 2) / inTime) * 1e-3;
  expectWithin(answered.mean, 0.042 + mean);
}

// Whoever finds the quota of a window used up fails with all calls: half of the requests, not three quarters.
TEST(Quotas, OfWindowsFailAllCallsOfARequestOrNone) {
  PlanBuilder builder;
  plan::Tokens quota;
  quota.size = 1000;
  quota.refill = plan::Refill::FixedWindow;
  quota.window = 1_s;
  const plan::Index tokens = builder.tokens("quota", quota);
  const plan::Index partner = builder.link(
      "partner", builder.program("partner", plan::kNone, [&](ProgramWriter& p) { p.take(tokens); }));
  builder.source("users", 1000_rps, [&](ProgramWriter& p) { p.parallel({partner, partner}, 2); });
  const ClassSolution answered = solved(*builder.build()).classes[0];
  expectWithin(answered.success, 0.5);
  EXPECT_EQ(answered.success.exactness, Exactness::Approximation);
}

// Of a Poisson number in a window those that come after as many as there are tokens.
TEST(Quotas, OfWindowsRefuseWhatIsTooMuchForThem) {
  for (const std::uint32_t size : {1U, 3U, 40U, 100U}) {
    for (const double mean : {0.5, 30.0, 60.0}) {
      PlanBuilder builder;
      plan::Tokens quota;
      quota.size = size;
      quota.refill = plan::Refill::FixedWindow;
      quota.window = 1_s;
      const plan::Index tokens = builder.tokens("quota", quota);
      const plan::Index partner = builder.link(
          "partner", builder.program("partner", plan::kNone, [&](ProgramWriter& p) { p.take(tokens); }));
      builder.source("users", perSecond(mean), [&](ProgramWriter& p) { p.call(partner); });
      double refused = 0;
      double of = std::exp(-mean);  // P(N = n)
      for (double n = 1; n < 300; ++n) {
        of *= mean / n;
        refused += std::max(0.0, n - size) * of;
      }
      EXPECT_NEAR(solved(*builder.build()).tokens[tokens].refused.value, refused / mean, 1e-11)
          << size << " " << mean;
    }
  }
}

// Nobody waits for a send, nor makes it again; what is lost has failed.
TEST(Sends, FailByLossesAndErrorsOnly) {
  PlanBuilder builder;
  plan::Link lossy;
  lossy.lossShare = 0.3;
  lossy.timeout = 1_ms;
  const plan::Index target = builder.station("target", sim::test::servers(1), Law::exponential(5_ms), lossy);
  builder.source("users", 20_rps, [&](ProgramWriter& p) { p.send(target); });
  const Solution solution = solved(*builder.build());
  EXPECT_NEAR(solution.links[target].failed.value, 0.3, 1e-12);
  EXPECT_NEAR(solution.links[target].rate.value, 20, 1e-12);
  EXPECT_NEAR(keyed(solution.pools, "target").utilisation.value, 0.07, 1e-12);
}

ClassSolution calledByTwo(const plan::Link& link) {
  PlanBuilder builder;
  const plan::Index target =
      builder.station("target", sim::test::instances(2, sim::test::servers(1)), Law::exponential(1_ms), link);
  builder.source("users", 20_rps, [&](ProgramWriter& p) { p.call(target); });
  return solved(*builder.build()).classes[0];
}

// Ten a second each, of which a fifth fails: three in a row every 12 s, and out for 30 s.
TEST(Ejection, IsNotSolvedWhereItHappens) {
  plan::Link link;
  link.errorShare = 0.2;
  expectExact(calledByTwo(link).success, 0.8);
  link.health.ejectAfter = 3;
  EXPECT_NE(calledByTwo(link).success.why.find("leaves out"), std::string::npos);
  link.health.ejectAfter = 20;
  expectExact(calledByTwo(link).success, 0.8);
}

// It succeeds in the end, after a thousand attempts on average.
TEST(Attempts, WithoutLimitAreNotSolvedWhereNearlyAllFail) {
  plan::Link link;
  link.errorShare = 0.999;
  link.retries.attempts = plan::Retries::kUnlimited;
  link.retries.base = 10_ms;
  EXPECT_NE(called(link).success.why.find("without limit"), std::string::npos);
  link.errorShare = 0.5;
  EXPECT_NEAR(called(link).success.value, 1, 1e-12);
}

// A breaker counts attempts: of ten a tenth fails, of the calls with their retries hardly one.
TEST(Breakers, SeeAttemptsAndNotCalls) {
  plan::Link link;
  link.errorShare = 0.1;
  link.retries.attempts = 20;
  link.retries.base = 1_s;
  expectExact(called(link).success, 1);
  link.breaker.window = 8;
  link.breaker.failedShare = 0.25;
  EXPECT_NE(called(link).success.why.find("breaker"), std::string::npos);
}

}  // namespace
}  // namespace cantilever::analytic
