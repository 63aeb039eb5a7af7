#pragma once

#include <string>
#include <vector>

#include "core/advice/checklist.h"
#include "core/experiment/study.h"
#include "core/model/design.h"

namespace cantilever::cli {

/// What several replications say, for a reader at a terminal: what was run, the verdict, means with
/// intervals.
std::string studyText(const Design& design, const experiment::Study& study,
                      const std::vector<std::string>& poolKeys, const std::vector<advice::Verdict>& verdicts);

}  // namespace cantilever::cli
