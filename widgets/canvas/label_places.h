#pragma once

#include <vector>

#include "core/model/geometry.h"

namespace cantilever::widgets {

/// The room that a link's label is given, whatever it says: a place that depended on the figures would jump
/// with them.
inline constexpr Size kLabelRoom{72, 32};

/// Where a label could stand along a line, the best first: in the middle of its pieces, the longest first,
/// then ever farther from there.
std::vector<Point> labelPlaces(const std::vector<Point>& line);

Rect labelRoomAt(Point middle);

}  // namespace cantilever::widgets
