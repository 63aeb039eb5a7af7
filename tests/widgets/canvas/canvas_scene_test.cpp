#include "widgets/canvas/canvas_scene.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "core/catalog/block_type.h"
#include "core/edit/edit.h"
#include "core/model/diff.h"
#include "tests/core/design_builder.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

const catalog::Catalog& types() {
  return catalog::Catalog::builtIn();
}

std::string dumpOf(const CanvasScene& scene) {
  return toUtf8(scene.dump());
}

/// Random edits of every kind that the canvas shows, on a design that stays small enough for collisions.
class EditDice {
 public:
  explicit EditDice(unsigned seed) : m_random(seed) {}

  edit::Edit roll(const Design& design) {
    switch (number(14)) {
      case 0:
      case 1:
        return edit::AddBlock{block(design)};
      case 2:
      case 3:
        return edit::AddLink{link(design)};
      case 4:
        return edit::Remove{{anyBlock(design)}, {}, {}, {}};
      case 5:
        return edit::Remove{{}, {any(design.links)}, {any(design.zones)}, {any(design.notes)}};
      case 6:
      case 7:
        return edit::MoveBlocks{{anyBlock(design), anyBlock(design)},
                                {8.0 * number(40) - 160, 8.0 * number(40) - 160}};
      case 8:
        return edit::SetBlockName{anyBlock(design), "name " + std::to_string(number(100))};
      case 9:
        return edit::SetParam{{anyBlock(design)}, "instances", Count(1 + number(5))};
      case 10: {
        Zone zone{
            ZoneId("zone-" + std::to_string(number(4))), "Zone", ZoneKind::Region, ZoneId(), area(), {}};
        zone.isCollapsed = number(3) == 0;
        return design.zones.contains(zone.id) ? edit::Edit(edit::SetZone{zone})
                                              : edit::Edit(edit::AddZone{zone});
      }
      case 11: {
        Note note{
            NoteId("note-" + std::to_string(number(4))), "**n** " + std::to_string(number(9)), area(), {}};
        note.zone = number(2) == 0 ? any(design.zones) : ZoneId();
        return design.notes.contains(note.id) ? edit::Edit(edit::SetNote{note})
                                              : edit::Edit(edit::AddNote{note});
      }
      case 12: {
        const Link* old = design.links.find(any(design.links));
        Link changed = old != nullptr ? *old : link(design);
        changed.mode = number(2) == 0 ? LinkMode::Call : LinkMode::Send;
        changed.role = static_cast<LinkRole>(number(9));
        changed.to = anyBlock(design);
        return edit::SetLink{changed};
      }
      default: {
        Workload workload;
        workload.id = WorkloadId("load-" + std::to_string(number(3)));
        workload.requestClass = ClassId("page");
        workload.entry = anyBlock(design);
        workload.peak = perSecond(100 * (1 + number(9)));
        workload.mean = workload.peak;
        return edit::PutWorkload{workload};
      }
    }
  }

 private:
  int number(int below) { return std::uniform_int_distribution<int>(0, below - 1)(m_random); }
  Rect area() { return {{8.0 * number(60), 8.0 * number(60)}, {200.0 + 8 * number(20), 160}}; }

  template <class T>
  auto any(const Table<T>& table) -> typename Table<T>::IdType {
    if (table.isEmpty()) {
      return {};
    }
    return table.pointers()[static_cast<std::size_t>(number(static_cast<int>(table.size())))]->id;
  }
  BlockId anyBlock(const Design& design) { return any(design.blocks); }
  Block block(const Design& design) {
    const auto& all = types().types();
    Block added;
    // Now and then a type from the future.
    added.type =
        number(8) == 0 ? "holodeck" : all[static_cast<std::size_t>(number(static_cast<int>(all.size())))].key;
    added.id = edit::freeBlockId(design, added.type);
    added.name = added.type;
    added.position = {8.0 * number(120), 8.0 * number(80)};
    added.zone = number(2) == 0 ? any(design.zones) : ZoneId();
    return added;
  }
  Link link(const Design& design) {
    Link added;
    added.id = edit::freeLinkId(design, "link");
    added.from = anyBlock(design);
    added.to = anyBlock(design);
    return added;
  }

  std::mt19937 m_random;
};

CanvasOverlay someOverlay(const Design& design) {
  CanvasOverlay overlay;
  double rate = 10;
  for (const Block& block : design.blocks) {
    overlay.blocks[block.id] = {0.1 * rate / 100, rate, 1, QStringLiteral("timed out"), 1, 2};
    rate *= 1.5;
  }
  for (const Link& link : design.links) {
    overlay.links[link.id] = {rate, 0};
    rate *= 1.1;
  }
  return overlay;
}

TEST(CanvasScene, UpdatedByDiffsEqualsARebuildAfterAnyEdits) {
  int applied = 0;
  for (unsigned seed = 1; seed <= 5; ++seed) {
    EditDice dice(seed);
    CanvasScene updated(types());
    std::vector<Diagnostic> remarks;
    DesignPtr design = std::make_shared<const Design>();
    updated.rebuild(design);
    for (int step = 0; step < 250; ++step) {
      const Result<Design> next = edit::apply(*design, dice.roll(*design), types());
      if (!next) {
        continue;  // the dice ask for impossible things too
      }
      ++applied;
      const DesignPtr after = std::make_shared<const Design>(*next);
      updated.update(after, diff(*design, *after));
      design = after;
      CanvasScene rebuilt(types());
      if (step == 100) {
        updated.setOverlay(someOverlay(*design));
        Diagnostic remark;
        remark.message = "A remark";
        remark.block = design->blocks.isEmpty() ? BlockId() : design->blocks.begin()->id;
        remarks.push_back(remark);
        remark.block = BlockId();
        remark.link = design->links.isEmpty() ? LinkId() : design->links.begin()->id;
        remarks.push_back(remark);
        updated.setDiagnostics(remarks);
      }
      if (step >= 100) {
        rebuilt.setOverlay(updated.overlay());
        rebuilt.setDiagnostics(remarks);
      }
      rebuilt.rebuild(design);
      ASSERT_EQ(dumpOf(updated), dumpOf(rebuilt)) << "seed " << seed << " step " << step;
    }
  }
  EXPECT_GT(applied, 600) << "most edits should have been possible";
}

Design pairOfBlocks() {
  Design design;
  for (const auto& [id, x] : {std::pair("web", 0.0), std::pair("db", 400.0)}) {
    Block block;
    block.id = BlockId(id);
    block.type = std::string(id) == "web" ? "app_server" : "rdbms_primary";
    block.name = id;
    block.position = {x, 0};
    design.blocks.put(block);
  }
  Link link;
  link.id = LinkId("web-db");
  link.from = BlockId("web");
  link.to = BlockId("db");
  design.links.put(link);
  return design;
}

TEST(CanvasScene, DraftMovesBlocksAndTheirLinksAndLeavesNoTrace) {
  CanvasScene scene(types());
  scene.rebuild(std::make_shared<const Design>(pairOfBlocks()));
  const std::string before = dumpOf(scene);
  scene.setDraft({{BlockId("db")}, {}, {}, {}}, {80, 240});
  EXPECT_EQ(scene.blockItem(BlockId("db"))->pos(), QPointF(480, 240));
  EXPECT_EQ(scene.blockItem(BlockId("web"))->pos(), QPointF(0, 0));
  EXPECT_NE(dumpOf(scene), before);
  scene.clearDraft();
  EXPECT_EQ(dumpOf(scene), before);
}

TEST(CanvasScene, ReportsOneChangeOfSelectionHoweverManyItems) {
  CanvasScene scene(types());
  scene.rebuild(std::make_shared<const Design>(pairOfBlocks()));
  int changes = 0;
  QObject::connect(&scene, &CanvasScene::designSelectionChanged, &scene, [&] { ++changes; });
  const Selection all{{BlockId("db"), BlockId("web")}, {LinkId("web-db")}, {}, {}};
  scene.select(all);
  EXPECT_EQ(changes, 1);
  EXPECT_EQ(scene.selection(), all);
  scene.select(all);
  EXPECT_EQ(changes, 1) << "nothing changed";
}

// A straight link has an area without height; a note is as large as its paper, not as its shadow.
TEST(CanvasScene, AMarqueeTakesStraightLinksAndWhatItTouches) {
  Design design =
      cantilever::test::design("Row").block("a", "pool").block("b", "pool").link("a", "b").build();
  Block b = *design.blocks.find(BlockId("b"));
  b.position = {320, 0};
  design.blocks.put(b);
  Note note;
  note.id = NoteId("note");
  note.area = {0, 200, 160, 80};
  design.notes.put(note);
  CanvasScene scene(types());
  scene.rebuild(std::make_shared<const Design>(design));
  scene.selectIn(QRectF(-50, -50, 700, 200), {});
  EXPECT_EQ(scene.selection().blocks.size(), 2U);
  EXPECT_EQ(scene.selection().links.size(), 1U);
  EXPECT_TRUE(scene.selection().notes.empty());
  scene.selectIn(QRectF(165, 210, 50, 50), {});
  EXPECT_TRUE(scene.selection().notes.empty()) << "beside it";
  scene.selectIn(QRectF(155, 210, 50, 50), {});
  EXPECT_EQ(scene.selection().notes.size(), 1U);
}

TEST(CanvasScene, RemarksAndFiguresReachTheirItems) {
  CanvasScene scene(types());
  scene.rebuild(std::make_shared<const Design>(pairOfBlocks()));
  Diagnostic remark;
  remark.severity = Severity::Error;
  remark.message = "The database has no backup.";
  remark.block = BlockId("db");
  scene.setDiagnostics({remark});
  EXPECT_NE(dumpOf(scene).find("The database has no backup."), std::string::npos);
  CanvasOverlay overlay;
  overlay.blocks[BlockId("db")] = {0.85, 1200, 30, QStringLiteral("queue full"), 1, 2};
  scene.setOverlay(overlay);
  EXPECT_NE(dumpOf(scene).find("0.85 1200 30 queue full 1/2"), std::string::npos);
  scene.clearOverlay();
  scene.setDiagnostics({});
  EXPECT_EQ(dumpOf(scene).find("queue full"), std::string::npos);
  EXPECT_EQ(dumpOf(scene).find("backup"), std::string::npos);
}

// Each analysis brings figures and remarks for all; most are those that are shown already.
TEST(CanvasScene, OnlyWhatShowsOtherFiguresIsPaintedAnew) {
  CanvasScene scene(types());
  const Design design = pairOfBlocks();
  scene.rebuild(std::make_shared<const Design>(design));
  CanvasOverlay overlay = someOverlay(design);
  scene.setOverlay(overlay);
  scene.takeDamage();
  scene.setOverlay(overlay);
  const CanvasScene::Damage none = scene.takeDamage();
  EXPECT_FALSE(none.isAll);
  EXPECT_TRUE(none.areas.empty());
  overlay.blocks[BlockId("db")].utilisation = 0.9;
  scene.setOverlay(overlay);
  const QRectF database = scene.blockItem(BlockId("db"))->sceneBoundingRect();
  EXPECT_EQ(scene.takeDamage().areas, std::vector{database});
  Diagnostic remark;
  remark.message = "The database has no backup.";
  remark.block = BlockId("db");
  scene.setDiagnostics({remark});
  EXPECT_EQ(scene.takeDamage().areas, std::vector{database});
  scene.setDiagnostics({});
  EXPECT_EQ(scene.takeDamage().areas, std::vector{database});
  scene.clearOverlay();
  EXPECT_EQ(scene.takeDamage().areas.size(), 2U) << "the two blocks";
}

TEST(CanvasScene, KeepsALinkWhoseEndIsMissing) {
  Design design = pairOfBlocks();
  design.blocks.erase(BlockId("db"));
  CanvasScene scene(types());
  scene.rebuild(std::make_shared<const Design>(design));
  EXPECT_NE(dumpOf(scene).find("link web-db"), std::string::npos);
  EXPECT_TRUE(scene.linkItems().at(LinkId("web-db"))->line().isEmpty());
}

// A note that a collapsed zone owns is nowhere: no link goes around it, nothing chooses it, no picture has
// it.
TEST(CanvasScene, HidesNotesWithTheirZone) {
  Design design = pairOfBlocks();
  Zone zone;
  zone.id = ZoneId("zone");
  zone.area = {{0, 200}, {800, 400}};
  design.zones.put(zone);
  const NoteId id("note");
  design.notes.put({id, "In the way", {{240, -40}, {80, 160}}, {}, 0, zone.id});
  CanvasScene scene(types());
  scene.rebuild(std::make_shared<const Design>(design));
  const auto bends = [&] { return scene.linkItems().at(LinkId("web-db"))->route().points.size(); };
  EXPECT_GT(bends(), 2U) << "around the note";
  const DesignPtr open = scene.designPointer();
  zone.isCollapsed = true;
  design.zones.put(zone);
  const auto collapsed = std::make_shared<const Design>(design);
  scene.update(collapsed, diff(*open, *collapsed));
  EXPECT_EQ(bends(), 2U);
  EXPECT_EQ(scene.itemOfDesignAt({280, -20}), nullptr);
  scene.selectIn({200, -60, 160, 80}, {});
  EXPECT_TRUE(scene.selection().notes.empty());
  EXPECT_GT(scene.contentRect().top(), -40);
  scene.select({{}, {}, {}, {id}});
  EXPECT_EQ(scene.selection(), (Selection{{}, {}, {zone.id}, {}})) << "in the place of what it hides";
  scene.update(open, diff(*collapsed, *open));
  EXPECT_GT(bends(), 2U);
  scene.select({{}, {}, {}, {id}});
  EXPECT_EQ(scene.selection().notes, std::vector{id});
}

// Whoever takes the line away that a collapsed zone has for two links takes both away.
TEST(CanvasScene, ALineForSeveralLinksIsAllOfThem) {
  Design design;
  Zone zone;
  zone.id = ZoneId("zone");
  zone.area = {{0, 0}, {800, 600}};
  zone.isCollapsed = true;
  design.zones.put(zone);
  for (const auto& [id, where] : {std::pair("a", "zone"), std::pair("b", "zone"), std::pair("d", "")}) {
    Block block;
    block.id = BlockId(id);
    block.type = "app_server";
    block.zone = ZoneId(where);
    design.blocks.put(block);
  }
  for (const char* from : {"a", "b"}) {
    Link link;
    link.id = LinkId(std::string(from) + "-d");
    link.from = BlockId(from);
    link.to = BlockId("d");
    design.links.put(link);
  }
  CanvasScene scene(types());
  scene.rebuild(std::make_shared<const Design>(design));
  const std::vector<LinkId> both = {LinkId("a-d"), LinkId("b-d")};
  for (const LinkId& each : both) {
    scene.select({{}, {each}, {}, {}});
    EXPECT_EQ(scene.selection().links, both) << each.text();
  }
  scene.select({{BlockId("a")}, {}, {}, {}});
  EXPECT_EQ(scene.selection().zones, std::vector{ZoneId("zone")}) << "in the place of what it hides";
}

}  // namespace
}  // namespace cantilever::widgets
