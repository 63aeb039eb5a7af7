#include <array>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/consumption.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

/// What a broker takes in, replication included, with room to spare. 33 MB/s on each of 15 kafka.m5.large was
/// possible with a p99 of 758 ms (AutoMQ, kafka-provider-comparison), so half of that is planned with; the
/// larger ones by their network and disks, m7g by 15 % more: judgement.
struct BrokerSize {
  std::string_view key;
  double ingress_mb_per_s;
};
constexpr std::array kBrokerSizes = std::to_array<BrokerSize>({
    {"kafka.m5.large", 15},
    {"kafka.m5.xlarge", 30},
    {"kafka.m5.2xlarge", 60},
    {"kafka.m5.4xlarge", 110},
    {"kafka.m7g.large", 17},
    {"kafka.m7g.xlarge", 34},
    {"kafka.m7g.2xlarge", 68},
});

struct KafkaParams : consumption::ConsumerParams {
  Count brokers{3};
  Choice instanceType{"kafka.m5.large"};
  Bytes recordSize = 1_KB;
  Choice acks{"all"};
  Law replicationTime = Law::lognormal(6_ms, 0.8);
  Count replicationFactor{3};
  Count partitions{48};
  bool producersBatch = false;
  Count producerBatch{100};
  Duration producerLinger = 5_ms;
  Law requestTime = Law::constant(Duration());
  Duration retention = 72_h;
  Bytes storage = 1_TB;
  Count consumerGroups{1};
  Ratio crossZoneShare = ratio(2.0 / 3.0);

  /// Time that a broker is busy with one record: its bytes at the broker's planned intake.
  Law recordTime() const {
    double ingress = kBrokerSizes.front().ingress_mb_per_s;
    for (const BrokerSize& size : kBrokerSizes) {
      ingress = size.key == instanceType.value ? size.ingress_mb_per_s : ingress;
    }
    return Law::constant(Duration::seconds(recordSize.raw() / (ingress * 1e6)));
  }
};

std::vector<Choice> brokerChoices() {
  std::vector<Choice> choices;
  for (const BrokerSize& size : kBrokerSizes) {
    choices.push_back(Choice{std::string(size.key)});
  }
  return choices;
}

Schema<KafkaParams> kafkaSchema() {
  Schema<KafkaParams> schema;
  schema.field("brokers", &KafkaParams::brokers)
      .label("Brokers")
      .group("Size")
      .range(1, 500)
      .logarithmic()
      .help(
          "Servers that share the partitions. Three is the least that survives the loss of one with "
          "acknowledged writes.")
      .source(Source::Grade::Judgement, "One in each of three zones.")
      .field("instance_type", &KafkaParams::instanceType)
      .label("Instance type")
      .group("Size")
      .choices(brokerChoices())
      .help(
          "Sets what a broker takes in (15 MB/s for kafka.m5.large, in proportion for larger ones) and its "
          "price.")
      .source(Source::Grade::Read,
              "AutoMQ kafka-provider-comparison, msk.md: 33 MB/s on a kafka.m5.large worked with a p99 of "
              "758 ms, so half of it is planned with")
      .field("record_size", &KafkaParams::recordSize)
      .label("Record size")
      .group("Behaviour")
      .range(10_B, 10_MB)
      .logarithmic()
      .help(
          "Mean bytes of a record as it is stored, after compression. A broker is busy with it for that many "
          "bytes of its intake.")
      .source(Source::Grade::Judgement, "A JSON event with a dozen fields.")
      .field("acks", &KafkaParams::acks)
      .label("Acknowledged when")
      .group("Behaviour")
      .choices({"all", "leader", "none"})
      .choiceLabels({{"all", "All in-sync copies"}, {"leader", "The leader"}})
      .help("Records are acknowledged once all in-sync copies have them, once the leader has, or at once.")
      .source(Source::Grade::Known, "Apache Kafka documentation: acks defaults to all since 3.0")
      .field("replication_time", &KafkaParams::replicationTime)
      .label("Replication time")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("How long the other copies take; producers wait for it when records are acknowledged by all.")
      .source(Source::Grade::Judgement,
              "Three zones; LinkedIn measured 2 ms at the median and 14 ms at p99.9 in one network.")
      .field("replication_factor", &KafkaParams::replicationFactor)
      .label("Copies")
      .group("Reliability")
      .range(1, 5)
      .help("Brokers that have each record. Two and more survive the loss of a broker.")
      .source(Source::Grade::Read,
              "Amazon MSK developer guide, default configuration: default.replication.factor is 3 in three "
              "zones; "
              "https://docs.aws.amazon.com/msk/")
      .field("partitions", &KafkaParams::partitions)
      .label("Partitions")
      .group("Size")
      .range(1, 200000)
      .logarithmic()
      .help(
          "Of the topic: at most that many records of a group are worked on at once. Goes into the exports.")
      .source(Source::Grade::Judgement, "Divides evenly by 2, 3, 4, 6, 8 and 12 consumers.")
      .field("producers_batch", &KafkaParams::producersBatch)
      .label("Producers batch")
      .group("Behaviour")
      .help(
          "Records of a producing instance go to the brokers together, as one request for which each of them "
          "waits. "
          "Otherwise every record goes by itself.")
      .source(Source::Grade::Judgement, "The planned intake of a broker has the usual batches in it.")
      .field("producer_batch", &KafkaParams::producerBatch)
      .label("Producers' batch")
      .group("Behaviour")
      .range(2, plan::Batching::kMost)
      .logarithmic()
      .help("Of producers that batch: at most so many records in a request.")
      .source(Source::Grade::Judgement,
              "A hundred records of a few hundred bytes: about the 16 KB that batch.size is by default.")
      .field("producer_linger", &KafkaParams::producerLinger)
      .label("Producers' linger")
      .group("Behaviour")
      .range(Duration(), 1_h)
      .help(
          "Of producers that batch: how long the first record waits for others; 0: what comes at the same "
          "instant.")
      .source(Source::Grade::Known,
              "Apache Kafka documentation: linger.ms of producers is 5 since version 4; "
              "https://kafka.apache.org/documentation/#producerconfigs")
      .field("request_time", &KafkaParams::requestTime)
      .label("Time per request")
      .group("Behaviour")
      .range(Duration(), 1_s)
      .help("What a broker takes for each request beside the bytes of its records: what batches save.")
      .source(Source::Grade::Judgement, "Part of the planned intake.")
      .field("retention", &KafkaParams::retention)
      .label("Retention")
      .group("Size")
      .range(1_h, Duration::hours(8760))
      .help("How long records are kept, read or not: older ones are not there for slow consumers either.")
      .source(Source::Grade::Judgement, "A weekend, to repair a consumer.")
      .field("storage", &KafkaParams::storage)
      .label("Storage per broker")
      .group("Size")
      .range(10_GB, 16_TB)
      .logarithmic()
      .help("Size of each broker's volume; it must hold copies x rate x record size x retention.")
      .source(Source::Grade::Judgement, "Three days of 4 MB/s per broker.")
      .field("consumer_groups", &KafkaParams::consumerGroups)
      .label("Consumer groups")
      .group("Cost")
      .range(0, 200)
      .help("How often each record is read. Counts in the bill of traffic between zones.")
      .source(Source::Grade::Judgement, "One application reads the log.")
      .field("cross_zone_share", &KafkaParams::crossZoneShare)
      .label("Traffic between zones")
      .group("Cost")
      .range(0, 1)
      .help(
          "Share of the clients' traffic that crosses zones and is billed at both ends. Reading from the "
          "nearest copy lowers it.")
      .source(Source::Grade::Judgement, "Clients and leaders spread evenly over three zones.");
  consumption::addConsumerFields(schema);
  return schema;
}

/// What a broker does with a request, for each of the records in it.
void handle(const KafkaParams& params, plan::ProgramBuilder& broker) {
  if (!params.requestTime.isZero()) {
    broker.work(params.requestTime);
  }
  params.producersBatch ? broker.workPerTarget(params.recordTime()) : broker.work(params.recordTime());
}

void lowerKafka(const KafkaParams& params, plan::Lowering& lowering) {
  plan::Pool brokers;
  brokers.instances = static_cast<std::uint32_t>(params.brokers.value());
  const plan::Index pool = lowering.addPool(brokers);
  plan::Log topic;
  topic.partitions = static_cast<std::uint32_t>(params.partitions.value());
  topic.retention = params.retention;
  const plan::Index log = lowering.addLog(topic);
  consumption::addGroups(params, {}, log, lowering);
  plan::Index batching = plan::kNone;
  if (params.producersBatch) {
    const plan::OutLink request =
        lowering.addPart("request", pool, {}, [&](plan::ProgramBuilder& broker) { handle(params, broker); });
    batching = lowering.addBatching(request, static_cast<std::uint32_t>(params.producerBatch.value()),
                                    params.producerLinger);
  }
  // Records that wait for each other go on by themselves behind their request. Consumers see one once all
  // copies have it.
  const plan::Body produce = [&](plan::ProgramBuilder& program) {
    if (params.acks.value == "none") {
      program.reply();
    }
    if (params.producersBatch) {
      program.batch(batching);
    } else {
      handle(params, program);
    }
    if (params.acks.value == "leader") {
      program.reply();
    }
    program.wait(params.replicationTime).publish(log).end();
  };
  const plan::Index at = params.producersBatch ? plan::kNone : pool;
  lowering.addOperation("", at, produce);
  lowering.addOperation("produce", at, produce);
}

std::vector<Usage> usageOfKafka(const KafkaParams& params, const Load& load) {
  const auto brokers = static_cast<double>(params.brokers.value());
  const double produced = load.requests.raw() * params.recordSize.raw() * kSecondsPerMonth / 1e9;
  const auto passes = static_cast<double>(1 + params.consumerGroups.value());
  return {
      {Usage::Kind::InstanceHours, params.instanceType.value, brokers * kHoursPerMonth, "ondemand",
       format(params.brokers) + " brokers x 730 h"},
      {Usage::Kind::StorageGbMonths, "msk", brokers * params.storage.raw() / 1e9, "ondemand",
       format(params.brokers) + " brokers x " + format(params.storage)},
      {Usage::Kind::EgressGb, "inter-az", produced * passes * params.crossZoneShare.raw(), "ondemand",
       "written once and read by " + format(params.consumerGroups) + " groups, at the mean rate"},
  };
}

Deployable deployKafka(const KafkaParams& params) {
  Deployable deployable;
  deployable.kind = Deployable::Kind::EventLog;
  deployable.image = "apache/kafka:3.9.0";
  deployable.instances = static_cast<int>(params.brokers.value());
  deployable.instanceClass = params.instanceType.value;
  deployable.ports = {9092};
  deployable.healthCheck = {"/opt/kafka/bin/kafka-broker-api-versions.sh", "--bootstrap-server",
                            "localhost:9092"};
  deployable.settings["engine"] = "kafka";
  deployable.settings["version"] = "3.9.x";  // as Amazon MSK names it
  deployable.settings["partitions"] = format(params.partitions);
  deployable.settings["replication"] = format(params.replicationFactor);
  deployable.settings["retention_hours"] = formatNumber(params.retention.inHours());
  deployable.settings["storage_gb"] = formatNumber(params.storage.raw() / 1e9);
  return deployable;
}

Traits traitsOfKafka(const KafkaParams& params) {
  Traits traits;
  traits.holdsData = true;
  traits.isQueue = true;
  traits.isManaged = true;
  traits.hasHealthCheck = true;
  traits.isReplicated = params.replicationFactor.value() >= 2;
  traits.instances = static_cast<int>(params.brokers.value());
  traits.mtbf = 8760_h;  // one failure a year and broker: judgement
  traits.mttr = 5_min;
  return traits;
}

}  // namespace

BlockType kafka_cluster() {
  BlockType type;
  type.key = "kafka_cluster";
  type.label = "Kafka cluster";
  type.category = Category::Messaging;
  type.purpose = "A replicated log of events between those who write them and those who process them.";
  type.documentation =
      R"(**What happens to a record.** The incoming link picks a broker. The record queues for the broker's intake and is taken in at its planned
bytes per second. The producer gets its acknowledgement once all copies have the record, once the leader has it, or at once. When all copies
have it, it is in the topic, in the partition that the hash of its key says (any, for request classes without keys).

**Who reads it.** Each link that leaves the cluster is a consumer group, which gets every record of its request classes. Connect the block
that processes them; its instances are the group's consumers. Each owns whole partitions, works on one batch of a partition at a
time, and on no more batches than it has threads. So at most as many records are worked on at once as there are partitions:
with fewer than the consumers have threads, some stand idle and the group falls behind. See the primitive *Log*, delivery *partitions*,
for the rules of batches, failures, commits and rebalancing; a link of role *fallback* takes dead letters.

**Results.** Lag of each group in messages and in time, end-to-end latency, what was delivered twice, what was lost to retention.

**Modelled.** A limit in bytes on each broker: utilisation is the share of the planned intake, and beyond it records queue and
acknowledgements are late. Acknowledgement, brokers, storage and traffic between zones in the bill.

**Not modelled.** Reading costs the brokers nothing. A killed broker's partitions move to the others at once, and nothing is lost with it.
A separate limit on records per second does not exist.)";
  type.vendorNames = {"MSK", "Apache Kafka", "Redpanda", "Event Hubs", "Managed Service for Apache Kafka"};
  type.operations = {"produce"};
  return makeBlock<KafkaParams>(std::move(type), kafkaSchema(), &lowerKafka, &usageOfKafka, &deployKafka,
                                &traitsOfKafka);
}

}  // namespace cantilever::catalog::blocks
