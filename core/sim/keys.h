#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/base/random.h"
#include "core/base/zipf.h"
#include "core/sim/event.h"
#include "core/vocabulary/plan/keys.h"

namespace cantilever::sim {

/// Draws keys of a plan::KeySpace: hot ones by their shares, the others by Zipf's law, and turns ranks into
/// the keys that have them at the time.
class KeySampler {
 public:
  KeySampler() = default;
  explicit KeySampler(const plan::KeySpace& of)
      : m_law(std::max(1u, of.others()), of.exponent), m_count(of.count), m_drift(of.drift.ns()) {
    double upTo = 0;
    for (const double share : of.hot) {
      upTo += share;
      m_upTo.push_back(upTo);
    }
    if (of.others() == 0) {
      m_upTo.back() = 1;
    }
  }

  /// `time`: since the world began to move.
  std::uint32_t draw(RandomStream& stream, TimeNs time) const {
    const std::uint32_t rank = m_upTo.empty() ? m_law.draw(stream) : drawRank(stream);
    return m_drift == 0 ? rank : keyAt(rank, time);
  }

 private:
  std::uint32_t drawRank(RandomStream& stream) const {
    const double drawn = stream.uniform();
    const auto at = std::upper_bound(m_upTo.begin(), m_upTo.end(), drawn);
    const auto hot = static_cast<std::uint32_t>(at - m_upTo.begin());
    return at == m_upTo.end() ? hot + m_law.draw(stream) : hot;
  }
  std::uint32_t keyAt(std::uint32_t rank, TimeNs time) const {
    const auto moved = static_cast<std::uint32_t>((time > 0 ? time : 0) / m_drift % m_count);
    return rank >= moved ? rank - moved : rank + (m_count - moved);
  }

  ZipfSampler m_law;           // of the others
  std::vector<double> m_upTo;  // of the hot ones, cumulated
  std::uint32_t m_count = 1;
  TimeNs m_drift = 0;  // 0: none
};

}  // namespace cantilever::sim
