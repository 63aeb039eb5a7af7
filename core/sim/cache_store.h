#pragma once

#include <cstdint>
#include <vector>

#include "core/base/random.h"
#include "core/sim/event.h"
#include "core/sim/key_index.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// The contents of one cache, or of one instance's: at most `capacity` keys. All operations take constant
/// time (LeastFrequentlyUsed: logarithmic), and memory only grows with what is held.
class CacheStore {
 public:
  enum class Found : std::uint8_t { Hit, Absent, Expired };
  enum class Filled : std::uint8_t {
    Present,  ///< it was there and fresh, and nothing has changed
    Added,
    Replaced,  ///< added in the place of another
    Declined,  ///< LeastFrequentlyUsed: all that is there was asked for at least as often
  };

  CacheStore(const plan::Cache& cache, RandomStream random);

  /// A look-up, which counts as a use. An expired entry is taken out.
  Found look(std::uint64_t key, TimeNs now);
  Filled fill(std::uint64_t key, TimeNs now);
  /// True if it was there.
  bool drop(std::uint64_t key);
  void clear();
  std::uint32_t size() const { return m_size; }

 private:
  using Slot = std::uint32_t;
  static constexpr Slot kNoSlot = 0xffffffffu;
  struct Entry {
    std::uint64_t key = 0;
    TimeNs expiresAt = kNever;
    Slot previous = kNoSlot;  ///< towards the one that goes first
    Slot next = kNoSlot;      ///< also links free slots
    std::uint32_t uses = 0;
    std::uint32_t place = 0;  ///< in m_places
  };

  bool hasList() const;
  bool hasPlaces() const { return !hasList(); }
  bool isHeap() const { return m_eviction == plan::Eviction::LeastFrequentlyUsed; }
  std::uint32_t countUse(std::uint64_t key);
  TimeNs expiryFrom(TimeNs now) const { return m_timeToLive > 0 ? now + m_timeToLive : kNever; }
  Slot victim();
  void add(std::uint64_t key, std::uint32_t uses, TimeNs now);
  void remove(Slot slot);
  void appendToList(Slot slot);
  void takeFromList(Slot slot);
  void put(std::uint32_t place, Slot slot);
  void sift(std::uint32_t place);

  plan::Eviction m_eviction;
  std::uint32_t m_capacity;
  TimeNs m_timeToLive;
  bool m_renewsOnTouch;
  RandomStream m_random;
  std::vector<Entry> m_entries;
  std::uint32_t m_size = 0;
  Slot m_firstFree = kNoSlot;
  KeyIndex m_slots;
  KeyIndex m_uses;             // LeastFrequentlyUsed: of all keys ever asked for
  Slot m_oldest = kNoSlot;     // LeastRecentlyUsed and FirstIn: a list, the one that goes first
  Slot m_youngest = kNoSlot;   // ... and the last
  std::vector<Slot> m_places;  // Random: all entries, in no order; LeastFrequentlyUsed: a heap by uses
};

}  // namespace cantilever::sim
