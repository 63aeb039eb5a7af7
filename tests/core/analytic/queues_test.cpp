// Single pools in unusual circumstances, against chains that are solved here in the plainest way.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "core/analytic/block_chain.h"
#include "tests/core/analytic/solved_design.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::analytic {
namespace {

using namespace literals;
using plan::ServiceOrder;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;
using sim::test::servers;
using test::expectExact;
using test::expectWithin;
using test::solved;

/// One pool, and one class for each of the loads, the most important first.
struct Asked {
  double perSecond = 0;
  Law service = Law::exponential(10_ms);
};
Solution asked(const plan::Pool& pool, const std::vector<Asked>& loads, const plan::Link& link = {}) {
  PlanBuilder builder;
  const plan::Index station = builder.pool("s", pool);
  for (std::size_t k = 0; k < loads.size(); ++k) {
    const std::string name = "c" + std::to_string(k);
    const plan::Index requestClass = builder.requestClass(name);
    builder.raw().classes[requestClass].priority = static_cast<std::uint8_t>(k);
    const plan::Index program =
        builder.program(name, station, [&](ProgramWriter& p) { p.work(loads[k].service); });
    const plan::Index called = builder.link(name, program, link);
    builder.source(name, cantilever::perSecond(loads[k].perSecond),
                   [&](ProgramWriter& p) { p.call(called); });
    builder.raw().sources.back().requestClass = requestClass;
  }
  return solved(*builder.build());
}
Solution asked(const plan::Pool& pool, double perSecond, const Law& service = Law::exponential(10_ms)) {
  return asked(pool, {{perSecond, service}});
}

/// Mean number in a birth-death chain.
double meanNumber(double arrivals, const std::function<double(double)>& served, int states) {
  double p = 1;
  double all = 1;
  double sum = 0;
  for (int n = 1; n < states; ++n) {
    p *= arrivals / served(n);
    all += p;
    sum += n * p;
  }
  return sum / all;
}

plan::Pool sharing(std::uint32_t number, double contention, double coherency) {
  plan::Pool pool = servers(number);
  pool.order = ServiceOrder::Sharing;
  pool.contention = contention;
  pool.coherency = coherency;
  return pool;
}

// Whoever comes is served at once, and slows down the others, also beyond the number of servers.
TEST(Slowdown, OfSharedServersGoesOnBeyondTheirNumber) {
  const auto served = [](double n) {
    return std::min(n, 2.0) * 100 / (1 + 0.02 * (n - 1) + 0.001 * n * (n - 1));
  };
  const double number = meanNumber(60, served, 60);
  EXPECT_NEAR(number / 60, 0.011296, 1e-6);
  const Law varied = Law::hyperexponential(10_ms, 3);
  for (const Law& law : {Law::exponential(10_ms), Law::constant(10_ms), varied}) {
    const Solution solution = asked(sharing(2, 0.02, 0.001), 60, law);
    expectExact(solution.classes[0].mean, number / 60);
    EXPECT_GT(solution.pools[0].utilisation.value, 0.301);
  }
  expectExact(asked(sharing(1, 0.1, 0), 10).classes[0].mean,
              meanNumber(
                  10, [](double n) { return 100 / (1 + 0.1 * (n - 1)); }, 60) /
                  10);
}

// At 22 and more four servers do less than 200 per second.
TEST(Slowdown, LeadsToNoSteadyState) {
  const Solution solution = asked(sharing(4, 0.05, 0), 200);
  EXPECT_FALSE(solution.isStable);
  EXPECT_FALSE(solution.classes[0].mean.isSolved());
  EXPECT_NEAR(solution.pools[0].utilisation.value, 1, 1e-9);
  plan::Pool inOrder = servers(20);
  inOrder.contention = 0.2;
  EXPECT_FALSE(asked(inOrder, 450).isStable) << "twenty servers do the work of 4.17";
  EXPECT_TRUE(asked(inOrder, 400).isStable);
}

TEST(Slowdown, IsOfEachInstance) {
  plan::Pool pool = sim::test::shared(sim::test::instances(4, servers(1)));
  pool.contention = 0.5;
  expectExact(asked(pool, 300).classes[0].mean, 0.8 / 53);  // M/M/4
}

// Three servers, the first class as if alone: M/M/3 at 200/s of 5 ms.
TEST(Interruption, DoesNotConcernTheFirstClass) {
  plan::Pool pool = servers(3);
  pool.order = ServiceOrder::Preemptive;
  const Solution two = asked(pool, {{200, Law::exponential(5_ms)}, {40, Law::exponential(30_ms)}});
  expectExact(two.classes[0].mean, 0.00522727272727);
  const Solution three =
      asked(pool, {{200, Law::exponential(5_ms)}, {40, Law::constant(30_ms)}, {1, Law::exponential(30_ms)}});
  EXPECT_NEAR(three.classes[0].mean.value, 0.00522727272727, 1e-9);
  EXPECT_NE(three.classes[1].mean.exactness, Exactness::Exact);
}

// Of one law all together are M/M/c whoever goes first; what the first class has is known.
TEST(Interruption, OfOneLawKeepsTheTotal) {
  const double first = 2;
  const double second = 3;
  const auto numberOf = [](double arrivals) {
    return meanNumber(
        arrivals, [](double n) { return std::min(n, 8.0); }, 2000);
  };
  EXPECT_NEAR(waitBelowExponential(first, 1, second, 1, 8, 60) + 1,
              (numberOf(first + second) - numberOf(first)) / second, 1e-9);
}

// One server: the interrupted are M/G/1 by Cobham's formula.
TEST(Interruption, BelowExponentialRequestsIsAChain) {
  const double load = 0.3;
  const double above = 0.4;
  const double expected =
      (above * 2 * 1 + load / 5 * 2 * 25) / 2 / ((1 - above) * (1 - above - load)) + 5 * above / (1 - above);
  EXPECT_NEAR(waitBelowExponential(above, 1, load / 5, 5, 1, 64) / expected, 1, 1e-8);
}

// Where the order does not change who is there, the servers do as much; else nobody knows.
TEST(Patience, OfWhomOthersOvertakeIsNotAFullLoad) {
  plan::Pool pool = servers(1);
  pool.order = ServiceOrder::Priority;
  pool.patience = Law::exponential(30_ms);
  const Solution known = asked(pool, {{60, Law::exponential(10_ms)}, {60, Law::exponential(10_ms)}});
  double p = 1;
  double all = 1;
  for (int n = 1; n < 400; ++n) {
    p *= 120 / (100 + (n - 1) / 0.03);
    all += p;
  }
  EXPECT_NEAR(known.pools[0].utilisation.value, 1 - 1 / all, 1e-9);
  EXPECT_FALSE(known.classes[0].mean.isSolved());

  pool.patience = Law::constant(20_ms);
  pool.order = ServiceOrder::Lifo;
  EXPECT_FALSE(asked(pool, 110).pools[0].utilisation.isSolved());
}

}  // namespace
}  // namespace cantilever::analytic
