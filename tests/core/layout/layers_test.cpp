#include "core/layout/layers.h"

#include <gtest/gtest.h>

#include "core/base/random.h"

namespace cantilever::layout {
namespace {

Graph boxes(std::size_t count, std::vector<Graph::Edge> edges) {
  return {std::vector<Size>(count, kBlockSize), std::move(edges), {}};
}

/// By looking at every pair of lines.
std::size_t crossingsByPairs(const LayeredGraph& graph) {
  std::vector<std::size_t> placeOf(graph.layerOf.size());
  for (const auto& layer : graph.layers) {
    for (std::size_t i = 0; i < layer.size(); ++i) {
      placeOf[layer[i]] = i;
    }
  }
  std::size_t count = 0;
  for (const auto& layer : graph.layers) {
    std::vector<std::pair<std::size_t, std::size_t>> lines;
    for (const std::size_t vertex : layer) {
      for (const Piece& piece : graph.right[vertex]) {
        lines.emplace_back(placeOf[piece.from], placeOf[piece.to]);
      }
    }
    for (const auto& a : lines) {
      for (const auto& b : lines) {
        count += a.first < b.first && a.second > b.second ? 1 : 0;
      }
    }
  }
  return count;
}

Graph randomGraph(std::uint64_t seed, std::uint32_t count, std::uint32_t edges) {
  RandomStream stream(seed);
  Graph graph = boxes(count, {});
  for (std::uint32_t i = 0; i < edges; ++i) {
    graph.edges.push_back({stream.below(count), stream.below(count)});
  }
  return graph;
}

TEST(Layers, EveryLineLeadsOneLayerToTheRight) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const LayeredGraph graph = assignLayers(randomGraph(seed, 40, 70));
    std::size_t listed = 0;
    for (const auto& layer : graph.layers) {
      listed += layer.size();
      EXPECT_FALSE(layer.empty());
    }
    EXPECT_EQ(listed, graph.layerOf.size());
    for (const auto& pieces : graph.right) {
      for (const Piece& piece : pieces) {
        EXPECT_EQ(graph.layerOf[piece.from] + 1, graph.layerOf[piece.to]);
      }
    }
  }
}

TEST(Layers, DrawsASourceNearToWhatItAloneUses) {
  // 0 -> 1 -> 2 -> 3 and 4 -> 3: 4 belongs next to 3.
  const LayeredGraph graph = assignLayers(boxes(5, {{0, 1}, {1, 2}, {2, 3}, {4, 3}}));
  EXPECT_EQ(graph.layerOf[3], 3u);
  EXPECT_EQ(graph.layerOf[4], 2u);
}

TEST(Layers, CutsLongLinesIntoPieces) {
  const LayeredGraph graph = assignLayers(boxes(3, {{0, 1}, {1, 2}, {0, 2}}));
  EXPECT_EQ(graph.layerOf.size(), 4u);
  EXPECT_FALSE(graph.isBox(3));
  EXPECT_EQ(graph.layerOf[3], 1u);
}

TEST(Ordering, CountsCrossingsAsPairsWould) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    LayeredGraph graph = assignLayers(randomGraph(seed, 30, 60));
    EXPECT_EQ(countCrossings(graph), crossingsByPairs(graph)) << seed;
    orderLayers(graph);
    EXPECT_EQ(countCrossings(graph), crossingsByPairs(graph)) << seed;
  }
}

TEST(Ordering, NeverMakesItWorse) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    LayeredGraph graph = assignLayers(randomGraph(seed, 60, 90));
    const std::size_t before = countCrossings(graph);
    orderLayers(graph);
    EXPECT_LE(countCrossings(graph), before) << seed;
  }
}

TEST(Ordering, UntanglesWhatCanBeDrawnWithoutCrossings) {
  // A tree of three levels whose leaves are numbered against the grain.
  LayeredGraph graph = assignLayers(boxes(7, {{0, 1}, {0, 2}, {2, 3}, {1, 4}, {2, 5}, {1, 6}}));
  std::swap(graph.layers[2][0], graph.layers[2][3]);
  ASSERT_GT(countCrossings(graph), 0u);
  orderLayers(graph);
  EXPECT_EQ(countCrossings(graph), 0u);
}

TEST(Coordinates, KeepOrderAndDistance) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Graph given = randomGraph(seed, 50, 80);
    LayeredGraph graph = assignLayers(given);
    orderLayers(graph);
    const std::vector<double> middles = placeInLayers(graph, given.sizes);
    for (const auto& layer : graph.layers) {
      double last = -1e9;
      for (const std::size_t vertex : layer) {
        if (graph.isBox(vertex)) {
          EXPECT_GE(middles[vertex] - last, kBlockSize.height + kRowGap - 1e-6) << seed;
          last = middles[vertex];
        }
      }
    }
  }
}

TEST(Layered, TakesAChainOfAnyLength) {
  Graph graph = boxes(20'000, {});
  for (std::size_t i = 1; i < graph.sizes.size(); ++i) {
    graph.edges.push_back({i - 1, i});
  }
  const std::vector<Point> corners = drawLayered(graph);
  EXPECT_EQ(corners.front(), (Point{0, 0}));
  EXPECT_EQ(corners.back().y, 0);
}

TEST(Layered, PutsLooseBoxesInRowsBelow) {
  Graph graph = boxes(9, {{0, 1}});
  const std::vector<Point> corners = drawLayered(graph);
  for (std::size_t box = 2; box < corners.size(); ++box) {
    EXPECT_GT(corners[box].y, corners[0].y);
  }
  EXPECT_EQ(corners[2].y, corners[3].y);
  EXPECT_GT(corners[8].y, corners[2].y);
}

}  // namespace
}  // namespace cantilever::layout
