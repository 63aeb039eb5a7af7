#pragma once

#include <QObject>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "app/gui/worker/newest_wins.h"
#include "core/advice/checklist.h"
#include "core/analytic/solution.h"
#include "core/catalog/block_type.h"
#include "core/compile/compile.h"
#include "core/cost/estimate.h"
#include "core/model/design.h"
#include "core/sim/result.h"

namespace cantilever::app {

/// Everything that is known about a design without running it, and its checklist with the last run's figures
/// if they are still of this design. A value; shared, never changed.
struct Analysis {
  std::uint64_t revision = 0;
  DesignPtr design;
  std::shared_ptr<const sim::RunResult> run;  ///< null: not simulated
  compile::Compiled compiled;                 ///< without a scenario
  /// Of the design, and of the scenario that the next run plays.
  std::vector<Diagnostic> diagnostics;
  std::optional<cost::Estimate> estimate;      ///< present when there is a plan
  std::optional<analytic::Solution> solution;  ///< steady state by formulas; present when there is a plan
  std::vector<advice::AnsweredItem> checklist;

  advice::AdviceInput adviceInput(const catalog::Catalog& catalog) const;
};
using AnalysisPtr = std::shared_ptr<const Analysis>;

/// What is to be analysed.
struct AnalysisRequest {
  DesignPtr design;
  std::shared_ptr<const sim::RunResult> run = nullptr;  ///< null: not simulated
  ScenarioId scenario = {};                             ///< to be looked at too; empty: none
};

/// Computed here and now: for the worker, and for an export that cannot wait.
Analysis analyse(std::uint64_t revision, const AnalysisRequest& request, const catalog::Catalog& catalog);

/// Analyses designs on a thread of its own: the newest wins, older ones are dropped. The public side belongs
/// to the GUI thread.
class AnalysisWorker : public QObject {
  Q_OBJECT

 public:
  explicit AnalysisWorker(const catalog::Catalog& catalog, QObject* parent = nullptr);

  void request(AnalysisRequest request);
  /// Of the newest request, or null while it is on its way.
  AnalysisPtr current() const { return m_current; }

 Q_SIGNALS:
  void analysed(const cantilever::app::AnalysisPtr& analysis);

 private:
  AnalysisPtr m_current;
  NewestWins<AnalysisRequest, Analysis> m_work;  // last: its thread has ended before the rest goes
};

}  // namespace cantilever::app
