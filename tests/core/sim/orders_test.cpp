#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "core/compile/compile.h"
#include "core/exchange/action_log.h"
#include "core/exchange/reports.h"
#include "core/experiment/run_stability.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

/// What a scenario or a hand orders and nothing breaks by: instances that drain, copies that are promoted,
/// weights, sizes and rates of limits, factors of latencies. Schedules worked by hand.
namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using cantilever::test::design;
using cantilever::test::DesignBuilder;
using plan::Refill;
using ::testing::HasSubstr;
using Kind = Happening::Kind;

std::vector<Happening> ordersOf(const RunResult& run, Kind kind) {
  std::vector<Happening> all;
  for (const Happening& each : run.happenings) {
    if (each.kind == kind) {
      all.push_back(each);
    }
  }
  return all;
}

plan::Action orderOf(Duration at, Change change, plan::Index pool, double value) {
  plan::Action action;
  action.at = at;
  action.change = change;
  action.pool = pool;
  action.value = value;
  return action;
}

/// A request every 10 ms at instances that work for 25 ms, in turn.
PlanBuilder inTurn(std::uint32_t count, const Law& work = Law::constant(25_ms)) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", instances(count, servers(1)), work, roundRobin());
  builder.source(
      "users", 100_rps, [=](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  return builder;
}

TEST(Drain, AnInstanceFinishesWhatItHoldsAndGoes) {
  // At instance 0: 10 .. 35 and 30 .. 60; at instance 1 from 42 ms on all that comes.
  PlanBuilder builder = inTurn(2);
  plan::Action drain = orderOf(42_ms, Change::Drain, 0, 1);
  drain.firstInstance = drain.lastInstance = 0;
  builder.raw().actions.push_back(drain);
  const RunResult run = runFor(500_ms, builder);
  ASSERT_EQ(ordersOf(run, Kind::Draining).size(), 1u);
  EXPECT_EQ(ordersOf(run, Kind::Draining)[0].atNs, 42 * kMs);
  EXPECT_EQ(ordersOf(run, Kind::Draining)[0].instance, 0u);
  ASSERT_EQ(ordersOf(run, Kind::Retired).size(), 1u);
  EXPECT_EQ(ordersOf(run, Kind::Retired)[0].atNs, 60 * kMs);
  EXPECT_EQ(run.classes[0].failedTotal(), 0u);
  EXPECT_EQ(run.pools[0].busyNs, static_cast<std::uint64_t>(50 + 480) * kMs);  // the other from 20 ms on
}

TEST(Drain, OfAShareOrAsManyAsItSays) {
  const auto drained = [](double value) {
    PlanBuilder builder = inTurn(8, Law::constant(1_ms));
    builder.action(42_ms, Change::Drain, 0, value);
    return ordersOf(runFor(100_ms, builder), Kind::Retired).size();
  };
  EXPECT_EQ(drained(0.5), 4u);
  EXPECT_EQ(drained(0.3), 2u) << "2.4 of 8";
  EXPECT_EQ(drained(1), 1u);
  EXPECT_EQ(drained(3), 3u);
  EXPECT_EQ(drained(100), 8u);
  EXPECT_EQ(drained(0), 0u);
}

TEST(Drain, WhoIsOrderedAgainComesBack) {
  PlanBuilder builder = inTurn(2, Law::constant(1_ms));
  builder.action(42_ms, Change::Drain, 0, 2).action(142_ms, Change::SetInstances, 0, 2);
  const RunResult run = runFor(200_ms, builder);
  EXPECT_EQ(run.classes[0].failed[static_cast<std::size_t>(plan::Reason::NoHealthyInstance)], 10u);
  EXPECT_EQ(run.classes[0].succeeded, 4u + 5u);
}

/// Writes at 10 ms, 20 ms ... work for 1 ms; two copies, of which the second is half as fast, take 15 and 30
/// ms for each.
PlanBuilder promoting(std::uint32_t standbys, bool failsOver = false) {
  PlanBuilder builder;
  const plan::Index log = builder.log("writes");
  const plan::Index primary = builder.pool("primary", servers(1));
  plan::Pool both = instances(2, servers(1));
  both.speeds = {1, 0.5};
  const plan::Index copies = builder.pool("copies", both);
  const plan::Index write = builder.link("write", builder.program("write", primary, [&](ProgramWriter& p) {
    p.work(Law::constant(1_ms)).publish(log);
  }));
  const plan::Index apply = builder.link("apply", builder.program("apply", copies, [](ProgramWriter& p) {
    p.workPerTarget(Law::constant(15_ms));
  }));
  plan::ConsumerGroup group;
  group.delivery = plan::Delivery::Every;
  group.follows = group.takesOver = true;
  builder.group(log, apply, group);
  plan::Store store;
  store.key = "store";
  store.pool = primary;
  store.log = log;
  store.standbys = standbys;
  store.failsOver = failsOver;
  store.promotion = Law::constant(20_ms);
  builder.raw().stores.push_back(store);
  builder.source(
      "writers", 100_rps, [=](ProgramWriter& p) { p.call(write); }, ArrivalProcess::Deterministic);
  return builder;
}

// As in Store.TheCopyThatIsLeastBehindTakesOver: of nine writes the first copy has read six, the second
// three.
TEST(Promote, ByOrderNobodyHasToNotice) {
  PlanBuilder builder = promoting(0);
  builder.action(95_ms, Change::Promote, 0, 1);
  const RunResult run = runFor(250_ms, builder);
  EXPECT_EQ(run.stores[0].failovers, 1u);
  EXPECT_EQ(run.stores[0].lostWrites, 3u);
  EXPECT_EQ(run.stores[0].downNs, 20 * kMs);
  EXPECT_TRUE(ordersOf(run, Kind::Detected).empty());
  ASSERT_EQ(ordersOf(run, Kind::Promoted).size(), 1u);
  EXPECT_EQ(ordersOf(run, Kind::Promoted)[0].atNs, 115 * kMs);
  EXPECT_EQ(ordersOf(run, Kind::Promoted)[0].instance, 0u);
  EXPECT_EQ(failures(run, plan::Reason::NoHealthyInstance), 2u) << "at 100 and 110 ms";
  ASSERT_EQ(ordersOf(run, Kind::Rejoined).size(), 1u) << "nothing is wrong with the former primary";
  EXPECT_EQ(ordersOf(run, Kind::Rejoined)[0].atNs, 115 * kMs);
  EXPECT_EQ(ordersOf(run, Kind::Rejoined)[0].pool, 1u);
}

TEST(Promote, TheCopyThatIsNamedIsTheOne) {
  PlanBuilder builder = promoting(0);
  plan::Action promote = orderOf(95_ms, Change::Promote, 1, 1);
  promote.firstInstance = promote.lastInstance = 1;
  builder.raw().actions.push_back(promote);
  const RunResult run = runFor(250_ms, builder);
  EXPECT_EQ(run.stores[0].lostWrites, 6u);
  ASSERT_EQ(ordersOf(run, Kind::Promoted).size(), 1u);
  EXPECT_EQ(ordersOf(run, Kind::Promoted)[0].instance, 1u);
}

TEST(Promote, AStandbyHasEveryWriteAndChangesPlaces) {
  PlanBuilder builder = promoting(1);
  builder.action(95_ms, Change::Promote, 0, 1).action(195_ms, Change::Promote, 0, 1);
  const RunResult run = runFor(300_ms, builder);
  EXPECT_EQ(run.stores[0].failovers, 2u);
  EXPECT_EQ(run.stores[0].lostWrites, 0u);
  EXPECT_EQ(run.stores[0].downNs, 40 * kMs);
  EXPECT_EQ(ordersOf(run, Kind::Rejoined).size(), 2u);
}

// Where nothing fails over by itself, the outage of a primary ends by hand.
TEST(Promote, EndsAnOutage) {
  PlanBuilder builder = promoting(0);
  builder.action(95_ms, Change::KillInstances, 0, 1).action(145_ms, Change::Promote, 0, 1);
  const RunResult run = runFor(300_ms, builder);
  EXPECT_EQ(run.stores[0].failovers, 1u);
  EXPECT_EQ(run.stores[0].downNs, 70 * kMs);
  EXPECT_TRUE(ordersOf(run, Kind::Rejoined).empty()) << "the former one is dead";
}

TEST(Promote, WithoutACopyThatCouldTakeOverThePrimaryGoesOn) {
  PlanBuilder builder = promoting(0);
  builder.action(50_ms, Change::KillInstances, 1, 2).action(95_ms, Change::Promote, 0, 1);
  const RunResult run = runFor(250_ms, builder);
  EXPECT_EQ(run.stores[0].failovers, 0u);
  EXPECT_EQ(run.stores[0].downNs, 0);
  EXPECT_EQ(run.classes[0].failedTotal(), 0u);
}

// The copies die before the promotion is done: a standby takes over, or the one that gave way goes on.
TEST(Promote, DoesNotEndInNobody) {
  const auto dying = [](std::uint32_t standbys) {
    PlanBuilder builder = promoting(standbys);
    plan::Action promote = orderOf(95_ms, Change::Promote, 1, 1);
    promote.firstInstance = promote.lastInstance = 1;
    builder.raw().actions.push_back(promote);
    builder.action(100_ms, Change::KillInstances, 1, 2);
    return runFor(250_ms, builder);
  };
  const RunResult back = dying(0);
  EXPECT_EQ(back.stores[0].failovers, 0u);
  EXPECT_EQ(back.stores[0].downNs, 20 * kMs);
  EXPECT_TRUE(ordersOf(back, Kind::Promoted).empty());
  ASSERT_EQ(ordersOf(back, Kind::Restored).size(), 1u);
  EXPECT_EQ(ordersOf(back, Kind::Restored)[0].pool, 0u);
  const RunResult replaced = dying(1);
  EXPECT_EQ(replaced.stores[0].failovers, 1u);
  EXPECT_EQ(replaced.stores[0].lostWrites, 0u);
  EXPECT_EQ(replaced.stores[0].downNs, 20 * kMs);
}

// Nobody takes the place of a primary that was drained, until that is ordered, too.
TEST(Promote, AfterAPrimaryWasDrained) {
  PlanBuilder builder = promoting(0, true);
  builder.action(95_ms, Change::Drain, 0, 1);
  const RunResult gone = runFor(250_ms, builder);
  EXPECT_EQ(gone.stores[0].failovers, 0u);
  EXPECT_EQ(gone.stores[0].downNs, 155 * kMs);
  EXPECT_TRUE(ordersOf(gone, Kind::Detected).empty());
  builder.action(145_ms, Change::Promote, 0, 1);
  const RunResult taken = runFor(250_ms, builder);
  EXPECT_EQ(taken.stores[0].failovers, 1u);
  EXPECT_EQ(taken.stores[0].downNs, 70 * kMs);
}

TEST(Weights, OfInstancesChange) {
  PlanBuilder builder;
  plan::Link weighted;
  weighted.balancing = Balancing::Weighted;
  weighted.weights = {1, 0};
  const plan::Index link = builder.station("web", instances(2, servers(1)), Law::constant(1_ms), weighted);
  builder.source(
      "users", 100_rps, [=](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  for (const auto& [instance, weight] : {std::pair{0u, 0.0}, std::pair{1u, 5.0}}) {
    plan::Action change = orderOf(255_ms, Change::InstanceWeight, 0, weight);
    change.firstInstance = change.lastInstance = instance;
    builder.raw().actions.push_back(change);
  }
  const RunResult run = runFor(1_s, builder);
  EXPECT_NEAR(run.pools[0].instanceUtilisation[0], 0.025, 1e-9);  // 10 .. 250 ms
  EXPECT_NEAR(run.pools[0].instanceUtilisation[1], 0.074, 1e-9);  // 260 .. 990 ms
  EXPECT_EQ(ordersOf(run, Kind::WeightSet).size(), 2u);
}

DesignBuilder twoRoutes() {
  return design()
      .block("users", "source")
      .block("old", "pool")
      .param("service", Law::constant(1_ms))
      .block("new", "pool")
      .param("service", Law::constant(1_ms))
      .link("users", "old")
      .role(LinkRole::Route)
      .weight(1)
      .link("users", "new")
      .role(LinkRole::Route)
      .weight(0)
      .workload("users", 100_rps)
      .deterministic();
}

RunResult runWithOrders(const Design& drawn, Duration duration) {
  const compile::Compiled compiled = compile::compile(drawn, catalog::Catalog::builtIn(), {ScenarioId("s")});
  EXPECT_NE(compiled.plan, nullptr) << compiled.diagnostics.front().message;
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  return compiled.plan == nullptr ? RunResult{} : *simulate(compiled.plan, config);
}

TEST(Weights, OfRoutesMoveTheLoad) {
  const RunResult run = runWithOrders(twoRoutes()
                                          .scenario("s")
                                          .atLink(255_ms, Change::RouteWeight, "users-new", 1)
                                          .atLink(255_ms, Change::RouteWeight, "users-old", 0),
                                      1_s);
  for (const PoolResult& pool : run.pools) {
    EXPECT_EQ(pool.served, pool.key == "old" ? 25u : 74u) << pool.key;
  }
}

TEST(Limits, AreSetWhileSomeAreTaken) {
  PlanBuilder builder;
  plan::Tokens connections;
  connections.size = 2;
  connections.waits = true;
  const plan::Index tokens = builder.tokens("connections", connections);
  const plan::Index link = builder.station("db", unlimitedServers(), Law::constant(100_ms));
  builder.source(
      "users", 100_rps, [=](ProgramWriter& p) { p.take(tokens).call(link); }, ArrivalProcess::Deterministic);
  const auto resize = [&](Duration at, double size) {
    plan::Action change;
    change.at = at;
    change.change = Change::SetSize;
    change.tokens = tokens;
    change.value = size;
    builder.raw().actions.push_back(change);
  };
  // 10 and 20 ms take both; of those that come back at 110 and 120 ms only the second is given out again.
  resize(50_ms, 1);
  resize(150_ms, 3);  // then two more are
  const RunResult run = runFor(160_ms, builder);
  EXPECT_EQ(run.tokens[0].granted, 5u);
  EXPECT_EQ(run.tokens[0].maxHeld, 3u);
  EXPECT_EQ(run.tokens[0].size, 3u);
  EXPECT_EQ(run.tokens[0].waiting.maxNs(), 110 * kMs);  // who came at 40 ms
  ASSERT_EQ(ordersOf(run, Kind::SizeSet).size(), 2u);
  EXPECT_EQ(ordersOf(run, Kind::SizeSet)[1].tokens, tokens);
}

RunResult limitedTo(plan::Tokens limit, double rate, Duration duration) {
  PlanBuilder builder;
  const plan::Index tokens = builder.tokens("limit", std::move(limit));
  builder.source(
      "users", 100_rps, [=](ProgramWriter& p) { p.take(tokens); }, ArrivalProcess::Deterministic);
  plan::Action change;
  change.at = 50_ms;
  change.change = Change::SetRate;
  change.tokens = tokens;
  change.value = rate;
  builder.raw().actions.push_back(change);
  return runFor(duration, builder);
}

TEST(Limits, FillAtTheRateThatWasSetLast) {
  plan::Tokens limit;
  limit.size = 1;
  limit.refill = Refill::Continuous;
  limit.rate = 10_rps;
  limit.waits = true;
  // One at 10 ms; 0.4 of one are there at 50 ms, the rest of it at 56 ms, and then one each 10 ms.
  const RunResult faster = limitedTo(limit, 100, 100_ms);
  EXPECT_EQ(faster.tokens[0].granted, 6u);
  EXPECT_EQ(faster.tokens[0].waiting.maxNs(), 36 * kMs) << "who came at 20 ms, 30 ms ...";
  const RunResult never = limitedTo(limit, 0, 10_s);
  EXPECT_EQ(never.tokens[0].granted, 1u);
}

TEST(Limits, OfAWindowLetAsManyMorePass) {
  plan::Tokens limit;
  limit.size = 2;
  limit.refill = Refill::FixedWindow;
  limit.window = 100_ms;
  const RunResult run = limitedTo(limit, 50, 105_ms);  // five in a window: at 50, 60 and 70 ms, and at 100 ms
  EXPECT_EQ(run.tokens[0].granted, 6u);
  EXPECT_EQ(run.tokens[0].refused, 4u);
}

TEST(Latency, IsScaledBeforeItIsAddedTo) {
  PlanBuilder builder;
  const plan::Index link =
      builder.station("web", servers(1), Law::constant(1_ms), withLatency(Law::constant(10_ms)));
  builder.source(
      "users", 10_rps, [=](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  const auto change = [&](Duration at, Change what, double value) {
    plan::Action action = orderOf(at, what, plan::kNone, value);
    action.link = link;
    builder.raw().actions.push_back(action);
  };
  change(105_ms, Change::ScaleLatency, 3);    // the way back of the first: 10 + 1 + 30
  change(150_ms, Change::AddLatency, 0.005);  // the second: 35 + 1 + 35
  change(280_ms, Change::ScaleLatency, 0.5);  // the third: 10 + 1 + 10
  change(350_ms, Change::ScaleLatency, 1);    // the fourth: 15 + 1 + 15
  const RunResult run = runFor(450_ms, builder);
  EXPECT_EQ(run.latency.count(), 4u);
  EXPECT_DOUBLE_EQ(run.latency.meanNs(), (41 + 71 + 21 + 31) / 4.0 * kMs);
  EXPECT_EQ(run.latency.maxNs(), 71 * kMs);
}

TEST(Latency, BetweenZonesIsScaled) {
  // 0.8 ms there and back within a region (core/compile/latency.cpp), and 1 ms of work.
  const auto between = [](const char* from, double factor) {
    return runWithOrders(design()
                             .zone("eu", ZoneKind::Region)
                             .zone("a", ZoneKind::AvailabilityZone, "eu")
                             .zone("b", ZoneKind::AvailabilityZone, "eu")
                             .block("users", "source")
                             .in(from)
                             .block("web", "pool")
                             .in("b")
                             .param("service", Law::constant(1_ms))
                             .link("users", "web")
                             .workload("users", 100_rps)
                             .deterministic()
                             .scenario("s")
                             .atZone(505_ms, Change::ScaleZoneLatency, "a", "b", factor),
                         999_ms);
  };
  const RunResult apart = between("a", 10);
  EXPECT_EQ(apart.latency.maxNs(), 9 * kMs);
  EXPECT_EQ(apart.latency.countUpTo(1'800'000), 50u);
  EXPECT_EQ(between("b", 10).latency.maxNs(), 1'300'000) << "within the zone nothing has changed";
}

// 40 ms there, 60 ms back, and 1 ms of work.
TEST(Latency, IsThatOfEachDirection) {
  const RunResult run = runWithOrders(design()
                                          .zone("eu", ZoneKind::Region)
                                          .zone("us", ZoneKind::Region)
                                          .zoneParam("eu", "ways", std::string("us 40 ms"))
                                          .zoneParam("us", "ways", std::string("eu 60 ms"))
                                          .block("users", "source")
                                          .in("eu")
                                          .block("web", "pool")
                                          .in("us")
                                          .param("service", Law::constant(1_ms))
                                          .link("users", "web")
                                          .workload("users", 5_rps)
                                          .deterministic()
                                          .scenario("s"),
                                      2_s);
  EXPECT_EQ(run.latency.maxNs(), 101 * kMs);
}

// What was turned away because there is no room at all was not kept for others.
TEST(Limits, OfSizeZeroRefuse) {
  for (const Refill refill : {Refill::Continuous, Refill::SlidingWindow, Refill::OnGive}) {
    PlanBuilder builder;
    plan::Tokens limit;
    limit.size = 5;
    limit.refill = refill;
    limit.rate = 1000_rps;
    limit.window = 10_ms;
    const plan::Index tokens = builder.tokens("limit", limit);
    builder.source(
        "users", 100_rps, [=](ProgramWriter& p) { p.take(tokens); }, ArrivalProcess::Deterministic);
    plan::Action close;
    close.at = 55_ms;
    close.change = Change::SetSize;
    close.tokens = tokens;
    close.value = 0;
    builder.raw().actions.push_back(close);
    const RunResult run = runFor(105_ms, builder);
    EXPECT_EQ(run.tokens[0].granted, 5u);
    EXPECT_EQ(failures(run, plan::Reason::RateLimited), 5u);
    EXPECT_EQ(failures(run, plan::Reason::Shed), 0u);
  }
}

// A scenario that weighs routes is repeated from its log without the scenario.
TEST(Orders, OfAScenarioAreRepeatedFromItsLog) {
  const Design drawn = twoRoutes().scenario("s").atLink(255_ms, Change::RouteWeight, "users-new", 3).build();
  const RunResult first = runWithOrders(drawn, 1_s);
  const std::string json = exchange::runJson(drawn, first, {}, {});
  const compile::Compiled plain = compile::compile(drawn, catalog::Catalog::builtIn());
  ASSERT_NE(plain.plan, nullptr);
  const auto log = exchange::readActionLog(json, "run.json", *plain.plan);
  ASSERT_TRUE(log.ok()) << log.error().message;
  RunConfig config;
  config.warmup = Duration();
  config.duration = 1_s;
  Simulation again = *Simulation::create(plain.plan, config);
  for (const plan::Action& order : log->actions) {
    again.post(order);
  }
  again.advanceTo(again.end());
  EXPECT_EQ(again.result().digest, first.digest);
}

// Orders by hand are logged as applied, written, read again, and repeat the run to the bit.
TEST(Orders, ByHandAreRepeatedFromTheirLog) {
  const auto plan = [] {
    PlanBuilder builder = promoting(1);
    plan::Link weighted = withLatency(Law::exponential(2_ms));
    weighted.balancing = Balancing::Weighted;
    const plan::Index web =
        builder.station("web", instances(3, servers(2)), Law::exponential(20_ms), weighted);
    plan::Tokens limit;
    limit.size = 5;
    limit.refill = Refill::Continuous;
    limit.rate = 200_rps;
    const plan::Index tokens = builder.tokens("limit", limit);
    builder.source("users", 150_rps, [=](ProgramWriter& p) { p.take(tokens).call(web); });
    return builder.build();
  }();
  RunConfig config;
  config.duration = 3_s;
  const auto ordered = [&](Duration at, Change change, plan::Index pool, double value) {
    return orderOf(at, change, pool, value);
  };
  std::vector<plan::Action> orders = {ordered(5100_ms, Change::Drain, 2, 1),
                                      ordered(5200_ms, Change::Promote, 0, 1),
                                      ordered(5300_ms, Change::InstanceWeight, 2, 7),
                                      ordered(5400_ms, Change::SetSize, plan::kNone, 50),
                                      ordered(5500_ms, Change::SetRate, plan::kNone, 50),
                                      ordered(5600_ms, Change::ScaleLatency, plan::kNone, 4)};
  orders[2].firstInstance = orders[2].lastInstance = 1;
  orders[3].tokens = orders[4].tokens = 0;
  orders[5].link = 2;
  Simulation live = *Simulation::create(plan, config);
  for (const plan::Action& order : orders) {
    live.advanceTo(order.at - 50_ms);
    live.post(order);
  }
  live.advanceTo(live.end());
  const RunResult first = live.result();
  ASSERT_EQ(first.actionLog.size(), orders.size());
  const std::string json = exchange::runJson(Design(), first, {}, experiment::stabilityOf(*plan, first));
  const auto log = exchange::readActionLog(json, "run.json", *plan);
  ASSERT_TRUE(log.ok()) << log.error().message;
  EXPECT_EQ(log->actions, first.actionLog);
  Simulation again = *Simulation::create(plan, config);
  for (const plan::Action& order : log->actions) {
    again.post(order);
  }
  again.advanceTo(again.end());
  EXPECT_EQ(again.result().digest, first.digest);
  Simulation without = *Simulation::create(plan, config);
  without.advanceTo(without.end());
  EXPECT_NE(without.result().digest, first.digest);
}

std::vector<Diagnostic> remarksOn(const Design& drawn) {
  return compile::compile(drawn, catalog::Catalog::builtIn(), {ScenarioId("s")}).diagnostics;
}

bool has(const std::vector<Diagnostic>& all, const std::string& code) {
  return std::any_of(all.begin(), all.end(), [&](const Diagnostic& each) { return each.code == code; });
}

TEST(Orders, ThatNobodyCanFollowAreRemarkedOn) {
  const DesignBuilder plain = design()
                                  .block("users", "source")
                                  .block("web", "pool")
                                  .link("users", "web")
                                  .workload("users", 10_rps)
                                  .scenario("s");
  const auto at = [&](Change change, const std::string& target) {
    return remarksOn(DesignBuilder(plain).at(1_s, change, target, 1));
  };
  EXPECT_TRUE(has(at(Change::Promote, "web"), "scenario.nobody_to_promote"));
  EXPECT_TRUE(has(at(Change::InstanceWeight, "web"), "scenario.no_weights"));
  EXPECT_TRUE(has(at(Change::SetSize, "web"), "scenario.no_tokens"));
  EXPECT_TRUE(has(at(Change::SetRate, "web"), "scenario.no_tokens"));
  EXPECT_FALSE(has(at(Change::Drain, "web"), "scenario.no_instances"));
  const auto atLink = [&](Change change, const std::string& link) {
    return remarksOn(DesignBuilder(plain).atLink(1_s, change, link, 1));
  };
  EXPECT_TRUE(has(atLink(Change::SetSize, "users-web"), "scenario.no_tokens"));
  EXPECT_TRUE(atLink(Change::ScaleLatency, "users-web").empty());
  EXPECT_TRUE(has(atLink(Change::RouteWeight, "users-web"), "scenario.no_route"));
  for (const auto& [change, link] :
       {std::pair{Change::RouteWeight, ""}, std::pair{Change::ScaleLatency, "users-db"}}) {
    EXPECT_TRUE(has(atLink(change, link), "scenario.event")) << link;
  }
  const DesignBuilder limited = design()
                                    .block("users", "source")
                                    .block("limit", "tokens")
                                    .param("size", 3)
                                    .param("refill", "sliding_window")
                                    .link("users", "limit")
                                    .workload("users", 10_rps)
                                    .scenario("s");
  EXPECT_TRUE(
      has(remarksOn(DesignBuilder(limited).at(1_s, Change::SetSize, "limit", 2e6)), "scenario.tokens"));
}

/// One connection, and from 55 ms on three, to a server that takes 100 ms for each call.
RunResult withMoreConnections(DesignBuilder drawn) {
  return runWithOrders(drawn.linkParam("connections", 1)
                           .workload("users", 100_rps)
                           .deterministic()
                           .scenario("s")
                           .atLink(55_ms, Change::SetSize, "users-web", 3),
                       105_ms);
}

TEST(Orders, MayBeOfTheConnectionsOfALink) {
  const DesignBuilder drawn = design()
                                  .block("users", "source")
                                  .block("web", "pool")
                                  .param("servers", 100)
                                  .param("service", Law::constant(100_ms))
                                  .link("users", "web");
  const RunResult run = withMoreConnections(drawn);
  ASSERT_EQ(run.tokens.size(), 1u);
  EXPECT_EQ(run.tokens[0].granted, 3u);  // at 10 ms, and two at 55 ms
  EXPECT_EQ(run.tokens[0].maxHeld, 3u);
  // Calls that go in batches have their connections behind the batching.
  const RunResult batched =
      withMoreConnections(DesignBuilder(drawn).linkParam("call_batch", 2).linkParam("call_linger", 1_ms));
  ASSERT_EQ(batched.tokens.size(), 1u);
  EXPECT_EQ(batched.tokens[0].maxHeld, 3u);
}

// What was missed is put into the cache by the same way.
TEST(Orders, OnALookUpAreOnItsFillsToo) {
  const compile::Compiled compiled = compile::compile(design()
                                                          .block("users", "source")
                                                          .block("web", "pool")
                                                          .block("cache", "cache")
                                                          .link("users", "web")
                                                          .link("web", "cache")
                                                          .role(LinkRole::Lookup)
                                                          .workload("users", 10_rps)
                                                          .scenario("s")
                                                          .atLink(1_s, Change::ScaleLatency, "web-cache", 2),
                                                      catalog::Catalog::builtIn(), {ScenarioId("s")});
  ASSERT_NE(compiled.plan, nullptr);
  std::vector<std::string> slowed;
  for (const plan::Action& action : compiled.plan->actions) {
    slowed.push_back(compiled.plan->links[action.link].key);
  }
  EXPECT_THAT(slowed, testing::ElementsAre("web-cache", "web-cache/fill"));
}

}  // namespace
}  // namespace cantilever::sim
