// What orders do that nobody can have meant is said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/compile/compile.h"
#include "tests/core/design_builder.h"

namespace cantilever::compile {
namespace {

using namespace literals;
using test::design;
using ::testing::HasSubstr;

test::DesignBuilder shop() {
  test::DesignBuilder builder = design("shop");
  builder.block("users", "source")
      .block("web", "pool")
      .param("instances", 3)
      .param("queue", "per_instance")
      .link("users", "web")
      .workload("users", 10_rps);
  return builder;
}

/// The remark of that code when the scenario "s" is played, or nothing.
std::string remarkOn(const Design& of, const char* code, const char* scenario = "s") {
  const Compiled result = compile(of, catalog::Catalog::builtIn(), {.scenario = ScenarioId(scenario)});
  for (const Diagnostic& each : result.diagnostics) {
    if (each.code == code) {
      return each.message;
    }
  }
  return {};
}

TEST(OrderRemarks, OfDrainingEveryInstance) {
  const auto draining = [](double value) {
    return remarkOn(shop().scenario("s").at(1_s, Change::Drain, "web", value), "scenario.drains_all");
  };
  EXPECT_THAT(draining(3), HasSubstr("every instance of"));
  EXPECT_THAT(draining(0.9), HasSubstr("every instance of")) << "2.7 of 3";
  EXPECT_EQ(draining(2), "");
  EXPECT_EQ(draining(0.5), "");
  EXPECT_THAT(remarkOn(shop().scenario("s").at(1_s, Change::Drain, "web", 1).onInstances(0, 2),
                       "scenario.drains_all"),
              HasSubstr("every instance of"));
  EXPECT_EQ(remarkOn(shop().scenario("s").at(1_s, Change::Drain, "web", 1).onInstances(1, 2),
                     "scenario.drains_all"),
            "");
}

test::DesignBuilder routed(double first, double second) {
  test::DesignBuilder builder = design("routed");
  builder.block("users", "source")
      .block("edge", "choose")
      .block("a", "pool")
      .block("b", "pool")
      .link("users", "edge")
      .link("edge", "a")
      .role(LinkRole::Route)
      .weight(first)
      .link("edge", "b")
      .role(LinkRole::Route)
      .weight(second)
      .workload("users", 10_rps)
      .scenario("s");
  return builder;
}

TEST(OrderRemarks, OfRoutesWithoutWeight) {
  EXPECT_THAT(remarkOn(routed(0, 0), "link.weights_of_nothing"), HasSubstr("as likely as the others"));
  EXPECT_EQ(remarkOn(routed(0, 1), "link.weights_of_nothing"), "");
  EXPECT_THAT(
      remarkOn(routed(0, 1).atLink(1_s, Change::RouteWeight, "edge-b", 0), "scenario.weights_of_nothing"),
      HasSubstr("with the weight 0"));
  EXPECT_EQ(
      remarkOn(routed(1, 1).atLink(1_s, Change::RouteWeight, "edge-b", 0), "scenario.weights_of_nothing"),
      "");
}

TEST(OrderRemarks, OfDriftWithoutHotKeys) {
  const auto drifting = [](double exponent) {
    return remarkOn(shop()
                        .scenario("s")
                        .classParam("request", "keys", 100)
                        .classParam("request", "key_exponent", exponent)
                        .classParam("request", "key_drift", 1_s),
                    "class.drift_of_nothing");
  };
  EXPECT_THAT(drifting(0), HasSubstr("equally popular"));
  EXPECT_EQ(drifting(1), "");
}

TEST(OrderRemarks, OfFlagsThatNobodyAsks) {
  Design design = shop().scenario("s");
  Scenario scenario = *design.scenarios.find(ScenarioId("s"));
  Perturbation event;
  event.change = Change::SetFlag;
  event.name = "typo";
  scenario.events.push_back(event);
  design.scenarios.put(scenario);
  EXPECT_THAT(remarkOn(design, "scenario.flag_of_none"), HasSubstr("\"typo\""));
  Link link = *design.links.find(LinkId("users-web"));
  link.params["flag"] = std::string("typo");
  design.links.put(link);
  EXPECT_EQ(remarkOn(design, "scenario.flag_of_none"), "");
}

TEST(EventErrors, SayWhatAnActionActsOn) {
  EXPECT_THAT(remarkOn(shop().scenario("s").at(1_s, Change::Drain, "", 1), "scenario.event"),
              HasSubstr("names no block; \"drain\" acts on a block."));
  EXPECT_THAT(remarkOn(shop().scenario("s").atLink(1_s, Change::RouteWeight, "", 1), "scenario.event"),
              HasSubstr("names no link; \"route_weight\" acts on a link."));
  EXPECT_THAT(remarkOn(shop().scenario("s").atZone(1_s, Change::ZoneOutage, ""), "scenario.event"),
              HasSubstr("names no zone; \"zone_outage\" acts on a zone."));
}

TEST(ParameterErrors, OfAClassNameIt) {
  const Compiled wrong = compile(shop().classParam("request", "keys", -5), catalog::Catalog::builtIn());
  ASSERT_FALSE(wrong.diagnostics.empty());
  EXPECT_THAT(wrong.diagnostics.front().message, HasSubstr("Request class \"request\": "));
}

}  // namespace
}  // namespace cantilever::compile
