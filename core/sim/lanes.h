#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/sim/event.h"
#include "core/sim/event_list.h"
#include "core/sim/frames.h"
#include "core/sim/ring.h"

namespace cantilever::sim {

using LaneId = std::uint32_t;

/// Events of one constant delay come in the order in which they were set: they need no sorting. A lane keeps
/// them in a ring and has only its first entry in the event list, with the order that the entry got when it
/// was set, so that events happen exactly as without lanes.
class Lanes {
 public:
  /// The lane of a delay (> 0); the same for all that have this delay.
  LaneId laneOf(TimeNs delayNs);
  TimeNs delayOf(LaneId lane) const { return m_lanes[lane].delay; }
  std::size_t capacity(LaneId lane) const { return m_lanes[lane].entries.capacity(); }

  /// Entries of frames that no longer exist are dropped when a ring is full, so timeouts that never come true
  /// take memory for the calls in flight and not for all calls of their span.
  void push(LaneId lane, TimeNs time, std::uint64_t order, const Event& event, EventList& list,
            const FrameArena& frames);
  /// The entry that the list says is due; puts the following one into the list.
  Event takeDue(LaneId lane, EventList& list, const FrameArena& frames);

  /// As EventList::forEach, for the entries of all lanes.
  template <class Visit>
  void forEach(const Visit& visit) {
    for (Lane& lane : m_lanes) {
      lane.entries.forEach([&](Entry& entry) { visit(entry.time, entry.order, entry.event); });
    }
  }

 private:
  struct Entry {
    TimeNs time;
    std::uint64_t order;
    Event event;
  };
  struct Lane {
    TimeNs delay = 0;
    Ring<Entry> entries;
  };
  static void announceFirst(LaneId lane, const Lane& of, EventList& list);

  std::vector<Lane> m_lanes;
  std::map<TimeNs, LaneId> m_byDelay;
};

}  // namespace cantilever::sim
