#include "core/cost/units.h"

#include <charconv>

namespace cantilever::cost {
namespace {

constexpr double kSecondsPerHour = 3600;

/// "10k requests" -> 10,000; "message" -> 1; what is sold by size or by time is not counted: 0.
double countIn(std::string_view unit) {
  double number = 1;
  const auto [end, error] = std::from_chars(unit.data(), unit.data() + unit.size(), number);
  if (error != std::errc()) {
    return unit.starts_with("GB") || unit.starts_with("TB") || unit.ends_with("hour") ||
                   unit.ends_with("month") || unit.ends_with("second")
               ? 0
               : 1;
  }
  const std::string_view rest = unit.substr(static_cast<std::size_t>(end - unit.data()));
  return rest.starts_with("k ") ? number * 1e3 : rest.starts_with("M ") ? number * 1e6 : number;
}

double gigabytesIn(std::string_view unit) {
  if (unit == "GB per direction") {
    return 0.5;
  }
  return unit == "GB" || unit == "GB scanned" ? 1 : unit == "TB scanned" ? 1000 : 0;
}

double hoursIn(std::string_view unit) {
  return unit.ends_with("hour")     ? 1
         : unit.ends_with("month")  ? kHoursPerMonth
         : unit.ends_with("second") ? 1 / kSecondsPerHour
                                    : 0;
}

/// How much of the kind's own measure one unit is.
double measureIn(Usage::Kind kind, std::string_view unit) {
  switch (kind) {
    case Usage::Kind::InstanceHours:
      return unit == "hour" ? 1 : 0;
    case Usage::Kind::StorageGbMonths:
      return unit == "GB-month" ? 1 : 0;
    case Usage::Kind::Requests:
      return countIn(unit);
    case Usage::Kind::EgressGb:
    case Usage::Kind::ProcessedGb:
      return gigabytesIn(unit);
    case Usage::Kind::CapacityUnitHours:
    case Usage::Kind::ServiceHours:
      return unit.starts_with("GB-month") ? 0 : hoursIn(unit);
  }
  return 0;
}

}  // namespace

double unitsPer(Usage::Kind kind, std::string_view unit) {
  const double measure = measureIn(kind, unit);
  return measure > 0 ? 1 / measure : 0;
}

}  // namespace cantilever::cost
