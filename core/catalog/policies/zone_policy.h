#pragma once

#include <vector>

#include "core/catalog/param_spec.h"

namespace cantilever::catalog {

/// What can be said of a zone beyond its own fields: how it fails as a whole.
struct ZonePolicy {
  bool failsAtRandom = false;
  Choice failure{"kill"};
  Duration timeToFailure = Duration::hours(8766);
  Duration timeToRepair = Duration::hours(2);
};

/// What `Zone::params` may hold.
const std::vector<ParamSpec>& zoneParams();
/// The values over the defaults; those of the wrong type count as absent (compile has checked them before).
ZonePolicy zonePolicyOf(const Params& params);

}  // namespace cantilever::catalog
