#include "core/sim/engine_pools.h"

/// Instances that come with the requests, and go when they are idle (39); and pools that wake up from none.
namespace cantilever::sim {

/// Nobody has a seat for the frame: it waits for one, and a further instance is ordered unless those that
/// boot will have seats enough. The queue limit counts those that no boot is under way for.
bool Engine::awaitInstance(Index index, PoolState& pool) {
  const auto poolIndex = static_cast<Index>(&pool - m_pools.data());
  const auto seatsComing = [&] { return std::uint64_t{pool.booting} * pool.seats; };
  if (pool.forSeat.count + 1 > seatsComing() && instancesThere(pool) < pool.count) {
    orderOnDemand(poolIndex);
    if (!pool.free.isEmpty()) {  // it took no time to boot
      takeSeat(index, pool, pool.first + pool.byUse.latest());
      return true;
    }
  }
  if (pool.forSeat.count >= pool.queueLimit + seatsComing()) {
    overflow(index, pool, pool.forSeat);
    return false;
  }
  become(index, FrameState::Seat);
  enqueue(pool.forSeat, pool, index);
  startWaiting(index, pool, pool.forSeat);
  return false;
}

void Engine::orderOnDemand(Index poolIndex) {
  PoolState& pool = m_pools[poolIndex];
  for (Index i = pool.first; i < pool.first + pool.count; ++i) {
    if (canBeOrdered(i)) {
      pool.meter.coldStarts.add();
      order(i, Cause::Demand, versionForNew(pool));
      return;
    }
  }
}

/// Of a pool of which nobody is up: true if somebody will be, for whom it pays to wait.
bool Engine::isWaking(PoolState& pool) {
  if (!pool.wakesUp) {
    return false;
  }
  if (!pool.isOnDemand && pool.booting + pool.restarting == 0) {
    orderOnDemand(static_cast<Index>(&pool - m_pools.data()));
  }
  return pool.isOnDemand || pool.booting + pool.restarting > 0 || !pool.up.isEmpty();
}

/// The instance has a free seat from now on; it goes if nobody takes one for long enough.
void Engine::offerSeat(Index instance, PoolState& pool) {
  pool.byUse.use(instance - pool.first);
  Instance& at = m_instances[instance];
  if (at.seated == 0) {
    at.idleSince = now();
    m_agenda.at(now() + pool.idleExpiry, Phase::Requests, {instance, at.epoch, EventType::IdleEnd});
  }
}

/// It has been idle for long enough, unless somebody came meanwhile. One that has to stay looks again later.
void Engine::endIdle(Index instance) {
  Instance& at = m_instances[instance];
  PoolState& pool = m_pools[at.pool];
  if (at.life != Life::Up || at.seated != 0 || now() - at.idleSince < pool.idleExpiry) {
    return;
  }
  if (instancesThere(pool) > pool.least) {
    takeAway(instance, Cause::Run);
  } else {
    at.idleSince = now();
    m_agenda.at(now() + std::max<TimeNs>(pool.idleExpiry, kLookAgain), Phase::Requests,
                {instance, at.epoch, EventType::IdleEnd});
  }
}

}  // namespace cantilever::sim
