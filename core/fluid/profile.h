#pragma once

#include <optional>
#include <string_view>

#include "core/base/quantities.h"
#include "core/vocabulary/plan/curve.h"

/// Shapes of load over days and weeks.
namespace cantilever::fluid {

enum class Shape : std::uint8_t { Day, Week, Month, Year };

/// "day", "week", "month" (30 days) or "year" (365 days).
std::optional<Shape> shapeNamed(std::string_view name);
Duration spanOf(Shape shape);

/// The shape as a curve of levels with its highest at 1, straight between the hours: from midnight, and for
/// all but a day from a Monday. Each level is raised to a power, so that the mean over a week (of Day: over
/// the day) is `meanLevel`; one that is not between 0 and 1 leaves the shape as it is. Where the shape comes
/// from: profile.cpp.
plan::RateCurve curveOf(Shape shape, double meanLevel = 0);

/// Of a curve over so long, from the start.
double meanLevelOf(const plan::RateCurve& curve, Duration span);

}  // namespace cantilever::fluid
