#include "tests/core/design_builder.h"
#include "tests/core/edit/edit_checks.h"

namespace cantilever::edit {
namespace {

using test::applied;
using test::expectRefused;

/// eu > eu-a > rack-1; eu-b.
Design europe() {
  return test::design()
      .zone("eu", ZoneKind::Region)
      .zone("eu-a", ZoneKind::AvailabilityZone, "eu")
      .zone("eu-b", ZoneKind::AvailabilityZone, "eu")
      .zone("rack-1", ZoneKind::Rack, "eu-a");
}

Zone newZone(const char* id, ZoneKind kind, const char* parent = "") {
  Zone zone;
  zone.id = ZoneId(id);
  zone.name = id;
  zone.kind = kind;
  zone.parent = ZoneId(parent);
  return zone;
}

TEST(AddZone, AddsToTheTree) {
  EXPECT_EQ(applied(europe(), AddZone{newZone("r", ZoneKind::Rack, "eu-b")}).zones.find(ZoneId("r"))->parent,
            ZoneId("eu-b"));
  EXPECT_TRUE(applied(europe(), AddZone{newZone("r", ZoneKind::Rack, "eu")}).zones.contains(ZoneId("r")));
  Zone nameless = newZone("", ZoneKind::Region);
  EXPECT_TRUE(applied(europe(), AddZone{nameless}).zones.contains(ZoneId("zone")));
}

TEST(AddZone, RefusesWhatDoesNotNest) {
  expectRefused(europe(), AddZone{newZone("x", ZoneKind::Region, "eu-a")}, "edit.zone_kind", "x",
                "a region cannot be inside an availability zone");
  expectRefused(europe(), AddZone{newZone("x", ZoneKind::Rack, "rack-1")}, "edit.zone_kind", "x");
  expectRefused(europe(), AddZone{newZone("x", ZoneKind::Rack, "eu-c")}, "edit.unknown_zone", "eu-c");
  expectRefused(europe(), AddZone{newZone("eu", ZoneKind::Region)}, "edit.duplicate_id", "eu");
}

TEST(SetZone, ChecksBothNeighboursInTheTree) {
  expectRefused(europe(), SetZone{newZone("eu-a", ZoneKind::Rack, "eu")}, "edit.zone_kind", "rack-1");
  expectRefused(europe(), SetZone{newZone("eu-a", ZoneKind::AvailabilityZone, "eu-a")}, "edit.zone_kind",
                "eu-a", "inside itself");
  expectRefused(europe(), SetZone{newZone("gone", ZoneKind::Rack)}, "edit.unknown_zone", "gone");
  const Zone moved = newZone("rack-1", ZoneKind::Rack, "eu-b");
  EXPECT_EQ(*applied(europe(), SetZone{moved}).zones.find(ZoneId("rack-1")), moved);
}

TEST(SetZone, RefusesAnAreaThatIsNone) {
  Zone zone = *europe().zones.find(ZoneId("eu"));
  zone.area.size.width = -1;
  expectRefused(europe(), SetZone{zone}, "edit.out_of_range", "eu");
  zone.area.size.width = std::numeric_limits<double>::infinity();
  expectRefused(europe(), SetZone{zone}, "edit.out_of_range", "eu");
}

TEST(Notes, AreAddedChangedAndRemoved) {
  Design design = applied(europe(), AddNote{{{}, "hello", {}, {}}});
  ASSERT_TRUE(design.notes.contains(NoteId("note")));
  design = applied(design, SetNote{{NoteId("note"), "bye", {}, {}}});
  EXPECT_EQ(design.notes.find(NoteId("note"))->text, "bye");
  expectRefused(design, SetNote{{NoteId("x"), "", {}, {}}}, "edit.unknown_note", "x");
  expectRefused(design, AddNote{{NoteId("note"), "", {}, {}}}, "edit.duplicate_id", "note");
  design = applied(design, SetNote{{NoteId("note"), "bye", {}, {}, 0, ZoneId("eu-a")}});
  EXPECT_EQ(design.notes.find(NoteId("note"))->zone, ZoneId("eu-a"));
  expectRefused(design, SetNote{{NoteId("note"), "", {}, {}, 0, ZoneId("eu-c")}}, "edit.unknown_zone",
                "eu-c");
  EXPECT_TRUE(applied(design, Remove{{}, {}, {}, {NoteId("note")}}).notes.isEmpty());
}

Design placedSite() {
  Design design = test::design().zone("eu", ZoneKind::Region).block("app", "app_server").block("db", "pool");
  design.notes.put({NoteId("n"), "text", {{0, 0}, {80, 40}}, {}});
  return design;
}

TEST(Place, PutsBlocksZonesAndNotesWhereToldAndLeavesTheRest) {
  Placement places;
  places.blocks[BlockId("app")] = {16, -8};
  places.zones[ZoneId("eu")] = {{-24, -48}, {400, 200}};
  places.notes[NoteId("n")] = {{8, 8}, {160, 40}};
  const Design after = applied(placedSite(), Place{"Tidy up", places});
  EXPECT_EQ(after.blocks.find(BlockId("app"))->position, (Point{16, -8}));
  EXPECT_EQ(*after.blocks.find(BlockId("db")), *placedSite().blocks.find(BlockId("db")));
  EXPECT_EQ(after.zones.find(ZoneId("eu"))->area, (Rect{{-24, -48}, {400, 200}}));
  EXPECT_EQ(after.notes.find(NoteId("n"))->area, (Rect{{8, 8}, {160, 40}}));
}

TEST(Place, RefusesWhatIsNotThereAndWhatIsNoPlace) {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto refusedPlace = [](const Placement& places, const char* code, const char* where) {
    expectRefused(placedSite(), Place{"", places}, code, where);
  };
  refusedPlace({{{BlockId("gone"), {}}}, {}, {}}, "edit.unknown_block", "gone");
  refusedPlace({{{BlockId("app"), {0, infinity}}}, {}, {}}, "edit.out_of_range", "app");
  refusedPlace({{}, {{ZoneId("gone"), {}}}, {}}, "edit.unknown_zone", "gone");
  refusedPlace({{}, {{ZoneId("eu"), {{0, 0}, {-1, 0}}}}, {}}, "edit.out_of_range", "eu");
  refusedPlace({{}, {}, {{NoteId("gone"), {}}}}, "edit.unknown_note", "gone");
}

}  // namespace
}  // namespace cantilever::edit
