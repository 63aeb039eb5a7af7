#include <algorithm>
#include <limits>

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
  sink.require(pool.speeds.size() <= pool.instances,
               [&] { return named("pool", pool.key) + " has more speeds than instances"; });
  sink.require(std::all_of(pool.speeds.begin(), pool.speeds.end(),
                           [&](double speed) { return isWithin(speed, Pool::kMostSpeed); }),
               [&] { return named("pool", pool.key) + " has a speed outside 0 to 1,000"; });
}

}  // namespace

double Pool::capacity() const {
  if (servers == 0) {
    return std::numeric_limits<double>::infinity();
  }
  const double each = servers;
  double total = 0;
  for (Index i = 0; i < instances; ++i) {
    total += speedOf(i);
  }
  return total * each / (1 + contention * (each - 1) + coherency * each * (each - 1));
}

void checkPools(const Plan& plan, FaultSink& sink) {
  std::uint64_t instances = 0;
  for (const Pool& pool : plan.pools) {
    sink.require(pool.instances >= 1, [&] { return named("pool", pool.key) + " has no instance"; });
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
    sink.require(pool.drainLimit >= Duration() && pool.drainLimit <= kLongestDuration,
                 [&] { return named("pool", pool.key) + " has a drain limit outside 0 to 100 years"; });
    instances += pool.room();
  }
  sink.require(instances <= kMaxInstances, [] { return std::string("more than 10,000,000 instances"); });
}

}  // namespace cantilever::plan
