#include "core/fluid/unit_flows.h"

namespace cantilever::fluid {

void UnitFlows::reckon(const Graph& graph) {
  const std::size_t sources = graph.sourceNode.size();
  m_into.assign(graph.nodes.size(), 0.0);
  m_tapped.assign(graph.tapped * sources, 0.0);
  m_offered.assign(graph.resources.size() * sources, 0.0);
  for (const Index node : graph.sourceNode) {
    m_into[node] = 1;
  }
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    const FlowNode& node = graph.nodes[n];
    if (node.resource != kNone) {
      m_offered[node.resource * sources + node.source] += node.need * m_into[n];
    }
    for (Index e = node.firstEdge; e < node.endEdge; ++e) {
      const FlowEdge& edge = graph.edges[e];
      m_into[edge.to] += edge.share * graph.factors[edge.factor].now * m_into[n];
    }
  }
  for (const std::vector<Taps>* all : graph.allTaps()) {
    for (const Taps& taps : *all) {
      for (const Tap& tap : taps.each) {
        m_tapped[taps.number * sources + graph.nodes[tap.node].source] += tap.amount * m_into[tap.node];
      }
    }
  }
}

Flow UnitFlows::of(const Taps& taps, const std::vector<Flow>& sources) const {
  return sum(m_tapped.data() + taps.number * sources.size(), sources);
}

Flow UnitFlows::offered(Index resource, const std::vector<Flow>& sources) const {
  return sum(m_offered.data() + resource * sources.size(), sources);
}

Flow UnitFlows::sum(const double* amounts, const std::vector<Flow>& sources) {
  Flow flow;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    flow.rate += amounts[i] * sources[i].rate;
    flow.slope += amounts[i] * sources[i].slope;
  }
  return flow;
}

}  // namespace cantilever::fluid
