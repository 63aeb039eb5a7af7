#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/quantities.h"
#include "core/base/result.h"
#include "core/catalog/param_spec.h"

namespace cantilever::catalog {

/// What can be said of a zone beyond its own fields: how it fails, and how long ways from and to it take.
struct ZonePolicy {
  bool failsAtRandom = false;
  Choice failure{"kill"};
  Duration timeToFailure = Duration::hours(8766);
  Duration timeToRepair = Duration::hours(2);
  std::string ways;
  double jitter = 0;
  Count crews{0};
};

/// One way from a zone to another one, or within one.
struct ZoneWay {
  std::string zone;  ///< id of the other end
  Duration time;
};
/// "eu 35 ms, us 80 ms". Error code "ways.syntax".
Result<std::vector<ZoneWay>> parseWays(std::string_view text);

/// What `Zone::params` may hold.
const std::vector<ParamSpec>& zoneParams();
/// The values over the defaults; those of the wrong type count as absent (compile has checked them before).
ZonePolicy zonePolicyOf(const Params& params);

}  // namespace cantilever::catalog
