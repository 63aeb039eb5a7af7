#pragma once

#include <cstdint>
#include <vector>

namespace cantilever::sim {

/// Some of the instances 0 .. n-1 of a pool, in the order of their last use. All in constant time.
class Recency {
 public:
  Recency() = default;
  explicit Recency(std::uint32_t n) : m_newer(n + 1, kOut), m_older(n + 1, kOut), m_head(n) {
    m_newer[n] = m_older[n] = n;
  }

  bool isEmpty() const { return m_older[m_head] == m_head; }
  /// The one used last. Not when empty.
  std::uint32_t latest() const { return m_older[m_head]; }
  /// It is the latest now.
  void use(std::uint32_t i) {
    remove(i);
    const std::uint32_t second = m_older[m_head];
    m_older[i] = second;
    m_newer[i] = m_head;
    m_newer[second] = i;
    m_older[m_head] = i;
  }
  void remove(std::uint32_t i) {
    if (m_newer[i] == kOut) {
      return;
    }
    m_older[m_newer[i]] = m_older[i];
    m_newer[m_older[i]] = m_newer[i];
    m_newer[i] = m_older[i] = kOut;
  }

 private:
  static constexpr std::uint32_t kOut = 0xffffffffu;

  std::vector<std::uint32_t> m_newer;  // a ring through the head, which stands before the latest
  std::vector<std::uint32_t> m_older;
  std::uint32_t m_head = 0;
};

}  // namespace cantilever::sim
