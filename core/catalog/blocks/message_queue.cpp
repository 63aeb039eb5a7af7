#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/consumption.h"
#include "core/catalog/hosted.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct QueueParams : consumption::ConsumerParams {
  QueueParams() {
    batch = Count(10);
    maxReceives = Count(5);
  }
  Choice kind{"standard"};
  Law sendTime = Law::lognormal(12_ms, 0.8);
  Duration visibility = 30_s;
  Duration retention = Duration::hours(96);
  Count messageGroups{100};
  Bytes messageSize = 2_KB;
  Count brokers{3};
  Rate brokerRate = perSecond(15'000);
  bool sendsBatches = false;

  bool isBroker() const { return kind.value == "broker"; }
  bool isFifo() const { return kind.value == "fifo"; }
};

constexpr const char* kSqsGuide =
    "Amazon SQS developer guide (2023-06-15): 300 calls a second of each kind for FIFO queues, 3,000 "
    "messages in batches";

Schema<QueueParams> queueSchema() {
  Schema<QueueParams> schema;
  schema.field("kind", &QueueParams::kind)
      .label("Kind")
      .group("Behaviour")
      .choices({"standard", "fifo", "broker"})
      .choiceLabels({{"fifo", "In order (FIFO)"}, {"broker", "Broker (RabbitMQ)"}})
      .help(
          "The provider's queue, in any order and without a limit; its queue in order for each key, with "
          "one; or a cluster of "
          "RabbitMQ brokers.")
      .source(Source::Grade::Judgement, "Jobs that do not depend on each other.")
      .field("send_time", &QueueParams::sendTime)
      .label("Send")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("Until a message is stored safely, besides waiting for a broker.")
      .source(Source::Grade::Judgement, "A call within the region that several zones have to confirm.")
      .field("visibility", &QueueParams::visibility)
      .label("Visibility timeout")
      .group("Reliability")
      .range(Duration(), 12_h)
      .help("So long after its receipt a message that nobody has acknowledged is delivered again.")
      .source(Source::Grade::Known,
              "Amazon SQS developer guide: 30 seconds by default; "
              "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/")
      .field("retention", &QueueParams::retention)
      .label("Retention")
      .group("Size")
      .range(1_min, Duration::hours(24 * 14))
      .help("A message that has waited so long is lost.")
      .source(Source::Grade::Known,
              "Amazon SQS developer guide: four days by default, 14 at most; "
              "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/")
      .field("message_groups", &QueueParams::messageGroups)
      .label("Message groups")
      .group("Size")
      .range(1, 100'000)
      .logarithmic()
      .help(
          "Of a FIFO queue: keys are spread over so many, and each is worked through in order, one batch at "
          "a time.")
      .source(Source::Grade::Judgement, "More than there are consumers.")
      .field("message_size", &QueueParams::messageSize)
      .label("Message size")
      .group("Cost")
      .range(1_B, 256_KB)
      .logarithmic()
      .help("Each 64 KB are billed as a request.")
      .source(Source::Grade::Judgement, "A job with its arguments as JSON.")
      .field("brokers", &QueueParams::brokers)
      .label("Brokers")
      .group("Size")
      .range(1, 9)
      .help("Of the kind broker (mq.m5.large): copies of the queue.")
      .source(Source::Grade::Known,
              "RabbitMQ documentation: quorum queues with three members; "
              "https://www.rabbitmq.com/docs/quorum-queues")
      .field("broker_rate", &QueueParams::brokerRate)
      .label("Messages of a queue")
      .group("Size")
      .range(perSecond(10), perSecond(1e6))
      .logarithmic()
      .help(
          "That a broker takes in a second for one queue: a queue has one leader, so more brokers do not "
          "make it faster.")
      .source(Source::Grade::Known,
              "RabbitMQ documentation: quorum queues take 10,000 to 30,000 a second; "
              "https://www.rabbitmq.com/docs/")
      .field("sends_batches", &QueueParams::sendsBatches)
      .label("Sent in batches")
      .group("Behaviour")
      .help(
          "Senders put ten messages into a call: a tenth of the requests, and ten times the limit of a FIFO "
          "queue.")
      .source(Source::Grade::Judgement, "Requests come one by one.");
  return consumption::addReceiveFields(schema)
      .sourceOf(
          "batch", Source::Grade::Read,
          "AWS Lambda developer guide, Amazon SQS event source mappings: BatchSize is 10 by default, as many "
          "as one call receives; https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html")
      .sourceOf("max_receives", Source::Grade::Known,
                "AWS Lambda developer guide, Using Lambda with Amazon SQS: maxReceiveCount of at least 5; "
                "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html");
}

void lowerQueue(const QueueParams& params, plan::Lowering& lowering) {
  plan::Log messages;
  messages.partitions = params.isFifo() ? static_cast<std::uint32_t>(params.messageGroups.value()) : 1;
  messages.retention = params.retention;
  const plan::Index log = lowering.addLog(messages);
  plan::ConsumerGroup group;
  group.delivery = plan::Delivery::Competing;
  group.isOrdered = params.isFifo();
  group.visibility = params.visibility;
  consumption::addGroups(params, group, log, lowering);
  const plan::Index pool =
      lowering.addPool(params.isBroker() ? hosted::machines(Count(1), 1) : hosted::boundless());
  plan::Index limit = plan::kNone;
  if (params.isFifo()) {
    const double rate = params.sendsBatches ? 3000 : 300;
    limit = lowering.addTokens(hosted::throttle(perSecond(rate), rate));
  }
  for (const char* name : {"", "send", "write"}) {
    lowering.addOperation(name, pool, [&](plan::ProgramBuilder& program) {
      if (params.isFifo()) {
        program.take(limit);
      }
      if (params.isBroker()) {
        program.work(Law::constant(Duration::seconds(1 / params.brokerRate.raw())));
      }
      program.wait(params.sendTime).publish(log);
    });
  }
}

/// Each message is sent, received and deleted; batches put several into a call.
std::vector<Usage> usageOfQueue(const QueueParams& params, const Load& load) {
  if (params.isBroker()) {
    return {hosted::allMonth(Usage::Kind::InstanceHours, "mq.m5.large:rabbitmq",
                             static_cast<double>(params.brokers.value()),
                             format(params.brokers) + " brokers")};
  }
  constexpr double kMostInCall = 10;
  const double chunks = std::ceil(params.messageSize.raw() / 64'000);
  const double received = std::min(kMostInCall, static_cast<double>(params.batch.value()));
  const double calls = (params.sendsBatches ? 1 / kMostInCall : 1) + 2 / received;
  return {hosted::perRequest(params.isFifo() ? "queue-fifo" : "queue-standard", load, calls * chunks,
                             "sent, received and deleted at the mean rate")};
}

Deployable deployQueue(const QueueParams& params) {
  Deployable deployable{.kind = Deployable::Kind::Queue, .image = "rabbitmq:4.2-management"};
  deployable.instances = params.isBroker() ? static_cast<int>(params.brokers.value()) : 1;
  deployable.ports = {5672};
  deployable.volumes = {"/var/lib/rabbitmq"};
  deployable.healthCheck = {"rabbitmq-diagnostics", "-q", "ping"};
  deployable.settings["scheme"] = "amqp";
  deployable.settings["fifo"] = params.isFifo() ? "true" : "false";
  deployable.settings["visibility_s"] = formatNumber(params.visibility.inSeconds());
  deployable.settings["retention_s"] = formatNumber(params.retention.inSeconds());
  deployable.settings["max_receives"] = format(params.maxReceives);
  return deployable;
}

}  // namespace

BlockType message_queue() {
  return makeBlock<QueueParams>(
      {.key = "message_queue",
       .label = "Message queue",
       .category = Category::Messaging,
       .purpose =
           "Jobs that wait until somebody has time for them, each handed to one worker, at least once.",
       .documentation =
           R"(**What happens to a message.** `send` (the default, also `write`) stores it; the sender has its answer when it is safe. A FIFO queue refuses with *rate limited*
what is beyond its limit; a broker's queue takes in one message after the other.

**Who gets it.** Each link that leaves the queue is a group of consumers (mostly there is one): connect the block that does the work. Whichever of its instances
has room receives the next batch. A message is acknowledged when its work has succeeded; after the visibility timeout without that it is delivered again, and
after *most receives* it is a dead letter, which a link of role *fallback* takes to a *dead-letter queue*. FIFO: messages of one group stay in order.
See the primitive *Log*, delivery *competing*, for the exact rules.

**Results.** Messages that wait, the age of the oldest, end-to-end latency, deliveries that were repeated, dead letters.

**Modelled.** All of the above; requests by batches, or brokers, in the bill.

**Not modelled.** The cap of 120,000 messages in hand at a time. Latency of long polling. Copies on several brokers are the send time.)",
       .vendorNames = {"SQS", "Amazon MQ", "RabbitMQ", "Cloud Tasks", "Service Bus", "ActiveMQ",
                       "Sidekiq queue"},
       .operations = {"send", "write"}},
      queueSchema(), lowerQueue, usageOfQueue, deployQueue, [](const QueueParams& params) {
        Traits traits =
            hosted::traits(87600_h, 5_min);  // one outage in ten years: judgement, against an SLA of 99.9 %
        traits.holdsData = true;
        traits.isQueue = true;
        traits.isReplicated = !params.isBroker() || params.brokers.value() >= 3;
        traits.scalesAutomatically = !params.isBroker();
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
