#pragma once

#include <cstddef>
#include <vector>

namespace cantilever::sim {

/// A first-in first-out queue of values in one block of memory that grows by doubling.
template <class T>
class Ring {
 public:
  bool isEmpty() const { return m_count == 0; }
  bool isFull() const { return m_count == m_slots.size(); }
  std::size_t size() const { return m_count; }
  std::size_t capacity() const { return m_slots.size(); }
  const T& front() const { return m_slots[m_head]; }
  void push(const T& value) {
    if (isFull()) {
      widen();
    }
    m_slots[(m_head + m_count++) & (m_slots.size() - 1)] = value;
  }
  T& operator[](std::size_t i) { return m_slots[(m_head + i) & (m_slots.size() - 1)]; }
  void pushFront(const T& value) {
    if (isFull()) {
      widen();
    }
    m_head = (m_head - 1) & (m_slots.size() - 1);
    m_slots[m_head] = value;
    ++m_count;
  }
  void clear() { m_count = 0; }
  T pop() {
    const T value = m_slots[m_head];
    m_head = (m_head + 1) & (m_slots.size() - 1);
    --m_count;
    return value;
  }
  /// In order.
  template <class Visit>
  void forEach(const Visit& visit) {
    for (std::size_t i = 0; i < m_count; ++i) {
      visit(m_slots[(m_head + i) & (m_slots.size() - 1)]);
    }
  }
  /// Keeps the first, and of the others those for which `keep` says so, in their order.
  template <class Keep>
  void compact(const Keep& keep) {
    const std::size_t mask = m_slots.size() - 1;
    std::size_t kept = m_count > 0 ? 1u : 0u;
    for (std::size_t i = 1; i < m_count; ++i) {
      const T& value = m_slots[(m_head + i) & mask];
      if (keep(value)) {
        m_slots[(m_head + kept++) & mask] = value;
      }
    }
    m_count = kept;
  }
  /// Takes out the first one that is so; false if none is.
  template <class Is>
  bool eraseIf(const Is& is) {
    std::size_t at = 0;
    while (at < m_count && !is((*this)[at])) {
      ++at;
    }
    if (at == m_count) {
      return false;
    }
    for (; at > 0; --at) {
      (*this)[at] = (*this)[at - 1];
    }
    pop();
    return true;
  }
  /// Doubles the capacity.
  void widen() {
    std::vector<T> larger(m_slots.empty() ? 16 : 2 * m_slots.size());
    for (std::size_t i = 0; i < m_count; ++i) {
      larger[i] = m_slots[(m_head + i) & (m_slots.size() - 1)];
    }
    m_slots.swap(larger);
    m_head = 0;
  }

 private:
  std::vector<T> m_slots;  // a power of two of them
  std::size_t m_head = 0;
  std::size_t m_count = 0;
};

}  // namespace cantilever::sim
