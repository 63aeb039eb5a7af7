#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/sim/event.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// A circuit breaker (rule 21), without a clock: its owner tells it what time it is, and when it has been
/// open long enough.
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
  Turn observe(bool hasFailed, bool wasProbe, TimeNs now);
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
  bool isBeyondShare(std::uint64_t failures, std::uint64_t attempts, std::uint64_t least) const;
  void countInTime(bool hasFailed, TimeNs now);

  plan::Breaker m_policy;
  std::vector<std::uint8_t> m_failed;  // the last attempts, as a ring
  std::size_t m_next = 0;
  std::size_t m_seen = 0;
  std::uint32_t m_failures = 0;  // among those
  struct Part {
    std::int64_t number = -1;  // of the tenth of the window since the start of the run
    std::uint64_t attempts = 0;
    std::uint64_t failures = 0;
  };
  std::array<Part, plan::Breaker::kParts> m_parts;  // by number; of a window of time
  Part m_inTime;                                    // their sum
  std::uint32_t m_inARow = 0;
  std::uint32_t m_probesToSend = 0;
  std::uint32_t m_probesToSucceed = 0;
  std::uint32_t m_epoch = 0;
  Mode m_mode;
};

}  // namespace cantilever::sim
