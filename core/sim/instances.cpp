#include <algorithm>

#include "core/sim/engine_calls.h"
#include "core/sim/engine_pools.h"

/// How instances come and go: ordered, booted, drained and retired by scaling (10), failed and repaired by
/// chance (15).
namespace cantilever::sim {

namespace {

/// Enough for every chart; a run of random faults may have millions.
constexpr std::size_t kMostHappenings = 10'000;

}  // namespace

/// Null if there are too many of them.
Happening* Engine::record(Happening::Kind kind, Cause cause, Index instance, double value) {
  if (m_happenings.size() >= kMostHappenings) {
    ++m_happeningsLeftOut;
    return nullptr;
  }
  Happening& happening = m_happenings.emplace_back();
  happening.atNs = now();
  happening.kind = kind;
  happening.cause = cause;
  happening.value = value;
  if (instance != kNoInstance) {
    happening.pool = m_instances[instance].pool;
    happening.instance = instance - m_pools[happening.pool].first;
  }
  return &happening;
}

void Engine::recordOfLink(Happening::Kind kind, Index link, Index instance, Cause cause, double value) {
  if (Happening* happening = record(kind, cause, kNoInstance, value)) {
    happening->link = link;
    happening->instance = instance;
  }
}

void Engine::startFaults() {
  for (const plan::RandomFault& of : m_plan->randomFaults) {
    PoolState& pool = m_pools[of.pool];
    pool.fault = static_cast<Index>(m_faults.size());
    m_faults.push_back({Sampler(of.timeToFailure),
                        Sampler(of.timeToRepair),
                        RandomStream::named(m_config.seed, m_config.replication, of.key, "failures"),
                        RandomStream::named(m_config.seed, m_config.replication, of.key, "repairs"),
                        of.crews,
                        of.keepsWork,
                        0,
                        {},
                        {}});
    if (of.keepsWork && !pool.isPaced) {
      addPaces(pool, m_plan->pools[of.pool]);
    }
    for (Index i = pool.first; i < pool.first + m_plan->pools[of.pool].instances; ++i) {
      awaitFailure(i);
    }
  }
}

/// To be called whenever an instance has come up.
void Engine::awaitFailure(Index instance) {
  const PoolState& pool = m_pools[m_instances[instance].pool];
  if (pool.fault != plan::kNone) {
    FaultState& fault = m_faults[pool.fault];
    m_agenda.at(std::max(now(), m_worldStart) + fault.toFailure.drawNs(fault.failures), Phase::Actions,
                {instance, m_instances[instance].epoch, EventType::Failure});
  }
}

void Engine::failByChance(Index instance) {
  FaultState& fault = m_faults[m_pools[m_instances[instance].pool].fault];
  if (fault.keepsWork) {
    standStill(instance, Instance::kByChance, Cause::Chance);
  } else {
    killInstance(instance, Cause::Chance);
    if (m_instances[instance].life != Life::Down) {
      return;  // it was about to go anyway
    }
  }
  const Index crews = crewsFor(instance);
  fault.broken.push_back({instance, m_instances[instance].epoch, m_broken++, crews});
  if (crews != plan::kNone) {
    m_zones[crews].waiting.increase(now());
  }
  beginRepairs(fault);
}

/// Its work waits.
void Engine::standStill(Index instance, Instance::Still why, Cause cause) {
  Instance& at = m_instances[instance];
  const bool isNew = at.still == 0;
  at.still |= why;
  if (isNew) {
    setPace(m_pools[at.pool], instance);
    record(Happening::Kind::Paused, cause, instance);
  }
}

/// Its work goes on where it was, unless there is another reason to stand still.
void Engine::goOn(Index instance, Instance::Still why, Cause cause) {
  Instance& at = m_instances[instance];
  const bool wasStill = at.still != 0;
  at.still = static_cast<std::uint8_t>(at.still & ~why);
  if (wasStill && at.still == 0) {
    setPace(m_pools[at.pool], instance);
    record(Happening::Kind::Resumed, cause, instance);
  }
}

void Engine::beginRepairs(FaultState& fault) {
  if (m_haveZonesCrews) {
    beginRepairsInZones();
    return;
  }
  while (!fault.broken.empty() && (fault.crews == 0 || fault.crewsBusy < fault.crews)) {
    const FaultState::Broken next = fault.broken.front();
    fault.broken.pop_front();
    if (needsRepair(next)) {
      beginRepair(fault, next);
    }
  }
}

/// Else somebody restored it by hand.
bool Engine::needsRepair(const FaultState::Broken& of) const {
  return m_instances[of.instance].epoch == of.epoch || isReplaced(of.instance);
}

void Engine::beginRepair(FaultState& fault, const FaultState::Broken& of) {
  ++fault.crewsBusy;
  if (of.zone != plan::kNone) {
    m_zones[of.zone].crews.increase(now());
    fault.inRepair.push_back(of);
  }
  m_agenda.at(now() + fault.toRepair.drawNs(fault.repairs), Phase::Actions,
              {of.instance, of.epoch, EventType::Repair});
}

/// Whoever failed first, of all for whom there is a crew of their pool and one of their zone; and again.
void Engine::beginRepairsInZones() {
  for (;;) {
    FaultState* chosen = nullptr;
    std::size_t place = 0;
    for (FaultState& fault : m_faults) {
      forgetRestored(fault);
      const std::size_t first = firstForCrews(fault);
      if (first < fault.broken.size() &&
          (chosen == nullptr || fault.broken[first].number < chosen->broken[place].number)) {
        chosen = &fault;
        place = first;
      }
    }
    if (chosen == nullptr) {
      return;
    }
    const FaultState::Broken next = chosen->broken[place];
    leaveLineForCrews(*chosen, place);
    beginRepair(*chosen, next);
  }
}

/// The place in line of the first for whom there are crews; beyond the end: there is none.
std::size_t Engine::firstForCrews(const FaultState& fault) const {
  if (fault.crews > 0 && fault.crewsBusy >= fault.crews) {
    return fault.broken.size();
  }
  const auto at = std::find_if(fault.broken.begin(), fault.broken.end(), [&](const auto& each) {
    return each.zone == plan::kNone || m_zones[each.zone].crews.value() < m_plan->zones[each.zone].crews;
  });
  return static_cast<std::size_t>(at - fault.broken.begin());
}

void Engine::forgetRestored(FaultState& fault) {
  for (std::size_t i = fault.broken.size(); i-- > 0;) {
    if (!needsRepair(fault.broken[i])) {
      leaveLineForCrews(fault, i);
    }
  }
}

void Engine::leaveLineForCrews(FaultState& fault, std::size_t place) {
  if (const Index zone = fault.broken[place].zone; zone != plan::kNone) {
    m_zones[zone].waiting.decrease(now());
  }
  fault.broken.erase(fault.broken.begin() + static_cast<std::ptrdiff_t>(place));
}

/// The zone whose crews repair it.
Engine::Index Engine::crewsFor(Index instance) const {
  const ZoneNumber zone = m_instances[instance].zone;
  return m_haveZonesCrews && zone != m_network.nowhere() ? plan::zoneOfCrews(*m_plan, zone) : plan::kNone;
}

void Engine::freeCrewOfZone(FaultState& fault, Index instance, std::uint32_t epoch) {
  const auto at = std::find_if(fault.inRepair.begin(), fault.inRepair.end(), [=](const auto& each) {
    return each.instance == instance && each.epoch == epoch;
  });
  if (at == fault.inRepair.end()) {
    return;
  }
  ZoneState& zone = m_zones[at->zone];
  zone.crews.decrease(now());
  zone.repaired += isInWindow(now()) ? 1u : 0u;
  fault.inRepair.erase(at);
}

void Engine::endRepair(Index instance, std::uint32_t epoch) {
  FaultState& fault = m_faults[m_pools[m_instances[instance].pool].fault];
  --fault.crewsBusy;
  freeCrewOfZone(fault, instance, epoch);
  if (m_instances[instance].epoch == epoch) {
    if (fault.keepsWork) {
      goOn(instance, Instance::kByChance, Cause::Chance);
      awaitFailure(instance);
    } else {
      restoreInstance(instance, Cause::Chance);
    }
  } else if (isReplaced(instance)) {
    rejoin(m_stores[storeOf(instance)], Cause::Chance);
  }
  beginRepairs(fault);
}

/// Instances that take work or will soon are to be as many as wanted, as far as there is room.
void Engine::setInstances(Index poolIndex, Index wanted, Cause cause) {
  PoolState& pool = m_pools[poolIndex];
  pool.wanted = wanted;
  for (Index i = pool.first; i < pool.first + pool.count && instancesThere(pool) < wanted; ++i) {
    if (canBeOrdered(i)) {
      order(i, cause, versionForNew(pool));
    }
  }
  if (pool.host != plan::kNone && instancesThere(pool) < wanted) {
    orderHosts(pool, wanted - instancesThere(pool));
  }
  while (instancesThere(pool) > wanted) {
    const Index newest = newestOf(pool);
    newest != kNoInstance ? takeAway(newest, cause) : leaveForGood(pool);
  }
  advanceRollout(poolIndex);
}

/// One of those that drain in order to restart does not come back.
void Engine::leaveForGood(PoolState& pool) {
  for (Index i = pool.first; i < pool.first + pool.count; ++i) {
    if (m_instances[i].isRestarting) {
      m_instances[i].isRestarting = false;
      --pool.restarting;
      return;
    }
  }
}

void Engine::order(Index index, Cause cause, std::uint8_t version) {
  Instance& instance = m_instances[index];
  PoolState& pool = m_pools[instance.pool];
  instance.orderedAs = ++m_ordered;
  ++instance.epoch;
  instance.life = Life::Booting;
  instance.version = version;
  ++pool.booting;
  record(Happening::Kind::Ordered, cause, index);
  noteBooting(pool);
  const TimeNs boot = drawBoot(instance.pool);
  if (boot == 0) {
    endBoot(index);
  } else {
    m_agenda.at(now() + boot, Phase::Actions, {index, instance.epoch, EventType::Boot});
  }
}

/// A prepared instance, if there is one, needs less; another takes its place after a boot.
TimeNs Engine::drawBoot(Index index) {
  PoolState& pool = m_pools[index];
  const TimeNs boot = pool.boot.drawNs(pool.boots);
  if (pool.warm == 0) {
    return boot;
  }
  --pool.warm;
  m_agenda.at(now() + boot, Phase::Actions, {index, 0, EventType::WarmReady});
  return pool.warmBoot.drawNs(pool.boots);
}

void Engine::endBoot(Index instance) {
  Instance& at = m_instances[instance];
  PoolState& pool = m_pools[at.pool];
  if (at.isHeld) {
    if (++pool.heldReady == pool.held) {
      takeOver(pool);
      advanceRollout(at.pool);
    }
    return;
  }
  --pool.booting;
  noteBooting(pool);
  pool.changing -= at.isChanging ? 1u : 0u;
  at.isChanging = false;
  if (isInDownZone(instance)) {
    at.life = Life::Down;
    at.isHeldDown = true;
    return;
  }
  record(Happening::Kind::Booted, Cause::Run, instance);
  tellLinks(instance, true, true);
  comeUp(instance);
  advanceRollout(at.pool);
}

/// The one ordered last, of those up or booting.
Engine::Index Engine::newestOf(const PoolState& pool) const {
  Index newest = kNoInstance;
  for (Index i = pool.first; i < pool.first + pool.count; ++i) {
    const Life life = m_instances[i].life;
    const bool isThere = life == Life::Up || (life == Life::Booting && !m_instances[i].isHeld);
    if (isThere && (newest == kNoInstance || m_instances[i].orderedAs >= m_instances[newest].orderedAs)) {
      newest = i;
    }
  }
  return newest;
}

/// An instance that boots is given up; one that is up takes no new work, and goes when it holds nothing any
/// more, or when its time is over (10).
void Engine::takeAway(Index index, Cause cause) {
  Instance& instance = m_instances[index];
  PoolState& pool = m_pools[instance.pool];
  ++instance.epoch;
  if (instance.life == Life::Booting) {
    --pool.booting;
    noteBooting(pool);
    pool.changing -= instance.isChanging ? 1u : 0u;
    instance.isChanging = false;
    instance.life = Life::Absent;
    record(Happening::Kind::Retired, cause, index);
    return;
  }
  instance.life = Life::Draining;
  ++m_draining;
  pool.up.erase(index - pool.first);
  pool.free.erase(index - pool.first);
  if (pool.isOnDemand) {
    pool.byUse.remove(index - pool.first);
  }
  noteAvailability(pool);
  instance.holding = holdersOf(index);
  tellLinks(index, false, true);
  leaveGroups(index, true);
  record(Happening::Kind::Draining, cause, index);
  loseSessions(index);
  if (pool.drainLimit > 0) {
    m_agenda.at(now() + pool.drainLimit, Phase::Actions, {index, instance.epoch, EventType::DrainEnd});
  }
  if (!pool.guests.empty()) {
    leaveHost(index);
  }
  retireIfIdle(index);
}

/// The calls that sit there or are on their way there.
Engine::Index Engine::holdersOf(Index instance) const {
  Index holders = 0;
  for (Index i = 0; i < m_frames.size(); ++i) {
    const Frame& frame = m_frames[i];
    const bool isOver = frame.state == FrameState::Free || frame.state == FrameState::Replied ||
                        frame.state == FrameState::Husk;
    holders += !isOver && frame.instance == instance ? 1u : 0u;
  }
  return holders;
}

/// The frame leaves the instance where it sat; only asked while some instance drains.
void Engine::leaveDraining(Index index) {
  Frame& frame = m_frames[index];
  if (frame.instance == kNoInstance || m_instances[frame.instance].life != Life::Draining) {
    return;
  }
  const Index instance = frame.instance;
  frame.instance = kNoInstance;
  --m_instances[instance].holding;
  retireIfIdle(instance);
}

void Engine::retireIfIdle(Index index) {
  const Instance& instance = m_instances[index];
  const bool isIdle = instance.holding == 0 && instance.busy.value() == 0 && instance.forServer.count == 0 &&
                      instance.forSeat.count == 0;
  if (instance.life == Life::Draining && isIdle && !hasGuests(index)) {
    retire(index);
  }
}

void Engine::retire(Index index) {
  Instance& instance = m_instances[index];
  --m_draining;
  ++instance.epoch;
  instance.life = Life::Absent;
  instance.isUp = false;
  instance.up.set(0, now());
  m_pools[instance.pool].meter.up.decrease(now());
  m_pools[instance.pool].meter.next.set(
      m_pools[instance.pool].meter.next.value() - (instance.version != 0 ? 1u : 0u), now());
  clearCachesAt(index, true);
  forgetSidesOf(index);
  record(Happening::Kind::Retired, Cause::Run, index);
  if (const Index store = storeOf(index); store != plan::kNone) {
    losePrimary(store, true);
  }
  endParts(index);
  if (!bootAgain(index)) {
    advanceRollout(instance.pool);
  }
  if (const Index host = hostOf(index); host != kNoInstance) {
    retireIfIdle(host);
  }
  // At the end: whoever comes back may take the place that has become free.
  if (const Index store = m_pools[instance.pool].copyOf;
      store != plan::kNone && m_stores[store].isReturning) {
    rejoin(m_stores[store], Cause::Run);
  }
}

void Engine::noteAvailability(PoolState& pool) {
  const bool isShort = pool.up.size() < pool.needed;
  const bool wasShort = pool.meter.isShort.value() != 0;
  pool.meter.isShort.set(isShort ? 1 : 0, now());
  if (isShort != wasShort) {
    isShort ? m_shortPools.increase(now()) : m_shortPools.decrease(now());
    m_isAnyShort.set(m_shortPools.value() > 0 ? 1 : 0, now());
  }
}

}  // namespace cantilever::sim
