#include <utility>

#include "core/sim/engine_calls.h"
#include "core/sim/engine_pools.h"

namespace cantilever::sim {

using plan::Reason;

void Engine::startParallel(Index caller, const Instr& code) {
  Frame& frame = m_frames[caller];
  become(caller, FrameState::Join);
  frame.open = code.count;
  frame.needed = static_cast<std::uint16_t>(code.extra);
  const Index first = frame.pc + 1;
  for (Index i = 0; i < code.count; ++i) {
    call(caller, m_code.instructions[first + i].operand, frame_flags::kBranch);
  }
}

/// As forward(): on this way the frame comes from where it is, and will answer to where its caller is.
bool Engine::forwardFromZone(Index index, std::uint32_t link) {
  ColdFrame& cold = m_frames.cold(index);
  const ZoneNumber callerAt = std::exchange(cold.from, zoneOf(index));
  leaveSeat(index);
  if (!address(index, link)) {
    cold.from = callerAt;
    failForward(index, link);
    return false;
  }
  LinkState& by = m_links[link];
  if (by.isPlain || !isCutOff(index)) {
    const bool hasArrived = depart(index, by);
    cold.from = callerAt;
    return hasArrived;
  }
  cold.from = callerAt;
  if (m_frames[index].parent == kNoFrame) {
    finish(index, Reason::Lost);
  } else {
    lose(index, by);
  }
  return false;
}

/// The caller goes on without the reply. Unless the link cancels, the callee is not told and works on as an
/// orphan.
Engine::Index Engine::timeOut(Index index) {
  Frame& frame = m_frames[index];
  const Index caller = frame.parent;
  if (caller == kNoFrame) {
    return kNoFrame;
  }
  const bool isPastDeadline = frame.has(frame_flags::kExpires) && now() >= m_frames.cold(index).deadline;
  const Reason reason = isPastDeadline ? Reason::DeadlineExceeded : Reason::TimedOut;
  recordCall(index, reason, true);
  if (!frame.has(frame_flags::kBranch)) {
    m_frames.cold(caller).child = kNoFrame;
  }
  frame.clear(frame_flags::kProbe);
  const FailedCall failed = failedCall(index);
  const bool isLeft = frame.has(frame_flags::kTwinned);
  if (isLeft) {
    partFromTwin(index);
  }
  letGo(index);
  if (isLeft || (m_links[failed.link].policy && retry(caller, failed, reason))) {
    return kNoFrame;
  }
  return join(caller, reason);
}

/// Its caller does not wait for it any more, but may still have it in its list of branches.
void Engine::letGo(Index index) {
  Frame& frame = m_frames[index];
  frame.parent = kNoFrame;
  if (frame.has(frame_flags::kCounted)) {
    uncountCall(index);
  }
  if (frame.has(frame_flags::kProbe)) {
    sideOf(index, m_links[frame.link]).breaker.forgetProbe();
  }
  const bool isNowhere = frame.state == FrameState::Lost || frame.state == FrameState::Backoff;
  if (isNowhere) {
    discard(index);
  } else if (m_links[frame.link].cancels) {
    cancel(index);
  } else {
    orphan(index);
  }
}

void Engine::leaveCalleesAlone(Index caller) {
  Index callee = m_frames.cold(caller).child;
  m_frames.cold(caller).child = kNoFrame;
  while (callee != kNoFrame) {
    const Index next = m_frames.cold(callee).sibling;
    m_frames[callee].clear(frame_flags::kBranch);
    if (m_frames[callee].state == FrameState::Husk) {
      m_frames.release(callee);
    } else {
      letGo(callee);
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

}  // namespace cantilever::sim
