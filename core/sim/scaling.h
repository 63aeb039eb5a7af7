#pragma once

#include "core/sim/meters.h"
#include "core/vocabulary/plan.h"
#include "core/vocabulary/scaling.h"

namespace cantilever::sim {

/// A scaler at work: what it has seen of its pool at its last look.
struct ScalerState {
  WideCount busy = 0;  ///< areas, in nanoseconds
  WideCount up = 0;
  WideCount seated = 0;
  WideCount waiting = 0;
  WideCount lag = 0;
  std::uint64_t arrivals = 0;
  double load = -1;  ///< of the period before the last; below zero: none yet
  TimeNs lookedAt = 0;
  TimeNs addedAt = kLongAgo;
  TimeNs tookAt = kLongAgo;
  TimeNs neededAt = kLongAgo;  ///< when it last did not want fewer

  static constexpr TimeNs kLongAgo = -plan::kLongestDuration.ns() - 1;  ///< every cooldown is over
};

using plan::PoolFigures;

}  // namespace cantilever::sim
