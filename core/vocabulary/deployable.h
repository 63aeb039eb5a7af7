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
/// - Compute, Worker, Proxy, Server: autoscale_min, autoscale_max (instances), autoscale_on (utilisation,
///   request_rate; others and "steps" are not expressed), autoscale_target (a share, requests per second and
///   instance), health_path, lives_on (id of the block on whose machines its containers run), lives_per_host
/// - None: instead (what takes its place, a clause), hosts ("containers": a cluster that others live on),
///   autoscale_max (its machines)
/// - RelationalPrimary: engine (postgres, mysql), version ("17", "8.4"), storage_gb, iops, multi_az (true,
/// false),
///   backup_days, max_connections
/// - RelationalReplica: engine, version
/// - ConnectionPooler: pool_size (server connections), max_clients, mode (transaction, session)
/// - KeyValueCache: engine (redis), version ("7.1"), shards, replicas_per_shard, eviction ("allkeys-lru")
/// - EventLog: engine (kafka), version, partitions, replication, retention_hours, storage_gb (per broker)
/// - Cdn: ttl_s, reach (local, continental, global)
/// - ObjectStore: versioning (true, false), archive (glacier_ir, glacier, deep_archive, standard_ia),
/// archive_after_days
/// - LoadBalancer, Gateway, Proxy, TrafficManager: rate_limit_rps, burst (of every client); LoadBalancer:
/// layer (4, 7)
/// - Gateway: protocol (http, rest)
/// - Firewall: rules, managed_groups; NameServer: policy, ttl_s
/// - Server, Table, SearchIndex, Warehouse, Queue, Topic, EventBus, Stream, Telemetry: scheme (of their
/// address: "http",
///   "amqp"); storage_gb
/// - Table: read_capacity, write_capacity (0: on demand), backups; SearchIndex: shards, replicas, version,
/// storage_gb
/// - Queue: fifo (true, false), visibility_s, retention_s, max_receives; Stream: shards, retention_hours
/// - Telemetry: signal (metrics, logs, traces), retention_days
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
    RelationalCluster,  ///< a writer and readers on one volume
    ConnectionPooler,
    KeyValueCache,
    EventLog,
    ObjectStore,
    Proxy,           ///< an HTTP proxy that somebody runs on servers
    Gateway,         ///< a managed entrance for programming interfaces
    Firewall,        ///< looks at requests before a load balancer
    NameServer,      ///< a zone of names
    TrafficManager,  ///< one address for the entrances of several regions
    External,        ///< somebody else's; locally a stand-in
    Server,          ///< a data service that somebody runs on servers
    Table,           ///< a managed key-value table
    SearchIndex,
    Warehouse,
    Queue,
    Topic,
    EventBus,
    Stream,
    Telemetry,  ///< keeps metrics, logs or traces
    Network,    ///< part of the network, with nothing of its own to start
  };
  Kind kind = Kind::None;
  std::string image = {};  ///< container image with tag, for local deployment
  int instances = 1;       ///< like nodes in all; of a sharded cache: shards x (1 + replicas_per_shard)
  std::string instanceClass = {};         ///< "c7g.2xlarge"
  std::vector<int> ports = {};            ///< container ports, the first is the main one
  std::vector<std::string> command = {};  ///< container command; empty: the image's
  std::map<std::string, std::string> environment = {};
  std::vector<std::string> volumes = {};      ///< mount paths that must survive
  std::vector<std::string> healthCheck = {};  ///< command inside the container; empty: none
  std::map<std::string, std::string> settings =
      {};  ///< neutral settings: "engine"="postgres", "multi_az"="true", "shards"="3"
};

}  // namespace cantilever
