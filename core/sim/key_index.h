#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cantilever::sim {

/// Numbers by 64-bit key: open addressing with linear probing in one block of memory, which grows by doubling
/// and never shrinks. The order of the slots decides nothing.
class KeyIndex {
 public:
  static constexpr std::uint32_t kAbsent = 0xffffffffu;

  std::uint32_t find(std::uint64_t key) const {
    if (m_count == 0) {
      return kAbsent;
    }
    const Slot& slot = m_slots[placeOf(key)];
    return slot.value;
  }
  /// The number of the key, for changing; a new key starts with `initial`, which is not kAbsent. Valid until
  /// the next insertion or removal.
  std::uint32_t& findOrAdd(std::uint64_t key, std::uint32_t initial) {
    if (2 * (m_count + 1) > m_slots.size()) {
      grow();
    }
    Slot& slot = m_slots[placeOf(key)];
    if (slot.value == kAbsent) {
      slot = {key, initial};
      ++m_count;
    }
    return slot.value;
  }
  void erase(std::uint64_t key);
  void clear();
  std::size_t size() const { return m_count; }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t value = kAbsent;
  };

  /// Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): keys are small numbers in a row.
  std::size_t homeOf(std::uint64_t key) const {
    return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15u) >> m_shift);
  }
  /// Where the key is, or the free slot where it would be.
  std::size_t placeOf(std::uint64_t key) const {
    std::size_t at = homeOf(key);
    while (m_slots[at].value != kAbsent && m_slots[at].key != key) {
      at = (at + 1) & (m_slots.size() - 1);
    }
    return at;
  }
  void grow();

  std::vector<Slot> m_slots;  // a power of two of them, at most half in use
  std::size_t m_count = 0;
  int m_shift = 64;
};

}  // namespace cantilever::sim
