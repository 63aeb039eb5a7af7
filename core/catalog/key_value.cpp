#include "core/catalog/key_value.h"

#include <cmath>

#include "core/base/text.h"

namespace cantilever::catalog::key_value {

using namespace literals;

const char* const kRedisBenchmark =
    "Redis documentation, \"Redis benchmark\" (https://redis.io/topics/benchmarks): 72,000 to 74,000 "
    "unpipelined SETs a second, "
    "over 400,000 pipelined. A command costs one core about 1/90,000 s, the connection's share included.";

const char* const kNodeDocumentation = R"(

**Shards.** The key of a request decides its shard (a request class without keys goes to any of them), so unequal keys make unequal shards.
Commands queue for the shard's one thread. A killed shard's keys are answered by the next shard on the ring until it is back: failing over
to a copy is not simulated, and copies answer no reads. Pipelined commands count one by one.)";

Law NodeParams::onThisNode(const Law& cpuTime) const {
  return cpuTime.scaled(findInstanceClass("cache.r6g.large")->speed / instanceClass().speed);
}

Bytes NodeParams::memoryForData() const {
  const double eachGib = instanceClass().memory_gib * memoryShare.raw();
  return bytes(static_cast<double>(shards.value()) * eachGib * 1024 * 1024 * 1024);
}

Shards addShards(const NodeParams& params, plan::Lowering& lowering) {
  plan::Pool shards;
  shards.instances = static_cast<std::uint32_t>(params.shards.value());
  return {lowering.addPool(shards), params.shards};
}

void warnIfTooLarge(const NodeParams& params, Bytes needed, const std::string& what,
                    plan::Lowering& lowering) {
  if (needed > params.memoryForData()) {
    lowering.warn("memory.too_small",
                  what + " need " + format(needed) + ", and its shards have room for " +
                      format(params.memoryForData()) + ": take more shards or larger nodes.",
                  "shards");
  }
}

std::vector<Usage> usageOfNodes(const NodeParams& params) {
  return {{Usage::Kind::InstanceHours, params.instanceType.value,
           static_cast<double>(params.nodes()) * kHoursPerMonth, "ondemand",
           format(params.shards) + " shards x " +
               formatNumber(static_cast<double>(1 + params.replicasPerShard.value())) + " nodes x 730 h"}};
}

Deployable deployNodes(const NodeParams& params, const std::string& eviction) {
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
  deployable.settings["eviction"] = eviction;
  deployable.settings["max_memory_mib"] =
      formatNumber(std::floor(params.instanceClass().memory_gib * 1024 * params.memoryShare.raw()));
  return deployable;
}

Traits traitsOfNodes(const NodeParams& params) {
  Traits traits;
  traits.isManaged = true;
  traits.hasHealthCheck = true;
  traits.isReplicated = params.replicasPerShard.value() > 0;
  traits.instances = static_cast<int>(params.shards.value());
  traits.mtbf = 8760_h;  // one failure a year and node: judgement
  traits.mttr =
      1_min;  // promotion takes the node timeout plus one to two seconds: Redis Cluster specification
  return traits;
}

}  // namespace cantilever::catalog::key_value
