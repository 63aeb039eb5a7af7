#pragma once

#include <optional>
#include <vector>

#include "core/sim/meters.h"
#include "core/vocabulary/plan.h"

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

  static constexpr TimeNs kLongAgo = -plan::kLongestDuration.ns() - 1;  ///< every cooldown is over
};

/// The means of a pool over a period.
struct PoolFigures {
  double span = 0;  ///< seconds
  double up = 0;    ///< instances
  double busy = 0;  ///< servers
  double seated = 0;
  double waiting = 0;
  double lag = 0;       ///< messages
  double arrivals = 0;  ///< in all
};

double figureOf(plan::ScaleOn on, const plan::Pool& pool, const PoolFigures& figures);

/// How many instances a scaler wants, given the means of its last period; nothing if the figure is too near
/// its target to bother, or says nothing. What it multiplies by are the instances that the figure is of, the
/// mean over the period: with those that are up at its end, some of which came late, it would count their
/// work twice.
/// `loadBefore`: figure x instances of the period before, below zero if there was none.
std::optional<std::uint32_t> instancesWanted(const plan::Scaler& scaler, const plan::Pool& pool,
                                             const PoolFigures& figures, double loadBefore = -1);

/// The same for one with steps, which changes the number that there is.
std::optional<std::uint32_t> instancesByStep(const plan::Scaler& scaler, const plan::Pool& pool,
                                             const PoolFigures& figures, std::uint32_t there);

}  // namespace cantilever::sim
