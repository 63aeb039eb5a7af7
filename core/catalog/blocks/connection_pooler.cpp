#include <algorithm>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/relational.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct PoolerParams {
  Count instances{2};
  Count poolSize{20};
  Count maxClients{5000};
  Law multiplexTime = Law::constant(50_us);
  Count databaseVcpus{4};
};

Schema<PoolerParams> poolerSchema() {
  return Schema<PoolerParams>()
      .field("instances", &PoolerParams::instances)
      .label("Instances")
      .group("Size")
      .range(1, 500)
      .logarithmic()
      .help("How many equal poolers there are.")
      .source(Source::Grade::Judgement, "Two, so that one may fail.")
      .field("pool_size", &PoolerParams::poolSize)
      .label("Database connections")
      .group("Size")
      .range(1, 5000)
      .logarithmic()
      .help(
          "Connections to the databases that each instance keeps open, and so the calls that it passes on at "
          "once. More than a few for each core of the database only move the queue into the database.")
      .source(Source::Grade::Known,
              "HikariCP wiki, \"About pool sizing\": twice the cores plus the disks; "
              "https://github.com/brettwooldridge/HikariCP/wiki/About-Pool-Sizing")
      .field("max_clients", &PoolerParams::maxClients)
      .label("Client connections")
      .group("Size")
      .range(1, 100000)
      .logarithmic()
      .help("Clients that each instance serves or keeps waiting; one more is refused.")
      .source(Source::Grade::Judgement, "A few hundred application servers with ten connections each.")
      .field("multiplex_time", &PoolerParams::multiplexTime)
      .label("Time per call")
      .group("Behaviour")
      .range(0_ms, 1_s)
      .help("Time on the pooler's one thread for each call that it passes on.")
      .source(
          Source::Grade::Read,
          "ProxySQL, Part 3 - PgBouncer to ProxySQL: Simple-Mode Benchmark "
          "(https://www.proxysql.com/blog/part-3-pgbouncer-to-proxysql): one PgBouncer passes on a 2.3th of "
          "77,000 a second on a Ryzen 9 5950X, 30 us each; PgDog's issue 791 "
          "(https://github.com/pgdogdev/pgdog/issues/791): 30,000 a second take 200 % of a processor on an "
          "i4i.24xlarge, 70 us each. Half-way between.")
      .field("database_vcpus", &PoolerParams::databaseVcpus)
      .label("vCPUs behind it")
      .group("Cost")
      .range(2, 1024)
      .logarithmic()
      .help("vCPUs of the databases behind: managed poolers are billed by them.")
      .source(Source::Grade::Known, "Amazon RDS Proxy pricing: by the vCPUs of the databases, two at least");
}

/// The outgoing links that carry an operation: those that name it, else those of its role, else the plain
/// ones.
std::vector<plan::OutLink> linksForOperation(std::string_view operation, const plan::Lowering& lowering) {
  const LinkRole role = relational::isWrite(operation) ? LinkRole::Write : LinkRole::Read;
  std::vector<plan::OutLink> chosen;
  for (const plan::OutLink& link : lowering.links()) {
    if (link.link->operation == operation) {
      chosen.push_back(link);
    }
  }
  if (chosen.empty()) {
    chosen = lowering.links(role);
  }
  if (chosen.empty()) {
    chosen = lowering.links(LinkRole::Default);
  }
  for (plan::OutLink& link : chosen) {
    if (link.link->classes.empty()) {
      link.classSet = plan::kNone;  // the operation decides, not the class: requests that write read as well
    }
  }
  return chosen;
}

void lowerPooler(const PoolerParams& params, plan::Lowering& lowering) {
  plan::Pool poolers;
  poolers.instances = static_cast<std::uint32_t>(params.instances.value());
  poolers.seats = static_cast<std::uint32_t>(params.poolSize.value());
  poolers.queueLimit = static_cast<std::uint32_t>(
      std::max<std::int64_t>(0, params.maxClients.value() - params.poolSize.value()));
  const plan::Index pool = lowering.addPool(poolers);
  const auto add = [&](std::string_view name, std::string_view operation) {
    const std::vector<plan::OutLink> targets = linksForOperation(operation, lowering);
    lowering.addOperation(name, pool, [&](plan::ProgramBuilder& program) {
      if (targets.empty()) {
        program.fail(plan::Reason::NoHealthyInstance);
        return;
      }
      program.work(params.multiplexTime).useAll(targets).end();
    });
  };
  if (lowering.links().empty()) {
    lowering.warn("pooler.no_database", "No link leads to a database, so every call fails.");
  }
  add("", "read");
  for (const std::string& operation : relational::allOperations()) {
    add(operation, operation);
  }
}

std::vector<Usage> usageOfPooler(const PoolerParams& params, const Load&) {
  const auto vcpus = static_cast<double>(params.databaseVcpus.value());
  return {{Usage::Kind::CapacityUnitHours, "proxy-vcpu", vcpus * kHoursPerMonth, "ondemand",
           format(params.databaseVcpus) + " vCPUs x 730 h"}};
}

Deployable deployPooler(const PoolerParams& params) {
  Deployable deployable;
  deployable.kind = Deployable::Kind::ConnectionPooler;
  deployable.image = "edoburu/pgbouncer:v1.25.1-p0";
  deployable.instances = static_cast<int>(params.instances.value());
  deployable.ports = {6432};
  deployable.environment["LISTEN_PORT"] = "6432";
  deployable.environment["POOL_MODE"] = "transaction";
  deployable.environment["DEFAULT_POOL_SIZE"] = format(params.poolSize);
  deployable.environment["MAX_CLIENT_CONN"] = format(params.maxClients);
  deployable.healthCheck = {"pg_isready", "-h", "127.0.0.1", "-p", "6432"};
  deployable.settings["pool_size"] = format(params.poolSize);
  deployable.settings["max_clients"] = format(params.maxClients);
  deployable.settings["mode"] = "transaction";
  return deployable;
}

Traits traitsOfPooler(const PoolerParams& params) {
  Traits traits;
  traits.poolsConnections = true;
  traits.isManaged = true;
  traits.hasHealthCheck = true;
  traits.instances = static_cast<int>(params.instances.value());
  traits.mtbf = 17520_h;  // one failure in two years: judgement
  traits.mttr = 2_min;
  return traits;
}

}  // namespace

BlockType connection_pooler() {
  BlockType type;
  type.key = "connection_pooler";
  type.label = "Connection pooler";
  type.category = Category::Data;
  type.purpose = "Lets thousands of clients share a few database connections.";
  type.documentation =
      R"(**What happens to a request.** The incoming link picks an instance. The request waits until one of its database connections is free (first
come, first served; too many waiting are refused), and keeps it while the pooler's thread passes the call on and the database answers.

It understands the operations of a SQL database. Each goes over the outgoing links that name it; if none does, over those of its role
(*read* or *write*); if there are none, over those without a role; and without any it fails. So one link of role *write* to the primary and one of role *read* to
the replicas split the traffic. What the database then does is up to the operation of the *outgoing* link.

**Modelled.** Connections as a resource held for the whole call, the queue for them, one thread per instance, transaction pooling.

**Not modelled.** A wait has no time limit of its own (give the incoming link a timeout), and all connections of an instance serve all
databases behind it. Opening connections and the clients' own pools are left out.)";
  type.vendorNames = {"RDS Proxy", "PgBouncer", "ProxySQL"};
  type.operations = relational::allOperations();
  return makeBlock<PoolerParams>(std::move(type), poolerSchema(), &lowerPooler, &usageOfPooler, &deployPooler,
                                 &traitsOfPooler);
}

}  // namespace cantilever::catalog::blocks
