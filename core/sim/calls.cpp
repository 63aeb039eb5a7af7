#include "core/sim/engine_calls.h"

namespace cantilever::sim {

using plan::Reason;

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

/// The caller goes on without the reply. The callee is not told and works on as an orphan.
Engine::Index Engine::timeOut(Index index) {
  Frame& frame = m_frames[index];
  const Index caller = frame.parent;
  if (caller == kNoFrame) {
    return kNoFrame;
  }
  recordCall(frame, Reason::TimedOut, true);
  if (!frame.has(frame_flags::kBranch)) {
    m_frames.cold(caller).child = kNoFrame;
  }
  frame.parent = kNoFrame;
  if (frame.has(frame_flags::kCounted)) {
    uncountCall(index);
  }
  const FailedCall failed = failedCall(index);
  if (frame.state == FrameState::Lost) {
    discard(index);
  } else {
    orphan(index);
  }
  if (m_links[failed.link].policy && retry(caller, failed, Reason::TimedOut)) {
    return kNoFrame;
  }
  return join(caller, Reason::TimedOut);
}

void Engine::leaveCalleesAlone(Index caller) {
  Index callee = m_frames.cold(caller).child;
  m_frames.cold(caller).child = kNoFrame;
  while (callee != kNoFrame) {
    const Index next = m_frames.cold(callee).sibling;
    Frame& frame = m_frames[callee];
    frame.clear(frame_flags::kBranch);
    frame.parent = kNoFrame;
    if (frame.has(frame_flags::kCounted)) {
      uncountCall(callee);
    }
    const bool isNowhere = frame.state == FrameState::Husk || frame.state == FrameState::Lost ||
                           frame.state == FrameState::Backoff;
    if (isNowhere) {
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

}  // namespace cantilever::sim
