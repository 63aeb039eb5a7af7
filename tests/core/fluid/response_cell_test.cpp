// What lies between two solved states, against states that are solved there.
#include "core/fluid/response_cell.h"

#include <cmath>

#include "core/vocabulary/visits.h"
#include "tests/core/fluid/forecast_builder.h"

namespace cantilever::fluid {
namespace {

using namespace test;

/// 100 requests per second at level 1, of 25 ms each.
struct OneStation {
  explicit OneStation(plan::Pool pool) {
    const Index to = builder.station("web", std::move(pool), Law::exponential(25_ms));
    builder.source("users", 100_rps, [=](ProgramWriter& p) { p.call(to); });
    built = builder.build();
    visits = *plan::visits(*built);
    demand.emplace(*built, visits, std::vector<double>{100});
    states.emplace(*built, std::vector<double>{1}, false);
  }

  const SolvedState& at(double level, std::uint32_t instances = 1) {
    return states->at({{instances, 1}}, {static_cast<int>(states->stepOf(0, level))});
  }
  ResponseCell cell(const SolvedState& easier, const SolvedState& harder) {
    return {*demand, *states, easier, harder};
  }
  SolvedClass between(const SolvedState& easier, const SolvedState& harder, const SolvedState& asked) {
    SolvedClasses classes;
    const std::vector<double> steps(asked.levels.begin(), asked.levels.end());
    cell(easier, harder).answer(asked.pools, states->levelsOf(asked.levels), steps, classes);
    return classes[0];
  }

  PlanBuilder builder;
  std::shared_ptr<const plan::Plan> built;
  plan::Visits visits;
  std::optional<PoolDemand> demand;
  std::optional<SolvedStates> states;
};

TEST(FluidPoolDemand, IsWorkByServers) {
  const OneStation plan(sim::test::instances(2, sim::test::servers(4)));
  EXPECT_NEAR(plan.demand->utilisation(0, {2, 1}, {1}), 100 * 0.025 / 8, 1e-12);
  EXPECT_NEAR(plan.demand->utilisation(0, {4, 0.5}, {0.8}), 80 * 0.025 / (16 * 0.5), 1e-12);
  EXPECT_NEAR(plan.demand->workOf(0, 0), 0.025, 1e-12);
}

// From 40 % to 83 % of what they can do waits in M/M/3 queues grow manyfold: on a straight line they would be
// twice as long in the middle as they are.
TEST(FluidResponseCell, WaitsFollowTheUtilisation) {
  OneStation plan(sim::test::servers(3));
  const SolvedState& easier = plan.at(0.48);
  const SolvedState& harder = plan.at(1);
  const SolvedState& middle = plan.at(0.75);
  const double straight = (easier.classes[0].mean + harder.classes[0].mean) / 2 - 0.025;
  const double exact = middle.classes[0].mean - 0.025;
  const double found = plan.between(easier, harder, middle).mean - 0.025;
  ASSERT_GT(straight, 1.8 * exact);
  EXPECT_NEAR(found, exact, 0.1 * exact);
}

TEST(FluidResponseCell, BeginsAndEndsWithWhatIsSolved) {
  OneStation plan(sim::test::servers(3));
  const SolvedState& easier = plan.at(0.8);
  const SolvedState& harder = plan.at(0.9);
  for (const SolvedState* end : {&easier, &harder}) {
    const SolvedClass found = plan.between(easier, harder, *end);
    EXPECT_NEAR(found.mean, end->classes[0].mean, 1e-9 * end->classes[0].mean);
    EXPECT_NEAR(found.p99, end->classes[0].p99, 1e-9 * end->classes[0].p99);
  }
}

TEST(FluidResponseCell, HoldsWhatLiesBetweenItsEndsOnly) {
  OneStation plan(sim::test::instances(4, sim::test::servers(1)));
  const ResponseCell cell = plan.cell(plan.at(0.5, 6), plan.at(0.6, 4));
  const auto step = [&plan](double level) { return std::vector<double>{plan.states->stepOf(0, level)}; };
  EXPECT_TRUE(cell.holds({{5, 1}}, step(0.55)));
  EXPECT_FALSE(cell.holds({{7, 1}}, step(0.55)));
  EXPECT_FALSE(cell.holds({{3, 1}}, step(0.55)));
  EXPECT_FALSE(cell.holds({{5, 0.5}}, step(0.55)));
  EXPECT_FALSE(cell.holds({{5, 1}}, step(0.49)));
  EXPECT_FALSE(cell.holds({{5, 1}}, step(0.61)));
}

TEST(FluidResponseCell, DiffersTheMoreTheFartherItsEndsAreApart) {
  OneStation plan(sim::test::servers(3));
  const SolvedState& easier = plan.at(0.5);
  const double near = plan.cell(easier, plan.at(0.55)).difference();
  const double farther = plan.cell(easier, plan.at(0.65)).difference();
  EXPECT_LT(near, farther);
  EXPECT_LE(ResponseCell::leastDifference(easier, plan.at(0.65)), farther);
  EXPECT_GT(plan.cell(easier, plan.at(1)).difference(), 1);
}

// Behind its limit no steady state is known.
TEST(FluidResponseCell, EndsOfWhichOneIsNotKnownAreNoCell) {
  OneStation plan(sim::test::servers(2));
  const SolvedState& overloaded = plan.at(1);
  ASSERT_FALSE(overloaded.classes[0].isSolved);
  EXPECT_TRUE(std::isinf(plan.cell(plan.at(0.7), overloaded).difference()));
}

}  // namespace
}  // namespace cantilever::fluid
