#include "core/catalog/elasticity.h"

#include <algorithm>

#include "core/base/text.h"

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

/// Those that the block has are the most; "at least" so many are there all the time.
void comeOnDemand(const ElasticParams& params, plan::Pool& pool) {
  pool.maxInstances = pool.room();
  pool.instances = std::min(small(params.minInstances), pool.maxInstances);
  pool.needed = 0;
  pool.idleExpiry = params.idleExpiry;
  pool.queue = plan::QueueScope::Shared;
  pool.order = pool.order == plan::ServiceOrder::Sharing ? plan::ServiceOrder::Fifo : pool.order;
  pool.seats = pool.seats != 0 ? pool.seats : std::max(1u, pool.servers);
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
  if (params.minInstances.value() > pool.room()) {
    lowering.warn("scaling.least_is_more",
                  "At least " + format(params.minInstances) + " is more than the " +
                      format(Count(pool.room())) +
                      " that there may be: so many it keeps. Set \"at most\" to more than \"at least\".",
                  "min_instances");
  } else if (pool.room() == pool.instances && params.minInstances.value() >= pool.instances) {
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
  scaler.lookahead = params.lookahead;
  if (auto steps = plan::parseSteps(params.scaleSteps)) {
    scaler.steps = std::move(steps).value();
  }
  lowering.addScaler(scaler);
}

/// One at each instance.
plan::Index addDisk(const ElasticParams& params, const plan::Pool& pool, plan::Index index,
                    plan::Lowering& lowering) {
  plan::Pool disk;
  disk.instances = pool.instances;
  disk.maxInstances = pool.room();
  disk.needed = std::min(1u, pool.instances);
  disk.servers = small(params.diskServers);
  disk.host = index;
  disk.isPart = true;
  return lowering.addPool(disk, "disk");
}

/// Of request classes that the design has.
plan::WorkVariants variantsOf(const ElasticParams& params, plan::Lowering& lowering) {
  plan::WorkVariants variants;
  const Result<std::vector<ClassWork>> list = parseClassWork(params.workByClass);
  for (const ClassWork& each : list ? *list : std::vector<ClassWork>()) {
    const plan::Index at = lowering.classOf(each.requestClass);
    if (at == plan::kNone) {
      lowering.warn(
          "work.unknown_class",
          "It says how much work \"" + each.requestClass + "\" is, but the design has no such request class.",
          "work_by_class");
    } else {
      variants.classes.push_back({at, each.work.law, each.work.factor});
    }
  }
  const Result<OtherWork> next = parseOtherWork(params.nextWork);
  if (next && (!params.nextWork.empty() || params.nextErrors > Ratio())) {
    variants.next = plan::WorkVariants::Next{next->law, next->factor, params.nextErrors.raw()};
  }
  return variants;
}

}  // namespace

std::string faultInScaleSteps(const std::string& text) {
  const auto steps = plan::parseSteps(text);
  return steps ? "" : steps.error().message;
}

bool scales(const ElasticParams& params) {
  return params.scaleOn.value != "none" && params.maxInstances > params.minInstances;
}

void describeElasticity(const ElasticParams& params, Deployable& deployable) {
  const Result<Residence> residence = parseResidence(params.livesOn);
  if (residence && !residence->block.empty()) {
    deployable.settings["lives_on"] = residence->block;
    deployable.settings["lives_per_host"] = std::to_string(residence->perHost);
  }
  if (!scales(params)) {
    return;
  }
  deployable.settings["autoscale_min"] = format(params.minInstances);
  deployable.settings["autoscale_max"] = format(params.maxInstances);
  deployable.settings["autoscale_on"] = params.scaleSteps.empty() ? params.scaleOn.value : "steps";
  deployable.settings["autoscale_target"] = formatNumber(params.scaleTarget);
}

void makeElastic(const ElasticParams& params, plan::Pool& pool) {
  pool.maxInstances = small(params.maxInstances);
  pool.boot = params.bootTime;
  pool.drainLimit = params.drainLimit;
  pool.needed = small(params.neededInstances);
  pool.warmPool = small(params.warmPool);
  pool.warmBoot = params.warmBoot;
  if (params.scaleOn.value == "demand") {
    comeOnDemand(params, pool);
  }
  // What is scaled to zero can only come back for those who wait somewhere.
  pool.wakesUp = params.scaleOn.value != "none" && params.minInstances == Count(0) &&
                 pool.queue == plan::QueueScope::Shared && pool.order != plan::ServiceOrder::Sharing;
  pool.coldFactor = params.coldFactor;
  pool.warmTime = params.warmTime;
  pool.rollout = params.rollout.value == "blue_green" ? plan::Rollout::BlueGreen : plan::Rollout::InPlace;
  pool.rolloutBatch = small(params.rolloutBatch);
}

void addControls(const ElasticParams& params, const plan::Pool& pool, plan::Index index, double processors,
                 plan::Lowering& lowering) {
  plan::WorkVariants variants = variantsOf(params, lowering);
  if (params.hasDisk) {
    variants.beside = plan::WorkVariants::Beside{addDisk(params, pool, index, lowering), params.diskTime};
  }
  lowering.varyWork(std::move(variants));
  const Result<Residence> residence = parseResidence(params.livesOn);
  if (residence && !residence->block.empty()) {
    lowering.liveOn(index, residence->block, residence->perHost, processors);
  }
  if (!pool.isOnDemand()) {
    machines::warnIfMostIsLess(Count(pool.instances), params.maxInstances, "max_instances", lowering);
  }
  if (params.scaleOn.value != "none" && !pool.isOnDemand()) {
    addScaler(params, pool, index, lowering);
  }
  if (params.failsAtRandom) {
    plan::RandomFault fault = machines::faultOf(params, index);
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
With **steps** the number is changed by that of the step furthest out instead; **look ahead** scales for what a straight line
through the last two periods reaches, if it is more. A **warm pool** of prepared instances makes the next ones boot faster.
Scaled to zero, a block with a common queue lets the next request wait and orders an instance for it.

**On demand**, an instance comes with each request that finds no free seat, unless those that boot have seats enough for all
that wait; so many at the same time as there is room for, beyond that requests wait within the queue limit or are refused. A request
takes the free instance used last; one that was idle for the idle expiry goes, down to *at least*.

**Random failures.** Each instance fails after an exponential time of being up, whatever the load; what it holds fails
with *killed in flight*. Its repair takes an exponential time from when a crew is free. Independence of the instances is
an assumption: outages of a whole zone are told by a scenario.)";

}  // namespace cantilever::catalog::elasticity
