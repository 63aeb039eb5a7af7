#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/relational.h"
#include "core/catalog/replication.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct PrimaryParams : relational::ServerParams, replication::ReplicationParams {
  Law writeTime = Law::lognormal(1.2_ms, 1.0);
  Law commitTime = Law::lognormal(1.5_ms, 0.6);
  bool multiAz = true;
  Law standbyTime = Law::lognormal(1_ms, 0.5);
  Count backupDays{7};
};

// A replica streams what there is. PostgreSQL replays in one process; MySQL 8.4 has four workers by default
// (replica_parallel_workers; https://dev.mysql.com/doc/refman/8.4/en/replication-options-replica.html).
constexpr std::uint32_t kWritesReadAtOnce = 1000;
constexpr std::uint32_t kWorkersOfMySql = 4;

constexpr const char* kMultiAzGuide =
    "Amazon RDS user guide (2023-06-15): a Multi-AZ standby takes over within 60 to 120 s";

Schema<PrimaryParams> primarySchema() {
  Schema<PrimaryParams> schema;
  relational::addSizeFields(schema);
  relational::addReadFields(schema)
      .field("write_time", &PrimaryParams::writeTime)
      .label("Write")
      .group("Behaviour")
      .range(1_us, 60_s)
      .logarithmic()
      .help("Processor time of a transaction that writes a few rows, on a db.r6g core.")
      .source(Source::Grade::Judgement, "3,300 a second on four cores.")
      .field("commit_time", &PrimaryParams::commitTime)
      .label("Commit")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("Wait until the log is on disk. Holds the connection, not a core.")
      .source(Source::Grade::Judgement, "A flush to a gp3 volume takes about 1 ms, more under load.")
      .field("multi_az", &PrimaryParams::multiAz)
      .label("Standby in another zone")
      .group("Reliability")
      .help(
          "Keeps a synchronous copy that takes over when the primary fails. Doubles instance and storage in "
          "the bill and adds its round trip to each commit.")
      .source(Source::Grade::Read, kMultiAzGuide)
      .field("standby_time", &PrimaryParams::standbyTime)
      .label("Standby round trip")
      .group("Reliability")
      .range(0_ms, 10_s)
      .help("What waiting for the standby adds to a commit.")
      .source(Source::Grade::Read,
              "Measured between zones of a region: 0.25 to 3.4 ms; "
              "https://www.xkyle.com/Measuring-AWS-Region-and-AZ-Latency/")
      .field("backup_days", &PrimaryParams::backupDays)
      .label("Backups kept")
      .group("Reliability")
      .range(0, 35)
      .help("Days that can be restored to any moment; 0: no backups.")
      .source(Source::Grade::Read,
              "Amazon RDS user guide, Backup retention period: seven days by default for instances created "
              "in the console; "
              "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/"
              "USER_WorkingWithAutomatedBackups.BackupRetention.html");
  replication::addReplicationFields(schema);
  return schema;
}

void appendWrite(const PrimaryParams& params, plan::ProgramBuilder& program) {
  program.work(params.onThisServer(params.writeTime)).wait(params.commitTime);
  if (params.multiAz) {
    program.wait(params.standbyTime);
  }
}

/// Those behind links of role standby may take over, if there is no standby that does nothing else.
replication::Copies copiesOf(const PrimaryParams& params, plan::Lowering& lowering) {
  replication::Copies copies;
  copies.hasStandby = params.multiAz;
  copies.batch = kWritesReadAtOnce;
  copies.lanes = params.isMySql() ? kWorkersOfMySql : 1;
  for (const LinkRole role : {LinkRole::Replication, LinkRole::Standby}) {
    for (const plan::OutLink& link : lowering.links(role)) {
      if (link.target == nullptr || !link.target->isReplica) {
        continue;
      }
      if (link.target->databaseEngine != params.engine.value) {
        lowering.warn("replica.other_engine",
                      "What follows it over \"" + link.link->id.text() + "\" has another engine (" +
                          link.target->databaseEngine + "): such replication does not exist.",
                      "engine");
      }
      copies.links.push_back(link.index);
      if (role == LinkRole::Standby) {
        copies.candidates.push_back(link.index);
      }
    }
  }
  return copies;
}

void lowerPrimary(const PrimaryParams& params, plan::Lowering& lowering) {
  const plan::Index pool = lowering.addPool(relational::serverPool(params, Count(1)));
  relational::addReadOperations(params, pool, lowering);
  const plan::Index log = replication::addStore(params, pool, copiesOf(params, lowering), lowering);
  const plan::Body write = [&](plan::ProgramBuilder& program) {
    appendWrite(params, program);
    replication::appendReplication(params, log, program);
    program.end();
  };
  lowering.addOperation("write", pool, write);
  lowering.addOperation("write_txn", pool, write);
  lowering.addOperation("write_and_read", pool, [&](plan::ProgramBuilder& program) {
    appendWrite(params, program);
    replication::appendReplication(params, log, program);
    relational::appendKeyRead(params, program);
    program.end();
  });
}

std::vector<Usage> usageOfPrimary(const PrimaryParams& params, const Load&) {
  return params.multiAz ? relational::serverUsage(params, 2, "primary and standby")
                        : relational::serverUsage(params, 1, "1 server");
}

Deployable deployPrimary(const PrimaryParams& params) {
  Deployable deployable = relational::serverDeployable(params, Deployable::Kind::RelationalPrimary, Count(1));
  deployable.settings["multi_az"] = params.multiAz ? "true" : "false";
  deployable.settings["backup_days"] = format(params.backupDays);
  return deployable;
}

Traits traitsOfPrimary(const PrimaryParams& params) {
  Traits traits;
  traits.holdsData = true;
  traits.isRelational = true;
  traits.databaseEngine = params.engine.value;
  traits.isReplicated = params.multiAz;
  traits.isManaged = true;
  traits.hasHealthCheck = true;
  traits.hasBackups = params.backupDays.value() > 0;
  traits.mtbf = 8760_h;                                         // one failure a year: judgement
  traits.mttr = Duration::seconds(params.multiAz ? 90 : 3600);  // failover (see kMultiAzGuide), or a restore
  return traits;
}

}  // namespace

BlockType rdbms_primary() {
  BlockType type;
  type.key = "rdbms_primary";
  type.label = "SQL primary";
  type.category = Category::Data;
  type.purpose =
      "The server that takes all writes and answers reads that must be current: PostgreSQL or MySQL.";
  type.documentation =
      std::string(
          R"(**What happens to a request.** It takes a connection, or is refused if all are taken. Then, by the operation that the link names:

- `read_pk`: a key read, `read_query`: a query; each waits for the disk if its page is not in memory, then queues for a core;
- `read` (the default, and what a link of role *read* asks for): one of the two, by the share of queries;
- `write_txn`, also `write`: queues for a core, then waits for the commit to be on disk and, with a standby, on its disk too;
- `write_and_read`: a write, and a key read of what was written, which a replica might not have yet.

Waits for disk and standby keep the connection but no core.

Links of role *replication* lead to replicas that follow; those behind links of role *standby* follow too, and one of them takes over where
there is no standby in another zone.

**Modelled.** Cores, connections, commit latency, memory hits by how much of the rows in daily use fits into memory, replication with lag and stale reads, failover with lost writes, standby and
storage in the bill.

**Not modelled.** Locks, slow queries, limits of the volume, vacuum. Backup storage up to the volume's size is free, and more is not billed.)") +
      std::string(replication::kReplicationDocumentation);
  type.vendorNames = {"RDS", "PostgreSQL", "Cloud SQL", "Azure Database for PostgreSQL", "MySQL"};
  type.operations = relational::allOperations();
  return makeBlock<PrimaryParams>(std::move(type), primarySchema(), &lowerPrimary, &usageOfPrimary,
                                  &deployPrimary, &traitsOfPrimary);
}

}  // namespace cantilever::catalog::blocks
