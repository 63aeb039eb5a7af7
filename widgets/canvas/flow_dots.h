#pragma once

#include <QPainter>
#include <QRegion>
#include <map>
#include <vector>

#include "widgets/canvas/canvas_scene.h"

namespace cantilever::widgets {

/// The dots that show requests on their way along the links while a run is live. Their number grows with the
/// logarithm of the rate (rates span many decades); the share of critical dots is the share of failures. Only
/// dots are repainted, not the links.
class FlowDots {
 public:
  explicit FlowDots(const CanvasScene& scene) : m_scene(scene) {}

  /// Lets time pass and places the dots.
  void advance(double seconds);
  void clear();
  bool isEmpty() const { return m_dots.empty(); }
  void paint(QPainter& painter) const;
  /// Where dots are, in scene coordinates.
  std::vector<QRectF> areas() const;

 private:
  struct Dot {
    QPointF at;
    QColor colour;
  };
  struct Stream {
    double phase = 0;           ///< of the first dot, in spacings
    unsigned long started = 0;  ///< dots that have set out: numbers them, so that a dot keeps its colour
  };
  const CanvasScene& m_scene;
  std::map<LinkId, Stream> m_streams;
  std::vector<Dot> m_dots;
};

}  // namespace cantilever::widgets
