#pragma once

#include <QObject>
#include <QPointer>

#include "app/gui/document.h"
#include "app/gui/presenter.h"
#include "app/gui/run_controller.h"
#include "app/gui/worker/analysis_worker.h"
#include "widgets/panels/export_dialog.h"

class QWidget;

namespace cantilever::app {

/// Opens the export dialog on a snapshot of the design and writes what is asked for.
class ExportController : public QObject {
  Q_OBJECT

 public:
  ExportController(Document& document, AnalysisWorker& analysis, RunController& runs, Presenter& presenter,
                   QWidget* window);

  /// `target`: an exporter's key, or empty.
  void openDialog(const QString& target = {});

 private:
  /// Files of others are replaced only if the person says so.
  void write(widgets::ExportDialog& dialog, const exchange::FileSet& files, const QString& folder);

  Document& m_document;
  AnalysisWorker& m_analysis;
  RunController& m_runs;
  Presenter& m_presenter;
  QWidget* m_window;
  QPointer<widgets::ExportDialog> m_dialog;
};

}  // namespace cantilever::app
