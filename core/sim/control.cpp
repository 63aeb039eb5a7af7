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
  if (action.change == Change::LoadFactor && m_hasUsers && m_config.loadFactor > 0) {
    action.value = std::min(action.value, plan::mostLoadFactor(*m_plan) / m_config.loadFactor);
  }
  m_actions.push_back(action);
  m_agenda.at(action.at.ns(), Phase::Actions, {static_cast<Index>(m_actions.size() - 1), 0, EventType::Act});
  return action;
}

void Engine::act(const plan::Action& action, Cause cause) {
  if (cause != Cause::Control) {  // those the plan makes again
    m_actionLog.push_back(action);
  }
  const double rounded = std::floor(action.value + 0.5);
  switch (action.change) {
    case Change::LoadFactor:
      m_arrivals.setFactor(m_config.loadFactor * action.value);
      record(Happening::Kind::LoadFactor, cause, kNoInstance, action.value);
      return;
    case Change::SetInstances:
      setInstances(
          action.pool,
          rounded < m_pools[action.pool].count ? static_cast<Index>(rounded) : m_pools[action.pool].count,
          cause);
      return;
    case Change::Speed:
      changeSpeed(action, cause);
      return;
    case Change::FlushCaches:
      flushCaches(action);
      record(Happening::Kind::Flushed, cause,
             action.pool == plan::kNone ? kNoInstance : m_pools[action.pool].first);
      return;
    case Change::AddLatency:
    case Change::LoseCalls:
    case Change::FailCalls:
    case Change::ScaleLatency:
      disturb(action, cause);
      return;
    case Change::RollOut:
      rollOut(action.pool, action.value, cause);
      return;
    case Change::SetFlag:
      setFlag(action, cause);
      return;
    case Change::StopControl:
      stopControl(action.control, cause);
      return;
    case Change::SeekGroup:
      seek(action.group, action.value, cause);
      return;
    case Change::KillInstances:
    case Change::KillSilently:
    case Change::RestoreInstances:
    case Change::PauseInstances:
    case Change::ResumeInstances:
    case Change::Drain:
      actOnInstances(action, cause);
      return;
    case Change::Promote:
      promoteByOrder(action, cause);
      return;
    case Change::InstanceWeight:
      changeWeights(action, cause);
      return;
    case Change::RouteWeight:
      changeRouteWeight(action, cause);
      return;
    case Change::SetSize:
    case Change::SetRate:
      action.isOfSeats() ? changeSeats(action, cause) : changeTokens(action, cause);
      return;
    default:
      actOnZones(action, cause);
      return;
  }
}

/// On those that the action names; else instances are equal, so which ones it does is a convention: the
/// first that can, as many as it says. Of those that drain less than one is a share.
void Engine::actOnInstances(const plan::Action& action, Cause cause) {
  PoolState& pool = m_pools[action.pool];
  const bool areNamed = action.firstInstance != plan::kNone;
  const bool isDrain = action.change == Change::Drain;
  const double asked = isDrain && action.value < 1 ? action.value * pool.up.size() : action.value;
  const double wanted = std::floor(asked + 0.5);
  const Index first = areNamed ? std::min(action.firstInstance, pool.count) : 0;
  const Index end = areNamed ? std::min(action.lastInstance, pool.count - 1) + 1 : pool.count;
  Index left = areNamed || wanted >= pool.count ? pool.count : static_cast<Index>(wanted);
  for (Index i = pool.first + first; i < pool.first + end && left > 0; ++i) {
    const bool isDone = actOnInstance(action.change, i, cause);
    left -= isDone ? 1u : 0u;
    pool.wanted -= isDone && isDrain && pool.wanted > 0 ? 1u : 0u;
  }
  if (isDrain) {
    advanceRollout(action.pool);
  }
  // Where a standby has taken over, it is that one's place that the restored one has.
  const bool isOfStore = action.change == Change::RestoreInstances && pool.store != plan::kNone;
  for (Index i = pool.first + first; isOfStore && i < pool.first + end && left > 0; ++i) {
    left -= isReplaced(i) ? 1u : 0u;
    rejoin(m_stores[storeOf(i)], cause);
  }
}

/// False if there is nothing to do.
bool Engine::actOnInstance(Change change, Index instance, Cause cause) {
  const Instance& at = m_instances[instance];
  switch (change) {
    case Change::RestoreInstances:
      if (at.life != Life::Down) {
        return false;
      }
      restoreInstance(instance, cause);
      return true;
    case Change::PauseInstances:
      if (!at.isUp || (at.still & Instance::kByHand) != 0) {
        return false;
      }
      makePaced(m_pools[at.pool]);
      standStill(instance, Instance::kByHand, cause);
      return true;
    case Change::Drain:
      if (at.life != Life::Up) {
        return false;
      }
      takeAway(instance, cause);
      return true;
    case Change::ResumeInstances:
      if ((at.still & Instance::kByHand) == 0) {
        return false;
      }
      goOn(instance, Instance::kByHand, cause);
      return true;
    default:
      if (!at.isUp) {
        return false;
      }
      killInstance(instance, cause, change == Change::KillSilently);
      return true;
  }
}

void Engine::changeSpeed(const plan::Action& action, Cause cause) {
  const PoolState& pool = m_pools[action.pool];
  const bool areNamed = action.firstInstance != plan::kNone;
  const Index first = areNamed ? std::min(action.firstInstance, pool.count) : 0;
  const Index end = areNamed ? std::min(action.lastInstance, pool.count - 1) + 1 : pool.count;
  for (Index i = pool.first + first; i < pool.first + end; ++i) {
    setSpeed(i, action.value);
    if (areNamed) {
      record(Happening::Kind::Speed, cause, i, action.value);
    }
  }
  if (!areNamed) {
    if (Happening* happening = record(Happening::Kind::Speed, cause, pool.first, action.value)) {
      happening->instance = Happening::kEach;
    }
  }
}

/// Of the machinery behind instances; false if it was overtaken by events.
bool Engine::handleOfInstance(const Event& event) {
  const Index instance = event.subject;
  if (event.type == EventType::Repair) {  // the crew is busy whatever became of the instance
    endRepair(instance, event.generation);
    return true;
  }
  if (m_instances[instance].epoch != event.generation) {
    return false;
  }
  switch (event.type) {
    case EventType::Boot:
      endBoot(instance);
      return true;
    case EventType::DrainEnd:
      killInstance(instance, Cause::Run);
      return true;
    case EventType::Failure:
      failByChance(instance);
      return true;
    case EventType::IdleEnd:
      endIdle(instance);
      return true;
    default:
      return false;
  }
}

/// Everything that sits, waits or is served there fails at once; what it called works on as orphans (11).
/// Calls on their way there fail when they arrive. A shared queue is not there, and is not affected. If it
/// goes silently, nobody is told: callers learn of it by their timeouts.
void Engine::killInstance(Index instance, Cause cause, bool isSilent) {
  Instance& at = m_instances[instance];
  PoolState& pool = m_pools[at.pool];
  const bool wasDraining = at.life == Life::Draining;
  m_draining -= wasDraining ? 1u : 0u;
  at.life = wasDraining ? Life::Absent : Life::Down;
  ++at.epoch;
  at.isUp = false;
  at.isSilent = isSilent;
  if (at.still != 0) {
    at.still = 0;
    setPace(pool, instance);
  }
  at.up.set(0, now());
  pool.up.erase(instance - pool.first);
  pool.free.erase(instance - pool.first);
  if (pool.isOnDemand) {
    pool.byUse.remove(instance - pool.first);
  }
  pool.meter.up.decrease(now());
  pool.meter.next.set(pool.meter.next.value() - (at.version != 0 ? 1u : 0u), now());
  noteAvailability(pool);
  tellLinks(instance, false, false);
  if (!wasDraining) {
    leaveGroups(instance, false);
  }
  record(Happening::Kind::Killed, cause, instance);
  loseSessions(instance);
  clearCachesAt(instance, false);
  forgetSidesOf(instance);
  // Frames made meanwhile would have higher numbers, but none is made: answers are consequences.
  for (Index index = 0; index < m_frames.size(); ++index) {
    const Frame& frame = m_frames[index];
    const bool isInside = frame.state != FrameState::Free && frame.state != FrameState::Net &&
                          frame.state != FrameState::Replied && frame.state != FrameState::Husk;
    if (isInside && (frame.instance == instance || frame.server == instance)) {
      kill(index, isSilent);
    }
  }
  closeBucketsOf(instance);
  closeBatchesOf(instance);
  if (pool.store != plan::kNone) {
    losePrimary(storeOf(instance), wasDraining);
  }
  if (!pool.guests.empty()) {
    loseHost(instance, isSilent);
  }
  if (wasDraining && !bootAgain(instance)) {
    advanceRollout(at.pool);
  }
}

void Engine::kill(Index index, bool isSilent) {
  if (isSilent) {
    vanish(index);
    return;
  }
  const FrameState state = m_frames[index].state;
  leaveWaiting(index);
  if (state == FrameState::Join) {
    abandonCallees(index);
  }
  finish(index, plan::Reason::KilledInFlight);
}

void Engine::restoreInstance(Index instance, Cause cause) {
  m_instances[instance].isHeldDown = isInDownZone(instance);
  if (m_instances[instance].isHeldDown) {
    return;  // it comes back with its zone
  }
  ++m_instances[instance].epoch;
  record(Happening::Kind::Restored, cause, instance);
  tellLinks(instance, true, false);
  m_instances[instance].version = versionForNew(m_pools[m_instances[instance].pool]);
  comeUp(instance);
}

/// It takes work from now on, first of all what waits in common queues.
void Engine::comeUp(Index instance) {
  Instance& at = m_instances[instance];
  PoolState& pool = m_pools[at.pool];
  at.life = Life::Up;
  at.isUp = true;
  at.coldUntil = now() + pool.warmTime;
  at.up.set(1, now());
  pool.up.insert(instance - pool.first);
  pool.free.insert(instance - pool.first);
  pool.meter.up.increase(now());
  pool.meter.next.set(pool.meter.next.value() + (at.version != 0 ? 1u : 0u), now());
  noteAvailability(pool);
  awaitFailure(instance);
  joinGroups(instance);
  noteCachesUp(instance);
  if (pool.copyOf != plan::kNone && m_stores[pool.copyOf].isWaiting) {
    m_agenda.after(0, {pool.copyOf, m_stores[pool.copyOf].epoch, EventType::Promote});
  }
  while (pool.isShared && pool.hasLimitedSeats() && at.seated < pool.seats && pool.forSeat.count > 0) {
    seatFirst(pool.forSeat, pool, instance);
  }
  while (pool.hasCommonServers() && at.busy.value() < pool.slots && pool.forServer.count > 0) {
    startWork(takeNext(pool.forServer, pool), pool, instance);
  }
  if (pool.isOnDemand && at.seated < pool.seats) {
    offerSeat(instance, pool);
  }
  if (!pool.guests.empty()) {
    findHost(instance);
  }
  if (const Index store = storeOf(instance); store != plan::kNone && m_stores[store].isDown) {
    regainPrimary(m_stores[store]);
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
    instance.waiting.openWindow(now);
    instance.served = instance.refused = 0;
  }
  for (LinkState& link : m_links) {
    link.meter.calls.openWindow();
    link.meter.crossZone.openWindow();
    link.meter.sentBytes.openWindow();
    link.meter.receivedBytes.openWindow();
    link.meter.retries.openWindow();
    link.meter.open.openWindow(now);
  }
  m_isAnyShort.openWindow(now);
  for (ZoneState& zone : m_zones) {
    zone.openWindow(now);
  }
  for (CacheState& cache : m_caches) {
    cache.meter.openWindow();
  }
  for (TokensState& tokens : m_tokens) {
    tokens.meter.openWindow(now);
  }
  for (SessionState& sessions : m_sessions) {
    sessions.connected.openWindow(now);
    sessions.connects.openWindow();
    sessions.refused.openWindow();
    sessions.lost.openWindow();
  }
  for (MeterState& meter : m_meters) {
    meter.measures.openWindow();
    meter.offered.openWindow();
    meter.dropped.openWindow();
  }
  for (ControlState& control : m_controls) {
    control.fired.openWindow();
    control.raised.openWindow(now);
    forgetOutcomes(control);
  }
  for (LogState& log : m_logs) {
    log.appended.openWindow();
    log.refused.openWindow();
  }
  for (StoreState& store : m_stores) {
    store.openWindow(now);
  }
  for (WindowState& window : m_windows) {
    window.openWindow();
  }
  for (BatchingState& batching : m_batchings) {
    batching.openWindow();
  }
  for (GroupState& group : m_groups) {
    group.meter.openWindow(now);
  }
}

}  // namespace cantilever::sim
