// Networks of users who think. Expected values: published examples.
#include "core/analytic/closed_networks.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/analytic/birth_death.h"
#include "core/analytic/erlang.h"

namespace cantilever::analytic {
namespace {

// Jain 1991, example 34.2 (NW-04): 20 users, think 4 s, CPU 16 x 125 ms, disks 10 x 300 ms and 5 x 200 ms.
TEST(ClosedNetworks, SolvesJainsExample) {
  const ClosedFigures figures = solveClosed({{1, {2}}, {1, {3}}, {1, {1}}}, {{20, 4}});
  EXPECT_TRUE(figures.isExact);
  EXPECT_NEAR(figures.throughput[0] / 0.3332465122, 1, 1e-6);
  EXPECT_NEAR(figures.number[0] / 1.990623285, 1, 1e-6);
  EXPECT_NEAR(figures.number[1] / 16.17665112, 1, 1e-6);
  EXPECT_NEAR(figures.number[2] / 0.4997395445, 1, 1e-6);
  // Book: residence for each visit .373, 4.854, .300.
  EXPECT_NEAR(figures.residence[0][0] / 16, 0.373, 5e-4);
  EXPECT_NEAR(figures.residence[1][0] / 10, 4.854, 5e-4);
}

// Lazowska, Zahorjan, Graham and Sevcik 1984, p. 142 (NW-07): throughputs 3/19 and 2/19.
TEST(ClosedNetworks, SolvesLazowskasTwoClasses) {
  const ClosedFigures figures = solveClosed({{1, {1, 2}}, {1, {3, 4}}}, {{1, 0}, {1, 0}});
  EXPECT_NEAR(figures.throughput[0], 3.0 / 19, 1e-12);
  EXPECT_NEAR(figures.throughput[1], 2.0 / 19, 1e-12);
  EXPECT_NEAR(figures.residence[0][0], 4.0 / 3, 1e-12);
  EXPECT_NEAR(figures.residence[1][0], 5, 1e-12);
  EXPECT_NEAR(figures.residence[0][1], 5.0 / 2, 1e-12);
  EXPECT_NEAR(figures.residence[1][1], 7, 1e-12);
}

// Gunther, Perl::PDQ, 12.4.4 (NW-10).
TEST(ClosedNetworks, SolvesGunthersThreeTiers) {
  const ClosedFigures figures =
      solveClosed({{1, {0.0098}}, {1, {0.0025}}, {1, {0.00072}}, {1, {0.0098}}}, {{10, 0}});
  EXPECT_NEAR(figures.throughput[0] / 92.39452505, 1, 1e-6);
}

// Lazowska et al. 1984, chapter 6 (single class MVA): demands 0.605, 2.1, 1.35 s, think 15 s, three users:
// X(1) = 1/19.055, X(2) and X(3) by hand from R = D (1 + Q).
TEST(ClosedNetworks, FollowsTheRecursionByHand) {
  const std::vector<double> demands = {0.605, 2.1, 1.35};
  std::vector<double> number(3, 0.0);
  double throughput = 0;
  for (int n = 1; n <= 3; ++n) {
    double total = 15;
    for (std::size_t i = 0; i < 3; ++i) {
      total += demands[i] * (1 + number[i]);
    }
    throughput = n / total;
    for (std::size_t i = 0; i < 3; ++i) {
      number[i] = throughput * demands[i] * (1 + number[i]);
    }
  }
  EXPECT_NEAR(solveClosed({{1, {0.605}}, {1, {2.1}}, {1, {1.35}}}, {{3, 15}}).throughput[0], throughput,
              1e-12);
  EXPECT_NEAR(throughput, 0.152, 1e-3);  // the book's 0.152 jobs a second
}

/// One station of c servers is the machine repairman: also when it is saturated, where mean value analysis
/// with several servers loses its digits.
TEST(ClosedNetworks, SeveralServersAreTheMachineRepairman) {
  for (const double users : {5.0, 50.0, 400.0}) {
    for (const double servers : {2.0, 10.0, 64.0}) {
      const ClosedFigures figures = solveClosed({{servers, {1}}}, {{users, 3}});
      const QueueFigures repairman = finiteSources(users, 3, 1, servers);
      EXPECT_NEAR(figures.throughput[0] / repairman.throughput, 1, 1e-9) << users << ' ' << servers;
      EXPECT_NEAR(figures.number[0] / repairman.meanNumber, 1, 1e-9) << users << ' ' << servers;
    }
  }
}

// One server and users who think are a loss system the other way round: who thinks is served there, and the
// server is idle when all of them are. With thousands the constants are too large for ordinary numbers.
TEST(ClosedNetworks, OneServerIsIdleWhenAllThink) {
  for (const double users : {100.0, 600.0, 3000.0, 6000.0}) {
    for (const double load : {0.5, 0.98, 1.3}) {
      const double think = 2;
      const double demand = think / users * load;
      const double idle = erlangB(think / demand, users);
      const ClosedFigures figures = solveClosed({{1, {demand}}}, {{users, think}});
      EXPECT_TRUE(figures.isExact);
      EXPECT_NEAR(figures.throughput[0] * demand / (1 - idle), 1, 1e-9) << users << " users, load " << load;
      // Who comes finds it idle as often as it is with one user less.
      EXPECT_NEAR(figures.found[0][0], erlangB(think / demand, users - 1), 1e-9);
      EXPECT_NEAR(figures.number[0] + figures.throughput[0] * think, users, 1e-9 * users);
    }
  }
}

/// Bounds: X <= min(1 / D_max, N / (D + Z)) (Denning and Buzen 1978), and Little's law for all users.
TEST(ClosedNetworks, KeepsItsBounds) {
  for (const double users : {1.0, 7.0, 300.0}) {
    const ClosedFigures figures = solveClosed({{1, {0.2}}, {4, {0.5}}, {0, {1}}}, {{users, 2}});
    EXPECT_LE(figures.throughput[0], std::min(1 / 0.2, users / 3.7) * (1 + 1e-12));
    double total = 2;
    for (const std::vector<double>& residence : figures.residence) {
      total += residence[0];
    }
    EXPECT_NEAR(figures.throughput[0] * total, users, 1e-9 * users);
  }
}

/// The approximation for many classes stays within its band of the exact recursion.
TEST(ClosedNetworks, ApproximatesManyClasses) {
  const std::vector<ClosedStation> stations = {{1, {0.1, 0.3}}, {1, {0.4, 0.1}}, {0, {0.2, 0.2}}};
  const std::vector<ClosedClass> classes = {{8, 1}, {5, 2}};
  const ClosedFigures exact = solveClosed(stations, classes);
  const ClosedFigures approximate = solveClosed(stations, classes, 1);
  EXPECT_FALSE(approximate.isExact);
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_NEAR(approximate.throughput[k] / exact.throughput[k], 1, approximate.band);
    EXPECT_NEAR(classes[k].users / approximate.throughput[k] / (classes[k].users / exact.throughput[k]), 1,
                approximate.band);
  }
}

}  // namespace
}  // namespace cantilever::analytic
