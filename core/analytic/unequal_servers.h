#pragma once

#include <optional>
#include <vector>

/// Exponential servers of different speeds behind one queue, where it matters who of the idle ones takes
/// work. Rates per second, times in seconds.
namespace cantilever::analytic {

/// Instances that are alike, and chosen with the same weight.
struct ServerKind {
  double speed = 1;
  double weight = 1;
  double instances = 1;
};

enum class IdleChoice {
  ByWeight,   ///< at random in proportion to the weights of those with a free server
  LeastBusy,  ///< ties at random
};

struct UnequalQueue {
  double working = 0;   ///< servers
  double waits = 0;     ///< share of those served
  double meanWait = 0;  ///< of those served
  double waitSecond = 0;
  double queue = 0;
  double lost = 0;
  double stretch = 1;  ///< mean service over that at speed 1, and the mean of the same, squared
  double stretchSecond = 1;
};

/// M/M/c with different servers: a chain of how many of each kind work, and above it, when all do, M/M/1 at
/// the speed of all together (Gumbel 1960, "Waiting lines with heterogeneous servers"). `servers`: of each
/// instance; `room`: as many may wait. None where there are too many states.
std::optional<UnequalQueue> queueOfUnequal(double arrivals, double meanService,
                                           const std::vector<ServerKind>& kinds, double servers,
                                           IdleChoice choice, double room);

/// How many servers work where there are many and nobody waits: each idle one is chosen as often as its
/// weight says, and those that are slower are idle less often.
UnequalQueue manyUnequal(double arrivals, double meanService, const std::vector<ServerKind>& kinds,
                         double servers);

}  // namespace cantilever::analytic
