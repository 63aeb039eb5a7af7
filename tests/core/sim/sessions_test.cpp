// Connected devices (rule 30), and sources that repeat their times.
#include "core/sim/sessions.h"

#include <gtest/gtest.h>

#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;

TEST(HeldCounts, FindsTheHolderOfARank) {
  HeldCounts held(5);
  held.add(1, 3);
  held.add(4, 2);
  EXPECT_EQ(held.total(), 5u);
  for (std::uint64_t rank = 0; rank < 5; ++rank) {
    EXPECT_EQ(held.holderOf(rank), rank < 3 ? 1u : 4u) << rank;
  }
  held.add(1, -3);
  held.add(0, 1);
  EXPECT_EQ(held.holderOf(0), 0u);
  EXPECT_EQ(held.holderOf(1), 4u);
  EXPECT_EQ(held.holderOf(2), 4u);
  EXPECT_EQ(held.at(1), 0u);
}

/// Devices at gateways of unlimited servers, as many requests a second as `rate` when all are connected.
PlanBuilder gateways(std::uint32_t count, std::uint32_t users, std::uint32_t slots, const Law& reconnect,
                     Rate rate) {
  PlanBuilder builder;
  plan::Link by;
  by.balancing = Balancing::Holder;
  const plan::Index link =
      builder.station("gate", instances(count, unlimitedServers()), Law::constant(1_ms), by);
  builder.source("devices", rate, [&](ProgramWriter& p) { p.call(link); });
  plan::Source& source = builder.raw().sources[0];
  source.kind = plan::SourceKind::Sessions;
  source.users = users;
  source.slots = slots;
  source.reconnect = reconnect;
  source.holder = 0;
  return builder;
}

RunConfig sessionConfig(Duration duration) {
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  return config;
}

// One of four gateways dies at 10 s with its devices, which come back exactly 5 s later.
TEST(Sessions, OfADeadInstanceReconnectElsewhere) {
  PlanBuilder builder = gateways(4, 1000, 0, Law::constant(5_s), 100_rps);
  builder.action(10_s, Change::KillInstances, 0, 1);
  const RunResult run = *simulate(builder.build(), sessionConfig(20_s));
  const SessionResult& sessions = run.sessions[0];
  EXPECT_EQ(sessions.sessions, 1000u);
  EXPECT_EQ(sessions.connected, 1000u);
  EXPECT_NEAR(static_cast<double>(sessions.lost), 250, 3.3 * 13.7);  // binomial, of 1000 one in four
  EXPECT_EQ(sessions.connects, 1000 + sessions.lost);
  EXPECT_DOUBLE_EQ(sessions.meanConnected, 1000 - static_cast<double>(sessions.lost) * 5 / 20);
  EXPECT_EQ(run.classes[0].failed[static_cast<std::size_t>(plan::Reason::NoHealthyInstance)], 0u);
}

// What devices send is a Poisson stream of their present number: 100/s for 10 s, then none while all are out.
TEST(Sessions, EmitWhileTheyAreConnected) {
  PlanBuilder builder = gateways(1, 500, 0, Law::constant(10_s), 100_rps);
  builder.action(10_s, Change::KillInstances, 0, 1).action(12_s, Change::RestoreInstances, 0, 1);
  const RunResult run = *simulate(builder.build(), sessionConfig(30_s));
  // Connected from 0 to 10 s and from 20 to 30 s.
  EXPECT_DOUBLE_EQ(run.sessions[0].meanConnected, 500 * 20.0 / 30);
  EXPECT_NEAR(static_cast<double>(run.classes[0].offered), 2000, 3.3 * 44.7);
  std::uint64_t between = 0;
  for (const Sample& sample : run.series) {
    between += sample.endNs > 10'100 * kMs && sample.endNs <= 20'000 * kMs ? sample.classes[0].offered : 0;
  }
  EXPECT_EQ(between, 0u);
}

TEST(Sessions, FindNoPlaceBeyondTheSlots) {
  PlanBuilder builder = gateways(2, 100, 40, Law::constant(1_s), 10_rps);
  const RunResult run = *simulate(builder.build(), sessionConfig(Duration::seconds(5.5)));
  EXPECT_EQ(run.sessions[0].connected, 80u);
  EXPECT_EQ(run.sessions[0].refused, 20u * 6);  // at 0, 1 ... 5 s
}

// 80 of 100 have a place, and offer 80 % of the rate.
TEST(Sessions, WithoutAPlaceAreReckonedAsSilent) {
  PlanBuilder builder = gateways(2, 100, 40, Law::constant(1_s), 10_rps);
  const auto built = builder.build();
  EXPECT_DOUBLE_EQ(plan::meanRate(*built, built->sources[0]), 8);
  EXPECT_DOUBLE_EQ(plan::visits(*built)->totalLinkRate(0), 8);
  const RunResult run = *simulate(built, sessionConfig(100_s));
  EXPECT_NEAR(static_cast<double>(run.classes[0].offered), 800, 3.3 * 28.3);
}

// Pushes go to the holders: of 3 gateways the one that came later holds nothing and gets nothing.
TEST(Sessions, AreFoundByThoseWhoPush) {
  PlanBuilder builder = gateways(2, 300, 0, Law::constant(5_s), 100_rps);
  builder.raw().pools[0].maxInstances = 3;
  builder.raw().pools[0].servers = 10;
  builder.action(1_s, Change::SetInstances, 0, 3);
  const RunResult run = *simulate(builder.build(), sessionConfig(20_s));
  EXPECT_EQ(run.pools[0].instances, 3u);
  EXPECT_GT(run.classes[0].succeeded, 1500u);
  EXPECT_GT(run.pools[0].instanceUtilisation[0], 0);
  EXPECT_GT(run.pools[0].instanceUtilisation[1], 0);
  EXPECT_EQ(run.pools[0].instanceUtilisation[2], 0);
  EXPECT_EQ(run.sessions[0].lost, 0u);
}

TEST(Sessions, AreAWorkloadOfADesign) {
  const auto design = [](const std::string& holder) {
    return cantilever::test::design("devices")
        .block("devices", "source")
        .block("gate", "pool")
        .param("instances", 4)
        .param("queue", "per_instance")
        .link("devices", "gate")
        .balancing(Balancing::Holder)
        .workload("devices", 50_rps)
        .workloadParam("devices-request", "kind", "sessions")
        .workloadParam("devices-request", "users", 10'000)
        .workloadParam("devices-request", "holder", holder)
        .build();
  };
  const compile::Compiled compiled = compile::compile(design("gate"), catalog::Catalog::builtIn());
  ASSERT_NE(compiled.plan, nullptr);
  const RunResult run = *simulate(compiled.plan, sessionConfig(10_s));
  EXPECT_EQ(run.sessions[0].connected, 10'000u);
  EXPECT_NEAR(static_cast<double>(run.classes[0].offered), 500, 3.3 * 22.4);
  EXPECT_EQ(compile::compile(design("nowhere"), catalog::Catalog::builtIn()).plan, nullptr);
  Design crowded = design("gate");
  Workload few = *crowded.workloads.find(WorkloadId("devices-request"));
  few.params["slots"] = Count(1'000);
  crowded.workloads.put(few);
  const compile::Compiled warned = compile::compile(crowded, catalog::Catalog::builtIn());
  ASSERT_EQ(warned.diagnostics.size(), 1u);
  EXPECT_EQ(warned.diagnostics[0].code, "workload.sessions_without_place");
}

TEST(Schedule, RepeatsItsTimes) {
  PlanBuilder builder;
  builder.source("jobs", 1_rps, [](ProgramWriter& p) { p.wait(Law::constant(1_ms)); });
  plan::Source& source = builder.raw().sources[0];
  source.kind = plan::SourceKind::Trace;
  source.times = {2_s, 14_s};
  source.repeat = 24_s;
  const RunResult run = *simulate(builder.build(), sessionConfig(60_s));
  // 2, 14, 26, 38, 50 s; that of 62 s is too late.
  EXPECT_EQ(run.classes[0].offered, 5u);
  source.repeat = 14_s;
  EXPECT_NE(plan::faultIn(builder.raw()), "");
}

}  // namespace
}  // namespace cantilever::sim
