#include <gtest/gtest.h>

#include <QApplication>
#include <QBuffer>
#include <QContextMenuEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QSvgGenerator>
#include <QTest>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/widgets/canvas/canvas_view_fixture.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

TEST_F(CanvasViewTest, ClickSelectsAndControlClickAddsAndTakesAway) {
  click(middleOf(kWeb));
  EXPECT_EQ(selected(), std::vector{kWeb});
  click(middleOf(kDatabase), Qt::ControlModifier);
  EXPECT_EQ(selected(), (std::vector{kDatabase, kWeb}));
  click(middleOf(kWeb), Qt::ShiftModifier);
  EXPECT_EQ(selected(), std::vector{kDatabase});
  click(emptyPlace());
  EXPECT_TRUE(m_view.selection().isEmpty());
}

TEST_F(CanvasViewTest, ALinkBeginsAnywhereOnAnEdge) {
  const QRect users = m_view.blockRect(kUsers);
  drag(users.bottomRight() - QPoint(0, 12), middleOf(kDatabase));
  ASSERT_EQ(m_links.size(), 1U);
  EXPECT_EQ(m_links[0], std::pair(kUsers, kDatabase));
  EXPECT_TRUE(m_moves.empty());
  drag(users.bottomRight() - QPoint(12, 12), users.bottomRight() + QPoint(0, 60));
  EXPECT_EQ(m_moves.size(), 1U) << "what is inside moves the block";
}

TEST_F(CanvasViewTest, ClickOnALineSelectsTheLink) {
  click((middleOf(kUsers) + middleOf(kWeb)) / 2);
  EXPECT_EQ(m_view.selection().links, std::vector{LinkId("users-web")});
  EXPECT_TRUE(selected().empty());
}

TEST_F(CanvasViewTest, MarqueeSelectsWhatItTouches) {
  const QRect web = m_view.blockRect(kWeb);
  drag(web.topRight() + QPoint(40, -40), web.bottomLeft() + QPoint(-20, 20));
  EXPECT_EQ(selected(), std::vector{kWeb});
  EXPECT_TRUE(m_moves.empty());
}

TEST_F(CanvasViewTest, EscapeDuringAMarqueeRestoresTheSelection) {
  click(middleOf(kDatabase));
  const QRect web = m_view.blockRect(kWeb);
  press(web.topRight() + QPoint(40, -40));
  moveTo(web.center());
  EXPECT_EQ(selected(), std::vector{kWeb});
  key(Qt::Key_Escape);
  EXPECT_EQ(selected(), std::vector{kDatabase});
  release(web.center());
}

TEST_F(CanvasViewTest, DragIsADraftUntilReleaseAndEndsOnTheGrid) {
  const QPoint start = middleOf(kWeb);
  const QRect before = m_view.blockRect(kWeb);
  press(start);
  moveTo(start + QPoint(37, 21));
  EXPECT_EQ(m_view.blockRect(kWeb).topLeft(), before.topLeft() + QPoint(40, 24));
  EXPECT_TRUE(m_moves.empty()) << "nothing is wished for before release";
  release(start + QPoint(37, 21));
  ASSERT_EQ(m_moves.size(), 1U);
  EXPECT_EQ(m_moves[0].first, std::vector{kWeb});
  EXPECT_EQ(m_moves[0].second, (Point{40, 24}));
  EXPECT_EQ(m_view.blockRect(kWeb), before) << "the design has not changed";
}

TEST_F(CanvasViewTest, DragMovesAllSelectedBlocks) {
  click(middleOf(kWeb));
  click(middleOf(kDatabase), Qt::ControlModifier);
  drag(middleOf(kWeb), middleOf(kWeb) + QPoint(16, 0));
  ASSERT_EQ(m_moves.size(), 1U);
  EXPECT_EQ(m_moves[0].first, (std::vector{kDatabase, kWeb}));
}

TEST_F(CanvasViewTest, EscapeDuringADragPutsTheBlockBack) {
  const QRect before = m_view.blockRect(kWeb);
  press(before.center());
  moveTo(before.center() + QPoint(80, 80));
  EXPECT_NE(m_view.blockRect(kWeb), before);
  key(Qt::Key_Escape);
  EXPECT_EQ(m_view.blockRect(kWeb), before);
  release(before.center() + QPoint(80, 80));
  EXPECT_TRUE(m_moves.empty());
}

TEST_F(CanvasViewTest, AClickThatTremblesDoesNotMove) {
  press(middleOf(kWeb));
  moveTo(middleOf(kWeb) + QPoint(2, 1));
  release(middleOf(kWeb) + QPoint(2, 1));
  EXPECT_TRUE(m_moves.empty());
  EXPECT_EQ(selected(), std::vector{kWeb});
}

TEST_F(CanvasViewTest, DragFromAHandleConnects) {
  drag(rightHandleOf(kUsers), middleOf(kDatabase));
  ASSERT_EQ(m_links.size(), 1U);
  EXPECT_EQ(m_links[0], std::pair(kUsers, kDatabase));
  EXPECT_TRUE(m_moves.empty());
}

TEST_F(CanvasViewTest, RefusedLinkSaysWhy) {
  drag(rightHandleOf(kWeb), middleOf(kUsers));
  EXPECT_TRUE(m_links.empty());
  ASSERT_EQ(m_refusals.size(), 1);
  EXPECT_FALSE(m_refusals[0].isEmpty());
}

TEST_F(CanvasViewTest, LinkDroppedOnNothingAsksForABlockThere) {
  drag(rightHandleOf(kWeb), emptyPlace());
  EXPECT_TRUE(m_links.empty());
  EXPECT_TRUE(m_refusals.isEmpty());
  ASSERT_EQ(m_wanted.size(), 1U);
  EXPECT_EQ(m_wanted[0].first, kWeb);
  EXPECT_NEAR(m_wanted[0].second.x, 80, 2);
  EXPECT_NEAR(m_wanted[0].second.y, 300, 2);
}

TEST_F(CanvasViewTest, ALinkThatWasBegunEndsWithAClick) {
  click(middleOf(kWeb));
  m_view.beginLinkFrom(kWeb);
  moveTo(middleOf(kDatabase));
  click(middleOf(kDatabase));
  ASSERT_EQ(m_links.size(), 1U);
  EXPECT_EQ(m_links[0], std::pair(kWeb, kDatabase));
}

TEST_F(CanvasViewTest, LinksAreDrawnByKeyboardAlone) {
  click(middleOf(kWeb));
  m_view.beginLinkFrom(kWeb);
  key(Qt::Key_Tab);  // in reading order the database follows the web servers
  key(Qt::Key_Return);
  ASSERT_EQ(m_links.size(), 1U);
  EXPECT_EQ(m_links[0], std::pair(kWeb, kDatabase));
}

TEST_F(CanvasViewTest, EscapeCancelsALinkBeingDrawn) {
  m_view.beginLinkFrom(kWeb);
  key(Qt::Key_Escape);
  click(middleOf(kDatabase));
  EXPECT_TRUE(m_links.empty());
  EXPECT_EQ(selected(), std::vector{kDatabase});
}

TEST_F(CanvasViewTest, DeleteAsksOnlyWhenSomethingIsSelected) {
  key(Qt::Key_Delete);
  EXPECT_EQ(m_removals, 0);
  click(middleOf(kWeb));
  key(Qt::Key_Delete);
  key(Qt::Key_Backspace);
  EXPECT_EQ(m_removals, 2);
}

TEST_F(CanvasViewTest, ArrowKeysNudgeByTheGridAndShiftByEight) {
  click(middleOf(kWeb));
  key(Qt::Key_Right);
  key(Qt::Key_Up, Qt::ShiftModifier);
  ASSERT_EQ(m_moves.size(), 2U);
  EXPECT_EQ(m_moves[0].second, (Point{8, 0}));
  EXPECT_EQ(m_moves[1].second, (Point{0, -64}));
}

TEST_F(CanvasViewTest, TabWalksFromBlockToBlockInReadingOrder) {
  key(Qt::Key_Tab);
  EXPECT_EQ(selected(), std::vector{kUsers});
  key(Qt::Key_Tab);
  EXPECT_EQ(selected(), std::vector{kWeb});
  key(Qt::Key_Tab);
  EXPECT_EQ(selected(), std::vector{kDatabase});
  key(Qt::Key_Backtab, Qt::ShiftModifier);
  EXPECT_EQ(selected(), std::vector{kWeb});
}

TEST_F(CanvasViewTest, DoubleClickAndEnterAskForAName) {
  QTest::mouseDClick(canvas(), Qt::LeftButton, {}, middleOf(kWeb));
  key(Qt::Key_Return);
  EXPECT_EQ(m_renames, (std::vector{kWeb, kWeb}));
}

TEST_F(CanvasViewTest, ARightClickOnOneOfSeveralKeepsThemAll) {
  click(middleOf(kUsers));
  click(middleOf(kWeb), Qt::ControlModifier);
  QTest::mouseClick(m_view.windowHandle(), Qt::RightButton, {}, canvas()->mapTo(&m_view, middleOf(kWeb)));
  EXPECT_EQ(m_menus, 1);
  EXPECT_EQ(selected(), (std::vector<BlockId>{kUsers, kWeb}));
}

TEST_F(CanvasViewTest, DropFromThePaletteAsksForABlockOnTheGrid) {
  const QPoint at = emptyPlace();
  ASSERT_TRUE(dragIn("redis_cluster", at));
  ASSERT_EQ(m_added.size(), 1U);
  EXPECT_EQ(m_added[0].first, QStringLiteral("redis_cluster"));
  const Point place = m_added[0].second;
  EXPECT_EQ(std::remainder(place.x, kGrid), 0);
  EXPECT_EQ(std::remainder(place.y, kGrid), 0);
  const QPointF middle(place.x + kBlockSize.width / 2, place.y + kBlockSize.height / 2);
  EXPECT_LE((m_view.mapFromScene(middle) - at).manhattanLength(), 10) << "the block is where the mouse was";
  EXPECT_FALSE(dragIn("no_such_type", at));
}

TEST_F(CanvasViewTest, ContextMenuChoosesWhatItIsAboutAndNeverOpensOnADrag) {
  const auto menuAt = [this](QPoint at) {
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, canvas()->mapToGlobal(at));
    QApplication::sendEvent(canvas(), &event);
  };
  menuAt(middleOf(kWeb));
  EXPECT_EQ(m_menus, 1);
  EXPECT_EQ(selected(), std::vector{kWeb});
  press(middleOf(kWeb));
  moveTo(middleOf(kWeb) + QPoint(40, 40));
  menuAt(middleOf(kWeb));
  EXPECT_EQ(m_menus, 1);
  key(Qt::Key_Escape);
}

TEST_F(CanvasViewTest, LoadingAnotherDesignDuringADragIsHarmless) {
  press(middleOf(kWeb));
  moveTo(middleOf(kWeb) + QPoint(40, 40));
  m_view.setDesign(std::make_shared<const Design>());
  moveTo(QPoint(300, 300));
  release(QPoint(300, 300));
  EXPECT_TRUE(m_moves.empty());
  EXPECT_TRUE(m_view.selection().isEmpty());
}

TEST_F(CanvasViewTest, AWishMayReplaceTheDesignBeforeItReturns) {
  QObject::connect(&m_view, &CanvasView::moveRequested, &m_view,
                   [this] { m_view.setDesign(std::make_shared<const Design>(threeBlocks())); });
  drag(middleOf(kWeb), middleOf(kWeb) + QPoint(40, 0));
  ASSERT_EQ(m_moves.size(), 1U);
  EXPECT_TRUE(selected().empty());
}

TEST_F(CanvasViewTest, AnEndOfTheSelectedLinkGoesToAnotherBlock) {
  std::vector<std::pair<LinkEnd, BlockId>> taken;
  QObject::connect(&m_view, &CanvasView::reconnectRequested, &m_view,
                   [&](const LinkId&, LinkEnd end, const BlockId& to) { taken.emplace_back(end, to); });
  const QPoint onLink((m_view.blockRect(kUsers).right() + m_view.blockRect(kWeb).left()) / 2,
                      middleOf(kUsers).y());
  click(onLink);
  ASSERT_EQ(m_view.selection().links.size(), 1U);
  const QRect web = m_view.blockRect(kWeb);
  drag({web.left(), web.center().y()}, middleOf(kDatabase));
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0], std::pair(LinkEnd::To, kDatabase));
  EXPECT_TRUE(m_moves.empty());
  // A client cannot be called: refused, with the reason.
  drag({web.left(), web.center().y()}, middleOf(kUsers));
  EXPECT_EQ(taken.size(), 1U);
  EXPECT_EQ(m_refusals.size(), 1);
}

TEST_F(CanvasViewTest, ACornerOfTheSelectedZoneIsDragged) {
  Design design = threeBlocks();
  Zone zone;
  zone.id = ZoneId("eu");
  zone.name = "eu";
  zone.area = {{-40, -60}, {240, 160}};
  design.zones.put(zone);
  m_view.setDesign(std::make_shared<const Design>(design));
  std::vector<Rect> areas;
  QObject::connect(&m_view, &CanvasView::resizeRequested, &m_view,
                   [&](const Selection&, Rect area) { areas.push_back(area); });
  click(m_view.mapFromScene(QPointF(-10, -46)));
  ASSERT_EQ(m_view.selection().zones.size(), 1U);
  drag(m_view.mapFromScene(QPointF(200, 100)), m_view.mapFromScene(QPointF(240, 144)));
  ASSERT_EQ(areas.size(), 1U);
  EXPECT_EQ(areas[0], (Rect{{-40, -60}, {280, 204}}));
  drag(m_view.mapFromScene(QPointF(200, 100)), m_view.mapFromScene(QPointF(-900, 100)));
  ASSERT_EQ(areas.size(), 2U);
  EXPECT_GT(areas[1].size.width, 0);  // never inside out
}

TEST_F(CanvasViewTest, DraggingSnapsToWhatIsAroundAndAltSuspendsIt) {
  Design design = threeBlocks();
  design.blocks.put(blockOf(kDatabase, "rdbms_primary", {323, 240}));  // off the grid
  m_view.setDesign(std::make_shared<const Design>(design));
  drag(middleOf(kUsers), middleOf(kUsers) + QPoint(321, 120));
  ASSERT_EQ(m_moves.size(), 1U);
  EXPECT_EQ(m_moves[0].second.x, 320);  // in line with the web servers
  const QPoint from = middleOf(kUsers);
  const QPoint to = from + QPoint(55, 43);
  QTest::mouseMove(canvas(), from);
  QTest::mousePress(canvas(), Qt::LeftButton, Qt::AltModifier, from);
  QMouseEvent move(QEvent::MouseMove, to, canvas()->mapToGlobal(to), Qt::NoButton, Qt::LeftButton,
                   Qt::AltModifier);
  QApplication::sendEvent(canvas(), &move);
  QTest::mouseRelease(canvas(), Qt::LeftButton, Qt::AltModifier, to);
  ASSERT_EQ(m_moves.size(), 2U);
  EXPECT_EQ(m_moves[1].second, (Point{55, 43}));
}

/// The texts of the scene as it is drawn now.
std::set<std::string> textsOf(CanvasView& view) {
  QBuffer svg;
  QSvgGenerator device;
  device.setOutputDevice(&svg);
  const QRectF area = view.mapToScene(view.viewport()->rect()).boundingRect();
  device.setViewBox(area);
  QPainter painter(&device);
  view.scene()->render(&painter, area, area);
  painter.end();
  std::set<std::string> texts;
  static const QRegularExpression text(QStringLiteral("<text[^>]*>([^<]*)</text>"));
  for (auto each = text.globalMatch(QString::fromUtf8(svg.data())); each.hasNext();) {
    texts.insert(toUtf8(each.next().captured(1)));
  }
  return texts;
}

TEST_F(CanvasViewTest, WhereDistancesAreEqualTheDragSaysHowWideTheyAre) {
  const std::string distance = std::to_string(320 - static_cast<int>(kBlockSize.width));
  for (const Point beside : {Point{640, 0}, Point{-320, 0}, Point{600, 0}}) {
    const QPoint start = middleOf(kDatabase);
    moveTo(start);
    press(start);
    moveTo(start + QPoint(30, 30));
    const Point by = beside - Point{320, 240};
    moveTo(start + QPoint(static_cast<int>(by.x), static_cast<int>(by.y)));
    EXPECT_EQ(textsOf(m_view).contains(distance), beside.x != 600) << beside.x;
    key(Qt::Key_Escape);
    release(start);
    EXPECT_FALSE(textsOf(m_view).contains(distance)) << "after the drag";
  }
}

}  // namespace
}  // namespace cantilever::widgets
