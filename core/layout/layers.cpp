#include "core/layout/layers.h"

#include <algorithm>
#include <limits>

namespace cantilever::layout {
namespace {

constexpr double kBoxToBox = 1;
constexpr double kBoxToPoint = 2;
constexpr double kPointToPoint = 4;

using Neighbours = std::vector<std::vector<std::size_t>>;

/// Edges without cycles, as neighbours to the right and to the left.
struct Acyclic {
  Neighbours after;
  Neighbours before;
  std::vector<std::size_t> order;  ///< each box before those after it
};

/// Where a walk begins: entries, then boxes that nobody uses, then the rest.
std::vector<std::size_t> startsOf(const Graph& graph) {
  std::vector<std::size_t> users(graph.sizes.size());
  for (const Graph::Edge& edge : graph.edges) {
    users[edge.to] += edge.from != edge.to ? 1 : 0;
  }
  const auto rankOf = [&](std::size_t box) {
    return !graph.isEntry.empty() && graph.isEntry[box] ? 0 : users[box] == 0 ? 1 : 2;
  };
  std::vector<std::size_t> starts(graph.sizes.size());
  for (std::size_t i = 0; i < starts.size(); ++i) {
    starts[i] = i;
  }
  std::stable_sort(starts.begin(), starts.end(),
                   [&](std::size_t a, std::size_t b) { return rankOf(a) < rankOf(b); });
  return starts;
}

/// A depth-first walk without recursion: designs may be chains of any length.
class Walk {
 public:
  explicit Walk(const Graph& graph) : m_out(graph.sizes.size()), m_state(graph.sizes.size()) {
    for (const Graph::Edge& edge : graph.edges) {
      if (edge.from != edge.to) {
        m_out[edge.from].push_back(edge.to);
      }
    }
    m_result.after.resize(m_out.size());
    m_result.before.resize(m_out.size());
    for (const std::size_t start : startsOf(graph)) {
      visit(start);
    }
    std::reverse(m_result.order.begin(), m_result.order.end());
  }
  Acyclic take() { return std::move(m_result); }

 private:
  enum class State : unsigned char { New, Open, Done };
  struct Step {
    std::size_t box;
    std::size_t next = 0;
  };

  void visit(std::size_t start) {
    if (m_state[start] != State::New) {
      return;
    }
    m_state[start] = State::Open;
    std::vector<Step> path{{start}};
    while (!path.empty()) {
      Step& top = path.back();
      if (top.next == m_out[top.box].size()) {
        m_state[top.box] = State::Done;
        m_result.order.push_back(top.box);
        path.pop_back();
        continue;
      }
      const std::size_t to = m_out[top.box][top.next++];
      const bool leadsBack = m_state[to] == State::Open;
      const std::size_t left = leadsBack ? to : top.box;
      const std::size_t right = leadsBack ? top.box : to;
      m_result.after[left].push_back(right);
      m_result.before[right].push_back(left);
      if (m_state[to] == State::New) {
        m_state[to] = State::Open;
        path.push_back({to});
      }
    }
  }

  Neighbours m_out;
  std::vector<State> m_state;
  Acyclic m_result;
};

/// Longest paths, then every box as far to the right or left as its ties pull it.
std::vector<int> layersOf(const Acyclic& graph) {
  std::vector<int> layer(graph.order.size());
  for (const std::size_t box : graph.order) {
    for (const std::size_t user : graph.before[box]) {
      layer[box] = std::max(layer[box], layer[user] + 1);
    }
  }
  constexpr int kPasses = 8;
  bool hasMoved = true;
  for (int pass = 0; pass < kPasses && hasMoved; ++pass) {
    hasMoved = false;
    for (auto at = graph.order.rbegin(); at != graph.order.rend(); ++at) {
      const std::size_t box = *at;
      int wanted = layer[box];
      if (graph.after[box].size() > graph.before[box].size()) {
        wanted = std::numeric_limits<int>::max();
        for (const std::size_t used : graph.after[box]) {
          wanted = std::min(wanted, layer[used] - 1);
        }
      } else if (graph.before[box].size() > graph.after[box].size()) {
        wanted = 0;
        for (const std::size_t user : graph.before[box]) {
          wanted = std::max(wanted, layer[user] + 1);
        }
      }
      hasMoved = hasMoved || wanted != layer[box];
      layer[box] = wanted;
    }
  }
  const int first = layer.empty() ? 0 : *std::min_element(layer.begin(), layer.end());
  for (int& each : layer) {
    each -= first;
  }
  return layer;
}

std::size_t addPoint(LayeredGraph& graph, std::size_t layer) {
  graph.layerOf.push_back(layer);
  graph.left.emplace_back();
  graph.right.emplace_back();
  return graph.layerOf.size() - 1;
}

void addPiece(LayeredGraph& graph, std::size_t from, std::size_t to) {
  const int points = (graph.isBox(from) ? 0 : 1) + (graph.isBox(to) ? 0 : 1);
  const Piece piece{from, to, points == 0 ? kBoxToBox : points == 1 ? kBoxToPoint : kPointToPoint};
  graph.right[from].push_back(piece);
  graph.left[to].push_back(piece);
}

/// Vertices in the order of a walk to the right: what hangs together begins side by side.
void fillLayers(LayeredGraph& graph, const std::vector<std::size_t>& boxesInOrder) {
  const std::size_t last =
      graph.layerOf.empty() ? 0 : *std::max_element(graph.layerOf.begin(), graph.layerOf.end());
  graph.layers.resize(graph.layerOf.empty() ? 0 : last + 1);
  std::vector<bool> isPlaced(graph.layerOf.size());
  for (const std::size_t start : boxesInOrder) {
    std::vector<std::size_t> waiting{start};
    while (!waiting.empty()) {
      const std::size_t vertex = waiting.back();
      waiting.pop_back();
      if (isPlaced[vertex]) {
        continue;
      }
      isPlaced[vertex] = true;
      graph.layers[graph.layerOf[vertex]].push_back(vertex);
      for (auto at = graph.right[vertex].rbegin(); at != graph.right[vertex].rend(); ++at) {
        waiting.push_back(at->to);
      }
    }
  }
}

}  // namespace

LayeredGraph assignLayers(const Graph& graph) {
  const Acyclic acyclic = Walk(graph).take();
  const std::vector<int> layers = layersOf(acyclic);
  LayeredGraph result;
  result.boxes = graph.sizes.size();
  result.left.resize(result.boxes);
  result.right.resize(result.boxes);
  for (const int layer : layers) {
    result.layerOf.push_back(static_cast<std::size_t>(layer));
  }
  for (std::size_t from = 0; from < result.boxes; ++from) {
    for (const std::size_t to : acyclic.after[from]) {
      std::size_t end = from;
      for (std::size_t layer = result.layerOf[from] + 1; layer < result.layerOf[to]; ++layer) {
        const std::size_t point = addPoint(result, layer);
        addPiece(result, end, point);
        end = point;
      }
      addPiece(result, end, to);
    }
  }
  fillLayers(result, acyclic.order);
  return result;
}

}  // namespace cantilever::layout
