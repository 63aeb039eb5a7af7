// Fan-out, quorums, hedging, balancing (reference cases NW-16, NW-18, TL-nn, LB-nn).
#include <gtest/gtest.h>

#include <cmath>

#include "core/analytic/balancing.h"
#include "core/analytic/block_chain.h"
#include "core/analytic/erlang.h"
#include "core/analytic/fork_join.h"
#include "core/analytic/law_transform.h"
#include "core/analytic/renewal_arrivals.h"
#include "tests/core/analytic/tolerance.h"

namespace cantilever::analytic {
namespace {

using namespace literals;

// NW-18, TL-05.
TEST(ForkJoin, OrdersExponentialAnswers) {
  EXPECT_NEAR(meanOfOrderStatistic(10, 10, 20) / 58.57936508, 1, kReference);
  EXPECT_NEAR(quantileOfOrderStatistic(10, 10, 20, 0.99) / 138.0647359, 1, kReference);
  EXPECT_NEAR(quantileOfOrderStatistic(10, 10, 20, 0.5) / 54.07110384, 1, kReference);
  EXPECT_NEAR(meanOfOrderStatistic(5, 3, 10) / 7.833333333, 1, kReference);
  EXPECT_NEAR(quantileOfOrderStatistic(5, 3, 10, 0.99) / 22.47719673, 1, kReference);
  EXPECT_NEAR(meanOfOrderStatistic(5, 5, 10) / 22.83333333, 1, kReference);
}

// TL-01, TL-02 (Dean and Barroso 2013), TL-03.
TEST(ForkJoin, AmplifiesTails) {
  const auto slow = [](double n, double p) { return -std::expm1(n * std::log1p(-p)); };
  EXPECT_NEAR(slow(100, 0.01), 0.6339676587, kReference);
  EXPECT_NEAR(slow(2000, 1e-4), 0.1812774347, kReference);
  EXPECT_NEAR(quantileOfEach(100, 0.99), 0.9998995017, 1e-9);
  EXPECT_NEAR(quantileOfEach(10, 0.99), 0.9989954713, 1e-9);
  EXPECT_NEAR(quantileOfEach(1000, 0.99), 0.9999899497, 1e-9);
}

// NW-16 (Flatto and Hahn 1984).
TEST(ForkJoin, JoinsTwoQueuesExactly) {
  const Figure two = responseOfForkJoin(0.8, 1, 2);
  EXPECT_NEAR(two.value, 7, 7 * kReference);
  EXPECT_EQ(two.exactness, Exactness::Exact);
  EXPECT_FALSE(responseOfForkJoin(1, 1, 2).isSolved());
}

TEST(ForkJoin, StaysWithinItsBounds) {
  for (const double branches : {2.0, 3.0, 8.0, 32.0, 100.0}) {
    for (const double rho : {0.1, 0.5, 0.9}) {
      const Figure figure = responseOfForkJoin(rho, 1, branches);
      double h = 0;
      for (double k = 1; k <= branches; ++k) {
        h += 1 / k;
      }
      EXPECT_GE(figure.value, h) << branches << ' ' << rho;
      EXPECT_LE(figure.value, h / (1 - rho)) << branches << ' ' << rho;
    }
  }
}

// TL-06.
TEST(Hedging, CutsTheTail) {
  const auto above = [](double t) { return 0.99 * std::exp(-t / 5) + 0.01 * std::exp(-t / 500); };
  const Hedging hedging{above, 25};
  EXPECT_NEAR(hedging.quantile(0.999, 25) / 36.922297, 1, kReference);
  EXPECT_NEAR(hedging.quantile(0.99, 25) / 26.76269246, 1, kReference);
  EXPECT_NEAR(hedging.extraRequests() / 0.01618286177, 1, kReference);
  EXPECT_NEAR((Hedging{above, 1e9}).quantile(0.999, 25) / 1151.292546, 1, kReference);
}

// LB-02: round robin over n is E_n/M/1.
TEST(Balancing, RoundRobinIsErlangArrivals) {
  const Law spacing = Law::erlang(Duration::seconds(1 / 0.8), 4);
  const RenewalQueue queue = waitOfGIMc([&](double s) { return transformOf(spacing, s); }, 1, 1);
  EXPECT_NEAR(queue.sigma / 0.6939447218, 1, kReference);
  EXPECT_NEAR((queue.wait.mean() + 1) / 3.26738361, 1, kReference);
  EXPECT_NEAR(responseQuantile(queue.wait, 1, 0.99) / 15.04685759, 1, kReference);
}

// LB-01.
TEST(Balancing, RandomSplitIsWorseThanOneQueue) {
  EXPECT_NEAR(waitOfMMc(0.9, 1, 1).mean() + 1, 10, 1e-9);
  EXPECT_NEAR(responseQuantile(waitOfMMc(0.9, 1, 1), 1, 0.99) / 46.05170186, 1, kReference);
  EXPECT_NEAR((waitOfMMc(9, 1, 10).mean() + 1) / 1.668731524, 1, kReference);
}

// LB-04 .. LB-07 (Mitzenmacher 2001, table 1).
TEST(Balancing, TwoChoicesInTheLimit) {
  const struct {
    double rho, response, threeOrMore;
  } cases[] = {{0.5, 1.265686036, 0.0078125},
               {0.7, 1.61445377, 0.0823543},
               {0.8, 1.947363386, 0.2097152},
               {0.9, 2.614057377, 0.4782969}};
  for (const auto& of : cases) {
    const Supermarket market = supermarket(of.rho, 1, 1, 2);
    EXPECT_NEAR(market.meanResponse / of.response, 1, kReference) << of.rho;
    EXPECT_NEAR(market.tails[3] / of.threeOrMore, 1, kReference) << of.rho;
  }
}

/// Work conservation: the busy servers of a queue are its load.
TEST(Balancing, TheSupermarketServesWhatItIsGiven) {
  for (const double servers : {2.0, 8.0, 64.0}) {
    for (const double rho : {0.3, 0.8, 0.97}) {
      const Supermarket market = supermarket(rho * servers, 1, servers, 2);
      double busy = 0;
      for (std::size_t k = 1; k < market.tails.size() && static_cast<double>(k) <= servers; ++k) {
        busy += market.tails[k];
      }
      EXPECT_NEAR(busy / (rho * servers), 1, 1e-4) << servers << ' ' << rho;
      EXPECT_GE(market.meanResponse, 1 - 1e-9);
    }
  }
}

// LB-11.
TEST(Balancing, TheShorterOfTwoIsSolvedExactly) {
  const ShorterOfTwo two = joinTheShorterOfTwo(1.6, 1);
  EXPECT_NEAR(two.meanResponse / 2.955736618, 1, kReference);
  EXPECT_NEAR(two.bothIdle / 0.09416477521, 1, kReference);
  EXPECT_NEAR(waitOfShortestQueue(1.6, 1, 2, 1, 2).value + 1, 2.955736618, 1e-5);
}

/// Simulated by the engine (10 replications of 100,000 requests, seed 1): the mean response of n queues of
/// rate 1 under `shortest_queue` with d choices. LB-04 .. LB-07 are published as well.
TEST(Balancing, FewQueuesKeepTheBand) {
  const struct {
    double queues, servers, choices, rho, wait;
  } cases[] = {{100, 1, 2, 0.5, 0.2673}, {100, 1, 2, 0.8, 0.9585}, {100, 1, 2, 0.9, 1.6454}};
  for (const auto& of : cases) {
    const Figure figure =
        waitOfShortestQueue(of.rho * of.queues * of.servers, 1, of.queues, of.servers, of.choices);
    EXPECT_NEAR(figure.value / of.wait, 1, figure.band) << of.queues << ' ' << of.rho;
  }
}

// LB-13 (Lamping and Veach 2014: 0.0997 at 1000 buckets and 100 points, by sampling).
TEST(Balancing, RingsAreUneven) {
  const RingShares ten = ringShares(10, 100);
  EXPECT_NEAR(ten.mostOverMean / 1.159426379, 1, kReference);
  EXPECT_NEAR(ten.variation / 0.09482093119, 1, kReference);
  EXPECT_NEAR(ringShares(1000, 100).variation / 0.09994948775, 1, kReference);
  const std::vector<double> shares = typicalRingShares(10, 100);
  double squares = 0;
  for (const double each : shares) {
    squares += (each * 10 - 1) * (each * 10 - 1) / 10;
  }
  EXPECT_NEAR(std::sqrt(squares) / ten.variation, 1, 0.1);
}

}  // namespace
}  // namespace cantilever::analytic
