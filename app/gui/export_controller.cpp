#include "app/gui/export_controller.h"

#include <QDir>
#include <QFileInfo>
#include <QWidget>

#include "app/gui/file_controller.h"
#include "core/exchange/exporter.h"
#include "widgets/style/text.h"

namespace cantilever::app {

ExportController::ExportController(Document& document, AnalysisWorker& analysis, RunController& runs,
                                   Presenter& presenter, QWidget* window)
    : QObject(window),
      m_document(document),
      m_analysis(analysis),
      m_runs(runs),
      m_presenter(presenter),
      m_window(window) {}

void ExportController::openDialog(const QString& target) {
  if (m_dialog) {
    m_dialog->raise();
    return;
  }
  AnalysisPtr snapshot = m_analysis.current();
  if (!snapshot) {  // on its way; an export waits for nothing and must not show an older design
    snapshot = std::make_shared<const Analysis>(
        analyse(0, {m_document.design(), m_runs.resultOfDesign()}, m_document.catalog()));
  }
  const catalog::Catalog& catalog = m_document.catalog();
  auto render = [snapshot, &catalog](const exchange::Exporter& exporter) {
    return exporter.render(snapshot->adviceInput(catalog));
  };
  m_dialog = new widgets::ExportDialog(exchange::allExporters(), render, baseOf(m_document), m_window);
  m_dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(m_dialog, &widgets::ExportDialog::writeRequested, this,
          [this](const exchange::FileSet& files, const QString& folder) { write(*m_dialog, files, folder); });
  if (!target.isEmpty()) {
    m_dialog->chooseTarget(target);
  }
  m_dialog->open();
}

void ExportController::write(widgets::ExportDialog& dialog, const exchange::FileSet& files,
                             const QString& folder) {
  QStringList there;
  for (const auto& [name, text] : files) {
    const QString path = QDir(folder).filePath(widgets::toQString(name));
    if (QFileInfo::exists(path)) {
      there << path;
    }
  }
  if (!there.isEmpty() && !m_presenter.askToReplace(&dialog, there)) {
    return;
  }
  const Result<void> written = exchange::writeFiles(files, widgets::toUtf8(folder));
  if (!written) {
    dialog.showOutcome(widgets::toQString(written.error().message), true);
    return;
  }
  dialog.showOutcome(tr("%n file(s) written to %1", nullptr, static_cast<int>(files.size()))
                         .arg(QDir(folder).absolutePath()),
                     false);
}

}  // namespace cantilever::app
