// Single pools in unusual circumstances, against chains that are solved here in the plainest way.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "core/analytic/birth_death.h"
#include "core/analytic/block_chain.h"
#include "core/analytic/single_server.h"
#include "core/analytic/unequal_servers.h"
#include "tests/core/analytic/agreement.h"
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

plan::Pool ofSpeeds(std::vector<double> speeds) {
  plan::Pool pool =
      sim::test::shared(sim::test::instances(static_cast<std::uint32_t>(speeds.size()), servers(1)));
  pool.speeds = std::move(speeds);
  return pool;
}

// Two servers that do 100 and 50 per second, 60 come: of 25 parts of the time nobody is there in 10, the fast
// one works alone in 3, the slow one in 6, and both in 6, beyond which each number is 60/150 as likely as the
// one before (idle ones at random, by balance of the four states).
TEST(UnequalServers, WorkByWhoIsIdle) {
  const PoolSolution pool = asked(ofSpeeds({1, 0.5}), 60).pools[0];
  expectExact(pool.utilisation, (3 + 6 + 2 * 6) / 50.0);
  expectExact(pool.queue, 6 * 0.4 / 0.6 / 25);
  expectExact(pool.wait, 6 * 0.4 / 0.6 / 25 / 60);
  const Solution solution = asked(ofSpeeds({1, 0.5}), 60);
  expectExact(solution.classes[0].mean, (6 * 0.4 / 0.6 + 21) / 25 / 60);
  EXPECT_NE(solution.classes[0].p99.exactness, Exactness::Exact);
}

// Equal ones are M/M/c, also with a room.
TEST(UnequalServers, ThatAreEqualAreErlangs) {
  const UnequalQueue queue = *queueOfUnequal(280, 0.01, {{1, 1, 1}, {1, 3, 2}}, 1, IdleChoice::ByWeight, 3);
  const QueueFigures known = finiteQueue(280, 0.01, 3, 6);
  EXPECT_NEAR(queue.lost, known.lost, 1e-12);
  EXPECT_NEAR(queue.meanWait, known.meanWait, 1e-12);
  EXPECT_NEAR(queue.waitSecond, known.waitSecond, 1e-12);
  EXPECT_NEAR(queue.stretch, 1, 1e-12);
}

// Of many the chain is near to what it is for as many as one likes.
TEST(UnequalServers, OfWhomThereAreMany) {
  const std::vector<ServerKind> kinds = {{1, 1, 15}, {0.25, 1, 15}};
  const UnequalQueue chain = *queueOfUnequal(1'000, 0.01, kinds, 1, IdleChoice::ByWeight, INFINITY);
  const UnequalQueue many = manyUnequal(1'000, 0.01, kinds, 1);
  EXPECT_NEAR(chain.working / many.working, 1, 0.02);
  EXPECT_NEAR(chain.stretchSecond / many.stretchSecond, 1, 0.03);
}

// By the chain of their eight states, solved elsewhere.
TEST(UnequalServers, OfThree) {
  expectExact(asked(ofSpeeds({2, 1, 0.5}), 250).pools[0].utilisation, 0.7506, 1e-4);
  expectExact(asked(ofSpeeds({2, 1, 0.5}), 250).pools[0].wait, 0.005465, 1e-4);
  expectExact(asked(ofSpeeds({10, 1, 1}), 600).classes[0].mean, 0.004031, 2e-4);
}

// M/H2/2/7, and Little's law within one answer.
TEST(LimitedRoom, OfServiceInPhasesIsAChain) {
  const Solution solution = asked(sim::test::withLimit(servers(2), 5), 180, Law::hyperexponential(10_ms, 3));
  expectExact(solution.pools[0].lost, 0.16969, 3e-5);
  expectExact(solution.pools[0].queue, 1.6409, 3e-5);
  expectExact(solution.pools[0].utilisation, 0.74728, 3e-5);
  expectExact(solution.pools[0].wait,
              solution.pools[0].queue.value / 180 / (1 - solution.pools[0].lost.value));
}

// One phase of M/M/c/K, two and four of one server with room for one more: E[service minus the rest].
TEST(LimitedRoom, OfOnePhaseIsTheBirthDeathChain) {
  const BlockQueue queue = queueOfPhases(280, servicePhases(0.01, 1), 3, 6);
  const QueueFigures known = finiteQueue(280, 0.01, 3, 6);
  EXPECT_NEAR(queue.lost, known.lost, 1e-12);
  EXPECT_NEAR(queue.meanWait, known.meanWait, 1e-12);
  EXPECT_NEAR(queue.waits, known.waits, 1e-12);
}

// 1,333 times what it can do, with room for 900: all servers work all the time.
TEST(LimitedRoom, UnderAGreatOverloadRefusesAllButWhatItCanDo) {
  const BlockQueue queue = queueOfPhases(1e6, servicePhases(0.004, 0.5), 3, 900);
  EXPECT_NEAR(queue.lost, 1 - 3 / 0.004 / 1e6, 1e-9);
  EXPECT_NEAR(queue.meanNumber, 900, 0.01);
  EXPECT_NEAR(queue.waits, 1, 1e-9);
}

TEST(LimitedRoom, OfThousandsIsAsExactAsOfAFew) {
  for (const double load : {0.5, 0.99, 1.0, 1.001, 3.0}) {
    const BlockQueue queue = queueOfPhases(300 * load, servicePhases(0.01, 1), 3, 5003);
    const QueueFigures known = finiteQueue(300 * load, 0.01, 3, 5003);
    EXPECT_NEAR(queue.lost, known.lost, 1e-10) << load;
    EXPECT_NEAR(queue.meanWait / known.meanWait, 1, 1e-8) << load;
    EXPECT_NEAR(queue.waits, known.waits, 1e-10) << load;
  }
}

// M/H2/2/K, its states eliminated one by one: (requests, those in service that are long ones).
TEST(LimitedRoom, IsWhatAllStatesTogetherSay) {
  for (const std::size_t room : {2U, 3U, 4U, 5U, 11U, 40U}) {
    for (const double load : {0.4, 1.0, 2.5}) {
      const double arrivals = 2 * load;
      const std::vector<ServicePhase> service = servicePhases(1, 5);
      const auto state = [](std::size_t level, std::size_t longOnes) {
        return level == 0 ? 0 : level == 1 ? 1 + longOnes : 3 + 3 * (level - 2) + longOnes;
      };
      Matrix rates(state(room, 2) + 1);
      for (std::size_t level = 0; level <= room; ++level) {
        const std::size_t busy = std::min<std::size_t>(level, 2);
        for (std::size_t longOnes = 0; longOnes <= busy; ++longOnes) {
          const std::size_t from = state(level, longOnes);
          for (const std::size_t isLong : {0U, 1U}) {
            if (level < room) {
              const std::size_t more = level < 2 ? isLong : 0;
              rates.at(from, state(level + 1, longOnes + more)) += arrivals * service[isLong].begins;
            }
            // One ends that is long or not, and one that waits begins that is long or not.
            const auto ending = static_cast<double>(isLong == 1 ? longOnes : busy - longOnes);
            for (const std::size_t next : {0U, 1U}) {
              if (ending > 0) {
                rates.at(from, state(level - 1, longOnes - isLong + (level > 2 ? next : 0))) +=
                    ending * service[isLong].rate * service[next].begins;
              }
            }
          }
        }
      }
      const std::vector<double> p = stationaryOf(rates);
      double mean = 0;
      double lost = 0;
      for (std::size_t level = 0; level <= room; ++level) {
        for (std::size_t longOnes = 0; longOnes <= std::min<std::size_t>(level, 2); ++longOnes) {
          mean += static_cast<double>(level) * p[state(level, longOnes)];
          lost += level == room ? p[state(level, longOnes)] : 0.0;
        }
      }
      const BlockQueue queue = queueOfPhases(arrivals, service, 2, static_cast<double>(room));
      EXPECT_NEAR(queue.lost, lost, 1e-12) << room << " " << load;
      EXPECT_NEAR(queue.meanNumber / mean, 1, 1e-11) << room << " " << load;
      EXPECT_NEAR(queue.waits, (1 - p[0] - p[1] - p[2] - lost) / (1 - lost), 1e-11) << room << " " << load;
    }
  }
}

// M/G/1/2 has an embedded chain: nobody comes in a service with e = E[e^-lambda S], so that of those that
// come 1 - 1 / (e + rho) are refused.
TEST(LimitedRoom, OfOneServerAndOnePlace) {
  struct Case {
    Law law;
    double none;
  };
  const double load = 0.8;
  for (const Case& each :
       {Case{Law::erlang(10_ms, 4), std::pow(1 + load / 4, -4)},
        Case{Law::erlang(10_ms, 2), std::pow(1 + load / 2, -2)}, Case{Law::constant(10_ms), std::exp(-load)},
        Case{Law::uniform(10_ms, 0.5), std::exp(-load) * std::sinh(load / 2) / (load / 2)}}) {
    const PoolSolution pool = asked(sim::test::withLimit(servers(1), 1), 80, each.law).pools[0];
    const double lost = 1 - 1 / (each.none + load);
    each.law.kind == Law::Kind::Erlang ? expectExact(pool.lost, lost) : expectWithin(pool.lost, lost);
    EXPECT_NEAR(pool.lost.value / lost, 1, 0.01);
    EXPECT_NEAR(pool.queue.value, 80 * (1 - lost) * pool.wait.value, 0.02 * pool.queue.value);
  }
}

// Beside simulations of 6 x 500 s: c, limit, per second, queue, loss.
TEST(LimitedRoom, OfOtherLawsKeepsItsBand) {
  const PoolSolution constant =
      asked(sim::test::withLimit(servers(3), 3), 280, Law::constant(10_ms)).pools[0];
  expectWithin(constant.queue, 0.845);
  const PoolSolution lognormal =
      asked(sim::test::withLimit(servers(2), 8), 180, Law::lognormal(10_ms, 2)).pools[0];
  expectWithin(lognormal.queue, 2.65);
  expectWithin(lognormal.utilisation, 0.810);
}

plan::Link balanced(Balancing balancing) {
  plan::Link link;
  link.balancing = balancing;
  return link;
}

// Four instances with two places each; the first two by their chains.
TEST(RoomsOfInstances, AreFilledAsCallsAreBalanced) {
  plan::Pool pool = sim::test::withLimit(sim::test::instances(4, servers(1)), 2);
  const auto poolBy = [&](Balancing balancing) {
    return asked(pool, {{350, Law::exponential(10_ms)}}, balanced(balancing)).pools[0];
  };
  expectExact(poolBy(Balancing::ShortestQueue).lost, 0.04816, 1e-4);
  expectExact(poolBy(Balancing::ShortestQueue).utilisation, 0.8329, 1e-4);
  expectExact(poolBy(Balancing::Random).lost, 0.2024, 3e-4);
  const PoolSolution inTurn = poolBy(Balancing::RoundRobin);
  EXPECT_EQ(inTurn.utilisation.exactness, Exactness::Exact);
  EXPECT_NEAR(inTurn.utilisation.value, 0.765, 0.002) << "as simulated";
  EXPECT_FALSE(poolBy(Balancing::Warmest).utilisation.isSolved());
}

// With one place each two servers are M/M/2/2, whoever is chosen among the idle.
TEST(RoomsOfInstances, WithoutWaitingAreErlangs) {
  plan::Pool pool = sim::test::withLimit(sim::test::instances(2, servers(1)), 0);
  expectExact(asked(pool, {{100, Law::exponential(10_ms)}}, balanced(Balancing::ShortestQueue)).pools[0].lost,
              0.2);
}

ClassSolution usersOf(const std::vector<std::pair<plan::Pool, Law>>& pools, const Law& think,
                      Solution* all = nullptr) {
  PlanBuilder builder;
  std::vector<plan::Index> links;
  for (const auto& [pool, service] : pools) {
    links.push_back(builder.station("s" + std::to_string(links.size()), pool, service));
  }
  builder.source("users", 1_rps, [&](ProgramWriter& p) {
    for (const plan::Index link : links) {
      p.call(link);
    }
  });
  plan::Source& source = builder.raw().sources[0];
  source.kind = plan::SourceKind::Closed;
  source.users = 15;
  source.think = think;
  const Solution solution = solved(*builder.build());
  if (all != nullptr) {
    *all = solution;
  }
  return solution.classes[0];
}

// Fifteen users who think for half a second, one server of 50 ms with three places to wait: who is refused
// thinks again.
TEST(Users, ThatAreRefusedThinkAgain) {
  std::vector<double> p{1};
  double all = 1;
  for (int n = 1; n <= 4; ++n) {
    p.push_back(p.back() * (16 - n) / 0.5 * 0.05);
    all += p.back();
  }
  double offered = 0;
  double number = 0;
  for (int n = 0; n <= 4; ++n) {
    offered += p[static_cast<std::size_t>(n)] * (15 - n) / 0.5 / all;
    number += p[static_cast<std::size_t>(n)] * n / all;
  }
  const double accepted = (1 - 1 / all) / 0.05;
  Solution solution;
  const ClassSolution users = usersOf({{sim::test::withLimit(servers(1), 3), Law::exponential(50_ms)}},
                                      Law::exponential(500_ms), &solution);
  expectExact(users.mean, number / accepted);
  expectExact(users.success, accepted / offered);
  EXPECT_NEAR(users.success.value, 0.7272, 1e-4);
  expectExact(solution.pools[0].queue, number - (1 - 1 / all));

  // With as many places as users nobody is.
  expectExact(
      usersOf({{sim::test::withLimit(servers(1), 14), Law::exponential(50_ms)}}, Law::exponential(500_ms))
          .success,
      1);
  EXPECT_FALSE(usersOf({{sim::test::withLimit(servers(1), 3), Law::exponential(50_ms)},
                        {servers(1), Law::exponential(50_ms)}},
                       Law::exponential(500_ms))
                   .success.isSolved());
}

// They find each other only: 802 and 1,043 ms as simulated.
TEST(Users, WaitForEachOther) {
  const ClassSolution two =
      usersOf({{servers(1), Law::exponential(50_ms)}, {servers(2), Law::exponential(30_ms)}},
              Law::exponential(500_ms));
  EXPECT_NEAR(two.p99.value, 0.802, 0.04);
  EXPECT_NEAR(two.p999.value, 1.043, 0.06);
  EXPECT_FALSE(usersOf({{servers(1), Law::constant(50_ms)}}, Law::constant(500_ms)).p95.isSolved());
}

// Two users at one server: who comes finds the other one there or not.
TEST(Users, OfWhomThereAreTwoKnowTheirLaw) {
  PlanBuilder builder;
  const plan::Index link = builder.station("s", servers(1), Law::exponential(50_ms));
  builder.source("users", 1_rps, [&](ProgramWriter& p) { p.call(link); });
  builder.raw().sources[0].kind = plan::SourceKind::Closed;
  builder.raw().sources[0].users = 2;
  builder.raw().sources[0].think = Law::exponential(50_ms);
  const ClassSolution users = solved(*builder.build()).classes[0];
  // With the other alone he is there half the time: e^-t (1 + t / 2) in services.
  EXPECT_EQ(users.p99.exactness, Exactness::Exact) << users.p99.why;
  const double t = users.p99.value / 0.05;
  EXPECT_NEAR(std::exp(-t) * (1 + t / 2), 0.01, 1e-8);
}

// A bucket of one token is the leaky bucket: M/D/1. One of several lets as much through before anybody waits.
TEST(Buckets, OfOneTokenAreMD1) {
  for (const double rho : {0.1, 0.3, 0.5, 0.8, 0.95}) {
    for (const std::uint32_t size : {1u, 4u}) {
      PlanBuilder builder;
      plan::Tokens bucket;
      bucket.size = size;
      bucket.refill = plan::Refill::Continuous;
      bucket.rate = 100_rps;
      bucket.waits = true;
      const plan::Index tokens = builder.tokens("bucket", bucket);
      builder.source("users", perSecond(rho * 100), [&](ProgramWriter& p) { p.take(tokens); });
      const ClassSolution users = solved(*builder.build()).classes[0];
      double mean = 0;
      for (double t = 0.0005 / 2; t < 2; t += 0.0005) {
        mean += 0.0005 * waitAboveOfMD1(rho * 100, 0.01, (size - 1) * 0.01 + t);
      }
      EXPECT_NEAR(users.mean.value / mean, 1, 2e-3) << rho << " of " << size;
      if (size == 1) {
        EXPECT_NEAR(users.mean.value, waitOfMG1(rho * 100, {0.01, 0.0001, 0.000001}), 1e-3 * mean);
        const double p99 = waitQuantileOfMD1(rho * 100, 0.01, 0.99);
        EXPECT_NEAR(users.p99.value / p99, 1, 0.1) << rho;
      }
    }
  }
}

void expectAgreementOfBucket(const plan::Tokens& bucket, double arrivals, const std::string& what) {
  PlanBuilder builder;
  const plan::Index tokens = builder.tokens("bucket", bucket);
  builder.source("users", perSecond(arrivals), [&](ProgramWriter& p) { p.take(tokens); });
  test::AgreementReport report;
  test::compare("bucket", builder.build(), 400'000, 1, report);
  EXPECT_EQ(report.solvedClasses, 1);
  for (const test::Comparison& each : report.figures) {
    EXPECT_LT(each.excess, 1) << what << ": " << report.worst(5);
    if (each.what.ends_with(" success")) {
      EXPECT_NEAR(each.solved, each.simulated, 4e-3) << what;
    } else if (each.what.ends_with(" mean") && each.simulated > 1e-4 && bucket.size <= 3) {  // else seldom
      EXPECT_NEAR(each.solved / each.simulated, 1, 0.05) << what;
    }
  }
}

plan::Tokens awaitedBucket(std::uint32_t size) {
  plan::Tokens bucket;
  bucket.size = size;
  bucket.refill = plan::Refill::Continuous;
  bucket.rate = 100_rps;
  bucket.waits = true;
  return bucket;
}

// M/D/1/K, and with a bucket of several tokens: who finds the line full is refused.
TEST(Buckets, RefuseWhatFindsTheLineFull) {
  for (const std::uint32_t size : {1u, 3u, 12u}) {
    for (const std::uint32_t limit : {0u, 1u, 3u, 10u}) {
      for (const double arrivals : {95.0, 100.0, 150.0}) {
        plan::Tokens bucket = awaitedBucket(size);
        bucket.queueLimit = limit;
        expectAgreementOfBucket(
            bucket, arrivals,
            std::to_string(size) + ", " + std::to_string(limit) + " at " + std::to_string(arrivals));
      }
    }
  }
}

// Who would have to wait for longer leaves when its patience is over, and takes no token.
TEST(Buckets, LoseWhatHasNoPatienceForTheirRefill) {
  for (const std::uint32_t size : {1u, 3u, 40u}) {
    for (const Duration patience : {6_ms, 15_ms, 100_ms}) {
      for (const double arrivals : {70.0, 95.0, 100.0, 130.0, 400.0}) {
        plan::Tokens bucket = awaitedBucket(size);
        bucket.patience = Law::constant(patience);
        expectAgreementOfBucket(bucket, arrivals,
                                std::to_string(size) + ", " + std::to_string(patience.inSeconds()) + " at " +
                                    std::to_string(arrivals));
      }
    }
  }
}

// Four instances with three seats for one server each: who has a seat waits for that server.
TEST(SharedQueues, WhoseSeatsAreOfAnInstanceAreNotOneQueueForAllServers) {
  PlanBuilder builder;
  plan::Pool pool = sim::test::instances(4, sim::test::withSeats(servers(1), 3));
  pool.queue = plan::QueueScope::Shared;
  const plan::Index to = builder.station("s", pool, Law::exponential(10_ms));
  builder.source("users", 360_rps, [&](ProgramWriter& p) { p.call(to); });
  test::AgreementReport report;
  test::compare("seats", builder.build(), 100'000, 1, report);
  EXPECT_EQ(report.solvedClasses, 1);
  EXPECT_TRUE(report.outside().empty()) << report.worst(10);
}

// What is nearer to one than doubles can tell is as one.
TEST(Buckets, AtALoadOfNearlyOneAreAsAtOne) {
  plan::Tokens bucket = awaitedBucket(5);
  bucket.queueLimit = 5;
  const auto refusedAt = [&](double arrivals) {
    PlanBuilder builder;
    const plan::Index tokens = builder.tokens("bucket", bucket);
    builder.source("users", perSecond(arrivals), [&](ProgramWriter& p) { p.take(tokens); });
    return solved(*builder.build()).tokens[0];
  };
  const TokensSolution one = refusedAt(100);
  for (const double arrivals : {0.1 + 66.1 + 33.8, 100 - 1e-8, 100 - 1e-5, 100 + 1e-5}) {
    const TokensSolution near = refusedAt(arrivals);
    EXPECT_NEAR(near.refused.value / one.refused.value, 1, 1e-5) << arrivals;
    EXPECT_NEAR(near.wait.value / one.wait.value, 1, 1e-5) << arrivals;
  }
}

// Connections are counted with what is under way, which says nothing of the queues.
TEST(LeastConnections, SeeLessOverLongWays) {
  for (const Duration way : {0_ms, 5_ms, 20_ms, 100_ms}) {
    for (const double rho : {0.5, 0.8}) {
      PlanBuilder builder;
      plan::Pool pool = servers(1);
      pool.instances = 4;
      pool.queue = plan::QueueScope::PerInstance;
      plan::Link link;
      link.balancing = Balancing::LeastConnections;
      link.latency = Law::constant(way);
      const plan::Index to = builder.station("s", pool, Law::exponential(10_ms), link);
      builder.source("users", perSecond(400 * rho), [&](ProgramWriter& p) { p.call(to); });
      test::AgreementReport report;
      test::compare("four", builder.build(), 100'000, 1, report);
      const auto mean = std::find_if(report.figures.begin(), report.figures.end(),
                                     [](const auto& each) { return each.what.ends_with(" mean"); });
      ASSERT_NE(mean, report.figures.end());
      const double ways = 2 * way.inSeconds();
      EXPECT_NEAR((mean->solved - ways) / (mean->simulated - ways), 1, 0.1) << ways << ", " << rho;
    }
  }
}

}  // namespace
}  // namespace cantilever::analytic
