#include <algorithm>
#include <utility>

#include "core/layout/layers.h"

namespace cantilever::layout {
namespace {

constexpr int kSweeps = 24;
constexpr int kPatience = 6;  // sweeps without gain
/// Exchanging neighbours looks at every pair; beyond this many vertices barycentres must do.
constexpr std::size_t kMostForExchanges = 4000;

using Places = std::vector<std::size_t>;

void notePlaces(const std::vector<std::size_t>& layer, Places& placeOf) {
  for (std::size_t i = 0; i < layer.size(); ++i) {
    placeOf[layer[i]] = i;
  }
}

Places placesOf(const LayeredGraph& graph) {
  Places placeOf(graph.layerOf.size());
  for (const auto& layer : graph.layers) {
    notePlaces(layer, placeOf);
  }
  return placeOf;
}

/// Counts how many of the numbers given before are greater: a binary indexed tree (Fenwick 1994).
class GreaterBefore {
 public:
  explicit GreaterBefore(std::size_t size) : m_sums(size + 1) {}
  std::size_t add(std::size_t number) {
    std::size_t notGreater = 0;
    for (std::size_t i = number + 1; i > 0; i -= i & (~i + 1)) {
      notGreater += m_sums[i];
    }
    for (std::size_t i = number + 1; i < m_sums.size(); i += i & (~i + 1)) {
      ++m_sums[i];
    }
    return m_count++ - notGreater;
  }

 private:
  std::vector<std::size_t> m_sums;
  std::size_t m_count = 0;
};

std::size_t crossings(const LayeredGraph& graph, const Places& placeOf) {
  std::size_t total = 0;
  for (std::size_t layer = 0; layer + 1 < graph.layers.size(); ++layer) {
    GreaterBefore before(graph.layers[layer + 1].size());
    for (const std::size_t vertex : graph.layers[layer]) {
      std::vector<std::size_t> ends;
      for (const Piece& piece : graph.right[vertex]) {
        ends.push_back(placeOf[piece.to]);
      }
      std::sort(ends.begin(), ends.end());
      for (const std::size_t end : ends) {
        total += before.add(end);
      }
    }
  }
  return total;
}

enum class Towards { Right, Left };

/// Sorts a layer by the middle of its neighbours in the layer that the sweep comes from. Vertices without any
/// keep their place.
void sortByBarycentre(LayeredGraph& graph, std::size_t layer, Towards towards, Places& placeOf) {
  std::vector<std::size_t>& vertices = graph.layers[layer];
  std::vector<std::pair<double, std::size_t>> movable;
  std::vector<std::size_t> gaps;
  for (std::size_t i = 0; i < vertices.size(); ++i) {
    const std::size_t vertex = vertices[i];
    const std::vector<Piece>& pieces = towards == Towards::Right ? graph.left[vertex] : graph.right[vertex];
    if (pieces.empty()) {
      continue;
    }
    double sum = 0;
    for (const Piece& piece : pieces) {
      sum += static_cast<double>(placeOf[towards == Towards::Right ? piece.from : piece.to]);
    }
    movable.emplace_back(sum / static_cast<double>(pieces.size()), vertex);
    gaps.push_back(i);
  }
  std::stable_sort(movable.begin(), movable.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    vertices[gaps[i]] = movable[i].second;
  }
  notePlaces(vertices, placeOf);
}

/// Crossings between the lines of two vertices that lie one above the other.
std::size_t crossingsOf(const std::vector<std::size_t>& above, const std::vector<std::size_t>& below) {
  std::size_t count = 0;
  for (const std::size_t a : above) {
    count += static_cast<std::size_t>(
        std::count_if(below.begin(), below.end(), [a](std::size_t b) { return b < a; }));
  }
  return count;
}

std::vector<std::size_t> endsOf(const std::vector<Piece>& pieces, Towards towards, const Places& placeOf) {
  std::vector<std::size_t> ends;
  for (const Piece& piece : pieces) {
    ends.push_back(placeOf[towards == Towards::Right ? piece.to : piece.from]);
  }
  return ends;
}

/// Exchanges neighbours wherever that takes crossings away; true if any were.
bool exchangeNeighbours(LayeredGraph& graph, std::size_t layer, Places& placeOf) {
  std::vector<std::size_t>& vertices = graph.layers[layer];
  bool hasGained = false;
  for (std::size_t i = 0; i + 1 < vertices.size(); ++i) {
    const std::size_t above = vertices[i];
    const std::size_t below = vertices[i + 1];
    std::size_t now = 0;
    std::size_t exchanged = 0;
    for (const Towards side : {Towards::Left, Towards::Right}) {
      const auto& pieces = side == Towards::Left ? graph.left : graph.right;
      const auto a = endsOf(pieces[above], side, placeOf);
      const auto b = endsOf(pieces[below], side, placeOf);
      now += crossingsOf(a, b);
      exchanged += crossingsOf(b, a);
    }
    if (exchanged < now) {
      std::swap(vertices[i], vertices[i + 1]);
      std::swap(placeOf[above], placeOf[below]);
      hasGained = true;
    }
  }
  return hasGained;
}

void exchangeEverywhere(LayeredGraph& graph, Places& placeOf) {
  if (graph.layerOf.size() > kMostForExchanges) {
    return;
  }
  constexpr int kRounds = 8;
  bool hasGained = true;
  for (int round = 0; round < kRounds && hasGained; ++round) {
    hasGained = false;
    for (std::size_t layer = 0; layer < graph.layers.size(); ++layer) {
      hasGained = exchangeNeighbours(graph, layer, placeOf) || hasGained;
    }
  }
}

}  // namespace

std::size_t countCrossings(const LayeredGraph& graph) {
  return crossings(graph, placesOf(graph));
}

void orderLayers(LayeredGraph& graph) {
  Places placeOf = placesOf(graph);
  auto best = graph.layers;
  std::size_t fewest = crossings(graph, placeOf);
  int withoutGain = 0;
  for (int sweep = 0; sweep < kSweeps && fewest > 0 && withoutGain < kPatience; ++sweep) {
    if (sweep % 2 == 0) {
      for (std::size_t layer = 1; layer < graph.layers.size(); ++layer) {
        sortByBarycentre(graph, layer, Towards::Right, placeOf);
      }
    } else {
      for (std::size_t layer = graph.layers.size() - 1; layer-- > 0;) {
        sortByBarycentre(graph, layer, Towards::Left, placeOf);
      }
    }
    exchangeEverywhere(graph, placeOf);
    const std::size_t count = crossings(graph, placeOf);
    ++withoutGain;
    if (count < fewest) {
      fewest = count;
      best = graph.layers;
      withoutGain = 0;
    }
  }
  graph.layers = std::move(best);
}

}  // namespace cantilever::layout
