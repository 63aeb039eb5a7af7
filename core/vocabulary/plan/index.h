#pragma once

#include <cstdint>

#include "core/base/quantities.h"

namespace cantilever::plan {

using Index = std::uint32_t;
inline constexpr Index kNone = 0xffffffffu;

/// Rule 3 of the engine model: durations above it are refused when compiling.
inline constexpr Duration kLongestDuration = Duration::hours(100 * 365.25 * 24);

}  // namespace cantilever::plan
