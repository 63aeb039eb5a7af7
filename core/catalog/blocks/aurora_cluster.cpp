#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/relational.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct AuroraParams : relational::ServerParams {
  Count readers{2};
  Law writeTime = Law::lognormal(1.2_ms, 1.0);
  Law commitTime = Law::lognormal(2_ms, 0.6);
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
          "Sets vCPUs (the queries that run at once), their speed, memory and price, of writer and readers.")
      .source(Source::Grade::Judgement, "Memory-optimised, as databases want; the smallest with four cores.")
      .field("max_connections", &AuroraParams::maxConnections)
      .label("Connections")
      .group("Size")
      .range(10, 16000)
      .logarithmic()
      .help("Sessions that may be open at once on a server; one more is refused.")
      .source(Source::Grade::Read,
              "Amazon Aurora user guide (2023-06-15): memory / 9,531,392 B, at most 5,000; 32 GiB give 3,600")
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
      .field("commit_time", &AuroraParams::commitTime)
      .label("Commit")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("Wait until four of six copies in three zones have the log. Holds the connection, not a core.")
      .source(Source::Grade::Judgement,
              "The fourth-fastest of six round trips within the region, and a flush.")
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
      .source(Source::Grade::Judgement, "A week: long enough to notice a mistake.");
}

void lowerAurora(const AuroraParams& params, plan::Lowering& lowering) {
  const plan::Index writer = lowering.addPool(relational::serverPool(params, Count(1)));
  const bool hasReaders = params.readers > Count(0);
  const plan::Index readers =
      hasReaders ? lowering.addPool(relational::serverPool(params, params.readers), "readers") : writer;
  relational::addReadOperations(params, readers, lowering);
  const plan::Body write = [&](plan::ProgramBuilder& program) {
    program.work(params.onThisServer(params.writeTime)).wait(params.commitTime);
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
all are taken, and does what it does at a *SQL primary*. A commit waits until four of six copies have it; no standby is needed.

**Modelled.** Cores and connections of the writer and of every reader, commits to the shared volume, servers, storage and I/O in the bill.

**Not modelled.** Reads that are some 20 ms behind the writer. A reader that takes the writer's place (30 s in the real cluster): a killed writer stays dead until it is
restored. Copies in other regions, capacity that scales by itself.)",
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
        traits.isReplicated = true;
        traits.isManaged = true;
        traits.hasHealthCheck = true;
        traits.hasBackups = true;
        traits.instances = static_cast<int>(1 + params.readers.value());
        traits.mtbf = 8760_h;  // one failure a year and server: judgement
        traits.mttr = Duration::seconds(
            params.readers > Count(0) ? 30 : 600);  // another takes over, or is made: judgement
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
