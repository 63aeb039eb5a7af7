#include <gtest/gtest.h>

#include <QGraphicsItem>
#include <QGraphicsScene>
#include <QLineEdit>
#include <QScrollBar>
#include <QStatusBar>
#include <QTextEdit>

#include "tests/app/drawing_fixture.h"
#include "tests/app/small_design.h"
#include "tests/app/studio_driver.h"

/// What hands try that know other programs for drawing.
namespace cantilever::app {
namespace {

using testing::row;
using testing::StudioDriver;

struct GestureTest : testing::DrawingTest {
  QPoint inWindow(QPoint onCanvas) { return canvas()->viewport()->mapTo(studio.window.get(), onCanvas); }
  void press(QPoint at, Qt::KeyboardModifiers modifiers = {}) {
    QTest::mousePress(studio.window->windowHandle(), Qt::LeftButton, modifiers, inWindow(at));
  }
  void moveTo(QPoint at) { QTest::mouseMove(studio.window->windowHandle(), inWindow(at)); }
  void release(QPoint at, Qt::KeyboardModifiers modifiers = {}) {
    QTest::mouseRelease(studio.window->windowHandle(), Qt::LeftButton, modifiers, inWindow(at));
  }
  /// The keys count that are held when the button is let go.
  void dragWith(QPoint from, QPoint to, Qt::KeyboardModifiers modifiers) {
    moveTo(from);
    press(from, modifiers);
    moveTo((from + to) / 2);
    moveTo(to);
    release(to, modifiers);
  }
};

TEST_F(GestureTest, CtrlMakesADragLeaveTheOriginalsAndBringCopies) {
  open(row());
  studio.clickBlock("app");
  QTest::mouseClick(studio.window->windowHandle(), Qt::LeftButton, Qt::ControlModifier,
                    inWindow(studio.middleOf("db")));
  const QPoint from = studio.middleOf("app");
  dragWith(from, from + QPoint(0, 160), Qt::ControlModifier);
  ASSERT_EQ(studio.design()->blocks.size(), 5u);
  EXPECT_EQ(at("app"), row().blocks.find(BlockId("app"))->position);
  EXPECT_EQ(canvas()->selection().blocks.size(), 2u) << "the copies";
  for (const BlockId& copy : canvas()->selection().blocks) {
    EXPECT_GT(studio.design()->blocks.find(copy)->position.y, at("app").y);
  }
  EXPECT_EQ(steps(), 1u);
  studio.undoAll();
  EXPECT_EQ(*studio.design(), row());
}

TEST_F(GestureTest, ShiftKeepsADragToOneDirection) {
  open(row());
  const Point before = at("db");
  const QPoint from = studio.middleOf("db");
  dragWith(from, from + QPoint(37, 160), Qt::ShiftModifier);
  EXPECT_EQ(at("db").x, before.x);
  EXPECT_GT(at("db").y, before.y);
}

TEST_F(GestureTest, ACtrlClickOnWhatIsSelectedTakesItAway) {
  open(row());
  studio.clickBlock("app");
  const auto ctrlClick = [&] {
    QTest::mouseClick(studio.window->windowHandle(), Qt::LeftButton, Qt::ControlModifier,
                      inWindow(studio.middleOf("db")));
  };
  ctrlClick();
  EXPECT_EQ(canvas()->selection().blocks.size(), 2u);
  ctrlClick();
  EXPECT_EQ(canvas()->selection().blocks, std::vector{BlockId("app")});
}

TEST_F(GestureTest, ADoubleClickOnNothingAddsABlockThere) {
  open(row());
  const QPoint place = studio.middleOf("app") + QPoint(0, 150);
  StudioDriver::doubleClick(canvas()->viewport(), place);
  pick("quickAdd", "redis cluster");
  ASSERT_EQ(studio.design()->blocks.size(), 4u);
  const BlockId added = canvas()->selection().blocks.front();
  EXPECT_TRUE(canvas()->blockRect(added).contains(place));
}

TEST_F(GestureTest, ADoubleClickOnALinkPutsABlockIntoIt) {
  Design design = row();
  Link link;
  link.id = LinkId("app-db");
  link.from = BlockId("app");
  link.to = BlockId("db");
  design.links.put(link);
  open(design);
  const QPoint between = (studio.middleOf("app") + studio.middleOf("db")) / 2;
  StudioDriver::doubleClick(canvas()->viewport(), between);
  pick("quickAdd", "connection pooler");
  ASSERT_EQ(studio.design()->blocks.size(), 4u);
  const BlockId added = canvas()->selection().blocks.front();
  EXPECT_NE(linkBetween("app", added.text()), nullptr);
  EXPECT_NE(linkBetween(added.text(), "db"), nullptr);
}

TEST_F(GestureTest, EnterAndADoubleClickWriteANoteAndF2NamesAZone) {
  open(row());
  studio.key(Qt::Key_T);
  ASSERT_EQ(canvas()->selection().notes.size(), 1u);
  const NoteId note = canvas()->selection().notes.front();
  const auto textOf = [&] { return studio.design()->notes.find(note)->text; };
  studio.key(Qt::Key_Return);
  studio.type(QStringLiteral("Ask"));
  studio.key(Qt::Key_Return, Qt::ControlModifier);
  EXPECT_EQ(textOf(), "Ask");
  studio.key(Qt::Key_1, Qt::AltModifier);
  studio.key(Qt::Key_Escape);
  const Rect area = studio.design()->notes.find(note)->area;
  StudioDriver::doubleClick(canvas()->viewport(),
                            canvas()->mapFromScene(QPointF(area.topLeft.x + 30, area.topLeft.y + 30)));
  studio.type(QStringLiteral("Answer"));
  studio.key(Qt::Key_Return, Qt::ControlModifier);
  EXPECT_EQ(textOf(), "Answer");

  studio.clickBlock("app");
  studio.key(Qt::Key_Z);
  ASSERT_EQ(canvas()->selection().zones.size(), 1u);
  const ZoneId zone = canvas()->selection().zones.front();
  studio.key(Qt::Key_F2);
  studio.type(QStringLiteral("Frankfurt"));
  studio.key(Qt::Key_Return);
  EXPECT_EQ(studio.design()->zones.find(zone)->name, "Frankfurt");
}

// A field that goes while it has the focus passes that on, as Tab does: and Tab goes to the next block.
TEST_F(GestureTest, WhatWasRenamedStaysSelected) {
  open(row());
  for (const Qt::Key end : {Qt::Key_Return, Qt::Key_Escape}) {
    StudioDriver::doubleClick(canvas()->viewport(), studio.middleOf("users"));
    studio.type(QStringLiteral("People"));
    studio.key(end);
    EXPECT_EQ(canvas()->selection().blocks, std::vector{BlockId("users")});
    EXPECT_TRUE(canvas()->hasFocus());
  }
  EXPECT_EQ(studio.design()->blocks.find(BlockId("users"))->name, "People");
  EXPECT_EQ(steps(), 1u);
}

TEST_F(GestureTest, EscapeLeadsBackToTheDrawing) {
  open(row());
  studio.clickBlock("app");
  studio.key(Qt::Key_3, Qt::AltModifier);
  EXPECT_FALSE(canvas()->hasFocus());
  studio.type(QStringLiteral("half a name"));
  studio.key(Qt::Key_Escape);
  EXPECT_FALSE(canvas()->hasFocus()) << "the first takes back what was typed";
  studio.key(Qt::Key_Escape);
  EXPECT_TRUE(canvas()->hasFocus());
  EXPECT_EQ(canvas()->selection().blocks, std::vector{BlockId("app")});
  EXPECT_EQ(*studio.design(), row());
  studio.key(Qt::Key_2, Qt::AltModifier);
  EXPECT_FALSE(canvas()->hasFocus());
  studio.key(Qt::Key_Escape);
  EXPECT_TRUE(canvas()->hasFocus());
}

// What is dragged may be gone, and its place is another: the gesture was about a drawing that is no more.
TEST_F(GestureTest, UndoEndsADragThatIsUnderWay) {
  open(row());
  studio.clickBlock("app");
  studio.key(Qt::Key_Down);
  ASSERT_EQ(steps(), 1u);
  const QPoint from = studio.middleOf("app");
  press(from);
  moveTo(from + QPoint(40, 90));
  EXPECT_NE(studio.middleOf("app"), from);
  studio.key(Qt::Key_Z, Qt::ControlModifier);
  moveTo(from + QPoint(50, 120));
  release(from + QPoint(50, 120));
  EXPECT_EQ(*studio.design(), row());
  EXPECT_EQ(at("app"), row().blocks.find(BlockId("app"))->position);
}

TEST_F(GestureTest, ADragHeldAtTheEdgeMovesTheViewOn) {
  open(row());
  const QPoint from = studio.middleOf("app");
  const QPoint edge(canvas()->viewport()->width() - 2, from.y());
  const double before = at("app").x;
  const int view = canvas()->horizontalScrollBar()->value();
  press(from);
  moveTo((from + edge) / 2);
  moveTo(edge);
  EXPECT_TRUE(StudioDriver::waitUntil([&] { return canvas()->horizontalScrollBar()->value() > view + 100; }));
  release(edge);
  const int after = canvas()->horizontalScrollBar()->value();
  EXPECT_GT(at("app").x - before, edge.x() - from.x() + 90) << "it went on with the view";
  EXPECT_FALSE(StudioDriver::waitUntil([&] { return canvas()->horizontalScrollBar()->value() != after; }, 1));
}

TEST_F(GestureTest, TheZoneIsMarkedInWhichABlockWouldComeToLie) {
  open(row());
  studio.clickBlock("app");
  studio.key(Qt::Key_Z);
  studio.key(Qt::Key_Escape);
  const Rect area = studio.design()->zones.begin()->area;
  const QPoint corner =
      canvas()->mapFromScene(QPointF(area.topLeft.x + 10, area.topLeft.y + area.size.height - 10));
  const auto ground = [&] { return canvas()->viewport()->grab().toImage().pixelColor(corner); };
  const QColor before = ground();
  const QPoint from = studio.middleOf("users");
  const QPoint into = studio.middleOf("app");
  press(from);
  moveTo((from + into) / 2);
  moveTo(into);
  EXPECT_NE(ground(), before);
  moveTo(from + QPoint(0, 200));
  EXPECT_EQ(ground(), before) << "out again";
  moveTo(into);
  studio.key(Qt::Key_Escape);
  release(into);
  EXPECT_EQ(ground(), before);
  press(into);
  moveTo(into + QPoint(20, 10));
  moveTo(into + QPoint(10, 10));
  EXPECT_EQ(ground(), before) << "it lies there already";
  release(into + QPoint(10, 10));
}

// A click on the edge of a block begins a link; until the mouse leaves the block there is nothing to see.
TEST_F(GestureTest, ALinkIsDrawnOnlyOutsideOfItsOwnBlock) {
  open(row());
  studio.clickBlock("app");
  studio.key(Qt::Key_L);
  const QPoint own = studio.middleOf("app");
  const auto drafts = [&] {
    int visible = 0;
    for (const QGraphicsItem* item : canvas()->scene()->items()) {
      visible += item->isVisible() && !item->flags().testFlag(QGraphicsItem::ItemIsSelectable) &&
                 item->parentItem() != nullptr && !item->boundingRect().isEmpty();
    }
    return visible;
  };
  moveTo(own + QPoint(0, 120));
  EXPECT_EQ(drafts(), 1);
  moveTo(own);
  EXPECT_EQ(drafts(), 0);
}

}  // namespace
}  // namespace cantilever::app
