#pragma once

namespace cantilever {

/// Canvas coordinates: pixels at 100 %, x to the right, y down. A block's position is its top left corner.
struct Point {
  double x = 0;
  double y = 0;
  bool operator==(const Point&) const = default;
  friend Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
  friend Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
};

struct Size {
  double width = 0;
  double height = 0;
  bool operator==(const Size&) const = default;
};

struct Rect {
  Point topLeft;
  Size size;
  bool operator==(const Rect&) const = default;
};

/// Every block is drawn this large at 100 %; diagram geometry is the same on screen, in SVG and in layout.
inline constexpr Size kBlockSize{176, 72};
/// Positions snap to this grid.
inline constexpr double kGrid = 8;

}  // namespace cantilever
