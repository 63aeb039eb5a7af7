#pragma once

#include "core/catalog/schema.h"
#include "core/vocabulary/lowering.h"

/// What block types that keep messages for others to read have in common: how their consumers read.
namespace cantilever::catalog::consumption {

struct ConsumerParams {
  Count batch{1};
  Duration linger = {};
  Count inFlight{0};
  Count maxReceives{0};
  Duration retryAfter = Duration::seconds(1);
  Duration rebalancePause = Duration::seconds(3);
  Duration sessionTimeout = Duration::seconds(45);
  Duration commitInterval = Duration::seconds(5);
  Duration commitPause = {};
  Duration replay = {};
};

/// How messages are received, however they are shared out.
template <class P>
Schema<P>& addReceiveFields(Schema<P>& schema) {
  using namespace literals;
  return schema.field("batch", &ConsumerParams::batch)
      .label("Batch")
      .group("Behaviour")
      .range(1, plan::ConsumerGroup::kMostInBatch)
      .logarithmic()
      .help(
          "At most so many messages are handed to a consumer at a time; it is done with all of them at once.")
      .source(Source::Grade::Judgement, "One after the other.")
      .field("linger", &ConsumerParams::linger)
      .label("Wait for a batch")
      .group("Behaviour")
      .range(Duration(), 1_h)
      .help("How long the first message of a batch may wait for more; 0: what is there is taken.")
      .source(Source::Grade::Known,
              "Apache Kafka documentation: fetch.min.bytes is 1 by default, so nothing is waited for; "
              "https://kafka.apache.org/documentation/#consumerconfigs")
      .field("in_flight", &ConsumerParams::inFlight)
      .label("Batches at a time")
      .group("Behaviour")
      .range(0, 1'000'000)
      .help(
          "That one consumer instance works on; 0: as many as it has seats or, if these are unlimited, "
          "servers.")
      .source(Source::Grade::Judgement, "A consumer takes what it has threads for.")
      .field("max_receives", &ConsumerParams::maxReceives)
      .label("Most receives")
      .group("Reliability")
      .range(0, 1000)
      .help(
          "A message that failed after so many deliveries is a dead letter; 0: it is delivered again until "
          "it "
          "succeeds.")
      .source(Source::Grade::Judgement, "Nothing is given up unless somebody says so.");
}

/// The same, and what becomes of partitions that belong to one consumer each.
template <class P>
Schema<P>& addConsumerFields(Schema<P>& schema) {
  using namespace literals;
  return addReceiveFields(schema)
      .field("retry_after", &ConsumerParams::retryAfter)
      .label("Retry after")
      .group("Reliability")
      .range(Duration(), 1_h)
      .help("Pause before a batch that failed is delivered again; its partition waits.")
      .source(Source::Grade::Known,
              "Spring for Apache Kafka, non-blocking retries: @RetryableTopic waits for 1,000 ms by default; "
              "https://docs.spring.io/spring-kafka/reference/retrytopic.html")
      .field("rebalance_pause", &ConsumerParams::rebalancePause)
      .label("Rebalance pause")
      .group("Reliability")
      .range(Duration(), 1_h)
      .help("Nothing is read for so long when a consumer joins, leaves, or is given up as dead.")
      .source(Source::Grade::Known,
              "Apache Kafka documentation and KIP-134: group.initial.rebalance.delay.ms is 3,000 by default; "
              "https://kafka.apache.org/documentation/#brokerconfigs")
      .field("session_timeout", &ConsumerParams::sessionTimeout)
      .label("Session timeout")
      .group("Reliability")
      .range(Duration(), 1_h)
      .help("A consumer that died is given up after so long, and its partitions go to others.")
      .source(Source::Grade::Known,
              "Apache Kafka documentation: session.timeout.ms is 45,000 by default; "
              "https://kafka.apache.org/documentation/#consumerconfigs")
      .field("commit_interval", &ConsumerParams::commitInterval)
      .label("Commit interval")
      .group("Reliability")
      .range(Duration(), 1_h)
      .help(
          "What a consumer has done since the last commit is done again when it dies; 0: each batch is "
          "committed at "
          "once.")
      .source(Source::Grade::Known,
              "Apache Kafka documentation: auto.commit.interval.ms is 5,000 by default; "
              "https://kafka.apache.org/documentation/#consumerconfigs")
      .field("commit_pause", &ConsumerParams::commitPause)
      .label("Commit pause")
      .group("Reliability")
      .range(Duration(), 1_h)
      .help(
          "Nothing is read for so long from each commit on: what a checkpoint costs a stream processor; it "
          "needs a commit interval.")
      .source(Source::Grade::Judgement, "Committing an offset takes no time.")
      .field("replay", &ConsumerParams::replay)
      .label("Kept after reading")
      .group("Reliability")
      .range(Duration(), Duration::hours(24 * 366))
      .help(
          "So long from its appending a message that has been read can be read again, when a scenario or a "
          "control "
          "sets the consumers back (seek_group); 0: it is gone when it is done.")
      .source(Source::Grade::Judgement, "Keeping takes memory, and few designs go back.");
}

/// The parameters above, which a link that leaves a log may have too: for its own group.
const std::vector<ParamSpec>& consumerParams();
/// Behind each outgoing link of role default, read or write one group that reads `log` as `params` or, where
/// the link says otherwise, that says; further settings are those of `group`. A link of role fallback takes
/// the dead letters.
void addGroups(const ConsumerParams& params, const plan::ConsumerGroup& group, plan::Index log,
               plan::Lowering& lowering);

}  // namespace cantilever::catalog::consumption
