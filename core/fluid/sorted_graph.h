#pragma once

#include <tuple>
#include <vector>

#include "core/fluid/flow_graph.h"

/// Internal to the forecast: nodes in the order in which flows pass.
namespace cantilever::fluid {

/// A graph as it was made: node by node along the programs, edges in no order.
struct MadeGraph {
  struct Edge {
    Index from;
    FlowEdge edge;
  };
  /// Link, class, whether nobody waits, targets: calls of which all this is the same lead through copies of
  /// the same nodes.
  using Call = std::tuple<Index, Index, bool, double>;

  Graph graph;  ///< but for its nodes and edges, and what follows from them
  std::vector<FlowNode> nodes;
  std::vector<Edge> edges;
  std::vector<Call> calls;  ///< [timed call]
};

/// With all edges leading forward; and with what timed calls and requests come to on their way.
Graph sorted(const plan::Plan& plan, MadeGraph made);

}  // namespace cantilever::fluid
