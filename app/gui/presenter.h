#pragma once

#include <QString>

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
  virtual QString askFileToSave(QWidget* parent, const QString& suggestion) = 0;
  /// A table of the load over time, as CSV; empty: cancelled.
  virtual QString askProfileFile(QWidget* parent, const QString& folder) = 0;
  /// A file name that ends in .png, .svg or .pdf.
  virtual QString askPictureFile(QWidget* parent, const QString& suggestion) = 0;
  /// Which printer, which paper; false: cancelled.
  virtual bool choosePrinter(QWidget* parent, QPrinter& printer) = 0;
};

/// With dialogs.
class DialogPresenter : public Presenter {
 public:
  void showError(QWidget* parent, const QString& title, const QString& message) override;
  UnsavedAnswer askAboutUnsaved(QWidget* parent, const QString& documentTitle) override;
  QString askFileToOpen(QWidget* parent, const QString& folder) override;
  QString askFileToSave(QWidget* parent, const QString& suggestion) override;
  QString askProfileFile(QWidget* parent, const QString& folder) override;
  QString askPictureFile(QWidget* parent, const QString& suggestion) override;
  bool choosePrinter(QWidget* parent, QPrinter& printer) override;
};

}  // namespace cantilever::app
