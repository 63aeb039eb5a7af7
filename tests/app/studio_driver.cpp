#include "tests/app/studio_driver.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QTabBar>
#include <QTabWidget>
#include <QTimer>
#include <QWindow>

#include "app/gui/document.h"
#include "core/exchange/design_json.h"
#include "core/exchange/file_set.h"
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

}  // namespace

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

void StudioDriver::dragAndDrop(QWidget* source, QPoint from, QWidget* target, QPoint to) {
  QWindow* handle = windowOf(source);
  const QPoint start = inWindow(source, from);
  const QPoint end = inWindow(target, to);
  // The move that starts the drag returns only when it is over: the rest is sent from within it, one event
  // per turn of its loop.
  int step = 0;
  QTimer hand;
  QObject::connect(&hand, &QTimer::timeout, handle, [&] {
    ++step;
    if (step <= kDragSteps) {
      QTest::mouseMove(handle, start + (end - start) * step / kDragSteps);
    } else {
      hand.stop();
      QTest::mouseRelease(handle, Qt::LeftButton, {}, end);
    }
  });
  QTest::mouseMove(handle, start);
  QTest::mousePress(handle, Qt::LeftButton, {}, start);
  hand.start(0);
  EXPECT_TRUE(waitUntil([&] { return !hand.isActive(); }));
}

void StudioDriver::key(Qt::Key key, Qt::KeyboardModifiers modifiers) {
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
