#include "widgets/canvas/link_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "core/catalog/block_type.h"
#include "core/exchange/templates.h"
#include "widgets/canvas/label_places.h"

namespace cantilever::widgets {
namespace {

struct DrawnLink {
  BlockId from;
  BlockId to;
};

/// A drawing beside the map: what a new map is made of.
struct Drawing {
  std::map<BlockId, Rect> blocks;
  std::map<LinkId, DrawnLink> links;

  void fill(LinkMap& map) const {
    for (const auto& [id, link] : links) {
      map.putLink(id, link.from, link.to);
    }
    for (const auto& [id, area] : blocks) {
      map.putBlock(id, area);
    }
  }
};

Rect blockIn(int column, int row) {
  return {{280.0 * column, 160.0 * row}, kBlockSize};
}
BlockId blockNamed(int number) {
  return BlockId("b" + std::to_string(number));
}
LinkId linkNamed(int number) {
  return LinkId("l" + std::to_string(number));
}

/// Blocks in some cells of a grid, so that there is a way between any two.
Drawing scattered(std::mt19937& random, int blocks, int links) {
  Drawing drawing;
  std::vector<int> cells(static_cast<std::size_t>(blocks * 2));
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = static_cast<int>(i);
  }
  std::shuffle(cells.begin(), cells.end(), random);
  std::uniform_int_distribution<int> off(-3, 3);
  for (int i = 0; i < blocks; ++i) {
    const int cell = cells[static_cast<std::size_t>(i)];
    Rect area = blockIn(cell % 7, cell / 7);
    area.topLeft = area.topLeft + Point{8.0 * off(random), 8.0 * off(random)};
    drawing.blocks[blockNamed(i)] = area;
  }
  std::uniform_int_distribution<int> any(0, blocks - 1);
  for (int i = 0; i < links; ++i) {
    const int from = any(random);
    const int to = any(random);
    if (from != to) {
      drawing.links[linkNamed(i)] = {blockNamed(from), blockNamed(to)};
    }
  }
  return drawing;
}

Drawing drawingOf(const std::string& templateKey) {
  Drawing drawing;
  const Result<exchange::LoadedDesign> loaded =
      exchange::loadTemplate(templateKey, catalog::Catalog::builtIn());
  EXPECT_TRUE(loaded.ok());
  for (const Block& block : loaded->design.blocks) {
    drawing.blocks[block.id] = {block.position, kBlockSize};
  }
  for (const Link& link : loaded->design.links) {
    drawing.links[link.id] = {link.from, link.to};
  }
  return drawing;
}

bool crosses(const std::vector<Point>& line, const Rect& block) {
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    if (overlap(rectOfPiece(line, i), block)) {
      return true;
    }
  }
  return false;
}

void expectOrthogonal(const Route& route, const std::string& which) {
  ASSERT_GE(route.points.size(), 2U) << which;
  for (std::size_t i = 0; i + 1 < route.points.size(); ++i) {
    const Point a = route.points[i];
    const Point b = route.points[i + 1];
    EXPECT_NE(a.x == b.x, a.y == b.y) << which << " piece " << i;
  }
}

bool liesOnBorder(Point p, const Rect& r) {
  const bool isWithin = p.x >= r.topLeft.x && p.x <= rightOf(r) && p.y >= r.topLeft.y && p.y <= bottomOf(r);
  return isWithin && (p.x == r.topLeft.x || p.x == rightOf(r) || p.y == r.topLeft.y || p.y == bottomOf(r));
}

/// All that is promised of every link of a drawing in which there is a way for each.
void expectClearWays(const LinkMap& map, const Drawing& drawing) {
  for (const auto& [id, link] : drawing.links) {
    const Route& route = map.routeOf(id);
    expectOrthogonal(route, id.text());
    EXPECT_TRUE(map.isClear(id)) << id;
    EXPECT_TRUE(liesOnBorder(route.points.front(), drawing.blocks.at(link.from))) << id;
    EXPECT_TRUE(liesOnBorder(route.points.back(), drawing.blocks.at(link.to))) << id;
    for (const auto& [block, area] : drawing.blocks) {
      EXPECT_FALSE(crosses(route.points, area)) << id << " runs through " << block;
    }
  }
}

std::map<LinkId, Route> routesOf(const LinkMap& map, const Drawing& drawing) {
  std::map<LinkId, Route> routes;
  for (const auto& [id, link] : drawing.links) {
    routes[id] = map.routeOf(id);
  }
  return routes;
}

void expectSameAsNew(const LinkMap& map, const Drawing& drawing) {
  LinkMap fresh;
  drawing.fill(fresh);
  fresh.settle(LinkMap::Effort::Full);
  for (const auto& [id, link] : drawing.links) {
    EXPECT_EQ(map.routeOf(id).points, fresh.routeOf(id).points) << id;
    EXPECT_EQ(map.routeOf(id).labelAt, fresh.routeOf(id).labelAt) << id;
  }
}

TEST(LinkMap, GoesAroundWhatIsInTheWay) {
  Drawing drawing;
  for (int i = 0; i < 3; ++i) {
    drawing.blocks[blockNamed(i)] = blockIn(i, 0);
  }
  drawing.links[linkNamed(0)] = {blockNamed(0), blockNamed(2)};
  LinkMap map;
  drawing.fill(map);
  EXPECT_EQ(map.settle(LinkMap::Effort::Full), std::vector{linkNamed(0)});
  expectClearWays(map, drawing);
  // Over or under the one between, not around the world.
  EXPECT_EQ(map.routeOf(linkNamed(0)).points.size(), 4U);
}

TEST(LinkMap, KeepsClearOfAllBlocksInRandomDrawings) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const Drawing drawing = scattered(random, 40, 70);
    LinkMap map;
    drawing.fill(map);
    map.settle(LinkMap::Effort::Full);
    expectClearWays(map, drawing);
  }
}

TEST(LinkMap, KeepsClearOfAllBlocksInEveryTemplate) {
  for (const exchange::Template& each : exchange::templates()) {
    SCOPED_TRACE(each.key);
    const Drawing drawing = drawingOf(each.key);
    LinkMap map;
    drawing.fill(map);
    map.settle(LinkMap::Effort::Full);
    expectClearWays(map, drawing);
  }
}

TEST(LinkMap, IsWhatANewMapIsWhateverCameBefore) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    Drawing drawing = scattered(random, 30, 45);
    LinkMap map;
    drawing.fill(map);
    map.settle(LinkMap::Effort::Full);
    std::uniform_int_distribution<int> dice(0, 9);
    std::uniform_int_distribution<int> anyBlock(0, 34);
    std::uniform_int_distribution<int> place(0, 200);
    int nextLink = 100;
    for (int step = 0; step < 60; ++step) {
      const BlockId block = blockNamed(anyBlock(random));
      const int what = dice(random);
      if (what < 6) {
        const Rect area{{8.0 * place(random), 8.0 * place(random)}, kBlockSize};
        drawing.blocks[block] = area;
        map.putBlock(block, area);
      } else if (what == 6) {
        drawing.blocks.erase(block);
        map.removeBlock(block);
      } else if (what == 7 && !drawing.links.empty()) {
        const LinkId link = drawing.links.begin()->first;
        drawing.links.erase(link);
        map.removeLink(link);
      } else {
        const DrawnLink link{block, blockNamed(anyBlock(random))};
        drawing.links[linkNamed(nextLink)] = link;
        map.putLink(linkNamed(nextLink++), link.from, link.to);
      }
      map.settle(dice(random) < 3 ? LinkMap::Effort::Draft : LinkMap::Effort::Full);
      if (step % 15 == 14) {
        map.settle(LinkMap::Effort::Full);
        expectSameAsNew(map, drawing);
      }
      if (::testing::Test::HasFailure()) {
        FAIL() << "step " << step;
      }
    }
  }
}

TEST(LinkMap, MovingSomethingElsewhereChangesNothing) {
  std::mt19937 random(7);
  Drawing drawing = scattered(random, 40, 60);
  const BlockId lonely("lonely");
  drawing.blocks[lonely] = {{-3000, -3000}, kBlockSize};
  LinkMap map;
  drawing.fill(map);
  map.settle(LinkMap::Effort::Full);
  const auto before = routesOf(map, drawing);
  for (int i = 1; i <= 20; ++i) {
    map.putBlock(lonely, {{-3000, -3000 + 40.0 * i}, kBlockSize});
    EXPECT_TRUE(map.settle(LinkMap::Effort::Full).empty());
  }
  EXPECT_EQ(routesOf(map, drawing), before);
}

TEST(LinkMap, ABlockThatComesAndGoesLeavesAllAsItWas) {
  std::mt19937 random(3);
  const Drawing drawing = scattered(random, 40, 60);
  LinkMap map;
  drawing.fill(map);
  map.settle(LinkMap::Effort::Full);
  const auto before = routesOf(map, drawing);
  for (int i = 0; i < 30; ++i) {
    map.putBlock(BlockId("visitor"), {{60.0 * i, 37.0 * i}, kBlockSize});
    map.settle(LinkMap::Effort::Draft);
  }
  map.removeBlock(BlockId("visitor"));
  map.settle(LinkMap::Effort::Full);
  EXPECT_EQ(routesOf(map, drawing), before);
}

TEST(LinkMap, OnlyWhatABlockMeetsGoesAroundIt) {
  Drawing drawing;
  for (int row = 0; row < 4; ++row) {
    drawing.blocks[blockNamed(2 * row)] = blockIn(0, row);
    drawing.blocks[blockNamed(2 * row + 1)] = blockIn(3, row);
    drawing.links[linkNamed(row)] = {blockNamed(2 * row), blockNamed(2 * row + 1)};
  }
  LinkMap map;
  drawing.fill(map);
  map.settle(LinkMap::Effort::Full);
  map.putBlock(BlockId("obstacle"), blockIn(1, 2));
  EXPECT_EQ(map.settle(LinkMap::Effort::Full), std::vector{linkNamed(2)});
}

TEST(LinkMap, SaysWhereThereIsNoWay) {
  Drawing drawing;
  drawing.blocks[blockNamed(0)] = blockIn(0, 0);
  drawing.blocks[blockNamed(1)] = blockIn(4, 0);
  drawing.blocks[blockNamed(2)] = inflated(blockIn(0, 0), 24);  // all around the first: nothing leads out
  drawing.links[linkNamed(0)] = {blockNamed(0), blockNamed(1)};
  LinkMap map;
  drawing.fill(map);
  map.settle(LinkMap::Effort::Full);
  EXPECT_FALSE(map.isClear(linkNamed(0)));
  expectOrthogonal(map.routeOf(linkNamed(0)), "blocked");
}

TEST(LinkMap, ALinkWithoutOneOfItsBlocksHasNoWay) {
  LinkMap map;
  map.putLink(linkNamed(0), blockNamed(0), blockNamed(1));
  map.putBlock(blockNamed(0), blockIn(0, 0));
  map.settle(LinkMap::Effort::Full);
  EXPECT_TRUE(map.routeOf(linkNamed(0)).points.empty());
  map.putBlock(blockNamed(1), blockIn(1, 0));
  EXPECT_EQ(map.settle(LinkMap::Effort::Full), std::vector{linkNamed(0)});
  EXPECT_EQ(map.routeOf(linkNamed(0)).points.size(), 2U);
  map.removeBlock(blockNamed(1));
  map.settle(LinkMap::Effort::Full);
  EXPECT_TRUE(map.routeOf(linkNamed(0)).points.empty());
}

TEST(LinkMap, LinksThatShareALineRunSideBySide) {
  // All go around the same block.
  Drawing drawing;
  for (int i = 0; i < 4; ++i) {
    drawing.blocks[blockNamed(2 * i)] = blockIn(0, i - 2);
    drawing.blocks[blockNamed(2 * i + 1)] = blockIn(4, i - 2);
    drawing.links[linkNamed(i)] = {blockNamed(2 * i), blockNamed(7 - 2 * i)};
  }
  drawing.blocks[BlockId("wall")] = {{500, -400}, {176, 800}};
  LinkMap map;
  drawing.fill(map);
  map.settle(LinkMap::Effort::Full);
  expectClearWays(map, drawing);
  std::vector<std::pair<LinkId, Rect>> pieces;
  for (const auto& [id, link] : drawing.links) {
    const std::vector<Point>& line = map.routeOf(id).points;
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      pieces.emplace_back(id, rectOfPiece(line, i));
    }
  }
  for (const auto& [a, first] : pieces) {
    for (const auto& [b, second] : pieces) {
      const bool areParallel = (first.size.width == 0) == (second.size.width == 0);
      if (a < b && areParallel) {
        EXPECT_FALSE(overlap(inflated(first, 1), inflated(second, 1))) << a << " runs on " << b;
      }
    }
  }
}

/// The length along which lines of different links lie on each other.
double lengthOnEachOther(const LinkMap& map, const Design& design) {
  struct Line {
    LinkId link;
    Strand strand;
    bool isAcross = false;
  };
  std::vector<Line> lines;
  for (const Link& link : design.links) {
    const std::vector<Point>& points = map.routeOf(link.id).points;
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
      const Rect piece = rectOfPiece(points, i);
      const bool across = isAcross(points, i);
      Strand strand;
      strand.at = across ? piece.topLeft.y : piece.topLeft.x;
      strand.begin = across ? piece.topLeft.x : piece.topLeft.y;
      strand.end = across ? rightOf(piece) : bottomOf(piece);
      lines.push_back({link.id, strand, across});
    }
  }
  double length = 0;
  for (const Line& a : lines) {
    for (const Line& b : lines) {
      const bool isOn =
          a.link < b.link && a.isAcross == b.isAcross && std::abs(a.strand.at - b.strand.at) < 2;
      length +=
          isOn
              ? std::max(0.0, std::min(a.strand.end, b.strand.end) - std::max(a.strand.begin, b.strand.begin))
              : 0;
    }
  }
  return length;
}

// Also where the last piece of one, at its block, is as high as the first piece of another at the block
// opposite.
TEST(LinkMap, NoLinesOfATemplateLieOnEachOther) {
  for (const exchange::Template& each : exchange::templates()) {
    SCOPED_TRACE(each.key);
    const Result<exchange::LoadedDesign> loaded =
        exchange::loadTemplate(each.key, catalog::Catalog::builtIn());
    ASSERT_TRUE(loaded.ok());
    LinkMap map;
    for (const Note& note : loaded->design.notes) {
      map.putNote(note.id, note.area);
    }
    drawingOf(each.key).fill(map);
    map.settle(LinkMap::Effort::Full);
    EXPECT_LE(lengthOnEachOther(map, loaded->design), 1);
  }
}

/// Labels of the largest size that cover others, or blocks, by more than their rims.
int crowdedLabels(const LinkMap& map, const Drawing& drawing) {
  constexpr double kRim = 4;
  std::vector<Rect> others;
  for (const auto& [id, area] : drawing.blocks) {
    others.push_back(area);
  }
  int crowded = 0;
  for (const auto& [id, link] : drawing.links) {
    const Rect room = labelRoomAt(map.routeOf(id).labelAt);
    crowded +=
        std::any_of(others.begin(), others.end(),
                    [&](const Rect& other) { return overlap(inflated(room, -kRim), inflated(other, -kRim)); })
            ? 1
            : 0;
    others.push_back(room);
  }
  return crowded;
}

TEST(LinkMap, LabelsStandClearOfBlocksAndOfEachOther) {
  // Three links to one block, two between the same two, one around a block.
  Drawing drawing;
  for (int row = 0; row < 3; ++row) {
    drawing.blocks[blockNamed(row)] = blockIn(0, row);
    drawing.links[linkNamed(row)] = {blockNamed(row), blockNamed(3)};
  }
  drawing.blocks[blockNamed(3)] = blockIn(1, 1);
  drawing.blocks[blockNamed(4)] = blockIn(2, 1);
  drawing.links[linkNamed(3)] = {blockNamed(3), blockNamed(4)};
  drawing.links[linkNamed(4)] = {blockNamed(3), blockNamed(4)};
  drawing.links[linkNamed(5)] = {blockNamed(1), blockNamed(4)};
  LinkMap map;
  drawing.fill(map);
  map.settle(LinkMap::Effort::Full);
  EXPECT_EQ(crowdedLabels(map, drawing), 0);
}

TEST(LinkMap, FewLabelsOfTemplatesHaveNoRoom) {
  // Between two columns there is not always room for the longest labels of all links; most have less to say.
  int links = 0;
  int crowded = 0;
  for (const exchange::Template& each : exchange::templates()) {
    const Drawing drawing = drawingOf(each.key);
    LinkMap map;
    drawing.fill(map);
    map.settle(LinkMap::Effort::Full);
    links += static_cast<int>(drawing.links.size());
    crowded += crowdedLabels(map, drawing);
  }
  EXPECT_GT(links, 300);
  EXPECT_LT(crowded * 20, links);
}

TEST(LinkMap, GoesAroundNotesUnlessTheyFrameItsBlocks) {
  Drawing drawing;
  drawing.blocks[blockNamed(0)] = blockIn(0, 0);
  drawing.blocks[blockNamed(1)] = blockIn(3, 0);
  drawing.links[linkNamed(0)] = {blockNamed(0), blockNamed(1)};
  LinkMap map;
  drawing.fill(map);
  map.settle(LinkMap::Effort::Full);
  const Route straight = map.routeOf(linkNamed(0));
  const NoteId note("note");
  const Rect between{{400, 0}, {160, 80}};
  map.putNote(note, between);
  EXPECT_EQ(map.settle(LinkMap::Effort::Full), std::vector{linkNamed(0)});
  EXPECT_FALSE(crosses(map.routeOf(linkNamed(0)).points, between));
  EXPECT_TRUE(map.isClear(linkNamed(0)));
  map.putNote(note, {{-40, -40}, {1200, 200}});
  map.settle(LinkMap::Effort::Full);
  EXPECT_EQ(map.routeOf(linkNamed(0)), straight);
  map.putNote(note, between);
  map.removeNote(note);
  map.settle(LinkMap::Effort::Full);
  EXPECT_EQ(map.routeOf(linkNamed(0)), straight);
}

}  // namespace
}  // namespace cantilever::widgets
