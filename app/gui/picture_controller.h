#pragma once

#include <QObject>
#include <QPointer>

#include "app/gui/document.h"
#include "app/gui/presenter.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/panels/picture_dialog.h"

namespace cantilever::app {

/// Takes the drawing out of the program: as a picture file, on the clipboard, on paper. GUI thread.
class PictureController : public QObject {
  Q_OBJECT

 public:
  PictureController(Document& document, widgets::CanvasView& canvas, Presenter& presenter, QWidget* window);

 public Q_SLOTS:
  /// Asks how it shall look, and for a file, whose name says of which format; what is selected alone, or all.
  void saveAll();
  void saveSelection();
  /// What is selected, or all, as a picture of twice its size on the screen.
  void copy();
  void print();

 Q_SIGNALS:
  void done(const QString& what);

 private:
  void openDialog(widgets::PictureDialog::Part part);
  void save(widgets::PictureDialog& dialog);

  Document& m_document;
  widgets::CanvasView& m_canvas;
  Presenter& m_presenter;
  QWidget* m_window;
  QPointer<widgets::PictureDialog> m_dialog;
};

}  // namespace cantilever::app
