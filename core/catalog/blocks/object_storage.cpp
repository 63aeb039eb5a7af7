#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct ObjectStorageParams {
  Law getTime = Law::lognormal(60_ms, 1.0);
  Law putTime = Law::lognormal(90_ms, 0.8);
  bool versioning = true;
  Bytes storage = 10_TB;
  Ratio putShare = ratio(0.1);
};

Schema<ObjectStorageParams> objectStorageSchema() {
  return Schema<ObjectStorageParams>()
      .field("get_time", &ObjectStorageParams::getTime)
      .label("GET")
      .group("Behaviour")
      .range(0_ms, 60_s)
      .help("Time to the first byte of a small object, within the region.")
      .source(Source::Grade::Read,
              "AWS white paper \"Best practices design patterns: optimizing Amazon S3 performance\", "
              "timeouts and "
              "retries (2026-11-27): of requests below 512 KB the median is often some tens of milliseconds; "
              "https://docs.aws.amazon.com/whitepapers/latest/s3-optimizing-performance-best-practices/")
      .field("put_time", &ObjectStorageParams::putTime)
      .label("PUT")
      .group("Behaviour")
      .range(0_ms, 60_s)
      .help("Time to store a small object in several zones.")
      .source(Source::Grade::Judgement, "Half as long again as a GET.")
      .field("versioning", &ObjectStorageParams::versioning)
      .label("Versions kept")
      .group("Reliability")
      .help("Keeps what was overwritten or deleted, so that a mistake can be undone.")
      .source(Source::Grade::Judgement, "The only backup that object storage has of itself.")
      .field("storage", &ObjectStorageParams::storage)
      .label("Stored")
      .group("Cost")
      .range(0_B, Bytes::fromRaw(1e18))
      .logarithmic()
      .help("Bytes that are kept, old versions included.")
      .source(Source::Grade::Judgement, "20 million objects of 500 KB.")
      .field("put_share", &ObjectStorageParams::putShare)
      .label("PUTs among requests")
      .group("Cost")
      .range(0, 1)
      .help("For the bill, where a PUT costs twelve times a GET.")
      .source(Source::Grade::Judgement, "Ten reads for each write.");
}

void lowerObjectStorage(const ObjectStorageParams& params, plan::Lowering& lowering) {
  plan::Pool service;
  service.servers = 0;  // the service spreads over more machines as load grows
  const plan::Index pool = lowering.addPool(service);
  const plan::Body get = [&](plan::ProgramBuilder& program) { program.wait(params.getTime).end(); };
  const plan::Body put = [&](plan::ProgramBuilder& program) { program.wait(params.putTime).end(); };
  lowering.addOperation("", pool, get);
  lowering.addOperation("get", pool, get);
  lowering.addOperation("read", pool, get);
  lowering.addOperation("put", pool, put);
  lowering.addOperation("write", pool, put);
}

std::vector<Usage> usageOfObjectStorage(const ObjectStorageParams& params, const Load& load) {
  const double requests = load.requests.raw() * kSecondsPerMonth;
  return {
      {Usage::Kind::StorageGbMonths, "s3-standard", params.storage.raw() / 1e9, "ondemand",
       format(params.storage)},
      {Usage::Kind::Requests, "s3-get", requests * (1 - params.putShare.raw()), "ondemand",
       "reads at the mean rate"},
      {Usage::Kind::Requests, "s3-put", requests * params.putShare.raw(), "ondemand",
       "writes at the mean rate"},
  };
}

Deployable deployObjectStorage(const ObjectStorageParams& params) {
  Deployable deployable;
  deployable.kind = Deployable::Kind::ObjectStore;
  deployable.image = "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z";
  deployable.ports = {9000};
  deployable.command = {"server", "/data"};
  deployable.volumes = {"/data"};
  deployable.healthCheck = {"mc", "ready", "local"};
  deployable.settings["versioning"] = params.versioning ? "true" : "false";
  return deployable;
}

Traits traitsOfObjectStorage(const ObjectStorageParams& params) {
  Traits traits;
  traits.holdsData = true;
  traits.isManaged = true;
  traits.isReplicated = true;
  traits.scalesAutomatically = true;
  traits.hasHealthCheck = true;
  traits.hasBackups = params.versioning;
  traits.mtbf = 87600_h;  // one outage in ten years: judgement, against an SLA of 99.9 %
  traits.mttr = 10_min;
  return traits;
}

}  // namespace

BlockType object_storage() {
  BlockType type;
  type.key = "object_storage";
  type.label = "Object storage";
  type.category = Category::Data;
  type.purpose = "Durable files of any size: media, the origin of static content, backups.";
  type.documentation =
      R"(**What happens to a request.** `get` (the default, also `read`) and `put` (also `write`) take a random time to the first byte. Nothing
queues: the service is far larger than one customer.

**Modelled.** Latency, stored bytes and requests in the bill.

**Not modelled.** The transfer of large objects (about 12 ms per MB on one connection), limits per prefix (5,500 GET/s and 3,500 PUT/s
each: spread hot objects over prefixes), throttling, other storage classes, copies in another region. Traffic to the internet is not
billed here: put a CDN in front.)";
  type.vendorNames = {"S3", "Cloud Storage", "Blob Storage", "MinIO", "Ceph"};
  type.operations = {"get", "put", "read", "write"};
  type.makesCalls = false;
  return makeBlock<ObjectStorageParams>(std::move(type), objectStorageSchema(), &lowerObjectStorage,
                                        &usageOfObjectStorage, &deployObjectStorage, &traitsOfObjectStorage);
}

}  // namespace cantilever::catalog::blocks
