#include <cmath>

#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

void checkActions(const Plan& plan, FaultSink& sink) {
  Duration last;
  for (const Action& action : plan.actions) {
    sink.require(action.at >= last && action.at <= kLongestDuration,
                 [] { return std::string("actions are not in order of time"); });
    const bool isOfCache = action.change == Change::FlushCaches && action.cache < plan.caches.size();
    sink.require(!action.isOfLink() || action.link < plan.links.size(),
                 [] { return std::string("an action has no link to act on"); });
    sink.require(action.change == Change::LoadFactor || isOfCache || action.isOfLink() ||
                     action.pool < plan.pools.size(),
                 [] { return std::string("an action has no pool to act on"); });
    sink.require(std::isfinite(action.value) && action.value >= 0,
                 [] { return std::string("an action has a value that is negative or no number"); });
    last = action.at;
  }
}

}  // namespace cantilever::plan
