#include <algorithm>
#include <limits>
#include <string>

#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

namespace {

// Engines keep a record per instance.
constexpr std::uint64_t kMaxInstances = 10'000'000;

void checkPace(const Pool& pool, FaultSink& sink) {
  const auto isWithin = [](double value, double most) { return value >= 0 && value <= most; };
  sink.require(
      isWithin(pool.contention, Pool::kMostContention) && isWithin(pool.coherency, Pool::kMostContention),
      [&] { return named("pool", pool.key) + " has a contention or coherency outside 0 to 1,000"; });
  sink.require(pool.speeds.size() <= pool.room(),
               [&] { return named("pool", pool.key) + " has more speeds than instances"; });
  sink.require(std::all_of(pool.speeds.begin(), pool.speeds.end(),
                           [&](double speed) { return isWithin(speed, Pool::kMostSpeed); }),
               [&] { return named("pool", pool.key) + " has a speed outside 0 to 1,000"; });
}

/// One level of hosts is enough for machines and what lives on them.
void checkHost(const Plan& plan, const Pool& pool, FaultSink& sink) {
  if (pool.host == kNone) {
    sink.require(!pool.isPart, [&] { return named("pool", pool.key) + " is a part of nothing"; });
    return;
  }
  sink.require(
      pool.host < plan.pools.size() && plan.pools[pool.host].host == kNone &&
          plan.pools[pool.host].key != pool.key,
      [&] { return named("pool", pool.key) + " lives on no pool, or on one that lives on another"; });
  if (sink.hasFailed()) {
    return;
  }
  const Pool& host = plan.pools[pool.host];
  const auto slotsOf = [&](std::uint64_t hosts) { return hosts * pool.perHost; };
  sink.require(
      pool.perHost >= 1 && pool.instances <= slotsOf(host.instances) && pool.room() <= slotsOf(host.room()),
      [&] { return named("pool", pool.key) + " has more instances than its hosts have room for"; });
  sink.require(!pool.isPart || (pool.perHost == 1 && pool.instances == host.instances &&
                                pool.room() == host.room() && pool.queue == QueueScope::PerInstance),
               [&] { return named("pool", pool.key) + " is a part and not there once for each host"; });
}

void checkComing(const Pool& pool, FaultSink& sink) {
  const bool isCommon = pool.queue == QueueScope::Shared && pool.order != ServiceOrder::Sharing;
  sink.require(!pool.isOnDemand() || (isCommon && pool.seats > 0), [&] {
    return named("pool", pool.key) + " comes on demand and has no common queue for seats";
  });
  sink.require(!pool.wakesUp || isCommon,
               [&] { return named("pool", pool.key) + " wakes up and has no common queue to wait in"; });
  const Duration idle = pool.idleExpiry.value_or(Duration());
  sink.require(idle >= Duration() && idle <= kLongestDuration,
               [&] { return named("pool", pool.key) + " is idle for a time outside 0 to 100 years"; });
  const std::string boot = faultIn(pool.warmBoot);
  sink.require(boot.empty(),
               [&] { return named("pool", pool.key) + ": its warm boot time is not valid: " + boot; });
}

}  // namespace

double Pool::capacity() const {
  if (servers == 0) {
    return std::numeric_limits<double>::infinity();
  }
  const double each = servers;
  double total = 0;
  for (Index i = 0; i < (instances == 0 || isOnDemand() ? room() : instances); ++i) {
    total += speedOf(i);
  }
  return total * each / (1 + contention * (each - 1) + coherency * each * (each - 1));
}

void checkPools(const Plan& plan, FaultSink& sink) {
  std::uint64_t instances = 0;
  for (const Pool& pool : plan.pools) {
    sink.require(pool.instances >= 1 || ((pool.isOnDemand() || pool.isPart) && pool.room() >= 1),
                 [&] { return named("pool", pool.key) + " has no instance"; });
    checkComing(pool, sink);
    checkHost(plan, pool, sink);
    sink.require(
        pool.overflow == Overflow::Refuse || (pool.overflow == Overflow::Block && pool.queueLimit > 0),
        [&] { return named("pool", pool.key) + " blocks and has no waiting room"; });
    sink.require(pool.order <= ServiceOrder::Sharing,
                 [&] { return named("pool", pool.key) + " serves in an unknown order"; });
    if (pool.patience) {
      const std::string fault = faultIn(*pool.patience);
      sink.require(fault.empty(),
                   [&] { return named("pool", pool.key) + " has a patience that is not valid: " + fault; });
    }
    checkPace(pool, sink);
    sink.require(pool.needed <= pool.room(),
                 [&] { return named("pool", pool.key) + " needs more instances than it can have"; });
    const std::string boot = faultIn(pool.boot);
    sink.require(boot.empty(),
                 [&] { return named("pool", pool.key) + ": its boot time is not valid: " + boot; });
    sink.require(pool.coldFactor >= 1 && pool.coldFactor <= Pool::kMostColdFactor &&
                     pool.warmTime >= Duration() && pool.warmTime <= kLongestDuration,
                 [&] { return named("pool", pool.key) + " has a cold factor outside 1 to 1,000"; });
    sink.require(pool.rolloutBatch >= 1,
                 [&] { return named("pool", pool.key) + " replaces no instance at a time"; });
    sink.require(pool.drainLimit >= Duration() && pool.drainLimit <= kLongestDuration,
                 [&] { return named("pool", pool.key) + " has a drain limit outside 0 to 100 years"; });
    instances += pool.room();
  }
  sink.require(instances <= kMaxInstances, [] { return std::string("more than 10,000,000 instances"); });
}

}  // namespace cantilever::plan
