#include "widgets/canvas/zone_item.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPathStroker>
#include <QStyleOptionGraphicsItem>
#include <algorithm>
#include <cmath>

#include "widgets/canvas/canvas_style.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

namespace {

constexpr double kZoneRadius = 12;
constexpr double kTitleHeight = 28;
constexpr double kFoldMark = 20;  // the square that the triangle is in
constexpr double kTitleLeft = 24;

}  // namespace

QString wordOf(ZoneKind kind) {
  switch (kind) {
    case ZoneKind::Region:
      return QCoreApplication::translate("ZoneItem", "Region");
    case ZoneKind::AvailabilityZone:
      return QCoreApplication::translate("ZoneItem", "Availability zone");
    case ZoneKind::Rack:
      return QCoreApplication::translate("ZoneItem", "Rack");
  }
  return {};
}

ZoneItem::ZoneItem(ZoneId id) : m_id(std::move(id)) {
  setFlag(ItemIsSelectable);
}

void ZoneItem::setFace(ZoneFace face) {
  prepareGeometryChange();
  m_face = std::move(face);
  setToolTip(plainToolTip(m_face.toolTip));
  update();
}

void ZoneItem::setDropTarget(bool isTarget) {
  if (m_isDropTarget != isTarget) {
    m_isDropTarget = isTarget;
    update();
  }
}

QString ZoneItem::describe() const {
  const QString folded = m_face.isCollapsed
                             ? QStringLiteral(" collapsed %1 %2").arg(m_face.blocks).arg(m_face.utilisation)
                             : QString();
  return QStringLiteral("zone %1 at %2,%3 size %4x%5 selected %6 | %7 | %8 | %9 %10 layer %11")
             .arg(toQString(m_id.text()))
             .arg(pos().x())
             .arg(pos().y())
             .arg(size().width())
             .arg(size().height())
             .arg(isSelected())
             .arg(m_face.title, m_face.kind)
             .arg(m_face.hasProblem)
             .arg(m_face.toolTip)
             .arg(zValue()) +
         folded;
}

QRectF ZoneItem::boundingRect() const {
  return QRectF(QPointF(), size()).adjusted(-14, -14, 14, 14);
}

QSizeF ZoneItem::size() const {
  return m_face.isCollapsed ? QSizeF(kBlockSize.width, kBlockSize.height) : m_face.size;
}

bool ZoneItem::isFoldMarkAt(QPointF scenePosition) const {
  const double height = m_face.isCollapsed ? kBlockSize.height : kTitleHeight;
  return QRectF(pos(), QSizeF(kTitleLeft, height)).contains(scenePosition);
}

QPainterPath ZoneItem::shape() const {
  if (m_face.isCollapsed) {
    QPainterPath body;
    body.addRect(QRectF(QPointF(), size()));
    return body;
  }
  QPainterPath border;
  border.addRoundedRect(QRectF(QPointF(), m_face.size), kZoneRadius, kZoneRadius);
  QPainterPathStroker stroker;
  stroker.setWidth(8);
  QPainterPath path = stroker.createStroke(border);
  path.setFillRule(Qt::WindingFill);
  const double titleWidth = QFontMetricsF(canvasFont(12, QFont::DemiBold)).horizontalAdvance(m_face.title);
  path.addRect(QRectF(0, 0, std::min(kTitleLeft + titleWidth + 12, m_face.size.width()), kTitleHeight));
  return path;
}

void ZoneItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  const Theme& theme = currentTheme();
  const double scale = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
  if (m_face.isCollapsed) {
    paintCollapsed(*painter, scale);
    return;
  }
  const QRectF area(QPointF(), m_face.size);
  painter->setRenderHint(QPainter::Antialiasing, scale >= 0.25);
  QColor border = m_face.hasProblem ? theme.critical : theme.zoneBorder;
  const bool isMarked = isSelected() || m_isDropTarget;
  painter->setPen(QPen(isMarked ? theme.accent : border, isMarked ? 2 : 1));
  painter->setBrush(m_isDropTarget ? theme.accentSoft : theme.zoneFill);
  painter->drawRoundedRect(area, kZoneRadius, kZoneRadius);
  if (isSelected()) {
    paintGrips(*painter, area, scale);
  }
  if (detailAt(scale) == Detail::Box) {
    return;
  }
  const int pixels = detailAt(scale) == Detail::Full ? 12 : 20;
  painter->setFont(canvasFont(pixels, QFont::DemiBold));
  painter->setPen(theme.textMuted);
  paintFoldMark(*painter, QPointF(kTitleLeft / 2 + 1, kTitleHeight / 2 + 1));
  painter->setPen(theme.textMuted);
  const QRectF row =
      area.adjusted(kTitleLeft, 2, -12, 0).intersected(QRectF(0, 0, area.width(), kTitleHeight));
  const QString title =
      painter->fontMetrics().elidedText(m_face.title, Qt::ElideRight, static_cast<int>(row.width()));
  painter->drawText(row, static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter), title);
  const double titleWidth = painter->fontMetrics().horizontalAdvance(title);
  painter->setFont(canvasFont(pixels - 1));
  const double kindWidth = painter->fontMetrics().horizontalAdvance(m_face.kind);
  if (detailAt(scale) == Detail::Full && titleWidth + kindWidth + 16 < row.width()) {
    painter->drawText(row, static_cast<int>(Qt::AlignRight | Qt::AlignVCenter), m_face.kind);
  }
}

/// Points down where the zone is open, to the right where it is closed.
void ZoneItem::paintFoldMark(QPainter& painter, QPointF centre) const {
  constexpr double kHalf = kFoldMark / 5;
  QPolygonF triangle;
  if (m_face.isCollapsed) {
    triangle << centre + QPointF(-kHalf / 2, -kHalf) << centre + QPointF(kHalf / 2 + 1, 0)
             << centre + QPointF(-kHalf / 2, kHalf);
  } else {
    triangle << centre + QPointF(-kHalf, -kHalf / 2) << centre + QPointF(kHalf, -kHalf / 2)
             << centre + QPointF(0, kHalf / 2 + 1);
  }
  painter.setPen(Qt::NoPen);
  painter.setBrush(currentTheme().textMuted);
  painter.drawPolygon(triangle);
}

/// A block with the edge of another behind it.
void ZoneItem::paintCollapsed(QPainter& painter, double scale) const {
  const Theme& theme = currentTheme();
  const QRectF body(QPointF(), size());
  const Detail detail = detailAt(scale);
  painter.setRenderHint(QPainter::Antialiasing, detail != Detail::Box);
  const bool isMarked = isSelected() || m_isDropTarget;
  const QColor border = isMarked ? theme.accent : m_face.hasProblem ? theme.critical : theme.zoneBorder;
  painter.setPen(QPen(border, isMarked ? 2 : 1));
  painter.setBrush(theme.zoneFill);
  painter.drawRoundedRect(body.translated(4, 4), kZoneRadius, kZoneRadius);
  painter.setBrush(theme.canvas);
  painter.drawRoundedRect(body, kZoneRadius, kZoneRadius);
  painter.setBrush(theme.zoneFill);
  painter.drawRoundedRect(body, kZoneRadius, kZoneRadius);
  if (detail == Detail::Box) {
    return;
  }
  paintFoldMark(painter, QPointF(kTitleLeft / 2 + 1, body.center().y()));
  const bool isFull = detail == Detail::Full;
  const QRectF words = body.adjusted(kTitleLeft, 8, -10, -8);
  painter.setFont(canvasFont(isFull ? 13 : 20, QFont::DemiBold));
  painter.setPen(theme.text);
  const QString title =
      painter.fontMetrics().elidedText(m_face.title, Qt::ElideRight, static_cast<int>(words.width()));
  painter.drawText(words.adjusted(0, 0, 0, -words.height() / 2),
                   static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter), title);
  QString count = QCoreApplication::translate("ZoneItem", "%1 blocks").arg(m_face.blocks);
  if (m_face.utilisation >= 0) {
    const int percent = static_cast<int>(std::lround(std::min(m_face.utilisation, 9.99) * 100));
    count = isFull ? QCoreApplication::translate("ZoneItem", "%1, busiest at %2 %").arg(count).arg(percent)
                   : QCoreApplication::translate("ZoneItem", "%1 %").arg(percent);
  }
  painter.setFont(canvasFont(isFull ? 11 : 18));
  painter.setPen(m_face.utilisation > 0.7 ? theme.utilisation(m_face.utilisation) : theme.textMuted);
  painter.drawText(words.adjusted(0, words.height() / 2, 0, 0),
                   static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter),
                   painter.fontMetrics().elidedText(count, Qt::ElideRight, static_cast<int>(words.width())));
}

}  // namespace cantilever::widgets
