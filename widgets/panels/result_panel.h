#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "core/advice/checklist.h"
#include "core/experiment/run_stability.h"
#include "core/sim/result.h"

namespace cantilever::widgets {

/// The figures of a run: verdict on each objective and on whether there is a steady state, per class
/// (offered, success, failures by reason, p50/p95/p99), per pool (utilisation, queue, waiting). Says seed,
/// replication, duration, scenario, and that it is one run.
class ResultPanel : public QWidget {
  Q_OBJECT

 public:
  explicit ResultPanel(QWidget* parent = nullptr);
  ~ResultPanel() override;
  void show(const Design& design, const plan::Plan& plan, const sim::RunResult& run,
            const std::vector<advice::Verdict>& verdicts,
            const experiment::RunStability* stability = nullptr,  ///< null: the run goes on
            const QString& scenario = {});                        ///< that it plays; empty: none
  void clear(const QString& message);

 Q_SIGNALS:
  void blockChosen(const cantilever::BlockId& block);

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace cantilever::widgets
