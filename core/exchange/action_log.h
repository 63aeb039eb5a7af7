#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/vocabulary/plan.h"

namespace cantilever::exchange {

/// What was done to a run while it went on.
struct ActionLog {
  std::vector<plan::Action> actions;  ///< at times of the run, which its lead-in belongs to
  Duration leadIn = {};
  std::string design = {};  ///< name of what ran
};

/// The changes that a run has logged, from its JSON (cantilever.run/1), in terms of `plan`: posted to a run
/// of the same design without a scenario, with the same settings, they repeat it. Error codes: those of
/// parseJson, and "replay.no_run" (it is not such a file) and "replay.unknown" (a change, or an element that
/// the plan does not have); `where` is fileName:line:column.
Result<ActionLog> readActionLog(std::string_view json, std::string_view fileName, const plan::Plan& plan);

}  // namespace cantilever::exchange
