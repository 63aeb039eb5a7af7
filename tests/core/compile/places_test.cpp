#include "core/compile/places.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "tests/core/design_builder.h"

namespace cantilever::compile {
namespace {

using namespace literals;
using test::design;
using test::DesignBuilder;

DesignBuilder europe() {
  return design()
      .zone("eu", ZoneKind::Region)
      .zone("eu-a", ZoneKind::AvailabilityZone, "eu")
      .zone("eu-b", ZoneKind::AvailabilityZone, "eu")
      .zone("eu-b1", ZoneKind::Rack, "eu-b")
      .zone("eu-b2", ZoneKind::Rack, "eu-b")
      .zone("us", ZoneKind::Region);
}

std::vector<std::string> spread(const std::string& zone, std::uint32_t room) {
  const Design drawn = europe();
  const Places places(drawn);
  std::vector<std::string> keys;
  for (const plan::Index at : places.spread(places.indexOf(ZoneId(zone)), room)) {
    keys.push_back(places.zones()[at].key);
  }
  return keys;
}

TEST(Places, WhatNamesAZoneThatIsNotThereIsToldAndIsOutside) {
  Design drawn = europe().block("web", "pool");
  Block web = *drawn.blocks.find(BlockId("web"));
  web.zone = ZoneId("asia");
  drawn.blocks.put(web);
  Note note;
  note.id = NoteId("why");
  note.zone = ZoneId("asia");
  drawn.notes.put(note);
  const Compiled result = compile(drawn, catalog::Catalog::builtIn());
  for (const auto& [code, name] : {std::pair("block.unknown_zone", "web"), {"note.unknown_zone", "why"}}) {
    const auto found = std::find_if(result.diagnostics.begin(), result.diagnostics.end(),
                                    [code = code](const Diagnostic& each) { return each.code == code; });
    ASSERT_NE(found, result.diagnostics.end()) << code;
    EXPECT_EQ(found->severity, Severity::Warning);
    EXPECT_NE(found->message.find(name), std::string::npos) << found->message;
    EXPECT_NE(found->message.find("asia"), std::string::npos) << found->message;
  }
}

TEST(Places, InstancesAreSpreadInTurnOverWhatAZoneHolds) {
  EXPECT_EQ(spread("eu", 6), (std::vector<std::string>{"eu-a", "eu-b1", "eu-a", "eu-b2", "eu-a", "eu-b1"}));
  EXPECT_EQ(spread("eu-b", 3), (std::vector<std::string>{"eu-b1", "eu-b2", "eu-b1"}));
}

TEST(Places, InstancesInAZoneWithoutFurtherOnesAreAllThere) {
  EXPECT_EQ(spread("eu-a", 3), std::vector<std::string>{"eu-a"});
  EXPECT_EQ(spread("us", 3), std::vector<std::string>{"us"});
  EXPECT_TRUE(spread("", 3).empty());
}

TEST(Places, LocalityIsByAvailabilityZone) {
  const Design drawn = europe();
  const Places places(drawn);
  const auto siteOf = [&](const char* zone) {
    return places.zones()[places.zones()[places.indexOf(ZoneId(zone))].site].key;
  };
  EXPECT_EQ(siteOf("eu-b1"), "eu-b");
  EXPECT_EQ(siteOf("eu-a"), "eu-a");
  EXPECT_EQ(siteOf("eu"), "eu");
}

TEST(Places, ZonesThatLieInThemselvesCountAsOutermost) {
  const Design drawn = design()
                           .zone("a", ZoneKind::Region, "b")
                           .zone("b", ZoneKind::Region, "a")
                           .zone("c", ZoneKind::Region, "c")
                           .zone("d", ZoneKind::Rack, "nowhere");
  const Places places(drawn);
  plan::Index tops = 0;
  for (const plan::Zone& zone : places.zones()) {
    tops += zone.parent == plan::kNone ? 1 : 0;
  }
  EXPECT_EQ(tops, 3u);
}

Compiled compiledPlaces(const Design& drawn, const char* scenario = "") {
  return compile(drawn, catalog::Catalog::builtIn(), {ScenarioId(scenario)});
}

/// A web tier in eu-a that calls a database.
DesignBuilder webAndDatabase(const char* databaseZone) {
  return europe()
      .block("users", "source")
      .in("eu-a")
      .block("web", "pool")
      .in("eu-a")
      .block("db", "pool")
      .in(databaseZone)
      .param("instances", 2)
      .param("queue", "per_instance")
      .link("users", "web")
      .link("web", "db")
      .workload("users", 10_rps);
}

TEST(Places, ALinkGoesByZonesOnlyWhereThatMakesADifference) {
  const Compiled apart = compiledPlaces(webAndDatabase("eu"));
  ASSERT_NE(apart.plan, nullptr);
  EXPECT_FALSE(apart.plan->links[0].isByZones);  // users-web: all of it in eu-a
  EXPECT_TRUE(apart.plan->links[1].isByZones);
  const Compiled together = compiledPlaces(webAndDatabase("eu-b1"));
  ASSERT_NE(together.plan, nullptr);
  EXPECT_FALSE(together.plan->links[1].isByZones);
  EXPECT_EQ(together.plan->links[1].latency, Law::constant(0.4_ms));
  const Compiled said = compiledPlaces(webAndDatabase("eu").latency(5_ms));
  ASSERT_NE(said.plan, nullptr);
  EXPECT_FALSE(said.plan->links[1].isByZones);
  EXPECT_EQ(said.plan->links[1].latency, Law::constant(5_ms));
}

std::string errorOf(const Compiled& compiled) {
  return compiled.diagnostics.empty() ? "" : compiled.diagnostics.front().code;
}

TEST(Places, ScenariosMustNameZonesThatAreThereAndApart) {
  const auto event = [](Change change, const char* zone, const char* other) {
    return compiledPlaces(webAndDatabase("eu").scenario("s").atZone(1_s, change, zone, other), "s");
  };
  EXPECT_NE(event(Change::ZoneOutage, "eu-b", "").plan, nullptr);
  EXPECT_NE(event(Change::Partition, "eu-a", "eu-b").plan, nullptr);
  EXPECT_NE(event(Change::AddZoneLatency, "eu", "eu").plan, nullptr);
  EXPECT_EQ(errorOf(event(Change::ZoneOutage, "", "")), "scenario.event");
  EXPECT_EQ(errorOf(event(Change::ZoneOutage, "mars", "")), "scenario.event");
  EXPECT_EQ(errorOf(event(Change::Partition, "eu-a", "mars")), "scenario.event");
  EXPECT_EQ(errorOf(event(Change::Partition, "eu", "eu-b1")), "scenario.event");
}

TEST(Places, APartitionAcrossCallsWithoutTimeoutsIsRemarkedUpon) {
  const auto cut = [](Duration timeout) {
    return compiledPlaces(
        webAndDatabase("eu").timeout(timeout).scenario("s").atZone(1_s, Change::Partition, "eu-a", "eu-b"),
        "s");
  };
  EXPECT_EQ(errorOf(cut(Duration())), "scenario.partition_without_timeout");
  EXPECT_EQ(errorOf(cut(1_s)), "");
}

TEST(Places, ScenariosMustNameInstancesThatThereIsRoomFor) {
  const auto event = [](std::uint32_t first, std::uint32_t last) {
    return compiledPlaces(
        webAndDatabase("eu").scenario("s").at(1_s, Change::Speed, "db", 0.1).onInstances(first, last), "s");
  };
  const Compiled fine = event(1, 1);
  ASSERT_NE(fine.plan, nullptr);
  EXPECT_EQ(fine.plan->actions[0].firstInstance, 1u);
  EXPECT_EQ(fine.plan->actions[0].lastInstance, 1u);
  EXPECT_EQ(errorOf(event(1, 2)), "scenario.no_such_instance");
  EXPECT_EQ(errorOf(event(1, 0)), "scenario.event");
}

}  // namespace
}  // namespace cantilever::compile
