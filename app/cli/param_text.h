#pragma once

#include <string>
#include <vector>

#include "core/catalog/param_spec.h"

namespace cantilever::cli {

/// A paragraph for each parameter: key and default, what it is, its range, and where the default comes from.
std::string describe(const std::vector<catalog::ParamSpec>& specs);

}  // namespace cantilever::cli
