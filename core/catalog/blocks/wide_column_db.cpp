#include <algorithm>
#include <string>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/nodes.h"
#include "core/catalog/sharding.h"

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
  Choice rowKeys{"request"};
  Law coordinatorTime = Law::lognormal(50_us, 0.5);
  Law writeTime = Law::lognormal(90_us, 1.0);
  Law readTime = Law::lognormal(250_us, 1.5);
  Law hopTime = Law::lognormal(500_us, 0.6);
  Ratio diskShare = ratio(0.2);
  Law diskTime = Law::lognormal(150_us, 1.0);
  Ratio compaction = ratio(1);
  Count flushAfter{20'000};

  std::int64_t copiesThereAre() const { return std::min(copies.value(), instances.value()); }
  std::int64_t answersNeeded() const {
    const std::int64_t all = copiesThereAre();
    return consistency.value == "one" ? 1 : consistency.value == "all" ? all : all / 2 + 1;
  }
  /// Of what is merged after a flush.
  Law compactionTime() const {
    return Law::constant(onThisServer(writeTime).mean *
                         (compaction.raw() * static_cast<double>(flushAfter.value())));
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
      .source(Source::Grade::Read,
              "Apigee documentation, About the Cassandra replication factor: three by default in production; "
              "https://docs.apigee.com/private-cloud/v4.52.01/"
              "about-cassandra-replication-factor-and-consistency-level")
      .field("consistency", &WideColumnParams::consistency)
      .label("Consistency")
      .group("Reliability")
      .choices({"one", "quorum", "all"})
      .help("How many copies must answer: one, the majority, or all. Reads at quorum see writes at quorum.")
      .source(Source::Grade::Judgement, "The least with which reads see what was written.")
      .field("row_keys", &WideColumnParams::rowKeys)
      .label("Rows are of")
      .group("Behaviour")
      .choices({"request", "others"})
      .choiceLabels({{"request", "What is asked for"}, {"others", "Something else"}})
      .help(
          "Whether a row is of what the request is about, which then decides its nodes, or of something else "
          "that "
          "is spread evenly over all of them.")
      .source(Source::Grade::Judgement, "One thing is asked for, and that is kept.")
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
      .range(0, 20)
      .help(
          "Processor time that merging files takes for each write of a copy, as a share of the write itself. "
          "0: none.")
      .source(Source::Grade::Judgement,
              "With size-tiered compaction a row is merged some four times, each for a quarter of its write.")
      .field("flush_after", &WideColumnParams::flushAfter)
      .label("Writes of a flush")
      .group("Behaviour")
      .range(1, 1e7)
      .logarithmic()
      .help(
          "So many writes of a node, on average, are written to a file together; then what they bring to "
          "merge is "
          "done at a stretch, on one of its cores.")
      .source(Source::Grade::Judgement,
              "A table in memory of some tens of megabytes, with rows of a kilobyte.");
}

/// What a node does with a copy, reached from a coordinator: those that keep the key or, where there are no
/// keys, different nodes in turn.
struct AtCopies {
  plan::OutLink owners;
  plan::OutLink inTurn;

  AtCopies(const char* role, const WideColumnParams& params, plan::Index pool, plan::Lowering& lowering,
           const plan::Body& body) {
    plan::Link way;
    way.latency = params.hopTime;
    way.balancing = Balancing::Owner;
    way.points = pointsOfShards(params.instances.value());
    owners = lowering.addPart(role, pool, way, body);
    way.balancing = Balancing::RoundRobin;
    inTurn = lowering.addPart(std::string(role) + "/any", pool, way, body);
  }
};

void lowerWideColumn(const WideColumnParams& params, plan::Lowering& lowering) {
  const plan::Index pool = lowering.addPool(hosted::machines(params.instances, params.instanceClass().vcpu));
  const AtCopies write("write-copy", params, pool, lowering, [&](plan::ProgramBuilder& program) {
    program.work(params.onThisServer(params.writeTime));
    if (params.compaction > Ratio()) {
      program.branch(1.0 / static_cast<double>(params.flushAfter.value()),
                     [&](plan::ProgramBuilder& flush) { flush.reply().work(params.compactionTime()); });
    }
  });
  const AtCopies read("read-copy", params, pool, lowering, [&](plan::ProgramBuilder& program) {
    program.branch(params.diskShare.raw(), [&](plan::ProgramBuilder& cold) { cold.wait(params.diskTime); })
        .work(params.onThisServer(params.readTime));
  });
  plan::Fan toCopies;
  toCopies.needed = static_cast<std::uint32_t>(params.answersNeeded());
  const plan::Index keyed = lowering.keyedClasses();
  const bool isByRequest = params.rowKeys.value == "request";
  const auto add = [&](const char* name, const AtCopies& copies, std::int64_t asked) {
    const plan::Body askAny = [&](plan::ProgramBuilder& other) { other.fanOut(copies.inTurn, toCopies); };
    const plan::Body askOwners = [&](plan::ProgramBuilder& known) { known.fanOut(copies.owners, toCopies); };
    lowering.addOperation(name, pool, [&](plan::ProgramBuilder& program) {
      program.work(params.onThisServer(params.coordinatorTime))
          .draw(CountLaw::fixed(static_cast<std::uint32_t>(asked)));
      if (isByRequest) {
        program.branchOnClass(keyed, askOwners, askAny);
      } else {
        askAny(program);
      }
    });
  };
  add("", read, params.answersNeeded());
  add("read", read, params.answersNeeded());
  add("write", write, params.copiesThereAre());
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
           R"(**What happens to a request.** The incoming link picks a node, the coordinator, where the request queues for a processor. A `write` goes at once to all nodes that
**keep the key**, as many as there are copies, and is answered when as many as the consistency asks for have it; the others finish behind it. A `read` (the default) asks as many of them
as must answer, and waits for the slowest. Nodes keep keys by their places on a ring. A dead node's copies are nowhere else: a write at quorum outlives one of three, a read that had asked the dead one fails, and
at *all* everything that needs it fails.

A node keeps its rows with the same processors with which it coordinates. It has no limit of its own on requests in hand, as a coordinator that
held a slot while it waits for copies, which wait for slots, could stand still for ever.

**Compaction.** After some thousands of writes a node flushes them, and what that brings to merge keeps one of its cores busy at a stretch: requests there share the others meanwhile, which shows in the tail.

**Modelled.** Every copy's work at the nodes that keep the key, skew of keys, quorums with their slowest needed answer, dead nodes, reads from disk, compaction on the same cores, nodes in the bill.

**Not modelled.** Hints for dead nodes, speculative reads of a further copy (give the incoming link a retry), repairs, garbage collection, tombstones, other data centres. Rows of others than the request is about, and request classes without keys, ask nodes in turn, of those that are up.)",
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
