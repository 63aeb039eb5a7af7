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
  EXPECT_TRUE(applied(design, Remove{{}, {}, {}, {NoteId("note")}}).notes.isEmpty());
}

}  // namespace
}  // namespace cantilever::edit
