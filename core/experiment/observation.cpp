#include "core/experiment/observation.h"

#include <cmath>
#include <cstddef>

namespace cantilever::experiment {

namespace {

constexpr double kMs = 1e-6;  // per nanosecond
constexpr double kSeconds = 1e-9;

double shareOf(std::uint64_t part, std::uint64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : std::nan("");
}

void addLatency(std::vector<Figure>& to, const std::string& path, const sim::Histogram& of) {
  const bool isEmpty = of.count() == 0;
  to.push_back({path + "/mean_ms", isEmpty ? std::nan("") : of.meanNs() * kMs});
  constexpr std::pair<const char*, double> kQuantiles[] = {
      {"/p50_ms", 0.5}, {"/p95_ms", 0.95}, {"/p99_ms", 0.99}, {"/p999_ms", 0.999}};
  for (const auto& [name, q] : kQuantiles) {
    to.push_back({path + name, isEmpty ? std::nan("") : static_cast<double>(of.quantileNs(q)) * kMs});
  }
}

/// Of windows of a minute the one with the highest 99th percentile (33).
double worstP99(const sim::RunResult& run) {
  double worst = std::nan("");
  for (const sim::Window& window : run.windows) {
    const double p99 = static_cast<double>(window.p99Ns) * kMs;
    worst = std::isnan(worst) || p99 > worst ? p99 : worst;
  }
  return worst;
}

std::vector<Figure> figuresOf(const sim::RunResult& run) {
  std::vector<Figure> figures;
  const double seconds = static_cast<double>(run.endNs - run.warmupNs) * kSeconds;
  std::uint64_t offered = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t unfinished = 0;
  for (const sim::ClassResult& of : run.classes) {
    offered += of.offered;
    succeeded += of.succeeded;
    unfinished += of.unfinished;
  }
  figures.push_back({"offered_per_s", static_cast<double>(offered) / seconds});
  figures.push_back({"succeeded_per_s", static_cast<double>(succeeded) / seconds});
  figures.push_back({"succeeded_ratio", shareOf(succeeded, offered - unfinished)});
  addLatency(figures, "latency", run.latency);
  figures.push_back({"worst_window/p99_ms", worstP99(run)});
  for (const sim::ClassResult& of : run.classes) {
    const std::string path = "classes/" + of.key;
    figures.push_back({path + "/succeeded_per_s", static_cast<double>(of.succeeded) / seconds});
    figures.push_back({path + "/succeeded_ratio", shareOf(of.succeeded, of.offered - of.unfinished)});
    figures.push_back({path + "/in_time_ratio", shareOf(of.inTime, of.offered - of.unfinished)});
    addLatency(figures, path + "/latency", of.latency);
  }
  for (const sim::PoolResult& of : run.pools) {
    const std::string path = "pools/" + of.key;
    figures.push_back({path + "/utilisation_ratio", of.servers == 0 ? std::nan("") : of.utilisation});
    figures.push_back({path + "/mean_queue", of.meanQueue});
    figures.push_back(
        {path + "/waiting/mean_ms", of.waiting.count() == 0 ? std::nan("") : of.waiting.meanNs() * kMs});
  }
  for (const sim::CacheResult& of : run.caches) {
    figures.push_back({"caches/" + of.key + "/hit_ratio", shareOf(of.hits, of.lookups)});
  }
  for (const sim::GroupResult& of : run.groups) {
    figures.push_back({"groups/" + of.key + "/mean_waiting", of.meanWaiting});
  }
  return figures;
}

/// Of the least-squares line through the points, per second; 0 for fewer than three points.
template <class Pick>
double slopeOf(const std::vector<sim::Sample>& series, std::size_t first, const Pick& pick) {
  const std::size_t n = series.size() - first;
  if (n < 3) {
    return 0;
  }
  double meanT = 0;
  double meanX = 0;
  for (std::size_t i = first; i < series.size(); ++i) {
    meanT += static_cast<double>(series[i].endNs) * kSeconds;
    meanX += static_cast<double>(pick(series[i]));
  }
  meanT /= static_cast<double>(n);
  meanX /= static_cast<double>(n);
  double products = 0;
  double squares = 0;
  for (std::size_t i = first; i < series.size(); ++i) {
    const double t = static_cast<double>(series[i].endNs) * kSeconds - meanT;
    products += t * (static_cast<double>(pick(series[i])) - meanX);
    squares += t * t;
  }
  return squares > 0 ? products / squares : 0;
}

void addSeries(Observation& to, const sim::RunResult& run) {
  for (const sim::Sample& sample : run.series) {
    std::uint64_t succeeded = 0;
    for (const sim::Sample::OfClass& of : sample.classes) {
      succeeded += of.succeeded;
    }
    to.endMs.push_back(static_cast<double>(sample.endNs) * kMs);
    to.succeededPerSecond.push_back(static_cast<double>(succeeded) /
                                    (static_cast<double>(sample.lengthNs) * kSeconds));
    to.p99Ms.push_back(succeeded == 0 ? std::nan("") : static_cast<double>(sample.p99Ns) * kMs);
    to.backlog.push_back(static_cast<double>(sample.backlog));
  }
}

}  // namespace

std::vector<double> workThatCame(const sim::RunResult& run) {
  std::vector<double> came;
  const auto isMeasured = [&](const sim::Sample& sample) { return sample.endNs > run.warmupNs; };
  const auto first = std::find_if(run.series.begin(), run.series.end(), isMeasured);
  for (std::size_t i = 0; i < run.pools.size(); ++i) {
    const double growth =
        first == run.series.end() ? 0.0 : run.series.back().pools[i].queue - first->pools[i].queue;
    const auto served = static_cast<double>(run.pools[i].served);
    came.push_back(run.pools[i].utilisation * (served > 0 ? 1 + growth / served : 1.0));
  }
  return came;
}

Observation observe(const sim::RunResult& run) {
  Observation seen;
  seen.figures = figuresOf(run);
  seen.censoring = censoringOf(run);
  seen.isComplete = run.isComplete;
  seen.stopReason = run.stopReason;
  seen.digest = run.digest;
  addSeries(seen, run);
  const std::int64_t half = run.warmupNs + (run.endNs - run.warmupNs) / 2;
  std::size_t first = 0;
  while (first < run.series.size() && run.series[first].endNs - run.series[first].lengthNs < half) {
    ++first;
  }
  seen.backlogSlope = slopeOf(run.series, first, [](const sim::Sample& s) { return s.backlog; });
  for (std::size_t i = 0; i < run.pools.size(); ++i) {
    seen.queueSlope.push_back(
        slopeOf(run.series, first, [i](const sim::Sample& s) { return s.pools[i].queue; }));
  }
  seen.came = workThatCame(run);
  return seen;
}

}  // namespace cantilever::experiment
