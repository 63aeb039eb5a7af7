#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/key_value.h"
#include "core/catalog/sharding.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct TimelineParams : key_value::NodeParams {
  TimelineParams() {
    shards = Count(100);
    replicasPerShard = Count(2);
    instanceType = Choice{"cache.r6g.2xlarge"};
  }
  Count entries{800};
  Bytes entrySize = 20_B;
  double overhead = 1.5;
  Count users{12'000'000};
  Law pushTime = Law::lognormal(15_us, 0.2);
  Law readBase = Law::lognormal(10_us, 0.2);
  Law readEntry = Law::constant(200_ns);
  Count page{100};
  Count depth{100};

  Bytes memoryNeeded() const {
    return bytes(static_cast<double>(users.value()) * static_cast<double>(entries.value()) * entrySize.raw() *
                 overhead);
  }
  /// A page is never longer than the list.
  std::int64_t entriesRead() const { return std::min(page.value(), entries.value()); }
  /// Share of the look-ups that find what they want: the reader goes back no further than the list, and the
  /// timeline is one of those that memory has room for. How far readers go back is exponential.
  Ratio found() const {
    const double within =
        1 - std::exp(-static_cast<double>(entries.value()) / static_cast<double>(depth.value()));
    return ratio(within * std::min(1.0, memoryForData().raw() / memoryNeeded().raw()));
  }
};

constexpr const char* kTwitterTimelines =
    "R. Krikorian, Timelines at Scale (QCon San Francisco 2012; High Scalability): lists of 800 entries of "
    "20 bytes, three copies";

Schema<TimelineParams> timelineSchema() {
  Schema<TimelineParams> schema;
  key_value::addNodeFields(schema, "Memory for the users below.",
                           "Memory is what timelines need: 52 GiB each.");
  return schema.sourceOf("replicas_per_shard", Source::Grade::Read, kTwitterTimelines)
      .field("entries", &TimelineParams::entries)
      .label("Entries kept")
      .group("Size")
      .range(10, 100'000)
      .logarithmic()
      .help(
          "Of each timeline; a push beyond it drops the oldest (LPUSH, LTRIM). Bounds memory, and how far "
          "back one can read.")
      .source(Source::Grade::Read, kTwitterTimelines)
      .field("entry_size", &TimelineParams::entrySize)
      .label("Entry")
      .group("Size")
      .range(8_B, 10_KB)
      .logarithmic()
      .help("Bytes of an entry: who and which post, not the post itself.")
      .source(Source::Grade::Read, kTwitterTimelines)
      .field("overhead", &TimelineParams::overhead)
      .label("Overhead of lists")
      .group("Size")
      .range(1, 20)
      .help("Memory over the bytes of the entries.")
      .source(Source::Grade::Judgement, "Lists of small entries are packed by the node.")
      .field("users", &TimelineParams::users)
      .label("Timelines")
      .group("Size")
      .range(1, 1e10)
      .logarithmic()
      .help("Kept in memory: users who were active of late; others are built anew when they come back.")
      .source(Source::Grade::Judgement,
              "Twelve million active users. They take a fifteenth of the memory of 100 shards of the default "
              "node, "
              "whose number follows from pushes.")
      .field("push_time", &TimelineParams::pushTime)
      .label("Push")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Time of one push and trim on the shard's thread (a cache.r6g core), for each receiver.")
      .source(Source::Grade::Judgement,
              "In a pipeline, so less than two commands one by one: 66,000 a second.")
      .field("read_base", &TimelineParams::readBase)
      .label("Read")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Time of reading a page on the shard's thread, besides its entries.")
      .source(Source::Grade::Read, key_value::kRedisBenchmark)
      .field("read_entry", &TimelineParams::readEntry)
      .label("Read of an entry")
      .group("Behaviour")
      .range(0_ms, 1_ms)
      .help("Time for each entry of the page.")
      .source(Source::Grade::Judgement,
              "LRANGE of 100 takes three times a GET, as Redis's own benchmark shows.")
      .field("page", &TimelineParams::page)
      .label("Entries per page")
      .group("Behaviour")
      .range(1, 10'000)
      .logarithmic()
      .help("Read at a time (LRANGE 0 99).")
      .source(Source::Grade::Judgement, "A few screens.")
      .field("depth", &TimelineParams::depth)
      .label("Readers go back")
      .group("Behaviour")
      .range(1, 100'000)
      .logarithmic()
      .help(
          "Entries, on average, of an exponential law. A look-up for more than are kept misses, and so does "
          "one for "
          "a timeline that memory has no room for.")
      .source(Source::Grade::Judgement, "Most look at the first page and stop.");
}

void lowerTimeline(const TimelineParams& params, plan::Lowering& lowering) {
  const Shards shards = key_value::addShards(params, lowering);
  const Law entries = params.readEntry.scaled(static_cast<double>(params.entriesRead()));
  const AtShard read("read-at", shards, lowering, [&](plan::ProgramBuilder& program) {
    program.work(params.onThisNode(params.readBase));
    if (!entries.isZero()) {
      program.work(params.onThisNode(entries));
    }
  });
  const plan::Body page = [&](plan::ProgramBuilder& program) { read.use(program); };
  // Where a push is made from a fan-out, it stands for many receivers and belongs to none of their shards:
  // the link chooses.
  const plan::Body push = [&](plan::ProgramBuilder& program) {
    program.workPerTarget(params.onThisNode(params.pushTime));
  };
  lowering.addOperation("", plan::kNone, page);
  lowering.addOperation("page", plan::kNone, page);
  lowering.addOperation("read", plan::kNone, page);
  lowering.addOperation("push", shards.pool, push);
  lowering.addOperation("write", shards.pool, push);
  key_value::warnIfTooLarge(params, params.memoryNeeded(), "Its timelines", lowering);
}

}  // namespace

BlockType timeline_cache() {
  BlockType type{.key = "timeline_cache",
                 .label = "Timeline cache",
                 .category = Category::Cache,
                 .purpose = "A list for each user of what their friends posted, ready before they look."};
  type.documentation =
      R"(**What happens to a request.** `page` (the default, also `read`) reads the newest entries of one user's list. `push` (also `write`) puts an entry in front and
drops the oldest beyond the cap; from a fan-out, a call stands for many receivers, each of which takes the time of a push at the shard that the link's
balancing chooses.

**The cap.** No timeline has more than 800 entries of 20 bytes. That bounds memory, and how far back one can read: over a link of role *look-up*, a reader who wants more than is kept misses, and the
caller uses its *on-miss* links (the store of posts). The same goes for timelines that do not fit into the memory of the shards; a remark says so, too.

**Modelled.** Single-threaded shards on which pushes and reads compete, keys of the readers, pages, the cap, memory, nodes and copies in the bill.

**Not modelled.** Pushes to the copies. How long each single list is: once an account has been followed for a while, lists are full. Which timelines are evicted: those of all users alike.)";
  type.documentation += key_value::kNodeDocumentation;
  type.vendorNames = {"Redis lists",           "ElastiCache", "Memorystore",
                      "Azure Cache for Redis", "Haplo",       "Home timeline"};
  type.operations = {"page", "push", "read", "write"};
  type.makesCalls = false;
  return makeBlock<TimelineParams>(
      std::move(type), timelineSchema(), lowerTimeline,
      [](const TimelineParams& params, const Load&) { return key_value::usageOfNodes(params); },
      [](const TimelineParams& params) { return key_value::deployNodes(params, "allkeys-lru"); },
      [](const TimelineParams& params) {
        Traits traits = key_value::traitsOfNodes(params);
        traits.hitRatio = params.found();
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
