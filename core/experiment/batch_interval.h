#pragma once

#include "core/experiment/estimate.h"
#include "core/sim/result.h"

namespace cantilever::experiment {

/// Mean latency of the successes of one run, in nanoseconds, with the interval that batch means give: its
/// measured batches, joined to twenty long ones, taken as independent (Law and Kelton, Simulation Modeling
/// and Analysis, chapter on output analysis: 10 to 30 batches). Infinite half-width if there are fewer than
/// twenty.
Estimate meanLatencyOf(const sim::RunResult& run);

}  // namespace cantilever::experiment
