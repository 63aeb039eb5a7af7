#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/model/workload.h"

namespace cantilever::exchange {

/// An objective's limit as files write it: "400 ms", "99.9 %", "100k/s", "15000 USD".
std::string limitText(Metric metric, double limit);
Result<double> parseLimit(Metric metric, std::string_view text);

}  // namespace cantilever::exchange
