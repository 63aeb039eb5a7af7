#include "core/catalog/relational.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"

namespace cantilever::catalog::relational {

std::vector<std::string> allOperations() {
  std::vector<std::string> all = kReadOperations;
  all.insert(all.end(), kWriteOperations.begin(), kWriteOperations.end());
  return all;
}

bool isWrite(std::string_view operation) {
  return std::find(kWriteOperations.begin(), kWriteOperations.end(), operation) != kWriteOperations.end();
}

Law ServerParams::onThisServer(const Law& cpuTime) const {
  const double reference = findInstanceClass(ServerParams{}.instanceType.value)->speed;
  return cpuTime.scaled(reference / instanceClass().speed);
}

Count ServerParams::connectionsForMemory() const {
  // The default parameter groups: LEAST({DBInstanceClassMemory/9531392}, 5000),
  // {DBInstanceClassMemory/12582880}.
  const double memory = instanceClass().memory().raw();
  const double exact =
      isMySql() ? std::min(memory / 12'582'880, 16'000.0) : std::min(memory / 9'531'392, 5000.0);
  // What the system itself takes of the memory is not known: no third digit.
  const double digit = std::pow(10, std::floor(std::log10(exact)) - 1);
  return Count(static_cast<std::int64_t>(std::floor(exact / digit) * digit));
}

plan::Pool serverPool(const ServerParams& params, Count instances) {
  plan::Pool pool;
  pool.instances = static_cast<std::uint32_t>(instances.value());
  pool.servers = static_cast<std::uint32_t>(params.instanceClass().vcpu);
  pool.seats = static_cast<std::uint32_t>(params.maxConnections.value());
  pool.queueLimit = 0;  // a connection too many is refused, it does not wait
  return pool;
}

Deployable serverDeployable(const ServerParams& params, Deployable::Kind kind, Count instances) {
  Deployable deployable;
  deployable.kind = kind;
  deployable.image = params.isMySql() ? "mysql:8.4" : "postgres:17";
  deployable.instances = static_cast<int>(instances.value());
  deployable.instanceClass = params.instanceType.value;
  deployable.ports = {params.isMySql() ? 3306 : 5432};
  deployable.volumes = {params.isMySql() ? "/var/lib/mysql" : "/var/lib/postgresql/data"};
  // Over TCP, which the server opens only when it has set itself up.
  deployable.healthCheck = params.isMySql()
                               ? std::vector<std::string>{"mysqladmin", "ping", "-h", "127.0.0.1", "--silent"}
                               : std::vector<std::string>{"pg_isready", "-U", "postgres"};
  deployable.settings["engine"] = params.engine.value;
  deployable.settings["version"] = params.isMySql() ? "8.4" : "17";
  deployable.settings["storage_gb"] = formatNumber(params.storage.raw() / 1e9);
  deployable.settings["max_connections"] = format(params.maxConnections);
  return deployable;
}

std::vector<Usage> serverUsage(const ServerParams& params, double instances, const std::string& what) {
  return {
      {Usage::Kind::InstanceHours, params.instanceType.value + ":" + params.engine.value,
       instances * kHoursPerMonth, "ondemand", what + " x 730 h"},
      {Usage::Kind::StorageGbMonths, "rds-gp3", instances * params.storage.raw() / 1e9, "ondemand",
       what + " x " + format(params.storage)},
  };
}

namespace {

void appendPageRead(const ServerParams& params, plan::ProgramBuilder& program) {
  program.branch(1.0 - params.bufferHit.raw(),
                 [&](plan::ProgramBuilder& miss) { miss.wait(params.pageReadTime); });
}

}  // namespace

void appendKeyRead(const ServerParams& params, plan::ProgramBuilder& program) {
  appendPageRead(params, program);
  program.work(params.onThisServer(params.readPkTime));
}

void appendQuery(const ServerParams& params, plan::ProgramBuilder& program) {
  appendPageRead(params, program);
  program.work(params.onThisServer(params.readQueryTime));
}

void addReadOperations(const ServerParams& params, plan::Index pool, plan::Lowering& lowering) {
  const plan::Body mix = [&](plan::ProgramBuilder& program) {
    program
        .branch(
            params.queryShare.raw(), [&](plan::ProgramBuilder& yes) { appendQuery(params, yes); },
            [&](plan::ProgramBuilder& no) { appendKeyRead(params, no); })
        .observe()
        .end();
  };
  lowering.addOperation("", pool, mix);
  lowering.addOperation("read", pool, mix);
  lowering.addOperation("read_pk", pool, [&](plan::ProgramBuilder& program) {
    appendKeyRead(params, program);
    program.observe().end();
  });
  lowering.addOperation("read_query", pool, [&](plan::ProgramBuilder& program) {
    appendQuery(params, program);
    program.observe().end();
  });
}

}  // namespace cantilever::catalog::relational
