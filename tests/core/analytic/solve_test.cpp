// The solver on plans by hand: laws that every solution obeys, instability, two states, and what it refuses.
#include "core/analytic/solve.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/analytic/acceleration.h"
#include "core/analytic/contents.h"
#include "tests/core/analytic/solved_design.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::analytic::test {
namespace {

using namespace literals;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;
using sim::test::servers;
using sim::test::shared;
using sim::test::withLimit;
using sim::test::withSeats;

/// Utilisation is work x service / servers, and queues are rates x waits (Little 1961), wherever there is a
/// figure.
void expectLaws(const Solution& solution) {
  for (std::size_t i = 0; i < solution.pools.size(); ++i) {
    const PoolSolution& of = solution.pools[i];
    EXPECT_LE(of.utilisation.value, 1 + 1e-9) << of.key;
    if (of.queue.isSolved() && of.wait.isSolved()) {
      EXPECT_NEAR(of.queue.value, of.work.value * of.wait.value, 1e-6 * of.queue.value + 1e-12) << of.key;
    }
  }
}

/// Of a linear map the residuals of as many steps as there are dimensions cancel, whatever its eigenvalues
/// are, even those with which plain iteration only swings (Walker and Ni 2011, theorem 2.2).
TEST(Acceleration, FindsTheFixedPointOfALinearMap) {
  const auto map = [](const std::vector<double>& x) {
    return std::vector<double>{0.9 * x[1] + 1, 0.9 * x[0] + 2, -0.95 * x[2] + 3};
  };
  const std::vector<double> fixed = {2.8 / 0.19, 2.9 / 0.19, 3 / 1.95};
  Acceleration acceleration;
  std::vector<double> x = {0, 0, 0};
  for (int step = 0; step < 4; ++step) {
    x = acceleration.next(x, map(x), {1, 1, 1});
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_NEAR(x[i], fixed[i], 1e-9 * fixed[i]);
  }
}

/// What values are measured by may change from one step to the next.
TEST(Acceleration, FindsItInUnitsThatChange) {
  Acceleration acceleration;
  std::vector<double> x = {0, 0};
  for (int step = 0; step < 3; ++step) {
    const std::vector<double> g = {0.04 + 0.7 * x[0], 0.003 + 0.056 * x[0] + 0.7 * x[1]};
    x = acceleration.next(x, g, {g[0], 100 * g[1]});
  }
  EXPECT_NEAR(x[0], 0.04 / 0.3, 1e-9);
  EXPECT_NEAR(x[1], (0.003 + 0.056 * 0.04 / 0.3) / 0.3, 1e-9);
}

/// M/M/1 whose requests come back with probability p (Jackson 1957): 1 / ((1 - p) mu - lambda).
TEST(Acceleration, SettlesWhereRequestsComeBack) {
  for (const double p : {0.3, 0.6, 0.7, 0.9, 0.95, 0.99}) {
    const cantilever::test::DesignBuilder design =
        cantilever::test::design("feedback")
            .block("users", "source")
            .block("server", "pool")
            .param("service", Law::exponential(10_ms))
            .block("again", "choose")
            .block("done", "delay")
            .param("delay", Law::constant(0_s))
            .link("users", "server")
            .link("server", "again")
            .link("again", "server")
            .weight(p)
            .link("again", "done")
            .weight(1 - p)
            .workload("users", cantilever::perSecond(75 * (1 - p)));
    const compile::Compiled compiled = compile::compile(design.build(), catalog::Catalog::builtIn());
    ASSERT_TRUE(compiled.plan) << p;
    const Solution solution = solved(*compiled.plan);
    EXPECT_TRUE(solution.hasConverged) << p;
    expectExact(solution.classes[0].mean, 1 / ((1 - p) * 25), 1e-7);
  }
}

/// Two stations that hold their callers' seats: passes go to and fro between waits for seats and answers.
TEST(Acceleration, SettlesWhereSeatsWaitForSeats) {
  PlanBuilder builder;
  const plan::Index db = builder.station("db", servers(4), Law::exponential(8_ms));
  plan::Index link = db;
  for (const char* name : {"inner", "outer"}) {
    const plan::Index pool = builder.pool(name, withSeats(servers(0), 8));
    const plan::Index serve = builder.program(name, pool, [&](ProgramWriter& p) { p.call(link); });
    link = builder.link(std::string("to_") + name, serve);
  }
  builder.source("users", 400_rps, [&](ProgramWriter& p) { p.call(link); });
  const Solution solution = solved(*builder.build());
  EXPECT_TRUE(solution.hasConverged);
  // Both hold as many seats as there are requests at the database: Little, M/M/4 at rho = 0.8.
  EXPECT_NEAR(solution.pools[1].occupancy.value * 8, solution.pools[0].queue.value + 3.2, 1e-6);
}

/// Nobody waits longer than the timeout, for failures neither: four in ten fail after 50 ms, which is 10 ms
/// to their callers.
TEST(Solve, WaitsForFailuresNoLongerThanTheTimeout) {
  PlanBuilder builder;
  const plan::Index callee = builder.program("callee", plan::kNone, [](ProgramWriter& p) {
    p.ifChance(0.4, [](ProgramWriter& q) { q.wait(Law::constant(50_ms)).fail(plan::Reason::Refused); });
    p.wait(Law::constant(4_ms));
  });
  const plan::Index link = builder.link("to_callee", callee, sim::test::withTimeout(10_ms));
  builder.source("users", 10_rps, [&](ProgramWriter& p) { p.callElse(link, [](ProgramWriter&) {}); });
  const Solution solution = solved(*builder.build());
  EXPECT_NEAR(solution.classes[0].success.value, 1, 1e-12);
  EXPECT_NEAR(solution.classes[0].mean.value, 0.4 * 0.010 + 0.6 * 0.004, 1e-6);
}

/// Behind a pool that does less than it is asked for there is less to do than the programs say.
TEST(Solve, DoesNotKnowWhatAnOverloadedPoolLetsThrough) {
  PlanBuilder builder;
  const plan::Index behind = builder.station("behind", servers(1), Law::exponential(1_ms));
  const plan::Index narrow = builder.pool("narrow", servers(1));
  const plan::Index serve = builder.program("serve", narrow, [&](ProgramWriter& p) {
    p.work(Law::exponential(10_ms));
    p.call(behind);
  });
  const plan::Index link = builder.link("to_narrow", serve);
  builder.source("users", 400_rps, [&](ProgramWriter& p) { p.send(link); });
  const Solution solution = solved(*builder.build());
  EXPECT_FALSE(solution.pools[1].isStable);
  EXPECT_FALSE(solution.pools[0].wait.isSolved());
  EXPECT_NE(solution.pools[0].wait.why.find("narrow"), std::string::npos) << solution.pools[0].wait.why;
  EXPECT_GE(solution.pools[0].utilisation.band, 0.75);  // 0.4 asked for, 0.1 comes
}

// Nor what comes through seats that are too few, although nothing works there.
TEST(Solve, DoesNotKnowWhatComesThroughTooFewSeats) {
  PlanBuilder builder;
  const plan::Index behind = builder.station("behind", servers(100), Law::exponential(100_ms));
  const plan::Index narrow = builder.pool("narrow", withSeats(servers(0), 8));
  const plan::Index serve = builder.program("serve", narrow, [&](ProgramWriter& p) { p.call(behind); });
  const plan::Index link = builder.link("to_narrow", serve);
  builder.source("users", 400_rps, [&](ProgramWriter& p) { p.send(link); });
  const Solution solution = solved(*builder.build());
  EXPECT_FALSE(solution.pools[0].wait.isSolved());
  EXPECT_NE(solution.pools[0].wait.why.find("too few seats"), std::string::npos)
      << solution.pools[0].wait.why;
  EXPECT_GE(solution.pools[0].utilisation.band, 0.75);  // 0.4 asked for, 0.08 comes
}

// Three quarters more comes than the consumers do: they are busy all the time, not more.
TEST(Solve, ConsumersAreBusyAtMost) {
  PlanBuilder builder;
  const plan::Index station = builder.station("consumers", servers(1), Law::constant(10_ms));
  const plan::Index log = builder.log("topic");
  builder.group(log, station);
  builder.source("producers", 175_rps, [&](ProgramWriter& p) { p.publish(log); });
  const Solution solution = solved(*builder.build());
  EXPECT_FALSE(solution.groups[0].isStable);
  EXPECT_EQ(keyed(solution.pools, "consumers").utilisation.value, 1);
}

// One key, and so one of two instances does it all: M/M/1 with 0.6 of its time, whose mean wait is 0.6 / 0.4
// of the service (Erlang 1917); half of the calls come by another link, at random, and half of these go to
// the other.
TEST(Solve, KnowsThatAStickyKeyIsAtOneInstance) {
  const auto waitWith = [](double sticky, double random) {
    PlanBuilder builder;
    plan::Pool two = servers(1);
    two.instances = 2;
    plan::Link byKey;
    byKey.balancing = Balancing::Sticky;
    const plan::Index first = builder.station("db", two, Law::exponential(1_ms), byKey);
    const plan::Index second = builder.link("beside", builder.raw().links[first].program);
    builder.source("users", perSecond(sticky), [&](ProgramWriter& p) { p.call(first); });
    builder.source("others", perSecond(random), [&](ProgramWriter& p) { p.call(second); });
    return solved(*builder.build()).pools[0].wait;
  };
  const Figure alone = waitWith(600, 0);
  EXPECT_NEAR(alone.value, 1.5e-3, 1e-6);
  EXPECT_GE(alone.band, 1) << "where keys meet is chance";
  // 0.6 and 0.2 of the time of the two: three quarters of the calls wait 1.5 ms, the others 0.25.
  EXPECT_NEAR(waitWith(400, 400).value, 0.75 * 1.5e-3 + 0.25 * 0.25e-3, 1e-6);
}

// One of two calls that are made together fails for reasons that have nothing to do with the other.
TEST(Solve, DoesNotDoubtWhatIsCalledBesideAnOverload) {
  PlanBuilder builder;
  const plan::Index full = builder.station("full", servers(1), Law::exponential(10_ms));
  const plan::Index well = builder.station("well", servers(1), Law::exponential(1_ms));
  const plan::Index serve = builder.program("serve", plan::kNone, [&](ProgramWriter& p) {
    p.parallel({full, well}, 2);
  });
  const plan::Index link = builder.link("to_both", serve);
  builder.source("users", 400_rps, [&](ProgramWriter& p) { p.send(link); });
  const Solution solution = solved(*builder.build());
  EXPECT_FALSE(keyed(solution.pools, "full").isStable);
  EXPECT_TRUE(keyed(solution.pools, "well").wait.isSolved()) << keyed(solution.pools, "well").wait.why;
  EXPECT_NEAR(keyed(solution.pools, "well").utilisation.value, 0.4, 1e-9);
}

/// Of 400/s calls one in twenty fails.
Solution guardedBy(std::uint32_t window) {
  PlanBuilder builder;
  plan::Link guarded;
  guarded.errorShare = 0.05;
  guarded.breaker.window = window;
  const plan::Index link = builder.station("behind", servers(1), Law::exponential(1_ms), guarded);
  builder.source("users", 400_rps, [&](ProgramWriter& p) { p.call(link); });
  return solved(*builder.build());
}

// With one attempt in the window every failure opens it.
TEST(Solve, DoesNotKnowWhatGetsThroughABreakerThatOftenOpens) {
  const Solution solution = guardedBy(1);
  EXPECT_FALSE(solution.classes[0].success.isSolved());
  EXPECT_GE(solution.pools[0].utilisation.band, 0.75);
}

// With a hundred, of which half must fail, nearly never.
TEST(Solve, TakesABreakerForClosedThatNextToNeverOpens) {
  EXPECT_NEAR(guardedBy(100).classes[0].success.value, 0.95, 1e-9);
}

// Messages that fail come again, how often nobody says here.
TEST(Solve, DoesNotKnowHowOftenConsumersThatFailAreCalled) {
  PlanBuilder builder;
  const plan::Index pool = builder.pool("readers", servers(1));
  const plan::Index read = builder.program("read", pool, [](ProgramWriter& p) {
    p.work(Law::exponential(1_ms));
    p.ifChance(0.5, [](ProgramWriter& q) { q.fail(plan::Reason::Refused); });
  });
  const plan::Index log = builder.log("log");
  builder.group(log, builder.link("read", read));
  builder.source("users", 100_rps, [&](ProgramWriter& p) { p.publish(log); });
  const Solution solution = solved(*builder.build());
  EXPECT_NE(solution.pools[0].wait.why.find("again"), std::string::npos) << solution.pools[0].wait.why;
  EXPECT_FALSE(solution.pools[0].utilisation.isSolved());
}

/// The mean of a lognormal law up to a limit.
double lognormalUpTo(double mean, double scv, double most) {
  const double deviation = std::sqrt(std::log1p(scv));
  const double at = std::log(most / mean) / deviation + deviation / 2;
  const auto normal = [](double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; };
  return mean * normal(at - deviation) / normal(at);
}

/// 100/s with a lognormal law of 100 ms and a timeout of 20 ms, which six in ten exceed: how long those in
/// time take depends on the law, not on two moments.
ClassSolution inTimeWith(std::uint32_t count) {
  PlanBuilder builder;
  const plan::Index link =
      builder.station("server", servers(count), Law::lognormal(100_ms, 1.5), sim::test::withTimeout(20_ms));
  builder.source("users", 100_rps, [&](ProgramWriter& p) { p.call(link); });
  return solved(*builder.build()).classes[0];
}

TEST(Solve, KnowsTheLawOfWhatIsInTimeWhereNobodyWaits) {
  EXPECT_NEAR(inTimeWith(60).mean.value / lognormalUpTo(0.1, 1.5 * 1.5, 0.02), 1, 0.02);
}

// With 14 servers for ten that are busy some wait, and a gamma law with the moments would be far off.
TEST(Solve, KnowsTheLawOfWhatIsInTimeWhereSomeWait) {
  const ClassSolution of = inTimeWith(14);
  EXPECT_LE(std::abs(of.mean.value - lognormalUpTo(0.1, 1.5 * 1.5, 0.02)), of.mean.band * of.mean.value);
  EXPECT_LT(of.mean.band, 0.15);
}

/// A callee of 2 ms that once in a while, with this probability, takes so much longer; who waits for it no
/// more than 100 ms does not see that in what succeeds.
ClassSolution withRareSlowPart(double slow, Duration longer) {
  PlanBuilder builder;
  const plan::Index pool = builder.pool("callee", servers(400));
  const plan::Index serve = builder.program("serve", pool, [&](ProgramWriter& p) {
    p.work(Law::lognormal(2_ms, 1));
    p.ifChance(slow, [&](ProgramWriter& q) { q.wait(Law::lognormal(longer, 0.1)); });
  });
  const plan::Index link = builder.link("to_callee", serve, sim::test::withTimeout(100_ms));
  builder.source("users", 10_rps, [&](ProgramWriter& p) { p.call(link); });
  return solved(*builder.build()).classes[0];
}

TEST(Solve, KnowsWhatIsInTimeOfACalleeWithARareSlowPart) {
  for (const auto& [slow, longer] : {std::pair(0.0004, 10_s), std::pair(0.02, 1_s), std::pair(0.2, 500_ms)}) {
    const ClassSolution of = withRareSlowPart(slow, longer);
    EXPECT_NEAR(of.success.value, 1 - slow, 1e-4) << slow;
    EXPECT_NEAR(of.mean.value / lognormalUpTo(0.002, 1, 0.1), 1, 0.02) << slow;
  }
}

// What characteristic times say of caches for a handful of keys is as far off as the band says (King 1971).
TEST(Solve, SaysHowRoughTheHitRatiosOfSmallCachesAre) {
  for (const double exponent : {0.8, 1.5, 2.5}) {
    for (const std::uint32_t capacity : {1u, 2u, 5u, 15u}) {
      PlanBuilder builder;
      const plan::Index requestClass = builder.requestClass("read");
      builder.keys(requestClass, 20, exponent);
      plan::Cache cache;
      cache.capacity = capacity;
      cache.eviction = plan::Eviction::FirstIn;
      const plan::Index index = builder.cache("cache", cache);
      builder.source("users", 100_rps, [&](ProgramWriter& p) {
        p.lookUp(index, [&](ProgramWriter& miss) { miss.fill(index); });
      });
      const Figure hits = solved(*builder.build()).caches.at(0).hitRatio;
      expectWithin(hits, exactHitRatioOfFifo(zipfShares(20, exponent), capacity));
      EXPECT_NEAR(hits.band, std::max(0.01, 0.25 / capacity), 1e-12);
    }
  }
}

TEST(Solve, ObeysTheUtilisationLawAndLittle) {
  PlanBuilder builder;
  const plan::Index db = builder.station("db", servers(4), Law::lognormal(8_ms, 1.5));
  const plan::Index app = builder.pool("app", sim::test::instances(3, servers(2)));
  const plan::Index serve = builder.program("app", app, [&](ProgramWriter& p) {
    p.work(Law::exponential(5_ms));
    p.ifChance(0.4, [&](ProgramWriter& q) { q.call(db); });
  });
  const plan::Index link = builder.link("to-app", serve, sim::test::withLatency(Law::constant(1_ms)));
  builder.source("users", 700_rps, [&](ProgramWriter& p) { p.call(link); });
  const auto plan = builder.build();
  const Solution solution = solved(*plan);
  expectLaws(solution);
  EXPECT_NEAR(keyed(solution.pools, "db").utilisation.value, 700 * 0.4 * 0.008 / 4, 1e-12);
  EXPECT_NEAR(keyed(solution.pools, "app").utilisation.value, 700 * 0.005 / 6, 1e-12);
  // The whole: 2 ms of latency, two stations, by their own waits.
  const double expected = 0.002 + 0.005 + keyed(solution.pools, "app").wait.value +
                          0.4 * (0.008 + keyed(solution.pools, "db").wait.value);
  EXPECT_NEAR(solution.classes[0].mean.value / expected, 1, 1e-9);
  EXPECT_EQ(solution.bottlenecks.at(0).key, "app");
  EXPECT_NEAR(solution.bottlenecks.at(0).saturatesAt.value, 6 / 3.5, 1e-9);
}

TEST(Solve, NeverPrintsAnUnstableQueueAsANumber) {
  PlanBuilder builder;
  const plan::Index station = builder.station("server", servers(2), Law::exponential(10_ms));
  builder.source("users", 250_rps, [&](ProgramWriter& p) { p.call(station); });
  const Solution solution = solved(*builder.build());
  EXPECT_FALSE(solution.isStable);
  const PoolSolution& server = keyed(solution.pools, "server");
  EXPECT_FALSE(server.isStable);
  EXPECT_NEAR(server.growth, 50, 1e-9);  // lambda - c mu
  EXPECT_FALSE(server.wait.isSolved());
  EXPECT_FALSE(server.queue.isSolved());
  EXPECT_FALSE(solution.classes[0].mean.isSolved());
  EXPECT_FALSE(solution.classes[0].p99.isSolved());
  EXPECT_NE(solution.classes[0].mean.why.find("server"), std::string::npos);
  EXPECT_NEAR(server.utilisation.value, 1, 1e-12);
  // Shortly before, it is solved.
  EXPECT_TRUE(solved(*builder.build(), 0.79999).classes[0].p99.isSolved());
}

/// RS-15 (Bronson et al. 2021): 300/s capacity, one retry: vulnerable above 150/s, stable below 300/s.
TEST(Solve, FindsBothStatesWhereRetriesHoldALoad) {
  const auto planOf = [](double rate) {
    PlanBuilder builder;
    plan::Link link = sim::test::withTimeout(1_s);
    link.retries.attempts = 2;
    link.retries.base = 10_ms;
    const plan::Index station = builder.station("db", servers(3), Law::exponential(10_ms), link);
    builder.source("users", perSecond(rate), [&](ProgramWriter& p) { p.call(station); });
    return builder.build();
  };
  const Solution safe = solved(*planOf(140));
  EXPECT_FALSE(safe.other.has_value());
  EXPECT_NEAR(safe.classes[0].success.value, 1, 1e-9);
  const Solution vulnerable = solved(*planOf(200));
  EXPECT_NEAR(vulnerable.classes[0].success.value, 1, 1e-6);
  ASSERT_TRUE(vulnerable.other.has_value());
  EXPECT_EQ(vulnerable.other->overloadedPools, std::vector<std::string>{"db"});
  EXPECT_NEAR(vulnerable.other->success.at(0).value, 0, 1e-9);
}

/// Holding a thread while calling: 10 seats that are held for 10 ms own work and 90 ms elsewhere take 100/s.
TEST(Solve, SeatsAreHeldDuringCalls) {
  PlanBuilder builder;
  const plan::Index slow = builder.station("slow", servers(0), Law::exponential(90_ms));
  const plan::Index app = builder.pool("app", withSeats(servers(0), 10));
  const plan::Index serve = builder.program("app", app, [&](ProgramWriter& p) {
    p.work(Law::exponential(10_ms));
    p.call(slow);
  });
  const plan::Index link = builder.link("to-app", serve);
  builder.source("users", 80_rps, [&](ProgramWriter& p) { p.call(link); });
  const Solution solution = solved(*builder.build());
  EXPECT_NEAR(keyed(solution.pools, "app").occupancy.value, 0.8, 1e-6);
  EXPECT_GT(keyed(solution.pools, "app").seatWait.value, 0.01);
  const Solution full = solved(*builder.build(), 1.3);
  EXPECT_FALSE(full.isStable);
  EXPECT_FALSE(full.classes[0].mean.isSolved());
  EXPECT_NEAR(keyed(full.pools, "app").growth, 4, 0.1);
}

/// A worker for each request is M/M/c, whatever is called its seat.
TEST(Solve, WorkersThatOnlyWorkAreServers) {
  PlanBuilder builder;
  const plan::Index station =
      builder.station("server", shared(withSeats(servers(10), 4)), Law::exponential(10_ms));
  builder.source("users", 300_rps, [&](ProgramWriter& p) { p.call(station); });
  const Solution solution = solved(*builder.build());
  PlanBuilder plain;
  const plan::Index same = plain.station("server", servers(4), Law::exponential(10_ms));
  plain.source("users", 300_rps, [&](ProgramWriter& p) { p.call(same); });
  EXPECT_NEAR(solution.classes[0].mean.value / solved(*plain.build()).classes[0].mean.value, 1, 1e-9);
}

/// With a seat for each server, whoever waits for the server waits outside: seats are as full as servers.
TEST(Solve, WhoWaitsForASeatHoldsNone) {
  PlanBuilder builder;
  plan::Pool slot = servers(1);
  slot.seats = 1;
  const plan::Index station = builder.station("slot", slot, Law::exponential(10_ms));
  builder.source("users", 80_rps, [&](ProgramWriter& p) { p.call(station); });
  const Solution solution = solved(*builder.build());
  ASSERT_EQ(solution.bottlenecks.size(), 2u);
  for (const Bottleneck& each : solution.bottlenecks) {
    EXPECT_NEAR(each.saturatesAt.value, 1 / 0.8, 1e-9) << each.kind;
  }
}

TEST(Solve, TokensAndConnectionsAreServersHeldForTheCall) {
  PlanBuilder builder;
  plan::Tokens pool;
  pool.size = 8;
  pool.waits = true;
  const plan::Index tokens = builder.tokens("connections", pool);
  const plan::Index db = builder.station("db", servers(0), Law::exponential(50_ms));
  const plan::Index outer = builder.program("outer", plan::kNone, [&](ProgramWriter& p) {
    p.take(tokens);
    p.call(db);
  });
  const plan::Index link = builder.link("in", outer);
  builder.source("users", 120_rps, [&](ProgramWriter& p) { p.call(link); });
  const Solution solution = solved(*builder.build());
  // M/M/8 at 6 erlangs.
  EXPECT_NEAR(keyed(solution.tokens, "connections").held.value, 6, 1e-6);
  EXPECT_GT(keyed(solution.tokens, "connections").wait.value, 0);
  expectWithin(keyed(solution.tokens, "connections").wait, 0.0089);
  EXPECT_FALSE(solved(*builder.build(), 1.4).isStable);
}

TEST(Solve, SaysWhatItCannotRepresent) {
  PlanBuilder builder;
  plan::Tokens adaptive;
  adaptive.adaptive = plan::AdaptiveLimit{};
  const plan::Index tokens = builder.tokens("limit", adaptive);
  const plan::Index station = builder.station("server", servers(1), Law::exponential(10_ms));
  builder.source("users", 10_rps, [&](ProgramWriter& p) {
    p.take(tokens);
    p.call(station);
  });
  const Solution solution = solved(*builder.build());
  ASSERT_FALSE(solution.unrepresented.empty());
  EXPECT_EQ(solution.unrepresented[0].element, "limit");
  EXPECT_TRUE(solution.unrepresented[0].isFatal);
  EXPECT_FALSE(solution.classes[0].mean.isSolved());
  EXPECT_NE(solution.classes[0].mean.why.find("limit"), std::string::npos);
}

/// The lesser of two at random, of a hundred servers that share: as many are there as in the supermarket
/// model (Mitzenmacher 2001: 2.614 s at 90 %); simulated are 2.620 s. At random it would be 10 s.
TEST(Solve, SharedServersAreChosenByHowManyAreThere) {
  PlanBuilder builder;
  plan::Pool each = servers(1);
  each.order = plan::ServiceOrder::Sharing;
  const plan::Index link = builder.station("web", sim::test::instances(100, each), Law::exponential(1_s));
  builder.source("users", 90_rps, [&](ProgramWriter& p) { p.call(link); });
  builder.raw().links[link].balancing = Balancing::ShortestQueue;
  builder.raw().links[link].choices = 2;
  const Solution solution = solved(*builder.build());
  const Figure& mean = solution.classes[0].mean;
  EXPECT_NEAR(mean.value, 2.620, 0.1);
  EXPECT_EQ(mean.exactness, Exactness::Approximation);
  EXPECT_LT(mean.band, 0.5);
}

/// Writes that a cache passes on later are work of whatever it writes to, which nobody else calls here.
TEST(Solve, WritesGoOnFromACache) {
  PlanBuilder builder;
  builder.keys(builder.requestClass("write"), 100, 0.8);
  plan::Cache cache;
  cache.capacity = 10;
  cache.writeBack = builder.station("origin", servers(1), Law::exponential(1_ms));
  cache.writeBackAfter = 1_s;
  const plan::Index kept = builder.cache("cache", cache);
  builder.source("users", 50_rps, [&](ProgramWriter& p) { p.fillWrite(kept); });
  const Solution solution = solved(*builder.build());
  ASSERT_EQ(solution.pools.size(), 1u);
  EXPECT_NEAR(solution.pools[0].utilisation.value, 0.05, 1e-9);
}

/// Two classes of users who think, at one station each of whose pieces of work takes 100 ms.
PlanBuilder twoKindsOfUsers(const plan::Pool& pool, std::uint8_t second) {
  PlanBuilder builder;
  const plan::Index kinds[] = {builder.requestClass("a"), builder.requestClass("b")};
  builder.raw().classes[kinds[1]].priority = second;
  const plan::Index link = builder.station("p", pool, Law::exponential(100_ms));
  for (const plan::Index kind : kinds) {
    const plan::Index source = builder.source(
        builder.raw().classes[kind].key, 1_rps, [&](ProgramWriter& p) { p.call(link); },
        ArrivalProcess::Poisson, kind);
    builder.raw().sources[source].kind = plan::SourceKind::Closed;
    builder.raw().sources[source].users = 10;
    builder.raw().sources[source].think = Law::exponential(1_s);
  }
  return builder;
}

/// Mean value analysis knows no order but that of arrival, no slowing down, and no mixed station of several
/// servers: simulated are 342 and 3,006 ms by priority, where it has 1,004 for both.
TEST(Solve, SaysNothingOfUsersThatMeanValueAnalysisDoesNotKnow) {
  EXPECT_TRUE(solved(*twoKindsOfUsers(servers(1), 1).build()).classes[0].mean.isSolved());
  plan::Pool byPriority = servers(1);
  byPriority.order = plan::ServiceOrder::Priority;
  EXPECT_TRUE(solved(*twoKindsOfUsers(byPriority, 0).build()).classes[0].mean.isSolved());
  const Solution ranked = solved(*twoKindsOfUsers(byPriority, 1).build());
  EXPECT_FALSE(ranked.classes[0].mean.isSolved());
  EXPECT_NE(ranked.classes[0].mean.why.find("by priority"), std::string::npos) << ranked.classes[0].mean.why;

  plan::Pool slowing = servers(1);
  slowing.contention = 0.1;
  EXPECT_FALSE(solved(*twoKindsOfUsers(slowing, 0).build()).classes[0].mean.isSolved());

  PlanBuilder mixed = twoKindsOfUsers(servers(3), 0);
  mixed.raw().sources[1].kind = plan::SourceKind::Open;
  EXPECT_FALSE(solved(*mixed.build()).classes[1].mean.isSolved());
}

TEST(Solve, RefusesProgramsThatGoBackwards) {
  PlanBuilder builder;
  const plan::Index station = builder.station("server", servers(1), Law::exponential(10_ms));
  builder.source("users", 10_rps, [&](ProgramWriter& p) {
    const plan::Index begin = p.here();
    p.call(station);
    p.repeatWithChance(0.5, begin);
  });
  const auto plan = builder.build();
  const Result<Solution> solution = solve(*plan, *plan::visits(*plan));
  ASSERT_FALSE(solution.ok());
  EXPECT_EQ(solution.error().code, "analytic.loop");
}

/// Primary with replicas that also apply the writes (NW-19): M/G/1 with a mixture.
TEST(Solve, ReplicasThatApplyWritesAreMixtures) {
  PlanBuilder builder;
  const plan::Index reads = builder.requestClass("read");
  const plan::Index writes = builder.requestClass("write");
  const plan::Index replica = builder.pool("replica", servers(1));
  const plan::Index read =
      builder.program("read", replica, [](ProgramWriter& p) { p.work(Law::exponential(5_ms)); });
  const plan::Index apply =
      builder.program("apply", replica, [](ProgramWriter& p) { p.work(Law::constant(1_ms)); });
  const plan::Index toRead = builder.link("to-read", read);
  const plan::Index toApply = builder.link("to-apply", apply);
  builder.source(
      "readers", perSecond(400.0 / 3), [&](ProgramWriter& p) { p.call(toRead); }, ArrivalProcess::Poisson,
      reads);
  builder.source(
      "writers", 100_rps, [&](ProgramWriter& p) { p.call(toApply); }, ArrivalProcess::Poisson, writes);
  const Solution solution = solved(*builder.build());
  expectExact(keyed(solution.classes, "read").mean, 0.0195);
  expectExact(keyed(solution.classes, "write").mean, 0.0155);
  expectExact(keyed(solution.pools, "replica").utilisation, 0.7666666667);
}

/// 200 messages a second come within 20 ms of the first one four at a time, so that five are a batch, or
/// within 100 ms as many as it may have.
TEST(Solve, LoadsWhatIsBehindBatchesThatWaitToBeFilled) {
  for (const auto& [linger, batch] : {std::pair(20_ms, 5.0), std::pair(100_ms, 10.0)}) {
    PlanBuilder builder;
    const plan::Index station = builder.station("consumers", servers(1), Law::constant(10_ms));
    plan::Log topic;
    topic.partitions = 8;
    const plan::Index log = builder.log("topic", topic);
    plan::ConsumerGroup group;
    group.batch = 10;
    group.linger = linger;
    builder.group(log, station, group);
    builder.source("producers", 200_rps, [&](ProgramWriter& p) { p.publish(log); });
    const Solution solution = solved(*builder.build());
    EXPECT_NEAR(keyed(solution.pools, "consumers").utilisation.value, 200 / batch * 0.01, 0.01);
  }
}

/// One instance more makes the fullest pool faster.
TEST(Solve, KnowsWhatAnInstanceMoreChanges) {
  PlanBuilder builder;
  const plan::Index station =
      builder.station("server", shared(sim::test::instances(2, servers(1))), Law::exponential(10_ms));
  builder.source("users", 180_rps, [&](ProgramWriter& p) { p.call(station); });
  const auto plan = builder.build();
  const Result<Solution> solution = solve(*plan, *plan::visits(*plan));
  ASSERT_TRUE(solution.ok());
  ASSERT_EQ(solution->sensitivities.size(), 1u);
  EXPECT_EQ(solution->sensitivities[0].pool, "server");
  PlanBuilder larger;
  const plan::Index three =
      larger.station("server", shared(sim::test::instances(3, servers(1))), Law::exponential(10_ms));
  larger.source("users", 180_rps, [&](ProgramWriter& p) { p.call(three); });
  EXPECT_NEAR(solution->sensitivities[0].p99Change.value,
              solved(*larger.build()).classes[0].p99.value - solution->classes[0].p99.value, 1e-9);
}

TEST(Solve, IsTheSameEveryTime) {
  const compile::Compiled compiled =
      compiledFile(std::string(CANTILEVER_SOURCE_DIR) + "/templates/high_traffic_web.json");
  ASSERT_NE(compiled.plan, nullptr);
  const Solution first = solved(*compiled.plan);
  const Solution second = solved(*compiled.plan);
  for (std::size_t k = 0; k < first.classes.size(); ++k) {
    EXPECT_EQ(first.classes[k].p99.value, second.classes[k].p99.value);
  }
  expectLaws(first);
}

}  // namespace
}  // namespace cantilever::analytic::test
