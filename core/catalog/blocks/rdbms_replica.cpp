#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/relational.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct ReplicaParams : relational::ReadParams {
  Count replicas{2};
  Count maxConnections{3600};
  Bytes storage = 500_GB;
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
  relational::addInstanceType(schema)
      .field("max_connections", &ReplicaParams::maxConnections)
      .label("Connections")
      .group("Size")
      .range(10, 16000)
      .logarithmic()
      .help("Sessions that may be open at once on each replica; one more is refused.")
      .source(Source::Grade::Read,
              "Amazon RDS and Aurora user guides (2023-06-15): memory / 9,531,392 B, at most 5,000")
      .field("storage", &ReplicaParams::storage)
      .label("Storage")
      .group("Size")
      .range(20_GB, 65_TB)
      .logarithmic()
      .help("Size of the volume (gp3) of each replica: that of the primary.")
      .source(Source::Grade::Judgement, "As the primary's.");
  return relational::addReadFields(schema);
}

void lowerReplica(const ReplicaParams& params, plan::Lowering& lowering) {
  plan::Pool copies;
  copies.instances = static_cast<std::uint32_t>(params.replicas.value());
  copies.servers = static_cast<std::uint32_t>(params.instanceClass().vcpu);
  copies.seats = static_cast<std::uint32_t>(params.maxConnections.value());
  copies.queueLimit = 0;  // a connection too many is refused, it does not wait
  relational::addReadOperations(params, lowering.addPool(copies), lowering);
}

std::vector<Usage> usageOfReplica(const ReplicaParams& params, const Load&) {
  const auto copies = static_cast<double>(params.replicas.value());
  return {
      {Usage::Kind::InstanceHours, params.instanceType.value + ":postgres", copies * kHoursPerMonth,
       "ondemand", format(params.replicas) + " replicas x 730 h"},
      {Usage::Kind::StorageGbMonths, "rds-gp3", copies * params.storage.raw() / 1e9, "ondemand",
       format(params.replicas) + " replicas x " + format(params.storage)},
  };
}

Deployable deployReplica(const ReplicaParams& params) {
  Deployable deployable;
  deployable.kind = Deployable::Kind::RelationalReplica;
  deployable.image = "postgres:17";
  deployable.instances = static_cast<int>(params.replicas.value());
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
