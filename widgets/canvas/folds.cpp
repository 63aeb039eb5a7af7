#include "widgets/canvas/folds.h"

#include <algorithm>
#include <set>
#include <utility>

#include "widgets/canvas/rects.h"

namespace cantilever::widgets {
namespace {

/// The outermost collapsed zone around, or the zone itself; empty if none is.
ZoneId foldAround(const Design& design, const ZoneId& zone) {
  ZoneId fold;
  std::size_t left = design.zones.size();  // a damaged file may hold a ring of parents
  for (const Zone* at = design.zones.find(zone); at != nullptr && left > 0;
       at = design.zones.find(at->parent), --left) {
    if (at->isCollapsed) {
      fold = at->id;
    }
  }
  return fold;
}

}  // namespace

BlockId siteOfFold(const ZoneId& zone) {
  return BlockId("zone/" + zone.text());
}

BlockId siteOf(const BlockId& block, const Folds& folds) {
  const auto hidden = folds.hiddenBlocks.find(block);
  return hidden == folds.hiddenBlocks.end() ? block : siteOfFold(hidden->second);
}

std::optional<Rect> drawnArea(const Design& design, const Zone& zone) {
  const ZoneId fold = foldAround(design, zone.id);
  if (fold.isEmpty()) {
    return zone.area;
  }
  return fold == zone.id ? std::optional(areaOfBlockAt(zone.area.topLeft)) : std::nullopt;
}

ZoneId zoneAt(const Design& design, Point place) {
  ZoneId innermost;
  double smallest = 0;  // inner zones are smaller than those around them
  for (const Zone& zone : design.zones) {
    const std::optional<Rect> area = drawnArea(design, zone);
    const double size = area ? area->size.width * area->size.height : 0;
    if (area && holds(*area, place) && (innermost.isEmpty() || size < smallest)) {
      innermost = zone.id;
      smallest = size;
    }
  }
  return innermost;
}

Rect drawnArea(const Design& design, const Folds& folds, const Block& block) {
  const auto hidden = folds.hiddenBlocks.find(block.id);
  return areaOfBlockAt(hidden == folds.hiddenBlocks.end() ? block.position
                                                          : design.zones.find(hidden->second)->area.topLeft);
}

Folds foldsOf(const Design& design) {
  Folds folds;
  for (const Zone& zone : design.zones) {
    const ZoneId fold = foldAround(design, zone.id);
    if (fold == zone.id) {
      folds.zones.insert(zone.id);
    } else if (!fold.isEmpty()) {
      folds.hiddenZones[zone.id] = fold;
    }
  }
  std::erase_if(folds.hiddenZones, [&](const auto& hidden) { return !folds.zones.contains(hidden.second); });
  if (folds.zones.empty()) {
    return folds;
  }
  const auto hide = [&](const auto& owned, auto& hidden) {
    for (const auto& each : owned) {
      const ZoneId fold = each.zone.isEmpty() ? ZoneId() : foldAround(design, each.zone);
      if (folds.zones.contains(fold)) {
        hidden[each.id] = fold;
      }
    }
  };
  hide(design.blocks, folds.hiddenBlocks);
  hide(design.notes, folds.hiddenNotes);
  std::map<std::pair<BlockId, BlockId>, LinkId> drawn;
  for (const Link& link : design.links) {
    const bool isTouched = folds.hiddenBlocks.contains(link.from) || folds.hiddenBlocks.contains(link.to);
    if (!isTouched) {
      continue;
    }
    const std::pair ends(siteOf(link.from, folds), siteOf(link.to, folds));
    if (ends.first == ends.second) {
      folds.hiddenLinks.insert(link.id);
      continue;
    }
    const auto [at, isFirst] = drawn.try_emplace(ends, link.id);
    folds.bundles[at->second].push_back(link.id);
    if (!isFirst) {
      folds.hiddenLinks.insert(link.id);
    }
  }
  std::erase_if(folds.bundles, [](const auto& bundle) { return bundle.second.size() == 1; });
  return folds;
}

Selection carriedWith(const Design& design, const Selection& chosen) {
  std::set<ZoneId> zones(chosen.zones.begin(), chosen.zones.end());
  std::set<BlockId> blocks(chosen.blocks.begin(), chosen.blocks.end());
  std::set<NoteId> notes(chosen.notes.begin(), chosen.notes.end());
  for (std::size_t before = 0; before != zones.size();) {
    before = zones.size();
    for (const Zone& zone : design.zones) {
      if (zones.contains(zone.parent)) {
        zones.insert(zone.id);
      }
    }
  }
  for (const Block& block : design.blocks) {
    if (zones.contains(block.zone)) {
      blocks.insert(block.id);
    }
  }
  for (const Note& note : design.notes) {
    if (zones.contains(note.zone)) {
      notes.insert(note.id);
    }
  }
  return {{blocks.begin(), blocks.end()}, {}, {zones.begin(), zones.end()}, {notes.begin(), notes.end()}};
}

}  // namespace cantilever::widgets
