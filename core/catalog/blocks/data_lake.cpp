#include <algorithm>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct LakeParams {
  Bytes raw = 50_TB;
  Choice format{"parquet"};
  Ratio compression = ratio(0.25);
  Bytes scan = 1_GB;
  Bandwidth readRate = bytesPerSecond(10e9);
  Bandwidth readerRate = bytesPerSecond(1e9);
  Bytes object = 128_MB;
  Law firstByte = Law::lognormal(60_ms, 1.0);
  Law putTime = Law::lognormal(200_ms, 0.8);
  Ratio writeShare = ratio(0.5);
  bool queriedByProvider = false;

  Bytes stored() const { return raw * compression.raw(); }
  double objectsPerScan() const { return std::max(1.0, scan.raw() / object.raw()); }
};

Schema<LakeParams> lakeSchema() {
  return Schema<LakeParams>()
      .field("raw", &LakeParams::raw)
      .label("Raw data")
      .group("Size")
      .range(1_GB, Bytes::fromRaw(1e18))
      .logarithmic()
      .help("Bytes before compression, all copies of refinement together.")
      .source(Source::Grade::Judgement, "A hundred days of 500 GB.")
      .field("format", &LakeParams::format)
      .label("Format")
      .group("Behaviour")
      .choices({"parquet", "iceberg", "json", "csv"})
      .choiceLabels({{"json", "JSON"}, {"csv", "CSV"}})
      .help("Of the files. Goes into the export; what it saves is in Compression and Bytes per scan.")
      .source(Source::Grade::Judgement, "Columns that many programs read.")
      .field("compression", &LakeParams::compression)
      .label("Compression")
      .group("Size")
      .range(0.01, 1)
      .help("Bytes stored over bytes of raw data.")
      .source(Source::Grade::Judgement, "Columns of events compress to a quarter.")
      .field("scan", &LakeParams::scan)
      .label("Bytes per scan")
      .group("Behaviour")
      .range(1_KB, Bytes::fromRaw(1e14))
      .logarithmic()
      .help("What one reader reads, after partitions and columns have left the rest out.")
      .source(Source::Grade::Judgement, "An hour of one kind of event.")
      .field("read_rate", &LakeParams::readRate)
      .label("Read rate of all")
      .group("Size")
      .range(bytesPerSecond(1e6), bytesPerSecond(1e13))
      .logarithmic()
      .help("What all readers together get; they share it evenly.")
      .source(Source::Grade::Judgement, "A few prefixes with some hundred reads a second each.")
      .field("reader_rate", &LakeParams::readerRate)
      .label("Read rate of one")
      .group("Size")
      .range(bytesPerSecond(1e6), bytesPerSecond(1e12))
      .logarithmic()
      .help("What one reader takes in at most: its network card.")
      .source(Source::Grade::Judgement, "10 Gb/s with some loss.")
      .field("object", &LakeParams::object)
      .label("Size of files")
      .group("Size")
      .range(1_KB, 10_GB)
      .logarithmic()
      .help("Of the files that are read. Small files are many requests.")
      .source(
          Source::Grade::Known,
          "Apache Parquet documentation: files of 512 MB to 1 GB; writers by the minute make smaller ones; "
          "https://parquet.apache.org/docs/")
      .field("first_byte", &LakeParams::firstByte)
      .label("First byte")
      .group("Behaviour")
      .range(0_ms, 60_s)
      .help("Until a file begins to arrive, and of a small read.")
      .source(Source::Grade::Read,
              "AWS white paper, Best practices design patterns: optimizing Amazon S3 performance, as for "
              "object storage")
      .field("put_time", &LakeParams::putTime)
      .label("Write of a file")
      .group("Behaviour")
      .range(0_ms, 10_min)
      .help("Time of storing one file in several zones.")
      .source(Source::Grade::Judgement, "Some ten megabytes.")
      .field("write_share", &LakeParams::writeShare)
      .label("Writes among requests")
      .group("Cost")
      .range(0, 1)
      .help("For the bill, where a write costs twelve times a read of a file.")
      .source(Source::Grade::Judgement, "What is written is read about once.")
      .field("queried_by_provider", &LakeParams::queriedByProvider)
      .label("Queried as a service")
      .group("Cost")
      .help("Scans are queries of the provider's engine, billed by the bytes they read.")
      .source(Source::Grade::Judgement, "Readers are jobs of your own.");
}

void lowerLake(const LakeParams& params, plan::Lowering& lowering) {
  plan::Pool service;
  // A reader alone gets its own rate, as one server of speed 1; more readers than that share what all can
  // have.
  service.servers =
      static_cast<std::uint32_t>(std::max(1.0, params.readRate.raw() / params.readerRate.raw()));
  service.order = plan::ServiceOrder::Sharing;
  const plan::Index pool = lowering.addPool(service);
  const double rateOfOne = std::min(params.readRate.raw(), params.readerRate.raw());
  const Law transfer = Law::constant(Duration::seconds(params.scan.raw() / rateOfOne));
  const auto add = [&](std::initializer_list<const char*> names, const plan::Body& body) {
    for (const char* name : names) {
      lowering.addOperation(name, pool, body);
    }
  };
  add({"", "scan", "read"},
      [&](plan::ProgramBuilder& program) { program.wait(params.firstByte).work(transfer); });
  add({"get"}, [&](plan::ProgramBuilder& program) { program.wait(params.firstByte); });
  add({"put", "write"}, [&](plan::ProgramBuilder& program) { program.wait(params.putTime); });
}

}  // namespace

BlockType data_lake() {
  return makeBlock<LakeParams>(
      {.key = "data_lake",
       .label = "Data lake",
       .category = Category::Analytics,
       .purpose = "All raw and refined data as files in open formats, for any program to read.",
       .documentation =
           R"(**What happens to a request.** A `scan` (the default, also `read`) waits for the first byte, then transfers its bytes: alone at the rate of one reader, and
when there are more readers than the rate of all has room for, they share it evenly. `get` is a small read; `put` (also `write`) stores one file.

**Modelled.** Bandwidth as a resource that readers share, compression and formats as bytes, requests by the size of files, storage in the bill.

**Not modelled.** Limits for each prefix (5,500 reads a second), catalogues and their locks, many small files that are merged later. Query engines: their
processors are blocks of their own.)",
       .vendorNames = {"S3", "Lake Formation", "BigLake", "ADLS", "HDFS", "Iceberg", "Delta Lake", "Athena"},
       .operations = {"scan", "get", "put", "read", "write"},
       .makesCalls = false},
      lakeSchema(), lowerLake,
      [](const LakeParams& params, const Load& load) {
        const double scans = 1 - params.writeShare.raw();
        std::vector<Usage> usage{
            hosted::kept("s3-standard", params.stored()),
            hosted::perRequest("s3-get", load, scans * params.objectsPerScan(),
                               "files read by scans at the mean rate"),
            hosted::perRequest("s3-put", load, params.writeShare.raw(), "files written at the mean rate")};
        if (params.queriedByProvider) {
          usage.push_back({Usage::Kind::ProcessedGb, "lake-scan",
                           hosted::monthly(load) * scans * hosted::gigabytes(params.scan), "ondemand",
                           "bytes read by queries at the mean rate"});
        }
        return usage;
      },
      [](const LakeParams& params) {
        Deployable deployable{.kind = Deployable::Kind::ObjectStore,
                              .image = "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z"};
        deployable.ports = {9000};
        deployable.command = {"server", "/data"};
        deployable.volumes = {"/data"};
        deployable.healthCheck = {"mc", "ready", "local"};
        deployable.settings["versioning"] = "true";
        deployable.settings["format"] = params.format.value;
        return deployable;
      },
      [](const LakeParams&) {
        Traits traits =
            hosted::traits(87600_h, 10_min);  // one outage in ten years: judgement, against an SLA of 99.9 %
        traits.holdsData = true;
        traits.hasBackups = true;  // versions are kept
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
