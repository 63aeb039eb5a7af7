#include <algorithm>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/nodes.h"
#include "core/catalog/sharding.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct TimeSeriesParams : nodes::NodeParams {
  TimeSeriesParams() {
    instanceType = Choice{"r7g.xlarge"};
    concurrency = Count(256);
    queueLimit = Count(1000);
  }
  Count pointsPerWrite{1000};
  Law pointTime = Law::lognormal(6_us, 0.6);
  Law queryTime = Law::lognormal(60_ms, 1.2);
  Count series{500'000};
  Bytes memoryPerSeries = bytes(1500);
  Rate pointsPerSecond = perSecond(100'000);
  Bytes bytesPerPoint = 3_B;
  Duration retention = Duration::hours(24 * 30);
  Count copies{1};

  Bytes memoryThereIs() const {
    return bytes(static_cast<double>(instances.value()) * instanceClass().memory_gib * 1024 * 1024 * 1024);
  }
  Bytes dataKept() const {
    return bytes(pointsPerSecond.raw() * retention.inSeconds() * bytesPerPoint.raw() *
                 static_cast<double>(copies.value()));
  }
};

Schema<TimeSeriesParams> timeSeriesSchema() {
  Schema<TimeSeriesParams> schema;
  nodes::addNodeFields(schema, "Two, so that half is left when one fails.",
                       "Memory-optimised: the newest points and the index are in memory.",
                       "A month of 50,000 points a second, with room.");
  tier::addAdmissionFields(schema, Source::Grade::Judgement,
                           "Writes and queries that a node works on at once.",
                           "A second of queries, or less of writes.");
  return schema.field("points_per_write", &TimeSeriesParams::pointsPerWrite)
      .label("Points per write")
      .group("Behaviour")
      .range(1, 100'000)
      .logarithmic()
      .help("Points that one write call brings.")
      .source(Source::Grade::Judgement, "Agents collect and send batches.")
      .field("point_time", &TimeSeriesParams::pointTime)
      .label("Write of a point")
      .group("Behaviour")
      .range(10_ns, 10_ms)
      .logarithmic()
      .help("Processor time of one point, on a Graviton3 core. Its variation is that of whole writes.")
      .source(
          Source::Grade::Read,
          "F. Coelho, Data Loading Performance of Postgres and TimescaleDB (2019, "
          "https://blog.coelho.net/data-loading-performance-of-postgres-and-timescaledb/): 225,000 rows of "
          "five values a second on the four processors of a c5.xlarge, 3.6 us a value when a table is loaded "
          "in bulk. Of writes of a thousand it is more, by our judgement: 150,000 a second and core.")
      .field("query_time", &TimeSeriesParams::queryTime)
      .label("Query")
      .group("Behaviour")
      .range(10_us, 10_min)
      .logarithmic()
      .help("Processor time of a query over a window, at each node that has some of it.")
      .source(Source::Grade::Judgement, "A graph of a day for a few dozen series.")
      .field("series", &TimeSeriesParams::series)
      .label("Series")
      .group("Size")
      .range(1, 1e10)
      .logarithmic()
      .help("Different combinations of labels that are written to. Each takes memory at all times.")
      .source(Source::Grade::Judgement, "A thousand servers with five hundred each.")
      .field("memory_per_series", &TimeSeriesParams::memoryPerSeries)
      .label("Memory per series")
      .group("Size")
      .range(100_B, 100_KB)
      .logarithmic()
      .help("Index and newest points.")
      .source(Source::Grade::Judgement, "1 to 3 KB, whatever the product.")
      .field("points_per_second", &TimeSeriesParams::pointsPerSecond)
      .label("Points kept per second")
      .group("Size")
      .range(perSecond(0), perSecond(1e9))
      .help("For the size of what is kept.")
      .source(Source::Grade::Judgement, "Half a million series every five seconds.")
      .field("bytes_per_point", &TimeSeriesParams::bytesPerPoint)
      .label("Bytes per point")
      .group("Size")
      .range(1_B, 1_KB)
      .logarithmic()
      .help("On disk, compressed.")
      .source(Source::Grade::Known,
              "Pelkonen et al., Gorilla, VLDB 2015: 1.37 bytes per point in memory; on disk with indexes "
              "about twice that")
      .field("retention", &TimeSeriesParams::retention)
      .label("Retention")
      .group("Size")
      .range(1_h, Duration::hours(24 * 3650))
      .help("How long points are kept.")
      .source(Source::Grade::Judgement, "A month in full; longer only as averages.")
      .field("copies", &TimeSeriesParams::copies)
      .label("Copies")
      .group("Reliability")
      .range(1, 3)
      .help("Nodes that have each point: writes are done at all of them.")
      .source(Source::Grade::Judgement, "One, as most are run.");
}

void lowerTimeSeries(const TimeSeriesParams& params, plan::Lowering& lowering) {
  const plan::Index pool = nodes::addNodes(params, lowering);
  const Law writeTime =
      params.onThisServer(params.pointTime.scaled(static_cast<double>(params.pointsPerWrite.value())));
  plan::Link turn;
  turn.balancing = Balancing::RoundRobin;
  const plan::OutLink copy = lowering.addPart(
      "write-at", pool, turn, [&](plan::ProgramBuilder& program) { program.work(writeTime); });
  const plan::OutLink everywhere = atEveryShard(
      "query-at", pool, lowering,
      [&](plan::ProgramBuilder& program) { program.work(params.onThisServer(params.queryTime)); });
  const plan::Body write = [&](plan::ProgramBuilder& program) {
    const std::int64_t copies = std::min(params.copies.value(), params.instances.value());
    program.draw(CountLaw::fixed(static_cast<std::uint32_t>(copies))).fanOut(copy, {});
  };
  const plan::Body query = [&](plan::ProgramBuilder& program) { program.use(everywhere); };
  lowering.addOperation("", plan::kNone, query);
  lowering.addOperation("query", plan::kNone, query);
  lowering.addOperation("read", plan::kNone, query);
  lowering.addOperation("write", plan::kNone, write);
  const Bytes memory = bytes(static_cast<double>(params.series.value()) * params.memoryPerSeries.raw());
  if (memory > params.memoryThereIs()) {
    lowering.warn("memory.too_small",
                  "Its series need " + format(memory) + " of memory, and its nodes have " +
                      format(params.memoryThereIs()) + ": take more or larger nodes, or fewer labels.",
                  "series");
  }
  const Bytes room = params.storage * static_cast<double>(params.instances.value());
  if (params.dataKept() > room) {
    lowering.warn("storage.too_small",
                  "What it keeps comes to " + format(params.dataKept()) + ", and its volumes hold " +
                      format(room) + ".",
                  "storage");
  }
}

}  // namespace

BlockType timeseries_db() {
  return makeBlock<TimeSeriesParams>(
      {.key = "timeseries_db",
       .label = "Time-series database",
       .category = Category::Data,
       .purpose = "Points with a time, appended at high rates and read as windows.",
       .documentation =
           R"(**What happens to a request.** `write` brings a batch of points, which is worked on at as many nodes as there are copies, and is answered when all have it.
`query` (the default, also `read`) is worked on at every node at once, as each has some of the series, and waits for the slowest. Either is admitted at a
node, or waits or is refused.

**Series are what hurts.** Each combination of labels takes memory at all times. If they do not fit into the nodes, or the points kept not onto the volumes,
a remark says so.

**Modelled.** Processors of every node, batches, the slowest node in a query, copies, nodes and volumes in the bill.

**Not modelled.** Averaging into coarser steps, points that come late, longer windows as longer queries (state the query time).)",
       .vendorNames = {"InfluxDB", "TimescaleDB", "VictoriaMetrics", "Timestream", "Bigtable",
                       "Azure Data Explorer", "QuestDB"},
       .operations = {"query", "write", "read"},
       .makesCalls = false},
      timeSeriesSchema(), lowerTimeSeries,
      [](const TimeSeriesParams& params, const Load&) { return nodes::usageOfNodes(params); },
      [](const TimeSeriesParams& params) {
        return nodes::deployNodes(params, "influxdb:2.8", 8086, {"influx", "ping"}, "/var/lib/influxdb2");
      },
      [](const TimeSeriesParams& params) { return nodes::traitsOfNodes(params, params.copies.value()); });
}

}  // namespace cantilever::catalog::blocks
