#include "widgets/charts/forecast_panel.h"

#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedLayout>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "core/base/text.h"
#include "core/exchange/forecast_profile.h"
#include "widgets/charts/chart_pane.h"
#include "widgets/charts/forecast_findings.h"
#include "widgets/charts/legend.h"
#include "widgets/inspector/commit_line_edit.h"
#include "widgets/panels/labels.h"
#include "widgets/panels/scenario_choice.h"
#include "widgets/style/choice_box.h"
#include "widgets/style/icons.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

constexpr std::size_t kLinesAChart = 6;
constexpr int kLineSeries[kLinesAChart] = {0, 1, 2, 3, 5, 6};
constexpr int kChartHeight = 176;
constexpr int kChartColumns = 3;
constexpr double kMostLoadFactor = 1e6;
const char* const kFileProfile = "file";

/// One thing over the time of a forecast.
struct ForecastLine {
  QString name;
  QList<QPointF> points;  ///< without the moments at which it is not known
  double highest = 0;
  double lowest = std::numeric_limits<double>::infinity();
};

template <class Pick>
ForecastLine lineOf(const QString& name, const std::vector<fluid::Sample>& course, const Pick& pick) {
  ForecastLine line{name, {}};
  line.points.reserve(static_cast<qsizetype>(course.size()));
  for (const fluid::Sample& sample : course) {
    const double value = pick(sample);
    if (std::isfinite(value)) {
      line.points.append({sample.time, value});
      line.highest = std::max(line.highest, value);
      line.lowest = std::min(line.lowest, value);
    }
  }
  return line;
}

/// Those that rise highest, of what rises at all.
std::vector<ForecastLine> highestOf(std::vector<ForecastLine> lines) {
  std::erase_if(lines, [](const ForecastLine& line) { return line.highest <= 0; });
  std::stable_sort(lines.begin(), lines.end(),
                   [](const ForecastLine& a, const ForecastLine& b) { return a.highest > b.highest; });
  lines.resize(std::min(lines.size(), kLinesAChart));
  return lines;
}

double valueAt(const ForecastLine& line, double second) {
  const auto at = std::lower_bound(line.points.begin(), line.points.end(), second,
                                   [](const QPointF& point, double time) { return point.x() < time; });
  return line.points.isEmpty() ? 0 : at == line.points.end() ? line.points.back().y() : at->y();
}

QString forecastRateText(double value) {
  return toQString(formatShort(perSecond(value)));
}
QString forecastTimeText(double seconds) {
  return toQString(formatShort(Duration::seconds(std::min(seconds, 3e9))));
}
QString forecastShareText(double share) {
  return toQString(formatNumber(share * 100, 3)) + QStringLiteral(" %");
}
QString forecastCountText(double number) {
  return toQString(formatShortAmount(number));
}
QString forecastBytesText(double size) {
  return toQString(formatShort(bytes(size)));
}

}  // namespace

struct ForecastPanel::Impl {
  struct Chart {
    ChartPane* pane = nullptr;
    ChartPane::Format format;
    QString nothing;  ///< what an empty chart says
    std::vector<ForecastLine> lines = {};
    Curve::Shape shape = Curve::Shape::Line;
  };

  void build(ForecastPanel& owner);
  QWidget* makeBar(ForecastPanel& owner);
  CommitLineEdit* makeFactor(ForecastPanel& owner, const char* name, const QString& label, const QString& tip,
                             double ForecastWish::*target, QHBoxLayout* into, QWidget* parent);
  void chooseProfile(ForecastPanel& owner, int row);
  QComboBox* makeScenario(ForecastPanel& owner, QWidget* parent);
  void showProfile();
  void fillLines();
  void draw();
  void drawOne(Chart& chart);
  void writeLegend(const Chart& chart);
  void hover(std::optional<double> second);
  void writeSummary();

  ForecastWish wish;
  Shown shown;
  std::optional<double> hoverSecond;
  bool isStale = false;
  QComboBox* profile = nullptr;
  ScenarioChoice* scenario = nullptr;
  QPushButton* start = nullptr;
  QPushButton* cancel = nullptr;
  ToneLabel* state = nullptr;
  QStackedLayout* stack = nullptr;
  ToneLabel* reason = nullptr;
  QWidget* figures = nullptr;
  QTreeWidget* findings = nullptr;
  std::vector<Chart> charts;
};

/// Of a design that has no forecast yet.
QString introduction() {
  return ForecastPanel::tr(
      "Forecast a day, a week or a year of this design as a flow: what grows, what fills up, "
      "when objectives are not kept. It takes a moment; simulations show single requests.");
}

void ForecastPanel::Impl::build(ForecastPanel& owner) {
  owner.setBackgroundRole(QPalette::Base);
  owner.setAutoFillBackground(true);
  auto* rows = new QVBoxLayout(&owner);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(0);
  rows->addWidget(makeBar(owner));
  rows->addWidget(makeDivider(&owner));
  auto* body = new QWidget(&owner);
  stack = new QStackedLayout(body);
  rows->addWidget(body, 1);
  reason = makeBody(introduction(), body);
  reason->setTone(Tone::Muted);
  reason->setAlignment(Qt::AlignCenter);
  reason->setMargin(24);
  reason->setObjectName(QStringLiteral("forecastReason"));
  stack->addWidget(reason);

  auto* splitter = new QSplitter(Qt::Horizontal, body);
  figures = splitter;
  auto* scroll = new QScrollArea(splitter);
  scroll->setWidgetResizable(true);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* sheet = new QWidget(scroll);
  sheet->setBackgroundRole(QPalette::Base);
  sheet->setAutoFillBackground(true);
  auto* grid = new QGridLayout(sheet);
  grid->setContentsMargins(4, 0, 4, 4);
  grid->setSpacing(4);
  charts = {
      {new ChartPane(tr("Rate"), forecastRateText, sheet),
       forecastRateText,
       tr("no load"),
       {},
       Curve::Shape::Band},
      {new ChartPane(tr("Utilisation of the busiest"), forecastShareText, sheet), forecastShareText,
       tr("nothing is limited")},
      {new ChartPane(tr("Backlog and lag"), forecastCountText, sheet), forecastCountText,
       tr("nothing waits")},
      {new ChartPane(tr("p99 of responses"), forecastTimeText, sheet), forecastTimeText, tr("not known")},
      {new ChartPane(tr("Instances"), forecastCountText, sheet), forecastCountText, tr("none")},
      {new ChartPane(tr("Storage of logs"), forecastBytesText, sheet), forecastBytesText,
       tr("no log stores anything")}};
  charts[1].pane->fixEnd(1);
  for (std::size_t i = 0; i < charts.size(); ++i) {
    ChartPane* pane = charts[i].pane;
    pane->setMinimumHeight(kChartHeight);
    const int place = static_cast<int>(i);
    grid->addWidget(pane, place / kChartColumns, place % kChartColumns);
    grid->setColumnStretch(place % kChartColumns, 1);
    connect(pane, &ChartPane::hovered, &owner, [this](double second) { hover(second); });
    connect(pane, &ChartPane::left, &owner, [this] { hover(std::nullopt); });
  }
  scroll->setWidget(sheet);
  findings = new QTreeWidget(splitter);
  findings->setObjectName(QStringLiteral("forecastFindings"));
  findings->setAccessibleName(tr("What the forecast found"));
  findings->setHeaderLabels({tr("What"), tr("When")});
  findings->setUniformRowHeights(true);
  findings->setFrameShape(QFrame::NoFrame);
  findings->setIndentation(12);
  findings->header()->setStretchLastSection(true);
  splitter->addWidget(scroll);
  splitter->addWidget(findings);
  splitter->setStretchFactor(0, 5);
  splitter->setStretchFactor(1, 2);
  splitter->setSizes({660, 360});
  splitter->setChildrenCollapsible(false);
  stack->addWidget(figures);
}

QWidget* ForecastPanel::Impl::makeBar(ForecastPanel& owner) {
  auto* bar = new QWidget(&owner);
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(8, 6, 8, 6);
  row->setSpacing(6);
  profile = new ChoiceBox(bar);
  profile->setObjectName(QStringLiteral("forecastProfile"));
  profile->setAccessibleName(tr("Load over time"));
  profile->setToolTip(
      tr("The load over time. Days and weeks have a shape whose mean is that of the loads; loads "
         "with a curve of their own keep it."));
  for (const auto& [key, text] : {std::pair("day", tr("A day")),
                                  {"week", tr("A week")},
                                  {"month", tr("A month")},
                                  {"year", tr("A year")},
                                  {"design", tr("Own curves, 24 h")},
                                  {kFileProfile, tr("From a CSV file...")}}) {
    profile->addItem(text, QString::fromLatin1(key));
  }
  profile->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  profile->setMinimumContentsLength(8);  // the window may be narrow; there is a stretch for more
  connect(profile, &QComboBox::activated, &owner, [this, &owner](int at) { chooseProfile(owner, at); });
  profile->setMaximumWidth(160);
  row->addWidget(profile, 1);
  row->addWidget(makeScenario(owner, bar));
  makeFactor(owner, "forecastLoad", tr("Load \u00d7"), tr("Multiplies the load of all workloads"),
             &ForecastWish::loadFactor, row, bar);
  makeFactor(owner, "forecastGrowth", tr("Growth a month"),
             tr("Of the load, in per cent a month of 30 days, compound"), &ForecastWish::growthPerMonth, row,
             bar);
  start = new QPushButton(tr("Forecast"), bar);
  start->setObjectName(QStringLiteral("forecastStart"));
  start->setProperty("primary", true);
  connect(start, &QPushButton::clicked, &owner, &ForecastPanel::forecastRequested);
  row->addWidget(start);
  cancel = new QPushButton(tr("Cancel"), bar);
  cancel->setObjectName(QStringLiteral("forecastCancel"));
  cancel->hide();
  connect(cancel, &QPushButton::clicked, &owner, &ForecastPanel::cancelRequested);
  row->addWidget(cancel);
  state = makeCaption({}, bar);
  state->setObjectName(QStringLiteral("forecastState"));
  row->addWidget(state, 1);
  return bar;
}

QComboBox* ForecastPanel::Impl::makeScenario(ForecastPanel& owner, QWidget* parent) {
  scenario = new ScenarioChoice(parent);
  scenario->setObjectName(QStringLiteral("forecastScenario"));
  connect(scenario, &ScenarioChoice::scenarioRequested, &owner, [this, &owner](const ScenarioId& chosen) {
    wish.scenario = chosen;
    Q_EMIT owner.forecastRequested();
  });
  return scenario;
}

/// The load is a multiple, the growth a share.
CommitLineEdit* ForecastPanel::Impl::makeFactor(ForecastPanel& owner, const char* name, const QString& label,
                                                const QString& tip, double ForecastWish::*target,
                                                QHBoxLayout* into, QWidget* parent) {
  const bool isShare = target == &ForecastWish::growthPerMonth;
  auto* caption = new ToneLabel(label, Tone::Muted, parent);
  caption->setFont(captionFont());
  into->addWidget(caption);
  auto* line = new CommitLineEdit(parent);
  line->setObjectName(QString::fromLatin1(name));
  line->setAccessibleName(label);
  line->setToolTip(tip);
  line->setFixedWidth(64);
  line->setFont(numberFont());
  caption->setBuddy(line);
  const auto textOf = [isShare](double value) {
    return toQString(isShare ? format(ratio(value)) : formatNumber(value));
  };
  line->setStanding(textOf(wish.*target));
  connect(line, &CommitLineEdit::committed, &owner,
          [this, line, isShare, target, textOf, &owner](const QString& text) {
            const Result<double> number = [&]() -> Result<double> {
              if (!isShare) {
                return parseAmount(toUtf8(text));
              }
              const Result<Ratio> share = parseRatio(toUtf8(text));
              return share ? Result<double>(share->raw()) : share.error();
            }();
            const bool isWithin = number.ok() && (isShare ? *number >= -0.5 && *number <= 10
                                                          : *number > 0 && *number <= kMostLoadFactor);
            line->setInvalid(!isWithin);
            if (!isWithin) {
              state->setTone(Tone::Critical);
              state->setText(!number.ok() ? toQString(number.error().message)
                             : isShare    ? tr("The growth must be from -50 % to 1,000 % a month.")
                                          : tr("The load must be a multiple above 0 and up to 1,000,000."));
              return;
            }
            wish.*target = *number;
            line->replaceStanding(textOf(*number));
            Q_EMIT owner.forecastRequested();
          });
  connect(line, &CommitLineEdit::reverted, &owner, [this, line] {
    line->setInvalid(false);
    writeSummary();
  });
  into->addWidget(line);
  return line;
}

void ForecastPanel::Impl::chooseProfile(ForecastPanel& owner, int row) {
  const std::string chosen = toUtf8(profile->itemData(row).toString());
  if (chosen == kFileProfile) {
    Q_EMIT owner.profileFileRequested();
    return;
  }
  wish.profile = chosen;
  Q_EMIT owner.forecastRequested();
}

void ForecastPanel::Impl::showProfile() {
  profile->setCurrentIndex(profile->findData(toQString(wish.profile)));
}

void ForecastPanel::Impl::fillLines() {
  const plan::Plan& plan = *shown.plan;
  const std::vector<fluid::Sample>& course = *shown.course;
  const auto total = [](double fluid::Sample::OfClass::*figure) {
    return [figure](const fluid::Sample& sample) {
      double sum = 0;
      for (const fluid::Sample::OfClass& each : sample.classes) {
        sum += each.*figure;
      }
      return sum;
    };
  };
  charts[0].lines = {lineOf(tr("succeeded"), course, total(&fluid::Sample::OfClass::succeeded))};
  if (ForecastLine failed = lineOf(tr("failed"), course, total(&fluid::Sample::OfClass::failed));
      failed.highest > 0) {
    charts[0].lines.push_back(std::move(failed));
  }
  std::vector<ForecastLine> utilisation, backlog, instances, responses, stored;
  for (std::size_t i = 0; i < plan.pools.size(); ++i) {
    const QString& name = shown.poolNames[i];
    utilisation.push_back(
        lineOf(name, course, [i](const fluid::Sample& of) { return of.pools[i].utilisation; }));
    backlog.push_back(lineOf(name, course, [i](const fluid::Sample& of) { return of.pools[i].waiting; }));
    instances.push_back(lineOf(name, course, [i](const fluid::Sample& of) { return of.pools[i].instances; }));
  }
  for (std::size_t i = 0; i < plan.groups.size(); ++i) {
    backlog.push_back(lineOf(tr("%1 (lag)").arg(toQString(plan.groups[i].key)), course,
                             [i](const fluid::Sample& of) { return of.groups[i].lag; }));
  }
  for (std::size_t i = 0; i < plan.classes.size(); ++i) {
    responses.push_back(lineOf(toQString(plan.classes[i].key), course,
                               [i](const fluid::Sample& of) { return of.classes[i].p99; }));
  }
  for (std::size_t i = 0; i < plan.logs.size(); ++i) {
    stored.push_back(
        lineOf(toQString(plan.logs[i].key), course, [i](const fluid::Sample& of) { return of.stored[i]; }));
  }
  // What changes its size comes first.
  std::stable_sort(instances.begin(), instances.end(), [](const ForecastLine& a, const ForecastLine& b) {
    return a.highest - a.lowest > b.highest - b.lowest;
  });
  const auto steady = std::find_if(instances.begin(), instances.end(),
                                   [](const ForecastLine& line) { return line.highest <= line.lowest; });
  if (steady != instances.begin()) {
    instances.erase(steady, instances.end());
  }
  charts[1].lines = highestOf(std::move(utilisation));
  charts[2].lines = highestOf(std::move(backlog));
  charts[3].lines = highestOf(std::move(responses));
  charts[4].lines = highestOf(std::move(instances));
  charts[5].lines = highestOf(std::move(stored));
}

void ForecastPanel::Impl::draw() {
  isStale = false;
  for (Chart& chart : charts) {
    drawOne(chart);
    writeLegend(chart);
  }
}

void ForecastPanel::Impl::drawOne(Chart& chart) {
  const Theme& theme = currentTheme();
  std::vector<Curve> curves;
  for (std::size_t i = 0; i < chart.lines.size(); ++i) {
    Curve curve{chart.lines[i].name, theme.series[kLineSeries[i]], chart.shape, chart.lines[i].points};
    const bool isStacked = chart.shape == Curve::Shape::Band && !curves.empty() &&
                           curves.back().points.size() == curve.points.size();
    if (isStacked) {  // on top of the one before
      for (qsizetype k = 0; k < curve.points.size(); ++k) {
        curve.points[k].ry() += curves.back().points[k].y();
      }
    }
    curves.push_back(std::move(curve));
  }
  if (chart.shape == Curve::Shape::Band && !curves.empty()) {  // bands have no edge of their own
    curves.push_back({curves.front().name, curves.front().colour, Curve::Shape::Line, curves.front().points});
  }
  chart.pane->setCurves(curves, shown.forecast->span);
}

void ForecastPanel::Impl::writeLegend(const Chart& chart) {
  const Theme& theme = currentTheme();
  QStringList items;
  for (std::size_t i = 0; i < chart.lines.size(); ++i) {
    const ForecastLine& line = chart.lines[i];
    items << legendItem(theme.series[kLineSeries[i]], legendName(line.name),
                        chart.format(hoverSecond ? valueAt(line, *hoverSecond) : line.highest));
  }
  const QString when = hoverSecond ? toQString(exchange::momentText(*hoverSecond)) : tr("highest");
  chart.pane->setLegend(items.isEmpty()
                            ? chart.nothing.toHtmlEscaped()
                            : QStringLiteral("<b>%1</b>&nbsp;&nbsp; %2").arg(when, joinLegend(items)));
}

void ForecastPanel::Impl::hover(std::optional<double> second) {
  hoverSecond = second;
  if (shown.forecast == nullptr) {
    return;
  }
  for (Chart& chart : charts) {
    chart.pane->setCursor(second);
    writeLegend(chart);
  }
}

void ForecastPanel::Impl::writeSummary() {
  if (shown.forecast == nullptr) {
    state->setText({});
    return;
  }
  const fluid::Forecast& forecast = *shown.forecast;
  const auto violated = std::count_if(forecast.promises.begin(), forecast.promises.end(),
                                      [](const fluid::PromiseCourse& of) { return of.violatedSeconds > 0; });
  const QString objectives =
      violated == 0 ? tr("no objective violated") : tr("objectives violated: %1").arg(violated);
  state->setText(tr("At most %1 at %2; %3. A flow in steps of %4.")
                     .arg(forecastRateText(forecast.load.value),
                          toQString(exchange::momentText(forecast.load.at)), objectives,
                          forecastTimeText(forecast.step)));
  state->setTone(violated == 0 ? Tone::Muted : Tone::Critical);
}

ForecastPanel::ForecastPanel(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>()) {
  m_impl->build(*this);
}

ForecastPanel::~ForecastPanel() = default;

const ForecastWish& ForecastPanel::wish() const {
  return m_impl->wish;
}

bool ForecastPanel::hasForecast() const {
  return m_impl->shown.forecast != nullptr;
}

void ForecastPanel::show(Shown shown) {
  m_impl->shown = std::move(shown);
  m_impl->hoverSecond.reset();
  for (Impl::Chart& chart : m_impl->charts) {
    chart.pane->reset();
  }
  m_impl->fillLines();
  fillFindings(*m_impl->findings, m_impl->shown);
  showIdle();
  m_impl->stack->setCurrentWidget(m_impl->figures);
  // Nobody sees a hidden chart: it is drawn when it is shown.
  m_impl->isStale = true;
  if (isVisible()) {
    m_impl->draw();
  }
}

void ForecastPanel::showReason(const QString& reason) {
  m_impl->shown = {};
  showIdle();
  m_impl->reason->setText(reason.isEmpty() ? introduction() : reason);
  m_impl->stack->setCurrentWidget(m_impl->reason);
}

void ForecastPanel::showBusy(int percent) {
  m_impl->start->hide();
  m_impl->cancel->show();
  m_impl->state->setTone(Tone::Muted);
  m_impl->state->setText(tr("Forecasting: %1 %").arg(percent));
}

void ForecastPanel::showIdle() {
  m_impl->cancel->hide();
  m_impl->start->show();
  m_impl->writeSummary();
}

void ForecastPanel::showOutdated() {
  if (hasForecast()) {
    m_impl->state->setTone(Tone::Warning);
    m_impl->state->setText(tr("The design has changed since this forecast."));
  }
}

void ForecastPanel::showScenarios(const Design& design) {
  m_impl->scenario->showScenarios(design, m_impl->wish.scenario);
  m_impl->wish.scenario = m_impl->scenario->chosen();
}

void ForecastPanel::showProfileFile(const QString& name) {
  if (!name.isEmpty()) {
    m_impl->wish.profile = kFileProfile;
    m_impl->profile->setItemText(m_impl->profile->findData(QString::fromLatin1(kFileProfile)),
                                 tr("From %1...").arg(name));
  }
  m_impl->showProfile();
}

void ForecastPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (m_impl->isStale && hasForecast()) {
    m_impl->draw();
  }
  Q_EMIT becameVisible();
}

void ForecastPanel::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && hasForecast()) {
    m_impl->draw();  // colours are part of the curves
  }
}

}  // namespace cantilever::widgets
