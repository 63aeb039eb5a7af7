// While nothing waits flows are multiples of those of the sources. What changes that must be seen.

#include "core/fluid/network.h"
#include "tests/core/fluid/forecast_builder.h"

namespace cantilever::fluid {
namespace {

using namespace test;

/// Half of all attempts are answered with an error, at most three are made: 1 + 1/2 + 1/4 for each call, of
/// which 7/8 succeed.
struct Trying {
  Trying() {
    link.errorShare = 0.5;
    link.retries.attempts = 3;
  }

  std::shared_ptr<const plan::Plan> build() {
    PlanBuilder builder;
    to = builder.station("q", sim::test::servers(4), Law::constant(10_ms), link);
    const Index source = builder.source("users", 10_rps, [&](ProgramWriter& p) { p.call(to); });
    builder.raw().sources[source].curve = curve;
    builder.raw().actions = actions;
    return builder.build();
  }

  plan::Link link;
  plan::RateCurve curve;
  std::vector<plan::Action> actions;
  Index to = 0;
};

TEST(FluidUnits, AreThoseOfTheFirstRequestsToo) {
  Trying trying;
  trying.curve = steps({{0_s, 0}, {1800_s, 1}});  // how calls turn out is not known for half an hour
  const Forecast forecast = forecastOf(*trying.build(), 3600);
  EXPECT_NEAR(forecast.classes[0].offered, 18'000, 1e-6);
  EXPECT_NEAR(forecast.classes[0].succeeded, 18'000 * 7 / 8.0, 1e-6);
  EXPECT_NEAR(forecast.pools[0].utilisation.value, 10 * 0.875 * 0.01 / 4, 1e-9);
}

TEST(FluidUnits, AreReckonedAnewWhenCallsAreLost) {
  Trying trying;
  trying.link.errorShare = 0;
  plan::Action action;
  action.at = 1000_s;
  action.change = Change::FailCalls;
  action.link = 0;
  action.value = 1;
  trying.actions = {action};
  const Forecast forecast = forecastOf(*trying.build(), 3600);
  EXPECT_NEAR(forecast.classes[0].succeeded, 10'000, 1e-6);
  EXPECT_NEAR(forecast.classes[0].failed, 26'000, 1e-6);
}

// With a budget of 2 retries per second, 10 and 20 calls per second get 1.2 and 1.1 attempts.
TEST(FluidUnits, AreNoneWhereAttemptsHangOnTheRate) {
  Trying trying;
  trying.link.retries.budgetShare = 0;
  trying.link.retries.budgetFloor = 2_rps;
  trying.curve = steps({{0_s, 1}, {1800_s, 2}});
  const auto plan = trying.build();
  const Forecast forecast = forecastOf(*plan, 7200);
  EXPECT_NEAR(forecast.hours[1].pools[0].utilisation, 22 * 0.5 * 0.01 / 4, 1e-9);
}

// 40/s can be done. From 0 to 3,600 s come 20 to 60/s: from 1,800 s on they wait.
TEST(FluidUnits, EndWhenSomethingBeginsToWait) {
  PlanBuilder builder;
  const Index to = builder.station("q", sim::test::servers(4), Law::constant(100_ms));
  const Index source = builder.source("users", 20_rps, [&](ProgramWriter& p) { p.call(to); });
  builder.raw().sources[source].curve = lines({{0_s, 1}, {3600_s, 3}});
  const Forecast forecast = forecastOf(*builder.build(), 3600);
  ASSERT_EQ(forecast.saturations.size(), 1u);
  EXPECT_NEAR(forecast.saturations[0].from, 1800, 1e-6);
  EXPECT_NEAR(forecast.classes[0].waitingAtEnd, 20 * 1800 / 2.0, 1e-3);
  expectConserved(forecast);
}

// Two sources that do not move together, through one pool.
TEST(FluidUnits, OfSeveralSourcesAddUp) {
  PlanBuilder builder;
  builder.requestClass("a");
  builder.requestClass("b");
  const Index to = builder.station("q", sim::test::servers(10), Law::constant(100_ms));
  const auto run = [to](ProgramWriter& p) { p.call(to); };
  const Index a = builder.source("a", 10_rps, run);
  const Index b = builder.source("b", 20_rps, run, ArrivalProcess::Poisson, 1);
  builder.raw().sources[a].curve = lines({{0_s, 1}, {3600_s, 2}});
  builder.raw().sources[b].curve = lines({{0_s, 1}, {3600_s, 0}});
  const std::vector<Sample> samples = samplesOf(*builder.build(), 3600);
  const auto utilisation = [](double t) { return (10 + 10 * t / 3600 + 20 - 20 * t / 3600) * 0.1 / 10; };
  for (const std::size_t second : {1u, 100u, 1799u, 3599u}) {
    EXPECT_NEAR(samples[second - 1].pools[0].utilisation, utilisation(static_cast<double>(second)), 1e-9)
        << second;
    EXPECT_NEAR(samples[second - 1].classes[0].succeeded, 10 + 10.0 * static_cast<double>(second) / 3600,
                1e-9)
        << second;
  }
}

}  // namespace
}  // namespace cantilever::fluid
