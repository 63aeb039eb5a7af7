#include <QGraphicsRectItem>
#include <QPen>

#include "widgets/canvas/canvas_style.h"
#include "widgets/canvas/tools.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

MarqueeTool::MarqueeTool(ToolContext context) : CanvasTool(context) {}

MarqueeTool::~MarqueeTool() = default;

CanvasTool::State MarqueeTool::press(const Pointer& pointer) {
  m_start = pointer.scenePosition;
  m_adds = pointer.addsToSelection();
  m_before = m_context.scene.selection();
  m_hold.emplace(m_context.scene);
  if (!m_adds) {
    m_context.scene.select({});
  }
  return State::Going;
}

void MarqueeTool::move(const Pointer& pointer) {
  const Theme& theme = currentTheme();
  if (!m_rectangle) {
    m_rectangle = std::make_unique<QGraphicsRectItem>();
    m_rectangle->setZValue(kGestureLayer);
    QPen pen(theme.accent, 1);
    pen.setCosmetic(true);
    m_rectangle->setPen(pen);
    QColor fill = theme.accent;
    fill.setAlpha(28);
    m_rectangle->setBrush(fill);
    m_rectangle->setParentItem(m_context.scene.gestureLayer());
  }
  const QRectF area = QRectF(m_start, pointer.scenePosition).normalized();
  m_rectangle->setRect(area);

  m_context.scene.selectIn(area, m_adds ? m_before : Selection{});
}

CanvasTool::State MarqueeTool::release(const Pointer&) {
  return State::Done;
}

void MarqueeTool::cancel() {
  m_context.scene.select(m_before);
}

}  // namespace cantilever::widgets
