#pragma once

#include <cstdint>

/// Words that designs and plans share.
namespace cantilever {

enum class ArrivalProcess : std::uint8_t { Poisson, Deterministic };

/// How an instance of the target is chosen for a call (rules 6 and 17 of the engine model).
enum class Balancing : std::uint8_t {
  Random,
  RoundRobin,
  LeastConnections,  ///< the fewest calls of this link that are not answered yet, ties at random
  ShortestQueue,     ///< the fewest requests waiting or at work at the instance, from anywhere: an ideal
  ConsistentHash,    ///< by the request's key, on a ring with virtual nodes
  All,               ///< each of them is called
};

}  // namespace cantilever
