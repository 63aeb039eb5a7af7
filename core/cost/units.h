#pragma once

#include <string_view>

#include "core/vocabulary/usage.h"

namespace cantilever::cost {

/// How many of what the price book sells ("10k requests", "GB-month", "LCU-hour") one request, GB or hour is.
/// Zero for a unit that does not fit the kind.
///
/// Units are read as they are written: "100k notifications" are 1e5 requests, a month is 730 hours, a service
/// sold by the month costs that much however many hours it is used in it, and "per direction" means that both
/// ends of a transfer pay.
double unitsPer(Usage::Kind kind, std::string_view unit);

}  // namespace cantilever::cost
