#include "app/gui/worker/pace.h"

namespace cantilever::app {
namespace {

/// Of wall time; longer ones are forgotten.
constexpr double kLongestDebtSeconds = 0.25;

/// Steps are not shorter than this of wall time.
constexpr double kLeastStepSeconds = 0.004;

double wallSeconds(Pace::WallTime from, Pace::WallTime to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

void Pace::setSpeed(std::optional<double> speed, WallTime wall, Duration simulated) {
  m_speed = speed;
  restart(wall, simulated);
}

void Pace::restart(WallTime wall, Duration simulated) {
  m_wallAnchor = wall;
  m_simulatedAnchor = simulated;
}

std::optional<Duration> Pace::target(WallTime wall, Duration simulated) {
  if (!m_speed) {
    return std::nullopt;
  }
  const Duration due = m_simulatedAnchor + Duration::seconds(wallSeconds(m_wallAnchor, wall) * *m_speed);
  if ((due - simulated).inSeconds() > kLongestDebtSeconds * *m_speed) {
    // Keep a small debt, so that the engine goes on at full speed instead of in steps.
    restart(wall, simulated + Duration::seconds(0.5 * kLongestDebtSeconds * *m_speed));
    return m_simulatedAnchor;
  }
  return due;
}

bool Pace::isWorthAStep(Duration target, Duration simulated) const {
  return target - simulated >= Duration::seconds(kLeastStepSeconds * m_speed.value_or(0));
}

}  // namespace cantilever::app
