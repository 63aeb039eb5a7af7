#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/advice/checklist.h"
#include "core/base/text.h"
#include "core/model/names.h"

namespace cantilever::advice {

namespace {

/// One request class of a run, or all together.
struct MeasuredRequests {
  std::uint64_t offered = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t unfinished = 0;
  const sim::Histogram* latency = nullptr;
  std::vector<std::size_t> classes;  ///< their positions in the run
};

std::optional<MeasuredRequests> requestsOf(const sim::RunResult& run, const ClassId& requestClass) {
  MeasuredRequests sum;
  for (std::size_t i = 0; i < run.classes.size(); ++i) {
    const sim::ClassResult& result = run.classes[i];
    if (requestClass.isEmpty() || result.key == requestClass.text()) {
      sum.offered += result.offered;
      sum.succeeded += result.succeeded;
      sum.unfinished += result.unfinished;
      sum.latency = requestClass.isEmpty() ? &run.latency : &result.latency;
      sum.classes.push_back(i);
    }
  }
  return sum.latency == nullptr ? std::nullopt : std::optional(sum);
}

/// The quantile that a latency metric names; nothing for the mean and for what is no latency.
std::optional<double> quantileOf(Metric metric) {
  switch (metric) {
    case Metric::LatencyP50:
      return 0.5;
    case Metric::LatencyP95:
      return 0.95;
    case Metric::LatencyP99:
      return 0.99;
    case Metric::LatencyP999:
      return 0.999;
    case Metric::LatencyMean:
    case Metric::SuccessRatio:
    case Metric::Throughput:
    case Metric::CostMonth:
      break;
  }
  return {};
}

/// Successes that ended in the window, per second; nothing if no whole sample lies in it. Counting the
/// arrivals of the window instead would miss those in flight at its end.
std::optional<double> throughputOf(const sim::RunResult& run, const std::vector<std::size_t>& classes) {
  std::uint64_t succeeded = 0;
  std::int64_t spanNs = 0;
  for (const sim::Sample& sample : run.series) {
    if (sample.endNs - sample.lengthNs >= run.warmupNs) {
      spanNs += sample.lengthNs;
      for (const std::size_t index : classes) {
        succeeded += sample.classes[index].succeeded;
      }
    }
  }
  return spanNs > 0
             ? std::optional(static_cast<double>(succeeded) / Duration::nanoseconds(spanNs).inSeconds())
             : std::nullopt;
}

std::optional<double> measuredInRun(Metric metric, const sim::RunResult& run,
                                    const MeasuredRequests& requests) {
  if (metric == Metric::SuccessRatio) {
    // Requests in flight at the end have had no outcome yet.
    const std::uint64_t ended = requests.offered - requests.unfinished;
    return ended == 0 ? std::nullopt
                      : std::optional(static_cast<double>(requests.succeeded) / static_cast<double>(ended));
  }
  if (metric == Metric::Throughput) {
    return throughputOf(run, requests.classes);
  }
  if (requests.latency->count() == 0) {
    return {};
  }
  const std::optional<double> q = quantileOf(metric);
  return (q ? static_cast<double>(requests.latency->quantileNs(*q)) : requests.latency->meanNs()) * 1e-6;
}

const analytic::Figure& figureOf(Metric metric, const analytic::ClassSolution& of) {
  switch (metric) {
    case Metric::LatencyMean:
      return of.mean;
    case Metric::LatencyP50:
      return of.p50;
    case Metric::LatencyP95:
      return of.p95;
    case Metric::LatencyP999:
      return of.p999;
    default:
      return of.p99;
  }
}

/// What an objective is held against.
struct Judged {
  std::optional<double> value;
  std::string basis;
};

/// The least trusted of several figures speaks for all.
analytic::Figure lessTrusted(const analytic::Figure& a, const analytic::Figure& b) {
  if (!a.isSolved() || !b.isSolved()) {
    return a.isSolved() ? b : a;
  }
  return a.band >= b.band ? a : b;
}

std::string trustOf(const analytic::Figure& figure) {
  switch (figure.exactness) {
    case analytic::Exactness::Exact:
      return "exact for this model";
    case analytic::Exactness::Approximation:
      return "an approximation, +-" + formatNumber(100 * figure.band, 2) + " %";
    case analytic::Exactness::NotSolvable:
      return "there is no formula: " + figure.why;
  }
  return {};
}

std::string formulaOf(Metric metric) {
  switch (metric) {
    case Metric::SuccessRatio:
      return "requests that succeed / requests offered, in the steady state at the peak load";
    case Metric::Throughput:
      return "requests that succeed in a second, in the steady state at the peak load";
    case Metric::LatencyMean:
      return "the mean over all requests that succeed: waits and work on their way, by queueing formulas";
    default:
      return "the percentile of the law of the whole response: waits and work on its way, by queueing "
             "formulas";
  }
}

Judged expectedOf(const Objective& objective, const analytic::Solution& solution) {
  const auto named = std::find_if(solution.classes.begin(), solution.classes.end(), [&](const auto& each) {
    return objective.requestClass == ClassId(each.key);
  });
  if (!objective.requestClass.isEmpty() && named == solution.classes.end()) {
    return {std::nullopt, "Not known: the design has no such request class."};
  }
  const analytic::ClassSolution& of = objective.requestClass.isEmpty() ? solution.all : *named;
  if (!(of.offered.value > 0)) {
    return {std::nullopt, "Not known: no load asks for it."};
  }
  if (!of.succeeded.isSolved() || !of.mean.isSolved()) {
    return {std::nullopt, "Not known: " + trustOf(lessTrusted(of.succeeded, of.mean)) + "."};
  }
  const bool isCount = objective.metric == Metric::SuccessRatio || objective.metric == Metric::Throughput;
  const analytic::Figure& trust = isCount ? of.succeeded : figureOf(objective.metric, of);
  if (!trust.isSolved()) {
    return {std::nullopt, "Not known: " + trustOf(trust) + "."};
  }
  const std::string basis = "By formulas: " + formulaOf(objective.metric) + "; " + trustOf(trust) + ".";
  switch (objective.metric) {
    case Metric::SuccessRatio:
      return {of.success.value, basis};
    case Metric::Throughput:
      return {of.succeeded.value, basis};
    default:
      return {of.succeeded.value > 0 ? std::optional(trust.value * 1e3) : std::nullopt, basis};
  }
}

std::string basisOfCost(const cost::Estimate* estimate) {
  return estimate == nullptr
             ? std::string("There is no estimate: the design has errors, or it is being priced.")
             : "Price book " + estimate->priceBook + ": a month of 730 hours at the mean load.";
}

std::optional<double> measured(const Objective& objective, const sim::RunResult* run,
                               const cost::Estimate* estimate) {
  if (objective.metric == Metric::CostMonth) {
    return estimate != nullptr ? std::optional(estimate->total.toDouble()) : std::nullopt;
  }
  if (run == nullptr) {
    return {};
  }
  const std::optional<MeasuredRequests> requests = requestsOf(*run, objective.requestClass);
  return requests ? measuredInRun(objective.metric, *run, *requests) : std::nullopt;
}

bool isLowerLimit(Metric metric) {
  return metric == Metric::SuccessRatio || metric == Metric::Throughput;
}

std::string subjectOf(Metric metric) {
  switch (metric) {
    case Metric::LatencyMean:
      return "mean latency";
    case Metric::LatencyP50:
      return "p50 latency";
    case Metric::LatencyP95:
      return "p95 latency";
    case Metric::LatencyP99:
      return "p99 latency";
    case Metric::LatencyP999:
      return "p99.9 latency";
    case Metric::SuccessRatio:
      return "success ratio";
    case Metric::Throughput:
      return "throughput";
    case Metric::CostMonth:
      return "cost per month";
  }
  return "";
}

std::string textIn(Metric metric, double value, int digits) {
  switch (metric) {
    case Metric::SuccessRatio:
      return formatNumber(100 * value, digits) + " %";
    case Metric::Throughput:
      return formatShort(perSecond(value), digits);
    case Metric::CostMonth:
      return format(Money::micros(static_cast<std::int64_t>(value * 1e6)));
    default:
      return formatShort(Duration::milliseconds(value), digits);
  }
}

/// 499.6 ms do not read as a limit of 500.
std::string figureOf(const Objective& objective, double value) {
  constexpr int kMostDigits = 9;
  int digits = objective.metric == Metric::SuccessRatio ? 5 : 3;
  std::string text = textIn(objective.metric, value, digits);
  while (value != objective.limit && digits < kMostDigits &&
         text == textIn(objective.metric, objective.limit, digits)) {
    text = textIn(objective.metric, value, ++digits);
  }
  return text;
}

std::string limitTextOf(const Objective& objective) {
  switch (objective.metric) {
    case Metric::SuccessRatio:
      return formatNumber(objective.limit * 100.0, 6) + " %";
    case Metric::Throughput:
      return format(perSecond(objective.limit));
    case Metric::CostMonth:
      return format(Money::micros(static_cast<std::int64_t>(objective.limit * 1e6)));
    default:
      return format(Duration::milliseconds(objective.limit));
  }
}

std::string textOf(const Design& design, const Objective& objective) {
  std::string text = subjectOf(objective.metric);
  if (!objective.requestClass.isEmpty()) {
    text += " of " + nameOf(design.classes, objective.requestClass);
  }
  return text + (isLowerLimit(objective.metric) ? " >= " : " <= ") + limitTextOf(objective);
}

bool holds(const Objective& objective, double value) {
  return isLowerLimit(objective.metric) ? value >= objective.limit : value <= objective.limit;
}

/// In the objective's unit; of a window, or of a class in it.
template <class Figures>
double latencyIn(const Figures& of, Metric metric) {
  switch (metric) {
    case Metric::LatencyP50:
      return static_cast<double>(of.p50Ns) * 1e-6;
    case Metric::LatencyP95:
      return static_cast<double>(of.p95Ns) * 1e-6;
    case Metric::LatencyP99:
      return static_cast<double>(of.p99Ns) * 1e-6;
    case Metric::LatencyP999:
      return static_cast<double>(of.p999Ns) * 1e-6;
    default:
      return of.meanNs * 1e-6;
  }
}

/// Nothing if no request of it ended in the window as the metric asks.
std::optional<double> measuredInWindow(const Objective& objective, const sim::Window& window,
                                       const std::vector<std::size_t>& classes) {
  std::uint64_t succeeded = 0;
  std::uint64_t ended = 0;
  for (const std::size_t index : classes) {
    const sim::Sample::OfClass& of = window.classes[index];
    succeeded += of.succeeded;
    ended += std::accumulate(of.failed.begin(), of.failed.end(), of.succeeded);
  }
  switch (objective.metric) {
    case Metric::SuccessRatio:
      return ended == 0 ? std::nullopt
                        : std::optional(static_cast<double>(succeeded) / static_cast<double>(ended));
    case Metric::Throughput:
      return static_cast<double>(succeeded) /
             Duration::nanoseconds(window.endNs - window.startNs).inSeconds();
    default:
      break;
  }
  if (succeeded == 0) {
    return {};
  }
  return objective.requestClass.isEmpty() ? latencyIn(window, objective.metric)
                                          : latencyIn(window.classes[classes.front()], objective.metric);
}

/// The promise minute by minute (33).
void judgeWindows(Verdict& verdict, const Objective& objective, const sim::RunResult& run) {
  const std::optional<MeasuredRequests> requests = requestsOf(run, objective.requestClass);
  if (!requests || objective.metric == Metric::CostMonth) {
    return;
  }
  for (const sim::Window& window : run.windows) {
    if (const std::optional<double> value = measuredInWindow(objective, window, requests->classes)) {
      ++verdict.windows;
      verdict.windowsHeld += holds(objective, *value) ? 1u : 0u;
    }
  }
  if (verdict.windows > 0) {
    verdict.basis += " It held in " + std::to_string(verdict.windowsHeld) + " of " +
                     std::to_string(verdict.windows) + " minutes, of which one begins each 10 s.";
  }
}

/// Of a study, the figure that an objective is about.
std::string pathOf(const Objective& objective) {
  std::string path = objective.requestClass.isEmpty() ? "" : "classes/" + objective.requestClass.text() + "/";
  switch (objective.metric) {
    case Metric::LatencyMean:
      return path + "latency/mean_ms";
    case Metric::LatencyP50:
      return path + "latency/p50_ms";
    case Metric::LatencyP95:
      return path + "latency/p95_ms";
    case Metric::LatencyP99:
      return path + "latency/p99_ms";
    case Metric::LatencyP999:
      return path + "latency/p999_ms";
    case Metric::SuccessRatio:
      return path + "succeeded_ratio";
    case Metric::Throughput:
      return path + "succeeded_per_s";
    case Metric::CostMonth:
      break;
  }
  return {};
}

Judged meanOf(const Objective& objective, const experiment::Study& study) {
  const std::string path = pathOf(objective);
  const auto figure =
      std::find_if(study.figures.begin(), study.figures.end(),
                   [&](const experiment::EstimatedFigure& each) { return each.path == path; });
  if (figure == study.figures.end() || !std::isfinite(figure->estimate.mean)) {
    return {std::nullopt, "No request of it ended in the runs."};
  }
  const experiment::Estimate& of = figure->estimate;
  const bool isSettled =
      std::isfinite(of.halfWidth) && holds(objective, of.low()) == holds(objective, of.high());
  return {of.mean,
          "The mean over " + std::to_string(of.count) + " replications." +
              (isSettled ? "" : " Its 95 % interval has the limit within it: more of them would tell.")};
}

template <class Measure>
std::vector<Verdict> judged(const Design& design, const Measure& measure) {
  std::vector<Verdict> verdicts;
  for (const Objective& objective : design.objectives) {
    Judged against = measure(objective);
    Verdict verdict{objective.id, textOf(design, objective), against.value, false, std::move(against.basis)};
    if (verdict.measured) {
      verdict.isMet = holds(objective, *verdict.measured);
      verdict.figure = figureOf(objective, *verdict.measured);
    }
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

}  // namespace

std::vector<Verdict> judge(const Design& design, const sim::RunResult* run, const cost::Estimate* estimate) {
  std::vector<Verdict> verdicts = judged(design, [&](const Objective& objective) {
    const std::optional<double> value = measured(objective, run, estimate);
    return Judged{value, objective.metric == Metric::CostMonth ? basisOfCost(estimate)
                         : value          ? std::string("Measured in the run of this design.")
                         : run != nullptr ? std::string("No request of it ended in the run.")
                                          : std::string("Not measured yet: run the design.")};
  });
  if (run != nullptr) {
    std::size_t i = 0;
    for (const Objective& objective : design.objectives) {
      judgeWindows(verdicts[i++], objective, *run);
    }
  }
  return verdicts;
}

std::vector<Verdict> judge(const Design& design, const analytic::Solution& expected,
                           const cost::Estimate* estimate) {
  return judged(design, [&](const Objective& objective) {
    return objective.metric == Metric::CostMonth
               ? Judged{measured(objective, nullptr, estimate), basisOfCost(estimate)}
               : expectedOf(objective, expected);
  });
}

std::vector<Verdict> judge(const Design& design, const experiment::Study& study,
                           const cost::Estimate* estimate) {
  return judged(design, [&](const Objective& objective) {
    return objective.metric == Metric::CostMonth
               ? Judged{measured(objective, nullptr, estimate), basisOfCost(estimate)}
               : meanOf(objective, study);
  });
}

}  // namespace cantilever::advice
