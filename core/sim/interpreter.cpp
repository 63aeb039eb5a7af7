#include "core/sim/engine.h"

namespace cantilever::sim {

using plan::Reason;

/// A request of a source: its own root, counted by when it arrives (28).
void Engine::arrive(Index source) {
  const plan::Source& of = m_plan->sources[source];
  const Index index = newFrame();
  Frame& frame = m_frames[index];
  frame.pc = m_plan->programs[of.program].begin;
  frame.requestClass = static_cast<std::uint8_t>(of.requestClass);
  frame.flags = frame_flags::kRoot;
  ClassMeter& meter = m_classes[of.requestClass];
  meter.offered += isInWindow(now()) ? 1u : 0u;
  ++meter.intervalOffered;
  run(index);
}

/// Runs the frame's program until it has to wait or is over.
void Engine::run(Index frame) {
  m_frames[frame].state = FrameState::Ready;
  while (execute(frame)) {
    if (--m_stepsLeft < 0) {
      haltForLoop(m_frames[frame].pc);
      return;
    }
  }
}

/// One instruction; true if the frame can go on at once. A Reply puts another frame in its place.
bool Engine::execute(Index& index) {
  Frame& frame = m_frames[index];
  const Instr& code = m_code.instructions[frame.pc];
  switch (code.op) {
    case Opcode::Enter:
      return enter(index, code);
    case Opcode::Work:
      requestServer(index, code);
      return false;
    case Opcode::Wait:
      frame.state = FrameState::Sleep;
      m_timings[code.operand].schedule(m_agenda, m_programStreams[code.extra].wait,
                                       eventOf(index, EventType::Timer));
      return false;
    case Opcode::Call:
      frame.state = FrameState::Join;
      frame.open = frame.needed = 1;
      call(index, code.operand, 0);
      return false;
    case Opcode::Send:
      ++frame.pc;
      call(index, code.operand, frame_flags::kDetached);
      return true;
    case Opcode::Forward:
      forward(index, code.operand);
      return false;
    case Opcode::Parallel:
      startParallel(index, code);
      return false;
    case Opcode::IfChance:
      frame.pc = m_programStreams[code.extra].chance.chance(m_code.chances[code.operand]) ? code.target
                                                                                          : frame.pc + 1;
      return true;
    case Opcode::IfClass:
      frame.pc = m_code.isInSet(code.operand, frame.requestClass) ? code.target : frame.pc + 1;
      return true;
    case Opcode::Jump:
      frame.pc = code.target;
      return true;
    case Opcode::Reply:
      return reply(index);
    case Opcode::Fail:
      finish(index, static_cast<Reason>(code.operand));
      return false;
    case Opcode::End:
    case Opcode::Branch:
      break;
  }
  finish(index, Reason::None);
  return false;
}

/// Answers and goes on. The frame itself becomes the reply on its way, as its caller and its timeout know it;
/// a new one takes over the program and the seat, which is kept until the end (4).
bool Engine::reply(Index& index) {
  const Index rest = newFrame();
  Frame& answer = m_frames[index];
  Frame& second = m_frames[rest];
  second.pc = answer.pc + 1;
  second.instance = answer.instance;
  second.via = answer.via;
  second.requestClass = answer.requestClass;
  second.flags = answer.flags & (frame_flags::kSeated | frame_flags::kOrphan);
  second.state = FrameState::Ready;
  answer.flags &= static_cast<std::uint8_t>(~frame_flags::kSeated);
  finish(index, Reason::None);
  index = rest;
  return true;
}

/// The frame is over: it leaves its seat, and who waits for it gets the answer.
void Engine::finish(Index index, Reason reason) {
  leaveSeat(index);
  Frame& frame = m_frames[index];
  if (frame.has(frame_flags::kRoot | frame_flags::kDetached)) {
    recordOutcome(frame, reason);
    m_frames.release(index);
    return;
  }
  if (frame.parent == kNoFrame) {
    discard(index);
    return;
  }
  frame.state = FrameState::Replied;
  frame.instance = kNoInstance;
  frame.reason = static_cast<std::uint8_t>(reason);
  LinkState& link = m_links[frame.link];
  link.latency.schedule(m_agenda, link.back, eventOf(index, EventType::Reply));
}

/// Every root ends in exactly one outcome, here.
void Engine::recordOutcome(const Frame& frame, Reason reason) {
  const TimeNs latency = now() - frame.calledAt;
  const bool isRoot = frame.has(frame_flags::kRoot);
  const auto why = static_cast<std::size_t>(reason);
  ClassMeter& meter = m_classes[frame.requestClass];
  m_digest.absorb(static_cast<std::uint64_t>(now()));
  m_digest.absorb(static_cast<std::uint64_t>(latency));
  m_digest.absorb(meter.keyHash ^ (why << 1 | (isRoot ? 1u : 0u)));

  const bool isCounted = isInWindow(frame.calledAt);
  isRoot ? meter.record(reason, latency, isCounted) : recordDetached(frame, reason, isCounted);
}

void Engine::recordDetached(const Frame& frame, Reason reason, bool isCounted) {
  LinkMeter& link = m_links[frame.link].meter;
  const std::uint64_t n = isCounted ? 1u : 0u;
  if (reason == Reason::None) {
    m_detached.succeeded += n;
    return;
  }
  m_detached.failed[static_cast<std::size_t>(reason)] += n;
  link.failures.add();
  link.failed += n;
}

Engine::Index Engine::newFrame() {
  const Index index = m_frames.allocate();
  Frame& frame = m_frames[index];
  frame.state = FrameState::Ready;
  frame.calledAt = now();
  if (m_frames.inUse() > m_config.maxFrames) {
    haltForMemory();
  }
  return index;
}

}  // namespace cantilever::sim
