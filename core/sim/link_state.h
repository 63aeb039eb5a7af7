#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/random.h"
#include "core/sim/breaker.h"
#include "core/sim/hash_ring.h"
#include "core/sim/health.h"
#include "core/sim/meters.h"
#include "core/sim/network.h"
#include "core/sim/timing.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// What a link does about failure; only links that do something have one.
struct LinkPolicyState {
  explicit LinkPolicyState(const plan::Link& link)
      : retries(link.retries),
        breakerPolicy(link.breaker),
        breaker(link.breaker),
        lossShare(link.lossShare),
        errorShare(link.errorShare),
        hedge(link.hedge.ns()),
        propagates(link.propagates),
        budget(link.retries.budgetDepth) {}

  /// The pause before attempt `tries` + 2.
  TimeNs pauseAfter(std::uint8_t tries);
  void earn(TimeNs now);
  bool pay(TimeNs now);

  plan::Retries retries;
  plan::Breaker breakerPolicy;
  BreakerState breaker;
  double lossShare;
  double errorShare;
  TimeNs hedge;  ///< 0: none
  bool propagates;
  double budget;
  TimeNs budgetAt = 0;
  RandomStream pauses;
  RandomStream losses;
  RandomStream errors;
};

/// A link at work.
struct LinkState {
  std::uint32_t pool = plan::kNone;
  std::uint32_t entry = 0;  ///< pc
  Balancing balancing = Balancing::Random;
  bool cancels = false;          ///< what nobody waits for any more
  bool countsCalls = false;      ///< for LeastConnections
  std::uint32_t nextInTurn = 0;  ///< for RoundRobin
  std::uint32_t choices = 0;     ///< for LeastConnections and ShortestQueue; 0: all
  TimeNs timeout = 0;            ///< 0: none
  LaneId timeoutLane = 0;
  LaneId hedgeLane = 0;
  Timing latency;
  TimeNs added = 0;  ///< to the latency, each way
  RandomStream there;
  RandomStream back;
  RandomStream pick;
  LinkMeter meter;
  std::unique_ptr<LinkPolicyState> policy;  ///< null: none
  std::vector<std::uint32_t> outstanding;   ///< calls by instance of the pool, if countsCalls
  std::unique_ptr<HealthState> health;      ///< null: it knows who is up
  HashRing ring;                            ///< for ConsistentHash

  // Of plans with zones.
  bool isByZones = false;        ///< each way takes as long as between the zones of its ends
  bool isWhereCallerIs = false;  ///< the station behind it has no place of its own
  ZoneNumber home = 0;           ///< else: of what is at no instance there
  ZoneNumber callersAt = 0;      ///< where health checks come from
  bool isPlain = true;           ///< a way takes the latency and no more, and nothing is cut

  /// Some of its calls may not arrive, or be answered with an error.
  bool mayLose() const { return policy != nullptr || !isPlain; }
  bool isImmediate() const { return isPlain && latency.isImmediate(); }
};

}  // namespace cantilever::sim
