#include "widgets/canvas/far_picture.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QImage>
#include <QPainter>
#include <QScrollBar>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>

#include "core/edit/edit.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

constexpr int kColumns = 18;

Design wideDesign(std::mt19937& random) {
  Design design;
  const auto idOf = [](int number) { return BlockId("b" + std::to_string(number)); };
  const std::vector<catalog::BlockType>& types = catalog::Catalog::builtIn().types();
  for (int i = 0; i < kColumns * kColumns; ++i) {
    Block block;
    block.id = idOf(i);
    block.type = types[static_cast<std::size_t>(i) % types.size()].key;
    block.position = {280.0 * (i % kColumns), 160.0 * (i / kColumns)};
    design.blocks.put(block);
  }
  std::uniform_int_distribution<int> any(0, kColumns * kColumns - 1);
  for (int i = 0; i < 120; ++i) {
    Link link;
    link.id = LinkId("l" + std::to_string(i));
    link.from = idOf(any(random));
    link.to = idOf(any(random));
    if (link.from != link.to) {
      design.links.put(link);
    }
  }
  Zone zone;
  zone.id = ZoneId("zone");
  zone.area = {{-40, -60}, {900, 700}};
  design.zones.put(zone);
  Note note;
  note.id = NoteId("note");
  note.text = "A note";
  note.area = {{1000, -200}, {320, 100}};
  design.notes.put(note);
  return design;
}

/// How many pixels are seen to differ. What is painted in parts is rounded otherwise where colours are mixed,
/// and what ends between two pixels may end in the other one; a block is ten times as much as is allowed.
int pixelsApart(const QImage& a, const QImage& b) {
  constexpr int kSeen = 3;
  if (a.size() != b.size()) {
    return a.width() * a.height();
  }
  const QImage one = a.convertToFormat(QImage::Format_RGB32);
  const QImage other = b.convertToFormat(QImage::Format_RGB32);
  int apart = 0;
  for (int y = 0; y < one.height(); ++y) {
    const auto* ones = reinterpret_cast<const QRgb*>(one.constScanLine(y));
    const auto* others = reinterpret_cast<const QRgb*>(other.constScanLine(y));
    for (int x = 0; x < one.width(); ++x) {
      const int most =
          std::max({std::abs(qRed(ones[x]) - qRed(others[x])), std::abs(qGreen(ones[x]) - qGreen(others[x])),
                    std::abs(qBlue(ones[x]) - qBlue(others[x]))});
      apart += most >= kSeen ? 1 : 0;
    }
  }
  return apart;
}

/// A view that goes through a session far away, and a new view of what it shows then.
class FarPictureTest : public ::testing::Test {
 protected:
  FarPictureTest() : design(std::make_shared<const Design>(wideDesign(random))) {
    view.resize(1000, 600);
    view.show();
    view.setDesign(design);
    view.fitAll();
    EXPECT_LT(view.transform().m11(), 0.25);
  }
  int upTo(int most) { return std::uniform_int_distribution<int>(0, most)(random); }
  QImage seen() { return view.viewport()->grab().toImage(); }
  QImage anew() {
    CanvasView fresh(catalog::Catalog::builtIn());
    fresh.resize(view.size());
    fresh.show();
    fresh.setDesign(design);
    fresh.setOverlay(overlay);
    fresh.setSelection(view.selection());
    fresh.setTransform(view.transform());
    fresh.horizontalScrollBar()->setValue(view.horizontalScrollBar()->value());
    fresh.verticalScrollBar()->setValue(view.verticalScrollBar()->value());
    return fresh.viewport()->grab().toImage();
  }
  void change(const edit::Edit& edit) {
    const Result<Design> applied = edit::apply(*design, edit, catalog::Catalog::builtIn());
    ASSERT_TRUE(applied.ok());
    const auto after = std::make_shared<const Design>(*applied);
    view.updateDesign(after, diff(*design, *after));
    design = after;
  }
  BlockId anyBlock() { return BlockId("b" + std::to_string(upTo(kColumns * kColumns - 1))); }
  /// Looked at after each step, so that each is painted over what was there.
  void dragBy(QPoint from, QPoint by) {
    QWidget* paper = view.viewport();
    QTest::mouseMove(paper, from);
    QTest::mousePress(paper, Qt::LeftButton, {}, from);
    for (int step = 1; step <= 5; ++step) {
      QTest::mouseMove(paper, from + by * step / 5);
      seen();
    }
  }

  std::mt19937 random{20261127};
  CanvasView view{catalog::Catalog::builtIn()};
  CanvasOverlay overlay;
  DesignPtr design;
};

TEST_F(FarPictureTest, IsWhatANewPaintingWouldBe) {
  const QImage first = seen();
  for (int step = 0; step < 42; ++step) {
    switch (step % 7) {
      case 0:
        change(edit::MoveBlocks{{anyBlock(), anyBlock()}, {8.0 * upTo(40), 8.0 * upTo(40)}});
        break;
      case 1:
        view.horizontalScrollBar()->setValue(view.horizontalScrollBar()->value() + upTo(60) - 30);
        view.verticalScrollBar()->setValue(view.verticalScrollBar()->value() + upTo(60) - 30);
        break;
      case 2:
        view.setSelection({{anyBlock(), anyBlock()}, {LinkId("l" + std::to_string(upTo(20)))}, {}, {}});
        break;
      case 3:
        dragBy(view.blockRect(anyBlock()).center(), {upTo(200), upTo(100)});
        QTest::keyClick(&view, Qt::Key_Escape);
        break;
      case 4:
        dragBy({2, 2}, {upTo(900), upTo(500)});
        QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, {900, 500});
        break;
      case 5:
        overlay.blocks[anyBlock()].utilisation = 0.01 * upTo(150);
        view.setOverlay(overlay);
        break;
      case 6:
        applyTheme(*qApp, step % 2 == 0 ? Theme::Kind::Dark : Theme::Kind::Light);
        break;
    }
    ASSERT_LT(pixelsApart(seen(), anew()), 40) << "step " << step;
  }
  EXPECT_GT(pixelsApart(seen(), first), 1000);
  applyTheme(*qApp, Theme::Kind::Light);
}

TEST(FarPicture, IsWhatANewPaintingWouldBeOnScreensWithMorePixels) {
  std::mt19937 random(20261127);
  const auto design = std::make_shared<const Design>(wideDesign(random));
  const auto background = [](QPainter& painter, const QRectF& area) {
    painter.fillRect(area, currentTheme().canvas);
  };
  for (const double ratio : {1.0, 1.25, 1.5, 2.0}) {
    SCOPED_TRACE(ratio);
    CanvasScene scene(catalog::Catalog::builtIn());
    scene.rebuild(design);
    FarPicture kept;
    FarPicture::Place place{0.15, {20, 60}, {601, 397}, ratio};
    std::uniform_int_distribution<int> any(-30, 30);
    for (int step = 0; step < 16; ++step) {
      if (step % 2 == 0) {
        place.origin += QPoint(any(random), any(random));
      } else {
        const BlockId block("b" + std::to_string(100 + any(random)));
        scene.setDraft({{block}, {}, {}, {}}, {8.0 * any(random), 8.0 * any(random)});
      }
      const QPixmap now = kept.at(place, scene, background);
      FarPicture anew;
      const QPixmap fresh = anew.at(place, scene, background);
      EXPECT_EQ(now.size(),
                QSize(static_cast<int>(std::ceil(601 * ratio)), static_cast<int>(std::ceil(397 * ratio))));
      EXPECT_EQ(now.devicePixelRatio(), ratio);
      ASSERT_LT(pixelsApart(now.toImage(), fresh.toImage()), 40 * ratio * ratio) << "step " << step;
    }
  }
}

TEST_F(FarPictureTest, TheMarqueeTellsOnceWhatWasSelected) {
  int changes = 0;
  QObject::connect(&view, &CanvasView::selectionChanged, &view, [&] { ++changes; });
  dragBy({2, 2}, {700, 400});
  EXPECT_GT(view.selection().blocks.size(), 20U);
  EXPECT_EQ(changes, 0);
  QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, {702, 402});
  EXPECT_EQ(changes, 1);
}

}  // namespace
}  // namespace cantilever::widgets
