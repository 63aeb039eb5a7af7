#include "core/sim/meters.h"

#include <limits>

namespace cantilever::sim {

std::uint64_t narrowed(WideCount value) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  return value > kMost ? kMost : static_cast<std::uint64_t>(value);
}

std::vector<LatencyCell> IntervalLatency::cells() const {
  std::vector<LatencyCell> cells;
  for (std::uint32_t cell = 0; cell < m_counts.size(); ++cell) {
    if (m_counts[cell] != 0) {
      cells.push_back({cell, m_counts[cell]});
    }
  }
  return cells;
}

void ClassMeter::record(plan::Reason outcome, TimeNs ns, bool isCounted) {
  if (outcome != plan::Reason::None) {
    const auto reason = static_cast<std::size_t>(outcome);
    ++intervalFailed[reason];
    failed[reason] += isCounted ? 1u : 0u;
    return;
  }
  ++intervalSucceeded;
  intervalLatency.add(ns);
  if (isCounted) {
    ++succeeded;
    latency.add(ns);
  }
}

void ClassMeter::startInterval() {
  intervalOffered = 0;
  intervalSucceeded = 0;
  intervalFailed = {};
  intervalLatency.clear();
}

void PoolMeter::openWindow(TimeNs now) {
  arrivals.openWindow();
  refused.openWindow();
  served.openWindow();
  waiting.openWindow(now);
  seated.openWindow(now);
  up.openWindow(now);
  maxWaiting = waiting.value();
  serverWait.clear();
  seatWait.clear();
  service.clear();
  usefulNs = orphanedNs = lostNs = 0;
}

void PoolMeter::startInterval(TimeNs now) {
  refused.startInterval();
  waiting.startInterval(now);
  seated.startInterval(now);
  up.startInterval(now);
}

void LinkMeter::startInterval() {
  calls.startInterval();
  failures.startInterval();
}

}  // namespace cantilever::sim
