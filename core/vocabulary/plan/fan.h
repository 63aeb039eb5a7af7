#pragma once

#include <cstdint>
#include <limits>

#include "core/vocabulary/plan/index.h"

namespace cantilever::plan {

/// Calls over one link to as many targets as were drawn, or one to each instance that is up. A branch stands
/// for up to `batch` targets, and does the work per target of its callee that often; a call made on the way
/// stands for as many targets as its caller.
struct Fan {
  Index link = kNone;
  Index count = kNone;  ///< the law of what was drawn; kNone: the instances of the link's pool that are up,
                        ///< which must have Balancing::All
  std::uint32_t least =
      1;  ///< what was drawn lies between these, where the program has asked (IfDrawn): for what
  std::uint32_t most = kUnlimited;  ///< is expected of it
  std::uint32_t batch = 1;
  std::uint32_t window = 0;  ///< branches open at a time; 0: all of them
  std::uint32_t needed = 0;  ///< successes after which the caller goes on; 0, or more than there are: all
  bool isSent = false;       ///< nobody waits for them

  static constexpr std::uint32_t kUnlimited = 0xffffffffu;
  static constexpr std::uint32_t kMostOpen = 65535;
};

struct Plan;
/// Of a run of the program that reaches the fan: how many calls it makes on average, for how many targets.
struct FanSize {
  double calls = 0;
  double targets = 0;
};
FanSize expectedSize(const Plan& plan, const Fan& fan);

}  // namespace cantilever::plan
