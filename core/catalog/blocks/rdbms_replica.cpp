#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/relational.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct ReplicaParams : relational::ServerParams {
  Count replicas{2};
  Law applyTime = Law::lognormal(0.36_ms, 1.0);
};

Schema<ReplicaParams> replicaSchema() {
  Schema<ReplicaParams> schema;
  schema.field("replicas", &ReplicaParams::replicas)
      .label("Replicas")
      .group("Size")
      .range(1, 15)
      .help("How many equal copies share the reads. One primary feeds at most 15.")
      .source(Source::Grade::Known,
              "Amazon RDS user guide: 15 read replicas per source; two, so that one may fail");
  relational::addSizeFields(schema);
  relational::addReadFields(schema)
      .field("apply_time", &ReplicaParams::applyTime)
      .label("Apply")
      .group("Behaviour")
      .range(Duration(), 60_s)
      .help("Processor time in which a replica applies one write of its primary, on a db.r6g core.")
      .source(Source::Grade::Judgement, "30 % of what the write took the primary.");
  return schema;
}

void lowerReplica(const ReplicaParams& params, plan::Lowering& lowering) {
  const plan::Index pool = lowering.addPool(relational::serverPool(params, params.replicas));
  relational::addReadOperations(params, pool, lowering);
  lowering.addOperation("apply", pool, [&](plan::ProgramBuilder& program) {
    program.workPerTarget(params.onThisServer(params.applyTime));
  });
}

std::vector<Usage> usageOfReplica(const ReplicaParams& params, const Load&) {
  return relational::serverUsage(params, static_cast<double>(params.replicas.value()),
                                 format(params.replicas) + " replicas");
}

Deployable deployReplica(const ReplicaParams& params) {
  return relational::serverDeployable(params, Deployable::Kind::RelationalReplica, params.replicas);
}

Traits traitsOfReplica(const ReplicaParams& params) {
  Traits traits;
  traits.holdsData = true;
  traits.isRelational = true;
  traits.databaseEngine = params.engine.value;
  traits.isReplica = true;
  traits.isReplicated = true;  // of what the primary has
  traits.isManaged = true;
  traits.hasHealthCheck = true;
  traits.instances = static_cast<int>(params.replicas.value());
  traits.mtbf = 8760_h;  // one failure a year: judgement
  traits.mttr = 30_min;  // a new copy is made from a snapshot: judgement
  return traits;
}

}  // namespace

BlockType rdbms_replica() {
  BlockType type;
  type.key = "rdbms_replica";
  type.label = "SQL replicas";
  type.category = Category::Data;
  type.purpose = "Copies of a SQL primary that answer reads which may be a little old.";
  type.documentation =
      R"(**What happens to a request.** The incoming link picks a replica, where the request takes a connection or is refused if all are taken.
`read_pk` is a key read and `read_query` a query; `read` (the default) is one of the two, by the share of queries. A read waits for the
disk if its page is not in memory, and then queues for a core.

**Following the primary.** Draw a link of role *replication* (or *standby*: these may also take over) from the primary. Then every replica applies
every write, all that has come while it applied the last ones, on one of its cores and with one of its connections; the lag in messages and in time is that of
the link, in the results. A read is stale if it misses a write of its key that was acknowledged before the read was sent.

**Modelled.** Cores and connections of each replica, applying the primary's writes, lag, stale reads, memory hits by how much of the rows in daily use fits into memory, instances and storage in the bill.

**Not modelled.** Queries that are cancelled because they hold up the applying. Disk space for writes that a dead replica has not read.)";
  type.vendorNames = {"RDS read replica", "PostgreSQL streaming replication", "Cloud SQL replica",
                      "Azure read replica"};
  type.operations = relational::kReadOperations;
  type.operations.push_back("apply");
  type.makesCalls = false;
  return makeBlock<ReplicaParams>(std::move(type), replicaSchema(), &lowerReplica, &usageOfReplica,
                                  &deployReplica, &traitsOfReplica);
}

}  // namespace cantilever::catalog::blocks
