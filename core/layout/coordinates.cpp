#include <algorithm>
#include <cmath>

#include "core/layout/layers.h"

namespace cantilever::layout {
namespace {

constexpr double kLineGap = 32;  // between lines that pass through a layer
constexpr int kOneSidedPasses = 6;
constexpr int kPasses = 60;
constexpr double kLoose = 0.01;  // the pull of a vertex to where it is

/// Half the room that a vertex takes.
double halfExtent(const LayeredGraph& graph, const std::vector<Size>& sizes, std::size_t vertex) {
  return graph.isBox(vertex) ? (sizes[vertex].height + kRowGap) / 2 : kLineGap / 2;
}

/// Least distances from the first vertex of a layer.
std::vector<double> leastOffsets(const LayeredGraph& graph, const std::vector<Size>& sizes,
                                 const std::vector<std::size_t>& layer) {
  std::vector<double> offsets(layer.size());
  for (std::size_t i = 1; i < layer.size(); ++i) {
    offsets[i] = offsets[i - 1] + halfExtent(graph, sizes, layer[i - 1]) + halfExtent(graph, sizes, layer[i]);
  }
  return offsets;
}

struct Wish {
  double at = 0;
  double weight = 0;
};

/// The non-decreasing numbers nearest to the wishes in weighted least squares.
std::vector<double> isotonic(const std::vector<Wish>& wishes) {
  struct Pool {
    double sum;
    double weight;
    std::size_t count;
    double mean() const { return sum / weight; }
  };
  std::vector<Pool> pools;
  for (const Wish& wish : wishes) {
    Pool pool{wish.at * wish.weight, wish.weight, 1};
    while (!pools.empty() && pools.back().mean() >= pool.mean()) {
      pool = {pool.sum + pools.back().sum, pool.weight + pools.back().weight,
              pool.count + pools.back().count};
      pools.pop_back();
    }
    pools.push_back(pool);
  }
  std::vector<double> fitted;
  for (const Pool& pool : pools) {
    fitted.insert(fitted.end(), pool.count, pool.mean());
  }
  return fitted;
}

enum class Sides { Left, Right, Both };

Wish wishOf(const LayeredGraph& graph, std::size_t vertex, const std::vector<double>& y, Sides sides) {
  double sum = kLoose * y[vertex];
  double weight = kLoose;
  if (sides != Sides::Right) {
    for (const Piece& piece : graph.left[vertex]) {
      sum += piece.weight * y[piece.from];
      weight += piece.weight;
    }
  }
  if (sides != Sides::Left) {
    for (const Piece& piece : graph.right[vertex]) {
      sum += piece.weight * y[piece.to];
      weight += piece.weight;
    }
  }
  return {sum / weight, weight};
}

void settleLayer(const LayeredGraph& graph, const std::vector<std::size_t>& layer,
                 const std::vector<double>& offsets, Sides sides, std::vector<double>& y) {
  std::vector<Wish> wishes;
  for (std::size_t i = 0; i < layer.size(); ++i) {
    Wish wish = wishOf(graph, layer[i], y, sides);
    wish.at -= offsets[i];
    wishes.push_back(wish);
  }
  const std::vector<double> fitted = isotonic(wishes);
  for (std::size_t i = 0; i < layer.size(); ++i) {
    y[layer[i]] = fitted[i] + offsets[i];
  }
}

}  // namespace

std::vector<double> placeInLayers(const LayeredGraph& graph, const std::vector<Size>& sizes) {
  std::vector<double> y(graph.layerOf.size());
  std::vector<std::vector<double>> offsets;
  for (const auto& layer : graph.layers) {
    offsets.push_back(leastOffsets(graph, sizes, layer));
    for (std::size_t i = 0; i < layer.size(); ++i) {
      y[layer[i]] = offsets.back()[i] - offsets.back().back() / 2;
    }
  }
  for (int pass = 0; pass < kPasses; ++pass) {
    const bool isToTheRight = pass % 2 == 0;
    const Sides sides = pass >= kOneSidedPasses ? Sides::Both : isToTheRight ? Sides::Left : Sides::Right;
    for (std::size_t i = 0; i < graph.layers.size(); ++i) {
      const std::size_t layer = isToTheRight ? i : graph.layers.size() - 1 - i;
      settleLayer(graph, graph.layers[layer], offsets[layer], sides, y);
    }
  }
  // Rounding keeps the distances: between boxes they are whole rows. Rows of half a block's pitch where all
  // are blocks, so that they line up from layer to layer; finer ones where there are zones.
  const bool areAllBlocks = std::all_of(sizes.begin(), sizes.end(),
                                        [](const Size& size) { return size.height == kBlockSize.height; });
  const double row = (kBlockSize.height + kRowGap) / (areAllBlocks ? 2 : 4);
  for (std::size_t box = 0; box < graph.boxes; ++box) {
    y[box] = std::round(y[box] / row) * row;
  }
  return y;
}

}  // namespace cantilever::layout
