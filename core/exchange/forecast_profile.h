#pragma once

#include <string>

#include "core/base/result.h"
#include "core/exchange/profile_csv.h"
#include "core/fluid/forecast.h"
#include "core/model/design.h"

namespace cantilever::exchange {

/// Sets the courses and the span of a forecast. "day", "week", "month" and "year": a shape whose mean is that
/// of the workloads, which keep a curve of their own; "design": the workloads' own curves, for 24 hours.
/// "profile.unknown" for anything else.
Result<void> useProfile(const std::string& name, const Design& design, const plan::Plan& plan,
                        fluid::Options& options);
/// The load of a table, in which the workloads keep their proportions.
void useLoadTable(const LoadTable& table, const plan::Plan& plan, fluid::Options& options);

/// When something is in a forecast: "14:05:00", from the second day on "day 3 14:05:00".
std::string momentText(double seconds);

}  // namespace cantilever::exchange
