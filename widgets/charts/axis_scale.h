#pragma once

namespace cantilever::widgets {

/// The upper end and the tick distance of an axis that begins at 0. Both are round, and the end moves only
/// when it must: up when a value exceeds it, down when all values stay well below it, so that a live chart
/// does not jitter.
class AxisScale {
 public:
  double end() const { return m_end; }
  double step() const { return m_step; }

  /// Makes room for values up to `maximum`; true if end or step changed.
  bool fit(double maximum);
  /// The same for seconds: ends at 10 s, 20 s, 30 s, 1 min, 2 min, 5 min ... and never shrinks.
  bool fitSeconds(double maximum);
  void reset() { *this = {}; }

 private:
  double m_end = 0;
  double m_step = 0;
};

}  // namespace cantilever::widgets
