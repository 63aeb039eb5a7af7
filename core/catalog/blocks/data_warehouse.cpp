#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

/// Amazon Redshift RA3 nodes: reading bandwidth of the node pages (0.65 GB/s and 2 GB/s known, 8 GB/s;
/// ra3.large half of xlplus: judgement).
struct WarehouseNode {
  std::string_view key;
  double scan_gb_per_s;
};
constexpr std::array kWarehouseNodes = std::to_array<WarehouseNode>(
    {{"ra3.large", 0.325}, {"ra3.xlplus", 0.65}, {"ra3.4xlarge", 2}, {"ra3.16xlarge", 8}});

std::vector<Choice> warehouseChoices() {
  std::vector<Choice> choices;
  for (const WarehouseNode& node : kWarehouseNodes) {
    choices.push_back(Choice{std::string(node.key)});
  }
  return choices;
}

struct WarehouseParams {
  Count nodes{2};
  Choice instanceType{"ra3.xlplus"};
  Count slots{10};
  Count queueLimit{100};
  Bytes scan = 5_GB;
  double variation = 1.2;
  Law planTime = Law::lognormal(200_ms, 0.6);
  Ratio cachedShare = ratio(0.3);
  Law cachedTime = Law::lognormal(80_ms, 0.5);
  Bytes load = 100_MB;
  Bytes storage = 5_TB;
  Count backupDays{7};

  double scanRate() const {
    const auto at = std::find_if(kWarehouseNodes.begin(), kWarehouseNodes.end(),
                                 [&](const WarehouseNode& node) { return node.key == instanceType.value; });
    return (at == kWarehouseNodes.end() ? kWarehouseNodes[1] : *at).scan_gb_per_s * 1e9 *
           static_cast<double>(nodes.value());
  }
  /// All nodes work on every query: alone it has the whole cluster.
  Law scanTime() const { return Law::lognormal(Duration::seconds(scan.raw() / scanRate()), variation); }
  /// COPY of files takes in about a thirteenth of what scanning reads: 50 MB/s for each node of 0.65 GB/s.
  Law loadTime() const { return Law::lognormal(Duration::seconds(load.raw() * 13 / scanRate()), 0.5); }
};

Schema<WarehouseParams> warehouseSchema() {
  return Schema<WarehouseParams>()
      .field("nodes", &WarehouseParams::nodes)
      .label("Nodes")
      .group("Size")
      .range(1, 128)
      .logarithmic()
      .help("Servers that every query is spread over.")
      .source(Source::Grade::Judgement, "The smallest cluster that keeps two copies.")
      .field("instance_type", &WarehouseParams::instanceType)
      .label("Node type")
      .group("Size")
      .choices(warehouseChoices())
      .help(
          "Sets what a node reads (0.65 GB/s for ra3.xlplus, 2 for ra3.4xlarge, 8 for ra3.16xlarge) and its "
          "price.")
      .source(Source::Grade::Known, "Amazon Redshift, RA3 nodes; https://aws.amazon.com/redshift/pricing/")
      .field("slots", &WarehouseParams::slots)
      .label("Queries at once")
      .group("Size")
      .range(1, 50)
      .help("More wait. Those at work share the cluster evenly.")
      .source(
          Source::Grade::Known,
          "Amazon Redshift database developer guide: at most 50 slots; https://docs.aws.amazon.com/redshift/")
      .field("queue_limit", &WarehouseParams::queueLimit)
      .label("Queue limit")
      .group("Behaviour")
      .range(0, 10'000)
      .logarithmic()
      .help("Queries that may wait for a slot; one more is refused.")
      .source(Source::Grade::Judgement, "Ten for each slot.")
      .field("scan", &WarehouseParams::scan)
      .label("Bytes per query")
      .group("Behaviour")
      .range(1_KB, Bytes::fromRaw(1e15))
      .logarithmic()
      .help("What a query reads after columns, partitions and compression have left the rest out.")
      .source(Source::Grade::Judgement, "A month of events in five columns.")
      .field("variation", &WarehouseParams::variation)
      .label("Variation")
      .group("Behaviour")
      .range(0, 5)
      .help("Standard deviation of the time of a scan over its mean.")
      .source(Source::Grade::Judgement, "Reports and questions of analysts differ a lot.")
      .field("plan_time", &WarehouseParams::planTime)
      .label("Planning")
      .group("Behaviour")
      .range(0_ms, 60_s)
      .help("Parsing, planning, compiling, besides the scan.")
      .source(Source::Grade::Judgement, "More when a query of a new form is compiled.")
      .field("cached_share", &WarehouseParams::cachedShare)
      .label("From the result cache")
      .group("Behaviour")
      .range(0, 1)
      .help("Share of the queries that have been answered for this state of the data.")
      .source(Source::Grade::Judgement, "Dashboards ask the same again.")
      .field("cached_time", &WarehouseParams::cachedTime)
      .label("Cached answer")
      .group("Behaviour")
      .range(0_ms, 10_s)
      .help("Time of an answer from the result cache.")
      .source(Source::Grade::Judgement, "A round trip through the leader.")
      .field("load", &WarehouseParams::load)
      .label("Bytes per load")
      .group("Behaviour")
      .range(1_KB, Bytes::fromRaw(1e14))
      .logarithmic()
      .help("Of one load of files, compressed. A node takes in 50 MB/s when it reads 0.65 GB/s.")
      .source(Source::Grade::Judgement, "Five minutes of events.")
      .field("storage", &WarehouseParams::storage)
      .label("Stored")
      .group("Cost")
      .range(0_B, Bytes::fromRaw(1e17))
      .help("Bytes that are kept, compressed.")
      .source(Source::Grade::Judgement, "Three years of 5 GB a day.")
      .field("backup_days", &WarehouseParams::backupDays)
      .label("Backups kept")
      .group("Reliability")
      .range(0, 35)
      .help("Days of snapshots; 0: none.")
      .source(Source::Grade::Read,
              "Tenable policy AC_AWS_0422: keeping snapshots for at least seven days is common; a day is the "
              "default of Redshift; https://tenable.com/policies/cloud-security/AC_AWS_0422");
}

void lowerWarehouse(const WarehouseParams& params, plan::Lowering& lowering) {
  plan::Pool cluster = hosted::machines(Count(1), 1);
  cluster.seats = hosted::small(params.slots);
  cluster.queueLimit = hosted::small(params.queueLimit);
  cluster.order = plan::ServiceOrder::Sharing;
  const plan::Index pool = lowering.addPool(cluster);
  const plan::Index leader = lowering.addPool(hosted::boundless(), "leader");
  const plan::OutLink scan = lowering.addPart("scan", pool, {}, [&](plan::ProgramBuilder& program) {
    program.wait(params.planTime).work(params.scanTime());
  });
  const plan::Body query = [&](plan::ProgramBuilder& program) {
    program.branch(
        params.cachedShare.raw(), [&](plan::ProgramBuilder& known) { known.wait(params.cachedTime); },
        [&](plan::ProgramBuilder& asked) { asked.use(scan); });
  };
  lowering.addOperation("", leader, query);
  lowering.addOperation("query", leader, query);
  lowering.addOperation("read", leader, query);
  for (const char* name : {"load", "write"}) {
    lowering.addOperation(name, pool,
                          [&](plan::ProgramBuilder& program) { program.work(params.loadTime()); });
  }
}

}  // namespace

BlockType data_warehouse() {
  return makeBlock<WarehouseParams>(
      {.key = "data_warehouse",
       .label = "Data warehouse",
       .category = Category::Analytics,
       .purpose = "Answers questions over years of data by reading columns on many nodes at once.",
       .documentation =
           R"(**What happens to a request.** A `query` (the default, also `read`) may find its answer in the result cache. Otherwise it takes one of the slots, or waits for
one, or is refused. It is planned, and then scanned by all nodes together: alone it reads at the speed of the whole cluster, and *n* queries at work share it
evenly, each *n* times slower. A `load` (also `write`) takes a slot and its share in the same way.

With the defaults a query of 5 GB takes 3.8 s alone, and the cluster saturates at one in 3.8 s.

**Modelled.** Slots, sharing, nodes as speed, loads that slow queries down, the result cache by chance, nodes and storage in the bill.

**Not modelled.** Queues by kind of query, clusters added for a burst, reading cold data from object storage, joins that move data between nodes.)",
       .vendorNames = {"Redshift", "BigQuery", "Snowflake", "Synapse", "Fabric", "Trino", "Databricks SQL"},
       .operations = {"query", "load", "read", "write"},
       .makesCalls = false},
      warehouseSchema(), lowerWarehouse,
      [](const WarehouseParams& params, const Load&) {
        return std::vector<Usage>{
            hosted::allMonth(Usage::Kind::InstanceHours, params.instanceType.value,
                             static_cast<double>(params.nodes.value()), format(params.nodes) + " nodes"),
            hosted::kept("warehouse", params.storage)};
      },
      [](const WarehouseParams& params) {
        Deployable deployable{.kind = Deployable::Kind::Warehouse, .image = "clickhouse:26.3"};
        deployable.instances = static_cast<int>(params.nodes.value());
        deployable.instanceClass = params.instanceType.value;
        deployable.ports = {8123};
        deployable.volumes = {"/var/lib/clickhouse"};
        deployable.healthCheck = {"wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8123/ping"};
        deployable.settings["backup_days"] = format(params.backupDays);
        return deployable;
      },
      [](const WarehouseParams& params) {
        Traits traits;
        traits.holdsData = true;
        traits.isManaged = true;
        traits.hasHealthCheck = true;
        traits.isReplicated = true;  // its data is in object storage
        traits.hasBackups = params.backupDays.value() > 0;
        traits.mtbf = 8760_h;  // one failure a year: judgement
        traits.mttr = 15_min;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
