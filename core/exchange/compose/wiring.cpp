#include <algorithm>

#include "core/exchange/compose/stack.h"
#include "core/exchange/wishes.h"

namespace cantilever::exchange::compose {
namespace {

using Kind = Deployable::Kind;

std::string addressesOf(const Unit& unit) {
  std::string list;
  for (const std::string& service : unit.services) {
    list += (list.empty() ? "" : ",") + service + ":" + std::to_string(unit.block->port());
  }
  return list;
}

std::string databaseUrl(const Unit& unit, const char* database, Stack& stack) {
  const char* scheme = unit.block->isMySql() ? "mysql://" : "postgresql://";
  return std::string(scheme) + kDatabaseUser + ":" + databasePassword(*unit.block, stack) + "@" +
         unit.host() + ":" + std::to_string(unit.block->port()) + "/" + database;
}

class Wiring {
 public:
  Wiring(const Deployment& deployment, const std::vector<Unit>& units, Stack& stack)
      : m_deployment(deployment), m_units(units), m_stack(stack), m_waitsFor(units.size()) {}

  void connect() {
    for (const DeployedLink& link : m_deployment.links) {
      const auto [user, used] = endsOf(link);
      connectOne(user, used, link.link->role);
    }
    for (std::size_t i = 0; i < m_units.size(); ++i) {
      grant(i);
    }
    joinNetworks();
    publish();
  }

 private:
  /// From whom to whom work is handed: a log's consumers fetch from it, so there the caller is the log.
  struct Ends {
    std::size_t user;
    std::size_t used;
  };
  Ends endsOf(const DeployedLink& link) const {
    const bool isDelivery = m_units[link.from].block->isFetchedFrom();
    const bool isReplication = link.link->role == LinkRole::Replication;
    return isDelivery || isReplication ? Ends{link.to, link.from} : Ends{link.from, link.to};
  }

  void connectOne(std::size_t user, std::size_t used, LinkRole role) {
    if (m_units[user].isAbsent()) {
      return;
    }
    if (m_units[used].isAbsent()) {
      connectBehind(user, used);
      return;
    }
    addOrder(user, used);
    if (m_units[user].block->isService() && role != LinkRole::Replication) {
      wish(user, used, role);
    }
  }

  /// Where a pooler is left out, its clients use the databases themselves.
  void connectBehind(std::size_t user, std::size_t absent) {
    if (!m_units[absent].block->is(Kind::ConnectionPooler)) {
      return;
    }
    for (const DeployedLink* behind : m_deployment.linksFrom(absent)) {
      if (m_units[behind->to].block->isDatabase()) {
        connectOne(user, behind->to, behind->link->role);
      }
    }
  }

  void wish(std::size_t user, std::size_t used, LinkRole role) {
    const Unit& unit = m_units[used];
    const auto add = [&](std::string name, std::string value) {
      m_wishes[user].push_back({std::move(name), unit.block->name, std::move(value)});
    };
    switch (unit.block->deployable.kind) {
      case Kind::RelationalPrimary:
        add("DATABASE_URL", databaseUrl(unit, kDatabase, m_stack));
        break;
      case Kind::RelationalCluster:
        add("DATABASE_URL", databaseUrl(unit, kDatabase, m_stack));
        add("DATABASE_READ_URL", databaseUrl(unit, kDatabase, m_stack));
        break;
      case Kind::RelationalReplica:
        add("DATABASE_READ_URL", databaseUrl(unit, kDatabase, m_stack));
        break;
      case Kind::ConnectionPooler:
        for (const DeployedLink* behind : m_deployment.linksFrom(used)) {
          const Unit& database = m_units[behind->to];
          if (!database.isAbsent() && database.block->is(Kind::RelationalPrimary)) {
            add("DATABASE_URL", databaseUrl(unit, kDatabase, m_stack));
          } else if (!database.isAbsent() && database.block->is(Kind::RelationalReplica)) {
            add("DATABASE_READ_URL", databaseUrl(unit, kReadDatabase, m_stack));
          }
        }
        break;
      case Kind::KeyValueCache:
        add("REDIS_URL", "redis://" + unit.host() + ":" + std::to_string(unit.block->port()));
        if (unit.services.size() > 1) {
          add("REDIS_NODES", addressesOf(unit));
        }
        break;
      case Kind::EventLog:
        add("KAFKA_BOOTSTRAP_SERVERS", addressesOf(unit));
        break;
      case Kind::ObjectStore:
        add("S3_ENDPOINT", "http://" + unit.host() + ":" + std::to_string(unit.block->port()));
        add("S3_BUCKET", unit.block->name);
        add("S3_ACCESS_KEY", m_stack.services.at(unit.host()).environment.at("MINIO_ROOT_USER"));
        add("S3_SECRET_KEY", m_stack.services.at(unit.host()).environment.at("MINIO_ROOT_PASSWORD"));
        break;
      default:
        if (unit.block->port() != 0) {
          const std::string suffix = role == LinkRole::Fallback ? "_FALLBACK_URL" : "_URL";
          add(environmentName(unit.block->name) + suffix, unit.block->setting("scheme", "http") + "://" +
                                                              unit.host() + ":" +
                                                              std::to_string(unit.block->port()));
        }
    }
  }

  void grant(std::size_t user) {
    for (const auto& [name, value] : granted(m_wishes[user])) {
      for (const std::string& service : m_units[user].services) {
        m_stack.services.at(service).environment.emplace(name, value);  // what the block sets itself stays
      }
    }
  }

  bool waitsFor(std::size_t unit, std::size_t other) const {
    std::set<std::size_t> seen{unit};
    std::vector<std::size_t> open{unit};
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      if (at == other) {
        return true;
      }
      for (const std::size_t next : m_waitsFor[at]) {
        if (seen.insert(next).second) {
          open.push_back(next);
        }
      }
    }
    return false;
  }

  /// The user starts after what it uses, unless that would go round in a circle.
  void addOrder(std::size_t user, std::size_t used) {
    if (user == used || m_waitsFor[user].contains(used)) {
      return;
    }
    if (waitsFor(used, user)) {
      m_stack.warnings.push_back("\"" + m_units[user].block->label() + "\" and \"" +
                                 m_units[used].block->label() +
                                 "\" use each other: the order of their start is not expressed.");
      for (const std::string& service : m_units[user].services) {
        m_stack.services.at(service).comments.push_back(
            "Uses " + m_units[used].host() + ", which waits for this service: it may not be there yet.");
      }
      return;
    }
    m_waitsFor[user].insert(used);
    for (const std::string& service : m_units[user].services) {
      for (const auto& [ready, condition] : m_units[used].readyWhen) {
        m_stack.services.at(service).dependsOn.emplace(ready, condition);
      }
    }
  }

  /// Two networks, so that what faces outwards cannot reach the data: "data" for databases, caches, logs and
  /// their users, "edge" for everything else.
  void joinNetworks() {
    for (const DeployedLink& link : m_deployment.links) {
      const char* network =
          m_units[link.from].block->keepsData() || m_units[link.to].block->keepsData() ? "data" : "edge";
      for (const std::size_t end : {link.from, link.to}) {
        for (const std::string& service : m_units[end].services) {
          m_stack.services.at(service).networks.insert(network);
        }
      }
    }
    for (const Unit& unit : m_units) {
      for (const std::string& service : unit.services) {
        std::set<std::string>& networks = m_stack.services.at(service).networks;
        if (networks.empty()) {
          networks.insert(unit.block->keepsData() ? "data" : "edge");
        }
      }
    }
    for (auto& [name, service] : m_stack.services) {
      if (service.isOneShot) {  // it is where those are that it sets up
        service.networks = m_stack.services.at(service.dependsOn.begin()->first).networks;
      }
    }
  }

  /// Entries get ports of this machine from 8080 up, one for each replica. Only this machine reaches them:
  /// the passwords are known to all, and Docker's ports go past a firewall.
  void publish() {
    int next = 8080;
    for (std::size_t i = 0; i < m_units.size(); ++i) {
      const Unit& unit = m_units[i];
      if (unit.isAbsent() || unit.block->port() == 0 || !m_deployment.isEntry(i)) {
        continue;
      }
      Service& service = m_stack.services.at(unit.host());
      const int last = next + service.replicas - 1;
      service.ports.push_back("127.0.0.1:" + std::to_string(next) +
                              (last > next ? "-" + std::to_string(last) : "") + ":" +
                              std::to_string(unit.block->port()));
      next = last + 1;
    }
  }

  const Deployment& m_deployment;
  const std::vector<Unit>& m_units;
  Stack& m_stack;
  std::vector<std::set<std::size_t>> m_waitsFor;
  std::map<std::size_t, std::vector<Wish>> m_wishes;
};

}  // namespace

void wire(const Deployment& deployment, const std::vector<Unit>& units, Stack& stack) {
  Wiring(deployment, units, stack).connect();
}

}  // namespace cantilever::exchange::compose
