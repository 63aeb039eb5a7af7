#pragma once

#include <cstdint>
#include <limits>

namespace cantilever::sim {

/// Internal to the engine. Simulated time as the hot path carries it: nanoseconds since the start of the run.
using TimeNs = std::int64_t;
/// Later than any event.
inline constexpr TimeNs kNever = std::numeric_limits<TimeNs>::max();

/// Events of one nanosecond are processed by phase, within a phase in order of insertion (rule 1).
enum class Phase : std::uint8_t { Actions, Requests, Sampling };

enum class EventType : std::uint8_t {
  // Of the run.
  Arrive,      ///< subject: source
  Act,         ///< subject: index into the engine's actions
  OpenWindow,  ///< the warm-up is over
  Sample,      ///< a sampling interval is over
  Lane,        ///< subject: lane. Its first entry is due
  PaceEnd,     ///< subject: instance, generation: epoch of its Pace. The first piece of its work is over
  // Of the instances; generation: Instance::epoch.
  LookAtPool,    ///< subject: scaler
  Trigger,       ///< subject: control. Its time has come, or it is to look again
  ActOfControl,  ///< subject: index into the engine's actions of controls, generation: of the control
  Boot,          ///< subject: instance, from here on. It is ready for work
  DrainEnd,      ///< its time to finish what it holds is over
  Failure,       ///< it fails by chance
  Repair,        ///< a crew has finished with it
  IdleEnd,       ///< it has been idle for long enough
  Connect,       ///< subject: sessions of a source. One of them tries to connect
  WarmReady,     ///< subject: pool. Another prepared instance stands by
  ZoneFailure,   ///< subject: zone, generation: its epoch. It fails by chance
  ZoneRepair,    ///< it comes back
  BreakEnd,      ///< subject: link, generation: epoch of its breaker. It has been open long enough
  Refill,        ///< subject: bucket, generation: its own. Tokens for those who wait may have come back
  BatchEnd,      ///< subject: batch of calls, generation: its own. It has waited long enough to become full
  // Of logs.
  Linger,       ///< subject: desk. A batch has waited long enough to become full
  Visible,      ///< subject: delivery, generation: its own. It is to be delivered again
  Commit,       ///< subject: group, from here on
  Rebalance,    ///< generation: number of the rebalance. Its pause is over
  CommitEnd,    ///< generation: number of the pause. It is over
  Backlog,      ///< subject: log. What waits in it at the start is there
  WriteBack,    ///< subject: cache, generation: store. Its next entry has waited long enough to be written
  WindowEnd,    ///< subject: window. The first of those that are open is over
  Acknowledge,  ///< subject: ticket. One of those who got the message has said that it has done it
  PrimaryLost,  ///< subject: store, generation: its epoch. The death of its primary is noticed
  Promote,      ///< another one takes its place
  Admit,        ///< subject: log. There may be room for those who want to append
  SessionEnd,   ///< subject: group, generation: number of a member. It has been dead for as long as is waited
                ///< for it
  // subject: link, generation: number of an instance of its pool.
  HealthCheck,
  HealthMissed,  ///< there was no answer to a check
  Readmit,       ///< it was ejected long enough
  // Of a frame, the subject.
  Reach,     ///< the call has crossed its link, or has got its seat
  WorkEnd,   ///< the service is over
  Timer,     ///< a Wait is over
  Reply,     ///< the reply has crossed the link
  Timeout,   ///< the caller has waited long enough
  Patience,  ///< the frame has waited long enough
  Hedge,     ///< there is no answer yet: time for a second attempt
  Fail,      ///< what the frame waited for has failed, for its reason
};

/// "request_arrives", "work_ends" ...
const char* nameOf(EventType type);

/// What is to happen. `generation` guards events of frames, sources and paces: when it is no longer theirs,
/// the event is stale and nothing happens; so nothing ever has to be searched for and removed.
struct Event {
  std::uint32_t subject = 0;
  std::uint32_t generation = 0;
  EventType type = EventType::Arrive;
};
static_assert(sizeof(Event) == 12);

}  // namespace cantilever::sim
