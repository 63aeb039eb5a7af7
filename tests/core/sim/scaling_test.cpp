// Instances that come and go: by order, by a scaler, by chance (rules 10, 14, 15).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/random.h"
#include "core/sim/scaling.h"
#include "core/sim/simulation.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using plan::Reason;
using ::testing::ElementsAre;

plan::Pool roomFor(std::uint32_t most, plan::Pool pool) {
  pool.maxInstances = most;
  return pool;
}
plan::Pool booting(const Law& law, plan::Pool pool) {
  pool.boot = law;
  return pool;
}
plan::Pool draining(Duration limit, plan::Pool pool) {
  pool.drainLimit = limit;
  return pool;
}

RunConfig fromTheStart(Duration duration) {
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  return config;
}

/// A deterministic request each second that calls one station.
PlanBuilder everySecond(const plan::Pool& pool, const Law& work, const plan::Link& by = {}) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", pool, work, by);
  builder.source(
      "users", 1_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  return builder;
}

/// "0.5 s ordered 1 by scaler" and so on.
std::vector<std::string> story(const RunResult& result) {
  std::vector<std::string> lines;
  for (const Happening& each : result.happenings) {
    if (each.kind == Happening::Kind::Saturated || each.kind == Happening::Kind::Relieved) {
      continue;  // saturation_test.cpp
    }
    lines.push_back(std::to_string(each.atNs / kMs) + " ms " + nameOf(each.kind) + " " +
                    std::to_string(each.instance) + " by " + nameOf(each.cause));
  }
  return lines;
}

TEST(Scaling, NewInstancesTakeWorkWhenTheyHaveBooted) {
  PlanBuilder builder =
      everySecond(booting(Law::constant(2_s), roomFor(3, servers(1))), Law::constant(3_s), roundRobin());
  builder.action(1500_ms, Change::SetInstances, 0, 3);
  const RunResult result = *simulate(builder.build(), fromTheStart(Duration::seconds(7.5)));
  EXPECT_THAT(story(result), ElementsAre("1500 ms ordered 1 by script", "1500 ms ordered 2 by script",
                                         "3500 ms booted 1 by run", "3500 ms booted 2 by run"));
  // Instance 0 alone gets those of 1, 2, 3 s; then round robin goes on: 4 -> 1, 5 -> 2, 6 -> 0, 7 -> 1.
  EXPECT_DOUBLE_EQ(result.pools[0].instanceUtilisation[1], 3500.0 / 4000);
  EXPECT_DOUBLE_EQ(result.pools[0].instanceUtilisation[2], 2500.0 / 4000);
  EXPECT_DOUBLE_EQ(result.pools[0].meanInstances, (7.5 + 2 * 4.0) / 7.5);
  EXPECT_EQ(result.pools[0].instances, 3u);
}

TEST(Scaling, TheNewestDrainsFinishesWhatItHoldsAndGoes) {
  PlanBuilder builder = everySecond(instances(2, servers(1)), Law::constant(3_s), roundRobin());
  builder.action(2500_ms, Change::SetInstances, 0, 1);
  const RunResult result = *simulate(builder.build(), fromTheStart(Duration::seconds(5.5)));
  // 1 s: instance 0 until 4; 2 s: instance 1 until 5; from 2.5 s on all go to instance 0.
  EXPECT_THAT(story(result), ElementsAre("2500 ms draining 1 by script", "5000 ms retired 1 by run"));
  EXPECT_EQ(result.classes[0].succeeded, 2u);
  EXPECT_EQ(result.classes[0].failedTotal(), 0u);
  EXPECT_DOUBLE_EQ(result.pools[0].instanceUtilisation[1], 3.0 / 5.0) << "draining instances count as up";
}

TEST(Scaling, WhatIsOnItsWayOrWaitsThereIsWaitedFor) {
  // The call of 2 s is on its way when its instance begins to drain, and has to wait there.
  PlanBuilder builder = everySecond(instances(2, servers(1)), Law::constant(1_s),
                                    roundRobin(withLatency(Law::constant(700_ms))));
  builder.action(2500_ms, Change::SetInstances, 0, 1);
  const RunResult result = *simulate(builder.build(), fromTheStart(Duration::seconds(4.5)));
  EXPECT_THAT(story(result), ElementsAre("2500 ms draining 1 by script", "3700 ms retired 1 by run"));
  EXPECT_EQ(result.classes[0].succeeded, 2u);
}

TEST(Scaling, AfterTheDrainLimitTheRestFails) {
  PlanBuilder builder =
      everySecond(draining(1_s, instances(2, servers(1))), Law::constant(3_s), roundRobin());
  builder.action(2500_ms, Change::SetInstances, 0, 1);
  const RunResult result = *simulate(builder.build(), fromTheStart(Duration::seconds(4.5)));
  EXPECT_THAT(story(result), ElementsAre("2500 ms draining 1 by script", "3500 ms killed 1 by run"));
  EXPECT_EQ(failures(result, Reason::KilledInFlight), 1u);
  EXPECT_EQ(result.classes[0].succeeded, 1u);
}

TEST(Scaling, AnInstanceThatWasTakenAwayCanBeOrderedAgain) {
  PlanBuilder builder = everySecond(instances(2, servers(1)), Law::constant(100_ms), roundRobin());
  builder.action(1500_ms, Change::SetInstances, 0, 1)
      .action(2500_ms, Change::SetInstances, 0, 2)
      .action(2600_ms, Change::RestoreInstances, 0, 9);
  const RunResult result = *simulate(builder.build(), fromTheStart(Duration::seconds(4.5)));
  EXPECT_THAT(story(result), ElementsAre("1500 ms draining 1 by script", "1500 ms retired 1 by run",
                                         "2500 ms ordered 1 by script", "2500 ms booted 1 by run"));
  EXPECT_EQ(result.classes[0].succeeded, 4u);
}

TEST(Scaling, ADrainingInstanceLeavesTheCommonQueueToOthers) {
  PlanBuilder builder = everySecond(shared(instances(2, servers(1))), Law::constant(3_s));
  builder.action(2500_ms, Change::SetInstances, 0, 1);
  const RunResult result = *simulate(builder.build(), fromTheStart(Duration::seconds(9.5)));
  // Two servers take those of 1 and 2 s. Whichever drains, the other serves the rest one after the other.
  EXPECT_EQ(result.pools[0].served, result.classes[0].succeeded);
  EXPECT_THAT(result.pools[0].meanInstances,
              ::testing::AnyOf(::testing::DoubleEq((9.5 + 4) / 9.5), ::testing::DoubleEq((9.5 + 5) / 9.5)));
  EXPECT_EQ(result.pools[0].busyNs, result.pools[0].usefulNs + result.pools[0].orphanedNs);
}

TEST(Scaling, NothingMoreIsOrderedThanThereIsRoomFor) {
  PlanBuilder builder = everySecond(roomFor(2, servers(1)), Law::constant(100_ms));
  builder.action(500_ms, Change::SetInstances, 0, 50);
  const RunResult result = *simulate(builder.build(), fromTheStart(2_s));
  EXPECT_THAT(story(result), ElementsAre("500 ms ordered 1 by script", "500 ms booted 1 by run"));
}

// What a scaler wants.

std::optional<std::uint32_t> wantedAt(double busy, std::uint32_t up) {
  plan::Scaler scaler;
  scaler.target = 0.5;
  scaler.least = 2;
  scaler.most = 20;
  plan::Pool pool;
  pool.servers = 4;
  return plan::instancesWanted(scaler, pool, {60, static_cast<double>(up), busy, 0, 0, 0});
}

TEST(Scaler, WantsAsManyAsBringTheFigureToItsTarget) {
  EXPECT_EQ(wantedAt(12.0, 4), 6u);    // 75 % of 16 servers; 12 servers at 50 % are 6 instances
  EXPECT_EQ(wantedAt(12.1, 4), 7u);    // rounded up
  EXPECT_EQ(wantedAt(4.0, 10), 2u);    // 10 %
  EXPECT_EQ(wantedAt(0.0, 10), 2u);    // never below the least
  EXPECT_EQ(wantedAt(80.0, 20), 20u);  // never above the most
}

TEST(Scaler, LeavesSmallDeviationsAlone) {
  EXPECT_EQ(wantedAt(8.7, 4), std::nullopt);  // 54.4 % against 50 %
  EXPECT_EQ(wantedAt(7.3, 4), std::nullopt);
  EXPECT_EQ(wantedAt(8.9, 4), 5u);
  EXPECT_EQ(wantedAt(0, 0), std::nullopt) << "no instance, no figure";
}

/// 10 requests/s of 100 ms each, so one busy server; the load is raised at 100 s.
RunResult scaled(double factor, const std::function<void(plan::Scaler&)>& change) {
  PlanBuilder builder;
  const plan::Index link = builder.station(
      "web", booting(Law::constant(30_s), roomFor(20, instances(2, servers(1)))), Law::constant(100_ms));
  builder.source(
      "users", 10_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  builder.action(100_s, Change::LoadFactor, plan::kNone, factor);
  plan::Scaler scaler;
  scaler.key = "scaler";
  scaler.pool = 0;
  scaler.target = 0.5;
  scaler.most = 20;
  scaler.period = 60_s;
  change(scaler);
  builder.raw().scalers.push_back(scaler);
  return *simulate(builder.build(), fromTheStart(600_s));
}

TEST(Scaler, FollowsTheLoadAndCountsWhatBoots) {
  // At 120 s the last period had 40 s of 1 and 20 s of 3 busy servers of 2 (both saturated: 2): 1.333 of 2,
  // so ceil(1.333 / 0.5) = 3. From then to 180 s 2.5 were up, all busy: ceil(2.5 / 0.5) = 5.
  const RunResult result = scaled(3, [](plan::Scaler&) {});
  const std::vector<std::string> lines = story(result);
  ASSERT_GE(lines.size(), 6u);
  EXPECT_EQ(lines[0], "100000 ms load_factor 0 by script");
  EXPECT_EQ(lines[1], "120000 ms ordered 2 by scaler");
  EXPECT_EQ(lines[2], "150000 ms booted 2 by run");
  EXPECT_EQ(lines[3], "180000 ms ordered 3 by scaler");
  EXPECT_EQ(lines[4], "180000 ms ordered 4 by scaler");
  EXPECT_EQ(lines[5], "210000 ms booted 3 by run");
}

TEST(Scaler, WaitsForItsCooldown) {
  const auto ordersWith = [](Duration cooldown) {
    const RunResult result = scaled(3, [&](plan::Scaler& scaler) { scaler.cooldownUp = cooldown; });
    std::vector<std::int64_t> seconds;
    for (const Happening& each : result.happenings) {
      const std::int64_t second = each.atNs / 1'000'000'000;
      if (each.kind == Happening::Kind::Ordered && (seconds.empty() || seconds.back() != second)) {
        seconds.push_back(second);
      }
    }
    return seconds;
  };
  EXPECT_EQ(ordersWith(Duration()).at(1), 180);
  EXPECT_EQ(ordersWith(100_s).at(1), 240);
}

TEST(Scaler, TakesAwayWhatIsNotNeeded) {
  const RunResult result = scaled(0.3, [](plan::Scaler&) {});
  // 0.3 busy servers: one instance is enough for 50 %, and 30 % of one wants no less than the least.
  EXPECT_THAT(story(result), ElementsAre("100000 ms load_factor 0 by script",
                                         "180000 ms draining 1 by scaler", "180000 ms retired 1 by run"));
}

// Two are wanted until 120 s. A pause in the load, such as an outage elsewhere, leaves them there.
TEST(Scaler, TakesAwayOnlyWhatWasNotNeededForTheCooldown) {
  const RunResult result = scaled(0.3, [](plan::Scaler& scaler) { scaler.cooldownDown = 300_s; });
  EXPECT_THAT(story(result), ElementsAre("100000 ms load_factor 0 by script",
                                         "420000 ms draining 1 by scaler", "420000 ms retired 1 by run"));
}

TEST(Scaler, ScalesOnTheRequestRate) {
  const RunResult result = scaled(1, [](plan::Scaler& scaler) {
    scaler.on = plan::ScaleOn::RequestRate;
    scaler.target = 2.5;
  });
  // 10 requests/s at 2.5 for each instance.
  EXPECT_THAT(story(result), ElementsAre("60000 ms ordered 2 by scaler", "60000 ms ordered 3 by scaler",
                                         "90000 ms booted 2 by run", "90000 ms booted 3 by run",
                                         "100000 ms load_factor 0 by script"));
}

TEST(Scaler, ScalesConsumersOnTheirLag) {
  PlanBuilder builder;
  plan::Log topic;
  topic.partitions = 8;
  topic.partitioning = plan::Log::Partitioning::InTurn;
  const plan::Index log = builder.log("log", topic);
  plan::Pool readers = instances(1, servers(1));
  readers.maxInstances = 8;
  builder.group(log, builder.station("readers", readers, Law::constant(100_ms)));
  builder.source(
      "writers", perSecond(25), [=](ProgramWriter& p) { p.publish(log); }, ArrivalProcess::Deterministic);
  plan::Scaler scaler;
  scaler.key = "readers";
  scaler.pool = 0;
  scaler.on = plan::ScaleOn::Lag;
  scaler.target = 100;
  scaler.most = 8;
  scaler.period = 10_s;
  builder.raw().scalers.push_back(scaler);
  const Result<RunResult> result = simulate(builder.build(), fromTheStart(100_s));
  ASSERT_TRUE(result.ok()) << result.error().message;
  const RunResult& run = *result;
  // One reads 10 of 25 per second: 75 wait on average over the first 10 s, 225 over the next, which is for
  // three.
  const auto orderedAt = [&run](Duration time) {
    return std::count_if(run.happenings.begin(), run.happenings.end(), [time](const Happening& each) {
      return each.kind == Happening::Kind::Ordered && each.atNs == time.ns();
    });
  };
  EXPECT_EQ(orderedAt(10_s), 0);
  EXPECT_EQ(orderedAt(20_s), 2);
  EXPECT_LT(run.groups[0].waiting, 320u);  // 300 at 20 s, and 5 per second less since; without it 1,500
}

// Random faults.

/// Time-average of being available: `n` units of which `needed`, each failing after 1000 s and repaired in
/// 100 s on average.
double availabilityOf(std::uint32_t n, std::uint32_t needed, std::uint32_t crews) {
  PlanBuilder builder;
  plan::Pool pool = instances(n, servers(1));
  pool.needed = needed;
  const plan::Index link = builder.station("web", pool, Law::constant(1_ms));
  builder.source("users", perSecond(0.0001), [&](ProgramWriter& p) { p.call(link); });
  plan::RandomFault fault;
  fault.key = "fault";
  fault.pool = 0;
  fault.timeToFailure = Law::exponential(1000_s);
  fault.timeToRepair = Law::exponential(100_s);
  fault.crews = crews;
  builder.raw().randomFaults.push_back(fault);
  return simulate(builder.build(), fromTheStart(Duration::hours(10'000)))->pools[0].availability;
}

// White and Christie 1958: M/M/1 whose server breaks down at rate xi, also when idle, and is repaired at rate
// eta; work is kept. L = lambda ((xi + eta)^2 + xi mu) / ((xi + eta)(eta mu - lambda (xi + eta))).
TEST(RandomFault, ThatPausesKeepsItsWork) {
  constexpr double kLambda = 5;
  constexpr double kMu = 10;
  constexpr double kXi = 0.1;
  constexpr double kEta = 1;
  PlanBuilder builder;
  const plan::Index link = builder.station("web", servers(1), Law::exponential(Duration::seconds(1 / kMu)));
  builder.source("users", perSecond(kLambda), [&](ProgramWriter& p) { p.call(link); });
  plan::RandomFault fault;
  fault.key = "fault";
  fault.pool = 0;
  fault.timeToFailure = Law::exponential(Duration::seconds(1 / kXi));
  fault.timeToRepair = Law::exponential(Duration::seconds(1 / kEta));
  fault.keepsWork = true;
  builder.raw().randomFaults.push_back(fault);
  const RunResult run = *simulate(builder.build(), fromTheStart(Duration::seconds(40'000)));
  const double inSystem = kLambda * ((kXi + kEta) * (kXi + kEta) + kXi * kMu) /
                          ((kXi + kEta) * (kEta * kMu - kLambda * (kXi + kEta)));
  EXPECT_NEAR(run.latency.meanNs() * 1e-9, inSystem / kLambda, 0.06 * inSystem / kLambda);
  EXPECT_EQ(run.classes[0].failedTotal(), 0u);
  EXPECT_GT(run.happenings.size(), 1000u);
  EXPECT_EQ(run.happenings[0].kind, Happening::Kind::Paused);
  EXPECT_EQ(run.happenings[1].kind, Happening::Kind::Resumed);
}

/// Birth-death chain of the units that are up (formulas of availability with r crews): p(k) from failures
/// k / 1000 and repairs min(n - k, r) / 100.
double availabilityInTheory(std::uint32_t n, std::uint32_t needed, std::uint32_t crews) {
  std::vector<double> share(n + 1, 1.0);
  double all = 0;
  for (std::uint32_t down = 0; down <= n; ++down) {
    if (down > 0) {
      const double repairs = crews == 0 ? down : std::min(down, crews);
      share[down] = share[down - 1] * ((n - down + 1) / 1000.0) / (repairs / 100.0);
    }
    all += share[down];
  }
  double available = 0;
  for (std::uint32_t down = 0; down + needed <= n; ++down) {
    available += share[down] / all;
  }
  return available;
}

TEST(RandomFaults, MakeUnitsAsAvailableAsTheoryHasIt) {
  struct Case {
    std::uint32_t n, needed, crews;
  };
  for (const Case each : {Case{1, 1, 0}, Case{2, 1, 0}, Case{3, 2, 0}, Case{3, 2, 1}, Case{5, 3, 2}}) {
    const double theory = 1 - availabilityInTheory(each.n, each.needed, each.crews);
    const double measured = 1 - availabilityOf(each.n, each.needed, each.crews);
    // Some 30,000 failures of a unit in 36 million seconds; outages of several at once are rarer, and wide.
    EXPECT_NEAR(measured / theory, 1, 0.06)
        << each.n << " units, " << each.needed << " needed, " << each.crews << " crews";
  }
}

TEST(RandomFaults, ScriptsAndChanceDoNotGetInEachOthersWay) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", roomFor(6, shared(instances(4, withSeats(servers(2), 3)))),
                                           Law::exponential(300_ms), withTimeout(2_s));
  builder.source("users", 20_rps, [&](ProgramWriter& p) { p.call(link); });
  plan::RandomFault fault;
  fault.key = "fault";
  fault.pool = 0;
  fault.timeToFailure = Law::exponential(3_s);
  fault.timeToRepair = Law::exponential(1_s);
  fault.crews = 1;
  builder.raw().randomFaults.push_back(fault);
  RandomStream random(5);
  for (int i = 1; i < 400; ++i) {
    const Change change = i % 3 == 0   ? Change::KillInstances
                          : i % 3 == 1 ? Change::RestoreInstances
                                       : Change::SetInstances;
    builder.action(Duration::milliseconds(250.0 * i), change, 0, random.below(7));
  }
  const RunResult result = *simulate(builder.build(), fromTheStart(100_s));
  const ClassResult& all = result.classes[0];
  EXPECT_EQ(all.offered, all.succeeded + all.failedTotal() + all.unfinished);
  const PoolResult& pool = result.pools[0];
  EXPECT_EQ(pool.busyNs, pool.usefulNs + pool.orphanedNs + pool.lostNs);
  EXPECT_GT(all.succeeded, 100u);
  EXPECT_GT(failures(result, Reason::KilledInFlight), 10u);
}

}  // namespace
}  // namespace cantilever::sim
