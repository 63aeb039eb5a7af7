#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

namespace {

// Engines keep a record per instance.
constexpr std::uint64_t kMaxInstances = 10'000'000;

}  // namespace

void checkPools(const Plan& plan, FaultSink& sink) {
  std::uint64_t instances = 0;
  for (const Pool& pool : plan.pools) {
    sink.require(pool.instances >= 1, [&] { return named("pool", pool.key) + " has no instance"; });
    instances += pool.instances;
  }
  sink.require(instances <= kMaxInstances, [] { return std::string("more than 10,000,000 instances"); });
}

}  // namespace cantilever::plan
