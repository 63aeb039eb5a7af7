#include "tests/core/design_builder.h"
#include "tests/core/edit/edit_checks.h"

namespace cantilever::edit {
namespace {

using namespace cantilever::literals;
using test::applied;
using test::expectRefused;

Design zonedSystem() {
  return test::design()
      .zone("eu", ZoneKind::Region)
      .zone("eu-a", ZoneKind::AvailabilityZone, "eu")
      .zone("rack-1", ZoneKind::Rack, "eu-a")
      .block("users", "client")
      .block("web", "app")
      .in("rack-1")
      .block("db", "primary")
      .in("eu-a")
      .requestClass("buy", Access::Write)
      .workload("users", 100_rps, "browse")
      .workload("users", 10_rps, "buy")
      .objective("p99", Metric::LatencyP99, 200, "buy")
      .objective("all", Metric::LatencyP99, 200)
      .link("users", "web")
      .link("web", "db")
      .onlyFor({"buy"})
      .link("web", "db")
      .role(LinkRole::Read)
      .onlyFor({"browse", "buy"})
      .scenario("storm")
      .at(10_s, Change::KillInstances, "db", 1)
      .at(20_s, Change::LoadFactor, "", 2);
}

TEST(RemoveBlocks, TakesLinksWorkloadsAndEventsAlong) {
  Design after = applied(zonedSystem(), Remove{{BlockId("db")}, {}, {}, {}});
  EXPECT_EQ(after.links.size(), 1u);
  EXPECT_TRUE(after.links.contains(LinkId("users-web")));
  EXPECT_EQ(after.scenarios.find(ScenarioId("storm"))->events.size(), 1u);
  EXPECT_EQ(after.workloads, zonedSystem().workloads);

  after = applied(zonedSystem(), Remove{{BlockId("users"), BlockId("users")}, {LinkId("users-web")}, {}, {}});
  EXPECT_TRUE(after.workloads.isEmpty());
  EXPECT_FALSE(after.links.contains(LinkId("users-web")));
}

TEST(RemoveLinks, LeavesTheBlocks) {
  const Design after = applied(zonedSystem(), Remove{{}, {LinkId("web-db")}, {}, {}});
  EXPECT_EQ(after.blocks, zonedSystem().blocks);
  EXPECT_EQ(after.links.size(), 2u);
}

TEST(RemoveZones, MovesWhatIsInsideToTheParent) {
  Design after = applied(zonedSystem(), Remove{{}, {}, {ZoneId("eu-a")}, {}});
  EXPECT_EQ(after.blocks.find(BlockId("db"))->zone, ZoneId("eu"));
  EXPECT_EQ(after.blocks.find(BlockId("web"))->zone, ZoneId("rack-1"));
  EXPECT_EQ(after.zones.find(ZoneId("rack-1"))->parent, ZoneId("eu"));
  Design noted = zonedSystem();
  noted.notes.put({NoteId("n"), "", {}, {}, 0, ZoneId("eu-a")});
  after = applied(noted, Remove{{}, {}, {ZoneId("eu-a")}, {}});
  EXPECT_EQ(after.notes.find(NoteId("n"))->zone, ZoneId("eu"));

  after = applied(zonedSystem(), Remove{{}, {}, {ZoneId("rack-1"), ZoneId("eu-a")}, {}});
  EXPECT_EQ(after.blocks.find(BlockId("web"))->zone, ZoneId("eu")) << "past a parent that goes as well";

  after = applied(zonedSystem(), Remove{{}, {}, {ZoneId("rack-1"), ZoneId("eu-a"), ZoneId("eu")}, {}});
  EXPECT_TRUE(after.blocks.find(BlockId("web"))->zone.isEmpty());
  EXPECT_TRUE(after.zones.isEmpty());
}

TEST(RemoveZones, TakesTheWaysThereAlong) {
  Design drawn = zonedSystem();
  Zone us;
  us.id = ZoneId("us");
  us.params["ways"] = std::string("eu-a 40 ms, eu 35 ms");
  Zone moon;
  moon.id = ZoneId("moon");
  moon.params["ways"] = std::string("eu-a 1.3 s");
  drawn.zones.put(us);
  drawn.zones.put(moon);
  const Design after = applied(drawn, Remove{{}, {}, {ZoneId("eu-a")}, {}});
  EXPECT_EQ(after.zones.find(us.id)->params.at("ways"), ParamValue(std::string("eu 35 ms")));
  EXPECT_FALSE(after.zones.find(moon.id)->params.contains("ways"));
}

TEST(RemoveZones, TakesEventsAlong) {
  const Design drawn = zonedSystem();
  Design changed = drawn;
  Scenario storm = *changed.scenarios.find(ScenarioId("storm"));
  storm.events.push_back({1_s, {}, Change::ZoneOutage, 1});
  storm.events.back().zone = ZoneId("eu-a");
  changed.scenarios.put(storm);
  const Design after = applied(changed, Remove{{}, {}, {ZoneId("eu-a")}, {}});
  EXPECT_EQ(after.scenarios, drawn.scenarios);
}

TEST(RemoveZones, EndsInADamagedTree) {
  Design damaged = test::design()
                       .zone("a", ZoneKind::Rack, "b")
                       .zone("b", ZoneKind::Rack, "a")
                       .zone("c", ZoneKind::Rack, "gone")
                       .block("x", "app")
                       .in("a")
                       .block("y", "app")
                       .in("c");
  const Design after = applied(damaged, Remove{{}, {}, {ZoneId("a"), ZoneId("b"), ZoneId("c")}, {}});
  EXPECT_TRUE(after.zones.isEmpty());
  EXPECT_TRUE(after.blocks.find(BlockId("x"))->zone.isEmpty());
  EXPECT_TRUE(after.blocks.find(BlockId("y"))->zone.isEmpty());
}

TEST(Remove, RefusesWhatIsNotThere) {
  expectRefused(zonedSystem(), Remove{{BlockId("dbs")}, {}, {}, {}}, "edit.unknown_block", "dbs",
                "did you mean \"db\"?");
  expectRefused(zonedSystem(), Remove{{BlockId("db")}, {LinkId("x")}, {}, {}}, "edit.unknown_link", "x");
  expectRefused(zonedSystem(), Remove{{}, {}, {ZoneId("xyz")}, {}}, "edit.unknown_zone", "xyz");
  expectRefused(zonedSystem(), Remove{{}, {}, {}, {NoteId("x")}}, "edit.unknown_note", "x");
}

TEST(RemoveClass, TakesAlongWhatIsOnlyForIt) {
  const Design after = applied(zonedSystem(), RemoveClass{ClassId("buy")});
  EXPECT_EQ(after.workloads.size(), 1u);
  EXPECT_TRUE(after.workloads.contains(WorkloadId("users-browse")));
  EXPECT_EQ(after.objectives.size(), 1u);
  EXPECT_FALSE(after.links.contains(LinkId("web-db"))) << "it carried only that class";
  EXPECT_EQ(after.links.find(LinkId("web-db-2"))->classes, std::vector{ClassId("browse")});
  EXPECT_TRUE(after.links.contains(LinkId("users-web"))) << "an empty list means all classes";
}

}  // namespace
}  // namespace cantilever::edit
