#include "tests/app/studio_driver.h"

#include <gtest/gtest.h>

#include <QAction>
#include <QApplication>
#include <QDrag>
#include <QDragEnterEvent>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QPrinter>
#include <QTabBar>
#include <QTabWidget>
#include <QUndoStack>
#include <QWindow>

#include "app/gui/document.h"
#include "core/exchange/design_json.h"
#include "core/exchange/file_set.h"
#include "tests/widgets/wheel.h"
#include "widgets/style/text.h"

namespace cantilever::app::testing {
namespace {

constexpr QSize kWindowSize{1440, 900};
constexpr int kDragSteps = 6;

QWindow* windowOf(QWidget* widget) {
  return widget->window()->windowHandle();
}

QPoint inWindow(QWidget* widget, QPoint at) {
  return widget->mapTo(widget->window(), at);
}

/// What a drag carries, taken when the drag is over: the offscreen window system ends each at once, without
/// a drop.
class CarriedGoods : public QObject {
 public:
  CarriedGoods() { qApp->installEventFilter(this); }
  bool isTaken() const { return m_isTaken; }
  const QMimeData* mime() const { return &m_mime; }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override {
    if (event->type() == QEvent::DeferredDelete) {
      if (const auto* drag = qobject_cast<QDrag*>(watched)) {
        for (const QString& format : drag->mimeData()->formats()) {
          m_mime.setData(format, drag->mimeData()->data(format));
        }
        m_isTaken = true;
      }
    }
    return false;
  }

 private:
  QMimeData m_mime;
  bool m_isTaken = false;
};

}  // namespace

bool ScriptedPresenter::choosePrinter(QWidget*, QPrinter& printer) {
  printer.setOutputFormat(QPrinter::PdfFormat);
  printer.setOutputFileName(printedFile);
  return true;
}

StudioDriver::StudioDriver() : settings(m_folder.filePath(QStringLiteral("settings.ini"))) {
  window = std::make_unique<MainWindow>(catalog::Catalog::builtIn(), settings, presenter);
  window->resize(kWindowSize);
  window->show();
  window->activateWindow();
  EXPECT_TRUE(QTest::qWaitForWindowActive(window.get()));
}

bool StudioDriver::waitUntil(const std::function<bool()>& condition, int seconds) {
  return QTest::qWaitFor(condition, seconds * 1000);
}

void StudioDriver::click(QWidget* widget, QPoint at, Qt::MouseButton button) {
  QTest::mouseClick(windowOf(widget), button, {}, inWindow(widget, at));
}

void StudioDriver::click(QWidget* widget) {
  click(widget, widget->rect().center());
}

void StudioDriver::doubleClick(QWidget* widget, QPoint at) {
  QTest::mouseDClick(windowOf(widget), Qt::LeftButton, {}, inWindow(widget, at));
}

void StudioDriver::drag(QWidget* widget, QPoint from, QPoint to) {
  QWindow* target = windowOf(widget);
  QTest::mouseMove(target, inWindow(widget, from));
  QTest::mousePress(target, Qt::LeftButton, {}, inWindow(widget, from));
  for (int step = 1; step <= kDragSteps; ++step) {
    QTest::mouseMove(target, inWindow(widget, from + (to - from) * step / kDragSteps));
  }
  QTest::mouseRelease(target, Qt::LeftButton, {}, inWindow(widget, to));
}

void StudioDriver::wheel(QWidget* widget, QPoint at, int angle) {
  test::turnWheel(*widget, at, angle);
}

void StudioDriver::dragAndDrop(QWidget* source, QPoint from, QWidget* target, QPoint to) {
  ASSERT_EQ(QGuiApplication::platformName(), QStringLiteral("offscreen"));
  QWindow* handle = windowOf(source);
  const QPoint start = inWindow(source, from);
  const QPoint end = inWindow(target, to);
  CarriedGoods goods;
  QTest::mouseMove(handle, start);
  QTest::mousePress(handle, Qt::LeftButton, {}, start);
  for (int step = 1; step <= kDragSteps && !goods.isTaken(); ++step) {
    QTest::mouseMove(handle, start + (end - start) * step / kDragSteps);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
  }
  QTest::mouseRelease(handle, Qt::LeftButton, {}, end);
  ASSERT_TRUE(goods.isTaken()) << "the mouse started no drag";

  QDragEnterEvent enter(start, Qt::CopyAction, goods.mime(), Qt::LeftButton, {});
  QCoreApplication::sendEvent(handle, &enter);
  for (int step = 1; step <= kDragSteps; ++step) {
    QDragMoveEvent move(start + (end - start) * step / kDragSteps, Qt::CopyAction, goods.mime(),
                        Qt::LeftButton, {});
    QCoreApplication::sendEvent(handle, &move);
  }
  QDropEvent drop(end, Qt::CopyAction, goods.mime(), Qt::NoButton, {});
  QCoreApplication::sendEvent(handle, &drop);
}

void StudioDriver::undoAll() {
  stepThroughHistory(Qt::ControlModifier, [this] { return window->document().undoStack().canUndo(); });
}

void StudioDriver::redoAll() {
  stepThroughHistory(Qt::ControlModifier | Qt::ShiftModifier,
                     [this] { return window->document().undoStack().canRedo(); });
}

void StudioDriver::stepThroughHistory(Qt::KeyboardModifiers modifiers, const std::function<bool()>& canStep) {
  constexpr int kLongestHistory = 1000;
  key(Qt::Key_Escape);  // a text field would take the keys for its own history
  window->views().canvas->setFocus();
  for (int step = 0; canStep() && step < kLongestHistory; ++step) {
    key(Qt::Key_Z, modifiers);
  }
  EXPECT_FALSE(canStep());
}

void StudioDriver::key(Qt::Key key, Qt::KeyboardModifiers modifiers) {
  if (QApplication::activeWindow() == nullptr) {
    // What a window manager does when the active window was closed: offscreen there is none.
    QWidget* modal = QApplication::activeModalWidget();
    (modal != nullptr ? modal : window.get())->activateWindow();
    QCoreApplication::processEvents();
  }
  QWidget* active = QApplication::activePopupWidget() != nullptr ? QApplication::activePopupWidget()
                                                                 : QApplication::activeWindow();
  ASSERT_NE(active, nullptr);
  QTest::keyClick(windowOf(active), key, modifiers);
}

void StudioDriver::type(const QString& text) {
  for (const QChar character : text) {
    QTest::keyClick(windowOf(QApplication::activeWindow()), character.toLatin1());
  }
}

void StudioDriver::chooseInMenu(const QString& text) {
  QMenu* menu = nullptr;
  ASSERT_TRUE(waitUntil([&] {
    menu = window->findChild<QMenu*>(QStringLiteral("contextMenu"));
    return menu != nullptr && menu->isVisible();
  }));
  chooseIn(*menu, text);
}

void StudioDriver::chooseInMenuBar(const QString& menu, const QString& text) {
  QMenuBar* bar = window->menuBar();
  for (QAction* title : bar->actions()) {
    if (title->text().remove(QLatin1Char('&')) == menu) {
      click(bar, bar->actionGeometry(title).center());
      ASSERT_TRUE(waitUntil([&] { return title->menu()->isVisible(); }));
      chooseIn(*title->menu(), text);
      return;
    }
  }
  ADD_FAILURE() << "there is no menu " << menu.toStdString();
}

void StudioDriver::chooseIn(QMenu& menu, const QString& text) {
  for (QAction* action : menu.actions()) {
    if (action->text().remove(QLatin1Char('&')).remove(QStringLiteral("...")) == text) {
      ASSERT_TRUE(action->isEnabled()) << text.toStdString();
      QTest::mouseClick(&menu, Qt::LeftButton, {}, menu.actionGeometry(action).center());
      return;
    }
  }
  ADD_FAILURE() << "the menu has no " << text.toStdString();
}

QPoint StudioDriver::middleOf(const char* block) const {
  return window->views().canvas->blockRect(BlockId(block)).center();
}

void StudioDriver::clickBlock(const char* block) {
  click(window->views().canvas->viewport(), middleOf(block));
}

void StudioDriver::showTab(const QString& title) {
  auto* bar = child<QTabWidget>("details")->tabBar();
  for (int i = 0; i < bar->count(); ++i) {
    if (bar->tabText(i) == title) {
      click(bar, bar->tabRect(i).center());
      return;
    }
  }
  ADD_FAILURE() << "no tab " << title.toStdString();
}

QString StudioDriver::writeDesign(const char* name, const Design& design) const {
  const QString file = path(name);
  const Result<void> written = exchange::writeFile(widgets::toUtf8(file), exchange::writeDesign(design));
  EXPECT_TRUE(written.ok());
  return file;
}

void StudioDriver::openFile(const QString& file) {
  presenter.fileToOpen = file;
  key(Qt::Key_O, Qt::ControlModifier);
}

}  // namespace cantilever::app::testing
