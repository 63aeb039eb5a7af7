#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/relational.h"
#include "core/catalog/sharding.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct ShardedParams : relational::ServerParams {
  Count shards{8};
  Law routerTime = Law::lognormal(500_us, 0.6);
  Ratio scatterShare = ratio(0.03);
  Law writeTime = Law::lognormal(1.2_ms, 1.0);
  Law commitTime = Law::lognormal(1.5_ms, 0.6);
  bool multiAz = true;
  Law standbyTime = Law::lognormal(1_ms, 0.5);
  Law failoverTime = Law::uniform(90_s, 1.0 / 3);
  Count backupDays{7};
};

Schema<ShardedParams> shardedSchema() {
  Schema<ShardedParams> schema;
  schema.field("shards", &ShardedParams::shards)
      .label("Shards")
      .group("Size")
      .range(1, 5000)
      .logarithmic()
      .help("Servers that the rows are spread over by a key, the user's mostly.")
      .source(Source::Grade::Judgement, "Room to grow before the next doubling.")
      .field("router_time", &ShardedParams::routerTime)
      .label("Router")
      .group("Behaviour")
      .range(0_ms, 1_s)
      .help("What finding the shard adds to each statement.")
      .source(Source::Grade::Judgement, "A hop through a router that knows where keys are.")
      .field("scatter_share", &ShardedParams::scatterShare)
      .label("Reads without the key")
      .group("Behaviour")
      .range(0, 1)
      .help("Share of the operation read that must ask every shard and wait for the slowest.")
      .source(Source::Grade::Judgement, "Lists by another criterion than the key.");
  relational::addSizeFields(schema);
  relational::addReadFields(schema)
      .field("write_time", &ShardedParams::writeTime)
      .label("Write")
      .group("Behaviour")
      .range(1_us, 60_s)
      .logarithmic()
      .help("Processor time of a transaction that writes a few rows of one shard, on a db.r6g core.")
      .source(Source::Grade::Judgement, "3,300 a second on four cores.")
      .field("commit_time", &ShardedParams::commitTime)
      .label("Commit")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("Wait until the log is on disk. Holds the connection, not a core.")
      .source(Source::Grade::Judgement, "A flush to a gp3 volume takes about 1 ms, more under load.")
      .field("multi_az", &ShardedParams::multiAz)
      .label("Standbys in another zone")
      .group("Reliability")
      .help(
          "Each shard has a synchronous copy that takes over. Doubles the bill and adds its round trip to "
          "each commit.")
      .source(Source::Grade::Read,
              "Amazon RDS user guide (2023-06-15): a Multi-AZ standby takes over within 60 to 120 s")
      .field("standby_time", &ShardedParams::standbyTime)
      .label("Standby round trip")
      .group("Reliability")
      .range(0_ms, 10_s)
      .help("What waiting for the standby adds to a commit.")
      .source(Source::Grade::Read,
              "Measured between zones of a region: 0.25 to 3.4 ms; "
              "https://www.xkyle.com/Measuring-AWS-Region-and-AZ-Latency/")
      .field("failover_time", &ShardedParams::failoverTime)
      .label("Failover time")
      .group("Reliability")
      .range(Duration(), 24_h)
      .help("From the death of a shard until its standby takes over; meanwhile requests for its keys fail.")
      .source(Source::Grade::Read,
              "Amazon RDS user guide (2023-06-15): a Multi-AZ standby takes over within 60 to 120 s")
      .field("backup_days", &ShardedParams::backupDays)
      .label("Backups kept")
      .group("Reliability")
      .range(0, 35)
      .help("Days that each shard can be restored to any moment of; 0: no backups.")
      .source(Source::Grade::Read,
              "Amazon RDS user guide, Backup retention period: seven days by default for instances created "
              "in the console; "
              "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/"
              "USER_WorkingWithAutomatedBackups.BackupRetention.html");
  return schema;
}

void lowerSharded(const ShardedParams& params, plan::Lowering& lowering) {
  const plan::Index pool = lowering.addPool(relational::serverPool(params, params.shards));
  plan::Store primaries;
  primaries.pool = pool;
  primaries.standbys = params.multiAz ? 1 : 0;
  primaries.failsOver = params.multiAz;
  primaries.promotion = params.failoverTime;
  lowering.addStore(std::move(primaries));
  const plan::Body key = [&](plan::ProgramBuilder& program) { relational::appendKeyRead(params, program); };
  const plan::Body query = [&](plan::ProgramBuilder& program) { relational::appendQuery(params, program); };
  const plan::Body write = [&](plan::ProgramBuilder& program) {
    program.work(params.onThisServer(params.writeTime)).wait(params.commitTime);
    if (params.multiAz) {
      program.wait(params.standbyTime);
    }
  };
  const Shards shards{pool, params.shards};
  const AtShard keyAt("read-pk-at", shards, lowering, key);
  const AtShard queryAt("read-query-at", shards, lowering, query);
  const AtShard writeAt("write-at", shards, lowering, write);
  const AtShard writeAndReadAt("write-and-read-at", shards, lowering, [&](plan::ProgramBuilder& program) {
    write(program);
    key(program);
  });
  const plan::OutLink everywhere = atEveryShard("scatter-at", pool, lowering, query);
  const auto add = [&](std::string_view name, const plan::Body& body) {
    lowering.addOperation(name, plan::kNone, [&](plan::ProgramBuilder& program) {
      program.wait(params.routerTime);
      body(program);
    });
  };
  const auto at = [](const AtShard& shard) -> plan::Body {
    return [&shard](plan::ProgramBuilder& program) { shard.use(program); };
  };
  const plan::Body scatter = [&](plan::ProgramBuilder& program) { program.use(everywhere); };
  const plan::Body mix = [&](plan::ProgramBuilder& program) {
    program.branch(params.scatterShare.raw(), scatter, [&](plan::ProgramBuilder& keyed) {
      keyed.branch(params.queryShare.raw(), at(queryAt), at(keyAt));
    });
  };
  add("", mix);
  add("read", mix);
  add("read_pk", at(keyAt));
  add("read_query", at(queryAt));
  add("scatter", scatter);
  add("write", at(writeAt));
  add("write_txn", at(writeAt));
  add("write_and_read", at(writeAndReadAt));
}

}  // namespace

BlockType sharded_db() {
  BlockType type{.key = "sharded_db",
                 .label = "Sharded SQL database",
                 .category = Category::Data,
                 .purpose =
                     "Many PostgreSQL servers, each with the rows of some users: writes scale, joins across "
                     "users do not."};
  type.documentation =
      R"(**What happens to a request.** The router finds the shard: by the key of the request, or any shard for request classes without keys. There it takes a
connection, or is refused if all are taken, and does what the same operation does at a *SQL primary*: `read_pk`, `read_query`, `write_txn` (also `write`),
`write_and_read`. `scatter` runs a query at every shard at once and waits for the slowest; `read` (the default) is a scatter, a query or a key read by their
shares.

**Hot shards.** Give the request classes a key space: popular users make one shard busier than others, and it saturates first. A scatter makes every shard
work, so its share bounds how far more shards help.

**Failover.** The keys of a shard are nowhere else: while it is down, requests for them fail with *no healthy instance*, and a scatter has the answers of the others. After
the failover time its standby takes its place.

**Modelled.** Cores and connections of every shard, the slowest of all in a scatter, failing over to standbys, standbys and storage in the bill.

**Not modelled.** Transactions across shards, moving rows when shards are added, replicas for reads.)";
  type.vendorNames = {"Vitess",     "Citus", "Aurora Limitless", "Spanner", "Cosmos DB for PostgreSQL",
                      "PlanetScale"};
  type.operations = relational::allOperations();
  type.operations.push_back("scatter");
  type.makesCalls = false;
  return makeBlock<ShardedParams>(
      std::move(type), shardedSchema(), lowerSharded,
      [](const ShardedParams& params, const Load&) {
        const auto shards = static_cast<double>(params.shards.value());
        return params.multiAz ? relational::serverUsage(params, 2 * shards,
                                                        format(params.shards) + " shards with standbys")
                              : relational::serverUsage(params, shards, format(params.shards) + " shards");
      },
      [](const ShardedParams& params) {
        Deployable deployable =
            relational::serverDeployable(params, Deployable::Kind::RelationalPrimary, params.shards);
        deployable.settings["multi_az"] = params.multiAz ? "true" : "false";
        deployable.settings["backup_days"] = format(params.backupDays);
        return deployable;
      },
      [](const ShardedParams& params) {
        Traits traits;
        traits.holdsData = true;
        traits.isRelational = true;
        traits.databaseEngine = params.engine.value;
        traits.isReplicated = params.multiAz;
        traits.isManaged = true;
        traits.hasHealthCheck = true;
        traits.hasBackups = params.backupDays.value() > 0;
        traits.instances = static_cast<int>(params.shards.value());
        traits.mtbf = 8760_h;  // one failure a year and shard: judgement
        traits.mttr = params.multiAz ? params.failoverTime.mean : Duration::seconds(3600);
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
