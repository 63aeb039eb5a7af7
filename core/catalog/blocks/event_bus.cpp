#include <cmath>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/consumption.h"
#include "core/catalog/hosted.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct EventBusParams : consumption::ConsumerParams {
  EventBusParams() { maxReceives = Count(186); }
  Law putTime = Law::lognormal(20_ms, 0.8);
  Law routeTime = Law::lognormal(150_ms, 0.6);
  Rate quota = perSecond(10'000);
  Duration redeliverAfter = 60_s;
  Bytes eventSize = 1_KB;
  bool isArchived = false;
};

Schema<EventBusParams> eventBusSchema() {
  Schema<EventBusParams> schema;
  schema.field("put_time", &EventBusParams::putTime)
      .label("Put")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("Until an event is stored safely and its sender has an answer.")
      .source(Source::Grade::Judgement, "A call within the region.")
      .field("route_time", &EventBusParams::routeTime)
      .label("Until it is routed")
      .group("Behaviour")
      .range(0_ms, 60_s)
      .help("From the answer to the sender until the targets are called.")
      .source(Source::Grade::Judgement, "It was half a second for years, and has come down to some 150 ms.")
      .field("quota", &EventBusParams::quota)
      .label("Quota")
      .group("Size")
      .range(perSecond(1), perSecond(1e7))
      .logarithmic()
      .help("Events a second beyond which senders are refused.")
      .source(Source::Grade::Known,
              "Amazon EventBridge quotas: 10,000 events a second in us-east-1; "
              "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html")
      .field("redeliver_after", &EventBusParams::redeliverAfter)
      .label("Tried again after")
      .group("Reliability")
      .range(Duration(), 1_h)
      .help("A delivery that failed or was not answered in that time is made again.")
      .source(Source::Grade::Known,
              "Amazon EventBridge user guide: tried for 24 hours and 185 times; "
              "https://docs.aws.amazon.com/eventbridge/")
      .field("event_size", &EventBusParams::eventSize)
      .label("Event size")
      .group("Cost")
      .range(1_B, 256_KB)
      .logarithmic()
      .help("Each 64 KB are billed as an event.")
      .source(Source::Grade::Judgement, "An event as JSON.")
      .field("archived", &EventBusParams::isArchived)
      .label("Archived")
      .group("Reliability")
      .help("All events are kept to be replayed.")
      .source(Source::Grade::Judgement, "Off unless somebody needs it.");
  return consumption::addReceiveFields(schema).sourceOf(
      "max_receives", Source::Grade::Known,
      "Amazon EventBridge user guide: tried again for 24 hours and 185 times; "
      "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html");
}

void lowerEventBus(const EventBusParams& params, plan::Lowering& lowering) {
  const plan::Index log = lowering.addLog({});
  plan::ConsumerGroup group;
  group.delivery = plan::Delivery::Competing;
  group.visibility = params.redeliverAfter;
  consumption::addGroups(params, group, log, lowering);
  const plan::OutLink route = lowering.addPart(
      "route", plan::kNone, {},
      [&](plan::ProgramBuilder& program) { program.wait(params.routeTime).publish(log); }, LinkMode::Send);
  const plan::Index quota = lowering.addTokens(hosted::throttle(params.quota, params.quota.raw()));
  const plan::Index pool = lowering.addPool(hosted::boundless());
  for (const char* name : {"", "put", "write"}) {
    lowering.addOperation(name, pool, [&](plan::ProgramBuilder& program) {
      program.take(quota).wait(params.putTime).use(route);
    });
  }
}

}  // namespace

BlockType event_bus() {
  return makeBlock<EventBusParams>(
      {.key = "event_bus",
       .label = "Event bus",
       .category = Category::Messaging,
       .purpose = "Routes events between systems by rules, without those who send knowing who listens.",
       .documentation =
           R"(**What happens to an event.** `put` (the default, also `write`) takes a token of the quota, or is refused with *rate limited*; the sender has its answer when the event
is safe. Later it is routed to every rule that matches.

**Rules.** Each link that leaves the bus is one: restrict it to the request classes that the rule matches. One instance of the block behind is called. A delivery
that fails or is not answered in time is made again, at most so often; then it is a dead letter (link of role *fallback*). See the primitive *Log*, delivery
*competing*.

**Slower than a topic,** as rules look into the events: a tenth of a second and more.

**Modelled.** Quota, delay, routing by class, deliveries and their repetition, the bill.

**Not modelled.** Pauses between attempts that grow, transformations, schedules, storage of the archive.)",
       .vendorNames = {"EventBridge", "Eventarc", "Event Grid", "NATS JetStream", "Knative Eventing"},
       .operations = {"put", "write"}},
      eventBusSchema(), lowerEventBus,
      [](const EventBusParams& params, const Load& load) {
        std::vector<Usage> usage{hosted::perRequest("event", load, std::ceil(params.eventSize.raw() / 64'000),
                                                    "events at the mean rate")};
        if (params.isArchived) {
          usage.push_back({Usage::Kind::ProcessedGb, "event-archive",
                           hosted::monthly(load) * hosted::gigabytes(params.eventSize), "ondemand",
                           "events at the mean rate"});
        }
        return usage;
      },
      [](const EventBusParams& params) {
        Deployable deployable{.kind = Deployable::Kind::EventBus, .image = "nats:2.14-alpine"};
        deployable.ports = {4222};
        deployable.command = {"--jetstream", "--http_port", "8222"};
        deployable.healthCheck = {"wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8222/healthz"};
        deployable.settings["scheme"] = "nats";
        deployable.settings["archive"] = params.isArchived ? "true" : "false";
        return deployable;
      },
      [](const EventBusParams&) {
        Traits traits =
            hosted::traits(87600_h, 5_min);  // one outage in ten years: judgement, against an SLA of 99.99 %
        traits.isQueue = true;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
