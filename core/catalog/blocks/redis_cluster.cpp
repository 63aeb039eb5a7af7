#include <cmath>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/instance_class.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct RedisParams {
  Count shards{3};
  Count replicasPerShard{1};
  Choice instanceType{"cache.r6g.large"};
  Ratio hitRatio = ratio(0.9);
  Law getTime = Law::lognormal(11_us, 0.2);
  Law setTime = Law::lognormal(13_us, 0.2);
  Ratio memoryShare = ratio(0.75);
  Choice eviction{"allkeys-lru"};

  const InstanceClass& instanceClass() const { return *findInstanceClass(instanceType.value); }
  std::int64_t nodes() const { return shards.value() * (1 + replicasPerShard.value()); }
  /// Times are stated for a core of the default class, cache.r6g.
  Law onThisNode(const Law& cpuTime) const {
    const double reference = findInstanceClass(RedisParams{}.instanceType.value)->speed;
    return cpuTime.scaled(reference / instanceClass().speed);
  }
};

constexpr const char* kRedisBenchmark =
    "Redis documentation, \"Redis benchmark\" (https://redis.io/topics/benchmarks): 72,000 to 74,000 "
    "unpipelined SETs a second, over 400,000 pipelined. A command costs one core about 1/90,000 s, the "
    "connection's share included.";

Schema<RedisParams> redisSchema() {
  return Schema<RedisParams>()
      .field("shards", &RedisParams::shards)
      .label("Shards")
      .group("Size")
      .range(1, 500)
      .logarithmic()
      .help(
          "Parts that the keys are spread over. Each has one thread that executes commands, so shards set "
          "the throughput.")
      .source(Source::Grade::Judgement, "The smallest cluster that keeps a majority.")
      .field("replicas_per_shard", &RedisParams::replicasPerShard)
      .label("Replicas per shard")
      .group("Reliability")
      .range(0, 5)
      .help("Copies that take over when a primary fails. They answer no requests here.")
      .source(Source::Grade::Judgement, "One copy in another zone.")
      .field("instance_type", &RedisParams::instanceType)
      .label("Instance type")
      .group("Size")
      .choices(instanceChoices(InstanceClass::Family::ElastiCache))
      .help(
          "Sets the speed of a core, the memory and the price of each node. More cores do not make a shard "
          "faster.")
      .source(Source::Grade::Judgement, "A small memory-optimised node.")
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
      .source(Source::Grade::Read, kRedisBenchmark)
      .field("set_time", &RedisParams::setTime)
      .label("SET")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Time of a small write on the shard's thread (a cache.r6g core), the network not included.")
      .source(Source::Grade::Read, kRedisBenchmark)
      .field("memory_share", &RedisParams::memoryShare)
      .label("Memory for data")
      .group("Size")
      .range(0.1, 1)
      .help(
          "Share of a node's memory that keys may fill; the rest is for buffers and for copies while a "
          "snapshot is taken.")
      .source(Source::Grade::Judgement, "A quarter spare for copy-on-write.")
      .field("eviction", &RedisParams::eviction)
      .label("When memory is full")
      .group("Behaviour")
      .choices({"allkeys-lru", "allkeys-lfu", "volatile-lru", "noeviction"})
      .help("Which keys make room, or none: then writes fail. Goes into the exported configuration.")
      .source(Source::Grade::Judgement, "Right for a cache: what was used longest ago goes first.");
}

void lowerRedis(const RedisParams& params, plan::Lowering& lowering) {
  plan::Pool shards;
  shards.instances = static_cast<std::uint32_t>(params.shards.value());
  const plan::Index pool = lowering.addPool(shards);
  const plan::Body get = [&](plan::ProgramBuilder& program) {
    program.work(params.onThisNode(params.getTime));
  };
  const plan::Body set = [&](plan::ProgramBuilder& program) {
    program.work(params.onThisNode(params.setTime));
  };
  const plan::Body either = [&](plan::ProgramBuilder& program) { program.branch(0.5, get, set); };
  const auto add = [&](std::string_view operation, const plan::Body& command) {
    lowering.addOperation(operation, pool, [&](plan::ProgramBuilder& program) {
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
}

std::vector<Usage> usageOfRedis(const RedisParams& params, const Load&) {
  return {{Usage::Kind::InstanceHours, params.instanceType.value,
           static_cast<double>(params.nodes()) * kHoursPerMonth, "ondemand",
           format(params.shards) + " shards x " +
               formatNumber(static_cast<double>(1 + params.replicasPerShard.value())) + " nodes x 730 h"}};
}

Deployable deployRedis(const RedisParams& params) {
  const double megabytes = std::floor(params.instanceClass().memory_gib * 1024 * params.memoryShare.raw());
  Deployable deployable;
  deployable.kind = Deployable::Kind::KeyValueCache;
  deployable.image = "redis:7.4";
  deployable.instances = static_cast<int>(params.nodes());
  deployable.instanceClass = params.instanceType.value;
  deployable.ports = {6379};
  deployable.healthCheck = {"redis-cli", "ping"};
  deployable.settings["engine"] = "redis";
  deployable.settings["version"] = "7.1";
  deployable.settings["shards"] = format(params.shards);
  deployable.settings["replicas_per_shard"] = format(params.replicasPerShard);
  deployable.settings["eviction"] = params.eviction.value;
  deployable.settings["max_memory_mib"] = formatNumber(megabytes);
  return deployable;
}

Traits traitsOfRedis(const RedisParams& params) {
  Traits traits;
  traits.isCache = true;
  traits.isManaged = true;
  traits.hasHealthCheck = true;
  traits.isReplicated = params.replicasPerShard.value() > 0;
  traits.instances = static_cast<int>(params.shards.value());
  traits.hitRatio = params.hitRatio;
  traits.mtbf = 8760_h;  // one failure a year and node: judgement
  traits.mttr =
      1_min;  // promotion takes the node timeout plus one to two seconds: Redis Cluster specification
  return traits;
}

}  // namespace

BlockType redis_cluster() {
  BlockType type;
  type.key = "redis_cluster";
  type.label = "Redis cluster";
  type.category = Category::Cache;
  type.purpose = "Keys and values in memory, spread over shards: cache, sessions, counters.";
  type.documentation =
      R"(**What happens to a request.** The incoming link picks a shard; there the command queues for the one thread that executes commands, and
takes its time. `get` (also `read`) and `set` (also `write`) are single commands; `session` is one or the other, half and half.

A caller that reaches it over a link of role *look-up* misses with the complement of the hit ratio, and then uses its own *on-miss* links:
the cache-aside pattern. Outgoing links of the cache itself are used by every command.

**Modelled.** Single-threaded shards, command times by the node's core, hits by a fixed ratio, nodes and replicas in the bill.

**Not modelled.** Keys: shards are picked at random or in turn, so no shard is hotter than others, and a killed shard's keys are served by
the others at once instead of failing until a replica is promoted (some 15 s). Memory, eviction and expiry are in the exported
configuration only: the hit ratio stands for them. Pipelined commands count one by one.)";
  type.vendorNames = {"ElastiCache", "Memorystore", "Azure Cache for Redis", "Redis", "Valkey"};
  type.operations = {"get", "set", "session", "read", "write"};
  return makeBlock<RedisParams>(std::move(type), redisSchema(), &lowerRedis, &usageOfRedis, &deployRedis,
                                &traitsOfRedis);
}

}  // namespace cantilever::catalog::blocks
