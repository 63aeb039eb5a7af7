#include "core/sim/engine.h"

namespace cantilever::sim {

using plan::Reason;

/// Starts a call or, with kDetached, a send. Sends have nobody who could wait too long, so no timeout.
void Engine::call(Index caller, std::uint32_t link, std::uint8_t flags) {
  const Index index = newFrame();
  Frame& frame = m_frames[index];
  const Frame& from = m_frames[caller];
  frame.requestClass = from.requestClass;
  frame.link = static_cast<std::uint16_t>(link);
  frame.flags = flags;
  if (frame.has(frame_flags::kDetached)) {
    m_detached.started += isInWindow(now()) ? 1u : 0u;
  } else {
    frame.flags |= from.flags & frame_flags::kOrphan;
    frame.parent = caller;
    m_frames.cold(index).sibling = m_frames.cold(caller).child;
    m_frames.cold(caller).child = index;
    if (m_links[link].timeout > 0) {
      m_agenda.afterConstant(m_links[link].timeoutLane, eventOf(index, EventType::Timeout));
    }
  }
  if (travel(index, link)) {
    return;
  }
  if (frame.has(frame_flags::kDetached)) {
    finish(index, Reason::NoHealthyInstance);
    return;
  }
  // Nobody to send to: known at once, without latency.
  frame.state = FrameState::Replied;
  frame.reason = static_cast<std::uint8_t>(Reason::NoHealthyInstance);
  m_agenda.after(0, eventOf(index, EventType::Reply));
}

void Engine::startParallel(Index caller, const Instr& code) {
  Frame& frame = m_frames[caller];
  frame.state = FrameState::Join;
  frame.open = code.count;
  frame.needed = static_cast<std::uint16_t>(code.extra);
  const Index first = frame.pc + 1;
  for (Index i = 0; i < code.count; ++i) {
    call(caller, m_code.instructions[first + i].operand, frame_flags::kBranch);
  }
}

/// Tail call: the frame itself goes on to the next station and will answer its own caller, over the link by
/// which that one called.
void Engine::forward(Index index, std::uint32_t link) {
  leaveSeat(index);
  if (!travel(index, link)) {
    m_links[link].meter.failures.add();
    m_links[link].meter.failed += isInWindow(now()) ? 1u : 0u;
    finish(index, Reason::NoHealthyInstance);
  }
}

/// Sends the frame over a link; false if no instance is up there.
bool Engine::travel(Index index, std::uint32_t linkIndex) {
  LinkState& link = m_links[linkIndex];
  Frame& frame = m_frames[index];
  link.meter.calls.add();
  frame.via = static_cast<std::uint16_t>(linkIndex);
  frame.pc = link.entry;
  frame.state = FrameState::Net;
  frame.instance = kNoInstance;
  if (link.pool != plan::kNone) {
    const PoolState& pool = m_pools[link.pool];
    if (pool.up.isEmpty()) {
      return false;
    }
    if (!pool.isShared) {
      frame.instance = pool.first + pick(link, pool.up);
    }
  }
  link.latency.schedule(m_agenda, link.there, eventOf(index, EventType::Reach));
  return true;
}

/// The number of an instance within its pool.
Engine::Index Engine::pick(LinkState& link, const InstanceSet& among) {
  if (link.balancing == Balancing::RoundRobin) {
    const Index chosen = among.from(link.nextInTurn);
    link.nextInTurn = chosen + 1;
    return chosen;
  }
  return among.at(among.size() == 1 ? 0 : link.pick.below(among.size()));
}

void Engine::receiveReply(Index index) {
  const Frame& frame = m_frames[index];
  const Index caller = frame.parent;
  if (caller == kNoFrame) {
    discard(index);
    return;
  }
  // The timeout, set first, wins a tie (2); here it may not have had its turn in this nanosecond yet.
  const TimeNs timeout = m_links[frame.link].timeout;
  const bool isLate = timeout > 0 && now() - frame.calledAt >= timeout;
  const Reason reason = isLate ? Reason::TimedOut : static_cast<Reason>(frame.reason);
  recordCall(frame, reason, isLate);
  if (!frame.has(frame_flags::kBranch)) {
    m_frames.cold(caller).child = kNoFrame;
  }
  discard(index);
  join(caller, reason);
}

/// The caller goes on without the reply. The callee is not told and works on as an orphan.
void Engine::timeOut(Index index) {
  Frame& frame = m_frames[index];
  const Index caller = frame.parent;
  if (caller == kNoFrame) {
    return;
  }
  recordCall(frame, Reason::TimedOut, true);
  if (!frame.has(frame_flags::kBranch)) {
    m_frames.cold(caller).child = kNoFrame;
  }
  frame.parent = kNoFrame;
  orphan(index);
  join(caller, Reason::TimedOut);
}

void Engine::recordCall(const Frame& call, Reason reason, bool isTimedOutHere) {
  LinkMeter& meter = m_links[call.link].meter;
  if (reason != Reason::None) {
    meter.failures.add();
  }
  if (!isInWindow(call.calledAt)) {
    return;
  }
  if (reason == Reason::None) {
    meter.latency.add(now() - call.calledAt);
    return;
  }
  ++meter.failed;
  meter.timedOut += isTimedOutHere ? 1u : 0u;
}

/// One of the replies that the caller waits for is in. It goes on when enough succeeded, or when so many
/// failed that this cannot happen any more; then the reason is that of the failure that decided.
void Engine::join(Index caller, Reason reason) {
  Frame& frame = m_frames[caller];
  const Instr& code = m_code.instructions[frame.pc];
  --frame.open;
  if (reason == Reason::None) {
    --frame.needed;
  }
  const bool hasEnough = frame.needed == 0;
  if (!hasEnough && frame.open >= frame.needed) {
    return;
  }
  abandonCallees(caller);
  if (!hasEnough && code.target == plan::kNone) {
    finish(caller, reason);
    return;
  }
  frame.pc = hasEnough ? frame.pc + 1 + code.count : code.target;
  run(caller);
}

/// Nobody waits for the callees any more; those still at work go on as orphans.
void Engine::abandonCallees(Index caller) {
  Index callee = m_frames.cold(caller).child;
  m_frames.cold(caller).child = kNoFrame;
  while (callee != kNoFrame) {
    const Index next = m_frames.cold(callee).sibling;
    Frame& frame = m_frames[callee];
    frame.flags &= static_cast<std::uint8_t>(~frame_flags::kBranch);
    frame.parent = kNoFrame;
    if (frame.state == FrameState::Husk) {
      m_frames.release(callee);
    } else {
      orphan(callee);
    }
    callee = next;
  }
}

/// Marks the frame and all that it waits for. Each frame is marked at most once in its life.
void Engine::orphan(Index index) {
  m_walk.assign(1, index);
  while (!m_walk.empty()) {
    const Index at = m_walk.back();
    m_walk.pop_back();
    if (m_frames[at].has(frame_flags::kOrphan)) {
      continue;
    }
    m_frames[at].flags |= frame_flags::kOrphan;
    for (Index callee = m_frames.cold(at).child; callee != kNoFrame; callee = m_frames.cold(callee).sibling) {
      m_walk.push_back(callee);
    }
  }
}

/// Frees a frame that nobody waits for, unless it still stands in a list of branches: then its caller will.
void Engine::discard(Index index) {
  Frame& frame = m_frames[index];
  if (frame.has(frame_flags::kBranch)) {
    frame.state = FrameState::Husk;
    frame.parent = kNoFrame;
  } else {
    m_frames.release(index);
  }
}

}  // namespace cantilever::sim
