#include "app/gui/presenter.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QMessageBox>
#include <QPrintDialog>
#include <QPrinter>

namespace cantilever::app {
namespace {

QString presenterText(const char* text) {
  return QCoreApplication::translate("Presenter", text);
}

}  // namespace

void DialogPresenter::showError(QWidget* parent, const QString& title, const QString& message) {
  auto* box = new QMessageBox(QMessageBox::Warning, title, message, QMessageBox::Ok, parent);
  box->setAttribute(Qt::WA_DeleteOnClose);
  box->open();
}

Presenter::UnsavedAnswer DialogPresenter::askAboutUnsaved(QWidget* parent, const QString& documentTitle) {
  const QMessageBox::StandardButton button =
      QMessageBox::warning(parent, presenterText("Unsaved changes"),
                           presenterText("\"%1\" has changes that were not saved.").arg(documentTitle),
                           QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, QMessageBox::Save);
  if (button == QMessageBox::Save) {
    return UnsavedAnswer::Save;
  }
  return button == QMessageBox::Discard ? UnsavedAnswer::Discard : UnsavedAnswer::Cancel;
}

QString DialogPresenter::askFileToOpen(QWidget* parent, const QString& folder) {
  return QFileDialog::getOpenFileName(
      parent, presenterText("Open a design"), folder,
      presenterText("Designs (*.cantilever *.cantilever.json *.json);;All files (*)"));
}

QString DialogPresenter::askFileToSave(QWidget* parent, const QString& suggestion) {
  return QFileDialog::getSaveFileName(
      parent, presenterText("Save the design"), suggestion,
      presenterText("Cantilever document (*.cantilever);;Design as JSON (*.cantilever.json)"));
}

QString DialogPresenter::askProfileFile(QWidget* parent, const QString& folder) {
  return QFileDialog::getOpenFileName(parent, presenterText("Load over time"), folder,
                                      presenterText("Tables with time and rate (*.csv);;All files (*)"));
}

QString DialogPresenter::askPictureFile(QWidget* parent, const QString& suggestion) {
  return QFileDialog::getSaveFileName(
      parent, presenterText("Save a picture"), suggestion,
      presenterText("PNG picture (*.png);;SVG drawing (*.svg);;PDF document (*.pdf)"));
}

bool DialogPresenter::choosePrinter(QWidget* parent, QPrinter& printer) {
  QPrintDialog dialog(&printer, parent);
  return dialog.exec() == QDialog::Accepted;
}

}  // namespace cantilever::app
