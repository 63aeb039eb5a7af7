#include "app/gui/presenter.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPrintDialog>
#include <QPrinter>
#include <QPushButton>
#include <algorithm>

namespace cantilever::app {
namespace {

QString presenterText(const char* text) {
  return QCoreApplication::translate("Presenter", text);
}

QString suffixIn(const QString& filter) {
  const qsizetype begin = filter.indexOf(QLatin1String("(*")) + 2;
  return filter.mid(begin, filter.indexOf(QLatin1Char(')'), begin) - begin);
}

/// The dialog asks before it replaces what was typed; a suffix that is added makes another name of it.
QString askForName(Presenter& presenter, QWidget* parent, const QString& title, const QString& suggestion,
                   const QStringList& filters) {
  QString chosen = filters.front();
  const QString typed =
      QFileDialog::getSaveFileName(parent, title, suggestion, filters.join(QLatin1String(";;")), &chosen);
  if (typed.isEmpty()) {
    return {};
  }
  const QString path = withSuffix(typed, chosen, filters);
  const bool isAnother = path != typed && QFileInfo::exists(path);
  return isAnother && !presenter.askToReplace(parent, {path}) ? QString() : path;
}

}  // namespace

QString withSuffix(const QString& path, const QString& chosen, const QStringList& filters) {
  const bool hasOne = std::any_of(filters.begin(), filters.end(), [&](const QString& filter) {
    return path.endsWith(suffixIn(filter), Qt::CaseInsensitive);
  });
  return hasOne ? path : path + suffixIn(filters.contains(chosen) ? chosen : filters.front());
}

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
  return askForName(*this, parent, presenterText("Save the design"), suggestion,
                    {presenterText("Cantilever document (*.cantilever)"),
                     presenterText("Design as JSON (*.cantilever.json)")});
}

QString DialogPresenter::askProfileFile(QWidget* parent, const QString& folder) {
  return QFileDialog::getOpenFileName(parent, presenterText("Load over time"), folder,
                                      presenterText("Tables with time and rate (*.csv);;All files (*)"));
}

QString DialogPresenter::askPictureFile(QWidget* parent, const QString& suggestion) {
  return askForName(*this, parent, presenterText("Save a picture"), suggestion,
                    {presenterText("PNG picture (*.png)"), presenterText("SVG drawing (*.svg)"),
                     presenterText("PDF document (*.pdf)")});
}

bool DialogPresenter::askToReplace(QWidget* parent, const QStringList& files) {
  constexpr int kShown = 10;
  QString list = files.mid(0, kShown).join(QLatin1Char('\n'));
  if (files.size() > kShown) {
    list += QLatin1Char('\n') + presenterText("and %1 more").arg(files.size() - kShown);
  }
  QMessageBox box(QMessageBox::Warning, presenterText("Replace files"),
                  presenterText("What is in them now will be lost:"), QMessageBox::Cancel, parent);
  box.setInformativeText(list);
  box.setTextFormat(Qt::PlainText);
  const QPushButton* replace = box.addButton(presenterText("Replace"), QMessageBox::AcceptRole);
  box.exec();
  return box.clickedButton() == replace;
}

bool DialogPresenter::choosePrinter(QWidget* parent, QPrinter& printer) {
  QPrintDialog dialog(&printer, parent);
  return dialog.exec() == QDialog::Accepted;
}

}  // namespace cantilever::app
