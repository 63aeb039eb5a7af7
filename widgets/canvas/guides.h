#pragma once

#include <vector>

#include "core/model/geometry.h"

/// Smart guides: where something that is dragged lines up with what is around it. Pure functions without Qt.
namespace cantilever::widgets {

struct GuideLine {
  enum class Kind {
    Alignment,  ///< edges or middles agree along it
    Gap,        ///< one of several equal distances
  };
  Kind kind = Kind::Alignment;
  Point from;
  Point to;
  bool operator==(const GuideLine&) const = default;
};

struct Guided {
  Point by;  ///< the move, corrected
  std::vector<GuideLine> lines;
};

/// Corrects the move `by` of an area so that one of its edges or its middle agrees with one of the others',
/// or so that it keeps the distance that two others in its row or column keep, across and down each for
/// itself. Corrects by no more than `reach`; the nearest wins, alignment before distance. The lines show what
/// agrees after that, also where nothing had to be corrected.
Guided guide(const Rect& area, Point by, const std::vector<Rect>& others, double reach);

}  // namespace cantilever::widgets
