#include "core/fluid/sorted_graph.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <utility>

namespace cantilever::fluid {

namespace {

class GraphSorter {
 public:
  GraphSorter(const plan::Plan& plan, MadeGraph made)
      : m_plan(plan), m_made(std::move(made)), m_graph(std::move(m_made.graph)) {}

  Graph sort() {
    sortNodes();
    countVisits();
    return std::move(m_graph);
  }

 private:
  void gatherEdges();
  std::vector<Index> orderOfNodes() const;
  void sortNodes();
  void countInside(const std::vector<Index>& madeAs);
  void countInside(TimedCall& timed, const std::vector<Index>& madeAs);
  void countVisits();

  const plan::Plan& m_plan;
  MadeGraph m_made;
  Graph m_graph;
  std::vector<double> m_amounts;  // [node] while they are counted: of those that are open
  std::vector<double> m_found;    // [resource]
  std::vector<Index> m_open;      // a heap
};

/// Those of a node together, in the order in which they were made.
void GraphSorter::gatherEdges() {
  std::vector<Index> next(m_made.nodes.size() + 1, 0);
  for (const MadeGraph::Edge& made : m_made.edges) {
    ++next[made.from + 1];
  }
  std::partial_sum(next.begin(), next.end(), next.begin());
  for (std::size_t i = 0; i < m_made.nodes.size(); ++i) {
    m_made.nodes[i].firstEdge = next[i];
    m_made.nodes[i].endEdge = next[i + 1];
  }
  m_graph.edges.resize(m_made.edges.size());
  for (const MadeGraph::Edge& made : m_made.edges) {
    m_graph.edges[next[made.from]++] = made.edge;
  }
}

/// In which all edges lead forward.
std::vector<Index> GraphSorter::orderOfNodes() const {
  const std::size_t count = m_made.nodes.size();
  std::vector<std::uint32_t> before(count, 0);
  const auto eachTarget = [this](const FlowNode& node, const auto& visit) {
    for (Index e = node.firstEdge; e < node.endEdge; ++e) {
      visit(m_graph.edges[e].to);
    }
    if (node.lostTo != kNone) {
      visit(node.lostTo);
    }
  };
  for (const FlowNode& node : m_made.nodes) {
    eachTarget(node, [&](Index to) { ++before[to]; });
  }
  std::vector<Index> order;
  order.reserve(count);
  for (Index i = 0; i < count; ++i) {
    if (before[i] == 0) {
      order.push_back(i);
    }
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    eachTarget(m_made.nodes[order[i]], [&](Index to) {
      if (--before[to] == 0) {
        order.push_back(to);
      }
    });
  }
  return order;
}

void GraphSorter::sortNodes() {
  gatherEdges();
  const std::vector<Index> order = orderOfNodes();
  std::vector<Index> place(m_made.nodes.size(), kNone);
  for (Index i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
  }
  const std::vector<FlowEdge> edges = std::exchange(m_graph.edges, {});
  m_graph.edges.reserve(edges.size());
  m_graph.nodes.reserve(order.size());
  m_graph.stages.resize(m_graph.resources.size());
  for (Index i = 0; i < order.size(); ++i) {
    FlowNode node = m_made.nodes[order[i]];
    node.lostTo = node.lostTo == kNone ? kNone : place[node.lostTo];
    const Index first = node.firstEdge;
    const Index end = node.endEdge;
    node.firstEdge = static_cast<Index>(m_graph.edges.size());
    for (Index e = first; e < end; ++e) {
      m_graph.edges.push_back({place[edges[e].to], edges[e].share, edges[e].factor});
    }
    node.endEdge = static_cast<Index>(m_graph.edges.size());
    if (node.resource != kNone) {
      m_graph.stages[node.resource].push_back(i);
    }
    m_graph.nodes.push_back(node);
  }
  const auto moveTaps = [&](std::vector<Taps>& all) {
    for (Taps& taps : all) {
      taps.number = m_graph.tapped++;
      for (Tap& tap : taps.each) {
        tap.node = place[tap.node];
      }
    }
  };
  for (std::vector<Taps>* all :
       {&m_graph.poolWork, &m_graph.poolArrivals, &m_graph.linkCalls, &m_graph.lookups, &m_graph.published,
        &m_graph.logBytes, &m_graph.meters, &m_graph.answered, &m_graph.failed}) {
    moveTaps(*all);
  }
  for (Index& source : m_graph.sourceNode) {
    source = place[source];
  }
  for (Join& join : m_graph.joins) {
    for (Join::Branch& branch : join.branches) {
      branch.entry = place[branch.entry];
      branch.answers = place[branch.answers];
      branch.failures = place[branch.failures];
    }
  }
  for (TimedCall& timed : m_graph.timed) {
    timed.entry = place[timed.entry];
    timed.answers = place[timed.answers];
    timed.failures = place[timed.failures];
  }
  countInside(order);
}

void GraphSorter::countInside(const std::vector<Index>& madeAs) {
  std::map<MadeGraph::Call, Index> first;
  for (Index i = 0; i < m_graph.timed.size(); ++i) {
    const auto [at, isNew] = first.try_emplace(m_made.calls[i], i);
    if (isNew) {
      countInside(m_graph.timed[i], madeAs);
    } else {
      m_graph.timed[i].atLeast = m_graph.timed[at->second].atLeast;
      m_graph.timed[i].visits = m_graph.timed[at->second].visits;
    }
  }
}

/// Of one attempt: how often it comes to each resource before its answer, and how long it takes without
/// waiting. `madeAs`: of a node, its number before they were sorted, by which the callee's are together.
void GraphSorter::countInside(TimedCall& timed, const std::vector<Index>& madeAs) {
  m_amounts.resize(m_graph.nodes.size(), 0.0);
  m_found.assign(m_graph.resources.size(), 0.0);
  const auto open = [this](Index node, double amount) {
    if (m_amounts[node] == 0) {
      m_open.push_back(node);
      std::push_heap(m_open.begin(), m_open.end(), std::greater<>());
    }
    m_amounts[node] += amount;
  };
  open(timed.entry, 1);
  while (!m_open.empty()) {  // in the order of flows
    std::pop_heap(m_open.begin(), m_open.end(), std::greater<>());
    const FlowNode& node = m_graph.nodes[m_open.back()];
    const double amount = std::exchange(m_amounts[m_open.back()], 0.0);
    m_open.pop_back();
    if (node.isDetached) {
      continue;
    }
    timed.atLeast += amount * node.delay;
    if (node.resource != kNone) {
      m_found[node.resource] += amount;
    }
    for (Index e = node.firstEdge; e < node.endEdge; ++e) {
      const FlowEdge& edge = m_graph.edges[e];
      const double share = edge.share * m_graph.factors[edge.factor].now;
      if (share > 0 && madeAs[edge.to] >= timed.firstInside && madeAs[edge.to] < timed.endInside) {
        open(edge.to, amount * share);
      }
    }
  }
  for (Index resource = 0; resource < m_found.size(); ++resource) {
    if (m_found[resource] > 0) {
      timed.visits.push_back({resource, m_found[resource]});
    }
  }
}

void GraphSorter::countVisits() {
  m_graph.classVisits.resize(m_plan.classes.size());
  std::vector<double> total(m_plan.classes.size(), 0.0);
  std::vector<std::map<Index, double>> found(m_plan.classes.size());
  for (std::size_t i = 0; i < m_plan.sources.size(); ++i) {
    const Index of = m_plan.sources[i].requestClass;
    const double rate = std::max(m_plan.sources[i].rate.raw(), 1e-12);
    std::vector<double> flow(m_graph.nodes.size(), 0.0);
    flow[m_graph.sourceNode[i]] = rate;
    total[of] += rate;
    for (Index n = 0; n < m_graph.nodes.size(); ++n) {
      const FlowNode& node = m_graph.nodes[n];
      if (flow[n] <= 0 || node.isDetached) {
        continue;
      }
      if (node.resource != kNone) {
        found[of][node.resource] += flow[n];
      }
      for (Index e = node.firstEdge; e < node.endEdge; ++e) {
        flow[m_graph.edges[e].to] +=
            flow[n] * m_graph.edges[e].share * m_graph.factors[m_graph.edges[e].factor].now;
      }
    }
  }
  for (std::size_t k = 0; k < found.size(); ++k) {
    for (const auto& [resource, amount] : found[k]) {
      m_graph.classVisits[k].push_back({resource, amount / total[k]});
    }
  }
}

}  // namespace

Graph sorted(const plan::Plan& plan, MadeGraph made) {
  return GraphSorter(plan, std::move(made)).sort();
}

}  // namespace cantilever::fluid
