#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/advice/checklist.h"
#include "core/catalog/block_type.h"
#include "core/exchange/exporter.h"
#include "core/model/design.h"

namespace cantilever::testing {

/// Designs for exporters: each block has a type of its own that is deployed exactly as the test says.
///
///   DeploymentBuilder().block("app", compute(3)).block("db", primary()).link("app", "db").render("compose")
class DeploymentBuilder {
 public:
  DeploymentBuilder() { m_design.name = "Test design"; }

  DeploymentBuilder& block(const std::string& id, Deployable deployable, Traits traits = {}) {
    catalog::BlockType type;
    type.key = "type-" + id;
    type.label = "Type of " + id;
    type.deploy = [deployable = std::move(deployable)](const Block&) { return deployable; };
    type.traits = [traits](const Block&) { return traits; };
    m_types.push_back(std::move(type));
    Block block;
    block.id = BlockId(id);
    block.type = "type-" + id;
    m_design.blocks.put(block);
    return *this;
  }

  DeploymentBuilder& link(const std::string& from, const std::string& to, LinkRole role = LinkRole::Default,
                          std::vector<std::string> classes = {}, double weight = 1) {
    Link link;
    link.id = LinkId(from + "-" + to + "-" + std::to_string(m_design.links.size()));
    link.from = BlockId(from);
    link.to = BlockId(to);
    link.role = role;
    link.weight = weight;
    for (const std::string& id : classes) {
      link.classes.emplace_back(id);
    }
    m_design.links.put(link);
    return *this;
  }

  DeploymentBuilder& cacheableClass(const std::string& id) {
    RequestClass requestClass;
    requestClass.id = ClassId(id);
    requestClass.isCacheable = true;
    m_design.classes.put(requestClass);
    return *this;
  }

  Design& design() { return m_design; }

  Result<exchange::ExportOutput> tryRender(const std::string& exporter) {
    const catalog::Catalog catalog(m_types);
    advice::AdviceInput input;
    input.design = &m_design;
    input.catalog = &catalog;
    return exchange::findExporter(exporter)->render(input);
  }

  exchange::ExportOutput render(const std::string& exporter) {
    auto output = tryRender(exporter);
    return output ? *std::move(output) : exchange::ExportOutput{{{"error", output.error().message}}, {}};
  }

 private:
  Design m_design;
  std::vector<catalog::BlockType> m_types;
};

using Settings = std::map<std::string, std::string>;

inline Deployable deployable(Deployable::Kind kind, const std::string& image, int port,
                             Settings settings = {}) {
  Deployable result;
  result.kind = kind;
  result.image = image;
  if (port != 0) {
    result.ports = {port};
    result.healthCheck = {"check", std::to_string(port)};
  }
  result.instanceClass = "c7g.large";
  result.settings = std::move(settings);
  return result;
}

inline Deployable users() {
  return deployable(Deployable::Kind::Client, "", 0);
}
inline Deployable cdn() {
  return deployable(Deployable::Kind::Cdn, "varnish:8.0.2", 80, {{"ttl_s", "3600"}, {"reach", "local"}});
}
inline Deployable balancer(Settings settings = {}) {
  return deployable(Deployable::Kind::LoadBalancer, "traefik:v3.7", 80, std::move(settings));
}
inline Deployable server(int instances = 1, Settings settings = {{"health_path", "/health"}}) {
  Deployable result = deployable(Deployable::Kind::Compute, "example/app:1.0", 8080, std::move(settings));
  result.instances = instances;
  return result;
}
inline Deployable worker(int instances = 1) {
  Deployable result = deployable(Deployable::Kind::Worker, "example/worker:1.0", 0);
  result.instances = instances;
  return result;
}
inline Deployable primary(Settings settings = {{"version", "17"}, {"max_connections", "200"}}) {
  Deployable result =
      deployable(Deployable::Kind::RelationalPrimary, "postgres:17", 5432, std::move(settings));
  result.instanceClass = "db.r6g.large";
  result.volumes = {"/var/lib/postgresql/data"};
  return result;
}
inline Deployable mySqlPrimary(Settings settings = {{"version", "8.4"}, {"max_connections", "200"}}) {
  settings["engine"] = "mysql";
  Deployable result = deployable(Deployable::Kind::RelationalPrimary, "mysql:8.4", 3306, std::move(settings));
  result.instanceClass = "db.r6g.large";
  result.volumes = {"/var/lib/mysql"};
  return result;
}
inline Deployable mySqlReplica(int instances = 1) {
  Deployable result = mySqlPrimary();
  result.kind = Deployable::Kind::RelationalReplica;
  result.instances = instances;
  return result;
}
inline Deployable replica(int instances = 1) {
  Deployable result =
      deployable(Deployable::Kind::RelationalReplica, "postgres:17", 5432, {{"version", "17"}});
  result.instanceClass = "db.r6g.large";
  result.volumes = {"/var/lib/postgresql/data"};
  result.instances = instances;
  return result;
}
inline Deployable pooler() {
  return deployable(Deployable::Kind::ConnectionPooler, "edoburu/pgbouncer:v1.25.1-p0", 6432,
                    {{"pool_size", "40"}, {"max_clients", "500"}});
}
inline Deployable cache(int shards, int copies) {
  Deployable result = deployable(Deployable::Kind::KeyValueCache, "redis:7.4", 6379,
                                 {{"shards", std::to_string(shards)},
                                  {"replicas_per_shard", std::to_string(copies)},
                                  {"eviction", "allkeys-lru"}});
  result.instanceClass = "cache.r6g.large";
  return result;
}
inline Deployable log(int brokers) {
  Deployable result = deployable(Deployable::Kind::EventLog, "apache/kafka:3.9.0", 9092,
                                 {{"version", "3.9.0"}, {"partitions", "12"}, {"replication", "3"}});
  result.instanceClass = "kafka.m5.large";
  result.instances = brokers;
  return result;
}
inline Deployable store() {
  Deployable result = deployable(Deployable::Kind::ObjectStore, "minio:1", 9000, {{"versioning", "true"}});
  result.volumes = {"/data"};
  return result;
}

}  // namespace cantilever::testing
