#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/consumption.h"
#include "core/catalog/hosted.h"
#include "core/catalog/sharding.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

constexpr double kRecordsOfShard = 1000;
constexpr double kKilobytesOfShard = 1000;

struct StreamParams : consumption::ConsumerParams {
  StreamParams() {
    batch = Count(100);
    rebalancePause = 10_s;
    sessionTimeout = 10_s;
    commitInterval = 1_s;
  }
  Count shards{10};
  Bytes recordSize = 1_KB;
  Law putTime = Law::lognormal(20_ms, 0.8);
  bool isDedicated = false;
  Law sharedDelay = Law::lognormal(200_ms, 0.5);
  Law dedicatedDelay = Law::lognormal(70_ms, 0.4);
  Count consumers{2};
  Duration retention = 24_h;

  std::uint32_t kilobytes() const {
    return static_cast<std::uint32_t>(std::clamp(std::ceil(recordSize.raw() / 1000), 1.0, kKilobytesOfShard));
  }
};

constexpr const char* kKinesisGuide =
    "Amazon Kinesis Data Streams developer guide (2023-06-15): 1 MB and 1,000 records a second into each "
    "shard; readers see a record after "
    "200 ms, with enhanced fan-out 70 ms";

Schema<StreamParams> streamSchema() {
  Schema<StreamParams> schema;
  schema.field("shards", &StreamParams::shards)
      .label("Shards")
      .group("Size")
      .range(1, 10'000)
      .logarithmic()
      .help("Each takes in 1 MB and 1,000 records a second, and is read in order.")
      .source(Source::Grade::Read, kKinesisGuide)
      .field("record_size", &StreamParams::recordSize)
      .label("Record size")
      .group("Behaviour")
      .range(1_B, 1_MB)
      .logarithmic()
      .help("Mean bytes of a record. Each 25 KB are billed as a unit.")
      .source(Source::Grade::Judgement, "A JSON event with a dozen fields.")
      .field("put_time", &StreamParams::putTime)
      .label("Put")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("Until a record is stored in three zones.")
      .source(Source::Grade::Judgement, "Tens of milliseconds.")
      .field("dedicated", &StreamParams::isDedicated)
      .label("Enhanced fan-out")
      .group("Behaviour")
      .help("Each consumer has a pipe of its own to every shard: sooner, and billed.")
      .source(Source::Grade::Judgement, "Off: two consumers share well.")
      .field("shared_delay", &StreamParams::sharedDelay)
      .label("Until it is read, shared")
      .group("Behaviour")
      .range(0_ms, 60_s)
      .help("From the answer to the producer until consumers get a record, when they share a shard's reads.")
      .source(Source::Grade::Read, kKinesisGuide)
      .field("dedicated_delay", &StreamParams::dedicatedDelay)
      .label("Until it is read, dedicated")
      .group("Behaviour")
      .range(0_ms, 60_s)
      .help("The same with enhanced fan-out.")
      .source(Source::Grade::Read, kKinesisGuide)
      .field("consumers", &StreamParams::consumers)
      .label("Consumers")
      .group("Cost")
      .range(0, 20)
      .help("Applications that read the stream, for the bill of enhanced fan-out.")
      .source(Source::Grade::Judgement, "One that reacts and one that stores.")
      .field("retention", &StreamParams::retention)
      .label("Retention")
      .group("Size")
      .range(24_h, Duration::hours(8760))
      .help("How long records are kept, read or not.")
      .source(Source::Grade::Known,
              "Amazon Kinesis Data Streams developer guide: 24 hours by default; "
              "https://docs.aws.amazon.com/streams/");
  return consumption::addConsumerFields(schema)
      .sourceOf("batch", Source::Grade::Known,
                "AWS Lambda developer guide: batches of 100 records of a stream by default; "
                "https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html")
      .sourceOf("rebalance_pause", Source::Grade::Judgement,
                "Leases of shards are taken over in rounds of some ten seconds.")
      .sourceOf("session_timeout", Source::Grade::Known,
                "Kinesis Client Library: failoverTimeMillis is 10,000 by default; "
                "https://docs.aws.amazon.com/streams/latest/dev/kcl-configuration.html")
      .sourceOf("commit_interval", Source::Grade::Judgement,
                "Consumers write a checkpoint when they see fit: here each second.");
}

void lowerStream(const StreamParams& params, plan::Lowering& lowering) {
  plan::Log records;
  records.partitions = static_cast<std::uint32_t>(params.shards.value());
  records.retention = params.retention;
  const plan::Index log = lowering.addLog(records);
  consumption::addGroups(params, {}, log, lowering);
  const plan::Index front = lowering.addPool(hosted::boundless());
  const plan::Index shards = lowering.addPool(hosted::machines(params.shards, 0), "shards");
  const auto limit = [&](double rate, const char* role) {
    return lowering.addTokens(hosted::throttle(perSecond(rate), rate, plan::TokenScope::Instance), role);
  };
  const plan::Index perRecord = limit(kRecordsOfShard, "records");
  const plan::Index perKilobyte = limit(kKilobytesOfShard, "kilobytes");
  const AtShard admit("admit", Shards{shards, params.shards}, lowering, [&](plan::ProgramBuilder& program) {
    program.take(perRecord).take(perKilobyte, params.kilobytes()).wait(params.putTime);
  });
  const plan::OutLink pass = lowering.addPart(
      "pass", plan::kNone, {},
      [&](plan::ProgramBuilder& program) {
        program.wait(params.isDedicated ? params.dedicatedDelay : params.sharedDelay).publish(log);
      },
      LinkMode::Send);
  for (const char* name : {"", "put", "write"}) {
    lowering.addOperation(name, front, [&](plan::ProgramBuilder& program) {
      admit.use(program);
      program.use(pass);
    });
  }
}

std::vector<Usage> usageOfStream(const StreamParams& params, const Load& load) {
  const auto shards = static_cast<double>(params.shards.value());
  const auto consumers = static_cast<double>(params.consumers.value());
  std::vector<Usage> usage{hosted::allMonth(Usage::Kind::CapacityUnitHours, "stream-shard", shards,
                                            format(params.shards) + " shards"),
                           hosted::perRequest("stream-put", load, std::ceil(params.recordSize.raw() / 25'000),
                                              "records at the mean rate, by 25 KB")};
  if (params.retention > 24_h) {
    usage.push_back(hosted::allMonth(Usage::Kind::CapacityUnitHours, "stream-extended-retention", shards,
                                     format(params.shards) + " shards"));
  }
  if (params.isDedicated) {
    usage.push_back(
        hosted::allMonth(Usage::Kind::CapacityUnitHours, "stream-fan-out-shard", shards * consumers,
                         format(params.shards) + " shards x " + format(params.consumers) + " consumers"));
    usage.push_back({Usage::Kind::ProcessedGb, "stream-fan-out",
                     hosted::monthly(load) * hosted::gigabytes(params.recordSize) * consumers, "ondemand",
                     "read by " + format(params.consumers) + " consumers at the mean rate"});
  }
  return usage;
}

}  // namespace

BlockType kinesis_stream() {
  return makeBlock<StreamParams>(
      {.key = "kinesis_stream",
       .label = "Kinesis stream",
       .category = Category::Messaging,
       .purpose = "A managed log of records in shards, each with a fixed share of what may come in.",
       .documentation =
           R"(**What happens to a record.** `put` (the default, also `write`): the hash of its key decides the shard (any, for request classes without keys). There it takes
one of 1,000 records and its kilobytes of 1,000 a second, or is refused with *rate limited*. The producer has its answer when it is stored; after the delay
consumers get it.

**Who reads it.** Each link that leaves the stream is an application, which gets every record of its request classes. The instances of the block behind own whole
shards. See the primitive *Log*, delivery *partitions*, for batches, failures, commits and rebalancing; a link of role *fallback* takes dead letters.

**Hot shards.** Give the request classes a key space: a popular key fills its shard while the others idle.

**Modelled.** Limits into each shard, delays, consumers with lag, shards and units in the bill.

**Not modelled.** Limits out of a shard (2 MB and five reads a second, shared by all consumers without enhanced fan-out). Splitting shards. Retention beyond a week is
billed as the first week's.)",
       .vendorNames = {"Kinesis Data Streams", "Pub/Sub Lite", "Event Hubs"},
       .operations = {"put", "write"}},
      streamSchema(), lowerStream, usageOfStream,
      [](const StreamParams& params) {
        Deployable deployable{.kind = Deployable::Kind::Stream, .image = "localstack/localstack:3.8"};
        deployable.ports = {4566};
        deployable.environment["SERVICES"] = "kinesis";
        deployable.healthCheck = {"curl", "-fs", "http://127.0.0.1:4566/_localstack/health"};
        deployable.settings["scheme"] = "http";
        deployable.settings["shards"] = format(params.shards);
        deployable.settings["retention_hours"] = formatNumber(params.retention.inHours());
        return deployable;
      },
      [](const StreamParams& params) {
        Traits traits =
            hosted::traits(87600_h, 5_min);  // one outage in ten years: judgement, against an SLA of 99.9 %
        traits.holdsData = true;
        traits.isQueue = true;
        traits.scalesAutomatically = false;
        traits.instances = static_cast<int>(params.shards.value());
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
