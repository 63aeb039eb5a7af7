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

Analysis analyse(std::uint64_t revision, const DesignPtr& design, std::shared_ptr<const sim::RunResult> run,
                 const catalog::Catalog& catalog) {
  Analysis analysis;
  analysis.revision = revision;
  analysis.design = design;
  analysis.run = std::move(run);
  analysis.compiled = compile::compile(*design, catalog);
  if (analysis.compiled.plan && analysis.compiled.visits) {
    analysis.estimate = cost::estimate(*design, catalog, *analysis.compiled.plan, *analysis.compiled.visits,
                                       cost::PriceBook::builtIn());
    analytic::SolveOptions options;  // what is shown while drawing; the rest takes as long again
    options.withSensitivities = options.withOtherState = false;
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
    : QObject(parent), m_catalog(catalog), m_thread([this](const std::stop_token& stop) { work(stop); }) {}

AnalysisWorker::~AnalysisWorker() {
  // The thread posts to this object: it must have ended before the QObject part goes.
  m_thread.request_stop();
  m_thread.join();
}

void AnalysisWorker::request(DesignPtr design, std::shared_ptr<const sim::RunResult> run) {
  m_current.reset();
  ++m_revision;
  const std::lock_guard lock(m_mutex);
  m_waiting = Request{m_revision, std::move(design), std::move(run)};
  m_requested.notify_one();
}

AnalysisPtr AnalysisWorker::current() const {
  return m_current;
}

void AnalysisWorker::work(const std::stop_token& stop) {
  while (true) {
    Request request;
    {
      std::unique_lock lock(m_mutex);
      if (!m_requested.wait(lock, stop, [this] { return m_waiting.has_value(); })) {
        return;
      }
      request = *std::exchange(m_waiting, std::nullopt);
    }
    auto analysis =
        std::make_shared<const Analysis>(analyse(request.revision, request.design, request.run, m_catalog));
    {
      const std::lock_guard lock(m_mutex);
      m_done = std::move(analysis);
    }
    QMetaObject::invokeMethod(this, &AnalysisWorker::deliver, Qt::QueuedConnection);
  }
}

void AnalysisWorker::deliver() {
  AnalysisPtr done;
  {
    const std::lock_guard lock(m_mutex);
    done = std::exchange(m_done, nullptr);
  }
  if (done && done->revision == m_revision) {
    m_current = done;
    Q_EMIT analysed(done);
  }
}

}  // namespace cantilever::app
