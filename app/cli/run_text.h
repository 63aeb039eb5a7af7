#pragma once

#include <string>
#include <vector>

#include "core/advice/checklist.h"
#include "core/experiment/run_stability.h"
#include "core/model/design.h"
#include "core/sim/result.h"

namespace cantilever::cli {

/// What one run did, for a reader at a terminal: what was run, whether it has a steady state, the outcomes of
/// requests, where their time went, what each element did, what happened, and the objectives.
std::string runText(const Design& design, const sim::RunResult& run,
                    const std::vector<advice::Verdict>& verdicts, const experiment::RunStability& stability);

}  // namespace cantilever::cli
