#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/base/ids.h"
#include "core/model/geometry.h"

/// Orthogonal routes between blocks from their geometry alone: pure functions without Qt, the same on screen,
/// in pictures and in tests. A route depends on the two blocks of its link and on the blocks at the other
/// ends of the links that share a side with it, on nothing else: what moves elsewhere never makes it jump. It
/// keeps clear of its two end blocks; others may lie in its way.
namespace cantilever::widgets {

enum class Side : std::uint8_t { Left, Top, Right, Bottom };

struct LinkSides {
  Side from = Side::Right;
  Side to = Side::Left;
  bool operator==(const LinkSides&) const = default;
};

/// Facing sides where there is room between the blocks (left and right before top and bottom); otherwise both
/// right sides, so that the route goes around.
LinkSides chooseSides(const Rect& from, const Rect& to);

/// A place among the links on one side of a block, counted from the left or the top.
struct Slot {
  int index = 0;
  int count = 1;
  bool isBundle = true;  ///< all links on this side come from or go to one and the same block
  bool operator==(const Slot&) const = default;
};

/// One link's use of a side.
struct SideUse {
  LinkId link;
  Side side = Side::Right;
  BlockId other;
  Point otherCentre;  ///< centre of the block at the other end: links are ordered by it so that they do not
                      ///< cross
};

/// The slots of all links at one block. Ties are settled by link id.
std::map<LinkId, Slot> assignSlots(std::vector<SideUse> uses);

struct Route {
  std::vector<Point> points;  ///< at least two; consecutive ones differ in exactly one coordinate
  Point labelAt;              ///< centre of the label
  bool operator==(const Route&) const = default;
};

Route routeLink(const Rect& from, const Rect& to, LinkSides sides, Slot fromSlot, Slot toSlot);

/// Middle of a side.
Point middleOf(const Rect& block, Side side);
Point centreOf(const Rect& block);

}  // namespace cantilever::widgets
