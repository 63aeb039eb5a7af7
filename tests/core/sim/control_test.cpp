// Kills, restores, changes of load, and replay.
#include <gtest/gtest.h>

#include "core/sim/simulation.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using plan::Reason;

RunConfig unwarmed(Duration duration) {
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  return config;
}

/// A deterministic request each 100 ms that calls one station of 50 ms.
PlanBuilder spaced(const plan::Pool& pool, const plan::Link& by = {}) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", pool, Law::constant(50_ms), by);
  builder.source(
      "users", 10_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  return builder;
}

// Rule 11: what is served fails at once; then nobody is there; after the restore all is well again.
TEST(Control, AKillFailsWhatTheInstanceHolds) {
  PlanBuilder builder = spaced(servers(1));
  builder.action(120_ms, Change::KillInstances, 0, 1).action(350_ms, Change::RestoreInstances, 0, 1);
  const RunResult result = *simulate(builder.build(), unwarmed(499_ms));
  EXPECT_EQ(failures(result, Reason::KilledInFlight), 1u);     // that of 100 ms
  EXPECT_EQ(failures(result, Reason::NoHealthyInstance), 2u);  // 200, 300
  EXPECT_EQ(result.classes[0].succeeded, 1u);                  // 400
  EXPECT_EQ(result.pools[0].lostNs, 20u * kMs);
  EXPECT_EQ(result.pools[0].busyNs, 70u * kMs);
  EXPECT_DOUBLE_EQ(result.pools[0].utilisation, 70.0 / (120 + 149)) << "of the time the server was up";
  ASSERT_EQ(result.actionLog.size(), 2u);
}

TEST(Control, ACallOnItsWayToAKilledInstanceFailsWhenItArrives) {
  PlanBuilder builder = spaced(servers(1), withLatency(Law::constant(30_ms)));
  builder.action(110_ms, Change::KillInstances, 0, 1);
  const RunResult result = *simulate(builder.build(), unwarmed(199_ms));
  EXPECT_EQ(failures(result, Reason::KilledInFlight), 1u);
  EXPECT_EQ(result.pools[0].arrivals, 1u);
  EXPECT_EQ(result.pools[0].served, 0u);
}

TEST(Control, TheFirstInstancesGoFirst) {
  PlanBuilder builder = spaced(instances(3, servers(1)), roundRobin());
  builder.action(110_ms, Change::KillInstances, 0, 2).action(450_ms, Change::RestoreInstances, 0, 9);
  const RunResult result = *simulate(builder.build(), unwarmed(799_ms));
  // 100: instance 0, killed; 200 to 400: instance 2 alone; 500: 0, 600: 1, 700: 2.
  EXPECT_EQ(failures(result, Reason::KilledInFlight), 1u);
  EXPECT_EQ(result.classes[0].succeeded, 6u);
  EXPECT_DOUBLE_EQ(result.pools[0].instanceUtilisation[2], 200.0 / 799);
}

TEST(Control, ASharedQueueOutlivesItsInstances) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", shared(instances(2, servers(1))), Law::constant(50_ms));
  builder.source(
      "users", 10_rps,
      [&](ProgramWriter& p) {
        p.parallel({link, link, link}, 3);
      },
      ArrivalProcess::Deterministic);
  builder.action(120_ms, Change::KillInstances, 0, 2).action(180_ms, Change::RestoreInstances, 0, 1);
  const RunResult result = *simulate(builder.build(), unwarmed(299_ms));
  // Two of the three die at 120 ms; the third has waited since 100 ms and is served from 180 to 230 ms. It is
  // an orphan, as its caller gave up. The second request, at 200 ms, finds one instance up.
  EXPECT_EQ(failures(result, Reason::KilledInFlight), 1u);
  EXPECT_EQ(result.pools[0].orphanedNs, 50u * kMs);
  EXPECT_EQ(result.pools[0].waiting.maxNs(), 80 * kMs);
  EXPECT_EQ(result.classes[0].unfinished, 1u);
}

// The caller is killed; what it called goes on and is orphaned work.
TEST(Control, TheCallsOfAKilledRequestBecomeOrphans) {
  PlanBuilder builder;
  const plan::Index db = builder.station("db", servers(1), Law::constant(50_ms));
  const plan::Index pool = builder.pool("app", withSeats(servers(1), 1));
  const plan::Index app =
      builder.link("to-app", builder.program("serve", pool, [&](ProgramWriter& p) { p.call(db); }));
  builder.source(
      "users", 10_rps, [&](ProgramWriter& p) { p.call(app); }, ArrivalProcess::Deterministic);
  builder.action(120_ms, Change::KillInstances, pool, 1);
  const RunResult result = *simulate(builder.build(), unwarmed(199_ms));
  EXPECT_EQ(failures(result, Reason::KilledInFlight), 1u);
  EXPECT_EQ(result.pools[0].orphanedNs, 50u * kMs);
  EXPECT_EQ(result.pools[0].served, 1u);
}

// Several instances go in one stroke while seats are handed on between them.
TEST(Control, AKillOfAllFailsSeatedWaitingAndServed) {
  PlanBuilder builder;
  const plan::Index host = builder.pool("host", servers(1));
  const plan::Index pool = builder.pool("app", instances(2, withSeats(servers(1), 1)));
  const plan::Index app = builder.link("to-app", builder.program("serve", pool, [&](ProgramWriter& p) {
    p.work(Law::constant(5_ms)).work(Law::constant(50_ms), host);
  }));
  const std::vector<plan::Index> many(8, app);
  builder.source(
      "users", 10_rps, [&](ProgramWriter& p) { p.parallel(many, 8); }, ArrivalProcess::Deterministic);
  builder.action(110_ms, Change::KillInstances, host, 1).action(110_ms, Change::KillInstances, pool, 2);
  const RunResult result = *simulate(builder.build(), unwarmed(199_ms));
  EXPECT_EQ(failures(result, Reason::KilledInFlight), 1u);
  for (const PoolResult& of : result.pools) {
    EXPECT_EQ(of.busyNs, of.usefulNs + of.orphanedNs + of.lostNs) << of.key;
  }
  EXPECT_EQ(result.pools[0].lostNs, 5u * kMs);
}

// Rule 32: at a higher load the same unit-rate stream is run through faster, so arrivals keep their pattern.
TEST(Control, TheLoadFactorKeepsTheRandomness) {
  const auto latencies = [](double planned, double factor) {
    PlanBuilder builder;
    const plan::Index link = builder.station("web", servers(1), Law::exponential(10_ms));
    builder.source("users", perSecond(planned), [&](ProgramWriter& p) { p.call(link); });
    RunConfig config = unwarmed(100_s);
    config.loadFactor = factor;
    const RunResult result = *simulate(builder.build(), config);
    EXPECT_EQ(result.loadFactor, factor);
    return std::pair(result.classes[0].offered, result.latency);
  };
  EXPECT_EQ(latencies(40, 1.5), latencies(60, 1.0));
}

TEST(Control, AChangeOfLoadActsAtOnce) {
  PlanBuilder builder;
  builder.source(
      "users", 10_rps, [](ProgramWriter& p) { p.wait(Law::constant(1_ns)); }, ArrivalProcess::Deterministic);
  // Arrivals at 0.1 .. 1.0 s; then spacings of 25 ms, the first shortened by the 50 ms that had passed:
  // half a step is left at 1.05 s, so 1.0625 s, and each 25 ms until 2 s; then none.
  builder.action(Duration::seconds(1.05), Change::LoadFactor, plan::kNone, 4);
  builder.action(2_s, Change::LoadFactor, plan::kNone, 0);
  const RunResult result = *simulate(builder.build(), unwarmed(10_s));
  EXPECT_EQ(result.classes[0].offered, 10u + 38u);
}

TEST(Control, PostedActionsAreLoggedAndReplayTheRun) {
  const auto plan = [](bool isScripted) {
    PlanBuilder builder = spaced(instances(4, servers(1)));
    const plan::Index link = 0;
    builder.source("more", 300_rps, [&](ProgramWriter& p) { p.call(link); });
    if (isScripted) {
      builder.action(2_s, Change::KillInstances, 0, 2);
    }
    return builder.build();
  };
  Result<Simulation> live = Simulation::create(plan(true), unwarmed(8_s));
  ASSERT_TRUE(live.ok());
  live->advanceTo(3_s);
  EXPECT_EQ(live->post({1_s, Change::RestoreInstances, 0, 1}).at, 3_s + 1_ns) << "what is past cannot change";
  EXPECT_EQ(live->post({6_s, Change::LoadFactor, plan::kNone, 0.5}).at, 6_s);
  live->advanceTo(4_s);
  live->post({4_s, Change::KillInstances, 0, 1});
  live->advanceTo(live->end());
  const RunResult first = live->result();
  ASSERT_EQ(first.actionLog.size(), 4u);

  Result<Simulation> replay = Simulation::create(plan(false), unwarmed(8_s));
  ASSERT_TRUE(replay.ok());
  for (const plan::Action& action : first.actionLog) {
    EXPECT_EQ(replay->post(action), action);
  }
  replay->advanceTo(replay->end());
  EXPECT_EQ(replay->result().digest, first.digest);
  EXPECT_EQ(replay->result().actionLog, first.actionLog);

  // Without them the run is another one: the digest tells.
  EXPECT_NE(simulate(plan(true), unwarmed(8_s))->digest, first.digest);
}

TEST(Control, AnActionWithoutAValueCountsAsZero) {
  Result<Simulation> simulation = Simulation::create(spaced(servers(1)).build(), unwarmed(1_s));
  EXPECT_EQ(simulation->post({0_s, Change::LoadFactor, plan::kNone, -3}).value, 0);
  simulation->advanceTo(simulation->end());
  EXPECT_EQ(simulation->result().classes[0].offered, 0u);
}

}  // namespace
}  // namespace cantilever::sim
