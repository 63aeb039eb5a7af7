// Choices of an instance (rule 17), against theory and published simulations.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/sim/hash_ring.h"
#include "core/sim/simulation.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;

plan::Link choosing(Balancing balancing, std::uint32_t choices = 0, plan::Link link = {}) {
  link.balancing = balancing;
  link.choices = choices;
  return link;
}

/// Mean response of n servers of rate 1, each with its own queue, at the load rho.
Estimate meanResponse(const plan::Link& by, std::uint32_t n, double rho, double requests) {
  PlanBuilder builder;
  const plan::Index link = builder.station("servers", instances(n, servers(1)), Law::exponential(1_s), by);
  builder.source("users", perSecond(rho * n), [&](ProgramWriter& p) { p.call(link); });
  return Replications(builder.build(), requests, 10).estimate([](const RunResult& result) {
    return result.latency.meanNs() * 1e-9;
  });
}

// Mitzenmacher 2001, table of simulations with 100 servers; distinct choices. Limits for infinitely
// many: 1.2657 and 1.9474.
TEST(Balancing, TwoChoicesAreAsGoodAsPublished) {
  for (const auto& [rho, published] : {std::pair(0.5, 1.2673), std::pair(0.8, 1.9585)}) {
    const Estimate of = meanResponse(choosing(Balancing::ShortestQueue, 2), 100, rho, 1e5);
    EXPECT_NEAR(of.mean, published, std::max(of.halfWidth, 0.01 * published)) << rho;
  }
}

// The (min, difference) chain of two queues at rho = 0.8: 2.955736618.
TEST(Balancing, JoinTheShorterOfTwoQueuesHasTheExactMean) {
  const Estimate of = meanResponse(choosing(Balancing::ShortestQueue), 2, 0.8, 1e5);
  EXPECT_NEAR(of.mean, 2.955736618, of.halfWidth);
  EXPECT_LT(of.halfWidth, 0.1);
}

// With one link, no latency and no timeouts its outstanding calls are what is at the instance.
TEST(Balancing, LeastConnectionsOfTheOnlyLinkIsTheShortestQueue) {
  const Estimate of = meanResponse(choosing(Balancing::LeastConnections), 2, 0.8, 1e5);
  EXPECT_NEAR(of.mean, 2.955736618, of.halfWidth);
}

TEST(Balancing, LeastConnectionsForgetsCallsThatWereGivenUp) {
  // Instance 0 hangs from the first call on; calls time out after 0.5 s, so at each arrival both have none
  // outstanding, and ties are broken at random: the slow one goes on getting half.
  PlanBuilder builder;
  plan::Pool pool = instances(2, servers(1));
  const plan::Index link = builder.station("web", pool, Law::constant(10_s),
                                           withTimeout(500_ms, choosing(Balancing::LeastConnections)));
  builder.source(
      "users", 1_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 1000_s;
  const RunResult result = *simulate(builder.build(), config);
  EXPECT_GT(result.pools[0].instanceUtilisation[0], 0.9);
  EXPECT_GT(result.pools[0].instanceUtilisation[1], 0.9);
}

// Consistent hashing.

std::vector<double> sharesOf(const HashRing& ring, std::uint32_t n, const InstanceSet& among,
                             std::uint32_t keys) {
  std::vector<double> shares(n, 0.0);
  for (std::uint32_t key = 0; key < keys; ++key) {
    shares[ring.instanceOf(key, among)] += 1.0 / keys;
  }
  return shares;
}

// Node share ~ Beta(v, v (n - 1)): coefficient of variation sqrt((n - 1) / (n v + 1)) = 0.0948 for n = 10, v
// = 100; 20,000 keys add a little. The mean over many rings.
TEST(HashRing, SpreadsKeysAsUnevenlyAsTheoryHasIt) {
  constexpr std::uint32_t kNodes = 10;
  constexpr std::uint32_t kKeys = 20'000;
  double variance = 0;
  double mostOverMean = 0;
  constexpr int kRings = 300;
  for (int i = 0; i < kRings; ++i) {
    const HashRing ring("pool-" + std::to_string(i), kNodes, 100);
    const std::vector<double> shares = sharesOf(ring, kNodes, InstanceSet(kNodes, kNodes), kKeys);
    for (const double share : shares) {
      variance += (share * kNodes - 1) * (share * kNodes - 1) / (kNodes * kRings);
    }
    mostOverMean += *std::max_element(shares.begin(), shares.end()) * kNodes / kRings;
  }
  const double fromKeys = static_cast<double>(kNodes) / kKeys;
  EXPECT_NEAR(std::sqrt(variance - fromKeys), std::sqrt(9.0 / 1001), 0.005);
  EXPECT_NEAR(mostOverMean, 1.159426379, 0.02);
}

TEST(HashRing, MovesOnlyTheKeysOfTheInstanceThatGoes) {
  const HashRing ring("pool", 5, 50);
  InstanceSet all(5, 5);
  InstanceSet without = all;
  without.erase(3);
  for (std::uint32_t key = 0; key < 5000; ++key) {
    const std::uint32_t before = ring.instanceOf(key, all);
    const std::uint32_t after = ring.instanceOf(key, without);
    EXPECT_NE(after, 3u);
    EXPECT_TRUE(before == 3 || after == before) << key;
  }
}

// The first key of one space has nothing to do with the first key of another.
TEST(HashRing, TellsTheKeysOfDifferentSpacesApart) {
  const auto busiest = [](std::uint32_t classes) {
    PlanBuilder builder;
    const plan::Index link = builder.station("web", instances(40, servers(1)), Law::constant(1_ms),
                                             choosing(Balancing::ConsistentHash));
    for (std::uint32_t i = 0; i < classes; ++i) {
      const std::string name = "class" + std::to_string(i);
      builder.requestClass(name);
      builder.raw().keySpaces.push_back({name, 1, 0});
      builder.raw().classes[i].keySpace = i;
      builder.source(
          name, 10_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Poisson, i);
    }
    const RunResult result = runFor(20_s, builder);
    const std::vector<double>& busy = result.pools[0].instanceUtilisation;
    return std::count_if(busy.begin(), busy.end(), [](double each) { return each > 0; });
  };
  EXPECT_EQ(busiest(1), 1);
  EXPECT_GT(busiest(12), 6);  // twelve keys on forty instances: 10.5 of them expected
}

TEST(HashRing, SendsEachKeyToItsInstance) {
  PlanBuilder builder;
  builder.requestClass("all");
  builder.raw().keySpaces.push_back({"all", 3, 0});
  builder.raw().classes[0].keySpace = 0;
  const plan::Index link = builder.station("web", instances(50, servers(1)), Law::constant(1_ms),
                                           choosing(Balancing::ConsistentHash));
  builder.source("users", 100_rps, [&](ProgramWriter& p) { p.call(link); });
  RunConfig config;
  config.duration = 100_s;
  const RunResult result = *simulate(builder.build(), config);
  const std::vector<double>& busy = result.pools[0].instanceUtilisation;
  EXPECT_LE(std::count_if(busy.begin(), busy.end(), [](double each) { return each > 0; }), 3);
}

}  // namespace
}  // namespace cantilever::sim
