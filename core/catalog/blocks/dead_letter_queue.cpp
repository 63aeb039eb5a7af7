#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/consumption.h"
#include "core/catalog/hosted.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct DeadLetterParams : consumption::ConsumerParams {
  DeadLetterParams() {
    batch = Count(10);
    maxReceives = Count(1);
  }
  Law putTime = Law::lognormal(12_ms, 0.8);
  Duration visibility = 30_s;
  Duration retention = Duration::hours(24 * 14);
  Count alarmDepth{1};
};

Schema<DeadLetterParams> deadLetterSchema() {
  Schema<DeadLetterParams> schema;
  schema.field("put_time", &DeadLetterParams::putTime)
      .label("Put")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("Until a message is stored safely.")
      .source(Source::Grade::Judgement, "As of the queue before it.")
      .field("visibility", &DeadLetterParams::visibility)
      .label("Visibility timeout")
      .group("Reliability")
      .range(Duration(), 12_h)
      .help("Of what is tried again from here.")
      .source(Source::Grade::Known,
              "Amazon SQS developer guide: 30 seconds by default; "
              "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/")
      .field("retention", &DeadLetterParams::retention)
      .label("Retention")
      .group("Size")
      .range(1_min, Duration::hours(24 * 14))
      .help("A message that has waited so long is lost.")
      .source(Source::Grade::Known,
              "Amazon SQS developer guide: 14 days at most, and right for dead letters; "
              "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/")
      .field("alarm_depth", &DeadLetterParams::alarmDepth)
      .label("Alarm from")
      .group("Reliability")
      .range(1, 1'000'000)
      .logarithmic()
      .help("Messages in it that call somebody. Goes into the export.")
      .source(Source::Grade::Judgement, "There should be none.");
  return consumption::addReceiveFields(schema)
      .sourceOf(
          "batch", Source::Grade::Read,
          "AWS Lambda developer guide, Amazon SQS event source mappings: BatchSize is 10 by default, as many "
          "as one call receives; https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html")
      .sourceOf("max_receives", Source::Grade::Judgement,
                "What fails here as well is put aside: there is no further queue.");
}

}  // namespace

BlockType dead_letter_queue() {
  return makeBlock<DeadLetterParams>(
      {.key = "dead_letter_queue",
       .label = "Dead-letter queue",
       .category = Category::Messaging,
       .purpose = "Keeps the messages that nobody could process, until somebody has looked at them.",
       .documentation =
           R"(**What happens to a message.** It is stored and waits. Lead the link of role *fallback* of a queue or log here: what failed there too often arrives as a call.

**Trying again.** A link that leaves it leads to a block that works the messages off, as from any queue: fix the cause first, or they end there as dead letters
once more, which are then only counted. Without such a link they are counted as they arrive and nobody reads them.

**How many** there should be: none. The calls of the link that leads here are the number to watch.

**Modelled.** Arrival, storage until the retention, redriving, requests in the bill.

**Not modelled.** A person who reads them.)",
       .vendorNames = {"SQS DLQ", "Pub/Sub dead-letter topic", "Service Bus DLQ", "RabbitMQ DLX"},
       .operations = {"put", "write"}},
      deadLetterSchema(),
      [](const DeadLetterParams& params, plan::Lowering& lowering) {
        plan::Log messages;
        messages.retention = params.retention;
        const plan::Index log = lowering.addLog(messages);
        plan::ConsumerGroup group;
        group.delivery = plan::Delivery::Competing;
        group.visibility = params.visibility;
        consumption::addGroups(params, group, log, lowering);
        const plan::Index pool = lowering.addPool(hosted::boundless());
        for (const char* name : {"", "put", "write"}) {
          lowering.addOperation(
              name, pool, [&](plan::ProgramBuilder& program) { program.wait(params.putTime).publish(log); });
        }
      },
      [](const DeadLetterParams&, const Load& load) {
        return std::vector<Usage>{
            hosted::perRequest("queue-standard", load, 3, "put, received and deleted at the mean rate")};
      },
      [](const DeadLetterParams& params) {
        Deployable deployable{.kind = Deployable::Kind::Queue, .image = "rabbitmq:4.2-management"};
        deployable.ports = {5672};
        deployable.volumes = {"/var/lib/rabbitmq"};
        deployable.healthCheck = {"rabbitmq-diagnostics", "-q", "ping"};
        deployable.settings["scheme"] = "amqp";
        deployable.settings["retention_s"] = formatNumber(params.retention.inSeconds());
        deployable.settings["visibility_s"] = formatNumber(params.visibility.inSeconds());
        deployable.settings["alarm_depth"] = format(params.alarmDepth);
        return deployable;
      },
      [](const DeadLetterParams&) {
        Traits traits = hosted::traits(87600_h, 5_min);  // one outage in ten years: judgement
        traits.holdsData = true;
        traits.isQueue = true;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
