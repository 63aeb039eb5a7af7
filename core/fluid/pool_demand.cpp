#include "core/fluid/pool_demand.h"

#include <algorithm>

namespace cantilever::fluid {

PoolDemand::PoolDemand(const plan::Plan& plan, const plan::Visits& visits, const std::vector<double>& rates)
    : m_servers(plan.pools.size(), 0), m_ofSource(plan.pools.size()), m_ofClass(plan.pools.size()) {
  std::vector<double> offered(plan.classes.size(), 0);
  for (std::size_t i = 0; i < plan.sources.size(); ++i) {
    offered[plan.sources[i].requestClass] += rates[i];
  }
  for (std::size_t pool = 0; pool < plan.pools.size(); ++pool) {
    for (std::size_t k = 0; k < offered.size(); ++k) {
      m_ofClass[pool].push_back(offered[k] > 0 ? visits.poolWork[pool][k] / offered[k] : 0.0);
    }
    if (plan.pools[pool].servers == 0 || visits.totalPoolWork(static_cast<plan::Index>(pool)) <= 0) {
      continue;
    }
    m_servers[pool] = plan.pools[pool].servers;
    for (std::size_t i = 0; i < plan.sources.size(); ++i) {
      m_ofSource[pool].push_back(m_ofClass[pool][plan.sources[i].requestClass] * rates[i] / m_servers[pool]);
    }
  }
}

double PoolDemand::utilisation(std::size_t pool, const PoolState& state,
                               const std::vector<double>& levels) const {
  double work = 0;
  for (std::size_t i = 0; i < m_ofSource[pool].size(); ++i) {
    work += m_ofSource[pool][i] * levels[i];
  }
  return work > 0 ? work / (std::max(1u, state.instances) * state.speed) : 0.0;
}

}  // namespace cantilever::fluid
