// Calls that one request makes at the same instant.
#include <gtest/gtest.h>

#include "tests/core/analytic/solved_design.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::analytic {
namespace {

using namespace literals;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;
using sim::test::servers;
using test::expectWithin;
using test::solved;

constexpr double kRoundOff = 1e-6;

// M^[X]/M/1 (Burke 1975): rho s / (1 - rho), and for those of the same group E[X (X - 1)] / (2 E[X]) s / (1 -
// rho).
TEST(Together, ASendAndTheCallBehindItAreAPair) {
  PlanBuilder builder;
  const plan::Index target = builder.station("target", servers(1), Law::exponential(2_ms));
  builder.source("users", 150_rps, [&](ProgramWriter& p) { p.send(target).call(target); });
  const Solution solution = solved(*builder.build());
  EXPECT_NEAR(solution.pools[0].wait.value, 0.0055, kRoundOff * 0.0055);
  EXPECT_NE(solution.pools[0].wait.exactness, Exactness::Exact);
  expectWithin(solution.classes[0].mean, 0.002 + 0.0065);  // the second of the two
}

// The first waits for who is there, 9 ms, and the last is done when all five are.
TEST(Together, AFanIsDoneWithItsLast) {
  PlanBuilder builder;
  const plan::Index target = builder.station("target", servers(1), Law::exponential(2_ms));
  builder.source("users", 60_rps, [&](ProgramWriter& p) { p.draw(CountLaw::fixed(5)).fan(target); });
  const Solution solution = solved(*builder.build());
  EXPECT_NEAR(solution.pools[0].wait.value, 0.013, kRoundOff * 0.013);
  EXPECT_NEAR(solution.classes[0].mean.value, 0.019, kRoundOff * 0.019);
}

// Of one call each there are no groups, and what a varying way spreads out is none either.
TEST(Together, WhatComesOneByOneIsNoGroup) {
  PlanBuilder builder;
  const plan::Index target = builder.station("target", servers(1), Law::exponential(2_ms));
  const plan::Index apart = builder.link("apart", builder.raw().links[target].program,
                                         sim::test::withLatency(Law::exponential(50_ms)));
  builder.source("users", 150_rps, [&](ProgramWriter& p) { p.send(apart).call(target); });
  EXPECT_NEAR(solved(*builder.build()).pools[0].wait.value, 0.003, kRoundOff * 0.003);
}

}  // namespace
}  // namespace cantilever::analytic
