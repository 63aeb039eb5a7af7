#include "app/gui/picture_controller.h"

#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QImage>
#include <QPrinter>
#include <QWidget>

#include "core/exchange/file_set.h"
#include "widgets/canvas/picture.h"
#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

constexpr double kSharp = 2;  // a picture for documents is looked at on dense screens

QString noMemory() {
  return PictureController::tr(
      "There is not enough memory for it. Select a part of the drawing, or save it as SVG or PDF.");
}

}  // namespace

PictureController::PictureController(Document& document, widgets::CanvasView& canvas, Presenter& presenter,
                                     QWidget* window)
    : QObject(window), m_document(document), m_canvas(canvas), m_presenter(presenter), m_window(window) {}

void PictureController::saveAll() {
  openDialog(widgets::PictureDialog::Part::All);
}

void PictureController::saveSelection() {
  openDialog(widgets::PictureDialog::Part::Selected);
}

void PictureController::openDialog(widgets::PictureDialog::Part part) {
  if (m_dialog) {
    m_dialog->raise();
    return;
  }
  m_dialog = new widgets::PictureDialog(m_canvas.selection(), part, m_window);
  m_dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(m_dialog, &widgets::PictureDialog::saveRequested, this, [this] { save(*m_dialog); });
  m_dialog->open();
}

void PictureController::save(widgets::PictureDialog& dialog) {
  const QString stem = QFileInfo(m_document.title()).completeBaseName();
  QString path = m_presenter.askPictureFile(&dialog, stem + QStringLiteral(".png"));
  if (path.isEmpty()) {
    return;
  }
  if (!widgets::pictureFormatOf(path)) {
    path += QStringLiteral(".png");
  }
  const widgets::PictureFormat format = *widgets::pictureFormatOf(path);
  widgets::PictureOptions options = dialog.options();
  options.scale = format == widgets::PictureFormat::Png ? options.scale : 1;
  const QByteArray bytes = widgets::pictureOf(*m_document.design(), m_document.catalog(), format, options);
  if (bytes.isEmpty()) {
    m_presenter.showError(&dialog, tr("Could not save the picture"), noMemory());
    return;
  }
  const Result<void> written = exchange::writeFile(widgets::toUtf8(path), bytes.toStdString());
  if (!written) {
    m_presenter.showError(&dialog, tr("Could not save the picture"),
                          widgets::toQString(written.error().message));
    return;
  }
  dialog.accept();
  Q_EMIT done(tr("Picture saved to %1").arg(path));
}

void PictureController::copy() {
  widgets::PictureOptions options;
  options.theme = widgets::currentTheme().kind;
  options.scale = kSharp;
  if (!m_canvas.selection().isEmpty()) {
    options.only = m_canvas.selection();
  }
  const QImage image = widgets::imageOf(*m_document.design(), m_document.catalog(), options);
  if (image.isNull()) {
    m_presenter.showError(m_window, tr("Could not copy the picture"), noMemory());
    return;
  }
  QGuiApplication::clipboard()->setImage(image);
  Q_EMIT done(
      tr("The picture is on the clipboard: %1 \u00d7 %2 pixels").arg(image.width()).arg(image.height()));
}

void PictureController::print() {
  QPrinter printer(QPrinter::HighResolution);
  printer.setDocName(m_document.title());
  const bool isWide = widgets::isWiderThanHigh(*m_document.design(), m_document.catalog());
  printer.setPageOrientation(isWide ? QPageLayout::Landscape : QPageLayout::Portrait);
  if (m_presenter.choosePrinter(m_window, printer)) {
    widgets::printDesign(printer, *m_document.design(), m_document.catalog());
    Q_EMIT done(tr("Printed"));
  }
}

}  // namespace cantilever::app
