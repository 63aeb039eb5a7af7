#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "core/base/random.h"
#include "core/sim/meters.h"

namespace cantilever::sim {

/// Numbers by instance, with a draw by their shares in O(log n): a Fenwick tree (Fenwick 1994, "A new data
/// structure for cumulative frequency tables", Software: Practice and Experience 24(3)).
class HeldCounts {
 public:
  HeldCounts() = default;
  explicit HeldCounts(std::uint32_t n) : m_counts(n, 0), m_tree(n + 1, 0) {}

  bool isKept() const { return !m_counts.empty(); }
  std::uint64_t total() const { return m_total; }
  std::uint32_t at(std::uint32_t i) const { return m_counts[i]; }
  void add(std::uint32_t i, std::int64_t change) {
    m_counts[i] = static_cast<std::uint32_t>(m_counts[i] + change);
    m_total = static_cast<std::uint64_t>(static_cast<std::int64_t>(m_total) + change);
    for (std::size_t at = i + 1; at < m_tree.size(); at += at & (~at + 1)) {
      m_tree[at] += change;
    }
  }
  /// The instance that holds the one of the given rank, rank < total().
  std::uint32_t holderOf(std::uint64_t rank) const {
    auto left = static_cast<std::int64_t>(rank);
    std::size_t at = 0;
    for (std::size_t step = std::bit_floor(m_tree.size() - 1); step > 0; step /= 2) {
      if (at + step < m_tree.size() && m_tree[at + step] <= left) {
        at += step;
        left -= m_tree[at];
      }
    }
    return static_cast<std::uint32_t>(at);
  }

 private:
  std::vector<std::uint32_t> m_counts;
  std::vector<std::int64_t> m_tree;
  std::uint64_t m_total = 0;
};

/// The connected devices of one source: counts, and an event for each that is not connected (rule 30).
struct SessionState {
  std::uint32_t source = 0;
  std::uint32_t pool = 0;
  std::uint32_t users = 0;
  std::uint32_t slots = 0;              ///< 0: any number
  std::uint32_t greeting = 0;           ///< link, or none
  std::vector<std::uint32_t> heldHere;  ///< by instance of the pool
  Sampler reconnect;
  RandomStream stream;
  Level connected;
  Counter connects;
  Counter refused;  ///< found no place
  Counter lost;
};

}  // namespace cantilever::sim
