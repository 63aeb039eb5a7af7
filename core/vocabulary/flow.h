#pragma once

#include <vector>

#include "core/vocabulary/plan.h"

namespace cantilever::plan {

/// Which visits a visit causes: one visit of `from` leads to `visits` visits of `to` on average.
struct FlowEdge {
  Index from = 0;
  Index to = 0;
  double visits = 0;  ///< finite and above zero
};

/// Expected visits, or why there are none.
struct Flow {
  std::vector<double> visits;  ///< by node; empty if the expectation is infinite
  std::vector<Index> cycle;    ///< then: nodes of a cycle that keeps itself going, in order
};

/// Solves v = entering + v M, M the matrix of the edges, in time linear in the graph save for its cycles. It
/// is infinite if the spectral radius of M is 1 or above (whatever enters), which is found, not guessed: see
/// the .cpp. Quickest when edges lead from lower to higher numbers, as far as possible.
Flow expectedVisits(const std::vector<double>& entering, const std::vector<FlowEdge>& edges);

}  // namespace cantilever::plan
