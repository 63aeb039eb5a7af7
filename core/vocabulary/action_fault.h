#pragma once

#include <string>

#include "core/vocabulary/plan.h"

namespace cantilever::plan {

/// What is wrong with an action that is to be applied to a run of the plan, such as "an action has no pool to
/// act on"; empty if nothing is.
std::string faultIn(const Plan& plan, const Action& action);

}  // namespace cantilever::plan
