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
BreakerState::Turn BreakerState::observe(bool hasFailed, bool wasProbe) {
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
  if (isBeyondLimits()) {
    open();
    return Turn::Opened;
  }
  return Turn::None;
}

bool BreakerState::isBeyondLimits() const {
  const bool byRow = m_policy.consecutive != 0 && m_inARow >= m_policy.consecutive;
  const bool byShare = m_policy.window != 0 && m_seen == m_failed.size() && m_failures > 0 &&
                       m_failures >= m_policy.failedShare * m_policy.window;
  return byRow || byShare;
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
  m_failures = 0;
  m_seen = 0;
  m_next = 0;
  std::fill(m_failed.begin(), m_failed.end(), std::uint8_t{0});
}

}  // namespace cantilever::sim
