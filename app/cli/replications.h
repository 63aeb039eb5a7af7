#pragma once

#include <cstdint>
#include <optional>

#include "app/cli/design_source.h"
#include "core/experiment/study.h"
#include "core/sim/simulation.h"

namespace cantilever::cli {

/// Runs the design so many times (at least 2), with other random numbers each time, on all processors: the
/// result does not depend on how many these are. If neither warm-up nor lead-in is set, a pilot finds one.
/// Where calls are tried again, as many pairs of runs show what a surge leaves behind. Ctrl+C ends it with
/// what is there. Nothing if it cannot begin, or has nothing yet: the reason has been printed.
///
/// With a precision `count` is the most there are: it ends with the first ones that are enough.
std::optional<experiment::Study> runReplications(const CompiledDesign& design, const sim::RunConfig& config,
                                                 std::uint32_t count,
                                                 const std::optional<experiment::Precision>& until = {});

}  // namespace cantilever::cli
