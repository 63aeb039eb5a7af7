#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

void checkMeters(const Plan& plan, FaultSink& sink) {
  sink.require(plan.meterOrigin.size() == plan.meters.size(),
               [] { return std::string("the origins of meters do not match the meters"); });
  for (const Meter& meter : plan.meters) {
    sink.require(meter.capacity >= 0 && meter.capacity <= Meter::kMostAmount,
                 [&] { return named("meter", meter.key) + " has a capacity outside 0 to 1e12 per second"; });
  }
}

}  // namespace cantilever::plan
