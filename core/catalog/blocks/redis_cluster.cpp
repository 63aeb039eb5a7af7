#include <algorithm>

#include "core/catalog/blocks.h"
#include "core/catalog/contents.h"
#include "core/catalog/hosted.h"
#include "core/catalog/key_value.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct RedisParams : key_value::NodeParams, contents::HitParams {
  RedisParams() {
    shards = Count(3);
    timeToLive = 1_h;
  }
  Bytes entrySize = 1_KB;
  Ratio warmShare = ratio(0);
  Law getTime = Law::lognormal(11_us, 0.2);
  Law setTime = Law::lognormal(13_us, 0.2);
  Count keysOfMany{100};
  Law perKey = Law::lognormal(500_ns, 0.2);
  Choice eviction{"allkeys-lru"};
};

Schema<RedisParams> redisSchema() {
  Schema<RedisParams> schema;
  key_value::addNodeFields(schema, "The smallest cluster that keeps a majority.",
                           "A small memory-optimised node.")
      .sourceOf("shards", Source::Grade::Read, key_value::kLeastRedisCluster);
  contents::addHitFields(schema, "Typical of sessions, profiles and page fragments with enough memory.");
  return contents::addLifeField(
             schema, "\"System Architecture for Scale\", part 5, section 3.2: an hour for cached data",
             Source::Grade::Read)
      .field("entry_size", &RedisParams::entrySize)
      .label("Size of an entry")
      .group("Size")
      .range(1_B, 512_MB)
      .logarithmic()
      .help(
          "Bytes of key, value and what Redis keeps beside them (contents by keys): how many entries the "
          "memory of "
          "a shard has room for.")
      .source(Source::Grade::Judgement, "A profile or a page fragment.")
      .field("warm_share", &RedisParams::warmShare)
      .label("Warm at start")
      .group("Behaviour")
      .range(0, 1)
      .help(
          "Share of the entries that there is room for, or of all keys if these are fewer, that are there at "
          "the "
          "start: what is asked for most, of all ages (contents by keys).")
      .source(Source::Grade::Judgement, "A new cache is empty.")
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
      .choiceLabels({{"allkeys-lru", "Least recently used of all keys"},
                     {"allkeys-lfu", "Least frequently used of all keys"},
                     {"volatile-lru", "Least recently used of those that expire"},
                     {"noeviction", "None: writes fail"}})
      .help(
          "Which keys make room, or none: then writes fail. Least recently or least frequently used ones "
          "with contents by keys; goes into the exported configuration.")
      .source(Source::Grade::Known,
              "Redis documentation, Key eviction: allkeys-lru where nothing speaks for another policy; "
              "https://redis.io/docs/latest/develop/reference/eviction/");
}

/// What the shards have room for. Where there are copies, one of them has what a dead primary had; where
/// there are none it is lost with its shard.
plan::Cache memoryOf(const RedisParams& params, const Shards& shards) {
  const double all = params.memoryForData().raw();
  const bool isLostWithShard = params.replicasPerShard == Count(0);
  plan::Cache memory;
  memory.pool = isLostWithShard ? shards.pool : plan::kNone;
  memory.capacityBytes =
      static_cast<std::uint64_t>(isLostWithShard ? all / static_cast<double>(params.shards.value()) : all);
  memory.entryBytes = params.entrySize.raw();
  memory.timeToLive = params.timeToLive;
  memory.warmShare = params.warmShare.raw();
  if (params.eviction.value == "allkeys-lfu") {
    memory.eviction = plan::Eviction::LeastFrequentlyUsed;
  }
  return memory;
}

/// Look-ups that miss come back as such, and callers put there what they found elsewhere.
void addLookUps(const RedisParams& params, const Shards& shards, plan::Lowering& lowering) {
  const plan::Index memory =
      params.areSimulated() ? lowering.addCache(memoryOf(params, shards)) : plan::kNone;
  const plan::Body miss = [](plan::ProgramBuilder& program) { program.fail(plan::Reason::CacheMiss); };
  lowering.addOperation("lookup", shards.pool, [&](plan::ProgramBuilder& program) {
    program.work(params.onThisNode(params.getTime));
    if (memory != plan::kNone) {
      program.lookUpIn(memory, {}, miss);
    } else {
      program.branch(params.hitRatio.raw(), {}, miss);
    }
  });
  lowering.addOperation("fill", shards.pool, [&](plan::ProgramBuilder& program) {
    program.work(params.onThisNode(params.setTime));
    if (memory != plan::kNone) {
      program.fill(memory);
    }
  });
}

void lowerRedis(const RedisParams& params, plan::Lowering& lowering) {
  const Shards shards = key_value::addShards(params, lowering);
  addLookUps(params, shards, lowering);
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

A caller that reaches it over a link of role *look-up* and misses uses its own *on-miss* links: the cache-aside pattern. *By ratio* a look-up is a `get` that misses with the complement
of the hit ratio. *By keys* what is there decides: the shards have room for so many entries as their memory holds, entries expire, full shards evict, and the caller puts what it found elsewhere
there by a command of its own. A shard that dies takes its entries with it, unless a copy has them. Outgoing links of the cache itself are used by every command but look-ups and what they fill in.

**Modelled.** Single-threaded shards with their keys, command times by the node's core, multi-gets over shards, failover, hits by a fixed ratio or by what is in memory, nodes and replicas in the bill.

**Not modelled.** By keys: what other commands than look-ups read and write, and *noeviction* (it evicts like *volatile-lru*); with copies all shards share their memory, which even shards do. The 16,384 slots one by one: the shards
are arcs of a hash ring instead. Which keys share a shard is as much by chance; shards are even to 3 %, where slots would be even to one slot, so the fullest shard is a few per cent fuller. Slots do not move from shard to shard. The keys of a multi-get are spread evenly over shards that are up.)";
  type.documentation += key_value::kNodeDocumentation;
  type.vendorNames = {"ElastiCache", "Memorystore", "Azure Cache for Redis", "Redis", "Valkey"};
  type.operations = {"get", "set", "mget", "session", "read", "write", "lookup", "fill"};
  return makeBlock<RedisParams>(
      std::move(type), redisSchema(), lowerRedis,
      [](const RedisParams& params, const Load&) { return key_value::usageOfNodes(params); },
      [](const RedisParams& params) { return key_value::deployNodes(params, params.eviction.value); },
      [](const RedisParams& params) {
        Traits traits = key_value::traitsOfNodes(params);
        traits.isCache = true;
        traits.keepsKeysApart = true;
        traits.hitRatio = params.statedRatio();
        traits.timeToLive = params.statedLife();
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
