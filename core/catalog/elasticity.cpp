#include "core/catalog/elasticity.h"

#include <algorithm>

namespace cantilever::catalog::elasticity {

namespace {

std::uint32_t small(Count count) {
  return static_cast<std::uint32_t>(count.value());
}

plan::ScaleOn scaleOnOf(const std::string& word) {
  return word == "occupancy"      ? plan::ScaleOn::Occupancy
         : word == "queue"        ? plan::ScaleOn::Queue
         : word == "request_rate" ? plan::ScaleOn::RequestRate
         : word == "lag"          ? plan::ScaleOn::Lag
                                  : plan::ScaleOn::Utilisation;
}

void addScaler(const ElasticParams& params, const plan::Pool& pool, plan::Index index,
               plan::Lowering& lowering) {
  plan::Scaler scaler;
  scaler.pool = index;
  scaler.on = scaleOnOf(params.scaleOn.value);
  if ((scaler.on == plan::ScaleOn::Utilisation && pool.servers == 0) ||
      (scaler.on == plan::ScaleOn::Occupancy && pool.seats == 0)) {
    lowering.warn("scaling.no_figure",
                  "It cannot be scaled on " + params.scaleOn.value +
                      ", of which it has no limit: it keeps its " + "number of instances.",
                  "scale_on");
    return;
  }
  if (pool.room() == pool.instances && params.minInstances.value() >= pool.instances) {
    lowering.warn("scaling.no_room",
                  "It is to be scaled, but between \"at least\" and \"at most\" there is no room.",
                  "max_instances");
  }
  scaler.target = params.scaleTarget;
  scaler.most = pool.room();
  scaler.least = std::min(small(params.minInstances), scaler.most);
  scaler.period = params.scalePeriod;
  scaler.cooldownUp = params.cooldownUp;
  scaler.cooldownDown = params.cooldownDown;
  lowering.addScaler(scaler);
}

}  // namespace

bool scales(const ElasticParams& params) {
  return params.scaleOn.value != "none" && params.maxInstances > params.minInstances;
}

void makeElastic(const ElasticParams& params, plan::Pool& pool) {
  pool.maxInstances = small(params.maxInstances);
  pool.boot = params.bootTime;
  pool.drainLimit = params.drainLimit;
  pool.needed = std::min(small(params.neededInstances), pool.room());
}

void addControls(const ElasticParams& params, const plan::Pool& pool, plan::Index index,
                 plan::Lowering& lowering) {
  if (params.scaleOn.value != "none") {
    addScaler(params, pool, index, lowering);
  }
  if (params.failsAtRandom) {
    plan::RandomFault fault;
    fault.pool = index;
    fault.timeToFailure = Law::exponential(params.timeToFailure);
    fault.timeToRepair = Law::exponential(params.timeToRepair);
    fault.crews = small(params.repairCrews);
    fault.keepsWork = params.failure.value == "pause";
    lowering.addFault(fault);
  }
}

const char* const kElasticDocumentation = R"(

**Scaling.** After each period the scaler wants ceil(instances up × figure / target), where the figure is the mean over
the period of the instances that were up; instances that boot count as there already, and deviations below 10 % are
left alone. It begins after the warm-up. New instances take work when they have booted. The newest are taken away first:
they get no new work, finish what they hold within the drain limit, and what is left then fails with *killed in flight*.

**Random failures.** Each instance fails after an exponential time of being up, whatever the load; what it holds fails
with *killed in flight*. Its repair takes an exponential time from when a crew is free. Independence of the instances is
an assumption: outages of a whole zone are told by a scenario.)";

}  // namespace cantilever::catalog::elasticity
