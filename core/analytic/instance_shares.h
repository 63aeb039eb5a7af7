#pragma once

#include <vector>

#include "core/analytic/stations.h"

/// Internal to the solver: who does what of that which comes to a pool.
namespace cantilever::analytic {

/// The link over which most of the work is asked for.
Index mainLink(const StationLoad& load);

/// Shares of all calls that the instances get, over links that go by keys and others.
std::vector<double> sharesOfInstances(const plan::Plan& plan, const StationLoad& load);

}  // namespace cantilever::analytic
