#pragma once

#include <cstdint>
#include <string>

#include "core/model/policy.h"
#include "core/vocabulary/plan/index.h"

namespace cantilever::plan {

struct RequestClass {
  std::string key;
  std::string name;
  Index keySpace = kNone;     ///< what its requests are about; kNone: all about the same (key 0)
  std::uint8_t priority = 0;  ///< 0 goes first
  Duration deadline = {};     ///< for all attempts, from the arrival at the source; zero: none
};

/// Open arrivals of one request class, each running `program` as a root request.
struct Source {
  std::string key;
  Index requestClass = 0;
  ArrivalProcess arrivals = ArrivalProcess::Poisson;
  Rate rate;
  Index program = kNone;
};

}  // namespace cantilever::plan
