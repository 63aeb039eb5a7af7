// Calls that stay near (rule 18), routes by priority and nearness, and choices of an instance by weight, by
// habit and by warmth.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "core/vocabulary/visits.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using cantilever::test::design;
using cantilever::test::DesignBuilder;
using plan::Reason;

std::shared_ptr<const plan::Plan> planNear(const Design& drawn, const char* scenario = "") {
  const compile::Compiled compiled =
      compile::compile(drawn, catalog::Catalog::builtIn(), {ScenarioId(scenario)});
  EXPECT_NE(compiled.plan, nullptr) << compiled.diagnostics.front().message;
  return compiled.plan;
}

RunResult runNear(const Design& drawn, Duration duration, const char* scenario = "") {
  const std::shared_ptr<const plan::Plan> plan = planNear(drawn, scenario);
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  return plan == nullptr ? RunResult() : *simulate(plan, config);
}

/// Users in a and in b ask a tier of two instances in a and two in b.
DesignBuilder twoSides(double fromA, double fromB, const char* locality) {
  return design()
      .zone("eu", ZoneKind::Region)
      .zone("a", ZoneKind::AvailabilityZone, "eu")
      .zone("b", ZoneKind::AvailabilityZone, "eu")
      .block("ann", "source")
      .in("a")
      .block("bob", "source")
      .in("b")
      .block("edge-a", "pool")
      .in("a")
      .param("servers", 1000)
      .block("web", "pool")
      .in("eu")
      .param("instances", 4)
      .param("servers", 1000)
      .param("queue", "per_instance")
      .param("service", Law::constant(1_ms))
      .link("ann", "web")
      .linkParam("locality", locality)
      .link("bob", "web")
      .linkParam("locality", locality)
      .workload("ann", perSecond(fromA))
      .workload("bob", perSecond(fromB));
}

double crossShare(const RunResult& run, std::size_t link) {
  return static_cast<double>(run.links[link].crossZone) / static_cast<double>(run.links[link].calls);
}

// Each of the two links has all its traffic from one zone, which has half of the capacity: half of it must
// go.
TEST(Locality, TheExcessOfAZoneGoesElsewhere) {
  const RunResult run = runNear(twoSides(1000, 1000, "local"), 60_s);
  // 60,000 calls each: 5 standard errors of a share of 0.5 are 0.01; the first 128 calls all stay.
  EXPECT_NEAR(crossShare(run, 0), 0.5, 0.012);
  EXPECT_NEAR(crossShare(run, 1), 0.5, 0.012);
}

TEST(Locality, StrictlyLocalCallsNeverLeave) {
  const RunResult run = runNear(twoSides(300, 100, "strict_local"), 10_s);
  EXPECT_EQ(run.links[0].crossZone + run.links[1].crossZone, 0u);
  const std::vector<double>& busy = run.pools[1].instanceUtilisation;
  EXPECT_NEAR(busy[0] + busy[2], 3 * (busy[1] + busy[3]), 0.3 * (busy[0] + busy[2]));
  const RunResult outage = runNear(
      twoSides(300, 100, "strict_local").scenario("s").atZone(5_s, Change::ZoneOutage, "a"), 10_s, "s");
  EXPECT_EQ(outage.links[0].crossZone, 0u);
  EXPECT_GT(outage.classes[0].failed[static_cast<std::size_t>(Reason::NoHealthyInstance)], 1000u);
}

// One link whose callers are in both zones: a web tier of 3 instances in a and 1 in b calls a database of two
// in a and two in b. Zone a has 3/4 of the traffic and 1/2 of the capacity: 1/2 / (3/4) = 2/3 of its calls
// stay, all those of b do, and every instance gets the same.
TEST(Locality, AllInstancesGetTheSameAndAsFewCallsLeaveAsPossible) {
  DesignBuilder drawn = design()
                            .zone("eu", ZoneKind::Region)
                            .zone("a", ZoneKind::AvailabilityZone, "eu")
                            .zone("b", ZoneKind::AvailabilityZone, "eu")
                            .block("users", "source")
                            .in("a");
  drawn.zone("a1", ZoneKind::Rack, "a").block("web", "pool").in("eu").param("instances", 4);
  drawn.param("servers", 1000).param("queue", "per_instance").param("service", Law::constant(1_ms));
  drawn.param("speeds", std::string("1, 1, 1, 1"));
  drawn.block("db", "pool").in("eu").param("instances", 4).param("servers", 1000);
  drawn.param("queue", "per_instance").param("service", Law::constant(1_ms));
  // Instances 0 and 2 of web are in a, 1 and 3 in b; 0 and 2 get three calls for each of the others.
  drawn.link("users", "web").balancing(Balancing::Weighted).linkParam("weights", std::string("3, 1, 3, 1"));
  drawn.link("web", "db").linkParam("locality", "local").workload("users", 2000_rps);
  const RunResult run = runNear(drawn, 60_s);
  const std::vector<double>& web = run.pools[1].instanceUtilisation;
  EXPECT_NEAR((web[0] + web[2]) / (web[0] + web[1] + web[2] + web[3]), 0.75, 0.01);
  EXPECT_NEAR(crossShare(run, 1), 0.75 / 3, 0.01);
  const std::vector<double>& db = run.pools[0].instanceUtilisation;
  for (const double each : db) {
    EXPECT_NEAR(each, (db[0] + db[1] + db[2] + db[3]) / 4, 0.03 * each);
  }
}

TEST(Locality, WhenTheirZoneHasNobodyCallsLeave) {
  const RunResult run =
      runNear(twoSides(100, 0, "local").scenario("s").atZone(0_s, Change::ZoneOutage, "a"), 10_s, "s");
  EXPECT_EQ(run.classes[0].failedTotal(), 0u);
  EXPECT_EQ(run.links[0].crossZone, run.links[0].calls);
}

// Routes.

/// Two tiers, of which the first is preferred.
DesignBuilder preferring() {
  return design()
      .block("users", "source")
      .block("first", "pool")
      .param("queue", "per_instance")
      .param("service", Law::constant(1_ms))
      .block("second", "pool")
      .param("queue", "per_instance")
      .param("service", Law::constant(1_ms))
      .link("users", "first")
      .role(LinkRole::Route)
      .link("users", "second")
      .role(LinkRole::Route)
      .linkParam("priority", 1)
      .workload("users", 100_rps)
      .deterministic();
}

TEST(Routes, GoToTheFirstThatCanBeCalled) {
  const RunResult run = runNear(preferring()
                                    .scenario("s")
                                    .at(305_ms, Change::KillInstances, "first", 1)
                                    .at(605_ms, Change::RestoreInstances, "first", 1),
                                999_ms, "s");
  EXPECT_EQ(run.classes[0].failedTotal(), 0u);
  EXPECT_EQ(run.links[0].calls, 69u);
  EXPECT_EQ(run.links[1].calls, 30u);
}

TEST(Routes, IfNoneCanBeCalledTheFirstFails) {
  const RunResult run = runNear(preferring()
                                    .scenario("s")
                                    .at(0_ms, Change::KillInstances, "first", 1)
                                    .at(0_ms, Change::KillInstances, "second", 1),
                                99_ms, "s");
  EXPECT_EQ(run.classes[0].failedTotal(), 9u);
  EXPECT_EQ(run.links[1].calls, 0u);
}

TEST(Routes, PassByAnOpenBreaker) {
  DesignBuilder drawn = preferring();
  drawn.link("users", "third").role(LinkRole::Route).linkParam("priority", 2);
  drawn.block("third", "pool").scenario("s").at(0_ms, Change::FailCalls, "first", 1);
  Design changed = drawn;
  Link link = *changed.links.find(LinkId("users-first"));
  link.params["breaker_failures"] = Count(3);
  link.params["breaker_open"] = 10_s;
  changed.links.put(link);
  const RunResult run = runNear(changed, 999_ms, "s");
  EXPECT_EQ(run.classes[0].failedTotal(), 3u);
  EXPECT_EQ(run.links[1].calls, 96u);
}

TEST(Routes, PassByAnOpenBreakerBeforeAConnectionPool) {
  Design changed = preferring().scenario("s").at(0_ms, Change::FailCalls, "first", 1);
  Link link = *changed.links.find(LinkId("users-first"));
  link.params["connections"] = Count(3);
  link.params["breaker_failures"] = Count(3);
  link.params["breaker_open"] = 10_s;
  changed.links.put(link);
  EXPECT_EQ(runNear(changed, 999_ms, "s").classes[0].failedTotal(), 3u);
}

TEST(Routes, LookThroughConnectionPools) {
  DesignBuilder drawn = preferring();
  Design changed = drawn.scenario("s").at(305_ms, Change::KillInstances, "first", 1);
  Link link = *changed.links.find(LinkId("users-first"));
  link.params["connections"] = Count(3);
  changed.links.put(link);
  const RunResult run = runNear(changed, 999_ms, "s");
  EXPECT_EQ(run.classes[0].failedTotal(), 0u);
  EXPECT_EQ(run.links[1].calls, 69u);
}

/// A tier in both zones that routes to a copy in each.
DesignBuilder copiesInBothZones(bool isNearest) {
  DesignBuilder drawn = design()
                            .zone("eu", ZoneKind::Region)
                            .zone("a", ZoneKind::AvailabilityZone, "eu")
                            .zone("b", ZoneKind::AvailabilityZone, "eu");
  drawn.block("users", "source").in("a").block("web", "pool").in("eu").param("instances", 3);
  drawn.param("queue", "per_instance").param("servers", 100).param("service", Law::constant(1_ms));
  for (const char* zone : {"a", "b"}) {
    drawn.block(std::string("copy-") + zone, "pool").in(zone).param("queue", "per_instance");
    drawn.param("servers", 100).param("service", Law::constant(1_ms));
    drawn.link("web", std::string("copy-") + zone).role(LinkRole::Route).linkParam("nearest", isNearest);
  }
  return drawn.link("users", "web").balancing(Balancing::RoundRobin).workload("users", 300_rps);
}

// Instances 0 and 2 are in a, 1 in b.
TEST(Routes, GoToTheNearest) {
  const RunResult run = runNear(copiesInBothZones(true), 9_s);
  ASSERT_EQ(run.links[1].key, "web-copy-a");
  EXPECT_NEAR(static_cast<double>(run.links[1].calls) / static_cast<double>(run.links[0].calls), 2.0 / 3,
              0.01);
  EXPECT_EQ(run.links[1].crossZone + run.links[2].crossZone, 0u);
}

TEST(Routes, ExpectedVisitsKnowWhichAreTaken) {
  const auto rates = [](const Design& drawn) {
    const plan::Visits visits = *plan::visits(*planNear(drawn));
    return std::pair(visits.totalLinkRate(1), visits.totalLinkRate(2));
  };
  EXPECT_NEAR(rates(copiesInBothZones(true)).first, 200, 1e-9);
  EXPECT_NEAR(rates(copiesInBothZones(true)).second, 100, 1e-9);
  EXPECT_NEAR(rates(copiesInBothZones(false)).first, 150, 1e-9);
  const plan::Visits preferred = *plan::visits(*planNear(preferring()));
  EXPECT_NEAR(preferred.totalLinkRate(0), 100, 1e-9);
  EXPECT_NEAR(preferred.totalLinkRate(1), 0, 1e-9);
}

// Choices of an instance.

plan::Link choosingBy(Balancing balancing, plan::Link link = {}) {
  link.balancing = balancing;
  return link;
}

std::vector<double> sharesUnder(const plan::Pool& pool, const plan::Link& by, double rate = 1000) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", pool, Law::constant(1_ms), by);
  builder.source("users", perSecond(rate), [&](ProgramWriter& p) { p.call(link); });
  RunConfig config;
  config.duration = 100_s;
  std::vector<double> busy = (*simulate(builder.build(), config)).pools[0].instanceUtilisation;
  double total = 0;
  for (const double each : busy) {
    total += each;
  }
  for (double& each : busy) {
    each /= total;
  }
  return busy;
}

TEST(Balancing, WeightsAreShares) {
  plan::Link link = choosingBy(Balancing::Weighted);
  link.weights = {5, 0, 4};
  const std::vector<double> shares = sharesUnder(instances(4, servers(1000)), link);
  EXPECT_NEAR(shares[0], 0.5, 0.01);
  EXPECT_EQ(shares[1], 0);
  EXPECT_NEAR(shares[2], 0.4, 0.01);
  EXPECT_NEAR(shares[3], 0.1, 0.01);
}

// Twice as fast, twice as many: all are equally busy.
TEST(Balancing, WithoutWeightsSpeedsAreWeights) {
  plan::Pool pool = instances(2, servers(1000));
  pool.speeds = {2, 1};
  const std::vector<double> shares = sharesUnder(pool, choosingBy(Balancing::Weighted));
  EXPECT_NEAR(shares[0], 0.5, 0.01);
}

/// 100 users come back again and again; instance 0 is away for a while.
RunResult comingBack(Balancing balancing) {
  PlanBuilder builder;
  const plan::Index all = builder.requestClass("all");
  builder.keys(all, 100, 0);
  const plan::Index pool = builder.pool("web", instances(4, servers(1000)));
  plan::Cache sessions;
  sessions.pool = pool;
  sessions.capacity = 1000;
  const plan::Index cache = builder.cache("sessions", sessions);
  const plan::Index serve = builder.program("serve", pool, [&](ProgramWriter& p) {
    p.work(Law::constant(1_ms)).lookUp(cache, [&](ProgramWriter& miss) { miss.fill(cache); });
  });
  const plan::Index link = builder.link("to-web", serve, choosingBy(balancing));
  builder.source("users", 1000_rps, [&](ProgramWriter& p) { p.call(link); });
  builder.action(40_s, Change::KillInstances, pool, 1).action(60_s, Change::RestoreInstances, pool, 1);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 100_s;
  return *simulate(builder.build(), config);
}

// Each user opens a session once, and those of the instance that went once more; they do not go back.
TEST(Balancing, StickyKeysStayWhereTheyAre) {
  const RunResult run = comingBack(Balancing::Sticky);
  const std::uint64_t opened = run.caches[0].lookups - run.caches[0].hits;
  EXPECT_GT(opened, 100u);
  EXPECT_LT(opened, 100u + 45u);
  // At random each user comes to each instance, and once more to the one that has come back empty.
  const RunResult random = comingBack(Balancing::Random);
  EXPECT_GT(random.caches[0].lookups - random.caches[0].hits, 390u);
}

// Calls one after the other: all to the instance that had the first.
TEST(Balancing, TheWarmestOfThoseIdleIsTaken) {
  PlanBuilder builder;
  const plan::Index link = builder.station("functions", withSeats(instances(5, servers(1)), 1),
                                           Law::constant(1_ms), choosingBy(Balancing::Warmest));
  builder.source(
      "one", 100_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  // Two more at once, now and then.
  for (const char* more : {"second", "third"}) {
    builder.source(
        more, 10_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  }
  RunConfig config;
  config.warmup = Duration();
  config.duration = 10_s;
  const RunResult run = *simulate(builder.build(), config);
  const std::vector<double>& busy = run.pools[0].instanceUtilisation;
  EXPECT_GT(busy[0], 0);
  EXPECT_GT(busy[1], 0);
  EXPECT_GT(busy[2], 0);  // three at once, each tenth of a second
  EXPECT_EQ(busy[3], 0);
  EXPECT_EQ(busy[4], 0);
  EXPECT_EQ(run.pools[0].maxQueue, 0u);
}

TEST(Balancing, TheWarmestIsTheOneThatWasLastAtWork) {
  // Calls of 5, 2 and 8 ms begin at 0, 1 and 2 ms at instances 0, 1 and 2; of those idle at 20 ms, 2 was
  // last.
  PlanBuilder builder;
  const plan::Index pool = builder.pool("functions", instances(3, servers(1)));
  std::vector<plan::Index> links;
  for (const Duration time : {5_ms, 2_ms, 8_ms, 1_ms}) {
    const std::string key = formatNumber(static_cast<double>(links.size()));
    const plan::Index serve =
        builder.program("serve-" + key, pool, [&](ProgramWriter& p) { p.work(Law::constant(time)); });
    links.push_back(builder.link("to-" + key, serve, choosingBy(Balancing::Warmest)));
  }
  builder.source("trace", 1_rps, [&](ProgramWriter& p) {
    p.send(links[0]).wait(Law::constant(1_ms)).send(links[1]).wait(Law::constant(1_ms)).send(links[2]);
    p.wait(Law::constant(18_ms)).call(links[3]);
  });
  builder.raw().sources[0].kind = plan::SourceKind::Trace;
  builder.raw().sources[0].times = {0_s};
  RunConfig config;
  config.warmup = Duration();
  config.duration = 100_ms;
  const RunResult run = *simulate(builder.build(), config);
  EXPECT_NEAR(run.pools[0].instanceUtilisation[0], 0.05, 1e-9);
  EXPECT_NEAR(run.pools[0].instanceUtilisation[1], 0.02, 1e-9);
  EXPECT_NEAR(run.pools[0].instanceUtilisation[2], 0.09, 1e-9);
}

}  // namespace
}  // namespace cantilever::sim
