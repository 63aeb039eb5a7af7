#pragma once

#include <cstddef>
#include <vector>

#include "core/model/geometry.h"

/// Layered drawings of directed graphs, from left to right.
namespace cantilever::layout {

/// Room between boxes in one layer, and the least room between two layers: a link that turns there still has
/// a straight piece long enough for its label.
inline constexpr double kRowGap = 56;
inline constexpr double kColumnGap = 128;

/// Boxes and who uses whom. Loops are ignored; parallel edges pull harder.
struct Graph {
  struct Edge {
    std::size_t from = 0;
    std::size_t to = 0;
  };
  std::vector<Size> sizes;
  std::vector<Edge> edges;
  /// Boxes where a reader begins: cycles are broken as if they were walked from there. As many as sizes, or
  /// none.
  std::vector<bool> isEntry;
};

/// The top left corner of each box; the picture's own is (0, 0). Boxes do not overlap, edges lead to the
/// right except those that close a cycle. Parts without a connection lie one below the other, the largest
/// first, boxes without any edge in rows at the end. Depends on nothing but the graph and the order of its
/// boxes. Time about O(n log n) for the sparse graphs that people draw.
std::vector<Point> drawLayered(const Graph& graph);

/// A box this high keeps the rows of its neighbours on the grid; at least `height`.
double rowHeightFor(double height);
/// Likewise for columns.
double columnWidthFor(double width);

}  // namespace cantilever::layout
