#pragma once

#include <QPixmap>
#include <QPoint>
#include <QRegion>
#include <QSize>
#include <functional>

#include "widgets/canvas/canvas_scene.h"

namespace cantilever::widgets {

/// The drawing as it is seen from afar, kept from frame to frame: only what has changed in it and what comes
/// into view is painted anew, so that a gesture costs what it moves. It is what a fresh painting would be
/// (tested); gestures themselves are not in it. GUI thread.
class FarPicture {
 public:
  struct Place {
    double scale = 1;
    QPoint origin;  ///< of the scene, in pixels of the view
    QSize size;     ///< of the view
    double ratio = 1;
  };
  using PaintBackground = std::function<void(QPainter&, const QRectF&)>;

  /// Brings it up to date and returns it.
  const QPixmap& at(const Place& place, CanvasScene& scene, const PaintBackground& paintBackground);

 private:
  QRegion moveTo(const Place& place);

  QPixmap m_pixels;
  Place m_place;
};

}  // namespace cantilever::widgets
