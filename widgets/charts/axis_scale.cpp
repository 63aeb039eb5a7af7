#include "widgets/charts/axis_scale.h"

#include <cmath>
#include <iterator>

namespace cantilever::widgets {
namespace {

struct AxisEnd {
  double end;
  double step;
};

/// Ends within a decade, each with a step that cuts it into three to five.
constexpr AxisEnd kRoundEnds[] = {{1, 0.25}, {1.5, 0.5}, {2, 0.5}, {3, 1},   {4, 1},
                                  {5, 1},    {6, 2},     {8, 2},   {10, 2.5}};

constexpr AxisEnd kTimeEnds[] = {{10, 2},
                                 {20, 5},
                                 {30, 10},
                                 {60, 15},
                                 {120, 30},
                                 {300, 60},
                                 {600, 120},
                                 {900, 300},
                                 {1800, 300},
                                 {3600, 600},
                                 {7200, 1800},
                                 {21'600, 3600},
                                 {43'200, 7200},
                                 {86'400, 21'600},
                                 {172'800, 43'200},
                                 {604'800, 86'400},
                                 {2'592'000, 432'000},
                                 {7'776'000, 1'296'000},
                                 {31'536'000, 5'184'000}};

// An axis shrinks when the highest value leaves more than this share of it empty.
constexpr double kShrinkBelow = 0.4;

AxisEnd roundEndAbove(double maximum) {
  const double decade = std::pow(10.0, std::floor(std::log10(maximum)));
  for (const AxisEnd& candidate : kRoundEnds) {
    if (candidate.end * decade >= maximum) {
      return {candidate.end * decade, candidate.step * decade};
    }
  }
  return {10 * decade, 2.5 * decade};
}

}  // namespace

bool AxisScale::fit(double maximum) {
  if (!(maximum > 0) || !std::isfinite(maximum)) {
    if (m_end > 0) {
      return false;
    }
    m_end = 1;
    m_step = 0.25;
    return true;
  }
  const bool isUnused = m_end == 0;
  if (!isUnused && maximum <= m_end && maximum >= m_end * kShrinkBelow) {
    return false;
  }
  const AxisEnd wanted = roundEndAbove(maximum * 1.08);
  const bool changes = wanted.end != m_end;
  m_end = wanted.end;
  m_step = wanted.step;
  return changes;
}

bool AxisScale::fitSeconds(double maximum) {
  if (m_end > 0 && maximum <= m_end) {
    return false;
  }
  for (const AxisEnd& candidate : kTimeEnds) {
    if (candidate.end >= maximum) {
      m_end = candidate.end;
      m_step = candidate.step;
      return true;
    }
  }
  m_end = std::end(kTimeEnds)[-1].end;
  while (m_end < maximum) {
    m_end *= 2;
  }
  m_step = m_end / 4;
  return true;
}

}  // namespace cantilever::widgets
