#include <algorithm>

#include "core/sim/engine_calls.h"
#include "core/sim/engine_pools.h"

/// Second attempts beside the first (22), work that is stopped because nobody waits for it, and work whose
/// deadline is over (19).
namespace cantilever::sim {

using plan::Reason;

/// There is no answer yet: true if another instance is asked too. From now on both are in the caller's list
/// of branches, who waits for one of them.
bool Engine::sendHedge(Index first) {
  const Index caller = m_frames[first].parent;
  if (caller == kNoFrame || m_frames[first].state == FrameState::Husk) {
    return false;
  }
  const std::uint32_t which = m_frames[first].link;
  LinkState& link = m_links[which];
  const bool isTooLate = m_hasDeadlines && now() >= m_frames.cold(first).deadline;
  LinkSide& side = sideOf(first, link);
  if (isTooLate || !link.policy->pay(side, now())) {
    return false;
  }
  link.meter.hedges += isInWindow(now()) ? 1u : 0u;
  m_frames[first].flags |= frame_flags::kBranch | frame_flags::kTwinned;
  constexpr FrameFlags kFlags = frame_flags::kBranch | frame_flags::kTwinned | frame_flags::kHedge;
  const Index second = enrol(caller, which, kFlags);
  m_frames.cold(first).twin = second;
  m_frames.cold(second).twin = first;
  if (m_frames[second].isTraced) {
    traceHedge(first, second);
  }
  if (m_hasCargo) {
    const FrameNotes notes = m_frames.notes(first);
    m_frames.notes(second).targets = notes.targets;
    m_frames.notes(second).branch = notes.branch;
  }
  const bool isBound = link.balancing == Balancing::Owner;  // nobody else has the key
  if (link.pool == plan::kNone || m_pools[link.pool].isShared || isBound ||
      m_frames[first].instance == kNoInstance) {
    sendOff(second);
    return true;
  }
  // While it is sent off, the instance of the first is not among those to choose from.
  PoolState& pool = m_pools[link.pool];
  const Index number = m_frames[first].instance - pool.first;
  if (side.health) {
    const bool isHidden = side.health->hide(number);
    sendOff(second);
    if (isHidden) {
      side.health->show(number);
    }
    return true;
  }
  const bool isHidden = pool.up.size() > 1 && pool.up.contains(number);
  if (isHidden) {
    pool.up.erase(number);
  }
  sendOff(second);
  if (isHidden) {
    pool.up.insert(number);
  }
  return true;
}

/// Of a reply with a flag in kSpecial: what it is worth.
Reason Engine::lookCloser(Index index, Reason reason) {
  const Frame& frame = m_frames[index];
  if (frame.has(frame_flags::kExpires) && now() >= m_frames.cold(index).deadline) {
    return Reason::DeadlineExceeded;
  }
  if (frame.has(frame_flags::kDegraded) && reason == Reason::None) {
    m_frames[frame.parent].flags |= frame_flags::kDegraded;
  }
  return reason;
}

/// One of two attempts is answered: true if it failed, for then the other may still win.
bool Engine::isLeftToTwin(Index index, Reason reason) {
  const Index twin = partFromTwin(index);
  if (reason != Reason::None) {
    discard(index);
    return true;
  }
  const Frame& frame = m_frames[index];
  m_links[frame.link].meter.hedgeWins +=
      frame.has(frame_flags::kHedge) && isInWindow(frame.calledAt) ? 1u : 0u;
  letGo(twin);
  return false;
}

Engine::Index Engine::partFromTwin(Index index) {
  const Index twin = m_frames.cold(index).twin;
  m_frames[index].clear(frame_flags::kTwinned);
  m_frames[twin].clear(frame_flags::kTwinned);
  return twin;
}

/// Stops the frame and all that it waits for, whatever they are doing. Nobody is answered.
void Engine::cancel(Index index) {
  m_stopping.assign(1, index);
  while (!m_stopping.empty()) {
    const Index at = m_stopping.back();
    m_stopping.pop_back();
    Index callee = m_frames.cold(at).child;
    m_frames.cold(at).child = kNoFrame;
    while (callee != kNoFrame) {
      m_frames[callee].clear(frame_flags::kBranch);
      m_frames[callee].parent = kNoFrame;
      m_stopping.push_back(callee);
      callee = m_frames.cold(callee).sibling;
    }
    stop(at);
  }
}

void Engine::stop(Index index) {
  leaveWaiting(index);
  if (m_frames[index].has(frame_flags::kOwing)) {
    settle(index, Reason::TimedOut);
  }
  leaveSeat(index);
  discard(index);
}

/// The frame waits for nothing any more and is served nowhere; calls it has made are another matter.
void Engine::leaveWaiting(Index index) {
  switch (m_frames[index].state) {
    case FrameState::Seat:
    case FrameState::Queue:
    case FrameState::Work:
    case FrameState::Parked:
      withdraw(index);
      return;
    case FrameState::Fetch:
      leaveFetch(index);
      return;
    case FrameState::Token:
      giveUpTokens(index);
      return;
    case FrameState::Room:
      leaveRoomQueue(index);
      return;
    case FrameState::Acks:
      leaveTicket(index);
      return;
    default:
      return;
  }
}

/// What stands first in line although its deadline is over goes without being served.
void Engine::dropExpired(WaitingList& queue, PoolState& pool) {
  while (queue.count > 0 && m_frames[queue.head].has(frame_flags::kExpires) &&
         now() >= m_frames.cold(queue.head).deadline) {
    const Index index = takeNext(queue, pool);
    pool.meter.expired.add();
    pool.meter.lostNs += pool.isPreemptive() ? forgetInterrupted(index) : 0u;
    finish(index, Reason::DeadlineExceeded);
  }
}

}  // namespace cantilever::sim
