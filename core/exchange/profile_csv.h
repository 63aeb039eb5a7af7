#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/vocabulary/plan/curve.h"

namespace cantilever::exchange {

/// A load over time from a table (RFC 4180) with the headings `time` and `rate`, and a line for each time.
struct LoadTable {
  plan::RateCurve curve;  ///< straight lines between the times; levels are requests per second
  Duration span;          ///< until the last time
};

/// Times are durations from the start ("90 s", "2 h") or plain seconds, in rising order, the first 0; rates
/// are those of all workloads together ("1.5k/s") or plain requests per second. Error codes "profile.columns"
/// and "profile.value"; messages name the line.
Result<LoadTable> readLoadTable(std::string_view csv, std::string_view fileName);

}  // namespace cantilever::exchange
