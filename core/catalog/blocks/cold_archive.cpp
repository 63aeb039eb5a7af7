#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

/// Amazon S3 storage classes: time until an object can be read (user guide: milliseconds; 3 to 5 hours; 12
/// hours, by standard retrieval).
struct ArchiveClass {
  std::string_view key;
  const char* storage;
  const char* retrieval;
  const char* put;
  double restore_s;
  const char* deployed;
};
constexpr std::array kArchiveClasses = std::to_array<ArchiveClass>(
    {{"flexible", "s3-glacier", "s3-glacier-retrieval", "s3-glacier-put", 4 * 3600.0, "GLACIER"},
     {"infrequent", "s3-standard-ia", "s3-standard-ia-retrieval", "s3-standard-ia-put", 0.06, "STANDARD_IA"},
     {"instant", "s3-glacier-instant", "s3-glacier-instant-retrieval", "s3-glacier-put", 0.1, "GLACIER_IR"},
     {"deep", "s3-deep-archive", "s3-deep-archive-retrieval", "s3-deep-archive-put", 12 * 3600.0,
      "DEEP_ARCHIVE"}});

struct ArchiveParams {
  Choice storageClass{"flexible"};
  Bytes storage = 50_TB;
  Ratio retrieved = ratio(0.005);
  Law putTime = Law::lognormal(90_ms, 0.8);
  double restoreFactor = 1;
  Count archiveAfterDays{90};
  Ratio putShare = ratio(0.99);

  const ArchiveClass& kind() const {
    const auto at = std::find_if(kArchiveClasses.begin(), kArchiveClasses.end(),
                                 [&](const ArchiveClass& each) { return each.key == storageClass.value; });
    return at == kArchiveClasses.end() ? kArchiveClasses.front() : *at;
  }
};

Schema<ArchiveParams> archiveSchema() {
  return Schema<ArchiveParams>()
      .field("storage_class", &ArchiveParams::storageClass)
      .label("Class")
      .group("Size")
      .choices({"flexible", "infrequent", "instant", "deep"})
      .choiceLabels({{"infrequent", "Infrequent access"}, {"deep", "Deep archive"}})
      .help(
          "What a gigabyte costs, and how long reading takes: infrequent 60 ms, instant 100 ms, flexible 4 "
          "h, deep 12 h.")
      .source(Source::Grade::Known,
              "Amazon S3 user guide: archive retrieval options; https://docs.aws.amazon.com/AmazonS3/")
      .field("storage", &ArchiveParams::storage)
      .label("Stored")
      .group("Cost")
      .range(0_B, Bytes::fromRaw(1e18))
      .help("Bytes that are kept.")
      .source(Source::Grade::Judgement, "Several years of what nobody reads.")
      .field("retrieved", &ArchiveParams::retrieved)
      .label("Read back in a month")
      .group("Cost")
      .range(0, 10)
      .help("Share of what is stored.")
      .source(Source::Grade::Judgement, "An audit now and then.")
      .field("put_time", &ArchiveParams::putTime)
      .label("Put")
      .group("Behaviour")
      .range(0_ms, 10_min)
      .help("Time of storing an object.")
      .source(Source::Grade::Judgement, "As of object storage.")
      .field("restore_factor", &ArchiveParams::restoreFactor)
      .label("Restore time")
      .group("Behaviour")
      .range(0.01, 10)
      .logarithmic()
      .help(
          "Of the class's usual time: expedited retrieval takes a fiftieth of it, bulk three times as long.")
      .source(Source::Grade::Judgement, "The standard retrieval.")
      .field("archive_after", &ArchiveParams::archiveAfterDays)
      .label("Archived after days")
      .group("Reliability")
      .range(1, 3650)
      .logarithmic()
      .help("When a rule moves objects here. Goes into the export.")
      .source(Source::Grade::Judgement, "A quarter later hardly anything is read.")
      .field("put_share", &ArchiveParams::putShare)
      .label("Writes among requests")
      .group("Cost")
      .range(0, 1)
      .help("For the bill of requests.")
      .source(Source::Grade::Judgement, "Hardly anything is read.");
}

}  // namespace

BlockType cold_archive() {
  return makeBlock<ArchiveParams>(
      {.key = "cold_archive",
       .label = "Cold archive",
       .category = Category::Data,
       .purpose = "Data that is kept because it must be, at a sixth of the price and hours away.",
       .documentation =
           R"(**What happens to a request.** `put` (the default, also `write`) stores an object. `restore` (also `get` and `read`) waits until it can be read: by class 60 ms to
12 hours, times the restore factor, a fifth more or less. Nothing queues.

A request that waits for hours shows as unfinished in a run of minutes: that is the point of the class.

**Modelled.** Price against time: storage, requests and what is read back, by class.

**Not modelled.** The least time that is billed (30 to 180 days), the least size, copies that are kept readable after a restore.)",
       .vendorNames = {"S3 Glacier", "Glacier Deep Archive", "Archive Storage", "Azure Archive", "Tape"},
       .operations = {"put", "restore", "get", "read", "write"},
       .makesCalls = false},
      archiveSchema(),
      [](const ArchiveParams& params, plan::Lowering& lowering) {
        const plan::Index pool = lowering.addPool(hosted::boundless());
        const Law restore =
            Law::uniform(Duration::seconds(params.kind().restore_s * params.restoreFactor), 0.2);
        for (const char* name : {"", "put", "write"}) {
          lowering.addOperation(name, pool,
                                [&](plan::ProgramBuilder& program) { program.wait(params.putTime); });
        }
        for (const char* name : {"restore", "get", "read"}) {
          lowering.addOperation(name, pool, [&](plan::ProgramBuilder& program) { program.wait(restore); });
        }
      },
      [](const ArchiveParams& params, const Load& load) {
        const ArchiveClass& kind = params.kind();
        return std::vector<Usage>{
            hosted::kept(kind.storage, params.storage),
            {Usage::Kind::ProcessedGb, kind.retrieval,
             hosted::gigabytes(params.storage) * params.retrieved.raw(), "ondemand", "read back in a month"},
            hosted::perRequest(kind.put, load, params.putShare.raw(), "writes at the mean rate")};
      },
      [](const ArchiveParams& params) {
        Deployable deployable{.kind = Deployable::Kind::ObjectStore,
                              .image = "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z"};
        deployable.ports = {9000};
        deployable.command = {"server", "/data"};
        deployable.volumes = {"/data"};
        deployable.healthCheck = {"mc", "ready", "local"};
        deployable.settings["versioning"] = "true";
        deployable.settings["archive"] = params.kind().deployed;
        deployable.settings["archive_after_days"] = format(params.archiveAfterDays);
        return deployable;
      },
      [](const ArchiveParams&) {
        Traits traits = hosted::traits(87600_h, 1_h);  // one outage in ten years: judgement
        traits.holdsData = true;
        traits.hasBackups = true;  // versions are kept
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
