// Publishers who wait until some of those who read a log have done what they published.
#include <gtest/gtest.h>

#include "core/analytic/fork_join.h"
#include "tests/core/analytic/agreement.h"
#include "tests/core/analytic/solved_design.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::analytic {
namespace {

using namespace literals;
using sim::test::instances;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;
using sim::test::servers;
using sim::test::unlimitedServers;
using sim::test::withLatency;
using sim::test::withSeats;
using test::expectExact;
using test::keyed;
using test::solved;

/// Copies that apply every write in one sequence, as many at a time as have come.
struct Copies {
  plan::Pool pool;
  Law apply = Law::exponential(5_ms);
  std::uint32_t batch = 1;
  std::uint32_t lanes = 1;
  Duration way = {};
};

plan::Index logReadBy(PlanBuilder& builder, const Copies& copies) {
  plan::Log writes;
  writes.partitions = copies.lanes;
  writes.partitioning = plan::Log::Partitioning::Random;
  const plan::Index log = builder.log("writes", writes);
  const plan::Index link =
      builder.station("copy", copies.pool, copies.apply, withLatency(Law::constant(copies.way)));
  plan::ConsumerGroup group;
  group.delivery = plan::Delivery::Every;
  group.batch = copies.batch;
  group.inFlight = copies.lanes;
  builder.group(log, link, group);
  return log;
}

/// Solver and simulation, of a plan that has one steady state: within the band (agreement.h), and the means
/// within what help says of them.
void expectAgreement(PlanBuilder& builder, const std::string& name, double most = 0.05) {
  test::AgreementReport report;
  test::compare(name, builder.build(), 60'000, 1, report);
  EXPECT_EQ(report.solvedClasses, 1) << name;
  for (const test::Comparison& each : report.figures) {
    EXPECT_LT(each.excess, 1) << report.worst(10);
    const bool isMean = each.what.ends_with(" mean");
    if (each.isOfClass) {
      EXPECT_NEAR(each.solved / each.simulated, 1, isMean ? most : 0.2) << each.what;
    }
  }
}

// Three logs' readers that are never busy: the second of three exponential answers comes after m (1/3 + 1/2)
// (Renyi 1953).
TEST(Acknowledgements, AreAnOrderStatisticOfReaders) {
  PlanBuilder builder;
  const plan::Index log = builder.log("topic");
  for (const char* key : {"a", "b", "c"}) {
    plan::ConsumerGroup group;
    group.delivery = plan::Delivery::Competing;
    builder.group(log, builder.station(key, unlimitedServers(), Law::exponential(12_ms)), group);
  }
  builder.source("users", 100_rps, [&](ProgramWriter& p) { p.publish(log, 2); });
  const Solution solution = solved(*builder.build());
  expectExact(solution.classes[0].mean, 0.010);
  expectExact(solution.classes[0].p99, quantileOfOrderStatistic(3, 2, 0.012, 0.99), 2e-3);
}

// There and back, for a single reader with a queue of its own: M/M/1.
TEST(Acknowledgements, OfOneReaderAreItsResponse) {
  PlanBuilder builder;
  Copies one{servers(1)};
  one.way = 2_ms;
  one.lanes = 4;
  const plan::Index log = logReadBy(builder, one);
  builder.source("users", 1_rps, [&](ProgramWriter& p) { p.publish(log, 1); });
  const Solution solution = solved(*builder.build());
  EXPECT_NEAR(solution.classes[0].mean.value, 0.009, 0.0001);
}

TEST(Acknowledgements, OfQuorumsAgreeWithTheSimulationAtAllLoads) {
  for (const plan::Index needed : {1u, 2u, 3u}) {
    for (const double load : {0.1, 0.4, 0.7, 0.9}) {
      PlanBuilder builder;
      const plan::Index log = logReadBy(builder, {instances(3, servers(1))});
      builder.source("users", perSecond(load * 200), [&](ProgramWriter& p) { p.publish(log, needed); });
      expectAgreement(builder, std::to_string(needed) + " of 3 at " + std::to_string(load));
    }
  }
}

// What has come while one batch is applied is the next one.
TEST(Acknowledgements, OfBatchesAgreeWithTheSimulationAtAllLoads) {
  for (const Law& apply : {Law::lognormal(5_ms, 0.6), Law::exponential(5_ms), Law::constant(5_ms)}) {
    for (const double load : {0.1, 0.5, 1.0, 2.0, 8.0}) {
      PlanBuilder builder;
      Copies copies{instances(6, unlimitedServers()), apply};
      copies.batch = 1000;
      copies.way = 1_ms;
      const plan::Index log = logReadBy(builder, copies);
      builder.source("users", perSecond(load * 200), [&](ProgramWriter& p) { p.publish(log, 4); });
      expectAgreement(builder, "4 of 6 at " + std::to_string(load));
    }
  }
  for (const double load : {0.5, 2.0, 8.0, 14.0}) {
    PlanBuilder builder;
    Copies copies{instances(2, unlimitedServers())};
    copies.batch = 16;
    const plan::Index log = logReadBy(builder, copies);
    builder.source("users", perSecond(load * 200), [&](ProgramWriter& p) { p.publish(log, 2); });
    expectAgreement(builder, "batches of 16 at " + std::to_string(load), load > 10 ? 0.15 : 0.05);
  }
}

// Until it is read, and until it is done: what is worked on per message takes longer in larger batches.
TEST(Acknowledgements, AreAsLateAsTheirReaders) {
  for (const double load : {0.2, 0.5, 0.8}) {
    PlanBuilder builder;
    const plan::Index pool = builder.pool("copy", instances(2, servers(1)));
    const plan::Index apply =
        builder.program("apply", pool, [](ProgramWriter& p) { p.workPerTarget(Law::exponential(1_ms)); });
    const plan::Index log = builder.log("writes");
    plan::ConsumerGroup group;
    group.delivery = plan::Delivery::Every;
    group.batch = 1000;
    group.inFlight = 1;
    builder.group(log, builder.link("to-copy", apply, withLatency(Law::constant(1_ms))), group);
    builder.source("users", perSecond(load * 1000), [&](ProgramWriter& p) { p.publish(log); });
    const Solution solution = solved(*builder.build());
    const sim::RunResult run = sim::test::runFor(100_s, builder);
    EXPECT_NEAR(solution.groups[0].wait.value / run.groups[0].wait.meanNs() * 1e9, 1, 0.15) << load;
    EXPECT_NEAR(solution.groups[0].inLog.value / run.groups[0].inLog.meanNs() * 1e9, 1, 0.15) << load;
  }
}

TEST(Acknowledgements, OfSeveralLanesAgreeWithTheSimulation) {
  for (const double load : {0.2, 0.6, 0.85}) {
    PlanBuilder builder;
    Copies copies{instances(3, servers(4))};
    copies.lanes = 4;
    const plan::Index log = logReadBy(builder, copies);
    builder.source("users", perSecond(load * 800), [&](ProgramWriter& p) { p.publish(log, 2); });
    expectAgreement(builder, "lanes at " + std::to_string(load));
  }
}

// Who waits for them holds its seat.
TEST(Acknowledgements, AreWaitedForInASeat) {
  for (const double load : {0.3, 0.6, 0.8}) {
    PlanBuilder builder;
    Copies copies{instances(3, unlimitedServers()), Law::lognormal(20_ms, 0.5)};
    copies.lanes = 64;
    const plan::Index log = logReadBy(builder, copies);
    const plan::Index primary = builder.pool("primary", withSeats(servers(4), 10));
    const plan::Index write = builder.program(
        "write", primary, [&](ProgramWriter& p) { p.work(Law::exponential(1_ms)).publish(log, 2); });
    const plan::Index link = builder.link("to-primary", write);
    builder.source("users", perSecond(load * 10 / 0.022), [&](ProgramWriter& p) { p.call(link); });
    expectAgreement(builder, "seats at " + std::to_string(load));
    const Solution solution = solved(*builder.build());
    const sim::RunResult run = sim::test::runFor(200_s, builder);
    const auto& pool = keyed(solution.pools, "primary");
    EXPECT_NEAR(pool.occupancy.value, run.pools[1].occupancy, 0.03) << load;
  }
}

// Fewer readers than it wants: nothing is published.
TEST(Acknowledgements, OfMoreThanThereAreFail) {
  PlanBuilder builder;
  const plan::Index log = logReadBy(builder, {instances(2, servers(1))});
  builder.source("users", 100_rps, [&](ProgramWriter& p) { p.publish(log, 3); });
  const Solution solution = solved(*builder.build());
  EXPECT_EQ(solution.classes[0].success.value, 0);
  EXPECT_EQ(keyed(solution.pools, "copy").utilisation.value, 0);
}

TEST(Acknowledgements, OfReadersWhoDoNotKeepUpAreNotSolved) {
  PlanBuilder builder;
  const plan::Index log = logReadBy(builder, {instances(2, servers(1))});
  builder.source("users", 250_rps, [&](ProgramWriter& p) { p.publish(log, 1); });
  const Solution solution = solved(*builder.build());
  EXPECT_FALSE(solution.classes[0].mean.isSolved());
  EXPECT_NE(solution.classes[0].mean.why.find("read less than comes"), std::string::npos)
      << solution.classes[0].mean.why;
}

// Four of six storage nodes; copies of a primary that are waited for, and that answer reads besides.
TEST(Acknowledgements, OfSqlBlocksAgreeWithTheSimulation) {
  for (const Rate rate : {500_rps, 2000_rps}) {
    const Design cluster = cantilever::test::design()
                               .block("users", "source")
                               .block("db", "aurora_cluster")
                               .link("users", "db")
                               .operation("write")
                               .workload("users", rate)
                               .build();
    test::AgreementReport report;
    test::compare("cluster", compile::compile(cluster, catalog::Catalog::builtIn()).plan, 60'000, 1, report);
    for (const char* mode : {"semi_synchronous", "synchronous"}) {
      const Design copied = cantilever::test::design()
                                .block("users", "source")
                                .block("db", "rdbms_primary")
                                .param("replication", mode)
                                .block("copies", "rdbms_replica")
                                .link("users", "db")
                                .operation("write_txn")
                                .link("db", "copies")
                                .role(LinkRole::Replication)
                                .workload("users", rate)
                                .build();
      test::compare(mode, compile::compile(copied, catalog::Catalog::builtIn()).plan, 60'000, 1, report);
    }
    EXPECT_EQ(report.solvedClasses, 3);
    EXPECT_TRUE(report.outside().empty()) << report.worst(10);
  }
}

}  // namespace
}  // namespace cantilever::analytic
