#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "widgets/canvas/label_places.h"
#include "widgets/canvas/link_map.h"

namespace cantilever::widgets {
namespace {

constexpr double kLeastPiece = 8;  // what moving apart leaves of a neighbouring piece
constexpr double kMostShift = 13;

int signOf(double x) {
  return x < 0 ? -1 : x > 0 ? 1 : 0;
}

bool hasPiece(const std::vector<Point>& line, const Rect& piece) {
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    if (rectOfPiece(line, i) == piece) {
      return true;
    }
  }
  return false;
}

void addPiecesNotIn(const std::vector<Point>& other, const std::vector<Point>& line,
                    std::vector<Rect>& pieces) {
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    const Rect piece = rectOfPiece(line, i);
    if (!hasPiece(other, piece)) {
      pieces.push_back(piece);
    }
  }
}

/// How much of the room the area covers, 0 to 1.
double shareOn(const Rect& area, const Rect& room) {
  const double width = std::min(rightOf(area), rightOf(room)) - std::max(area.topLeft.x, room.topLeft.x);
  const double height = std::min(bottomOf(area), bottomOf(room)) - std::max(area.topLeft.y, room.topLeft.y);
  return std::max(0.0, width) * std::max(0.0, height) / (room.size.width * room.size.height);
}

}  // namespace

Strand LinkMap::strandOf(const Piece& piece) const {
  const std::vector<Point>& line = piece.way->raw;
  const std::size_t i = piece.number;
  const bool across = isAcross(line, i);
  const auto along = [&](Point p) { return across ? p.x : p.y; };
  const auto beside = [&](Point p) { return across ? p.y : p.x; };
  const bool isForward = along(line[i]) <= along(line[i + 1]);
  Strand strand;
  strand.at = beside(line[i]);
  strand.begin = std::min(along(line[i]), along(line[i + 1]));
  strand.end = std::max(along(line[i]), along(line[i + 1]));
  const double before = i > 0 ? beside(line[i - 1]) - strand.at : 0;
  const double after = i + 2 < line.size() ? beside(line[i + 2]) - strand.at : 0;
  strand.turnAtBegin = signOf(isForward ? before : after);
  strand.turnAtEnd = signOf(isForward ? after : before);
  const bool isFirst = i == 0;
  const bool isLast = i + 2 == line.size();
  double room = std::clamp(piece.way->clearance - 3, 0.0, kMostShift);
  room = isFirst ? std::min(room, piece.way->fromGive) : room;
  room = isLast ? std::min(room, piece.way->toGive) : room;
  strand.least = room;
  strand.most = room;
  // Neighbouring pieces grow shorter, and may move themselves.
  const auto keep = [&](double length, bool isPort) {
    const double spare = std::max(0.0, (std::abs(length) - kLeastPiece) / (isPort ? 1 : 2));
    double& limit = length > 0 ? strand.most : strand.least;
    limit = std::min(limit, spare);
  };
  if (!isFirst) {
    keep(before, i == 1);
  }
  if (!isLast) {
    keep(after, i + 3 == line.size());
  }
  return strand;
}

void LinkMap::settleLanes() {
  std::set<std::pair<Way*, std::size_t>> done;
  for (const auto& [area, across] : std::exchange(m_staleLanes, {})) {
    std::vector<Piece> near;
    m_pieces.visit(inflated(area, kLaneWidth), [&, isAlike = across](const Piece& piece, const Rect&) {
      if (isAcross(piece.way->raw, piece.number) == isAlike) {
        near.push_back(piece);
      }
    });
    for (const Piece& piece : near) {
      if (done.contains({piece.way, piece.number})) {
        continue;
      }
      for (const Piece& settled : settleLanesWith(piece)) {
        done.insert({settled.way, settled.number});
      }
    }
  }
}

/// Spreads all that hangs together with this piece.
std::vector<LinkMap::Piece> LinkMap::settleLanesWith(const Piece& first) {
  const auto comesFirst = [](const Piece& a, const Piece& b) {
    return a.way != b.way ? a.way->id < b.way->id : a.number < b.number;
  };
  std::set<Piece, decltype(comesFirst)> together(comesFirst);
  std::vector<Piece> waiting{first};
  together.insert(first);
  while (!waiting.empty()) {
    const Piece piece = waiting.back();
    waiting.pop_back();
    const Strand strand = strandOf(piece);
    const bool across = isAcross(piece.way->raw, piece.number);
    m_pieces.visit(inflated(rectOfPiece(piece.way->raw, piece.number), kLaneWidth),
                   [&](const Piece& other, const Rect&) {
                     const bool isNew = isAcross(other.way->raw, other.number) == across &&
                                        runTogether(strand, strandOf(other)) && together.insert(other).second;
                     if (isNew) {
                       waiting.push_back(other);
                     }
                   });
  }
  std::vector<Piece> pieces(together.begin(), together.end());
  std::vector<Strand> strands;
  for (const Piece& piece : pieces) {
    strands.push_back(strandOf(piece));
    strands.back().order = strands.size();
  }
  const std::vector<double> places = pieces.size() > 1 ? spread(strands) : std::vector{strands.front().at};
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    double& lane = pieces[i].way->lanes[pieces[i].number];
    if (lane != places[i]) {
      lane = places[i];
      m_shown.insert(pieces[i].way);
    }
  }
  return pieces;
}

void LinkMap::showLanes(Way& way) {
  m_before.try_emplace(way.id, way.route);
  std::vector<Point> line = way.raw;
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    const bool across = isAcross(way.raw, i);
    for (Point* end : {&line[i], &line[i + 1]}) {
      (across ? end->y : end->x) = way.lanes[i];
    }
  }
  const bool isNew = line != way.route.points;
  if (isNew) {
    m_linesBefore.try_emplace(&way, way.route.points);
    const auto eachPiece = [&](const auto& step) {
      for (std::size_t i = 0; i + 1 < way.route.points.size(); ++i) {
        step(rectOfPiece(way.route.points, i), Piece{&way, i});
      }
    };
    eachPiece([&](const Rect& area, const Piece& piece) { m_lines.erase(area, piece); });
    way.route.points = std::move(line);
    eachPiece([&](const Rect& area, const Piece& piece) { m_lines.insert(area, piece); });
  }
  const Point wished =
      way.route.points.empty() ? Point{} : labelPoint(way.route.points, way.fromSlot, way.toSlot);
  if (isNew || wished != way.wished) {
    way.wished = wished;
    m_staleLabels.insert(&way);
  }
  settleReach(way);
}

void LinkMap::settleReach(Way& way) {
  Rect reach;
  const auto add = [&](const Rect& area) { reach = reach == Rect{} ? area : unitedWith(reach, area); };
  for (const auto* need : {&way.sidesNeed, &way.routeNeed}) {
    std::for_each(need->begin(), need->end(), add);
  }
  for (std::size_t i = 0; i + 1 < way.route.points.size(); ++i) {
    add(inflated(rectOfPiece(way.route.points, i), kLabelRoom.width));
  }
  if (reach == way.reach) {
    return;
  }
  if (way.reach != Rect{}) {
    m_reach.erase(way.reach, &way);
  }
  way.reach = reach;
  if (way.reach != Rect{}) {
    m_reach.insert(way.reach, &way);
  }
}

/// What came, went or moved since labels were settled concerns those that stand near.
void LinkMap::collectStaleLabels() {
  m_staleLabels.merge(std::exchange(m_draftLabels, {}));
  std::vector<Rect> areas = std::exchange(m_staleLines, {});
  for (const auto& [way, before] : std::exchange(m_linesBefore, {})) {
    addPiecesNotIn(way->route.points, before, areas);
    addPiecesNotIn(before, way->route.points, areas);
  }
  for (const auto& [site, before] : std::exchange(m_areasBefore, {})) {
    const std::optional<Rect> now = site->exists ? std::optional(site->area) : std::nullopt;
    for (const std::optional<Rect>* area : {&before, &now}) {
      if (before != now && *area) {
        areas.push_back(**area);
      }
    }
  }
  for (const Rect& area : areas) {
    m_reach.visit(area, [&](Way* way, const Rect&) {
      if (mayBeNamedNear(*way, area)) {
        m_staleLabels.insert(way);
      }
    });
  }
}

/// Labels are placed in the order of links; each stands clear of those before it.
void LinkMap::settleLabels() {
  collectStaleLabels();
  while (!m_staleLabels.empty()) {
    Way* way = *m_staleLabels.begin();
    m_staleLabels.erase(m_staleLabels.begin());
    const Rect before = std::exchange(way->settledLabel, std::nullopt).value_or(way->label);
    placeLabel(*way);
    if (way->label == before) {
      continue;
    }
    for (const Rect& area : {before, way->label}) {
      m_reach.visit(area, [&](Way* other, const Rect&) {
        if (way->id < other->id && mayBeNamedNear(*other, area)) {
          m_staleLabels.insert(other);
        }
      });
    }
  }
}

/// Those of lines that have moved find a place among the others, which stay where they are.
void LinkMap::draftLabels() {
  constexpr std::size_t kDraftLabels = 60;
  const bool isTooMuch = m_staleLabels.size() > kDraftLabels;
  for (Way* way : std::exchange(m_staleLabels, {})) {
    m_draftLabels.insert(way);
    if (isTooMuch) {
      way->route.labelAt = way->wished;
      continue;
    }
    if (!way->settledLabel) {
      way->settledLabel = way->label;
    }
    placeLabel(*way);
  }
}

/// Labels have their middle on the line.
bool LinkMap::mayBeNamedNear(const Way& way, const Rect& area) {
  const Rect room{{area.topLeft.x - kLabelRoom.width / 2, area.topLeft.y - kLabelRoom.height / 2},
                  {area.size.width + kLabelRoom.width, area.size.height + kLabelRoom.height}};
  for (std::size_t i = 0; i + 1 < way.route.points.size(); ++i) {
    if (overlap(inflated(rectOfPiece(way.route.points, i), 1), room)) {
      return true;
    }
  }
  return false;
}

double LinkMap::crowdAt(const Rect& room, const Way& way, double limit) const {
  constexpr double kOnBlock = 1000;  // if all of the label is on it
  constexpr double kOnLabel = 400;
  constexpr double kOnLine = 20;
  double crowd = 0;
  m_blocks.visit(room, [&](const Site*, const Rect& area) { crowd += kOnBlock * shareOn(area, room); });
  if (crowd >= limit) {
    return crowd;
  }
  m_labels.visit(room, [&](const Way* other, const Rect& area) {
    crowd += other->id < way.id ? kOnLabel * shareOn(area, room) : 0;
  });
  if (crowd >= limit) {
    return crowd;
  }
  m_lines.visit(room, [&](const Piece& piece, const Rect&) { crowd += piece.way != &way ? kOnLine : 0; });
  return crowd;
}

void LinkMap::placeLabel(Way& way) {
  m_before.try_emplace(way.id, way.route);
  if (way.label != Rect{}) {
    m_labels.erase(way.label, &way);
  }
  way.label = {};
  if (way.route.points.empty()) {
    way.route.labelAt = {};
    return;
  }
  way.route.labelAt = way.wished;
  double least = crowdAt(labelRoomAt(way.wished), way, std::numeric_limits<double>::infinity());
  if (least > 0) {
    double preference = 1;
    for (const Point place : labelPlaces(way.route.points)) {
      if (preference >= least) {
        break;  // even an empty place would be no better
      }
      const double crowd = crowdAt(labelRoomAt(place), way, least - preference) + preference;
      preference += 1;
      if (crowd < least) {
        least = crowd;
        way.route.labelAt = place;
      }
    }
  }
  way.label = labelRoomAt(way.route.labelAt);
  m_labels.insert(way.label, &way);
}

}  // namespace cantilever::widgets
