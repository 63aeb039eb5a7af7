#include "core/advice/promises.h"

namespace cantilever::advice {

namespace {

fluid::Promise::Of promiseOf(Metric metric) {
  switch (metric) {
    case Metric::LatencyMean:
      return fluid::Promise::Of::Mean;
    case Metric::LatencyP50:
      return fluid::Promise::Of::P50;
    case Metric::LatencyP95:
      return fluid::Promise::Of::P95;
    case Metric::LatencyP99:
      return fluid::Promise::Of::P99;
    case Metric::SuccessRatio:
      return fluid::Promise::Of::Success;
    case Metric::Throughput:
      return fluid::Promise::Of::Throughput;
    case Metric::LatencyP999:
    case Metric::CostMonth:
      break;
  }
  return fluid::Promise::Of::Other;
}

}  // namespace

std::vector<fluid::Promise> promisesOf(const Design& design, const plan::Plan& plan) {
  constexpr double kSecondsPerMillisecond = 1e-3;
  std::vector<fluid::Promise> promises;
  for (const Objective& objective : design.objectives) {
    fluid::Promise promise;
    promise.key = objective.id.text();
    promise.of = promiseOf(objective.metric);
    promise.limit = objective.limit * (isLatency(objective.metric) ? kSecondsPerMillisecond : 1);
    bool isKnown = objective.requestClass.isEmpty();
    for (plan::Index k = 0; k < plan.classes.size(); ++k) {
      if (plan.classes[k].key == objective.requestClass.text()) {
        promise.requestClass = k;
        isKnown = true;
      }
    }
    if (isKnown) {
      promises.push_back(std::move(promise));
    }
  }
  return promises;
}

std::vector<double> meanLevelsOf(const Design& design, const plan::Plan& plan) {
  std::vector<double> levels;
  for (const plan::Source& source : plan.sources) {
    const Workload* workload = design.workloads.find(WorkloadId(std::string(source.workload())));
    const bool isTold = workload != nullptr && workload->peak.raw() > 0;
    levels.push_back(isTold ? workload->mean / workload->peak : 0.0);
  }
  return levels;
}

}  // namespace cantilever::advice
