#include "widgets/charts/chart_pane.h"

#include <QAreaSeries>
#include <QCategoryAxis>
#include <QChart>
#include <QChartView>
#include <QEvent>
#include <QGraphicsLayout>
#include <QGraphicsLineItem>
#include <QLabel>
#include <QLineSeries>
#include <QMouseEvent>
#include <QToolTip>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "widgets/charts/mark_lines.h"
#include "widgets/panels/labels.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

QColor withAlpha(QColor colour, float alpha) {
  colour.setAlphaF(alpha);
  return colour;
}

QCategoryAxis* makeAxis(QChart* chart, Qt::Alignment side) {
  auto* axis = new QCategoryAxis(chart);
  axis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
  axis->setStartValue(0);
  axis->setTruncateLabels(false);
  chart->addAxis(axis, side);
  return axis;
}

/// A category axis says anything at its ticks, with units; a value axis only what printf can.
void putTicks(QCategoryAxis* axis, const AxisScale& scale, const ChartPane::Format& format) {
  for (const QString& label : axis->categoriesLabels()) {
    axis->remove(label);
  }
  axis->setStartValue(0);
  axis->setRange(0, scale.end());
  const int ticks = static_cast<int>(scale.end() / scale.step() + 1e-9);
  for (int i = 0; i <= ticks; ++i) {
    axis->append(format(scale.step() * i), scale.step() * i);
  }
}

}  // namespace

ChartPane::ChartPane(const QString& title, Format format, QWidget* parent)
    : QWidget(parent), m_title(title), m_format(std::move(format)) {
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(8, 8, 8, 4);
  rows->setSpacing(2);
  auto* heading = makeHeading(title, this);
  rows->addWidget(heading);
  m_legend = new QLabel(this);
  m_legend->setTextFormat(Qt::RichText);
  m_legend->setFont(captionFont());
  m_legend->setWordWrap(true);
  m_legend->setAlignment(Qt::AlignLeft | Qt::AlignTop);
  m_legend->setObjectName(QStringLiteral("legend"));
  rows->addWidget(m_legend);

  m_chart = new QChart;
  m_chart->legend()->hide();
  // Room for the halves of the outermost labels that stand out beyond the plot.
  m_chart->setMargins(QMargins(0, 8, 14, 0));
  m_chart->layout()->setContentsMargins(0, 0, 0, 0);
  m_chart->setBackgroundVisible(false);
  m_chart->setAnimationOptions(QChart::NoAnimation);
  m_timeAxis = makeAxis(m_chart, Qt::AlignBottom);
  m_valueAxis = makeAxis(m_chart, Qt::AlignLeft);

  m_view = new QChartView(m_chart, this);
  m_view->setRenderHint(QPainter::Antialiasing);
  m_view->setFrameShape(QFrame::NoFrame);
  m_view->setMinimumSize(180, 90);
  // There is nothing to do in it with the keyboard; the legend is the text of the chart.
  m_view->setFocusPolicy(Qt::NoFocus);
  m_view->setAccessibleName(title);
  m_view->viewport()->setMouseTracking(true);
  m_view->viewport()->installEventFilter(this);
  m_view->setBackgroundBrush(Qt::NoBrush);
  m_view->viewport()->setAutoFillBackground(false);
  rows->addWidget(m_view, 1);

  m_marks = new MarkLines(m_chart);
  m_marks->setZValue(90);
  m_cursor = new QGraphicsLineItem(m_chart);
  m_cursor->setZValue(100);
  m_cursor->hide();
  connect(m_chart, &QChart::plotAreaChanged, this, &ChartPane::placeLines);
  reset();
  applyTheme();
}

void ChartPane::fixEnd(double end) {
  m_hasFixedEnd = true;
  m_valueScale.reset();
  m_valueScale.fit(end / 1.08);
  labelAxes();
}

void ChartPane::reset() {
  rebuildSeries({});
  m_timeScale.reset();
  m_timeScale.fitSeconds(0);
  if (!m_hasFixedEnd) {
    m_valueScale.reset();
    m_valueScale.fit(0);
  }
  labelAxes();
  setLegend({});
  m_legend->setMinimumHeight(0);
  m_marks->setMoments({});
  setCursor(std::nullopt);
}

void ChartPane::setCurves(const std::vector<Curve>& curves, double lastSecond) {
  const bool isSame = std::equal(curves.begin(), curves.end(), m_shapes.begin(), m_shapes.end(),
                                 [](const Curve& a, const Curve& b) {
                                   return a.name == b.name && a.shape == b.shape && a.colour == b.colour;
                                 });
  if (!isSame) {
    rebuildSeries(curves);
  }
  double maximum = 0;
  for (const Curve& curve : curves) {
    for (const QPointF& point : curve.points) {
      maximum = std::max(maximum, point.y());
    }
  }
  const bool hasNewTime = m_timeScale.fitSeconds(lastSecond);
  const bool hasNewValue = !m_hasFixedEnd && m_valueScale.fit(maximum);
  if (hasNewTime || hasNewValue) {
    labelAxes();
  }
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const QList<QPointF>& points = curves[i].points;
    if (curves[i].shape == Curve::Shape::Limit && !points.isEmpty()) {
      m_drawn[i].line->replace({{0, points.first().y()}, {m_timeScale.end(), points.first().y()}});
    } else {
      m_drawn[i].line->replace(points);
    }
  }
  const bool hasBand = !curves.empty() && curves.front().shape == Curve::Shape::Band;
  m_floor->replace(
      hasBand && !curves.front().points.isEmpty()
          ? QList<QPointF>{{curves.front().points.first().x(), 0}, {curves.front().points.last().x(), 0}}
          : QList<QPointF>());
  placeLines();
}

void ChartPane::rebuildSeries(const std::vector<Curve>& curves) {
  // A removed series' item lives on until the event loop comes round, and a band's hears of every change of
  // its two edges: so bands go first, then all their edges, the floor included.
  for (const Drawn& drawn : m_drawn) {
    if (drawn.area != nullptr) {
      m_chart->removeSeries(drawn.area);
      delete drawn.area;
    } else {
      m_chart->removeSeries(drawn.line);
    }
  }
  for (const Drawn& drawn : m_drawn) {
    delete drawn.line;
  }
  delete m_floor;
  m_floor = new QLineSeries(m_chart);
  m_drawn.clear();
  m_shapes.clear();
  QLineSeries* below = m_floor;
  for (const Curve& curve : curves) {
    Drawn drawn;
    drawn.line = new QLineSeries(m_chart);
    QAbstractSeries* shown = drawn.line;
    if (curve.shape == Curve::Shape::Band) {
      drawn.area = new QAreaSeries(drawn.line, below);
      drawn.area->setParent(m_chart);
      shown = drawn.area;
      below = drawn.line;
    }
    m_chart->addSeries(shown);
    shown->attachAxis(m_timeAxis);
    shown->attachAxis(m_valueAxis);
    m_drawn.push_back(drawn);
    m_shapes.push_back({curve.name, curve.colour, curve.shape, {}});
  }
  paintSeries(curves);
}

void ChartPane::paintSeries(const std::vector<Curve>& curves) {
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const Curve& curve = curves[i];
    const bool isLimit = curve.shape == Curve::Shape::Limit;
    QPen pen(curve.colour, isLimit ? 1.2 : 1.8, isLimit ? Qt::DashLine : Qt::SolidLine, Qt::RoundCap,
             Qt::RoundJoin);
    pen.setCosmetic(true);
    if (m_drawn[i].area != nullptr) {
      // An outline would go around the band and hide what lies under a band of no height.
      m_drawn[i].area->setPen(Qt::NoPen);
      m_drawn[i].area->setBrush(withAlpha(curve.colour, i == 0 ? 0.16F : 0.7F));
    } else {
      m_drawn[i].line->setPen(pen);
    }
  }
}

void ChartPane::setLegend(const QString& html) {
  m_legend->setText(html);
  // The legend never gets lower while a run goes on: the chart below it would jump with every digit.
  const int wanted = m_legend->heightForWidth(std::max(1, m_legend->width()));
  if (wanted > m_legend->minimumHeight()) {
    m_legend->setMinimumHeight(wanted);
  }
}

void ChartPane::setCursor(std::optional<double> second) {
  m_cursorSecond = second;
  placeLines();
}

void ChartPane::setMarks(std::vector<Moment> moments) {
  m_marks->setMoments(std::move(moments));
}

void ChartPane::placeLines() {
  const QRectF plot = m_chart->plotArea();
  m_marks->place(plot, m_timeScale.end());
  m_cursor->setVisible(m_cursorSecond.has_value());
  if (m_cursorSecond && m_timeScale.end() > 0) {
    const double x = plot.left() + plot.width() * std::clamp(*m_cursorSecond / m_timeScale.end(), 0.0, 1.0);
    m_cursor->setLine(x, plot.top(), x, plot.bottom());
  }
}

int ChartPane::pointCount() const {
  return m_drawn.empty() ? 0 : static_cast<int>(m_drawn.front().line->count());
}

void ChartPane::labelAxes() {
  putTicks(m_timeAxis, m_timeScale,
           [](double seconds) { return toQString(formatShort(Duration::seconds(seconds))); });
  putTicks(m_valueAxis, m_valueScale, m_format);
}

void ChartPane::applyTheme() {
  const Theme& theme = currentTheme();
  QFont font = captionFont();
  font.setKerning(false);
  for (QCategoryAxis* axis : {m_timeAxis, m_valueAxis}) {
    axis->setLabelsFont(font);
    axis->setLabelsBrush(theme.textMuted);
    axis->setGridLinePen(QPen(theme.border, 1));
    axis->setLinePen(QPen(axis == m_timeAxis ? theme.borderStrong : theme.border, 1));
  }
  m_timeAxis->setGridLineVisible(false);
  m_valueAxis->setLineVisible(false);
  m_cursor->setPen(QPen(theme.textMuted, 1));
}

void ChartPane::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && m_cursor != nullptr) {
    applyTheme();
  }
}

void ChartPane::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  m_legend->setMinimumHeight(0);
}

bool ChartPane::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::MouseMove) {
    const auto* mouse = static_cast<QMouseEvent*>(event);
    const QPointF inChart = m_chart->mapFromScene(m_view->mapToScene(mouse->position().toPoint()));
    const QRectF plot = m_chart->plotArea();
    const QString happened = m_marks->textAt(inChart.x());
    happened.isEmpty() ? QToolTip::hideText()
                       : QToolTip::showText(mouse->globalPosition().toPoint(), happened, m_view);
    if (inChart.x() >= plot.left() && inChart.x() <= plot.right() && plot.width() > 0) {
      Q_EMIT hovered((inChart.x() - plot.left()) / plot.width() * m_timeScale.end());
    } else {
      Q_EMIT left();
    }
  } else if (event->type() == QEvent::Leave) {
    Q_EMIT left();
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace cantilever::widgets
