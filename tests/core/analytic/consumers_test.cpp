// Readers of logs, beside simulations.
#include <gtest/gtest.h>

#include <string>

#include "tests/core/analytic/agreement.h"
#include "tests/core/analytic/solved_design.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::analytic {
namespace {

using namespace literals;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;
using test::keyed;
using test::solved;

struct Reading {
  plan::ConsumerGroup group = {};
  std::uint32_t partitions = 8;
  std::uint32_t servers = 1;
  Law work = Law::constant(2_ms);
  double messages = 200;  ///< a second
};

std::shared_ptr<const plan::Plan> planOf(const Reading& reading) {
  PlanBuilder builder;
  const plan::Index readers = builder.station("readers", sim::test::servers(reading.servers), reading.work);
  plan::Log topic;
  topic.partitions = reading.partitions;
  const plan::Index log = builder.log("topic", topic);
  builder.group(log, readers, reading.group);
  builder.source("producers", perSecond(reading.messages), [&](ProgramWriter& p) { p.publish(log); });
  return builder.build();
}

/// Both waits, where they are known to `most`.
void expectAgreement(const Reading& reading, double most, const std::string& name) {
  test::AgreementReport report;
  test::compare(name, planOf(reading), 60'000, 1, report);
  bool hasWait = false;
  for (const test::Comparison& each : report.figures) {
    EXPECT_LT(each.excess, 1) << name << ": " << report.worst(10);
    if (each.what.find(" wait of ") != std::string::npos) {
      hasWait = true;
      EXPECT_NEAR(each.solved / each.simulated, 1, most) << name;
    }
  }
  EXPECT_TRUE(hasWait) << name;
}

// A full batch goes out at once, one that is not when its first message has waited for so long.
TEST(Lingering, AgreesWithTheSimulation) {
  for (const std::uint32_t batch : {5U, 50U, 1000U}) {
    for (const Duration linger : {5_ms, 50_ms, 400_ms}) {
      Reading reading;
      reading.group.delivery = plan::Delivery::Competing;
      reading.group.batch = batch;
      reading.group.linger = linger;
      expectAgreement(reading, 0.05, std::to_string(batch) + " within " + std::to_string(linger.inSeconds()));
    }
  }
}

// Where a batch takes longer than that, the next one waits for it.
TEST(Lingering, BehindABusyReaderAgreesWithTheSimulation) {
  for (const std::uint32_t batch : {20U, 200U}) {
    for (const Law& work : {Law::constant(30_ms), Law::exponential(30_ms), Law::exponential(70_ms)}) {
      Reading reading;
      reading.group.delivery = plan::Delivery::Competing;
      reading.group.inFlight = 1;
      reading.group.batch = batch;
      reading.group.linger = 20_ms;
      reading.work = work;
      expectAgreement(reading, 0.25, std::to_string(batch) + " of " + std::to_string(work.mean.inSeconds()));
    }
  }
}

// More batches at a time, and most of the places taken.
TEST(Lingering, WithSeveralReadersAgreesWithTheSimulation) {
  struct Case {
    std::uint32_t servers;
    double messages;
    Law work;
  };
  for (const Case& each : {Case{2, 1000, Law::constant(18_ms)}, Case{4, 3000, Law::exponential(12_ms)},
                           Case{4, 500, Law::constant(5_ms)}}) {
    Reading reading;
    reading.group.delivery = plan::Delivery::Competing;
    reading.group.batch = 10;
    reading.group.linger = 10_ms;
    reading.servers = each.servers;
    reading.messages = each.messages;
    reading.work = each.work;
    expectAgreement(reading, 0.6, std::to_string(each.servers) + " readers");
  }
}

TEST(Lingering, IsAllThatIsWaitedForWhereReadersHaveNoLimit) {
  PlanBuilder builder;
  const plan::Index readers = builder.station("readers", sim::test::unlimitedServers(), Law::constant(20_ms));
  const plan::Index log = builder.log("topic", {});
  plan::ConsumerGroup group;
  group.delivery = plan::Delivery::Competing;
  group.batch = 100;
  group.linger = 500_ms;
  builder.group(log, readers, group);
  builder.source("producers", 10_rps, [&](ProgramWriter& p) { p.publish(log); });
  const Solution solution = solved(*builder.build());
  EXPECT_NEAR(solution.groups[0].wait.value, (0.5 + 5 * 0.25) / 6, 1e-3);
  EXPECT_NEAR(solution.links[readers].rate.value, 10.0 / 6, 1e-3);
}

// A checkpoint of 0.3 s every 4 s; what has come meanwhile is read as fast as the readers can.
TEST(Checkpoints, HoldUpWhatComesUntilThatIsRead) {
  for (const double messages : {100.0, 300.0}) {
    Reading reading;
    reading.group.commitInterval = 4_s;
    reading.group.commitPause = 300_ms;
    reading.messages = messages;
    expectAgreement(reading, 0.15, std::to_string(messages));
  }
}

// A reader that takes all that waits catches up at once, however busy it seems.
TEST(Checkpoints, AreCaughtUpWithInLargerBatches) {
  Reading reading;
  reading.group.batch = 100;
  reading.group.commitInterval = 4_s;
  reading.group.commitPause = 300_ms;
  reading.work = Law::constant(10_ms);
  reading.messages = 500;
  expectAgreement(reading, 0.3, "batches");
}

TEST(Checkpoints, HoldUpNobodyWhoCompetes) {
  Reading reading;
  reading.group.delivery = plan::Delivery::Competing;
  reading.group.commitInterval = 2_s;
  reading.group.commitPause = 1_s;
  EXPECT_LT(solved(*planOf(reading)).groups[0].wait.value, 0.002);
}

TEST(Checkpoints, AreUnstableIfTooLittleTimeIsLeft) {
  Reading reading;
  reading.group.commitInterval = 1_s;
  reading.group.commitPause = 500_ms;
  reading.messages = 300;
  const Solution solution = solved(*planOf(reading));
  EXPECT_FALSE(solution.groups[0].isStable);
  EXPECT_FALSE(solution.groups[0].wait.isSolved());
}

// Nothing else leads to the archive, and how many messages come there is not reckoned.
TEST(DeadLetters, AreNotTakenForNone) {
  PlanBuilder builder;
  plan::Link bad;
  bad.errorShare = 0.5;
  const plan::Index partner = builder.station("partner", sim::test::servers(1), Law::constant(1_ms), bad);
  const plan::Index reader = builder.link(
      "reader", builder.program("reader", plan::kNone, [&](ProgramWriter& p) { p.call(partner); }));
  const plan::Index archive = builder.station("archive", sim::test::servers(1), Law::constant(1_ms));
  const plan::Index log = builder.log("topic", {});
  plan::ConsumerGroup group;
  group.delivery = plan::Delivery::Competing;
  group.maxReceives = 1;
  group.deadLetters = archive;
  builder.group(log, reader, group);
  builder.source("producers", 100_rps, [&](ProgramWriter& p) { p.publish(log); });
  const Solution solution = solved(*builder.build());
  EXPECT_FALSE(solution.links[archive].rate.isSolved());
  EXPECT_NE(solution.links[archive].rate.why.find("dead letters"), std::string::npos)
      << solution.links[archive].rate.why;
  EXPECT_TRUE(keyed(solution.links, "reader").rate.isSolved());
}

// Of those that fail three times in a row.
TEST(DeadLetters, OfMessagesThatAreTriedAgainAreNotTakenForNone) {
  for (const std::uint32_t receives : {2U, 3U}) {
    PlanBuilder builder;
    plan::Link bad;
    bad.errorShare = 0.5;
    const plan::Index partner = builder.station("partner", sim::test::servers(1), Law::constant(1_ms), bad);
    const plan::Index reader = builder.link(
        "reader", builder.program("reader", plan::kNone, [&](ProgramWriter& p) { p.call(partner); }));
    const plan::Index archive = builder.station("archive", sim::test::servers(1), Law::constant(1_ms));
    const plan::Index log = builder.log("topic", {});
    plan::ConsumerGroup group;
    group.delivery = plan::Delivery::Competing;
    group.maxReceives = receives;
    group.deadLetters = archive;
    builder.group(log, reader, group);
    builder.source("producers", 100_rps, [&](ProgramWriter& p) { p.publish(log); });
    const Solution solution = solved(*builder.build());
    EXPECT_FALSE(solution.links[archive].rate.isSolved()) << receives;
    EXPECT_FALSE(solution.links[reader].rate.isSolved()) << receives;
    EXPECT_NE(keyed(solution.pools, "archive").utilisation.exactness, Exactness::Exact) << receives;
  }
}

// Most posts have a few followers, some have two hundred.
TEST(DrawnFans, ComeInGroupsOfAllSizes) {
  PlanBuilder builder;
  plan::Pool pool = sim::test::servers(4);
  pool.queue = plan::QueueScope::Shared;
  const plan::Index tell = builder.station("teller", pool, Law::exponential(2_ms));
  builder.source("posts", 70_rps, [&](ProgramWriter& p) { p.draw(CountLaw::powerLaw(1.2, 200)).fan(tell); });
  const auto plan = builder.build();
  test::AgreementReport report;
  test::compare("fan", plan, 30'000, 1, report);
  bool hasWait = false;
  for (const test::Comparison& each : report.figures) {
    EXPECT_LT(each.excess, 1) << report.worst(10);
    if (each.what == "fan wait at teller") {
      hasWait = true;
      EXPECT_NEAR(each.solved / each.simulated, 1, 0.15) << report.worst(10);
    }
  }
  EXPECT_TRUE(hasWait);
}

}  // namespace
}  // namespace cantilever::analytic
