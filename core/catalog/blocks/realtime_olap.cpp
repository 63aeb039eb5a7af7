#include <algorithm>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/nodes.h"
#include "core/catalog/sharding.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct OlapParams : nodes::NodeParams {
  OlapParams() {
    instances = Count(4);
    instanceType = Choice{"r7g.2xlarge"};
    concurrency = Count(100);
    queueLimit = Count(100);
    storage = 1_TB;
  }
  double rowsScanned = 20e6;
  Rate rowsPerCore = perSecond(50e6);
  double variation = 1;
  Law mergeTime = Law::lognormal(2_ms, 0.6);
  Law insertTime = Law::lognormal(20_ms, 0.6);
  Count copies{2};

  /// A query uses all cores of a node one after the other for its share of the rows: what it takes of them.
  Law scanTime() const {
    const double rows = rowsScanned / static_cast<double>(shardsThereAre());
    return onThisServer(Law::lognormal(Duration::seconds(rows / rowsPerCore.raw()), variation));
  }
  std::int64_t copiesThereAre() const { return std::min(copies.value(), instances.value()); }
  std::int64_t shardsThereAre() const {
    return std::max<std::int64_t>(1, instances.value() / copiesThereAre());
  }
};

Schema<OlapParams> olapSchema() {
  Schema<OlapParams> schema;
  nodes::addNodeFields(schema, "Two shards of two copies.",
                       "Memory-optimised with eight cores: columns are scanned in memory.",
                       "A few months of compressed events.");
  tier::addAdmissionFields(
      schema, Source::Grade::Judgement,
      "ClickHouse has no limit of its own by default; a hundred keep a scan from taking minutes.",
      "As many again: a scan each.");
  return schema.field("rows_scanned", &OlapParams::rowsScanned)
      .label("Rows per query")
      .group("Behaviour")
      .range(1, 1e12)
      .logarithmic()
      .help("Rows that a query scans after partitions and indexes have left the rest out.")
      .source(Source::Grade::Judgement, "A day of events of one customer.")
      .field("rows_per_core", &OlapParams::rowsPerCore)
      .label("Scan speed of a core")
      .group("Behaviour")
      .range(perSecond(1e5), perSecond(1e10))
      .logarithmic()
      .help("Rows a second that one core scans and aggregates, on Graviton3.")
      .source(Source::Grade::Judgement, "A few columns, compressed: 50 million.")
      .field("variation", &OlapParams::variation)
      .label("Variation")
      .group("Behaviour")
      .range(0, 5)
      .help("Standard deviation of the time of a scan over its mean.")
      .source(Source::Grade::Judgement, "Questions differ.")
      .field("merge_time", &OlapParams::mergeTime)
      .label("Merging")
      .group("Behaviour")
      .range(1_us, 10_s)
      .logarithmic()
      .help("Processor time of the node that took the query.")
      .source(Source::Grade::Judgement, "A few thousand groups.")
      .field("insert_time", &OlapParams::insertTime)
      .label("Insert of a batch")
      .group("Behaviour")
      .range(10_us, 60_s)
      .logarithmic()
      .help("Processor time of one insert call, at each copy. Insert thousands of rows at a time.")
      .source(Source::Grade::Judgement, "Ten thousand rows sorted, compressed and written.")
      .field("copies", &OlapParams::copies)
      .label("Copies")
      .group("Reliability")
      .range(1, 5)
      .help("Nodes that have each row. Nodes / copies are the shards, which share the rows of a query.")
      .source(Source::Grade::Judgement, "One may fail.");
}

void lowerOlap(const OlapParams& params, plan::Lowering& lowering) {
  const plan::Index pool = nodes::addNodes(params, lowering);
  plan::Link turn;
  turn.balancing = Balancing::RoundRobin;
  // Parts take no seat at the node, or queries could wait for each other's parts for ever: they sit in a pool
  // of their own.
  const plan::Index cores =
      lowering.addPool(hosted::machines(params.instances, params.instanceClass().vcpu), "scan");
  const plan::OutLink scan = lowering.addPart(
      "scan-shard", cores, turn, [&](plan::ProgramBuilder& program) { program.work(params.scanTime()); });
  const plan::OutLink insert = lowering.addPart(
      "insert-copy", cores, turn,
      [&](plan::ProgramBuilder& program) { program.work(params.onThisServer(params.insertTime)); });
  const auto add = [&](std::string_view name, const plan::OutLink& part, std::int64_t times) {
    lowering.addOperation(name, pool, [&, times](plan::ProgramBuilder& program) {
      program.work(params.onThisServer(params.mergeTime))
          .draw(CountLaw::fixed(static_cast<std::uint32_t>(times)))
          .fanOut(part, {});
    });
  };
  add("", scan, params.shardsThereAre());
  add("query", scan, params.shardsThereAre());
  add("read", scan, params.shardsThereAre());
  add("insert", insert, params.copiesThereAre());
  add("write", insert, params.copiesThereAre());
}

}  // namespace

BlockType realtime_olap() {
  return makeBlock<OlapParams>(
      {.key = "realtime_olap",
       .label = "Real-time OLAP",
       .category = Category::Analytics,
       .purpose = "Columns of fresh events that are scanned and grouped in less than a second.",
       .documentation =
           R"(**What happens to a request.** The incoming link picks a node, where the query is admitted, or waits or is refused. The node parses and merges on a
processor. A `query` (the default, also `read`) is scanned at one copy of every shard at once, rows / shards each, and waits for the slowest. An `insert`
(also `write`) is worked on at every copy of one shard.

**Modelled.** Rows as processor time, more nodes as less of it for each, the slowest shard, copies, admission, nodes and volumes in the bill.

**Not modelled.** A scan runs on one core of its node here; real ones split it over several, which is faster while the node is idle and the same when it is
busy. Scans and merging have processors of their own each: the utilisation of the pool *scan* is the one to watch. Merging of parts, memory, joins.)",
       .vendorNames = {"ClickHouse", "Druid", "Pinot", "StarRocks", "BigQuery BI Engine",
                       "Azure Data Explorer"},
       .operations = {"query", "insert", "read", "write"},
       .makesCalls = false},
      olapSchema(), lowerOlap,
      [](const OlapParams& params, const Load&) { return nodes::usageOfNodes(params); },
      [](const OlapParams& params) {
        Deployable deployable = nodes::deployNodes(
            params, "clickhouse:26.3", 8123, {"wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8123/ping"},
            "/var/lib/clickhouse");
        deployable.settings["scheme"] = "http";
        return deployable;
      },
      [](const OlapParams& params) { return nodes::traitsOfNodes(params, params.copies.value()); });
}

}  // namespace cantilever::catalog::blocks
