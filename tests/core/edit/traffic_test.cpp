#include "tests/core/design_builder.h"
#include "tests/core/edit/edit_checks.h"

namespace cantilever::edit {
namespace {

using namespace cantilever::literals;
using test::applied;
using test::expectRefused;

Design trafficSite() {
  return test::design()
      .block("users", "client")
      .block("web", "app")
      .block("odd", "flux_capacitor")
      .workload("users", 100_rps, "browse")
      .objective("p99", Metric::LatencyP99, 200, "browse")
      .scenario("storm")
      .at(10_s, Change::KillInstances, "web", 1);
}

Workload workloadOf(const Design& design) {
  return *design.workloads.find(WorkloadId("users-browse"));
}

TEST(PutClass, AddsAndReplaces) {
  RequestClass item;
  item.name = "Check out";
  Design design = applied(trafficSite(), PutClass{item});
  ASSERT_TRUE(design.classes.contains(ClassId("check-out")));
  item.id = ClassId("check-out");
  item.access = Access::Write;
  design = applied(design, PutClass{item});
  EXPECT_EQ(design.classes.size(), 2u);
  EXPECT_EQ(design.classes.find(item.id)->access, Access::Write);
}

TEST(PutClass, RefusesBadIdsAndSizes) {
  RequestClass item;
  item.id = ClassId("a b");
  expectRefused(trafficSite(), PutClass{item}, "edit.bad_id", "a b");
  item.id = ClassId("a");
  item.replySize = bytes(-1);
  expectRefused(trafficSite(), PutClass{item}, "edit.out_of_range", "a.request_size");
}

TEST(PutClass, ChecksParametersAndDropsDefaults) {
  RequestClass item;
  item.id = ClassId("a");
  item.params = {{"keys", Count(1000)}, {"priority", Count(0)}};
  const Design design = applied(trafficSite(), PutClass{item});
  EXPECT_EQ(design.classes.find(item.id)->params, (Params{{"keys", Count(1000)}}));
  item.params = {{"keys", Count(0)}};
  expectRefused(trafficSite(), PutClass{item}, "param.out_of_range", "a.keys");
  item.params = {{"key", Count(5)}};
  expectRefused(trafficSite(), PutClass{item}, "edit.unknown_param", "a.key");
}

TEST(PutClass, LeavesOldFaultsAlone) {
  Design design = trafficSite();
  RequestClass item = *design.classes.begin();
  item.params = {{"unheard_of", OpaqueValue{"1"}}};
  design.classes.put(item);
  item.name = "Other";
  EXPECT_EQ(applied(design, PutClass{item}).classes.find(item.id)->params, item.params);
}

TEST(PutWorkload, EntersOnlyAtASource) {
  Workload item = workloadOf(trafficSite());
  item.id = {};
  item.entry = BlockId("web");
  expectRefused(trafficSite(), PutWorkload{item}, "edit.not_a_source", "web",
                "blocks of type \"App server\" offer none");
  item.entry = BlockId("gone");
  expectRefused(trafficSite(), PutWorkload{item}, "edit.unknown_block", "gone");
  item.entry = BlockId("odd");
  EXPECT_TRUE(applied(trafficSite(), PutWorkload{item}).workloads.contains(WorkloadId("odd-browse")));
}

TEST(PutWorkload, RefusesNegativeRatesAndUnknownClasses) {
  Workload item = workloadOf(trafficSite());
  item.peak = perSecond(-1);
  expectRefused(trafficSite(), PutWorkload{item}, "edit.out_of_range", "users-browse.peak");
  item = workloadOf(trafficSite());
  item.mean = perSecond(std::numeric_limits<double>::quiet_NaN());
  expectRefused(trafficSite(), PutWorkload{item}, "edit.out_of_range", "users-browse.mean");
  item = workloadOf(trafficSite());
  item.requestClass = ClassId("brows");
  expectRefused(trafficSite(), PutWorkload{item}, "edit.unknown_class", "brows", "did you mean \"browse\"?");
}

TEST(PutWorkload, LeavesOldFaultsAlone) {
  Design damaged = trafficSite();
  Workload item = workloadOf(damaged);
  item.entry = BlockId("gone");
  item.requestClass = ClassId("gone");
  damaged.workloads.put(item);
  item.peak = 5_rps;
  EXPECT_EQ(*applied(damaged, PutWorkload{item}).workloads.find(item.id), item);
}

TEST(PutObjective, ChecksClassAndLimit) {
  Objective item = *trafficSite().objectives.find(ObjectiveId("p99"));
  item.limit = 100;
  EXPECT_EQ(applied(trafficSite(), PutObjective{item}).objectives.find(item.id)->limit, 100);
  item.limit = -1;
  expectRefused(trafficSite(), PutObjective{item}, "edit.out_of_range", "p99.limit");
  item = {ObjectiveId("ok"), Metric::SuccessRatio, {}, 99.9, {}};
  expectRefused(trafficSite(), PutObjective{item}, "edit.out_of_range", "ok.limit", "at most 1");
  item = {{}, Metric::LatencyP50, ClassId("gone"), 10, {}};
  expectRefused(trafficSite(), PutObjective{item}, "edit.unknown_class", "gone");
}

TEST(PutScenario, ChecksNewEvents) {
  Scenario item = *trafficSite().scenarios.find(ScenarioId("storm"));
  item.events.push_back({20_s, {}, Change::LoadFactor, 2});
  EXPECT_EQ(applied(trafficSite(), PutScenario{item}).scenarios.find(item.id)->events.size(), 2u);
  item.events.push_back({20_s, BlockId("gone"), Change::RestoreInstances, 1});
  expectRefused(trafficSite(), PutScenario{item}, "edit.unknown_block", "gone");
  item.events.back() = {Duration::nanoseconds(-1), BlockId("web"), Change::KillInstances, 1};
  expectRefused(trafficSite(), PutScenario{item}, "edit.out_of_range", "storm.events");
  item.events.back() = {1_s, BlockId("web"), Change::KillInstances, -1};
  expectRefused(trafficSite(), PutScenario{item}, "edit.out_of_range", "storm.events");
  item.events.back() = {1_s, {}, Change::ZoneOutage, 1};
  item.events.back().zone = ZoneId("gone");
  expectRefused(trafficSite(), PutScenario{item}, "edit.unknown_zone", "gone");
}

TEST(PutControl, ChecksItsTriggerAndItsEvents) {
  Control item;
  item.id = ControlId("grow");
  item.when = "every 1 h";
  item.events = {{Duration(), BlockId("web"), Change::SetInstances, 4}};
  const Design design = applied(trafficSite(), PutControl{item});
  EXPECT_EQ(design.controls.find(item.id)->events.size(), 1u);
  item.when = "now and then";
  expectRefused(design, PutControl{item}, "edit.out_of_range", "grow.when", "does not say when");
  item.when = "every 2 h";
  item.events = {{Duration(), BlockId("gone"), Change::SetInstances, 4}};
  expectRefused(design, PutControl{item}, "edit.unknown_block", "gone");
  Perturbation event;
  event.change = Change::StopControl;
  event.name = "nothing";
  item.events = {event};
  expectRefused(design, PutControl{item}, "edit.unknown_control", "nothing");
  event.change = Change::SetFlag;
  event.name = "";
  item.events = {event};
  expectRefused(design, PutControl{item}, "edit.out_of_range", "grow.events");
  event.change = Change::RouteWeight;
  event.link = LinkId("no-such");
  item.events = {event};
  expectRefused(design, PutControl{item}, "edit.unknown_link", "no-such");
}

TEST(RemoveControl, TakesWhatWouldStopItAlong) {
  Control first;
  first.id = ControlId("rollout");
  first.when = "at 1 s";
  Perturbation stop;
  stop.change = Change::StopControl;
  stop.name = "rollout";
  Control second;
  second.id = ControlId("rollback");
  second.when = "failed_ratio above 5 %";
  second.events = {stop};
  const Design both = applied(applied(trafficSite(), PutControl{first}), PutControl{second});
  const Design after = applied(both, RemoveControl{ControlId("rollout")});
  EXPECT_EQ(after.controls.size(), 1u);
  EXPECT_TRUE(after.controls.find(ControlId("rollback"))->events.empty());
  expectRefused(after, RemoveControl{ControlId("rollout")}, "edit.unknown_control", "rollout");
}

TEST(SetTitle, SetsNameAndDescription) {
  const Design after = applied(trafficSite(), SetTitle{"New", "Text"});
  EXPECT_EQ(after.name, "New");
  EXPECT_EQ(after.description, "Text");
}

TEST(RemoveTraffic, RemovesOneOrSaysThatItIsNotThere) {
  EXPECT_TRUE(applied(trafficSite(), RemoveWorkload{WorkloadId("users-browse")}).workloads.isEmpty());
  EXPECT_TRUE(applied(trafficSite(), RemoveObjective{ObjectiveId("p99")}).objectives.isEmpty());
  EXPECT_TRUE(applied(trafficSite(), RemoveScenario{ScenarioId("storm")}).scenarios.isEmpty());
  expectRefused(trafficSite(), RemoveWorkload{WorkloadId("x")}, "edit.unknown_workload", "x");
  expectRefused(trafficSite(), RemoveObjective{ObjectiveId("x")}, "edit.unknown_objective", "x");
  expectRefused(trafficSite(), RemoveScenario{ScenarioId("x")}, "edit.unknown_scenario", "x");
  expectRefused(trafficSite(), RemoveClass{ClassId("x")}, "edit.unknown_class", "x");
}

}  // namespace
}  // namespace cantilever::edit
