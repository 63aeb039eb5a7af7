#pragma once

#include <chrono>
#include <optional>

#include "core/base/quantities.h"

namespace cantilever::app {

/// Ties simulated to wall time. A run that cannot keep up does not run up a debt: what was missed is
/// forgotten, so that easing the load shows at once. A value; wall time is given, never read.
class Pace {
 public:
  using WallTime = std::chrono::steady_clock::time_point;

  /// Simulated seconds per wall second; nothing: as fast as it goes.
  void setSpeed(std::optional<double> speed, WallTime wall, Duration simulated);
  /// Forgets the past: after a pause.
  void restart(WallTime wall, Duration simulated);
  /// How far the simulation may go at this wall time; nothing: no limit.
  std::optional<Duration> target(WallTime wall, Duration simulated);
  /// Whether so much is due that it is worth a step: wall time goes on with every look at it.
  bool isWorthAStep(Duration target, Duration simulated) const;

 private:
  std::optional<double> m_speed = 1.0;
  WallTime m_wallAnchor;
  Duration m_simulatedAnchor;
};

}  // namespace cantilever::app
