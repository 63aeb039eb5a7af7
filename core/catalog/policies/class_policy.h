#pragma once

#include <vector>

#include "core/catalog/param_spec.h"

namespace cantilever::catalog {

/// What can be said of a request class beyond its own fields.
struct ClassPolicy {
  Count keys{1};
  double keyExponent = 0;
  std::string keySpace;
  Count priority{0};
  Duration deadline;
};

/// What `RequestClass::params` may hold.
const std::vector<ParamSpec>& classParams();
/// The values over the defaults; those of the wrong type count as absent (compile has checked them before).
ClassPolicy classPolicyOf(const Params& params);

}  // namespace cantilever::catalog
