#include <gtest/gtest.h>

#include <QTest>
#include <vector>

#include "tests/widgets/canvas/canvas_view_fixture.h"
#include "widgets/canvas/canvas_scene.h"
#include "widgets/canvas/canvas_style.h"

namespace cantilever::widgets {
namespace {

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

// A new block would be hidden where nobody sees what it is linked to.
TEST_F(CanvasViewTest, ALinkToACollapsedZoneIsRefusedWithTheReason) {
  m_view.setDesign(std::make_shared<const Design>(withZone(true)));
  const QPoint fold = m_view.mapFromScene(QPointF(400, -20));
  moveTo(middleOf(kUsers));
  drag(rightHandleOf(kUsers), fold);
  EXPECT_TRUE(m_links.empty());
  EXPECT_TRUE(m_wanted.empty());
  ASSERT_EQ(m_refusals.size(), 1);
  EXPECT_TRUE(m_refusals.front().startsWith(QStringLiteral("eu is collapsed")));
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

}  // namespace
}  // namespace cantilever::widgets
