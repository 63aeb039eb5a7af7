#pragma once

#include <QGraphicsItem>
#include <QPainter>
#include <algorithm>

#include "widgets/canvas/block_item.h"
#include "widgets/canvas/canvas_style.h"
#include "widgets/canvas/link_item.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

/// The line while it is drawn, and the reason beside it when the block under the mouse refuses it.
class DraftLink : public QGraphicsItem {
 public:
  DraftLink() { setZValue(kGestureLayer); }

  void show(const Route& route, BlockItem::TargetState state, const QString& message) {
    prepareGeometryChange();
    m_line = roundedPath(route.points, 8, 0);
    m_end = toQPointF(route.points.back());
    m_state = state;
    m_message = message;
    m_bounds = m_line.boundingRect().adjusted(-8, -8, 8, 8);
    if (!m_message.isEmpty()) {
      const QFontMetricsF metrics(canvasFont(12));
      const QRectF text = metrics.boundingRect(QRectF(0, 0, 280, 400), Qt::TextWordWrap, m_message);
      m_messageArea = QRectF(QPointF(16, 16), text.size() + QSizeF(18, 14));
      const QRectF largest(m_messageArea.topLeft(), m_messageArea.size() * kMostEnlarged);
      m_bounds |= largest.translated(m_end).adjusted(-2, -2, 2 + 16 * kMostEnlarged, 2 + 16 * kMostEnlarged);
    }
  }

  QRectF boundingRect() const override { return m_bounds; }

  void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override {
    const Theme& theme = currentTheme();
    const QColor colour = m_state == BlockItem::TargetState::Refused   ? theme.critical
                          : m_state == BlockItem::TargetState::Allowed ? theme.good
                                                                       : theme.accent;
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(colour, 2, Qt::DashLine, Qt::RoundCap, Qt::RoundJoin));
    painter->setBrush(Qt::NoBrush);
    painter->drawPath(m_line);
    painter->setPen(Qt::NoPen);
    painter->setBrush(colour);
    painter->drawEllipse(m_end, 4, 4);
    if (!m_message.isEmpty()) {  // as large on the screen from afar as from near
      const double enlarged = std::clamp(1 / painter->worldTransform().m11(), 1.0, kMostEnlarged);
      painter->translate(m_end);
      painter->scale(enlarged, enlarged);
      painter->setPen(QPen(theme.critical, 1));
      painter->setBrush(theme.raised);
      painter->drawRoundedRect(m_messageArea, 6, 6);
      painter->setFont(canvasFont(12));
      painter->setPen(theme.text);
      painter->drawText(m_messageArea.adjusted(9, 7, -9, -7), Qt::TextWordWrap, m_message);
    }
  }

 private:
  static constexpr double kMostEnlarged = 3;
  QPainterPath m_line;
  QPointF m_end;
  BlockItem::TargetState m_state = BlockItem::TargetState::None;
  QString m_message;
  QRectF m_messageArea;  ///< from the end of the line
  QRectF m_bounds;
};

}  // namespace cantilever::widgets
