#include "core/vocabulary/flow.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace cantilever::plan {

namespace {

// A return within this of certainty counts as certain: 1e9 expected repetitions are no legal design.
constexpr double kCertainReturn = 1e-9;
// Components up to this size are eliminated directly (n^3 / 3 steps: 3 million), larger ones iterated.
constexpr std::size_t kDirectSize = 200;
constexpr int kMaxSweeps = 20'000;
constexpr double kConverged = 1e-14;

/// Edges grouped by where they begin.
class Adjacency {
 public:
  Adjacency(std::size_t nodes, const std::vector<FlowEdge>& edges) : m_first(nodes + 1, 0), m_edges(edges) {
    for (const FlowEdge& edge : edges) {
      ++m_first[edge.from + std::size_t{1}];
    }
    for (std::size_t node = 0; node < nodes; ++node) {
      m_first[node + 1] += m_first[node];
    }
    std::vector<std::size_t> next(m_first.begin(), m_first.end() - 1);
    for (const FlowEdge& edge : edges) {
      m_edges[next[edge.from]++] = edge;
    }
  }
  std::size_t begin(Index node) const { return m_first[node]; }
  std::size_t end(Index node) const { return m_first[node + std::size_t{1}]; }
  const FlowEdge& operator[](std::size_t i) const { return m_edges[i]; }

 private:
  std::vector<std::size_t> m_first;
  std::vector<FlowEdge> m_edges;
};

/// Strongly connected components, successors before predecessors (Tarjan 1972), without recursion: chains of
/// 10,000 calls are ordinary.
class Components {
 public:
  Components(std::size_t nodes, const Adjacency& edges)
      : m_edges(edges), m_number(nodes, 0), m_low(nodes, 0), m_component(nodes, kNone) {
    for (Index root = 0; root < nodes; ++root) {
      if (m_number[root] == 0) {
        explore(root);
      }
    }
  }
  const std::vector<std::vector<Index>>& members() const { return m_members; }
  Index of(Index node) const { return m_component[node]; }

 private:
  void explore(Index root) {
    enter(root);
    while (!m_path.empty()) {
      const Index node = m_path.back().first;
      std::size_t& next = m_path.back().second;
      if (next == m_edges.end(node)) {
        leave(node);
        continue;
      }
      const Index to = m_edges[next++].to;
      if (m_number[to] == 0) {
        enter(to);
      } else if (m_component[to] == kNone) {
        m_low[node] = std::min(m_low[node], m_number[to]);
      }
    }
  }

  void enter(Index node) {
    m_number[node] = m_low[node] = ++m_count;
    m_open.push_back(node);
    m_path.emplace_back(node, m_edges.begin(node));
  }

  void leave(Index node) {
    m_path.pop_back();
    if (!m_path.empty()) {
      Index& low = m_low[m_path.back().first];
      low = std::min(low, m_low[node]);
    }
    if (m_low[node] != m_number[node]) {
      return;
    }
    std::vector<Index> members;
    Index member = kNone;
    do {
      member = m_open.back();
      m_open.pop_back();
      m_component[member] = static_cast<Index>(m_members.size());
      members.push_back(member);
    } while (member != node);
    std::sort(members.begin(), members.end());
    m_members.push_back(std::move(members));
  }

  const Adjacency& m_edges;
  std::vector<Index> m_number;  // by order of discovery, from 1
  std::vector<Index> m_low;
  std::vector<Index> m_component;
  std::vector<Index> m_open;
  std::vector<std::pair<Index, std::size_t>> m_path;
  std::vector<std::vector<Index>> m_members;
  Index m_count = 0;
};

/// One strongly connected component, its nodes numbered from 0.
struct Cycle {
  std::size_t size = 0;
  std::vector<FlowEdge> edges;   // sorted by `to`
  std::vector<double> entering;  // replaced by the solution
};

/// What keeps a component going for ever: the node where it was noticed.
using Diverging = std::optional<Index>;

/// (I - M^T) v = entering by elimination without pivoting. For M >= 0 that matrix is a nonsingular M-matrix,
/// which is to say the spectral radius of M is below 1, exactly if every pivot is positive (Berman and
/// Plemmons 1994, theorem 6.2.3, condition E17). The pivot of node k is one minus the expected returns to
/// k by way of the nodes before it.
Diverging eliminate(Cycle& cycle) {
  const std::size_t n = cycle.size;
  std::vector<double> matrix(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    matrix[i * n + i] = 1;
  }
  for (const FlowEdge& edge : cycle.edges) {
    matrix[edge.to * n + edge.from] -= edge.visits;
  }
  std::vector<double>& right = cycle.entering;
  for (std::size_t k = 0; k < n; ++k) {
    const double pivot = matrix[k * n + k];
    if (!(pivot > kCertainReturn)) {
      return static_cast<Index>(k);
    }
    for (std::size_t row = k + 1; row < n; ++row) {
      const double factor = matrix[row * n + k] / pivot;
      if (factor == 0) {
        continue;
      }
      for (std::size_t column = k + 1; column < n; ++column) {
        matrix[row * n + column] -= factor * matrix[k * n + column];
      }
      right[row] -= factor * right[k];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t column = k + 1; column < n; ++column) {
      right[k] -= matrix[k * n + column] * right[column];
    }
    right[k] /= matrix[k * n + k];
  }
  return std::nullopt;
}

/// One Gauss-Seidel sweep of v = entering + M^T v, in place; `entering` may be null.
void sweep(const Cycle& cycle, const std::vector<double>* entering, std::vector<double>& visits) {
  auto edge = cycle.edges.begin();
  for (Index node = 0; node < cycle.size; ++node) {
    double sum = entering == nullptr ? 0.0 : (*entering)[node];
    double returns = 0;
    for (; edge != cycle.edges.end() && edge->to == node; ++edge) {
      if (edge->from == node) {
        returns += edge->visits;
      } else {
        sum += edge->visits * visits[edge->from];
      }
    }
    visits[node] = sum / std::max(1 - returns, kCertainReturn);
  }
}

Index largest(const std::vector<double>& visits) {
  return static_cast<Index>(std::max_element(visits.begin(), visits.end()) - visits.begin());
}

/// Whether v = M^T v grows. For any positive v the ratios of one sweep to the next enclose the spectral
/// radius of the sweep (Collatz 1942, Wielandt 1950), and that is on the same side of 1 as the spectral
/// radius of M (Stein and Rosenberg 1948): so the answer is a proof. One that stays undecided is within a
/// hair of 1 and refused.
Diverging findGrowth(const Cycle& cycle) {
  for (const FlowEdge& edge : cycle.edges) {
    if (edge.from == edge.to && edge.visits >= 1 - kCertainReturn) {
      return edge.to;
    }
  }
  std::vector<double> visits(cycle.size, 1.0);
  std::vector<double> before;
  for (int i = 0; i < kMaxSweeps; ++i) {
    before = visits;
    sweep(cycle, nullptr, visits);
    double least = INFINITY;
    double most = 0;
    for (std::size_t node = 0; node < cycle.size; ++node) {
      const double growth = visits[node] / before[node];
      least = std::min(least, growth);
      most = std::max(most, growth);
    }
    if (most < 1 - kCertainReturn) {
      return std::nullopt;
    }
    if (least >= 1) {
      break;
    }
    const double scale = *std::max_element(visits.begin(), visits.end());
    for (double& each : visits) {
      each /= scale;
    }
  }
  return largest(visits);
}

Diverging iterate(Cycle& cycle) {
  if (const Diverging growing = findGrowth(cycle)) {
    return growing;
  }
  std::vector<double> visits = cycle.entering;
  std::vector<double> before;
  for (int i = 0; i < kMaxSweeps; ++i) {
    before = visits;
    sweep(cycle, &cycle.entering, visits);
    double change = 0;
    for (std::size_t node = 0; node < cycle.size; ++node) {
      change = std::max(change, std::abs(visits[node] - before[node]) / std::max(visits[node], 1e-300));
    }
    if (change < kConverged) {
      cycle.entering = std::move(visits);
      return std::nullopt;
    }
  }
  return largest(visits);  // too near to 1 to be told apart from it
}

/// From `start` always along the strongest edge until a node comes again: the cycle a reader should look at.
std::vector<Index> strongestCycle(const Cycle& cycle, Index start) {
  std::vector<FlowEdge> strongest(cycle.size);
  for (const FlowEdge& edge : cycle.edges) {
    if (edge.visits > strongest[edge.from].visits) {
      strongest[edge.from] = edge;
    }
  }
  std::vector<std::size_t> position(cycle.size, cycle.size);
  std::vector<Index> path;
  Index node = start;
  while (position[node] == cycle.size) {
    position[node] = path.size();
    path.push_back(node);
    node = strongest[node].to;
  }
  path.erase(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(position[node]));
  return path;
}

class FlowSolver {
 public:
  FlowSolver(const std::vector<double>& entering, const std::vector<FlowEdge>& edges)
      : m_edges(entering.size(), edges), m_visits(entering) {}

  Flow solve() {
    const Components components(m_visits.size(), m_edges);
    const auto& members = components.members();
    for (std::size_t i = members.size(); i-- > 0;) {  // callers before callees
      if (!settle(members[i], components)) {
        return {{}, std::move(m_cycle)};
      }
      for (const Index node : members[i]) {
        for (std::size_t at = m_edges.begin(node); at < m_edges.end(node); ++at) {
          if (components.of(m_edges[at].to) != components.of(node)) {
            m_visits[m_edges[at].to] += m_visits[node] * m_edges[at].visits;
          }
        }
      }
    }
    return {std::move(m_visits), {}};
  }

 private:
  /// Solves one component for what enters it from outside; false if it diverges.
  bool settle(const std::vector<Index>& members, const Components& components) {
    Cycle cycle;
    cycle.size = members.size();
    m_local.resize(m_visits.size());
    for (Index i = 0; i < members.size(); ++i) {
      m_local[members[i]] = i;
    }
    for (const Index node : members) {
      for (std::size_t at = m_edges.begin(node); at < m_edges.end(node); ++at) {
        const FlowEdge& edge = m_edges[at];
        if (components.of(edge.to) == components.of(node)) {
          cycle.edges.push_back({m_local[edge.from], m_local[edge.to], edge.visits});
        }
      }
    }
    if (cycle.edges.empty()) {
      return true;
    }
    std::stable_sort(cycle.edges.begin(), cycle.edges.end(),
                     [](const FlowEdge& a, const FlowEdge& b) { return a.to < b.to; });
    for (const Index node : members) {
      cycle.entering.push_back(m_visits[node]);
    }
    const Diverging diverging = cycle.size <= kDirectSize ? eliminate(cycle) : iterate(cycle);
    if (diverging) {
      for (const Index node : strongestCycle(cycle, *diverging)) {
        m_cycle.push_back(members[node]);
      }
      return false;
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
      m_visits[members[i]] = cycle.entering[i];
    }
    return true;
  }

  Adjacency m_edges;
  std::vector<double> m_visits;
  std::vector<Index> m_local;  // number of a node within its component
  std::vector<Index> m_cycle;
};

/// Without cycles, and numbered along the edges: one pass.
std::optional<Flow> solveForward(const std::vector<double>& entering, const std::vector<FlowEdge>& edges) {
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (edges[i].to <= edges[i].from || (i > 0 && edges[i].from < edges[i - 1].from)) {
      return std::nullopt;
    }
  }
  Flow flow{entering, {}};
  for (const FlowEdge& edge : edges) {
    flow.visits[edge.to] += flow.visits[edge.from] * edge.visits;
  }
  return flow;
}

}  // namespace

Flow expectedVisits(const std::vector<double>& entering, const std::vector<FlowEdge>& edges) {
  if (std::optional<Flow> flow = solveForward(entering, edges)) {
    return *std::move(flow);
  }
  return FlowSolver(entering, edges).solve();
}

}  // namespace cantilever::plan
