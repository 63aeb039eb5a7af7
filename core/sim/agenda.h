#pragma once

#include <cassert>
#include <cstdint>

#include "core/sim/event_list.h"
#include "core/sim/lanes.h"
#include "core/sim/ring.h"

namespace cantilever::sim {

/// How events are kept. The results never depend on it; tests compare them.
struct AgendaOptions {
  EventList::Kind list = EventList::Kind::Ladder;
  enum class LaneUse : std::uint8_t { On, Off } lanes = LaneUse::On;
};

/// What happens when: the clock, the future events, and the consequences without delay of the present one.
class Agenda {
 public:
  /// `frames` outlives the agenda; it tells which events have become stale.
  Agenda(const AgendaOptions& options, const FrameArena& frames)
      : m_frames(frames), m_list(options.list), m_usesLanes(options.lanes == AgendaOptions::LaneUse::On) {}

  TimeNs now() const { return m_now; }
  /// Moves the clock over a time without events.
  void passTo(TimeNs time) { m_now = time; }

  void at(TimeNs time, Phase phase, const Event& event) {
    m_list.push(time, orderOf(phase, m_sequence++), event);
  }
  /// A request's event after a delay; without delay it follows the present event at once, before the next
  /// one from the list (rule 1).
  void after(TimeNs delay, const Event& event) {
    if (delay == 0) {
      m_consequences.push(event);
    } else {
      at(m_now + delay, Phase::Requests, event);
    }
  }
  /// The same for the constant delay of a lane.
  void afterConstant(LaneId lane, const Event& event) {
    const TimeNs time = m_now + m_lanes.delayOf(lane);
    const std::uint64_t order = orderOf(Phase::Requests, m_sequence++);
    if (m_usesLanes) {
      m_lanes.push(lane, time, order, event, m_list, m_frames);
    } else {
      m_list.push(time, order, event);
    }
  }
  LaneId laneOf(TimeNs delay) { return m_lanes.laneOf(delay); }

  /// Calls visit(time, order, event) for everything that is to come; the event may be changed. Takes time for
  /// all of them: for rare occasions.
  template <class Visit>
  void forEachPending(const Visit& visit) {
    m_list.forEach(visit);
    m_lanes.forEach(visit);
    m_consequences.forEach([&](Event& event) { visit(m_now, std::uint64_t{0}, event); });
  }

  bool hasConsequence() const { return !m_consequences.isEmpty(); }
  Event takeConsequence() { return m_consequences.pop(); }

  /// Advances the clock to the next event up to and including `until`; false if there is none.
  bool next(TimeNs until, Event& event) {
    TimeNs time = 0;
    if (!m_list.popUntil(until, time, event)) {
      return false;
    }
    assert(time >= m_now);
    m_now = time;
    if (event.type == EventType::Lane) {
      event = m_lanes.takeDue(event.subject, m_list, m_frames);
    }
    return true;
  }

  /// Near the end of the sequence numbers the run has to stop.
  bool isExhausted() const { return m_sequence > kMaxSequence - (std::uint64_t{1} << 32); }

 private:
  const FrameArena& m_frames;
  EventList m_list;
  Lanes m_lanes;
  bool m_usesLanes;
  Ring<Event> m_consequences;
  TimeNs m_now = 0;
  std::uint64_t m_sequence = 0;
};

}  // namespace cantilever::sim
