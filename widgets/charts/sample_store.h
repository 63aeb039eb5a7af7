#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/sim/result.h"

namespace cantilever::widgets {

/// What the charts need of one stretch of a run, all classes together.
struct ChartPoint {
  std::int64_t endNs = 0;
  std::int64_t lengthNs = 0;
  std::uint64_t succeeded = 0;
  std::array<std::uint64_t, plan::kReasonCount> failed{};
  /// The highest of the samples merged (percentiles cannot be averaged); 0: no success.
  std::int64_t p50Ns = 0, p95Ns = 0, p99Ns = 0;
  std::vector<float> utilisation;  ///< per pool, time average
};

/// A whole run in bounded memory: when there are more than kMaximumPoints, neighbours are merged and from
/// then on each point takes twice as many samples. Counts stay exact, the shape of the curves stays.
class SampleStore {
 public:
  static constexpr std::size_t kMaximumPoints = 600;

  void clear();
  void append(const sim::Sample& sample);
  const std::vector<ChartPoint>& points() const { return m_points; }
  int samplesPerPoint() const { return m_samplesPerPoint; }

 private:
  std::vector<ChartPoint> m_points;
  int m_samplesPerPoint = 1;
  int m_samplesInLast = 0;
};

}  // namespace cantilever::widgets
