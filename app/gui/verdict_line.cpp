#include "app/gui/verdict_line.h"

#include <QHBoxLayout>
#include <QLabel>

#include "core/base/text.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::app {
namespace {

using widgets::toQString;

/// A measured value in the unit of its objective.
QString measuredText(Metric metric, double value) {
  switch (metric) {
    case Metric::LatencyMean:
    case Metric::LatencyP50:
    case Metric::LatencyP95:
    case Metric::LatencyP99:
    case Metric::LatencyP999:
      return toQString(formatShort(Duration::milliseconds(value)));
    case Metric::SuccessRatio:
      return toQString(formatNumber(value * 100, 5)) + QStringLiteral(" %");
    case Metric::Throughput:
      return toQString(formatShort(perSecond(value)));
    case Metric::CostMonth:
      return QStringLiteral("$") + toQString(formatNumber(value, 4));
  }
  return {};
}

QLabel* verdictLabel(const Objective* objective, const advice::Verdict& verdict, bool isExpected,
                     QWidget* parent) {
  const widgets::Theme& theme = widgets::currentTheme();
  const QString wish = toQString(verdict.text);
  // In the line there is room for what is promised and the figure; the limit and the verdict in words are in
  // the tool tip.
  const QString subject = wish.left(wish.lastIndexOf(QLatin1String("= ")) - 2);  // "p99 latency <= 1 s"
  auto* label = new QLabel(parent);
  label->setObjectName(QStringLiteral("verdict"));
  QColor color = theme.textMuted;
  if (!verdict.measured || objective == nullptr) {
    label->setText(VerdictLine::tr("\u25CB %1").arg(subject));
    label->setToolTip(QStringLiteral("%1\n%2").arg(wish, toQString(verdict.basis)));
  } else {
    const QString measured = measuredText(objective->metric, *verdict.measured);
    label->setText((verdict.isMet ? QStringLiteral("\u2713 %1 %2%3") : QStringLiteral("\u2717 %1 %2%3"))
                       .arg(subject, isExpected ? QStringLiteral("~") : QString(), measured));
    const QString words =
        verdict.isMet ? VerdictLine::tr("%1: %2, met.") : VerdictLine::tr("%1: %2, missed.");
    label->setToolTip(QStringLiteral("%1\n%2").arg(words.arg(wish, measured), toQString(verdict.basis)));
    color = verdict.isMet ? theme.good : theme.critical;
  }
  label->setAccessibleName(label->toolTip());
  QPalette palette = label->palette();
  palette.setColor(QPalette::WindowText, color);
  label->setPalette(palette);
  return label;
}

QString runText(RunState state) {
  switch (state) {
    case RunState::Idle:
      return VerdictLine::tr("Not run");
    case RunState::Starting:
      return VerdictLine::tr("Starting");
    case RunState::Running:
      return VerdictLine::tr("Running");
    case RunState::Paused:
      return VerdictLine::tr("Paused");
    case RunState::Finished:
      return VerdictLine::tr("Run finished");
  }
  return {};
}

}  // namespace

VerdictLine::VerdictLine(QWidget* parent)
    : QWidget(parent),
      m_verdicts(new QHBoxLayout),
      m_headroom(new QLabel(this)),
      m_cost(new QLabel(this)),
      m_run(new QLabel(this)) {
  m_headroom->setObjectName(QStringLiteral("headroom"));
  m_cost->setObjectName(QStringLiteral("costText"));
  m_run->setObjectName(QStringLiteral("runState"));
  m_verdicts->setSpacing(16);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 8, 0);
  layout->setSpacing(16);
  layout->addLayout(m_verdicts);
  layout->addWidget(m_headroom);
  layout->addWidget(m_cost);
  layout->addWidget(m_run);
  showHeadroom({}, {});
  showCost({}, {});
  showRun(RunState::Idle, false);
}

void VerdictLine::showVerdicts(const Design& design, const std::vector<advice::Verdict>& verdicts,
                               bool areExpected) {
  while (QLayoutItem* item = m_verdicts->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  for (const advice::Verdict& verdict : verdicts) {
    m_verdicts->addWidget(
        verdictLabel(design.objectives.find(verdict.objective), verdict, areExpected, this));
  }
}

void VerdictLine::showHeadroom(const QString& text, const QString& explanation) {
  m_headroom->setText(text);
  m_headroom->setToolTip(explanation);
  m_headroom->setAccessibleDescription(explanation);
  m_headroom->setVisible(!text.isEmpty());
}

void VerdictLine::showCost(const QString& perMonth, const QString& explanation) {
  m_cost->setToolTip(explanation);
  m_cost->setAccessibleDescription(explanation);
  m_cost->setText(perMonth.isEmpty() ? tr("Cost unknown") : tr("%1 a month").arg(perMonth));
}

void VerdictLine::showRun(RunState state, bool isOutdated) {
  m_run->setText(isOutdated ? tr("%1: design changed since this run started").arg(runText(state))
                            : runText(state));
}

}  // namespace cantilever::app
