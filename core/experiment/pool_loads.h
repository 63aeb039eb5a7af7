#pragma once

#include <optional>
#include <vector>

#include "core/base/quantities.h"
#include "core/vocabulary/plan.h"

namespace cantilever::experiment {

/// What a pool that keeps all it cannot do at once waiting is offered when nothing fails. Work of closed
/// sources, which wait for their answers, is left out.
struct PoolLoad {
  plan::Index pool = plan::kNone;
  double offered = 0;   ///< erlangs
  double capacity = 0;  ///< servers of speed 1
  /// How long its queue takes to forget where it began: (ca^2 + cs^2) / (2.8 c mu (1 - sqrt(rho))^2), which
  /// A. R. Odoni and E. Roth, An empirical investigation of the transient behavior of stationary queueing
  /// systems, Operations Research 31 (1983), found an upper bound of; here with Poisson arrivals and all the
  /// servers that share a queue. Zero if nothing is offered, nothing if that is as much as it can do or more.
  std::optional<Duration> relaxation;

  double utilisation() const { return offered / capacity; }
};

/// Of pools with servers, unlimited waiting rooms and neither patience nor room to scale, in the plan's
/// order; none if requests call each other without end (plan::visits).
std::vector<PoolLoad> poolLoads(const plan::Plan& plan, double loadFactor);

}  // namespace cantilever::experiment
