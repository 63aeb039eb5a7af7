#pragma once

#include <algorithm>

#include "core/sim/meters.h"

namespace cantilever::sim {

/// A meter of the plan at work (rule 40). Amounts are whole thousandths of its unit.
class MeterState {
 public:
  MeterState() = default;
  /// Per second; 0: any amount is taken in.
  explicit MeterState(std::uint64_t capacity) : m_capacity(capacity), m_inHand(fullHand()) {}

  void measure(std::uint64_t amount, TimeNs now) {
    measures.add();
    offered.add(amount);
    if (m_capacity == 0) {
      return;
    }
    m_inHand = std::min(fullHand(), m_inHand + static_cast<WideCount>(m_capacity) *
                                                   static_cast<std::uint64_t>(now - m_since));
    m_since = now;
    const auto taken = static_cast<std::uint64_t>(std::min<WideCount>(amount, m_inHand / kNsPerSecond));
    m_inHand -= static_cast<WideCount>(taken) * kNsPerSecond;
    dropped.add(amount - taken);
  }

  Counter measures;
  Counter offered;
  Counter dropped;

 private:
  static constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
  WideCount fullHand() const { return static_cast<WideCount>(m_capacity) * kNsPerSecond; }

  std::uint64_t m_capacity = 0;
  WideCount m_inHand = 0;  // thousandths times nanoseconds per second
  TimeNs m_since = 0;
};

}  // namespace cantilever::sim
