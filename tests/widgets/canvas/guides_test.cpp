#include "widgets/canvas/guides.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cantilever::widgets {
namespace {

constexpr Size kBox{100, 50};

std::size_t count(const Guided& guided, GuideLine::Kind kind) {
  return static_cast<std::size_t>(std::count_if(guided.lines.begin(), guided.lines.end(),
                                                [kind](const GuideLine& line) { return line.kind == kind; }));
}

TEST(Guides, DrawNothingInEmptySpace) {
  const Guided guided = guide({{0, 0}, kBox}, {13, 7}, {}, 6);
  EXPECT_EQ(guided.by, (Point{13, 7}));
  EXPECT_TRUE(guided.lines.empty());
}

TEST(Guides, SnapAnEdgeThatIsNearAndLeaveOneThatIsNot) {
  const std::vector<Rect> others = {{{300, 200}, kBox}};
  const Guided near = guide({{0, 0}, kBox}, {296, 40}, others, 6);
  EXPECT_EQ(near.by, (Point{300, 40}));
  ASSERT_EQ(near.lines.size(), 1u);
  EXPECT_EQ(near.lines.front().from, (Point{350, 40}));  // along the middles, over both boxes
  EXPECT_EQ(near.lines.front().to, (Point{350, 250}));
  EXPECT_EQ(guide({{0, 0}, kBox}, {290, 40}, others, 6).by, (Point{290, 40}));
}

TEST(Guides, AlignBoxesOfDifferentSizeByTheNearestEdge) {
  const std::vector<Rect> others = {{{0, 100}, {300, 80}}};
  EXPECT_EQ(guide({{0, 0}, kBox}, {198, 0}, others, 6).by.x, 200);  // right edges
  EXPECT_EQ(guide({{0, 0}, kBox}, {98, 0}, others, 6).by.x, 100);   // middles
}

TEST(Guides, KeepTheDistanceOfTheRow) {
  const std::vector<Rect> others = {{{0, 0}, kBox}, {{150, 0}, kBox}};
  const Guided after = guide({{0, 0}, kBox}, {303, 0}, others, 6);
  EXPECT_EQ(after.by, (Point{300, 0}));
  EXPECT_EQ(count(after, GuideLine::Kind::Gap), 2u);
}

TEST(Guides, StandInTheMiddleBetweenTwo) {
  const std::vector<Rect> others = {{{0, 0}, kBox}, {{400, 10}, kBox}};
  const Guided between = guide({{0, 0}, kBox}, {203, 5}, others, 4);
  EXPECT_EQ(between.by.x, 200);
  EXPECT_EQ(count(between, GuideLine::Kind::Gap), 2u);
}

}  // namespace
}  // namespace cantilever::widgets
