#include "core/catalog/key_value.h"

#include <cmath>
#include <utility>

#include "core/base/text.h"
#include "core/catalog/hosted.h"

namespace cantilever::catalog::key_value {

using namespace literals;

const char* const kLeastRedisCluster =
    "Bitnami documentation, Create a Redis cluster: the least is three primaries with a replica each; "
    "https://docs.bitnami.com/aws/apps/odoo/administration/create-cluster/";
const char* const kRedisBenchmark =
    "Redis documentation, \"Redis benchmark\" (https://redis.io/topics/benchmarks): 72,000 to 74,000 "
    "unpipelined SETs a second, "
    "over 400,000 pipelined. A command costs one core about 1/90,000 s, the connection's share included.";

const char* const kNodeDocumentation = R"(

**Shards.** The key of a request decides its shard (a request class without keys goes to any of them), so unequal keys make unequal shards.
Commands queue for the shard's one thread. Copies answer no reads.

**Failover.** The keys of a shard are nowhere else: while its primary is dead, requests for them fail with *no healthy instance*. After the failover time a copy is the
primary, and the restored node is its copy; a shard without a copy left stays dead until it is restored. Copies are asynchronous in reality: the writes of the last moments may
be lost, which is not counted. Pipelined commands count one by one.)";

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
  const plan::Index pool = lowering.addPool(shards);
  plan::Store primaries;
  primaries.pool = pool;
  primaries.standbys = hosted::small(params.replicasPerShard);
  primaries.failsOver = primaries.standbys > 0;
  primaries.promotion = params.failoverTime;
  lowering.addStore(std::move(primaries));
  return {pool, params.shards};
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
  traits.mttr = params.replicasPerShard.value() > 0 ? params.failoverTime.mean
                                                    : Duration(10_min);  // a new node: judgement
  return traits;
}

}  // namespace cantilever::catalog::key_value
