#include "tests/core/catalog/mechanism_runs.h"

#include <gmock/gmock.h>

/// What logs and stream processors do, seen in runs: partitions, groups, windows, checkpoints.
namespace cantilever::catalog::test_blocks {
namespace {

// --- Stream processor ---

DesignBuilder stream(Rate rate) {
  return design()
      .block("users", "client_web")
      .param("round_trip", Law::constant(0_ms))
      .block("log", "kafka_cluster")
      .param("partitions", 8)
      .block("sink", "delay")
      .block("subject", "stream_processor")
      .param("units", 4)
      .link("users", "log")
      .link("log", "subject")
      .link("subject", "sink")
      .workload("users", rate)
      .classParam("request", "keys", 5)
      .classParam("request", "key_exponent", 0.0);
}

// Five keys, 100 events a second, windows of two seconds: each has all keys, and one result for each.
TEST(StreamProcessor, HasOneResultForEachKeyAndWindow) {
  const Design design = stream(100_rps).param("window", 2_s).param("lateness", 1_s);
  const sim::RunResult run = runOf(design, 21_s);
  ASSERT_EQ(run.streams.size(), 1u);
  EXPECT_EQ(run.streams[0].windows, 10u);
  EXPECT_EQ(run.streams[0].outcomes, 50u);
  EXPECT_EQ(run.streams[0].late, 0u);
}

// A slot is dead from 10.5 s: nothing is read for the restart, and events from 10 s, the last checkpoint, are
// done again by others: half a second of three of eight partitions, the two of the slot and one that changes
// hands.
TEST(StreamProcessor, GoesOnFromItsLastCheckpoint) {
  const auto lossWith = [](Duration interval) {
    DesignBuilder builder =
        stream(400_rps)
            .param("window", 1_s)
            .param("checkpoint", interval)
            .param("checkpoint_pause", 0_ms)
            .param("restart", 3_s)
            .classParam("request", "keys", 1000);  // so that all partitions have about as many
    builder.scenario("loss").at(Duration::seconds(10.5), Change::KillInstances, "subject", 1);
    return runOf(builder, 20_s, "loss").groups[0];
  };
  const sim::GroupResult often = lossWith(1_s);
  EXPECT_NEAR(static_cast<double>(often.duplicates), 75, 30);
  EXPECT_NEAR(static_cast<double>(lossWith(10_s).duplicates), 75, 30);
  EXPECT_NEAR(static_cast<double>(lossWith(7_s).duplicates), 525, 75);
  EXPECT_NEAR(static_cast<double>(often.maxWaiting), 400 * 3, 120);  // nothing is read for three seconds
}

TEST(StreamProcessor, StandsStillForItsCheckpoints) {
  DesignBuilder builder =
      stream(400_rps).param("window", 1_s).param("checkpoint", 2_s).param("checkpoint_pause", 500_ms);
  // A quarter of the time events wait, for a quarter of a second on average.
  EXPECT_NEAR(runOf(builder, 40_s).groups[0].wait.meanNs() / 1e6, 0.25 * 250, 15);
}

// Windows of two seconds that began every five would leave out three fifths of the events: they do not.
TEST(StreamProcessor, LeavesNoGapsBetweenItsWindows) {
  const Design gaps = stream(100_rps).param("window", 2_s).param("slide", 5_s).param("lateness", 1_s);
  EXPECT_TRUE(Outcome(gaps).isRemarkedOn("stream.slides_too_much"));
  EXPECT_EQ(runOf(gaps, 21_s).streams.at(0).windows, 10u);
  const Design overlapping = stream(100_rps).param("window", 2_s).param("slide", 1_s).param("lateness", 1_s);
  EXPECT_FALSE(Outcome(overlapping).isRemarkedOn("stream.slides_too_much"));
  // A window is over every second from 1 s or 2 s on, and closed a second later.
  const sim::StreamResult twice = runOf(overlapping, 21_s).streams.at(0);
  EXPECT_NEAR(static_cast<double>(twice.windows), 19.5, 0.6);
  EXPECT_EQ(twice.outcomes, 5 * twice.windows);
}

// --- Kafka ---

/// Eight consumers of one thread, a tenth of a second for each record.
DesignBuilder readByEight(std::int64_t partitions) {
  return calling("kafka_cluster", 100_rps)
      .param("partitions", partitions)
      .block("readers", "worker")
      .param("instances", 8)
      .param("concurrency", 1)
      .param("job_time", Law::constant(100_ms))
      .link("subject", "readers")
      .sends();
}

// A partition belongs to one consumer: with three of them five of eight consumers have nothing to do, and 30
// of 100 records a second are read. With sixteen all eight are at work.
TEST(Kafka, HasNoMoreConsumersAtWorkThanPartitions) {
  const auto consumedWith = [](std::int64_t partitions) {
    return static_cast<double>(runOf(readByEight(partitions), 60_s).groups.at(0).consumed) / 60;
  };
  EXPECT_NEAR(consumedWith(3), 30, 0.6);
  EXPECT_NEAR(consumedWith(16), 80, 1.6);
}

TEST(Kafka, GivesEachGroupEveryRecord) {
  DesignBuilder two = readByEight(16);
  two.block("others", "worker").param("instances", 4).param("job_time", Law::constant(10_ms));
  const sim::RunResult run = runOf(two.link("subject", "others").sends(), 60_s);
  ASSERT_EQ(run.groups.size(), 2u);
  const sim::GroupResult& quick = run.groups[run.groups[0].key == "subject-others" ? 0 : 1];
  const sim::GroupResult& slow = run.groups[run.groups[0].key == "subject-others" ? 1 : 0];
  EXPECT_EQ(quick.received, slow.received);
  EXPECT_NEAR(static_cast<double>(quick.consumed), 6000, 250);
  EXPECT_GT(slow.waiting, 1000u) << "one that is behind does not hold up the other";
  EXPECT_LT(quick.waiting, 10u);
}

}  // namespace
}  // namespace cantilever::catalog::test_blocks
