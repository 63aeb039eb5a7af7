#include "core/sim/meters.h"

#include <limits>

namespace cantilever::sim {

std::uint64_t narrowed(WideCount value) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  return value > kMost ? kMost : static_cast<std::uint64_t>(value);
}

std::vector<LatencyCell> IntervalLatency::cells() const {
  std::vector<LatencyCell> cells;
  cells.reserve(m_used.size());
  for (const std::uint32_t cell : m_used) {
    cells.push_back({cell, m_counts[cell]});
  }
  std::sort(cells.begin(), cells.end(),
            [](const LatencyCell& a, const LatencyCell& b) { return a.cell < b.cell; });
  return cells;
}

void IntervalLatency::clear() {
  for (const std::uint32_t cell : m_used) {
    m_counts[cell] = 0;
  }
  m_used.clear();
}

void ClassMeter::startInterval() {
  intervalOffered = 0;
  intervalSucceeded = 0;
  intervalFailed = {};
  intervalLatency.clear();
  intervalLatencyNs = 0;
}

BatchMeans LatencyBatches::means() const {
  BatchMeans means;
  means.size = m_size;
  for (const Batch& batch : m_done) {
    means.meanNs.push_back(static_cast<double>(batch.sum) / m_size);
    means.endNs.push_back(batch.end);
  }
  return means;
}

void LatencyBatches::halve() {
  for (std::size_t i = 0; i < m_done.size() / 2; ++i) {
    m_done[i] = {m_done[2 * i].sum + m_done[2 * i + 1].sum, m_done[2 * i + 1].end};
  }
  m_done.resize(m_done.size() / 2);
  m_size *= 2;
}

void PoolMeter::openWindow(TimeNs now) {
  arrivals.openWindow();
  refused.openWindow();
  served.openWindow();
  abandoned.openWindow();
  expired.openWindow();
  interrupted.openWindow();
  waiting.openWindow(now);
  parked.openWindow(now);
  seated.openWindow(now);
  up.openWindow(now);
  next.openWindow(now);
  booting.openWindow(now);
  coldStarts.openWindow();
  isShort.openWindow(now);
  seatsOfWindow = 0;
  maxWaiting = waiting.value();
  serverWait.clear();
  seatWait.clear();
  service.clear();
  usefulNs = orphanedNs = lostNs = 0;
}

void PoolMeter::startInterval(TimeNs now) {
  seatsOfInterval = 0;
  refused.startInterval();
  waiting.startInterval(now);
  seated.startInterval(now);
  up.startInterval(now);
}

void LinkMeter::startInterval(TimeNs now) {
  sentBytes.startInterval();
  receivedBytes.startInterval();
  calls.startInterval();
  failures.startInterval();
  timeouts.startInterval();
  retries.startInterval();
  open.startInterval(now);
}

TimeNs quantileOf(const std::vector<LatencyCell>& cells, double q) {
  std::uint64_t count = 0;
  for (const LatencyCell& cell : cells) {
    count += cell.count;
  }
  if (count == 0) {
    return 0;
  }
  std::uint64_t left = detail::rankOf(q, count);
  for (const LatencyCell& cell : cells) {
    if (left <= cell.count) {
      return detail::middleOf<IntervalLatency::kBits>(cell.cell);
    }
    left -= cell.count;
  }
  return 0;
}

}  // namespace cantilever::sim
