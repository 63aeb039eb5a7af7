#include "core/analytic/response_laws.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cantilever::analytic {
namespace {

using namespace literals;
using Node = ResponseLaws::Node;

constexpr ResponseLaws::Worth kRough{0.1, false, false, 1};

/// Service and a wait, as they come in all designs.
Node serviceAndWait(ResponseLaws& laws) {
  return laws.sum(laws.wait(0.6, 400, kRough), laws.law(Law::lognormal(2_ms, 0.5)));
}

// Constants only move a law: as factors of its transform they would take as many more frequencies.
TEST(ResponseLaws, AreMovedByConstants) {
  ResponseLaws laws;
  const Node alone = serviceAndWait(laws);
  for (const double by : {0.01, 0.3, 10.0}) {
    const Node moved = laws.sum(laws.constant(by), alone);
    for (const double q : {0.5, 0.95, 0.99, 0.999}) {
      EXPECT_NEAR(laws.quantile(moved, q) - by, laws.quantile(alone, q), 2e-3 * laws.quantile(alone, q))
          << by;
    }
    EXPECT_EQ(laws.above(moved, by * 0.99), 1);
  }
}

// One way in ten is 150 ms longer, behind something that is not: P(T > t) is a mixture of two that are known.
TEST(ResponseLaws, MixWaysOfDifferentLengths) {
  ResponseLaws laws;
  const Node alone = serviceAndWait(laws);
  const Node ways = laws.mix(0.1, laws.constant(0.2), laws.constant(0.05));
  const Node whole = laws.sum(ways, alone);
  for (const double t : {0.051, 0.055, 0.06, 0.1, 0.201, 0.205, 0.21}) {
    const double expected = 0.1 * laws.above(alone, t - 0.2) + 0.9 * laws.above(alone, t - 0.05);
    EXPECT_NEAR(laws.above(whole, t), expected, 0.03) << t;  // beside jumps a few per cent
  }
  // The 99th percentile is the 90th of those that go the long way.
  EXPECT_NEAR(laws.quantile(whole, 0.99) / (0.2 + laws.quantile(alone, 0.9)), 1, 0.02);
}

// E[T | T <= t] of an exponential law: m - t p / (1 - p) with p = e^(-t/m).
TEST(ResponseLaws, KnowTheMeanUpToATime) {
  ResponseLaws laws;
  const Node node = laws.sum(laws.constant(0.005), laws.law(Law::exponential(10_ms)));
  for (const double t : {0.002, 0.01, 0.05, 0.2}) {
    const double p = std::exp(-t / 0.01);
    EXPECT_NEAR(laws.meanUpTo(node, 0.005 + t), 0.005 + 0.01 - t * p / (1 - p), 1e-7) << t;
  }
}

// One call in a hundred takes 20 ms more, and few of these are late: neither their number nor the mean of the
// others is far from what a gamma law says, but half of the others are done in 0.9 ms, and by that law in
// 0.2.
TEST(ResponseLaws, KeepTheirShapeWhereFewAreCutOff) {
  ResponseLaws laws;
  const Node way = laws.law(Law::gamma(Duration::seconds(527e-6), 1));
  const Node slow = laws.law(Law::lognormal(20_ms, 0.8));
  const Node all = laws.sum(laws.sum(way, laws.mix(0.01, slow, ResponseLaws::kZero)), way);
  constexpr double kMost = 0.014246;
  const Node early = laws.within(all, kMost, 1 - laws.above(all, kMost), laws.meanUpTo(all, kMost));
  const double way2 = 2 * 527e-6;  // two exponential ways: their median is 1.678 means of one
  EXPECT_NEAR(laws.quantile(early, 0.5), 0.8392 * way2, 0.03 * way2);
  EXPECT_NEAR(laws.quantile(early, 0.95), 2.372 * way2, 0.2 * way2);
}

/// Of 15 ms and an exponential of 10 ms: the mean of the later is 15 + 10 e^-1.5, of the first 10 (1 -
/// e^-1.5).
TEST(ResponseLaws, KnowMeansOfOrdersWithSteps) {
  ResponseLaws laws;
  const Node constant = laws.constant(0.015);
  const Node exponential = laws.law(Law::exponential(10_ms));
  const Node last = laws.orderOf({{constant, 1}, {exponential, 1}}, 2, 0);
  const Node first = laws.orderOf({{constant, 1}, {exponential, 1}}, 1, 0);
  EXPECT_NEAR(laws.mean(last), 0.015 + 0.010 * std::exp(-1.5), 1e-9);
  EXPECT_NEAR(laws.mean(first), 0.010 * (1 - std::exp(-1.5)), 1e-9);
  EXPECT_TRUE(laws.isMeanExact(last) && laws.isMeanExact(first));
}

/// Of an exponential and a uniform law on [a, b]: the integral of P(T > t) in pieces.
TEST(ResponseLaws, KnowMeansOfOrdersWithBends) {
  const double m = 0.010, a = 0.015, b = 0.045;
  ResponseLaws laws;
  const Node first =
      laws.orderOf({{laws.law(Law::exponential(10_ms)), 1}, {laws.law(Law::uniform(30_ms, 0.5)), 1}}, 1, 0);
  // Up to a only the exponential may have ended, then the uniform one with (b - t) / (b - a) not yet.
  const double expected =
      m * (1 - std::exp(-a / m)) + m * std::exp(-a / m) * (1 - m / (b - a) * (1 - std::exp(-(b - a) / m)));
  EXPECT_NEAR(laws.mean(first) / expected, 1, 1e-8);
}

}  // namespace
}  // namespace cantilever::analytic
