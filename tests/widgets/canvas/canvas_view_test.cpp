#include "widgets/canvas/canvas_view.h"

#include <gtest/gtest.h>

#include <QTest>
#include <functional>
#include <vector>

#include "core/model/diff.h"
#include "tests/widgets/canvas/canvas_view_fixture.h"
#include "widgets/canvas/canvas_style.h"
#include "widgets/canvas/picture.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

/// Counts how often a widget is painted.
class PaintCount : public QObject {
 public:
  explicit PaintCount(QWidget& widget) { widget.installEventFilter(this); }
  int count = 0;

 protected:
  bool eventFilter(QObject*, QEvent* event) override {
    count += event->type() == QEvent::Paint ? 1 : 0;
    return false;
  }
};

// Qt takes a view for waiting to be painted until its own way of painting has run.
TEST_F(CanvasViewTest, EveryChangeIsPaintedFromAfarToo) {
  ASSERT_TRUE(QTest::qWaitForWindowExposed(&m_view));
  for (int step = 0; step < 12; ++step) {
    m_view.zoomOut();
  }
  ASSERT_LT(m_view.transform().m11(), 0.2);
  PaintCount paints(*canvas());
  const auto isPainted = [&](const char* what, const std::function<void()>& change) {
    for (int seen = -1; seen != paints.count;) {  // what is left to paint of before
      seen = paints.count;
      QCoreApplication::sendPostedEvents();
      QCoreApplication::processEvents();
    }
    const int before = paints.count;
    change();
    EXPECT_TRUE(QTest::qWaitFor([&] { return paints.count > before; }, 2000)) << what;
  };
  const QPoint corner = middleOf(kUsers) - QPoint(60, 60);
  isPainted("the first", [&] { m_view.setSelection({{kUsers}, {}, {}, {}}); });
  isPainted("another", [&] { m_view.setSelection({{kWeb}, {}, {}, {}}); });
  press(corner);
  isPainted("a marquee", [&] { moveTo(middleOf(kUsers)); });
  isPainted("that grows", [&] { moveTo(middleOf(kUsers) + QPoint(4, 4)); });
  isPainted("and goes", [&] { release(middleOf(kUsers) + QPoint(4, 4)); });
  const QPoint start = middleOf(kWeb);
  press(start);
  isPainted("a drag", [&] { moveTo(start + QPoint(30, 30)); });
  isPainted("that goes on", [&] { moveTo(start + QPoint(60, 40)); });
  isPainted("and ends", [&] { release(start + QPoint(60, 40)); });
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

// "Press / and type" is for a blank canvas; over the first note it would only be in the way.
TEST_F(CanvasViewTest, TheHintGoesWithTheFirstThingThatIsDrawn) {
  const auto middleOfView = [&](const Design& design) {
    m_view.setDesign(std::make_shared<const Design>(design));
    m_view.lookAt({});
    return canvas()->grab(QRect(canvas()->rect().center() - QPoint(200, 40), QSize(400, 80))).toImage();
  };
  Design design;
  const QImage blank = middleOfView(design);
  Note note;
  note.id = NoteId("note");
  note.area = {{3000, 3000}, {200, 100}};
  design.notes.put(note);
  const QImage noted = middleOfView(design);
  EXPECT_NE(noted, blank);
  design.blocks.put(blockOf(kWeb, "app_server", {4000, 4000}));
  EXPECT_EQ(middleOfView(design), noted);
}

TEST_F(CanvasViewTest, KeysZoomAtWhatIsSelected) {
  m_view.lookAt({-300, -200});  // the users are at the lower right
  m_view.setSelection({{kUsers}, {}, {}, {}});
  const QPoint before = middleOf(kUsers);
  ASSERT_TRUE(canvas()->rect().contains(before));
  for (int step = 0; step < 4; ++step) {
    m_view.zoomIn();
  }
  EXPECT_LT((middleOf(kUsers) - before).manhattanLength(), 8);
  m_view.zoomToActualSize();
  EXPECT_LT((middleOf(kUsers) - before).manhattanLength(), 8);
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
