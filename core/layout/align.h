#pragma once

#include <vector>

#include "core/model/design.h"
#include "core/model/placement.h"

namespace cantilever::layout {

enum class Alignment { Left, Centre, Right, Top, Middle, Bottom };

/// Moves the blocks so that their edges or middles agree: with the outermost one for edges, with the middle
/// of all for middles, to the nearest grid point. What is pinned stays, and the others come to it: where one
/// of them is pinned, its edge is the one to agree with. Blocks that are not there count for nothing.
Placement aligned(const Design& design, const std::vector<BlockId>& blocks, Alignment alignment);

enum class Direction { Across, Down };

/// The same room between each block and the next, between the two outermost, which stay; to the nearest grid
/// points. Blocks that would overlap, since there is too little room, are spread from the first on with
/// kRowGap / 2 between them. Fewer than three have nothing to distribute.
Placement distributed(const Design& design, const std::vector<BlockId>& blocks, Direction direction);

}  // namespace cantilever::layout
