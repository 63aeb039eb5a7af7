#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/key_value.h"
#include "core/catalog/sharding.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct PubSubParams : key_value::NodeParams {
  Law publishTime = Law::constant(12_us);
  Law deliveryTime = Law::constant(4_us);
  Count subscribers{20};

  /// The thread writes to the connection of each subscriber.
  Law sendTime() const { return deliveryTime.scaled(static_cast<double>(subscribers.value())); }
};

Schema<PubSubParams> pubSubSchema() {
  Schema<PubSubParams> schema;
  key_value::addNodeFields(schema, "One thread makes 250,000 deliveries a second.",
                           "Nothing is kept, so memory does not matter.");
  return schema.field("publish_time", &PubSubParams::publishTime)
      .label("Publish")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Time of taking in one message on the shard's thread (a cache.r6g core).")
      .source(Source::Grade::Read, key_value::kRedisBenchmark)
      .field("delivery_time", &PubSubParams::deliveryTime)
      .label("Delivery")
      .group("Behaviour")
      .range(0_ms, 1_s)
      .help("Time of writing the message to one subscriber.")
      .source(Source::Grade::Known,
              "Redis documentation, PUBLISH: O(N + M) in subscribers; https://redis.io/commands/publish/")
      .field("subscribers", &PubSubParams::subscribers)
      .label("Subscribers")
      .group("Behaviour")
      .range(0, 100'000)
      .help(
          "Of a channel: servers that are told. What each does with it is the block that the outgoing link "
          "leads to.")
      .source(Source::Grade::Judgement, "Twenty websocket servers.");
}

void lowerPubSub(const PubSubParams& params, plan::Lowering& lowering) {
  const Shards shards = key_value::addShards(params, lowering);
  const AtShard publish("publish-at", shards, lowering, [&](plan::ProgramBuilder& program) {
    program.work(params.onThisNode(params.publishTime));
    if (!params.sendTime().isZero()) {
      program.work(params.onThisNode(params.sendTime()));
    }
  });
  const plan::Body tell = [&](plan::ProgramBuilder& program) {
    publish.use(program);
    program.reply().useAll(lowering.links());
  };
  lowering.addOperation("", plan::kNone, tell);
  lowering.addOperation("publish", plan::kNone, tell);
  lowering.addOperation("write", plan::kNone, tell);
}

}  // namespace

BlockType redis_pubsub() {
  BlockType type{.key = "redis_pubsub",
                 .label = "Redis Pub/Sub",
                 .category = Category::Messaging,
                 .purpose = "Tells everybody who listens at this moment, and forgets: at most once."};
  type.documentation =
      R"(**What happens to a message.** The key of the request decides the channel's shard. Its one thread takes the message in and writes it to every subscriber, one after
the other. Then the publisher has its answer, and the outgoing links are used: give one the mode *send* and the balancing *all*, and every instance of the
block behind gets the message.

**Nothing is kept.** Who does not listen at that moment never learns of it: an instance that is down or not there yet gets nothing, and nothing is delivered
again.

**Modelled.** The thread's time for each subscriber, which makes many subscribers the limit; sharded channels; nodes in the bill.

**Not modelled.** Subscribers that read too slowly and are cut off. Without sharding (before Redis 7) every node tells every other: set one shard.)";
  type.documentation += key_value::kNodeDocumentation;
  type.vendorNames = {"Redis", "ElastiCache", "Memorystore", "Azure Web PubSub", "Valkey", "Broadcast"};
  type.operations = {"publish", "write"};
  return makeBlock<PubSubParams>(
      std::move(type), pubSubSchema(), lowerPubSub,
      [](const PubSubParams& params, const Load&) { return key_value::usageOfNodes(params); },
      [](const PubSubParams& params) { return key_value::deployNodes(params, "noeviction"); },
      [](const PubSubParams& params) { return key_value::traitsOfNodes(params); });
}

}  // namespace cantilever::catalog::blocks
