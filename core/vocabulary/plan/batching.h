#pragma once

#include <cstdint>
#include <string>

#include "core/base/quantities.h"
#include "core/vocabulary/plan/index.h"

namespace cantilever::plan {

/// Calls of one caller that are put together and go on as one: what producers of a log and clients of bulk
/// interfaces do (rule 42).
struct Batching {
  std::string key;
  Index link = kNone;     ///< over which they go, as a call that stands for all of them
  Index program = kNone;  ///< what each batch runs: a call over the link
  std::uint32_t most = 2;
  Duration linger = {};  ///< how long the first waits for others

  static constexpr std::uint32_t kMost = 100'000;
};

struct Plan;
/// How many instances, of different pools together, call the programs that use the batching; those that call
/// from no instance count as one. At least 1.
double callersOf(const Plan& plan, Index batching);
/// What Poisson arrivals at `perSecond` for each caller make of it.
struct ExpectedBatch {
  double size = 1;        ///< calls in a batch, mean
  double wait = 0;        ///< of a call for the others, mean in seconds
  double waitSecond = 0;  ///< its second moment, s^2
};
/// With m = most and N Poisson of mean rate x linger: the size is 1 + E min(N, m - 1). A batch is open at the
/// age u if fewer than m - 1 have joined it, at times uniform on (0, u): integrated over u, its waits add up
/// to the sum over k < m - 1 of (1 + k) P(N > k) / rate, and their squares to that of (2 + k)(1 + k) P(N > k
/// + 1) / rate^2.
ExpectedBatch expectedBatch(const Batching& of, double perSecond);
/// Whether a call over the link may carry several requests: a batch of calls, branches of a fan, or messages
/// that are read together.
bool mayStandForSeveral(const Plan& plan, Index link);

}  // namespace cantilever::plan
