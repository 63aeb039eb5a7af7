#pragma once

#include <QString>
#include <vector>

#include "core/model/design.h"
#include "core/vocabulary/plan.h"

namespace cantilever::app {

/// Parallel to the plan's pools: a pool is called like its block; several of one block add their key.
std::vector<QString> poolNames(const Design& design, const plan::Plan& plan);

}  // namespace cantilever::app
