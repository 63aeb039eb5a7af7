#include "app/gui/verdict_line.h"

#include <QHBoxLayout>
#include <QLabel>
#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::app {
namespace {

using widgets::toQString;

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
      m_message(new QLabel(this)),
      m_verdicts(new QHBoxLayout),
      m_headroom(new QLabel(this)),
      m_cost(new QLabel(this)),
      m_run(new QLabel(this)) {
  m_message->setObjectName(QStringLiteral("feedback"));
  m_message->setTextFormat(Qt::PlainText);
  m_message->setMinimumWidth(1);
  m_message->hide();
  m_headroom->setObjectName(QStringLiteral("headroom"));
  m_cost->setObjectName(QStringLiteral("costText"));
  m_run->setObjectName(QStringLiteral("runState"));
  m_verdicts->setSpacing(16);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(8, 0, 8, 0);
  layout->setSpacing(16);
  layout->addWidget(m_message);
  layout->addStretch(1);
  layout->addLayout(m_verdicts);
  layout->addWidget(m_headroom);
  layout->addWidget(m_cost);
  layout->addWidget(m_run);
  showHeadroom({}, {});
  showCost({}, {});
  showRun(RunState::Idle, false, {});
}

/// What is promised and the figure; the limit and the verdict in words are in the tool tip.
VerdictLine::Entry VerdictLine::entryOf(const advice::Verdict& verdict, bool isExpected) {
  const widgets::Theme& theme = widgets::currentTheme();
  const QString wish = toQString(verdict.text);
  Entry entry;
  entry.subject = wish.left(wish.lastIndexOf(QLatin1String("= ")) - 2);  // "p99 latency <= 1 s"
  entry.label = new QLabel(this);
  entry.label->setObjectName(QStringLiteral("verdict"));
  entry.label->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);
  QString explanation;
  QColor color = theme.textMuted;
  if (!verdict.measured) {
    entry.sign = QStringLiteral("\u25CB");
    explanation = wish;
  } else {
    const QString measured = toQString(verdict.figure);
    entry.sign = verdict.isMet ? QStringLiteral("\u2713") : QStringLiteral("\u2717");
    entry.figure = (isExpected ? QStringLiteral("~") : QString()) + measured;
    const QString words = verdict.isMet ? tr("%1: %2, met.") : tr("%1: %2, missed.");
    explanation = words.arg(wish, measured);
    color = verdict.isMet ? theme.good : theme.critical;
  }
  explanation += QLatin1Char('\n') + toQString(verdict.basis);
  entry.label->setToolTip(widgets::plainToolTip(explanation));
  entry.label->setAccessibleName(explanation);
  QPalette palette = entry.label->palette();
  palette.setColor(QPalette::WindowText, color);
  entry.label->setPalette(palette);
  return entry;
}

/// Words that are short leave their room to the others; a message takes all.
void VerdictLine::fit() {
  const QFontMetrics metrics(font());
  const bool isSaying = !m_text.isEmpty();
  m_message->setVisible(isSaying);
  m_headroom->setVisible(!isSaying && !m_headroom->text().isEmpty());
  for (const Entry& entry : m_entries) {
    entry.label->setVisible(!isSaying);
  }
  const auto textOf = [](const Entry& entry, const QString& subject) {
    return QStringList{entry.sign, subject, entry.figure}.join(QLatin1Char(' ')).trimmed();
  };
  int room = width();
  for (const QLabel* other : {m_headroom, m_cost, m_run}) {
    room -= other->isHidden() ? 0 : other->sizeHint().width() + layout()->spacing();
  }
  if (isSaying) {
    m_message->setText(metrics.elidedText(m_text, Qt::ElideRight, room - 24));
    return;
  }
  std::vector<std::pair<int, const Entry*>> bySubject;
  for (const Entry& entry : m_entries) {
    const int subject = metrics.horizontalAdvance(entry.subject);
    room -= metrics.horizontalAdvance(textOf(entry, entry.subject)) - subject + m_verdicts->spacing() + 4;
    bySubject.emplace_back(subject, &entry);
  }
  std::sort(bySubject.begin(), bySubject.end());
  int left = static_cast<int>(bySubject.size());
  for (const auto& [wanted, entry] : bySubject) {
    const int given = std::min(wanted, std::max(0, room / left--));
    room -= given;
    entry->label->setText(textOf(*entry, metrics.elidedText(entry->subject, Qt::ElideRight, given)));
  }
}

void VerdictLine::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  fit();
}

void VerdictLine::showVerdicts(const std::vector<advice::Verdict>& verdicts, bool areExpected) {
  while (QLayoutItem* item = m_verdicts->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  m_entries.clear();
  for (const advice::Verdict& verdict : verdicts) {
    m_entries.push_back(entryOf(verdict, areExpected));
    m_verdicts->addWidget(m_entries.back().label);
  }
  fit();
}

void VerdictLine::showHeadroom(const QString& text, const QString& explanation) {
  m_headroom->setText(text);
  m_headroom->setToolTip(explanation);
  m_headroom->setAccessibleDescription(explanation);
  fit();
}

void VerdictLine::showCost(const QString& perMonth, const QString& explanation) {
  m_cost->setToolTip(explanation);
  m_cost->setAccessibleDescription(explanation);
  m_cost->setText(perMonth.isEmpty() ? tr("Cost unknown") : tr("%1 a month").arg(perMonth));
  fit();
}

void VerdictLine::showRun(RunState state, bool isOutdated, const QString& scenario) {
  const QString text = scenario.isEmpty() ? runText(state) : tr("%1, %2").arg(runText(state), scenario);
  m_run->setText(isOutdated ? tr("%1: design changed since this run started").arg(text) : text);
  fit();
}

void VerdictLine::showMessage(const QString& text) {
  m_text = text;
  m_message->setToolTip(widgets::plainToolTip(text));
  fit();
}

}  // namespace cantilever::app
