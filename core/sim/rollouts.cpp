#include <algorithm>
#include <cmath>
#include <utility>

#include "core/sim/engine.h"

/// How the instances of a pool come to run another version, and back (rule 38).
namespace cantilever::sim {

/// Of the instances that there are, how many are to run the next version.
Engine::Index Engine::wantedOfNext(const PoolState& pool) const {
  return static_cast<Index>(std::floor(pool.nextShare * instancesThere(pool) + 0.5));
}

/// Those that restart count for what they will be.
Engine::Index Engine::countOfVersion(const PoolState& pool, std::uint8_t version) const {
  Index count = 0;
  for (Index i = pool.first; i < pool.first + pool.count; ++i) {
    const Instance& at = m_instances[i];
    const bool isThere = at.life == Life::Up || (at.life == Life::Booting && !at.isHeld);
    count += (isThere && at.version == version) || (at.isRestarting && at.comesBackAs == version) ? 1u : 0u;
  }
  return count;
}

/// Of an instance that is about to be ordered.
std::uint8_t Engine::versionForNew(const PoolState& pool) const {
  if (pool.nextShare <= 0) {
    return 0;
  }
  const double wanted = std::floor(pool.nextShare * (instancesThere(pool) + 1) + 0.5);
  return countOfVersion(pool, 1) < wanted ? 1 : 0;
}

void Engine::rollOut(Index index, double share, Cause cause) {
  PoolState& pool = m_pools[index];
  pool.nextShare = std::min(1.0, share);
  pool.isRollingOut = true;
  giveUpHeld(pool);
  record(Happening::Kind::RollOut, cause, pool.first, pool.nextShare);
  advanceRollout(index);
}

/// Does what can be done now. What follows from it may ask for the same again, and is done by the loop.
void Engine::advanceRollout(Index index) {
  PoolState& pool = m_pools[index];
  if (!pool.isRollingOut || pool.isAdvancing) {
    return;
  }
  pool.isAdvancing = true;
  for (bool goesOn = true; goesOn;) {
    const Index next = countOfVersion(pool, 1);
    const Index wanted = wantedOfNext(pool);
    const std::uint8_t from = next < wanted ? 0 : 1;
    const Index most = next < wanted ? wanted - next : next - wanted;
    goesOn = most > 0 && (replaceByNew(pool, from, most) || replaceInPlace(pool, from));
    if (most == 0 && pool.restarting == 0 && pool.changing == 0 && pool.held == 0) {
      pool.isRollingOut = false;
      record(Happening::Kind::RolledOut, Cause::Run, pool.first, pool.nextShare);
    }
  }
  pool.isAdvancing = false;
}

Engine::Index Engine::oldestUp(const PoolState& pool, std::uint8_t version) const {
  Index oldest = kNoInstance;
  for (Index i = pool.first; i < pool.first + pool.count; ++i) {
    const Instance& at = m_instances[i];
    if (at.life == Life::Up && at.version == version &&
        (oldest == kNoInstance || at.orderedAs < m_instances[oldest].orderedAs)) {
      oldest = i;
    }
  }
  return oldest;
}

bool Engine::isDraining(const PoolState& pool) const {
  const auto begin = m_instances.begin() + pool.first;
  return std::any_of(begin, begin + pool.count,
                     [](const Instance& each) { return each.life == Life::Draining; });
}

/// One instance, if it may; true if it did. One that boots becomes another without ado.
bool Engine::replaceInPlace(PoolState& pool, std::uint8_t from) {
  if (pool.held > 0 || (pool.rollout == plan::Rollout::BlueGreen && isDraining(pool))) {
    return false;
  }
  const auto to = static_cast<std::uint8_t>(1 - from);
  for (Index i = pool.first; i < pool.first + pool.count; ++i) {
    if (m_instances[i].life == Life::Booting && m_instances[i].version == from) {
      m_instances[i].version = to;
      return true;
    }
  }
  const Index oldest = oldestUp(pool, from);
  if (pool.restarting + pool.changing >= pool.rolloutBatch || oldest == kNoInstance) {
    return false;
  }
  restartAs(oldest, to);
  return true;
}

/// It drains, and boots as the other version when it has gone.
void Engine::restartAs(Index index, std::uint8_t version) {
  Instance& at = m_instances[index];
  at.isRestarting = true;
  at.comesBackAs = version;
  ++m_pools[at.pool].restarting;
  takeAway(index, Cause::Run);
}

/// Of an instance that has gone: true if it was only to restart.
bool Engine::bootAgain(Index index) {
  Instance& at = m_instances[index];
  if (!at.isRestarting) {
    return false;
  }
  PoolState& pool = m_pools[at.pool];
  at.isRestarting = false;
  --pool.restarting;
  if (!canBeOrdered(index)) {
    return false;  // its host has gone meanwhile
  }
  at.isChanging = true;
  ++pool.changing;
  order(index, Cause::Run, at.comesBackAs);
  return true;
}

/// As many new ones as there is room for, which wait for each other; true if there are any now.
bool Engine::replaceByNew(PoolState& pool, std::uint8_t from, Index most) {
  if (pool.rollout != plan::Rollout::BlueGreen || pool.held > 0) {
    return false;
  }
  for (Index i = pool.first; i < pool.first + pool.count && pool.held < most; ++i) {
    if (canBeOrdered(i)) {
      m_instances[i].isHeld = true;
      ++pool.held;
    }
  }
  const bool hasRoom = pool.held > 0;
  for (Index i = pool.first; i < pool.first + pool.count; ++i) {
    if (m_instances[i].isHeld && m_instances[i].life == Life::Absent) {
      order(i, Cause::Run, static_cast<std::uint8_t>(1 - from));
    }
  }
  return hasRoom && pool.held == 0;  // with a boot time the rest comes later
}

/// All that were held back take work, and as many of the others drain.
void Engine::takeOver(PoolState& pool) {
  const Index count = pool.held;
  std::uint8_t version = 0;
  const bool wasAdvancing = std::exchange(pool.isAdvancing, true);  // not before all of it is done
  pool.held = pool.heldReady = 0;
  pool.booting -= count;
  noteBooting(pool);
  for (Index i = pool.first; i < pool.first + pool.count; ++i) {
    if (m_instances[i].isHeld) {
      m_instances[i].isHeld = false;
      version = m_instances[i].version;
      if (isInDownZone(i)) {
        m_instances[i].life = Life::Down;
        m_instances[i].isHeldDown = true;
        continue;
      }
      record(Happening::Kind::Booted, Cause::Run, i);
      tellLinks(i, true, true);
      comeUp(i);
    }
  }
  for (Index left = count; left > 0; --left) {
    const Index oldest = oldestUp(pool, static_cast<std::uint8_t>(1 - version));
    if (oldest != kNoInstance) {
      takeAway(oldest, Cause::Run);
    }
  }
  pool.isAdvancing = wasAdvancing;
}

void Engine::giveUpHeld(PoolState& pool) {
  for (Index i = pool.first; i < pool.first + pool.count; ++i) {
    Instance& at = m_instances[i];
    if (at.isHeld) {
      at.isHeld = false;
      ++at.epoch;
      at.life = Life::Absent;
      --pool.booting;
      noteBooting(pool);
      record(Happening::Kind::Retired, Cause::Run, i);
    }
  }
  pool.held = pool.heldReady = 0;
}

}  // namespace cantilever::sim
