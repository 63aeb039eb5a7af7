#include <algorithm>

#include "core/exchange/terraform/module.h"

namespace cantilever::exchange::terraform {
namespace {

using hcl::Body;
using hcl::Expression;
using Kind = Deployable::Kind;

constexpr const char* kDatabaseFile = "databases.tf";
constexpr const char* kCacheFile = "caches.tf";
constexpr const char* kEventFile = "events.tf";
constexpr const char* kStorageFile = "storage.tf";

/// "17" of "17.4"
std::string majorOf(const std::string& version) {
  return version.substr(0, version.find('.'));
}

std::string engineOf(const DeployedBlock& block) {
  return block.setting("engine", "postgres");
}

std::string versionOf(const DeployedBlock& block) {
  return block.setting("version", block.isMySql() ? "8.4" : "17");
}

bool isKnownEngine(Module& module, const DeployedBlock& block) {
  const std::string engine = engineOf(block);
  if (engine == "postgres" || engine == "mysql") {
    return true;
  }
  module.warn(kDatabaseFile, block,
              "the engine \"" + engine + "\" is not known to this export; it is left out.");
  return false;
}

void writeParameterGroup(Module& module, const DeployedBlock& block) {
  const int connections = block.number("max_connections", 0, 0);
  Body& group = module.file(kDatabaseFile).resource("aws_db_parameter_group", identifierOf(block));
  group.set("name", resourceName(block, 200));
  // "postgres17", but "mysql8.4"
  group.set("family", engineOf(block) + (block.isMySql() ? versionOf(block) : majorOf(versionOf(block))));
  if (connections > 0) {
    group.block("parameter")
        .set("name", "max_connections")
        .set("value", std::to_string(connections))
        .set("apply_method", "pending-reboot");
  }
}

/// The password in one place that servers and proxies may read.
void writeSecret(Module& module, const DeployedBlock& primary) {
  Body& file = module.file(kDatabaseFile);
  const std::string id = identifierOf(primary);
  module
      .requiredText(id + "_password", "Password of the user app of " + primary.name, "at-least-16-characters")
      .set("sensitive", true);
  file.resource("aws_secretsmanager_secret", id).set("name_prefix", resourceName(primary, 200, "-"));
  file.resource("aws_secretsmanager_secret_version", id)
      .set("secret_id", attribute("aws_secretsmanager_secret", primary, ".id"))
      .set("secret_string",
           Expression::call("jsonencode", {{"username", attribute("aws_db_instance", primary, ".username")},
                                           {"password", code("var." + id + "_password")},
                                           {"host", attribute("aws_db_instance", primary, ".address")},
                                           {"port", attribute("aws_db_instance", primary, ".port")},
                                           {"dbname", attribute("aws_db_instance", primary, ".db_name")}}));
}

void writePrimary(Module& module, const DeployedBlock& block) {
  if (!isKnownEngine(module, block)) {
    return;
  }
  if (block.deployable.instances > 1) {
    module.warn(kDatabaseFile, block,
                "one of its " + std::to_string(block.deployable.instances) +
                    " shards is written: repeat it, and put a router before them.");
  }
  writeParameterGroup(module, block);
  Body& instance = module.file(kDatabaseFile).resource("aws_db_instance", identifierOf(block));
  instance.set("identifier", resourceName(block, 63));
  instance.set("engine", engineOf(block));
  instance.set("engine_version", versionOf(block));
  instance.set("instance_class", block.deployable.instanceClass);
  instance.set("db_name", "app");
  instance.set("username", "app");
  instance.set("password", code("var." + identifierOf(block) + "_password"));
  instance.set("storage_type", "gp3");
  instance.set("allocated_storage", block.number("storage_gb", 100, 20));
  if (const int iops = block.number("iops", 0, 0); iops > 0) {
    instance.set("iops", iops);
  }
  instance.set("storage_encrypted", true);
  instance.set("multi_az", block.isOn("multi_az"));
  // A source of replicas must keep backups.
  instance.set("backup_retention_period", block.number("backup_days", 1));
  instance.set("db_subnet_group_name", code("aws_db_subnet_group.main.name"));
  instance.set("parameter_group_name", attribute("aws_db_parameter_group", block, ".name"));
  instance.set("vpc_security_group_ids", Expression::list({attribute("aws_security_group", block, ".id")}));
  instance.set("performance_insights_enabled", true);
  instance.set("deletion_protection", code("var.deletion_protection"));
  instance.set("final_snapshot_identifier", resourceName(block, 200, "-final"));
  writeSecret(module, block);
  module.output(identifierOf(block) + "_address", "Address of the database " + block.name,
                attribute("aws_db_instance", block, ".address"));
}

void writeCluster(Module& module, const DeployedBlock& block) {
  Body& file = module.file(kDatabaseFile);
  const std::string id = identifierOf(block);
  Body& cluster = file.resource("aws_rds_cluster", id);
  cluster.set("cluster_identifier", resourceName(block, 63));
  cluster.set("engine", "aurora-postgresql");
  cluster.set("database_name", "app");
  cluster.set("master_username", "app");
  cluster.set("manage_master_user_password", true);
  cluster.set("storage_encrypted", true);
  cluster.set("backup_retention_period", block.number("backup_days", 1));
  cluster.set("db_subnet_group_name", code("aws_db_subnet_group.main.name"));
  cluster.set("vpc_security_group_ids", Expression::list({attribute("aws_security_group", block, ".id")}));
  cluster.set("deletion_protection", code("var.deletion_protection"));
  cluster.set("final_snapshot_identifier", resourceName(block, 200, "-final"));
  file.comment("The first is the writer, the others are readers.");
  Body& server = file.resource("aws_rds_cluster_instance", id);
  server.set("count", std::max(1, block.deployable.instances));
  server.set("identifier", code("\"${var.name}-" + block.name.substr(0, 40) + "-${count.index + 1}\""));
  server.set("cluster_identifier", attribute("aws_rds_cluster", block, ".id"));
  server.set("engine", attribute("aws_rds_cluster", block, ".engine"));
  server.set("instance_class", block.deployable.instanceClass);
  server.set("performance_insights_enabled", true);
  module.output(id + "_address", "Address of the writer of " + block.name,
                attribute("aws_rds_cluster", block, ".endpoint"));
}

void writeReplica(Module& module, std::size_t index) {
  const DeployedBlock& block = module.deployment.blocks[index];
  if (!isKnownEngine(module, block)) {
    return;
  }
  const DeployedBlock* primary = nullptr;
  for (const DeployedLink* link : module.deployment.linksTo(index)) {
    const DeployedBlock& from = module.deployment.blocks[link->from];
    if (link->link->role == LinkRole::Replication && from.is(Kind::RelationalPrimary)) {
      primary = &from;
    }
  }
  if (primary == nullptr) {
    module.warn(kDatabaseFile, block,
                "no replication link comes from a primary; it becomes a database of its own.");
    return writePrimary(module, block);
  }
  if (engineOf(*primary) != engineOf(block)) {
    module.warn(kDatabaseFile, block,
                "its primary has another engine, which it cannot follow; it is left out.");
    return;
  }
  writeParameterGroup(module, block);
  Body& instance = module.file(kDatabaseFile).resource("aws_db_instance", identifierOf(block));
  instance.set("count", block.deployable.instances);
  instance.set("identifier", code("\"${var.name}-" + block.name.substr(0, 40) + "-${count.index + 1}\""));
  instance.set("replicate_source_db", attribute("aws_db_instance", *primary, ".identifier"));
  instance.set("instance_class", block.deployable.instanceClass);
  instance.set("storage_type", "gp3");
  instance.set("storage_encrypted", true);
  instance.set("availability_zone",
               code("data.aws_availability_zones.available.names[count.index % var.availability_zones]"));
  instance.set("parameter_group_name", attribute("aws_db_parameter_group", block, ".name"));
  instance.set("vpc_security_group_ids", Expression::list({attribute("aws_security_group", block, ".id")}));
  instance.set("performance_insights_enabled", true);
  instance.set("skip_final_snapshot", true);
  module.output(identifierOf(block) + "_addresses", "Addresses of the replicas " + block.name,
                attribute("aws_db_instance", block, "[*].address"));
}

void writeProxyRole(Body& file, const DeployedBlock& pooler, const DeployedBlock& primary) {
  const std::string id = identifierOf(pooler);
  Body& assume = file.data("aws_iam_policy_document", id + "_assume").block("statement");
  assume.set("actions", Expression::list({Expression::text("sts:AssumeRole")}));
  assume.block("principals")
      .set("type", "Service")
      .set("identifiers", Expression::list({Expression::text("rds.amazonaws.com")}));
  file.data("aws_iam_policy_document", id)
      .block("statement")
      .set("actions", Expression::list({Expression::text("secretsmanager:GetSecretValue")}))
      .set("resources", Expression::list({attribute("aws_secretsmanager_secret", primary, ".arn")}));
  file.resource("aws_iam_role", id)
      .set("name", resourceName(pooler, 64))
      .set("assume_role_policy", code("data.aws_iam_policy_document." + id + "_assume.json"));
  file.resource("aws_iam_role_policy", id)
      .set("name", "secret")
      .set("role", attribute("aws_iam_role", pooler, ".id"))
      .set("policy", code("data.aws_iam_policy_document." + id + ".json"));
}

const DeployedBlock* pooledPrimary(Module& module, std::size_t index) {
  const DeployedBlock& block = module.deployment.blocks[index];
  const DeployedBlock* primary = nullptr;
  for (const DeployedLink* link : module.deployment.linksFrom(index)) {
    const DeployedBlock& target = module.deployment.blocks[link->to];
    if (target.is(Kind::RelationalReplica)) {
      module.warn(kDatabaseFile, block,
                  "RDS Proxy does not pool connections to the read replicas \"" + target.label() +
                      "\": servers connect to them directly.");
    } else if (target.is(Kind::RelationalPrimary) && primary == nullptr) {
      primary = &target;
    } else if (target.is(Kind::RelationalPrimary) && primary != &target) {
      module.warn(kDatabaseFile, block,
                  "a proxy has one database; the link to \"" + target.label() + "\" is not expressed.");
    }
  }
  return primary;
}

void writePooler(Module& module, std::size_t index) {
  const DeployedBlock& block = module.deployment.blocks[index];
  const DeployedBlock* primary = pooledPrimary(module, index);
  if (primary == nullptr) {
    module.warn(kDatabaseFile, block,
                "no link leads to a primary, so there is nothing to pool; it is left out.");
    return;
  }
  Body& file = module.file(kDatabaseFile);
  writeProxyRole(file, block, *primary);
  Body& proxy = file.resource("aws_db_proxy", identifierOf(block));
  proxy.set("name", resourceName(block, 60));
  proxy.set("engine_family", block.isMySql() ? "MYSQL" : "POSTGRESQL");
  proxy.set("require_tls", true);
  proxy.set("role_arn", attribute("aws_iam_role", block, ".arn"));
  proxy.set("vpc_subnet_ids", code("aws_subnet.private[*].id"));
  proxy.set("vpc_security_group_ids", Expression::list({attribute("aws_security_group", block, ".id")}));
  proxy.block("auth")
      .set("auth_scheme", "SECRETS")
      .set("iam_auth", "DISABLED")
      .set("secret_arn", attribute("aws_secretsmanager_secret", *primary, ".arn"));
  // RDS Proxy counts in per cent of the database's limit.
  const int connections = primary->number("max_connections", 0, 0);
  const int pool = block.number("pool_size", 0, 0) * std::max(1, block.deployable.instances);
  const int percent =
      connections > 0 && pool > 0 ? std::clamp((100 * pool + connections - 1) / connections, 1, 100) : 100;
  file.resource("aws_db_proxy_default_target_group", identifierOf(block))
      .set("db_proxy_name", attribute("aws_db_proxy", block, ".name"))
      .block("connection_pool_config")
      .set("max_connections_percent", percent)
      .set("max_idle_connections_percent", std::max(percent / 2, 1));
  file.resource("aws_db_proxy_target", identifierOf(block))
      .set("db_proxy_name", attribute("aws_db_proxy", block, ".name"))
      .set("target_group_name", attribute("aws_db_proxy_default_target_group", block, ".name"))
      .set("db_instance_identifier", attribute("aws_db_instance", *primary, ".identifier"));
}

void writeCache(Module& module, const DeployedBlock& block) {
  if (const std::string engine = block.setting("engine", "redis"); engine != "redis") {
    module.warn(kCacheFile, block,
                "the engine \"" + engine + "\" is not known to this export; it is left out.");
    return;
  }
  Body& file = module.file(kCacheFile);
  const std::string id = identifierOf(block);
  const int shards = block.number("shards", 1);
  const int copies = block.number("replicas_per_shard", 0, 0);
  const std::string version = block.setting("version", "7.1");
  Body& parameters = file.resource("aws_elasticache_parameter_group", id);
  parameters.set("name", resourceName(block, 200));
  parameters.set("family", "redis" + majorOf(version));
  if (shards > 1) {
    parameters.block("parameter").set("name", "cluster-enabled").set("value", "yes");
  }
  if (const std::string policy = block.setting("eviction"); !policy.empty()) {
    parameters.block("parameter").set("name", "maxmemory-policy").set("value", policy);
  }
  Body& group = file.resource("aws_elasticache_replication_group", id);
  group.set("replication_group_id", resourceName(block, 40));
  group.set("description", block.name);
  group.set("engine", "redis");
  group.set("engine_version", version);
  group.set("node_type", block.deployable.instanceClass);
  group.set("num_node_groups", shards);
  group.set("replicas_per_node_group", copies);
  group.set("parameter_group_name", attribute("aws_elasticache_parameter_group", block, ".name"));
  group.set("subnet_group_name", code("aws_elasticache_subnet_group.main.name"));
  group.set("security_group_ids", Expression::list({attribute("aws_security_group", block, ".id")}));
  // Sharded groups fail over even without copies to fail over to; zones need a copy each.
  group.set("automatic_failover_enabled", shards > 1 || copies > 0);
  group.set("multi_az_enabled", copies > 0);
  group.set("at_rest_encryption_enabled", true);
  group.set("transit_encryption_enabled", true);
}

void writeEventLog(Module& module, const DeployedBlock& block) {
  Body& file = module.file(kEventFile);
  const std::string id = identifierOf(block);
  const int brokers = std::max(1, block.deployable.instances);
  // "3.9.0" is called "3.9.x" there.
  const std::string version = block.setting("version", "3.9.0");
  const std::string series = version.substr(0, version.rfind('.')) + ".x";
  const std::string properties =
      "num.partitions=" + std::to_string(block.number("partitions", 1)) +
      "\ndefault.replication.factor=" + std::to_string(block.number("replication", std::min(3, brokers))) +
      "\nlog.retention.hours=" + std::to_string(block.number("retention_hours", 168)) + "\n";
  file.resource("aws_msk_configuration", id)
      .set("name", resourceName(block, 200))
      .set("kafka_versions", Expression::list({Expression::text(series)}))
      .set("server_properties", properties);
  file.comment("The number of brokers must be a multiple of the number of their zones.");
  file.block("locals").set(id + "_zones",
                           code("min(" + std::to_string(brokers) + ", var.availability_zones)"));
  Body& cluster = file.resource("aws_msk_cluster", id);
  cluster.set("cluster_name", resourceName(block, 64));
  cluster.set("kafka_version", series);
  cluster.set("number_of_broker_nodes", code("ceil(" + std::to_string(brokers) + " / local." + id +
                                             "_zones) * local." + id + "_zones"));
  Body& nodes = cluster.block("broker_node_group_info");
  nodes.set("instance_type", block.deployable.instanceClass);
  nodes.set("client_subnets", code("slice(aws_subnet.private[*].id, 0, local." + id + "_zones)"));
  nodes.set("security_groups", Expression::list({attribute("aws_security_group", block, ".id")}));
  nodes.block("storage_info").block("ebs_storage_info").set("volume_size", block.number("storage_gb", 100));
  cluster.block("configuration_info")
      .set("arn", attribute("aws_msk_configuration", block, ".arn"))
      .set("revision", attribute("aws_msk_configuration", block, ".latest_revision"));
  cluster.block("client_authentication").set("unauthenticated", true);
  cluster.block("encryption_info")
      .block("encryption_in_transit")
      .set("client_broker", "TLS")
      .set("in_cluster", true);
  if (brokers < 2) {
    module.warn(kEventFile, block,
                "MSK has at least two brokers, in two zones; there will be more than in the design.");
  }
  module.output(id + "_bootstrap_servers", "Brokers of " + block.name + ", TLS",
                attribute("aws_msk_cluster", block, ".bootstrap_brokers_tls"));
}

void writeObjectStore(Module& module, const DeployedBlock& block) {
  Body& file = module.file(kStorageFile);
  const std::string id = identifierOf(block);
  file.resource("aws_s3_bucket", id).set("bucket_prefix", resourceName(block, 37, "-"));
  file.resource("aws_s3_bucket_public_access_block", id)
      .set("bucket", attribute("aws_s3_bucket", block, ".id"))
      .set("block_public_acls", true)
      .set("block_public_policy", true)
      .set("ignore_public_acls", true)
      .set("restrict_public_buckets", true);
  Body& encryption = file.resource("aws_s3_bucket_server_side_encryption_configuration", id);
  encryption.set("bucket", attribute("aws_s3_bucket", block, ".id"));
  encryption.block("rule").block("apply_server_side_encryption_by_default").set("sse_algorithm", "AES256");
  file.resource("aws_s3_bucket_versioning", id)
      .set("bucket", attribute("aws_s3_bucket", block, ".id"))
      .block("versioning_configuration")
      .set("status", block.isOn("versioning") ? "Enabled" : "Suspended");
  if (const std::string archive = block.setting("archive"); !archive.empty()) {
    Body& rules = file.resource("aws_s3_bucket_lifecycle_configuration", id);
    rules.set("bucket", attribute("aws_s3_bucket", block, ".id"));
    Body& rule = rules.block("rule");
    rule.set("id", "archive").set("status", "Enabled");
    rule.block("filter");
    rule.block("transition")
        .set("days", block.number("archive_after_days", 90, 0))
        .set("storage_class", archive);
  }
  module.output(id + "_bucket", "Bucket of " + block.name, attribute("aws_s3_bucket", block, ".id"));
}

bool has(const Module& module, std::initializer_list<Kind> kinds) {
  return std::any_of(module.deployment.blocks.begin(), module.deployment.blocks.end(),
                     [&](const DeployedBlock& block) {
                       return std::find(kinds.begin(), kinds.end(), block.deployable.kind) != kinds.end();
                     });
}

}  // namespace

void writeDataStores(Module& module) {
  if (has(module, {Kind::RelationalPrimary, Kind::RelationalReplica, Kind::RelationalCluster})) {
    module.file(kDatabaseFile)
        .resource("aws_db_subnet_group", "main")
        .set("name", code("var.name"))
        .set("subnet_ids", code("aws_subnet.private[*].id"));
  }
  if (has(module, {Kind::KeyValueCache})) {
    module.file(kCacheFile)
        .resource("aws_elasticache_subnet_group", "main")
        .set("name", code("var.name"))
        .set("subnet_ids", code("aws_subnet.private[*].id"));
  }
  for (std::size_t i = 0; i < module.deployment.blocks.size(); ++i) {
    const DeployedBlock& block = module.deployment.blocks[i];
    switch (block.deployable.kind) {
      case Kind::RelationalPrimary:
        writePrimary(module, block);
        break;
      case Kind::RelationalCluster:
        writeCluster(module, block);
        break;
      case Kind::RelationalReplica:
        writeReplica(module, i);
        break;
      case Kind::ConnectionPooler:
        writePooler(module, i);
        break;
      case Kind::KeyValueCache:
        writeCache(module, block);
        break;
      case Kind::EventLog:
        writeEventLog(module, block);
        break;
      case Kind::ObjectStore:
        writeObjectStore(module, block);
        break;
      default:
        break;
    }
  }
}

}  // namespace cantilever::exchange::terraform
