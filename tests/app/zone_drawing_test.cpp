#include <gtest/gtest.h>

#include <QStatusBar>
#include <QTreeWidget>

#include "tests/app/drawing_fixture.h"
#include "tests/app/studio_driver.h"
#include "widgets/canvas/rects.h"
#include "widgets/style/text.h"

/// Zones, and what belongs to them.
namespace cantilever::app {
namespace {

using testing::DrawingTest;
using testing::row;
using testing::StudioDriver;

TEST_F(DrawingTest, AZoneIsCollapsedAndExpandedByKeyByMouseAndUndone) {
  open(row());
  studio.clickBlock("app");
  studio.key(Qt::Key_Z);
  ASSERT_EQ(studio.design()->zones.size(), 1u);
  const ZoneId zone = studio.design()->zones.begin()->id;
  const auto isCollapsed = [&] { return studio.design()->zones.find(zone)->isCollapsed; };
  studio.key(Qt::Key_X);
  EXPECT_TRUE(isCollapsed());
  EXPECT_EQ(canvas()->selection().zones, std::vector{zone});
  studio.key(Qt::Key_X);
  EXPECT_FALSE(isCollapsed());
  const Rect area = studio.design()->zones.find(zone)->area;
  studio.key(Qt::Key_Escape);
  StudioDriver::click(canvas()->viewport(),
                      canvas()->mapFromScene(QPointF(area.topLeft.x + 13, area.topLeft.y + 15)));
  EXPECT_TRUE(isCollapsed());
  studio.key(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_FALSE(isCollapsed());
}

// A note belongs to the zone into which it is drawn, dragged or nudged, and is hidden with that.
TEST_F(DrawingTest, ANoteIsHiddenWithTheZoneThatItWasDraggedInto) {
  open(row());
  studio.clickBlock("app");
  studio.key(Qt::Key_Z);
  const Zone zone = *studio.design()->zones.begin();
  studio.key(Qt::Key_Right, Qt::ControlModifier | Qt::ShiftModifier);
  studio.key(Qt::Key_Down, Qt::ControlModifier | Qt::ShiftModifier);
  studio.key(Qt::Key_Down, Qt::ControlModifier | Qt::ShiftModifier);
  studio.key(Qt::Key_Down, Qt::ControlModifier | Qt::ShiftModifier);
  studio.key(Qt::Key_Escape);
  studio.key(Qt::Key_T);
  ASSERT_EQ(canvas()->selection().notes.size(), 1u);
  const NoteId id = canvas()->selection().notes.front();
  const auto note = [&] { return *studio.design()->notes.find(id); };
  const auto inView = [&](Point at) { return canvas()->mapFromScene(QPointF(at.x, at.y)); };
  const Rect area = studio.design()->zones.find(zone.id)->area;
  const Point grip = note().area.topLeft + Point{60, 40};
  const Point there = area.topLeft + Point{60, area.size.height - 40};
  ASSERT_TRUE(canvas()->viewport()->rect().contains(inView(there)));
  StudioDriver::drag(canvas()->viewport(), inView(grip), inView(there));
  EXPECT_EQ(note().zone, zone.id);
  EXPECT_TRUE(studio.window->statusBar()->currentMessage().contains(widgets::toQString(zone.name)));
  const QPoint onNote = inView(note().area.topLeft + Point{30, 30});

  studio.key(Qt::Key_Escape);
  StudioDriver::click(canvas()->viewport(), inView(area.topLeft + Point{13, 15}));
  ASSERT_TRUE(studio.design()->zones.find(zone.id)->isCollapsed);
  StudioDriver::click(canvas()->viewport(), onNote);
  EXPECT_TRUE(canvas()->selection().isEmpty()) << "there is nothing";
  studio.key(Qt::Key_A, Qt::ControlModifier);
  EXPECT_TRUE(canvas()->selection().notes.empty());
  studio.key(Qt::Key_F, Qt::ControlModifier);
  pick("find", "a note");
  EXPECT_EQ(canvas()->selection(), (widgets::Selection{{}, {}, {zone.id}, {}})) << "it is in there";
  studio.key(Qt::Key_X);
  StudioDriver::click(canvas()->viewport(), onNote);
  EXPECT_EQ(canvas()->selection().notes, std::vector{id});

  const QTreeWidgetItem* line = studio.child<QTreeWidget>("outline")->selectedItems().value(0);
  ASSERT_NE(line, nullptr);
  ASSERT_NE(line->parent(), nullptr);
  EXPECT_EQ(line->parent()->text(0), widgets::toQString(zone.name));
  studio.key(Qt::Key_1, Qt::AltModifier);
  for (int steps = 0; steps < 60 && !note().zone.isEmpty(); ++steps) {
    studio.key(Qt::Key_Down, Qt::ShiftModifier);
  }
  EXPECT_EQ(note().zone, ZoneId()) << "out of the zone";
  studio.undoAll();
  EXPECT_EQ(*studio.design(), row());
}

// A layout finds no room for it between the blocks of its zone: then it is not in there any more.
TEST_F(DrawingTest, ANoteBelongsToTheZoneInWhichALayoutPutsIt) {
  Design design = row();
  Zone zone;
  zone.id = ZoneId("eu");
  zone.kind = ZoneKind::Region;
  zone.area = {{-40, -600}, {1200, 1000}};
  design.zones.put(zone);
  for (const char* id : {"app", "db"}) {
    Block block = *design.blocks.find(BlockId(id));
    block.zone = zone.id;
    design.blocks.put(block);
  }
  design.notes.put({NoteId("wide"), "Wide", {{0, -500}, {900, 400}}, {}, 0, zone.id});
  open(design);
  studio.key(Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
  const Note& note = *studio.design()->notes.find(NoteId("wide"));
  const Zone& now = *studio.design()->zones.find(zone.id);
  EXPECT_FALSE(widgets::holds(now.area, widgets::centreOf(note.area))) << "or there is nothing to see here";
  EXPECT_EQ(note.zone, ZoneId());
  EXPECT_EQ(steps(), 1u);
  studio.undoAll();
  EXPECT_EQ(*studio.design(), design);
}

TEST_F(DrawingTest, AZoneIsDrawnAroundTheSelectionAndABlockThatLeavesItSaysWhatChanges) {
  open(row());
  studio.clickBlock("app");
  studio.key(Qt::Key_Z);
  ASSERT_EQ(studio.design()->zones.size(), 1u);
  const Zone zone = *studio.design()->zones.begin();
  EXPECT_EQ(studio.design()->blocks.find(BlockId("app"))->zone, zone.id);
  studio.key(Qt::Key_Escape);
  StudioDriver::drag(canvas()->viewport(), studio.middleOf("app"), studio.middleOf("app") + QPoint(0, 190));
  EXPECT_TRUE(studio.design()->blocks.find(BlockId("app"))->zone.isEmpty());
  EXPECT_TRUE(studio.window->statusBar()->currentMessage().contains(widgets::toQString(zone.name)));
  studio.key(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(studio.design()->blocks.find(BlockId("app"))->zone, zone.id);
}

TEST_F(DrawingTest, AZoneIsCopiedWithAllThatIsInItAndANoteByItself) {
  open(row());
  studio.clickBlock("app");
  studio.key(Qt::Key_Z);
  ASSERT_EQ(canvas()->selection().zones.size(), 1u);
  studio.key(Qt::Key_D, Qt::ControlModifier);
  ASSERT_EQ(studio.design()->zones.size(), 2u);
  ASSERT_EQ(studio.design()->blocks.size(), 4u);
  const ZoneId copy = canvas()->selection().zones.front();
  ASSERT_EQ(canvas()->selection().blocks.size(), 1u);
  EXPECT_EQ(studio.design()->blocks.find(canvas()->selection().blocks.front())->zone, copy);
  studio.key(Qt::Key_X, Qt::ControlModifier);
  EXPECT_EQ(studio.design()->zones.size(), 1u);
  EXPECT_EQ(studio.design()->blocks.size(), 3u);
  studio.key(Qt::Key_V, Qt::ControlModifier);
  EXPECT_EQ(studio.design()->zones.size(), 2u);
  EXPECT_EQ(studio.design()->blocks.size(), 4u);

  studio.key(Qt::Key_Escape);
  studio.key(Qt::Key_T);
  ASSERT_EQ(canvas()->selection().notes.size(), 1u);
  studio.key(Qt::Key_C, Qt::ControlModifier);
  studio.key(Qt::Key_V, Qt::ControlModifier);
  ASSERT_EQ(studio.design()->notes.size(), 2u);
  EXPECT_NE(studio.design()->notes.pointers()[0]->area.topLeft,
            studio.design()->notes.pointers()[1]->area.topLeft);
}

TEST_F(DrawingTest, AZoneThatIsDeletedLeavesWhatWasInItAndSaysSo) {
  open(row());
  const auto saysSo = [&] {
    return studio.window->statusBar()->currentMessage().contains(QStringLiteral("stays"));
  };
  studio.clickBlock("db");
  studio.key(Qt::Key_Delete);
  EXPECT_FALSE(saysSo());
  studio.clickBlock("app");
  studio.key(Qt::Key_Z);
  studio.key(Qt::Key_Delete);
  EXPECT_TRUE(studio.design()->zones.isEmpty());
  EXPECT_EQ(studio.design()->blocks.size(), 2u);
  EXPECT_TRUE(saysSo());
}

TEST_F(DrawingTest, WhatIsPastedBelongsToTheZoneWhereItLies) {
  open(row());
  studio.clickBlock("app");
  studio.key(Qt::Key_Z);
  const ZoneId zone = canvas()->selection().zones.front();
  studio.key(Qt::Key_Escape);
  studio.clickBlock("app");
  studio.key(Qt::Key_C, Qt::ControlModifier);
  const auto pasteAround = [&](const char* block) {  // into the middle of the view
    studio.clickBlock(block);
    studio.key(Qt::Key_0, Qt::ControlModifier | Qt::ShiftModifier);
    studio.key(Qt::Key_V, Qt::ControlModifier);
    return studio.design()->blocks.find(canvas()->selection().blocks.front())->zone;
  };
  EXPECT_EQ(pasteAround("users"), ZoneId());
  studio.key(Qt::Key_0, Qt::ControlModifier);
  EXPECT_EQ(pasteAround("app"), zone);
}

}  // namespace
}  // namespace cantilever::app
