#include "core/model/diff.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "core/base/random.h"

namespace cantilever {
namespace {

using namespace cantilever::literals;

Design diffSample() {
  Design design;
  for (const char* id : {"app", "db", "web"}) {
    Block block;
    block.id = BlockId(id);
    block.type = "app_server";
    block.params.emplace("instances", Count(3));
    design.blocks.put(block);
  }
  Link link;
  link.id = LinkId("web-app");
  link.from = BlockId("web");
  link.to = BlockId("app");
  design.links.put(link);
  design.zones.put({ZoneId("az"), "Zone", ZoneKind::AvailabilityZone, {}, {}, {}});
  design.notes.put({NoteId("n"), "hello", {}, {}});
  design.classes.put({ClassId("read"), "Read", Access::Read, false, {}, {}, {}, {}});
  Workload workload;
  workload.id = WorkloadId("w");
  workload.requestClass = ClassId("read");
  workload.entry = BlockId("web");
  workload.peak = 100_rps;
  design.workloads.put(workload);
  design.objectives.put({ObjectiveId("o"), Metric::LatencyP99, {}, 200, {}});
  design.scenarios.put(
      {ScenarioId("s"), "Storm", "", {{10_s, BlockId("app"), Change::KillInstances, 1}}, {}});
  design.controls.put({ControlId("c"), "Alert", "at 1 s", {}, {}});
  return design;
}

/// A copy of the sample in which one element has been edited.
template <class T>
Design edited(Table<T> Design::*table, const char* id, const std::function<void(T&)>& edit) {
  Design design = diffSample();
  T element = *(design.*table).find(typename Table<T>::IdType(id));
  edit(element);
  (design.*table).put(element);
  return design;
}

TEST(Diff, OfEqualDesignsIsEmpty) {
  const Design design = diffSample();
  for (const Design& other : {design, diffSample()}) {  // shared elements, and equal ones
    const DesignDiff result = diff(design, other);
    EXPECT_TRUE(result.blocks.isEmpty() && result.links.isEmpty() && result.zones.isEmpty() &&
                result.notes.isEmpty());
    EXPECT_FALSE(result.hasOtherChanges);
    EXPECT_FALSE(result.hasBehaviourChanges);
  }
}

TEST(Diff, ListsAddedRemovedAndChangedInOrder) {
  const Design before = diffSample();
  Design after = edited<Block>(&Design::blocks, "db", [](Block& b) { b.params.clear(); });
  after.blocks.erase(BlockId("app"));
  after.blocks.put({BlockId("cache"), "redis_cluster", "", {}, {}, {}, false, {}});
  after.blocks.put({BlockId("aaa"), "redis_cluster", "", {}, {}, {}, false, {}});
  const DesignDiff result = diff(before, after);
  EXPECT_EQ(result.blocks.added, (std::vector{BlockId("aaa"), BlockId("cache")}));
  EXPECT_EQ(result.blocks.removed, std::vector{BlockId("app")});
  EXPECT_EQ(result.blocks.changed, std::vector{BlockId("db")});
  EXPECT_TRUE(result.links.isEmpty());
  EXPECT_TRUE(result.hasBehaviourChanges);
  EXPECT_FALSE(result.hasOtherChanges);
}

TEST(Diff, WhatIsOnlyDrawnOrReadIsNoBehaviour) {
  const Design edits[] = {
      edited<Block>(&Design::blocks, "app",
                    [](Block& b) {
                      b.position = {8, 8};
                    }),
      edited<Block>(&Design::blocks, "app", [](Block& b) { b.name = "App"; }),
      edited<Block>(&Design::blocks, "app", [](Block& b) { b.isPinned = true; }),
      edited<Block>(&Design::blocks, "app",
                    [](Block& b) {
                      b.extras = {{"x", "1"}};
                    }),
      edited<Zone>(&Design::zones, "az", [](Zone& z) { z.isCollapsed = true; }),
      edited<Zone>(&Design::zones, "az",
                   [](Zone& z) {
                     z.area.size = {100, 100};
                   }),
      edited<Zone>(&Design::zones, "az", [](Zone& z) { z.name = "North"; }),
      edited<Note>(&Design::notes, "n", [](Note& n) { n.text = "bye"; }),
      edited<Objective>(&Design::objectives, "o", [](Objective& o) { o.limit = 100; }),
      edited<Scenario>(&Design::scenarios, "s", [](Scenario& s) { s.description = "text"; }),
  };
  for (const Design& after : edits) {
    EXPECT_FALSE(diff(diffSample(), after).hasBehaviourChanges);
    EXPECT_FALSE(after == diffSample()) << "the edit must change something";
  }
}

TEST(Diff, WhatCouldAlterAPlanIsBehaviour) {
  Design slice = diffSample();
  slice.slice = 10;
  Design withoutLink = diffSample();
  withoutLink.links.erase(LinkId("web-app"));
  const Design edits[] = {
      slice,
      withoutLink,
      edited<Block>(&Design::blocks, "app", [](Block& b) { b.params["instances"] = Count(4); }),
      edited<Block>(&Design::blocks, "app", [](Block& b) { b.type = "worker"; }),
      edited<Block>(&Design::blocks, "app", [](Block& b) { b.zone = ZoneId("az"); }),
      edited<Link>(&Design::links, "web-app", [](Link& l) { l.calls = 2; }),
      edited<Zone>(&Design::zones, "az", [](Zone& z) { z.parent = ZoneId("region"); }),
      edited<RequestClass>(&Design::classes, "read", [](RequestClass& c) { c.isCacheable = true; }),
      edited<Workload>(&Design::workloads, "w", [](Workload& w) { w.peak = 200_rps; }),
      edited<Scenario>(&Design::scenarios, "s", [](Scenario& s) { s.events.clear(); }),
      edited<Control>(&Design::controls, "c", [](Control& c) { c.when = "at 2 s"; }),
  };
  for (const Design& after : edits) {
    EXPECT_TRUE(diff(diffSample(), after).hasBehaviourChanges);
  }
}

TEST(Diff, ReportsTheRestAsOtherChanges) {
  Design title = diffSample();
  title.name = "New";
  Design sources = diffSample();
  sources.sources.push_back("a paper");
  EXPECT_TRUE(diff(diffSample(), title).hasOtherChanges);
  EXPECT_TRUE(diff(diffSample(), sources).hasOtherChanges);
  EXPECT_TRUE(
      diff(diffSample(), edited<Objective>(&Design::objectives, "o", [](Objective& o) { o.limit = 1; }))
          .hasOtherChanges);
  EXPECT_FALSE(diff(diffSample(), edited<Block>(&Design::blocks, "app", [](Block& b) { b.name = "x"; }))
                   .hasOtherChanges);
}

/// A design of blocks with random ids out of a few.
Design randomDesign(RandomStream& random) {
  Design design;
  for (std::uint32_t n = random.below(12); n > 0; --n) {
    Block block;
    block.id = BlockId("b" + std::to_string(random.below(15)));
    block.type = "t" + std::to_string(random.below(3));
    design.blocks.put(block);
  }
  return design;
}

TEST(Diff, TurnsOneDesignIntoTheOther) {
  RandomStream random(61);
  for (int i = 0; i < 500; ++i) {
    const Design before = randomDesign(random);
    const Design after = randomDesign(random);
    const DesignDiff result = diff(before, after);
    Design rebuilt = before;
    for (const BlockId& id : result.blocks.removed) {
      EXPECT_TRUE(rebuilt.blocks.erase(id));
    }
    for (const BlockId& id : result.blocks.added) {
      EXPECT_FALSE(rebuilt.blocks.contains(id));
      rebuilt.blocks.put(*after.blocks.find(id));
    }
    for (const BlockId& id : result.blocks.changed) {
      EXPECT_FALSE(*rebuilt.blocks.find(id) == *after.blocks.find(id));
      rebuilt.blocks.put(*after.blocks.find(id));
    }
    EXPECT_EQ(rebuilt, after);
    EXPECT_EQ(result.hasBehaviourChanges, !(before == after));
  }
}

}  // namespace
}  // namespace cantilever
