#include "widgets/inspector/estimate_panel.h"

#include <QGridLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/text.h"
#include "core/estimate/workload_rates.h"
#include "widgets/inspector/commit_line_edit.h"
#include "widgets/panels/labels.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

constexpr int kValueWidth = 104;

/// What the line means, how it is reckoned, where that comes from.
QString explanationOf(const estimate::LineSpec& spec) {
  QStringList lines;
  if (!spec.formula.empty()) {
    lines << QStringLiteral("= %1").arg(toQString(estimate::formulaText(spec)));
  }
  if (!spec.note.empty()) {
    lines << toQString(spec.note);
  }
  if (!spec.source.empty()) {
    lines << EstimatePanel::tr("Source: %1").arg(toQString(spec.source));
  }
  return lines.join(QLatin1Char('\n'));
}

bool isAlready(const Design& design, const estimate::WorkloadRates& rates) {
  return std::all_of(rates.rates.begin(), rates.rates.end(), [&](const estimate::WorkloadRate& rate) {
    const Workload* workload = design.workloads.find(rate.workload);
    return workload != nullptr && workload->peak == rate.peak && workload->mean == rate.mean;
  });
}

}  // namespace

EstimatePanel::EstimatePanel(QWidget* parent) : QWidget(parent) {
  build();
  show(std::make_shared<const Design>());
}

void EstimatePanel::build() {
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(0);
  m_scroll = new QScrollArea(this);
  m_scroll->setObjectName(QStringLiteral("estimateLines"));
  m_scroll->setWidgetResizable(true);
  m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_scroll->setFocusPolicy(Qt::NoFocus);
  auto* content = new QWidget(m_scroll);
  auto* list = new QVBoxLayout(content);
  list->setContentsMargins(14, 12, 8, 12);
  list->setSpacing(6);
  list->addWidget(makeCaption(
      tr("From users to load, storage and servers. Type over any line, with any unit (5M, 2 MiB, 80 Mb/s); "
         "all below follows."),
      content));
  std::string group;
  for (const estimate::LineSpec& spec : estimate::sheetLines()) {
    if (spec.group != group) {
      group = spec.group;
      list->addSpacing(6);
      list->addWidget(makeHeading(toQString(group), content));
    }
    auto* field = new QWidget(content);
    m_rows.push_back(makeRow(spec, field));
    list->addWidget(field);
  }
  list->addStretch(1);
  m_scroll->setWidget(content);
  rows->addWidget(m_scroll, 1);

  rows->addWidget(makeDivider(this));
  auto* foot = new QVBoxLayout;
  foot->setContentsMargins(14, 8, 14, 10);
  foot->setSpacing(6);
  m_effect = makeCaption({}, this);
  m_effect->setObjectName(QStringLiteral("estimateEffect"));
  foot->addWidget(m_effect);
  m_apply = new QPushButton(tr("Apply to workload"), this);
  m_apply->setObjectName(QStringLiteral("estimateApply"));
  m_apply->setProperty("primary", true);
  m_apply->setToolTip(tr("Set the peak and mean rates of the design's loads from this sheet; can be undone"));
  connect(m_apply, &QPushButton::clicked, this, &EstimatePanel::applyRequested);
  foot->addWidget(m_apply);
  rows->addLayout(foot);
}

EstimatePanel::Row EstimatePanel::makeRow(const estimate::LineSpec& spec, QWidget* parent) {
  const QString label = toQString(spec.label);
  const QString explanation = explanationOf(spec);
  const std::size_t index = m_rows.size();
  Row row;
  row.spec = &spec;
  auto* grid = new QGridLayout(parent);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(4);
  grid->setVerticalSpacing(0);
  grid->setColumnStretch(0, 1);
  auto* caption = new ToneLabel(label, Tone::Normal, parent);
  caption->setToolTip(explanation);
  row.working = makeCaption({}, parent);
  row.working->setObjectName(toQString(spec.key + "Working"));
  row.working->setToolTip(explanation);
  row.error = makeCaption({}, parent);
  row.error->setTone(Tone::Critical);
  row.error->setObjectName(toQString(spec.key + "Error"));
  row.error->hide();
  row.line = new CommitLineEdit(parent);
  row.line->setObjectName(toQString(spec.key));
  row.line->setAccessibleName(label);
  row.line->setAccessibleDescription(explanation);
  row.line->setToolTip(explanation);
  row.line->setAlignment(Qt::AlignRight);
  row.line->setFont(numberFont());
  row.line->setFixedWidth(kValueWidth);
  caption->setBuddy(row.line);
  row.reset = makeSmallButton(QStringLiteral("reset"), parent);
  row.reset->setObjectName(toQString(spec.key + "Reset"));
  row.reset->setAccessibleName(tr("Reset %1").arg(label));
  row.reset->setToolTip(
      spec.formula.empty()
          ? tr("Back to the default: %1").arg(toQString(estimate::format(spec.unit, spec.otherwise)))
          : tr("Back to the formula: %1").arg(toQString(estimate::formulaText(spec))));
  QSizePolicy keepsItsPlace = row.reset->sizePolicy();
  keepsItsPlace.setRetainSizeWhenHidden(true);
  row.reset->setSizePolicy(keepsItsPlace);
  connect(row.line, &CommitLineEdit::committed, this,
          [this, index](const QString& text) { commit(m_rows[index], text); });
  connect(row.line, &CommitLineEdit::reverted, this, [this, index] { showError(m_rows[index], {}); });
  connect(row.reset, &QToolButton::clicked, this, [this, index] { takeBack(m_rows[index]); });
  grid->addWidget(caption, 0, 0);
  grid->addWidget(row.line, 0, 1, 2, 1, Qt::AlignVCenter);
  grid->addWidget(row.reset, 0, 2, 2, 1, Qt::AlignVCenter);
  grid->addWidget(row.working, 1, 0);
  grid->addWidget(row.error, 2, 0, 1, 3);
  return row;
}

void EstimatePanel::commit(Row& row, const QString& text) {
  const QString typed = text.trimmed();
  if (typed.isEmpty()) {
    return takeBack(row);
  }
  const Result<double> value = estimate::parse(*row.spec, toUtf8(typed));
  if (!value) {
    return showError(row, toQString(value.error().message));
  }
  showError(row, {});
  row.line->replaceStanding(toQString(estimate::format(row.spec->unit, *value)));
  Sheet sheet = m_design->sheet;
  sheet.typed[row.spec->key] = *value;
  Q_EMIT sheetEdited(sheet);
}

void EstimatePanel::takeBack(Row& row) {
  showError(row, {});
  row.line->restore();
  Sheet sheet = m_design->sheet;
  sheet.typed.erase(row.spec->key);
  Q_EMIT sheetEdited(sheet);
}

void EstimatePanel::showError(Row& row, const QString& message) {
  row.error->setText(message);
  row.error->setVisible(!message.isEmpty());
  row.line->setInvalid(!message.isEmpty());
  // What a screen reader would otherwise not see.
  row.line->setAccessibleDescription(message.isEmpty() ? explanationOf(*row.spec) : message);
}

void EstimatePanel::showAnother(const DesignPtr& design) {
  for (Row& row : m_rows) {
    row.line->restore();
    showError(row, {});
  }
  m_scroll->ensureVisible(0, 0);
  show(design);
}

void EstimatePanel::show(const DesignPtr& design) {
  m_design = design;
  const estimate::Lines lines = estimate::reckon(design->sheet);
  for (std::size_t i = 0; i < m_rows.size(); ++i) {
    showRow(m_rows[i], lines, i);
  }
  showWhatApplyDoes(lines);
}

void EstimatePanel::showRow(Row& row, const estimate::Lines& lines, std::size_t index) {
  const estimate::Line& line = lines[index];
  const bool isTyped = line.origin == estimate::Origin::Typed;
  row.line->setStanding(toQString(isTyped ? estimate::format(line.spec->unit, line.value)
                                          : estimate::formatShort(line.spec->unit, line.value)));
  row.reset->setVisible(isTyped);
  const QString working = toQString(estimate::workingText(lines, *line.spec));
  row.working->setText(!isTyped && working.isEmpty() ? tr("default")
                       : !isTyped                    ? QStringLiteral("= %1").arg(working)
                       : working.isEmpty()           ? tr("typed")
                                                     : tr("typed, instead of %1").arg(working));
  // A step that somebody overrode stands out: a word, and a colour on top.
  row.working->setTone(isTyped && !working.isEmpty() ? Tone::Warning : Tone::Muted);
}

void EstimatePanel::showWhatApplyDoes(const estimate::Lines& lines) {
  const Result<estimate::WorkloadRates> rates = estimate::workloadRates(*m_design, lines);
  if (!rates) {
    m_effect->setText(toQString(rates.error().message));
    m_apply->setEnabled(false);
    return;
  }
  if (m_design->sheet.typed.empty()) {
    m_effect->setText(tr("Type what you know; then the load can be set from it."));
    m_apply->setEnabled(false);
    return;
  }
  const bool isSet = isAlready(*m_design, *rates);
  QStringList texts;
  double peak = 0;
  double mean = 0;
  for (const estimate::WorkloadRate& rate : rates->rates) {
    peak += rate.peak.raw();
    mean += rate.mean.raw();
    texts << tr("%1: peak %2, mean %3")
                 .arg(toQString(rate.workload.text()), toQString(cantilever::formatShort(rate.peak)),
                      toQString(cantilever::formatShort(rate.mean)));
  }
  for (const std::string& remark : rates->remarks) {
    texts << toQString(remark);
  }
  const QString sums = tr("peak %1, mean %2")
                           .arg(toQString(cantilever::formatShort(perSecond(peak))),
                                toQString(cantilever::formatShort(perSecond(mean))));
  m_effect->setText(isSet ? tr("The load is as the sheet says: %1.").arg(sums)
                          : tr("Sets the load to %1.").arg(sums));
  m_effect->setToolTip(texts.join(QLatin1Char('\n')));
  m_effect->setAccessibleDescription(m_effect->toolTip());
  m_apply->setEnabled(!isSet);
}

void EstimatePanel::focusFirst() {
  m_rows.front().line->setFocus(Qt::ShortcutFocusReason);
  m_rows.front().line->selectAll();
}

}  // namespace cantilever::widgets
