#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/sim/event.h"

namespace cantilever::sim {

/// Orders events: time, then phase, then sequence. Packed so that a comparison is one of 128-bit integers:
/// time 64 | phase 2 | sequence 38 | slot 24. Sequences are unique, so the slot never decides.
__extension__ typedef unsigned __int128 EventKey;

inline constexpr int kSlotBits = 24;
inline constexpr int kSequenceBits = 38;
inline constexpr std::uint64_t kMaxSequence = (std::uint64_t{1} << kSequenceBits) - 1;

constexpr std::uint64_t orderOf(Phase phase, std::uint64_t sequence) {
  return (static_cast<std::uint64_t>(phase) << kSequenceBits | sequence) << kSlotBits;
}
constexpr EventKey keyOf(TimeNs time, std::uint64_t order) {
  return static_cast<EventKey>(time) << 64 | order;
}
constexpr TimeNs timeOf(EventKey key) {
  return static_cast<TimeNs>(key >> 64);
}

/// The future events of a run, taken out in exact order of (time, phase, sequence), whatever the
/// distribution of delays. At most 2^24 pending.
///
/// The near future is a small sorted array; what is farther away waits unsorted in a ladder of buckets, each
/// rung finer than the one above (Tang, Goh & Thng, "Ladder queue", ACM TOMACS 15(3), 2005), and is sorted
/// only when its turn comes. While few events are pending the array is all there is. Bucket widths are powers
/// of two of a nanosecond, so there is no rounding. A 4-ary heap with the same order can be had instead, to
/// check against.
class EventList {
 public:
  enum class Kind : std::uint8_t { Ladder, Heap };
  explicit EventList(Kind kind = Kind::Ladder) : m_kind(kind), m_nearLimit(kind == Kind::Heap ? 0 : kNever) {}

  bool isEmpty() const { return m_size == 0; }
  std::size_t size() const { return m_size; }
  /// `order` is made by orderOf. Times before the last event taken are legal.
  [[gnu::always_inline]] void push(TimeNs time, std::uint64_t order, const Event& event) {
    const std::uint32_t slot = m_firstFree != kNoSlot ? m_firstFree : addSlot();
    m_firstFree = m_nodes[slot].next;
    m_nodes[slot].event = event;
    const EventKey key = keyOf(time, order | slot);
    ++m_size;
    if (time < m_nearLimit) {
      insertNear(key);
    } else {
      putBeyondNear(key);
    }
  }
  /// Takes out the next event, if there is one up to and including `until`.
  bool popUntil(TimeNs until, TimeNs& time, Event& event) {
    if (m_nearBegin == m_nearEnd) {
      if (m_size == 0) {
        return false;
      }
      refill();
    }
    const EventKey key = m_near[m_nearBegin];
    time = timeOf(key);
    if (time > until) {
      return false;
    }
    ++m_nearBegin;
    --m_size;
    const std::uint32_t slot = slotOf(key);
    event = m_nodes[slot].event;
    m_nodes[slot].next = m_firstFree;
    m_firstFree = slot;
    return true;
  }

  /// Calls visit(time, order, event) for every pending event, in no order that means anything; the event may
  /// be changed.
  template <class Visit>
  void forEach(const Visit& visit) {
    const auto visitKey = [&](EventKey key) {
      const std::uint32_t slot = slotOf(key);
      visit(timeOf(key), static_cast<std::uint64_t>(key) - slot, m_nodes[slot].event);
    };
    std::for_each(m_near.data() + m_nearBegin, m_near.data() + m_nearEnd, visitKey);
    for (std::size_t i = 0; i < m_rungCount; ++i) {
      for (std::size_t bucket = m_rungs[i].current; bucket < m_rungs[i].used; ++bucket) {
        for (std::uint32_t slot = m_rungs[i].buckets[bucket].first; slot != kNoSlot;
             slot = m_nodes[slot].next) {
          visitKey(m_nodes[slot].key);
        }
      }
    }
    std::for_each(m_far.begin(), m_far.end(), visitKey);
    std::for_each(m_heap.begin(), m_heap.end(), visitKey);
  }

 private:
  static constexpr std::uint32_t kNoSlot = 0xffffffffu;
  static constexpr std::size_t kMaxRungs = 12;
  /// Buckets up to this size are sorted at once instead of being cut into a finer rung.
  static constexpr std::size_t kSortAtOnce = 16;
  /// The near array sheds its far end above this size ...
  static constexpr std::size_t kMaxNear = 32;
  /// ... down to this one.
  static constexpr std::size_t kKeptNear = 8;

  /// An event with its key; linked in one bucket or among the free slots.
  struct Node {
    EventKey key;
    Event event;
    std::uint32_t next;
  };
  static_assert(sizeof(Node) == 32);

  struct Bucket {
    std::uint32_t first = kNoSlot;
    std::uint32_t count = 0;
  };

  /// `used` buckets of 2^shift ns from `start` on, the last one cut off at `end`; those before `current` have
  /// been emptied.
  struct Rung {
    std::vector<Bucket> buckets;
    TimeNs start = 0;
    TimeNs end = 0;
    int shift = 0;
    std::size_t current = 0;
    std::size_t used = 0;

    TimeNs currentStart() const { return std::min(end, start + static_cast<TimeNs>(current << shift)); }
  };

  static std::uint32_t slotOf(EventKey key) {
    return static_cast<std::uint32_t>(key) & ((1u << kSlotBits) - 1);
  }
  std::uint32_t addSlot();
  [[gnu::always_inline]] void insertNear(EventKey key) {
    if (m_nearEnd == m_near.size() || m_nearEnd - m_nearBegin > kMaxNear) {
      insertNearWithCare(key);
      return;
    }
    EventKey* const begin = m_near.data() + m_nearBegin;
    EventKey* place = m_near.data() + m_nearEnd++;
    while (place != begin && key < place[-1]) {
      *place = place[-1];
      --place;
    }
    *place = key;
  }
  void insertNearWithCare(EventKey key);
  void makeRoomNear(std::size_t extra);
  void shedNear();
  void putBeyondNear(EventKey key);
  /// Fills the near array when it is empty and the list is not.
  void refill();
  void refillFromRungs();
  void refillFromFar();
  void refillFromHeap();
  void sortIntoNear(const Bucket& bucket);
  Rung& addRung(TimeNs start, TimeNs end, std::size_t events);
  void put(Rung& rung, EventKey key);
  void putFar(EventKey key);
  void pushHeap(EventKey key);
  EventKey popHeap();

  Kind m_kind;
  std::size_t m_size = 0;
  std::vector<Node> m_nodes;
  std::uint32_t m_firstFree = kNoSlot;

  // Ascending in [m_nearBegin, m_nearEnd) of the vector: all events before m_nearLimit.
  std::vector<EventKey> m_near;
  std::size_t m_nearBegin = 0;
  std::size_t m_nearEnd = 0;
  TimeNs m_nearLimit;
  // Coarse to fine; each covers what its predecessor's last emptied bucket covered. The limit of the near
  // array is where the finest begins, or else m_farStart.
  std::array<Rung, kMaxRungs> m_rungs;
  std::size_t m_rungCount = 0;
  // Unsorted; everything from m_farStart on.
  std::vector<EventKey> m_far;
  TimeNs m_farStart = kNever;
  TimeNs m_farMin = kNever;
  TimeNs m_farMax = 0;

  std::vector<EventKey> m_heap;
};

}  // namespace cantilever::sim
