#pragma once

#include <string>

#include "core/base/law.h"
#include "core/model/policy.h"
#include "core/vocabulary/plan/index.h"

namespace cantilever::plan {

/// How calls reach a station. `latency` is drawn for the request and again for the reply.
struct Link {
  std::string key;
  Index pool =
      kNone;  ///< the pool whose seat the call takes; kNone: a station without resources (routing only)
  Index program = kNone;  ///< what the callee does
  Law latency;
  Duration
      timeout;  ///< of one attempt; zero: none. The caller is freed; the callee's work goes on as orphaned
  Balancing balancing = Balancing::Random;
};

}  // namespace cantilever::plan
