#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/hosted.h"
#include "core/catalog/schema.h"
#include "core/catalog/sharding.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

/// Nodes of Amazon OpenSearch Service: the EC2 class of the same name without ".search".
struct SearchNode {
  std::string_view key;
  int vcpu;
  double memory_gib;
  double speed;  ///< of a core, relative to Graviton3, as in instance_class.cpp
};
constexpr std::array kSearchNodes = std::to_array<SearchNode>({{"t3.small.search", 2, 2, 0.95},
                                                               {"t3.medium.search", 2, 4, 0.95},
                                                               {"m5.large.search", 2, 8, 0.95},
                                                               {"c6g.large.search", 2, 4, 0.87},
                                                               {"m6g.large.search", 2, 8, 0.87},
                                                               {"m6g.xlarge.search", 4, 16, 0.87},
                                                               {"r6g.large.search", 2, 16, 0.87},
                                                               {"r6g.xlarge.search", 4, 32, 0.87},
                                                               {"r6g.2xlarge.search", 8, 64, 0.87}});

std::vector<Choice> searchNodeChoices() {
  std::vector<Choice> choices;
  for (const SearchNode& node : kSearchNodes) {
    choices.push_back(Choice{std::string(node.key)});
  }
  return choices;
}

struct SearchParams {
  Count nodes{3};
  Choice instanceType{"r6g.xlarge.search"};
  Count masters{3};
  Count shards{6};
  Count replicas{1};
  Law shardQueryTime = Law::lognormal(6_ms, 1.2);
  Law aggregateTime = Law::lognormal(60_ms, 1.2);
  Law mergeTime = Law::lognormal(1_ms, 0.6);
  Law indexTime = Law::lognormal(500_us, 0.8);
  Duration refresh = 1_s;
  Ratio cachedShare = ratio(0.3);
  Count queueLimit{1000};
  Bytes index = 120_GB;
  Bytes storage = 200_GB;

  const SearchNode& node() const {
    const auto at = std::find_if(kSearchNodes.begin(), kSearchNodes.end(),
                                 [&](const SearchNode& each) { return each.key == instanceType.value; });
    return at == kSearchNodes.end() ? kSearchNodes[7] : *at;
  }
  Law onThisNode(const Law& cpuTime) const { return cpuTime.scaled(1.0 / node().speed); }
  std::int64_t copies() const { return std::min(1 + replicas.value(), nodes.value()); }
};

constexpr const char* kShardSize =
    "Amazon OpenSearch Service developer guide (2024-11-19): shards of 10 to 30 GiB for searches, 30 to 50 "
    "GiB for logs";

Schema<SearchParams> searchSchema() {
  return Schema<SearchParams>()
      .field("nodes", &SearchParams::nodes)
      .label("Data nodes")
      .group("Size")
      .range(1, 500)
      .logarithmic()
      .help("Servers that the shards are spread over.")
      .source(Source::Grade::Judgement, "One in each of three zones.")
      .field("instance_type", &SearchParams::instanceType)
      .label("Instance type")
      .group("Size")
      .choices(searchNodeChoices())
      .help("Sets vCPUs, their speed, memory and price of each data node.")
      .source(Source::Grade::Judgement, "Memory-optimised: half of it for the process, half for the files.")
      .field("masters", &SearchParams::masters)
      .label("Dedicated masters")
      .group("Reliability")
      .range(0, 5)
      .help("Small nodes (m6g.large.search) that only keep the cluster together.")
      .source(Source::Grade::Known,
              "Amazon OpenSearch Service developer guide: three dedicated masters for production; "
              "https://docs.aws.amazon.com/opensearch-service/")
      .field("shards", &SearchParams::shards)
      .label("Shards")
      .group("Size")
      .range(1, 1000)
      .logarithmic()
      .help("Parts of the index. A search asks one copy of each, all at once.")
      .source(Source::Grade::Read, kShardSize)
      .field("replicas", &SearchParams::replicas)
      .label("Replicas")
      .group("Reliability")
      .range(0, 5)
      .help("Further copies of each shard: every document is indexed at all of them, and searches go to any.")
      .source(Source::Grade::Known,
              "Elasticsearch reference: index.number_of_replicas is 1; https://www.elastic.co/guide/")
      .field("shard_query_time", &SearchParams::shardQueryTime)
      .label("Search of a shard")
      .group("Behaviour")
      .range(10_us, 60_s)
      .logarithmic()
      .help("Processor time of a search at one shard, on a Graviton3 core.")
      .source(Source::Grade::Judgement, "A few words over ten million documents.")
      .field("aggregate_time", &SearchParams::aggregateTime)
      .label("Aggregation of a shard")
      .group("Behaviour")
      .range(10_us, 60_s)
      .logarithmic()
      .help("Processor time of facets or statistics at one shard.")
      .source(Source::Grade::Judgement, "Every hit is looked at, not only the best.")
      .field("merge_time", &SearchParams::mergeTime)
      .label("Merging")
      .group("Behaviour")
      .range(1_us, 10_s)
      .logarithmic()
      .help("Processor time of the node that took the request: parsing, merging, fetching the documents.")
      .source(Source::Grade::Judgement, "The ten best of each shard.")
      .field("index_time", &SearchParams::indexTime)
      .label("Indexing")
      .group("Behaviour")
      .range(1_us, 10_s)
      .logarithmic()
      .help("Processor time of one document at one copy.")
      .source(Source::Grade::Judgement, "8,000 documents of 1 KB a second on four cores, in bulk.")
      .field("refresh", &SearchParams::refresh)
      .label("Refresh")
      .group("Behaviour")
      .range(100_ms, 5_min)
      .help("How often new documents become visible. Writes that wait for it take half of this on average.")
      .source(Source::Grade::Known,
              "Elasticsearch reference: index.refresh_interval is 1 s; https://www.elastic.co/guide/")
      .field("cached_share", &SearchParams::cachedShare)
      .label("From the request cache")
      .group("Behaviour")
      .range(0, 1)
      .help("Share of the aggregations that have been answered for this state of the index.")
      .source(Source::Grade::Judgement, "Dashboards ask the same again.")
      .field("queue_limit", &SearchParams::queueLimit)
      .label("Queue limit")
      .group("Behaviour")
      .range(1, 100'000)
      .logarithmic()
      .help("Searches of shards that may wait at a node; one more is refused, and the search with it.")
      .source(Source::Grade::Read,
              "Elasticsearch reference, Thread Pool: search has a queue of 1,000; "
              "https://www.elastic.co/guide/en/elasticsearch/reference/6.x/modules-threadpool.html")
      .field("index", &SearchParams::index)
      .label("Index")
      .group("Size")
      .range(1_MB, Bytes::fromRaw(1e15))
      .logarithmic()
      .help("Bytes of all primary shards together.")
      .source(Source::Grade::Judgement, "Fifty million documents.")
      .field("storage", &SearchParams::storage)
      .label("Storage per node")
      .group("Size")
      .range(10_GB, 64_TB)
      .logarithmic()
      .help("Size of each data node's volume. It must hold the copies, with a quarter free.")
      .source(Source::Grade::Judgement, "Two copies of 120 GB on three nodes, and twice the room.");
}

/// One node may have several shards of a search, one after the other on its processors.
void lowerSearch(const SearchParams& params, plan::Lowering& lowering) {
  plan::Pool nodes = hosted::machines(params.nodes, params.node().vcpu);
  nodes.queueLimit = hosted::small(params.queueLimit);
  const plan::Index pool = lowering.addPool(nodes);
  plan::Link turn;
  turn.balancing = Balancing::RoundRobin;
  const auto part = [&](const char* role, const Law& time) {
    return lowering.addPart(role, pool, turn,
                            [&](plan::ProgramBuilder& program) { program.work(params.onThisNode(time)); });
  };
  const plan::OutLink search = part("search-shard", params.shardQueryTime);
  const plan::OutLink aggregate = part("aggregate-shard", params.aggregateTime);
  const plan::OutLink copy = part("index-copy", params.indexTime);
  const CountLaw allShards = CountLaw::fixed(hosted::small(params.shards));
  const auto add = [&](std::string_view name, const plan::Body& body) {
    lowering.addOperation(name, pool, [&](plan::ProgramBuilder& program) {
      program.work(params.onThisNode(params.mergeTime));
      body(program);
    });
  };
  const plan::Body searchAll = [&](plan::ProgramBuilder& program) {
    program.draw(allShards).fanOut(search, {});
  };
  add("", searchAll);
  add("search", searchAll);
  add("read", searchAll);
  add("aggregate", [&](plan::ProgramBuilder& program) {
    program.branch(1 - params.cachedShare.raw(),
                   [&](plan::ProgramBuilder& fresh) { fresh.draw(allShards).fanOut(aggregate, {}); });
  });
  const auto index = [&](Law wait) -> plan::Body {
    return [&, wait](plan::ProgramBuilder& program) {
      program.draw(CountLaw::fixed(static_cast<std::uint32_t>(params.copies()))).fanOut(copy, {}).wait(wait);
    };
  };
  add("index", index(Law()));
  add("write", index(Law()));
  add("index_and_wait", index(Law::uniform(params.refresh * 0.5, 1)));
  const Bytes needed = params.index * (static_cast<double>(params.copies()) / 0.75);
  const Bytes room = params.storage * static_cast<double>(params.nodes.value());
  if (needed > room) {
    lowering.warn("storage.too_small",
                  "Its copies with a quarter free need " + format(needed) + ", and its volumes hold " +
                      format(room) + ".",
                  "storage");
  }
  const double shardGib =
      params.index.raw() / static_cast<double>(params.shards.value()) / 1024 / 1024 / 1024;
  if (shardGib > 50) {
    lowering.warn("search.large_shards",
                  "Its shards have " + formatNumber(shardGib, 3) +
                      " GiB each; beyond 50 they take long to move and to search.",
                  "shards");
  }
}

}  // namespace

BlockType search_cluster() {
  return makeBlock<SearchParams>(
      {.key = "search_cluster",
       .label = "Search cluster",
       .category = Category::Data,
       .purpose = "Full-text search with facets over an index that is cut into shards.",
       .documentation =
           R"(**What happens to a request.** The incoming link picks a node, which parses the request and merges the answers on its processors. Then, by the operation
that the link names:

- `search` (the default, also `read`): one copy of every shard is searched, all at once, and the slowest counts;
- `aggregate`: the same with the time of an aggregation, unless the request cache has it;
- `index` (also `write`): the document is indexed at the primary and at all replicas; `index_and_wait` waits for the next refresh as well.

Work of shards queues at the nodes; a full queue refuses it, and the search fails with *queue full*.

**More shards** make one search faster while processors are idle, and cost merging and a slower slowest one; **more replicas** and nodes let more searches run.
Shards above 50 GiB, or too little room for the copies, are remarked on.

**Modelled.** Every shard's work on the processors of its node, the slowest of all, indexing at every copy, nodes, masters and volumes in the bill.

**Not modelled.** Which node has which shard: copies are taken in turn. Merging of segments, heap and garbage collection, documents found by several words.)",
       .vendorNames = {"OpenSearch Service", "Elasticsearch", "Elastic Cloud", "AI Search", "Solr",
                       "Vertex Search"},
       .operations = {"search", "aggregate", "index", "index_and_wait", "read", "write"},
       .makesCalls = false},
      searchSchema(), lowerSearch,
      [](const SearchParams& params, const Load&) {
        const auto nodes = static_cast<double>(params.nodes.value());
        return std::vector<Usage>{
            hosted::allMonth(Usage::Kind::InstanceHours, params.instanceType.value, nodes,
                             format(params.nodes) + " data nodes"),
            hosted::allMonth(Usage::Kind::InstanceHours, "m6g.large.search",
                             static_cast<double>(params.masters.value()),
                             format(params.masters) + " masters"),
            {Usage::Kind::StorageGbMonths, "search-gp3", nodes * hosted::gigabytes(params.storage),
             "ondemand", format(params.nodes) + " nodes x " + format(params.storage)}};
      },
      [](const SearchParams& params) {
        Deployable deployable{.kind = Deployable::Kind::SearchIndex,
                              .image = "opensearchproject/opensearch:2.18.0"};
        deployable.instances = static_cast<int>(params.nodes.value());
        deployable.instanceClass = params.instanceType.value;
        deployable.ports = {9200};
        deployable.environment["discovery.type"] = "single-node";
        deployable.environment["DISABLE_SECURITY_PLUGIN"] = "true";
        deployable.environment["DISABLE_INSTALL_DEMO_CONFIG"] = "true";
        deployable.volumes = {"/usr/share/opensearch/data"};
        deployable.healthCheck = {"curl", "-fs", "http://127.0.0.1:9200/_cluster/health"};
        deployable.settings["version"] = "OpenSearch_2.17";
        deployable.settings["masters"] = format(params.masters);
        deployable.settings["storage_gb"] = formatNumber(hosted::gigabytes(params.storage));
        return deployable;
      },
      [](const SearchParams& params) {
        Traits traits;
        traits.holdsData = true;
        traits.isManaged = true;
        traits.hasHealthCheck = true;
        traits.isReplicated = params.copies() > 1;
        traits.hasBackups = true;  // the service takes a snapshot every hour
        traits.instances = static_cast<int>(params.nodes.value());
        traits.mtbf = 8760_h;  // one failure a year and node: judgement
        traits.mttr = 10_min;
        return traits;
      });
}

}  // namespace cantilever::catalog::blocks
