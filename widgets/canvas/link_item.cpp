#include "widgets/canvas/link_item.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QGraphicsScene>
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

constexpr double kCornerRadius = 8;
constexpr double kArrowLength = 9;
constexpr double kArrowHalfWidth = 4.5;
constexpr double kReach = 6;  // how near the mouse must be
constexpr double kThin = 1.5;
constexpr double kThickest = 4;
constexpr double kLabelLine = 13;
constexpr double kEndRadius = 5;

QString linkText(const char* source) {
  return QCoreApplication::translate("LinkItem", source);
}

QPointF towards(QPointF from, QPointF to, double distance) {
  const QPointF by = to - from;
  const double length = std::hypot(by.x(), by.y());
  return length > 0 ? from + by * (distance / length) : from;
}

double lengthOf(QPointF by) {
  return std::hypot(by.x(), by.y());
}

}  // namespace

QString wordOf(LinkRole role) {
  switch (role) {
    case LinkRole::Default:
      return {};
    case LinkRole::Read:
      return linkText("read");
    case LinkRole::Write:
      return linkText("write");
    case LinkRole::Lookup:
      return linkText("look-up");
    case LinkRole::OnMiss:
      return linkText("on miss");
    case LinkRole::Replication:
      return linkText("replication");
    case LinkRole::Standby:
      return linkText("standby");
    case LinkRole::Fallback:
      return linkText("fallback");
    case LinkRole::Route:
      return linkText("route");
  }
  return {};
}

QColor colourOf(LinkMode mode, LinkRole role) {
  const Theme& theme = currentTheme();
  switch (role) {
    case LinkRole::Read:
      return theme.linkRead;
    case LinkRole::Write:
      return theme.linkWrite;
    case LinkRole::Lookup:
    case LinkRole::OnMiss:
      return theme.linkLookup;
    case LinkRole::Replication:
    case LinkRole::Standby:
    case LinkRole::Fallback:
      return theme.linkReplication;
    case LinkRole::Default:
    case LinkRole::Route:
      break;
  }
  return mode == LinkMode::Send ? theme.linkSend : theme.linkCall;
}

QPainterPath roundedPath(const std::vector<Point>& points, double radius, double shorten) {
  QPainterPath path;
  if (points.size() < 2) {
    return path;
  }
  path.moveTo(toQPointF(points.front()));
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    const QPointF before = toQPointF(points[i - 1]);
    const QPointF corner = toQPointF(points[i]);
    const QPointF after = toQPointF(points[i + 1]);
    const double r = std::min({radius, lengthOf(corner - before) / 2, lengthOf(after - corner) / 2});
    path.lineTo(towards(corner, before, r));
    path.quadTo(corner, towards(corner, after, r));
  }
  const QPointF last = toQPointF(points.back());
  const QPointF previous = toQPointF(points[points.size() - 2]);
  path.lineTo(towards(last, previous, std::min(shorten, lengthOf(last - previous))));
  return path;
}

LinkLabelItem::LinkLabelItem(LinkItem& link) : m_link(&link) {
  setZValue(kLinkLabelLayer);
}

LinkLabelItem::~LinkLabelItem() {
  if (m_link != nullptr) {
    m_link->m_labelItem = nullptr;
  }
}

void LinkLabelItem::setArea(const QRectF& area) {
  if (area != m_area) {
    prepareGeometryChange();
    m_area = area;
  }
}

void LinkLabelItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  const double scale = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
  if (m_link != nullptr && detailAt(scale) == Detail::Full) {
    painter->setRenderHint(QPainter::Antialiasing);
    m_link->paintLabel(*painter);
  }
}

LinkItem::LinkItem(LinkId id) : m_id(std::move(id)) {
  setFlag(ItemIsSelectable);
  setZValue(kLinkLayer);
}

LinkItem::~LinkItem() {
  if (m_labelItem != nullptr) {
    m_labelItem->leave();
    delete m_labelItem;  // takes itself out of the scene
  }
}

QVariant LinkItem::itemChange(GraphicsItemChange change, const QVariant& value) {
  if (change == ItemSceneHasChanged || change == ItemVisibleHasChanged || change == ItemOpacityHasChanged) {
    showLabel();
  }
  return QGraphicsItem::itemChange(change, value);
}

/// The label is where the link is, and seen as that is.
void LinkItem::showLabel() {
  if (m_labelItem == nullptr && !m_label.isEmpty() && scene() != nullptr) {
    m_labelItem = new LinkLabelItem(*this);
    scene()->addItem(m_labelItem);
  }
  if (m_labelItem != nullptr) {
    m_labelItem->setArea(m_labelArea);
    m_labelItem->setVisible(isVisible());
    m_labelItem->setOpacity(opacity());
  }
}

void LinkItem::setFace(LinkFace face) {
  m_face = std::move(face);
  refreshToolTip();
  refreshLabel();
}

void LinkItem::setRoute(Route route) {
  if (route == m_route) {
    return;
  }
  m_route = std::move(route);
  refreshGeometry();
}

void LinkItem::setLive(const CanvasOverlay::OfLink* live, double width) {
  const auto now = live != nullptr ? std::optional(*live) : std::nullopt;
  const double strength = live != nullptr ? width : 0;
  if (now == m_live && strength == m_strength) {
    return;
  }
  const QString before = m_live ? m_live->explanation : QString();
  m_live = now;
  m_strength = strength;
  if (before != (m_live ? m_live->explanation : QString())) {
    refreshToolTip();
  }
  refreshLabel();
}

void LinkItem::refreshToolTip() {
  const bool isExplained = m_live && !m_live->explanation.isEmpty();
  setToolTip(plainToolTip(isExplained ? QStringLiteral("%1\n%2").arg(m_face.toolTip, m_live->explanation)
                                      : m_face.toolTip));
}

void LinkItem::setDropTarget(bool isTarget) {
  if (m_isDropTarget != isTarget) {
    m_isDropTarget = isTarget;
    update();
  }
}

QColor LinkItem::colour() const {
  if (m_face.severity == Severity::Error) {
    return currentTheme().critical;
  }
  return colourOf(m_face.mode, m_face.role);
}

/// What it is for; of several links in one line how many they are.
QString LinkItem::headline() const {
  return m_face.count > 1 ? linkText("%1 links").arg(m_face.count) : wordOf(m_face.role);
}

void LinkItem::refreshLabel() {
  QStringList label;
  const QString word = headline();
  if (!word.isEmpty()) {
    label << word;
  }
  if (m_live) {
    label << shortRate(m_live->requestsPerSecond);
    if (m_live->failuresPerSecond > 0) {
      label << linkText("%1 fail").arg(shortRate(m_live->failuresPerSecond));
    }
  }
  if (label != m_label) {
    m_label = label;
    const QFontMetricsF metrics(canvasFont(10, QFont::DemiBold));
    double width = 0;
    for (const QString& line : m_label) {
      width = std::max(width, metrics.horizontalAdvance(line));
    }
    m_labelSize = QSizeF(width + 10, kLabelLine * static_cast<double>(m_label.size()) + 4);
    refreshGeometry();
  } else {
    update();
  }
}

void LinkItem::refreshGeometry() {
  prepareGeometryChange();
  m_line = roundedPath(m_route.points, kCornerRadius, kArrowLength - 1);
  m_arrowHead.clear();
  if (m_route.points.size() >= 2) {
    const QPointF tip = toQPointF(m_route.points.back());
    const QPointF back = towards(tip, toQPointF(m_route.points[m_route.points.size() - 2]), kArrowLength);
    const QPointF along = (tip - back) / kArrowLength;
    const QPointF across(-along.y() * kArrowHalfWidth, along.x() * kArrowHalfWidth);
    m_arrowHead << tip << back + across << back - across;
  }
  m_labelArea = {};
  if (!m_label.isEmpty()) {
    m_labelArea = QRectF(QPointF(), m_labelSize);
    m_labelArea.moveCenter(toQPointF(m_route.labelAt));
  }
  showLabel();
  m_shape.clear();
  QRectF bounds = m_labelArea;
  for (std::size_t i = 1; i < m_route.points.size(); ++i) {
    bounds |= QRectF(toQPointF(m_route.points[i - 1]), toQPointF(m_route.points[i]))
                  .normalized()
                  .adjusted(-1, -1, 1, 1);
  }
  m_bounds = bounds.isNull() ? bounds : bounds.adjusted(-kReach - 3, -kReach - 3, kReach + 3, kReach + 3);
  update();
}

QPainterPath LinkItem::shape() const {
  if (m_shape.isEmpty() && !m_route.points.empty()) {
    QPainterPathStroker stroker;
    stroker.setWidth(2 * kReach);
    m_shape = stroker.createStroke(roundedPath(m_route.points, 0, 0));
    if (!m_labelArea.isEmpty()) {
      m_shape.addRect(m_labelArea);
      m_shape.setFillRule(Qt::WindingFill);
    }
  }
  return m_shape;
}

QString LinkItem::describe() const {
  QString text = QStringLiteral("link %1 selected %2 mode %3 role %4 label %5 strength %6")
                     .arg(toQString(m_id.text()))
                     .arg(isSelected())
                     .arg(static_cast<int>(m_face.mode))
                     .arg(static_cast<int>(m_face.role))
                     .arg(m_label.join(QLatin1Char('/')))
                     .arg(m_strength);
  text += QStringLiteral(" colour %1 tip %2 route").arg(colour().name(), m_face.toolTip);
  for (const Point point : m_route.points) {
    text += QStringLiteral(" %1,%2").arg(point.x).arg(point.y);
  }
  return text + QStringLiteral(" label at %1,%2").arg(m_route.labelAt.x).arg(m_route.labelAt.y);
}

void LinkItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  const Theme& theme = currentTheme();
  const double scale = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
  const Detail detail = detailAt(scale);
  if (detail == Detail::Box) {
    painter->setPen(QPen(isSelected() ? theme.accent : colour(), 0));
    for (std::size_t i = 1; i < m_route.points.size(); ++i) {
      painter->drawLine(toQPointF(m_route.points[i - 1]), toQPointF(m_route.points[i]));
    }
    return;
  }
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setBrush(Qt::NoBrush);
  if (isSelected() || m_isDropTarget) {
    painter->setPen(
        QPen(m_isDropTarget ? theme.focus : theme.selection, 10, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->drawPath(m_line);
  }
  const QColor colour = isSelected() ? theme.accent : this->colour();
  const double width = kThin + (kThickest - kThin) * m_strength;
  QPen pen(colour, width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
  if (m_face.mode == LinkMode::Send) {
    pen.setDashPattern({6 * kThin / width, 4 * kThin / width});
  }
  painter->setPen(pen);
  painter->drawPath(m_line);
  painter->setPen(QPen(colour, 1, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter->setBrush(colour);
  painter->drawPolygon(m_arrowHead);
  if (isSelected() && m_route.points.size() >= 2) {
    // Its ends can be taken to other blocks.
    painter->setPen(QPen(theme.accent, 1.5));
    painter->setBrush(theme.blockFill);
    for (const Point end : {m_route.points.front(), m_route.points.back()}) {
      painter->drawEllipse(toQPointF(end), kEndRadius, kEndRadius);
    }
  }
}

void LinkItem::paintLabel(QPainter& painter) const {
  const Theme& theme = currentTheme();
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.canvas);
  painter.drawRoundedRect(m_labelArea, 4, 4);
  const bool fails = m_live && m_live->failuresPerSecond > 0;
  QRectF row(m_labelArea.left(), m_labelArea.top() + 2, m_labelArea.width(), kLabelLine);
  for (qsizetype i = 0; i < m_label.size(); ++i) {
    const bool isWord = i == 0 && !headline().isEmpty();
    const bool isFailure = fails && i + 1 == m_label.size();
    painter.setFont(canvasFont(10, isWord ? QFont::DemiBold : QFont::Normal));
    painter.setPen(isFailure ? theme.critical : isWord ? colour() : theme.text);
    painter.drawText(row, static_cast<int>(Qt::AlignCenter), m_label[i]);
    row.translate(0, kLabelLine);
  }
}

}  // namespace cantilever::widgets
