#pragma once

#include <cstdint>

#include "core/base/random.h"
#include "core/sim/frames.h"
#include "core/sim/instance_set.h"
#include "core/sim/meters.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// One instance of a pool. Its waiting lists are used where the pool has no common ones.
struct Instance {
  std::uint32_t pool = 0;
  std::uint32_t seated = 0;  ///< only counted where seats are limited
  bool isUp = true;
  WaitingList forServer;
  WaitingList forSeat;
  Level busy;  ///< servers
  Level up;    ///< 0 or 1
};

/// A pool at work. Its instances are `first` .. `first + count - 1` of the engine's.
struct PoolState {
  PoolState(const plan::Pool& pool, std::uint32_t firstInstance)
      : first(firstInstance),
        count(pool.instances),
        servers(pool.servers),
        seats(pool.seats),
        queueLimit(pool.queueLimit),
        isShared(pool.queue == plan::QueueScope::Shared),
        up(pool.instances),
        free(pool.instances) {}

  bool hasLimitedServers() const { return servers != 0; }
  bool hasLimitedSeats() const { return seats != 0; }
  /// All servers are fed by one waiting list, and a request is not tied to an instance until it is served.
  bool hasCommonServers() const { return isShared && seats == 0; }

  std::uint32_t first;
  std::uint32_t count;
  std::uint32_t servers;  ///< per instance; 0: unlimited
  std::uint32_t seats;    ///< per instance; 0: unlimited
  std::uint32_t queueLimit;
  bool isShared;
  InstanceSet up;
  /// With a shared queue: instances up with room for one more, of seats if these are limited, else servers.
  InstanceSet free;
  WaitingList forServer;
  WaitingList forSeat;
  RandomStream service;
  RandomStream visits;  ///< chooses the instance for work of requests that do not sit here
  PoolMeter meter;
};

}  // namespace cantilever::sim
