// Retries that a budget limits, and those after refusals.
#include <gtest/gtest.h>

#include "core/analytic/birth_death.h"
#include "tests/core/analytic/solved_design.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::analytic {
namespace {

using namespace literals;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;
using sim::test::servers;
using sim::test::withLimit;
using test::solved;

plan::Link retried(std::uint32_t attempts, const Law& pause) {
  plan::Link link;
  link.retries.attempts = attempts;
  link.retries.growth = plan::Retries::Growth::Drawn;
  link.retries.law = pause;
  return link;
}

/// Calls that fail by themselves, up to three times, with a fifth of a retry earned by each.
Solution withBudget(double failing) {
  PlanBuilder builder;
  plan::Link link = retried(3, Law::constant(Duration()));
  link.errorShare = failing;
  link.retries.budgetShare = 0.2;
  const plan::Index callee =
      builder.program("callee", plan::kNone, [](ProgramWriter& p) { p.wait(Law::constant(1_ms)); });
  const plan::Index called = builder.link("to_callee", callee, link);
  builder.source("users", 100_rps, [&](ProgramWriter& p) { p.callElse(called, [](ProgramWriter&) {}); });
  return solved(*builder.build());
}

// As many retries as are paid for, not what is paid for of what is left at each stage.
TEST(RetryBudget, PaysForAShareOfAllCalls) {
  EXPECT_NEAR(withBudget(1).links[0].rate.value, 120, 1e-6);
  EXPECT_NEAR(withBudget(0.5).links[0].rate.value, 120, 1e-6);
  EXPECT_NEAR(withBudget(0.5).links[0].failed.value, 1 - 0.6, 1e-6);  // half of the attempts succeed
  EXPECT_NE(withBudget(0.5).links[0].rate.exactness, Exactness::Exact) << "a bucket is not a share";
  EXPECT_NEAR(withBudget(0.1).links[0].rate.value, 111, 1e-6) << "it does not bind";
}

/// M/M/1/1 whose refused requests come again after exponential times until they are served: in orbit is a
/// number that is known (Falin and Templeton 1997), and each waits there by Little's law.
TEST(RetriesAfterRefusals, AreIndependentOnlyMuchLater) {
  const auto responseWith = [](Duration pause) {
    PlanBuilder builder;
    const plan::Index called = builder.station("one", withLimit(servers(1), 0), Law::exponential(1_s),
                                               retried(0, Law::exponential(pause)));
    builder.source("users", perSecond(0.6), [&](ProgramWriter& p) { p.call(called); });
    return solved(*builder.build()).classes[0];
  };
  EXPECT_FALSE(responseWith(2_s).mean.isSolved());
  EXPECT_FALSE(responseWith(2_s).success.isSolved());
  for (const double pause : {5.0, 20.0, 200.0}) {
    const ClassSolution of = responseWith(Duration::seconds(pause));
    const double truth = 1 + retrialOrbit(0.6, 1, 1 / pause) / 0.6;
    EXPECT_EQ(of.mean.exactness, Exactness::Approximation) << pause;
    EXPECT_NEAR(of.mean.value / truth, 1, of.mean.band) << pause;
  }
}

// Errors of the way have nothing to do with what is behind it: retries of these are what they were.
TEST(RetriesAfterRefusals, AreNotThoseAfterErrors) {
  PlanBuilder builder;
  plan::Link link = retried(3, Law::constant(100_ms));
  link.errorShare = 0.1;
  const plan::Index callee =
      builder.program("callee", plan::kNone, [](ProgramWriter& p) { p.wait(Law::constant(1_ms)); });
  const plan::Index called = builder.link("to_callee", callee, link);
  builder.source("users", 100_rps, [&](ProgramWriter& p) { p.call(called); });
  test::expectExact(solved(*builder.build()).classes[0].success, 1 - 1e-3);
}

}  // namespace
}  // namespace cantilever::analytic
