#include "core/layout/align.h"

#include <gtest/gtest.h>

#include "tests/core/design_builder.h"

namespace cantilever::layout {
namespace {

const std::vector<BlockId> kAll = {BlockId("a"), BlockId("b"), BlockId("c")};

Design three(Point a, Point b, Point c) {
  Design design = test::design().block("a", "pool").block("b", "pool").block("c", "pool");
  for (const auto& [id, at] : {std::pair("a", a), std::pair("b", b), std::pair("c", c)}) {
    Block block = *design.blocks.find(BlockId(id));
    block.position = at;
    design.blocks.put(block);
  }
  return design;
}

void pin(Design& design, const char* id) {
  Block block = *design.blocks.find(BlockId(id));
  block.isPinned = true;
  design.blocks.put(block);
}

TEST(Align, AgreesWithTheOutermostOrTheMiddle) {
  const Design design = three({0, 0}, {80, 200}, {400, 96});
  const auto xOf = [&](Alignment how, const char* id) {
    return aligned(design, kAll, how).blocks.at(BlockId(id)).x;
  };
  EXPECT_EQ(xOf(Alignment::Left, "c"), 0);
  EXPECT_EQ(xOf(Alignment::Right, "a"), 400);
  EXPECT_EQ(xOf(Alignment::Centre, "b"), 200);
  EXPECT_EQ(aligned(design, kAll, Alignment::Top).blocks.at(BlockId("b")), (Point{80, 0}));
  EXPECT_EQ(aligned(design, kAll, Alignment::Bottom).blocks.at(BlockId("a")), (Point{0, 200}));
  EXPECT_EQ(aligned(design, kAll, Alignment::Middle).blocks.at(BlockId("c")), (Point{400, 104}));
}

TEST(Align, BringsTheOthersToWhatIsPinned) {
  Design design = three({0, 0}, {80, 200}, {400, 96});
  pin(design, "b");
  const Placement placement = aligned(design, kAll, Alignment::Left);
  EXPECT_FALSE(placement.blocks.contains(BlockId("b")));
  EXPECT_EQ(placement.blocks.at(BlockId("a")).x, 80);
  EXPECT_EQ(placement.blocks.at(BlockId("c")).x, 80);
}

TEST(Align, NeedsTwo) {
  const Design design = three({0, 0}, {80, 200}, {400, 96});
  EXPECT_TRUE(aligned(design, {BlockId("a"), BlockId("gone")}, Alignment::Left).isEmpty());
}

TEST(Distribute, LeavesTheSameRoomBetweenNeighbours) {
  const Design design = three({0, 8}, {600, 16}, {208, 0});
  const Placement placement = distributed(design, kAll, Direction::Across);
  EXPECT_EQ(placement.blocks.at(BlockId("c")), (Point{304, 0}));  // 300 to the grid
  EXPECT_EQ(placement.blocks.at(BlockId("b")), (Point{600, 16}));
  EXPECT_TRUE(distributed(design, {BlockId("a"), BlockId("b")}, Direction::Across).isEmpty());
}

TEST(Distribute, SpreadsWhatHasTooLittleRoom) {
  const Design design = three({0, 0}, {0, 8}, {0, 16});
  const Placement placement = distributed(design, kAll, Direction::Down);
  EXPECT_GE(placement.blocks.at(BlockId("b")).y, kBlockSize.height);
  EXPECT_GE(placement.blocks.at(BlockId("c")).y - placement.blocks.at(BlockId("b")).y, kBlockSize.height);
}

}  // namespace
}  // namespace cantilever::layout
