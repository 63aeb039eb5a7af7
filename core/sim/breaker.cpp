#include "core/sim/breaker.h"

#include <algorithm>

namespace cantilever::sim {

BreakerState::Passage BreakerState::pass() {
  if (m_mode == Mode::Closed) {
    return Passage::Free;
  }
  if (m_mode == Mode::Open || m_probesToSend == 0) {
    return Passage::Refused;
  }
  --m_probesToSend;
  return Passage::Probe;
}

/// Attempts from before it opened tell nothing about the callee as it is now.
BreakerState::Turn BreakerState::observe(bool hasFailed, bool wasProbe, TimeNs now) {
  if (m_mode == Mode::HalfOpen && wasProbe) {
    if (hasFailed) {
      open();
      return Turn::Opened;
    }
    if (--m_probesToSucceed == 0) {
      close();
      return Turn::Closed;
    }
    return Turn::None;
  }
  if (m_mode != Mode::Closed) {
    return Turn::None;
  }
  m_inARow = hasFailed ? m_inARow + 1 : 0;
  if (!m_failed.empty()) {
    m_failures -= m_failed[m_next];
    m_failed[m_next] = hasFailed ? 1 : 0;
    m_failures += m_failed[m_next];
    m_next = m_next + 1 == m_failed.size() ? 0 : m_next + 1;
    m_seen = std::min(m_seen + 1, m_failed.size());
  }
  if (m_policy.windowTime > Duration()) {
    countInTime(hasFailed, now);
  }
  if (isBeyondLimits()) {
    open();
    return Turn::Opened;
  }
  return Turn::None;
}

bool BreakerState::isBeyondLimits() const {
  const bool byRow = m_policy.consecutive != 0 && m_inARow >= m_policy.consecutive;
  const std::uint32_t least =
      m_policy.minimum == 0 ? m_policy.window : std::min(m_policy.minimum, m_policy.window);
  const bool byShare = m_policy.window != 0 && isBeyondShare(m_failures, m_seen, least);
  const bool byTime = m_policy.windowTime > Duration() &&
                      isBeyondShare(m_inTime.failures, m_inTime.attempts, m_policy.minimum);
  return byRow || byShare || byTime;
}

bool BreakerState::isBeyondShare(std::uint64_t failures, std::uint64_t attempts, std::uint64_t least) const {
  return attempts >= least && failures > 0 &&
         static_cast<double>(failures) >= m_policy.failedShare * static_cast<double>(attempts);
}

/// The present tenth and the nine before it.
void BreakerState::countInTime(bool hasFailed, TimeNs now) {
  const std::int64_t number = now / (m_policy.windowTime.ns() / plan::Breaker::kParts);
  Part& present = m_parts[static_cast<std::size_t>(number) % m_parts.size()];
  if (present.number != number) {
    present = {number};
  }
  ++present.attempts;
  present.failures += hasFailed ? 1u : 0u;
  m_inTime = {};
  for (const Part& each : m_parts) {
    if (each.number > number - static_cast<std::int64_t>(m_parts.size())) {
      m_inTime.attempts += each.attempts;
      m_inTime.failures += each.failures;
    }
  }
}

void BreakerState::endOpen() {
  m_mode = Mode::HalfOpen;
  m_probesToSend = m_probesToSucceed = m_policy.probes;
}

void BreakerState::forgetProbe() {
  if (m_mode == Mode::HalfOpen) {
    m_probesToSend = std::min(m_probesToSend + 1, m_probesToSucceed);
  }
}

void BreakerState::open() {
  m_mode = Mode::Open;
  ++m_epoch;
}

void BreakerState::close() {
  m_mode = Mode::Closed;
  m_inARow = 0;
  m_parts.fill({});
  m_inTime = {};
  m_failures = 0;
  m_seen = 0;
  m_next = 0;
  std::fill(m_failed.begin(), m_failed.end(), std::uint8_t{0});
}

}  // namespace cantilever::sim
