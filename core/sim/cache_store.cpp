#include "core/sim/cache_store.h"

#include <algorithm>
#include <utility>

namespace cantilever::sim {

using plan::Eviction;

void KeyIndex::erase(std::uint64_t key) {
  if (m_count == 0) {
    return;
  }
  const std::size_t mask = m_slots.size() - 1;
  std::size_t hole = placeOf(key);
  if (m_slots[hole].value == kAbsent) {
    return;
  }
  --m_count;
  // Those behind move up, unless they would come to lie before their home (Knuth 6.4, algorithm R).
  for (std::size_t at = (hole + 1) & mask; m_slots[at].value != kAbsent; at = (at + 1) & mask) {
    const std::size_t fromHome = (at - homeOf(m_slots[at].key)) & mask;
    if (fromHome >= ((at - hole) & mask)) {
      m_slots[hole] = m_slots[at];
      hole = at;
    }
  }
  m_slots[hole] = Slot{};
}

void KeyIndex::clear() {
  std::fill(m_slots.begin(), m_slots.end(), Slot{});
  m_count = 0;
}

void KeyIndex::grow() {
  constexpr std::size_t kFewest = 16;
  std::vector<Slot> old(m_slots.empty() ? kFewest : 2 * m_slots.size());
  old.swap(m_slots);
  m_shift -= old.empty() ? 4 : 1;
  for (const Slot& slot : old) {
    if (slot.value != kAbsent) {
      m_slots[placeOf(slot.key)] = slot;
    }
  }
}

CacheStore::CacheStore(const plan::Cache& cache, RandomStream random)
    : m_eviction(cache.eviction),
      m_capacity(cache.capacity),
      m_timeToLive(cache.timeToLive.ns()),
      m_renewsOnTouch(cache.ttlFrom == plan::Cache::TtlFrom::Touch),
      m_random(random) {}

bool CacheStore::hasList() const {
  return m_eviction == Eviction::LeastRecentlyUsed || m_eviction == Eviction::FirstIn;
}

/// LeastFrequentlyUsed: one more request for the key; its uses so far.
std::uint32_t CacheStore::countUse(std::uint64_t key) {
  std::uint32_t& uses = m_uses.findOrAdd(key, 0);
  uses += uses + 1 < KeyIndex::kAbsent ? 1u : 0u;
  return uses;
}

CacheStore::Found CacheStore::look(std::uint64_t key, TimeNs now) {
  const std::uint32_t uses = isHeap() ? countUse(key) : 0;
  const Slot slot = m_slots.find(key);
  if (slot == kNoSlot) {
    return Found::Absent;
  }
  Entry& entry = m_entries[slot];
  if (entry.expiresAt <= now) {
    remove(slot);
    return Found::Expired;
  }
  if (m_renewsOnTouch) {
    entry.expiresAt = expiryFrom(now);
  }
  if (m_eviction == Eviction::LeastRecentlyUsed) {
    takeFromList(slot);
    appendToList(slot);
  } else if (isHeap()) {
    entry.uses = uses;
    sift(entry.place);
  }
  return Found::Hit;
}

CacheStore::Filled CacheStore::fill(std::uint64_t key, TimeNs now) {
  const Slot present = m_slots.find(key);
  if (present != kNoSlot && m_entries[present].expiresAt > now) {
    return Filled::Present;
  }
  if (present != kNoSlot) {
    remove(present);
  }
  const std::uint32_t known = isHeap() ? m_uses.find(key) : 0;
  const std::uint32_t uses = known == KeyIndex::kAbsent ? 0 : known;
  const bool isFull = m_size >= m_capacity;
  if (isFull) {
    const Slot out = victim();
    if (isHeap() && m_entries[out].uses >= uses) {
      return Filled::Declined;
    }
    remove(out);
  }
  add(key, uses, now);
  return isFull ? Filled::Replaced : Filled::Added;
}

bool CacheStore::drop(std::uint64_t key) {
  const Slot slot = m_slots.find(key);
  if (slot == kNoSlot) {
    return false;
  }
  remove(slot);
  return true;
}

void CacheStore::clear() {
  m_entries.clear();
  m_places.clear();
  m_slots.clear();
  m_uses.clear();
  m_size = 0;
  m_firstFree = m_oldest = m_youngest = kNoSlot;
}

CacheStore::Slot CacheStore::victim() {
  if (hasList()) {
    return m_oldest;
  }
  return m_places[isHeap() ? 0 : m_random.below(m_size)];
}

void CacheStore::add(std::uint64_t key, std::uint32_t uses, TimeNs now) {
  Slot slot = m_firstFree;
  if (slot == kNoSlot) {
    slot = static_cast<Slot>(m_entries.size());
    m_entries.emplace_back();
  } else {
    m_firstFree = m_entries[slot].next;
  }
  Entry& entry = m_entries[slot];
  entry = Entry{};
  entry.key = key;
  entry.uses = uses;
  entry.expiresAt = expiryFrom(now);
  m_slots.findOrAdd(key, slot);
  if (hasList()) {
    appendToList(slot);
  } else {
    m_places.push_back(slot);
    entry.place = m_size;
  }
  ++m_size;
  if (isHeap()) {
    sift(entry.place);
  }
}

void CacheStore::remove(Slot slot) {
  Entry& entry = m_entries[slot];
  m_slots.erase(entry.key);
  --m_size;
  if (hasList()) {
    takeFromList(slot);
  } else {
    const Slot last = m_places.back();
    m_places.pop_back();
    if (last != slot) {
      put(entry.place, last);
      if (isHeap()) {
        sift(entry.place);
      }
    }
  }
  entry.next = m_firstFree;
  m_firstFree = slot;
}

void CacheStore::appendToList(Slot slot) {
  Entry& entry = m_entries[slot];
  entry.previous = m_youngest;
  entry.next = kNoSlot;
  (m_youngest == kNoSlot ? m_oldest : m_entries[m_youngest].next) = slot;
  m_youngest = slot;
}

void CacheStore::takeFromList(Slot slot) {
  const Entry& entry = m_entries[slot];
  (entry.previous == kNoSlot ? m_oldest : m_entries[entry.previous].next) = entry.next;
  (entry.next == kNoSlot ? m_youngest : m_entries[entry.next].previous) = entry.previous;
}

void CacheStore::put(std::uint32_t place, Slot slot) {
  m_places[place] = slot;
  m_entries[slot].place = place;
}

/// Restores the heap (fewest uses on top) after a change at one place.
void CacheStore::sift(std::uint32_t place) {
  const Slot slot = m_places[place];
  const std::uint32_t uses = m_entries[slot].uses;
  while (place > 0 && m_entries[m_places[(place - 1) / 2]].uses > uses) {
    put(place, m_places[(place - 1) / 2]);
    place = (place - 1) / 2;
  }
  for (;;) {
    std::uint32_t child = 2 * place + 1;
    if (child < m_size && child + 1 < m_size &&
        m_entries[m_places[child + 1]].uses < m_entries[m_places[child]].uses) {
      ++child;
    }
    if (child >= m_size || m_entries[m_places[child]].uses >= uses) {
      break;
    }
    put(place, m_places[child]);
    place = child;
  }
  put(place, slot);
}

}  // namespace cantilever::sim
