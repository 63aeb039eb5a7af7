#pragma once

#include <vector>

#include "core/catalog/param_spec.h"

namespace cantilever::catalog {

/// What can be said of a workload beyond its own fields: how its requests come.
struct WorkloadPolicy {};

/// What `Workload::params` may hold.
const std::vector<ParamSpec>& workloadParams();
/// The values over the defaults; those of the wrong type count as absent (compile has checked them before).
WorkloadPolicy workloadPolicyOf(const Params& params);

}  // namespace cantilever::catalog
