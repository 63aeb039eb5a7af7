#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/contents.h"
#include "core/catalog/hosted.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct LocalCacheParams : contents::ContentsParams {
  LocalCacheParams() {
    hitRatio = ratio(0.4);
    timeToLive = 1_h;
  }
  Count instances{3};
  Law hitTime = Law::constant(2_us);
  Choice invalidation{"ttl"};
};

Schema<LocalCacheParams> localCacheSchema() {
  Schema<LocalCacheParams> schema;
  schema.field("instances", &LocalCacheParams::instances)
      .label("Instances")
      .group("Size")
      .range(1, 2000)
      .logarithmic()
      .help("As many as the tier whose memory it lives in: each has contents of its own.")
      .source(Source::Grade::Judgement, "As many as application servers.")
      .field("hit_time", &LocalCacheParams::hitTime)
      .label("Look-up")
      .group("Behaviour")
      .range(0_ms, 10_ms)
      .help("Time of a look into the server's own memory.")
      .source(Source::Grade::Judgement, "A hash table and a copy of the entry.")
      .field("invalidation", &LocalCacheParams::invalidation)
      .label("When something changes")
      .group("Behaviour")
      .choices({"ttl", "drop"})
      .choiceLabels({{"ttl", "Serve until it expires"}, {"drop", "Drop the key"}})
      .help(
          "The old entry is served until its time is over, or a write drops the key: at the instance it "
          "comes through.")
      .source(Source::Grade::Judgement, "What needs nothing between the servers.");
  return contents::addContentsFields(schema,
                                     "10,000 of a million items asked for by Zipf's law with exponent 0.9 "
                                     "(Che's approximation gives 39.5 %).",
                                     "10 MB of entries of 1 KB.",
                                     "Shorter, 30 to 60 s, where changes must show soon.");
}

void lowerLocalCache(const LocalCacheParams& params, plan::Lowering& lowering) {
  const plan::Index pool = lowering.addPool(hosted::machines(params.instances, 0));
  const contents::Contents contents(params, pool, lowering);
  const plan::Body none = {};
  const plan::Body miss = [](plan::ProgramBuilder& body) { body.fail(plan::Reason::CacheMiss); };
  const plan::Body fetch = [&](plan::ProgramBuilder& body) { body.useAll(lowering.links()); };
  const plan::Body pass = [&](plan::ProgramBuilder& body) {
    fetch(body);
    if (params.invalidation.value == "drop") {
      contents.drop(body);
    }
  };
  const plan::Index cacheable = lowering.cacheableClasses();
  for (const char* name : {"", "read_through"}) {
    lowering.addOperation(name, pool, [&](plan::ProgramBuilder& program) {
      program.wait(params.hitTime);
      contents.readThrough(program, none, fetch, pass);
    });
  }
  lowering.addOperation("lookup", pool, [&](plan::ProgramBuilder& program) {
    program.wait(params.hitTime);
    program.branchOnClass(
        cacheable, [&](plan::ProgramBuilder& body) { contents.lookUp(body, none, miss); }, miss);
  });
  lowering.addOperation("fill", pool, [&](plan::ProgramBuilder& program) {
    program.wait(params.hitTime);
    program.branchOnClass(cacheable, [&](plan::ProgramBuilder& body) { contents.fill(body); });
  });
}

}  // namespace

BlockType local_cache() {
  BlockType type{.key = "local_cache",
                 .label = "Local cache",
                 .category = Category::Cache,
                 .purpose =
                     "Entries in the memory of each application server: the fastest cache, and each knows "
                     "only its own."};
  type.documentation =
      R"(**What happens to a request.** *Read-through* (an ordinary link to it): a hit takes the look-up time. A miss goes on over the outgoing links, and what it brought is
kept. Requests of classes that are not cacheable pass through; with invalidation by *drop* they take the key out on their way back.

*Look-aside* (a link of role *lookup*): a miss comes back as such; the caller then uses its *on_miss* links and puts what it got into the cache.

**Each instance knows only its own.** Ten servers with 10,000 entries each are no cache of 100,000: each fetches everything by itself. The link's balancing
chooses the instance: *consistent_hash* makes parts of them, which a real tier does by balancing its users.

**Modelled.** Contents of every instance, cold starts, look-ups.

**Not modelled.** Its memory in the heap of the servers; it is not billed and not exported, as it is a part of them.)";
  type.documentation += contents::kContentsDocumentation;
  type.vendorNames = {"Caffeine", "Guava", "Ehcache", "In-process cache", "L1 cache"};
  type.operations = {"read_through", "lookup", "fill"};
  return makeBlock<LocalCacheParams>(
      std::move(type), localCacheSchema(), lowerLocalCache,
      [](const LocalCacheParams&, const Load&) { return std::vector<Usage>(); },
      [](const LocalCacheParams&) {
        Deployable deployable;
        deployable.settings["instead"] = "it is in the memory of the servers that ask it";
        return deployable;
      },
      [](const LocalCacheParams& params) {
        Traits traits;
        traits.isCache = true;
        traits.hasHealthCheck = true;  // that of its server
        traits.instances = static_cast<int>(params.instances.value());
        traits.hitRatio = params.statedRatio();
        traits.timeToLive = params.statedLife();
        traits.mtbf = 87600_h;  // fails with its server only: judgement
        traits.mttr = 1_min;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
