#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>
#include <vector>

#include "core/sim/simulation.h"

namespace cantilever::sim::test {

/// A mean over independent replications with the half-width of its 99.9 % t-interval.
struct Estimate {
  double mean = 0;
  double halfWidth = 0;
};

/// Student's t, 0.9995 quantile, for the numbers of replications used here (Abramowitz & Stegun, table
/// 26.10).
double studentT(std::size_t replications);

class Replications {
 public:
  /// `count` runs (at least 6) of about `requests` requests each, seeds 1 .. count, after a warm-up of a
  /// fifth as many.
  Replications(const std::shared_ptr<const plan::Plan>& plan, double requests, std::uint64_t count = 10);

  const std::vector<RunResult>& results() const { return m_results; }

  Estimate estimate(const std::function<double(const RunResult&)>& value) const;

  /// The 99.9 % interval holds the exact value, and is narrow enough (relative half-width) to mean something.
  void expect(const char* what, double exact, double width,
              const std::function<double(const RunResult&)>& value) const;

 private:
  std::vector<RunResult> m_results;
};

inline constexpr std::int64_t kMs = 1'000'000;

/// Requests of the only class that failed for a reason.
std::uint64_t failures(const RunResult& result, plan::Reason reason);

// What to look at.
std::function<double(const RunResult&)> meanWait(std::size_t pool = 0);
std::function<double(const RunResult&)> waitQuantile(double q, std::size_t pool = 0);
/// Share of the requests that waited at all.
std::function<double(const RunResult&)> waitShare(std::size_t pool = 0);
std::function<double(const RunResult&)> utilisation(std::size_t pool = 0);
/// Time average of requests waiting and in service.
std::function<double(const RunResult&)> meanNumber(std::size_t pool = 0);
std::function<double(const RunResult&)> meanLatency();
std::function<double(const RunResult&)> latencyQuantile(double q);
std::function<double(const RunResult&)> failedShare(plan::Reason reason);

}  // namespace cantilever::sim::test
