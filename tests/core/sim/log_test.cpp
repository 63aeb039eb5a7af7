#include <gtest/gtest.h>

#include <cmath>

#include "core/compile/compile.h"
#include "core/vocabulary/visits.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/queueing_theory.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using plan::ConsumerGroup;
using plan::Delivery;
using plan::Log;
using plan::Reason;

Log inPartitions(std::uint32_t partitions, Log::Partitioning partitioning = Log::Partitioning::Key) {
  Log log;
  log.partitions = partitions;
  log.partitioning = partitioning;
  return log;
}
ConsumerGroup competing(ConsumerGroup group = {}) {
  group.delivery = Delivery::Competing;
  return group;
}
ConsumerGroup inBatchesOf(std::uint32_t batch, ConsumerGroup group = {}) {
  group.batch = batch;
  return group;
}

RunConfig logsFor(Duration duration) {
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  return config;
}
/// Whatever has happened, every message is somewhere.
void expectConservation(const GroupResult& of) {
  EXPECT_EQ(of.received, of.consumed + of.deadLetters + of.expired + of.waiting + of.inFlight);
}

/// Messages at 10 ms, 20 ms ... to one log.
plan::Index publishEvery10ms(PlanBuilder& builder, const Log& log = {}) {
  const plan::Index to = builder.log("log", log);
  builder.source(
      "writers", 100_rps, [=](ProgramWriter& p) { p.publish(to); }, ArrivalProcess::Deterministic);
  return to;
}

TEST(Log, IsReadInOrderWhileItsWritersGoOn) {
  PlanBuilder builder;
  const plan::Index log = publishEvery10ms(builder);
  builder.group(log, builder.station("readers", servers(1), Law::constant(15_ms)));
  const RunResult result = runFor(99_ms, builder);
  // Appended at 10 .. 90 ms, read at 10, 25, 40, 55, 70, 85: five are done.
  EXPECT_EQ(result.logs[0].appended, 9u);
  const GroupResult& group = result.groups[0];
  EXPECT_EQ(group.received, 9u);
  EXPECT_EQ(group.consumed, 5u);
  EXPECT_EQ(group.inFlight, 1u);
  EXPECT_EQ(group.waiting, 3u);
  EXPECT_EQ(group.maxWaiting, 3u);
  EXPECT_EQ(group.oldestNs, 29 * kMs);       // the one of 70 ms
  EXPECT_EQ(group.wait.maxNs(), 25 * kMs);   // of 60 ms, read at 85
  EXPECT_EQ(group.inLog.maxNs(), 35 * kMs);  // of 50 ms, done at 85
  expectConservation(group);
  EXPECT_EQ(result.classes[0].succeeded, 9u);
  EXPECT_EQ(result.latency.maxNs(), 0);  // publishing takes no time
  EXPECT_EQ(result.detached.started, 6u);
}

TEST(Log, LatencyIsCountedFromTheRequestThatLedToTheMessage) {
  PlanBuilder builder;
  const plan::Index second = builder.log("second");
  builder.group(second, builder.station("last", servers(1), Law::constant(1_ms)));
  const plan::Index first = builder.log("first");
  const plan::Index pool = builder.pool("middle", servers(1));
  const plan::Index middle =
      builder.program("middle", pool, [&](ProgramWriter& p) { p.work(Law::constant(3_ms)).publish(second); });
  builder.group(first, builder.link("to-middle", middle));
  builder.source(
      "writers", 10_rps, [&](ProgramWriter& p) { p.wait(Law::constant(7_ms)).publish(first); },
      ArrivalProcess::Deterministic);
  const RunResult result = runFor(199_ms, builder);
  EXPECT_EQ(result.groups[0].latency.maxNs(), 11 * kMs);
  EXPECT_EQ(result.groups[0].inLog.maxNs(), 1 * kMs);
  EXPECT_EQ(result.groups[1].latency.maxNs(), 10 * kMs);
}

// ST-01: 10,000 messages per second on 12 partitions with a consumer each are twelve M/G/1 queues.
TEST(Log, PartitionsOfTheirOwnConsumersAreQueuesOfTheirOwn) {
  PlanBuilder builder;
  const plan::Index log = builder.log("log", inPartitions(12));
  const plan::Index readers =
      builder.station("readers", instances(12, servers(1)), Law::lognormal(1_ms, std::sqrt(1.5)));
  builder.group(log, readers);
  builder.source("writers", 10000_rps, [=](ProgramWriter& p) { p.publish(log); });
  const RunResult result = runFor(60_s, builder);
  const GroupResult& group = result.groups[0];
  EXPECT_NEAR(group.meanWaiting / 12, 5.2083, 0.3);
  EXPECT_NEAR(group.wait.meanNs() / 1e6, 6.25, 0.4);
  EXPECT_NEAR(group.inLog.meanNs() / 1e6, 7.25, 0.4);
  EXPECT_NEAR(result.pools[0].utilisation, 0.8333, 0.01);
  expectConservation(group);
}

// ST-02: with 12 partitions for 5 consumers two have three of them, and these are the slow ones.
TEST(Log, WholePartitionsBelongToAConsumer) {
  PlanBuilder builder;
  const plan::Index log = builder.log("log", inPartitions(12));
  const plan::Index readers =
      builder.station("readers", instances(5, servers(1)), Law::exponential(Duration::seconds(1.0 / 350)));
  builder.group(log, readers);
  builder.source("writers", 1200_rps, [=](ProgramWriter& p) { p.publish(log); });
  const RunResult result = runFor(200_s, builder);
  EXPECT_NEAR(result.groups[0].inLog.meanNs() / 1e6, 13.33, 0.8);
  std::vector<double> busy = result.pools[0].instanceUtilisation;
  std::sort(busy.begin(), busy.end());
  EXPECT_NEAR(busy[0], 200.0 / 350, 0.02);
  EXPECT_NEAR(busy[2], 200.0 / 350, 0.02);
  EXPECT_NEAR(busy[3], 300.0 / 350, 0.02);
  EXPECT_NEAR(busy[4], 300.0 / 350, 0.02);
}

// Formulas, 12: M/M[1,K]/1, service of a batch whatever its size. r is the root of
// lambda - (lambda + mu) r + mu r^(K+1) in (0, 1), and Lq = A r / (1 - r)^2 with the idle share mu A /
// lambda.
TEST(Log, BatchesAreOfWhatIsThereWhenTheConsumerBecomesFree) {
  constexpr double kLambda = 250;
  constexpr double kMu = 100;
  constexpr int kMost = 4;
  double r = 0.5;
  for (int i = 0; i < 200; ++i) {
    r = (kLambda + kMu * std::pow(r, kMost + 1)) / (kLambda + kMu);
  }
  const double a = 1 / (kMu / kLambda + 1 / (1 - r));
  PlanBuilder builder;
  const plan::Index log = builder.log("log");
  builder.group(log, builder.station("reader", servers(1), Law::exponential(10_ms)), inBatchesOf(kMost));
  builder.source("writers", Rate::fromRaw(kLambda), [=](ProgramWriter& p) { p.publish(log); });
  const RunResult result = runFor(1000_s, builder);
  const double waiting = a * r / ((1 - r) * (1 - r));
  EXPECT_NEAR(result.groups[0].meanWaiting, waiting, 0.05 * waiting);
  EXPECT_NEAR(1 - result.pools[0].utilisation, kMu * a / kLambda, 0.01);
}

TEST(Log, ABatchTakesTheTimeOfEachMessageAndOneOfItsOwn) {
  PlanBuilder builder;
  const plan::Index log = publishEvery10ms(builder);
  const plan::Index pool = builder.pool("reader", servers(1));
  const plan::Index read = builder.program("read", pool, [](ProgramWriter& p) {
    p.work(Law::constant(20_ms)).workPerTarget(Law::constant(5_ms));
  });
  builder.group(log, builder.link("to-reader", read), inBatchesOf(10));
  const RunResult result = runFor(99_ms, builder);
  // 10 ms: one, until 35; then those of 20 and 30 ms, until 65; then 40, 50 and 60 ms, until 100.
  EXPECT_EQ(result.groups[0].batches, 3u);
  EXPECT_EQ(result.groups[0].consumed, 3u);
  EXPECT_EQ(result.groups[0].inFlight, 3u);
  EXPECT_EQ(result.groups[0].waiting, 3u);
  const plan::Visits visits = *plan::visits(*builder.build());
  EXPECT_DOUBLE_EQ(visits.totalLinkRate(0), 10);
  EXPECT_DOUBLE_EQ(visits.totalPoolWork(0), 10 * 0.02 + 100 * 0.005);
}

// The calls are few, but every message leads to another one.
TEST(Log, MessagesWithoutEndAreFoundHoweverLargeTheirBatchesAre) {
  PlanBuilder builder;
  const plan::Index log = publishEvery10ms(builder);
  const plan::Index again = builder.program("again", plan::kNone, [=](ProgramWriter& p) { p.publish(log); });
  builder.group(log, builder.link("round", again), inBatchesOf(1000));
  const Result<plan::Visits> visits = plan::visits(*builder.build());
  ASSERT_FALSE(visits.ok());
  EXPECT_EQ(visits.error().code, "plan.diverges");
}

TEST(Log, LingersForABatchToBecomeFullButNotForEver) {
  PlanBuilder builder;
  const plan::Index log = publishEvery10ms(builder);
  ConsumerGroup group = inBatchesOf(3);
  group.linger = 25_ms;
  builder.group(log, builder.station("reader", servers(0), Law::constant(0_ms)), group);
  RunResult result = runFor(65_ms, builder);
  EXPECT_EQ(result.groups[0].batches, 2u);  // of three, at 30 and 60 ms
  EXPECT_EQ(result.groups[0].consumed, 6u);
  EXPECT_EQ(result.groups[0].wait.maxNs(), 20 * kMs);
  builder.raw().groups[0].linger = 15_ms;
  result = runFor(64_ms, builder);
  EXPECT_EQ(result.groups[0].batches, 2u);  // of two, at 25 and 45 ms
  EXPECT_EQ(result.groups[0].consumed, 4u);
  EXPECT_EQ(result.groups[0].wait.maxNs(), 15 * kMs);
}

// ST-05, with a tenth of its rates: a backlog of 10,000 messages, 100 come per second and 120 can be read, so
// it is gone after 500 s, and 60,000 have been read by then.
TEST(Log, ABacklogIsReadOffAtTheRateThatIsLeft) {
  PlanBuilder builder;
  const plan::Index log = builder.log("log");
  builder.group(log, builder.station("reader", servers(1), Law::constant(Duration::seconds(1.0 / 120))));
  builder.source(
      "writers", 100_rps, [=](ProgramWriter& p) { p.publish(log); }, ArrivalProcess::Deterministic);
  plan::Source backlog = builder.raw().sources[0];
  backlog.key = "backlog";
  backlog.kind = plan::SourceKind::Trace;
  backlog.times.assign(10'000, Duration());
  builder.raw().sources.push_back(backlog);
  const RunResult result = runFor(600_s, builder);
  const auto empty = std::find_if(result.series.begin(), result.series.end(),
                                  [](const Sample& sample) { return sample.groups[0].waiting < 1; });
  ASSERT_NE(empty, result.series.end());
  EXPECT_NEAR(static_cast<double>(empty->endNs) / 1e9, 500, 1);
  EXPECT_EQ(result.groups[0].maxWaiting, 9'999u);
  EXPECT_NEAR(result.groups[0].meanWaiting, 10'000 * 500 / 2.0 / 600, 10);
}

TEST(Log, EveryGroupReadsAllMessages) {
  PlanBuilder builder;
  const plan::Index log = publishEvery10ms(builder);
  builder.group(log, builder.station("fast", servers(1), Law::constant(1_ms)));
  builder.group(log, builder.station("slow", servers(1), Law::constant(40_ms)));
  const RunResult result = runFor(95_ms, builder);
  EXPECT_EQ(result.groups[0].consumed, 9u);
  EXPECT_EQ(result.groups[1].consumed, 2u);
  EXPECT_EQ(result.groups[1].waiting, 6u);
}

TEST(Log, EveryInstanceReadsAllMessagesWhereTheGroupSaysSo) {
  PlanBuilder builder;
  const plan::Index log = publishEvery10ms(builder);
  ConsumerGroup group;
  group.delivery = Delivery::Every;
  const plan::Index link = builder.station("readers", instances(3, servers(1)), Law::constant(1_ms));
  builder.group(log, link, group);
  const RunResult result = runFor(95_ms, builder);
  EXPECT_EQ(result.groups[0].received, 27u);
  EXPECT_EQ(result.groups[0].consumed, 27u);
  EXPECT_DOUBLE_EQ(plan::visits(*builder.build())->totalLinkRate(link), 300);
}

TEST(Log, CompetingConsumersAreServersOfOneQueue) {
  PlanBuilder builder;
  const plan::Index log = builder.log("log");
  builder.group(log, builder.station("readers", instances(3, servers(1)), Law::exponential(10_ms)),
                competing());
  builder.source("writers", 240_rps, [=](ProgramWriter& p) { p.publish(log); });
  const RunResult result = runFor(1000_s, builder);
  const double wait = theory::erlangC(2.4, 3) / (300 - 240) * 1e3;
  EXPECT_NEAR(result.groups[0].wait.meanNs() / 1e6, wait, 0.06 * wait);
}

TEST(Log, ReadersOfASharedQueueNeedNotBeToldApart) {
  PlanBuilder builder;
  const plan::Index log = publishEvery10ms(builder);
  builder.group(
      log, builder.station("readers", withSeats(shared(instances(2, servers(2))), 2), Law::constant(35_ms)),
      competing());
  const RunResult result = runFor(999_ms, builder);
  EXPECT_EQ(result.groups[0].maxWaiting, 0u);  // four at a time, and 3.5 are needed
  EXPECT_EQ(result.groups[0].consumed, 96u);
}

TEST(Log, AFullLogRefuses) {
  PlanBuilder builder;
  Log log;
  log.limit = 2;
  publishEvery10ms(builder, log);
  builder.group(0, builder.station("reader", servers(1), Law::constant(1_s)));
  const RunResult result = runFor(95_ms, builder);
  EXPECT_EQ(result.logs[0].appended, 3u);  // one is being read
  EXPECT_EQ(result.logs[0].refused, 6u);
  EXPECT_EQ(result.classes[0].failed[static_cast<std::size_t>(Reason::QueueFull)], 6u);
}

TEST(Log, AFullLogThatDropsTheOldest) {
  PlanBuilder builder;
  Log log;
  log.limit = 2;
  log.overflow = Log::Overflow::DropOldest;
  publishEvery10ms(builder, log);
  builder.group(0, builder.station("reader", servers(1), Law::constant(1_s)));
  const RunResult result = runFor(95_ms, builder);
  EXPECT_EQ(result.logs[0].appended, 9u);
  EXPECT_EQ(result.groups[0].expired, 6u);
  EXPECT_EQ(result.groups[0].waiting, 2u);
  EXPECT_EQ(result.groups[0].oldestNs, 15 * kMs);
  expectConservation(result.groups[0]);
}

TEST(Log, WhatIsTooOldIsNotRead) {
  PlanBuilder builder;
  Log log;
  log.retention = 25_ms;
  publishEvery10ms(builder, log);
  builder.group(0, builder.station("reader", servers(1), Law::constant(45_ms)));
  const RunResult result = runFor(95_ms, builder);
  // 10 ms is read at once; at 55 those of 20 are over, and 30 is just there; at 100 ...
  EXPECT_EQ(result.groups[0].consumed, 1u);
  EXPECT_EQ(result.groups[0].wait.maxNs(), 25 * kMs);
  EXPECT_EQ(result.groups[0].expired, 4u);  // 20 at 55; 40, 50 and 60 later
  expectConservation(result.groups[0]);
}

// --- Acknowledgement by message (26).

TEST(Queue, AMessageThatIsNotAcknowledgedInTimeIsDeliveredAgainAndBothCount) {
  PlanBuilder builder;
  const plan::Index log = builder.log("queue");
  builder.source(
      "writers", 10_rps, [=](ProgramWriter& p) { p.publish(log); }, ArrivalProcess::Deterministic);
  ConsumerGroup group = competing();
  group.visibility = 20_ms;
  builder.group(log, builder.station("readers", servers(4), Law::constant(30_ms)), group);
  const RunResult result = runFor(155_ms, builder);
  // Read at 100 and 120 ms; done at 130, and once more at 150.
  EXPECT_EQ(result.groups[0].redelivered, 1u);
  EXPECT_EQ(result.groups[0].consumed, 1u);
  EXPECT_EQ(result.groups[0].duplicates, 1u);
  EXPECT_EQ(result.groups[0].latency.maxNs(), 30 * kMs);
  EXPECT_EQ(result.pools[0].served, 2u);
  EXPECT_EQ(result.pools[0].busyNs, 60'000'000u);
  expectConservation(result.groups[0]);
}

// The only consumer has no time for it before it has finished it.
TEST(Queue, AMessageDoneLateAndNotReadAgainYetIsConsumed) {
  PlanBuilder builder;
  const plan::Index log = builder.log("queue");
  builder.source(
      "writers", 10_rps, [=](ProgramWriter& p) { p.publish(log); }, ArrivalProcess::Deterministic);
  ConsumerGroup group = competing();
  group.visibility = 20_ms;
  group.maxReceives = 3;
  builder.group(log, builder.station("readers", servers(1), Law::constant(30_ms)), group);
  const RunResult result = runFor(195_ms, builder);
  EXPECT_EQ(result.groups[0].consumed, 1u);
  EXPECT_EQ(result.groups[0].redelivered, 0u);
  EXPECT_EQ(result.groups[0].duplicates, 0u);
  EXPECT_EQ(result.groups[0].waiting, 0u);
  EXPECT_EQ(result.pools[0].busyNs, 30'000'000u);
  expectConservation(result.groups[0]);
}

// A dead letter is an outcome: who finishes it afterwards has done it in vain.
TEST(Queue, AMessageDoneAfterItBecameADeadLetterIsADuplicate) {
  PlanBuilder builder;
  const plan::Index log = builder.log("queue");
  builder.source(
      "writers", 10_rps, [=](ProgramWriter& p) { p.publish(log); }, ArrivalProcess::Deterministic);
  ConsumerGroup group = competing();
  group.visibility = 20_ms;
  group.maxReceives = 1;
  builder.group(log, builder.station("readers", servers(4), Law::constant(30_ms)), group);
  const RunResult result = runFor(155_ms, builder);
  EXPECT_EQ(result.groups[0].deadLetters, 1u);
  EXPECT_EQ(result.groups[0].duplicates, 1u);
  EXPECT_EQ(result.groups[0].consumed, 0u);
  expectConservation(result.groups[0]);
}

TEST(Queue, AfterTooManyReceivesAMessageIsADeadLetter) {
  PlanBuilder builder;
  const plan::Index dead = builder.log("dead");
  const plan::Index bury = builder.program("bury", plan::kNone, [=](ProgramWriter& p) { p.publish(dead); });
  const plan::Index toDead = builder.link("to-dead", bury, withLatency(Law::constant(2_ms)));
  builder.group(dead, builder.station("undertaker", servers(1), Law::constant(1_ms)), competing());
  const plan::Index log = builder.log("queue");
  builder.source(
      "writers", 10_rps, [=](ProgramWriter& p) { p.publish(log); }, ArrivalProcess::Deterministic);
  const plan::Index pool = builder.pool("readers", servers(1));
  const plan::Index read = builder.program(
      "read", pool, [](ProgramWriter& p) { p.work(Law::constant(5_ms)).fail(Reason::Injected); });
  ConsumerGroup group = competing();
  group.visibility = 20_ms;
  group.maxReceives = 3;
  group.deadLetters = toDead;
  builder.group(log, builder.link("to-readers", read), group);
  const RunResult result = runFor(199_ms, builder);
  const GroupResult& main = result.groups[1];
  EXPECT_EQ(main.batches, 3u);  // at 100, 120 and 140 ms
  EXPECT_EQ(main.redelivered, 2u);
  EXPECT_EQ(main.deadLetters, 1u);
  EXPECT_EQ(result.groups[0].consumed, 1u);
  EXPECT_EQ(result.groups[0].latency.maxNs(), 63 * kMs);  // since 100 ms: 60, the way, and the work
  EXPECT_EQ(result.detached.failed[static_cast<std::size_t>(Reason::Injected)], 3u);
  expectConservation(main);
}

TEST(Queue, WithoutAVisibilityTimeoutAFailedMessageIsThereAtOnce) {
  PlanBuilder builder;
  const plan::Index log = builder.log("queue");
  builder.source(
      "writers", 10_rps, [=](ProgramWriter& p) { p.publish(log); }, ArrivalProcess::Deterministic);
  const plan::Index pool = builder.pool("readers", servers(1));
  const plan::Index read = builder.program(
      "read", pool, [](ProgramWriter& p) { p.work(Law::constant(5_ms)).fail(Reason::Injected); });
  ConsumerGroup group = competing();
  group.maxReceives = 4;
  builder.group(log, builder.link("to-readers", read), group);
  const RunResult result = runFor(199_ms, builder);
  EXPECT_EQ(result.groups[0].batches, 4u);
  EXPECT_EQ(result.groups[0].deadLetters, 1u);
  EXPECT_EQ(result.pools[0].busyNs, 20'000'000u);
}

TEST(Queue, WhatFailsForEverWithoutTimePassingEndsTheRun) {
  PlanBuilder builder;
  const plan::Index log = builder.log("queue");
  builder.source(
      "writers", 10_rps, [=](ProgramWriter& p) { p.publish(log); }, ArrivalProcess::Deterministic);
  const plan::Index read =
      builder.program("read", plan::kNone, [](ProgramWriter& p) { p.fail(Reason::Injected); });
  builder.group(log, builder.link("to-readers", read), competing());
  const RunResult result = runFor(199_ms, builder);
  EXPECT_FALSE(result.isComplete);
  EXPECT_NE(result.stopReason.find("without time passing"), std::string::npos) << result.stopReason;
}

TEST(Queue, InOrderMeansOneBatchOfAPartitionAtATime) {
  PlanBuilder builder;
  const plan::Index log = publishEvery10ms(builder);
  ConsumerGroup group = competing();
  group.isOrdered = true;
  builder.group(log, builder.station("readers", servers(8), Law::constant(15_ms)), group);
  const RunResult result = runFor(99_ms, builder);
  EXPECT_EQ(result.groups[0].consumed, 5u);
  EXPECT_EQ(result.groups[0].inFlight, 1u);
}

TEST(Queue, WhatAKilledConsumerHeldIsDeliveredToAnother) {
  PlanBuilder builder;
  const plan::Index log = builder.log("queue");
  builder.source(
      "writers", 10_rps, [=](ProgramWriter& p) { p.publish(log); }, ArrivalProcess::Deterministic);
  builder.group(log, builder.station("readers", instances(2, servers(1)), Law::constant(50_ms)), competing());
  builder.action(120_ms, Change::KillInstances, 0, 1);
  const RunResult result = runFor(199_ms, builder);
  EXPECT_EQ(result.groups[0].redelivered, 1u);
  EXPECT_EQ(result.groups[0].consumed, 1u);
  EXPECT_EQ(result.groups[0].inLog.maxNs(), 70 * kMs);
}

// --- Acknowledgement in order, and rebalancing (25).

/// Two partitions, each message for 30 ms; one consumer dies at 120 ms, while it works on the message of
/// 100 ms.
PlanBuilder twoReadersOneOfWhichDies(ConsumerGroup group, bool isSilent = false) {
  PlanBuilder builder;
  const plan::Index log = builder.log("log", inPartitions(2, Log::Partitioning::InTurn));
  builder.source(
      "writers", 20_rps, [=](ProgramWriter& p) { p.publish(log); }, ArrivalProcess::Deterministic);
  builder.group(log, builder.station("readers", instances(2, servers(1)), Law::constant(30_ms)), group);
  builder.action(120_ms, isSilent ? Change::KillSilently : Change::KillInstances, 0, 1);
  return builder;
}

TEST(Rebalance, ADeadConsumersPartitionsMoveAfterTheSessionTimeoutAndThePause) {
  for (const bool isSilent : {false, true}) {
    ConsumerGroup group;
    group.sessionTimeout = 100_ms;
    group.rebalancePause = 40_ms;
    // Messages at 50 (partition 1, the second consumer), 100 (partition 0) ...
    PlanBuilder builder = twoReadersOneOfWhichDies(group, isSilent);
    const RunResult result = runFor(349_ms, builder);
    // From 220 to 260 nobody reads; then the other has both, and begins with the oldest, of 100 ms.
    EXPECT_EQ(result.groups[0].wait.maxNs(), 90 * kMs);  // that of 200 ms, read at 290 after that of 100
    EXPECT_EQ(result.groups[0].redelivered, 1u);
    EXPECT_EQ(result.groups[0].inLog.maxNs(), 190 * kMs);  // 100 .. 290
    ASSERT_EQ(result.happenings.size(), 2u);
    EXPECT_EQ(result.happenings[1].kind, Happening::Kind::Rebalanced);
    EXPECT_EQ(result.happenings[1].atNs, 260 * kMs);
    expectConservation(result.groups[0]);
  }
}

TEST(Rebalance, WhatWasDoneButNotCommittedIsDoneAgain) {
  ConsumerGroup group;
  group.commitInterval = 1_s;
  PlanBuilder builder;
  const plan::Index log = publishEvery10ms(builder);
  builder.group(log, builder.station("readers", instances(2, servers(1)), Law::constant(1_ms)), group);
  builder.action(55_ms, Change::KillInstances, 0, 1);
  const RunResult result = runFor(95_ms, builder);
  EXPECT_EQ(result.groups[0].received, 9u);
  EXPECT_EQ(result.groups[0].consumed, 9u);
  EXPECT_EQ(result.groups[0].redelivered, 5u);  // of 10 .. 50 ms
  EXPECT_EQ(result.groups[0].duplicates, 5u);
}

TEST(Rebalance, ANewConsumerTakesItsShareAndWhatWasInWorkIsDoneTwice) {
  PlanBuilder builder;
  const plan::Index log = builder.log("log", inPartitions(2, Log::Partitioning::InTurn));
  builder.source(
      "writers", 100_rps, [=](ProgramWriter& p) { p.publish(log); }, ArrivalProcess::Deterministic);
  plan::Pool readers = instances(1, servers(2));
  readers.maxInstances = 2;
  builder.group(log, builder.station("readers", readers, Law::constant(15_ms)));
  builder.action(52_ms, Change::SetInstances, 0, 2);
  const RunResult result = runFor(199_ms, builder);
  // Partition 1 has messages at 10, 30, 50 ...: that of 50 ms is in work at 52, when it changes hands.
  EXPECT_EQ(result.groups[0].redelivered, 1u);
  EXPECT_EQ(result.groups[0].duplicates, 1u);
  EXPECT_GT(result.pools[0].instanceUtilisation[1], 0.3);
  expectConservation(result.groups[0]);
}

TEST(Rebalance, AConsumerThatLeavesHandsItsPartitionsOn) {
  PlanBuilder builder;
  const plan::Index log = builder.log("log", inPartitions(4, Log::Partitioning::InTurn));
  builder.source(
      "writers", 100_rps, [=](ProgramWriter& p) { p.publish(log); }, ArrivalProcess::Deterministic);
  builder.group(log, builder.station("readers", instances(2, servers(0)), Law::constant(1_ms)));
  builder.action(55_ms, Change::SetInstances, 0, 1);
  const RunResult result = runFor(199_ms, builder);
  EXPECT_EQ(result.groups[0].received, 19u);
  EXPECT_EQ(result.groups[0].consumed, 19u);
  EXPECT_EQ(result.groups[0].redelivered, 0u);
}

TEST(Rebalance, AFailedBatchBlocksItsPartitionUntilItIsTriedAgain) {
  PlanBuilder builder;
  const plan::Index log = builder.log("log");
  builder.source(
      "writers", 100_rps, [=](ProgramWriter& p) { p.publish(log); }, ArrivalProcess::Deterministic);
  const plan::Index pool = builder.pool("readers", servers(1));
  const plan::Index read = builder.program(
      "read", pool, [](ProgramWriter& p) { p.work(Law::constant(1_ms)).fail(Reason::Injected); });
  ConsumerGroup group;
  group.retryAfter = 20_ms;
  group.maxReceives = 3;
  builder.group(log, builder.link("to-readers", read), group);
  const RunResult result = runFor(95_ms, builder);
  // 10, 31, 52, and when that has failed, at 53, it is a dead letter; the next at 53, 74 and 95.
  EXPECT_EQ(result.groups[0].batches, 6u);
  EXPECT_EQ(result.groups[0].deadLetters, 1u);
  expectConservation(result.groups[0]);
}

// Of a batch of two the first message fails with whatever batch it is in: it has had its three receives one
// batch before the second, which joined it later.
TEST(Rebalance, WhatIsLeftOfAFailedBatchWaitsThoughSomeOfItIsDead) {
  PlanBuilder builder;
  const plan::Index log = builder.log("log");
  builder.source(
      "writers", 100_rps, [=](ProgramWriter& p) { p.publish(log); }, ArrivalProcess::Deterministic);
  const plan::Index pool = builder.pool("readers", servers(1));
  const plan::Index read = builder.program(
      "read", pool, [](ProgramWriter& p) { p.work(Law::constant(1_ms)).fail(Reason::Injected); });
  ConsumerGroup group = inBatchesOf(2);
  group.retryAfter = 20_ms;
  group.maxReceives = 3;
  builder.group(log, builder.link("to-readers", read), group);
  const RunResult result = runFor(75_ms, builder);
  // {10} at 10; {10, 20} at 31 and 52; at 53 the message of 10 ms is dead and that of 20 waits until 73.
  EXPECT_EQ(result.groups[0].batches, 4u);
  EXPECT_EQ(result.groups[0].deadLetters, 2u);
  expectConservation(result.groups[0]);
}

// The partition of a failed batch waits, its reader's other ones do not.
TEST(Rebalance, AFailedBatchDoesNotHoldUpOtherPartitions) {
  PlanBuilder builder;
  const plan::Index log = builder.log("log", inPartitions(2, Log::Partitioning::InTurn));
  builder.source(
      "writers", 100_rps, [=](ProgramWriter& p) { p.publish(log); }, ArrivalProcess::Deterministic);
  const plan::Index pool = builder.pool("readers", servers(1));
  const plan::Index read = builder.program(
      "read", pool, [](ProgramWriter& p) { p.work(Law::constant(15_ms)).fail(Reason::Injected); });
  ConsumerGroup group;
  group.retryAfter = 500_ms;
  builder.group(log, builder.link("to-readers", read), group);
  // 10 in one partition fails at 25, when 20 waits in the other and is read, and fails at 40.
  EXPECT_EQ(runFor(29_ms, builder).groups[0].batches, 2u);
}

TEST(Log, ARunWithTooManyUnreadMessagesIsStoppedAndSaysWhy) {
  PlanBuilder builder;
  const plan::Index log = builder.log("log");
  builder.source("writers", 100'000_rps, [=](ProgramWriter& p) { p.publish(log); });
  builder.group(log, builder.station("readers", servers(1), Law::constant(1_s)));
  RunConfig config = logsFor(1_s);
  config.maxFrames = 1000;
  const RunResult result = *simulate(builder.build(), config);
  EXPECT_FALSE(result.isComplete);
  EXPECT_LT(result.groups[0].waiting, 10'000u);
  EXPECT_NE(result.stopReason.find("consumers do not keep up"), std::string::npos) << result.stopReason;
}

/// Writers who wait for so many acknowledgements, every 10 ms.
plan::Index publishAndWait(PlanBuilder& builder, plan::Index needed, const Log& log = {}) {
  const plan::Index to = builder.log("log", log);
  builder.source(
      "writers", 100_rps, [=](ProgramWriter& p) { p.publish(to, needed); }, ArrivalProcess::Deterministic);
  return to;
}

TEST(Log, WritersWaitForAsManyGroupsAsTheySay) {
  for (const plan::Index needed : {1u, 2u}) {
    PlanBuilder builder;
    const plan::Index log = publishAndWait(builder, needed);
    builder.group(log, builder.station("fast", unlimitedServers(), Law::constant(2_ms)));
    builder.group(log, builder.station("slow", unlimitedServers(), Law::constant(4_ms)));
    const RunResult result = runFor(55_ms, builder);
    EXPECT_EQ(result.classes[0].succeeded, 5u);
    EXPECT_EQ(result.latency.maxNs(), (needed == 1 ? 2 : 4) * kMs);
    expectConservation(result.groups[0]);
  }
}

TEST(Log, AnAcknowledgementHasAWayBack) {
  PlanBuilder builder;
  const plan::Index log = publishAndWait(builder, plan::Instruction::kEveryCopy);
  ConsumerGroup every;
  every.delivery = Delivery::Every;
  builder.group(log,
                builder.station("copies", instances(3, servers(1)), Law::constant(2_ms),
                                withLatency(Law::constant(3_ms))),
                every);
  RunResult result = runFor(55_ms, builder);
  EXPECT_EQ(result.latency.maxNs(), 8 * kMs);
  EXPECT_EQ(result.classes[0].succeeded, 4u);  // that of 50 ms is on its way
  EXPECT_EQ(result.groups[0].consumed, 3u * 5u);
  // With one of them dead, two are waited for; three there never are.
  builder.action(0_ms, Change::KillInstances, 0, 1);
  result = runFor(55_ms, builder);
  EXPECT_EQ(result.classes[0].succeeded, 4u);
  builder.raw().code[builder.raw().programs[0].begin].b = 3;
  result = runFor(55_ms, builder);
  EXPECT_EQ(result.classes[0].failed[static_cast<std::size_t>(Reason::NotReplicated)], 5u);
  EXPECT_EQ(result.logs[0].refused, 5u);
}

// 3 ms there and back, and 2 ms of work; the way is twice as long from 35 ms on.
TEST(Log, AnAcknowledgementTakesAsLongAsItsLinkIsSlow) {
  PlanBuilder builder;
  const plan::Index log = publishAndWait(builder, plan::Instruction::kEveryCopy);
  ConsumerGroup every;
  every.delivery = Delivery::Every;
  const plan::Index link =
      builder.station("copies", servers(1), Law::constant(2_ms), withLatency(Law::constant(3_ms)));
  builder.group(log, link, every);
  plan::Action slow;
  slow.at = 35_ms;
  slow.change = Change::ScaleLatency;
  slow.link = link;
  slow.value = 2;
  builder.raw().actions.push_back(slow);
  const RunResult result = runFor(69_ms, builder);
  EXPECT_EQ(result.latency.countUpTo(8'000'000), 2u);  // that of 30 ms goes back when it is slow already
  EXPECT_EQ(result.latency.maxNs(), 14 * kMs);
}

TEST(Log, WritersFailWhenTheirMessageIsGivenUp) {
  PlanBuilder builder;
  const plan::Index log = publishAndWait(builder, 1);
  const plan::Index pool = builder.pool("reader", servers(1));
  const plan::Index read = builder.program(
      "read", pool, [](ProgramWriter& p) { p.work(Law::constant(3_ms)).fail(Reason::Injected); });
  ConsumerGroup once = competing();
  once.maxReceives = 1;
  builder.group(log, builder.link("to-reader", read), once);
  const RunResult result = runFor(55_ms, builder);
  EXPECT_EQ(result.classes[0].failed[static_cast<std::size_t>(Reason::NotReplicated)], 5u);
  EXPECT_EQ(result.groups[0].deadLetters, 5u);
}

TEST(Log, HoldsUpItsWritersUntilThereIsRoom) {
  PlanBuilder builder;
  Log small;
  small.limit = 1;
  small.overflow = Log::Overflow::Block;
  const plan::Index log = publishEvery10ms(builder, small);
  builder.group(log, builder.station("reader", servers(1), Law::constant(25_ms)));
  const RunResult result = runFor(99_ms, builder);
  // Read at 10, 35, 60 and 85 ms; that of 20 waits there, those of 30, 40 and 50 get in at 35, 60 and 85.
  EXPECT_EQ(result.classes[0].succeeded, 5u);
  EXPECT_EQ(result.classes[0].unfinished, 4u);
  EXPECT_EQ(result.latency.maxNs(), 35 * kMs);
  EXPECT_EQ(result.groups[0].maxWaiting, 1u);
  EXPECT_EQ(result.groups[0].received, 5u);
  expectConservation(result.groups[0]);
}

// The first in line waits for room in its partition; when it gives up, the next may have room in another one.
TEST(Log, LetsTheNextWriterInWhenTheFirstInLineGoes) {
  PlanBuilder builder;
  Log small = inPartitions(64);
  small.limit = 1;
  small.overflow = Log::Overflow::Block;
  const plan::Index log = builder.log("log", small);
  builder.group(log, builder.station("reader", servers(1), Law::constant(1_s)));
  const plan::Index write = builder.program("write", plan::kNone, [=](ProgramWriter& p) { p.publish(log); });
  plan::Link hurried = withTimeout(15_ms);
  hurried.cancels = true;
  const plan::Index link = builder.link("to-log", write, hurried);
  const auto body = [=](ProgramWriter& p) { p.call(link); };
  builder.requestClass("often");
  builder.requestClass("seldom");
  builder.keys(0, 1, 0);  // one key each, in partitions of their own
  builder.keys(1, 1, 0);
  builder.source("often", perSecond(1 / 0.010), body, ArrivalProcess::Deterministic, 0);
  builder.source("seldom", perSecond(1 / 0.032), body, ArrivalProcess::Deterministic, 1);
  const RunResult result = runFor(60_ms, builder);
  // That of 10 ms is read, that of 20 waits, and those of 30 and more find no room; that of 32 has room in
  // its partition, and gets in at 45 ms, when the one before it has timed out.
  EXPECT_EQ(result.groups[0].received, 3u);
  EXPECT_EQ(result.classes[1].succeeded, 1u);
  EXPECT_EQ(result.classes[1].latency.maxNs(), 13 * kMs);
}

TEST(Log, BeginsWithItsBacklogAndTellsWhenThatIsGone) {
  PlanBuilder builder;
  builder.requestClass("all");
  Log full;
  full.backlog = 3;
  const plan::Index log = builder.log("log", full);
  builder.group(log, builder.station("reader", servers(1), Law::constant(10_ms)));
  const RunResult result = runFor(99_ms, builder);
  EXPECT_EQ(result.groups[0].received, 3u);
  EXPECT_EQ(result.groups[0].consumed, 3u);
  EXPECT_EQ(result.groups[0].maxWaiting, 2u);
  EXPECT_EQ(result.groups[0].drainedNs, 20 * kMs);
  EXPECT_EQ(result.groups[0].inLog.maxNs(), 30 * kMs);
}

TEST(Log, ReadsNothingWhileItCommits) {
  PlanBuilder builder;
  builder.requestClass("all");
  Log full;
  full.backlog = 100;
  const plan::Index log = builder.log("log", full);
  ConsumerGroup group;
  group.commitInterval = 50_ms;
  group.commitPause = 20_ms;
  builder.group(log, builder.station("reader", servers(1), Law::constant(10_ms)), group);
  const RunResult result = runFor(199_ms, builder);
  // Five until 50 ms, then three from 70, 120 and 170 ms on, the last of which is done at 200.
  EXPECT_EQ(result.groups[0].consumed, 5u + 3u + 3u + 2u);
}

TEST(Log, LinksMayHaveSettingsOfTheirOwn) {
  const Design design = cantilever::test::design()
                            .block("users", "source")
                            .block("log", "log")
                            .param("batch", Count(7))
                            .param("commit_interval", 2_s)
                            .block("one", "delay")
                            .block("two", "delay")
                            .link("users", "log")
                            .link("log", "one")
                            .link("log", "two")
                            .linkParam("batch", Count(100))
                            .linkParam("linger", 5_ms)
                            .workload("users", 10_rps);
  const compile::Compiled compiled = compile::compile(design, catalog::Catalog::builtIn());
  ASSERT_NE(compiled.plan, nullptr);
  const std::vector<ConsumerGroup>& groups = compiled.plan->groups;
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].batch, 7u);
  EXPECT_EQ(groups[0].linger, Duration());
  EXPECT_EQ(groups[1].batch, 100u);
  EXPECT_EQ(groups[1].linger, 5_ms);
  EXPECT_EQ(groups[1].commitInterval, 2_s);
}

}  // namespace
}  // namespace cantilever::sim
