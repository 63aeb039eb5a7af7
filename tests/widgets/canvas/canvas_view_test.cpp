#include "widgets/canvas/canvas_view.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QBuffer>
#include <QContextMenuEvent>
#include <QDragEnterEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSvgGenerator>
#include <QTest>
#include <QWheelEvent>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/model/diff.h"
#include "widgets/canvas/canvas_scene.h"
#include "widgets/canvas/canvas_style.h"
#include "widgets/canvas/picture.h"
#include "widgets/palette/palette_panel.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

const BlockId kUsers{"users"};
const BlockId kWeb{"web"};
const BlockId kDatabase{"db"};

Block blockOf(const BlockId& id, const char* type, Point at) {
  Block block;
  block.id = id;
  block.type = type;
  block.name = id.text();
  block.position = at;
  return block;
}

Design threeBlocks() {
  Design design;
  design.blocks.put(blockOf(kUsers, "client_web", {0, 0}));
  design.blocks.put(blockOf(kWeb, "app_server", {320, 0}));
  design.blocks.put(blockOf(kDatabase, "rdbms_primary", {320, 240}));
  Link link;
  link.id = LinkId("users-web");
  link.from = kUsers;
  link.to = kWeb;
  design.links.put(link);
  return design;
}

/// A canvas on a window of its own; mouse and keys go to it as from the user, and what it wishes for is
/// noted.
class CanvasViewTest : public testing::Test {
 protected:
  void SetUp() override {
    m_view.resize(1000, 700);
    m_view.show();
    m_view.setDesign(std::make_shared<const Design>(threeBlocks()));
    m_view.zoomToActualSize();
    m_view.centerOn(250, 150);
    m_view.setFocus();
    QObject::connect(&m_view, &CanvasView::moveRequested, &m_view,
                     [this](const Selection& things, Point by) { m_moves.emplace_back(things.blocks, by); });
    QObject::connect(&m_view, &CanvasView::linkRequested, &m_view,
                     [this](const BlockId& from, const BlockId& to) { m_links.emplace_back(from, to); });
    QObject::connect(&m_view, &CanvasView::linkRefused, &m_view,
                     [this](const QString& reason) { m_refusals << reason; });
    QObject::connect(&m_view, &CanvasView::calleeRequested, &m_view,
                     [this](const BlockId& from, Point at) { m_wanted.emplace_back(from, at); });
    QObject::connect(&m_view, &CanvasView::removeRequested, &m_view, [this] { ++m_removals; });
    QObject::connect(&m_view, &CanvasView::renameRequested, &m_view,
                     [this](const BlockId& block) { m_renames.push_back(block); });
    QObject::connect(&m_view, &CanvasView::addBlockRequested, &m_view,
                     [this](const QString& key, Point at) { m_added.emplace_back(key, at); });
    QObject::connect(&m_view, &CanvasView::contextMenuRequested, &m_view, [this] { ++m_menus; });
  }

  QWidget* canvas() { return m_view.viewport(); }
  QPoint middleOf(const BlockId& block) { return m_view.blockRect(block).center(); }
  QPoint rightHandleOf(const BlockId& block) {
    const QRect rect = m_view.blockRect(block);
    return {rect.right(), rect.center().y()};
  }
  QPoint emptyPlace() { return m_view.mapFromScene(QPointF(80, 300)); }
  void click(QPoint at, Qt::KeyboardModifiers modifiers = {}) {
    QTest::mouseClick(canvas(), Qt::LeftButton, modifiers, at);
  }
  void press(QPoint at, Qt::MouseButton button = Qt::LeftButton) {
    QTest::mousePress(canvas(), button, {}, at);
  }
  void moveTo(QPoint at) { QTest::mouseMove(canvas(), at); }
  void release(QPoint at, Qt::MouseButton button = Qt::LeftButton) {
    QTest::mouseRelease(canvas(), button, {}, at);
  }
  void drag(QPoint from, QPoint to) {
    moveTo(from);
    press(from);
    moveTo((from + to) / 2);
    moveTo(to);
    release(to);
  }
  void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(&m_view, key, modifiers); }
  std::vector<BlockId> selected() { return m_view.selection().blocks; }
  void wheel(QPoint at, int angle, Qt::KeyboardModifiers modifiers = {}) {
    QWheelEvent event(at, canvas()->mapToGlobal(at), {}, {0, angle}, Qt::NoButton, modifiers,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(canvas(), &event);
  }
  bool dragIn(const QByteArray& typeKey, QPoint at) {
    QMimeData data;
    data.setData(QLatin1String(kBlockTypeMime), typeKey);
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(canvas(), &enter);
    if (!enter.isAccepted()) {
      return false;
    }
    QDragMoveEvent move(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(canvas(), &move);
    QDropEvent drop(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(canvas(), &drop);
    return drop.isAccepted();
  }

  CanvasView m_view{catalog::Catalog::builtIn()};
  std::vector<std::pair<std::vector<BlockId>, Point>> m_moves;
  std::vector<std::pair<BlockId, Point>> m_wanted;
  std::vector<std::pair<BlockId, BlockId>> m_links;
  std::vector<std::pair<QString, Point>> m_added;
  std::vector<BlockId> m_renames;
  QStringList m_refusals;
  int m_removals = 0;
  int m_menus = 0;
};

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

TEST_F(CanvasViewTest, WheelZoomsAtTheCursor) {
  const QPoint at = middleOf(kDatabase);
  const QPointF fixed = m_view.mapToScene(at);
  double reported = 0;
  QObject::connect(&m_view, &CanvasView::zoomChanged, &m_view, [&](double factor) { reported = factor; });
  wheel(at, 120);
  wheel(at, 120);
  EXPECT_NEAR(m_view.transform().m11(), 1.5625, 1e-9);
  EXPECT_NEAR(reported, 1.5625, 1e-9);
  const QPoint drift = m_view.mapFromScene(fixed) - at;
  EXPECT_LE(drift.manhattanLength(), 3) << "the point under the cursor stays";
}

TEST_F(CanvasViewTest, ShiftWheelAndSpaceAndMiddleButtonPan) {
  const auto offset = [this] { return m_view.mapFromScene(QPointF(0, 0)); };
  const QPoint start = offset();
  wheel(emptyPlace(), 120, Qt::ShiftModifier);
  EXPECT_GT(offset().x(), start.x());
  EXPECT_EQ(offset().y(), start.y());

  const QPoint second = offset();
  press(QPoint(500, 350), Qt::MiddleButton);
  moveTo(QPoint(530, 310));
  release(QPoint(530, 310), Qt::MiddleButton);
  EXPECT_EQ(offset() - second, QPoint(30, -40));

  const QPoint third = offset();
  QTest::keyPress(&m_view, Qt::Key_Space);
  drag(middleOf(kWeb), middleOf(kWeb) + QPoint(24, 8));
  QTest::keyRelease(&m_view, Qt::Key_Space);
  EXPECT_EQ(offset() - third, QPoint(24, 8));
  EXPECT_TRUE(m_moves.empty()) << "panning moves no block";
}

TEST_F(CanvasViewTest, FitAllShowsEveryBlock) {
  m_view.centerOn(9000, 9000);
  m_view.fitAll();
  for (const BlockId& block : {kUsers, kWeb, kDatabase}) {
    EXPECT_TRUE(canvas()->rect().contains(m_view.blockRect(block))) << block;
  }
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

TEST_F(CanvasViewTest, UpdatedDesignKeepsTheSelection) {
  click(middleOf(kWeb));
  Design moved = threeBlocks();
  Block block = *moved.blocks.find(kWeb);
  block.position = {400, 40};
  moved.blocks.put(block);
  m_view.updateDesign(std::make_shared<const Design>(moved), diff(threeBlocks(), moved));
  EXPECT_EQ(selected(), std::vector{kWeb});
  EXPECT_EQ(m_view.mapToScene(m_view.blockRect(kWeb).topLeft()).toPoint(), QPoint(400, 40));
}

TEST_F(CanvasViewTest, SettingTheSelectionWishesForNothing) {
  m_view.setSelection({{kWeb, kDatabase}, {}, {}, {}});
  EXPECT_EQ(selected(), (std::vector{kDatabase, kWeb}));
  EXPECT_TRUE(m_moves.empty());
  EXPECT_EQ(m_removals, 0);
}

TEST_F(CanvasViewTest, DescribesItselfToScreenReaders) {
  EXPECT_FALSE(m_view.accessibleName().isEmpty());
  EXPECT_TRUE(m_view.accessibleDescription().contains(QStringLiteral("3 blocks")));
  click(middleOf(kWeb));
  EXPECT_TRUE(m_view.accessibleDescription().contains(QStringLiteral("web")));
}

TEST_F(CanvasViewTest, UtilisationColoursTheBlock) {
  const auto countOf = [this](const QColor& colour) {
    const QImage image = m_view.grab(m_view.blockRect(kWeb)).toImage();
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        count += image.pixelColor(x, y) == colour ? 1 : 0;
      }
    }
    return count;
  };
  const QColor critical = currentTheme().critical;
  EXPECT_EQ(countOf(critical), 0);
  CanvasOverlay overlay;
  overlay.blocks[kWeb].utilisation = 0.97;
  m_view.setOverlay(overlay);
  EXPECT_GT(countOf(critical), 100);
  m_view.clearOverlay();
  EXPECT_EQ(countOf(critical), 0);
}

TEST_F(CanvasViewTest, RequestsAreSeenToFlowOnlyWhileLive) {
  const auto picture = [this] { return m_view.grab().toImage(); };
  CanvasOverlay overlay;
  overlay.links[LinkId("users-web")] = {1000, 0};
  m_view.setOverlay(overlay);
  const QImage still = picture();
  overlay.isLive = true;
  m_view.setOverlay(overlay);
  EXPECT_TRUE(QTest::qWaitFor([&] { return picture() != still; }, 5000));
  overlay.isLive = false;
  m_view.setOverlay(overlay);
  EXPECT_EQ(picture(), still);
}

TEST(RenderDesign, DrawsThePictureInTheSizeAskedFor) {
  const catalog::Catalog& catalog = catalog::Catalog::builtIn();
  const QPixmap drawn = renderDesign(threeBlocks(), catalog, QSize(320, 180), 2);
  EXPECT_EQ(drawn.size(), QSize(640, 360));
  const QPixmap empty = renderDesign(Design(), catalog, QSize(320, 180), 2);
  EXPECT_NE(drawn.toImage(), empty.toImage());
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

/// Web and database in a zone that is drawn as one block.
Design withZone(bool isCollapsed) {
  Design design = threeBlocks();
  Zone zone;
  zone.id = ZoneId("eu");
  zone.name = "eu";
  zone.area = {{280, -48}, {256, 400}};
  zone.isCollapsed = isCollapsed;
  design.zones.put(zone);
  for (const BlockId& id : {kWeb, kDatabase}) {
    Block block = *design.blocks.find(id);
    block.zone = zone.id;
    design.blocks.put(block);
  }
  return design;
}

TEST_F(CanvasViewTest, TheTriangleOfAZoneAndADoubleClickOnItsTitleAskToFoldIt) {
  m_view.setDesign(std::make_shared<const Design>(withZone(false)));
  std::vector<ZoneId> folds;
  QObject::connect(&m_view, &CanvasView::foldRequested, &m_view,
                   [&](const ZoneId& zone) { folds.push_back(zone); });
  click(m_view.mapFromScene(QPointF(293, -33)));
  EXPECT_EQ(folds, std::vector{ZoneId("eu")});
  EXPECT_TRUE(m_view.selection().isEmpty());
  QTest::mouseDClick(canvas(), Qt::LeftButton, {}, m_view.mapFromScene(QPointF(310, -33)));
  EXPECT_EQ(folds.size(), 2U);
}

TEST_F(CanvasViewTest, ACollapsedZoneHidesWhatIsInItAndMovesWithIt) {
  m_view.setDesign(std::make_shared<const Design>(withZone(true)));
  // Where the zone's corner is there is a block; where the database was there is nothing.
  click(m_view.mapFromScene(QPointF(380, -12)));
  EXPECT_EQ(m_view.selection(), (Selection{{}, {}, {ZoneId("eu")}, {}}));
  click(middleOf(kDatabase));
  EXPECT_TRUE(m_view.selection().isEmpty());
  key(Qt::Key_Tab);
  EXPECT_EQ(selected(), std::vector{kUsers});
  key(Qt::Key_Tab);  // leaves the canvas: there is no other block to be seen
  EXPECT_EQ(selected(), std::vector{kUsers});
  m_view.setFocus();
  drag(m_view.mapFromScene(QPointF(380, -12)), m_view.mapFromScene(QPointF(380, 68)));
  ASSERT_EQ(m_moves.size(), 1U);
  EXPECT_EQ(m_moves[0].first, (std::vector{kDatabase, kWeb}));
  EXPECT_EQ(m_moves[0].second, (Point{0, 80}));
}

TEST_F(CanvasViewTest, RevealingAHiddenBlockShowsTheZoneThatHidesIt) {
  m_view.setDesign(std::make_shared<const Design>(withZone(true)));
  m_view.reveal({{kDatabase}, {}, {}, {}});
  EXPECT_EQ(m_view.selection(), (Selection{{}, {}, {ZoneId("eu")}, {}}));
}

TEST_F(CanvasViewTest, ControlAndArrowsResizeTheSelectedZone) {
  m_view.setDesign(std::make_shared<const Design>(withZone(false)));
  std::vector<Rect> areas;
  QObject::connect(&m_view, &CanvasView::resizeRequested, &m_view,
                   [&](const Selection&, Rect area) { areas.push_back(area); });
  key(Qt::Key_Right, Qt::ControlModifier);
  EXPECT_TRUE(areas.empty()) << "nothing is selected";
  m_view.setSelection({{}, {}, {ZoneId("eu")}, {}});
  key(Qt::Key_Right, Qt::ControlModifier);
  key(Qt::Key_Up, Qt::ControlModifier | Qt::ShiftModifier);
  ASSERT_EQ(areas.size(), 2U);
  EXPECT_EQ(areas[0], (Rect{{280, -48}, {264, 400}}));
  EXPECT_EQ(areas[1], (Rect{{280, -48}, {256, 336}}));
  EXPECT_TRUE(m_moves.empty());
}

TEST_F(CanvasViewTest, ThereIsNoWayBackFromTheFirstView) {
  m_view.setDesign(std::make_shared<const Design>(threeBlocks()));
  m_view.fitAll();
  EXPECT_FALSE(m_view.canGoBack());
  m_view.zoomToActualSize();
  EXPECT_TRUE(m_view.canGoBack());
}

TEST_F(CanvasViewTest, AWantedGlideEndsWhereThingsAreAndAnyGestureEndsIt) {
  const auto before = std::make_shared<const Design>(threeBlocks());
  Design moved = *before;
  moved.blocks.put(blockOf(kDatabase, "rdbms_primary", {320, 400}));
  const auto after = std::make_shared<const Design>(moved);
  const QRect first = m_view.blockRect(kDatabase);
  m_view.setMotion(true);
  m_view.glideWithNextChange();
  m_view.updateDesign(after, diff(*before, *after));
  EXPECT_EQ(m_view.blockRect(kDatabase), first);
  EXPECT_GT(m_view.contentArea().bottom(), 400) << "where it will be, not where it is seen";
  EXPECT_TRUE(QTest::qWaitFor([&] { return m_view.blockRect(kDatabase) == first.translated(0, 160); }));
  m_view.glideWithNextChange();
  m_view.updateDesign(before, diff(*after, *before));
  EXPECT_EQ(m_view.blockRect(kDatabase), first.translated(0, 160));
  press(emptyPlace());
  EXPECT_EQ(m_view.blockRect(kDatabase), first);
  release(emptyPlace());
}

TEST_F(CanvasViewTest, AnotherDesignEndsAGlide) {
  const auto before = std::make_shared<const Design>(threeBlocks());
  Design moved = *before;
  moved.blocks.put(blockOf(kDatabase, "rdbms_primary", {320, 400}));
  const QRect first = m_view.blockRect(kDatabase);
  m_view.setMotion(true);
  m_view.glideWithNextChange();
  m_view.updateDesign(std::make_shared<const Design>(moved), diff(*before, moved));
  moved.blocks.erase(kUsers);
  m_view.setDesign(std::make_shared<const Design>(moved));
  EXPECT_EQ(m_view.blockRect(kDatabase), first.translated(0, 160));
  press(emptyPlace());
  EXPECT_EQ(m_view.blockRect(kDatabase), first.translated(0, 160));
  release(emptyPlace());
}

TEST_F(CanvasViewTest, TheOtherEndOfATakenLinkStaysAtTheZoneThatHidesItsBlock) {
  Design design = threeBlocks();
  Zone zone;
  zone.id = ZoneId("zone");
  zone.area = {{360, 0}, {800, 800}};
  zone.isCollapsed = true;
  design.zones.put(zone);
  Block web = blockOf(kWeb, "app_server", {900, 700});
  web.zone = zone.id;
  design.blocks.put(web);
  m_view.setDesign(std::make_shared<const Design>(design));
  const LinkId link("users-web");
  m_view.setSelection({{}, {link}, {}, {}});
  auto& scene = *dynamic_cast<CanvasScene*>(m_view.scene());
  const Point end = scene.linkItems().at(link)->route().points.front();
  press(m_view.mapFromScene(toQPointF(end)));
  moveTo(m_view.mapFromScene(QPointF(60, 200)));
  const QList<QGraphicsItem*> drafts = scene.gestureLayer()->childItems();
  ASSERT_EQ(drafts.size(), 1);
  const QRectF draft = drafts.front()->sceneBoundingRect();
  EXPECT_LT(draft.bottom(), 300) << "not from where the block would be";
  EXPECT_GT(draft.right(), 340);
  key(Qt::Key_Escape);
  release(m_view.mapFromScene(QPointF(60, 200)));
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

TEST_F(CanvasViewTest, GoesBackToWhereItWas) {
  m_view.centerOn(5000, 5000);
  const QPointF far = m_view.visibleArea().center();
  EXPECT_FALSE(m_view.canGoBack());
  m_view.reveal({{kWeb}, {}, {}, {}});
  EXPECT_TRUE(m_view.visibleArea().contains(QPointF(400, 30)));
  ASSERT_TRUE(m_view.canGoBack());
  m_view.goBack();
  EXPECT_NEAR(m_view.visibleArea().center().x(), far.x(), 2);
  ASSERT_TRUE(m_view.canGoForward());
  m_view.goForward();
  EXPECT_TRUE(m_view.visibleArea().contains(QPointF(400, 30)));
}

TEST_F(CanvasViewTest, TheMapLooksWhereItIsClicked) {
  m_view.setMinimapVisible(true);
  auto* map = m_view.findChild<QWidget*>(QStringLiteral("minimap"));
  ASSERT_NE(map, nullptr);
  m_view.fitAll();
  EXPECT_FALSE(map->isVisible());  // all is in view
  m_view.zoomToActualSize();
  m_view.centerOn(2000, 2000);
  ASSERT_TRUE(map->isVisible());
  map->grab();  // paints it
  QTest::mouseClick(map, Qt::LeftButton, {}, map->rect().center());
  EXPECT_TRUE(m_view.visibleArea().intersects(m_view.contentArea()));
}

}  // namespace
}  // namespace cantilever::widgets
