// The forecast against the solver at constant load, and against the simulation where rates are large.

#include <algorithm>

#include "core/analytic/solve.h"
#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "core/storage/document_file.h"
#include "tests/core/fluid/forecast_builder.h"
#include "tests/core/random_design.h"

namespace cantilever::fluid {
namespace {

using namespace test;

/// Without its scalers, which take a while at another load.
std::shared_ptr<const plan::Plan> templatePlan() {
  const auto loaded = storage::openDesignOrTemplate("high_traffic_web", catalog::Catalog::builtIn());
  EXPECT_TRUE(loaded.ok());
  const auto compiled = loaded ? compile::compile(loaded->design, catalog::Catalog::builtIn()).plan : nullptr;
  if (compiled == nullptr) {
    return nullptr;
  }
  auto fixed = std::make_shared<plan::Plan>(*compiled);
  fixed->scalers.clear();
  return fixed;
}

analytic::Solution solutionOf(const plan::Plan& plan, double load) {
  analytic::SolveOptions options;
  options.loadFactor = load;
  options.withSensitivities = options.withOtherState = false;
  return *analytic::solve(plan, *plan::visits(plan, load), options);
}

TEST(FluidAgreement, WithTheSolverAtConstantLoad) {
  const auto plan = templatePlan();
  ASSERT_NE(plan, nullptr);
  for (const double load : {0.3, 1.0}) {
    const analytic::Solution solution = solutionOf(*plan, load);
    Options options;
    options.loadFactor = load;
    const Forecast forecast = forecastOf(*plan, 3600, options);
    ASSERT_EQ(forecast.hours.size(), 1u);
    const Hour& hour = forecast.hours[0];
    for (std::size_t pool = 0; pool < plan->pools.size(); ++pool) {
      const analytic::PoolSolution& of = solution.pools[pool];
      if (of.servers > 0) {
        EXPECT_NEAR(hour.pools[pool].utilisation, of.utilisation.value, 1e-6) << of.key << " at " << load;
      }
    }
    for (Index link = 0; link < plan->links.size(); ++link) {
      const bool isInBatches = std::any_of(
          plan->groups.begin(), plan->groups.end(),
          [&](const plan::ConsumerGroup& group) { return group.link == link && group.batch > 1; });
      if (isInBatches && load != 1) {
        continue;  // how many messages are in a batch is that of the designed load
      }
      double calls = 0;
      for (const double each : solution.links[link].calls) {
        calls += each;
      }
      EXPECT_NEAR(hour.linkCalls[link] / 3600, calls, 1e-6 * calls + 1e-9) << plan->links[link].key;
    }
    for (std::size_t k = 0; k < plan->classes.size(); ++k) {
      EXPECT_NEAR(hour.classes[k].p99, solution.classes[k].p99.value, 0.03 * solution.classes[k].p99.value);
      EXPECT_NEAR(hour.classes[k].mean, solution.classes[k].mean.value,
                  0.03 * solution.classes[k].mean.value);
    }
    expectConserved(forecast);
  }
}

// Random designs of the generator: work and calls as the solver has them, wherever nothing is lost, nothing
// is tried again and nothing is too full.
TEST(FluidAgreement, WithTheSolverOnRandomDesigns) {
  int compared = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const compile::Compiled compiled = compile::compile(
        cantilever::test::DesignMaker(seed, 0, cantilever::test::DesignMaker::Wiring::Forward).make(),
        catalog::Catalog::builtIn());
    if (!compiled.plan) {
      continue;
    }
    plan::Plan plan = *compiled.plan;
    plan.actions.clear();
    plan.controls.clear();
    plan.scalers.clear();
    for (plan::Source& source : plan.sources) {
      source.curve = {};
    }
    constexpr double kLoad = 0.2;
    const Result<plan::Visits> visits = plan::visits(plan, kLoad);
    analytic::SolveOptions options;
    options.loadFactor = kLoad;
    options.withSensitivities = options.withOtherState = false;
    const Result<analytic::Solution> solution =
        visits ? analytic::solve(plan, *visits, options) : Result<analytic::Solution>(visits.error());
    if (!solution || !solution->isStable || !solution->hasConverged) {
      continue;
    }
    const bool isPlain =
        std::all_of(solution->links.begin(), solution->links.end(),
                    [](const auto& link) { return link.failed.isSolved() && link.failed.value < 1e-4; }) &&
        std::none_of(plan.sources.begin(), plan.sources.end(),
                     [](const plan::Source& source) {  // traces are Poisson to the one, rates to the other
                       return source.kind == plan::SourceKind::Closed ||
                              source.kind == plan::SourceKind::Trace;
                     });
    const bool takesSeveral =  // tokens at once: to the solver they are one
        std::any_of(plan.code.begin(), plan.code.end(), [](const plan::Instruction& each) {
          return each.op == plan::Op::Take && each.b != plan::kNone && each.b > 1;
        });
    if (!isPlain || takesSeveral || !plan.windows.empty() || !plan.groups.empty()) {
      continue;
    }
    const Result<Forecast> forecast =
        fluid::forecast(plan, {.span = 600, .loadFactor = kLoad, .withResponses = false});
    ASSERT_TRUE(forecast.ok()) << seed << forecast.error().message;
    ++compared;
    for (std::size_t pool = 0; pool < plan.pools.size(); ++pool) {
      const analytic::PoolSolution& of = solution->pools[pool];
      const bool isOrdinary = of.servers > 0 && plan.pools[pool].contention == 0 &&
                              plan.pools[pool].coherency == 0 && !plan.pools[pool].isOnDemand() &&
                              of.wait.isSolved();
      if (isOrdinary) {
        EXPECT_NEAR(forecast->hours[0].pools[pool].utilisation, of.utilisation.value,
                    0.01 * of.utilisation.value + 1e-6)
            << "seed " << seed << " pool " << of.key << " " << of.model;
      }
    }
    expectConserved(*forecast);
  }
  EXPECT_GE(compared, 8);
}

// 20,000 requests a second through an overload of 20 s: the run's backlog is the flow's within 2 % of its
// peak.
TEST(FluidAgreement, WithTheSimulationAtLargeRates) {
  PlanBuilder builder;
  plan::Pool pool;
  pool.servers = 200;
  pool.queue = plan::QueueScope::Shared;
  const Index to = builder.station("q", pool, Law::exponential(10_ms));
  const Index source = builder.source("users", 20'000_rps, [&](ProgramWriter& p) { p.call(to); });
  builder.raw().sources[source].curve =
      lines({{0_s, 0.7}, {5_s, 0.7}, {15_s, 1.3}, {25_s, 0.7}, {100_s, 0.7}});
  const auto plan = builder.build();
  sim::RunConfig config;
  config.seed = 4;
  config.duration = 40_s;
  config.warmup = Duration();
  const Result<sim::RunResult> run = sim::simulate(plan, config);
  ASSERT_TRUE(run.ok());
  const std::vector<Sample> flow = samplesOf(*plan, 40, {.step = 0.1});
  double peak = 0;
  for (const Sample& sample : flow) {
    peak = std::max(peak, sample.pools[0].waiting);
  }
  ASSERT_GT(peak, 10'000);
  for (const sim::Sample& sample : run->series) {
    const double middle = static_cast<double>(sample.endNs - sample.lengthNs / 2) * 1e-9;
    const auto at = static_cast<std::size_t>(std::clamp(middle * 10 - 1, 0.0, 399.0));
    EXPECT_NEAR(static_cast<double>(sample.pools[0].queue), flow[at].pools[0].waiting,
                3 * std::sqrt(2 * 240'000.0))
        << middle;
  }
}

TEST(FluidForecast, JudgesPromises) {
  OneQueue queue(100);
  queue.curve = lines({{0_s, 50}, {100_s, 150}, {200_s, 50}, {2000_s, 50}});
  Options options;
  options.promises = {{"p99", Promise::Of::P99, plan::kNone, 11},
                      {"success", Promise::Of::Success, plan::kNone, 0.99},
                      {"throughput", Promise::Of::Throughput, plan::kNone, 60},
                      {"cost", Promise::Of::Other, plan::kNone, 1}};
  const Forecast forecast = forecastOf(*queue.build(), 1000, options);
  const PromiseCourse& p99 = forecast.promises[0];
  // Whoever is served waits for more than 10 s while the backlog was beyond 1,000: from 104.7 s to 215 s.
  EXPECT_NEAR(p99.violatedSeconds, 110.3, 3);
  EXPECT_GT(p99.worst, 25);
  EXPECT_EQ(forecast.promises[1].violatedSeconds, 0);
  EXPECT_EQ(forecast.promises[2].violatedSeconds, 0)
      << "who asks for less than was promised gets what they ask for";
  EXPECT_NEAR(forecast.promises[3].unknownSeconds, 1000, 1e-6);
  EXPECT_NE(forecast.promises[3].why, "");
}

// Followed call by call that would be deeper than any stack.
TEST(FluidForecast, IsRefusedWhereCallsHardlyEverEnd) {
  PlanBuilder builder;
  const Index pool = builder.pool("q", plan::Pool{});
  const Index again = 0;  // the first link
  const Index program = builder.program("round", pool, [&](ProgramWriter& p) {
    p.ifChance(0.99999, [&](ProgramWriter& q) { q.call(again); });
  });
  ASSERT_EQ(builder.link("again", program), again);
  builder.source("users", 1_rps, [&](ProgramWriter& p) { p.call(again); });
  Options options;
  options.span = 60;
  const Result<Forecast> result = forecast(*builder.build(), options);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, "forecast.too_large");
}

TEST(FluidForecast, SaysWhatItDoesNotRepresent) {
  OneQueue queue(1);
  queue.link.breaker.consecutive = 5;
  queue.link.hedge = 1_s;
  const Forecast forecast = forecastOf(*queue.build(), 60);
  ASSERT_EQ(forecast.unrepresented.size(), 2u);
  EXPECT_EQ(forecast.unrepresented[0].element, "to-q");
}

}  // namespace
}  // namespace cantilever::fluid
