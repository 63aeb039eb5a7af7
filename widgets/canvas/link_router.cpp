#include "widgets/canvas/link_router.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "widgets/canvas/area_index.h"

namespace cantilever::widgets {

namespace {

constexpr double kStub = 12;           // straight piece before the first and after the last bend
constexpr double kLane = 10;           // between parallel pieces of neighbouring links
constexpr double kPortSpacing = 28;    // between links on one side, where there is room
constexpr double kBundleSpacing = 32;  // and between those of two blocks: room for their labels
constexpr double kCornerMargin = 8;
constexpr double kDetour = 24;  // how far a route goes around its end blocks

bool isHorizontal(Side side) {
  return side == Side::Left || side == Side::Right;
}
double sign(double x) {
  return x < 0 ? -1 : 1;
}

/// Routes are worked out as if they left to the left or right; for top and bottom the axes are swapped.
Point swapped(Point p) {
  return {p.y, p.x};
}
Rect swapped(const Rect& r) {
  return {swapped(r.topLeft), {r.size.height, r.size.width}};
}

double portSpacing(Slot slot, double sideLength) {
  const double room = std::max(0.0, sideLength - 2 * kCornerMargin);
  return slot.count > 1 ? std::min(slot.isBundle ? kBundleSpacing : kPortSpacing,
                                   room / static_cast<double>(slot.count - 1))
                        : 0;
}

/// Distance of a slot from the middle of its side.
double portOffset(Slot slot, double sideLength) {
  return portSpacing(slot, sideLength) *
         (static_cast<double>(slot.index) - static_cast<double>(slot.count - 1) / 2);
}

double lanesFromMiddle(Slot slot) {
  return static_cast<double>(slot.index) - static_cast<double>(slot.count - 1) / 2;
}

struct PortHeights {
  double from = 0;
  double to = 0;
};

/// A link that has a side to itself gives way a little so that the line is straight; a jog of a few pixels
/// looks like a mistake.
PortHeights portHeights(const Rect& from, const Rect& to, Slot fromSlot, Slot toSlot) {
  PortHeights y{centreOf(from).y + portOffset(fromSlot, from.size.height),
                centreOf(to).y + portOffset(toSlot, to.size.height)};
  const double reachFrom = std::max(0.0, from.size.height / 2 - kCornerMargin);
  const double reachTo = std::max(0.0, to.size.height / 2 - kCornerMargin);
  if (toSlot.isBundle && std::abs(y.from - centreOf(to).y) <= reachTo) {
    y.to = y.from;
  } else if (fromSlot.isBundle && std::abs(y.to - centreOf(from).y) <= reachFrom) {
    y.from = y.to;
  } else if (std::abs(y.from - y.to) < kPortSpacing / 2 &&
             std::abs(y.from - centreOf(to).y) <= to.size.height / 2 - kCornerMargin) {
    y.to = y.from;
  }
  return y;
}

/// The middle piece of a Z. Among links on one side, the one that has the longer way past its neighbours
/// turns last; then they do not cross each other.
double turnAt(double start, double end, PortHeights y, Slot fromSlot, Slot toSlot) {
  const double direction = sign(end - start);
  const double turn = y.to > y.from ? -1 : 1;
  const double lanes = lanesFromMiddle(fromSlot) + lanesFromMiddle(toSlot);
  const double room = std::abs(end - start) / 2 - kStub;
  const double shift = std::clamp(turn * lanes * kLane, -std::max(0.0, room), std::max(0.0, room));
  return (start + end) / 2 + direction * shift;
}

std::vector<Point> horizontalRoute(const Rect& from, const Rect& to, LinkSides sides, Slot fromSlot,
                                   Slot toSlot) {
  const bool leavesRight = sides.from == Side::Right || sides.from == Side::Bottom;
  const bool entersRight = sides.to == Side::Right || sides.to == Side::Bottom;
  const double start = leavesRight ? rightOf(from) : from.topLeft.x;
  const double end = entersRight ? rightOf(to) : to.topLeft.x;
  if (sides.from == sides.to) {
    // Around: the same side of both.
    const PortHeights y{centreOf(from).y + portOffset(fromSlot, from.size.height),
                        centreOf(to).y + portOffset(toSlot, to.size.height)};
    const double beyond = kDetour + kLane * static_cast<double>(std::max(fromSlot.index, toSlot.index));
    const double x = leavesRight ? std::max(start, end) + beyond : std::min(start, end) - beyond;
    if (y.from == y.to) {
      // One block on top of the other: a loop of its own so that the ends do not run over each other.
      const double back = y.to + (y.to <= centreOf(to).y ? 2 : -2) * kLane;
      return {{start, y.from}, {x, y.from}, {x, back}, {end, back}};
    }
    return {{start, y.from}, {x, y.from}, {x, y.to}, {end, y.to}};
  }
  const PortHeights y = portHeights(from, to, fromSlot, toSlot);
  if (y.from == y.to) {
    return {{start, y.from}, {end, y.to}};
  }
  const double x = turnAt(start, end, y, fromSlot, toSlot);
  return {{start, y.from}, {x, y.from}, {x, y.to}, {end, y.to}};
}

struct Piece {
  Point a;
  Point b;
  bool isHorizontal() const { return a.y == b.y; }
  double length() const { return std::abs(a.x - b.x) + std::abs(a.y - b.y); }
  Point at(double share) const { return {a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share}; }
};

}  // namespace

Point middleOf(const Rect& block, Side side) {
  const Point centre = centreOf(block);
  switch (side) {
    case Side::Left:
      return {block.topLeft.x, centre.y};
    case Side::Top:
      return {centre.x, block.topLeft.y};
    case Side::Right:
      return {rightOf(block), centre.y};
    case Side::Bottom:
      return {centre.x, bottomOf(block)};
  }
  return centre;
}

LinkSides chooseSides(const Rect& from, const Rect& to) {
  const double toTheRight = to.topLeft.x - rightOf(from);
  const double toTheLeft = from.topLeft.x - rightOf(to);
  const double below = to.topLeft.y - bottomOf(from);
  const double above = from.topLeft.y - bottomOf(to);
  const Point by = centreOf(to) - centreOf(from);
  const double sideways = std::max(toTheRight, toTheLeft);
  const double upright = std::max(below, above);
  const bool hasRoomSideways = sideways >= 2 * kStub;
  const bool hasRoomUpright = upright >= 2 * kStub;
  if (hasRoomSideways && (!hasRoomUpright || std::abs(by.x) >= std::abs(by.y) / 2)) {
    return toTheRight >= toTheLeft ? LinkSides{Side::Right, Side::Left} : LinkSides{Side::Left, Side::Right};
  }
  if (hasRoomUpright) {
    return below >= above ? LinkSides{Side::Bottom, Side::Top} : LinkSides{Side::Top, Side::Bottom};
  }
  // Too near for a bend between them: around, on a side where the other block is not in the way.
  return sideways > upright ? LinkSides{Side::Top, Side::Top} : LinkSides{Side::Right, Side::Right};
}

std::map<LinkId, Slot> assignSlots(std::vector<SideUse> uses) {
  std::sort(uses.begin(), uses.end(), [](const SideUse& a, const SideUse& b) {
    if (a.side != b.side) {
      return a.side < b.side;
    }
    const double alongA = isHorizontal(a.side) ? a.otherCentre.y : a.otherCentre.x;
    const double alongB = isHorizontal(b.side) ? b.otherCentre.y : b.otherCentre.x;
    return alongA != alongB ? alongA < alongB : a.link < b.link;
  });
  std::map<LinkId, Slot> assigned;
  for (auto first = uses.begin(); first != uses.end();) {
    const auto last =
        std::find_if(first, uses.end(), [&](const SideUse& use) { return use.side != first->side; });
    const int count = static_cast<int>(last - first);
    const bool isBundle =
        std::all_of(first, last, [&](const SideUse& use) { return use.other == first->other; });
    for (int index = 0; first != last; ++first, ++index) {
      assigned[first->link] = {index, count, isBundle};
    }
  }
  return assigned;
}

bool isAcross(const std::vector<Point>& line, std::size_t piece) {
  return line[piece].y == line[piece + 1].y;
}

Rect rectOfPiece(const std::vector<Point>& line, std::size_t piece) {
  return spanOf(line[piece], line[piece + 1]);
}

Point portAt(const Rect& block, Side side, Slot slot) {
  const Point middle = middleOf(block, side);
  return isHorizontal(side) ? Point{middle.x, middle.y + portOffset(slot, block.size.height)}
                            : Point{middle.x + portOffset(slot, block.size.width), middle.y};
}

double portGive(const Rect& block, Side side, Slot slot) {
  const double length = isHorizontal(side) ? block.size.height : block.size.width;
  const double toCorner = length / 2 - std::abs(portOffset(slot, length)) - kCornerMargin / 2;
  const double toNeighbour = slot.count > 1 ? (portSpacing(slot, length) - kLane) / 2 : toCorner;
  return std::clamp(std::min(toCorner, toNeighbour), 0.0, kLane);
}

Point labelPoint(const std::vector<Point>& points, Slot fromSlot, Slot toSlot) {
  constexpr double kRoomForWord = 56;
  std::vector<Piece> pieces;
  for (std::size_t i = 1; i < points.size(); ++i) {
    pieces.push_back({points[i - 1], points[i]});
  }
  if (toSlot.count == 1 && pieces.back().isHorizontal() && pieces.back().length() >= kRoomForWord) {
    return pieces.back().at(0.5);
  }
  const Slot slot = toSlot.count > 1 ? toSlot : fromSlot;
  const Piece longest = *std::max_element(
      pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) { return a.length() < b.length(); });
  // Counted from the left or the top, whichever way the line goes, as slots are.
  const bool isForward = longest.b.x > longest.a.x || longest.b.y > longest.a.y;
  const double share = (static_cast<double>(slot.index) + 0.5) / static_cast<double>(slot.count);
  return longest.at(isForward ? share : 1 - share);
}

Route routeLink(const Rect& from, const Rect& to, LinkSides sides, Slot fromSlot, Slot toSlot) {
  Route route;
  if (isHorizontal(sides.from)) {
    route.points = horizontalRoute(from, to, sides, fromSlot, toSlot);
  } else {
    route.points = horizontalRoute(swapped(from), swapped(to), sides, fromSlot, toSlot);
    for (Point& point : route.points) {
      point = swapped(point);
    }
  }
  route.labelAt = labelPoint(route.points, fromSlot, toSlot);
  return route;
}

}  // namespace cantilever::widgets
