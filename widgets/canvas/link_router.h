#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/base/ids.h"
#include "widgets/canvas/rects.h"

/// The simplest orthogonal routes between two blocks: pure functions without Qt. A route depends on the two
/// blocks of its link and on the blocks at the other ends of the links that share a side with it; it keeps
/// clear of its two end blocks. What else is in the way is the business of LinkMap.
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

/// The piece from one point to the next.
bool isAcross(const std::vector<Point>& line, std::size_t piece);
Rect rectOfPiece(const std::vector<Point>& line, std::size_t piece);

Route routeLink(const Rect& from, const Rect& to, LinkSides sides, Slot fromSlot, Slot toSlot);

/// Where a line is named: one that is alone at its end on its last piece, where nothing else runs; lines that
/// run together to one side spread along the piece that they all have, each at another share of it.
Point labelPoint(const std::vector<Point>& points, Slot fromSlot, Slot toSlot);

/// Where a link with this slot meets the side.
Point portAt(const Rect& block, Side side, Slot slot);
/// How far it may be moved along the side either way without coming near to a neighbour or a corner.
double portGive(const Rect& block, Side side, Slot slot);
/// Middle of a side.
Point middleOf(const Rect& block, Side side);

}  // namespace cantilever::widgets
