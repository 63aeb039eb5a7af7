#include "core/experiment/study.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include "core/experiment/stationarity.h"

namespace cantilever::experiment {

namespace {

/// With fewer it is too easy for all slopes to be positive by chance: 2^-5 is about one in thirty.
constexpr std::size_t kFewestForVerdict = 5;

std::vector<Estimate> pointwise(const std::vector<Observation>& of,
                                std::vector<double> Observation::*series) {
  std::size_t length = (of.front().*series).size();
  for (const Observation& each : of) {
    length = std::min(length, (each.*series).size());
  }
  std::vector<Estimate> estimates;
  estimates.reserve(length);
  std::vector<double> values(of.size());
  for (std::size_t i = 0; i < length; ++i) {
    std::transform(of.begin(), of.end(), values.begin(),
                   [&](const Observation& each) { return (each.*series)[i]; });
    estimates.push_back(estimateOf(values));
  }
  return estimates;
}

/// A mean above zero that chance would give once in a thousand times (Student's t).
bool isGrowth(const std::vector<double>& slopes) {
  const Estimate of = estimateOf(slopes);
  const std::size_t freedom = of.count - 1;
  return of.mean > of.halfWidth / studentT975(freedom) * studentT999(freedom);
}

/// What grows in all replications, and would again.
bool growsInAll(const std::vector<double>& slopes) {
  return slopes.size() >= kFewestForVerdict &&
         std::all_of(slopes.begin(), slopes.end(), [](double slope) { return slope > 0; }) &&
         isGrowth(slopes);
}

/// The pool whose queue grows fastest; kNone if none does.
plan::Index fastestGrowing(const std::vector<Observation>& observations) {
  plan::Index at = plan::kNone;
  double fastest = 0;
  for (plan::Index pool = 0; pool < observations.front().queueSlope.size(); ++pool) {
    double sum = 0;
    for (const Observation& each : observations) {
      sum += each.queueSlope[pool];
    }
    if (sum > fastest) {
      fastest = sum;
      at = pool;
    }
  }
  return at;
}

/// By pool.
std::vector<double> meanOfWhatCame(const std::vector<Observation>& observations) {
  std::vector<double> mean(observations.front().came.size());
  for (const Observation& each : observations) {
    for (std::size_t pool = 0; pool < mean.size(); ++pool) {
      mean[pool] += each.came[pool] / static_cast<double>(observations.size());
    }
  }
  return mean;
}

void judgeStability(Study& study, const plan::Plan& plan, const std::vector<Observation>& observations) {
  std::vector<double> underWay;
  std::vector<double> queued;  // work that callers have given up waits, too, and is not under way for anybody
  for (const Observation& each : observations) {
    underWay.push_back(each.backlogSlope);
    queued.push_back(std::accumulate(each.queueSlope.begin(), each.queueSlope.end(), 0.0));
  }
  const Estimate ofQueues = estimateOf(queued);
  study.backlogSlope = estimateOf(underWay);
  if (ofQueues.mean > study.backlogSlope.mean) {
    study.backlogSlope = ofQueues;
  }
  if (!study.isStationary) {
    return;
  }
  const std::vector<PoolLoad> overloaded =
      overloads(plan, study.config.loadFactor, meanOfWhatCame(observations));
  if (overloaded.empty() && !growsInAll(underWay) && !growsInAll(queued)) {
    study.stability = underWay.size() >= kFewestForVerdict ? Stability::Stable : Stability::Unknown;
    return;
  }
  study.stability = Stability::Unstable;
  study.growing = overloaded.empty() ? fastestGrowing(observations) : overloaded.front().pool;
}

/// By what is left out although requests were followed, or were not (29). Where a queue grows it goes without
/// saying that figures are of this run only.
void doubtCensoring(Study& study, const std::vector<Observation>& observations) {
  if (study.growing != plan::kNone) {
    return;
  }
  Censoring mean;
  double halfWidthMs = 0;
  for (const EstimatedFigure& of : study.figures) {
    halfWidthMs = of.path == "latency/mean_ms" ? of.estimate.halfWidth : halfWidthMs;
  }
  const auto count = static_cast<double>(observations.size());
  for (const Observation& each : observations) {
    mean.share += each.censoring.share / count;
    mean.lackMs += each.censoring.lackMs / count;
    mean.isBeyondRule = mean.isBeyondRule || each.censoring.isBeyondRule;
  }
  if (mean.isBeyondRule || (study.isStationary && mean.lackMs > halfWidthMs)) {
    study.doubts.push_back(mean.describe(study.isStationary
                                             ? "though they were followed for as long again as a run lasts"
                                             : "when a run was over"));
  }
}

}  // namespace

const char* nameOf(Stability stability) {
  switch (stability) {
    case Stability::Stable:
      return "stable";
    case Stability::Unstable:
      return "unstable";
    case Stability::Metastable:
      return "metastable";
    case Stability::Unknown:
      return "unknown";
  }
  return "";
}

Result<Preparation> prepare(const std::shared_ptr<const plan::Plan>& plan, const sim::RunConfig& config,
                            std::stop_token stop) {
  Preparation prepared{config, std::nullopt};
  if (config.warmup > Duration() || config.leadIn > Duration()) {
    return prepared;
  }
  Result<WarmUp> found = findWarmUp(plan, config, std::move(stop));
  if (!found) {
    return found.error();
  }
  (changesOverTime(*plan).empty() ? prepared.config.warmup : prepared.config.leadIn) = found->length;
  prepared.found = *found;
  return prepared;
}

Result<Observation> replicate(const std::shared_ptr<const plan::Plan>& plan, const sim::RunConfig& config,
                              std::stop_token stop) {
  const auto run = changesOverTime(*plan).empty() ? sim::simulateAndFollow(plan, config, std::move(stop))
                                                  : sim::simulate(plan, config, std::move(stop));
  return run ? Result<Observation>(observe(*run)) : run.error();
}

Study summarise(const plan::Plan& plan, const Preparation& preparation,
                const std::vector<Observation>& observations) {
  Study study;
  study.config = preparation.config;
  study.warmUp = preparation.found;
  study.changes = changesOverTime(plan);
  study.isStationary = study.changes.empty();
  study.doubts =
      study.isStationary ? doubts(plan, study.config.loadFactor, study.config.duration) : doubts(plan);
  if (study.warmUp && !study.warmUp->hasSettled) {
    study.doubts.push_back(
        "The pilot run had not settled (MSER-5 would leave out more than half of it): run longer.");
  }
  for (std::size_t i = 0; i < observations.size(); ++i) {
    study.digests.push_back(observations[i].digest);
    if (!observations[i].isComplete) {
      study.doubts.push_back("Replication " + std::to_string(i) +
                             " ended early: " + observations[i].stopReason);
    }
  }
  if (observations.empty()) {
    return study;
  }
  std::vector<double> values(observations.size());
  for (std::size_t i = 0; i < observations.front().figures.size(); ++i) {
    std::transform(observations.begin(), observations.end(), values.begin(),
                   [&](const Observation& each) { return each.figures[i].value; });
    study.figures.push_back({observations.front().figures[i].path, estimateOf(values)});
  }
  study.endMs = observations.front().endMs;
  study.succeededPerSecond = pointwise(observations, &Observation::succeededPerSecond);
  study.p99Ms = pointwise(observations, &Observation::p99Ms);
  study.backlog = pointwise(observations, &Observation::backlog);
  study.endMs.resize(study.backlog.size());
  judgeStability(study, plan, observations);
  doubtCensoring(study, observations);
  return study;
}

bool mayBeMetastable(const plan::Plan& plan) {
  return std::any_of(plan.links.begin(), plan.links.end(), [](const plan::Link& link) {
    return link.retries.isOn() || (link.timeout > Duration() && !link.cancels);
  });
}

namespace {

constexpr double kSurge = 3;

/// A tenth of the measured time; less where what piles up in that, three times the load, could not be worked
/// off within four tenths of it: what is late then has only not come back yet.
Duration surgeLength(const plan::Plan& plan, const sim::RunConfig& config) {
  double share = 0.1;
  for (const PoolLoad& of : poolLoads(plan, config.loadFactor)) {
    const double pilesUp = kSurge * of.utilisation() - 1;
    if (pilesUp > 0) {
      share = std::min(share, 0.4 * std::max(0.0, 1 - of.utilisation()) / pilesUp);
    }
  }
  return config.duration * share;
}

}  // namespace

Result<double> successLate(const std::shared_ptr<const plan::Plan>& plan, const sim::RunConfig& config,
                           bool withSurge, std::stop_token stop) {
  sim::RunConfig late = config;
  late.warmup = config.warmup + config.duration * 0.75;
  late.duration = config.duration * 0.25;
  late.traced = 0;
  Result<sim::Simulation> created = sim::Simulation::create(plan, late);
  if (!created) {
    return created.error();
  }
  if (withSurge) {
    const Duration begin = config.leadIn + config.warmup;  // posted at times of the run, lead-in included
    created->post({.at = begin, .change = Change::LoadFactor, .value = kSurge});
    created->post({.at = begin + surgeLength(*plan, config), .change = Change::LoadFactor, .value = 1});
  }
  created->advanceTo(created->end(), std::move(stop));
  const sim::RunResult run = created->result();
  std::uint64_t ended = 0;
  std::uint64_t inTime = 0;
  for (const sim::ClassResult& of : run.classes) {
    ended += of.offered - of.unfinished;
    inTime += of.inTime;
  }
  return ended > 0 ? static_cast<double>(inTime) / static_cast<double>(ended) : std::nan("");
}

void addSurge(Study& study, const std::vector<double>& usual, const std::vector<double>& after) {
  constexpr double kWorthSaying = 0.05;
  study.afterSurge = AfterSurge{estimateOf(after), estimateOf(usual)};
  const Estimate& with = study.afterSurge->succeededRatio;
  const Estimate& without = study.afterSurge->usual;
  if (study.stability == Stability::Stable && with.high() < without.low() &&
      with.mean < without.mean - kWorthSaying) {
    study.stability = Stability::Metastable;
  }
}

}  // namespace cantilever::experiment
