#include "tests/core/design_builder.h"
#include "tests/core/edit/edit_checks.h"

namespace cantilever::edit {
namespace {

using namespace cantilever::literals;

Design describedSite() {
  Design design = test::design()
                      .zone("eu", ZoneKind::Region)
                      .block("users", "client")
                      .named("Visitors")
                      .block("web", "app")
                      .named("")
                      .workload("users", 100_rps, "browse")
                      .objective("p99", Metric::LatencyP99, 200)
                      .scenario("storm")
                      .link("users", "web");
  return design;
}

std::string described(const Edit& edit) {
  return describe(edit, describedSite(), test::editCatalog());
}

TEST(Describe, NamesBlocksAsPeopleSeeThem) {
  Block block = *describedSite().blocks.find(BlockId("web"));
  EXPECT_EQ(described(AddBlock{block}), "Add App server");
  block.name = "Checkout";
  EXPECT_EQ(described(AddBlock{block}), "Add Checkout");
  EXPECT_EQ(described(SetBlock{block}), "Change web");
  EXPECT_EQ(described(MoveBlocks{{BlockId("users")}, {}}), "Move Visitors");
  EXPECT_EQ(described(MoveBlocks{{BlockId("users"), BlockId("web"), BlockId("x")}, {}}), "Move 3 blocks");
  EXPECT_EQ(described(SetBlockName{BlockId("users"), "Guests"}), "Rename Visitors to Guests");
  EXPECT_EQ(described(Paste{{block}, {}, {}}), "Paste 1 block");
  EXPECT_EQ(described(Paste{{block, block}, {}, {}}), "Paste 2 blocks");
}

TEST(Describe, NamesParametersByTheirLabel) {
  EXPECT_EQ(described(SetParam{{BlockId("web")}, "cpu_time", Law::constant(1_ms)}), "Set CPU time of web");
  EXPECT_EQ(described(SetParam{{BlockId("users"), BlockId("web")}, "cpu_time", Law::constant(1_ms)}),
            "Set CPU time of 2 blocks");
  EXPECT_EQ(described(SetParam{{BlockId("web")}, "instances", {}}), "Reset Instances of web");
  EXPECT_EQ(described(SetParam{{BlockId("web")}, "what", {}}), "Reset what of web");
}

TEST(Describe, NamesLinksByTheirEnds) {
  const Link link = *describedSite().links.find(LinkId("users-web"));
  EXPECT_EQ(described(AddLink{link}), "Connect Visitors to web");
  EXPECT_EQ(described(SetLink{link}), "Change link from Visitors to web");
}

TEST(Describe, CountsWhatIsDeleted) {
  EXPECT_EQ(described(Remove{{BlockId("users")}, {}, {}, {}}), "Delete Visitors");
  EXPECT_EQ(described(Remove{{BlockId("users"), BlockId("web")}, {}, {}, {}}), "Delete 2 blocks");
  EXPECT_EQ(described(Remove{{}, {LinkId("users-web")}, {}, {}}), "Delete link");
  EXPECT_EQ(described(Remove{{}, {}, {ZoneId("eu")}, {}}), "Delete zone");
  EXPECT_EQ(described(Remove{{}, {}, {}, {NoteId("a"), NoteId("b")}}), "Delete 2 notes");
  EXPECT_EQ(described(Remove{{BlockId("web")}, {LinkId("users-web")}, {}, {}}), "Delete 2 things");
}

TEST(Describe, TellsAddingFromChanging) {
  const Workload workload = *describedSite().workloads.find(WorkloadId("users-browse"));
  Workload added = workload;
  added.id = {};
  EXPECT_EQ(described(PutWorkload{workload}), "Change load at Visitors");
  EXPECT_EQ(described(PutWorkload{added}), "Add load at Visitors");
  EXPECT_EQ(described(PutObjective{*describedSite().objectives.find(ObjectiveId("p99"))}),
            "Change objective p99");
  EXPECT_EQ(described(PutObjective{}), "Add objective");
  EXPECT_EQ(described(PutClass{*describedSite().classes.find(ClassId("browse"))}),
            "Change request class browse");
  EXPECT_EQ(described(PutScenario{{{}, "Flood", "", {}, {}}}), "Add scenario Flood");
}

TEST(Describe, NamesTheRest) {
  EXPECT_EQ(described(AddZone{*describedSite().zones.find(ZoneId("eu"))}), "Add zone eu");
  EXPECT_EQ(described(SetZone{*describedSite().zones.find(ZoneId("eu"))}), "Change zone eu");
  EXPECT_EQ(described(Place{"Align tops", {}}), "Align tops");
  EXPECT_EQ(described(AddNote{}), "Add note");
  EXPECT_EQ(described(SetNote{}), "Change note");
  EXPECT_EQ(described(SetTitle{}), "Change title");
  EXPECT_EQ(described(RemoveClass{ClassId("browse")}), "Delete request class browse");
  EXPECT_EQ(described(RemoveWorkload{WorkloadId("users-browse")}), "Delete load at Visitors");
  EXPECT_EQ(described(RemoveObjective{ObjectiveId("p99")}), "Delete objective p99");
  EXPECT_EQ(described(RemoveScenario{ScenarioId("storm")}), "Delete scenario storm");
}

TEST(Describe, LetsABatchSpeakForItself) {
  const Edit move = MoveBlocks{{BlockId("users")}, {}};
  EXPECT_EQ(described(std::make_shared<const Batch>(Batch{"Tidy up", {move}})), "Tidy up");
  EXPECT_EQ(described(std::make_shared<const Batch>(Batch{"", {move}})), "Move Visitors");
  EXPECT_EQ(described(std::make_shared<const Batch>(Batch{"", {move, move}})), "2 changes");
  EXPECT_EQ(described(std::make_shared<const Batch>()), "No change");
}

}  // namespace
}  // namespace cantilever::edit
