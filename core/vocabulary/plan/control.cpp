#include <vector>

#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

namespace {

void checkScaler(const Plan& plan, const Scaler& scaler, FaultSink& sink) {
  const auto says = [&](const char* text) {
    return [&scaler, text] { return named("scaler", scaler.key) + text; };
  };
  sink.require(scaler.pool < plan.pools.size(), says(" has no pool to scale"));
  if (sink.hasFailed()) {
    return;
  }
  const Pool& pool = plan.pools[scaler.pool];
  sink.require(scaler.target > 0 && scaler.target <= 1e9, says(" has a target outside 0 to 1e9"));
  sink.require(scaler.least <= scaler.most && scaler.most <= pool.room(),
               says(" wants more instances than its pool has room for"));
  sink.require(scaler.period > Duration() && scaler.period <= kLongestDuration,
               says(" has a period outside 0 to 100 years"));
  for (const Duration cooldown : {scaler.cooldownUp, scaler.cooldownDown}) {
    sink.require(cooldown >= Duration() && cooldown <= kLongestDuration,
                 says(" has a cooldown outside 0 to 100 years"));
  }
  sink.require(scaler.tolerance >= 0 && scaler.tolerance < 1, says(" has a tolerance outside 0 to 1"));
  sink.require(scaler.on != ScaleOn::Utilisation || pool.servers != 0,
               says(" looks at the utilisation of unlimited servers"));
  sink.require(scaler.on != ScaleOn::Occupancy || pool.seats != 0,
               says(" looks at the occupancy of unlimited seats"));
}

void checkFault(const Plan& plan, const RandomFault& fault, std::vector<bool>& hasFault, FaultSink& sink) {
  const auto says = [&](const std::string& text) {
    return [&fault, text] { return named("fault", fault.key) + text; };
  };
  sink.require(fault.pool < plan.pools.size(), says(" has no pool to act on"));
  if (sink.hasFailed()) {
    return;
  }
  sink.require(!hasFault[fault.pool], says(" is the second of its pool"));
  hasFault[fault.pool] = true;
  for (const Law* law : {&fault.timeToFailure, &fault.timeToRepair}) {
    const std::string wrong = faultIn(*law);
    sink.require(wrong.empty(), says(": a law of it is not valid: " + wrong));
  }
  sink.require(!fault.timeToFailure.isZero(), says(" happens all the time"));
}

}  // namespace

void checkControls(const Plan& plan, FaultSink& sink) {
  for (const Scaler& scaler : plan.scalers) {
    checkScaler(plan, scaler, sink);
  }
  std::vector<bool> hasFault(plan.pools.size(), false);
  for (const RandomFault& fault : plan.randomFaults) {
    checkFault(plan, fault, hasFault, sink);
  }
}

}  // namespace cantilever::plan
