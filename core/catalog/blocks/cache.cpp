#include "core/catalog/contents.h"
#include "core/catalog/schema.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

constexpr std::int64_t kUnlimitedEntries = 1'000'000'000;

struct CacheParams {
  Count instances{1};
  Count capacity{10'000};
  Choice eviction{"least_recently_used"};
  Duration timeToLive;
  Choice ttlFrom{"fill"};
  bool isSingleFlight = false;
  Ratio warmShare = ratio(0);
  Choice writes{"pass"};
  Duration writeBackAfter;
  Bytes capacityBytes = 0_B;
  Bytes entrySize = 1_KB;
  double entryVariation = 0;
  Law service;
};

constexpr const char* kCacheDocumentation =
    R"(A cache whose contents are simulated: which requests hit follows from the keys they ask for.

Give the request classes a key space (how many things there are, and how unequally they are asked for); without one
all requests are about the same thing. Only request classes marked **cacheable** are looked up.

**Read-through** (link to the cache; the default operation): a hit is answered at once. A miss uses the links that
leave the cache, is put into the cache when their answer is there, and is answered. Requests in between miss too,
unless **single flight** is on: then they wait for the one that fetches, and share its answer or its failure.

**Look-aside** (a link of role *lookup*, operation *lookup*): a miss is answered as a failed call; the caller then uses
its *on_miss* links, puts what it got into the cache by a second call (operation *fill*) and goes on. Nobody waits for
another here: single flight does not apply. Operation *drop* takes the key out.

Requests that are not cacheable pass through. With **writes** = *drop* the key is taken out after the write (write-around
with invalidation), with *refresh* it is put in anew (write-through). With *back* (write-back) the entry is put in, or changed, and the
request is answered at once; the write goes on over the links that leave the cache when the entry makes room for another, is found expired, or leaves with its instance
on scaling in, and at the latest **write back after** the first write since the last time. Writes of an entry that still has one to go on with are absorbed by it. A
kill or a flush loses what has not gone on, which is counted.

**Eviction** of a full cache: *least_recently_used*; *least_frequently_used* counts the requests for every key, in the
cache or not, and keeps those asked for most; *first_in*; *random*. With independent requests, *first_in* and *random*
have the same hit ratio, below that of *least_recently_used*. **Time to live**: 0 for ever; counted from the *fill*, or
from the last *touch*. An expired entry takes room until it is asked for or evicted. A fill of what is already there
(several fetched the same) changes nothing.

**Capacity in bytes** counts besides that in entries: entries have a mean size and, over the keys, a lognormal coefficient of variation; the size of a key
does not depend on how often it is asked for, and is always the same. A large entry may put out several; one larger than the capacity is declined.

Each **instance** has contents and a capacity of its own, and loses them when it is killed; the link's balancing chooses
the instance. A look-up takes **look-up time** and no server: capacity limits belong to a pool before it.)";

plan::Cache contentsOf(const CacheParams& params, plan::Index pool) {
  plan::Cache cache;
  cache.pool = pool;
  cache.capacity = params.capacity.value() >= kUnlimitedEntries
                       ? plan::Cache::kUnlimited
                       : static_cast<std::uint32_t>(params.capacity.value());
  cache.eviction = contents::evictionOf(params.eviction);
  cache.timeToLive = params.timeToLive;
  cache.ttlFrom = params.ttlFrom.value == "touch" ? plan::Cache::TtlFrom::Touch : plan::Cache::TtlFrom::Fill;
  cache.isSingleFlight = params.isSingleFlight;
  cache.warmShare = params.warmShare.raw();
  cache.capacityBytes = static_cast<std::uint64_t>(params.capacityBytes.raw());
  cache.entryBytes = params.entrySize.raw();
  cache.entryVariation = params.entryVariation;
  return cache;
}

void lowerCache(const CacheParams& params, plan::Lowering& lowering) {
  plan::Pool place;
  place.instances = static_cast<std::uint32_t>(params.instances.value());
  place.servers = 0;
  const plan::Index pool = lowering.addPool(place);
  plan::Cache contents = contentsOf(params, pool);
  const bool isWrittenBack = params.writes.value == "back";
  if (isWrittenBack) {
    contents.writeBackAfter = params.writeBackAfter;
    contents.writeBack =
        lowering.addInnerLink({}, "write_back", plan::kNone,
                              [&](plan::ProgramBuilder& program) { program.useAll(lowering.links()); });
  }
  const plan::Index cache = lowering.addCache(std::move(contents));
  const plan::Index cacheable = lowering.cacheableClasses();

  const auto takeTime = [&](plan::ProgramBuilder& program) {
    if (!params.service.isZero()) {
      program.work(params.service);
    }
  };
  const plan::Body read = [&](plan::ProgramBuilder& program) {
    program.lookUpIn(cache, {},
                     [&](plan::ProgramBuilder& miss) { miss.useAll(lowering.links()).fill(cache); });
  };
  const plan::Body pass = [&](plan::ProgramBuilder& program) {
    if (isWrittenBack) {
      program.fillWrite(cache);
      return;
    }
    program.useAll(lowering.links());
    if (params.writes.value != "pass") {
      program.drop(cache);
    }
    if (params.writes.value == "refresh") {
      program.fill(cache);
    }
  };
  lowering.addOperation("read_through", pool, [&](plan::ProgramBuilder& program) {
    takeTime(program);
    program.branchOnClass(cacheable, read, pass);
  });
  lowering.addOperation("lookup", pool, [&](plan::ProgramBuilder& program) {
    takeTime(program);
    const plan::Body miss = [](plan::ProgramBuilder& body) { body.fail(plan::Reason::CacheMiss); };
    program.branchOnClass(
        cacheable, [&](plan::ProgramBuilder& body) { body.lookUpIn(cache, {}, miss); }, miss);
  });
  lowering.addOperation("fill", pool, [&](plan::ProgramBuilder& program) {
    takeTime(program);
    program.branchOnClass(cacheable, [&](plan::ProgramBuilder& body) { body.fill(cache); });
  });
  lowering.addOperation("drop", pool, [&](plan::ProgramBuilder& program) {
    takeTime(program);
    program.drop(cache);
  });
}

Schema<CacheParams> cacheSchema() {
  return Schema<CacheParams>()
      .field("instances", &CacheParams::instances)
      .label("Instances")
      .group("Size")
      .range(1, 1000)
      .logarithmic()
      .help("How many there are, each with contents and a capacity of its own.")
      .source(Source::Grade::Judgement, "The simplest cache: one.")
      .field("capacity", &CacheParams::capacity)
      .label("Capacity")
      .group("Size")
      .range(1, static_cast<double>(kUnlimitedEntries))
      .logarithmic()
      .help("Entries that an instance holds; 1,000,000,000: as many as come.")
      .source(Source::Grade::Judgement, "A round figure to start from.")
      .field("eviction", &CacheParams::eviction)
      .label("Eviction")
      .group("Behaviour")
      .choices({"least_recently_used", "least_frequently_used", "first_in", "random"})
      .help("Which entry of a full cache makes room for a new one.")
      .source(Source::Grade::Judgement, "What most caches do, or imitate by sampling.")
      .field("ttl", &CacheParams::timeToLive)
      .label("Time to live")
      .group("Behaviour")
      .range(Duration(), Duration::hours(365 * 24))
      .help("How long an entry may be served; 0: for ever.")
      .source(Source::Grade::Judgement, "The contents of a textbook cache do not change.")
      .field("ttl_from", &CacheParams::ttlFrom)
      .label("Time to live from")
      .group("Behaviour")
      .choices({"fill", "touch"})
      .choiceLabels({{"fill", "Its fill"}, {"touch", "The last hit"}})
      .help("Whether the time to live runs from the fill of an entry, or anew from each hit.")
      .source(Source::Grade::Judgement, "As in HTTP and DNS.")
      .field("single_flight", &CacheParams::isSingleFlight)
      .label("Single flight")
      .group("Behaviour")
      .help("While one request fetches a key, others that miss it wait for it instead of fetching it too.")
      .source(Source::Grade::Judgement, "The plain cache does not coalesce.")
      .field("warm_share", &CacheParams::warmShare)
      .label("Warm share")
      .group("Behaviour")
      .range(0, 1)
      .help("Share of the capacity (or of all keys) filled at the start, with the most popular keys.")
      .source(Source::Grade::Judgement, "A cache starts empty.")
      .field("writes", &CacheParams::writes)
      .label("Writes")
      .group("Behaviour")
      .choices({"pass", "drop", "refresh", "back"})
      .choiceLabels({{"pass", "Leave the entry"},
                     {"drop", "Drop the entry"},
                     {"refresh", "Refresh the entry"},
                     {"back", "Write back later"}})
      .help(
          "What a request that is not cacheable does to the entry of its key, after it was passed on; or, "
          "with "
          "back, that it is passed on later.")
      .source(Source::Grade::Judgement, "The simplest: writes do not concern it.")
      .field("write_back_after", &CacheParams::writeBackAfter)
      .label("Write back after")
      .group("Behaviour")
      .range(Duration(), 24_h)
      .help("Of write-back: a write goes on after so long at the latest; 0: when its entry goes.")
      .source(Source::Grade::Judgement, "Only evictions write: the fewest writes, and the most to lose.")
      .field("capacity_bytes", &CacheParams::capacityBytes)
      .label("Capacity in bytes")
      .group("Size")
      .range(0_B, 100_TB)
      .help("Of an instance, besides its entries; 0: only these are limited.")
      .source(Source::Grade::Judgement, "Textbook entries have no size.")
      .field("entry_size", &CacheParams::entrySize)
      .label("Size of an entry")
      .group("Size")
      .range(1_B, 4_GB)
      .logarithmic()
      .help("Mean over the keys.")
      .source(Source::Grade::Judgement, "A small object.")
      .field("entry_size_variation", &CacheParams::entryVariation)
      .label("Variation of sizes")
      .group("Size")
      .range(0, plan::Cache::kMostVariation)
      .help("Coefficient of variation over the keys, lognormal; 0: all are the same.")
      .source(Source::Grade::Judgement, "All the same; measured web objects have 2 to 10.")
      .field("service", &CacheParams::service)
      .label("Look-up time")
      .group("Behaviour")
      .range(Duration(), 10_s)
      .help("Time of one operation at the cache.")
      .source(Source::Grade::Judgement, "Contents alone take no time.");
}

}  // namespace

BlockType cache() {
  return makeBlock<CacheParams>(
      {.key = "cache",
       .label = "Cache",
       .category = Category::Primitives,
       .purpose = "Simulated contents: what hits follows from keys, capacity, eviction and time to live.",
       .documentation = kCacheDocumentation,
       .operations = {"read_through", "lookup", "fill", "drop"}},
      cacheSchema(), lowerCache, [](const CacheParams&, const Load&) { return std::vector<Usage>(); },
      [](const CacheParams&) { return Deployable(); },
      [](const CacheParams& params) {
        return Traits{.isPrimitive = true, .instances = static_cast<int>(params.instances.value())};
      });
}

}  // namespace cantilever::catalog::blocks
