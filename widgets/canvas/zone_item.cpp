#include "widgets/canvas/zone_item.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPathStroker>
#include <QStyleOptionGraphicsItem>

#include "widgets/canvas/canvas_style.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

namespace {

constexpr double kZoneRadius = 12;
constexpr double kTitleHeight = 28;

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
  setToolTip(m_face.toolTip);
  update();
}

QString ZoneItem::describe() const {
  return QStringLiteral("zone %1 at %2,%3 size %4x%5 selected %6 | %7 | %8 | %9 %10 layer %11")
      .arg(toQString(m_id.text()))
      .arg(pos().x())
      .arg(pos().y())
      .arg(m_face.size.width())
      .arg(m_face.size.height())
      .arg(isSelected())
      .arg(m_face.title, m_face.kind)
      .arg(m_face.hasProblem)
      .arg(m_face.toolTip)
      .arg(zValue());
}

QRectF ZoneItem::boundingRect() const {
  return QRectF(QPointF(), m_face.size).adjusted(-14, -14, 14, 14);
}

QPainterPath ZoneItem::shape() const {
  QPainterPath border;
  border.addRoundedRect(QRectF(QPointF(), m_face.size), kZoneRadius, kZoneRadius);
  QPainterPathStroker stroker;
  stroker.setWidth(8);
  QPainterPath path = stroker.createStroke(border);
  path.setFillRule(Qt::WindingFill);
  const double titleWidth = QFontMetricsF(canvasFont(12, QFont::DemiBold)).horizontalAdvance(m_face.title);
  path.addRect(QRectF(0, 0, std::min(titleWidth + 24, m_face.size.width()), kTitleHeight));
  return path;
}

void ZoneItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  const Theme& theme = currentTheme();
  const double scale = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
  const QRectF area(QPointF(), m_face.size);
  painter->setRenderHint(QPainter::Antialiasing, scale >= 0.25);
  QColor border = m_face.hasProblem ? theme.critical : theme.zoneBorder;
  painter->setPen(QPen(isSelected() ? theme.accent : border, isSelected() ? 2 : 1));
  painter->setBrush(theme.zoneFill);
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
  const QRectF row = area.adjusted(12, 2, -12, 0).intersected(QRectF(0, 0, area.width(), kTitleHeight));
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

}  // namespace cantilever::widgets
