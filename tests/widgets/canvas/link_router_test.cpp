#include "widgets/canvas/link_router.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace cantilever::widgets {
namespace {

Rect blockAt(double x, double y) {
  return {{x, y}, kBlockSize};
}

bool isOrthogonal(const Route& route) {
  for (std::size_t i = 1; i < route.points.size(); ++i) {
    const Point a = route.points[i - 1];
    const Point b = route.points[i];
    if ((a.x == b.x) == (a.y == b.y)) {
      return false;
    }
  }
  return route.points.size() >= 2;
}

bool isOnBorder(Point p, const Rect& r) {
  const double right = r.topLeft.x + r.size.width;
  const double bottom = r.topLeft.y + r.size.height;
  const bool withinX = p.x >= r.topLeft.x && p.x <= right;
  const bool withinY = p.y >= r.topLeft.y && p.y <= bottom;
  return withinX && withinY && (p.x == r.topLeft.x || p.x == right || p.y == r.topLeft.y || p.y == bottom);
}

/// Does a piece of the route pass through the inside of the block?
bool runsThrough(const Route& route, const Rect& block) {
  for (std::size_t i = 1; i < route.points.size(); ++i) {
    const Point a = route.points[i - 1];
    const Point b = route.points[i];
    if (std::max(a.x, b.x) > block.topLeft.x && std::min(a.x, b.x) < block.topLeft.x + block.size.width &&
        std::max(a.y, b.y) > block.topLeft.y && std::min(a.y, b.y) < block.topLeft.y + block.size.height) {
      return true;
    }
  }
  return false;
}

Route routeBetween(const Rect& from, const Rect& to) {
  return routeLink(from, to, chooseSides(from, to), {}, {});
}

TEST(LinkRouter, LeavesTowardsTheOtherBlock) {
  const Rect middle = blockAt(400, 400);
  EXPECT_EQ(chooseSides(middle, blockAt(800, 400)), (LinkSides{Side::Right, Side::Left}));
  EXPECT_EQ(chooseSides(middle, blockAt(0, 400)), (LinkSides{Side::Left, Side::Right}));
  EXPECT_EQ(chooseSides(middle, blockAt(400, 700)), (LinkSides{Side::Bottom, Side::Top}));
  EXPECT_EQ(chooseSides(middle, blockAt(420, 100)), (LinkSides{Side::Top, Side::Bottom}));
}

TEST(LinkRouter, GoesAroundWhenThereIsNoRoomBetweenTheBlocks) {
  const Rect from = blockAt(0, 0);
  const Rect to = blockAt(20, 80);
  EXPECT_EQ(chooseSides(from, to), (LinkSides{Side::Right, Side::Right}));
  const Route route = routeBetween(from, to);
  EXPECT_TRUE(isOrthogonal(route));
  EXPECT_FALSE(runsThrough(route, from));
  EXPECT_FALSE(runsThrough(route, to));
}

TEST(LinkRouter, DrawsNearlyAlignedBlocksStraight) {
  EXPECT_EQ(routeBetween(blockAt(0, 0), blockAt(400, 0)).points.size(), 2U);
  EXPECT_EQ(routeBetween(blockAt(0, 0), blockAt(400, 8)).points.size(), 2U);
  EXPECT_EQ(routeBetween(blockAt(0, 0), blockAt(400, 200)).points.size(), 4U);
}

TEST(LinkRouter, IsOrthogonalAndKeepsClearOfItsEndsWhereverTheBlocksAre) {
  std::mt19937 random(1);
  std::uniform_int_distribution<int> place(-100, 100);
  std::uniform_int_distribution<int> slot(0, 3);
  for (int i = 0; i < 5000; ++i) {
    const Rect from = blockAt(0, 0);
    const Rect to = blockAt(8.0 * place(random), 8.0 * place(random));
    const LinkSides sides = chooseSides(from, to);
    const Route route = routeLink(from, to, sides, {slot(random), 4, false}, {slot(random), 4, false});
    ASSERT_TRUE(isOrthogonal(route)) << to.topLeft.x << "," << to.topLeft.y;
    ASSERT_TRUE(isOnBorder(route.points.front(), from)) << to.topLeft.x << "," << to.topLeft.y;
    ASSERT_TRUE(isOnBorder(route.points.back(), to)) << to.topLeft.x << "," << to.topLeft.y;
    const bool overlap =
        std::abs(to.topLeft.x) < kBlockSize.width && std::abs(to.topLeft.y) < kBlockSize.height;
    if (!overlap) {
      ASSERT_FALSE(runsThrough(route, from)) << to.topLeft.x << "," << to.topLeft.y;
      ASSERT_FALSE(runsThrough(route, to)) << to.topLeft.x << "," << to.topLeft.y;
    }
  }
}

TEST(LinkRouter, MovesWithItsBlocksWithoutChangingShape) {
  const Route here = routeBetween(blockAt(0, 0), blockAt(320, 160));
  const Route there = routeBetween(blockAt(1000, 400), blockAt(1320, 560));
  ASSERT_EQ(here.points.size(), there.points.size());
  for (std::size_t i = 0; i < here.points.size(); ++i) {
    EXPECT_EQ(here.points[i] + (Point{1000, 400}), there.points[i]);
  }
}

TEST(LinkRouter, OrdersLinksOnASideByWhereTheyLead) {
  const auto use = [](const char* link, double y) {
    return SideUse{LinkId(link), Side::Right, BlockId(link), {500, y}};
  };
  const auto order = assignSlots({use("low", 300), use("high", -100), use("middle", 40)});
  EXPECT_EQ(order.at(LinkId("high")), (Slot{0, 3, false}));
  EXPECT_EQ(order.at(LinkId("middle")), (Slot{1, 3, false}));
  EXPECT_EQ(order.at(LinkId("low")), (Slot{2, 3, false}));
}

TEST(LinkRouter, FanOutDoesNotCrossItself) {
  // One block calls five in a column: no two of the routes may meet.
  const Rect from = blockAt(0, 400);
  std::vector<Rect> targets;
  std::vector<SideUse> uses;
  for (int i = 0; i < 5; ++i) {
    targets.push_back(blockAt(400, 200.0 * i));
    const LinkId id(std::string(1, static_cast<char>('a' + i)));
    uses.push_back({id, Side::Right, BlockId(id.text()), centreOf(targets.back())});
  }
  const auto order = assignSlots(uses);
  std::vector<Route> routes;
  for (std::size_t i = 0; i < 5; ++i) {
    routes.push_back(routeLink(from, targets[i], {Side::Right, Side::Left}, order.at(uses[i].link), {}));
  }
  for (std::size_t i = 0; i < 5; ++i) {
    for (std::size_t j = i + 1; j < 5; ++j) {
      for (std::size_t p = 1; p < routes[i].points.size(); ++p) {
        const Point a = routes[i].points[p - 1];
        const Point b = routes[i].points[p];
        const Rect piece{{std::min(a.x, b.x) - 1, std::min(a.y, b.y) - 1},
                         {std::abs(a.x - b.x) + 2, std::abs(a.y - b.y) + 2}};
        EXPECT_FALSE(runsThrough(routes[j], piece)) << i << " meets " << j;
      }
    }
  }
}

TEST(LinkRouter, SeveralLinksBetweenTwoAlignedBlocksRunStraightSideBySide) {
  const Slot first{0, 2, true};
  const Slot second{1, 2, true};
  const Rect from = blockAt(0, 0);
  const Rect to = blockAt(300, 0);
  const Route upper = routeLink(from, to, {Side::Right, Side::Left}, first, first);
  const Route lower = routeLink(from, to, {Side::Right, Side::Left}, second, second);
  EXPECT_EQ(upper.points.size(), 2U);
  EXPECT_EQ(lower.points.size(), 2U);
  EXPECT_GE(lower.points.front().y - upper.points.front().y, 8);
  EXPECT_NE(upper.labelAt.x, lower.labelAt.x) << "labels of neighbours do not cover each other";
}

}  // namespace
}  // namespace cantilever::widgets
