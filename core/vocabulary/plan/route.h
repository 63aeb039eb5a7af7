#pragma once

#include <cstdint>
#include <vector>

#include "core/vocabulary/plan/index.h"

namespace cantilever::plan {

/// A choice of one of several ways to go on, by what can be called now: of those that lead to an instance
/// that can be called the ones of the lowest priority number; of these, if one says so, the nearest; of these
/// one by weight (equally likely if all weights are zero). If none can be called, as if all could.
struct Route {
  struct Way {
    Index link = kNone;    ///< whose breaker is looked at
    Index behind = kNone;  ///< whose instances are, and how far they are: mostly the same
    double weight = 1;
    std::uint32_t priority = 0;
    bool isNearest = false;
    Index pc = kNone;  ///< where the program goes on
  };
  std::vector<Way> ways;
  /// By weight alone, as if all could be called: weights that nobody changes are chances (IfChance) instead.
  bool isBlind = false;
};

struct Plan;
/// How likely each way is when everything can be called, for a program.
std::vector<double> expectedShares(const Plan& plan, const Route& route, Index program);

}  // namespace cantilever::plan
