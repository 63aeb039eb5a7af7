#include <algorithm>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/nodes.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct WideColumnParams : nodes::NodeParams {
  WideColumnParams() {
    instances = Count(6);
    instanceType = Choice{"i4i.xlarge"};
    storage = 10_GB;
  }
  Count copies{3};
  Choice consistency{"quorum"};
  Law coordinatorTime = Law::lognormal(50_us, 0.5);
  Law writeTime = Law::lognormal(90_us, 1.0);
  Law readTime = Law::lognormal(250_us, 1.5);
  Law hopTime = Law::lognormal(500_us, 0.6);
  Ratio diskShare = ratio(0.2);
  Law diskTime = Law::lognormal(150_us, 1.0);
  Ratio compaction = ratio(0.3);

  std::int64_t copiesThereAre() const { return std::min(copies.value(), instances.value()); }
  std::int64_t answersNeeded() const {
    const std::int64_t all = copiesThereAre();
    return consistency.value == "one" ? 1 : consistency.value == "all" ? all : all / 2 + 1;
  }
  /// With what the same cores do behind the requests.
  Law onThisNode(const Law& cpuTime) const {
    return onThisServer(cpuTime).scaled(1.0 / std::max(0.05, 1 - compaction.raw()));
  }
};

Schema<WideColumnParams> wideColumnSchema() {
  Schema<WideColumnParams> schema;
  nodes::addNodeFields(schema, "Two in each of three zones.", "Local NVMe disks, as write-heavy stores want.",
                       "An i4i.xlarge has 937 GB of its own.");
  return schema.field("copies", &WideColumnParams::copies)
      .label("Copies")
      .group("Reliability")
      .range(1, 7)
      .help("Nodes that have each row (the replication factor).")
      .source(Source::Grade::Judgement, "The usual three.")
      .field("consistency", &WideColumnParams::consistency)
      .label("Consistency")
      .group("Reliability")
      .choices({"one", "quorum", "all"})
      .help("How many copies must answer: one, the majority, or all. Reads at quorum see writes at quorum.")
      .source(Source::Grade::Judgement, "The least with which reads see what was written.")
      .field("coordinator_time", &WideColumnParams::coordinatorTime)
      .label("Coordinator")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Processor time of the node that takes the request, on a Graviton3 core.")
      .source(Source::Grade::Judgement, "Parsing, routing, collecting the answers.")
      .field("write_time", &WideColumnParams::writeTime)
      .label("Write of a copy")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Processor time at each node that has the row.")
      .source(Source::Grade::Read,
              "Netflix, \"Benchmarking Cassandra scalability on AWS\": 11,458 copies written a second on "
              "four vCPUs of 2011; four times "
              "as many today: judgement")
      .field("read_time", &WideColumnParams::readTime)
      .label("Read of a copy")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Processor time at a node that has the row.")
      .source(Source::Grade::Judgement, "Several sorted files are merged: nearly three times a write.")
      .field("hop_time", &WideColumnParams::hopTime)
      .label("Between nodes")
      .group("Behaviour")
      .range(0_ms, 1_s)
      .help("Network time from the coordinator to a copy, one way.")
      .source(Source::Grade::Read,
              "Measured between zones of a region: 0.25 to 3.4 ms there and back; "
              "https://www.xkyle.com/Measuring-AWS-Region-and-AZ-Latency/")
      .field("disk_share", &WideColumnParams::diskShare)
      .label("Reads from disk")
      .group("Behaviour")
      .range(0, 1)
      .help("Share of the reads of a copy that wait for the disk.")
      .source(Source::Grade::Judgement, "The rest is in memory.")
      .field("disk_time", &WideColumnParams::diskTime)
      .label("Disk read")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Time of one read from the disk. Takes no processor.")
      .source(Source::Grade::Known,
              "Latency numbers every programmer should know: 150 us for 4 KB from SSD; "
              "https://github.com/donnemartin/system-design-primer")
      .field("compaction", &WideColumnParams::compaction)
      .label("Compaction")
      .group("Behaviour")
      .range(0, 0.9)
      .help("Share of the processors that merging files takes; requests take that much longer.")
      .source(Source::Grade::Judgement, "Write-heavy tables spend a third of their processors on it.");
}

void lowerWideColumn(const WideColumnParams& params, plan::Lowering& lowering) {
  const plan::Index pool = lowering.addPool(hosted::machines(params.instances, params.instanceClass().vcpu));
  plan::Link way;
  way.balancing = Balancing::RoundRobin;  // the copies of a request are on different nodes
  way.latency = params.hopTime;
  const plan::OutLink write = lowering.addPart("write-copy", pool, way, [&](plan::ProgramBuilder& program) {
    program.work(params.onThisNode(params.writeTime));
  });
  const plan::OutLink read = lowering.addPart("read-copy", pool, way, [&](plan::ProgramBuilder& program) {
    program.branch(params.diskShare.raw(), [&](plan::ProgramBuilder& cold) { cold.wait(params.diskTime); })
        .work(params.onThisNode(params.readTime));
  });
  plan::Fan toCopies;
  toCopies.needed = static_cast<std::uint32_t>(params.answersNeeded());
  const auto add = [&](std::initializer_list<const char*> names, const plan::OutLink& copy,
                       std::int64_t asked) {
    for (const char* name : names) {
      lowering.addOperation(name, pool, [&](plan::ProgramBuilder& program) {
        program.work(params.onThisNode(params.coordinatorTime))
            .draw(CountLaw::fixed(static_cast<std::uint32_t>(asked)))
            .fanOut(copy, toCopies);
      });
    }
  };
  add({"", "read"}, read, params.answersNeeded());
  add({"write"}, write, params.copiesThereAre());
}

}  // namespace

BlockType wide_column_db() {
  return makeBlock<WideColumnParams>(
      {.key = "wide_column_db",
       .label = "Wide-column store",
       .category = Category::Data,
       .purpose = "Rows on many equal nodes without a master: writes scale, and consistency is chosen by the "
                  "request.",
       .documentation =
           R"(**What happens to a request.** The incoming link picks a node, the coordinator, where the request queues for a processor. A `write` goes to all copies
of the row at once, and is answered when as many as the consistency asks for have it; the others finish behind it. A `read` (the default) asks as many
copies as must answer, and waits for the slowest of them.

A node keeps its rows with the same processors with which it coordinates. It has no limit of its own on requests in hand, as a coordinator that
held a slot while it waits for copies, which wait for slots, could stand still for ever.

**Modelled.** Every copy's work, quorums with their slowest needed answer, reads from disk, compaction as slower processors, nodes in the bill.

**Not modelled.** Which nodes have a row: copies go in turn, so no partition is hotter than others, and a dead node's share goes to the others at once,
without hints. Repairs, garbage collection, tombstones, other data centres.)",
       .vendorNames = {"Cassandra", "ScyllaDB", "Keyspaces", "HBase", "Bigtable", "Cosmos DB for Cassandra"},
       .operations = {"read", "write"},
       .makesCalls = false},
      wideColumnSchema(), lowerWideColumn,
      [](const WideColumnParams& params, const Load&) { return nodes::usageOfNodes(params); },
      [](const WideColumnParams& params) {
        Deployable deployable = nodes::deployNodes(params, "cassandra:5.0", 9042,
                                                   {"cqlsh", "-e", "describe cluster"}, "/var/lib/cassandra");
        deployable.settings["scheme"] = "cassandra";
        return deployable;
      },
      [](const WideColumnParams& params) {
        Traits traits = nodes::traitsOfNodes(params, params.copies.value());
        traits.mttr = 20_min;  // a new node streams its data: judgement
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
