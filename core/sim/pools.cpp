#include "core/sim/engine.h"

namespace cantilever::sim {

using plan::Reason;

/// Admission (4): true if the frame has what it needs to run its program now.
bool Engine::enter(Index index, const Instr& code) {
  PoolState& pool = m_pools[code.operand];
  Frame& frame = m_frames[index];
  pool.meter.arrivals.add();
  const bool isGone = pool.isShared ? pool.up.isEmpty() : !m_instances[frame.instance].isUp;
  if (isGone) {  // while the call was on its way (11)
    finish(index, pool.isShared ? Reason::NoHealthyInstance : Reason::KilledInFlight);
    return false;
  }
  if (!pool.hasLimitedSeats()) {
    frame.pc = code.target;
    return true;
  }
  frame.markedAt = now();
  if (pool.isShared && !pool.free.isEmpty()) {
    takeSeat(index, pool, pool.first + pick(m_links[frame.via], pool.free));
    return true;
  }
  if (!pool.isShared && m_instances[frame.instance].seated < pool.seats) {
    takeSeat(index, pool, frame.instance);
    return true;
  }
  WaitingList& queue = seatQueue(pool, frame.instance);
  if (queue.count >= pool.queueLimit) {
    pool.meter.refused.add();
    finish(index, Reason::QueueFull);
    return false;
  }
  frame.state = FrameState::Seat;
  m_frames.append(queue, index);
  pool.meter.startWaiting(now());
  return false;
}

/// From the frame's Enter on to its program.
void Engine::takeSeat(Index index, PoolState& pool, Index instance) {
  Frame& frame = m_frames[index];
  Instance& at = m_instances[instance];
  frame.state = FrameState::Ready;
  frame.instance = instance;
  frame.flags |= frame_flags::kSeated;
  frame.pc = m_code.instructions[frame.pc].target;
  pool.meter.seated.increase(now());
  pool.meter.seatWait.add(now() - frame.markedAt);
  if (++at.seated == pool.seats && pool.isShared) {
    pool.free.erase(instance - pool.first);
  }
}

/// Gives the frame's seat, if it has one, to the next in line.
void Engine::leaveSeat(Index index) {
  Frame& frame = m_frames[index];
  if (!frame.has(frame_flags::kSeated)) {
    return;
  }
  const Index instance = frame.instance;
  Instance& at = m_instances[instance];
  PoolState& pool = m_pools[at.pool];
  frame.flags &= static_cast<std::uint8_t>(~frame_flags::kSeated);
  --at.seated;
  pool.meter.seated.decrease(now());
  if (!at.isUp) {
    return;
  }
  WaitingList& queue = seatQueue(pool, instance);
  if (queue.count > 0) {
    const Index next = m_frames.takeFirst(queue);
    pool.meter.waiting.decrease(now());
    takeSeat(next, pool, instance);
    m_agenda.after(0, eventOf(next, EventType::Reach));
  } else if (pool.isShared) {
    pool.free.insert(instance - pool.first);
  }
}

/// For the Work at the frame's pc: a server of its own instance; of whichever instance has one, where the
/// servers are fed in common; for a visit elsewhere, of an instance drawn at random.
void Engine::requestServer(Index index, const Instr& code) {
  PoolState& pool = m_pools[code.extra];
  Frame& frame = m_frames[index];
  frame.markedAt = now();
  if (code.isVisit) {
    pool.meter.arrivals.add();
    if (pool.up.isEmpty()) {
      finish(index, Reason::NoHealthyInstance);
      return;
    }
  }
  Index instance = frame.instance;
  bool isFree = false;
  if (pool.hasCommonServers()) {
    isFree = !pool.free.isEmpty();
    instance = !isFree        ? kNoInstance
               : code.isVisit ? pool.first + pool.free.at(pool.visits.below(pool.free.size()))
                              : pool.first + pick(m_links[frame.via], pool.free);
  } else {
    instance = code.isVisit ? pool.first + pool.up.at(pool.visits.below(pool.up.size())) : instance;
    isFree = !pool.hasLimitedServers() || m_instances[instance].busy.value() < pool.servers;
  }
  if (isFree) {
    startWork(index, pool, instance);
    return;
  }
  WaitingList& queue = serverQueue(pool, instance);
  const bool isLimited = !pool.hasLimitedSeats() || code.isVisit;
  if (isLimited && queue.count >= pool.queueLimit) {
    pool.meter.refused.add();
    finish(index, Reason::QueueFull);
    return;
  }
  frame.state = FrameState::Queue;
  frame.server = instance;
  m_frames.append(queue, index);
  pool.meter.startWaiting(now());
}

/// Takes a free server.
void Engine::startWork(Index index, PoolState& pool, Index instance) {
  Instance& at = m_instances[instance];
  at.busy.increase(now());
  if (pool.hasCommonServers() && at.busy.value() == pool.servers) {
    pool.free.erase(instance - pool.first);
  }
  serve(index, pool, instance);
}

/// Starts service at a server that is already counted as busy.
void Engine::serve(Index index, PoolState& pool, Index instance) {
  Frame& frame = m_frames[index];
  const Instr& code = m_code.instructions[frame.pc];
  frame.state = FrameState::Work;
  frame.server = instance;
  if (!code.isVisit) {
    frame.instance = instance;
  }
  pool.meter.serverWait.add(now() - frame.markedAt);
  frame.markedAt = now();
  m_timings[code.operand].schedule(m_agenda, pool.service, eventOf(index, EventType::WorkEnd));
}

void Engine::endWork(Index index) {
  Frame& frame = m_frames[index];
  const Index instance = frame.server;
  PoolState& pool = m_pools[m_instances[instance].pool];
  pool.meter.served.add();
  pool.meter.service.add(now() - frame.markedAt);
  accountService(pool.meter, frame,
                 frame.has(frame_flags::kOrphan) ? &PoolMeter::orphanedNs : &PoolMeter::usefulNs);
  frame.server = kNoInstance;
  ++frame.pc;
  // The next in line is served before this one goes on: a loop back to work rejoins at the tail.
  releaseServer(pool, instance);
  run(index);
}

void Engine::releaseServer(PoolState& pool, Index instance) {
  Instance& at = m_instances[instance];
  WaitingList& queue = serverQueue(pool, instance);
  if (at.isUp && queue.count > 0) {
    const Index next = m_frames.takeFirst(queue);
    pool.meter.waiting.decrease(now());
    serve(next, pool, instance);
    return;
  }
  at.busy.decrease(now());
  if (at.isUp && pool.hasCommonServers()) {
    pool.free.insert(instance - pool.first);
  }
}

/// The part of a service that fell into the measured window.
void Engine::accountService(PoolMeter& meter, const Frame& frame, std::uint64_t PoolMeter::*share) {
  const TimeNs start = std::max(frame.markedAt, m_windowStart);
  meter.*share += static_cast<std::uint64_t>(std::max<TimeNs>(0, now() - start));
}

WaitingList& Engine::seatQueue(PoolState& pool, Index instance) {
  return pool.isShared ? pool.forSeat : m_instances[instance].forSeat;
}

WaitingList& Engine::serverQueue(PoolState& pool, Index instance) {
  return pool.hasCommonServers() ? pool.forServer : m_instances[instance].forServer;
}

}  // namespace cantilever::sim
