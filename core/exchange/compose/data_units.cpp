#include <algorithm>

#include "core/base/random.h"
#include "core/exchange/compose/configuration.h"
#include "core/exchange/compose/workshop.h"

namespace cantilever::exchange::compose {
namespace {

using Kind = Deployable::Kind;

std::vector<const DeployedBlock*> replicasOf(std::size_t primary, const Workshop& shop) {
  std::vector<const DeployedBlock*> replicas;
  for (const DeployedLink* link : shop.deployment.linksFrom(primary)) {
    if (link->link->role == LinkRole::Replication &&
        shop.deployment.blocks[link->to].is(Kind::RelationalReplica)) {
      replicas.push_back(&shop.deployment.blocks[link->to]);
    }
  }
  return replicas;
}

std::string replicationPassword(Stack& stack) {
  return stack.variable("REPLICATION_PASSWORD", "local-only-replication",
                        "Replicas log in to their primary with it");
}

void allowConnections(Service& service, bool isMySql, int connections) {
  if (connections > 0 && isMySql) {
    service.command.push_back("--max-connections=" + std::to_string(connections));
  } else if (connections > 0) {
    service.command.insert(service.command.end(), {"-c", "max_connections=" + std::to_string(connections)});
  }
}

/// What a MySQL server needs that others follow or that follows others.
void numberTransactions(Service& service) {
  service.command.insert(service.command.end(), {"--gtid-mode=ON", "--enforce-gtid-consistency=ON"});
}

std::vector<std::string> redisCommand(const DeployedBlock& block) {
  std::vector<std::string> command{"redis-server", "--save", "", "--appendonly", "no"};
  if (const int memory = block.number("max_memory_mib", 0, 0); memory > 0) {
    command.insert(command.end(), {"--maxmemory", std::to_string(memory) + "mb"});
  }
  if (const std::string policy = block.setting("eviction"); !policy.empty()) {
    command.insert(command.end(), {"--maxmemory-policy", policy});
  }
  return command;
}

/// 16 bytes in base64url, as Kafka names its clusters; made from names, so that an export is the same each
/// time.
std::string kafkaClusterId(const Deployment& deployment, const DeployedBlock& block) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const std::uint64_t halves[] = {hashText(deployment.title + "\n" + block.name), hashText(block.name)};
  std::string id;
  for (int i = 0; i < 21; ++i) {
    const std::uint64_t half = halves[i / 11];
    id += digits[(half >> (6 * (i % 11))) & (i % 11 == 10 ? 15 : 63)];
  }
  return id + "Q";  // the last of 22 digits holds two bits
}

/// A replica that begins takes two senders, one for the copy and one for what is written meanwhile, and all
/// may begin at once; two more are for backups.
std::string walSenders(std::size_t primary, const Workshop& shop) {
  int senders = 2;
  for (const DeployedBlock* replica : replicasOf(primary, shop)) {
    senders += 2 * replica->deployable.instances;
  }
  return "max_wal_senders=" + std::to_string(senders);
}

}  // namespace

Unit makePrimary(std::size_t index, const Workshop& shop) {
  const DeployedBlock& block = shop.deployment.blocks[index];
  Unit unit{&block, {}, {}};
  Service service = serviceOf(block, block.name);
  const std::string product = block.isMySql() ? "MYSQL" : "POSTGRES";
  service.environment[product + (block.isMySql() ? "_DATABASE" : "_DB")] = kDatabase;
  service.environment[product + "_USER"] = kDatabaseUser;
  service.environment[product + "_PASSWORD"] = databasePassword(block, shop.stack);
  if (block.isMySql()) {
    service.environment["MYSQL_RANDOM_ROOT_PASSWORD"] = "yes";
  }
  if (service.command.empty()) {
    service.command = {block.isMySql() ? "mysqld" : "postgres"};
  }
  allowConnections(service, block.isMySql(), block.number("max_connections", 0, 0));
  if (!replicasOf(index, shop).empty()) {
    if (block.isMySql()) {
      service.command.push_back("--server-id=1");
      numberTransactions(service);
    } else {
      service.command.insert(service.command.end(),
                             {"-c", "wal_level=replica", "-c", walSenders(index, shop)});
    }
    service.environment["REPLICATION_PASSWORD"] = replicationPassword(shop.stack);
    mountFile(service, "10-replication.sh",
              block.isMySql() ? mysqlPrimaryScript() : primaryReplicationScript(),
              "/docker-entrypoint-initdb.d/10-replication.sh", shop.stack);
  }
  if (block.deployable.instances > 1) {
    shop.warn(block,
              "one container stands for its " + std::to_string(block.deployable.instances) + " servers.");
  }
  if (block.isOn("multi_az")) {
    shop.warn(block, "the standby in another zone is not started locally: one container stands for both.");
  }
  if (block.number("backup_days", 0, 0) > 0) {
    shop.warn(block, "backups are not made locally.");
  }
  mountVolumes(service, block, shop.stack);
  install(std::move(service), unit, shop.stack);
  return unit;
}

Unit makeReplica(std::size_t index, const Workshop& shop) {
  const DeployedBlock& block = shop.deployment.blocks[index];
  Unit unit{&block, {}, {}};
  const DeployedBlock* primary = nullptr;
  std::size_t primaryIndex = 0;
  for (const DeployedLink* link : shop.deployment.linksTo(index)) {
    const DeployedBlock& from = shop.deployment.blocks[link->from];
    if (link->link->role == LinkRole::Replication && from.is(Kind::RelationalPrimary)) {
      primary = &from;
      primaryIndex = link->from;
    }
  }
  if (primary == nullptr) {
    shop.warn(block,
              "no replication link comes from a primary, so there is nothing to copy; it is left out.");
    return unit;
  }
  if (block.isMySql() != primary->isMySql()) {
    shop.warn(block, "its primary has another engine, which it cannot follow; it is left out.");
    return unit;
  }
  Service service = serviceOf(block, block.name);
  service.replicas = block.deployable.instances;
  service.environment["PRIMARY_HOST"] = primary->name;
  service.environment["REPLICATION_PASSWORD"] = replicationPassword(shop.stack);
  service.entrypoint = {"/bin/bash", "/usr/local/bin/start-replica.sh"};
  const int connections = block.number("max_connections", 0, 0);
  if (block.isMySql()) {
    service.environment["MYSQL_RANDOM_ROOT_PASSWORD"] = "yes";
    numberTransactions(service);
    service.command.push_back("--read-only=ON");
    allowConnections(service, true, connections);
    mountFile(service, "10-replication.sh", mysqlReplicaScript(),
              "/docker-entrypoint-initdb.d/10-replication.sh", shop.stack);
  } else {
    // A standby must allow at least as many connections and senders as its primary, or it does not replay.
    service.command = {"-c", walSenders(primaryIndex, shop)};
    allowConnections(service, false, std::max(connections, primary->number("max_connections", 0, 0)));
  }
  service.volumes = block.deployable.volumes;  // without a name, each replica gets one of its own
  mountFile(service, "start-replica.sh", block.isMySql() ? mysqlReplicaStartScript() : replicaStartScript(),
            "/usr/local/bin/start-replica.sh", shop.stack);
  service.dependsOn[primary->name] = kHealthy;
  install(std::move(service), unit, shop.stack);
  return unit;
}

Unit makePooler(std::size_t index, const Workshop& shop) {
  const DeployedBlock& block = shop.deployment.blocks[index];
  Unit unit{&block, {}, {}};
  if (block.isMySql()) {
    shop.warn(block,
              "PgBouncer pools connections to PostgreSQL only; it is left out, and its clients use the MySQL "
              "databases themselves.");
    return unit;
  }
  std::vector<PooledDatabase> databases;
  for (const DeployedLink* link : shop.deployment.linksFrom(index)) {
    const DeployedBlock& target = shop.deployment.blocks[link->to];
    if (target.isDatabase()) {
      const std::string name = target.is(Kind::RelationalPrimary) ? kDatabase : kReadDatabase;
      const auto same = std::count_if(databases.begin(), databases.end(), [&](const PooledDatabase& one) {
        return one.name == name || one.host == target.name;
      });
      if (same == 0) {
        databases.push_back({name, target.name, target.port()});
      } else {
        shop.warn(block, "the link to \"" + target.label() +
                             "\" is not expressed: the pool has a database \"" + name + "\" already.");
      }
    }
  }
  if (databases.empty()) {
    shop.warn(block, "no link leads to a database, so there is nothing to pool; it is left out.");
    return unit;
  }
  Service service = serviceOf(block, block.name);
  service.replicas = block.deployable.instances;
  service.environment.clear();  // pgbouncer.ini says all but who may log in
  service.environment["DB_USER"] = kDatabaseUser;
  service.environment["DB_PASSWORD"] = databasePassword(block, shop.stack);
  service.environment["AUTH_TYPE"] = "scram-sha-256";
  mountFile(service, "pgbouncer.ini", pgbouncerSettings(block, databases), "/etc/pgbouncer/pgbouncer.ini",
            shop.stack);
  install(std::move(service), unit, shop.stack);
  return unit;
}

/// Several shards make a Redis cluster, which one more service joins; one shard with copies is a primary with
/// replicas.
Unit makeCache(const DeployedBlock& block, const Workshop& shop) {
  Unit unit{&block, {}, {}};
  const int shards = block.number("shards", 1);
  const int copies = block.number("replicas_per_shard", 0, 0);
  const int nodes = shards * (1 + copies);
  // A Redis cluster has at least three primaries.
  const bool isCluster = shards >= 3;
  if (shards == 2) {
    shop.warn(block, "a Redis cluster needs at least three shards; locally one is started.");
  }
  const int started = isCluster ? nodes : 1 + copies;
  std::vector<std::string> names;
  for (int i = 1; i <= started; ++i) {
    Service service =
        serviceOf(block, started == 1 ? block.name : shop.freeName(block.name + "-" + std::to_string(i)));
    service.command = redisCommand(block);
    if (isCluster) {
      service.command.insert(service.command.end(),
                             {"--cluster-enabled", "yes", "--cluster-node-timeout", "5000"});
    } else if (i > 1) {
      service.command.insert(service.command.end(),
                             {"--replicaof", names.front(), std::to_string(block.port())});
      service.dependsOn[names.front()] = kHealthy;
    }
    names.push_back(service.name);
    install(std::move(service), unit, shop.stack);
  }
  if (isCluster) {
    Service join;
    join.name = shop.freeName(block.name + "-join");
    join.image = block.deployable.image;
    join.comments.push_back("Joins the nodes to a cluster, once.");
    join.entrypoint = {"/bin/bash", "/usr/local/bin/join.sh"};
    for (const std::string& name : names) {
      join.dependsOn[name] = block.deployable.healthCheck.empty() ? kStarted : kHealthy;
    }
    mountFile(join, "join.sh", redisClusterScript(names, copies), "/usr/local/bin/join.sh", shop.stack);
    installSetUp(std::move(join), unit, shop.stack);
  }
  return unit;
}

Unit makeEventLog(const DeployedBlock& block, const Workshop& shop) {
  Unit unit{&block, {}, {}};
  const int brokers = std::max(1, block.deployable.instances);
  const int controllers = brokers >= 3 ? 3 : 1;
  std::vector<std::string> names;
  for (int i = 1; i <= brokers; ++i) {
    names.push_back(brokers == 1 ? block.name : shop.freeName(block.name + "-" + std::to_string(i)));
  }
  std::string voters;
  for (int i = 1; i <= controllers; ++i) {
    voters +=
        (i == 1 ? "" : ",") + std::to_string(i) + "@" + names[static_cast<std::size_t>(i) - 1] + ":9093";
  }
  const std::string copies =
      std::to_string(std::min(block.number("replication", std::min(3, brokers)), brokers));
  for (int i = 1; i <= brokers; ++i) {
    Service service = serviceOf(block, names[static_cast<std::size_t>(i) - 1]);
    const std::string port = std::to_string(block.port());
    const bool isController = i <= controllers;
    service.environment.merge(std::map<std::string, std::string>{
        {"CLUSTER_ID", kafkaClusterId(shop.deployment, block)},
        {"KAFKA_NODE_ID", std::to_string(i)},
        {"KAFKA_PROCESS_ROLES", isController ? "broker,controller" : "broker"},
        {"KAFKA_CONTROLLER_QUORUM_VOTERS", voters},
        {"KAFKA_LISTENERS", "PLAINTEXT://:" + port + (isController ? ",CONTROLLER://:9093" : "")},
        {"KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://" + service.name + ":" + port},
        {"KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"},
        {"KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT"},
        {"KAFKA_INTER_BROKER_LISTENER_NAME", "PLAINTEXT"},
        {"KAFKA_DEFAULT_REPLICATION_FACTOR", copies},
        {"KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", copies},
        {"KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", copies},
        {"KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1"},
        {"KAFKA_NUM_PARTITIONS", std::to_string(block.number("partitions", 1))},
        {"KAFKA_LOG_RETENTION_HOURS", std::to_string(block.number("retention_hours", 168))},
        {"KAFKA_LOG_DIRS", "/var/lib/kafka/data"}});
    const std::string volume = service.name + "-data";
    shop.stack.volumes.insert(volume);
    service.volumes.push_back(volume + ":/var/lib/kafka/data");
    install(std::move(service), unit, shop.stack);
  }
  return unit;
}

Unit makeObjectStore(const DeployedBlock& block, const Workshop& shop) {
  Unit unit{&block, {}, {}};
  Service service = serviceOf(block, block.name);
  const std::string user =
      shop.stack.variable("OBJECT_STORE_USER", "local", "Access key of the object store");
  const std::string password =
      shop.stack.variable("OBJECT_STORE_PASSWORD", "local-only-objects", "Secret key of the object store");
  service.environment["MINIO_ROOT_USER"] = user;
  service.environment["MINIO_ROOT_PASSWORD"] = password;
  mountVolumes(service, block, shop.stack);

  Service bucket;
  bucket.name = shop.freeName(block.name + "-bucket");
  bucket.image = block.deployable.image;
  bucket.comments.push_back("Makes the bucket \"" + block.name + "\", readable by all, once.");
  bucket.environment = {{"OBJECT_STORE_USER", user}, {"OBJECT_STORE_PASSWORD", password}};
  const std::string versioning = block.isOn("versioning") ? " && mc version enable store/" + block.name : "";
  bucket.entrypoint = {
      "/bin/sh", "-c",
      literal("mc alias set store http://" + block.name + ":" + std::to_string(block.port()) +
              " \"$OBJECT_STORE_USER\" \"$OBJECT_STORE_PASSWORD\" && mc mb --ignore-existing store/" +
              block.name + " && mc anonymous set download store/" + block.name + versioning)};
  install(std::move(service), unit, shop.stack);
  bucket.dependsOn = unit.readyWhen;
  installSetUp(std::move(bucket), unit, shop.stack);
  return unit;
}

}  // namespace cantilever::exchange::compose
