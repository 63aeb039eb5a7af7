#include <algorithm>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/contents.h"
#include "core/catalog/key_value.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct QueryCacheParams : key_value::NodeParams, contents::ContentsParams {
  QueryCacheParams() {
    hitRatio = ratio(0.5);
    capacity = Count(1'000'000);
    timeToLive = 60_s;
  }
  Law lookUpTime = Law::lognormal(15_us, 0.4);
  Law networkTime = Law::lognormal(500_us, 0.5);
  Law storeTime = Law::lognormal(25_us, 0.4);
  bool invalidatesOnWrite = true;
  Bytes resultSize = 8_KB;
};

Schema<QueryCacheParams> queryCacheSchema() {
  Schema<QueryCacheParams> schema;
  key_value::addNodeFields(schema, "One thread answers 60,000 queries a second.",
                           "A small memory-optimised node.");
  schema.field("network_time", &QueryCacheParams::networkTime)
      .label("Way to the cache")
      .group("Behaviour")
      .range(0_ms, 1_s)
      .help("There and back, between the layer that caches and the nodes that keep.")
      .source(Source::Grade::Known,
              "Latency numbers every programmer should know: 0.5 ms within a data centre; "
              "https://github.com/donnemartin/system-design-primer")
      .field("look_up_time", &QueryCacheParams::lookUpTime)
      .label("Look-up")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Time of one look-up on the shard's thread (a cache.r6g core).")
      .source(Source::Grade::Read, key_value::kRedisBenchmark)
      .field("store_time", &QueryCacheParams::storeTime)
      .label("Store")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Time of keeping one result on the shard's thread.")
      .source(Source::Grade::Judgement, "A few kilobytes, and the tags by which they are dropped.")
      .field("invalidates_on_write", &QueryCacheParams::invalidatesOnWrite)
      .label("Dropped by writes")
      .group("Behaviour")
      .help("A write that passes through drops the results for its key (contents by keys).")
      .source(Source::Grade::Judgement, "Else readers see old results until their time is over.")
      .field("result_size", &QueryCacheParams::resultSize)
      .label("Size of a result")
      .group("Size")
      .range(10_B, 100_MB)
      .logarithmic()
      .help("Bytes; capacity times this must fit into the memory of the shards.")
      .source(Source::Grade::Judgement, "A list of twenty to fifty rows.");
  return contents::addContentsFields(schema, "Pages repeat queries, but with different parameters.",
                                     "8 GB of results.",
                                     "Short: results change with every write to their tables.");
}

void lowerQueryCache(const QueryCacheParams& params, plan::Lowering& lowering) {
  const plan::Index pool = key_value::addShards(params, lowering).pool;
  contents::ContentsParams perShard = params;
  perShard.capacity = Count(std::max<std::int64_t>(1, params.capacity.value() / params.shards.value()));
  const contents::Contents contents(perShard, pool, lowering);
  const plan::Body none = {};
  const plan::Body fetch = [&](plan::ProgramBuilder& body) {
    body.useAll(lowering.links()).work(params.onThisNode(params.storeTime));
  };
  const plan::Body pass = [&](plan::ProgramBuilder& body) {
    body.useAll(lowering.links());
    if (params.invalidatesOnWrite && params.areSimulated()) {
      body.work(params.onThisNode(params.lookUpTime));
      contents.drop(body);
    }
  };
  const plan::Index cacheable = lowering.cacheableClasses();
  const plan::Body read = [&](plan::ProgramBuilder& body) {
    body.wait(params.networkTime).work(params.onThisNode(params.lookUpTime));
    contents.lookUp(body, none, [&](plan::ProgramBuilder& miss) {
      fetch(miss);
      contents.fill(miss);
    });
  };
  const plan::Body through = [&](plan::ProgramBuilder& program) {
    program.branchOnClass(cacheable, read, pass);
  };
  lowering.addOperation("", pool, through);
  lowering.addOperation("query", pool, through);
  key_value::warnIfTooLarge(params,
                            bytes(static_cast<double>(params.capacity.value()) * params.resultSize.raw()),
                            "Its results", lowering);
}

}  // namespace

BlockType query_cache() {
  BlockType type{.key = "query_cache",
                 .label = "Query cache",
                 .category = Category::Cache,
                 .purpose = "Keeps the results of database queries for a moment, in front of the database."};
  type.documentation =
      R"(**What happens to a request.** Draw it between the application and its database. A request of a cacheable class takes the way to the cache and a look-up on the
shard's thread. A hit is answered. A miss goes on over the outgoing links to the database, its result is stored on the thread, and it is answered. Other
requests go straight on; a write drops what is kept for its key.

The link that leads here chooses the shard: give it the balancing *consistent_hash*, so that the same query finds the same shard.

**Modelled.** Single-threaded shards, contents, what the database is spared, results against memory, nodes and copies in the bill.

**Not modelled.** Which query depends on which table: a write drops the results of its own key. Pipelined commands count one by one.)";
  type.documentation += contents::kContentsDocumentation;
  type.vendorNames = {"ElastiCache", "DAX", "Memorystore", "Redis", "ProxySQL cache", "ReadySet"};
  type.operations = {"query"};
  return makeBlock<QueryCacheParams>(
      std::move(type), queryCacheSchema(), lowerQueryCache,
      [](const QueryCacheParams& params, const Load&) { return key_value::usageOfNodes(params); },
      [](const QueryCacheParams& params) {
        Deployable deployable = key_value::deployNodes(params, "allkeys-lru");
        deployable.settings["ttl_s"] = formatNumber(params.statedLife().inSeconds());
        return deployable;
      },
      [](const QueryCacheParams& params) {
        Traits traits = key_value::traitsOfNodes(params);
        traits.isCache = true;
        traits.hitRatio = params.statedRatio();
        traits.timeToLive = params.statedLife();
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
