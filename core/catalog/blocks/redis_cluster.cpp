#include <algorithm>

#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/key_value.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct RedisParams : key_value::NodeParams {
  RedisParams() { shards = Count(3); }
  Ratio hitRatio = ratio(0.9);
  Law getTime = Law::lognormal(11_us, 0.2);
  Law setTime = Law::lognormal(13_us, 0.2);
  Count keysOfMany{100};
  Law perKey = Law::lognormal(500_ns, 0.2);
  Choice eviction{"allkeys-lru"};
};

Schema<RedisParams> redisSchema() {
  Schema<RedisParams> schema;
  return key_value::addNodeFields(schema, "The smallest cluster that keeps a majority.",
                                  "A small memory-optimised node.")
      .field("hit_ratio", &RedisParams::hitRatio)
      .label("Hit ratio")
      .group("Behaviour")
      .range(0, 1)
      .help("Share of look-ups that find their key. Callers use their on-miss links for the rest.")
      .source(Source::Grade::Judgement,
              "Typical of sessions, profiles and page fragments with enough memory.")
      .field("get_time", &RedisParams::getTime)
      .label("GET")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Time of a small read on the shard's thread (a cache.r6g core), the network not included.")
      .source(Source::Grade::Read, key_value::kRedisBenchmark)
      .field("set_time", &RedisParams::setTime)
      .label("SET")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Time of a small write on the shard's thread (a cache.r6g core), the network not included.")
      .source(Source::Grade::Read, key_value::kRedisBenchmark)
      .field("keys_of_many", &RedisParams::keysOfMany)
      .label("Keys of a multi-get")
      .group("Behaviour")
      .range(1, 100'000)
      .logarithmic()
      .help(
          "That the operation mget asks for at once: they are split among the shards that have them, and the "
          "slowest answers last.")
      .source(Source::Grade::Judgement, "A page of entries.")
      .field("time_per_key", &RedisParams::perKey)
      .label("Key of a multi-get")
      .group("Behaviour")
      .range(1_ns, 1_ms)
      .logarithmic()
      .help("Time of each key of a multi-get, besides that of one GET at each shard.")
      .source(Source::Grade::Judgement, "A hash look-up and a copy: MGET of 100 takes some five times a GET.")
      .field("eviction", &RedisParams::eviction)
      .label("When memory is full")
      .group("Behaviour")
      .choices({"allkeys-lru", "allkeys-lfu", "volatile-lru", "noeviction"})
      .help("Which keys make room, or none: then writes fail. Goes into the exported configuration.")
      .source(Source::Grade::Judgement, "Right for a cache: what was used longest ago goes first.");
}

void lowerRedis(const RedisParams& params, plan::Lowering& lowering) {
  const Shards shards = key_value::addShards(params, lowering);
  const plan::Body get = [&](plan::ProgramBuilder& program) {
    program.work(params.onThisNode(params.getTime));
  };
  const plan::Body set = [&](plan::ProgramBuilder& program) {
    program.work(params.onThisNode(params.setTime));
  };
  const plan::Body either = [&](plan::ProgramBuilder& program) { program.branch(0.5, get, set); };
  const auto add = [&](std::string_view operation, const plan::Body& command) {
    lowering.addOperation(operation, shards.pool, [&](plan::ProgramBuilder& program) {
      command(program);
      program.useAll(lowering.links()).end();
    });
  };
  add("", get);
  add("get", get);
  add("read", get);
  add("set", set);
  add("write", set);
  add("session", either);

  // Keys of a multi-get have nothing to do with that of the request: they are spread evenly, over as many
  // shards as there are keys.
  plan::Link inTurn;
  inTurn.balancing = Balancing::RoundRobin;
  const plan::OutLink part = lowering.addPart("mget-at", shards.pool, inTurn, [&](plan::ProgramBuilder& at) {
    at.work(params.onThisNode(params.getTime)).workPerTarget(params.onThisNode(params.perKey));
  });
  const std::uint32_t keys = hosted::small(params.keysOfMany);
  const std::uint32_t nodes = hosted::small(params.shards);
  plan::Fan toShards;
  toShards.batch = keys / nodes + (keys % nodes == 0 ? 0 : 1);
  lowering.addOperation("mget", plan::kNone, [&](plan::ProgramBuilder& program) {
    program.draw(CountLaw::fixed(keys)).fanOut(part, toShards).useAll(lowering.links()).end();
  });
}

}  // namespace

BlockType redis_cluster() {
  BlockType type;
  type.key = "redis_cluster";
  type.label = "Redis cluster";
  type.category = Category::Cache;
  type.purpose = "Keys and values in memory, spread over shards: cache, sessions, counters.";
  type.documentation =
      R"(**What happens to a request.** The key decides the shard, as slots do; there the command queues for the one thread that executes commands, and
takes its time. `get` (also `read`) and `set` (also `write`) are single commands; `session` is one or the other, half and half. `mget` asks for many keys: client libraries split them by
slot, so every shard that has some works on its part, and the slowest answers last.

A caller that reaches it over a link of role *look-up* misses with the complement of the hit ratio, and then uses its own *on-miss* links:
the cache-aside pattern. Outgoing links of the cache itself are used by every command.

**Modelled.** Single-threaded shards with their keys, command times by the node's core, multi-gets over shards, failover, hits by a fixed ratio, nodes and replicas in the bill.

**Not modelled.** Memory, eviction and expiry are in the exported configuration only: the hit ratio stands for them (*Cache* simulates contents). Slots are as even as the points of
a hash ring, to 3 %. The keys of a multi-get are spread evenly over shards that are up.)";
  type.documentation += key_value::kNodeDocumentation;
  type.vendorNames = {"ElastiCache", "Memorystore", "Azure Cache for Redis", "Redis", "Valkey"};
  type.operations = {"get", "set", "mget", "session", "read", "write"};
  return makeBlock<RedisParams>(
      std::move(type), redisSchema(), lowerRedis,
      [](const RedisParams& params, const Load&) { return key_value::usageOfNodes(params); },
      [](const RedisParams& params) { return key_value::deployNodes(params, params.eviction.value); },
      [](const RedisParams& params) {
        Traits traits = key_value::traitsOfNodes(params);
        traits.isCache = true;
        traits.keepsKeysApart = true;
        traits.hitRatio = params.hitRatio;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
