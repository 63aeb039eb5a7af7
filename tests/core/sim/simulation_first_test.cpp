#include <gtest/gtest.h>

#include <cmath>

#include "core/sim/simulation.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::sim {
namespace {

using namespace literals;
using namespace test;

RunResult runSingleServer(std::uint64_t seed, Duration length) {
  PlanBuilder builder;
  const plan::Index server = builder.station("server", servers(1), Law::exponential(10_ms));
  builder.source("users", 80_rps, [&](ProgramWriter& program) { program.forward(server); });
  RunConfig config;
  config.seed = seed;
  config.duration = length;
  config.warmup = 100_s;
  const auto result = simulate(builder.build(), config);
  EXPECT_TRUE(result.ok()) << result.error().message;
  return *result;
}

// M/M/1: Wq = rho / (mu - lambda) = 0.8 / 20 = 40 ms. For N waits the mean's relative standard deviation is
// sqrt(rho (2 + 5 rho - 4 rho^2 + rho^3) / (mu^2 (1 - rho)^4 N)) / Wq (Daley 1968): 1.4 % at N = 800,000; 4
// of them.
TEST(SimulationFirst, WaitsAsASingleServerQueueDoes) {
  const RunResult result = runSingleServer(1, 10'000_s);
  const double rho = 0.8;
  const double variance =
      rho * (2 + 5 * rho - 4 * rho * rho + rho * rho * rho) / (100.0 * 100.0 * std::pow(1 - rho, 4));
  const double deviation = std::sqrt(variance / 800'000);
  EXPECT_NEAR(result.pools[0].waiting.meanNs() * 1e-9, 0.040, 4 * deviation);
  EXPECT_NEAR(result.pools[0].utilisation, 0.8, 0.01);
}

TEST(SimulationFirst, LosesNoRequestAndRepeatsItself) {
  const RunResult once = runSingleServer(7, 200_s);
  const RunResult again = runSingleServer(7, 200_s);
  const RunResult other = runSingleServer(8, 200_s);
  const ClassResult& requests = once.classes[0];
  EXPECT_GT(requests.offered, 15'000u);
  EXPECT_EQ(requests.offered, requests.succeeded + requests.failedTotal() + requests.unfinished);
  EXPECT_EQ(once.digest, again.digest);
  EXPECT_NE(once.digest, other.digest);
}

}  // namespace
}  // namespace cantilever::sim
