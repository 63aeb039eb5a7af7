#include "app/gui/selection_edits.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <utility>

namespace cantilever::app {
namespace {

bool holds(const Rect& area, Point point) {
  return point.x >= area.topLeft.x && point.y >= area.topLeft.y &&
         point.x <= area.topLeft.x + area.size.width && point.y <= area.topLeft.y + area.size.height;
}

/// Inner zones are smaller than those around them.
ZoneId innermostZone(const Design& design, Point point) {
  ZoneId innermost;
  double smallest = 0;
  for (const Zone& zone : design.zones) {
    const double size = zone.area.size.width * zone.area.size.height;
    if (holds(zone.area, point) && (innermost.isEmpty() || size < smallest)) {
      innermost = zone.id;
      smallest = size;
    }
  }
  return innermost;
}

/// "Redis cluster", "Redis cluster 2" ...
std::string freeName(const Design& design, const std::string& wish) {
  std::set<std::string> taken;
  for (const Block& block : design.blocks) {
    taken.insert(block.name);
  }
  std::string name = wish;
  for (int number = 2; taken.contains(name); ++number) {
    name = wish + " " + std::to_string(number);
  }
  return name;
}

/// Room that a new block keeps from others where it has the choice.
constexpr double kClearance = 3 * kGrid;

bool areNear(Point a, Point b) {
  return std::abs(a.x - b.x) < kBlockSize.width + kClearance &&
         std::abs(a.y - b.y) < kBlockSize.height + kClearance;
}

/// Steps around a wished place, the nearest first.
const std::vector<Point>& searchOrder() {
  static const std::vector<Point> order = [] {
    constexpr int kReach = 24;
    constexpr double kStep = 4 * kGrid;
    std::vector<Point> all;
    for (int right = -kReach; right <= kReach; ++right) {
      for (int down = -kReach; down <= kReach; ++down) {
        all.push_back({right * kStep, down * kStep});
      }
    }
    std::stable_sort(all.begin(), all.end(),
                     [](Point a, Point b) { return a.x * a.x + a.y * a.y < b.x * b.x + b.y * b.y; });
    return all;
  }();
  return order;
}

template <class Id, class T>
void keepExisting(std::vector<Id>& ids, const Table<T>& table) {
  std::erase_if(ids, [&](const Id& id) { return !table.contains(id); });
}

}  // namespace

edit::Edit moveEdit(const Design& design, const widgets::Selection& things, Point by) {
  if (things.zones.empty() && things.notes.empty()) {
    return edit::MoveBlocks{things.blocks, by};
  }
  auto batch = std::make_shared<edit::Batch>();
  const std::size_t count = things.blocks.size() + things.zones.size() + things.notes.size();
  batch->text = count == 1 ? "Move " + std::string(things.zones.empty() ? "a note" : "a zone")
                           : "Move " + std::to_string(count) + " things";
  for (const ZoneId& id : things.zones) {
    if (const Zone* found = design.zones.find(id)) {
      Zone zone = *found;
      zone.area.topLeft = zone.area.topLeft + by;
      batch->edits.emplace_back(edit::SetZone{std::move(zone)});
    }
  }
  for (const NoteId& id : things.notes) {
    if (const Note* found = design.notes.find(id)) {
      Note note = *found;
      note.area.topLeft = note.area.topLeft + by;
      batch->edits.emplace_back(edit::SetNote{std::move(note)});
    }
  }
  if (!things.blocks.empty()) {
    batch->edits.emplace_back(edit::MoveBlocks{things.blocks, by});
  }
  return std::shared_ptr<const edit::Batch>(std::move(batch));
}

Point freePlaceNear(const Design& design, Point wish) {
  for (const Point step : searchOrder()) {
    const Point place = wish + step;
    const bool isFree = std::ranges::none_of(
        design.blocks.pointers(), [&](const auto& block) { return areNear(block->position, place); });
    if (isFree) {
      return place;
    }
  }
  return wish;
}

Point uncoveringShift(const Design& design, const std::vector<Block>& blocks, Point by) {
  constexpr Point kAside{3 * kGrid, 3 * kGrid};
  std::set<std::pair<double, double>> taken;
  for (const Block& block : design.blocks) {
    taken.emplace(block.position.x, block.position.y);
  }
  const auto coversOne = [&] {
    return std::any_of(blocks.begin(), blocks.end(), [&](const Block& block) {
      return taken.contains({block.position.x + by.x, block.position.y + by.y});
    });
  };
  while (coversOne()) {
    by = by + kAside;
  }
  return by;
}

edit::Edit addBlockEdit(const Design& design, const catalog::BlockType& type, Point at) {
  Block block;
  block.type = type.key;
  block.name = freeName(design, type.label);
  block.id = edit::freeBlockId(design, slugOf(block.name));
  block.position = at;
  block.zone = innermostZone(design, at + Point{kBlockSize.width / 2, kBlockSize.height / 2});
  if (type.acceptsCalls || !type.makesCalls) {
    return edit::AddBlock{block};
  }
  auto batch = std::make_shared<edit::Batch>();
  batch->text = "Add " + block.name;
  batch->edits.emplace_back(edit::AddBlock{block});
  RequestClass requestClass;
  if (design.classes.isEmpty()) {
    requestClass.id = ClassId("requests");
    requestClass.name = "Requests";
    batch->edits.emplace_back(edit::PutClass{requestClass});
  } else {
    requestClass = *design.classes.begin();
  }
  Workload workload;
  workload.id = WorkloadId(block.id.text());
  for (int number = 2; design.workloads.contains(workload.id); ++number) {
    workload.id = WorkloadId(block.id.text() + "-" + std::to_string(number));
  }
  workload.requestClass = requestClass.id;
  workload.entry = block.id;
  workload.peak = perSecond(100);
  workload.mean = perSecond(50);
  batch->edits.emplace_back(edit::PutWorkload{workload});
  return std::shared_ptr<const edit::Batch>(std::move(batch));
}

std::vector<Block> selectedBlocks(const Design& design, const widgets::Selection& selection) {
  std::vector<Block> blocks;
  for (const BlockId& id : selection.blocks) {
    if (const Block* block = design.blocks.find(id)) {
      blocks.push_back(*block);
    }
  }
  return blocks;
}

std::vector<Link> linksAmong(const Design& design, const std::vector<Block>& blocks) {
  std::set<BlockId> ids;
  for (const Block& block : blocks) {
    ids.insert(block.id);
  }
  std::vector<Link> links;
  for (const Link& link : design.links) {
    if (ids.contains(link.from) && ids.contains(link.to)) {
      links.push_back(link);
    }
  }
  return links;
}

widgets::Selection existing(const Design& design, const widgets::Selection& selection) {
  widgets::Selection kept = selection;
  keepExisting(kept.blocks, design.blocks);
  keepExisting(kept.links, design.links);
  keepExisting(kept.zones, design.zones);
  keepExisting(kept.notes, design.notes);
  return kept;
}

}  // namespace cantilever::app
