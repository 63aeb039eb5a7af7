#pragma once

#include <optional>
#include <set>

#include "core/model/design.h"
#include "core/model/placement.h"

namespace cantilever::layout {

struct Options {
  /// Only these are placed, near what they are tied to; all others stay as if they were pinned. Unset: all.
  std::optional<std::set<BlockId>> only;
};

/// Places for the blocks, areas for the zones that own them, and places for notes beside what they were near.
/// Deterministic: depends on ids, links, zones and sizes; on positions only as far as something stays.
///
/// - Blocks do not overlap each other, unless those that stay did before.
/// - A zone is a box of its own, drawn from the inside out, and contains what it owns.
/// - Pinned blocks stay; the others are laid out in parts that come as near as possible to where their links
///   to what stays would have them. A zone with a pinned block in it grows as it must, and may then reach
///   over others that stay.
/// - If nothing stays the picture keeps its top left corner; laying out twice is laying out once.
Placement arrange(const Design& design, const Options& options = {});

}  // namespace cantilever::layout
