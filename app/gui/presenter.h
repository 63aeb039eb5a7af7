#pragma once

#include <QString>
#include <QStringList>

class QPrinter;
class QWidget;

namespace cantilever::app {

/// Questions and messages to the person. The window asks through this, so that tests can answer.
class Presenter {
 public:
  enum class UnsavedAnswer { Save, Discard, Cancel };

  virtual ~Presenter() = default;
  virtual void showError(QWidget* parent, const QString& title, const QString& message) = 0;
  virtual UnsavedAnswer askAboutUnsaved(QWidget* parent, const QString& documentTitle) = 0;
  /// Empty: cancelled.
  virtual QString askFileToOpen(QWidget* parent, const QString& folder) = 0;
  /// With a suffix of documents; that it replaces a file has been asked, if it does.
  virtual QString askFileToSave(QWidget* parent, const QString& suggestion) = 0;
  /// A table of the load over time, as CSV; empty: cancelled.
  virtual QString askProfileFile(QWidget* parent, const QString& folder) = 0;
  /// A file name that ends in .png, .svg or .pdf.
  virtual QString askPictureFile(QWidget* parent, const QString& suggestion) = 0;
  /// Whether files that are there may be replaced.
  virtual bool askToReplace(QWidget* parent, const QStringList& files) = 0;
  /// Which printer, which paper; false: cancelled.
  virtual bool choosePrinter(QWidget* parent, QPrinter& printer) = 0;
};

/// The path, with the suffix in the filter that was chosen ("PNG picture (*.png)") if it has that of none.
QString withSuffix(const QString& path, const QString& chosen, const QStringList& filters);

/// With dialogs.
class DialogPresenter : public Presenter {
 public:
  void showError(QWidget* parent, const QString& title, const QString& message) override;
  UnsavedAnswer askAboutUnsaved(QWidget* parent, const QString& documentTitle) override;
  QString askFileToOpen(QWidget* parent, const QString& folder) override;
  QString askFileToSave(QWidget* parent, const QString& suggestion) override;
  QString askProfileFile(QWidget* parent, const QString& folder) override;
  QString askPictureFile(QWidget* parent, const QString& suggestion) override;
  bool askToReplace(QWidget* parent, const QStringList& files) override;
  bool choosePrinter(QWidget* parent, QPrinter& printer) override;
};

}  // namespace cantilever::app
