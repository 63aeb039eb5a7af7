#include "core/sim/lanes.h"

namespace cantilever::sim {

namespace {

/// Of a frame that does not exist any more; other events know for themselves.
bool isStale(const Event& event, const FrameArena& frames) {
  return event.type >= EventType::Reach && !frames.isCurrent(event.subject, event.generation);
}

}  // namespace

LaneId Lanes::laneOf(TimeNs delayNs) {
  const auto [found, isNew] = m_byDelay.try_emplace(delayNs, static_cast<LaneId>(m_lanes.size()));
  if (isNew) {
    m_lanes.push_back({delayNs, {}});
  }
  return found->second;
}

void Lanes::push(LaneId lane, TimeNs time, std::uint64_t order, const Event& event, EventList& list,
                 const FrameArena& frames) {
  Lane& to = m_lanes[lane];
  if (to.entries.isFull()) {
    // The first stays: it is the one in the event list.
    to.entries.compact([&](const Entry& entry) { return !isStale(entry.event, frames); });
    if (2 * to.entries.size() > to.entries.capacity()) {
      to.entries.widen();  // so that compacting is paid for by the entries until the next time
    }
  }
  to.entries.push({time, order, event});
  if (to.entries.size() == 1) {
    announceFirst(lane, to, list);
  }
}

Event Lanes::takeDue(LaneId lane, EventList& list, const FrameArena& frames) {
  Lane& from = m_lanes[lane];
  const Event due = from.entries.pop().event;
  while (!from.entries.isEmpty() && isStale(from.entries.front().event, frames)) {
    from.entries.pop();
  }
  if (!from.entries.isEmpty()) {
    announceFirst(lane, from, list);
  }
  return due;
}

void Lanes::announceFirst(LaneId lane, const Lane& of, EventList& list) {
  const Entry& first = of.entries.front();
  list.push(first.time, first.order, {lane, 0, EventType::Lane});
}

}  // namespace cantilever::sim
