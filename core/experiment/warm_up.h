#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>

#include "core/base/quantities.h"
#include "core/base/result.h"
#include "core/sim/simulation.h"

namespace cantilever::experiment {

/// How many of the first values to leave out so that the mean of the others is as certain as possible: the d
/// that makes sum over i > d of (x_i - mean_d)^2 / (n - d)^2 least (MSER; K. P. White, An effective
/// truncation heuristic for bias reduction in simulation output, Simulation 69, 1997; on means of batches of
/// five: MSER-5). Nothing if that is not within the first half, or if there are fewer than ten values: then
/// the run was too short to tell.
std::optional<std::size_t> mserTruncation(std::span<const double> values);

/// How long runs take to settle under the load that they begin with.
struct WarmUp {
  Duration length;
  bool hasSettled = true;  ///< else the pilot was too short to see it settle, and `length` is half of it
};

/// From a pilot of `config`'s length, replication and seed, in which the world's clock stands still (rule
/// 33): the end of the batches that MSER-5 leaves out. A stop gives what has been seen by then. Fails as
/// sim::Simulation::create does.
Result<WarmUp> findWarmUp(std::shared_ptr<const plan::Plan> plan, const sim::RunConfig& config,
                          std::stop_token stop = {});

}  // namespace cantilever::experiment
