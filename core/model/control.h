#pragma once

#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/model/extra.h"
#include "core/model/scenario.h"

namespace cantilever {

/// Changes that a running system makes to itself, always in force: schedules, alerts, rollouts and what takes
/// them back. `when` says what fires it ("at 10 min", "every 24 h from 6 h", "random exponential 2 h",
/// "latency_p99 of checkout above 300 ms for 30 s"; grammar in core/vocabulary/plan/trigger.h). A control
/// without events is an alert.
struct Control {
  ControlId id;
  std::string name;
  std::string when;
  std::vector<Perturbation> events;  ///< `at`: from when it fired
  Extras extras = {};

  bool operator==(const Control&) const = default;
};

}  // namespace cantilever
