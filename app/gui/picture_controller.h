#pragma once

#include <QObject>

#include "app/gui/document.h"
#include "app/gui/presenter.h"
#include "widgets/canvas/canvas_view.h"

namespace cantilever::app {

/// Takes the drawing out of the program: as a picture file, on the clipboard, on paper. GUI thread.
class PictureController : public QObject {
  Q_OBJECT

 public:
  PictureController(Document& document, widgets::CanvasView& canvas, Presenter& presenter, QWidget* window);

 public Q_SLOTS:
  /// Into a file that the person names; its ending says which kind. What is selected alone, or all.
  void saveAll();
  void saveSelection();
  /// What is selected, or all, as a picture of twice its size on the screen.
  void copy();
  void print();

 Q_SIGNALS:
  void done(const QString& what);

 private:
  enum class What { Everything, Selected };
  void save(What what);

  Document& m_document;
  widgets::CanvasView& m_canvas;
  Presenter& m_presenter;
  QWidget* m_window;
};

}  // namespace cantilever::app
