#pragma once

#include <QString>
#include <vector>

#include "core/model/design.h"
#include "core/vocabulary/plan.h"

namespace cantilever::app {

/// Parallel to the plan's pools: the first of a block is called like it, a further one says what it is for.
std::vector<QString> poolNames(const Design& design, const plan::Plan& plan);

}  // namespace cantilever::app
