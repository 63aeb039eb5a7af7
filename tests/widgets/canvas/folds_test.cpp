#include "widgets/canvas/folds.h"

#include <gtest/gtest.h>

namespace cantilever::widgets {
namespace {

/// A region with a zone in it; a and b in the zone, c in the region, d outside.
Design nested(bool isRegionCollapsed, bool isZoneCollapsed) {
  Design design;
  Zone region;
  region.id = ZoneId("region");
  region.kind = ZoneKind::Region;
  region.isCollapsed = isRegionCollapsed;
  Zone zone;
  zone.id = ZoneId("zone");
  zone.parent = region.id;
  zone.isCollapsed = isZoneCollapsed;
  design.zones.put(region);
  design.zones.put(zone);
  for (const auto& [id, where] :
       {std::pair("a", "zone"), std::pair("b", "zone"), std::pair("c", "region"), std::pair("d", "")}) {
    Block block;
    block.id = BlockId(id);
    block.zone = ZoneId(where);
    design.blocks.put(block);
  }
  design.notes.put({NoteId("note"), "About the zone", {}, {}, 0, zone.id});
  design.notes.put({NoteId("other"), "About the rest", {}, {}});
  for (const auto& [from, to] : {std::pair("a", "b"), std::pair("a", "d"), std::pair("b", "d"),
                                 std::pair("d", "a"), std::pair("c", "d")}) {
    Link link;
    link.id = LinkId(std::string(from) + "-" + to);
    link.from = BlockId(from);
    link.to = BlockId(to);
    design.links.put(link);
  }
  return design;
}

TEST(Folds, AreEmptyWhereNothingIsCollapsed) {
  EXPECT_EQ(foldsOf(nested(false, false)), Folds());
}

TEST(Folds, HideWhatIsInsideAndDrawLinksOverTheBorderOnce) {
  const Folds folds = foldsOf(nested(false, true));
  EXPECT_EQ(folds.zones, std::set{ZoneId("zone")});
  EXPECT_TRUE(folds.hiddenZones.empty());
  EXPECT_EQ(folds.hiddenBlocks.size(), 2U);
  EXPECT_EQ(folds.hiddenNotes, (std::map<NoteId, ZoneId>{{NoteId("note"), ZoneId("zone")}}));
  EXPECT_EQ(siteOf(BlockId("a"), folds), siteOfFold(ZoneId("zone")));
  EXPECT_EQ(siteOf(BlockId("c"), folds), BlockId("c"));
  // a-b is inside; b-d is drawn by a-d; the other direction is a line of its own.
  EXPECT_EQ(folds.hiddenLinks, (std::set{LinkId("a-b"), LinkId("b-d")}));
  ASSERT_EQ(folds.bundles.size(), 1U);
  EXPECT_EQ(folds.bundles.at(LinkId("a-d")), (std::vector{LinkId("a-d"), LinkId("b-d")}));
}

TEST(Folds, TheOutermostCollapsedZoneHidesThoseInIt) {
  const Folds folds = foldsOf(nested(true, true));
  EXPECT_EQ(folds.zones, std::set{ZoneId("region")});
  EXPECT_EQ(folds.hiddenZones.at(ZoneId("zone")), ZoneId("region"));
  EXPECT_EQ(folds.hiddenBlocks.size(), 3U);
  EXPECT_EQ(folds.hiddenNotes.at(NoteId("note")), ZoneId("region"));
  EXPECT_EQ(folds.bundles.at(LinkId("a-d")).size(), 3U);
}

TEST(Folds, AZoneIsWhereItIsSeen) {
  Design design = nested(false, true);
  Zone zone = *design.zones.find(ZoneId("zone"));
  zone.area = {{80, 160}, {800, 600}};
  design.zones.put(zone);
  EXPECT_EQ(drawnArea(design, zone), areaOfBlockAt({80, 160}));
  const Zone region = *design.zones.find(ZoneId("region"));
  EXPECT_EQ(drawnArea(design, region), region.area);
  EXPECT_EQ(drawnArea(nested(true, true), zone), std::nullopt) << "in another that is collapsed";
}

TEST(Folds, ARingOfParentsHidesNothing) {
  Design design = nested(true, true);
  Zone region = *design.zones.find(ZoneId("region"));
  region.parent = ZoneId("zone");
  design.zones.put(region);
  EXPECT_EQ(foldsOf(design), Folds());
}

}  // namespace
}  // namespace cantilever::widgets
