// The acceptance runs: 20 replications (seeds 1 to 20) of a million requests each.
#include <gtest/gtest.h>

#include "core/base/text.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/queueing_theory.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;

/// The 99.9 % t-interval holds the exact mean wait, and the mean is within 1 % of it.
void expectWait(double exact, double rate, const plan::Pool& pool, const Law& law) {
  PlanBuilder builder;
  const plan::Index station = builder.station("station", pool, law);
  builder.source("users", perSecond(rate), [&](ProgramWriter& p) { p.forward(station); });
  const Replications runs(builder.build(), 1e6, 20);
  const Estimate of = runs.estimate(meanWait());
  EXPECT_NEAR(of.mean, exact, of.halfWidth);
  EXPECT_NEAR(of.mean, exact, 0.01 * exact);
  ::testing::Test::RecordProperty("mean", formatNumber(of.mean));
  ::testing::Test::RecordProperty("half_width", formatNumber(of.halfWidth));
}

// Wq = rho / (mu (1 - rho)) = 4 / mu.
TEST(QueueingAcceptance, MM1AtEightTenths) {
  expectWait(4.0, 0.8, servers(1), Law::exponential(1_s));
}

TEST(QueueingAcceptance, MM16AtNineTenths) {
  expectWait(theory::waitMMc(14.4, 16, 1), 14.4, servers(16), Law::exponential(1_s));
}

TEST(QueueingAcceptance, MG1WithDeterministicService) {
  expectWait(theory::waitMG1(0.8, 1, 0), 0.8, servers(1), Law::constant(1_s));
}

TEST(QueueingAcceptance, MG1WithErlangService) {
  expectWait(theory::waitMG1(0.8, 1, 0.5), 0.8, servers(1), Law::erlang(1_s, 2));
}

TEST(QueueingAcceptance, MG1WithLognormalService) {
  expectWait(theory::waitMG1(0.8, 1, 1), 0.8, servers(1), Law::lognormal(1_s, 1));
}

}  // namespace
}  // namespace cantilever::sim
