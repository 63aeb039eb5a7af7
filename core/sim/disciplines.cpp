#include <algorithm>
#include <tuple>

#include "core/sim/engine_calls.h"
#include "core/sim/engine_pools.h"

/// Orders of service other than first come, first served, and work whose speed changes (rule 7).
namespace cantilever::sim {

using plan::ServiceOrder;

void Engine::prepareOrder(PoolState& pool, const plan::Pool& of) {
  const bool hasSpeeds =
      std::any_of(of.speeds.begin(), of.speeds.end(), [](double each) { return each != 1; });
  if (pool.isSharing() || pool.isPreemptive() || hasSpeeds || of.contention > 0 || of.coherency > 0) {
    addPaces(pool, of);
  }
  if (pool.blocks) {
    addParkingTo(pool.forSeat);
    addParkingTo(pool.forServer);
    for (Index i = 0; i < pool.count; ++i) {
      addParkingTo(m_instances[pool.first + i].forSeat);
      addParkingTo(m_instances[pool.first + i].forServer);
    }
  }
  if (pool.order != ServiceOrder::Priority && !pool.isPreemptive()) {
    return;
  }
  std::uint8_t lowest = 0;
  for (const plan::RequestClass& each : m_plan->classes) {
    lowest = std::max(lowest, each.priority);
  }
  for (WaitingList* list : {&pool.forSeat, &pool.forServer, &pool.running}) {
    m_frames.orderByPriority(*list, lowest);
  }
  for (Index i = 0; i < pool.count; ++i) {
    m_frames.orderByPriority(m_instances[pool.first + i].forSeat, lowest);
    m_frames.orderByPriority(m_instances[pool.first + i].forServer, lowest);
    if (pool.isPaced) {
      m_frames.orderByPriority(pool.paces[i].running, lowest);
    }
  }
}

void Engine::addParkingTo(WaitingList& queue) {
  queue.parked = static_cast<std::uint32_t>(m_parked.size());
  m_parked.emplace_back();
}

void Engine::addPaces(PoolState& pool, const plan::Pool& of) {
  pool.isPaced = true;
  for (Index i = 0; i < pool.count; ++i) {
    pool.paces.emplace_back(pool.servers, of.contention, of.coherency, of.speedOf(i));
  }
}

void Engine::enqueueInOrder(WaitingList& queue, const PoolState& pool, Index index) {
  switch (pool.order) {
    case ServiceOrder::Lifo:
      m_frames.prepend(queue, index);
      break;
    case ServiceOrder::Priority:
    case ServiceOrder::Preemptive:
      m_frames.insertByPriority(queue, index, FrameArena::AmongEquals::Last);
      break;
    case ServiceOrder::Fifo:
    case ServiceOrder::Sharing:
      m_frames.append(queue, index);
      break;
  }
}

/// As serve(); work that was interrupted goes on where it was, and its wait was counted when it began.
void Engine::servePaced(Index index, PoolState& pool, Index instance) {
  Frame& frame = m_frames[index];
  FrameNotes& notes = m_frames.notes(index);
  TimeNs work = notes.remaining;
  notes.remaining = FrameNotes::kNotBegun;
  if (work == FrameNotes::kNotBegun) {
    pool.meter.serverWait.add(now() - frame.markedAt);
    frame.markedAt = now();
    work = drawWork(index, m_code.instructions[frame.pc], pool);
  }
  pool.paces[instance - pool.first].add(index, work, now(), m_frames);
  if (pool.isPreemptive()) {
    m_frames.insertByPriority(runningAt(pool, instance), index, FrameArena::AmongEquals::Last);
  }
  resumePace(pool, instance);
}

/// After a change of what is being done there, or of its speed: when the first piece will end.
void Engine::resumePace(PoolState& pool, Index instance) {
  Pace& pace = pool.paces[instance - pool.first];
  if (pool.isSharing()) {
    m_instances[instance].busy.set(pace.busyServers(), now());
  }
  const TimeNs wait = pace.resume(now());
  if (wait != kNever) {
    m_agenda.after(wait, {instance, pace.epoch(), EventType::PaceEnd});
  }
}

bool Engine::endPaced(const Event& event) {
  const Index instance = event.subject;
  const PoolState& pool = m_pools[m_instances[instance].pool];
  const Pace& pace = pool.paces[instance - pool.first];
  if (pace.epoch() != event.generation) {
    return false;
  }
  const Index index = pace.first();
  endWork(index);
  run(index);
  return true;
}

/// As stopService().
std::uint64_t Engine::stopPaced(Index index, PoolState& pool) {
  const Index instance = m_frames[index].server;
  if (pool.isPreemptive()) {
    m_frames.remove(runningAt(pool, instance), index);
  }
  const Pace::Taken taken = pool.paces[instance - pool.first].take(index, now(), m_frames);
  FrameNotes& notes = m_frames.notes(index);
  const std::uint64_t served = notes.servedBefore + taken.servedNs;
  notes.servedBefore = 0;
  return served;
}

/// Gives the frame the server of the least important work in progress, of equals the last begun, if that is
/// less important than the frame; that one goes to the head of its priority. Instances that drain keep
/// theirs.
bool Engine::interruptFor(Index index, PoolState& pool, Index instance) {
  WaitingList& running = runningAt(pool, instance);
  Index victim = running.tail;
  while (pool.hasCommonServers() && victim != kNoFrame && !m_instances[m_frames[victim].server].takesWork()) {
    victim = m_frames[victim].previous;
  }
  if (victim == kNoFrame || m_frames[victim].priority <= m_frames[index].priority) {
    return false;
  }
  Frame& frame = m_frames[victim];
  const Index at = frame.server;
  m_frames.remove(running, victim);
  const Pace::Taken taken = pool.paces[at - pool.first].take(victim, now(), m_frames);
  m_frames.notes(victim).remaining = taken.remainingNs;
  m_frames.notes(victim).servedBefore += taken.servedNs;
  become(victim, FrameState::Queue);
  if (pool.hasCommonServers()) {  // it will go on wherever a server frees
    frame.server = kNoInstance;
    frame.instance = m_code.instructions[frame.pc].isVisit ? frame.instance : kNoInstance;
  }
  WaitingList& queue = serverQueue(pool, at);
  m_frames.insertByPriority(queue, victim, FrameArena::AmongEquals::First);
  pool.meter.interrupted.add();
  countWaiting(pool, queue);
  serve(index, pool, at);
  return true;
}

/// The server time of work that will not be resumed.
std::uint64_t Engine::forgetInterrupted(Index index) {
  FrameNotes& notes = m_frames.notes(index);
  const std::uint64_t served = notes.servedBefore;
  notes.servedBefore = 0;
  notes.remaining = FrameNotes::kNotBegun;
  return served;
}

WaitingList& Engine::runningAt(PoolState& pool, Index instance) {
  return pool.hasCommonServers() ? pool.running : pool.paces[instance - pool.first].running;
}

/// Work in progress is done at the new speed from now on. The factor is of the instance's own speed.
void Engine::setSpeed(Index instance, double factor) {
  makePaced(m_pools[m_instances[instance].pool]);
  m_instances[instance].speed = factor;
  setPace(m_pools[m_instances[instance].pool], instance);
}

/// From now on the speed of its work may change.
void Engine::makePaced(PoolState& pool) {
  if (!pool.isPaced) {
    addPaces(pool, m_plan->pools[m_instances[pool.first].pool]);
    takeOverService(pool);
  }
}

/// As fast as the instance is to work now.
void Engine::setPace(PoolState& pool, Index instance) {
  const plan::Pool& of = m_plan->pools[m_instances[instance].pool];
  const Index number = instance - pool.first;
  const Instance& at = m_instances[instance];
  const double speed = at.still != 0 ? 0 : of.speedOf(number) * at.speed;
  pool.paces[number].setSpeed(std::min(speed, Pace::kMostSpeed), now());
  resumePace(pool, instance);
}

/// Lets paces that are new tell when the work in progress ends, each piece when it would have ended: that
/// stands in its pending event, which loses its force.
void Engine::takeOverService(PoolState& pool) {
  struct Ending {
    TimeNs time = 0;
    std::uint64_t order = 0;
    Index frame = 0;
  };
  std::vector<Ending> endings;
  m_agenda.forEachPending([&](TimeNs time, std::uint64_t order, Event& event) {
    if (event.type != EventType::WorkEnd || !m_frames.isCurrent(event.subject, event.generation)) {
      return;
    }
    const Frame& frame = m_frames[event.subject];
    if (frame.state == FrameState::Work && &m_pools[m_instances[frame.server].pool] == &pool) {
      endings.push_back({time, order, event.subject});
      event.generation += 1u << 31;  // no one's
    }
  });
  std::sort(endings.begin(), endings.end(), [](const Ending& a, const Ending& b) {
    return std::tie(a.time, a.order) < std::tie(b.time, b.order);
  });
  for (const Ending& each : endings) {
    const Frame& frame = m_frames[each.frame];
    m_frames.notes(each.frame).servedBefore =
        static_cast<std::uint64_t>(std::max<TimeNs>(0, now() - std::max(frame.markedAt, m_windowStart)));
    pool.paces[frame.server - pool.first].add(each.frame, each.time - now(), now(), m_frames);
  }
  for (Index i = 0; i < pool.count; ++i) {  // also those whose speed stays as it is
    if (pool.paces[i].size() > 0) {
      resumePace(pool, pool.first + i);
    }
  }
}

}  // namespace cantilever::sim
