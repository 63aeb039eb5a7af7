#include "core/layout/layout.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "core/layout/layered.h"

namespace cantilever::layout {
namespace {

constexpr double kZoneMargin = 24;  // between a zone's border and what it owns
constexpr double kZoneTitle = 48;   // the same at the top, where its title is
constexpr Size kEmptyZone{240, 136};
constexpr double kClearance = 32;  // between what is placed and what stays
constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

double right(const Rect& area) {
  return area.topLeft.x + area.size.width;
}
double bottom(const Rect& area) {
  return area.topLeft.y + area.size.height;
}
Point middle(const Rect& area) {
  return {area.topLeft.x + area.size.width / 2, area.topLeft.y + area.size.height / 2};
}
double onGrid(double coordinate) {
  return std::round(coordinate / kGrid) * kGrid;
}
Rect united(const Rect& a, const Rect& b) {
  const Point topLeft{std::min(a.topLeft.x, b.topLeft.x), std::min(a.topLeft.y, b.topLeft.y)};
  return {topLeft, {std::max(right(a), right(b)) - topLeft.x, std::max(bottom(a), bottom(b)) - topLeft.y}};
}
bool areNearer(const Rect& a, const Rect& b, double clearance) {
  return a.topLeft.x < right(b) + clearance && b.topLeft.x < right(a) + clearance &&
         a.topLeft.y < bottom(b) + clearance && b.topLeft.y < bottom(a) + clearance;
}

/// Steps around a wished place, the nearest first.
const std::vector<Point>& searchOrder() {
  static const std::vector<Point> order = [] {
    constexpr int kReach = 32;
    constexpr double kStep = 4 * kGrid;
    std::vector<Point> all;
    for (int across = -kReach; across <= kReach; ++across) {
      for (int down = -kReach; down <= kReach; ++down) {
        all.push_back({across * kStep, down * kStep});
      }
    }
    std::stable_sort(all.begin(), all.end(),
                     [](Point a, Point b) { return a.x * a.x + a.y * a.y < b.x * b.x + b.y * b.y; });
    return all;
  }();
  return order;
}

/// Moves boxes together by the least step that clears all obstacles; far below them if none does.
Point clearingShift(const std::vector<Rect>& boxes, const std::vector<Rect>& obstacles, double clearance) {
  for (const Point step : searchOrder()) {
    const bool isClear = std::none_of(boxes.begin(), boxes.end(), [&](const Rect& box) {
      const Rect moved{box.topLeft + step, box.size};
      return std::any_of(obstacles.begin(), obstacles.end(),
                         [&](const Rect& obstacle) { return areNearer(moved, obstacle, clearance); });
    });
    if (isClear) {
      return step;
    }
  }
  double lowest = 0;
  for (const Rect& obstacle : obstacles) {
    lowest = std::max(lowest, bottom(obstacle));
  }
  double highest = boxes.front().topLeft.y;
  for (const Rect& box : boxes) {
    highest = std::min(highest, box.topLeft.y);
  }
  return {0, onGrid(lowest + kRowGap - highest)};
}

/// A box on one level of the picture: a block, or a zone with all that it owns. Its area is relative to its
/// level until the level above has been drawn, unless it stays.
struct Box {
  BlockId block;
  ZoneId zone;
  std::size_t level = 0;       ///< it is on
  std::size_t inside = kNone;  ///< the level within, for zones
  bool stays = false;
  bool isEntry = false;
  bool isEmpty = true;  ///< a zone without any block, however deep
  Rect area;
};

struct Level {
  std::size_t box = kNone;  ///< the zone it is inside of; none for the whole
  std::vector<std::size_t> boxes;
  std::vector<Graph::Edge> edges;  ///< between boxes of this level, by their numbers in `m_boxes`
};

class Arranger {
 public:
  Arranger(const Design& design, const Options& options) : m_design(design) {
    m_levels.emplace_back();
    for (const Zone& zone : design.zones) {
      addZone(zone, 0);
    }
    std::set<BlockId> entries;
    for (const Workload& workload : design.workloads) {
      entries.insert(workload.entry);
    }
    for (const Block& block : design.blocks) {
      const bool isChosen = !options.only || options.only->contains(block.id);
      addBlock(block, block.isPinned || !isChosen, entries.contains(block.id));
    }
    if (options.only) {
      keepEmptyZones();
    }
    for (const Link& link : design.links) {
      addEdge(link);
    }
  }

  Placement run() {
    drawLevel(0);
    if (std::none_of(m_boxes.begin(), m_boxes.end(), [](const Box& box) { return box.stays; })) {
      keepCorner();
    }
    Placement placement;
    settle(0, {});
    for (const Box& box : m_boxes) {
      if (box.inside == kNone) {
        placement.blocks[box.block] = box.area.topLeft;
      } else {
        placement.zones[box.zone] = box.area;
      }
    }
    placeNotes(placement);
    return placement;
  }

 private:
  /// The level inside the zone; parents first. Zones in a ring, of a damaged file, end at the top.
  std::size_t addZone(const Zone& zone, std::size_t depth) {
    const auto known = m_boxOfZone.find(zone.id);
    if (known != m_boxOfZone.end()) {
      return m_boxes[known->second].inside;
    }
    const Zone* parent = m_design.zones.find(zone.parent);
    const bool hasParent = parent != nullptr && depth < m_design.zones.size();
    const std::size_t level = hasParent ? addZone(*parent, depth + 1) : 0;
    if (const auto meanwhile = m_boxOfZone.find(zone.id); meanwhile != m_boxOfZone.end()) {
      return m_boxes[meanwhile->second].inside;
    }
    Box box;
    box.zone = zone.id;
    box.area = zone.area;
    box.inside = m_levels.size();
    const std::size_t index = addBox(level, std::move(box));
    m_levels.emplace_back().box = index;
    m_boxOfZone[zone.id] = index;
    return m_boxes[index].inside;
  }

  void addBlock(const Block& block, bool stays, bool isEntry) {
    Box box;
    box.block = block.id;
    box.area = {block.position, kBlockSize};
    box.stays = stays;
    box.isEntry = isEntry;
    const auto zone = block.zone.isEmpty() ? m_boxOfZone.end() : m_boxOfZone.find(block.zone);
    const std::size_t level = zone == m_boxOfZone.end() ? 0 : m_boxes[zone->second].inside;
    m_boxOfBlock[block.id] = addBox(level, std::move(box));
    for (std::size_t at = m_levels[level].box; at != kNone; at = m_levels[m_boxes[at].level].box) {
      m_boxes[at].stays = m_boxes[at].stays || stays;
      m_boxes[at].isEntry = m_boxes[at].isEntry || isEntry;
      m_boxes[at].isEmpty = false;
    }
  }

  /// What holds none of the blocks that are asked for is not asked for either.
  void keepEmptyZones() {
    for (const auto& [id, box] : m_boxOfZone) {
      if (m_boxes[box].isEmpty) {
        for (std::size_t at = box; at != kNone; at = m_levels[m_boxes[at].level].box) {
          m_boxes[at].stays = true;
        }
      }
    }
  }

  std::size_t addBox(std::size_t level, Box box) {
    box.level = level;
    m_levels[level].boxes.push_back(m_boxes.size());
    m_boxes.push_back(std::move(box));
    return m_boxes.size() - 1;
  }

  /// The boxes around a block from the outermost to itself.
  std::vector<std::size_t> pathTo(std::size_t box) const {
    std::vector<std::size_t> path;
    for (std::size_t at = box; at != kNone; at = m_levels[m_boxes[at].level].box) {
      path.push_back(at);
    }
    std::reverse(path.begin(), path.end());
    return path;
  }

  /// A link ties the two boxes that hold its ends on the level where both are.
  void addEdge(const Link& link) {
    const auto from = m_boxOfBlock.find(link.from);
    const auto to = m_boxOfBlock.find(link.to);
    if (from == m_boxOfBlock.end() || to == m_boxOfBlock.end() || link.from == link.to) {
      return;
    }
    const std::vector<std::size_t> a = pathTo(from->second);
    const std::vector<std::size_t> b = pathTo(to->second);
    std::size_t depth = 0;
    while (a[depth] == b[depth]) {
      ++depth;
    }
    m_levels[m_boxes[a[depth]].level].edges.push_back({a[depth], b[depth]});
  }

  /// Gives every box of the level its area, from the inside out.
  void drawLevel(std::size_t level) {
    const std::vector<std::size_t> boxes = m_levels[level].boxes;
    for (const std::size_t box : boxes) {
      if (m_boxes[box].inside != kNone) {
        drawZone(box);
      }
    }
    const bool isFree =
        std::none_of(boxes.begin(), boxes.end(), [&](auto box) { return m_boxes[box].stays; });
    if (isFree) {
      drawGraph(boxes, m_levels[level].edges);
    } else {
      drawAround(level);
    }
  }

  void drawZone(std::size_t box) {
    const std::size_t inside = m_boxes[box].inside;
    if (m_levels[inside].boxes.empty() && m_boxes[box].stays) {
      return;
    }
    if (m_levels[inside].boxes.empty()) {
      const Size had = m_boxes[box].area.size;
      m_boxes[box].area.size = {columnWidthFor(std::max(had.width, kEmptyZone.width)),
                                rowHeightFor(std::max(had.height, kEmptyZone.height))};
      return;
    }
    drawLevel(inside);
    Rect content = m_boxes[m_levels[inside].boxes.front()].area;
    for (const std::size_t each : m_levels[inside].boxes) {
      content = united(content, m_boxes[each].area);
    }
    const Rect around{content.topLeft - Point{kZoneMargin, kZoneTitle},
                      {content.size.width + 2 * kZoneMargin, content.size.height + kZoneTitle + kZoneMargin}};
    if (m_boxes[box].stays) {
      m_boxes[box].area = united(m_boxes[box].area, around);
      return;
    }
    // What is rounded up goes to the margins, so that the content stays in the middle.
    const Size size{columnWidthFor(around.size.width), rowHeightFor(around.size.height)};
    const Point spare{onGrid((size.width - around.size.width) / 2),
                      onGrid((size.height - around.size.height) / 2)};
    m_boxes[box].area.size = size;
    for (const std::size_t each : m_levels[inside].boxes) {
      m_boxes[each].area.topLeft = m_boxes[each].area.topLeft - around.topLeft + spare;
    }
  }

  /// Draws these boxes from (0, 0) on.
  void drawGraph(const std::vector<std::size_t>& boxes, const std::vector<Graph::Edge>& edges) {
    Graph graph;
    std::map<std::size_t, std::size_t> indexOf;
    for (const std::size_t box : boxes) {
      indexOf[box] = graph.sizes.size();
      graph.sizes.push_back(m_boxes[box].area.size);
      graph.isEntry.push_back(m_boxes[box].isEntry);
    }
    for (const Graph::Edge& edge : edges) {
      const auto from = indexOf.find(edge.from);
      const auto to = indexOf.find(edge.to);
      if (from != indexOf.end() && to != indexOf.end()) {
        graph.edges.push_back({from->second, to->second});
      }
    }
    const std::vector<Point> corners = drawLayered(graph);
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      m_boxes[boxes[i]].area.topLeft = corners[i];
    }
  }

  /// Some stay: the others come in parts that hang together, each where its ties want it.
  void drawAround(std::size_t level) {
    std::vector<std::size_t> movable;
    std::vector<Rect> obstacles;
    for (const std::size_t box : m_levels[level].boxes) {
      if (m_boxes[box].stays) {
        obstacles.push_back(m_boxes[box].area);
      } else {
        movable.push_back(box);
      }
    }
    for (const std::vector<std::size_t>& part : partsOf(movable, m_levels[level].edges)) {
      drawGraph(part, m_levels[level].edges);
      moveBy(part, wishedShift(part, m_levels[level].edges, obstacles));
      std::vector<Rect> areas;
      for (const std::size_t box : part) {
        areas.push_back(m_boxes[box].area);
      }
      moveBy(part, clearingShift(areas, obstacles, kClearance));
      for (const std::size_t box : part) {
        obstacles.push_back(m_boxes[box].area);
      }
    }
  }

  std::vector<std::vector<std::size_t>> partsOf(const std::vector<std::size_t>& boxes,
                                                const std::vector<Graph::Edge>& edges) const {
    std::map<std::size_t, std::size_t> root;
    for (const std::size_t box : boxes) {
      root[box] = box;
    }
    const auto rootOf = [&root](std::size_t box) {
      while (root.at(box) != box) {
        box = root.at(box);
      }
      return box;
    };
    for (const Graph::Edge& edge : edges) {
      if (root.contains(edge.from) && root.contains(edge.to)) {
        const std::size_t a = rootOf(edge.from);
        const std::size_t b = rootOf(edge.to);
        root[std::max(a, b)] = std::min(a, b);
      }
    }
    std::map<std::size_t, std::vector<std::size_t>> parts;
    for (const std::size_t box : boxes) {
      parts[rootOf(box)].push_back(box);
    }
    std::vector<std::vector<std::size_t>> result;
    for (auto& [first, part] : parts) {
      result.push_back(std::move(part));
    }
    return result;
  }

  void moveBy(const std::vector<std::size_t>& boxes, Point by) {
    for (const std::size_t box : boxes) {
      m_boxes[box].area.topLeft = m_boxes[box].area.topLeft + by;
    }
  }

  /// What a part must be moved by to stand right of what uses it and left of what it uses, at the same
  /// height; without such ties, below all that stays.
  Point wishedShift(const std::vector<std::size_t>& part, const std::vector<Graph::Edge>& edges,
                    const std::vector<Rect>& obstacles) const {
    Point sum;
    int ties = 0;
    const auto isIn = [&part](std::size_t box) { return std::binary_search(part.begin(), part.end(), box); };
    for (const Graph::Edge& edge : edges) {
      if (isIn(edge.from) == isIn(edge.to)) {
        continue;
      }
      const bool isUsed = isIn(edge.to);
      const Rect& own = m_boxes[isUsed ? edge.to : edge.from].area;
      const Rect& other = m_boxes[isUsed ? edge.from : edge.to].area;
      if (!m_boxes[isUsed ? edge.from : edge.to].stays) {
        continue;
      }
      const double x = isUsed ? right(other) + kColumnGap : other.topLeft.x - kColumnGap - own.size.width;
      sum = sum + Point{x - own.topLeft.x, middle(other).y - middle(own).y};
      ++ties;
    }
    if (ties > 0) {
      return {onGrid(sum.x / ties), onGrid(sum.y / ties)};
    }
    Rect all = obstacles.front();
    for (const Rect& obstacle : obstacles) {
      all = united(all, obstacle);
    }
    return {onGrid(all.topLeft.x), onGrid(bottom(all) + kRowGap)};
  }

  /// Areas become places in the picture. Those of boxes that stay are already.
  void settle(std::size_t level, Point corner) {
    for (const std::size_t box : m_levels[level].boxes) {
      Box& each = m_boxes[box];
      const bool isPlaced = level != 0 && m_boxes[m_levels[level].box].stays;
      each.area.topLeft = isPlaced ? each.area.topLeft : each.area.topLeft + corner;
      if (each.inside != kNone) {
        settle(each.inside, each.area.topLeft);
      }
    }
  }

  /// So that the picture does not jump away from the eye.
  void keepCorner() {
    Point corner;
    bool isFirst = true;
    const auto reach = [&](Point topLeft) {
      corner = isFirst ? topLeft : Point{std::min(corner.x, topLeft.x), std::min(corner.y, topLeft.y)};
      isFirst = false;
    };
    for (const Block& block : m_design.blocks) {
      reach(block.position);
    }
    for (const Zone& zone : m_design.zones) {
      reach(zone.area.topLeft);
    }
    Point drawn;
    for (std::size_t i = 0; i < m_levels[0].boxes.size(); ++i) {
      const Point topLeft = m_boxes[m_levels[0].boxes[i]].area.topLeft;
      drawn = i == 0 ? topLeft : Point{std::min(drawn.x, topLeft.x), std::min(drawn.y, topLeft.y)};
    }
    moveBy(m_levels[0].boxes, {onGrid(corner.x) - drawn.x, onGrid(corner.y) - drawn.y});
  }

  /// The note's zone if that owns no block, however deep; null otherwise.
  const Box* emptyZoneOf(const Note& note) const {
    const auto box = m_boxOfZone.find(note.zone);
    return box != m_boxOfZone.end() && m_boxes[box->second].isEmpty ? &m_boxes[box->second] : nullptr;
  }

  /// Of those in its zone, if it is in one.
  const Block* nearestBlock(const Note& note) const {
    const bool isInZone = m_boxOfZone.contains(note.zone);
    const Block* nearest = nullptr;
    double least = 0;
    for (const Block& block : m_design.blocks) {
      const Point away = middle({block.position, kBlockSize}) - middle(note.area);
      const double distance = away.x * away.x + away.y * away.y;
      const bool isNearer = nearest == nullptr || distance < least;
      if (isNearer && (!isInZone || isWithin(m_design, block.zone, note.zone))) {
        nearest = &block;
        least = distance;
      }
    }
    return nearest;
  }

  /// Blocks, titles and borders of zones, zones without blocks.
  std::vector<Rect> obstaclesForNotes(const Placement& placement) const {
    std::vector<Rect> obstacles;
    for (const auto& [block, topLeft] : placement.blocks) {
      obstacles.push_back({topLeft, kBlockSize});
    }
    for (const auto& [zone, area] : placement.zones) {
      if (m_boxes[m_boxOfZone.at(zone)].isEmpty) {
        obstacles.push_back(area);
        continue;
      }
      constexpr double kTitleBar = 28;
      obstacles.push_back({area.topLeft, {area.size.width, kTitleBar}});
      obstacles.push_back({area.topLeft, {0, area.size.height}});
      obstacles.push_back({{right(area), area.topLeft.y}, {0, area.size.height}});
      obstacles.push_back({{area.topLeft.x, bottom(area)}, {area.size.width, 0}});
    }
    return obstacles;
  }

  /// A note goes with the block it is nearest to, out of the way of everything else; in a zone without
  /// blocks the note is what that shows, and goes with it.
  void placeNotes(Placement& placement) const {
    constexpr double kNoteClearance = 2 * kGrid;
    std::vector<Rect> obstacles = obstaclesForNotes(placement);
    for (const Note& note : m_design.notes) {
      Rect area = note.area;
      if (const Box* zone = emptyZoneOf(note)) {
        area.topLeft = area.topLeft + (zone->area.topLeft - m_design.zones.find(zone->zone)->area.topLeft);
      } else if (const Block* block = nearestBlock(note)) {
        const Point by = placement.blocks.at(block->id) - block->position;
        area.topLeft = area.topLeft + by;
        // What did not have to go anywhere stays, even if it lies on something.
        if (by != Point{}) {
          area.topLeft = area.topLeft + clearingShift({area}, obstacles, kNoteClearance);
        }
      }
      obstacles.push_back(area);
      placement.notes[note.id] = area;
    }
  }

  const Design& m_design;
  std::vector<Box> m_boxes;
  std::vector<Level> m_levels;
  std::map<ZoneId, std::size_t> m_boxOfZone;
  std::map<BlockId, std::size_t> m_boxOfBlock;
};

}  // namespace

Placement arrange(const Design& design, const Options& options) {
  return Arranger(design, options).run();
}

}  // namespace cantilever::layout
