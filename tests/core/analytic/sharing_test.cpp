// Percentiles at a server that is shared among requests of very different sizes, beside simulations.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/sim/simulation.h"
#include "tests/core/analytic/solved_design.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::analytic {
namespace {

using namespace literals;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;
using test::keyed;
using test::solved;

plan::Pool sharedServer() {
  plan::Pool pool = sim::test::servers(1);
  pool.order = plan::ServiceOrder::Sharing;
  return pool;
}

/// Each class's percentiles, as a multiple of the simulated ones.
void expectAgreement(const std::shared_ptr<const plan::Plan>& plan, double most, const std::string& name) {
  const Solution solution = solved(*plan);
  sim::RunConfig config;
  config.seed = 1;
  config.warmup = 200_s;
  config.duration = 12'000_s;
  config.traced = 0;
  const Result<sim::RunResult> run = sim::simulate(plan, config);
  ASSERT_TRUE(run.ok());
  for (std::size_t k = 0; k < solution.classes.size(); ++k) {
    const ClassSolution& of = solution.classes[k];
    const auto simulated = [&](double q) {
      return static_cast<double>(run->classes[k].latency.quantileNs(q)) * 1e-9;
    };
    EXPECT_NEAR(of.p50.value / simulated(0.5), 1, most) << name << " p50 of " << of.key;
    EXPECT_NEAR(of.p95.value / simulated(0.95), 1, most) << name << " p95 of " << of.key;
    EXPECT_NEAR(of.p99.value / simulated(0.99), 1, most) << name << " p99 of " << of.key;
    EXPECT_GT(of.p99.band, most);
  }
}

TEST(SharedBySize, OfOneLawAgreesWithTheSimulation) {
  for (const double rho : {0.3, 0.6, 0.8}) {
    for (const Law& law : {Law::lognormal(20_ms, 1.5), Law::lognormal(20_ms, 3), Law::gamma(20_ms, 2),
                           Law::hyperexponential(20_ms, 2)}) {
      PlanBuilder builder;
      const plan::Index to = builder.station("warehouse", sharedServer(), law);
      builder.source("queries", perSecond(rho / 0.02), [&](ProgramWriter& p) { p.call(to); });
      expectAgreement(builder.build(), 0.29, std::to_string(rho) + " cv " + std::to_string(law.shape));
    }
  }
}

// Loads of a second, seldom, beside queries of 20 ms.
TEST(SharedBySize, OfSmallBesideLargeOnesAgreesWithTheSimulation) {
  PlanBuilder builder;
  const plan::Index query = builder.requestClass("query");
  const plan::Index load = builder.requestClass("load");
  const plan::Index pool = builder.pool("warehouse", sharedServer());
  const auto linkOf = [&](const char* name, const Law& law) {
    return builder.link(name, builder.program(name, pool, [&](ProgramWriter& p) { p.work(law); }));
  };
  const plan::Index queries = linkOf("ask", Law::exponential(20_ms));
  const plan::Index loads = linkOf("load", Law::exponential(1_s));
  builder.source(
      "askers", 15_rps, [&](ProgramWriter& p) { p.call(queries); }, ArrivalProcess::Poisson, query);
  builder.source(
      "loaders", perSecond(0.3), [&](ProgramWriter& p) { p.call(loads); }, ArrivalProcess::Poisson, load);
  expectAgreement(builder.build(), 0.29, "two");
}

}  // namespace
}  // namespace cantilever::analytic
