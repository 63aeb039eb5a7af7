#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/catalog/param_spec.h"

namespace cantilever::catalog {

/// What can be said of a request class beyond its own fields.
struct ClassPolicy {
  Count keys{1};
  double keyExponent = 0;
  std::string hotKeys;
  Duration keyDrift;
  std::string keySpace;
  Count priority{0};
  Duration deadline;
};

/// "20 %, 5 %, 5 %": shares of the requests, each above 0, together at most 1. Error code "hot_keys.syntax".
Result<std::vector<double>> parseHotKeys(std::string_view text);

/// What `RequestClass::params` may hold.
const std::vector<ParamSpec>& classParams();
/// The values over the defaults; those of the wrong type count as absent (compile has checked them before).
ClassPolicy classPolicyOf(const Params& params);

}  // namespace cantilever::catalog
