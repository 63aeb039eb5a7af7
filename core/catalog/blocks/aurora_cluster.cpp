#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/relational.h"
#include "core/catalog/replication.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct AuroraParams : relational::ServerParams {
  Count readers{2};
  Law writeTime = Law::lognormal(1.2_ms, 1.0);
  Law storageTime = Law::lognormal(2_ms, 0.6);
  Law applyTime = Law::lognormal(50_us, 0.5);
  Duration lag = 20_ms;
  Law failoverTime = Law::uniform(30_s, 1.0 / 3);
  double inputOutput = 2;
  Count backupDays{7};
};

/// The instance types that the price book sells for Aurora.
std::vector<Choice> auroraChoices() {
  std::vector<Choice> choices;
  for (const char* key : {"db.t3.medium", "db.t3.large", "db.r5.large", "db.r5.xlarge", "db.r5.2xlarge",
                          "db.r5.4xlarge", "db.r6g.large", "db.r6g.xlarge", "db.r6g.2xlarge",
                          "db.r6g.4xlarge", "db.r6g.8xlarge", "db.r6g.16xlarge"}) {
    choices.push_back(Choice{key});
  }
  return choices;
}

Schema<AuroraParams> auroraSchema() {
  Schema<AuroraParams> schema;
  schema.field("readers", &AuroraParams::readers)
      .label("Readers")
      .group("Size")
      .range(0, 15)
      .help("Servers besides the writer that answer reads and can take its place.")
      .source(Source::Grade::Judgement, "Two, so that one may fail; at most 15.")
      .field("instance_type", &AuroraParams::instanceType)
      .label("Instance type")
      .group("Size")
      .choices(auroraChoices())
      .help(
          "Sets vCPUs (the queries that run at once), their speed, memory (with it connections, and how many "
          "reads find their page there) and price, of writer and readers.")
      .source(Source::Grade::Judgement, "Memory-optimised, as databases want; the smallest with four cores.");
  relational::addConnectionsField(schema)
      .field("storage", &AuroraParams::storage)
      .label("Stored")
      .group("Cost")
      .range(10_GB, 128_TB)
      .logarithmic()
      .help("Bytes in the volume that all servers share; it grows by itself.")
      .source(Source::Grade::Judgement, "As much as other databases here have room for.");
  return relational::addReadFields(schema)
      .field("write_time", &AuroraParams::writeTime)
      .label("Write")
      .group("Behaviour")
      .range(1_us, 60_s)
      .logarithmic()
      .help("Processor time of a transaction that writes a few rows, on a db.r6g core.")
      .source(Source::Grade::Judgement, "3,300 a second on four cores.")
      .field("storage_time", &AuroraParams::storageTime)
      .label("Storage node")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help(
          "From sending a record of the log to one of the six storage nodes of its part of the volume until "
          "that "
          "has it. A commit waits for four of them, and holds the connection, not a core.")
      .source(Source::Grade::Judgement, "A round trip between zones and a write to a local disk.")
      .field("lag", &AuroraParams::lag)
      .label("Lag of readers")
      .group("Behaviour")
      .range(0_ms, 1_min)
      .help("How far readers are behind the writer on average, when they have nothing else to do.")
      .source(
          Source::Grade::Read,
          "Amazon Aurora user guide: usually much less than 100 ms after the primary has written an update; "
          "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Replication.html")
      .field("apply_time", &AuroraParams::applyTime)
      .label("Apply")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Processor time of a reader for each write, to bring what it has in memory up to date.")
      .source(Source::Grade::Judgement,
              "The storage writes the pages; a reader changes those that it happens to hold.")
      .field("failover_time", &AuroraParams::failoverTime)
      .label("Failover time")
      .group("Reliability")
      .range(Duration(), 24_h)
      .help("From the death of the writer until a reader takes its place; meanwhile writes fail.")
      .source(Source::Grade::Known,
              "Amazon Aurora user guide: service is typically restored in less than 60 seconds, often less "
              "than 30; "
              "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/"
              "Concepts.AuroraHighAvailability.html")
      .field("io_per_request", &AuroraParams::inputOutput)
      .label("I/O per request")
      .group("Cost")
      .range(0, 1000)
      .help("Reads and writes of the shared volume, which are billed.")
      .source(Source::Grade::Judgement,
              "One read in a hundred needs a page; a write is several records of the log.")
      .field("backup_days", &AuroraParams::backupDays)
      .label("Backups kept")
      .group("Reliability")
      .range(1, 35)
      .help("Days that can be restored to any moment.")
      .source(Source::Grade::Judgement,
              "A week: long enough to notice a mistake. A day is the default of the product.");
}

// Six copies of every 10 GB of the volume, two in each of three zones; four of them make a write durable
// (Verbitski et al., "Amazon Aurora: design considerations for high throughput cloud-native relational
// databases", SIGMOD 2017, section 2).
constexpr std::uint32_t kStorageNodes = 6;
constexpr std::uint32_t kWriteQuorum = 4;
constexpr double kBytesOfPart = 10e9;
constexpr std::uint32_t kMostParts = 1000;
constexpr std::uint32_t kRecordsAtOnce = 1000;

/// The log that its storage nodes read; a write is durable when four of them have it.
plan::Index addVolume(const AuroraParams& params, plan::Lowering& lowering) {
  plan::Pool storage = hosted::boundless();
  storage.instances = kStorageNodes;
  storage.needed = kWriteQuorum;
  const plan::Index nodes = lowering.addPool(storage, "storage");
  plan::Log records;
  records.partitions = static_cast<std::uint32_t>(
      std::clamp(std::ceil(params.storage.raw() / kBytesOfPart), 1.0, static_cast<double>(kMostParts)));
  records.partitioning = plan::Log::Partitioning::Random;
  plan::ConsumerGroup group;
  group.log = lowering.addLog(std::move(records), "volume");
  group.link = lowering.addInnerLink(
      {}, "storage", nodes, [&](plan::ProgramBuilder& program) { program.wait(params.storageTime); });
  group.delivery = plan::Delivery::Every;
  group.batch = kRecordsAtOnce;
  group.inFlight = kMostParts;
  const plan::Index log = group.log;
  lowering.addGroup(std::move(group));
  return log;
}

/// Its readers follow the writes, and may take the writer's place.
plan::Index addReaders(const AuroraParams& params, plan::Index writer, plan::Index readers,
                       plan::Lowering& lowering) {
  replication::ReplicationParams failover;
  failover.detectionTime = {};
  failover.promotionTime = params.failoverTime;
  replication::Copies copies;
  copies.shareVolume = true;
  copies.batch = kRecordsAtOnce;
  if (readers != writer) {
    plan::Link following;
    following.latency = Law::constant(params.lag * 0.5);  // one that has just read asks again after all of it
    copies.links.push_back(lowering.addInnerLink(
        following, "apply", readers,
        [&](plan::ProgramBuilder& apply) { apply.workPerTarget(params.onThisServer(params.applyTime)); }));
    copies.candidates = copies.links;
  }
  return replication::addStore(failover, writer, copies, lowering);
}

void lowerAurora(const AuroraParams& params, plan::Lowering& lowering) {
  const plan::Index writer = lowering.addPool(relational::serverPool(params, Count(1)));
  const bool hasReaders = params.readers > Count(0);
  const plan::Index readers =
      hasReaders ? lowering.addPool(relational::serverPool(params, params.readers), "readers") : writer;
  const plan::Index volume = addVolume(params, lowering);
  const plan::Index writes = addReaders(params, writer, readers, lowering);
  relational::addReadOperations(params, readers, lowering);
  const plan::Body write = [&](plan::ProgramBuilder& program) {
    program.work(params.onThisServer(params.writeTime)).publish(volume, kWriteQuorum);
    if (writes != plan::kNone) {
      program.publish(writes);
    }
  };
  lowering.addOperation("write", writer, write);
  lowering.addOperation("write_txn", writer, write);
  lowering.addOperation("write_and_read", writer, [&](plan::ProgramBuilder& program) {
    write(program);
    relational::appendKeyRead(params, program);
  });
}

std::vector<Usage> usageOfAurora(const AuroraParams& params, const Load& load) {
  const auto servers = static_cast<double>(1 + params.readers.value());
  return {hosted::allMonth(Usage::Kind::InstanceHours, params.instanceType.value + ":aurora-postgresql",
                           servers, "writer and " + format(params.readers) + " readers"),
          hosted::kept("aurora", params.storage),
          hosted::perRequest("aurora-io", load, params.inputOutput,
                             "reads and writes of the volume at the mean rate")};
}

}  // namespace

BlockType aurora_cluster() {
  return makeBlock<AuroraParams>(
      {.key = "aurora_cluster",
       .label = "SQL cluster",
       .category = Category::Data,
       .purpose = "A writer and readers on one shared volume that keeps six copies: readers need not repeat "
                  "the writes.",
       .documentation =
           R"(**What happens to a request.** By the operation that the link names: `read_pk`, `read_query` and `read` (the default) go to a reader that the link's balancing
chooses (to the writer, if there are no readers); `write_txn` (also `write`) and `write_and_read` go to the writer. There the request takes a connection, or is refused if
all are taken, and does what it does at a *SQL primary*.

**The volume** has six storage nodes for each of its parts of 10 GB, two in each of three zones (draw the cluster in a region that has three). A write is sent to all six, and is durable, and
answered, when **four of them have it**: the two slowest are not waited for. With fewer than four up it fails with *not replicated*. So the loss of a zone costs nothing, that of a zone and one more node
stops writes. No standby is needed.

**Readers** get the writes from the same volume, and apply them: they are behind by some 20 ms, reads there may be **stale**, and applying takes their processors.

**Failover.** When the writer dies, writes fail until the failover time is over; then the reader that is least behind is the writer, and there is one reader less until the dead server comes back as one. Nothing
that was acknowledged is lost, since all servers have the same volume. Without readers the writer stays dead until it is restored.

**Modelled.** Cores and connections of the writer and of every reader, the write quorum, lag and stale reads, failover, servers, storage and I/O in the bill.

**Not modelled.** Repairing a storage node; reads of pages do not wait for the network apart from the *page read*. Copies in other regions, capacity that scales by itself.)",
       .vendorNames = {"Aurora", "AlloyDB", "Neon", "Azure Hyperscale", "PolarDB"},
       .operations = relational::allOperations(),
       .makesCalls = false},
      auroraSchema(), lowerAurora, usageOfAurora,
      [](const AuroraParams& params) {
        Deployable deployable = relational::serverDeployable(params, Deployable::Kind::RelationalCluster,
                                                             Count(1 + params.readers.value()));
        deployable.settings["backup_days"] = format(params.backupDays);
        return deployable;
      },
      [](const AuroraParams& params) {
        Traits traits;
        traits.holdsData = true;
        traits.isRelational = true;
        traits.databaseEngine = params.engine.value;
        traits.isReplicated = true;
        traits.isManaged = true;
        traits.hasHealthCheck = true;
        traits.hasBackups = true;
        traits.instances = static_cast<int>(1 + params.readers.value());
        traits.mtbf = 8760_h;  // one failure a year and server: judgement
        traits.mttr = params.readers > Count(0) ? params.failoverTime.mean
                                                : Duration::seconds(600);  // one is made: judgement
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
