#pragma once

#include <string>
#include <vector>

#include "core/base/law.h"
#include "core/base/quantities.h"
#include "core/vocabulary/plan/index.h"

namespace cantilever::plan {

/// A place, with all that lies in it: a failure domain, and one end of a way through the network. Places form
/// trees (region > availability zone > rack).
struct Zone {
  std::string key;
  Index parent = kNone;
  /// What counts as one place for locality (rule 18): the availability zone it lies in, or itself.
  Index site = kNone;

  static constexpr std::size_t kMost = 1000;  ///< engines keep a matrix of them
};

/// A zone fails by itself as a whole, after a draw of `timeToFailure` of being up (common cause).
struct ZoneFault {
  std::string key;
  Index zone = kNone;
  Law timeToFailure;
  Law timeToRepair;
  bool isSilent = false;  ///< nobody is told: calls to it end by their timeouts
};

struct Plan;
/// Whether `zone` is `top` or lies in it.
bool liesIn(const std::vector<Zone>& zones, Index zone, Index top);
/// How long one way takes between two zones.
Duration wayBetween(const Plan& plan, Index from, Index to);

}  // namespace cantilever::plan
