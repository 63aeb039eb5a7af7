#include "app/gui/worker/analysis_worker.h"

#include <utility>

#include "core/analytic/solve.h"
#include "core/cost/price_book.h"

namespace cantilever::app {

advice::AdviceInput Analysis::adviceInput(const catalog::Catalog& catalog) const {
  advice::AdviceInput input;
  input.design = design.get();
  input.catalog = &catalog;
  input.compiled = &compiled;
  input.run = run.get();
  input.estimate = estimate ? &*estimate : nullptr;
  return input;
}

namespace {

/// Those that objectives are about, and the 99th.
analytic::Percentiles percentilesOf(const Design& design) {
  analytic::Percentiles wanted{false, false, true, false};
  for (const Objective& objective : design.objectives) {
    wanted.p50 = wanted.p50 || objective.metric == Metric::LatencyP50;
    wanted.p95 = wanted.p95 || objective.metric == Metric::LatencyP95;
    wanted.p999 = wanted.p999 || objective.metric == Metric::LatencyP999;
  }
  return wanted;
}

}  // namespace

Analysis analyse(std::uint64_t revision, const AnalysisRequest& request, const catalog::Catalog& catalog) {
  Analysis analysis;
  analysis.revision = revision;
  const DesignPtr& design = analysis.design = request.design;
  analysis.run = request.run;
  analysis.compiled = compile::compile(*design, catalog);
  // A scenario with a fault takes no figure away: those are of the design without it.
  analysis.diagnostics = request.scenario.isEmpty()
                             ? analysis.compiled.diagnostics
                             : compile::compile(*design, catalog, {request.scenario}).diagnostics;
  if (analysis.compiled.plan && analysis.compiled.visits) {
    analysis.estimate = cost::estimate(*design, catalog, *analysis.compiled.plan, *analysis.compiled.visits,
                                       cost::PriceBook::builtIn());
    analytic::SolveOptions options;  // what is shown while drawing; the rest takes as long again
    options.withSensitivities = options.withOtherState = false;
    options.percentiles = percentilesOf(*design);
    if (Result<analytic::Solution> solution =
            analytic::solve(*analysis.compiled.plan, *analysis.compiled.visits, options)) {
      analysis.solution = *std::move(solution);
    }
  }
  if (Result<std::vector<advice::AnsweredItem>> answers =
          advice::answer("pre-launch", analysis.adviceInput(catalog))) {
    analysis.checklist = std::move(*answers);
  }
  return analysis;
}

AnalysisWorker::AnalysisWorker(const catalog::Catalog& catalog, QObject* parent)
    : QObject(parent),
      m_work(
          this,
          [&catalog](const AnalysisRequest& request, const auto& turn) {
            return analyse(turn.revision(), request, catalog);
          },
          [this](const AnalysisPtr& analysis) {
            m_current = analysis;
            Q_EMIT analysed(analysis);
          }) {}

void AnalysisWorker::request(AnalysisRequest request) {
  m_current.reset();
  m_work.request(std::move(request));
}

}  // namespace cantilever::app
