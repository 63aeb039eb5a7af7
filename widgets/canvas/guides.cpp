#include "widgets/canvas/guides.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace cantilever::widgets {
namespace {

/// One axis of a rectangle. The axis that is corrected comes first, the other is "beside".
struct Extent {
  double start = 0;
  double end = 0;
  double besideStart = 0;
  double besideEnd = 0;
  double middle() const { return (start + end) / 2; }
  double size() const { return end - start; }
  bool isBesides(const Extent& other) const {
    return besideStart < other.besideEnd && other.besideStart < besideEnd;
  }
};

enum class Axis { Across, Down };

Extent extentAlong(const Rect& r, Axis axis) {
  const Extent across{r.topLeft.x, r.topLeft.x + r.size.width, r.topLeft.y, r.topLeft.y + r.size.height};
  return axis == Axis::Across ? across
                              : Extent{across.besideStart, across.besideEnd, across.start, across.end};
}

Point pointAt(double along, double beside, Axis axis) {
  return axis == Axis::Across ? Point{along, beside} : Point{beside, along};
}

/// The nearest correction so far.
class Nearest {
 public:
  explicit Nearest(double reach) : m_reach(reach) {}
  void offer(double correction) {
    if (std::abs(correction) <= m_reach && (!m_best || std::abs(correction) < std::abs(*m_best))) {
      m_best = correction;
    }
  }
  std::optional<double> best() const { return m_best; }

 private:
  double m_reach;
  std::optional<double> m_best;
};

std::optional<double> alignmentOf(const Extent& moved, const std::vector<Extent>& others, double reach) {
  Nearest nearest(reach);
  for (const Extent& other : others) {
    nearest.offer(other.start - moved.start);
    nearest.offer(other.end - moved.end);
    nearest.offer(other.middle() - moved.middle());
  }
  return nearest.best();
}

/// Others in the row, in order.
std::vector<Extent> rowOf(const Extent& moved, const std::vector<Extent>& others) {
  std::vector<Extent> row;
  std::copy_if(others.begin(), others.end(), std::back_inserter(row),
               [&](const Extent& other) { return other.isBesides(moved); });
  std::sort(row.begin(), row.end(), [](const Extent& a, const Extent& b) { return a.start < b.start; });
  return row;
}

std::optional<double> distanceOf(const Extent& moved, const std::vector<Extent>& row, double reach) {
  Nearest nearest(reach);
  for (std::size_t i = 0; i + 1 < row.size(); ++i) {
    const double gap = row[i + 1].start - row[i].end;
    if (gap <= 0) {
      continue;
    }
    nearest.offer(row[i + 1].end + gap - moved.start);
    nearest.offer(row[i].start - gap - moved.end);
    nearest.offer((row[i].end + row[i + 1].start) / 2 - moved.middle());
  }
  return nearest.best();
}

bool agree(double a, double b) {
  return std::abs(a - b) < 0.01;
}

/// One line for each edge that agrees, as long as all that agree with it.
void addAlignments(const Extent& moved, const std::vector<Extent>& others, Axis axis,
                   std::vector<GuideLine>& lines) {
  const auto add = [&](double at, auto edgeOf) {
    double first = moved.besideStart;
    double last = moved.besideEnd;
    bool isShared = false;
    for (const Extent& other : others) {
      if (agree(edgeOf(other), at)) {
        isShared = true;
        first = std::min(first, other.besideStart);
        last = std::max(last, other.besideEnd);
      }
    }
    if (isShared) {
      lines.push_back({GuideLine::Kind::Alignment, pointAt(at, first, axis), pointAt(at, last, axis)});
    }
    return isShared;
  };
  // Where the middles agree the edges of equal boxes do too: one line says it.
  if (add(moved.middle(), [](const Extent& other) { return other.middle(); })) {
    return;
  }
  add(moved.start, [](const Extent& other) { return other.start; });
  add(moved.end, [](const Extent& other) { return other.end; });
}

/// The distances to the neighbours in the row that are equal to another one.
void addGaps(const Extent& moved, std::vector<Extent> row, Axis axis, std::vector<GuideLine>& lines) {
  row.push_back(moved);
  std::sort(row.begin(), row.end(), [](const Extent& a, const Extent& b) { return a.start < b.start; });
  const auto own = std::find_if(row.begin(), row.end(), [&](const Extent& each) {
    return each.start == moved.start && each.besideStart == moved.besideStart;
  });
  const auto at = static_cast<std::size_t>(own - row.begin());
  std::vector<double> gaps;
  for (std::size_t i = 0; i + 1 < row.size(); ++i) {
    gaps.push_back(row[i + 1].start - row[i].end);
  }
  std::vector<bool> isShown(gaps.size());
  for (const std::size_t mine : {at - 1, at}) {
    for (std::size_t i = 0; mine < gaps.size() && i < gaps.size(); ++i) {
      if (i != mine && gaps[mine] > 0 && agree(gaps[i], gaps[mine])) {
        isShown[mine] = isShown[i] = true;
      }
    }
  }
  const double beside = (moved.besideStart + moved.besideEnd) / 2;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    if (isShown[i]) {
      lines.push_back(
          {GuideLine::Kind::Gap, pointAt(row[i].end, beside, axis), pointAt(row[i + 1].start, beside, axis)});
    }
  }
}

double corrected(const Rect& area, const std::vector<Rect>& others, Axis axis, double reach,
                 std::vector<Extent>& extents, Extent& moved) {
  extents.clear();
  for (const Rect& other : others) {
    extents.push_back(extentAlong(other, axis));
  }
  moved = extentAlong(area, axis);
  const std::optional<double> aligned = alignmentOf(moved, extents, reach);
  const std::optional<double> spaced = aligned ? aligned : distanceOf(moved, rowOf(moved, extents), reach);
  return spaced.value_or(0);
}

}  // namespace

Guided guide(const Rect& area, Point by, const std::vector<Rect>& others, double reach) {
  Rect moved{area.topLeft + by, area.size};
  std::vector<Extent> extents;
  Extent extent;
  const double x = corrected(moved, others, Axis::Across, reach, extents, extent);
  moved.topLeft.x += x;
  const double y = corrected(moved, others, Axis::Down, reach, extents, extent);
  moved.topLeft.y += y;
  Guided result{by + Point{x, y}, {}};
  for (const Axis axis : {Axis::Across, Axis::Down}) {
    corrected(moved, others, axis, 0, extents, extent);
    addAlignments(extent, extents, axis, result.lines);
    addGaps(extent, rowOf(extent, extents), axis, result.lines);
  }
  return result;
}

}  // namespace cantilever::widgets
