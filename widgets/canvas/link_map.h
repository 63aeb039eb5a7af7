#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/base/ids.h"
#include "widgets/canvas/area_index.h"
#include "widgets/canvas/lanes.h"
#include "widgets/canvas/link_router.h"
#include "widgets/canvas/way_search.h"

namespace cantilever::widgets {

/// The ways of all links of a drawing, kept as blocks and links come, move and go. Without Qt.
///
/// - A way keeps clear of all blocks and notes wherever there is such a way; links that share a line run side
/// by
///   side; labels stand clear of blocks, notes and of each other where there is room.
/// - The ways are a function of the blocks and links alone: whatever came before, they are what a new map of
///   the same drawing has (tested).
/// - A way depends on what lies along it, along the ways that were tried before it, and on its neighbours at
///   its ends and in its lanes: what happens elsewhere does not change it.
///
/// A way is looked for in the simplest shape first; what is in its way then, and only that, is gone around,
/// until nothing is. So each way costs as much as what it meets, not as much as the drawing is large.
class LinkMap {
 public:
  enum class Effort : std::uint8_t {
    Full,
    /// For a frame of a gesture: beyond some searches links go straight through, and labels make no room for
    /// each other, until the next Full.
    Draft,
  };

  LinkMap() = default;
  LinkMap(const LinkMap&) = delete;
  LinkMap& operator=(const LinkMap&) = delete;

  void clear();
  /// Adds the block or moves it.
  void putBlock(const BlockId& id, const Rect& area);
  void removeBlock(const BlockId& id);
  /// Notes are gone around too, but not by the links of blocks that lie on them: such a note is a frame.
  void putNote(const NoteId& id, const Rect& area);
  void removeNote(const NoteId& id);
  /// Adds the link or gives it other ends. An end may be missing: then it has no way.
  void putLink(const LinkId& id, const BlockId& from, const BlockId& to);
  void removeLink(const LinkId& id);

  /// Finds the ways anew where anything changed; the links that have another one now, in order.
  std::vector<LinkId> settle(Effort effort);
  /// Without points if there is none.
  const Route& routeOf(const LinkId& id) const;
  /// False: there is no way around what lies between its ends.
  bool isClear(const LinkId& id) const;

 private:
  struct Site {
    BlockId id;
    Rect area;
    bool exists = false;
    bool isNote = false;
    std::set<LinkId> links;
  };
  struct Way {
    LinkId id;
    Site* from = nullptr;
    Site* to = nullptr;
    LinkSides sides;
    Slot fromSlot;
    Slot toSlot;
    bool isPlain = true;  ///< of the simplest shape
    bool isBlocked = false;
    double clearance = 0;     ///< what the way keeps from blocks
    double rawClearance = 0;  ///< what `raw` does
    double fromGive = 0;      ///< how far its ends may be moved at their blocks
    double toGive = 0;
    std::vector<Rect> sidesNeed;  ///< where a block would change the choice of sides
    std::vector<Rect> routeNeed;  ///< and where it would change the way between them
    std::vector<Point> raw;       ///< before links were moved apart
    std::vector<double> lanes;    ///< where each piece of `raw` lies now
    Route route;
    Point wished;  ///< where its label stands if nothing is in the way
    Rect label;
    std::optional<Rect> settledLabel;  ///< the one before drafts placed it elsewhere
    Rect reach;                        ///< around all that it depends on
    bool hasEnds() const { return from->exists && to->exists; }
  };
  struct InOrder {
    bool operator()(const Way* a, const Way* b) const { return a->id < b->id; }
  };
  using Ways = std::set<Way*, InOrder>;
  /// A piece of a way.
  struct Piece {
    Way* way = nullptr;
    std::size_t number = 0;
    bool operator==(const Piece&) const = default;
  };

  Site& siteOf(const BlockId& id);
  void disturb(const Rect& area) { m_disturbed.push_back(area); }
  void rememberAreaOf(const Site& site);
  void takeOut(Way& way);
  void collectStale();
  void chooseSidesOf(Way& way);
  void assignSlotsAt(Site& site);
  void findWay(Way& way);
  /// Where a way may begin and end.
  struct Ends {
    std::vector<Port> from;
    std::vector<Port> to;
  };
  struct Detour {
    FoundWay found;
    double clearance = 0;  ///< what it keeps
  };
  std::optional<Detour> wayAround(const Way& way, const Ends& ends, const std::vector<const Site*>& obstacles,
                                  std::vector<Rect>& need);
  static bool isInTheWay(const Site& site, const Way& way);
  std::vector<const Site*> metBy(const std::vector<Point>& line, double clearance, const Way& way) const;
  void setRaw(Way& way, std::vector<Point> raw);
  void settleLanes();
  std::vector<Piece> settleLanesWith(const Piece& first);
  Strand strandOf(const Piece& piece) const;
  void showLanes(Way& way);
  void settleLabels();
  void draftLabels();
  void collectStaleLabels();
  void placeLabel(Way& way);
  /// Exact below the limit.
  double crowdAt(const Rect& room, const Way& way, double limit) const;
  static bool mayBeNamedNear(const Way& way, const Rect& area);
  void settleReach(Way& way);

  std::map<BlockId, Site> m_sites;
  std::map<LinkId, Way> m_ways;
  AreaIndex<const Site*> m_blocks;
  AreaIndex<Piece> m_pieces;  ///< of raw ways
  AreaIndex<Piece> m_lines;   ///< of ways as they are shown
  AreaIndex<const Way*> m_labels;
  AreaIndex<Way*> m_reach;
  WaySearch m_search;
  int m_searchesLeft = 0;

  // What settle has to do.
  std::vector<Rect> m_disturbed;  ///< where a block came, went or moved
  Ways m_staleSides;
  std::set<Site*> m_staleSlots;
  Ways m_staleWays;
  std::vector<std::pair<Rect, bool>> m_staleLanes;  ///< a piece was or is there; across or down
  std::vector<Rect> m_staleLines;                   ///< a line or label was there
  Ways m_staleLabels;
  Ways m_unfinished;   ///< left out of drafts
  Ways m_draftLabels;  ///< placed by drafts
  // What labels keep clear of, as it was when they were settled last: of what was moved since.
  std::map<Way*, std::vector<Point>, InOrder> m_linesBefore;
  std::map<const Site*, std::optional<Rect>> m_areasBefore;
  Ways m_shown;                      ///< to be looked at again for what is shown
  std::map<LinkId, Route> m_before;  ///< routes at the last settle of what has changed since
};

}  // namespace cantilever::widgets
