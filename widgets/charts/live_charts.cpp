#include "widgets/charts/live_charts.h"

#include <QBoxLayout>
#include <QEvent>
#include <QLabel>
#include <QScrollArea>
#include <QStackedLayout>
#include <algorithm>
#include <numeric>
#include <optional>

#include "core/base/text.h"
#include "widgets/charts/chart_pane.h"
#include "widgets/charts/legend.h"
#include "widgets/charts/sample_store.h"
#include "widgets/panels/labels.h"
#include "widgets/panels/reason_text.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

constexpr std::size_t kPoolsShown = 6;
// A pool takes another's place only when it is busier by this much: the legend would flicker otherwise.
constexpr double kBusierBy = 0.05;
// Of what happened by itself; a run of random faults may have any number.
constexpr std::size_t kMostMarks = 1000;
// Below this width the charts stand under each other.
constexpr int kSideBySideWidth = 720;
constexpr int kStackedHeight = 176;

QString rateText(double perSecondValue) {
  return toQString(formatShort(perSecond(perSecondValue)));
}

QString latencyText(double milliseconds) {
  return toQString(formatShort(Duration::milliseconds(milliseconds)));
}

QString shareText(double share) {
  return toQString(formatNumber(share * 100.0, 3)) + QStringLiteral(" %");
}

double secondsOf(const ChartPoint& point) {
  // In the middle of the stretch that the point stands for.
  return (static_cast<double>(point.endNs) - static_cast<double>(point.lengthNs) / 2) * 1e-9;
}

double rateOf(std::uint64_t count, const ChartPoint& point) {
  return point.lengthNs == 0 ? 0 : static_cast<double>(count) * 1e9 / static_cast<double>(point.lengthNs);
}

struct ReasonLook {
  plan::Reason reason;
  int series;  ///< of the theme
};

/// Bottom to top in the stack.
constexpr ReasonLook kReasons[] = {{plan::Reason::QueueFull, 1},
                                   {plan::Reason::QueueTimeout, 2},
                                   {plan::Reason::TimedOut, 3},
                                   {plan::Reason::DeadlineExceeded, 4},
                                   {plan::Reason::RateLimited, 2},
                                   {plan::Reason::Shed, 0},
                                   {plan::Reason::BreakerOpen, 4},
                                   {plan::Reason::NoHealthyInstance, 7},
                                   {plan::Reason::ConnectionRefused, 7},
                                   {plan::Reason::KilledInFlight, 5},
                                   {plan::Reason::Lost, 5},
                                   {plan::Reason::Refused, 6},
                                   {plan::Reason::DeadLetter, 1},
                                   {plan::Reason::CacheMiss, 0},
                                   {plan::Reason::NotReplicated, 1},
                                   {plan::Reason::Injected, 6}};
constexpr int kPercentileSeries[] = {2, 0, 1};
constexpr int kPoolSeries[kPoolsShown] = {0, 1, 2, 3, 5, 6};

}  // namespace

struct LiveCharts::Impl {
  void build(LiveCharts& owner);
  void draw();
  void drawThroughput(double lastSecond);
  void drawLatency(double lastSecond);
  void drawUtilisation(double lastSecond);
  void writeLegends();
  void writeThroughputLegend(const ChartPoint& point, const QString& when);
  void writeLatencyLegend(const ChartPoint& point, const QString& when);
  void writeUtilisationLegend(const ChartPoint& point, const QString& when);
  void chooseBusiest();
  void hover(std::optional<double> second);
  const ChartPoint& pointRead() const;
  std::array<ChartPane*, 3> panes() const { return {throughput, latency, utilisation}; }

  std::shared_ptr<const plan::Plan> plan;
  std::vector<QString> poolNames;
  double objectiveMs = 0;
  SampleStore store;
  std::vector<Moment> moments;
  std::array<bool, plan::kReasonCount> seen{};  ///< reasons that have occurred; never forgotten in a run
  std::vector<std::size_t> busiest;             ///< a place in the legend each
  std::optional<double> hoverSecond;
  bool isStale = false;
  QStackedLayout* stack = nullptr;
  QBoxLayout* side = nullptr;
  QLabel* empty = nullptr;
  QScrollArea* charts = nullptr;  ///< side by side or, in a narrow window, below each other
  ChartPane* throughput = nullptr;
  ChartPane* latency = nullptr;
  ChartPane* utilisation = nullptr;
};

void LiveCharts::Impl::build(LiveCharts& owner) {
  owner.setBackgroundRole(QPalette::Base);
  owner.setAutoFillBackground(true);
  stack = new QStackedLayout(&owner);
  empty = makeBody(tr("Run the design to see its throughput, latency and utilisation here."), &owner);
  static_cast<ToneLabel*>(empty)->setTone(Tone::Muted);
  empty->setAlignment(Qt::AlignCenter);
  stack->addWidget(empty);
  charts = new QScrollArea(&owner);
  charts->setWidgetResizable(true);
  charts->setFrameShape(QFrame::NoFrame);
  charts->setFocusPolicy(Qt::NoFocus);
  charts->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* sheet = new QWidget(charts);
  sheet->setBackgroundRole(QPalette::Base);
  sheet->setAutoFillBackground(true);
  charts->setWidget(sheet);
  side = new QBoxLayout(QBoxLayout::LeftToRight, sheet);
  side->setContentsMargins(4, 0, 4, 4);
  side->setSpacing(4);
  throughput = new ChartPane(tr("Throughput and failures"), rateText, sheet);
  latency = new ChartPane(tr("Latency of successes"), latencyText, sheet);
  utilisation = new ChartPane(tr("Utilisation of the busiest"), shareText, sheet);
  utilisation->fixEnd(1);
  for (ChartPane* pane : panes()) {
    // The third has the longest names in its legend.
    side->addWidget(pane, pane == utilisation ? 4 : 3);
    connect(pane, &ChartPane::hovered, &owner, [this](double second) { hover(second); });
    connect(pane, &ChartPane::left, &owner, [this] { hover(std::nullopt); });
  }
  stack->addWidget(charts);
}

void LiveCharts::Impl::draw() {
  isStale = false;
  if (store.points().empty()) {
    return;
  }
  const double lastSecond = static_cast<double>(store.points().back().endNs) * 1e-9;
  chooseBusiest();
  drawThroughput(lastSecond);
  drawLatency(lastSecond);
  drawUtilisation(lastSecond);
  writeLegends();
}

void LiveCharts::Impl::drawThroughput(double lastSecond) {
  const Theme& theme = currentTheme();
  const std::vector<ChartPoint>& points = store.points();
  std::vector<Curve> curves;
  Curve succeeded{tr("succeeded"), theme.series[0], Curve::Shape::Band, {}};
  succeeded.points.reserve(static_cast<qsizetype>(points.size()));
  for (const ChartPoint& point : points) {
    succeeded.points.append({secondsOf(point), rateOf(point.succeeded, point)});
  }
  curves.push_back(std::move(succeeded));
  for (const ReasonLook& look : kReasons) {
    const auto reason = static_cast<std::size_t>(look.reason);
    seen[reason] = seen[reason] || std::any_of(points.begin(), points.end(), [&](const ChartPoint& point) {
                     return point.failed[reason] > 0;
                   });
    if (!seen[reason]) {
      continue;
    }
    Curve failed{reasonText(look.reason), theme.series[look.series], Curve::Shape::Band,
                 curves.back().points};
    for (std::size_t i = 0; i < points.size(); ++i) {
      failed.points[static_cast<qsizetype>(i)].ry() += rateOf(points[i].failed[reason], points[i]);
    }
    curves.push_back(std::move(failed));
  }
  curves.push_back({tr("succeeded"), theme.series[0], Curve::Shape::Line, curves.front().points});
  throughput->setCurves(curves, lastSecond);
}

void LiveCharts::Impl::drawLatency(double lastSecond) {
  const Theme& theme = currentTheme();
  const QString names[] = {tr("p50"), tr("p95"), tr("p99")};
  std::int64_t ChartPoint::*const percentiles[] = {&ChartPoint::p50Ns, &ChartPoint::p95Ns,
                                                   &ChartPoint::p99Ns};
  std::vector<Curve> curves;
  double highest = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    Curve curve{names[i], theme.series[kPercentileSeries[i]], Curve::Shape::Line, {}};
    for (const ChartPoint& point : store.points()) {
      // Without a success in it a stretch has no latency; the line goes on to the next that has.
      if (point.p99Ns > 0) {
        const double milliseconds = static_cast<double>(point.*percentiles[i]) * 1e-6;
        curve.points.append({secondsOf(point), milliseconds});
        highest = std::max(highest, milliseconds);
      }
    }
    curves.push_back(std::move(curve));
  }
  // A limit far above the curves would press them to the floor: the legend tells it anyway.
  if (objectiveMs > 0 && objectiveMs <= highest * 10) {
    curves.push_back({tr("objective"), theme.critical, Curve::Shape::Limit, {{0, objectiveMs}}});
  }
  latency->setCurves(curves, lastSecond);
}

void LiveCharts::Impl::drawUtilisation(double lastSecond) {
  const Theme& theme = currentTheme();
  std::vector<Curve> curves;
  for (std::size_t place = 0; place < busiest.size(); ++place) {
    const std::size_t pool = busiest[place];
    Curve curve{poolNames[pool], theme.series[kPoolSeries[place]], Curve::Shape::Line, {}};
    for (const ChartPoint& point : store.points()) {
      if (pool < point.utilisation.size()) {
        curve.points.append({secondsOf(point), static_cast<double>(point.utilisation[pool])});
      }
    }
    curves.push_back(std::move(curve));
  }
  utilisation->setCurves(curves, lastSecond);
}

void LiveCharts::Impl::chooseBusiest() {
  // By the mean over the last tenth of what is shown: long enough not to flicker, short enough to follow.
  const std::vector<ChartPoint>& points = store.points();
  const std::size_t window = std::max<std::size_t>(5, points.size() / 10);
  const std::size_t from = points.size() > window ? points.size() - window : 0;
  std::vector<double> means(poolNames.size(), -1);
  for (std::size_t pool = 0; pool < means.size(); ++pool) {
    if (plan->pools[pool].servers == 0) {
      continue;  // A pure delay has no utilisation.
    }
    double sum = 0;
    for (std::size_t i = from; i < points.size(); ++i) {
      sum += pool < points[i].utilisation.size() ? static_cast<double>(points[i].utilisation[pool]) : 0;
    }
    means[pool] = sum / static_cast<double>(points.size() - from);
  }
  std::vector<std::size_t> order;
  for (std::size_t pool = 0; pool < means.size(); ++pool) {
    if (means[pool] >= 0) {
      order.push_back(pool);
    }
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return means[a] > means[b]; });
  for (const std::size_t pool : order) {
    if (std::find(busiest.begin(), busiest.end(), pool) != busiest.end()) {
      continue;
    }
    if (busiest.size() < kPoolsShown) {
      busiest.push_back(pool);
      continue;
    }
    const auto idlest = std::min_element(busiest.begin(), busiest.end(),
                                         [&](std::size_t a, std::size_t b) { return means[a] < means[b]; });
    if (means[pool] > means[*idlest] + kBusierBy) {
      *idlest = pool;
    }
  }
}

const ChartPoint& LiveCharts::Impl::pointRead() const {
  const std::vector<ChartPoint>& points = store.points();
  if (!hoverSecond) {
    return points.back();
  }
  const auto at = std::lower_bound(points.begin(), points.end(), *hoverSecond,
                                   [](const ChartPoint& point, double second) {
                                     return static_cast<double>(point.endNs) * 1e-9 < second;
                                   });
  return at == points.end() ? points.back() : *at;
}

void LiveCharts::Impl::hover(std::optional<double> second) {
  hoverSecond = second;
  for (ChartPane* pane : panes()) {
    pane->setCursor(second);
  }
  if (!store.points().empty()) {
    writeLegends();
  }
}

void LiveCharts::Impl::writeLegends() {
  const ChartPoint& point = pointRead();
  const QString when = hoverSecond ? QStringLiteral("<b>%1</b>&nbsp;&nbsp; ")
                                         .arg(toQString(formatShort(Duration::seconds(secondsOf(point)))))
                                   : QString();
  writeThroughputLegend(point, when);
  writeLatencyLegend(point, when);
  writeUtilisationLegend(point, when);
}

void LiveCharts::Impl::writeThroughputLegend(const ChartPoint& point, const QString& when) {
  const Theme& theme = currentTheme();
  QStringList items{legendItem(theme.series[0], tr("succeeded"), rateText(rateOf(point.succeeded, point)))};
  for (const ReasonLook& look : kReasons) {
    const auto reason = static_cast<std::size_t>(look.reason);
    if (seen[reason]) {
      items << legendItem(theme.series[look.series], reasonText(look.reason),
                          rateText(rateOf(point.failed[reason], point)));
    }
  }
  throughput->setLegend(when + joinLegend(items));
}

void LiveCharts::Impl::writeLatencyLegend(const ChartPoint& point, const QString& when) {
  const Theme& theme = currentTheme();
  const auto text = [&point](std::int64_t ns) {
    return point.succeeded > 0 ? latencyText(static_cast<double>(ns) * 1e-6) : QStringLiteral("\u2013");
  };
  QStringList items{legendItem(theme.series[kPercentileSeries[0]], tr("p50"), text(point.p50Ns)),
                    legendItem(theme.series[kPercentileSeries[1]], tr("p95"), text(point.p95Ns)),
                    legendItem(theme.series[kPercentileSeries[2]], tr("p99"), text(point.p99Ns))};
  if (objectiveMs > 0) {
    items << legendItem(theme.critical, tr("objective"), latencyText(objectiveMs));
  }
  latency->setLegend(when + joinLegend(items));
}

void LiveCharts::Impl::writeUtilisationLegend(const ChartPoint& point, const QString& when) {
  const Theme& theme = currentTheme();
  QStringList items;
  for (std::size_t place = 0; place < busiest.size(); ++place) {
    const std::size_t pool = busiest[place];
    const double value = pool < point.utilisation.size() ? static_cast<double>(point.utilisation[pool]) : 0;
    items << legendItem(theme.series[kPoolSeries[place]], legendName(poolNames[pool]), shareText(value));
  }
  utilisation->setLegend(when + joinLegend(items));
}

LiveCharts::LiveCharts(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>()) {
  m_impl->build(*this);
}

LiveCharts::~LiveCharts() = default;

void LiveCharts::start(std::shared_ptr<const plan::Plan> plan, std::vector<QString> poolNames,
                       double latencyObjectiveMs) {
  clear();
  m_impl->plan = std::move(plan);
  m_impl->poolNames = std::move(poolNames);
  m_impl->poolNames.resize(m_impl->plan->pools.size());
  m_impl->objectiveMs = latencyObjectiveMs;
}

void LiveCharts::append(const std::vector<sim::Sample>& samples) {
  if (m_impl->plan == nullptr || samples.empty()) {
    return;
  }
  for (const sim::Sample& sample : samples) {
    m_impl->store.append(sample);
  }
  m_impl->stack->setCurrentWidget(m_impl->charts);
  // Nobody sees a hidden chart: it catches up when it is shown.
  if (isVisible()) {
    m_impl->draw();
  } else {
    m_impl->isStale = true;
  }
}

void LiveCharts::mark(const std::vector<Moment>& moments) {
  for (const Moment& moment : moments) {
    if (moment.isOrdered() || m_impl->moments.size() < kMostMarks) {
      m_impl->moments.push_back(moment);
    }
  }
  for (ChartPane* pane : m_impl->panes()) {
    pane->setMarks(m_impl->moments);
  }
}

void LiveCharts::clear() {
  m_impl->store.clear();
  m_impl->moments.clear();
  m_impl->seen = {};
  m_impl->busiest.clear();
  m_impl->hoverSecond.reset();
  m_impl->isStale = false;
  for (ChartPane* pane : m_impl->panes()) {
    pane->reset();
  }
  m_impl->stack->setCurrentWidget(m_impl->empty);
}

int LiveCharts::pointCount() const {
  return m_impl->throughput->pointCount();
}

void LiveCharts::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (m_impl->isStale) {
    m_impl->draw();
  }
}

void LiveCharts::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  const bool isWide = width() >= kSideBySideWidth;
  m_impl->side->setDirection(isWide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
  for (ChartPane* pane : m_impl->panes()) {
    pane->setMinimumHeight(isWide ? 0 : kStackedHeight);
  }
}

void LiveCharts::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) {
    // Colours are part of the curves.
    m_impl->draw();
  }
}

}  // namespace cantilever::widgets
