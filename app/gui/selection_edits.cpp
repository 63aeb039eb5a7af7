#include "app/gui/selection_edits.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "core/model/names.h"
#include "widgets/canvas/folds.h"
#include "widgets/canvas/rects.h"

namespace cantilever::app {
namespace {

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

/// Where the things are whose places count when something is pasted.
template <class Blocks, class Zones, class Notes>
std::vector<Rect> areasOf(const Blocks& blocks, const Zones& zones, const Notes& notes) {
  std::vector<Rect> areas;
  for (const Block& block : blocks) {
    areas.push_back({block.position, kBlockSize});
  }
  for (const Zone& zone : zones) {
    areas.push_back(zone.area);
  }
  for (const Note& note : notes) {
    areas.push_back(note.area);
  }
  return areas;
}

std::optional<Rect> unitedArea(const std::vector<Rect>& areas) {
  std::optional<Rect> all;
  for (const Rect& area : areas) {
    all = all ? widgets::unitedWith(*all, area) : area;
  }
  return all;
}

/// `by`, or a little further, so that nothing lands exactly on something else.
Point uncoveringShift(const Design& design, const std::vector<Rect>& areas, Point by) {
  constexpr Point kAside{3 * kGrid, 3 * kGrid};
  std::set<std::pair<double, double>> taken;
  for (const Rect& area : areasOf(design.blocks, design.zones, design.notes)) {
    taken.emplace(area.topLeft.x, area.topLeft.y);
  }
  const auto coversOne = [&] {
    return std::any_of(areas.begin(), areas.end(), [&](const Rect& area) {
      return taken.contains({area.topLeft.x + by.x, area.topLeft.y + by.y});
    });
  };
  while (coversOne()) {
    by = by + kAside;
  }
  return by;
}

double snapped(double coordinate) {
  return std::round(coordinate / kGrid) * kGrid;
}

/// The innermost zone around the place in which a zone of that kind may lie.
ZoneId parentAt(const Design& design, Point place, ZoneKind kind) {
  ZoneId id = widgets::zoneAt(design, place);
  for (const Zone* zone = design.zones.find(id); zone != nullptr && zone->kind >= kind;
       zone = design.zones.find(id)) {
    id = zone->parent;
  }
  return id;
}

Rect areaOf(const Block& block) {
  return widgets::areaOfBlockAt(block.position);
}

Rect areaOf(const Note& note) {
  return note.area;
}

/// The chosen ones with all that overlaps them or one another, from the lowest up.
template <class T, class Ids>
std::vector<T> pileOf(const Table<T>& all, const Ids& chosen) {
  std::vector<T> pile;
  std::vector<T> rest;
  for (const T& each : all) {
    const bool isChosen = std::find(chosen.begin(), chosen.end(), each.id) != chosen.end();
    (isChosen ? pile : rest).push_back(each);
  }
  for (std::size_t i = 0; i < pile.size(); ++i) {
    const Rect area = areaOf(pile[i]);
    const auto beside = std::partition(rest.begin(), rest.end(),
                                       [&](const T& each) { return !widgets::overlap(areaOf(each), area); });
    pile.insert(pile.end(), beside, rest.end());
    rest.erase(beside, rest.end());
  }
  std::sort(pile.begin(), pile.end(),
            [](const T& a, const T& b) { return std::pair(a.zOrder, a.id) < std::pair(b.zOrder, b.id); });
  return pile;
}

/// Each of those that are chosen changes places with the next that is not.
template <class Step, class T, class Ids>
void restackByOne(const Table<T>& all, const Ids& chosen, Restack how, edit::Batch& batch) {
  std::vector<T> pile = pileOf(all, chosen);
  const auto isChosen = [&](const T& each) {
    return std::find(chosen.begin(), chosen.end(), each.id) != chosen.end();
  };
  const auto step = [&](auto first, auto last) {
    for (auto at = first; at != last && std::next(at) != last; ++at) {
      if (!isChosen(*at) && isChosen(*std::next(at))) {
        std::iter_swap(at, std::next(at));
      }
    }
  };
  how == Restack::Forward ? step(pile.rbegin(), pile.rend()) : step(pile.begin(), pile.end());
  for (std::size_t i = 1; i < pile.size(); ++i) {
    if (std::pair(pile[i].zOrder, pile[i].id) < std::pair(pile[i - 1].zOrder, pile[i - 1].id)) {
      pile[i].zOrder = std::floor(pile[i - 1].zOrder) + 1;
      batch.edits.emplace_back(Step{pile[i]});
    }
  }
}

/// Those of `all` that are chosen get an order beyond all others', among themselves as before.
template <class Step, class T, class Ids>
void restackToEnd(const Table<T>& all, const Ids& chosen, Restack end, edit::Batch& batch) {
  std::vector<T> moved;
  double least = 0;
  double most = 0;
  for (const T& each : all) {
    const bool isChosen = std::find(chosen.begin(), chosen.end(), each.id) != chosen.end();
    if (isChosen) {
      moved.push_back(each);
    } else {
      least = std::min(least, each.zOrder);
      most = std::max(most, each.zOrder);
    }
  }
  std::stable_sort(moved.begin(), moved.end(), [](const T& a, const T& b) { return a.zOrder < b.zOrder; });
  double order = end == Restack::ToFront ? most + 1 : least - static_cast<double>(moved.size());
  for (T& each : moved) {
    each.zOrder = order++;
    batch.edits.emplace_back(Step{std::move(each)});
  }
}

template <class Step, class T, class Ids>
void restack(const Table<T>& all, const Ids& chosen, Restack how, edit::Batch& batch) {
  how == Restack::ToFront || how == Restack::ToBack ? restackToEnd<Step>(all, chosen, how, batch)
                                                    : restackByOne<Step>(all, chosen, how, batch);
}

template <class Id, class T>
void keepExisting(std::vector<Id>& ids, const Table<T>& table) {
  std::erase_if(ids, [&](const Id& id) { return !table.contains(id); });
}

}  // namespace

ZoneChanges zoneChanges(const Design& design, const widgets::Selection& things, Point by) {
  const std::set<ZoneId> movedZones(things.zones.begin(), things.zones.end());
  ZoneChanges changes;
  const auto look = [&](const auto& ids, const auto& table, auto& changed) {
    for (const auto& id : ids) {
      const auto* thing = table.find(id);
      if (thing == nullptr || movedZones.contains(thing->zone)) {
        continue;  // goes with its zone
      }
      const Point middle = widgets::centreOf(areaOf(*thing));
      const ZoneId before = widgets::zoneAt(design, middle);
      const ZoneId after = widgets::zoneAt(design, middle + by);
      if (before != after && thing->zone != after) {
        changed[id] = after;
      }
    }
  };
  look(things.blocks, design.blocks, changes.blocks);
  look(things.notes, design.notes, changes.notes);
  return changes;
}

edit::Edit moveEdit(const Design& design, const widgets::Selection& things, Point by) {
  const ZoneChanges changes = zoneChanges(design, things, by);
  if (things.zones.empty() && things.notes.empty() && changes.blocks.empty()) {
    return edit::MoveBlocks{things.blocks, by};
  }
  edit::Place place;
  for (const BlockId& id : things.blocks) {
    if (const Block* block = design.blocks.find(id)) {
      place.places.blocks[id] = block->position + by;
    }
  }
  for (const ZoneId& id : things.zones) {
    if (const Zone* zone = design.zones.find(id)) {
      place.places.zones[id] = {zone->area.topLeft + by, zone->area.size};
    }
  }
  for (const NoteId& id : things.notes) {
    if (const Note* note = design.notes.find(id)) {
      place.places.notes[id] = {note->area.topLeft + by, note->area.size};
    }
  }
  const std::size_t count = place.places.size();
  const char* kind = !things.zones.empty() ? "a zone" : !things.notes.empty() ? "a note" : "a block";
  place.text = count == 1 ? std::string("Move ") + kind : "Move " + std::to_string(count) + " things";
  if (changes.blocks.empty() && changes.notes.empty()) {
    return place;
  }
  auto batch = std::make_shared<edit::Batch>();
  batch->text = place.text;
  batch->edits.emplace_back(place);
  for (const auto& [id, zone] : changes.blocks) {
    Block block = *design.blocks.find(id);
    block.position = place.places.blocks.at(id);
    block.zone = zone;
    batch->edits.emplace_back(edit::SetBlock{std::move(block)});
  }
  for (const auto& [id, zone] : changes.notes) {
    Note note = *design.notes.find(id);
    note.area = place.places.notes.at(id);
    note.zone = zone;
    batch->edits.emplace_back(edit::SetNote{std::move(note)});
  }
  return std::shared_ptr<const edit::Batch>(std::move(batch));
}

edit::Edit placeEdit(const Design& design, const std::string& text, const Placement& placement) {
  Design placed = design;
  for (const auto& [id, area] : placement.zones) {
    if (const Zone* zone = design.zones.find(id)) {
      Zone moved = *zone;
      moved.area = area;
      placed.zones.put(std::move(moved));
    }
  }
  auto batch = std::make_shared<edit::Batch>();
  batch->text = text;
  batch->edits.emplace_back(edit::Place{text, placement});
  for (const auto& [id, area] : placement.notes) {
    const Note* note = design.notes.find(id);
    if (note == nullptr) {
      continue;
    }
    const ZoneId before = widgets::zoneAt(design, widgets::centreOf(note->area));
    const ZoneId after = widgets::zoneAt(placed, widgets::centreOf(area));
    if (before != after && note->zone != after) {
      Note moved = *note;
      moved.area = area;
      moved.zone = after;
      batch->edits.emplace_back(edit::SetNote{std::move(moved)});
    }
  }
  return std::shared_ptr<const edit::Batch>(std::move(batch));
}

edit::Edit resizeEdit(const widgets::Selection& one, const Rect& area) {
  edit::Place place;
  if (!one.zones.empty()) {
    place.text = "Resize a zone";
    place.places.zones[one.zones.front()] = area;
  } else if (!one.notes.empty()) {
    place.text = "Resize a note";
    place.places.notes[one.notes.front()] = area;
  }
  return place;
}

std::optional<edit::Edit> foldEdit(const Design& design, const std::vector<ZoneId>& zones) {
  std::vector<Zone> found;
  for (const ZoneId& id : zones) {
    if (const Zone* zone = design.zones.find(id)) {
      found.push_back(*zone);
    }
  }
  if (found.empty()) {
    return std::nullopt;
  }
  const bool areCollapsed = std::ranges::all_of(found, [](const Zone& zone) { return zone.isCollapsed; });
  auto batch = std::make_shared<edit::Batch>();
  batch->text = (areCollapsed ? "Expand " : "Collapse ") +
                (found.size() > 1 ? std::to_string(found.size()) + " zones" : nameOf(found.front()));
  for (Zone& zone : found) {
    zone.isCollapsed = !areCollapsed;
    batch->edits.emplace_back(edit::SetZone{std::move(zone)});
  }
  return std::shared_ptr<const edit::Batch>(std::move(batch));
}

edit::Edit addZoneEdit(const Design& design, const widgets::Selection& around, Point at) {
  constexpr double kMargin = 3 * kGrid;
  constexpr double kTitle = 6 * kGrid;
  constexpr Size kEmpty{50 * kGrid, 30 * kGrid};
  const std::vector<Block> blocks = selectedBlocks(design, around);
  const std::vector<Note> notes = selectedNotes(design, around);
  Zone zone;
  zone.area = {at, kEmpty};
  if (const std::optional<Rect> inner = unitedArea(areasOf(blocks, std::vector<Zone>(), notes))) {
    zone.area.topLeft = inner->topLeft - Point{kMargin, kTitle};
    zone.area.size = {inner->size.width + 2 * kMargin, inner->size.height + kTitle + kMargin};
  }
  // One size below the zone around it; a rack beside a rack.
  zone.parent = widgets::zoneAt(design, widgets::centreOf(zone.area));
  const Zone* parent = design.zones.find(zone.parent);
  zone.kind =
      parent != nullptr && parent->kind != ZoneKind::Region ? ZoneKind::Rack : ZoneKind::AvailabilityZone;
  if (parent != nullptr && parent->kind == ZoneKind::Rack) {
    zone.parent = parent->parent;
  }
  const std::string wish = zone.kind == ZoneKind::Rack ? "Rack" : "Zone";
  std::set<std::string> taken;
  std::string name = wish + " A";
  for (const Zone& other : design.zones) {
    taken.insert(other.name);
  }
  for (int letter = 1; taken.contains(name); ++letter) {
    name = letter < 26 ? wish + " " + static_cast<char>('A' + letter) : wish + " " + std::to_string(letter);
  }
  zone.name = name;
  std::string id = slugOf(name);
  for (int number = 2; design.zones.contains(ZoneId(id)); ++number) {
    id = slugOf(name) + "-" + std::to_string(number);
  }
  zone.id = ZoneId(id);
  auto batch = std::make_shared<edit::Batch>();
  batch->text = "Add zone " + name;
  batch->edits.emplace_back(edit::AddZone{zone});
  for (Block block : blocks) {
    block.zone = zone.id;
    batch->edits.emplace_back(edit::SetBlock{std::move(block)});
  }
  for (Note note : notes) {
    note.zone = zone.id;
    batch->edits.emplace_back(edit::SetNote{std::move(note)});
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

edit::AddNote addNoteEdit(const Design& design, const std::string& text, Point at) {
  constexpr Size kNoteSize{2 * kBlockSize.width, kBlockSize.height};
  Note note;
  note.text = text;
  note.area = {at, kNoteSize};
  note.zone = widgets::zoneAt(design, widgets::centreOf(note.area));
  return {note};
}

edit::Edit addBlockEdit(const Design& design, const catalog::BlockType& type, Point at) {
  Block block;
  block.type = type.key;
  block.name = freeName(design, type.label);
  block.id = edit::freeBlockId(design, slugOf(block.name));
  block.position = at;
  block.zone = widgets::zoneAt(design, widgets::centreOf(areaOf(block)));
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

edit::Edit restackEdit(const Design& design, const widgets::Selection& things, Restack how,
                       const std::string& text) {
  auto batch = std::make_shared<edit::Batch>();
  batch->text = text;
  restack<edit::SetBlock>(design.blocks, things.blocks, how, *batch);
  restack<edit::SetNote>(design.notes, things.notes, how, *batch);
  return std::shared_ptr<const edit::Batch>(std::move(batch));
}

exchange::Fragment fragmentOf(const Design& design, const widgets::Selection& selection) {
  const widgets::Selection all = widgets::carriedWith(design, selection);
  exchange::Fragment fragment;
  fragment.blocks = selectedBlocks(design, all);
  fragment.links = linksAmong(design, fragment.blocks);
  for (const ZoneId& id : all.zones) {
    if (const Zone* zone = design.zones.find(id)) {
      fragment.zones.push_back(*zone);
    }
  }
  fragment.notes = selectedNotes(design, all);
  return fragment;
}

edit::Paste pasteEdit(const Design& design, const exchange::Fragment& fragment, Point at) {
  const std::optional<Rect> all = unitedArea(areasOf(fragment.blocks, fragment.zones, fragment.notes));
  const Point middle = all ? widgets::centreOf(*all) : Point{};
  return pasteByEdit(design, fragment, {snapped(at.x - middle.x), snapped(at.y - middle.y)});
}

edit::Paste pasteByEdit(const Design& design, const exchange::Fragment& fragment, Point by) {
  edit::Paste paste{fragment.blocks, fragment.links, {}, fragment.zones, fragment.notes};
  paste.by = uncoveringShift(design, areasOf(fragment.blocks, fragment.zones, fragment.notes), by);
  std::set<ZoneId> own;
  for (const Zone& zone : paste.zones) {
    own.insert(zone.id);
  }
  const auto settle = [&](auto& things) {
    for (auto& each : things) {
      if (!own.contains(each.zone)) {
        each.zone = widgets::zoneAt(design, widgets::centreOf(areaOf(each)) + paste.by);
      }
    }
  };
  settle(paste.blocks);
  settle(paste.notes);
  for (Zone& zone : paste.zones) {
    if (!own.contains(zone.parent)) {
      zone.parent = parentAt(design, widgets::centreOf(zone.area) + paste.by, zone.kind);
    }
  }
  return paste;
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

std::vector<Note> selectedNotes(const Design& design, const widgets::Selection& selection) {
  std::vector<Note> notes;
  for (const NoteId& id : selection.notes) {
    if (const Note* note = design.notes.find(id)) {
      notes.push_back(*note);
    }
  }
  return notes;
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
