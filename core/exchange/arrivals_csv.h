#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/model/design.h"

namespace cantilever::exchange {

/// The design with the arrivals of one workload taken from a table (RFC 4180) with a heading. A column
/// `time_s`, seconds from the start in rising order, alone: the workload becomes a trace of requests at these
/// times. With a column `rate_per_s`: a curve of rates, each of which holds until the next time, nothing
/// before the first; the peak is the largest, the mean that over the time told. Error codes
/// "arrivals.workload", ".columns", ".value"; messages name the line.
Result<Design> withArrivals(Design design, std::string_view workload, std::string_view csv,
                            std::string_view fileName);

}  // namespace cantilever::exchange
