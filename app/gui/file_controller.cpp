#include "app/gui/file_controller.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <QWidget>

#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

const QString kDocumentSuffix = QStringLiteral(".cantilever");
const QString kTextSuffix = QStringLiteral(".json");

}  // namespace

FileController::FileController(Document& document, Settings& settings, Presenter& presenter, QWidget* window)
    : QObject(window), m_document(document), m_settings(settings), m_presenter(presenter), m_window(window) {}

bool FileController::mayDiscard() {
  if (!m_document.isDirty()) {
    return true;
  }
  switch (m_presenter.askAboutUnsaved(m_window, m_document.title())) {
    case Presenter::UnsavedAnswer::Save:
      return save();
    case Presenter::UnsavedAnswer::Discard:
      return true;
    case Presenter::UnsavedAnswer::Cancel:
      return false;
  }
  return false;
}

bool FileController::openFile(const QString& path) {
  if (!mayDiscard()) {
    return false;
  }
  if (const Result<void> result = m_document.open(path); !result) {
    m_presenter.showError(m_window, tr("Could not open the file"),
                          tr("%1\n%2").arg(path, widgets::toQString(result.error().message)));
    return false;
  }
  m_settings.addRecentFile(path);
  Q_EMIT recentFilesChanged();
  Q_EMIT opened();
  return true;
}

bool FileController::openTemplate(const QString& key) {
  if (!mayDiscard()) {
    return false;
  }
  if (const Result<void> result = m_document.startFromTemplate(key); !result) {
    m_presenter.showError(m_window, tr("Could not load the template"),
                          widgets::toQString(result.error().message));
    return false;
  }
  Q_EMIT opened();
  return true;
}

void FileController::newEmpty() {
  if (mayDiscard()) {
    m_document.startEmpty();
    Q_EMIT opened();
  }
}

void FileController::open() {
  const QString folder = m_document.path().isEmpty()
                             ? QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)
                             : QFileInfo(m_document.path()).absolutePath();
  if (const QString path = m_presenter.askFileToOpen(m_window, folder); !path.isEmpty()) {
    openFile(path);
  }
}

bool FileController::save() {
  return m_document.path().isEmpty() ? saveAs() : saveTo(m_document.path());
}

bool FileController::saveAs() {
  QString path = m_presenter.askFileToSave(m_window, suggestedPath());
  if (path.isEmpty()) {
    return false;
  }
  if (!path.endsWith(kDocumentSuffix) && !path.endsWith(kTextSuffix)) {
    path += kDocumentSuffix;
  }
  return saveTo(path);
}

bool FileController::saveTo(const QString& path) {
  if (const Result<void> result = m_document.save(path); !result) {
    m_presenter.showError(m_window, tr("Could not save"), widgets::toQString(result.error().message));
    return false;
  }
  m_settings.addRecentFile(path);
  Q_EMIT recentFilesChanged();
  Q_EMIT saved(path);
  return true;
}

QString FileController::suggestedPath() const {
  return m_document.path().isEmpty() ? baseOf(m_document) + kDocumentSuffix : m_document.path();
}

QString baseOf(const Document& document) {
  if (document.path().isEmpty()) {
    const QDir folder(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    const std::string& name = document.design()->name;
    return folder.filePath(widgets::toQString(slugOf(name.empty() ? "design" : name)));
  }
  QString path = document.path();
  for (const QString& suffix : {kDocumentSuffix + kTextSuffix, kDocumentSuffix, kTextSuffix}) {
    if (path.endsWith(suffix)) {
      path.chop(suffix.size());
      break;
    }
  }
  return path;
}

}  // namespace cantilever::app
