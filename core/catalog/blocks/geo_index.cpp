#include "core/base/text.h"
#include "core/catalog/blocks.h"
#include "core/catalog/key_value.h"
#include "core/catalog/sharding.h"

namespace cantilever::catalog::blocks {

namespace {

using namespace literals;

struct GeoParams : key_value::NodeParams {
  GeoParams() { shards = Count(24); }
  Law updateTime = Law::lognormal(18_us, 0.2);
  Law searchBase = Law::lognormal(30_us, 0.4);
  Law searchResult = Law::constant(2_us);
  Count results{20};
  double cellsPerSearch = 3;
  Count entities{1'000'000};
  Bytes entitySize = 150_B;
  Duration staleAfter = 30_s;

  Bytes memoryNeeded() const { return bytes(static_cast<double>(entities.value()) * entitySize.raw()); }
};

Schema<GeoParams> geoSchema() {
  Schema<GeoParams> schema;
  key_value::addNodeFields(schema, "One thread takes in 55,000 positions a second.",
                           "Positions are few bytes.");
  return schema.field("update_time", &GeoParams::updateTime)
      .label("Update")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Time of moving one entity (GEOADD) on the shard's thread (a cache.r6g core).")
      .source(Source::Grade::Judgement, "A sorted set: half as long again as a SET.")
      .field("search_base", &GeoParams::searchBase)
      .label("Search of a cell")
      .group("Behaviour")
      .range(1_us, 1_s)
      .logarithmic()
      .help("Time of searching one cell, besides its results.")
      .source(Source::Grade::Known,
              "Redis documentation, GEOSEARCH: O(N + log M); https://redis.io/commands/geosearch/")
      .field("search_result", &GeoParams::searchResult)
      .label("Each result")
      .group("Behaviour")
      .range(0_ms, 1_ms)
      .help("Time for each entity found.")
      .source(Source::Grade::Judgement, "Distance, sorting, encoding.")
      .field("results", &GeoParams::results)
      .label("Results per search")
      .group("Behaviour")
      .range(0, 10'000)
      .help("Entities within the radius, on average.")
      .source(Source::Grade::Judgement, "Three kilometres in a city.")
      .field("cells_per_search", &GeoParams::cellsPerSearch)
      .label("Cells per search")
      .group("Behaviour")
      .range(1, 100)
      .help("A circle overlaps several cells: its own and neighbours, one after the other.")
      .source(Source::Grade::Judgement, "A radius of half a cell.")
      .field("entities", &GeoParams::entities)
      .label("Entities")
      .group("Size")
      .range(1, 1e9)
      .logarithmic()
      .help("Tracked at a time.")
      .source(Source::Grade::Judgement, "The drivers of a large country.")
      .field("entity_size", &GeoParams::entitySize)
      .label("Memory per entity")
      .group("Size")
      .range(10_B, 10_KB)
      .logarithmic()
      .help("Of a member of the index.")
      .source(Source::Grade::Judgement, "A member of a sorted set in its two structures.")
      .field("stale_after", &GeoParams::staleAfter)
      .label("Forgotten after")
      .group("Behaviour")
      .range(1_s, 1_h)
      .help("A position that was not renewed for so long is dropped. Goes into the export.")
      .source(Source::Grade::Judgement, "Seven reports of every four seconds that did not come.");
}

void lowerGeo(const GeoParams& params, plan::Lowering& lowering) {
  const Shards shards = key_value::addShards(params, lowering);
  const AtShard update("update-at", shards, lowering, [&](plan::ProgramBuilder& program) {
    program.work(params.onThisNode(params.updateTime));
  });
  // A cell and its neighbours are on the same shard: cells are spread by city or by larger cells.
  const Law base = params.searchBase.scaled(params.cellsPerSearch);
  const Law results = params.searchResult.scaled(static_cast<double>(params.results.value()));
  const AtShard search("search-at", shards, lowering, [&](plan::ProgramBuilder& program) {
    program.work(params.onThisNode(base));
    if (!results.isZero()) {
      program.work(params.onThisNode(results));
    }
  });
  const plan::Body find = [&](plan::ProgramBuilder& program) { search.use(program); };
  const plan::Body move = [&](plan::ProgramBuilder& program) { update.use(program); };
  lowering.addOperation("", plan::kNone, find);
  lowering.addOperation("search", plan::kNone, find);
  lowering.addOperation("read", plan::kNone, find);
  lowering.addOperation("update", plan::kNone, move);
  lowering.addOperation("write", plan::kNone, move);
  key_value::warnIfTooLarge(params, params.memoryNeeded(), "Its entities", lowering);
}

}  // namespace

BlockType geo_index() {
  BlockType type{.key = "geo_index",
                 .label = "Geospatial index",
                 .category = Category::Cache,
                 .purpose = "Where everybody is at the moment, to find who is near."};
  type.documentation =
      R"(**What happens to a request.** `update` (also `write`) moves one entity; `search` (the default, also `read`) looks through the cells that a circle overlaps and
measures what it finds.

**Cells are the keys.** Give the request classes a key space: its keys are the cells, or cities, and its popularity how unequally people are spread over them. A shard
keeps a cell with its neighbours; the one with the busiest cell saturates first, however many shards there are.

**Modelled.** Single-threaded shards on which updates and searches compete, the skew of cells, more results as longer searches, memory, nodes and copies in
the bill.

**Not modelled.** Who is where: a search finds the average number everywhere. Circles across the border of two shards.)";
  type.documentation += key_value::kNodeDocumentation;
  type.vendorNames = {"Redis GEO", "ElastiCache", "Memorystore", "Tile38", "PostGIS", "S2", "H3", "GeoHash"};
  type.operations = {"search", "update", "read", "write"};
  type.makesCalls = false;
  return makeBlock<GeoParams>(
      std::move(type), geoSchema(), lowerGeo,
      [](const GeoParams& params, const Load&) { return key_value::usageOfNodes(params); },
      [](const GeoParams& params) {
        Deployable deployable = key_value::deployNodes(params, "noeviction");
        deployable.settings["stale_after_s"] = formatNumber(params.staleAfter.inSeconds());
        return deployable;
      },
      [](const GeoParams& params) { return key_value::traitsOfNodes(params); });
}

}  // namespace cantilever::catalog::blocks
