#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"
#include "core/catalog/sharding.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

constexpr double kReadUnitsOfPartition = 3000;
constexpr double kWriteUnitsOfPartition = 1000;
constexpr double kBurstSeconds = 300;

struct TableParams {
  Choice capacityMode{"on_demand"};
  Rate readCapacity = perSecond(1000);
  Rate writeCapacity = perSecond(500);
  Count partitions{10};
  Bytes itemSize = 1_KB;
  bool consistentReads = false;
  Law getTime = Law::lognormal(3.5_ms, 0.8);
  Law putTime = Law::lognormal(6_ms, 0.8);
  Law queryTime = Law::lognormal(7_ms, 0.8);
  Count itemsPerQuery{20};
  Bytes storage = 100_GB;
  Ratio writeShare = ratio(0.2);
  bool backups = true;

  /// Half read units: an eventually consistent read of 4 KB takes one, a consistent one two.
  std::uint32_t halvesOfRead(double items) const {
    const double size = itemSize.raw() * items;
    return static_cast<std::uint32_t>(std::max(1.0, std::ceil(size / 4000)) * (consistentReads ? 2 : 1));
  }
  std::uint32_t unitsOfWrite() const {
    return static_cast<std::uint32_t>(std::max(1.0, std::ceil(itemSize.raw() / 1000)));
  }
};

constexpr const char* kDynamo =
    "Amazon DynamoDB developer guide (2023-06-15): 3,000 read and 1,000 write units a second for each "
    "partition";

Schema<TableParams> tableSchema() {
  return Schema<TableParams>()
      .field("capacity_mode", &TableParams::capacityMode)
      .label("Capacity")
      .group("Size")
      .choices({"on_demand", "provisioned"})
      .help(
          "Billed by the request, or by the capacity that is set aside, beyond which requests are throttled.")
      .source(Source::Grade::Known,
              "Amazon DynamoDB developer guide: on-demand is the default and recommended for most workloads; "
              "provisioned pays above 29 % mean use of what is set aside; "
              "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html")
      .field("read_capacity", &TableParams::readCapacity)
      .label("Read units")
      .group("Size")
      .range(perSecond(1), perSecond(1e8))
      .logarithmic()
      .help("Provisioned: consistent reads of 4 KB a second, or twice as many eventually consistent ones.")
      .source(Source::Grade::Judgement, "A round figure to start from.")
      .field("write_capacity", &TableParams::writeCapacity)
      .label("Write units")
      .group("Size")
      .range(perSecond(1), perSecond(1e8))
      .logarithmic()
      .help("Provisioned: writes of 1 KB a second.")
      .source(Source::Grade::Judgement, "Half the reads.")
      .field("partitions", &TableParams::partitions)
      .label("Partitions")
      .group("Size")
      .range(1, 20'000)
      .logarithmic()
      .help(
          "Parts that the keys are spread over: one for each 10 GB, and more where more capacity is needed. "
          "Each has its own limit.")
      .source(Source::Grade::Known,
              "Amazon DynamoDB developer guide: about 10 GB for each partition; "
              "https://docs.aws.amazon.com/amazondynamodb/")
      .field("item_size", &TableParams::itemSize)
      .label("Item size")
      .group("Behaviour")
      .range(10_B, 400_KB)
      .logarithmic()
      .help("Mean bytes of an item: a write takes a unit for each 1 KB, a read for each 4 KB.")
      .source(Source::Grade::Judgement, "A record with a dozen fields.")
      .field("consistent_reads", &TableParams::consistentReads)
      .label("Consistent reads")
      .group("Behaviour")
      .help("Reads see all writes before them, and take twice the units.")
      .source(Source::Grade::Known,
              "Amazon DynamoDB developer guide: eventually consistent by default; "
              "https://docs.aws.amazon.com/amazondynamodb/")
      .field("get_time", &TableParams::getTime)
      .label("Get")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("Latency of reading one item.")
      .source(Source::Grade::Read,
              "As AWS says of the averages of GetItem and PutItem: single-digit milliseconds, the network "
              "not included; "
              "https://repost.aws/knowledge-center/dynamodb-high-latency (2026-11-27).")
      .field("put_time", &TableParams::putTime)
      .label("Put")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("Latency of writing one item, to a majority of three copies.")
      .source(Source::Grade::Read,
              "As AWS says of the averages of GetItem and PutItem: single-digit milliseconds, the network "
              "not included; "
              "https://repost.aws/knowledge-center/dynamodb-high-latency (2026-11-27).")
      .field("query_time", &TableParams::queryTime)
      .label("Query")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("Latency of reading several items of one key.")
      .source(Source::Grade::Judgement, "Twice a get.")
      .field("items_per_query", &TableParams::itemsPerQuery)
      .label("Items per query")
      .group("Behaviour")
      .range(1, 10'000)
      .logarithmic()
      .help("A query takes the read units of all of them together.")
      .source(Source::Grade::Judgement, "A page of a list.")
      .field("storage", &TableParams::storage)
      .label("Stored")
      .group("Cost")
      .range(0_B, Bytes::fromRaw(1e16))
      .help("Bytes that are kept, indexes included.")
      .source(Source::Grade::Judgement, "A hundred million items of 1 KB.")
      .field("write_share", &TableParams::writeShare)
      .label("Writes among requests")
      .group("Cost")
      .range(0, 1)
      .help("For the bill by the request, where a write costs five times a read.")
      .source(Source::Grade::Judgement, "Four reads for each write.")
      .field("backups", &TableParams::backups)
      .label("Continuous backups")
      .group("Reliability")
      .help("Can be restored to any moment of the last 35 days.")
      .source(Source::Grade::Judgement, "A mistake must be possible to undo.");
}

class TableLowering {
 public:
  TableLowering(const TableParams& params, plan::Lowering& lowering)
      : m_params(params),
        m_lowering(lowering),
        m_front(lowering.addPool(hosted::boundless())),
        m_partitions(lowering.addPool(hosted::machines(params.partitions, 0), "partitions")) {
    const auto bucket = [&](double perSecondOfPartition, const char* role) {
      return lowering.addTokens(
          hosted::throttle(perSecond(perSecondOfPartition), perSecondOfPartition, plan::TokenScope::Instance),
          role);
    };
    m_reads = bucket(2 * kReadUnitsOfPartition, "reads-of-partition");
    m_writes = bucket(kWriteUnitsOfPartition, "writes-of-partition");
    if (params.capacityMode.value == "provisioned") {
      m_tableReads = lowering.addTokens(
          hosted::throttle(params.readCapacity * 2, 2 * kBurstSeconds * params.readCapacity.raw()), "reads");
      m_tableWrites = lowering.addTokens(
          hosted::throttle(params.writeCapacity, kBurstSeconds * params.writeCapacity.raw()), "writes");
    }
  }

  void addRead(std::initializer_list<const char*> names, double items, const Law& time) {
    add(names, m_tableReads, m_reads, m_params.halvesOfRead(items), time);
  }
  void addWrite(std::initializer_list<const char*> names, const Law& time) {
    add(names, m_tableWrites, m_writes, m_params.unitsOfWrite(), time);
  }

 private:
  /// The whole table's capacity first, then that of the partition that has the key.
  void add(std::initializer_list<const char*> names, plan::Index table, plan::Index partition,
           std::uint32_t units, const Law& time) {
    // One request never takes more than a partition has in a second.
    const auto most =
        static_cast<std::uint32_t>(partition == m_reads ? 2 * kReadUnitsOfPartition : kWriteUnitsOfPartition);
    const std::uint32_t taken = std::min(units, most);
    const AtShard at(*names.begin() + std::string("-at"), Shards{m_partitions, m_params.partitions},
                     m_lowering,
                     [&](plan::ProgramBuilder& program) { program.take(partition, taken).wait(time); });
    for (const char* name : names) {
      m_lowering.addOperation(name, m_front, [&](plan::ProgramBuilder& program) {
        if (table != plan::kNone) {
          program.take(table, taken);
        }
        at.use(program);
      });
    }
  }

  const TableParams& m_params;
  plan::Lowering& m_lowering;
  plan::Index m_front;
  plan::Index m_partitions;
  plan::Index m_reads = plan::kNone;
  plan::Index m_writes = plan::kNone;
  plan::Index m_tableReads = plan::kNone;
  plan::Index m_tableWrites = plan::kNone;
};

void lowerTable(const TableParams& params, plan::Lowering& lowering) {
  TableLowering table(params, lowering);
  table.addRead({"get", "", "read"}, 1, params.getTime);
  table.addWrite({"put", "write"}, params.putTime);
  table.addRead({"query"}, static_cast<double>(params.itemsPerQuery.value()), params.queryTime);
}

std::vector<Usage> usageOfTable(const TableParams& params, const Load& load) {
  std::vector<Usage> usage{hosted::kept("table", params.storage)};
  if (params.backups) {
    usage.push_back(hosted::kept("table-backup", params.storage));
  }
  if (params.capacityMode.value == "provisioned") {
    usage.push_back(hosted::allMonth(Usage::Kind::CapacityUnitHours, "table-read-capacity",
                                     params.readCapacity.raw(),
                                     formatNumber(params.readCapacity.raw()) + " read units"));
    usage.push_back(hosted::allMonth(Usage::Kind::CapacityUnitHours, "table-write-capacity",
                                     params.writeCapacity.raw(),
                                     formatNumber(params.writeCapacity.raw()) + " write units"));
    return usage;
  }
  const double writes = params.writeShare.raw();
  usage.push_back(hosted::perRequest("table-read", load, (1 - writes) * params.halvesOfRead(1) / 2,
                                     "read units of single items"));
  usage.push_back(hosted::perRequest("table-write", load, writes * params.unitsOfWrite(), "write units"));
  return usage;
}

Deployable deployTable(const TableParams& params) {
  Deployable deployable{.kind = Deployable::Kind::Table, .image = "amazon/dynamodb-local:2.5.2"};
  deployable.ports = {8000};
  deployable.healthCheck = {"bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8000"};
  const bool isProvisioned = params.capacityMode.value == "provisioned";
  deployable.settings["scheme"] = "http";
  deployable.settings["read_capacity"] = isProvisioned ? formatNumber(params.readCapacity.raw()) : "0";
  deployable.settings["write_capacity"] = isProvisioned ? formatNumber(params.writeCapacity.raw()) : "0";
  deployable.settings["backups"] = params.backups ? "true" : "false";
  return deployable;
}

}  // namespace

BlockType kv_nosql() {
  return makeBlock<TableParams>(
      {.key = "kv_nosql",
       .label = "Key-value table",
       .category = Category::Data,
       .purpose = "A managed table of items by key, in single-digit milliseconds at any scale, if keys are "
                  "spread well.",
       .documentation =
           R"(**What happens to a request.** Provisioned, it takes units of the table's capacity, whose bucket holds what was not used in the last 300 s.
Then the hash of its key decides the partition (requests of a class without keys go to any), and it takes units of that partition's bucket: 3,000 read
units and 1,000 write units a second. Without a unit it fails with *rate limited*. With them it takes its latency; nothing queues.

- `get` (the default, also `read`): one item; `query`: several of one key; `put`, also `write`.

**Hot keys.** Give the request classes a key space: what is popular fills the bucket of its partition long before the table is used up. That is what
throttles such tables in practice.

**Modelled.** Both levels of throttling, units by the size of items, the latency, requests or capacity, storage and backups in the bill.

**Not modelled.** A partition that splits under load (set more partitions), autoscaling of provisioned capacity, copies in other regions, caches before it,
transactions and indexes, which take further units. The bill counts single items.)",
       .vendorNames = {"DynamoDB", "Firestore", "Bigtable", "Cosmos DB", "ScyllaDB Alternator"},
       .operations = {"get", "put", "query", "read", "write"},
       .makesCalls = false},
      tableSchema(), lowerTable, usageOfTable, deployTable, [](const TableParams& params) {
        Traits traits =
            hosted::traits(87600_h, 5_min);  // one outage in ten years: judgement, against an SLA of 99.99 %
        traits.holdsData = true;
        traits.hasBackups = params.backups;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
