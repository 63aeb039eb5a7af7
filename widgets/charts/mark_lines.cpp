#include "widgets/charts/mark_lines.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "widgets/panels/figure_table.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

constexpr qreal kTick = 6;
constexpr qreal kNear = 5;
/// Ticks nearer than this are one.
constexpr qreal kApart = 2;
constexpr qreal kWidestLabel = 190;
/// Less room than that would hold no word.
constexpr qreal kNarrowestLabel = 44;
constexpr qsizetype kMostLines = 8;

}  // namespace

MarkLines::MarkLines(QGraphicsItem* parent) : QGraphicsItem(parent) {
  setAcceptedMouseButtons(Qt::NoButton);
}

void MarkLines::setMoments(std::vector<Moment> moments) {
  m_moments = std::move(moments);
  update();
}

void MarkLines::place(const QRectF& plot, double endSecond) {
  if (plot != m_plot) {
    prepareGeometryChange();
    m_plot = plot;
  }
  m_endSecond = endSecond;
  update();
}

qreal MarkLines::xOf(const Moment& moment) const {
  return m_plot.left() + m_plot.width() * std::clamp(moment.second() / m_endSecond, 0.0, 1.0);
}

QString MarkLines::textAt(qreal x) const {
  QStringList lines;
  for (const Moment& moment : m_moments) {
    if (m_endSecond > 0 && std::abs(xOf(moment) - x) <= kNear) {
      lines << QStringLiteral("%1  %2").arg(nsText(moment.atNs), moment.text);
    }
  }
  if (lines.size() > kMostLines) {
    const qsizetype more = lines.size() - kMostLines;
    lines.resize(kMostLines);
    lines << QCoreApplication::translate("MarkLines", "and %1 more").arg(more);
  }
  return lines.join(QLatin1Char('\n'));
}

void MarkLines::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  if (m_endSecond <= 0 || m_moments.empty()) {
    return;
  }
  const Theme& theme = currentTheme();
  painter->setRenderHint(QPainter::Antialiasing, false);
  qreal lastTick = m_plot.left() - kApart;
  for (const Moment& moment : m_moments) {
    const qreal x = std::round(xOf(moment));
    if (moment.isOrdered()) {
      painter->setPen(QPen(theme.textMuted, 1, Qt::DashLine));
      painter->drawLine(QPointF(x, m_plot.top()), QPointF(x, m_plot.bottom()));
    } else if (x - lastTick >= kApart) {
      painter->setPen(QPen(theme.warning, 1));
      painter->drawLine(QPointF(x, m_plot.bottom() - kTick), QPointF(x, m_plot.bottom()));
      lastTick = x;
    }
  }
  paintLabels(*painter);
}

/// Right of its line, up to the next one; the last ones, near the edge, left of theirs.
void MarkLines::paintLabels(QPainter& painter) const {
  const Theme& theme = currentTheme();
  painter.setFont(captionFont());
  const QFontMetricsF metrics(painter.font());
  QColor back = theme.panel;
  back.setAlphaF(0.8F);
  std::vector<const Moment*> ordered;
  for (const Moment& moment : m_moments) {
    if (moment.isOrdered()) {
      ordered.push_back(&moment);
    }
  }
  qreal taken = m_plot.left();
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const qreal x = xOf(*ordered[i]);
    const qreal next = i + 1 < ordered.size() ? xOf(*ordered[i + 1]) : m_plot.right();
    const qreal onRight = next - x - 8;
    const qreal onLeft = x - taken - 8;
    const bool isLeft = onRight < kNarrowestLabel && onLeft > onRight;
    const qreal room = std::min(isLeft ? onLeft : onRight, kWidestLabel);
    taken = x;
    if (room < kNarrowestLabel) {
      continue;
    }
    const QString text = metrics.elidedText(ordered[i]->text, Qt::ElideRight, room);
    const qreal width = metrics.horizontalAdvance(text);
    const QRectF box(isLeft ? x - width - 6 : x + 3, m_plot.top(), width + 3, metrics.height());
    painter.fillRect(box, back);
    painter.setPen(theme.textMuted);
    painter.drawText(box, Qt::AlignCenter, text);
    taken = std::max(taken, box.right());
  }
}

}  // namespace cantilever::widgets
