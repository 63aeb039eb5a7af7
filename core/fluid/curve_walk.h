#pragma once

#include <limits>

#include "core/vocabulary/plan/curve.h"

namespace cantilever::fluid {

/// A rate curve, walked forward in time, as straight lines.
class CurveWalk {
 public:
  /// The curve must outlive it.
  explicit CurveWalk(const plan::RateCurve& curve) : m_curve(&curve) {}

  struct Line {
    double level = 1;  ///< at the time asked for
    double slope = 0;  ///< per second
    double until = std::numeric_limits<double>::infinity();
  };
  /// From this time on; times must not go back. At a jump: what comes after it.
  Line at(double seconds) {
    const auto& points = m_curve->points;
    if (points.empty()) {
      return {};
    }
    const double period = m_curve->period.inSeconds();
    for (;;) {
      const bool isLast = m_piece + 1 == points.size();
      const double start = m_begin + points[m_piece].at.inSeconds();
      const double end = !isLast      ? m_begin + points[m_piece + 1].at.inSeconds()
                         : period > 0 ? m_begin + period
                                      : std::numeric_limits<double>::infinity();
      if (seconds < end - kShortest) {
        return lineOf(start, end, seconds, points[isLast ? 0 : m_piece + 1].level);
      }
      m_begin += isLast ? period : 0;
      m_piece = isLast ? 0 : m_piece + 1;
    }
  }

 private:
  static constexpr double kShortest = 1e-9;

  Line lineOf(double start, double end, double seconds, double next) const {
    Line line;
    line.level = m_curve->points[m_piece].level;
    line.until = end;
    const bool isSloped = m_curve->between == plan::RateCurve::Between::Lines &&
                          end < std::numeric_limits<double>::infinity() && end > start;
    if (isSloped) {
      line.slope = (next - line.level) / (end - start);
      line.level += line.slope * (seconds - start);
    }
    return line;
  }

  const plan::RateCurve* m_curve;
  std::size_t m_piece = 0;
  double m_begin = 0;  // of the present period
};

}  // namespace cantilever::fluid
