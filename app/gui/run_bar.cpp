#include "app/gui/run_bar.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QSignalBlocker>
#include <QSlider>
#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "widgets/panels/scenario_choice.h"
#include "widgets/style/choice_box.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::app {
namespace {

/// The slider runs over hundredths of a decade, from 0.1x to 20x.
constexpr double kStepsPerDecade = 100;
constexpr double kLeastLoad = 0.1;
constexpr double kMostLoad = 20;
constexpr int kFlatOut = -1;

int stepOf(double factor) {
  return static_cast<int>(std::lround(std::log10(factor) * kStepsPerDecade));
}

double factorAt(int step) {
  return std::clamp(std::pow(10.0, step / kStepsPerDecade), kLeastLoad, kMostLoad);
}

QString clockText(Duration time) {
  const qint64 tenths = time.ns() / 100'000'000;
  return QStringLiteral("%1:%2.%3")
      .arg(tenths / 600)
      .arg(tenths / 10 % 60, 2, 10, QLatin1Char('0'))
      .arg(tenths % 10);
}

QLabel* captionFor(const QString& text, QWidget* buddy, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setFont(widgets::captionFont());
  label->setBuddy(buddy);
  return label;
}

}  // namespace

RunBar::RunBar(QWidget* parent)
    : QWidget(parent),
      m_scenario(new widgets::ScenarioChoice(this)),
      m_speed(new widgets::ChoiceBox(this)),
      m_duration(new widgets::ChoiceBox(this)),
      m_load(new QSlider(Qt::Horizontal, this)),
      m_loadText(new QLabel(this)),
      m_clock(new QLabel(this)),
      m_progress(new QProgressBar(this)) {
  m_scenario->setObjectName(QStringLiteral("runScenario"));
  m_scenario->setMaximumWidth(240);
  connect(m_scenario, &widgets::ScenarioChoice::scenarioRequested, this, &RunBar::scenarioRequested);

  m_speed->setObjectName(QStringLiteral("runSpeed"));
  m_speed->setAccessibleName(tr("Speed of the run"));
  m_speed->setToolTip(tr("Simulated time against real time"));
  for (const int speed : {1, 2, 5}) {
    m_speed->addItem(tr("%1x").arg(speed), speed);
  }
  m_speed->addItem(tr("Flat out"), kFlatOut);
  connect(m_speed, &QComboBox::activated, this, [this] {
    const int speed = m_speed->currentData().toInt();
    Q_EMIT speedRequested(speed == kFlatOut ? std::nullopt : std::optional<double>(speed));
  });

  m_duration->setObjectName(QStringLiteral("runDuration"));
  m_duration->setAccessibleName(tr("Length of the run"));
  m_duration->setToolTip(
      tr("Simulated time that is measured, after the warm-up; longer if a scenario takes longer"));
  m_duration->addItem(tr("30 s"), 30);
  m_duration->addItem(tr("1 min"), 60);
  m_duration->addItem(tr("3 min"), 180);
  m_duration->addItem(tr("5 min"), 300);
  m_duration->addItem(tr("30 min"), 1800);
  m_duration->setCurrentIndex(1);
  connect(m_duration, &QComboBox::activated, this,
          [this] { Q_EMIT durationRequested(Duration::seconds(m_duration->currentData().toDouble())); });

  m_load->setObjectName(QStringLiteral("loadSlider"));
  m_load->setAccessibleName(tr("Load factor"));
  m_load->setToolTip(tr("Multiplies the rates of all workloads, from 0.1x to 20x, also while it runs"));
  m_load->setRange(stepOf(kLeastLoad), stepOf(kMostLoad));
  m_load->setSingleStep(2);
  m_load->setPageStep(10);
  m_load->setMinimumWidth(90);
  m_load->setMaximumWidth(220);
  m_load->setFocusPolicy(Qt::StrongFocus);
  connect(m_load, &QSlider::valueChanged, this, [this](int step) {
    showLoadText(factorAt(step));
    Q_EMIT loadFactorRequested(factorAt(step));
  });

  m_loadText->setObjectName(QStringLiteral("loadText"));
  m_loadText->setFont(widgets::numberFont());
  m_loadText->setMinimumWidth(m_loadText->fontMetrics().horizontalAdvance(QStringLiteral("00.00x")) + 8);
  m_clock->setObjectName(QStringLiteral("runClock"));
  m_clock->setFont(widgets::numberFont());
  m_clock->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  m_clock->setMinimumWidth(m_clock->fontMetrics().horizontalAdvance(QStringLiteral("00:00.0 / 00:00.0")));
  m_progress->setObjectName(QStringLiteral("runProgress"));
  m_progress->setAccessibleName(tr("Progress of the run"));
  m_progress->setTextVisible(false);
  m_progress->setFixedSize(56, 6);
  m_progress->setRange(0, 1000);

  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(8, 0, 8, 0);
  layout->setSpacing(6);
  layout->addWidget(m_scenario, 2);
  layout->addWidget(m_speed);
  layout->addWidget(captionFor(tr("for"), m_duration, this));
  layout->addWidget(m_duration);
  layout->addWidget(captionFor(tr("&Load"), m_load, this));
  layout->addWidget(m_load, 1);
  layout->addWidget(m_loadText);
  layout->addStretch(1);
  layout->addWidget(m_clock);
  layout->addWidget(m_progress);

  showLoadFactor(1);
  showState(RunState::Idle);
}

void RunBar::showState(RunState state) {
  const bool isActive =
      state == RunState::Starting || state == RunState::Running || state == RunState::Paused;
  m_duration->setEnabled(!isActive);
  m_scenario->setEnabled(!isActive);
  if (state == RunState::Idle || state == RunState::Starting) {
    m_clock->setText(clockText({}));
    m_progress->setValue(0);
  }
}

void RunBar::showScenarios(const Design& design, const ScenarioId& chosen) {
  m_scenario->showScenarios(design, chosen);
}

void RunBar::openScenarios() {
  m_scenario->setFocus(Qt::ShortcutFocusReason);
  m_scenario->showPopup();
}

void RunBar::showProgress(const RunProgress& progress) {
  m_clock->setText(QStringLiteral("%1 / %2").arg(clockText(progress.now), clockText(progress.end)));
  m_clock->setToolTip(progress.simulatedPerWallSecond > 0
                          ? tr("Simulated time; at present %1 simulated seconds a second")
                                .arg(widgets::toQString(formatNumber(progress.simulatedPerWallSecond, 2)))
                          : tr("Simulated time"));
  m_progress->setValue(progress.end.ns() > 0 ? static_cast<int>(1000.0 * (progress.now / progress.end)) : 0);
}

void RunBar::showLoadFactor(double factor) {
  const QSignalBlocker blocker(m_load);
  m_load->setValue(stepOf(factor));
  showLoadText(factor);
}

void RunBar::showLoadText(double factor) {
  m_loadText->setText(tr("%1x").arg(widgets::toQString(formatNumber(factor, 3))));
}

}  // namespace cantilever::app
