#pragma once

#include <cstdint>

/// Words that designs and plans share.
namespace cantilever {

enum class ArrivalProcess : std::uint8_t { Poisson, Deterministic };

/// How an instance of the target is chosen for a call (rules 6 and 17 of the engine model).
enum class Balancing : std::uint8_t { Random, RoundRobin };

}  // namespace cantilever
