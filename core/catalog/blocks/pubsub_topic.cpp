#include <cmath>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/consumption.h"
#include "core/catalog/hosted.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct TopicParams : consumption::ConsumerParams {
  TopicParams() { maxReceives = Count(4); }
  Law publishTime = Law::lognormal(15_ms, 0.8);
  Law deliveryTime = Law::lognormal(30_ms, 1.0);
  Rate quota = perSecond(30'000);
  Duration redeliverAfter = 20_s;
  Bytes messageSize = 2_KB;
  Count subscriptions{4};
  Choice deliveredTo{"http"};
};

constexpr const char* kSnsRetries =
    "Amazon SNS developer guide: a first delivery over HTTP and up to three more, 20 s apart, by default; "
    "https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.retry.html";

Schema<TopicParams> topicSchema() {
  Schema<TopicParams> schema;
  schema.field("publish_time", &TopicParams::publishTime)
      .label("Publish")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("Until a message is stored safely and the publisher has its answer.")
      .source(Source::Grade::Judgement, "A call within the region that several zones have to confirm.")
      .field("delivery_time", &TopicParams::deliveryTime)
      .label("Until it is delivered")
      .group("Behaviour")
      .range(0_ms, 60_s)
      .help("From the answer to the publisher until subscribers are called.")
      .source(Source::Grade::Judgement, "Tens of milliseconds.")
      .field("quota", &TopicParams::quota)
      .label("Quota")
      .group("Size")
      .range(perSecond(1), perSecond(1e7))
      .logarithmic()
      .help("Messages a second beyond which publishers are refused.")
      .source(Source::Grade::Known,
              "Amazon SNS quotas: 30,000 messages a second in us-east-1; "
              "https://docs.aws.amazon.com/general/latest/gr/sns.html")
      .field("redeliver_after", &TopicParams::redeliverAfter)
      .label("Tried again after")
      .group("Reliability")
      .range(Duration(), 1_h)
      .help("A delivery that failed or was not answered in that time is made again.")
      .source(Source::Grade::Read, kSnsRetries)
      .field("message_size", &TopicParams::messageSize)
      .label("Message size")
      .group("Cost")
      .range(1_B, 256_KB)
      .logarithmic()
      .help("Each 64 KB are billed as a message.")
      .source(Source::Grade::Judgement, "An event as JSON.")
      .field("subscriptions", &TopicParams::subscriptions)
      .label("Subscriptions")
      .group("Cost")
      .range(0, 100'000)
      .help(
          "Deliveries of each message, for the bill; the links that leave the topic are the ones that are "
          "simulated.")
      .source(Source::Grade::Judgement, "Four services want to know.")
      .field("delivered_to", &TopicParams::deliveredTo)
      .label("Delivered to")
      .group("Cost")
      .choices({"http", "queue"})
      .choiceLabels({{"http", "HTTP endpoints"}, {"queue", "Queues and functions"}})
      .help("Deliveries to HTTP endpoints are billed, those to the provider's queues and functions are not.")
      .source(Source::Grade::Judgement, "Services have an address.");
  return consumption::addReceiveFields(schema).sourceOf("max_receives", Source::Grade::Read, kSnsRetries);
}

void lowerTopic(const TopicParams& params, plan::Lowering& lowering) {
  const plan::Index log = lowering.addLog({});
  plan::ConsumerGroup group;
  group.delivery = plan::Delivery::Competing;
  group.visibility = params.redeliverAfter;
  consumption::addGroups(params, group, log, lowering);
  const plan::OutLink deliver = lowering.addPart(
      "deliver", plan::kNone, {},
      [&](plan::ProgramBuilder& program) { program.wait(params.deliveryTime).publish(log); }, LinkMode::Send);
  const plan::Index quota = lowering.addTokens(hosted::throttle(params.quota, params.quota.raw()));
  const plan::Index pool = lowering.addPool(hosted::boundless());
  for (const char* name : {"", "publish", "write"}) {
    lowering.addOperation(name, pool, [&](plan::ProgramBuilder& program) {
      program.take(quota).wait(params.publishTime).use(deliver);
    });
  }
}

}  // namespace

BlockType pubsub_topic() {
  return makeBlock<TopicParams>(
      {.key = "pubsub_topic",
       .label = "Pub/sub topic",
       .category = Category::Messaging,
       .purpose = "Tells all subscribers what has happened, and tells those again who did not answer.",
       .documentation =
           R"(**What happens to a message.** `publish` (the default, also `write`) takes a token of the quota, or is refused with *rate limited*; the publisher has its answer when
the message is safe. A little later it is delivered to every subscription.

**Subscriptions.** Each link that leaves the topic is one and gets every message of its request classes (restrict the link to some classes: that is a filter). One
instance of the block behind is called, whichever has room. A delivery that fails or is not answered in time is made again, at most so often; then it is
a dead letter (link of role *fallback*). See the primitive *Log*, delivery *competing*.

**Modelled.** Quota, delay, deliveries and their repetition, messages that wait for a subscriber that is slow or down, the bill.

**Not modelled.** Pauses between attempts that grow. How many subscriptions are billed is a parameter, not the number of links, as one drawn block may
stand for many.)",
       .vendorNames = {"SNS", "Pub/Sub", "Event Grid", "Service Bus topic", "NATS", "MQTT"},
       .operations = {"publish", "write"}},
      topicSchema(), lowerTopic,
      [](const TopicParams& params, const Load& load) {
        const double chunks = std::ceil(params.messageSize.raw() / 64'000);
        const double deliveries = static_cast<double>(params.subscriptions.value());
        return std::vector<Usage>{
            hosted::perRequest("topic-publish", load, chunks, "messages at the mean rate"),
            hosted::perRequest(params.deliveredTo.value == "http" ? "topic-http" : "topic-queue", load,
                               deliveries, format(params.subscriptions) + " deliveries of each message")};
      },
      [](const TopicParams&) {
        Deployable deployable{.kind = Deployable::Kind::Topic, .image = "nats:2.14-alpine"};
        deployable.ports = {4222};
        deployable.command = {"--jetstream", "--http_port", "8222"};
        deployable.healthCheck = {"wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8222/healthz"};
        deployable.settings["scheme"] = "nats";
        return deployable;
      },
      [](const TopicParams&) {
        Traits traits =
            hosted::traits(87600_h, 5_min);  // one outage in ten years: judgement, against an SLA of 99.9 %
        traits.isQueue = true;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
