#include "app/gui/view_updater.h"

#include <QEvent>
#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "app/gui/steady_overlay.h"
#include "core/base/money.h"
#include "widgets/panels/figure_table.h"
#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

using widgets::toQString;

bool isAboutSomethingOf(const Design& design, const Diagnostic& remark) {
  return (remark.block.isEmpty() || design.blocks.contains(remark.block)) &&
         (remark.link.isEmpty() || design.links.contains(remark.link)) &&
         (remark.zone.isEmpty() || design.zones.contains(remark.zone));
}

/// Adds what was remarked when the file was read, but not about what is gone, and not what compiling says of
/// the same thing.
std::vector<Diagnostic> withRemarks(std::vector<Diagnostic> diagnostics,
                                    const std::vector<Diagnostic>& remarks, const Design& design) {
  const auto subject = [](const Diagnostic& each) {
    return std::tuple(each.code, each.block, each.link, each.zone, each.param);
  };
  std::set<decltype(subject(Diagnostic()))> said;
  for (const Diagnostic& diagnostic : diagnostics) {
    said.insert(subject(diagnostic));
  }
  for (const Diagnostic& remark : remarks) {
    if (isAboutSomethingOf(design, remark) && !said.contains(subject(remark))) {
      diagnostics.push_back(remark);
    }
  }
  return diagnostics;
}

/// Milliseconds; 0 if the design promises none.
double p99Limit(const Design& design) {
  for (const Objective& objective : design.objectives) {
    if (objective.metric == Metric::LatencyP99) {
      return objective.limit;
    }
  }
  return 0;
}

}  // namespace

ViewUpdater::ViewUpdater(Document& document, AnalysisWorker& analysis, RunController& runs,
                         EditController& edits, const Views& views, QObject* parent)
    : QObject(parent), m_document(document), m_analysis(analysis), m_runs(runs), m_views(views) {
  connect(&document, &Document::changed, this, &ViewUpdater::requestAnalysis);
  connect(&document, &Document::replaced, this, [this] {
    m_views.charts->clear();
    showScenarios();
    requestAnalysis();
  });
  connect(&document, &Document::changed, this, [this](const DesignPtr&, const DesignDiff& diff) {
    if (diff.hasOtherChanges) {
      showScenarios();
    }
  });
  connect(&analysis, &AnalysisWorker::analysed, this, &ViewUpdater::showAnalysis);
  for (QWidget* panel : {static_cast<QWidget*>(m_views.cost), static_cast<QWidget*>(m_views.checklist),
                         static_cast<QWidget*>(m_views.problems)}) {
    panel->installEventFilter(this);
  }
  connectRun();
  connectChoices(edits);
}

void ViewUpdater::connectRun() {
  connect(&m_runs, &RunController::started, this, &ViewUpdater::startCharts);
  connect(&m_runs, &RunController::sampled, m_views.charts, &widgets::LiveCharts::append);
  connect(&m_runs, &RunController::overlayChanged, m_views.canvas, &widgets::CanvasView::setOverlay);
  connect(&m_runs, &RunController::overlayChanged, m_views.inspector, &widgets::InspectorPanel::setOverlay);
  connect(&m_runs, &RunController::happened, m_views.charts, &widgets::LiveCharts::mark);
  connect(&m_runs, &RunController::scenarioChanged, this, [this] {
    showScenarios();
    requestAnalysis();
  });
  connect(m_views.runBar, &RunBar::scenarioRequested, &m_runs, &RunController::setScenario);
  connect(&m_runs, &RunController::progressed, m_views.runBar, &RunBar::showProgress);
  connect(&m_runs, &RunController::stateChanged, this, &ViewUpdater::showRunState);
  connect(&m_runs, &RunController::outdatedChanged, this, &ViewUpdater::showRunState);
  connect(&m_runs, &RunController::resultChanged, this, &ViewUpdater::showResult);
  connect(m_views.runBar, &RunBar::loadFactorRequested, &m_runs, &RunController::setLoadFactor);
  connect(m_views.runBar, &RunBar::speedRequested, &m_runs, &RunController::setSpeed);
  connect(m_views.runBar, &RunBar::durationRequested, &m_runs, &RunController::setDuration);
}

void ViewUpdater::connectChoices(EditController& edits) {
  const auto select = [&edits](const BlockId& block) { edits.select({{block}, {}, {}, {}}); };
  connect(m_views.cost, &widgets::CostPanel::blockChosen, &edits, select);
  connect(m_views.results, &widgets::ResultPanel::blockChosen, &edits, select);
  connect(m_views.checklist, &widgets::ChecklistPanel::blocksChosen, &edits,
          [&edits](const std::vector<BlockId>& blocks) {
            edits.select({blocks, {}, {}, {}});
          });
  connect(m_views.problems, &ProblemsPanel::elementChosen, &edits, &EditController::select);
}

void ViewUpdater::refreshColors() {
  showVerdicts();
}

void ViewUpdater::requestAnalysis() {
  m_analysis.request({m_document.design(), m_runs.resultOfDesign(), m_runs.scenario()});
}

void ViewUpdater::showScenarios() {
  m_views.runBar->showScenarios(*m_document.design(), m_runs.scenario());
}

void ViewUpdater::showAnalysis(const AnalysisPtr& analysis) {
  const std::vector<Diagnostic> diagnostics =
      withRemarks(analysis->diagnostics, m_document.remarks(), *analysis->design);
  m_views.canvas->setDiagnostics(diagnostics);
  m_views.inspector->setDiagnostics(diagnostics);
  showDetails();
  m_views.verdicts->showCost(analysis->estimate ? toQString(format(analysis->estimate->total)) : QString(),
                             analysis->estimate ? tr("Price book %1: a month of 730 hours at the mean load. "
                                                     "The tab Cost has each line with its source.")
                                                      .arg(toQString(analysis->estimate->priceBook))
                                                : tr("The design has errors. See Problems."));
  m_runs.isOutdated() ? showVerdicts() : showResult();  // prices and objectives may be others
  showSteadyState();
}

void ViewUpdater::showDetails() {
  const AnalysisPtr analysis = m_analysis.current();
  if (analysis == nullptr) {
    return;
  }
  const auto isDue = [&](const QWidget* panel, std::size_t index) {
    return panel->isVisible() &&
           std::exchange(m_shownDetails[index], analysis->revision) != analysis->revision;
  };
  if (isDue(m_views.cost, 0)) {
    m_views.cost->show(
        *analysis->design, analysis->estimate,
        analysis->estimate ? QString() : tr("No estimate: the design has errors. See Problems."));
  }
  if (isDue(m_views.checklist, 1)) {
    m_views.checklist->show(analysis->checklist);
  }
  if (isDue(m_views.problems, 2)) {
    m_views.problems->show(*analysis->design,
                           withRemarks(analysis->diagnostics, m_document.remarks(), *analysis->design));
  }
}

bool ViewUpdater::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Show) {
    showDetails();
  }
  return QObject::eventFilter(watched, event);
}

void ViewUpdater::showSteadyState() {
  const AnalysisPtr analysis = m_analysis.current();
  const bool hasSolution = analysis && analysis->solution && analysis->compiled.plan;
  m_views.verdicts->showHeadroom(
      hasSolution ? headroomText(*analysis->design, *analysis->compiled.plan, *analysis->solution)
                  : QString(),
      hasSolution ? headroomExplanation(*analysis->design, *analysis->compiled.plan, *analysis->solution)
                  : QString());
  const bool isRunShown =
      m_runs.state() != RunState::Idle && !(m_runs.state() == RunState::Finished && m_runs.isOutdated());
  if (isRunShown) {
    return;
  }
  if (!hasSolution) {
    m_views.canvas->clearOverlay();
    m_views.inspector->setOverlay({});
    return;
  }
  const widgets::CanvasOverlay overlay =
      steadyOverlay(*analysis->design, *analysis->compiled.plan, *analysis->solution);
  m_views.canvas->setOverlay(overlay);
  m_views.inspector->setOverlay(overlay);
}

void ViewUpdater::startCharts() {
  const Design& design = *m_runs.runDesign();
  m_views.charts->start(m_runs.plan(), widgets::poolNames(design, *m_runs.plan()), p99Limit(design));
  m_views.results->clear(tr("Running: figures appear as they are measured."));
}

void ViewUpdater::showRunState() {
  m_views.runBar->showState(m_runs.state());
  m_views.verdicts->showRun(m_runs.state(), m_runs.isOutdated(), m_runs.playedScenario());
  if (m_runs.state() == RunState::Idle) {
    showSteadyState();
    m_views.results->clear(tr("Run the design to see what it does under load."));
  }
  if (m_runs.state() == RunState::Finished) {
    requestAnalysis();
  }
}

void ViewUpdater::showResult() {
  const auto result = m_runs.result();
  if (result && m_runs.plan()) {
    // Objectives, names and prices may have changed since; what it did has not, unless it is outdated.
    const Design& design = m_runs.isOutdated() ? *m_runs.runDesign() : *m_document.design();
    const cost::Estimate* estimate = m_runs.isOutdated() ? nullptr : currentEstimate();
    m_views.results->show(design, *m_runs.plan(), *result, advice::judge(design, result.get(), estimate),
                          m_runs.stability(), m_runs.playedScenario());
  }
  showVerdicts();
}

/// Of the present design; a run of another one does not count.
void ViewUpdater::showVerdicts() {
  const Design& design = *m_document.design();
  const auto result = m_runs.isOutdated() ? nullptr : m_runs.result();
  const AnalysisPtr analysis = m_analysis.current();
  const bool areExpected = result == nullptr && analysis && analysis->solution;
  m_views.verdicts->showVerdicts(areExpected ? advice::judge(design, *analysis->solution, currentEstimate())
                                             : advice::judge(design, result.get(), currentEstimate()),
                                 areExpected);
}

const cost::Estimate* ViewUpdater::currentEstimate() const {
  const AnalysisPtr analysis = m_analysis.current();  // kept alive by the worker
  return analysis && analysis->estimate ? &*analysis->estimate : nullptr;
}

}  // namespace cantilever::app
