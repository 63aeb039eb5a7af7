#pragma once

#include <cstdint>
#include <optional>

#include "core/vocabulary/plan.h"

/// What scalers decide (rule 14), for every engine the same.
namespace cantilever::plan {

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

double figureOf(ScaleOn on, const Pool& pool, const PoolFigures& figures);

/// How many instances a scaler wants, given the means of its last period; nothing if the figure is too near
/// its target to bother, or says nothing. What it multiplies by are the instances that the figure is of, the
/// mean over the period: with those that are up at its end, some of which came late, it would count their
/// work twice.
/// `loadBefore`: figure x instances of the period before, below zero if there was none.
std::optional<std::uint32_t> instancesWanted(const Scaler& scaler, const Pool& pool,
                                             const PoolFigures& figures, double loadBefore = -1);

/// The same for one with steps, which changes the number that there is.
std::optional<std::uint32_t> instancesByStep(const Scaler& scaler, const Pool& pool,
                                             const PoolFigures& figures, std::uint32_t there);

}  // namespace cantilever::plan
