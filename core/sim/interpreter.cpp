#include <algorithm>
#include <numeric>

#include "core/sim/engine_calls.h"
#include "core/sim/engine_pools.h"

namespace cantilever::sim {

using plan::Reason;

/// A request of a source: its own root, counted by when it arrives (28).
inline void Engine::arrive(Index source) {
  SourceState& of = m_sources[source];
  const Index index = newFrame();
  Frame& frame = m_frames[index];
  frame.pc = of.entry;
  frame.requestClass = static_cast<std::uint8_t>(of.requestClass);
  frame.priority = of.priority;
  frame.key = of.hasKeys ? of.keys.draw(of.keyStream, now() - m_worldStart) : 0;
  if (m_hasDeadlines) {
    m_frames.cold(index).deadline = of.deadline > 0 ? now() + of.deadline : kNever;
  }
  frame.flags = frame_flags::kRoot;
  if (m_network.hasZones()) {
    m_frames.cold(index).zone = of.zone;
  }
  if (m_hasCargo) {
    m_frames.notes(index).targets = 1;
    m_frames.notes(index).bornAt = now();
  }
  ClassMeter& meter = m_classes[of.requestClass];
  if (m_hasUsers) {
    m_frames.notes(index).source = source;
  }
  if (isInWindow(now())) {
    ++meter.offered;
    if (m_tracer.isDue()) {
      beginTrace(index);
    }
  }
  ++meter.intervalOffered;
  ++m_underWay;
  run(index);
}

/// The requests of a batch arrive at the same instant and enter in order (31).
inline bool Engine::arriveAll(const Event& event) {
  const std::uint32_t count = m_arrivals.take(event);
  for (std::uint32_t i = 0; i < count && !m_isHalted; ++i) {
    m_stepsLeft += i > 0 ? kStepsPerFrame : 0;
    arrive(event.subject);
  }
  return count > 0;
}

/// Runs the frame's program until it has to wait or is over.
void Engine::run(Index frame) {
  while (execute(frame)) {
    if (--m_stepsLeft < 0) {
      haltForLoop(m_frames[frame].pc);
      return;
    }
  }
}

inline void Engine::runUnlessNone(Index frame) {
  if (frame != kNoFrame) {
    run(frame);
  }
}

/// One instruction; true if there is more to do at once, in the frame or in the one put in its place: the
/// callee, the caller that got its reply, or what goes on after a Reply.
inline bool Engine::execute(Index& index) {
  Frame& frame = m_frames[index];
  const Instr& code = m_code.instructions[frame.pc];
  switch (code.op) {
    case Opcode::Enter:
      return enter(index, code);
    case Opcode::Work:
      requestServer(index, code);
      return false;
    case Opcode::Wait:
      become(index, FrameState::Sleep);
      m_timings[code.operand].schedule(m_agenda, m_programStreams[code.extra].wait,
                                       eventOf(index, EventType::Timer));
      return false;
    case Opcode::Call:
      become(index, FrameState::Join);
      frame.open = frame.needed = 1;
      index = call(index, code.operand, 0);
      return index != kNoFrame;
    case Opcode::Send:
      ++frame.pc;
      call(index, code.operand, frame_flags::kDetached);
      return true;
    case Opcode::Forward:
      return forward(index, code.operand);
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
    case Opcode::Look:
      return look(index, code);
    case Opcode::Fill:
      fill(index, code);
      ++m_frames[index].pc;  // what it has put out may have made new frames
      return true;
    case Opcode::Drop:
      drop(index, code.operand);
      ++frame.pc;
      return true;
    case Opcode::Draw:
      drawNumber(index, code);
      ++frame.pc;
      return true;
    case Opcode::IfDrawn:
      frame.pc = m_frames.notes(index).drawn > code.operand ? code.target : frame.pc + 1;
      return true;
    case Opcode::Route:
      frame.pc = routeOf(index, code);
      return true;
    case Opcode::Degrade:
      frame.flags |= frame_flags::kDegraded;
      ++frame.pc;
      return true;
    case Opcode::Gather:
      gather(index, code.operand);
      ++frame.pc;
      return !m_isHalted;
    case Opcode::Observe:
      observeCopy(index, code.operand);
      ++frame.pc;
      return true;
    case Opcode::IfUp:
      frame.pc = choosesFirst(index, code) ? code.target : frame.pc + 1;
      return true;
    case Opcode::Batch:
      joinBatch(index, code.operand);
      return false;
    case Opcode::Measure:
      m_meters[code.operand].measure(
          m_code.amounts[code.extra] * (m_hasCargo ? m_frames.notes(index).targets : 1u), now());
      ++frame.pc;
      return true;
    case Opcode::IfVersion:
      frame.pc = frame.instance != kNoInstance && m_instances[frame.instance].version >= code.operand
                     ? code.target
                     : frame.pc + 1;
      return true;
    case Opcode::IfFlag:
      frame.pc = isOn(index, code) ? code.target : frame.pc + 1;
      return true;
    case Opcode::Fan:
      return startFan(index, code);
    case Opcode::Take:
      return take(index, code);
    case Opcode::Publish:
      return publish(index, code);
    case Opcode::Give:
      give(index, code.operand);
      ++frame.pc;
      return true;
    case Opcode::End:
    case Opcode::Branch:
      break;
  }
  return end(index);
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
  second.priority = answer.priority;
  second.key = answer.key;
  m_frames.cold(rest).deadline = m_frames.cold(index).deadline;
  constexpr FrameFlags kTaken = frame_flags::kSeated | frame_flags::kOwing;
  second.flags = answer.flags & (kTaken | frame_flags::kOrphan);
  second.state = FrameState::Ready;
  answer.clear(kTaken);
  if (m_network.hasZones()) {
    m_frames.cold(index).zone = m_frames.cold(rest).zone = zoneOf(index);
  }
  answer.instance = kNoInstance;
  m_frames.cold(rest).fetch = m_frames.cold(index).fetch;
  m_frames.cold(rest).held = m_frames.cold(index).held;
  if (m_hasCargo) {
    const FrameNotes notes = m_frames.notes(index);
    m_frames.notes(rest).drawn = notes.drawn;
    m_frames.notes(rest).targets = notes.targets;
    m_frames.notes(rest).bornAt = notes.bornAt;
  }
  finish(index, Reason::None);
  index = rest;
  return true;
}

/// Success. Over a link without latency the caller goes on in place of the frame, if nothing else is to
/// happen before: the same order as through the agenda, with less ado.
inline bool Engine::end(Index& index) {
  const Frame& frame = m_frames[index];
  if (frame.has(frame_flags::kOwing)) {
    settle(index, Reason::None);
  }
  leaveSeat(index);
  if (frame.parent == kNoFrame || m_agenda.hasConsequence() || !m_links[frame.link].isImmediate()) {
    finish(index, Reason::None);
    return false;
  }
  index = receiveReply(index);
  return index != kNoFrame;
}

/// What the frame owes to others when it is over.
void Engine::settle(Index index, Reason reason) {
  if (m_frames[index].has(frame_flags::kFetching)) {
    endFetches(index, reason);
  }
  if (m_frames[index].has(frame_flags::kHolding)) {
    giveAll(index, reason);
  }
}

/// The frame is over: it leaves its seat, and who waits for it gets the answer.
void Engine::finish(Index index, Reason reason) {
  Frame& frame = m_frames[index];
  if (m_network.hasZones()) {
    m_frames.cold(index).zone = zoneOf(index);
  }
  if (frame.has(frame_flags::kOwing)) {
    settle(index, reason);
  }
  leaveSeat(index);
  if (frame.has(frame_flags::kDelivery) && isBatchOfCalls(index)) {
    const Index batch = m_frames.notes(index).callBatch;
    m_frames.release(index);
    answerBatch(batch, reason);
    return;
  }
  if (frame.has(frame_flags::kRoot | frame_flags::kDetached)) {
    if (frame.isTraced) {
      endTrace(index, reason);
    }
    recordOutcome(frame, reason);
    if (m_hasUsers) {
      sendUserBack(index);
    }
    const bool isDelivery = m_frames[index].has(frame_flags::kDelivery);
    const Index delivery = isDelivery ? m_frames.notes(index).delivery : plan::kNone;
    m_frames.release(index);
    if (isDelivery) {
      endDelivery(delivery, reason);
    }
    return;
  }
  if (frame.parent == kNoFrame) {
    discard(index);
    return;
  }
  LinkState& link = m_links[frame.link];
  frame.reason = static_cast<std::uint8_t>(reason);
  frame.instance = kNoInstance;
  if (!link.isPlain && isCutOff(index)) {
    lose(index, link);
    return;
  }
  become(index, FrameState::Replied);
  travel(index, link, Direction::Back);
}

/// A user whose request has had its outcome, whatever it is, thinks (30).
void Engine::sendUserBack(Index index) {
  const Index source = m_frames.notes(index).source;
  if (m_frames[index].has(frame_flags::kRoot) && m_sources[source].isClosed) {
    m_arrivals.userReturns(source);
  }
}

/// Every root ends in exactly one outcome, here.
inline void Engine::recordOutcome(const Frame& frame, Reason reason) {
  const TimeNs latency = now() - frame.calledAt;
  const bool isRoot = frame.has(frame_flags::kRoot);
  const auto why = static_cast<std::size_t>(reason);
  ClassMeter& meter = m_classes[frame.requestClass];
  m_digest.absorb(static_cast<std::uint64_t>(now()));
  m_digest.absorb(static_cast<std::uint64_t>(latency));
  m_digest.absorb(meter.keyHash ^ (why << 1 | (isRoot ? 1u : 0u)));

  --m_underWay;
  m_outcomes += isRoot ? 1u : 0u;
  m_failures += isRoot && reason != Reason::None ? 1u : 0u;
  if (isRoot && reason == Reason::None) {
    m_batches.add(latency, now());
  }
  const bool isCounted = isInWindow(frame.calledAt);
  if (isRoot && isCounted && reason == Reason::None && frame.has(frame_flags::kDegraded)) {
    ++meter.degraded;
  }
  isRoot ? meter.record(reason, latency, isCounted) : recordDetached(frame, reason, isCounted);
  if (m_hasWatchers && isRoot) {
    watchOutcome(frame.requestClass, reason, latency);
  }
}

/// Work that nobody waits for begins.
void Engine::countDetached() {
  m_detached.started += isInWindow(now()) ? 1u : 0u;
  ++m_underWay;
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

void Engine::advanceTo(TimeNs until, const std::stop_token& stop) {
  advance(
      until, stop, [](const Event&) {}, [] { return false; });
}

/// All requests that count have had their outcomes.
bool Engine::isAllMeasured() const {
  return std::all_of(m_classes.begin(), m_classes.end(), [](const ClassMeter& of) {
    return std::accumulate(of.failed.begin(), of.failed.end(), of.succeeded) == of.offered;
  });
}

void Engine::follow(TimeNs longest, const std::stop_token& stop) {
  if (!isAllMeasured()) {
    m_last = m_end + longest;
    advance(
        m_last, stop, [](const Event&) {}, [this] { return isAllMeasured(); });
  }
}

Stepped Engine::advanceUntil(const Until& what, TimeNs until, const std::stop_token& stop) {
  const std::uint64_t events = m_events;
  const std::uint64_t outcomes = m_outcomes;
  const std::uint64_t failures = m_failures;
  const std::uint64_t happenings = m_happenings.size() + m_happeningsLeftOut;
  Stepped last;
  const auto isReached = [&] {
    switch (what.what) {
      case Until::What::Event:
        return m_events > events;
      case Until::What::Outcome:
        return m_outcomes > outcomes;
      case Until::What::Failure:
        return m_failures > failures;
      case Until::What::Happening:
        return m_happenings.size() + m_happeningsLeftOut > happenings;
      case Until::What::Queue:
        return m_pools[what.pool].meter.waiting.value() >= what.length;
    }
    return true;
  };
  bool isDone = false;
  advance(
      until, stop, [&](const Event& event) { last = describe(event); }, [&] { return isDone = isReached(); });
  last.isReached = isDone;
  last.at = Duration::nanoseconds(now());
  return last;
}

/// Before it is handled: afterwards its frame may be another's.
Stepped Engine::describe(const Event& event) const {
  Stepped step;
  step.what = nameOf(event.type);
  if (event.type == EventType::Arrive) {
    step.source = event.subject;
  } else if (event.type >= EventType::Reach && m_frames.isCurrent(event.subject, event.generation)) {
    const Frame& frame = m_frames[event.subject];
    step.link = frame.link == kNoLink ? plan::kNone : frame.link;
    if (const Index at = frame.server != kNoInstance ? frame.server : frame.instance; at != kNoInstance) {
      step.pool = m_instances[at].pool;
      step.instance = at - m_pools[step.pool].first;
    }
  }
  return step;
}

/// Events up to and including `until`, with all that follows from them without delay, until it is enough.
template <class Watch, class Enough>
void Engine::advance(TimeNs until, const std::stop_token& stop, const Watch& watch, const Enough& isEnough) {
  constexpr std::uint64_t kEventsBetweenLooks = 1024;
  m_hasStarted = true;
  until = std::min(until, m_last);
  Event event;
  for (std::uint64_t n = 0; !m_isHalted; ++n) {
    if (n % kEventsBetweenLooks == 0) {
      if (stop.stop_requested()) {
        return;
      }
      if (m_agenda.isExhausted()) {
        halt("the run has had 2^38 events, which is as many as it can put in order");
        return;
      }
    }
    if (!m_agenda.next(until, event)) {
      m_agenda.passTo(std::max(until, m_agenda.now()));
      return;
    }
    m_stepsLeft = kStepsPerEvent + kStepsPerFrame * static_cast<std::int64_t>(m_frames.inUse());
    watch(event);
    m_events += handle(event) ? 1u : 0u;
    while (m_agenda.hasConsequence() && !m_isHalted) {
      event = m_agenda.takeConsequence();
      handle(event);
      if (--m_stepsLeft < 0) {
        haltForLoop(pcBehind(event));
      }
    }
    if (isEnough()) {
      return;
    }
  }
}

/// False if the event is stale or only part of the machinery. A frame that was killed may still have the
/// event it was waiting for; its state tells.
inline bool Engine::handle(const Event& event) {
  if (event.type < EventType::Reach) {
    return handleOfRun(event);
  }
  const Index index = event.subject;
  if (!m_frames.isCurrent(index, event.generation)) {
    return false;
  }
  Frame& frame = m_frames[index];
  switch (event.type) {
    case EventType::Reach:
      if (frame.state != FrameState::Net && frame.state != FrameState::Ready) {
        return false;
      }
      run(index);
      return true;
    case EventType::WorkEnd:
      if (frame.state != FrameState::Work) {
        return false;
      }
      endWork(index);
      run(index);
      return true;
    case EventType::Timer:
      if (frame.state == FrameState::Backoff) {
        runUnlessNone(attemptAgain(index));
        return true;
      }
      if (frame.state != FrameState::Sleep) {
        return false;
      }
      ++frame.pc;
      become(index, FrameState::Ready);
      run(index);
      return true;
    case EventType::Reply:
      runUnlessNone(receiveReply(index));
      return true;
    case EventType::Timeout:
      runUnlessNone(timeOut(index));
      return true;
    case EventType::Patience:
      return losePatience(index);
    case EventType::Hedge:
      return sendHedge(index);
    case EventType::Fail:
      if (frame.state != FrameState::Ready) {
        return false;
      }
      finish(index, static_cast<Reason>(frame.reason));
      return true;
    default:
      return false;
  }
}

bool Engine::handleOfRun(const Event& event) {
  switch (event.type) {
    case EventType::Arrive:
      return arriveAll(event);
    case EventType::Act:
      act(m_actions[event.subject], event.subject < m_plan->actions.size() ? Cause::Script : Cause::Hand);
      return true;
    case EventType::PaceEnd:
      return endPaced(event);
    case EventType::OpenWindow:
      openWindow();
      return false;
    case EventType::Sample:
      closeInterval();
      return false;
    case EventType::Refill:
      return refill(event.subject, event.generation);
    case EventType::Linger:
      lookAgain(event.subject);
      return true;
    case EventType::BatchEnd:
      return endBatch(event.subject, event.generation);
    case EventType::Visible:
      return makeVisible(event.subject, event.generation);
    case EventType::Commit:
      commit(event.subject);
      return true;
    case EventType::CommitEnd:
      return endCommit(event.subject, event.generation);
    case EventType::Backlog:
      appendBacklog(event.subject);
      return true;
    case EventType::Admit:
      admitPublishers(event.subject);
      return false;
    case EventType::PrimaryLost:
      return noticeLoss(event.subject, event.generation);
    case EventType::Promote:
      return promote(event.subject, event.generation);
    case EventType::WriteBack:
      return writeBackNext(event.subject, event.generation);
    case EventType::WindowEnd:
      endWindow(event.subject);
      return true;
    case EventType::Acknowledge:
      countAcknowledged(event.subject);
      return true;
    case EventType::Rebalance:
      return endRebalance(event.subject, event.generation);
    case EventType::SessionEnd:
      return endSession(event.subject, event.generation);
    case EventType::BreakEnd:
      endBreak(event.subject, event.generation);
      return true;
    case EventType::HealthCheck:
      checkHealth(event.subject, event.generation);
      return true;
    case EventType::HealthMissed:
      missHealth(event.subject, event.generation);
      return true;
    case EventType::Readmit:
      readmit(event.subject, event.generation);
      return true;
    case EventType::LookAtPool:
      lookAtPool(event.subject);
      return true;
    case EventType::ZoneFailure:
      return failZoneByChance(event.subject, event.generation);
    case EventType::ZoneRepair:
      return repairZone(event.subject, event.generation);
    case EventType::Connect:
      reconnect(event.subject);
      return true;
    case EventType::WarmReady:
      ++m_pools[event.subject].warm;
      return false;
    case EventType::Trigger:
      trigger(event.subject);
      return true;
    case EventType::ActOfControl:
      return actOfControl(event.subject, event.generation);
    default:
      return handleOfInstance(event);
  }
}

}  // namespace cantilever::sim
