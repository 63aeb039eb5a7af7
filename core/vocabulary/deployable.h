#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cantilever {

/// What an exporter needs to know to deploy a block, in neutral terms: a block never writes YAML or HCL.
///
/// Settings that exporters read, by kind. All are optional text; others are ignored.
/// - LoadBalancer: algorithm (round_robin, random, least_connections), health_path ("/healthz")
/// - Compute, Worker: autoscale_min, autoscale_max (instances), autoscale_cpu_percent, health_path
/// - RelationalPrimary: engine (postgres), version ("16"), storage_gb, iops, multi_az (true, false),
///   backup_days, max_connections
/// - RelationalReplica: engine, version
/// - ConnectionPooler: pool_size (server connections), max_clients, mode (transaction, session)
/// - KeyValueCache: engine (redis), version ("7.1"), shards, replicas_per_shard, eviction ("allkeys-lru")
/// - EventLog: engine (kafka), version, partitions, replication, retention_hours, storage_gb (per broker)
/// - Cdn: ttl_s, reach (local, continental, global)
/// - ObjectStore: versioning (true, false)
///
/// A block gives what its container needs on its own. Addresses, credentials, replication and cluster
/// membership follow from the links: exporters add them, and no block names a password.
struct Deployable {
  enum class Kind : std::uint8_t {
    None,
    Client,
    Cdn,
    LoadBalancer,
    Compute,
    Worker,
    RelationalPrimary,
    RelationalReplica,
    ConnectionPooler,
    KeyValueCache,
    EventLog,
    ObjectStore,
  };
  Kind kind = Kind::None;
  std::string image;          ///< container image with tag, for local deployment
  int instances = 1;          ///< like nodes in all; of a sharded cache: shards x (1 + replicas_per_shard)
  std::string instanceClass;  ///< "c7g.2xlarge"
  std::vector<int> ports;     ///< container ports, the first is the main one
  std::vector<std::string> command;  ///< container command; empty: the image's
  std::map<std::string, std::string> environment;
  std::vector<std::string> volumes;      ///< mount paths that must survive
  std::vector<std::string> healthCheck;  ///< command inside the container; empty: none
  std::map<std::string, std::string>
      settings;  ///< neutral settings: "engine"="postgres", "multi_az"="true", "shards"="3"
};

}  // namespace cantilever
