#pragma once

#include <gtest/gtest.h>

#include <QApplication>
#include <QRegularExpression>
#include <QUndoStack>
#include <algorithm>
#include <vector>

#include "app/gui/document.h"
#include "core/base/random.h"
#include "tests/app/small_design.h"
#include "tests/app/studio_driver.h"
#include "widgets/canvas/canvas_scene.h"

namespace cantilever::app::testing {

/// Edits at random through the window: keys and mouse as from a hand that knows no aim. Checks that the scene
/// shows the design, and that undo leads back to the start.
class RandomDrawing {
 public:
  explicit RandomDrawing(std::uint64_t seed) : m_random(seed) {
    m_studio.openFile(m_studio.writeDesign("random.cantilever.json", smallDesign()));
    EXPECT_TRUE(StudioDriver::waitUntil([this] { return !canvas().blockRect(BlockId("app")).isEmpty(); }));
    canvas().setFocus();
  }

  void run(int operations) {
    const Design start = *m_studio.design();
    m_studio.window->document().undoStack().setUndoLimit(0);
    for (int done = 0; done < operations; ++done) {
      SCOPED_TRACE(done);
      doOne();
      if (done % 20 == 19) {
        expectInStep();
      }
      if (::testing::Test::HasFailure()) {
        return;
      }
    }
    m_studio.key(Qt::Key_Escape);
    m_studio.key(Qt::Key_Escape);
    canvas().setFocus();
    QUndoStack& stack = m_studio.window->document().undoStack();
    EXPECT_GT(stack.count(), operations / 20);
    for (int left = 2 * operations; stack.canUndo() && left > 0; --left) {
      m_studio.key(Qt::Key_Z, Qt::ControlModifier);
    }
    EXPECT_FALSE(stack.canUndo());
    EXPECT_EQ(*m_studio.design(), start);
    expectInStep();
  }

 private:
  widgets::CanvasView& canvas() { return *m_studio.window->views().canvas; }

  struct Stroke {
    Qt::Key key;
    Qt::KeyboardModifiers modifiers;
  };

  void doOne() {
    const std::uint32_t dice = m_random.below(100);
    if (dice < 14) {
      add();
    } else if (dice < 34) {
      StudioDriver::click(canvas().viewport(), anyPlace());
    } else if (dice < 56) {
      const QPoint from = anyPlace();
      QTest::mouseMove(m_studio.window->windowHandle(),
                       canvas().viewport()->mapTo(m_studio.window.get(), from));
      StudioDriver::drag(canvas().viewport(), from, anyPlace());
    } else {
      press();
    }
    leaveLists();
    // Large heaps are slow and show nothing new.
    if (m_studio.design()->blocks.size() > 60) {
      m_studio.key(Qt::Key_A, Qt::ControlModifier);
      m_studio.key(Qt::Key_Delete);
    }
  }

  /// Of a block's edge or middle as often as of the empty canvas.
  QPoint anyPlace() {
    const Design& design = *m_studio.design();
    const QRect view = canvas().viewport()->rect().adjusted(4, 4, -4, -4);
    QPoint place(view.left() + static_cast<int>(m_random.below(static_cast<std::uint32_t>(view.width()))),
                 view.top() + static_cast<int>(m_random.below(static_cast<std::uint32_t>(view.height()))));
    if (!design.blocks.isEmpty() && m_random.chance(0.7)) {
      const auto& blocks = design.blocks.pointers();
      const QRect rect =
          canvas().blockRect(blocks[m_random.below(static_cast<std::uint32_t>(blocks.size()))]->id);
      place = m_random.chance(0.5) ? rect.center() : QPoint(rect.right(), rect.center().y());
    }
    return view.contains(place) ? place : view.center();
  }

  void add() {
    m_studio.key(m_random.chance(0.5) ? Qt::Key_Slash : Qt::Key_N);
    const char* const words[] = {"app", "redis", "queue", "web", "sql", "kafka", "cdn", "pool"};
    m_studio.type(QString::fromLatin1(words[m_random.below(8)]));
    m_studio.key(m_random.chance(0.9) ? Qt::Key_Return : Qt::Key_Escape);
  }

  void press() {
    constexpr Qt::KeyboardModifiers kCtrl = Qt::ControlModifier;
    constexpr Qt::KeyboardModifiers kBoth = Qt::ControlModifier | Qt::AltModifier;
    static const std::vector<Stroke> strokes = {
        {Qt::Key_L, {}},
        {Qt::Key_Z, {}},
        {Qt::Key_T, {}},
        {Qt::Key_P, {}},
        {Qt::Key_Delete, {}},
        {Qt::Key_Tab, {}},
        {Qt::Key_Left, {}},
        {Qt::Key_Down, Qt::ShiftModifier},
        {Qt::Key_C, kCtrl},
        {Qt::Key_V, kCtrl},
        {Qt::Key_X, kCtrl},
        {Qt::Key_D, kCtrl},
        {Qt::Key_A, kCtrl},
        {Qt::Key_Z, kCtrl},
        {Qt::Key_Z, kCtrl},
        {Qt::Key_Y, kCtrl},
        {Qt::Key_Left, kBoth},
        {Qt::Key_M, kBoth},
        {Qt::Key_H, kBoth},
        {Qt::Key_A, kBoth},
        {Qt::Key_A, kCtrl | Qt::ShiftModifier},
        {Qt::Key_0, kCtrl},
        {Qt::Key_1, kCtrl},
        {Qt::Key_Escape, {}},
        {Qt::Key_Minus, kCtrl},
        {Qt::Key_Left, Qt::AltModifier},
    };
    const Stroke& stroke = strokes[m_random.below(static_cast<std::uint32_t>(strokes.size()))];
    m_studio.key(stroke.key, stroke.modifiers);
  }

  /// Lists and fields that an operation left open would swallow the next.
  void leaveLists() {
    for (int tries = 0; tries < 3 && QApplication::focusWidget() != &canvas(); ++tries) {
      m_studio.key(Qt::Key_Escape);
      canvas().setFocus();
    }
  }

  /// The scene against a new one of the same design. What analysis adds comes when it comes, and is left out.
  void expectInStep() {
    auto* shown = dynamic_cast<widgets::CanvasScene*>(canvas().scene());
    ASSERT_NE(shown, nullptr);
    ASSERT_EQ(shown->designPointer(), m_studio.design());
    shown->clearOverlay();  // figures are reckoned later than things are drawn
    widgets::CanvasScene fresh(catalog::Catalog::builtIn());
    fresh.rebuild(m_studio.design());
    fresh.select(shown->selection());
    EXPECT_EQ(withoutRemarks(shown->dump()), withoutRemarks(fresh.dump()));
  }

  static std::string withoutRemarks(QString dump) {
    static const QRegularExpression badge(QStringLiteral(" \\| badge [^\\n]*"));
    static const QRegularExpression tip(QStringLiteral(" colour [^\\n]* tip (.|\\n)*? route"));
    static const QRegularExpression problem(QStringLiteral(" \\| [01] (.|\\n)*? layer"));
    return dump.remove(badge).remove(tip).remove(problem).toStdString();
  }

  RandomStream m_random;
  StudioDriver m_studio;
};

}  // namespace cantilever::app::testing
