#include "core/catalog/consumption.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

constexpr std::int64_t kNoLimit = 1'000'000'000;
constexpr std::uint32_t kMostPartitionsForEvery = 1000;

struct LogParams : consumption::ConsumerParams {
  Count partitions{1};
  Choice partitioning{"key"};
  Choice delivery{"partitions"};
  bool isOrdered = false;
  Duration visibility = 30_s;
  Duration retention = Duration();
  Count limit{kNoLimit};
  Choice overflow{"refuse"};
  Count acknowledgements{0};
  Count backlog{0};
};

constexpr const char* kLogDocumentation =
    R"(Messages that wait to be read: a topic, a queue, a stream. A call of this block appends a message and
is answered at once. Each link that leaves it leads to a **group** of consumers, of role default, read or write, whatever its mode; every
group gets all messages (of the request classes of its link). The consumers of a group are the instances of the block that the link
leads to. A batch of messages arrives there as one call that nobody waits for, and goes the way of its first message (class, key, priority).

**Delivery**, who of a group gets which messages:

- *partitions*: each partition belongs to one instance: member *m* of *M* owns those with floor(*p M / P*) = *m*. It works on one
  batch of a partition at a time, and when it has several it takes the oldest message first. What is done is committed
  every **commit interval**. When an instance joins or leaves, nothing is read during the **rebalance pause**; then partitions are
  assigned anew, and what their former owners have not committed is delivered again. A dead instance's partitions wait for the **session
  timeout** first. A batch that failed is delivered again after **retry after**, and its partition waits;
- *competing*: every message goes to whichever instance has room, in turn, and is acknowledged by itself. One that is not
  acknowledged within the **visibility timeout** of its receipt is delivered again, while the first goes on, and both count. A message
  whose consumer failed comes back then, too; with a timeout of 0 at once. **In order**: only one batch of a partition at a time (for an
  order by key: as many partitions as keys);
- *every*: each instance gets all messages, from when it is there (a broadcast).

A message that failed after **most receives** deliveries is a **dead letter**. A link of role *fallback* leads to where those
go, for instance to another log.

**Partition** of a message: by hash of its *key* (at random for classes without keys), at *random*, or *in turn*.

**Batch**, **wait for a batch**: at most so many messages at a time, of what is there when a consumer has room, or when the first of them
has waited so long. A pool takes its *service* once for a batch, and its *service per target* for each message.

**Retention** drops what has waited longer, unread. When **limit** messages of a partition wait (for any group), appending fails with *queue full*, or
the oldest is dropped, or senders wait for room in order of arrival, which holds up those behind them (backpressure).

**Consumers' settings** (batch, waits, retries, commits ...) are those of the block for all groups; a link that leaves it may have any of them
as parameters of its own, for its group alone.

**Acknowledgements**: appending is answered when so many of those who get the message have done it, and fails with *not replicated* if fewer are there,
or when too many have dropped it. With 0 it is answered at once.

Exact: order, batches, every delivery and its timing. A modelling choice: appending and committing take no time and no resources, put a pool before it
for the broker; consumers that finish late are believed, as with a deletion by an older receipt.)";

plan::Log logOf(const LogParams& params) {
  using plan::Log;
  Log log;
  log.partitions = static_cast<std::uint32_t>(params.partitions.value());
  log.partitioning = params.partitioning.value == "random"    ? Log::Partitioning::Random
                     : params.partitioning.value == "in_turn" ? Log::Partitioning::InTurn
                                                              : Log::Partitioning::Key;
  log.retention = params.retention;
  log.limit =
      params.limit.value() >= kNoLimit ? Log::kUnlimited : static_cast<std::uint32_t>(params.limit.value());
  log.overflow = params.overflow.value == "drop_oldest" ? Log::Overflow::DropOldest
                 : params.overflow.value == "block"     ? Log::Overflow::Block
                                                        : Log::Overflow::Refuse;
  log.backlog = static_cast<std::uint32_t>(params.backlog.value());
  return log;
}

void lowerLog(const LogParams& params, plan::Lowering& lowering) {
  plan::Log partitioned = logOf(params);
  if (params.delivery.value == "every" && partitioned.partitions > kMostPartitionsForEvery) {
    partitioned.partitions = kMostPartitionsForEvery;
    lowering.warn("log.too_many_partitions",
                  "Every instance keeps all its partitions, and 1,000 are as many as that is simulated with.",
                  "partitions");
  }
  const plan::Index log = lowering.addLog(std::move(partitioned));
  plan::ConsumerGroup group;
  group.delivery = params.delivery.value == "competing" ? plan::Delivery::Competing
                   : params.delivery.value == "every"   ? plan::Delivery::Every
                                                        : plan::Delivery::Partitions;
  group.isOrdered = params.isOrdered;
  group.visibility = params.visibility;
  consumption::addGroups(params, group, log, lowering);
  const auto acknowledgements = static_cast<std::uint32_t>(params.acknowledgements.value());
  lowering.addOperation("append", plan::kNone,
                        [&](plan::ProgramBuilder& program) { program.publish(log, acknowledgements); });
}

Schema<LogParams> logSchema() {
  Schema<LogParams> schema;
  schema.field("partitions", &LogParams::partitions)
      .label("Partitions")
      .group("Size")
      .range(1, plan::Log::kMostPartitions)
      .logarithmic()
      .help("Parts that are read independently of each other.")
      .source(Source::Grade::Judgement, "One: a queue.")
      .field("partitioning", &LogParams::partitioning)
      .label("Partition by")
      .group("Behaviour")
      .choices({"key", "random", "in_turn"})
      .choiceLabels({{"key", "By key"}})
      .help("Which partition a message goes to.")
      .source(Source::Grade::Known,
              "Apache Kafka documentation: records with a key are partitioned by its hash")
      .field("delivery", &LogParams::delivery)
      .label("Delivery")
      .group("Behaviour")
      .choices({"partitions", "competing", "every"})
      .choiceLabels({{"partitions", "Each has its partitions"},
                     {"competing", "Each takes the next"},
                     {"every", "Each gets all"}})
      .help("Which consumer of a group gets which messages.")
      .source(Source::Grade::Judgement, "As in a log with consumer groups.")
      .field("ordered", &LogParams::isOrdered)
      .label("In order")
      .group("Behaviour")
      .help("Of competing consumers: one batch of a partition at a time.")
      .source(Source::Grade::Judgement, "Standard queues are not ordered.")
      .field("visibility", &LogParams::visibility)
      .label("Visibility timeout")
      .group("Reliability")
      .range(Duration(), 12_h)
      .help("Of competing consumers: so long after its receipt an unacknowledged message is delivered again.")
      .source(Source::Grade::Known,
              "Amazon SQS developer guide: 30 seconds by default, 12 hours at most; "
              "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/")
      .field("retention", &LogParams::retention)
      .label("Retention")
      .group("Size")
      .range(Duration(), Duration::hours(876'000))
      .help("What has waited longer is dropped unread; 0: nothing is.")
      .source(Source::Grade::Judgement, "Nothing is lost.")
      .field("limit", &LogParams::limit)
      .label("Limit")
      .group("Size")
      .range(1, static_cast<double>(kNoLimit))
      .logarithmic()
      .help("Messages that may wait in a partition; 1,000,000,000: any number.")
      .source(Source::Grade::Judgement, "No limit.")
      .field("overflow", &LogParams::overflow)
      .label("When full")
      .group("Behaviour")
      .choices({"refuse", "drop_oldest", "block"})
      .help(
          "Whether a message that finds no room is refused, drops the oldest one unread, or makes its sender "
          "wait.")
      .source(Source::Grade::Judgement, "Nothing is lost without a word.")
      .field("acknowledgements", &LogParams::acknowledgements)
      .label("Acknowledgements")
      .group("Behaviour")
      .range(0, plan::Instruction::kMostAcknowledgements)
      .help(
          "Appending is answered when so many groups (with delivery every: instances) have done the message; "
          "0: at "
          "once. It fails if fewer are there.")
      .source(Source::Grade::Judgement, "Senders of messages do not wait for their readers.")
      .field("backlog", &LogParams::backlog)
      .label("Backlog")
      .group("Size")
      .range(0, plan::Log::kMostBacklog)
      .logarithmic()
      .help("Messages of the first request class that wait for every group at the start.")
      .source(Source::Grade::Judgement, "Everything has been read.");
  consumption::addConsumerFields(schema);
  return schema;
}

}  // namespace

BlockType log() {
  return makeBlock<LogParams>(
      {.key = "log",
       .label = "Log",
       .category = Category::Primitives,
       .purpose = "Messages that wait to be read: a topic with consumer groups, a queue, a broadcast.",
       .documentation = kLogDocumentation,
       .operations = {"append"}},
      logSchema(), lowerLog, [](const LogParams&, const Load&) { return std::vector<Usage>(); },
      [](const LogParams&) { return Deployable(); },
      [](const LogParams&) {
        Traits traits;
        traits.isPrimitive = true;
        traits.isQueue = true;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
