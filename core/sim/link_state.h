#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/random.h"
#include "core/sim/breaker.h"
#include "core/sim/hash_ring.h"
#include "core/sim/health.h"
#include "core/sim/meters.h"
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

  bool isImmediate() const { return latency.isImmediate() && added == 0; }
  /// Lets the event happen when the way is done.
  void travel(Agenda& agenda, RandomStream& stream, const Event& event) {
    if (added == 0) {
      latency.schedule(agenda, stream, event);
    } else {
      agenda.after(latency.draw(stream) + added, event);
    }
  }
};

}  // namespace cantilever::sim
