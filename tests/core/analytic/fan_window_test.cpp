// Fan-outs of which only so many calls are open at a time.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <random>

#include "core/analytic/fork_join.h"
#include "core/analytic/special.h"
#include "tests/core/analytic/solved_design.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::analytic {
namespace {

using namespace literals;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;
using test::expectExact;
using test::expectWithin;
using test::solved;

struct Fanned {
  std::uint32_t calls = 20;
  std::uint32_t window = 5;
  std::uint32_t needed = 0;
};

ClassSolution answered(const Fanned& of, const Law& each) {
  PlanBuilder builder;
  const plan::Index target = builder.station("target", sim::test::unlimitedServers(), each);
  plan::Fan fan;
  fan.window = of.window;
  fan.needed = of.needed;
  builder.source("users", 5_rps,
                 [&](ProgramWriter& p) { p.draw(CountLaw::fixed(of.calls)).fan(target, fan); });
  return solved(*builder.build()).classes[0];
}

// While others wait, one in five ends every 10 ms / 5; then five exponential calls are left.
TEST(FanWindow, IsASumOfStagesWhereCallsAreExponential) {
  expectExact(answered({20, 5, 0}, Law::exponential(10_ms)).mean, 15 * 0.002 + 0.010 * harmonicNumber(5));
  expectExact(answered({20, 5, 18}, Law::exponential(10_ms)).mean,
              15 * 0.002 + meanOfOrderStatistic(5, 3, 0.010));
  expectExact(answered({20, 5, 7}, Law::exponential(10_ms)).mean, 7 * 0.002);
  expectExact(answered({20, 1, 0}, Law::exponential(10_ms)).mean, 0.200);
}

TEST(FanWindow, IsRoundsWhereCallsAreConstant) {
  expectExact(answered({20, 5, 0}, Law::constant(10_ms)).mean, 0.040);
  expectExact(answered({22, 5, 0}, Law::constant(10_ms)).mean, 0.050);
  expectExact(answered({22, 5, 11}, Law::constant(10_ms)).mean, 0.030);
}

TEST(FanWindow, OfAllOrMoreIsNone) {
  for (const std::uint32_t window : {0u, 20u, 50u}) {
    expectExact(answered({20, window, 0}, Law::exponential(10_ms)).mean, 0.010 * harmonicNumber(20));
  }
}

/// By drawing it many times: the next call is begun when one has ended.
double drawn(const Fanned& of, const std::function<double()>& each) {
  constexpr int kTimes = 20'000;
  double sum = 0;
  for (int i = 0; i < kTimes; ++i) {
    std::priority_queue<double, std::vector<double>, std::greater<>> open;
    std::vector<double> ends;
    for (std::uint32_t call = 0; call < of.calls; ++call) {
      double begin = 0;
      if (open.size() >= of.window) {
        begin = open.top();
        open.pop();
      }
      ends.push_back(begin + each());
      open.push(ends.back());
    }
    std::sort(ends.begin(), ends.end());
    sum += ends[(of.needed == 0 ? of.calls : of.needed) - 1];
  }
  return sum / kTimes;
}

TEST(FanWindow, KeepsItsBandOfOtherLaws) {
  std::mt19937_64 random(1);
  for (const Fanned& of : {Fanned{20, 5, 0}, Fanned{20, 5, 15}, Fanned{8, 5, 0}, Fanned{100, 10, 0}}) {
    std::uniform_real_distribution<double> uniform(0, 0.020);
    expectWithin(answered(of, Law::uniform(10_ms, 1)).mean, drawn(of, [&] { return uniform(random); }));
    std::gamma_distribution<double> erlang(4, 0.0025);
    expectWithin(answered(of, Law::erlang(10_ms, 4)).mean, drawn(of, [&] { return erlang(random); }));
    std::gamma_distribution<double> varied(0.25, 0.040);
    expectWithin(answered(of, Law::gamma(10_ms, 2)).mean, drawn(of, [&] { return varied(random); }));
    const double sigma = std::sqrt(std::log(1 + 1.5 * 1.5));
    std::lognormal_distribution<double> lognormal(std::log(0.010) - sigma * sigma / 2, sigma);
    expectWithin(answered(of, Law::lognormal(10_ms, 1.5)).mean, drawn(of, [&] { return lognormal(random); }));
  }
}

}  // namespace
}  // namespace cantilever::analytic
