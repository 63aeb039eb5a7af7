#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/analytic/solve.h"
#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "core/vocabulary/visits.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

/// How ways between zones vary, and the crews of zones.
namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using cantilever::test::design;
using cantilever::test::DesignBuilder;

DesignBuilder threeZones() {
  return design()
      .zone("eu", ZoneKind::Region)
      .zone("a", ZoneKind::AvailabilityZone, "eu")
      .zone("b", ZoneKind::AvailabilityZone, "eu")
      .zone("us", ZoneKind::Region)
      .zone("c", ZoneKind::AvailabilityZone, "us");
}

/// Users in a ask instances in a and b, which do no work.
compile::Compiled askedWith(double jitter) {
  return compile::compile(threeZones()
                              .zoneParam("a", "ways", std::string("a 1 ms, b 4 ms"))
                              .zoneParam("b", "jitter", jitter)
                              .block("users", "source")
                              .in("a")
                              .block("web", "pool")
                              .in("eu")
                              .param("instances", 2)
                              .param("queue", "per_instance")
                              .param("service", Law())
                              .link("users", "web")
                              .balancing(Balancing::RoundRobin)
                              .workload("users", 1000_rps),
                          catalog::Catalog::builtIn());
}

RunResult runOf(const compile::Compiled& compiled, Duration duration) {
  EXPECT_NE(compiled.plan, nullptr) << compiled.diagnostics.front().message;
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  return *simulate(compiled.plan, config);
}

// A call to b and back takes the sum of two independent lognormal ways of mean 4 ms and standard deviation
// 4 ms x 0.5; one to a always 2 ms. Of the mixture the mean is 5 ms and the variance 3^2 + 8 / 2 = 13 ms^2.
TEST(Jitter, MakesWaysLognormalAndIndependent) {
  const RunResult run = runOf(askedWith(0.5), 100_s);
  const double n = static_cast<double>(run.latency.count());
  ASSERT_GT(n, 90'000);
  EXPECT_NEAR(run.latency.meanNs(), 5e6, 4 * std::sqrt(13.0) * 1e6 / std::sqrt(n));
  EXPECT_NEAR(static_cast<double>(run.latency.countUpTo(2'000'000)) / n, 0.5, 0.01);
  // P(sum <= 8 ms): of each way ln has mean ln 4 - s^2/2, s^2 = ln 1.25. By Fenton and Wilkinson (Fenton
  // 1960) the sum is about lognormal with cv 0.5 / sqrt(2), median 8 / sqrt(1.125): P = Phi(ln sqrt(1.125) /
  // sqrt(ln 1.125)).
  const double s = std::sqrt(std::log(1.125));
  const double below = 0.5 * std::erfc(-(s / 2) / std::sqrt(2.0));
  const double ofThose = (static_cast<double>(run.latency.countUpTo(8'000'000)) / n - 0.5) / 0.5;
  EXPECT_NEAR(ofThose, below, 0.01);
  EXPECT_EQ(runOf(askedWith(0), 10_s).latency.maxNs(), 8'000'000);
}

/// The same where every way is alike, so that it is the law of the link. Variance of two ways: 2 (0.5 x 4
/// ms)^2 = 8 ms^2, of one lognormal way its median is 4 ms / sqrt(1.25).
TEST(Jitter, OfTheOnlyWayIsThatOfTheLink) {
  const compile::Compiled compiled = compile::compile(threeZones()
                                                          .zoneParam("eu", "jitter", 0.5)
                                                          .zoneParam("a", "ways", std::string("b 4 ms"))
                                                          .block("users", "source")
                                                          .in("a")
                                                          .block("web", "pool")
                                                          .in("b")
                                                          .param("service", Law())
                                                          .link("users", "web")
                                                          .workload("users", 1000_rps),
                                                      catalog::Catalog::builtIn());
  ASSERT_NE(compiled.plan, nullptr);
  EXPECT_FALSE(compiled.plan->links[0].isByZones);
  EXPECT_EQ(compiled.plan->links[0].latency, Law::lognormal(4_ms, 0.5));
  const RunResult run = runOf(compiled, 100_s);
  const double n = static_cast<double>(run.latency.count());
  EXPECT_NEAR(run.latency.meanNs(), 8e6, 4 * std::sqrt(8.0) * 1e6 / std::sqrt(n));
}

TEST(Jitter, IsThatOfTheInnermostZoneThatSaysOneAndTheLargerOfTwoEnds) {
  const Design stated = threeZones()
                            .zoneParam("eu", "jitter", 0.2)
                            .zoneParam("b", "jitter", 0.05)
                            .zoneParam("us", "jitter", 0.1);
  const auto between = [&stated](const char* from, const char* to) {
    const Law way = compile::latencyBetween(stated, ZoneId(from), ZoneId(to));
    return way.kind == Law::Kind::Lognormal ? way.shape : 0.0;
  };
  EXPECT_EQ(between("a", "a"), 0.2);
  EXPECT_EQ(between("b", "b"), 0.05);
  EXPECT_EQ(between("b", "a"), 0.2);
  EXPECT_EQ(between("c", "b"), 0.1);
  EXPECT_EQ(between("c", "a"), 0.2);
}

/// A factor and an addition act on what was drawn.
TEST(Jitter, IsScaledAndAddedTo) {
  compile::Compiled compiled = askedWith(0.5);
  plan::Plan plan = *compiled.plan;
  plan.actions.push_back({Duration(), Change::ScaleZoneLatency, plan::kNone, 3});
  plan.actions.back().zone = 1;
  plan.actions.push_back({Duration(), Change::AddZoneLatency, plan::kNone, 0.001});
  plan.actions.back().zone = 1;
  ASSERT_EQ(plan.zones[1].key, "b");
  compiled.plan = std::make_shared<const plan::Plan>(plan);
  const RunResult run = runOf(compiled, 100_s);
  const double n = static_cast<double>(run.latency.count());
  // To b and back 3 x 8 + 2 ms, with the variance 9 x 8; to a 2 ms. 26 and 2: 14, 12^2 + 36.
  EXPECT_NEAR(run.latency.meanNs(), 14e6, 4 * std::sqrt(180.0) * 1e6 / std::sqrt(n));
}

/// The solver adds the two ways of a mixture as a run does.
TEST(Jitter, IsInTheAnalyticSolution) {
  const compile::Compiled compiled = askedWith(0.5);
  const analytic::Solution solution = *analytic::solve(*compiled.plan, *compiled.visits);
  const RunResult run = runOf(compiled, 100_s);
  ASSERT_FALSE(solution.classes.empty());
  EXPECT_NEAR(solution.classes[0].mean.value, 5e-3, 1e-6);
  EXPECT_NEAR(solution.classes[0].p99.value, static_cast<double>(run.latency.quantileNs(0.99)) * 1e-9,
              0.06 * solution.classes[0].p99.value);
}

// Machine repair (Palm 1947): N machines of two blocks that fail at rate 1 each, one crew for all of them,
// with repairs at rate mu. The number that is down has the weights N! / (N - n)! / mu^n.
TEST(Crews, OfAZoneRepairWhateverFailsInIt) {
  PlanBuilder builder;
  builder.requestClass("all");
  for (const char* name : {"first", "second"}) {
    plan::Pool machines = instances(2, servers(1));
    machines.zone = 1;
    machines.places = {1};
    builder.pool(name, machines);
  }
  builder.source("users", 1_rps, [](ProgramWriter&) {});
  plan::Plan& raw = builder.raw();
  raw.zones = {{"eu", plan::kNone, 0, 1}, {"a", 0, 1, 0}};
  raw.zoneWays.assign(4, Duration());
  for (plan::Index pool = 0; pool < 2; ++pool) {
    raw.randomFaults.push_back({.key = raw.pools[pool].key,
                                .pool = pool,
                                .timeToFailure = Law::exponential(1_s),
                                .timeToRepair = Law::exponential(500_ms)});
  }
  const auto expectedUp = [](double mu) {
    double weight = 1;
    double sum = 0;
    double up = 0;
    for (int down = 0; down <= 4; ++down) {
      sum += weight;
      up += weight * (4 - down);
      weight *= (4 - down) / mu;
    }
    return up / sum;
  };
  const auto up = [](const RunResult& run) {
    return run.pools[0].meanInstances + run.pools[1].meanInstances;
  };
  Replications(builder.build(), 4000, 10).expect("machines up, one crew", expectedUp(2), 0.03, up);
  raw.zones[0].crews = 0;
  Replications(builder.build(), 4000, 10).expect("machines up, crews enough", 4 * 2 / 3.0, 0.03, up);
}

/// k of n with c repair crews, as a birth-death chain (Trivedi 2002, section 8.2.2): p(down) from failures (n
/// - down) / MTTF and repairs min(down, c) / MTTR. The crews are those of the zone.
TEST(Crews, OfAZoneMakeUnitsAsAvailableAsTheoryHasIt) {
  struct Case {
    std::uint32_t n, needed, crews, own;
  };
  for (const Case each : {Case{3, 2, 1, 0}, Case{5, 3, 2, 0}, Case{3, 2, 1, 2}, Case{3, 2, 2, 1}}) {
    PlanBuilder builder;
    plan::Pool units = instances(each.n, servers(1));
    units.needed = each.needed;
    units.zone = 1;
    units.places = {1};
    builder.pool("units", units);
    builder.source("users", perSecond(0.0001), [](ProgramWriter&) {});
    plan::Plan& raw = builder.raw();
    raw.zones = {{"eu", plan::kNone, 0, each.crews}, {"a", 0, 1, 0}};
    raw.zoneWays.assign(4, Duration());
    plan::RandomFault fault{.key = "units",
                            .pool = 0,
                            .timeToFailure = Law::exponential(1000_s),
                            .timeToRepair = Law::exponential(100_s),
                            .crews = each.own};
    raw.randomFaults.push_back(fault);
    RunConfig config;
    config.warmup = Duration();
    config.duration = Duration::hours(10'000);
    const auto plan = builder.build();
    const RunResult run = *simulate(plan, config);
    const double c = each.own == 0 ? each.crews : std::min(each.crews, each.own);
    double weight = 1;
    double all = 0;
    double tooFew = 0;
    double busy = 0;
    double waiting = 0;
    for (std::uint32_t down = 0; down <= each.n; ++down) {
      all += weight;
      tooFew += each.n - down < each.needed ? weight : 0;
      busy += weight * std::min<double>(down, c);
      waiting += weight * std::max(0.0, down - c);
      weight *= (each.n - down) / 1000.0 / (std::min(down + 1.0, c) / 100);
    }
    SCOPED_TRACE(each.n);
    EXPECT_NEAR((1 - run.pools[0].availability) / (tooFew / all), 1, 0.06);
    EXPECT_NEAR(run.zones[0].crewUse / (busy / all / each.crews), 1, 0.03);
    EXPECT_NEAR(run.zones[0].meanWaiting / (waiting / all), 1, 0.1);
    EXPECT_EQ(run.zones[0].crews, each.crews);
    EXPECT_GT(run.zones[0].repairs, 20'000u);
    EXPECT_EQ(run.zones[1].repairs, 0u);
    const analytic::Solution solution = *analytic::solve(*plan, *plan::visits(*plan));
    EXPECT_NEAR(1 - solution.pools[0].availability.value, tooFew / all, 1e-9);
  }
}

// One crew of the zone: a dies at 1 s, b of the other block at 1.5 s; repairs take 1 s each. The crew of the
// second block does not help.
TEST(Crews, OfAZoneWorkInOrderOfFailure) {
  PlanBuilder builder;
  builder.requestClass("all");
  const Duration deaths[] = {1000_ms, 1500_ms, 1600_ms};
  plan::Plan& raw = builder.raw();
  raw.zones = {{"a", plan::kNone, 0, 1}, {"b", plan::kNone, 1, 0}};
  raw.zoneWays.assign(4, Duration());
  for (plan::Index i = 0; i < 3; ++i) {
    plan::Pool machine = servers(1);
    machine.zone = i == 2 ? 1 : 0;  // the third is in a zone that has as many as needed
    machine.places = {machine.zone};
    const plan::Index pool = builder.pool("m" + std::to_string(i), machine);
    plan::RandomFault fault;
    fault.key = "m" + std::to_string(i);
    fault.pool = pool;
    fault.timeToFailure = Law::constant(deaths[i]);
    fault.timeToRepair = Law::constant(1_s);
    fault.crews = 1;
    raw.randomFaults.push_back(fault);
  }
  builder.source("users", 1_rps, [](ProgramWriter&) {});
  const RunResult run = runFor(2900_ms, builder);
  std::vector<std::pair<plan::Index, std::int64_t>> restored;
  for (const Happening& each : run.happenings) {
    if (each.kind == Happening::Kind::Restored) {
      restored.emplace_back(each.pool, each.atNs / kMs);
    }
  }
  EXPECT_EQ(restored, (std::vector<std::pair<plan::Index, std::int64_t>>{{0, 2000}, {2, 2600}}));
  const RunResult longer = runFor(3050_ms, builder);
  EXPECT_TRUE(std::any_of(longer.happenings.begin(), longer.happenings.end(), [](const Happening& each) {
    return each.kind == Happening::Kind::Restored && each.pool == 1 && each.atNs == 3000 * kMs;
  })) << "when the crew is free again";
}

}  // namespace
}  // namespace cantilever::sim
