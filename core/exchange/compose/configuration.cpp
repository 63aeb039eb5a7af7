#include "core/exchange/compose/configuration.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/exchange/yaml_writer.h"

namespace cantilever::exchange::compose {
namespace {

void writeServers(YamlWriter& yaml, const std::vector<const Upstream*>& upstreams, int healthInterval_s) {
  yaml.key("loadBalancer").beginMap();
  yaml.key("servers").beginList();
  for (const Upstream* upstream : upstreams) {
    yaml.beginMap().field("url", "http://" + upstream->name + ":" + std::to_string(upstream->port)).endMap();
  }
  yaml.endList();
  const std::string& path = upstreams.front()->healthPath;
  const bool isSame = std::all_of(upstreams.begin(), upstreams.end(),
                                  [&](const Upstream* upstream) { return upstream->healthPath == path; });
  if (!path.empty() && isSame) {
    yaml.key("healthCheck").beginMap();
    yaml.field("path", path);
    yaml.field("interval", std::to_string(healthInterval_s) + "s");
    yaml.endMap();
  }
  yaml.endMap();
}

/// Varnish calls backends by identifiers.
std::string backendName(const Upstream& upstream) {
  std::string name = upstream.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

/// "^/(static|images)(/|$)"
std::string patternOf(const std::vector<std::string>& prefixes) {
  std::string pattern = "^/(";
  for (const std::string& prefix : prefixes) {
    pattern += pattern.size() == 3 ? "" : "|";
    for (const char c : prefix) {
      pattern += c == '.' ? std::string("\\.") : std::string(1, c);
    }
  }
  return pattern + ")(/|$)";
}

}  // namespace

std::string traefikRouting(const std::vector<Upstream>& upstreams, bool isWeighted, int healthInterval_s,
                           const RateLimit& limit) {
  YamlWriter yaml;
  yaml.beginMap();
  yaml.comment("Read by Traefik's file provider: every request goes to the servers below.");
  yaml.key("http").beginMap();
  yaml.key("routers").beginMap().key("all").beginMap();
  yaml.list("entryPoints", {"web"});
  yaml.field("rule", "PathPrefix(`/`)");
  yaml.field("service", "all");
  if (limit.average > 0) {
    yaml.list("middlewares", {"limit"});
  }
  yaml.endMap().endMap();
  if (limit.average > 0) {
    yaml.key("middlewares").beginMap().key("limit").beginMap().key("rateLimit").beginMap();
    yaml.key("average").number(limit.average).key("burst").number(limit.burst);
    yaml.endMap().endMap().endMap();
  }
  yaml.key("services").beginMap();
  yaml.key("all").beginMap();
  if (!isWeighted) {
    std::vector<const Upstream*> all;
    for (const Upstream& upstream : upstreams) {
      all.push_back(&upstream);
    }
    writeServers(yaml, all, healthInterval_s);
    yaml.endMap();
  } else {
    // Traefik's weights are whole numbers: hundredths keep the shares to 1 %.
    yaml.key("weighted").beginMap().key("services").beginList();
    for (const Upstream& upstream : upstreams) {
      const auto hundredths = static_cast<long long>(upstream.weight * 100 + 0.5);
      yaml.beginMap().field("name", upstream.name).key("weight").number(hundredths).endMap();
    }
    yaml.endList().endMap().endMap();
    for (const Upstream& upstream : upstreams) {
      yaml.key(upstream.name).beginMap();
      writeServers(yaml, {&upstream}, healthInterval_s);
      yaml.endMap();
    }
  }
  yaml.endMap().endMap().endMap();
  return yaml.take();
}

std::string varnishProgram(const std::vector<Upstream>& upstreams, long ttl_s) {
  const auto isDefault = [](const Upstream& upstream) { return upstream.prefixes.empty(); };
  const auto fallback = std::find_if(upstreams.begin(), upstreams.end(), isDefault);
  const Upstream& other = fallback == upstreams.end() ? upstreams.front() : *fallback;
  std::string out = "vcl 4.1;\n";
  for (const Upstream& upstream : upstreams) {
    out += "\nbackend " + backendName(upstream) + " {\n  .host = \"" + upstream.name + "\";\n  .port = \"" +
           std::to_string(upstream.port) + "\";\n}\n";
  }
  out += "\nsub vcl_recv {\n  ";
  for (const Upstream& upstream : upstreams) {
    if (!isDefault(upstream)) {
      out += "if (req.url ~ \"" + patternOf(upstream.prefixes) +
             "\") {\n    set req.backend_hint = " + backendName(upstream) +
             ";\n    unset req.http.Cookie;\n  } else";
    }
  }
  const bool hasRule = out.ends_with("else");
  const std::string pass = "set req.backend_hint = " + backendName(other) + ";";
  out += hasRule ? " {\n    " + pass + "\n    return (pass);\n  }\n}\n" : pass + "\n  return (pass);\n}\n";
  out += "\nsub vcl_backend_fetch {\n";
  for (const Upstream& upstream : upstreams) {
    if (!upstream.pathBelow.empty()) {
      out += "  if (bereq.backend == " + backendName(upstream) + ") {\n    set bereq.http.Host = \"" +
             upstream.name + ":" + std::to_string(upstream.port) + "\";\n    set bereq.url = \"/" +
             upstream.pathBelow + "\" + bereq.url;\n  }\n";
    }
  }
  out += "}\n\nsub vcl_backend_response {\n";
  for (const Upstream& upstream : upstreams) {
    if (!isDefault(upstream)) {
      out += "  if (bereq.backend == " + backendName(upstream) +
             " && beresp.status == 200) {\n    set beresp.ttl = " + std::to_string(ttl_s) + "s;\n  }\n";
    }
  }
  return out + "}\n";
}

std::string pgbouncerSettings(const DeployedBlock& pooler, const std::vector<PooledDatabase>& databases) {
  std::string out =
      "; Users and passwords are written to userlist.txt by the image, from its environment.\n[databases]\n";
  for (const PooledDatabase& database : databases) {
    out += database.name + " = host=" + database.host + " port=" + std::to_string(database.port) +
           " dbname=app\n";
  }
  out += "\n[pgbouncer]\nlisten_addr = 0.0.0.0\nlisten_port = " + std::to_string(pooler.port()) +
         "\nauth_type = scram-sha-256\nauth_file = /etc/pgbouncer/userlist.txt\npool_mode = " +
         pooler.setting("mode", "transaction") +
         "\ndefault_pool_size = " + std::to_string(pooler.number("pool_size", 20)) +
         "\nmax_client_conn = " + std::to_string(pooler.number("max_clients", 1000)) +
         "\nmax_prepared_statements = 200\nignore_startup_parameters = extra_float_digits\n";
  return out;
}

std::string primaryReplicationScript() {
  return R"(#!/bin/bash
# Run once, when the database is made: a role for the replicas, and leave for it to connect.
set -euo pipefail
psql --set=ON_ERROR_STOP=1 --set=password="$REPLICATION_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE replicator WITH REPLICATION LOGIN PASSWORD :'password';
SQL
echo "host replication replicator all scram-sha-256" >> "$PGDATA/pg_hba.conf"
)";
}

std::string replicaStartScript() {
  return R"(#!/bin/bash
# A replica begins as a copy of its primary and then follows it.
set -euo pipefail
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA"
  chown postgres:postgres "$PGDATA"
  chmod 700 "$PGDATA"
  PGPASSWORD="$REPLICATION_PASSWORD" gosu postgres pg_basebackup --host="$PRIMARY_HOST" --username=replicator \
    --pgdata="$PGDATA" --wal-method=stream --write-recovery-conf --checkpoint=fast
  # --write-recovery-conf keeps the password for reconnecting.
fi
exec docker-entrypoint.sh postgres "$@"
)";
}

std::string mysqlPrimaryScript() {
  return R"(#!/bin/bash
# Run once, when the database is made: a user for the replicas. The image has made a password for root.
MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysql --protocol=socket --user=root <<SQL
CREATE USER 'replicator'@'%' IDENTIFIED BY '$REPLICATION_PASSWORD';
GRANT REPLICATION SLAVE ON *.* TO 'replicator'@'%';
SQL
)";
}

std::string mysqlReplicaScript() {
  return R"(#!/bin/bash
# Run once, when the replica is made: it begins with nothing, and reads all that its primary has ever written.
MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysql --protocol=socket --user=root <<SQL
RESET BINARY LOGS AND GTIDS;
CHANGE REPLICATION SOURCE TO SOURCE_HOST='$PRIMARY_HOST', SOURCE_USER='replicator', SOURCE_PASSWORD='$REPLICATION_PASSWORD', SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1;
SQL
)";
}

std::string mysqlReplicaStartScript() {
  return R"(#!/bin/bash
# Servers that replicate have numbers of their own, and replicas of one service are alike but for that.
set -euo pipefail
exec docker-entrypoint.sh mysqld --server-id=$((2 + RANDOM * 32768 + RANDOM)) "$@"
)";
}

std::string redisClusterScript(const std::vector<std::string>& nodes, int replicasPerShard) {
  std::string names;
  for (const std::string& node : nodes) {
    names += (names.empty() ? "" : " ") + node;
  }
  return "#!/bin/bash\n"
         "# Joins the nodes, once. CLUSTER MEET takes addresses only, so names are looked up first.\n"
         "set -euo pipefail\n"
         "if [[ \"$(redis-cli -h " +
         nodes.front() +
         " cluster info)\" == *cluster_state:ok* ]]; then\n"
         "  exit 0\n"
         "fi\n"
         "addresses=()\n"
         "for node in " +
         names +
         "; do\n"
         "  addresses+=(\"$(getent ahostsv4 \"$node\" | head -n 1 | cut -d ' ' -f 1):6379\")\n"
         "done\n"
         "redis-cli --cluster create \"${addresses[@]}\" --cluster-replicas " +
         std::to_string(replicasPerShard) + " --cluster-yes\n";
}

}  // namespace cantilever::exchange::compose
