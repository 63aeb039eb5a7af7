#include "core/experiment/warm_up.h"

#include <cmath>
#include <limits>
#include <utility>

namespace cantilever::experiment {

std::optional<std::size_t> mserTruncation(std::span<const double> values) {
  constexpr std::size_t kFewest = 10;
  const std::size_t n = values.size();
  if (n < kFewest) {
    return std::nullopt;
  }
  // From the back, so that each d costs one step (Welford's updating formulas).
  double mean = 0;
  double squares = 0;
  double least = std::numeric_limits<double>::infinity();
  std::size_t best = n;
  for (std::size_t d = n; d-- > 0;) {
    const auto count = static_cast<double>(n - d);
    const double difference = values[d] - mean;
    mean += difference / count;
    squares += difference * (values[d] - mean);
    // The last few values differ little by chance; White leaves them out of the search.
    if (n - d >= 5 && squares / (count * count) <= least) {
      least = squares / (count * count);
      best = d;
    }
  }
  return best <= n / 2 ? std::optional(best) : std::nullopt;
}

Result<WarmUp> findWarmUp(std::shared_ptr<const plan::Plan> plan, const sim::RunConfig& config,
                          std::stop_token stop) {
  sim::RunConfig pilot = config;
  pilot.leadIn = config.leadIn + config.warmup + config.duration;
  pilot.warmup = Duration();
  pilot.duration = Duration::nanoseconds(1);
  pilot.traced = 0;
  const Result<sim::RunResult> run = sim::simulate(std::move(plan), pilot, std::move(stop));
  if (!run) {
    return run.error();
  }
  const sim::BatchMeans& batches = run->batches;
  const std::optional<std::size_t> left = mserTruncation(batches.meanNs);
  if (!left) {
    return WarmUp{Duration::nanoseconds(run->endNs / 2), false};
  }
  return WarmUp{Duration::nanoseconds(*left == 0 ? 0 : batches.endNs[*left - 1]), true};
}

}  // namespace cantilever::experiment
