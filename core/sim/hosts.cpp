#include "core/sim/engine.h"

/// Instances that live on those of another pool (41). Parts are there when their host is; others are ordered
/// where there is a host with a place for them.
namespace cantilever::sim {

Engine::Index Engine::hostOf(Index instance) const {
  const PoolState& pool = m_pools[m_instances[instance].pool];
  return pool.host == plan::kNone ? kNoInstance
                                  : m_pools[pool.host].first + (instance - pool.first) / pool.perHost;
}

/// It is not there, and has a place.
bool Engine::canBeOrdered(Index instance) const {
  const Index host = hostOf(instance);
  return m_instances[instance].life == Life::Absent && !isInDownZone(instance) &&
         (host == kNoInstance || m_instances[host].life == Life::Up);
}

/// visit(instance) for each place on the host.
template <class Visit>
void Engine::forEachGuest(Index host, const Visit& visit) {
  const PoolState& pool = m_pools[m_instances[host].pool];
  for (const Index guests : pool.guests) {
    const PoolState& of = m_pools[guests];
    const Index begin = (host - pool.first) * of.perHost;
    for (Index i = begin; i < begin + of.perHost && i < of.count; ++i) {
      visit(of.first + i);
    }
  }
}

bool Engine::hasGuests(Index instance) const {
  const PoolState& pool = m_pools[m_instances[instance].pool];
  for (const Index guests : pool.guests) {
    const PoolState& of = m_pools[guests];
    const Index begin = (instance - pool.first) * of.perHost;
    for (Index i = begin; i < begin + of.perHost && i < of.count; ++i) {
      if (m_instances[of.first + i].isUp && !of.isPart) {
        return true;
      }
    }
  }
  return false;
}

/// What was asked for and has no place yet.
void Engine::orderMissing(Index host) {
  for (const Index guests : m_pools[m_instances[host].pool].guests) {
    const PoolState& pool = m_pools[guests];
    if (!pool.isPart && instancesThere(pool) < pool.wanted) {
      setInstances(guests, pool.wanted, Cause::Run);
    }
  }
}

/// So many guests have no place.
void Engine::orderHosts(const PoolState& pool, Index missing) {
  const PoolState& hosts = m_pools[pool.host];
  const Index needed = (missing + pool.perHost - 1) / pool.perHost;
  if (m_plan->pools[pool.host].growsWithGuests && needed > hosts.booting) {
    setInstances(pool.host, instancesThere(hosts) + needed - hosts.booting, Cause::Run);
  }
}

/// It was killed: they go with it, and are ordered anew where there is a place.
void Engine::loseHost(Index host, bool isSilent) {
  forEachGuest(host, [&](Index guest) {
    Instance& at = m_instances[guest];
    if (at.isUp) {
      killInstance(guest, Cause::Run, isSilent);
    }
    if (at.isHeld) {
      giveUpHeld(m_pools[at.pool]);
    } else if (at.life == Life::Booting) {
      takeAway(guest, Cause::Run);
    }
    at.life = Life::Absent;
    at.isHeldDown = false;
    ++at.epoch;
  });
  orderMissing(host);
}

/// It drains: they drain, too. Parts stay to its end.
void Engine::leaveHost(Index host) {
  forEachGuest(host, [&](Index guest) {
    const Life life = m_instances[guest].life;
    if (!m_pools[m_instances[guest].pool].isPart && (life == Life::Up || life == Life::Booting)) {
      takeAway(guest, Cause::Run);
    }
  });
  orderMissing(host);
}

/// It has gone, and nothing is done there any more.
void Engine::endParts(Index host) {
  forEachGuest(host, [&](Index guest) {
    if (m_pools[m_instances[guest].pool].isPart && m_instances[guest].isUp) {
      killInstance(guest, Cause::Run);
      m_instances[guest].life = Life::Absent;
      m_instances[guest].isHeldDown = false;
    }
  });
}

/// It takes work, and has places.
void Engine::findHost(Index host) {
  forEachGuest(host, [&](Index guest) {
    Instance& at = m_instances[guest];
    if (m_pools[at.pool].isPart && !at.isUp) {
      ++at.epoch;
      comeUp(guest);
    }
  });
  orderMissing(host);
}

/// The instance of the pool on the host of that at which the frame sits; none if they have nothing to do with
/// each other.
Engine::Index Engine::ownInstanceAt(Index index, const PoolState& pool) const {
  const Index own = m_frames[index].instance;
  if (own == kNoInstance) {
    return kNoInstance;
  }
  const Index homeIndex = m_instances[own].pool;
  const PoolState& home = m_pools[homeIndex];
  const Index number = own - home.first;
  const Index poolIndex = m_instances[pool.first].pool;
  if (pool.host == homeIndex) {
    return pool.first + number * pool.perHost;
  }
  if (home.host == poolIndex) {
    return pool.first + number / home.perHost;
  }
  return home.host != plan::kNone && home.host == pool.host
             ? pool.first + number / home.perHost * pool.perHost
             : kNoInstance;
}

}  // namespace cantilever::sim
