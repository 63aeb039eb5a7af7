#pragma once

#include <gtest/gtest.h>

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QRegularExpression>
#include <QUndoStack>
#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "app/gui/action_table.h"
#include "app/gui/document.h"
#include "core/base/random.h"
#include "core/exchange/design_json.h"
#include "tests/app/small_design.h"
#include "tests/app/studio_driver.h"
#include "widgets/canvas/canvas_scene.h"
#include "widgets/style/text.h"

namespace cantilever::app::testing {

/// Counts what Qt finds wrong in the painting of anything, as of a pixmap without pixels, while it lives.
class PaintFaults {
 public:
  PaintFaults() {
    s_count = 0;
    s_next = qInstallMessageHandler([](QtMsgType type, const QMessageLogContext& where, const QString& text) {
      s_count += text.startsWith(QStringLiteral("QPainter")) ? 1 : 0;
      s_next(type, where, text);
    });
  }
  ~PaintFaults() { qInstallMessageHandler(s_next); }
  PaintFaults(const PaintFaults&) = delete;
  PaintFaults& operator=(const PaintFaults&) = delete;
  int count() const { return s_count; }

 private:
  inline static int s_count = 0;
  inline static QtMessageHandler s_next = nullptr;
};

/// Edits at random through the window: keys and mouse as from a hand that knows no aim, and every action of
/// the table by its key or by its name. Checks that the scene shows the design, and that undo leads back to
/// the start.
class RandomDrawing {
 public:
  explicit RandomDrawing(std::uint64_t seed) : m_random(seed) {
    m_studio.openFile(m_studio.writeDesign("random.cantilever.json", smallDesign()));
    EXPECT_TRUE(StudioDriver::waitUntil([this] { return !canvas().blockRect(BlockId("app")).isEmpty(); }));
    for (const ActionSpec& spec : table().specs()) {
      if (!isLeftAlone(spec.id)) {
        m_ids.push_back(spec.id);
        QAction* action = table().action(spec.id);
        QObject::connect(action, &QAction::triggered, action,
                         [this, id = widgets::toUtf8(spec.id)] { m_reached.insert(id); });
      }
    }
  }

  /// What was done of the table of actions, and what is never done here.
  const std::set<std::string>& reached() const { return m_reached; }
  std::set<std::string> reachable() const {
    std::set<std::string> ids;
    for (const QString& id : m_ids) {
      ids.insert(widgets::toUtf8(id));
    }
    return ids;
  }

  void run(int operations) {
    const Design start = *m_studio.design();
    m_studio.window->document().undoStack().setUndoLimit(0);
    for (int done = 0; done < operations; ++done) {
      SCOPED_TRACE(done);
      doOne();
      EXPECT_EQ(m_faults.count(), 0);
      if (done % 20 == 19) {
        expectInStep();
      }
      if (::testing::Test::HasFailure()) {
        return;
      }
    }
    leaveLists();
    m_studio.key(Qt::Key_Escape);
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

  /// Actions that leave the document, ask for a file, or put load on it: no edits, and tested elsewhere.
  static bool isLeftAlone(const QString& id) {
    return id.startsWith(QStringLiteral("file.")) || id.startsWith(QStringLiteral("run.")) ||
           id == QStringLiteral("help.contents");
  }
  const ActionTable& table() { return *m_studio.window->findChild<ActionTable*>(); }
  std::uint32_t below(std::size_t count) { return m_random.below(static_cast<std::uint32_t>(count)); }

  void doOne() {
    const std::uint32_t dice = below(100);
    if (dice < 12) {
      add();
    } else if (dice < 28) {
      StudioDriver::click(canvas().viewport(), anyPlace());
    } else if (dice < 46) {
      dragFrom(anyPlace(), anyPlace());
    } else if (dice < 52) {
      takeALink();
    } else if (dice < 58) {
      setAField();
    } else if (dice < 61) {
      pasteFromElsewhere();
    } else if (dice < 80) {
      act();
    } else {
      press();
    }
    leaveLists();
    // Large heaps are slow and show nothing new.
    if (m_studio.design()->blocks.size() > 60 || m_studio.design()->zones.size() > 20) {
      m_studio.key(Qt::Key_A, Qt::ControlModifier);
      m_studio.key(Qt::Key_Delete);
    }
  }

  void dragFrom(QPoint from, QPoint to) {
    QTest::mouseMove(m_studio.window->windowHandle(),
                     canvas().viewport()->mapTo(m_studio.window.get(), from));
    StudioDriver::drag(canvas().viewport(), from, to);
  }

  /// An action that has not come up yet, as those for several things seldom do; else any of the table.
  QString idToAct() {
    if (m_random.chance(0.2)) {
      const std::set<std::string> all = reachable();
      std::vector<std::string> fresh;
      std::set_difference(all.begin(), all.end(), m_reached.begin(), m_reached.end(),
                          std::back_inserter(fresh));
      if (!fresh.empty()) {
        m_studio.key(Qt::Key_A, Qt::ControlModifier);
        return QString::fromStdString(fresh[below(fresh.size())]);
      }
    }
    return m_ids[below(m_ids.size())];
  }

  /// By its key or by its name.
  void act() {
    const QString id = idToAct();
    if (id == QStringLiteral("view.theme") && !m_random.chance(0.05)) {
      return;  // repaints the whole window: seldom
    }
    const QAction* action = table().action(id);
    const QKeySequence keys = action->shortcut();
    if (!keys.isEmpty() && m_random.chance(0.7)) {
      const QKeyCombination stroke = keys[0];
      m_studio.key(stroke.key(), stroke.keyboardModifiers());
      return;
    }
    QString title = action->text().remove(QLatin1Char('&'));
    m_studio.key(Qt::Key_K, Qt::ControlModifier);
    m_studio.type(title.remove(QStringLiteral("...")));
    m_studio.key(Qt::Key_Return);
    if (QApplication::focusWidget() != &canvas() && m_random.chance(0.5)) {
      m_studio.type(QString::fromLatin1("a"));
      m_studio.key(Qt::Key_Return);
    }
  }

  /// Selects a link between two blocks; then leads it elsewhere, or puts a block in between.
  void takeALink() {
    const auto& links = m_studio.design()->links.pointers();
    if (links.empty()) {
      return;
    }
    const Link link = *links[below(links.size())];
    const QRect from = canvas().blockRect(link.from);
    const QRect to = canvas().blockRect(link.to);
    StudioDriver::click(canvas().viewport(), inView((from.center() + to.center()) / 2));
    switch (below(4)) {
      case 0:
        dragFrom(inView({to.left(), to.center().y()}), anyPlace());
        break;
      case 1:
        m_studio.key(Qt::Key_R, m_random.chance(0.5) ? Qt::ShiftModifier : Qt::NoModifier);
        m_studio.key(Qt::Key_Return);
        break;
      case 2:
        add();
        break;
      default:
        m_studio.key(Qt::Key_L, Qt::ControlModifier);
        break;
    }
  }

  /// Some field of whatever the inspector shows, with something typed into it.
  void setAField() {
    const char* const texts[] = {"3", "20 ms", "50 %", "1.5k/s", "", "x", "lines 0 s: 20 %, 5 min: 100 %"};
    m_studio.key(Qt::Key_3, Qt::AltModifier);
    for (std::uint32_t tabs = below(40); tabs > 0; --tabs) {
      m_studio.key(Qt::Key_Tab);
    }
    QWidget* field = QApplication::focusWidget();
    if (field == nullptr || !m_studio.window->views().inspector->isAncestorOf(field)) {
      return;
    }
    if (qobject_cast<QLineEdit*>(field) != nullptr) {
      m_studio.key(Qt::Key_A, Qt::ControlModifier);
      m_studio.type(QString::fromLatin1(texts[below(7)]));
      m_studio.key(Qt::Key_Return);
    } else {
      const Qt::Key keys[] = {Qt::Key_Space,  Qt::Key_Down,  Qt::Key_Up,
                              Qt::Key_Insert, Qt::Key_Right, Qt::Key_Delete};
      m_studio.key(keys[below(6)]);
    }
  }

  /// What another window, or another program, has put on the clipboard.
  void pasteFromElsewhere() {
    const auto& blocks = m_studio.design()->blocks.pointers();
    QString text = QStringLiteral("{\"schema\": \"cantilever.fragment/1\", \"blocks\": 7}");
    if (!blocks.empty() && m_random.chance(0.7)) {
      Block stranger = *blocks[below(blocks.size())];
      stranger.id = BlockId("stranger");
      stranger.position = {40 * static_cast<double>(below(20)), 40 * static_cast<double>(below(12))};
      if (m_random.chance(0.2)) {
        stranger.type = "of_another_version";
      }
      text = widgets::toQString(exchange::writeFragment({.blocks = {stranger}}));
    }
    QGuiApplication::clipboard()->setText(text);
    m_studio.key(Qt::Key_V, Qt::ControlModifier);
  }

  QPoint inView(QPoint place) {
    const QRect view = canvas().viewport()->rect().adjusted(4, 4, -4, -4);
    return view.contains(place) ? place : view.center();
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
    constexpr int kMostLeft = 5;
    for (int tries = 0; tries < kMostLeft && QApplication::focusWidget() != &canvas(); ++tries) {
      m_studio.key(Qt::Key_Escape);
      m_studio.key(Qt::Key_1, Qt::AltModifier);
    }
    EXPECT_EQ(QApplication::focusWidget(), &canvas());
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

  PaintFaults m_faults;
  RandomStream m_random;
  StudioDriver m_studio;
  std::vector<QString> m_ids;
  std::set<std::string> m_reached;
};

}  // namespace cantilever::app::testing
