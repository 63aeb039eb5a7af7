#include "widgets/panels/result_panel.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QScrollArea>
#include <QStackedLayout>
#include <QStringList>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/text.h"
#include "widgets/panels/figure_table.h"
#include "widgets/panels/labels.h"
#include "widgets/panels/reason_text.h"
#include "widgets/panels/run_sections.h"
#include "widgets/panels/status_mark.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

enum PoolColumn {
  kPoolName,
  kPoolUtilisation,
  kPoolInstances,
  kPoolQueue,
  kPoolWaiting,
  kPoolRefused,
  kPoolOrphaned,
  kPoolColumnCount
};

QString failuresOf(const sim::ClassResult& requests) {
  QStringList parts;
  for (std::size_t reason = 1; reason < requests.failed.size(); ++reason) {
    if (requests.failed[reason] > 0) {
      parts << QStringLiteral("%1 %2").arg(reasonText(static_cast<plan::Reason>(reason)),
                                           countText(requests.failed[reason]));
    }
  }
  return parts.isEmpty() ? ResultPanel::tr("none") : parts.join(QStringLiteral(", "));
}

/// Of what grows, as in the text of `simulate`: with a star, and why.
QTableWidgetItem* marked(QTableWidgetItem* cell, bool isGrowing) {
  if (isGrowing && cell->text() != QStringLiteral("\u2013")) {
    cell->setText(cell->text() + QLatin1Char('*'));
    cell->setToolTip(
        ResultPanel::tr("It depends on how long the run was, because a backlog grows: no result."));
  }
  return cell;
}

/// On the drawing, of what grows most: by the block, or by the link between two.
QString growingPlace(const Design& design, const plan::Plan& plan, const experiment::RunStability& of) {
  const auto at = [&](const auto& elements) {
    const auto found = std::find_if(elements.begin(), elements.end(),
                                    [&](const auto& each) { return each.key == of.growingKey; });
    return static_cast<std::size_t>(found - elements.begin());
  };
  if (of.growingKind == "group" && at(plan.groups) < plan.groups.size()) {
    return nameOfLink(design, plan, plan.groups[at(plan.groups)].link);
  }
  const bool isPool = of.growingKind == "pool";
  const std::vector<plan::Origin>& origins = isPool ? plan.poolOrigin : plan.tokenOrigin;
  const std::size_t i = isPool ? at(plan.pools) : at(plan.tokens);
  return i < origins.size() && !origins[i].block.empty() ? nameOfBlock(design, origins[i].block)
                                                         : toQString(of.growingKey);
}

}  // namespace

struct ResultPanel::Impl {
  void build(ResultPanel& owner);
  void showVerdicts(const std::vector<advice::Verdict>& verdicts);
  void showStability(const Design& design, const plan::Plan& plan, const experiment::RunStability* of);
  void showClasses(const plan::Plan& plan, const sim::RunResult& run, const std::vector<bool>& growing);
  void showPools(const Design& design, const plan::Plan& plan, const sim::RunResult& run,
                 const std::vector<bool>& growing);
  void showRun(const sim::RunResult& run, const QString& scenario);

  QStackedLayout* stack = nullptr;
  QWidget* figures = nullptr;
  ToneLabel* message = nullptr;
  ToneLabel* heading = nullptr;
  ToneLabel* run = nullptr;
  ToneLabel* caveat = nullptr;
  QWidget* verdicts = nullptr;
  QWidget* stability = nullptr;
  StatusMark* stabilityMark = nullptr;
  ToneLabel* stabilityText = nullptr;
  QTableWidget* classes = nullptr;
  QTableWidget* pools = nullptr;
  RunSections* sections = nullptr;
};

void ResultPanel::Impl::build(ResultPanel& owner) {
  owner.setBackgroundRole(QPalette::Base);
  owner.setAutoFillBackground(true);
  stack = new QStackedLayout(&owner);
  message = makeBody({}, &owner);
  message->setTone(Tone::Muted);
  message->setAlignment(Qt::AlignCenter);
  message->setMargin(24);
  stack->addWidget(message);

  auto* scroll = new QScrollArea(&owner);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setFocusPolicy(Qt::NoFocus);
  figures = new QWidget(scroll);
  auto* rows = new QVBoxLayout(figures);
  rows->setContentsMargins(14, 12, 14, 12);
  rows->setSpacing(8);
  heading = makeHeading({}, figures);
  rows->addWidget(heading);
  verdicts = new QWidget(figures);
  verdicts->setObjectName(QStringLiteral("verdicts"));
  new QGridLayout(verdicts);
  rows->addWidget(verdicts);
  stability = new QWidget(figures);
  auto* steady = new QHBoxLayout(stability);
  steady->setContentsMargins(0, 0, 0, 0);
  steady->setSpacing(12);
  stabilityMark = new StatusMark(Mark::Unknown, 16, stability);
  steady->addWidget(stabilityMark, 0, Qt::AlignTop);
  stabilityText = makeBody({}, stability);
  stabilityText->setObjectName(QStringLiteral("stability"));
  steady->addWidget(stabilityText, 1);
  rows->addWidget(stability);
  rows->addWidget(makeDivider(figures));
  rows->addWidget(makeHeading(tr("Request classes"), figures));
  classes = makeFigureTable(
      tr("Request classes"),
      {tr("Class"), tr("Offered"), tr("Success"), tr("p50"), tr("p95"), tr("p99"), tr("Failures")}, figures);
  classes->setObjectName(QStringLiteral("classes"));
  rows->addWidget(classes);
  rows->addWidget(makeHeading(tr("Pools, busiest first"), figures));
  pools = makeFigureTable(tr("Pools"),
                          {tr("Pool"), tr("Utilisation"), tr("Instances"), tr("Queue mean / max"),
                           tr("Waiting p50 / p99"), tr("Refused"), tr("For nobody")},
                          figures);
  pools->setObjectName(QStringLiteral("pools"));
  // Where it is then sorted by another column, that stays for the next run.
  pools->sortByColumn(kPoolUtilisation, Qt::DescendingOrder);
  pools->horizontalHeaderItem(kPoolOrphaned)
      ->setToolTip(tr("Share of the busy time spent on work whose caller had given up"));
  connect(pools, &QTableWidget::cellClicked, &owner, [this, &owner](int row, int) {
    const QString id = pools->item(row, kPoolName)->data(kResultBlockRole).toString();
    if (!id.isEmpty()) {
      Q_EMIT owner.blockChosen(BlockId(toUtf8(id)));
    }
  });
  connect(pools, &QTableWidget::cellActivated, pools, &QTableWidget::cellClicked);
  rows->addWidget(pools);
  sections = new RunSections(figures);
  connect(sections, &RunSections::blockChosen, &owner, &ResultPanel::blockChosen);
  rows->addWidget(sections);
  rows->addWidget(makeDivider(figures));
  run = makeCaption({}, figures);
  run->setObjectName(QStringLiteral("run"));
  run->setTextInteractionFlags(Qt::TextSelectableByMouse);
  rows->addWidget(run);
  caveat = makeCaption({}, figures);
  caveat->setObjectName(QStringLiteral("caveat"));
  rows->addWidget(caveat);
  rows->addStretch(1);
  scroll->setWidget(figures);
  figures->setAutoFillBackground(false);
  scroll->viewport()->setAutoFillBackground(false);
  stack->addWidget(scroll);
}

void ResultPanel::Impl::showVerdicts(const std::vector<advice::Verdict>& all) {
  auto* grid = static_cast<QGridLayout*>(verdicts->layout());
  while (QLayoutItem* item = grid->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(12);
  grid->setVerticalSpacing(6);
  grid->setColumnStretch(2, 1);
  int row = 0;
  for (const advice::Verdict& verdict : all) {
    const bool isKnown = verdict.measured.has_value();
    const Mark mark = !isKnown ? Mark::Unknown : verdict.isMet ? Mark::Good : Mark::Critical;
    const Tone tone = !isKnown ? Tone::Muted : verdict.isMet ? Tone::Good : Tone::Critical;
    grid->addWidget(new StatusMark(mark, 16, verdicts), row, 0);
    auto* word = new ToneLabel(!isKnown        ? tr("Unknown")
                               : verdict.isMet ? tr("Met")
                                               : tr("Missed"),
                               tone, verdicts);
    grid->addWidget(word, row, 1);
    grid->addWidget(makeBody(toQString(verdict.text), verdicts), row, 2);
    auto* measured = new ToneLabel(toQString(verdict.figure), Tone::Normal, verdicts);
    measured->setFont(numberFont());
    measured->setToolTip(toQString(verdict.basis));
    grid->addWidget(measured, row, 3, Qt::AlignRight);
    ++row;
  }
  if (all.empty()) {
    grid->addWidget(makeCaption(tr("The design states no objectives."), verdicts), 0, 0, 1, 4);
  }
}

void ResultPanel::Impl::showStability(const Design& design, const plan::Plan& plan,
                                      const experiment::RunStability* of) {
  stability->setVisible(of != nullptr);
  if (of == nullptr) {
    return;
  }
  QString words = toQString(experiment::describe(*of, toUtf8(growingPlace(design, plan, *of))));
  words += words.endsWith(QLatin1Char('.')) ? QString() : QStringLiteral(".");
  for (const std::string& doubt : of->doubts) {
    words += QLatin1Char(' ') + toQString(doubt);
  }
  switch (of->verdict) {
    case experiment::Stability::Stable:
      stabilityMark->setMark(of->doubts.empty() ? Mark::Good : Mark::Warning);
      stabilityText->setText(tr("Steady: %1").arg(words));
      break;
    case experiment::Stability::Unstable:
      stabilityMark->setMark(Mark::Critical);
      stabilityText->setText(
          tr("Unstable: %1 Figures with a * depend on how long the run was: they are no results.")
              .arg(words));
      break;
    default:
      stabilityMark->setMark(Mark::Unknown);
      stabilityText->setText(
          of->isChanging ? words : tr("Whether there is a steady state is not known. %1").arg(words));
  }
}

void ResultPanel::Impl::showClasses(const plan::Plan& plan, const sim::RunResult& result,
                                    const std::vector<bool>& growing) {
  const double seconds = static_cast<double>(result.endNs - result.warmupNs) * 1e-9;
  classes->setRowCount(static_cast<int>(result.classes.size()));
  for (std::size_t i = 0; i < result.classes.size(); ++i) {
    const sim::ClassResult& requests = result.classes[i];
    const int row = static_cast<int>(i);
    const std::string& name = i < plan.classes.size() ? plan.classes[i].name : requests.key;
    const auto offered = static_cast<double>(requests.offered);
    // What is still in flight at the end has neither succeeded nor failed.
    const auto ended = static_cast<double>(requests.offered - requests.unfinished);
    classes->setItem(row, 0, new QTableWidgetItem(toQString(name.empty() ? requests.key : name)));
    auto* rate = new NumberCell(
        seconds > 0 ? toQString(formatShort(perSecond(offered / seconds))) : QString(), offered);
    rate->setToolTip(tr("%1 requests offered, %2 unfinished at the end")
                         .arg(countText(requests.offered), countText(requests.unfinished)));
    classes->setItem(row, 1, rate);
    const double success = ended > 0 ? static_cast<double>(requests.succeeded) / ended : 0;
    classes->setItem(row, 2, new NumberCell(ended > 0 ? percentText(success, 5) : QString(), success));
    const double quantiles[] = {0.50, 0.95, 0.99};
    for (int column = 0; column < 3; ++column) {
      const std::int64_t ns = requests.latency.quantileNs(quantiles[column]);
      auto* cell = new NumberCell(requests.latency.count() > 0 ? nsText(ns) : QStringLiteral("\u2013"),
                                  static_cast<double>(ns));
      classes->setItem(row, 3 + column, marked(cell, i < growing.size() && growing[i]));
    }
    auto* failures = new QTableWidgetItem(failuresOf(requests));
    failures->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    classes->setItem(row, 6, failures);
  }
  fitHeight(classes);
}

void ResultPanel::Impl::showPools(const Design& design, const plan::Plan& plan, const sim::RunResult& result,
                                  const std::vector<bool>& growing) {
  const std::vector<QString> names = poolNames(design, plan);
  pools->setSortingEnabled(false);
  pools->setRowCount(static_cast<int>(result.pools.size()));
  for (std::size_t i = 0; i < result.pools.size(); ++i) {
    const sim::PoolResult& pool = result.pools[i];
    const int row = static_cast<int>(i);
    const std::string blockId = i < plan.poolOrigin.size() ? plan.poolOrigin[i].block : std::string();
    auto* nameCell = new QTableWidgetItem(i < names.size() ? names[i] : toQString(pool.key));
    nameCell->setData(kResultBlockRole, toQString(blockId));
    pools->setItem(row, kPoolName, nameCell);
    const bool isDelay = pool.servers == 0;
    const bool isGrowing = i < growing.size() && growing[i];
    auto* utilisation = new NumberCell(isDelay ? QStringLiteral("\u2013") : percentText(pool.utilisation, 3),
                                       pool.utilisation);
    if (pool.utilisation > 0.7) {
      utilisation->setIcon(markIcon(pool.utilisation > 0.9 ? Mark::Critical : Mark::Warning));
    }
    pools->setItem(row, kPoolUtilisation, utilisation);
    pools->setItem(
        row, kPoolInstances,
        new NumberCell(isDelay ? QString::number(pool.instances)
                               : QStringLiteral("%1 \u00d7 %2").arg(pool.instances).arg(pool.servers),
                       pool.instances));
    auto* queue = new NumberCell(QStringLiteral("%1 / %2").arg(toQString(formatNumber(pool.meanQueue, 3)),
                                                               QString::number(pool.maxQueue)),
                                 pool.meanQueue);
    pools->setItem(row, kPoolQueue, marked(queue, isGrowing));
    const std::int64_t waiting = pool.waiting.quantileNs(0.99);
    auto* waits = new NumberCell(
        pool.waiting.count() == 0
            ? QStringLiteral("\u2013")
            : QStringLiteral("%1 / %2").arg(nsText(pool.waiting.quantileNs(0.5)), nsText(waiting)),
        static_cast<double>(waiting));
    pools->setItem(row, kPoolWaiting, marked(waits, isGrowing));
    pools->setItem(row, kPoolRefused,
                   new NumberCell(countText(pool.refused), static_cast<double>(pool.refused)));
    pools->setItem(row, kPoolOrphaned,
                   new NumberCell(percentText(pool.orphanedShare, 2), pool.orphanedShare));
  }
  pools->setSortingEnabled(true);
  fitHeight(pools);
}

void ResultPanel::Impl::showRun(const sim::RunResult& result, const QString& scenario) {
  QStringList parts;
  parts << tr("Seed %1, replication %2").arg(result.seed).arg(result.replication)
        << tr("%1 measured after %2 of warm-up")
               .arg(nsText(std::max<std::int64_t>(0, result.endNs - result.warmupNs)),
                    nsText(result.warmupNs));
  if (!scenario.isEmpty()) {
    parts << tr("scenario %1").arg(scenario);
  }
  if (result.loadFactor != 1) {
    parts << tr("load \u00d7 %1").arg(toQString(formatNumber(result.loadFactor, 3)));
  }
  if (result.slice != 1) {
    parts << tr("1/%1 of the real system").arg(toQString(formatNumber(result.slice, 4)));
  }
  parts << tr("%1 events").arg(countText(result.events)) << tr("digest %1").arg(toQString(result.digest));
  run->setText(parts.join(QStringLiteral(" \u00b7 ")));
  QString text = tr("This is one run: another seed gives somewhat different figures.");
  if (!result.isComplete) {
    text =
        tr("The run was stopped early; the figures are of the part that was run.") + QLatin1Char(' ') + text;
  }
  caveat->setText(text);
}

ResultPanel::ResultPanel(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>()) {
  m_impl->build(*this);
  clear(tr("Run the design to see how it does."));
}

ResultPanel::~ResultPanel() = default;

void ResultPanel::show(const Design& design, const plan::Plan& plan, const sim::RunResult& run,
                       const std::vector<advice::Verdict>& verdicts,
                       const experiment::RunStability* stability, const QString& scenario) {
  const experiment::RunStability growing = stability == nullptr ? experiment::RunStability() : *stability;
  m_impl->heading->setText(scenario.isEmpty() ? tr("Objectives") : tr("Objectives, with %1").arg(scenario));
  m_impl->showVerdicts(verdicts);
  m_impl->showStability(design, plan, stability);
  m_impl->showClasses(plan, run, growing.classes);
  m_impl->showPools(design, plan, run, growing.pools);
  m_impl->sections->show(design, plan, run);
  m_impl->showRun(run, scenario);
  m_impl->stack->setCurrentIndex(1);
}

void ResultPanel::clear(const QString& message) {
  m_impl->message->setText(message);
  m_impl->stack->setCurrentWidget(m_impl->message);
}

}  // namespace cantilever::widgets
