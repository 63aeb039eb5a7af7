#include "core/layout/layered.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "core/layout/layers.h"

namespace cantilever::layout {
namespace {

constexpr double kLane = kGrid;  // a link that turns between two layers takes so much of the gap
constexpr int kFreeLanes = 4;
constexpr int kMostLanes = 12;
constexpr double kRowStep = (kBlockSize.height + kRowGap) / 2;
constexpr double kPieceGap = kRowGap;

/// Boxes that hang together, and what ties them; in the order of their first boxes.
struct Part {
  std::vector<std::size_t> boxes;
  std::vector<Graph::Edge> edges;
};

std::vector<Part> connectedParts(const Graph& graph) {
  std::vector<std::size_t> root(graph.sizes.size());
  std::iota(root.begin(), root.end(), std::size_t{0});
  const auto rootOf = [&root](std::size_t box) {
    while (root[box] != box) {
      root[box] = root[root[box]];
      box = root[box];
    }
    return box;
  };
  for (const Graph::Edge& edge : graph.edges) {
    const std::size_t a = rootOf(edge.from);
    const std::size_t b = rootOf(edge.to);
    root[std::max(a, b)] = std::min(a, b);
  }
  std::map<std::size_t, Part> parts;
  for (std::size_t box = 0; box < root.size(); ++box) {
    parts[rootOf(box)].boxes.push_back(box);
  }
  for (const Graph::Edge& edge : graph.edges) {
    parts[rootOf(edge.from)].edges.push_back(edge);
  }
  std::vector<Part> result;
  for (auto& [first, part] : parts) {
    result.push_back(std::move(part));
  }
  return result;
}

Graph graphOf(const Part& part, const Graph& whole) {
  Graph graph;
  std::map<std::size_t, std::size_t> indexOf;
  for (const std::size_t box : part.boxes) {
    indexOf[box] = graph.sizes.size();
    graph.sizes.push_back(whole.sizes[box]);
    if (!whole.isEntry.empty()) {
      graph.isEntry.push_back(whole.isEntry[box]);
    }
  }
  for (const Graph::Edge& edge : part.edges) {
    graph.edges.push_back({indexOf.at(edge.from), indexOf.at(edge.to)});
  }
  return graph;
}

/// The left edge of each layer.
std::vector<double> columnsOf(const LayeredGraph& layered, const std::vector<double>& middles,
                              const std::vector<double>& widths) {
  std::vector<double> lefts(layered.layers.size());
  for (std::size_t layer = 0; layer + 1 < layered.layers.size(); ++layer) {
    int turns = 0;
    for (const std::size_t vertex : layered.layers[layer]) {
      for (const Piece& piece : layered.right[vertex]) {
        turns += middles[piece.from] != middles[piece.to] ? 1 : 0;
      }
    }
    const double lanes = kLane * std::clamp(turns - kFreeLanes, 0, kMostLanes);
    lefts[layer + 1] = lefts[layer] + widths[layer] + kColumnGap + lanes;
  }
  return lefts;
}

/// Top left corners, from (0, 0) on.
std::vector<Point> drawPart(const Graph& part) {
  LayeredGraph layered = assignLayers(part);
  orderLayers(layered);
  const std::vector<double> middles = placeInLayers(layered, part.sizes);
  std::vector<double> widths(layered.layers.size());
  for (std::size_t box = 0; box < part.sizes.size(); ++box) {
    double& width = widths[layered.layerOf[box]];
    width = std::max(width, part.sizes[box].width);
  }
  const std::vector<double> lefts = columnsOf(layered, middles, widths);
  std::vector<Point> corners;
  double top = 0;
  for (std::size_t box = 0; box < part.sizes.size(); ++box) {
    const std::size_t layer = layered.layerOf[box];
    const Size size = part.sizes[box];
    corners.push_back({lefts[layer] + (widths[layer] - size.width) / 2, middles[box] - size.height / 2});
    top = box == 0 ? corners.back().y : std::min(top, corners.back().y);
  }
  for (Point& corner : corners) {
    corner.y -= top;
  }
  return corners;
}

Size extentOf(const std::vector<Point>& corners, const std::vector<Size>& sizes) {
  Size extent;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    extent.width = std::max(extent.width, corners[i].x + sizes[i].width);
    extent.height = std::max(extent.height, corners[i].y + sizes[i].height);
  }
  return extent;
}

/// In rows no wider than `width`.
void placeLoose(const Graph& graph, const std::vector<std::size_t>& loose, double top, double width,
                std::vector<Point>& corners) {
  Point at{0, top};
  double rowHeight = 0;
  for (const std::size_t box : loose) {
    if (at.x > 0 && at.x + graph.sizes[box].width > width) {
      at = {0, at.y + rowHeight + kPieceGap};
      rowHeight = 0;
    }
    corners[box] = at;
    at.x += graph.sizes[box].width + kColumnGap;
    rowHeight = std::max(rowHeight, graph.sizes[box].height);
  }
}

}  // namespace

double rowHeightFor(double height) {
  const double beyond = std::max(0.0, height - kBlockSize.height);
  return kBlockSize.height + std::ceil(beyond / kRowStep) * kRowStep;
}

double columnWidthFor(double width) {
  constexpr double kColumnStep = 2 * kGrid;  // boxes of one layer are centred on the grid
  return std::ceil(width / kColumnStep) * kColumnStep;
}

std::vector<Point> drawLayered(const Graph& given) {
  Graph graph = given;
  for (Size& size : graph.sizes) {
    size = {columnWidthFor(size.width), rowHeightFor(size.height)};
  }
  std::vector<Part> parts = connectedParts(graph);
  std::vector<std::size_t> loose;
  std::erase_if(parts, [&loose](const Part& part) {
    if (part.boxes.size() == 1) {
      loose.push_back(part.boxes.front());
    }
    return part.boxes.size() == 1;
  });
  // Blocks before zones that hold none.
  std::stable_sort(loose.begin(), loose.end(), [&graph](std::size_t a, std::size_t b) {
    return graph.sizes[a].height < graph.sizes[b].height;
  });
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Part& a, const Part& b) { return a.boxes.size() > b.boxes.size(); });
  std::vector<Point> corners(graph.sizes.size());
  double top = 0;
  double width = 0;
  for (const Part& part : parts) {
    const Graph one = graphOf(part, graph);
    const std::vector<Point> within = drawPart(one);
    for (std::size_t i = 0; i < part.boxes.size(); ++i) {
      corners[part.boxes[i]] = within[i] + Point{0, top};
    }
    const Size extent = extentOf(within, one.sizes);
    top += extent.height + kPieceGap;
    width = std::max(width, extent.width);
  }
  // Without anything to line up with, about as wide as a screen is to its height.
  const double rows = std::ceil(std::sqrt(static_cast<double>(loose.size()) / 1.5));
  const double pitch = kBlockSize.width + kColumnGap;
  const double squarish = rows > 0 ? std::ceil(static_cast<double>(loose.size()) / rows) * pitch : 0;
  placeLoose(graph, loose, top, std::max(width, squarish), corners);
  return corners;
}

}  // namespace cantilever::layout
