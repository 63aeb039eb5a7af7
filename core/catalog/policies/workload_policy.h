#pragma once

#include <string>
#include <vector>

#include "core/catalog/param_spec.h"

namespace cantilever::catalog {

/// What can be said of a workload beyond its own fields: how its requests come.
struct WorkloadPolicy {
  Choice kind{"open"};
  Law spacing;  ///< zero: as the workload's arrivals say
  Count batch{1};
  Choice batchSizes{"fixed"};
  double burstLevel = 1;
  Ratio burstShare{};
  Duration burstLength = Duration::seconds(10);
  std::string curve;
  Count users{100};
  Law think = Law::exponential(Duration::seconds(7));
  std::string times;
  Duration repeat;
  std::string holder;
  Count slots{0};
  Law reconnect = Law::uniform(Duration::seconds(10), 1);
};

/// What `Workload::params` may hold.
const std::vector<ParamSpec>& workloadParams();
/// The values over the defaults; those of the wrong type count as absent (compile has checked them before).
WorkloadPolicy workloadPolicyOf(const Params& params);

}  // namespace cantilever::catalog
