#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/catalog/block_type.h"
#include "core/edit/edit.h"
#include "core/exchange/design_json.h"
#include "core/model/design.h"
#include "widgets/canvas/canvas_view.h"

namespace cantilever::app {

/// The edit that adds a block of the type there: named after its type, in the innermost zone at that place.
/// One that only makes calls (a client) comes with a workload of 100 requests per second, since without one
/// nothing would happen.
edit::Edit addBlockEdit(const Design& design, const catalog::BlockType& type, Point at);

/// A note of that text there, in the innermost zone at that place.
edit::AddNote addNoteEdit(const Design& design, const std::string& text, Point at);

/// What a move takes over the border of a zone, and where to. Empty: into no zone.
struct ZoneChanges {
  std::map<BlockId, ZoneId> blocks;
  std::map<NoteId, ZoneId> notes;
};
ZoneChanges zoneChanges(const Design& design, const widgets::Selection& things, Point by);

/// The one zone or note has this area now.
edit::Edit resizeEdit(const widgets::Selection& one, const Rect& area);
/// Draws the zones as one block each; if all are already, opens them. Nothing without zones.
std::optional<edit::Edit> foldEdit(const Design& design, const std::vector<ZoneId>& zones);
/// A zone around the selected blocks and notes, which it owns from then on; without any an empty one there.
edit::Edit addZoneEdit(const Design& design, const widgets::Selection& around, Point at);

/// Moves the blocks, zones and notes as one step; a block or note that crosses a border belongs to the zone
/// where it comes to lie.
edit::Edit moveEdit(const Design& design, const widgets::Selection& things, Point by);
/// Puts things where a layout or an alignment has them; a note that crosses a border belongs to the zone
/// where it comes to lie.
edit::Edit placeEdit(const Design& design, const std::string& text, const Placement& placement);
/// The nearest place to `wish` where a block lies clear of all others; `wish` itself in a crowd.
Point freePlaceNear(const Design& design, Point wish);
enum class Restack : std::uint8_t { ToFront, Forward, Backward, ToBack };
/// Draws the selected blocks and notes over all others of their kind, or over the next of those that they
/// overlap, at once or by way of others; or under these.
edit::Edit restackEdit(const Design& design, const widgets::Selection& things, Restack how,
                       const std::string& text);

/// What is selected, with all that is in the selected zones and the links among the blocks.
exchange::Fragment fragmentOf(const Design& design, const widgets::Selection& selection);
/// Pastes it so that its middle is at `at`, or a little further where it would cover something exactly. What
/// does not bring its zone belongs to the one in which it comes to lie.
edit::Paste pasteEdit(const Design& design, const exchange::Fragment& fragment, Point at);
/// The same, but as far from where it was.
edit::Paste pasteByEdit(const Design& design, const exchange::Fragment& fragment, Point by);

std::vector<Block> selectedBlocks(const Design& design, const widgets::Selection& selection);
std::vector<Note> selectedNotes(const Design& design, const widgets::Selection& selection);
/// Links whose both ends are among the blocks.
std::vector<Link> linksAmong(const Design& design, const std::vector<Block>& blocks);

/// The part of the selection that the design still has.
widgets::Selection existing(const Design& design, const widgets::Selection& selection);

}  // namespace cantilever::app
