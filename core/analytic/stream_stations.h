#pragma once

#include "core/analytic/stations.h"

/// Internal to the solver: stations to which more comes than Poisson arrivals.
namespace cantilever::analytic {

/// By a formula for such arrivals where there is one, else between bounds, if these are not far apart.
StationFigures solveWithStreams(const Structure& structure, Index pool, const StationLoad& load);

}  // namespace cantilever::analytic
