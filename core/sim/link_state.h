#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/random.h"
#include "core/sim/breaker.h"
#include "core/sim/hash_ring.h"
#include "core/sim/health.h"
#include "core/sim/key_index.h"
#include "core/sim/locality.h"
#include "core/sim/meters.h"
#include "core/sim/network.h"
#include "core/sim/timing.h"
#include "core/vocabulary/plan.h"

namespace cantilever::sim {

/// What changes with the calls over a link: for all its callers together, or for each calling instance (16).
struct LinkSide {
  BreakerState breaker{plan::Breaker{}};
  double budget = 0;
  TimeNs budgetAt = 0;
  std::uint32_t nextInTurn = 0;            ///< for RoundRobin
  std::vector<std::uint32_t> outstanding;  ///< calls by instance of the pool, for LeastConnections
  std::unique_ptr<HealthState> health;     ///< null: it knows who is up
  std::uint32_t link = 0;
  std::uint32_t caller = kNoInstance;  ///< whose it is; kNoInstance: of all, or of those at no instance
  std::uint32_t number = 0;            ///< names it in events
};

/// What a link does about failure; only links that do something have one.
struct LinkPolicyState {
  explicit LinkPolicyState(const plan::Link& link)
      : retries(link.retries),
        drawnPause(link.retries.law),
        breakerPolicy(link.breaker),
        lossShare(link.lossShare),
        errorShare(link.errorShare),
        hedge(link.hedge.ns()),
        propagates(link.propagates) {}

  /// The pause before attempt `tries` + 2.
  TimeNs pauseAfter(std::uint8_t tries);
  void earn(LinkSide& side, TimeNs now) const;
  bool pay(LinkSide& side, TimeNs now) const;

  plan::Retries retries;
  Sampler drawnPause;
  plan::Breaker breakerPolicy;
  double lossShare;
  double errorShare;
  TimeNs hedge;  ///< 0: none
  bool propagates;
  RandomStream pauses;
  RandomStream losses;
  RandomStream errors;
};

/// A link at work.
struct LinkState {
  std::uint32_t pool = plan::kNone;
  std::uint32_t entry = 0;  ///< pc
  Balancing balancing = Balancing::Random;
  bool cancels = false;       ///< what nobody waits for any more
  bool countsCalls = false;   ///< for LeastConnections
  std::uint32_t choices = 0;  ///< for LeastConnections and ShortestQueue; 0: all
  TimeNs timeout = 0;         ///< 0: none
  LaneId timeoutLane = 0;
  LaneId hedgeLane = 0;
  Timing latency;
  std::uint32_t readsOf = plan::kNone;  ///< the log of a store
  TimeNs added = 0;                     ///< to the latency, each way
  double factor = 1;                    ///< of the latency, before that
  RandomStream there;
  RandomStream back;
  RandomStream pick;
  LinkMeter meter;
  std::unique_ptr<LinkPolicyState> policy;  ///< null: none
  LinkSide own;                             ///< as all callers have it
  bool isPerCaller = false;                 ///< they have their own
  bool hasHealth = false;                   ///< it goes by what it believes of instances
  std::vector<std::uint32_t> sides;         ///< then: the engine's, by calling instance; the last: of none
  std::uint32_t openSides = 0;              ///< how many of them there are
  HashRing ring;                            ///< for ConsistentHash
  std::vector<double> weights;              ///< for Weighted: by instance
  KeyIndex stuck;                           ///< for Sticky: the instance of each key
  std::unique_ptr<LocalityState> locality;  ///< null: anywhere
  double bandwidth = 0;                     ///< bytes per second; 0: sizes take no time

  // Of plans with zones.
  bool isByZones = false;        ///< each way takes as long as between the zones of its ends
  bool isWhereCallerIs = false;  ///< the station behind it has no place of its own
  ZoneNumber home = 0;           ///< else: of what is at no instance there
  ZoneNumber callersAt = 0;      ///< where health checks come from
  bool isPlain = true;           ///< a way takes the latency and no more, and nothing is cut

  /// Some of its calls may not arrive, or be answered with an error.
  bool mayLose() const { return policy != nullptr || !isPlain; }
  /// At least one: what they are counted against.
  std::uint32_t breakers() const { return openSides > 0 ? openSides : 1; }
  bool isImmediate() const { return isPlain && latency.isImmediate(); }
};

}  // namespace cantilever::sim
