#include "core/sim/engine_calls.h"

/// What the tracer is told of the requests that it follows.
namespace cantilever::sim {

using plan::Reason;

double Engine::expectedRequests() const {
  double perSecond = 0;
  for (const plan::Source& of : m_plan->sources) {
    perSecond += of.kind == plan::SourceKind::Trace
                     ? static_cast<double>(of.times.size()) / m_config.duration.inSeconds()
                     : of.rate.raw() * m_config.loadFactor;
  }
  return perSecond * m_config.duration.inSeconds();
}

void Engine::beginTrace(Index root) {
  Frame& frame = m_frames[root];
  frame.isTraced = true;
  m_frames.notes(root).trace = m_tracer.begin(frame.requestClass, m_code.programOfPc[frame.pc], now());
}

void Engine::traceCall(Index caller, Index callee) {
  if (!isStillTraced(caller)) {
    return;
  }
  const TraceMark from = m_frames.notes(caller).trace;
  TraceMark mark;
  const Index link = m_frames[callee].link;
  if (m_tracer.addCall(from, mark, link, now())) {
    m_frames[callee].isTraced = true;
    m_frames.notes(callee).trace = mark;
    m_tracer.call(mark).program = m_plan->links[link].program;
  }
}

/// Until the second is sent, what the first does is what the caller waits for.
void Engine::traceHedge(Index first, Index second) {
  TraceCall& call = m_tracer.call(m_frames.notes(second).trace);
  call.isHedge = true;
  if (m_frames[first].isTraced) {
    call.previous = m_frames.notes(first).trace.call;
  }
}

/// False if its request is over: what goes on then is of no interest.
bool Engine::isStillTraced(Index index) {
  m_frames[index].isTraced = m_tracer.isOpen(m_frames.notes(index).trace);
  return m_frames[index].isTraced;
}

void Engine::traceState(Index index) {
  if (!isStillTraced(index)) {
    return;
  }
  const Frame& frame = m_frames[index];
  const TraceMark mark = m_frames.notes(index).trace;
  const Instr& code = m_code.instructions[frame.pc];
  const auto becomes = [&](Doing doing, plan::Index element) {
    m_tracer.change(mark, doing, element, now());
  };
  switch (frame.state) {
    case FrameState::Net:
      return becomes(Doing::Travelling, frame.via);
    case FrameState::Lost:
    case FrameState::Replied:
      return becomes(Doing::Travelling, frame.link);
    case FrameState::Backoff:
      return becomes(Doing::BackingOff, frame.link);
    case FrameState::Seat:
      return becomes(Doing::WaitingForSeat, code.operand);
    case FrameState::Queue:
      return becomes(Doing::WaitingForServer, code.extra);
    case FrameState::Parked:
      return becomes(Doing::HeldBack, code.op == Opcode::Enter ? code.operand : code.extra);
    case FrameState::Work: {
      TraceCall& call = m_tracer.call(mark);
      call.pool = code.extra;
      call.instance = frame.server - m_pools[code.extra].first;
      return becomes(Doing::Working, code.extra);
    }
    case FrameState::Sleep:
      return becomes(Doing::Delayed, m_code.programOfPc[frame.pc]);
    case FrameState::Join:
      return becomes(Doing::WaitingForAnswers, m_code.programOfPc[frame.pc]);
    case FrameState::Fetch:
      return becomes(Doing::WaitingForFetch, code.operand);
    case FrameState::Token:
      return becomes(Doing::WaitingForTokens, code.operand);
    case FrameState::Room:
    case FrameState::Acks:
      return becomes(Doing::WaitingForLog, code.operand);
    case FrameState::Free:
    case FrameState::Husk:
    case FrameState::Ready:
      return m_tracer.goOn(mark, now());
  }
}

void Engine::endTracedCall(Index index, Reason reason) {
  if (isStillTraced(index)) {
    TraceCall& call = m_tracer.call(m_frames.notes(index).trace);
    call.tries = m_frames[index].tries;
    m_tracer.endCall(m_frames.notes(index).trace, reason, now());
    m_frames[index].isTraced = false;  // what it does as an orphan is nobody's time
  }
}

void Engine::endTrace(Index index, Reason reason) {
  if (isStillTraced(index)) {
    m_tracer.end(m_frames.notes(index).trace, reason, now());
  }
}

}  // namespace cantilever::sim
