#pragma once

#include <QObject>
#include <array>
#include <cstdint>

#include "app/gui/document.h"
#include "app/gui/edit_controller.h"
#include "app/gui/run_controller.h"
#include "app/gui/views.h"
#include "app/gui/worker/analysis_worker.h"

namespace cantilever::app {

/// Keeps the views that show figures in step: asks for an analysis after each change of design or run, and
/// hands what document, analysis and run tell to canvas, panels and status bar.
class ViewUpdater : public QObject {
  Q_OBJECT

 public:
  ViewUpdater(Document& document, AnalysisWorker& analysis, RunController& runs, EditController& edits,
              const Views& views, QObject* parent);

  /// Verdicts are painted with the theme's colours.
  void refreshColors();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void connectRun();
  void connectChoices(EditController& edits);
  void requestAnalysis();
  void showScenarios();
  void showAnalysis(const AnalysisPtr& analysis);
  /// Fills the lists of the analysis that somebody sees; the others when they are shown.
  void showDetails();
  void startCharts();
  void showRunState();
  void showResult();
  void showVerdicts();
  /// The steady state of the present design, where no run is shown.
  void showSteadyState();
  /// Of the present design; null while it is on its way. Valid until the next request.
  const cost::Estimate* currentEstimate() const;

  Document& m_document;
  AnalysisWorker& m_analysis;
  RunController& m_runs;
  Views m_views;
  /// The revision that cost, checklist and problems show.
  std::array<std::uint64_t, 3> m_shownDetails{};
};

}  // namespace cantilever::app
