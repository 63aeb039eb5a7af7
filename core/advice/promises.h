#pragma once

#include <vector>

#include "core/fluid/forecast.h"
#include "core/model/design.h"

namespace cantilever::advice {

/// The objectives of a design as a forecast judges them. Those of classes that the plan does not have are
/// left out.
std::vector<fluid::Promise> promisesOf(const Design& design, const plan::Plan& plan);

/// Of each source of the plan, the mean rate of its workload as a share of the peak; 0: not told.
std::vector<double> meanLevelsOf(const Design& design, const plan::Plan& plan);

}  // namespace cantilever::advice
