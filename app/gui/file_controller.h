#pragma once

#include <QObject>
#include <QStringList>

#include "app/gui/document.h"
#include "app/gui/presenter.h"
#include "app/gui/settings.h"

class QWidget;

namespace cantilever::app {

/// Opening and saving: asks about unsaved changes and for paths, shows failures, remembers recent files. A
/// failure leaves the open document as it was. GUI thread.
class FileController : public QObject {
  Q_OBJECT

 public:
  FileController(Document& document, Settings& settings, Presenter& presenter, QWidget* window);

  bool openFile(const QString& path);
  bool openTemplate(const QString& key);
  /// True: nothing would be lost, or the person said that it may be.
  bool mayDiscard();

 public Q_SLOTS:
  void newEmpty();
  void open();
  bool save();
  bool saveAs();

 Q_SIGNALS:
  /// A document was opened or begun.
  void opened();
  void recentFilesChanged();
  void saved(const QString& path);

 private:
  bool saveTo(const QString& path);
  QString suggestedPath() const;

  Document& m_document;
  Settings& m_settings;
  Presenter& m_presenter;
  QWidget* m_window;
};

/// Where files made from the document go, without a suffix: beside it under its name, or among the documents.
QString baseOf(const Document& document);

}  // namespace cantilever::app
