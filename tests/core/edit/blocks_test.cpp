#include "tests/core/design_builder.h"
#include "tests/core/edit/edit_checks.h"

namespace cantilever::edit {
namespace {

using namespace cantilever::literals;
using test::applied;
using test::expectRefused;

Block newBlock(const char* id, const char* type, const char* name = "") {
  Block block;
  block.id = BlockId(id);
  block.type = type;
  block.name = name;
  return block;
}

Design shop() {
  return test::design("shop")
      .zone("eu", ZoneKind::Region)
      .block("app", "app")
      .param("instances", 3)
      .block("app-2", "app")
      .block("db", "primary")
      .block("odd", "flux_capacitor")
      .param("gigawatts", 1.21)
      .link("app", "db");
}

// AddBlock.

TEST(AddBlock, AddsTheBlockAndNothingElse) {
  const Design before = shop();
  const Design after = applied(before, AddBlock{newBlock("cache", "cache")});
  EXPECT_EQ(after.blocks.size(), before.blocks.size() + 1);
  EXPECT_EQ(after.blocks.find(BlockId("cache"))->type, "cache");
  EXPECT_EQ(after.blocks.find(BlockId("db")), before.blocks.find(BlockId("db"))) << "the rest is shared";
  EXPECT_FALSE(before.blocks.contains(BlockId("cache"))) << "the old design is never touched";
}

TEST(AddBlock, MakesAnIdFromNameOrType) {
  EXPECT_TRUE(applied(shop(), AddBlock{newBlock("", "app", "Orders DB (EU)")})
                  .blocks.contains(BlockId("orders-db-eu")));
  EXPECT_TRUE(applied(shop(), AddBlock{newBlock("", "app")}).blocks.contains(BlockId("app-3")));
}

TEST(AddBlock, RefusesATakenOrMalformedId) {
  expectRefused(shop(), AddBlock{newBlock("db", "app")}, "edit.duplicate_id", "db", "already");
  expectRefused(shop(), AddBlock{newBlock("a b", "app")}, "edit.bad_id", "a b", "such as \"a-b\"");
}

TEST(AddBlock, RefusesWhatDoesNotExist) {
  Block inNowhere = newBlock("x", "app");
  inNowhere.zone = ZoneId("eus");
  expectRefused(shop(), AddBlock{inNowhere}, "edit.unknown_zone", "eus", "did you mean \"eu\"?");
  expectRefused(shop(), AddBlock{newBlock("x", "primry")}, "edit.unknown_type", "x",
                "did you mean \"primary\"?");
}

TEST(AddBlock, ChecksParametersAndDropsDefaults) {
  Block block = newBlock("x", "app");
  block.params = {{"instances", Count(1)}, {"cpu_time", Law::constant(5_ms)}};
  EXPECT_EQ(applied(shop(), AddBlock{block}).blocks.find(BlockId("x"))->params,
            (Params{{"cpu_time", Law::constant(5_ms)}}));
  block.params = {{"instances", Count(0)}};
  expectRefused(shop(), AddBlock{block}, "param.out_of_range", "x.instances");
  block.params = {{"colour", std::string("red")}};
  expectRefused(shop(), AddBlock{block}, "edit.unknown_param", "x.colour");
}

TEST(AddBlock, RefusesAPositionThatIsNoNumber) {
  Block block = newBlock("x", "app");
  block.position.x = std::numeric_limits<double>::quiet_NaN();
  expectRefused(shop(), AddBlock{block}, "edit.out_of_range", "x");
}

// SetBlock, SetBlockName.

TEST(SetBlock, ReplacesTheBlock) {
  Block block = *shop().blocks.find(BlockId("app"));
  block.zone = ZoneId("eu");
  block.isPinned = true;
  EXPECT_EQ(*applied(shop(), SetBlock{block}).blocks.find(BlockId("app")), block);
}

TEST(SetBlock, KeepsWhatItDoesNotUnderstandAndWhatWasWrongBefore) {
  Design damaged = shop();
  Block block = *damaged.blocks.find(BlockId("app"));
  block.params["instances"] = Count(-5);
  block.params["who_knows"] = OpaqueValue{"{}"};
  block.zone = ZoneId("gone");
  damaged.blocks.put(block);
  block.name = "renamed";
  EXPECT_EQ(*applied(damaged, SetBlock{block}).blocks.find(BlockId("app")), block);

  Block odd = *damaged.blocks.find(BlockId("odd"));
  odd.position = {8, 8};
  EXPECT_EQ(*applied(damaged, SetBlock{odd}).blocks.find(BlockId("odd")), odd);
}

TEST(SetBlock, RefusesNewFaults) {
  Block block = *shop().blocks.find(BlockId("app"));
  block.params["instances"] = Count(2000);
  expectRefused(shop(), SetBlock{block}, "param.out_of_range", "app.instances");
  block = *shop().blocks.find(BlockId("app"));
  block.type = "apq";
  expectRefused(shop(), SetBlock{block}, "edit.unknown_type", "app", "did you mean \"app\"?");
  expectRefused(shop(), SetBlock{newBlock("apps", "app")}, "edit.unknown_block", "apps",
                "did you mean \"app\"?");
}

TEST(SetBlockName, RenamesWithoutTouchingTheId) {
  const Design after = applied(shop(), SetBlockName{BlockId("app"), "Checkout"});
  EXPECT_EQ(after.blocks.find(BlockId("app"))->name, "Checkout");
  EXPECT_EQ(after.links, shop().links);
  expectRefused(shop(), SetBlockName{BlockId("nope"), "x"}, "edit.unknown_block", "nope");
}

// SetParam.

ParamValue paramOf(const Design& design, const char* block, const char* key) {
  return design.blocks.find(BlockId(block))->params.at(key);
}

TEST(SetParam, SetsAllBlocksThatHaveIt) {
  const Design after =
      applied(shop(), SetParam{{BlockId("app"), BlockId("app-2"), BlockId("odd")}, "instances", Count(7)});
  EXPECT_EQ(paramOf(after, "app", "instances"), ParamValue(Count(7)));
  EXPECT_EQ(paramOf(after, "app-2", "instances"), ParamValue(Count(7)));
  EXPECT_FALSE(after.blocks.find(BlockId("odd"))->params.contains("instances"));
}

TEST(SetParam, ChecksAgainstTheSpec) {
  expectRefused(shop(), SetParam{{BlockId("app")}, "instances", Count(0)}, "param.out_of_range",
                "app.instances", "app:");
  expectRefused(shop(), SetParam{{BlockId("app")}, "instances", 2.5}, "param.wrong_type", "app.instances");
  expectRefused(shop(), SetParam{{BlockId("app")}, "cpu_time", Law::hyperexponential(8_ms, 0.5)},
                "param.out_of_range", "app.cpu_time");
  expectRefused(shop(), SetParam{{BlockId("app")}, "instances", OpaqueValue{"1"}}, "param.unreadable",
                "app.instances");
}

TEST(SetParam, WithoutValueOrWithTheDefaultGoesBack) {
  EXPECT_TRUE(applied(shop(), SetParam{{BlockId("app")}, "instances", {}})
                  .blocks.find(BlockId("app"))
                  ->params.empty());
  EXPECT_TRUE(applied(shop(), SetParam{{BlockId("app")}, "instances", Count(1)})
                  .blocks.find(BlockId("app"))
                  ->params.empty());
}

TEST(SetParam, TakesAwayAStrayValueOfAnUnknownType) {
  const Design after = applied(shop(), SetParam{{BlockId("odd")}, "gigawatts", {}});
  EXPECT_TRUE(after.blocks.find(BlockId("odd"))->params.empty());
  expectRefused(shop(), SetParam{{BlockId("odd")}, "gigawatts", 2.0}, "edit.unknown_param", "odd.gigawatts");
}

TEST(SetParam, SaysWhenNoBlockHasTheParameter) {
  expectRefused(shop(), SetParam{{BlockId("app")}, "cpu_tme", Count(1)}, "edit.unknown_param", "app.cpu_tme",
                "did you mean \"cpu_time\"?");
  expectRefused(shop(), SetParam{{BlockId("gone")}, "instances", Count(1)}, "edit.unknown_block", "gone");
  expectRefused(shop(), SetParam{{}, "instances", Count(1)}, "edit.unknown_param", "instances");
}

TEST(SetParam, IsAllOrNothing) {
  expectRefused(shop(), SetParam{{BlockId("app"), BlockId("gone")}, "instances", Count(9)},
                "edit.unknown_block", "gone");
}

// MoveBlocks.

TEST(MoveBlocks, MovesEachBlockOnce) {
  const Design after = applied(shop(), MoveBlocks{{BlockId("app"), BlockId("db"), BlockId("app")}, {8, -16}});
  EXPECT_EQ(after.blocks.find(BlockId("app"))->position, (Point{8, -16}));
  EXPECT_EQ(after.blocks.find(BlockId("db"))->position, (Point{8, -16}));
  EXPECT_EQ(after.blocks.find(BlockId("app-2"))->position, Point());
}

TEST(MoveBlocks, RefusesUnknownBlocksAndInfinity) {
  expectRefused(shop(), MoveBlocks{{BlockId("gone")}, {8, 8}}, "edit.unknown_block", "gone");
  expectRefused(shop(), MoveBlocks{{BlockId("app")}, {std::numeric_limits<double>::infinity(), 0}},
                "edit.out_of_range", "app");
}

// Paste.

TEST(Paste, GivesNewIdsWhereTheyAreTaken) {
  const Design before = shop();
  const Paste paste{{*before.blocks.find(BlockId("app")), *before.blocks.find(BlockId("db"))},
                    {*before.links.find(LinkId("app-db"))},
                    {16, 16}};
  const Design after = applied(before, paste);
  ASSERT_TRUE(after.blocks.contains(BlockId("app-3")));
  ASSERT_TRUE(after.blocks.contains(BlockId("db-2")));
  EXPECT_EQ(after.blocks.find(BlockId("app-3"))->params, (Params{{"instances", Count(3)}}));
  EXPECT_EQ(after.blocks.find(BlockId("app-3"))->position, (Point{16, 16}));
  const Link* link = after.links.find(LinkId("app-db-2"));
  ASSERT_NE(link, nullptr);
  EXPECT_EQ(link->from, BlockId("app-3"));
  EXPECT_EQ(link->to, BlockId("db-2"));
}

TEST(Paste, KeepsFreeIdsAndUnknownTypes) {
  const Paste paste{{*shop().blocks.find(BlockId("odd"))}, {}, {}};
  EXPECT_EQ(*applied(Design(), paste).blocks.find(BlockId("odd")), *shop().blocks.find(BlockId("odd")));
}

TEST(Paste, DropsZonesAndClassesOfTheOtherDesign) {
  const Design other =
      test::design().block("a", "app").in("elsewhere").block("b", "app").link("a", "b").onlyFor({"x"});
  const Paste paste{{*other.blocks.find(BlockId("a")), *other.blocks.find(BlockId("b"))},
                    {*other.links.find(LinkId("a-b"))},
                    {}};
  const Design after = applied(shop(), paste);
  EXPECT_TRUE(after.blocks.find(BlockId("a"))->zone.isEmpty());
  EXPECT_TRUE(after.links.find(LinkId("a-b"))->classes.empty());
}

TEST(Paste, BringsZonesWithWhatIsInThemAndNotes) {
  Design design = test::design().block("a", "app").in("west");
  design.zones.put({ZoneId("west"), "West", ZoneKind::Region, {}, {{0, 0}, {400, 300}}});
  design.zones.put({ZoneId("west-1"), "1", ZoneKind::AvailabilityZone, ZoneId("west"), {{8, 8}, {200, 200}}});
  design.notes.put({NoteId("why"), "Because", {{20, 20}, {100, 40}}, {}, 0, ZoneId("west-1")});
  const Paste paste{{*design.blocks.find(BlockId("a"))},
                    {},
                    {500, 0},
                    {*design.zones.find(ZoneId("west")), *design.zones.find(ZoneId("west-1"))},
                    {*design.notes.find(NoteId("why"))}};
  const Design after = applied(design, paste);
  EXPECT_EQ(after.blocks.find(BlockId("a-2"))->zone, ZoneId("west-2"));
  EXPECT_EQ(after.blocks.find(BlockId("a"))->zone, ZoneId("west"));
  EXPECT_EQ(after.zones.find(ZoneId("west-3"))->parent, ZoneId("west-2"));
  EXPECT_EQ(after.zones.find(ZoneId("west-2"))->area.topLeft, (Point{500, 0}));
  EXPECT_EQ(after.notes.find(NoteId("why-2"))->area.topLeft, (Point{520, 20}));
  EXPECT_EQ(after.notes.find(NoteId("why-2"))->zone, ZoneId("west-3"));
  EXPECT_EQ(after.notes.find(NoteId("why"))->zone, ZoneId("west-1"));
  expectRefused(design, Paste{{}, {}, {}, {paste.zones[0], paste.zones[0]}}, "edit.duplicate_id", "west");
}

TEST(Paste, RefusesLooseLinksAndTwins) {
  const Design before = shop();
  expectRefused(before,
                Paste{{*before.blocks.find(BlockId("app"))}, {*before.links.find(LinkId("app-db"))}, {}},
                "edit.unknown_block", "app-db", "both of its blocks");
  expectRefused(before, Paste{{newBlock("x", "app"), newBlock("x", "app")}, {}, {}}, "edit.duplicate_id",
                "x");
}

// Ids.

TEST(FreeBlockId, CountsOn) {
  EXPECT_EQ(freeBlockId(shop(), "web"), BlockId("web"));
  EXPECT_EQ(freeBlockId(shop(), "app"), BlockId("app-3"));
  EXPECT_EQ(freeBlockId(shop(), "app-2"), BlockId("app-3"));
  EXPECT_EQ(freeBlockId(shop(), "Web server!"), BlockId("web-server"));
  EXPECT_EQ(freeBlockId(shop(), ""), BlockId("item"));
}

TEST(FreeBlockId, StaysASlugHoweverLongTheWish) {
  Design design = shop();
  const std::string wish(128, 'x');
  for (int i = 0; i < 3; ++i) {
    const BlockId id = freeBlockId(design, wish);
    EXPECT_TRUE(isSlug(id.text())) << id;
    design.blocks.put(newBlock(id.text().c_str(), "app"));
  }
  EXPECT_EQ(design.blocks.size(), shop().blocks.size() + 3);
}

// Batch.

Edit batchOf(std::vector<Edit> edits, std::string text = "") {
  return std::make_shared<const Batch>(Batch{std::move(text), std::move(edits)});
}

TEST(BatchEdit, LaterEditsSeeEarlierOnes) {
  const Design after =
      applied(shop(), batchOf({AddBlock{newBlock("x", "app")}, SetBlockName{BlockId("x"), "X"}}));
  EXPECT_EQ(after.blocks.find(BlockId("x"))->name, "X");
}

TEST(BatchEdit, IsAllOrNone) {
  const Design before = shop();
  expectRefused(before,
                batchOf({AddBlock{newBlock("x", "app")}, batchOf({SetBlockName{BlockId("gone"), "X"}})}),
                "edit.unknown_block", "gone");
  EXPECT_EQ(before, shop());
}

TEST(BatchEdit, OfNothingChangesNothing) {
  EXPECT_EQ(applied(shop(), batchOf({})), shop());
  EXPECT_EQ(applied(shop(), std::shared_ptr<const Batch>()), shop());
}

}  // namespace
}  // namespace cantilever::edit
