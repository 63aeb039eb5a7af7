#pragma once

#include <cstdint>
#include <vector>

#include "core/base/random.h"
#include "core/sim/meters.h"
#include "core/sim/scaling.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// A control at work (rule 37).
struct ControlState {
  std::uint32_t generation = 0;  ///< bumped when it is stopped: what it had begun is void
  bool isRaised = false;         ///< of a metric: fired, and not over yet
  std::uint32_t inARow = 0;      ///< periods in which the figure was beyond the threshold
  Sampler spacing;
  RandomStream stream;
  ScalerState pool;        ///< what it has seen of its pool
  bool isStopped = false;  ///< before its time came
  // Of its request class, in the present period.
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  WideCount latencySum = 0;
  IntervalLatency latencies;
  // Results.
  Counter fired;
  Level raised;  ///< 0 or 1
  TimeNs firstAt = kNever;
};

/// A flag, and what it was for those who have not fetched it since (rule 37).
struct FlagState {
  struct Before {
    TimeNs until = 0;
    double share = 0;
  };
  double share = 0;
  std::uint64_t salt = 0;
  TimeNs poll = 0;
  std::vector<Before> before = {};  ///< in order of time; of the last `poll`
  std::vector<TimeNs> phases = {};  ///< by instance, and of those at none; below zero: not drawn yet

  double shareAt(TimeNs at) const {
    for (const Before& each : before) {
      if (at < each.until) {
        return each.share;
      }
    }
    return share;
  }
};

}  // namespace cantilever::sim
