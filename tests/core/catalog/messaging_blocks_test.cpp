#include "tests/core/catalog/block_outcome.h"

#include <gmock/gmock.h>

/// What a request meets in the messaging blocks: the mechanism, not the label.
namespace cantilever::catalog::test_blocks {
namespace {

// Kafka.

DesignBuilder producing(const char* acks) {
  return calling("kafka_cluster", 100_rps)
      .param("brokers", 1)
      .param("acks", acks)
      .param("record_size", 15_KB)  // 1 ms of a kafka.m5.large
      .param("replication_time", Law::constant(20_ms));
}

TEST(Kafka, AcknowledgesWhenTheRecordIsAsSafeAsAsked) {
  // 100/s of 1 ms: rho 0.1, so an M/D/1 wait of 1 ms x 0.1 / (2 x 0.9) = 0.056 ms.
  EXPECT_NEAR(meanLatency(producing("all"), 60_s), 21.056, 0.02);
  EXPECT_NEAR(meanLatency(producing("leader"), 60_s), 1.056, 0.02);
  EXPECT_NEAR(meanLatency(producing("none"), 60_s), 0, 1e-6);
}

TEST(Kafka, TakesInItsBytesWhateverTheAcknowledgement) {
  EXPECT_NEAR(Outcome(producing("none")).work("subject"), 0.1, 1e-9);
  EXPECT_NEAR(Outcome(producing("all")).work("subject"), 0.1, 1e-9);
  EXPECT_NEAR(Outcome(producing("all")
                          .block("subject", "kafka_cluster")
                          .param("record_size", 15_KB)
                          .param("instance_type", "kafka.m5.xlarge"))
                  .work("subject"),
              0.05, 1e-9);
}

TEST(Kafka, IsSaturatedByBytes) {
  const Outcome outcome(calling("kafka_cluster", 100_rps).param("brokers", 1).param("record_size", 200_KB));
  // 20 MB/s on a broker that takes 15; a record's work is a whole number of nanoseconds.
  EXPECT_NEAR(outcome.work("subject"), 20.0 / 15, 100 * 1e-9);
  EXPECT_GT(poolOf(outcome.run(10_s), "subject").utilisation, 0.99);
}

TEST(Kafka, PassesRecordsOnToItsConsumersWithoutDelayingProducers) {
  const Design consumed = producing("leader")
                              .block("workers", "worker")
                              .param("job_time", Law::constant(500_ms))
                              .link("subject", "workers")
                              .sends();
  EXPECT_NEAR(Outcome(consumed).rate("subject-workers"), 100, 1e-9);
  EXPECT_NEAR(meanLatency(consumed), 1.056, 0.05);
}

// Queues, topics, streams.

DesignBuilder sending(const char* type, Rate rate) {
  return calling(type, rate)
      .block("readers", "worker")
      .param("instances", 2)
      .param("concurrency", 4)
      .param("job_time", Law::constant(10_ms));
}

TEST(MessageQueue, HandsEachMessageToOneWorker) {
  const sim::RunResult run = Outcome(sending("message_queue", 50_rps)
                                         .block("subject", "message_queue")
                                         .param("batch", 1)
                                         .link("subject", "readers"))
                                 .run(20_s);
  EXPECT_NEAR(static_cast<double>(poolOf(run, "readers").served) / 20, 50, 4);
}

TEST(MessageQueue, DeliversAgainWhatNobodyAcknowledgedAndGivesUpAtLast) {
  const Design poisoned = sending("message_queue", 10_rps)
                              .block("subject", "message_queue")
                              .param("batch", 1)
                              .param("max_receives", 3)
                              .param("visibility", 0_s)
                              .block("dead", "dead_letter_queue")
                              .block("broken", "microservice")
                              .param("error_share", ratio(1))
                              .link("subject", "broken")
                              .link("subject", "dead")
                              .role(LinkRole::Fallback);
  const sim::RunResult run = Outcome(poisoned).run(60_s);
  EXPECT_NEAR(static_cast<double>(poolOf(run, "broken").served) / 60, 30, 4);
  EXPECT_NEAR(static_cast<double>(poolOf(run, "dead").arrivals) / 60, 10, 2);
}

TEST(MessageQueue, LimitsFifoQueuesAndBrokers) {
  const auto accepted = [](const char* kind, Rate rate, bool batches) {
    const sim::RunResult run =
        Outcome(calling("message_queue", rate).param("kind", kind).param("sends_batches", batches)).run(10_s);
    return static_cast<double>(run.classes.front().succeeded) / 10;
  };
  EXPECT_NEAR(accepted("fifo", 1000_rps, false), 300, 5);
  EXPECT_NEAR(accepted("fifo", 1000_rps, true), 1000, 40);
  EXPECT_NEAR(accepted("standard", 2000_rps, false), 2000, 60);
  const Outcome broker(
      calling("message_queue", 2000_rps).param("kind", "broker").param("broker_rate", 1000_rps));
  EXPECT_NEAR(static_cast<double>(poolOf(broker.run(10_s), "subject").served) / 10, 1000, 2);
}

TEST(MessageQueue, BillsSendingReceivingAndDeleting) {
  // One send, and two calls for ten messages: 1.2 requests a message.
  const std::vector<Usage> usage = usageOf(calling("message_queue", 1_rps), {100_rps, 100_rps, {}});
  EXPECT_NEAR(amountOf(usage, "queue-standard", Usage::Kind::Requests), 120.0 * 730 * 3600, 1e-3);
}

TEST(PubSubTopic, TellsEverySubscription) {
  const Outcome outcome(sending("pubsub_topic", 100_rps)
                            .block("others", "worker")
                            .link("subject", "readers")
                            .link("subject", "others"));
  EXPECT_NEAR(outcome.rate("subject-readers"), 100, 1e-9);
  EXPECT_NEAR(outcome.rate("subject-others"), 100, 1e-9);
}

TEST(PubSubTopic, AnswersThePublisherBeforeItDelivers) {
  const Design slow = sending("pubsub_topic", 10_rps)
                          .block("subject", "pubsub_topic")
                          .param("publish_time", Law::constant(5_ms))
                          .param("delivery_time", Law::constant(500_ms))
                          .link("subject", "readers");
  EXPECT_NEAR(meanLatency(slow), 5, 1e-6);
}

TEST(EventBus, RoutesByClass) {
  const Outcome outcome(sending("event_bus", 100_rps)
                            .requestClass("order", Access::Write)
                            .workload("users", 40_rps, "order")
                            .link("subject", "readers")
                            .onlyFor({"order"}));
  EXPECT_NEAR(outcome.rate("subject-readers"), 40, 1e-9);
}

TEST(KinesisStream, TakesInAThousandRecordsOrAMegabyteAShard) {
  const auto accepted = [](Bytes size) {
    const sim::RunResult run =
        Outcome(calling("kinesis_stream", 4000_rps).param("shards", 2).param("record_size", size)).run(10_s);
    return static_cast<double>(run.classes.front().succeeded) / 10;
  };
  EXPECT_NEAR(accepted(100_B), 2000, 40);
  EXPECT_NEAR(accepted(4_KB), 500, 12);
}

TEST(KinesisStream, IsReadShardByShard) {
  const Outcome outcome(sending("kinesis_stream", 100_rps).link("subject", "readers"));
  const sim::RunResult run = outcome.run(20_s);
  EXPECT_NEAR(static_cast<double>(run.classes.front().succeeded) / 20, 100, 8);
  EXPECT_EQ(run.classes.front().failedTotal(), 0u);
  EXPECT_NEAR(outcome.rate("subject-readers") * 100, 100, 1e-6) << "reckoned with full batches of 100";
}

TEST(ChangeCapture, FallsBehindWhenChangesComeFasterThanItConverts) {
  const Design busy = calling("cdc_connector", 200_rps)
                          .param("change_time", Law::constant(10_ms))
                          .param("capture_delay", Law::constant(0_ms));
  const sim::RunResult run = Outcome(busy).run(20_s);
  EXPECT_NEAR(static_cast<double>(poolOf(run, "subject").served) / 20, 100, 2);
  EXPECT_GT(poolOf(run, "subject").meanQueue, 500);
}

}  // namespace
}  // namespace cantilever::catalog::test_blocks
