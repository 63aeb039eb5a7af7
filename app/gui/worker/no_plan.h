#pragma once

#include <string>

#include "core/compile/compile.h"
#include "core/model/design.h"

namespace cantilever::app {

/// Why a design, or the scenario of it that was to be played, has no plan: the first error in words, and how
/// many more there are. The list of problems has them all.
std::string whyNoPlan(const Design& design, const ScenarioId& scenario, const compile::Compiled& compiled);

}  // namespace cantilever::app
