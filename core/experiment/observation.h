#pragma once

#include <string>
#include <vector>

#include "core/experiment/censoring.h"
#include "core/sim/result.h"

namespace cantilever::experiment {

/// A number that a run has measured. `path` is where cantilever.run/1 has it ("classes/read/latency/p99_ms"),
/// its unit is in its last part.
struct Figure {
  std::string path;
  double value = 0;  ///< not a number: not measured
};

/// What is kept of a run when there are many: its headline figures, their course, and how its backlog grew.
struct Observation {
  std::vector<Figure> figures;  ///< in the same order for all runs of a plan
  // One for each sample of the run, from its start.
  std::vector<double> endMs;
  std::vector<double> succeededPerSecond;
  std::vector<double> p99Ms;
  std::vector<double> backlog;
  /// Requests a second by which what is under way or unread grew over the last half of the measured time: the
  /// slope of a least-squares line (rule 35).
  double backlogSlope = 0;
  /// By pool, the same of its queue: says where the backlog is.
  std::vector<double> queueSlope;
  std::vector<double> came;  ///< workThatCame
  Censoring censoring;
  bool isComplete = false;
  std::string stopReason;
  std::string digest;
};

/// By pool, the work that came in the measured time, as a share of what its servers can do: what they did,
/// and as much in proportion as its queue grew. 0 of pools without a limit.
std::vector<double> workThatCame(const sim::RunResult& run);

Observation observe(const sim::RunResult& run);

}  // namespace cantilever::experiment
