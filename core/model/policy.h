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
  Weighted,          ///< at random, with the weights of the link
  Sticky,            ///< a key stays where it was sent first, as long as that is there
  Warmest,           ///< of those that hold nothing, the one that was last at work; else the shortest queue
  Holder,            ///< the holder of the session that it is about, drawn by how many each instance holds
  Owner,  ///< the instance that keeps the key, on a ring with virtual nodes, whether that is there or not
};

/// Which instances of the target a call may go to, as seen from the zone it comes from (rule 18).
enum class Locality : std::uint8_t {
  Anywhere,
  Local,        ///< its own zone, as far as that has its share of the capacity
  StrictLocal,  ///< its own zone alone
};

}  // namespace cantilever
