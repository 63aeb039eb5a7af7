#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/relational.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct ReplicaParams : relational::ServerParams {
  Count replicas{2};
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
  return relational::addReadFields(schema);
}

void lowerReplica(const ReplicaParams& params, plan::Lowering& lowering) {
  const plan::Index pool = lowering.addPool(relational::serverPool(params, params.replicas));
  relational::addReadOperations(params, pool, lowering);
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
  type.purpose = "Copies of a PostgreSQL primary that answer reads which may be a little old.";
  type.documentation =
      R"(**What happens to a request.** The incoming link picks a replica, where the request takes a connection or is refused if all are taken.
`read_pk` is a key read and `read_query` a query; `read` (the default) is one of the two, by the share of queries. A read waits for the
disk if its page is not in memory, and then queues for a core.

**Modelled.** Cores and connections of each replica, memory hits by a fixed ratio, instances and storage in the bill.

**Not modelled.** Following the primary: replaying its writes (about 30 % of their processor time on each replica), the lag behind it
(50 to 500 ms is usual) and reads that are stale because of it. They come with the replicated store.)";
  type.vendorNames = {"RDS read replica", "PostgreSQL streaming replication", "Cloud SQL replica",
                      "Azure read replica"};
  type.operations = relational::kReadOperations;
  type.makesCalls = false;
  return makeBlock<ReplicaParams>(std::move(type), replicaSchema(), &lowerReplica, &usageOfReplica,
                                  &deployReplica, &traitsOfReplica);
}

}  // namespace cantilever::catalog::blocks
