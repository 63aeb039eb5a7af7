#pragma once

#include <string>

#include "core/catalog/instance_class.h"
#include "core/catalog/schema.h"
#include "core/catalog/sharding.h"
#include "core/vocabulary/lowering.h"

/// What block types have in common that are made of Redis nodes: shards with one thread each, copies, memory.
namespace cantilever::catalog::key_value {

struct NodeParams {
  Count shards{1};
  Count replicasPerShard{1};
  Choice instanceType{"cache.r6g.large"};
  Ratio memoryShare = ratio(0.75);
  Law failoverTime = Law::uniform(Duration::seconds(16.5), 0.03);

  const InstanceClass& instanceClass() const { return *findInstanceClass(instanceType.value); }
  std::int64_t nodes() const { return shards.value() * (1 + replicasPerShard.value()); }
  /// Times are stated for a core of cache.r6g.
  Law onThisNode(const Law& cpuTime) const;
  /// What the keys of all shards together may fill.
  Bytes memoryForData() const;
};

extern const char* const kRedisBenchmark;
extern const char* const kLeastRedisCluster;

template <class P>
Schema<P>& addNodeFields(Schema<P>& schema, const char* whyShards, const char* whyType) {
  return schema.field("shards", &NodeParams::shards)
      .label("Shards")
      .group("Size")
      .range(1, 5000)
      .logarithmic()
      .help(
          "Parts that the keys are spread over. Each has one thread that executes commands, so shards set "
          "the throughput.")
      .source(Source::Grade::Judgement, whyShards)
      .field("replicas_per_shard", &NodeParams::replicasPerShard)
      .label("Replicas per shard")
      .group("Reliability")
      .range(0, 5)
      .help("Copies that take over, one after the other, when a primary fails. They answer no requests here.")
      .source(Source::Grade::Read, kLeastRedisCluster)
      .field("failover_time", &NodeParams::failoverTime)
      .label("Failover time")
      .group("Reliability")
      .range(Duration(), Duration::hours(24))
      .help("From the death of a primary until its copy answers; meanwhile requests for its keys fail.")
      .source(Source::Grade::Known,
              "Redis Cluster specification and redis.conf: cluster-node-timeout is 15 s by default, and the "
              "vote takes one to two seconds more; https://redis.io/docs/latest/operate/oss_and_stack/"
              "reference/cluster-spec/")
      .field("instance_type", &NodeParams::instanceType)
      .label("Instance type")
      .group("Size")
      .choices(instanceChoices(InstanceClass::Family::ElastiCache))
      .help(
          "Sets the speed of a core, the memory and the price of each node. More cores do not make a shard "
          "faster.")
      .source(Source::Grade::Judgement, whyType)
      .field("memory_share", &NodeParams::memoryShare)
      .label("Memory for data")
      .group("Size")
      .range(0.1, 1)
      .help(
          "Share of a node's memory that keys may fill; the rest is for buffers and for copies while a "
          "snapshot is taken.")
      .source(Source::Grade::Read,
              "Amazon ElastiCache user guide, managing reserved memory: reserved-memory-percent is 25 by "
              "default; "
              "https://docs.aws.amazon.com/AmazonElastiCache/");
}

/// One instance for each shard.
Shards addShards(const NodeParams& params, plan::Lowering& lowering);
/// Warns if `needed` does not fit into the memory of the shards; `what` says what it is.
void warnIfTooLarge(const NodeParams& params, Bytes needed, const std::string& what,
                    plan::Lowering& lowering);
std::vector<Usage> usageOfNodes(const NodeParams& params);
/// `eviction`: what a full node does.
Deployable deployNodes(const NodeParams& params, const std::string& eviction);
Traits traitsOfNodes(const NodeParams& params);

/// The paragraph that the documentation of every such block has.
extern const char* const kNodeDocumentation;

}  // namespace cantilever::catalog::key_value
