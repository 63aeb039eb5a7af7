#pragma once

#include <cstddef>
#include <vector>

#include "core/layout/layered.h"

/// Inside core/layout only: the three steps of a layered drawing of one connected part.
namespace cantilever::layout {

/// A line from one layer to the next. Longer ones are cut into such pieces by points without size.
struct Piece {
  std::size_t from = 0;
  std::size_t to = 0;
  double weight = 1;  ///< how much it wants to be straight
};

/// Vertices are the boxes of the graph, then the points on long lines.
struct LayeredGraph {
  std::vector<std::size_t> layerOf;              ///< of each vertex
  std::vector<std::vector<std::size_t>> layers;  ///< vertices of each layer, top to bottom
  std::vector<std::vector<Piece>> left;          ///< pieces that end at each vertex
  std::vector<std::vector<Piece>> right;         ///< pieces that begin there
  std::size_t boxes = 0;
  bool isBox(std::size_t vertex) const { return vertex < boxes; }
};

/// Breaks cycles by turning the lines round that lead back in a depth-first walk, gives each box the layer
/// after the last of those that use it, and draws it nearer to whatever it is tied to more strongly.
LayeredGraph assignLayers(const Graph& graph);

/// Orders the layers for few crossings: barycentres in sweeps to and fro, then exchanges of neighbours. The
/// best order seen is kept (Sugiyama et al. 1981; Gansner, Koutsofios, North and Vo 1993, section 3).
void orderLayers(LayeredGraph& graph);

/// Crossings between all neighbouring layers (Barth, Mutzel and Juenger 2004).
std::size_t countCrossings(const LayeredGraph& graph);

/// The middle of each vertex, top to bottom. Neighbours are drawn together as by springs along the pieces,
/// under the constraint that vertices of a layer keep their order and distance: each layer in turn is an
/// isotonic regression, solved exactly by pooling adjacent violators (Ayer et al. 1955). Middles of boxes
/// are then rounded to rows.
std::vector<double> placeInLayers(const LayeredGraph& graph, const std::vector<Size>& sizes);

}  // namespace cantilever::layout
