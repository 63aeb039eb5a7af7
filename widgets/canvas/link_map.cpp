#include "widgets/canvas/link_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "widgets/canvas/label_places.h"

namespace cantilever::widgets {
namespace {

constexpr double kPlainClearance = 10;                  // of ways of the simplest shape
constexpr std::array<double, 3> kClearances{16, 8, 3};  // around blocks, the best first
constexpr double kTolerance = 0.5;                      // against rounding
constexpr double kOtherSide = 16;                       // price of a side that does not face the other block
constexpr int kMostRounds = 24;                         // of finding what is in the way
constexpr int kDraftSearches = 60;                      // what a frame has time for

void addNeed(std::vector<Rect>& need, const std::vector<Point>& line, double clearance) {
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    need.push_back(inflated(rectOfPiece(line, i), clearance));
  }
}
/// No block is called like that.
BlockId siteOfNote(const NoteId& id) {
  return BlockId("note/" + id.text());
}
bool meets(const std::vector<Rect>& need, const Rect& area) {
  return std::any_of(need.begin(), need.end(), [&](const Rect& each) { return overlap(each, area); });
}

}  // namespace

void LinkMap::clear() {
  m_ways.clear();
  m_sites.clear();
  m_blocks.clear();
  m_pieces.clear();
  m_lines.clear();
  m_labels.clear();
  m_reach.clear();
  m_disturbed.clear();
  m_staleSides.clear();
  m_staleSlots.clear();
  m_staleWays.clear();
  m_staleLanes.clear();
  m_staleLines.clear();
  m_staleLabels.clear();
  m_unfinished.clear();
  m_draftLabels.clear();
  m_linesBefore.clear();
  m_areasBefore.clear();
  m_shown.clear();
  m_before.clear();
}

LinkMap::Site& LinkMap::siteOf(const BlockId& id) {
  const auto [at, isNew] = m_sites.try_emplace(id);
  if (isNew) {
    at->second.id = id;
  }
  return at->second;
}

void LinkMap::rememberAreaOf(const Site& site) {
  m_areasBefore.try_emplace(&site, site.exists ? std::optional(site.area) : std::nullopt);
}

void LinkMap::putBlock(const BlockId& id, const Rect& area) {
  Site& site = siteOf(id);
  if (site.exists && site.area == area) {
    return;
  }
  rememberAreaOf(site);
  if (site.exists) {
    m_blocks.erase(site.area, &site);
    disturb(site.area);
  }
  site.exists = true;
  site.area = area;
  m_blocks.insert(area, &site);
  disturb(area);
  for (const LinkId& link : site.links) {
    m_staleSides.insert(&m_ways.at(link));
  }
}

void LinkMap::removeBlock(const BlockId& id) {
  Site& site = siteOf(id);
  if (!site.exists) {
    return;
  }
  rememberAreaOf(site);
  m_blocks.erase(site.area, &site);
  disturb(site.area);
  site.exists = false;
  for (const LinkId& link : site.links) {
    m_staleSides.insert(&m_ways.at(link));
  }
}

void LinkMap::putNote(const NoteId& id, const Rect& area) {
  siteOf(siteOfNote(id)).isNote = true;
  putBlock(siteOfNote(id), area);
}

void LinkMap::removeNote(const NoteId& id) {
  removeBlock(siteOfNote(id));
}

void LinkMap::putLink(const LinkId& id, const BlockId& from, const BlockId& to) {
  const auto [at, isNew] = m_ways.try_emplace(id);
  Way& way = at->second;
  if (!isNew && way.from->id == from && way.to->id == to) {
    return;
  }
  if (!isNew) {
    for (Site* site : {way.from, way.to}) {
      site->links.erase(id);
      m_staleSlots.insert(site);
    }
  }
  way.id = id;
  way.from = &siteOf(from);
  way.to = &siteOf(to);
  way.from->links.insert(id);
  way.to->links.insert(id);
  m_staleSides.insert(&way);
}

void LinkMap::removeLink(const LinkId& id) {
  const auto at = m_ways.find(id);
  if (at == m_ways.end()) {
    return;
  }
  Way& way = at->second;
  setRaw(way, {});
  takeOut(way);
  for (Site* site : {way.from, way.to}) {
    site->links.erase(id);
    m_staleSlots.insert(site);
  }
  for (Ways* stale : {&m_staleSides, &m_staleWays, &m_staleLabels, &m_unfinished, &m_draftLabels, &m_shown}) {
    stale->erase(&way);
  }
  m_before.erase(id);
  m_ways.erase(at);
}

/// Out of what is shown; what stood back for it may come nearer.
void LinkMap::takeOut(Way& way) {
  for (std::size_t i = 0; i + 1 < way.route.points.size(); ++i) {
    m_lines.erase(rectOfPiece(way.route.points, i), {&way, i});
  }
  const auto before = m_linesBefore.find(&way);
  const std::vector<Point>& line = before == m_linesBefore.end() ? way.route.points : before->second;
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    m_staleLines.push_back(rectOfPiece(line, i));
  }
  if (before != m_linesBefore.end()) {
    m_linesBefore.erase(before);
  }
  if (way.label != Rect{}) {
    m_labels.erase(way.label, &way);
  }
  m_staleLines.push_back(way.settledLabel.value_or(way.label));
  if (way.reach != Rect{}) {
    m_reach.erase(way.reach, &way);
  }
}

const Route& LinkMap::routeOf(const LinkId& id) const {
  static const Route kNone;
  const auto at = m_ways.find(id);
  return at == m_ways.end() ? kNone : at->second.route;
}

bool LinkMap::isClear(const LinkId& id) const {
  const auto at = m_ways.find(id);
  return at != m_ways.end() && !at->second.isBlocked;
}

std::vector<LinkId> LinkMap::settle(Effort effort) {
  m_searchesLeft = effort == Effort::Draft ? kDraftSearches : std::numeric_limits<int>::max();
  if (effort == Effort::Full) {
    m_staleSides.merge(m_unfinished);
    m_unfinished.clear();
  }
  collectStale();
  for (Way* way : m_staleSides) {
    chooseSidesOf(*way);
    m_staleWays.insert(way);
    m_staleSlots.insert(way->from);
    m_staleSlots.insert(way->to);
  }
  m_staleSides.clear();
  for (Site* site : std::exchange(m_staleSlots, {})) {
    assignSlotsAt(*site);
  }
  for (Way* way : std::exchange(m_staleWays, {})) {
    findWay(*way);
    m_shown.insert(way);
  }
  settleLanes();
  for (Way* way : std::exchange(m_shown, {})) {
    showLanes(*way);
  }
  effort == Effort::Full ? settleLabels() : draftLabels();
  std::vector<LinkId> changed;
  for (const auto& [id, before] : std::exchange(m_before, {})) {
    if (m_ways.at(id).route != before) {
      changed.push_back(id);
    }
  }
  return changed;
}

/// What happened somewhere concerns the ways that looked there.
void LinkMap::collectStale() {
  for (const Rect& area : std::exchange(m_disturbed, {})) {
    m_reach.visit(area, [&](Way* way, const Rect&) {
      if (meets(way->sidesNeed, area)) {
        m_staleSides.insert(way);
      } else if (meets(way->routeNeed, area)) {
        m_staleWays.insert(way);
      }
    });
  }
}

bool LinkMap::isInTheWay(const Site& site, const Way& way) {
  const bool isFrame =
      site.isNote && (overlap(site.area, way.from->area) || overlap(site.area, way.to->area));
  return &site != way.from && &site != way.to && !isFrame;
}

std::vector<const LinkMap::Site*> LinkMap::metBy(const std::vector<Point>& line, double clearance,
                                                 const Way& way) const {
  std::vector<const Site*> met;
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    m_blocks.visit(inflated(rectOfPiece(line, i), clearance - kTolerance),
                   [&](const Site* site, const Rect&) {
                     if (isInTheWay(*site, way) && std::find(met.begin(), met.end(), site) == met.end()) {
                       met.push_back(site);
                     }
                   });
  }
  std::sort(met.begin(), met.end(), [](const Site* a, const Site* b) { return a->id < b->id; });
  return met;
}

/// Goes around what is known to be in the way, looks what else that meets, and so on.
std::optional<LinkMap::Detour> LinkMap::wayAround(const Way& way, const Ends& ends,
                                                  const std::vector<const Site*>& obstacles,
                                                  std::vector<Rect>& need) {
  for (const double wanted : kClearances) {
    std::vector<const Site*> known = obstacles;
    std::vector<Rect> areas{way.from->area, way.to->area};
    for (const Site* site : known) {
      areas.push_back(site->area);
    }
    for (int round = 0; round < kMostRounds; ++round) {
      --m_searchesLeft;
      std::optional<FoundWay> next = m_search.find(ends.from, ends.to, areas, wanted);
      if (!next) {
        break;
      }
      addNeed(need, next->points, wanted);
      bool isNew = false;
      for (const Site* site : metBy(next->points, wanted, way)) {
        if (std::find(known.begin(), known.end(), site) == known.end()) {
          known.push_back(site);
          areas.push_back(site->area);
          isNew = true;
        }
      }
      if (!isNew) {
        return Detour{std::move(*next), wanted};
      }
    }
  }
  return std::nullopt;
}

void LinkMap::chooseSidesOf(Way& way) {
  way.sidesNeed.clear();
  way.isPlain = true;
  way.isBlocked = false;
  if (!way.hasEnds()) {
    return;
  }
  const Rect& from = way.from->area;
  const Rect& to = way.to->area;
  way.sides = chooseSides(from, to);
  if (way.from == way.to) {
    return;
  }
  if (m_searchesLeft <= 0) {
    m_unfinished.insert(&way);
    return;
  }
  const std::vector<Point> plain = routeLink(from, to, way.sides, {}, {}).points;
  addNeed(way.sidesNeed, plain, kPlainClearance);
  const std::vector<const Site*> met = metBy(plain, kPlainClearance, way);
  if (met.empty()) {
    return;
  }
  const auto portsOf = [](const Rect& area, Side preferred) {
    std::vector<Port> ports;
    for (const Side side : {Side::Left, Side::Top, Side::Right, Side::Bottom}) {
      ports.push_back({middleOf(area, side), side, side == preferred ? 0 : kOtherSide});
    }
    return ports;
  };
  const Ends ends{portsOf(from, way.sides.from), portsOf(to, way.sides.to)};
  const std::optional<Detour> detour = wayAround(way, ends, met, way.sidesNeed);
  if (!detour) {
    way.isBlocked = true;
    return;
  }
  way.isPlain = false;
  way.sides = {ends.from[detour->found.fromPort].side, ends.to[detour->found.toPort].side};
}

void LinkMap::assignSlotsAt(Site& site) {
  std::vector<SideUse> uses;
  for (const LinkId& id : site.links) {
    const Way& way = m_ways.at(id);
    if (!way.hasEnds()) {
      continue;
    }
    if (way.from == &site) {
      uses.push_back({id, way.sides.from, way.to->id, centreOf(way.to->area)});
    }
    if (way.to == &site && way.from != &site) {
      uses.push_back({id, way.sides.to, way.from->id, centreOf(way.from->area)});
    }
  }
  for (const auto& [id, slot] : assignSlots(std::move(uses))) {
    Way& way = m_ways.at(id);
    Slot& own = way.from == &site ? way.fromSlot : way.toSlot;
    if (own != slot) {
      own = slot;
      m_staleWays.insert(&way);
    }
  }
}

void LinkMap::findWay(Way& way) {
  way.routeNeed.clear();
  if (!way.hasEnds()) {
    setRaw(way, {});
    return;
  }
  const Rect& from = way.from->area;
  const Rect& to = way.to->area;
  way.clearance = kPlainClearance;
  const auto plain = [&] {
    const LinkSides sides = way.isPlain ? way.sides : chooseSides(from, to);
    return routeLink(from, to, sides, way.fromSlot, way.toSlot).points;
  };
  const bool isAsPlanned = way.from == way.to || way.isBlocked || m_searchesLeft <= 0;
  if (isAsPlanned) {
    if (way.from != way.to && !way.isBlocked) {
      m_unfinished.insert(&way);
    }
    setRaw(way, plain());
    return;
  }
  std::vector<const Site*> met;
  if (way.isPlain) {
    std::vector<Point> line = plain();
    addNeed(way.routeNeed, line, kPlainClearance);
    met = metBy(line, kPlainClearance, way);
    if (met.empty()) {
      setRaw(way, std::move(line));
      return;
    }
  }
  const Ends own{{{portAt(from, way.sides.from, way.fromSlot), way.sides.from}},
                 {{portAt(to, way.sides.to, way.toSlot), way.sides.to}}};
  std::optional<Detour> detour = wayAround(way, own, met, way.routeNeed);
  if (!detour) {
    // The place among its neighbours is too near to something: the middle is not.
    const Ends middle{{{middleOf(from, way.sides.from), way.sides.from}},
                      {{middleOf(to, way.sides.to), way.sides.to}}};
    detour = wayAround(way, middle, {}, way.routeNeed);
  }
  if (!detour) {
    setRaw(way, plain());
    return;
  }
  way.clearance = detour->clearance;
  setRaw(way, std::move(detour->found.points));
}

void LinkMap::setRaw(Way& way, std::vector<Point> raw) {
  m_before.try_emplace(way.id, way.route);
  const auto giveAt = [&](const Site& site, Side side, Slot slot, Point end) {
    const bool isElsewhere = way.from == way.to || end != portAt(site.area, side, slot);
    return isElsewhere ? 0 : portGive(site.area, side, slot);
  };
  const double fromGive = raw.empty() ? 0 : giveAt(*way.from, way.sides.from, way.fromSlot, raw.front());
  const double toGive = raw.empty() ? 0 : giveAt(*way.to, way.sides.to, way.toSlot, raw.back());
  if (raw == way.raw && way.clearance == way.rawClearance && fromGive == way.fromGive &&
      toGive == way.toGive) {
    return;
  }
  way.rawClearance = way.clearance;
  way.fromGive = fromGive;
  way.toGive = toGive;
  const auto disturbLanes = [&] {
    for (std::size_t i = 0; i + 1 < way.raw.size(); ++i) {
      m_staleLanes.emplace_back(rectOfPiece(way.raw, i), isAcross(way.raw, i));
    }
  };
  disturbLanes();
  for (std::size_t i = 0; i + 1 < way.raw.size(); ++i) {
    m_pieces.erase(rectOfPiece(way.raw, i), {&way, i});
  }
  way.raw = std::move(raw);
  way.lanes.clear();
  for (std::size_t i = 0; i + 1 < way.raw.size(); ++i) {
    m_pieces.insert(rectOfPiece(way.raw, i), {&way, i});
    way.lanes.push_back(isAcross(way.raw, i) ? way.raw[i].y : way.raw[i].x);
  }
  disturbLanes();
}

}  // namespace cantilever::widgets
