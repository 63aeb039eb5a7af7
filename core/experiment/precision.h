#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/experiment/observation.h"

namespace cantilever::experiment {

/// When there are enough replications: the half-width of the 95 % interval of a figure is at most this share
/// of its mean.
struct Precision {
  std::string path = "latency/mean_ms";  ///< as Figure
  double share = 0.05;

  /// With fewer an interval is not looked at: stopping by a width that is itself a guess covers too little
  /// (A. Law, Simulation Modeling and Analysis, 5th edition 2015, 9.4.1: ten at least).
  static constexpr std::size_t kFewest = 10;
};

/// The figure of that path, or the one that is called so with its unit behind it ("latency/p99" is
/// "latency/p99_ms"); null: there is none.
const Figure* figureCalled(const std::string& path, const std::vector<Figure>& figures);

/// How many observations it takes, from the first on; nothing if all of them are not enough. Only the first
/// ones count, so it does not matter how many are made at a time.
std::optional<std::size_t> enoughFor(const Precision& precision,
                                     const std::vector<Observation>& observations);

/// The share that the half-width of all has of their mean; not a number if there is none.
double shareReached(const Precision& precision, const std::vector<Observation>& observations);

}  // namespace cantilever::experiment
