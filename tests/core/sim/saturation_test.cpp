// When pools are full, and say so (rule 5); what instances did, one by one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/sim/simulation.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;

RunConfig measured(Duration duration) {
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  return config;
}

std::vector<std::pair<std::string, std::int64_t>> turnsOf(const RunResult& run) {
  std::vector<std::pair<std::string, std::int64_t>> turns;
  for (const Happening& each : run.happenings) {
    if (each.kind == Happening::Kind::Saturated || each.kind == Happening::Kind::Relieved) {
      EXPECT_EQ(each.pool, 0u);
      EXPECT_EQ(each.instance, Happening::kEach);
      turns.emplace_back(nameOf(each.kind), each.atNs / (1_ms).ns());
    }
  }
  return turns;
}

/// One server of `work` each, asked at even times.
PlanBuilder evenly(Rate rate, const Law& work, const plan::Pool& pool = servers(1)) {
  PlanBuilder builder;
  const plan::Index link = builder.station("db", pool, work);
  builder.source(
      "users", rate, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  return builder;
}

// 100/s of 5 ms each; from 2 s on 300/s, more than the 200/s that it can do; from 4 s on none. Samples are of
// 80 ms. The first full one ends after 2.08 s, thirteen of them are 1.04 s: at 3.12 s. The backlog of two
// seconds of 100/s is 200 pieces, a second's work, and is gone at 5 s; the first sample with less than 80 %
// is the one after 5.04 s.
TEST(Saturation, IsSaidOnceWhenItComesAndOnceWhenItGoes) {
  PlanBuilder builder = evenly(100_rps, Law::constant(5_ms));
  builder.action(2_s, Change::LoadFactor, plan::kNone, 3);
  builder.action(4_s, Change::LoadFactor, plan::kNone, 0);
  const RunResult run = *simulate(builder.build(), measured(10_s));
  ASSERT_EQ(run.series[0].lengthNs, (80_ms).ns());
  const auto turns = turnsOf(run);
  ASSERT_EQ(turns.size(), 2u);
  EXPECT_EQ(turns[0].first, "saturated");
  EXPECT_NEAR(static_cast<double>(turns[0].second), 3120, 80);
  EXPECT_EQ(turns[1].first, "relieved");
  EXPECT_NEAR(static_cast<double>(turns[1].second), 6080, 80);
}

// That nobody is up relieves nobody.
TEST(Saturation, IsNotOverBecauseAllHaveDied) {
  PlanBuilder builder = evenly(300_rps, Law::constant(5_ms));
  builder.action(4_s, Change::KillInstances, 0, 1);
  const auto turns = turnsOf(*simulate(builder.build(), measured(10_s)));
  ASSERT_EQ(turns.size(), 1u);
  EXPECT_EQ(turns[0].first, "saturated");
}

TEST(Saturation, OfSeatsCountsAsThatOfServers) {
  // Ten seats are taken for 100 ms each at 200/s: ten times as much as there is room for, with no work to
  // speak of.
  PlanBuilder builder;
  plan::Pool pool = servers(100);
  pool.seats = 10;
  pool.queueLimit = 5;
  const plan::Index at = builder.pool("web", pool);
  const plan::Index link = builder.link(
      "to-web", builder.program("page", at, [](ProgramWriter& p) { p.wait(Law::constant(100_ms)); }));
  builder.source("users", 200_rps, [&](ProgramWriter& p) { p.call(link); });
  const RunResult run = *simulate(builder.build(), measured(10_s));
  ASSERT_EQ(turnsOf(run).size(), 1u);
  EXPECT_EQ(turnsOf(run)[0].first, "saturated");
  EXPECT_GT(run.pools[0].occupancy, 0.95);
  EXPECT_LT(run.pools[0].utilisation, 0.05);
}

// At 90 % a single server is busy without a break for a while again and again; that is no news each time.
TEST(Saturation, DoesNotFloodTheLog) {
  PlanBuilder builder;
  const plan::Index link = builder.station("db", servers(1), Law::exponential(10_ms));
  builder.source("users", 90_rps, [&](ProgramWriter& p) { p.call(link); });
  const RunResult run = *simulate(builder.build(), measured(600_s));
  EXPECT_LT(turnsOf(run).size(), 60u);
}

TEST(Saturation, OfWhatHasNoLimitIsNone) {
  PlanBuilder builder = evenly(1000_rps, Law::constant(100_ms), servers(0));
  EXPECT_TRUE(turnsOf(*simulate(builder.build(), measured(5_s))).empty());
}

// Two instances with queues of their own, in turn, one each second: 0.6 and 0.6 s apart is no wait, but the
// second works at half its speed: its pieces take 1.2 s and come each second.
TEST(Instances, HaveTheirOwnFigures) {
  PlanBuilder builder;
  plan::Pool pool = instances(2, servers(1));
  pool.queue = plan::QueueScope::PerInstance;
  pool.queueLimit = 1;
  pool.speeds = {1, 0.5};
  plan::Link byTurn;
  byTurn.balancing = Balancing::RoundRobin;
  const plan::Index link = builder.station("db", pool, Law::constant(600_ms), byTurn);
  builder.source(
      "users", 2_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  const RunResult run = *simulate(builder.build(), measured(60_s));
  const PoolResult& db = run.pools[0];
  ASSERT_EQ(db.instanceServed.size(), 2u);
  EXPECT_NEAR(static_cast<double>(db.instanceServed[0]), 60, 1);
  EXPECT_NEAR(static_cast<double>(db.instanceServed[1]), 50, 1);
  EXPECT_EQ(db.instanceQueue[0], 0);
  EXPECT_NEAR(db.instanceQueue[1], db.meanQueue, 1e-9);
  EXPECT_GT(db.meanQueue, 0.5);
  EXPECT_EQ(db.instanceRefused[0], 0u);
  EXPECT_EQ(db.instanceRefused[1], db.refused);
  EXPECT_GT(db.refused, 5u);
  EXPECT_NEAR(static_cast<double>(db.instanceBusyNs[0]) / static_cast<double>(db.instanceServed[0]), 0.6e9,
              0.02e9);
  EXPECT_NEAR(static_cast<double>(db.instanceBusyNs[1]) / static_cast<double>(db.instanceServed[1]), 1.2e9,
              0.03e9);
  EXPECT_EQ(run.classes[0].admitted(), run.classes[0].offered - db.refused);
}

}  // namespace
}  // namespace cantilever::sim
