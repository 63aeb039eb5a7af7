#pragma once

#include <algorithm>
#include <cmath>

#include "core/model/geometry.h"

/// Arithmetic of rectangles in the units of the design. Without Qt.
namespace cantilever::widgets {

inline double rightOf(const Rect& r) {
  return r.topLeft.x + r.size.width;
}
inline double bottomOf(const Rect& r) {
  return r.topLeft.y + r.size.height;
}
inline Point centreOf(const Rect& r) {
  return {r.topLeft.x + r.size.width / 2, r.topLeft.y + r.size.height / 2};
}
inline Rect areaOfBlockAt(Point topLeft) {
  return {topLeft, kBlockSize};
}
inline Rect inflated(const Rect& r, double by) {
  return {{r.topLeft.x - by, r.topLeft.y - by}, {r.size.width + 2 * by, r.size.height + 2 * by}};
}
/// The smallest rectangle that holds both points.
inline Rect spanOf(Point a, Point b) {
  return {{std::min(a.x, b.x), std::min(a.y, b.y)}, {std::abs(a.x - b.x), std::abs(a.y - b.y)}};
}
inline Rect unitedWith(const Rect& a, const Rect& b) {
  const Point corner{std::min(a.topLeft.x, b.topLeft.x), std::min(a.topLeft.y, b.topLeft.y)};
  return {corner,
          {std::max(rightOf(a), rightOf(b)) - corner.x, std::max(bottomOf(a), bottomOf(b)) - corner.y}};
}
/// Rectangles that only touch do not overlap; one without width or height does where it runs through.
inline bool overlap(const Rect& a, const Rect& b) {
  return a.topLeft.x < rightOf(b) && b.topLeft.x < rightOf(a) && a.topLeft.y < bottomOf(b) &&
         b.topLeft.y < bottomOf(a);
}
/// With its border.
inline bool holds(const Rect& r, Point point) {
  return point.x >= r.topLeft.x && point.x <= rightOf(r) && point.y >= r.topLeft.y && point.y <= bottomOf(r);
}

}  // namespace cantilever::widgets
