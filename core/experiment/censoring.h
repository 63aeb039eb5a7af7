#pragma once

#include <string>

#include "core/sim/result.h"

namespace cantilever::experiment {

/// What the latencies of a run lack because some of its requests had not ended when it was over (rule 29).
struct Censoring {
  double share = 0;           ///< of the requests that ended or not, those that did not
  bool isBeyondRule = false;  ///< of some class there are more of them than rule 29 lets pass without a note
  /// By how much the mean of the successes would be longer with them. In a steady state what is under way at
  /// some moment has as much before it as behind it, by their law (renewal theory: age and residual life have
  /// the same one; W. Feller, An Introduction to Probability Theory and Its Applications 2, 1971, XI.4).
  double lackMs = 0;

  /// A sentence. `why`: "when the run was over" or the like.
  std::string describe(const std::string& why) const;
};

Censoring censoringOf(const sim::RunResult& run);

}  // namespace cantilever::experiment
