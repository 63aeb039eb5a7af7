#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "core/model/design.h"
#include "widgets/canvas/canvas_view.h"

namespace cantilever::widgets {

/// What collapsed zones hide, and what stands for it. A zone that is collapsed and inside of no other such
/// one is drawn as one block; links over its border are drawn from and to that, those with the same two ends
/// as one line.
struct Folds {
  std::set<ZoneId> zones;                ///< drawn as blocks
  std::map<ZoneId, ZoneId> hiddenZones;  ///< and inside of which of those
  std::map<BlockId, ZoneId> hiddenBlocks;
  std::map<NoteId, ZoneId> hiddenNotes;
  std::set<LinkId> hiddenLinks;                   ///< inside, or drawn by another
  std::map<LinkId, std::vector<LinkId>> bundles;  ///< links that are drawn for several, with all of them
  bool isEmpty() const { return zones.empty(); }
  bool operator==(const Folds&) const = default;
};

Folds foldsOf(const Design& design);
/// Where the zone is seen: collapsed at the place of the block that stands for it; nothing where it is inside
/// of another collapsed one.
std::optional<Rect> drawnArea(const Design& design, const Zone& zone);

/// The same of a block: of the zone that is drawn in its place.
Rect drawnArea(const Design& design, const Folds& folds, const Block& block);

/// The innermost zone around a place of those that are seen: what comes to lie there belongs to it. Empty if
/// there is none.
ZoneId zoneAt(const Design& design, Point place);

/// How a collapsed zone is called where ends of links are named by blocks; no block is called like that.
BlockId siteOfFold(const ZoneId& zone);
/// The block itself, or the zone that is drawn in its place.
BlockId siteOf(const BlockId& block, const Folds& folds);

/// What moves when these are moved: their blocks and notes, and their zones with all that these own.
Selection carriedWith(const Design& design, const Selection& chosen);

}  // namespace cantilever::widgets
