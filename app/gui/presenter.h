#pragma once

#include <QString>

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
};

/// With dialogs.
class DialogPresenter : public Presenter {
 public:
  void showError(QWidget* parent, const QString& title, const QString& message) override;
  UnsavedAnswer askAboutUnsaved(QWidget* parent, const QString& documentTitle) override;
  QString askFileToOpen(QWidget* parent, const QString& folder) override;
  QString askFileToSave(QWidget* parent, const QString& suggestion) override;
};

}  // namespace cantilever::app
