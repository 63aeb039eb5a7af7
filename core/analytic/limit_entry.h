#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "core/analytic/closed_networks.h"
#include "core/vocabulary/plan.h"

/// Internal to the solver: what it is to wait for one of so many places. Times are seconds, rates per second.
namespace cantilever::analytic {

inline constexpr double kEndless = std::numeric_limits<double>::infinity();

/// Tokens, or seats, as they are asked for.
struct LimitLoad {
  std::size_t index = 0;  ///< of WorkingState::limits
  double places = 1;      ///< of each of `sets`
  double sets = 1;
  double rate = 0;  ///< asked for, of all sets
  bool waits = true;
  double room = kEndless;  ///< of each set
  double patience = 0;     ///< 0: for ever
  double patienceBand = 0;
  bool isOrdinary = true;         ///< first come, first served
  plan::Index own = plan::kNone;  ///< the pool whose seats they are, if each instance has its own
};

/// Who waits before `limit.places` of a set, and how many are let in.
struct LimitEntry {
  std::vector<double> inside;  ///< probabilities of 0, 1, ... places taken
  double probability = 0;      ///< of waiting, of those who are let in or wait until they go
  double outside = 0;          ///< mean number that wait
  double lost = 0;
  bool isStable = true;
  double most = 0;  ///< throughput when all are taken
};

/// The chain of all that are in it or before it, arrivals being Poisson.
LimitEntry entryOf(const LimitLoad& limit, const ClosedChain& network, double arrivals);

}  // namespace cantilever::analytic
