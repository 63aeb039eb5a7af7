#pragma once

#include <QPixmap>
#include <QTimer>
#include <QWidget>

namespace cantilever::widgets {

class CanvasView;

/// The whole drawing in a corner of its view, with a frame around what is in view; a click or drag looks
/// there. The boxes are painted once and kept until the drawing changes.
class Minimap : public QWidget {
  Q_OBJECT

 public:
  explicit Minimap(CanvasView& view);
  /// The drawing has changed: painted anew, a moment later.
  void refresh();
  /// To the corner of the view.
  void place();
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  QRectF shownArea() const;
  QRectF mapRect() const;
  void look(QPointF at);

  CanvasView& m_view;
  QPixmap m_picture;
  QRectF m_area;  ///< of the scene, on the picture
  QTimer m_stale;
};

}  // namespace cantilever::widgets
