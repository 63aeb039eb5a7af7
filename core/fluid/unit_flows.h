#pragma once

#include <vector>

#include "core/fluid/flow_graph.h"

/// Internal to the forecast: flows while nothing waits.
namespace cantilever::fluid {

/// A rate that changes along a straight line: per second, from the beginning of a piece.
struct Flow {
  double rate = 0;
  double slope = 0;

  double at(double seconds) const { return rate + slope * seconds; }
  double over(double seconds) const { return (rate + slope * seconds / 2) * seconds; }
};

/// While nothing waits, and as long as factors are what they are, all flows are so many times those of the
/// sources.
class UnitFlows {
 public:
  /// For the factors as they are now.
  void reckon(const Graph& graph);

  /// What comes to a node for each request of its source.
  double at(Index node) const { return m_into[node]; }
  Flow of(const Taps& taps, const std::vector<Flow>& sources) const;
  /// In the units of the resource.
  Flow offered(Index resource, const std::vector<Flow>& sources) const;

 private:
  static Flow sum(const double* amounts, const std::vector<Flow>& sources);

  std::vector<double> m_into;     // [node]
  std::vector<double> m_tapped;   // [taps][source]
  std::vector<double> m_offered;  // [resource][source]
};

}  // namespace cantilever::fluid
