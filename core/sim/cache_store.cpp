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

namespace {

/// Bytes as nanoseconds: a law draws whole numbers of them.
Law sizesOf(const plan::Cache& cache) {
  const Duration mean = Duration::nanoseconds(static_cast<std::int64_t>(cache.entryBytes + 0.5));
  return cache.entryVariation > 0 ? Law::lognormal(mean, cache.entryVariation) : Law::constant(mean);
}

}  // namespace

CacheStore::CacheStore(const plan::Cache& cache, RandomStream random)
    : m_eviction(cache.eviction),
      m_capacity(cache.capacity),
      m_capacityBytes(cache.capacityBytes),
      m_hasSizes(cache.entryBytes > 1 || cache.entryVariation > 0),
      m_sizes(sizesOf(cache)),
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
    letGo(slot);
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
  m_putOut = 0;
  if (present != kNoSlot && m_entries[present].expiresAt > now) {
    return Filled::Present;
  }
  if (present != kNoSlot) {
    letGo(present);
  }
  const std::uint32_t bytes = bytesOf(key);
  if (m_capacityBytes > 0 && bytes > m_capacityBytes) {
    return Filled::Declined;
  }
  const std::uint32_t known = isHeap() ? m_uses.find(key) : 0;
  const std::uint32_t uses = known == KeyIndex::kAbsent ? 0 : known;
  while (isTooFull(bytes)) {
    const Slot out = victim();
    if (isHeap() && m_entries[out].uses >= uses) {
      return Filled::Declined;
    }
    letGo(out);
    ++m_putOut;
  }
  add(key, uses, bytes, now);
  return m_putOut > 0 ? Filled::Replaced : Filled::Added;
}

CacheStore::Filled CacheStore::write(std::uint64_t key, std::uint8_t requestClass, TimeNs now) {
  const Filled filled = fill(key, now);
  if (filled != Filled::Declined) {
    Entry& entry = m_entries[m_slots.find(key)];
    entry.requestClass = requestClass;
    if (entry.mark == KeyIndex::kAbsent) {
      m_marks = m_marks + 1 == KeyIndex::kAbsent ? 0 : m_marks + 1;
      entry.mark = m_marks;
      ++m_dirty;
    }
  }
  return filled;
}

std::uint32_t CacheStore::dirtyMark(std::uint64_t key) const {
  const Slot slot = m_slots.find(key);
  return slot == kNoSlot ? KeyIndex::kAbsent : m_entries[slot].mark;
}

CacheStore::Dirty CacheStore::clean(std::uint64_t key) {
  Entry& entry = m_entries[m_slots.find(key)];
  entry.mark = KeyIndex::kAbsent;
  --m_dirty;
  return {key, entry.requestClass};
}

void CacheStore::cleanAll() {
  for (Entry& entry : m_entries) {  // free ones are clean
    if (entry.mark != KeyIndex::kAbsent) {
      m_leaving.push_back(clean(entry.key));
    }
  }
}

/// What it had to write leaves with it.
void CacheStore::letGo(Slot slot) {
  const Entry& entry = m_entries[slot];
  if (entry.mark != KeyIndex::kAbsent) {
    m_leaving.push_back({entry.key, entry.requestClass});
  }
  remove(slot);
}

/// Drawn from a stream of the key's own: the same whenever it is fetched.
std::uint32_t CacheStore::bytesOf(std::uint64_t key) const {
  if (!m_hasSizes) {
    return 1;
  }
  std::uint64_t mixed = key;
  RandomStream stream(splitmix64(mixed));
  const TimeNs bytes = m_sizes.drawNs(stream);
  return static_cast<std::uint32_t>(std::clamp<TimeNs>(bytes, 1, 0xffffffff));
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
  m_bytes = 0;
  m_dirty = 0;
  m_firstFree = m_oldest = m_youngest = kNoSlot;
}

CacheStore::Slot CacheStore::victim() {
  if (hasList()) {
    return m_oldest;
  }
  return m_places[isHeap() ? 0 : m_random.below(m_size)];
}

void CacheStore::add(std::uint64_t key, std::uint32_t uses, std::uint32_t bytes, TimeNs now) {
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
  entry.bytes = bytes;
  m_bytes += bytes;
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
  m_bytes -= entry.bytes;
  m_dirty -= std::exchange(entry.mark, KeyIndex::kAbsent) != KeyIndex::kAbsent ? 1u : 0u;
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
