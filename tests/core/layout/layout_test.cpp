#include "core/layout/layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "core/edit/edit.h"
#include "core/exchange/templates.h"
#include "tests/core/design_builder.h"
#include "tests/core/random_design.h"

namespace cantilever::layout {
namespace {

Rect areaOf(const Block& block) {
  return {block.position, kBlockSize};
}

bool overlap(const Rect& a, const Rect& b) {
  return a.topLeft.x < b.topLeft.x + b.size.width && b.topLeft.x < a.topLeft.x + a.size.width &&
         a.topLeft.y < b.topLeft.y + b.size.height && b.topLeft.y < a.topLeft.y + a.size.height;
}

bool contains(const Rect& outer, const Rect& inner) {
  return outer.topLeft.x <= inner.topLeft.x && outer.topLeft.y <= inner.topLeft.y &&
         outer.topLeft.x + outer.size.width >= inner.topLeft.x + inner.size.width &&
         outer.topLeft.y + outer.size.height >= inner.topLeft.y + inner.size.height;
}

Design placed(const Design& design, const Options& options = {}) {
  const Result<Design> result =
      edit::apply(design, edit::Place{"", arrange(design, options)}, catalog::Catalog::builtIn());
  EXPECT_TRUE(result.ok());
  return result ? *result : design;
}

/// Everything on one spot, and nothing pinned.
Design heapOf(const Design& design) {
  Design heap = design;
  for (const Block& block : design.blocks) {
    Block moved = block;
    moved.position = {};
    moved.isPinned = false;
    heap.blocks.put(moved);
  }
  for (const Zone& zone : design.zones) {
    Zone moved = zone;
    moved.area = {};
    heap.zones.put(moved);
  }
  return heap;
}

void expectNothingOverlaps(const Design& design) {
  for (const Block& a : design.blocks) {
    for (const Block& b : design.blocks) {
      EXPECT_FALSE(a.id < b.id && overlap(areaOf(a), areaOf(b))) << a.id << " covers " << b.id;
    }
  }
}

void expectZonesOwnWhatTheyShow(const Design& design) {
  for (const Zone& zone : design.zones) {
    for (const Block& block : design.blocks) {
      if (isWithin(design, block.zone, zone.id)) {
        EXPECT_TRUE(contains(zone.area, areaOf(block))) << block.id << " sticks out of " << zone.id;
      } else {
        EXPECT_FALSE(overlap(zone.area, areaOf(block))) << block.id << " lies in " << zone.id;
      }
    }
    for (const Zone& other : design.zones) {
      if (other.id != zone.id && isWithin(design, other.id, zone.id)) {
        EXPECT_TRUE(contains(zone.area, other.area)) << other.id << " sticks out of " << zone.id;
      }
    }
  }
}

double shareOfLinksToTheRight(const Design& design) {
  double count = 0;
  double toTheRight = 0;
  for (const Link& link : design.links) {
    const Block* from = design.blocks.find(link.from);
    const Block* to = design.blocks.find(link.to);
    if (from != nullptr && to != nullptr && from != to) {
      ++count;
      toTheRight += from->position.x < to->position.x ? 1 : 0;
    }
  }
  return count > 0 ? toTheRight / count : 1;
}

Point positionOf(const Design& design, const char* block) {
  return design.blocks.find(BlockId(block))->position;
}

Design chain() {
  return test::design()
      .block("users", "client_web")
      .block("lb", "l7_load_balancer")
      .block("app", "app_server")
      .block("db", "rdbms_primary")
      .block("cache", "redis_cache")
      .link("users", "lb")
      .link("lb", "app")
      .link("app", "db")
      .link("app", "cache")
      .workload("users", perSecond(10));
}

TEST(Layout, DrawsAChainFromLeftToRightInOneRow) {
  const Design design = placed(chain());
  EXPECT_EQ(positionOf(design, "users").y, positionOf(design, "lb").y);
  EXPECT_EQ(positionOf(design, "lb").y, positionOf(design, "app").y);
  EXPECT_LT(positionOf(design, "users").x + kBlockSize.width, positionOf(design, "lb").x);
  EXPECT_LT(positionOf(design, "lb").x + kBlockSize.width, positionOf(design, "app").x);
  // What one block uses lies around its own height.
  EXPECT_EQ(positionOf(design, "db").x, positionOf(design, "cache").x);
  EXPECT_EQ((positionOf(design, "db").y + positionOf(design, "cache").y) / 2, positionOf(design, "app").y);
  expectNothingOverlaps(design);
}

TEST(Layout, KeepsTheGridAndTheCornerOfThePicture) {
  Design moved = chain();
  for (const Block& block : chain().blocks) {
    Block copy = block;
    copy.position = {1003, 397};
    moved.blocks.put(copy);
  }
  const Design design = placed(moved);
  double left = 1e9;
  double top = 1e9;
  for (const Block& block : design.blocks) {
    EXPECT_EQ(std::fmod(block.position.x, kGrid), 0) << block.id;
    EXPECT_EQ(std::fmod(block.position.y, kGrid), 0) << block.id;
    left = std::min(left, block.position.x);
    top = std::min(top, block.position.y);
  }
  EXPECT_EQ(left, 1000);
  EXPECT_EQ(top, 400);
}

TEST(Layout, BreaksCyclesWhereAWalkFromTheEntryWould) {
  const Design design = placed(test::design()
                                   .block("a", "app_server")
                                   .block("m", "app_server")
                                   .block("z", "client_web")
                                   .link("z", "m")
                                   .link("m", "a")
                                   .link("a", "m")
                                   .workload("z", perSecond(1)));
  EXPECT_LT(positionOf(design, "z").x, positionOf(design, "m").x);
  EXPECT_LT(positionOf(design, "m").x, positionOf(design, "a").x);
}

TEST(Layout, DrawsZonesAroundWhatTheyOwn) {
  const Design design = placed(heapOf(test::design()
                                          .zone("eu", ZoneKind::Region)
                                          .zone("eu-a", ZoneKind::AvailabilityZone, "eu")
                                          .zone("eu-b", ZoneKind::AvailabilityZone, "eu")
                                          .zone("empty", ZoneKind::AvailabilityZone, "eu")
                                          .block("users", "client_web")
                                          .block("lb", "l7_load_balancer")
                                          .in("eu")
                                          .block("app-a", "app_server")
                                          .in("eu-a")
                                          .block("app-b", "app_server")
                                          .in("eu-b")
                                          .block("db", "rdbms_primary")
                                          .in("eu-a")
                                          .link("users", "lb")
                                          .link("lb", "app-a")
                                          .link("lb", "app-b")
                                          .link("app-a", "db")
                                          .link("app-b", "db")));
  expectNothingOverlaps(design);
  expectZonesOwnWhatTheyShow(design);
  EXPECT_LT(positionOf(design, "users").x, positionOf(design, "lb").x);
  EXPECT_LT(positionOf(design, "lb").x, positionOf(design, "app-a").x);
}

TEST(Layout, LeavesPinnedBlocksAndBringsTheOthersToThem) {
  Design design = chain();
  Block app = *design.blocks.find(BlockId("app"));
  app.position = {2000, 1000};
  app.isPinned = true;
  design.blocks.put(app);
  design = placed(design);
  EXPECT_EQ(positionOf(design, "app"), (Point{2000, 1000}));
  EXPECT_LT(positionOf(design, "lb").x, 2000);
  EXPECT_GT(positionOf(design, "db").x, 2000);
  EXPECT_NEAR(positionOf(design, "lb").y, 1000, 200);
  expectNothingOverlaps(design);
}

TEST(Layout, PlacesOnlyWhatIsAskedFor) {
  Design design = placed(chain());
  Block extra;
  extra.id = BlockId("search");
  extra.type = "app_server";
  extra.position = positionOf(design, "app");  // as if dropped on it
  design.blocks.put(extra);
  Link link;
  link.id = LinkId("app-search");
  link.from = BlockId("app");
  link.to = extra.id;
  design.links.put(link);
  const Design after = placed(design, {{{extra.id}}});
  for (const Block& block : design.blocks) {
    EXPECT_EQ(block.id == extra.id, after.blocks.find(block.id)->position != block.position) << block.id;
  }
  EXPECT_GT(positionOf(after, "search").x, positionOf(after, "app").x);
  expectNothingOverlaps(after);
}

TEST(Layout, GrowsAZoneAroundWhatIsPlacedBesideAPin) {
  Design design = test::design()
                      .zone("eu", ZoneKind::Region)
                      .block("a", "app_server")
                      .in("eu")
                      .block("b", "app_server")
                      .in("eu")
                      .link("a", "b");
  Zone eu = *design.zones.find(ZoneId("eu"));
  eu.area = {{-24, -48}, {224, 144}};
  design.zones.put(eu);
  Block a = *design.blocks.find(BlockId("a"));
  a.isPinned = true;
  design.blocks.put(a);
  design = placed(design);
  EXPECT_EQ(positionOf(design, "a"), (Point{0, 0}));
  expectNothingOverlaps(design);
  expectZonesOwnWhatTheyShow(design);
}

TEST(Layout, TakesNotesAlong) {
  Design design = chain();
  for (const char* id : {"users", "lb", "app", "cache"}) {
    Block block = *design.blocks.find(BlockId(id));
    block.position = {0, 0};
    design.blocks.put(block);
  }
  Block db = *design.blocks.find(BlockId("db"));
  db.position = {4000, 4000};
  design.blocks.put(db);
  design.notes.put({NoteId("about-db"), "The primary", {{4000, 4100}, {176, 72}}, {}});
  design = placed(design);
  const Rect note = design.notes.find(NoteId("about-db"))->area;
  EXPECT_NEAR(note.topLeft.x, positionOf(design, "db").x, 400);
  EXPECT_NEAR(note.topLeft.y, positionOf(design, "db").y, 400);
  for (const Block& block : design.blocks) {
    EXPECT_FALSE(overlap(note, areaOf(block))) << block.id;
  }
}

TEST(Layout, LeavesANoteInTheZoneThatItFills) {
  Design design = chain();
  Zone zone;
  zone.id = ZoneId("eu-a");
  zone.area = {{2000, 2000}, {320, 200}};
  design.zones.put(zone);
  design.notes.put({NoteId("what"), "Eleven servers", {{2024, 2056}, {200, 80}}, {}, 0, zone.id});
  design = placed(design);
  EXPECT_NE(design.zones.find(zone.id)->area.topLeft, zone.area.topLeft);
  EXPECT_TRUE(contains(design.zones.find(zone.id)->area, design.notes.find(NoteId("what"))->area));
}

TEST(Layout, MakesAPictureOfEveryTemplateFromAHeap) {
  const catalog::Catalog& catalog = catalog::Catalog::builtIn();
  for (const exchange::Template& each : exchange::templates()) {
    SCOPED_TRACE(each.key);
    const auto loaded = exchange::loadTemplate(each.key, catalog);
    ASSERT_TRUE(loaded.ok());
    const Design design = placed(heapOf(loaded->design));
    expectNothingOverlaps(design);
    expectZonesOwnWhatTheyShow(design);
    EXPECT_GE(shareOfLinksToTheRight(design), 0.7);
  }
}

TEST(Layout, IsTheSameFromEveryHeapAndWhenDoneTwice) {
  for (const std::uint64_t seed : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u, 9u, 10u, 11u, 12u}) {
    SCOPED_TRACE(seed);
    const Design heap = heapOf(test::DesignMaker(seed, 0).make());
    Design shuffled = heap;
    RandomStream stream(seed);
    for (const Block& block : heap.blocks) {
      Block moved = block;
      moved.position = {8.0 * stream.below(100), 8.0 * stream.below(100)};
      shuffled.blocks.put(moved);
    }
    // The corner is where the heap's was.
    Block first = *heap.blocks.begin();
    shuffled.blocks.put(first);
    const Design once = placed(heap);
    expectNothingOverlaps(once);
    expectZonesOwnWhatTheyShow(once);
    EXPECT_EQ(placed(once), once);
    const Design other = placed(shuffled);
    for (const Block& block : once.blocks) {
      EXPECT_EQ(other.blocks.find(block.id)->position, block.position) << block.id;
    }
  }
}

TEST(Layout, NeverLosesItsWayInDamagedDesigns) {
  for (std::uint64_t seed = 100; seed < 160; ++seed) {
    SCOPED_TRACE(seed);
    Design design = test::DesignMaker(seed, 1).make();
    RandomStream stream(seed);
    Options options;
    for (const Block& block : design.blocks) {
      Block changed = block;
      changed.isPinned = stream.chance(0.3);
      changed.position = {4000.0 * stream.uniform(), 4000.0 * stream.uniform()};
      design.blocks.put(changed);
    }
    const Placement placement = arrange(design, options);
    for (const Block& block : design.blocks) {
      ASSERT_TRUE(placement.blocks.contains(block.id));
      const Point at = placement.blocks.at(block.id);
      EXPECT_TRUE(std::isfinite(at.x) && std::isfinite(at.y)) << block.id;
      if (block.isPinned) {
        EXPECT_EQ(at, block.position) << block.id;
      }
    }
    EXPECT_EQ(arrange(design, options), placement);
  }
}

}  // namespace
}  // namespace cantilever::layout
