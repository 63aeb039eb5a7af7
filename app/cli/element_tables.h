#pragma once

#include <string>

#include "core/experiment/run_stability.h"
#include "core/sim/result.h"

namespace cantilever::cli {

/// What each element of the run did, a table for each kind of which there are some: pools, links, zones,
/// caches, tokens, logs, stores, streams, batches, sessions, meters, controls.
std::string elementTables(const sim::RunResult& run, const experiment::RunStability& stability);

}  // namespace cantilever::cli
