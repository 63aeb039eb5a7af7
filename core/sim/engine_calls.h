#pragma once

#include "core/sim/engine.h"

/// The part of the engine's rules on calls that every request goes through; the rest is in calls.cpp. Inline,
/// because it is most of what a run does.
namespace cantilever::sim {

/// All that a frame comes to do passes here, so that it can be followed.
inline void Engine::become(Index index, FrameState state) {
  Frame& frame = m_frames[index];
  frame.state = state;
  if (frame.isTraced) {
    traceState(index);
  }
}

inline Engine::Index Engine::newFrame() {
  const Index index = m_frames.allocate();
  Frame& frame = m_frames[index];
  frame.state = FrameState::Ready;
  frame.calledAt = now();
  if (m_hasCargo) {
    m_frames.notes(index).branch = 0;
  }
  if (m_frames.inUse() > m_config.maxFrames) {
    haltForMemory();
  }
  return index;
}

/// A new frame that its caller waits for.
inline Engine::Index Engine::enrol(Index caller, std::uint32_t link, FrameFlags flags) {
  const Index index = newFrame();
  Frame& frame = m_frames[index];
  const Frame& from = m_frames[caller];
  frame.requestClass = from.requestClass;
  frame.priority = from.priority;
  frame.key = from.key;
  frame.link = static_cast<std::uint16_t>(link);
  frame.flags = flags;
  ColdFrame& cold = m_frames.cold(index);
  ColdFrame& coldFrom = m_frames.cold(caller);
  if (m_hasDeadlines) {
    cold.deadline = coldFrom.deadline;
  }
  if (m_hasCargo) {
    handOnCargo(caller, index);
  }
  if (m_network.hasZones()) {
    cold.from = zoneOf(caller);
  }
  if (m_links[link].isPerCaller) {
    m_frames.notes(index).side = sideFor(m_links[link], caller);
  }
  if ((flags & frame_flags::kDetached) == 0) {
    frame.flags |= from.flags & frame_flags::kOrphan;
    frame.parent = caller;
    cold.sibling = coldFrom.child;
    coldFrom.child = index;
    if (from.isTraced) {
      traceCall(caller, index);
    }
  }
  return index;
}

/// Starts a call or, with kDetached, a send. Returns the callee if it can run at once in place of its caller.
inline Engine::Index Engine::call(Index caller, std::uint32_t link, FrameFlags flags) {
  return launch(enrol(caller, link, flags));
}

inline Engine::Index Engine::launch(Index index) {
  if (!m_frames[index].has(frame_flags::kDetached)) {
    return sendOff(index);
  }
  const std::uint32_t link = m_frames[index].link;
  // Sends have nobody who could wait too long, so no timeout, nor anybody who would try again.
  countDetached();
  if (!address(index, link)) {
    finish(index, plan::Reason::NoHealthyInstance);
  } else if (m_links[link].mayLose() && isLostOrDone(index)) {
    finish(index, plan::Reason::Lost);
  } else {
    travel(index, m_links[link], Direction::There);
  }
  return kNoFrame;
}

/// An attempt at a call. Returns the callee if it can run at once in place of its caller.
inline Engine::Index Engine::sendOff(Index index) {
  Frame& frame = m_frames[index];
  LinkState& link = m_links[frame.link];
  if (link.policy && !startAttempt(index)) {
    return kNoFrame;
  }
  if (link.timeout > 0) {
    m_agenda.afterConstant(link.timeoutLane, eventOf(index, EventType::Timeout));
  }
  if (!address(index, frame.link)) {  // nobody to send to: known at once, without latency
    become(index, FrameState::Replied);
    frame.reason = static_cast<std::uint8_t>(plan::Reason::NoHealthyInstance);
    m_agenda.after(0, eventOf(index, EventType::Reply));
    return kNoFrame;
  }
  if (link.mayLose() && isLostOrDone(index)) {
    return kNoFrame;
  }
  const bool callerWaitsForIt = !frame.has(frame_flags::kBranch);
  if (callerWaitsForIt && depart(index, link)) {
    return index;
  }
  if (!callerWaitsForIt) {
    travel(index, link, Direction::There);
  }
  return kNoFrame;
}

/// Tail call: the frame itself goes on to the next station and will answer its own caller, over the link by
/// which that one called. True if it is there at once.
inline bool Engine::forward(Index index, std::uint32_t link) {
  if (m_network.hasZones()) {
    return forwardFromZone(index, link);
  }
  leaveSeat(index);
  if (address(index, link)) {
    return depart(index, m_links[link]);
  }
  failForward(index, link);
  return false;
}

inline void Engine::failForward(Index index, std::uint32_t link) {
  m_links[link].meter.failures.add();
  m_links[link].meter.failed += isInWindow(now()) ? 1u : 0u;
  finish(index, plan::Reason::NoHealthyInstance);
}

/// Makes the frame one for the station behind the link; false if no instance is up there.
inline bool Engine::address(Index index, std::uint32_t link) {
  const bool isThere = choose(index, link);
  if (m_network.hasZones()) {
    locate(index, m_links[link], isThere);
  }
  if (isThere && m_hasSizes) {
    countSent(index, m_links[link]);
  }
  return isThere;
}

inline bool Engine::choose(Index index, std::uint32_t linkIndex) {
  LinkState& link = m_links[linkIndex];
  Frame& frame = m_frames[index];
  link.meter.calls.add();
  if (link.readsOf != plan::kNone) {
    noteKnown(index, link.readsOf);
  }
  frame.via = static_cast<std::uint16_t>(linkIndex);
  frame.pc = link.entry;
  become(index, FrameState::Net);
  frame.instance = kNoInstance;
  if (link.pool == plan::kNone) {
    return true;
  }
  if (link.hasHealth) {
    return addressByHealth(index, link);
  }
  const PoolState& pool = m_pools[link.pool];
  const InstanceSet& among = link.locality ? nearby(index, link, pool.up) : pool.up;
  if (!pool.isShared && !among.isEmpty()) {
    const Index number = pick(index, link, among);
    if (number == kNoInstance) {
      return false;
    }
    frame.instance = pool.first + number;
    if (link.countsCalls) {
      countCall(index, link);
    }
  }
  return !among.isEmpty() || pool.wakesUp;
}

/// Sends the frame on its way. True if it has arrived already and nothing else is to happen before.
inline bool Engine::depart(Index index, LinkState& link) {
  if (link.isImmediate() && !m_agenda.hasConsequence()) {
    return true;
  }
  travel(index, link, Direction::There);
  return false;
}

/// Lets the frame arrive when its way over the link is done.
inline void Engine::travel(Index index, LinkState& link, Direction direction) {
  const bool isThere = direction == Direction::There;
  const Event event = eventOf(index, isThere ? EventType::Reach : EventType::Reply);
  if (link.isPlain) {
    link.latency.schedule(m_agenda, isThere ? link.there : link.back, event);
  } else {
    travelFar(index, link, direction, event);
  }
}

/// The link as the caller of the frame has it.
inline LinkSide& Engine::sideOf(Index index, LinkState& link) {
  return link.isPerCaller ? sideOfCaller(index) : link.own;
}

/// The number of an instance within its pool; kNoInstance if the one that it has to be is not among them.
inline Engine::Index Engine::pick(Index index, LinkState& link, const InstanceSet& among) {
  if (link.balancing == Balancing::RoundRobin) {
    LinkSide& side = sideOf(index, link);
    const Index chosen = among.from(side.nextInTurn);
    side.nextInTurn = chosen + 1;
    return chosen;
  }
  if (link.balancing != Balancing::Random) {
    return pickByState(index, link, among);
  }
  return among.at(among.size() == 1 ? 0 : link.pick.below(among.size()));
}

/// Returns the caller, if it can go on.
inline Engine::Index Engine::receiveReply(Index index) {
  const Frame& frame = m_frames[index];
  const Index caller = frame.parent;
  if (caller == kNoFrame) {
    discard(index);
    return kNoFrame;
  }
  // The timeout, set first, wins a tie (2); here it may not have had its turn in this nanosecond yet.
  const TimeNs timeout = m_links[frame.link].timeout;
  const bool isLate = timeout > 0 && now() - frame.calledAt >= timeout;
  plan::Reason reason = isLate ? plan::Reason::TimedOut : static_cast<plan::Reason>(frame.reason);
  if (frame.has(frame_flags::kSpecial)) {
    reason = lookCloser(index, reason);
  }
  recordCall(index, reason, isLate);
  if (frame.has(frame_flags::kTwinned) && isLeftToTwin(index, reason)) {
    return kNoFrame;
  }
  if (!frame.has(frame_flags::kBranch)) {
    m_frames.cold(caller).child = kNoFrame;
  }
  if (reason == plan::Reason::None) {
    discard(index);
    return join(caller, reason);
  }
  const FailedCall failed = failedCall(index);
  discard(index);
  if (m_links[failed.link].policy && retry(caller, failed, reason)) {
    return kNoFrame;
  }
  return join(caller, reason);
}

/// What another attempt has to know of the one that failed.
inline Engine::FailedCall Engine::failedCall(Index index) {
  const Frame& frame = m_frames[index];
  FailedCall failed;
  failed.link = frame.link;
  failed.flags = frame.flags & frame_flags::kBranch;
  failed.tries = frame.tries;
  failed.instance = m_frames.cold(index).countedAt;
  if (m_hasCargo) {
    failed.targets = m_frames.notes(index).targets;
    failed.branch = m_frames.notes(index).branch;
  }
  return failed;
}

inline void Engine::recordCall(Index index, plan::Reason reason, bool isTimedOutHere) {
  const Frame& call = m_frames[index];
  LinkMeter& meter = m_links[call.link].meter;
  if (call.isTraced) {
    endTracedCall(index, reason);
  }
  if (call.has(frame_flags::kNotSent)) {
    return;
  }
  if (m_links[call.link].policy) {
    observe(index, reason != plan::Reason::None);
  }
  if (m_links[call.link].hasHealth) {
    observeInstance(index, reason != plan::Reason::None);
  }
  if (reason != plan::Reason::None) {
    meter.failures.add();
    meter.timeouts.add(isTimedOutHere ? 1u : 0u);
  } else if (m_hasSizes) {
    meter.receivedBytes.add(bytesOf(index, Direction::Back));
  }
  if (!isInWindow(call.calledAt)) {
    return;
  }
  if (reason == plan::Reason::None) {
    meter.latency.add(now() - call.calledAt);
    return;
  }
  ++meter.failed;
  meter.timedOut += isTimedOutHere ? 1u : 0u;
}

/// One of the replies that the caller waits for is in. It goes on when enough succeeded, or when so many
/// failed that this cannot happen any more; then the reason is that of the failure that decided. Returns the
/// caller, if it can go on.
inline Engine::Index Engine::join(Index caller, plan::Reason reason) {
  Frame& frame = m_frames[caller];
  const Instr& code = m_code.instructions[frame.pc];
  if (code.op == Opcode::Fan) {
    return joinFan(caller, reason);
  }
  --frame.open;
  if (reason == plan::Reason::None) {
    --frame.needed;
  }
  const bool hasEnough = frame.needed == 0;
  if (!hasEnough && frame.open >= frame.needed) {
    return kNoFrame;
  }
  abandonCallees(caller);
  if (!hasEnough && code.target == plan::kNone) {
    finish(caller, reason);
    return kNoFrame;
  }
  frame.pc = hasEnough ? frame.pc + 1 + code.count : code.target;
  become(caller, FrameState::Ready);
  return caller;
}

/// Nobody waits for the callees any more; those still at work go on as orphans.
inline void Engine::abandonCallees(Index caller) {
  if (m_frames.cold(caller).child != kNoFrame) {
    leaveCalleesAlone(caller);
  }
}

/// Frees a frame that nobody waits for, unless it still stands in a list of branches: then its caller will.
inline void Engine::discard(Index index) {
  Frame& frame = m_frames[index];
  if (frame.has(frame_flags::kBranch)) {
    frame.state = FrameState::Husk;
    frame.parent = kNoFrame;
  } else {
    m_frames.release(index);
  }
}

}  // namespace cantilever::sim
