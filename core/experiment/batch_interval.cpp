#include "core/experiment/batch_interval.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace cantilever::experiment {

Estimate meanLatencyOf(const sim::RunResult& run) {
  constexpr std::ptrdiff_t kBatches = 20;
  const sim::BatchMeans& batches = run.batches;
  const auto first =
      std::upper_bound(batches.endNs.begin(), batches.endNs.end(), run.warmupNs) - batches.endNs.begin();
  const auto begin = batches.meanNs.begin() + first;
  const std::ptrdiff_t length = (batches.meanNs.end() - begin) / kBatches;
  Estimate estimate;
  if (length > 0) {
    std::vector<double> joined;
    for (std::ptrdiff_t i = 0; i < kBatches; ++i) {
      joined.push_back(std::accumulate(begin + i * length, begin + (i + 1) * length, 0.0) /
                       static_cast<double>(length));
    }
    estimate = estimateOf(joined);
  }
  estimate.mean = run.latency.meanNs();
  return estimate;
}

}  // namespace cantilever::experiment
