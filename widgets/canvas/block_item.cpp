#include "widgets/canvas/block_item.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <QStyleOptionGraphicsItem>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "core/base/text.h"
#include "widgets/style/icons.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

namespace {

constexpr double kRadius = 8;
constexpr double kBadgeRadius = 9;
constexpr double kNoticedShare = 0.001;  // of requests that fail, before the reason takes the rate's place
constexpr double kOverhang = 14;         // selection ring, handles and badge reach beyond the block
constexpr double kTextLeft = 48;
constexpr double kTile = 32;
constexpr double kPadding = 10;
const QRectF kBody{0, 0, kBlockSize.width, kBlockSize.height};

QString blockText(const char* source) {
  return QCoreApplication::translate("BlockItem", source);
}

QString iconOfSeverity(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return QStringLiteral("error");
    case Severity::Warning:
      return QStringLiteral("warning");
    case Severity::Note:
      return QStringLiteral("info");
  }
  return {};
}

QColor colourOfSeverity(Severity severity) {
  const Theme& theme = currentTheme();
  switch (severity) {
    case Severity::Error:
      return theme.critical;
    case Severity::Warning:
      return theme.warning;
    case Severity::Note:
      return theme.accent;
  }
  return theme.accent;
}

void drawElided(QPainter& painter, const QRectF& area, const QString& text, Qt::Alignment alignment) {
  const QString elided =
      painter.fontMetrics().elidedText(text, Qt::ElideRight, static_cast<int>(area.width()));
  painter.drawText(area, static_cast<int>(alignment) | Qt::TextSingleLine | Qt::TextDontClip, elided);
}

bool drawInOneLine(QPainter& painter, const QRectF& area, const QString& text, int pixels) {
  painter.setFont(canvasFont(pixels, QFont::DemiBold));
  if (painter.fontMetrics().horizontalAdvance(text) > area.width()) {
    return false;
  }
  painter.drawText(area, static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter), text);
  return true;
}

/// Broken before its last word.
bool drawInTwoLines(QPainter& painter, const QRectF& area, const QString& text, int pixels) {
  painter.setFont(canvasFont(pixels, QFont::DemiBold));
  const qsizetype gap = text.lastIndexOf(QLatin1Char(' '));
  if (gap <= 0 || area.height() < 2 * painter.fontMetrics().ascent()) {
    return false;
  }
  const double line = std::min(area.height() / 2, painter.fontMetrics().lineSpacing() + 0.0);
  const QRectF upper(area.left(), area.center().y() - line, area.width(), line);
  drawElided(painter, upper, text.left(gap), Qt::AlignLeft | Qt::AlignVCenter);
  drawElided(painter, upper.translated(0, line), text.mid(gap + 1), Qt::AlignLeft | Qt::AlignVCenter);
  return true;
}

/// As large as one line allows; a text too long for that takes two lines, or is cut off at the end.
void drawFitted(QPainter& painter, const QRectF& area, const QString& text) {
  for (const int pixels : {20, 18, 16}) {
    if (drawInOneLine(painter, area, text, pixels)) {
      return;
    }
  }
  const bool hasRoomForTwo = area.height() >= 40;
  if ((hasRoomForTwo && drawInTwoLines(painter, area, text, 16)) || drawInOneLine(painter, area, text, 14) ||
      drawInTwoLines(painter, area, text, 14)) {
    return;
  }
  painter.setFont(canvasFont(14, QFont::DemiBold));
  drawElided(painter, area, text, Qt::AlignLeft | Qt::AlignVCenter);
}

QString percentText(double share) {
  if (share > 9.99) {
    return QStringLiteral("> 999 %");
  }
  return QStringLiteral("%1 %").arg(std::lround(share * 100));
}

/// What was not measured says so.
QString estimateMark(const CanvasOverlay::OfBlock& figures) {
  return figures.isEstimate ? QStringLiteral("~") : QString();
}

}  // namespace

BlockItem::BlockItem(BlockId id) : m_id(std::move(id)) {
  setFlag(ItemIsSelectable);
  setZValue(kBlockLayer);
}

void BlockItem::setFace(BlockFace face) {
  m_face = std::move(face);
  update();
}

bool BlockItem::setLive(const CanvasOverlay::OfBlock* live) {
  const auto now = live != nullptr ? std::optional(*live) : std::nullopt;
  if (now == m_live) {
    return false;
  }
  m_live = now;
  if (m_isHovered) {
    refreshToolTip();
  }
  update();
  return true;
}

void BlockItem::setBadge(const std::optional<BlockBadge>& badge) {
  m_badge = badge;
  if (m_isHovered) {
    refreshToolTip();
  }
  update();
}

void BlockItem::setHovered(bool isHovered) {
  if (m_isHovered != isHovered) {
    m_isHovered = isHovered;
    if (isHovered) {
      refreshToolTip();
    }
    update();
  }
}

void BlockItem::setTargetState(TargetState state) {
  if (m_targetState != state) {
    m_targetState = state;
    update();
  }
}

std::optional<Side> BlockItem::handleAt(QPointF scenePosition, double reach) const {
  const Rect area = areaOfBlockAt(toPoint(pos()));
  for (const Side side : {Side::Left, Side::Top, Side::Right, Side::Bottom}) {
    const QPointF away = toQPointF(middleOf(area, side)) - scenePosition;
    if (std::hypot(away.x(), away.y()) <= reach) {
      return side;
    }
  }
  // The rest of an edge is one as well, but not as broad: blocks are moved by what is inside.
  const QRectF body = toQRectF(area);
  const double half = reach / 3;
  const bool isOnEdge = body.adjusted(-half, -half, half, half).contains(scenePosition) &&
                        !body.adjusted(half, half, -half, -half).contains(scenePosition);
  if (!isOnEdge) {
    return std::nullopt;
  }
  const std::pair<double, Side> away[] = {{std::abs(scenePosition.x() - body.left()), Side::Left},
                                          {std::abs(scenePosition.x() - body.right()), Side::Right},
                                          {std::abs(scenePosition.y() - body.top()), Side::Top},
                                          {std::abs(scenePosition.y() - body.bottom()), Side::Bottom}};
  return std::min_element(std::begin(away), std::end(away))->second;
}

// Made when the mouse comes, not with each batch of live figures.
void BlockItem::refreshToolTip() {
  QStringList lines;
  lines << m_face.name + QStringLiteral(" - ") + m_face.typeLabel;
  if (!m_face.isKnown) {
    lines << blockText("This version does not know the block type. The block is kept as it is.");
  }
  if (m_badge) {
    lines << m_badge->messages;
  }
  if (m_live && m_live->failuresPerSecond > 0) {
    lines << blockText("Failing: %1, %2").arg(shortRate(m_live->failuresPerSecond), m_live->failureReason);
  }
  if (m_live && !m_live->explanation.isEmpty()) {
    lines << m_live->explanation;
  }
  setToolTip(plainToolTip(lines.join(QLatin1Char('\n'))));
}

QString BlockItem::describe() const {
  QString text = QStringLiteral("block %1 at %2,%3 selected %4 | %5 | %6 | %7 | %8 | %9")
                     .arg(toQString(m_id.text()))
                     .arg(pos().x())
                     .arg(pos().y())
                     .arg(isSelected())
                     .arg(m_face.name, m_face.typeLabel, m_face.iconName, m_face.instances, m_face.offered);
  text += QStringLiteral(" | layer %1").arg(zValue());
  text += m_face.isPinned ? QStringLiteral(" | pinned") : QString();
  text += m_face.isKnown ? QStringLiteral(" | known") : QStringLiteral(" | unknown");
  text += QStringLiteral(" | ") + m_face.boxColour.name();
  if (m_live) {
    text += QStringLiteral(" | live %1 %2 %3 %4 %5/%6")
                .arg(m_live->utilisation)
                .arg(m_live->requestsPerSecond)
                .arg(m_live->failuresPerSecond)
                .arg(m_live->failureReason)
                .arg(m_live->instancesUp)
                .arg(m_live->instances);
  }
  if (m_badge) {
    text += QStringLiteral(" | badge %1 %2")
                .arg(static_cast<int>(m_badge->severity))
                .arg(m_badge->messages.join(QLatin1Char(';')));
  }
  return text;
}

QRectF BlockItem::boundingRect() const {
  return kBody.adjusted(-kOverhang, -kOverhang, kOverhang, kOverhang);
}

QPainterPath BlockItem::shape() const {
  QPainterPath path;
  path.addRect(kBody);
  return path;
}

void BlockItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  const double scale = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
  // In powers of two: icons are rendered once for each ratio, and zooming passes through many scales.
  const qreal ratio =
      painter->device()->devicePixelRatioF() * std::exp2(std::ceil(std::log2(std::max(1.0, scale))));
  switch (detailAt(scale)) {
    case Detail::Box:
      paintBox(*painter);
      break;
    case Detail::Reduced:
      paintReduced(*painter, ratio);
      paintHandles(*painter, scale);
      break;
    case Detail::Full:
      paintFull(*painter, ratio);
      paintHandles(*painter, scale);
      break;
  }
}

QColor BlockItem::boxColour() const {
  const Theme& theme = currentTheme();
  QColor fill = m_face.boxColour;
  if (m_live && m_live->utilisation >= 0) {
    fill = theme.utilisation(m_live->utilisation);
  }
  if (m_badge && m_badge->severity == Severity::Error) {
    fill = theme.critical;
  }
  return fill;
}

void BlockItem::paintBox(QPainter& painter) const {
  const Theme& theme = currentTheme();
  painter.fillRect(kBody, boxColour());
  if (isSelected()) {
    painter.setPen(QPen(theme.accent, 12));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(kBody);
  }
}

void BlockItem::paintFrame(QPainter& painter, double radius) const {
  const Theme& theme = currentTheme();
  QColor border = theme.blockBorder;
  double width = 1;
  if (m_live && m_live->utilisation > 0.7) {
    border = theme.utilisation(m_live->utilisation);
    width = 1.5;
  }
  if (m_isHovered) {
    border = theme.focus;
    width = 1.5;
  }
  if (m_targetState != TargetState::None) {
    border = m_targetState == TargetState::Allowed ? theme.good : theme.critical;
    width = 2.5;
  }
  if (isSelected()) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.selection);
    painter.drawRoundedRect(kBody.adjusted(-4, -4, 4, 4), radius + 4, radius + 4);
    border = m_targetState == TargetState::None ? theme.accent : border;
    width = 2;
  }
  painter.setPen(QPen(border, width));
  painter.setBrush(theme.blockFill);
  painter.drawRoundedRect(kBody, radius, radius);
  if (!m_face.isKnown) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(QBrush(theme.border, Qt::BDiagPattern));
    painter.drawRoundedRect(kBody, radius, radius);
  }
}

void BlockItem::paintReduced(QPainter& painter, qreal ratio) const {
  const Theme& theme = currentTheme();
  painter.setRenderHint(QPainter::Antialiasing);
  paintFrame(painter, kRadius);
  if (m_live && m_live->utilisation >= 0) {
    const double share = std::clamp(m_live->utilisation, 0.0, 1.0);
    painter.fillRect(QRectF(0, kBody.height() - 8, kBody.width() * share, 8),
                     theme.utilisation(m_live->utilisation));
  }
  const bool hasFigures = m_live.has_value();
  const double top = hasFigures ? 6 : 20;
  painter.drawPixmap(QPointF(kPadding, top),
                     iconPixmap(m_face.iconName, 32, theme.text, theme.accentSoft, ratio));
  painter.setPen(theme.text);
  const double height = hasFigures ? 32 : kBody.height();
  drawFitted(painter, QRectF(kTextLeft, hasFigures ? top : 0, kBody.width() - kTextLeft - 4, height),
             m_face.name);
  if (hasFigures) {
    paintReducedFigures(painter);
  }
  if (m_badge) {
    paintBadge(painter, ratio);
  }
  if (m_face.isPinned) {
    paintPin(painter, ratio);
  }
}

/// Utilisation, and beside it the rate, or why requests fail.
void BlockItem::paintReducedFigures(QPainter& painter) const {
  const Theme& theme = currentTheme();
  QRectF row(kPadding, 38, kBody.width() - 2 * kPadding, 24);
  if (m_live->utilisation >= 0) {
    painter.setFont(canvasFont(18, QFont::Bold));
    painter.setPen(theme.utilisation(m_live->utilisation));
    const QString text = percentText(m_live->utilisation);
    painter.drawText(row, static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter), text);
    row.setLeft(row.left() + painter.fontMetrics().horizontalAdvance(text) + 8);
  }
  QString beside = shortRate(m_live->requestsPerSecond);
  painter.setPen(theme.textMuted);
  if (m_live->failuresPerSecond > kNoticedShare * m_live->requestsPerSecond) {
    beside = m_live->failureReason.isEmpty() ? blockText("failing") : m_live->failureReason;
    painter.setPen(theme.critical);
  } else if (m_live->instancesUp < m_live->instances) {
    beside = blockText("%1/%2 up").arg(m_live->instancesUp).arg(m_live->instances);
    painter.setPen(m_live->instancesUp == 0 ? theme.critical : theme.warning);
  }
  painter.setFont(canvasFont(16, QFont::DemiBold));
  drawElided(painter, row, beside, Qt::AlignRight | Qt::AlignVCenter);
}

void BlockItem::paintFull(QPainter& painter, qreal ratio) const {
  const Theme& theme = currentTheme();
  painter.setRenderHint(QPainter::Antialiasing);
  paintFrame(painter, kRadius);

  // With figures below, icon and words move up; without, they stand in the middle.
  const bool hasFigures = m_live.has_value();
  const double top = hasFigures ? 8 : 20;
  const QRectF tile(8, top, kTile, kTile);
  painter.setPen(Qt::NoPen);
  painter.setBrush(m_face.isKnown ? theme.accentSoft : theme.border);
  painter.drawRoundedRect(tile, 6, 6);
  const QColor fill = mixed(theme.accentSoft, theme.accent, 0.35);
  painter.drawPixmap(tile.topLeft() + QPointF(4, 4),
                     iconPixmap(m_face.iconName, 24, theme.text, fill, ratio));

  const double right = kBody.width() - kPadding;
  painter.setPen(theme.text);
  const QRectF first(kTextLeft, top - 1, right - kTextLeft, 18);
  const bool fits = drawInOneLine(painter, first, m_face.name, 12) ||
                    drawInOneLine(painter, first, m_face.name, 11) ||
                    drawInOneLine(painter, first, m_face.name, 10);
  if (!fits) {
    drawElided(painter, first, m_face.name, Qt::AlignLeft | Qt::AlignVCenter);
  }

  painter.setFont(canvasFont(11));
  const QRectF second(kTextLeft, top + 17, right - kTextLeft, 16);
  if (hasFigures && m_live->failuresPerSecond > 0) {
    painter.setPen(theme.critical);
    const QString reason = m_live->failureReason.isEmpty() ? blockText("failing") : m_live->failureReason;
    drawElided(painter, second, QStringLiteral("%1 %2").arg(shortRate(m_live->failuresPerSecond), reason),
               Qt::AlignLeft | Qt::AlignVCenter);
  } else {
    const bool someDown = hasFigures && m_live->instancesUp < m_live->instances;
    const QString count = someDown ? QString() : m_face.instances;
    const double countWidth = count.isEmpty() ? 0 : painter.fontMetrics().horizontalAdvance(count) + 6;
    painter.setPen(theme.textMuted);
    drawElided(painter, second.adjusted(0, 0, -countWidth, 0),
               !hasFigures && !m_face.offered.isEmpty() ? m_face.offered : m_face.typeLabel,
               Qt::AlignLeft | Qt::AlignVCenter);
    painter.drawText(second, static_cast<int>(Qt::AlignRight | Qt::AlignVCenter), count);
  }
  if (hasFigures) {
    paintFigures(painter);
  }
  if (m_badge) {
    paintBadge(painter, ratio);
  }
  if (m_face.isPinned) {
    paintPin(painter, ratio);
  }
}

void BlockItem::paintFigures(QPainter& painter) const {
  const Theme& theme = currentTheme();
  const QRectF row(kPadding, kBody.height() - 22, kBody.width() - 2 * kPadding, 16);
  painter.setFont(canvasFont(11, QFont::DemiBold));
  double left = row.left();
  if (m_live->utilisation >= 0) {
    const QColor colour = theme.utilisation(m_live->utilisation);
    const QRectF bar(row.left(), row.center().y() - 2.5, 40, 5);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.border);
    painter.drawRoundedRect(bar, 2.5, 2.5);
    const double share = std::clamp(m_live->utilisation, 0.0, 1.0);
    if (share > 0) {
      painter.setBrush(colour);
      painter.drawRoundedRect(QRectF(bar.topLeft(), QSizeF(std::max(5.0, bar.width() * share), 5)), 2.5, 2.5);
    }
    painter.setPen(colour);
    painter.drawText(QRectF(bar.right() + 6, row.top(), 44, row.height()),
                     static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter),
                     estimateMark(*m_live) + percentText(m_live->utilisation));
    left = bar.right() + 46;
  }
  if (m_live->instancesUp < m_live->instances) {
    painter.setPen(m_live->instancesUp == 0 ? theme.critical : theme.warning);
    drawElided(painter, QRectF(left, row.top(), row.right() - left, row.height()),
               blockText("%1/%2 up").arg(m_live->instancesUp).arg(m_live->instances),
               Qt::AlignRight | Qt::AlignVCenter);
    return;
  }
  painter.setFont(canvasFont(11));
  painter.setPen(theme.text);
  drawElided(painter, QRectF(left, row.top(), row.right() - left, row.height()),
             estimateMark(*m_live) + shortRate(m_live->requestsPerSecond), Qt::AlignRight | Qt::AlignVCenter);
}

void BlockItem::paintBadge(QPainter& painter, qreal ratio) const {
  const Theme& theme = currentTheme();
  const QColor colour = colourOfSeverity(m_badge->severity);
  const QPointF centre(kBody.right() - 4, kBody.top() + 2);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.blockFill);
  painter.drawEllipse(centre, kBadgeRadius + 1.5, kBadgeRadius + 1.5);
  painter.drawPixmap(centre - QPointF(kBadgeRadius, kBadgeRadius),
                     iconPixmap(iconOfSeverity(m_badge->severity), static_cast<int>(2 * kBadgeRadius), colour,
                                mixed(theme.blockFill, colour, 0.25), ratio));
}

void BlockItem::paintPin(QPainter& painter, qreal ratio) const {
  const Theme& theme = currentTheme();
  const QPointF centre(kBody.left() + 4, kBody.top() + 2);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.canvas);
  painter.drawEllipse(centre, kBadgeRadius, kBadgeRadius);
  painter.drawPixmap(centre - QPointF(8, 8),
                     iconPixmap(QStringLiteral("pin"), 16, theme.textMuted, theme.accentSoft, ratio));
}

void BlockItem::paintHandles(QPainter& painter, double scale) const {
  if (!m_isHovered) {
    return;
  }
  const double radius = handleRadiusAt(scale);
  const Theme& theme = currentTheme();
  const Rect body{{0, 0}, kBlockSize};
  painter.setPen(QPen(theme.accent, 0.3 * radius));
  painter.setBrush(theme.blockFill);
  for (const Side side : {Side::Left, Side::Top, Side::Right, Side::Bottom}) {
    painter.drawEllipse(toQPointF(middleOf(body, side)), radius, radius);
  }
}

}  // namespace cantilever::widgets
