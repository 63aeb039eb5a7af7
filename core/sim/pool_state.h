#pragma once

#include <cstdint>

#include "core/base/random.h"
#include "core/sim/frames.h"
#include "core/sim/instance_set.h"
#include "core/sim/meters.h"
#include "core/sim/pace.h"
#include "core/sim/recency.h"
#include "core/sim/sessions.h"
#include "core/sim/timing.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// What an instance is doing. Those that are Up or Draining serve; only those that are Up get new work.
enum class Life : std::uint8_t { Absent, Booting, Up, Draining, Down };

/// One instance of a pool. Its waiting lists are used where the pool has no common ones.
struct Instance {
  std::uint32_t pool = 0;
  std::uint32_t seated = 0;  ///< only counted where seats are limited
  bool isUp = false;         ///< Up or Draining
  bool isSilent = false;     ///< Down, and nobody is told
  bool isHeldDown = false;   ///< Down because its zone is, and comes back with that
  /// Up, and does nothing: why.
  enum Still : std::uint8_t { kByChance = 1, kByHand = 2 };
  std::uint8_t still = 0;
  std::uint16_t zone = 0;
  double speed = 1;           ///< as a multiple of its own
  std::uint64_t lastUse = 0;  ///< when it was last at work, in order; only kept where the pool tracks it
  Life life = Life::Absent;
  std::uint32_t epoch = 0;       ///< bumped with every change of life; guards events
  std::uint32_t holding = 0;     ///< calls that have not left it yet; only kept while draining
  std::uint64_t orderedAs = 0;   ///< 0: there from the start
  std::uint8_t version = 0;      ///< 1: the next one
  std::uint8_t comesBackAs = 0;  ///< version, if isRestarting
  bool isRestarting = false;     ///< Draining, and to boot again
  bool isChanging = false;       ///< Booting after that
  bool isHeld = false;           ///< Booting, or ready, and waits for others to take over with them
  TimeNs coldUntil = 0;
  TimeNs idleSince = 0;  ///< only kept where instances come on demand
  /// New work, that is; what waits for this instance alone is served as long as it is up.
  bool takesWork() const { return life == Life::Up; }
  WaitingList forServer;
  WaitingList forSeat;
  Level busy;     ///< servers
  Level up;       ///< 0 or 1
  Level waiting;  ///< for it alone
  // In the measured window.
  std::uint64_t served = 0;   ///< pieces of work finished
  std::uint64_t refused = 0;  ///< by its own waiting room
};

/// A pool at work. Its instances are `first` .. `first + count - 1` of the engine's.
struct PoolState {
  PoolState(const plan::Pool& pool, std::uint32_t firstInstance)
      : first(firstInstance),
        count(pool.room()),
        needed(pool.needed),
        servers(pool.servers),
        seats(pool.seats),
        queueLimit(pool.queueLimit),
        slots(pool.order == plan::ServiceOrder::Sharing ? 0 : pool.servers),
        order(pool.order),
        isShared(pool.queue == plan::QueueScope::Shared && (!isSharing() || pool.seats != 0)),
        hasPatience(pool.patience.has_value()),
        blocks(pool.overflow == plan::Overflow::Block),
        up(pool.room(), pool.instances),
        free(pool.room(), pool.instances),
        boot(pool.boot),
        drainLimit(pool.drainLimit.ns()),
        coldFactor(pool.coldFactor),
        warmTime(pool.warmTime.ns()),
        rollout(pool.rollout),
        rolloutBatch(pool.rolloutBatch),
        isOnDemand(pool.isOnDemand()),
        wakesUp(pool.isOnDemand() || pool.wakesUp),
        idleExpiry(pool.idleExpiry.value_or(Duration()).ns()),
        least(pool.instances),
        warmBoot(pool.warmBoot),
        warm(pool.warmPool),
        host(pool.host),
        perHost(pool.perHost),
        isPart(pool.isPart),
        wanted(pool.instances) {
    if (isOnDemand) {
      byUse = Recency(count);
      for (std::uint32_t i = pool.instances; i > 0; --i) {
        byUse.use(i - 1);
      }
    }
  }

  bool isSharing() const { return order == plan::ServiceOrder::Sharing; }
  bool isPreemptive() const { return order == plan::ServiceOrder::Preemptive; }
  /// False where work never waits for a server.
  bool hasLimitedServers() const { return slots != 0; }
  bool hasLimitedSeats() const { return seats != 0; }
  /// All servers are fed by one waiting list, and a request is not tied to an instance until it is served.
  bool hasCommonServers() const { return isShared && seats == 0; }

  std::uint32_t first;
  std::uint32_t count;    ///< room: instances that there are or may come to be
  std::uint32_t needed;   ///< to count as available
  std::uint32_t servers;  ///< per instance; 0: unlimited
  std::uint32_t seats;    ///< per instance; 0: unlimited
  std::uint32_t queueLimit;
  std::uint32_t slots;  ///< pieces of work that an instance does at a time; 0: any number
  plan::ServiceOrder order;
  bool isShared;
  bool hasPatience;
  bool blocks;
  bool tracksUse = false;  ///< some link wants the instance that was last at work
  bool isPaced = false;    ///< the speed of work may change: the paces below tell when it ends
  InstanceSet up;
  /// With a shared queue: instances up with room for one more, of seats if these are limited, else servers.
  InstanceSet free;
  WaitingList forServer;
  WaitingList forSeat;
  Sampler boot;
  TimeNs drainLimit;
  double coldFactor;
  TimeNs warmTime;
  RandomStream boots;
  std::uint32_t booting = 0;
  std::uint32_t store = plan::kNone;   ///< of the engine's: it is the primary of this one
  std::uint32_t copyOf = plan::kNone;  ///< ... or its instances are copies of this one
  // Of rollouts (38). The order of members is that of the constructor.
  plan::Rollout rollout = plan::Rollout::InPlace;
  std::uint32_t rolloutBatch = 1;
  // Of those that come on demand (39).
  bool isOnDemand = false;
  bool wakesUp = false;  ///< a request that finds nobody up waits, and has one ordered
  TimeNs idleExpiry = 0;
  std::uint32_t least = 0;  ///< instances that stay
  Sampler warmBoot;
  std::uint32_t warm = 0;  ///< prepared instances that stand by
  Recency byUse;           ///< those with a free seat
  // Where its instances live, and who lives on them (41).
  std::uint32_t host = plan::kNone;  ///< pool
  std::uint32_t perHost = 1;
  bool isPart = false;
  std::uint32_t wanted = 0;           ///< instances that were last asked for
  std::vector<std::uint32_t> guests;  ///< pools
  double nextShare = 0;               ///< of instances that are to run the next version
  bool isRollingOut = false;
  bool isAdvancing = false;
  std::uint32_t restarting = 0;  ///< instances, by their flags
  std::uint32_t changing = 0;
  std::uint32_t held = 0;
  std::uint32_t heldReady = 0;
  std::uint32_t fault = plan::kNone;  ///< of the engine's random faults
  RandomStream service;
  RandomStream visits;      ///< chooses the instance for work of requests that do not sit here
  std::vector<Pace> paces;  ///< by instance, if isPaced
  WaitingList running;      ///< where common servers can be interrupted: work in progress, as Pace::running
  HeldCounts sessions;      ///< by instance, if it holds any
  Timing patience;
  RandomStream patienceStream;
  bool isSaturated = false;
  TimeNs turnsFor = 0;  ///< how long it has been as a pool is that turns so, or is so no more
  PoolMeter meter;
};

}  // namespace cantilever::sim
