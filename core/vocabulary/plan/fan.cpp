#include "core/vocabulary/plan/fan.h"

#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

FanSize expectedSize(const Plan& plan, const Fan& fan) {
  if (fan.count == kNone) {
    const double instances = plan.pools[plan.links[fan.link].pool].instances;
    return {instances, instances};
  }
  const CountMoments moments = momentsOf(plan.countLaws[fan.count], fan.batch, fan.least, fan.most);
  return {moments.batches, moments.mean};
}

void checkFans(const Plan& plan, FaultSink& sink) {
  for (const Fan& fan : plan.fans) {
    sink.require(fan.link < plan.links.size(), [] { return std::string("a fan goes over an unknown link"); });
    if (sink.hasFailed()) {
      return;
    }
    const Link& link = plan.links[fan.link];
    const auto says = [&link](const char* text) {
      return [&link, text] { return named("the fan over link", link.key) + text; };
    };
    const bool isToEach = fan.count == kNone;
    sink.require(isToEach || fan.count < plan.countLaws.size(), says(" has an unknown number"));
    sink.require(isToEach == (link.balancing == Balancing::All),
                 says(" must go to each instance where the link does, and only there"));
    sink.require(fan.batch >= 1 && (!isToEach || fan.batch == 1), says(" has batches that do not fit"));
    sink.require(!isToEach || fan.window == 0, says(" goes to each instance and has a window"));
    sink.require(fan.window <= Fan::kMostOpen, says(" has more than 65,535 calls open at a time"));
  }
}

}  // namespace cantilever::plan
