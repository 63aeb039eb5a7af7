#pragma once

#include <vector>

#include "core/analytic/one_queue.h"
#include "core/analytic/stations.h"

/// Internal to the solver: queues whose arrivals are not Poisson.
namespace cantilever::analytic {

/// Changes the answer, which is for Poisson arrivals, to that for arrivals as their sources send them; where
/// there is no formula for those it is not solvable. `streams`: those that are not Poisson, as they come to
/// this queue.
void correctForStreams(const plan::Pool& pool, const QueueLoad& load,
                       const std::vector<StationLoad::Stream>& streams, QueueAnswer& answer);

/// Levels that the rates of bursty sources are at together, and how likely.
struct LevelOfBursts {
  double probability = 1;
  std::vector<double> factors;  ///< [stream] of the mean rate
};
/// Empty if there are too many.
std::vector<LevelOfBursts> levelsOfBursts(const std::vector<StationLoad::Stream>& streams);

}  // namespace cantilever::analytic
