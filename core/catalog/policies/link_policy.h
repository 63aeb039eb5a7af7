#pragma once

#include <vector>

#include "core/catalog/param_spec.h"

namespace cantilever::catalog {

/// What can be said of a link beyond its own fields: how calls over it meet failure.
struct LinkPolicy {};

/// What `Link::params` may hold.
const std::vector<ParamSpec>& linkParams();
/// The values over the defaults; those of the wrong type count as absent (compile has checked them before).
LinkPolicy linkPolicyOf(const Params& params);

}  // namespace cantilever::catalog
