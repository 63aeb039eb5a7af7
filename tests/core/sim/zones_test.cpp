// Zones: where instances are, what that costs in time, and what happens when a zone fails or is cut off.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using cantilever::test::design;
using cantilever::test::DesignBuilder;
using plan::Reason;

std::uint64_t failedInZones(const RunResult& run, Reason reason) {
  return run.classes.at(0).failed[static_cast<std::size_t>(reason)];
}

RunResult runInZones(const Design& drawn, Duration duration, const char* scenario = "") {
  const compile::Compiled compiled =
      compile::compile(drawn, catalog::Catalog::builtIn(), {ScenarioId(scenario)});
  EXPECT_NE(compiled.plan, nullptr) << compiled.diagnostics.front().message;
  if (compiled.plan == nullptr) {
    return {};
  }
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  return *simulate(compiled.plan, config);
}

/// Users in zone a ask, each 10 ms, one of two or more instances that work for 1 ms: instance 0 in a, 1 in b.
DesignBuilder twoZones(int instances = 2) {
  return design()
      .zone("eu", ZoneKind::Region)
      .zone("a", ZoneKind::AvailabilityZone, "eu")
      .zone("b", ZoneKind::AvailabilityZone, "eu")
      .block("users", "source")
      .in("a")
      .block("web", "pool")
      .in("eu")
      .param("instances", instances)
      .param("queue", "per_instance")
      .param("service", Law::constant(1_ms))
      .link("users", "web")
      .balancing(Balancing::RoundRobin)
      .timeout(8_ms)
      .workload("users", 100_rps)
      .deterministic();
}

// 0.3 ms there and back within a zone, 0.8 ms within a region (core/compile/latency.cpp).
TEST(Zones, AWayTakesAsLongAsBetweenTheZonesOfItsEnds) {
  const RunResult run = runInZones(twoZones(), 1_s);
  EXPECT_EQ(run.latency.maxNs(), 1'800'000);
  EXPECT_EQ(run.classes[0].succeeded, 99u);
  EXPECT_EQ(run.latency.countUpTo(1'300'000), 50u);
  EXPECT_NEAR(run.latency.meanNs(), 1'550'000, 10'000);
  EXPECT_EQ(run.links[0].crossZone, 50u);
}

// web in a and b calls a database in b: 0.8 and 0.3 ms more.
TEST(Zones, CallsComeFromTheInstanceThatMakesThem) {
  const RunResult run = runInZones(twoZones()
                                       .block("db", "pool")
                                       .in("b")
                                       .param("queue", "per_instance")
                                       .param("service", Law::constant(1_ms))
                                       .link("web", "db")
                                       .linkParam("connections", 3),
                                   1_s);
  EXPECT_EQ(run.latency.maxNs(), (2000 + 300 + 800) * 1000);
  EXPECT_EQ(run.latency.countUpTo(3'000'000), 0u);  // 0.3 + 0.8 and 0.8 + 0.3
  const auto connected = std::find_if(run.links.begin(), run.links.end(),
                                      [](const LinkResult& link) { return link.key == "web-db/connected"; });
  ASSERT_NE(connected, run.links.end());
  EXPECT_EQ(connected->crossZone, 50u);
}

TEST(Zones, AnOutageTakesDownAllThatLiesInTheZone) {
  const RunResult run = runInZones(twoZones(4)
                                       .scenario("s")
                                       .atZone(305_ms, Change::ZoneOutage, "b")
                                       .atZone(605_ms, Change::ZoneRecovery, "b"),
                                   1_s, "s");
  EXPECT_EQ(run.classes[0].failedTotal(), 0u);
  EXPECT_EQ(run.zones[1].key, "b");
  EXPECT_EQ(run.zones[1].outages, 1u);
  EXPECT_NEAR(run.zones[1].downShare, 0.3, 1e-9);
  EXPECT_NEAR(run.pools[0].meanInstances, 4 - 2 * 0.3, 1e-9);
  // 30 calls in the meantime, all to a.
  EXPECT_EQ(run.links[0].crossZone, 35u);
  std::vector<const char*> kinds;
  for (const Happening& each : run.happenings) {
    kinds.push_back(nameOf(each.kind));
  }
  EXPECT_EQ(kinds,
            (std::vector<const char*>{nameOf(Happening::Kind::ZoneDown), nameOf(Happening::Kind::Killed),
                                      nameOf(Happening::Kind::Killed), nameOf(Happening::Kind::ZoneUp),
                                      nameOf(Happening::Kind::Restored), nameOf(Happening::Kind::Restored)}));
  EXPECT_EQ(run.happenings[0].zone, 1u);
  EXPECT_EQ(run.happenings[1].cause, Cause::Run);
}

TEST(Zones, AnOutageOfARegionIsOneOfAllItsZones) {
  const RunResult run =
      runInZones(twoZones().scenario("s").atZone(500_ms, Change::ZoneOutage, "eu"), 1_s, "s");
  EXPECT_EQ(failedInZones(run, Reason::NoHealthyInstance), run.classes[0].failedTotal());
  EXPECT_NEAR(run.pools[0].meanInstances, 1, 1e-9);
  EXPECT_NEAR(run.pools[0].availability, 0.5, 1e-9);
}

TEST(Zones, WhenOneGoesSilentlyOnlyTimeoutsTell) {
  const RunResult run = runInZones(twoZones()
                                       .linkParam("health_interval", 100_ms)
                                       .linkParam("health_timeout", 10_ms)
                                       .linkParam("down_after", 1)
                                       .scenario("s")
                                       .atZone(500_ms, Change::ZoneSilentOutage, "b"),
                                   1_s, "s");
  EXPECT_GT(failedInZones(run, Reason::TimedOut), 0u);
  EXPECT_LE(failedInZones(run, Reason::TimedOut),
            6u);  // until the next check: 110 ms at the most, each second call
  EXPECT_EQ(failedInZones(run, Reason::TimedOut), run.classes[0].failedTotal());
}

// What would come up in a zone that is down comes up with it.
TEST(Zones, NothingComesUpInAZoneThatIsDown) {
  const RunResult run = runInZones(twoZones()
                                       .scenario("s")
                                       .at(100_ms, Change::KillInstances, "web", 1)
                                       .onInstances(1, 1)
                                       .atZone(200_ms, Change::ZoneOutage, "b")
                                       .at(300_ms, Change::RestoreInstances, "web", 1)
                                       .onInstances(1, 1)
                                       .atZone(400_ms, Change::ZoneOutage, "eu")
                                       .atZone(500_ms, Change::ZoneRecovery, "b")
                                       .atZone(600_ms, Change::ZoneRecovery, "eu"),
                                   1_s, "s");
  // Instance 0: down from 400 to 600 ms; instance 1 from 100 to 600 ms.
  EXPECT_NEAR(run.pools[0].meanInstances, 2 - 0.2 - 0.5, 1e-9);
}

TEST(Zones, WhatAnOutageDidNotKillItDoesNotRestore) {
  const RunResult run = runInZones(twoZones()
                                       .scenario("s")
                                       .at(100_ms, Change::KillInstances, "web", 1)
                                       .onInstances(1, 1)
                                       .atZone(200_ms, Change::ZoneOutage, "b")
                                       .atZone(300_ms, Change::ZoneRecovery, "b"),
                                   1_s, "s");
  EXPECT_NEAR(run.pools[0].meanInstances, 1.1, 1e-9);
}

TEST(Zones, NewInstancesAreOrderedWhereTheZoneIsUp) {
  const RunResult run = runInZones(twoZones()
                                       .block("web", "pool")
                                       .in("eu")
                                       .param("instances", 1)
                                       .param("max_instances", 4)
                                       .param("boot_time", Law::constant(10_ms))
                                       .param("queue", "per_instance")
                                       .param("service", Law::constant(1_ms))
                                       .scenario("s")
                                       .atZone(100_ms, Change::ZoneOutage, "b")
                                       .at(200_ms, Change::SetInstances, "web", 4)
                                       .atZone(500_ms, Change::ZoneRecovery, "b")
                                       .at(600_ms, Change::SetInstances, "web", 4),
                                   1_s, "s");
  std::vector<std::uint32_t> ordered;
  for (const Happening& each : run.happenings) {
    if (each.kind == Happening::Kind::Ordered) {
      ordered.push_back(each.instance);
    }
  }
  EXPECT_EQ(ordered, (std::vector<std::uint32_t>{2, 1, 3}));
}

// Calls each 10 ms, every second one to b; the partition lasts from 35 to 75 ms.
TEST(Zones, NothingGetsThroughAPartition) {
  const RunResult run = runInZones(twoZones()
                                       .scenario("s")
                                       .atZone(35_ms, Change::Partition, "a", "b")
                                       .atZone(75_ms, Change::Heal, "b", "a"),
                                   100_ms, "s");
  EXPECT_EQ(run.classes[0].failedTotal(), 2u);
  EXPECT_EQ(failedInZones(run, Reason::TimedOut), 2u);
  EXPECT_EQ(run.links[0].lost, 2u);
  ASSERT_EQ(run.happenings.size(), 2u);
  EXPECT_EQ(run.happenings[0].kind, Happening::Kind::Partitioned);
  EXPECT_EQ(run.happenings[1].kind, Happening::Kind::Healed);
}

TEST(Zones, APartitionFromAllElseIsOneFromEverything) {
  const RunResult run =
      runInZones(twoZones().scenario("s").atZone(35_ms, Change::Partition, "b"), 99_ms, "s");
  EXPECT_EQ(run.classes[0].failedTotal(), 3u);
}

// The first call to b is there at 20.4 ms, the partition comes at 21: the answer of 21.4 ms is lost, the work
// is not.
TEST(Zones, AnswersAreLostToo) {
  const RunResult run =
      runInZones(twoZones().scenario("s").atZone(21_ms, Change::Partition, "b"), 29_ms, "s");
  EXPECT_EQ(run.pools[0].served, 2u);
  EXPECT_EQ(run.classes[0].succeeded, 1u);
  EXPECT_EQ(failedInZones(run, Reason::TimedOut), 1u);
  EXPECT_EQ(run.links[0].lost, 1u);
}

TEST(Zones, HealthChecksFindOutAboutPartitions) {
  const RunResult run = runInZones(twoZones()
                                       .linkParam("health_interval", 20_ms)
                                       .linkParam("health_timeout", 5_ms)
                                       .linkParam("down_after", 1)
                                       .linkParam("up_after", 1)
                                       .scenario("s")
                                       .atZone(200_ms, Change::Partition, "b")
                                       .atZone(700_ms, Change::Heal, "b"),
                                   1_s, "s");
  EXPECT_GE(run.classes[0].failedTotal(), 1u);
  EXPECT_LE(run.classes[0].failedTotal(), 3u);
  EXPECT_GE(run.links[0].crossZone, 20u);  // before, and again afterwards
  EXPECT_LE(run.links[0].crossZone, 30u);
}

TEST(Zones, LatencyIsAddedBetweenThem) {
  const RunResult run = runInZones(twoZones()
                                       .scenario("s")
                                       .atZone(0_ms, Change::AddZoneLatency, "a", "b", 0.002)
                                       .atZone(500_ms, Change::AddZoneLatency, "a", "b", 0),
                                   999_ms, "s");
  EXPECT_EQ(run.latency.maxNs(), 5'800'000);
  EXPECT_EQ(run.latency.countUpTo(1'300'000), 50u);
  EXPECT_EQ(run.latency.countUpTo(1'800'000), 75u);
}

// Sends across a partition are lost; what consumers read waits until it is over.
TEST(Zones, ReadersWaitForTheEndOfAPartition) {
  const DesignBuilder drawn = design()
                                  .zone("a", ZoneKind::Region)
                                  .zone("b", ZoneKind::Region)
                                  .block("users", "source")
                                  .in("a")
                                  .block("topic", "log")
                                  .in("a")
                                  .block("readers", "pool")
                                  .in("b")
                                  .param("queue", "per_instance")
                                  .param("service", Law::constant(1_ms))
                                  .link("users", "topic")
                                  .link("topic", "readers")
                                  .latency(1_ms)
                                  .workload("users", 100_rps)
                                  .deterministic();
  const RunResult run = runInZones(DesignBuilder(drawn)
                                       .scenario("s")
                                       .atZone(205_ms, Change::Partition, "a", "b")
                                       .atZone(505_ms, Change::Heal, "a", "b"),
                                   1_s, "s");
  EXPECT_EQ(run.groups[0].consumed, run.groups[0].received - run.groups[0].waiting - run.groups[0].inFlight);
  EXPECT_GE(run.groups[0].consumed, 98u);
  EXPECT_GE(run.groups[0].maxWaiting, 25u);
  EXPECT_GT(run.groups[0].latency.maxNs(), 290'000'000);
}

// Alternating renewal: down MTTR / (MTBF + MTTR) of the time; two instances in one zone are down together,
// and no redundancy helps.
TEST(Zones, ACommonCauseBeatsRedundancy) {
  const auto unavailability = [](const char* zone) {
    const Design drawn = design()
                             .zone("eu", ZoneKind::Region)
                             .zone("a", ZoneKind::AvailabilityZone, "eu")
                             .zone("b", ZoneKind::AvailabilityZone, "eu")
                             .zoneParam("a", "fails_at_random", true)
                             .zoneParam("a", "time_to_failure", 90_s)
                             .zoneParam("a", "time_to_repair", 10_s)
                             .zoneParam("b", "fails_at_random", true)
                             .zoneParam("b", "time_to_failure", 90_s)
                             .zoneParam("b", "time_to_repair", 10_s)
                             .block("users", "source")
                             .block("web", "pool")
                             .in(zone)
                             .param("instances", 2)
                             .param("queue", "per_instance")
                             .link("users", "web")
                             .workload("users", perSecond(0.001));
    return 1 - runInZones(drawn, 2'000'000_s).pools[0].availability;
  };
  // 20,000 cycles: the standard error of a share of 0.1 is 0.0009 (Var = 2 a b / n for exponential cycles).
  EXPECT_NEAR(unavailability("a"), 0.1, 0.004);
  EXPECT_NEAR(unavailability("eu"), 0.01, 0.001);
}

TEST(Zones, FailuresOfAZoneLeaveThoseOfOthersAlone) {
  const auto outages = [](bool hasOther) {
    DesignBuilder drawn =
        twoZones().zoneParam("a", "fails_at_random", true).zoneParam("a", "time_to_failure", 1_s);
    drawn.zoneParam("a", "time_to_repair", 100_ms).zoneParam("b", "fails_at_random", hasOther);
    drawn.zoneParam("b", "time_to_failure", 1_s).zoneParam("b", "time_to_repair", 100_ms);
    std::vector<std::int64_t> times;
    for (const Happening& each : runInZones(drawn, 60_s).happenings) {
      if (each.kind == Happening::Kind::ZoneDown && each.zone == 0) {
        times.push_back(each.atNs);
      }
    }
    return times;
  };
  EXPECT_GT(outages(true).size(), 30u);
  EXPECT_EQ(outages(true), outages(false));
}

TEST(Zones, ActOnARunThatGoesOn) {
  const compile::Compiled compiled = compile::compile(twoZones(), catalog::Catalog::builtIn());
  RunConfig config;
  config.warmup = Duration();
  config.duration = 1_s;
  Simulation live = *Simulation::create(compiled.plan, config);
  live.advanceTo(405_ms);
  plan::Action outage;
  outage.change = Change::ZoneOutage;
  outage.zone = 1;
  live.post(outage);
  live.advanceTo(live.end());
  const RunResult run = live.result();
  EXPECT_EQ(run.happenings[0].cause, Cause::Hand);
  plan::Plan replay = *compiled.plan;
  replay.actions = run.actionLog;
  EXPECT_EQ(simulate(std::make_shared<const plan::Plan>(replay), config)->digest, run.digest);
}

// Single instances.

TEST(Instances, AScenarioMayNameThem) {
  const RunResult run = runInZones(twoZones(3)
                                       .scenario("s")
                                       .at(200_ms, Change::KillInstances, "web", 1)
                                       .onInstances(1, 2)
                                       .at(700_ms, Change::RestoreInstances, "web", 1)
                                       .onInstances(2, 2),
                                   1_s, "s");
  EXPECT_NEAR(run.pools[0].meanInstances, 1 + 0.2 + 0.5, 1e-9);
  ASSERT_EQ(run.happenings.size(), 3u);
  EXPECT_EQ(run.happenings[0].instance, 1u);
  EXPECT_EQ(run.happenings[2].instance, 2u);
}

// Instance 1 works at a tenth of its speed, and every second call goes there: 10 ms instead of 1 ms.
TEST(Instances, OneOfThemMayBeSlow) {
  const RunResult run =
      runInZones(twoZones().timeout(1_s).scenario("s").at(0_ms, Change::Speed, "web", 0.1).onInstances(1, 1),
                 999_ms, "s");
  EXPECT_EQ(run.latency.maxNs(), 10'800'000);
  EXPECT_EQ(run.latency.countUpTo(1'300'000), 50u);
}

// Paused from 15 to 65 ms: what comes at 20, 40 and 60 ms is served one after the other from 65 ms on.
TEST(Instances, OneThatIsPausedKeepsWhatItHolds) {
  const RunResult run = runInZones(twoZones()
                                       .timeout(1_s)
                                       .scenario("s")
                                       .at(15_ms, Change::PauseInstances, "web", 1)
                                       .onInstances(1, 1)
                                       .at(65_ms, Change::ResumeInstances, "web", 1),
                                   99_ms, "s");
  EXPECT_EQ(run.classes[0].succeeded, 9u);
  EXPECT_EQ(run.latency.maxNs(), 46'400'000);  // of the call of 20 ms: served from 65 to 66 ms
  ASSERT_EQ(run.happenings.size(), 2u);
  EXPECT_EQ(run.happenings[0].kind, Happening::Kind::Paused);
  EXPECT_EQ(run.happenings[1].kind, Happening::Kind::Resumed);
  EXPECT_EQ(run.happenings[1].instance, 1u);
}

}  // namespace
}  // namespace cantilever::sim
