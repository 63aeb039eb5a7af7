#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
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
  std::string origins;
  Count users{100};
  Law think = Law::exponential(Duration::seconds(7));
  std::string times;
  Duration repeat;
  std::string holder;
  Count slots{0};
  Law reconnect = Law::uniform(Duration::seconds(10), 1);
};

/// Where requests come from.
struct RequestOrigin {
  std::string zone;  ///< its id
  double share = 0;  ///< of the requests; all add up to 1
};
/// "eu-west 60 %, us-east 40 %"; none of an empty text. The error says what would be right.
Result<std::vector<RequestOrigin>> parseOrigins(std::string_view text);

/// What `Workload::params` may hold.
const std::vector<ParamSpec>& workloadParams();
/// The values over the defaults; those of the wrong type count as absent (compile has checked them before).
WorkloadPolicy workloadPolicyOf(const Params& params);

}  // namespace cantilever::catalog
