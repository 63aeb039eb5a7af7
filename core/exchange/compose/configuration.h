#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/exchange/deployment.h"

/// Configuration files that containers read, as text.
namespace cantilever::exchange::compose {

/// An HTTP server behind a proxy.
struct Upstream {
  std::string name;
  int port = 80;
  double weight = 1;
  std::string healthPath;             ///< empty: not checked
  std::vector<std::string> prefixes;  ///< of paths that go here; empty: everything else
  std::string pathBelow;              ///< put before the path on the way: an object store's bucket
};

/// How many requests a second one client may send, and how many at once; 0: any number.
struct RateLimit {
  int average = 0;
  int burst = 1;
};

/// Routing of a load balancer, for Traefik's file provider.
std::string traefikRouting(const std::vector<Upstream>& upstreams, bool isWeighted, int healthInterval_s,
                           const RateLimit& limit);

/// A cache in front of origins, for Varnish. What comes from an upstream with prefixes is kept for `ttl_s`,
/// everything else is passed through.
std::string varnishProgram(const std::vector<Upstream>& upstreams, long ttl_s);

struct PooledDatabase {
  std::string name;
  std::string host;
  int port = 5432;
};
std::string pgbouncerSettings(const DeployedBlock& pooler, const std::vector<PooledDatabase>& databases);

/// Runs once in a new primary: lets replicas in.
std::string primaryReplicationScript();
/// Starts a replica: copies the primary when there is no data yet.
std::string replicaStartScript();
/// The same for MySQL: run once in a new primary, run once in a new replica, start of a replica.
std::string mysqlPrimaryScript();
std::string mysqlReplicaScript();
std::string mysqlReplicaStartScript();
/// Joins the nodes to a Redis cluster, once.
std::string redisClusterScript(const std::vector<std::string>& nodes, int replicasPerShard);

}  // namespace cantilever::exchange::compose
