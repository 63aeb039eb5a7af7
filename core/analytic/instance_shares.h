#pragma once

#include <vector>

#include "core/analytic/stations.h"

/// Internal to the solver: who does what of that which comes to a pool.
namespace cantilever::analytic {

/// The link over which most of the work is asked for.
Index mainLink(const StationLoad& load);

/// Shares of all calls that the instances get, over links that go by keys and others.
std::vector<double> sharesOfInstances(const Structure& structure, const StationLoad& load);
/// The same of `instances` of a pool, over these links; `asked`: how often, by class.
std::vector<double> sharesOfInstances(const Structure& structure, std::size_t instances,
                                      const std::vector<StationLoad::Arrivals>& arrivals,
                                      const std::vector<double>& asked);
/// Whether keys decide which instance a call goes to, where some of those who call ask for keys.
bool goesByKey(Balancing balancing, bool areAskedForKeys);

}  // namespace cantilever::analytic
