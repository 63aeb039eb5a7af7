#include "widgets/inspector/curve_graph.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/vocabulary/plan/index.h"
#include "widgets/charts/axis_scale.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

using Shape = plan::WrittenCurve::Shape;

constexpr double kGripReach = 9;   // px
constexpr double kGripRadius = 5;  // px
constexpr double kPercents = 100;  // in the peak: what a key changes
constexpr int kTimeSteps = 120;    // to the end of the axis, about
constexpr double kRoomBehind = 1.15;

/// Seconds that people count in, upwards.
double roundSeconds(double least) {
  static const double steps[] = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05,  0.1,   0.2,   0.5,
                                 1,     2,     5,     10,   15,   30,    60,    120,   300,
                                 600,   900,   1800,  3600, 7200, 14400, 21600, 43200, 86400};
  for (const double step : steps) {
    if (step >= least) {
      return step;
    }
  }
  return std::ceil(least / 86400) * 86400;
}

QString percent(double level) {
  return toQString(formatShort(ratio(level)));
}

}  // namespace

QString wordsOfPoint(const plan::RateCurve::Point& point, Rate peak) {
  return QStringLiteral("%1: %2, %3")
      .arg(toQString(format(point.at)), toQString(format(ratio(point.level))),
           toQString(formatShort(peak * point.level)));
}

CurveGraph::CurveGraph(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setObjectName(QStringLiteral("curveGraph"));
  setAccessibleName(tr("Load over time"));
  setToolTip(
      tr("Drag a point; double click for a new one. Arrows choose and raise it, Ctrl+arrows move it in "
         "time, Insert adds, Delete removes"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void CurveGraph::show(const plan::WrittenCurve& curve, Rate peak) {
  m_peak = peak;
  if (m_before) {
    m_before = curve;  // a drag goes on from what it shows; cancelled, it goes back to this
    return;
  }
  m_curve = curve;
  m_scales = scalesOf(curve);
  m_chosen = std::min(m_chosen, pointCount() - 1);
  tellChosen();
  update();
}

void CurveGraph::cancelDrag() {
  if (m_before) {
    m_curve = *m_before;
    m_before.reset();
    m_chosen = std::min(m_chosen, pointCount() - 1);
    tellChosen();
    update();
  }
}

void CurveGraph::choose(int point) {
  const int chosen = std::clamp(point, -1, pointCount() - 1);
  if (chosen == m_chosen) {
    return;
  }
  m_chosen = chosen;
  tellChosen();
  update();
  Q_EMIT chosenChanged(m_chosen);
}

void CurveGraph::tellChosen() {
  const QString keys = tr("Arrows choose and raise, Ctrl+arrows move in time, Insert adds, Delete removes.");
  setAccessibleDescription(m_chosen < 0 ? keys
                                        : tr("Point %1 of %2, %3. %4")
                                              .arg(m_chosen + 1)
                                              .arg(pointCount())
                                              .arg(wordsOfPoint(pointAt(m_chosen), m_peak), keys));
}

int CurveGraph::pointCount() const {
  switch (m_curve.shape) {
    case Shape::Constant:
      return 0;
    case Shape::Sine:
      return 1;
    case Shape::Steps:
    case Shape::Lines:
      break;
  }
  return static_cast<int>(m_curve.points.size());
}

plan::RateCurve::Point CurveGraph::pointAt(int point) const {
  return m_curve.shape == Shape::Sine ? plan::RateCurve::Point{{}, m_curve.low}
                                      : m_curve.points[static_cast<std::size_t>(point)];
}

/// As near as the neighbours let it go.
void CurveGraph::setPoint(plan::WrittenCurve& curve, int point, Duration at, double level) const {
  const double bounded = std::clamp(level, 0.0, plan::RateCurve::kMostLevel);
  if (curve.shape == Shape::Sine) {
    curve.low = std::min(bounded, 1.0);
    return;
  }
  const auto index = static_cast<std::size_t>(point);
  Duration place;
  if (index > 0) {
    const Duration least = curve.points[index - 1].at;
    Duration most = plan::kLongestDuration;
    if (index + 1 < curve.points.size()) {
      most = curve.points[index + 1].at;
    } else if (curve.period != Duration()) {
      most = curve.period - Duration::nanoseconds(1);  // it ends after its last point
    }
    place = std::clamp(at, least, std::max(least, most));
  }
  curve.points[index] = {place, bounded};
}

CurveGraph::Scales CurveGraph::scalesOf(const plan::WrittenCurve& curve) const {
  double seconds = curve.period.inSeconds();
  double level = 1;
  for (const plan::RateCurve::Point& point : curve.points) {
    seconds = std::max(seconds, point.at.inSeconds() * kRoomBehind);
    level = std::max(level, point.level);
  }
  Scales scales;
  scales.secondsStep = roundSeconds((seconds > 0 ? seconds : 60) / 4);
  scales.seconds = std::max(seconds > 0 ? seconds : 60, 2 * scales.secondsStep);
  AxisScale levels;
  levels.fit(level);
  scales.levelStep = levels.step() > 0 ? levels.step() : 0.5;
  scales.level = level * 1.08;
  return scales;
}

QRectF CurveGraph::plot() const {
  const QFontMetrics metrics(captionFont());
  const int left = metrics.horizontalAdvance(percent(m_scales.level)) + 12;
  return QRectF(rect()).adjusted(left, 8, -10, -metrics.height() - 8);
}

QPointF CurveGraph::placeOf(Duration at, double level) const {
  const QRectF area = plot();
  return {area.left() + area.width() * at.inSeconds() / m_scales.seconds,
          area.bottom() - area.height() * level / m_scales.level};
}

QPointF CurveGraph::placeOf(int point) const {
  const plan::RateCurve::Point one = pointAt(point);
  return placeOf(one.at, one.level);
}

Duration CurveGraph::timeStep() const {
  return Duration::seconds(roundSeconds(m_scales.seconds / kTimeSteps));
}

Duration CurveGraph::timeAt(double x) const {
  const QRectF area = plot();
  const double seconds = std::max(0.0, (x - area.left()) / area.width() * m_scales.seconds);
  const double step = timeStep().inSeconds();
  return Duration::seconds(std::min(std::round(seconds / step) * step, plan::kLongestDuration.inSeconds()));
}

double CurveGraph::levelAt(double y) const {
  const QRectF area = plot();
  const double level = (area.bottom() - y) / area.height() * m_scales.level;
  // Like the time, only as exact as the hand is: the table takes every number.
  const double stepsPerPeak = m_scales.level > 20 ? 1 : 100;
  return std::max(0.0, std::round(level * stepsPerPeak) / stepsPerPeak);
}

int CurveGraph::pointNear(QPointF position) const {
  int nearest = -1;
  double least = kGripReach;
  for (int point = 0; point < pointCount(); ++point) {
    const QPointF way = placeOf(point) - position;
    const double distance = std::hypot(way.x(), way.y());
    if (distance <= least) {
      nearest = point;
      least = distance;
    }
  }
  return nearest;
}

/// Nothing, if there is a fault in it: then the present one stays, with the point that is chosen.
void CurveGraph::commit(const plan::WrittenCurve& curve, int chosen) {
  if (!plan::faultIn(plan::curveOf(curve)).empty() || curve == m_curve) {
    update();
    return;
  }
  const bool isOther = chosen != m_chosen;
  m_curve = curve;
  m_chosen = chosen;
  m_scales = scalesOf(curve);
  tellChosen();
  update();
  Q_EMIT edited(m_curve);
  if (isOther) {
    Q_EMIT chosenChanged(m_chosen);
  }
}

void CurveGraph::addPoint(Duration at, double level) {
  plan::WrittenCurve curve = m_curve;
  if (curve.shape == Shape::Sine) {
    return;
  }
  if (curve.shape == Shape::Constant) {
    curve = {Shape::Lines, {{Duration(), 1}}, {}, 0};
  }
  if (curve.period != Duration() && at >= curve.period) {
    return;
  }
  const auto behind =
      std::upper_bound(curve.points.begin(), curve.points.end(), at,
                       [](Duration time, const plan::RateCurve::Point& point) { return time < point.at; });
  const auto index = behind - curve.points.begin();
  curve.points.insert(behind, {at, level});
  commit(curve, static_cast<int>(index));
}

void CurveGraph::addAfterChosen() {
  if (m_curve.shape == Shape::Constant) {
    addPoint(Duration::seconds(m_scales.seconds / 2), 1);
    return;
  }
  if (m_curve.shape == Shape::Sine || m_curve.points.empty()) {
    return;
  }
  const auto index = static_cast<std::size_t>(m_chosen < 0 ? pointCount() - 1 : m_chosen);
  const plan::RateCurve::Point& from = m_curve.points[index];
  if (index + 1 < m_curve.points.size()) {
    const plan::RateCurve::Point& to = m_curve.points[index + 1];
    addPoint(Duration::nanoseconds((from.at.ns() + to.at.ns()) / 2), (from.level + to.level) / 2);
    return;
  }
  const bool repeats = m_curve.period != Duration();
  const Duration end = repeats ? m_curve.period : Duration::seconds(m_scales.seconds);
  const Duration middle = Duration::nanoseconds((from.at.ns() + end.ns()) / 2);
  addPoint(repeats ? middle : std::max(middle, from.at + timeStep()), from.level);
}

void CurveGraph::removeChosen() {
  const bool hasPoints = m_curve.shape == Shape::Steps || m_curve.shape == Shape::Lines;
  if (!hasPoints || m_chosen < 1) {
    return;  // the first one says where the curve begins
  }
  plan::WrittenCurve curve = m_curve;
  curve.points.erase(curve.points.begin() + m_chosen);
  commit(curve, std::min(m_chosen, static_cast<int>(curve.points.size()) - 1));
}

void CurveGraph::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) {
    return;
  }
  choose(pointNear(event->position()));
  if (m_chosen >= 0) {
    m_before = m_curve;
  }
}

void CurveGraph::mouseMoveEvent(QMouseEvent* event) {
  if (!m_before || m_chosen < 0 || m_chosen >= pointCount()) {
    return;
  }
  setPoint(m_curve, m_chosen, timeAt(event->position().x()), levelAt(event->position().y()));
  tellChosen();
  update();
}

void CurveGraph::mouseReleaseEvent(QMouseEvent* event) {
  if (m_before && event->button() == Qt::LeftButton) {
    const plan::WrittenCurve dragged = m_curve;
    m_curve = *m_before;
    m_before.reset();
    commit(dragged, m_chosen);
  }
}

void CurveGraph::mouseDoubleClickEvent(QMouseEvent* event) {
  const int under = pointNear(event->position());
  if (event->button() == Qt::LeftButton && under < 0) {
    addPoint(timeAt(event->position().x()), levelAt(event->position().y()));
  }
}

bool CurveGraph::event(QEvent* event) {
  // Esc is the window's, but for a drag.
  if (event->type() == QEvent::ShortcutOverride && m_before &&
      static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
    event->accept();
    return true;
  }
  return QWidget::event(event);
}

void CurveGraph::focusInEvent(QFocusEvent* event) {
  QWidget::focusInEvent(event);
  if (m_chosen < 0 && event->reason() != Qt::MouseFocusReason) {
    choose(0);
  }
  update();
}

/// The release of the button goes elsewhere.
void CurveGraph::hideEvent(QHideEvent* event) {
  cancelDrag();
  QWidget::hideEvent(event);
}

void CurveGraph::keyPressEvent(QKeyEvent* event) {
  if (m_before) {  // the hand has the point
    if (event->key() == Qt::Key_Escape) {
      cancelDrag();
    }
    return;
  }
  const bool isControl = event->modifiers().testFlag(Qt::ControlModifier);
  const int many = event->modifiers().testFlag(Qt::ShiftModifier) ? 10 : 1;
  const bool isAcross = event->key() == Qt::Key_Left || event->key() == Qt::Key_Right;
  const bool isDown = event->key() == Qt::Key_Up || event->key() == Qt::Key_Down;
  if (event->key() == Qt::Key_Insert) {
    addAfterChosen();
  } else if (event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace) {
    removeChosen();
  } else if (isAcross && !isControl) {
    choose(std::max(0, m_chosen + (event->key() == Qt::Key_Right ? 1 : -1)));
  } else if ((isAcross || isDown) && m_chosen >= 0 && m_chosen < pointCount()) {
    const plan::RateCurve::Point point = pointAt(m_chosen);
    const int sign = event->key() == Qt::Key_Right || event->key() == Qt::Key_Up ? 1 : -1;
    plan::WrittenCurve curve = m_curve;
    const Duration at = isAcross ? point.at + timeStep() * (sign * many) : point.at;
    const double percents = std::round(point.level * kPercents) + sign * many;
    setPoint(curve, m_chosen, at, isDown ? percents / kPercents : point.level);
    commit(curve, m_chosen);
  } else {
    QWidget::keyPressEvent(event);
  }
}

void CurveGraph::paintAxes(QPainter& painter) const {
  const Theme& theme = currentTheme();
  const QRectF area = plot();
  painter.setFont(captionFont());
  for (double level = 0; level <= m_scales.level; level += m_scales.levelStep) {
    const double y = placeOf(Duration(), level).y();
    painter.setPen(theme.border);
    painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
    painter.setPen(theme.textMuted);
    painter.drawText(QRectF(0, y - 10, area.left() - 6, 20),
                     static_cast<int>(Qt::AlignRight | Qt::AlignVCenter), percent(level));
  }
  for (double seconds = 0; seconds <= m_scales.seconds * 1.0001; seconds += m_scales.secondsStep) {
    const double x = placeOf(Duration::seconds(seconds), 0).x();
    const QString text =
        seconds == 0 ? QStringLiteral("0") : toQString(formatShort(Duration::seconds(seconds)));
    const double half = painter.fontMetrics().horizontalAdvance(text) / 2.0 + 2;
    const double middle = std::min(x, width() - half - 6);
    painter.setPen(theme.border);
    painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 3));
    painter.setPen(theme.textMuted);
    painter.drawText(QRectF(middle - half, area.bottom() + 4, 2 * half, painter.fontMetrics().height()),
                     static_cast<int>(Qt::AlignCenter), text);
  }
}

void CurveGraph::paintCurve(QPainter& painter) const {
  const Theme& theme = currentTheme();
  const QRectF area = plot();
  const plan::RateCurve curve = plan::curveOf(m_curve);
  QPainterPath line(placeOf(Duration(), curve.points.empty() ? 1 : curve.points.front().level));
  for (const plan::RateCurve::Point& point : curve.points) {
    const QPointF place = placeOf(point.at, point.level);
    if (curve.between == plan::RateCurve::Between::Steps) {
      line.lineTo(place.x(), line.currentPosition().y());
    }
    line.lineTo(place);
  }
  const bool repeats = curve.period != Duration();
  const double end = repeats ? placeOf(curve.period, 0).x() : area.right();
  const bool returns = repeats && curve.between == plan::RateCurve::Between::Lines;
  line.lineTo(end,
              returns ? placeOf(Duration(), curve.points.front().level).y() : line.currentPosition().y());
  QPainterPath below = line;
  below.lineTo(end, area.bottom());
  below.lineTo(area.left(), area.bottom());
  below.closeSubpath();
  painter.fillPath(below, theme.accentSoft);
  if (repeats && end < area.right() - 1) {
    painter.setPen(QPen(theme.neutral, 1, Qt::DashLine));
    painter.drawLine(QPointF(end, area.top()), QPointF(end, area.bottom()));
  }
  painter.setPen(QPen(theme.accent, 2));
  painter.setBrush(Qt::NoBrush);
  painter.drawPath(line);
  for (int point = 0; point < pointCount(); ++point) {
    painter.setPen(QPen(theme.accent, 2));
    painter.setBrush(point == m_chosen ? theme.accent : theme.raised);
    painter.drawEllipse(placeOf(point), kGripRadius, kGripRadius);
  }
}

void CurveGraph::paintEvent(QPaintEvent*) {
  const Theme& theme = currentTheme();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(hasFocus() ? theme.focus : theme.border, hasFocus() ? 2 : 1));
  painter.setBrush(theme.panel);
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
  paintAxes(painter);
  paintCurve(painter);
}

}  // namespace cantilever::widgets
