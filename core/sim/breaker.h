#pragma once

#include <cstdint>
#include <vector>

#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// A circuit breaker (rule 21), without a clock: its owner tells it when it has been open long enough.
class BreakerState {
 public:
  enum class Mode : std::uint8_t { Closed, Open, HalfOpen };
  enum class Passage : std::uint8_t { Refused, Free, Probe };
  enum class Turn : std::uint8_t { None, Opened, Closed };

  explicit BreakerState(const plan::Breaker& policy)
      : m_policy(policy), m_failed(policy.window, 0), m_mode(Mode::Closed) {}

  Mode mode() const { return m_mode; }
  /// Bumped each time it opens; guards the event that ends it.
  std::uint32_t epoch() const { return m_epoch; }

  /// May an attempt be made now?
  Passage pass();
  /// An attempt that was let through has ended. What the breaker does by it.
  Turn observe(bool hasFailed, bool wasProbe);
  /// Nobody will hear of the outcome of a probe: another one may be sent in its place.
  void forgetProbe();
  void endOpen();
  bool isOpen() const { return m_mode == Mode::Open; }
  /// Whether an attempt would be let through now.
  bool wouldPass() const {
    return m_mode == Mode::Closed || (m_mode == Mode::HalfOpen && m_probesToSend > 0);
  }
  /// As if new, but for its epoch.
  void reset() {
    ++m_epoch;
    close();
  }

 private:
  void open();
  void close();
  bool isBeyondLimits() const;

  plan::Breaker m_policy;
  std::vector<std::uint8_t> m_failed;  // the last attempts, as a ring
  std::size_t m_next = 0;
  std::size_t m_seen = 0;
  std::uint32_t m_failures = 0;  // among those
  std::uint32_t m_inARow = 0;
  std::uint32_t m_probesToSend = 0;
  std::uint32_t m_probesToSucceed = 0;
  std::uint32_t m_epoch = 0;
  Mode m_mode;
};

}  // namespace cantilever::sim
