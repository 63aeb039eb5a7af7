#include <set>
#include <vector>

#include "core/base/random.h"
#include "core/base/text.h"
#include "core/estimate/sheet_lines.h"
#include "tests/core/design_builder.h"
#include "tests/core/edit/edit_checks.h"

namespace cantilever::edit {
namespace {

using namespace cantilever::literals;
using test::editCatalog;

/// Draws edits of every kind. Most refer to what is there, some to what is not: these must be refused.
class EditGenerator {
 public:
  explicit EditGenerator(std::uint64_t seed) : m_random(seed) {}

  Edit draw(const Design& design, int depth = 0) {
    switch (m_random.below(depth == 0 ? 25u : 24u)) {
      case 0:
      case 1:
        return AddBlock{newBlock(design)};
      case 2:
      case 3:
      case 4:
        return AddLink{newLink(design)};
      case 5:
        return AddZone{
            {ZoneId(), "z", static_cast<ZoneKind>(m_random.below(3)), anyOf(design.zones), {}, {}}};
      case 6:
        return AddNote{{NoteId(), "text", {}, {}}};
      case 7:
        return Remove{some(design.blocks), some(design.links), some(design.zones), some(design.notes)};
      case 8:
        return MoveBlocks{some(design.blocks), {m_random.uniform() * 100, -8}};
      case 9:
        return SetBlockName{anyOf(design.blocks), "name"};
      case 10:
      case 11:
        return SetParam{some(design.blocks), m_random.chance(0.8) ? "instances" : "cpu_time", anyValue()};
      case 12:
        return SetLink{changed(design.links, [&](Link& link) { changeLink(design, link); })};
      case 13:
        return SetZone{changed(design.zones, [&](Zone& zone) { zone.parent = anyOf(design.zones); })};
      case 14:
        return SetNote{changed(design.notes, [](Note& note) { note.text += "!"; })};
      case 15:
        return SetBlock{changed(design.blocks, [&](Block& block) { block.zone = anyOf(design.zones); })};
      case 16:
        return PutClass{{maybeNew(design.classes), "class", Access::Read, m_random.chance(0.5), {}, {}, {}}};
      case 17:
        return PutWorkload{{maybeNew(design.workloads),
                            anyOf(design.classes),
                            anyOf(design.blocks),
                            perSecond(m_random.uniform() * 100 - 5),
                            {},
                            {},
                            {}}};
      case 18:
        return PutObjective{
            {maybeNew(design.objectives), Metric::LatencyP99, anyOf(design.classes), 100, {}}};
      case 19:
        return PutScenario{{maybeNew(design.scenarios),
                            "s",
                            "",
                            {{1_s, anyOf(design.blocks), Change::KillInstances, 1}},
                            {}}};
      case 20:
        return m_random.below(2) == 0 ? removeTraffic(design) : putControl(design);
      case 21:
        return paste(design);
      case 22:
        return Place{"Place",
                     {{{anyOf(design.blocks), {m_random.uniform() * 100, 8}}},
                      {{anyOf(design.zones), {{0, 0}, {m_random.uniform() * 100 - 5, 8}}}},
                      {}}};
      case 23:
        return m_random.chance(0.5) ? Edit(SetSheet{anySheet()}) : Edit(ApplySheet{anySheet()});
      default:
        return batch(design);
    }
  }

 private:
  /// An id out of the table; now and then one that is not there, or none.
  template <class T>
  typename Table<T>::IdType anyOf(const Table<T>& table) {
    using IdType = typename Table<T>::IdType;
    if (table.isEmpty() || m_random.chance(0.1)) {
      return m_random.chance(0.5) ? IdType() : IdType("ghost");
    }
    return table.pointers()[m_random.below(static_cast<std::uint32_t>(table.size()))]->id;
  }
  template <class T>
  std::vector<typename Table<T>::IdType> some(const Table<T>& table) {
    std::vector<typename Table<T>::IdType> ids;
    while (!table.isEmpty() && m_random.chance(0.4)) {
      ids.push_back(table.pointers()[m_random.below(static_cast<std::uint32_t>(table.size()))]->id);
    }
    return ids;
  }
  template <class T>
  typename Table<T>::IdType maybeNew(const Table<T>& table) {
    return m_random.chance(0.5) ? typename Table<T>::IdType() : anyOf(table);
  }
  template <class T, class Change>
  T changed(const Table<T>& table, Change change) {
    const T* found = table.find(anyOf(table));
    T element = found != nullptr ? *found : T{};
    change(element);
    return element;
  }
  Sheet anySheet() {
    const std::vector<estimate::LineSpec>& lines = estimate::sheetLines();
    Sheet sheet;
    while (m_random.chance(0.7)) {
      const estimate::LineSpec& line = lines[m_random.below(static_cast<std::uint32_t>(lines.size()))];
      sheet.typed[m_random.chance(0.05) ? "ghost" : line.key] =
          line.least + (m_random.uniform() * 1.1 - 0.05) * (line.most - line.least);
    }
    return sheet;
  }
  Block newBlock(const Design& design) {
    const auto& types = editCatalog().types();
    Block block;
    block.id = m_random.chance(0.2) ? anyOf(design.blocks) : BlockId();
    block.type =
        m_random.chance(0.05) ? "ghost" : types[m_random.below(static_cast<std::uint32_t>(types.size()))].key;
    block.zone = m_random.chance(0.5) ? ZoneId() : anyOf(design.zones);
    return block;
  }
  Link newLink(const Design& design) {
    Link link = suggestLink(design, anyOf(design.blocks), anyOf(design.blocks), editCatalog());
    changeLink(design, link);
    return link;
  }
  void changeLink(const Design& design, Link& link) {
    link.calls = m_random.uniform() * 3 - 0.1;
    link.role = static_cast<LinkRole>(m_random.below(9));
    if (m_random.chance(0.3)) {
      link.classes = some(design.classes);
    }
    if (m_random.chance(0.1)) {
      link.to = anyOf(design.blocks);
    }
  }
  std::optional<ParamValue> anyValue() {
    switch (m_random.below(4)) {
      case 0:
        return std::nullopt;
      case 1:
        return Law::exponential(5_ms);
      default:
        return Count(static_cast<std::int64_t>(m_random.below(4)));
    }
  }
  Edit putControl(const Design& design) {
    Perturbation event{1_s, anyOf(design.blocks), Change::SetInstances, 2};
    Perturbation stop{1_s, {}, Change::StopControl, 1};
    stop.name = anyOf(design.controls).text();
    return PutControl{{maybeNew(design.controls),
                       "c",
                       m_random.below(8) == 0 ? "whenever" : "every 1 min",
                       {m_random.below(2) == 0 ? event : stop},
                       {}}};
  }
  Edit removeTraffic(const Design& design) {
    switch (m_random.below(5)) {
      case 4:
        return RemoveControl{anyOf(design.controls)};
      case 0:
        return RemoveClass{anyOf(design.classes)};
      case 1:
        return RemoveWorkload{anyOf(design.workloads)};
      case 2:
        return RemoveObjective{anyOf(design.objectives)};
      default:
        return RemoveScenario{anyOf(design.scenarios)};
    }
  }
  Edit paste(const Design& design) {
    Paste paste;
    std::set<BlockId> ids;
    for (const BlockId& id : some(design.blocks)) {
      if (ids.insert(id).second) {
        paste.blocks.push_back(*design.blocks.find(id));
      }
    }
    for (const Link& link : design.links) {
      if (ids.contains(link.from) && ids.contains(link.to)) {
        paste.links.push_back(link);
      }
    }
    return paste;
  }
  Edit batch(const Design& design) {
    Batch batch;
    for (std::uint32_t n = m_random.below(4); n > 0; --n) {
      batch.edits.push_back(draw(design, 1));
    }
    return std::make_shared<const Batch>(std::move(batch));
  }

  RandomStream m_random;
};

template <class T>
void expectUniqueSlugs(const Table<T>& table) {
  std::set<std::string> ids;
  for (const T& element : table) {
    EXPECT_TRUE(isSlug(element.id.text())) << element.id;
    EXPECT_TRUE(ids.insert(element.id.text()).second) << element.id;
  }
}

/// Every reference leads somewhere, every id is a unique slug, and the zones are a tree.
void expectSound(const Design& design) {
  expectUniqueSlugs(design.blocks);
  expectUniqueSlugs(design.links);
  expectUniqueSlugs(design.zones);
  expectUniqueSlugs(design.notes);
  expectUniqueSlugs(design.classes);
  expectUniqueSlugs(design.workloads);
  expectUniqueSlugs(design.objectives);
  expectUniqueSlugs(design.scenarios);
  for (const Block& block : design.blocks) {
    EXPECT_TRUE(block.zone.isEmpty() || design.zones.contains(block.zone)) << block.id;
  }
  for (const Link& link : design.links) {
    EXPECT_TRUE(design.blocks.contains(link.from) && design.blocks.contains(link.to)) << link.id;
    EXPECT_NE(link.from, link.to);
    EXPECT_GE(link.calls, 0);
    for (const ClassId& id : link.classes) {
      EXPECT_TRUE(design.classes.contains(id)) << link.id;
    }
  }
  for (const Zone& zone : design.zones) {
    const Zone* parent = design.zones.find(zone.parent);
    EXPECT_TRUE(zone.parent.isEmpty() || parent != nullptr) << zone.id;
    EXPECT_TRUE(parent == nullptr || parent->kind < zone.kind) << zone.id;
  }
  for (const Workload& workload : design.workloads) {
    EXPECT_TRUE(design.blocks.contains(workload.entry)) << workload.id;
    EXPECT_TRUE(design.classes.contains(workload.requestClass)) << workload.id;
    EXPECT_GE(workload.peak, Rate());
  }
  for (const Objective& objective : design.objectives) {
    EXPECT_TRUE(objective.requestClass.isEmpty() || design.classes.contains(objective.requestClass));
  }
  expectUniqueSlugs(design.controls);
  for (const Control& control : design.controls) {
    for (const Perturbation& event : control.events) {
      EXPECT_TRUE(event.change == Change::StopControl ? design.controls.contains(ControlId(event.name))
                                                      : design.blocks.contains(event.target))
          << control.id;
    }
  }
  for (const Scenario& scenario : design.scenarios) {
    for (const Perturbation& event : scenario.events) {
      EXPECT_TRUE(design.blocks.contains(event.target)) << scenario.id;
      EXPECT_TRUE(event.zone.isEmpty() || design.zones.contains(event.zone)) << scenario.id;
    }
  }
}

/// Shares no element with the original, so that a change of one in place would show.
template <class T>
Table<T> deepCopy(const Table<T>& table) {
  Table<T> copy;
  for (const T& element : table) {
    copy.put(element);
  }
  return copy;
}
Design deepCopy(const Design& design) {
  Design copy = design;
  copy.blocks = deepCopy(design.blocks);
  copy.links = deepCopy(design.links);
  copy.zones = deepCopy(design.zones);
  copy.notes = deepCopy(design.notes);
  copy.classes = deepCopy(design.classes);
  copy.workloads = deepCopy(design.workloads);
  copy.objectives = deepCopy(design.objectives);
  copy.scenarios = deepCopy(design.scenarios);
  copy.controls = deepCopy(design.controls);
  return copy;
}

/// One step of an undo history, with an independent record of what both designs were.
struct HistoryStep {
  Design before, after;
  Design beforeRecord, afterRecord;
};

TEST(RandomEdits, KeepTheDesignSoundAndCanBeUndoneAndRedone) {
  int appliedEdits = 0;
  int refusedEdits = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    EditGenerator generator(seed);
    Design design = test::design().block("users", "client").block("web", "app").workload("users", 10_rps);
    const Design initial = deepCopy(design);
    std::vector<HistoryStep> history;
    for (int i = 0; i < 100; ++i) {
      const Edit edit = generator.draw(design);
      const auto result = apply(design, edit, editCatalog());
      EXPECT_FALSE(describe(edit, design, editCatalog()).empty());
      if (!result) {
        EXPECT_FALSE(result.error().code.empty());
        EXPECT_FALSE(result.error().message.empty());
        ++refusedEdits;
        continue;
      }
      ++appliedEdits;
      expectSound(*result);
      history.push_back({design, *result, deepCopy(design), deepCopy(*result)});
      design = *result;
      ASSERT_FALSE(testing::Test::HasFailure())
          << "seed " << seed << " edit " << i << ": " << describe(edit, initial, editCatalog());
    }
    const Design final = deepCopy(design);
    for (auto step = history.rbegin(); step != history.rend(); ++step) {  // undo all
      ASSERT_EQ(design, step->afterRecord);
      design = step->before;
      ASSERT_EQ(design, step->beforeRecord);
    }
    EXPECT_EQ(design, initial);
    for (const HistoryStep& step : history) {  // redo all
      design = step.after;
    }
    EXPECT_EQ(design, final);
  }
  EXPECT_GT(appliedEdits, 1000) << "the generator draws too many impossible edits";
  EXPECT_GT(refusedEdits, 200) << "the generator draws too few impossible edits";
}

}  // namespace
}  // namespace cantilever::edit
