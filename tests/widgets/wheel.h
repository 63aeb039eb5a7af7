#pragma once

#include <QApplication>
#include <QTest>
#include <QWheelEvent>
#include <QWidget>
#include <QWindow>

namespace cantilever::test {

/// Turns the wheel over a place of a widget; one notch is 120, away from the person. As from the window
/// system: only such events go on from a widget that does not want them to the page it lies on.
inline void turnWheel(QWidget& widget, QPoint at, int angle) {
  QWidget& window = *widget.window();
  const QPoint inWindow = widget.mapTo(&window, at);
  QWheelEvent event(inWindow, window.mapToGlobal(inWindow), {}, {0, angle}, {}, {}, Qt::NoScrollPhase, false);
  QSpontaneKeyEvent::setSpontaneous(&event);
  qApp->notify(window.windowHandle(), &event);
}

}  // namespace cantilever::test
