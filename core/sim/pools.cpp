#include <algorithm>
#include <cmath>

#include "core/sim/engine_pools.h"

namespace cantilever::sim {

using plan::Reason;

/// True if there is a seat; else the frame waits or is refused.
bool Engine::findSeat(Index index, PoolState& pool) {
  Frame& frame = m_frames[index];
  frame.markedAt = now();
  if (pool.isShared && !pool.free.isEmpty()) {
    const Index number = pool.isOnDemand ? pool.byUse.latest() : pick(index, m_links[frame.via], pool.free);
    takeSeat(index, pool, pool.first + number);
    return true;
  }
  if (pool.isOnDemand) {
    return awaitInstance(index, pool);
  }
  if (!pool.isShared && m_instances[frame.instance].seated < pool.seats) {
    takeSeat(index, pool, frame.instance);
    return true;
  }
  WaitingList& queue = seatQueue(pool, frame.instance);
  if (queue.count >= pool.queueLimit) {
    overflow(index, pool, queue);
    return false;
  }
  become(index, FrameState::Seat);
  enqueue(queue, pool, index);
  startWaiting(index, pool, queue);
  return false;
}

/// From the frame's Enter on to its program.
void Engine::takeSeat(Index index, PoolState& pool, Index instance) {
  Frame& frame = m_frames[index];
  Instance& at = m_instances[instance];
  become(index, FrameState::Ready);
  frame.instance = instance;
  frame.flags |= frame_flags::kSeated;
  frame.pc = m_code.instructions[frame.pc].target;
  pool.meter.seated.increase(now());
  pool.meter.seatWait.add(now() - frame.markedAt);
  const bool isFull = ++at.seated == pool.seats;
  if (isFull && pool.isShared) {
    pool.free.erase(instance - pool.first);
  }
  if (pool.isOnDemand) {
    isFull ? pool.byUse.remove(instance - pool.first) : pool.byUse.use(instance - pool.first);
  }
}

void Engine::passSeatOn(Index index) {
  Frame& frame = m_frames[index];
  const Index instance = frame.instance;
  Instance& at = m_instances[instance];
  PoolState& pool = m_pools[at.pool];
  frame.clear(frame_flags::kSeated);
  --at.seated;
  pool.meter.seated.decrease(now());
  if (pool.tracksUse) {
    at.lastUse = ++m_uses;
  }
  const bool isTaken = at.seated >= pool.seats;  // there were more
  if (isTaken || (pool.isShared ? !at.takesWork() : !at.isUp)) {
    return;
  }
  WaitingList& queue = seatQueue(pool, instance);
  if (m_dropsExpired) {
    dropExpired(queue, pool);
  }
  if (queue.count > 0) {
    seatFirst(queue, pool, instance);
  } else if (pool.isShared) {
    pool.free.insert(instance - pool.first);
    if (pool.isOnDemand) {
      offerSeat(instance, pool);
    }
  }
}

/// Of each instance. Who has one keeps it; who waits gets one as far as there are more.
void Engine::changeSeats(const plan::Action& action, Cause cause) {
  PoolState& pool = m_pools[action.pool];
  const auto seats = static_cast<std::uint32_t>(std::min(std::floor(action.value + 0.5), 1e9));
  pool.meter.changeSeats(pool.seats, seats, now());
  pool.seats = seats;
  for (Index i = pool.first; i < pool.first + pool.count; ++i) {
    Instance& at = m_instances[i];
    if (pool.isShared ? !at.takesWork() : !at.isUp) {
      continue;
    }
    WaitingList& queue = seatQueue(pool, i);
    if (m_dropsExpired) {
      dropExpired(queue, pool);
    }
    while (at.seated < pool.seats && queue.count > 0) {
      seatFirst(queue, pool, i);
    }
    if (pool.isShared) {
      at.seated < pool.seats ? pool.free.insert(i - pool.first) : pool.free.erase(i - pool.first);
    }
  }
  if (Happening* happening = record(Happening::Kind::SizeSet, cause, kNoInstance, action.value)) {
    happening->pool = action.pool;
    happening->instance = Happening::kEach;
  }
}

void Engine::seatFirst(WaitingList& queue, PoolState& pool, Index instance) {
  const Index next = takeNext(queue, pool);
  takeSeat(next, pool, instance);
  m_agenda.after(0, eventOf(next, EventType::Reach));
}

/// Work at a pool that the frame does not sit in: with a shared queue by that; else at an instance drawn at
/// random among those up.
void Engine::requestServerElsewhere(Index index, PoolState& pool) {
  pool.meter.arrivals.add();
  if (pool.up.isEmpty()) {
    finish(index, Reason::NoHealthyInstance);
    return;
  }
  const Index own = ownInstanceAt(index, pool);
  if (own != kNoInstance && !m_instances[own].isUp) {
    finish(index, Reason::KilledInFlight);
    return;
  }
  const InstanceSet& among = pool.hasCommonServers() ? pool.free : pool.up;
  const Index instance = own != kNoInstance && !pool.hasCommonServers() ? own
                         : among.isEmpty()                              ? kNoInstance
                                           : pool.first + among.at(pool.visits.below(among.size()));
  if (instance != kNoInstance && hasFreeServer(pool, instance)) {
    startWork(index, pool, instance);
  } else {
    waitForServer(index, pool, instance, true);
  }
}

void Engine::waitForServer(Index index, PoolState& pool, Index instance, bool isLimited) {
  if (pool.isPreemptive() && interruptFor(index, pool, instance)) {
    return;
  }
  WaitingList& queue = serverQueue(pool, instance);
  Frame& frame = m_frames[index];
  if (isLimited && queue.count >= pool.queueLimit) {
    frame.server = pool.blocks ? instance : kNoInstance;
    overflow(index, pool, queue);
    return;
  }
  become(index, FrameState::Queue);
  frame.server = instance;
  enqueue(queue, pool, index);
  if (isLimited) {
    startWaiting(index, pool, queue);
  } else {
    countWaiting(pool, queue);
  }
}

/// The waiting room is full (8).
void Engine::overflow(Index index, PoolState& pool, const WaitingList& queue) {
  if (!pool.blocks) {
    pool.meter.refused.add();
    if (queue.owner != WaitingList::kNoOwner) {
      ++m_instances[queue.owner].refused;
    }
    finish(index, Reason::QueueFull);
    return;
  }
  become(index, FrameState::Parked);
  m_frames.append(m_parked[queue.parked], index);
  pool.meter.parked.increase(now());
}

/// One has left the room. While it is not full nobody is parked; interrupted work may have made it more than
/// full.
void Engine::admitParked(WaitingList& queue, PoolState& pool) {
  WaitingList& parked = m_parked[queue.parked];
  if (parked.count == 0 || queue.count >= pool.queueLimit) {
    return;
  }
  const Index next = m_frames.takeFirst(parked);
  Frame& frame = m_frames[next];
  pool.meter.parked.decrease(now());
  become(next, m_code.instructions[frame.pc].op == Opcode::Enter ? FrameState::Seat : FrameState::Queue);
  enqueue(queue, pool, next);
  startWaiting(next, pool, queue);
}

/// In the waiting room of the pool: where the queue limit and patience apply (9).
void Engine::startWaiting(Index index, PoolState& pool, const WaitingList& queue) {
  countWaiting(pool, queue);
  if (pool.hasPatience) {
    const TimeNs patience = pool.patience.draw(pool.patienceStream);
    m_frames.notes(index).patienceEnds = now() + patience;
    pool.patience.scheduleAfter(patience, m_agenda, eventOf(index, EventType::Patience));
  }
}

/// The frame's patience is over, if it still waits as it did when that was set.
bool Engine::losePatience(Index index) {
  const FrameState state = m_frames[index].state;
  const bool waits = state == FrameState::Seat || state == FrameState::Queue || state == FrameState::Token;
  if (!waits || m_frames.notes(index).patienceEnds != now()) {
    return false;
  }
  if (state == FrameState::Token) {
    const Instr& code = m_code.instructions[m_frames[index].pc];
    m_tokens[code.operand].meter.abandoned.add();
    giveUpTokens(index);
    if (failTake(index, code, Reason::QueueTimeout)) {
      run(index);
    }
    return true;
  }
  poolOf(index).meter.abandoned.add();
  withdraw(index);
  finish(index, Reason::QueueTimeout);
  return true;
}

/// The pool for which the frame waits, or which serves it.
PoolState& Engine::poolOf(Index index) {
  const Frame& frame = m_frames[index];
  const Instr& code = m_code.instructions[frame.pc];
  return m_pools[code.op == Opcode::Enter ? code.operand : code.extra];
}

/// Takes the frame out of the queue it stands in, or away from the server it has; work begun is lost.
void Engine::withdraw(Index index) {
  Frame& frame = m_frames[index];
  PoolState& pool = poolOf(index);
  if (frame.state == FrameState::Work) {
    pool.meter.lostNs += stopService(index, pool);
    releaseServer(pool, frame.server);
    frame.server = kNoInstance;
    return;
  }
  const bool isForSeat = m_code.instructions[frame.pc].op == Opcode::Enter;
  WaitingList& queue = isForSeat ? seatQueue(pool, frame.instance) : serverQueue(pool, frame.server);
  frame.server = kNoInstance;
  if (frame.state == FrameState::Parked) {
    m_frames.remove(m_parked[queue.parked], index);
    pool.meter.parked.decrease(now());
    return;
  }
  m_frames.remove(queue, index);
  countGone(pool, queue);
  if (pool.isPreemptive()) {
    pool.meter.lostNs += forgetInterrupted(index);
  }
  if (pool.blocks) {
    admitParked(queue, pool);
  }
}

WaitingList& Engine::seatQueue(PoolState& pool, Index instance) {
  return pool.isShared ? pool.forSeat : m_instances[instance].forSeat;
}

}  // namespace cantilever::sim
