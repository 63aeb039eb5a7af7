#include "core/catalog/relational.h"

#include <algorithm>

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
  deployable.image = "postgres:17";
  deployable.instances = static_cast<int>(instances.value());
  deployable.instanceClass = params.instanceType.value;
  deployable.ports = {5432};
  deployable.volumes = {"/var/lib/postgresql/data"};
  deployable.healthCheck = {"pg_isready", "-U", "postgres"};
  deployable.settings["engine"] = "postgres";
  deployable.settings["version"] = "17";
  deployable.settings["storage_gb"] = formatNumber(params.storage.raw() / 1e9);
  deployable.settings["max_connections"] = format(params.maxConnections);
  return deployable;
}

std::vector<Usage> serverUsage(const ServerParams& params, double instances, const std::string& what) {
  return {
      {Usage::Kind::InstanceHours, params.instanceType.value + ":postgres", instances * kHoursPerMonth,
       "ondemand", what + " x 730 h"},
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
