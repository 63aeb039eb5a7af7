#include <QGraphicsRectItem>
#include <QPen>
#include <algorithm>
#include <cmath>

#include "widgets/canvas/canvas_style.h"
#include "widgets/canvas/tools.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
std::optional<ResizeTool::Grip> ResizeTool::gripAt(const QRectF& area, QPointF at, double reach) {
  if (!area.adjusted(-reach, -reach, reach, reach).contains(at)) {
    return std::nullopt;
  }
  const auto nearTo = [reach](double a, double b) { return std::abs(a - b) <= reach; };
  const Grip grip{nearTo(at.x(), area.left())    ? -1
                  : nearTo(at.x(), area.right()) ? 1
                                                 : 0,
                  nearTo(at.y(), area.top())      ? -1
                  : nearTo(at.y(), area.bottom()) ? 1
                                                  : 0};
  return grip == Grip{} ? std::nullopt : std::optional(grip);
}

ResizeTool::ResizeTool(ToolContext context, Selection one, QRectF area, Grip grip)
    : CanvasTool(context), m_one(std::move(one)), m_area(area), m_wanted(area), m_grip(grip) {}

ResizeTool::~ResizeTool() = default;

CanvasTool::State ResizeTool::press(const Pointer&) {
  QPen pen(currentTheme().accent, 1.5, Qt::DashLine);
  pen.setCosmetic(true);
  m_outline = std::make_unique<QGraphicsRectItem>(m_area);
  m_outline->setPen(pen);
  m_outline->setZValue(kGestureLayer);
  m_outline->setParentItem(m_context.scene.gestureLayer());
  return State::Going;
}

void ResizeTool::move(const Pointer& pointer) {
  const QPointF at = toQPointF(snapped(toPoint(pointer.scenePosition)));
  m_wanted = m_area;
  if (m_grip.across < 0) {
    m_wanted.setLeft(std::min(at.x(), m_area.right() - kLeastSide));
  } else if (m_grip.across > 0) {
    m_wanted.setRight(std::max(at.x(), m_area.left() + kLeastSide));
  }
  if (m_grip.down < 0) {
    m_wanted.setTop(std::min(at.y(), m_area.bottom() - kLeastSide));
  } else if (m_grip.down > 0) {
    m_wanted.setBottom(std::max(at.y(), m_area.top() + kLeastSide));
  }
  m_outline->setRect(m_wanted);
}

CanvasTool::State ResizeTool::release(const Pointer& pointer) {
  move(pointer);
  const Rect wanted{toPoint(m_wanted.topLeft()), {m_wanted.width(), m_wanted.height()}};
  const bool hasChanged = m_wanted != m_area;
  cancel();
  if (hasChanged) {
    Q_EMIT m_context.view.resizeRequested(m_one, wanted);
  }
  return State::Done;
}

void ResizeTool::cancel() {
  m_outline.reset();
}

}  // namespace cantilever::widgets
