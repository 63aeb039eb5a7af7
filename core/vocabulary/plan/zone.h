#pragma once

#include <cstdint>
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
  /// Repairs at a time of instances in it that fail at random; 0: it says nothing.
  std::uint32_t crews = 0;

  static constexpr std::size_t kMost = 1000;    ///< engines keep a matrix of them
  static constexpr double kMostVariation = 10;  ///< of a way
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
/// How much that varies, as a coefficient of variation, and the law that both make: a constant, or lognormal.
double variationBetween(const Plan& plan, Index from, Index to);
Law lawOfWay(Duration mean, double variation);
/// Whose crews repair what is in `zone`: the innermost one around it that has some. kNone: nobody's, so that
/// there are as many as needed.
Index zoneOfCrews(const Plan& plan, Index zone);

}  // namespace cantilever::plan
