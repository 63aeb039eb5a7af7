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
  /// A write that the entry has and nobody else.
  struct Dirty {
    std::uint64_t key = 0;
    std::uint8_t requestClass = 0;
  };

  enum class Found : std::uint8_t { Hit, Absent, Expired };
  enum class Filled : std::uint8_t {
    Present,  ///< it was there and fresh, and nothing has changed
    Added,
    Replaced,  ///< added in the place of another
    Declined,  ///< LeastFrequentlyUsed: all that is there was asked for at least as often; or it is too large
  };

  CacheStore(const plan::Cache& cache, RandomStream random);

  /// A look-up, which counts as a use. An expired entry is taken out.
  Found look(std::uint64_t key, TimeNs now);
  Filled fill(std::uint64_t key, TimeNs now);
  /// As fill(); then the entry, new or not, has a write of that class to go on with. Not if it is declined.
  Filled write(std::uint64_t key, std::uint8_t requestClass, TimeNs now);
  /// Entries that the last fill() or write() has put out.
  std::uint32_t putOut() const { return m_putOut; }
  /// True if it was there.
  bool drop(std::uint64_t key);
  void clear();
  std::uint32_t size() const { return m_size; }
  std::uint64_t bytes() const { return m_bytes; }
  std::uint32_t dirty() const { return m_dirty; }
  /// Of the key: changes with each first write, kAbsent if it has none.
  std::uint32_t dirtyMark(std::uint64_t key) const;
  /// The write goes on now.
  Dirty clean(std::uint64_t key);
  /// Writes of entries that are not there any more since this was emptied; lost if nobody looks.
  std::vector<Dirty>& leaving() { return m_leaving; }
  /// All writes leave, their entries stay.
  void cleanAll();

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
    std::uint32_t bytes = 1;
    std::uint32_t mark = KeyIndex::kAbsent;  ///< of the first write since it was clean
    std::uint8_t requestClass = 0;           ///< of the last one
  };

  bool hasList() const;
  bool isHeap() const { return m_eviction == plan::Eviction::LeastFrequentlyUsed; }
  std::uint32_t countUse(std::uint64_t key);
  std::uint32_t bytesOf(std::uint64_t key) const;
  bool isTooFull(std::uint32_t more) const {
    return m_size >= m_capacity || (m_capacityBytes > 0 && m_bytes + more > m_capacityBytes);
  }
  void letGo(Slot slot);
  TimeNs expiryFrom(TimeNs now) const { return m_timeToLive > 0 ? now + m_timeToLive : kNever; }
  Slot victim();
  void add(std::uint64_t key, std::uint32_t uses, std::uint32_t bytes, TimeNs now);
  void remove(Slot slot);
  void appendToList(Slot slot);
  void takeFromList(Slot slot);
  void put(std::uint32_t place, Slot slot);
  void sift(std::uint32_t place);

  plan::Eviction m_eviction;
  std::uint32_t m_capacity;
  std::uint64_t m_capacityBytes;
  bool m_hasSizes;
  Sampler m_sizes;
  TimeNs m_timeToLive;
  bool m_renewsOnTouch;
  RandomStream m_random;
  std::vector<Entry> m_entries;
  std::uint32_t m_size = 0;
  std::uint64_t m_bytes = 0;
  std::uint32_t m_dirty = 0;
  std::uint32_t m_marks = 0;
  std::uint32_t m_putOut = 0;
  std::vector<Dirty> m_leaving;
  Slot m_firstFree = kNoSlot;
  KeyIndex m_slots;
  KeyIndex m_uses;             // LeastFrequentlyUsed: of all keys ever asked for
  Slot m_oldest = kNoSlot;     // LeastRecentlyUsed and FirstIn: a list, the one that goes first
  Slot m_youngest = kNoSlot;   // ... and the last
  std::vector<Slot> m_places;  // Random: all entries, in no order; LeastFrequentlyUsed: a heap by uses
};

}  // namespace cantilever::sim
