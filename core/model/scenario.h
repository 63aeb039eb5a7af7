#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/base/quantities.h"
#include "core/model/extra.h"

namespace cantilever {

/// What a perturbation does to its target.
enum class Change : std::uint8_t {
  KillInstances,     ///< `value` instances of the block go down; what they hold fails
  RestoreInstances,  ///< `value` instances come back
  LoadFactor,        ///< all workloads (no target): rates are multiplied by `value`
  SetInstances,      ///< the block is to have `value` instances: new ones boot, the newest drain
  Speed,         ///< the block's instances work at `value` times their own speed from now on; 0: they pause
  KillSilently,  ///< as KillInstances, but nobody is told: callers learn of it by their timeouts
  FlushCaches,   ///< what the block's caches hold is gone
  // Of all calls to the block, until changed again.
  AddLatency,  ///< each way takes `value` seconds more
  LoseCalls,   ///< the share `value` of them never arrives; of 1: nothing gets through
  FailCalls,   ///< the share `value` of them is answered with an error
};

/// One scripted or live change. Scenarios name blocks; compile turns them into plan actions.
struct Perturbation {
  Duration at;  ///< simulated time from the start of the run
  BlockId target;
  Change change = Change::KillInstances;
  double value = 1;
  Extras extras = {};

  bool operator==(const Perturbation&) const = default;
};

struct Scenario {
  ScenarioId id;
  std::string name;
  std::string description;
  std::vector<Perturbation> events;
  Extras extras;

  bool operator==(const Scenario&) const = default;
};

}  // namespace cantilever
