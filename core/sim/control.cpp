#include <algorithm>
#include <cmath>

#include "core/sim/engine_calls.h"
#include "core/sim/engine_pools.h"

namespace cantilever::sim {

plan::Action Engine::post(plan::Action action) {
  const TimeNs earliest = m_hasStarted ? m_agenda.now() + 1 : 0;
  action.at = std::max(action.at, Duration::nanoseconds(earliest));
  if (!std::isfinite(action.value) || action.value < 0) {
    action.value = 0;
  }
  m_actions.push_back(action);
  m_agenda.at(action.at.ns(), Phase::Actions, {static_cast<Index>(m_actions.size() - 1), 0, EventType::Act});
  return action;
}

void Engine::act(const plan::Action& action) {
  m_actionLog.push_back(action);
  if (action.change == Change::LoadFactor) {
    m_arrivals.setFactor(m_config.loadFactor * action.value);
    return;
  }
  // Instances are equal, so which ones go is a convention: the first that can.
  PoolState& pool = m_pools[action.pool];
  const bool isKill = action.change == Change::KillInstances;
  const double wanted = std::floor(action.value + 0.5);
  Index left = wanted < pool.count ? static_cast<Index>(wanted) : pool.count;
  for (Index i = pool.first; i < pool.first + pool.count && left > 0; ++i) {
    if (m_instances[i].isUp != isKill) {
      continue;
    }
    isKill ? killInstance(i) : restoreInstance(i);
    --left;
  }
}

/// Everything that sits, waits or is served there fails at once; what it called works on as orphans (11).
/// Calls on their way there fail when they arrive. A shared queue is not there, and is not affected.
void Engine::killInstance(Index instance) {
  Instance& at = m_instances[instance];
  PoolState& pool = m_pools[at.pool];
  at.isUp = false;
  at.up.set(0, now());
  pool.up.erase(instance - pool.first);
  pool.free.erase(instance - pool.first);
  pool.meter.up.decrease(now());
  // Frames made meanwhile would have higher numbers, but none is made: answers are consequences.
  for (Index index = 0; index < m_frames.size(); ++index) {
    const Frame& frame = m_frames[index];
    const bool isInside = frame.state != FrameState::Free && frame.state != FrameState::Net &&
                          frame.state != FrameState::Replied && frame.state != FrameState::Husk;
    if (isInside && (frame.instance == instance || frame.server == instance)) {
      kill(index);
    }
  }
}

void Engine::kill(Index index) {
  const FrameState state = m_frames[index].state;
  if (state == FrameState::Seat || state == FrameState::Queue || state == FrameState::Work) {
    withdraw(index);
  } else if (state == FrameState::Join) {
    abandonCallees(index);
  }
  finish(index, plan::Reason::KilledInFlight);
}

void Engine::restoreInstance(Index instance) {
  Instance& at = m_instances[instance];
  PoolState& pool = m_pools[at.pool];
  at.isUp = true;
  at.up.set(1, now());
  pool.up.insert(instance - pool.first);
  pool.free.insert(instance - pool.first);
  pool.meter.up.increase(now());
  while (pool.isShared && pool.hasLimitedSeats() && at.seated < pool.seats && pool.forSeat.count > 0) {
    seatFirst(pool.forSeat, pool, instance);
  }
  while (pool.hasCommonServers() && at.busy.value() < pool.slots && pool.forServer.count > 0) {
    startWork(takeNext(pool.forServer, pool), pool, instance);
  }
}

void Engine::openWindow() {
  const TimeNs now = m_agenda.now();
  for (PoolState& pool : m_pools) {
    pool.meter.openWindow(now);
    for (Pace& pace : pool.paces) {
      pace.openWindow(now);
    }
  }
  for (Index index = 0; m_frames.hasNotes(index); ++index) {
    m_frames.notes(index).servedBefore = 0;
  }
  for (Instance& instance : m_instances) {
    instance.busy.openWindow(now);
    instance.up.openWindow(now);
  }
  for (LinkState& link : m_links) {
    link.meter.calls.openWindow();
  }
}

}  // namespace cantilever::sim
