// Response times between steady states, against states that are solved at just the load and instances asked
// for.
#include "core/fluid/responses.h"

#include "core/analytic/solve.h"
#include "core/vocabulary/visits.h"
#include "tests/core/fluid/forecast_builder.h"

namespace cantilever::fluid {
namespace {

using namespace test;

constexpr double kNear = 0.02;

SolvedClass solved(plan::Plan plan, const PoolStates& pools, const std::vector<double>& levels,
                   Index requestClass = 0) {
  plan.scalers.clear();
  for (std::size_t i = 0; i < pools.size(); ++i) {
    plan.pools[i].instances = pools[i].instances;
  }
  for (std::size_t i = 0; i < levels.size(); ++i) {
    plan.sources[i].rate = plan.sources[i].rate * levels[i];
  }
  const auto visits = plan::visits(plan);
  const auto solution = analytic::solve(plan, *visits);
  const analytic::ClassSolution& of = solution->classes[requestClass];
  return {of.p99.isSolved(), of.mean.value, of.p50.value, of.p95.value, of.p99.value, of.success.value};
}

/// Behind `web`, which is scaled, a pool that is not. Levels are those of "users" and of "batch", of another
/// class.
struct TwoPools {
  TwoPools() {
    builder.requestClass("read");
    builder.requestClass("write");
    plan::Pool web = sim::test::shared(sim::test::instances(8, sim::test::servers(4)));
    web.maxInstances = 40;
    const Index db = builder.station("db", sim::test::servers(12), Law::exponential(5_ms));
    const Index to = builder.station("web", web, Law::exponential(40_ms));
    const auto run = [=](ProgramWriter& p) { p.call(to).call(db); };
    builder.source("users", 1200_rps, run);
    builder.source("batch", 600_rps, run, ArrivalProcess::Poisson, 1);
    plan::Scaler scaler;
    scaler.key = "scaler";
    scaler.pool = 1;
    builder.raw().scalers = {scaler};
    built = builder.build();
  }

  Responses responses() const {
    return {*built, *plan::visits(*built), std::vector<double>(built->sources.size(), 1.0), false};
  }

  PlanBuilder builder;
  std::shared_ptr<const plan::Plan> built;
};

/// Up and down again within a day, looked at each minute; instances follow at half of what they can do.
struct Way {
  explicit Way(double exponent) : exponent(exponent) {}

  void walk(const std::function<void(const PoolStates&, const std::vector<double>&)>& visit) const {
    double instances = 1;
    for (int minute = 0; minute <= 1440; ++minute) {
      const double level = 0.55 - 0.45 * std::cos(minute / 1440.0 * 6.283185307179586);
      const double other = std::pow(level, exponent);
      const double wanted = std::ceil((1200 * level + 600 * other) * 0.04 / 4 / 0.5);
      instances = wanted > instances || wanted < 0.85 * instances ? wanted : instances;
      visit({{1, 1}, {static_cast<std::uint32_t>(instances), 1}}, {level, other});
    }
  }

  double exponent;
};

class FluidResponses : public testing::TestWithParam<double> {};

TEST_P(FluidResponses, AreNearStatesThatAreSolvedAtJustThatLoad) {
  const TwoPools plan;
  Responses responses = plan.responses();
  int asked = 0;
  Way(GetParam()).walk([&](const PoolStates& pools, const std::vector<double>& levels) {
    const SolvedClass found = responses.at(pools, levels)[0];
    if (asked++ % 10 == 0) {
      const SolvedClass exact = solved(*plan.built, pools, levels);
      ASSERT_TRUE(found.isSolved);
      EXPECT_NEAR(found.mean, exact.mean, kNear * exact.mean) << pools[1].instances << " " << levels[0];
      EXPECT_NEAR(found.p95, exact.p95, kNear * exact.p95) << pools[1].instances << " " << levels[0];
      EXPECT_NEAR(found.p99, exact.p99, kNear * exact.p99) << pools[1].instances << " " << levels[0];
    }
  });
  EXPECT_LT(responses.solved(), 20);  // of 1,441, with some thirty numbers of instances
}
// Sources that move together, and one that goes up later and comes down sooner than the other.
INSTANTIATE_TEST_SUITE_P(Ways, FluidResponses, testing::Values(1.0, 3.0));

TEST(FluidResponses, TellSmallNumbersOfInstancesApart) {
  const TwoPools plan;
  Responses responses = plan.responses();
  for (const std::uint32_t instances : {4u, 3u, 5u, 4u}) {
    const PoolStates pools = {{1, 1}, {instances, 1}};
    const std::vector<double> levels = {0.12, 0.12};
    const double exact = solved(*plan.built, pools, levels).p99;
    EXPECT_NEAR(responses.at(pools, levels)[0].p99, exact, kNear * exact) << instances;
  }
}

TEST(FluidResponses, AreTheSameWhenTheWayIs) {
  const TwoPools plan;
  std::vector<double> first, second;
  for (std::vector<double>* each : {&first, &second}) {
    Responses responses = plan.responses();
    Way(2).walk([&](const PoolStates& pools, const std::vector<double>& levels) {
      each->push_back(responses.at(pools, levels)[1].p99);
    });
  }
  EXPECT_EQ(first, second);
}

// Of "other" nothing is known at any load; that says nothing of the rest.
TEST(FluidResponses, OfOneClassDoNotHangOnAnotherThatCannotBeSolved) {
  PlanBuilder builder;
  builder.requestClass("page");
  builder.requestClass("other");
  const Index to = builder.station("web", sim::test::servers(4), Law::exponential(40_ms));
  plan::Tokens limit;
  limit.refill = plan::Refill::Continuous;
  limit.size = 10;
  limit.rate = 100_rps;
  limit.waits = true;
  limit.patience = Law::exponential(1_s);
  const Index tokens = builder.tokens("limit", limit);
  builder.source("users", 90_rps, [&](ProgramWriter& p) { p.call(to); });
  builder.source(
      "others", 1_rps, [&](ProgramWriter& p) { p.take(tokens).call(to); }, ArrivalProcess::Poisson, 1);
  const auto plan = builder.build();
  Responses responses(*plan, *plan::visits(*plan), std::vector<double>(plan->sources.size(), 1.0), false);
  const PoolStates pools = {{1, 1}};
  (void)responses.at(pools, {0.05, 0.05});
  ASSERT_FALSE(responses.at(pools, {1, 1})[1].isSolved);
  const double exact = solved(*plan, pools, {1, 1}).mean;
  ASSERT_GT(exact, 0.06);
  EXPECT_NEAR(responses.at(pools, {1, 1})[0].mean, exact, kNear * exact);
}

// A batch that starts once a day is a million times its mean rate for a moment.
TEST(FluidResponses, FollowTheLoadBesideSourcesThatSeldomSendMuch) {
  PlanBuilder builder;
  builder.requestClass("page");
  builder.requestClass("night");
  const Index to = builder.station("web", sim::test::servers(4), Law::exponential(40_ms));
  builder.source("users", 90_rps, [&](ProgramWriter& p) { p.call(to); });
  builder.source(
      "nights", perSecond(1e-5), [&](ProgramWriter& p) { p.call(to); }, ArrivalProcess::Poisson, 1);
  const auto plan = builder.build();
  Responses responses(*plan, *plan::visits(*plan), {1, 1e6}, false);
  for (const double level : {0.2, 0.6, 1.0}) {
    const double exact = solved(*plan, {{1, 1}}, {level, 0}).mean;
    EXPECT_NEAR(responses.at({{1, 1}}, {level, 0})[0].mean, exact, kNear * exact) << level;
  }
}

// 4 servers of 40 ms can do 100/s. At 150/s, the rest of a response is that at about 7/8 of them.
TEST(FluidResponses, UnderOverloadAreThoseAtSevenEighthsOfWhatCanBeBorne) {
  PlanBuilder builder;
  const Index to = builder.station("web", sim::test::servers(4), Law::exponential(40_ms));
  builder.source("users", 150_rps, [&](ProgramWriter& p) { p.call(to); });
  const auto plan = builder.build();
  const double least = solved(*plan, {{1, 1}}, {0.83 * 100 / 150}).mean;  // limits are looked for roughly
  const double most = solved(*plan, {{1, 1}}, {0.885 * 100 / 150}).mean;
  for (const double from : {0.02, 0.6, 1.0}) {  // whatever the load was before
    Responses responses(*plan, *plan::visits(*plan), std::vector<double>(plan->sources.size(), 1.0), false);
    (void)responses.at({{1, 1}}, {from});
    const double found = responses.at({{1, 1}}, {1})[0].mean;
    EXPECT_TRUE(found > least && found < most) << found << " from " << from;
  }
}

}  // namespace
}  // namespace cantilever::fluid
