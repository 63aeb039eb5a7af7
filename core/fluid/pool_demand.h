#pragma once

#include <vector>

#include "core/fluid/solved_states.h"
#include "core/vocabulary/visits.h"

/// Internal to the forecast: what sources ask of the servers of pools.
namespace cantilever::fluid {

/// In proportion to the levels of the sources: nothing fails, and caches hit as often as at level 1.
class PoolDemand {
 public:
  /// `visits`: at level 1 of all sources. `rates`: [source] requests per second at level 1.
  PoolDemand(const plan::Plan& plan, const plan::Visits& visits, const std::vector<double>& rates);

  std::size_t pools() const { return m_servers.size(); }
  /// Of an instance; 0: unlimited, or nothing to do.
  double servers(std::size_t pool) const { return m_servers[pool]; }
  /// Of its servers, those that have something to do, which may be more than there are; 0 if unlimited.
  double utilisation(std::size_t pool, const PoolState& state, const std::vector<double>& levels) const;
  /// Seconds of work of a request.
  double workOf(std::size_t pool, std::size_t requestClass) const { return m_ofClass[pool][requestClass]; }

 private:
  std::vector<double> m_servers;                // [pool]
  std::vector<std::vector<double>> m_ofSource;  // [pool][source] instances' worth at level 1
  std::vector<std::vector<double>> m_ofClass;   // [pool][class]
};

}  // namespace cantilever::fluid
