#include <QScrollBar>

#include "widgets/canvas/tools.h"

namespace cantilever::widgets {

CanvasTool::State PanTool::press(const Pointer& pointer) {
  m_last = pointer.viewPosition;
  return State::Going;
}

void PanTool::move(const Pointer& pointer) {
  const QPoint by = pointer.viewPosition - m_last;
  m_last = pointer.viewPosition;
  QScrollBar* across = m_context.view.horizontalScrollBar();
  QScrollBar* down = m_context.view.verticalScrollBar();
  across->setValue(across->value() - by.x());
  down->setValue(down->value() - by.y());
}

}  // namespace cantilever::widgets
