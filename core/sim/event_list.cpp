#include "core/sim/event_list.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace cantilever::sim {

/// A free slot that the list of free slots does not know yet.
std::uint32_t EventList::addSlot() {
  const auto slot = static_cast<std::uint32_t>(m_nodes.size());
  assert(slot < (1u << kSlotBits));
  m_nodes.push_back({0, {}, kNoSlot});
  return slot;
}

void EventList::putBeyondNear(EventKey key) {
  const TimeNs time = timeOf(key);
  if (m_kind == Kind::Heap) {
    pushHeap(key);
    return;
  }
  if (time >= m_farStart) {
    putFar(key);
    return;
  }
  std::size_t rung = 0;
  while (time < m_rungs[rung].currentStart()) {
    ++rung;
  }
  put(m_rungs[rung], key);
}

/// When room is short, or the array is long: then because most of its events are at one time, and those that
/// follow are the largest and go to the end; others are rare.
void EventList::insertNearWithCare(EventKey key) {
  if (m_nearEnd == m_near.size()) {
    makeRoomNear(1);
  }
  EventKey* const end = m_near.data() + m_nearEnd++;
  EventKey* const place = std::upper_bound(m_near.data() + m_nearBegin, end, key);
  std::move_backward(place, end, end + 1);
  *place = key;
  if (m_nearEnd - m_nearBegin > kMaxNear) {
    shedNear();
  }
}

void EventList::makeRoomNear(std::size_t extra) {
  const std::size_t count = m_nearEnd - m_nearBegin;
  if (m_nearBegin > 0) {
    std::move(m_near.begin() + static_cast<std::ptrdiff_t>(m_nearBegin),
              m_near.begin() + static_cast<std::ptrdiff_t>(m_nearEnd), m_near.begin());
    m_nearBegin = 0;
    m_nearEnd = count;
  }
  // Room for as many again, so that moving down is paid for by the insertions before the next time.
  m_near.resize(std::max({m_near.size(), 2 * (count + extra), std::size_t{4 * kMaxNear}}));
}

/// Gives the far end of an overlong array to a new finest rung, or to the far events if there is no rung.
/// Events of one time stay together.
void EventList::shedNear() {
  if (m_kind == Kind::Heap) {
    return;
  }
  const auto begin = m_near.begin() + static_cast<std::ptrdiff_t>(m_nearBegin);
  const auto end = m_near.begin() + static_cast<std::ptrdiff_t>(m_nearEnd);
  const TimeNs first = timeOf(*begin);
  const TimeNs split = std::max(timeOf(begin[kKeptNear]), first + 1);
  if (timeOf(end[-1]) < split || m_rungCount == kMaxRungs) {
    return;
  }
  const auto cut = std::lower_bound(begin, end, keyOf(split, 0));
  if (m_rungCount == 0) {
    m_farStart = split;
    std::for_each(cut, end, [this](EventKey key) { putFar(key); });
  } else {
    const TimeNs rungEnd = m_rungs[m_rungCount - 1].currentStart();
    Rung& rung = addRung(split, rungEnd, static_cast<std::size_t>(end - cut));
    std::for_each(cut, end, [&](EventKey key) { put(rung, key); });
  }
  m_nearEnd = static_cast<std::size_t>(cut - m_near.begin());
  m_nearLimit = split;
}

void EventList::refill() {
  m_nearBegin = m_nearEnd = 0;
  if (m_kind == Kind::Heap) {
    refillFromHeap();
    return;
  }
  while (m_nearEnd == 0) {
    if (m_rungCount == 0) {
      refillFromFar();
    } else {
      refillFromRungs();
    }
  }
  m_nearLimit = m_rungCount == 0 ? m_farStart : m_rungs[m_rungCount - 1].currentStart();
}

/// One step: a bucket into the near array or into a finer rung, or the end of the finest rung.
void EventList::refillFromRungs() {
  Rung& rung = m_rungs[m_rungCount - 1];
  while (rung.current < rung.used && rung.buckets[rung.current].count == 0) {
    ++rung.current;
  }
  if (rung.current == rung.used) {
    --m_rungCount;
    return;
  }
  const Bucket bucket = rung.buckets[rung.current];
  const TimeNs start = rung.currentStart();
  ++rung.current;
  if (bucket.count <= kSortAtOnce || rung.shift == 0 || m_rungCount == kMaxRungs) {
    sortIntoNear(bucket);
    return;
  }
  Rung& finer = addRung(start, rung.currentStart(), bucket.count);
  for (std::uint32_t slot = bucket.first; slot != kNoSlot;) {
    const std::uint32_t next = m_nodes[slot].next;
    put(finer, m_nodes[slot].key);
    slot = next;
  }
}

void EventList::refillFromFar() {
  assert(!m_far.empty());
  const bool isSmall = m_far.size() <= kSortAtOnce;
  if (isSmall || m_farMin == m_farMax) {
    makeRoomNear(m_far.size());
    std::sort(m_far.begin(), m_far.end());
    std::copy(m_far.begin(), m_far.end(), m_near.begin());
    m_nearEnd = m_far.size();
  } else {
    Rung& rung = addRung(m_farMin, m_farMax + 1, m_far.size());
    std::for_each(m_far.begin(), m_far.end(), [&](EventKey key) { put(rung, key); });
  }
  m_farStart = isSmall ? kNever : m_farMax + 1;
  m_far.clear();
  m_farMin = kNever;
  m_farMax = 0;
}

void EventList::sortIntoNear(const Bucket& bucket) {
  makeRoomNear(bucket.count);
  EventKey* const begin = m_near.data();
  EventKey* end = begin;
  for (std::uint32_t slot = bucket.first; slot != kNoSlot; slot = m_nodes[slot].next) {
    *end++ = m_nodes[slot].key;
  }
  m_nearEnd = bucket.count;
  if (bucket.count > 1) {
    std::sort(begin, end);
  }
}

/// A rung over [start, end), with between one and two buckets an event.
EventList::Rung& EventList::addRung(TimeNs start, TimeNs end, std::size_t events) {
  assert(m_rungCount < kMaxRungs && start < end && events > 0);
  Rung& rung = m_rungs[m_rungCount++];
  const auto last = static_cast<std::uint64_t>(end - start - 1);
  rung.start = start;
  rung.end = end;
  rung.shift = static_cast<int>(std::bit_width(last / (2 * events)));
  rung.current = 0;
  rung.used = (last >> rung.shift) + 1;
  if (rung.buckets.size() < rung.used) {
    rung.buckets.resize(rung.used);
  }
  std::fill_n(rung.buckets.begin(), rung.used, Bucket{});
  return rung;
}

void EventList::put(Rung& rung, EventKey key) {
  const std::uint32_t slot = slotOf(key);
  Bucket& bucket = rung.buckets[static_cast<std::size_t>(timeOf(key) - rung.start) >> rung.shift];
  Node& node = m_nodes[slot];
  node.key = key;
  node.next = bucket.first;
  bucket.first = slot;
  ++bucket.count;
}

void EventList::putFar(EventKey key) {
  m_far.push_back(key);
  m_farMin = std::min(m_farMin, timeOf(key));
  m_farMax = std::max(m_farMax, timeOf(key));
}

void EventList::refillFromHeap() {
  const TimeNs time = timeOf(m_heap.front());
  while (!m_heap.empty() && timeOf(m_heap.front()) == time) {
    makeRoomNear(1);
    m_near[m_nearEnd++] = popHeap();
  }
  m_nearLimit = time + 1;
}

void EventList::pushHeap(EventKey key) {
  std::size_t i = m_heap.size();
  m_heap.push_back(key);
  while (i > 0 && key < m_heap[(i - 1) / 4]) {
    m_heap[i] = m_heap[(i - 1) / 4];
    i = (i - 1) / 4;
  }
  m_heap[i] = key;
}

EventKey EventList::popHeap() {
  const EventKey top = m_heap.front();
  const EventKey last = m_heap.back();
  m_heap.pop_back();
  const std::size_t size = m_heap.size();
  std::size_t hole = 0;
  while (4 * hole + 1 < size) {
    const std::size_t begin = 4 * hole + 1;
    const std::size_t end = std::min(begin + 4, size);
    std::size_t least = begin;
    for (std::size_t i = begin + 1; i < end; ++i) {
      least = m_heap[i] < m_heap[least] ? i : least;
    }
    if (last < m_heap[least]) {
      break;
    }
    m_heap[hole] = m_heap[least];
    hole = least;
  }
  if (size > 0) {
    m_heap[hole] = last;
  }
  return top;
}

}  // namespace cantilever::sim
