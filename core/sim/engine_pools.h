#pragma once

#include <algorithm>

#include "core/sim/engine.h"
#include "core/sim/engine_calls.h"

/// The part of the engine's rules on pools that every request goes through; the rest is in pools.cpp. Inline,
/// because it is most of what a run does.
namespace cantilever::sim {

/// Admission (4): true if the frame has what it needs to run its program now.
inline bool Engine::enter(Index index, const Instr& code) {
  PoolState& pool = m_pools[code.operand];
  Frame& frame = m_frames[index];
  pool.meter.arrivals.add();
  const bool isGone =
      pool.isShared ? pool.up.isEmpty() && !isWaking(pool) : !m_instances[frame.instance].isUp;
  if (isGone) {  // while the call was on its way (11)
    meetNobody(index, pool);
    return false;
  }
  if (pool.hasLimitedSeats()) {
    return findSeat(index, pool);
  }
  frame.pc = code.target;
  return true;
}

/// Gives the frame's seat, if it has one, to the next in line.
inline void Engine::leaveSeat(Index index) {
  if (m_frames[index].has(frame_flags::kSeated | frame_flags::kCounted)) {
    if (m_frames[index].has(frame_flags::kCounted)) {
      uncountCall(index);
    }
    if (m_frames[index].has(frame_flags::kSeated)) {
      passSeatOn(index);
    }
  }
  if (m_draining != 0) {
    leaveDraining(index);
  }
}

/// For the Work at the frame's pc: a server of its own instance or, where servers are fed in common, of any
/// that has one.
inline void Engine::requestServer(Index index, const Instr& code) {
  PoolState& pool = m_pools[code.extra];
  Frame& frame = m_frames[index];
  frame.markedAt = now();
  if (code.isVisit) {
    requestServerElsewhere(index, pool);
    return;
  }
  Index instance = frame.instance;
  if (pool.hasCommonServers()) {
    instance = pool.free.isEmpty() ? kNoInstance : pool.first + pick(index, m_links[frame.via], pool.free);
  }
  if (instance != kNoInstance && hasFreeServer(pool, instance)) {
    startWork(index, pool, instance);
  } else {
    waitForServer(index, pool, instance, !pool.hasLimitedSeats());
  }
}

inline bool Engine::hasFreeServer(const PoolState& pool, Index instance) const {
  return !pool.hasLimitedServers() || m_instances[instance].busy.value() < pool.slots;
}

/// Takes a free server.
inline void Engine::startWork(Index index, PoolState& pool, Index instance) {
  Instance& at = m_instances[instance];
  at.busy.increase(now());
  if (pool.hasCommonServers() && at.busy.value() == pool.slots) {
    pool.free.erase(instance - pool.first);
  }
  serve(index, pool, instance);
}

/// Starts service at a server that is already counted as busy.
inline void Engine::serve(Index index, PoolState& pool, Index instance) {
  Frame& frame = m_frames[index];
  const Instr& code = m_code.instructions[frame.pc];
  frame.server = instance;
  become(index, FrameState::Work);
  if (!code.isVisit) {
    frame.instance = instance;
  }
  if (pool.isPaced) {
    servePaced(index, pool, instance);
    return;
  }
  pool.meter.serverWait.add(now() - frame.markedAt);
  frame.markedAt = now();
  if (code.count != 0) {
    m_agenda.after(drawWork(index, code, pool), eventOf(index, EventType::WorkEnd));
    return;
  }
  m_timings[code.operand].schedule(m_agenda, pool.service, eventOf(index, EventType::WorkEnd));
}

/// The next in line is served before this frame goes on: a loop back to work rejoins at the tail.
inline void Engine::endWork(Index index) {
  Frame& frame = m_frames[index];
  const Index instance = frame.server;
  PoolState& pool = m_pools[m_instances[instance].pool];
  pool.meter.served.add();
  ++m_instances[instance].served;
  pool.meter.service.add(now() - frame.markedAt);
  (frame.has(frame_flags::kOrphan) ? pool.meter.orphanedNs : pool.meter.usefulNs) += stopService(index, pool);
  frame.server = kNoInstance;
  become(index, FrameState::Ready);
  ++frame.pc;
  releaseServer(pool, instance);
}

inline void Engine::releaseServer(PoolState& pool, Index instance) {
  Instance& at = m_instances[instance];
  WaitingList& queue = serverQueue(pool, instance);
  const bool isFed = pool.hasCommonServers() ? at.takesWork() : at.isUp;
  if (m_dropsExpired) {
    dropExpired(queue, pool);
  }
  if (queue.count > 0 && isFed) {
    serve(takeNext(queue, pool), pool, instance);
    return;
  }
  at.busy.decrease(now());
  if (pool.tracksUse) {
    at.lastUse = ++m_uses;
  }
  if (pool.isPaced) {
    resumePace(pool, instance);
  }
  if (pool.hasCommonServers() && isFed) {
    pool.free.insert(instance - pool.first);
  }
  if (at.life == Life::Draining) {
    retireIfIdle(instance);
  }
}

/// The server time of the frame's work that fell into the measured window; afterwards the work is nowhere.
inline std::uint64_t Engine::stopService(Index index, PoolState& pool) {
  if (pool.isPaced) {
    return stopPaced(index, pool);
  }
  const TimeNs start = std::max(m_frames[index].markedAt, m_windowStart);
  return static_cast<std::uint64_t>(std::max<TimeNs>(0, now() - start));
}

inline void Engine::enqueue(WaitingList& queue, const PoolState& pool, Index index) {
  if (pool.order == plan::ServiceOrder::Fifo) {
    m_frames.append(queue, index);
  } else {
    enqueueInOrder(queue, pool, index);
  }
}

/// The one whose turn it is, taken out of a queue that is not empty.
inline Engine::Index Engine::takeNext(WaitingList& queue, PoolState& pool) {
  const Index next = m_frames.takeFirst(queue);
  countGone(pool, queue);
  if (pool.hasPatience) {
    m_frames.notes(next).patienceEnds = kNever;
  }
  if (pool.blocks) {
    admitParked(queue, pool);
  }
  return next;
}

/// One more waits, at an instance or for whoever is free first.
inline void Engine::countWaiting(PoolState& pool, const WaitingList& queue) {
  pool.meter.startWaiting(now());
  if (queue.owner != WaitingList::kNoOwner) {
    m_instances[queue.owner].waiting.increase(now());
  }
}

inline void Engine::countGone(PoolState& pool, const WaitingList& queue) {
  pool.meter.waiting.decrease(now());
  if (queue.owner != WaitingList::kNoOwner) {
    m_instances[queue.owner].waiting.decrease(now());
  }
}

inline WaitingList& Engine::serverQueue(PoolState& pool, Index instance) {
  return pool.hasCommonServers() ? pool.forServer : m_instances[instance].forServer;
}

}  // namespace cantilever::sim
