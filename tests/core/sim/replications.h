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
inline double studentT(std::size_t replications) {
  return replications >= 20 ? 3.883 : replications >= 10 ? 4.781 : 6.869;
}

class Replications {
 public:
  /// `count` runs (at least 6) of about `requests` requests each, seeds 1 .. count, after a warm-up of a
  /// fifth as many.
  Replications(const std::shared_ptr<const plan::Plan>& plan, double requests, std::uint64_t count = 10) {
    double rate = 0;
    for (const plan::Source& source : plan->sources) {
      rate += source.rate.raw();
    }
    RunConfig config;
    config.duration = Duration::seconds(requests / rate);
    config.warmup = Duration::seconds(requests / rate / 5);
    for (config.seed = 1; config.seed <= count; ++config.seed) {
      const Result<RunResult> result = simulate(plan, config);
      EXPECT_TRUE(result.ok()) << (result ? "" : result.error().message);
      if (result) {
        EXPECT_TRUE(result->isComplete) << result->stopReason;
        m_results.push_back(*result);
      }
    }
  }

  const std::vector<RunResult>& results() const { return m_results; }

  Estimate estimate(const std::function<double(const RunResult&)>& value) const {
    double sum = 0;
    double squares = 0;
    for (const RunResult& result : m_results) {
      const double x = value(result);
      sum += x;
      squares += x * x;
    }
    const auto n = static_cast<double>(m_results.size());
    const double mean = sum / n;
    const double variance = std::max(0.0, (squares - n * mean * mean) / (n - 1));
    return {mean, studentT(m_results.size()) * std::sqrt(variance / n)};
  }

  /// The 99.9 % interval holds the exact value, and is narrow enough (relative half-width) to mean something.
  void expect(const char* what, double exact, double width,
              const std::function<double(const RunResult&)>& value) const {
    const Estimate of = estimate(value);
    EXPECT_NEAR(of.mean, exact, of.halfWidth) << what;
    EXPECT_LE(of.halfWidth, width * std::abs(exact)) << what << " is too uncertain";
  }

 private:
  std::vector<RunResult> m_results;
};

inline constexpr std::int64_t kMs = 1'000'000;

/// Requests of the only class that failed for a reason.
inline std::uint64_t failures(const RunResult& result, plan::Reason reason) {
  return result.classes[0].failed[static_cast<std::size_t>(reason)];
}

// What to look at.
inline std::function<double(const RunResult&)> meanWait(std::size_t pool = 0) {
  return [pool](const RunResult& r) { return r.pools[pool].waiting.meanNs() * 1e-9; };
}
inline std::function<double(const RunResult&)> waitQuantile(double q, std::size_t pool = 0) {
  return [q, pool](const RunResult& r) {
    return static_cast<double>(r.pools[pool].waiting.quantileNs(q)) * 1e-9;
  };
}
/// Share of the requests that waited at all.
inline std::function<double(const RunResult&)> waitShare(std::size_t pool = 0) {
  return [pool](const RunResult& r) {
    const Histogram& waiting = r.pools[pool].waiting;
    return 1 - static_cast<double>(waiting.countUpTo(0)) / static_cast<double>(waiting.count());
  };
}
inline std::function<double(const RunResult&)> utilisation(std::size_t pool = 0) {
  return [pool](const RunResult& r) { return r.pools[pool].utilisation; };
}
/// Time average of requests waiting and in service.
inline std::function<double(const RunResult&)> meanNumber(std::size_t pool = 0) {
  return [pool](const RunResult& r) { return r.pools[pool].meanQueue + r.pools[pool].meanConcurrency; };
}
inline std::function<double(const RunResult&)> meanLatency() {
  return [](const RunResult& r) { return r.latency.meanNs() * 1e-9; };
}
inline std::function<double(const RunResult&)> latencyQuantile(double q) {
  return [q](const RunResult& r) { return static_cast<double>(r.latency.quantileNs(q)) * 1e-9; };
}
inline std::function<double(const RunResult&)> failedShare(plan::Reason reason) {
  return [reason](const RunResult& r) {
    return static_cast<double>(r.classes[0].failed[static_cast<std::size_t>(reason)]) /
           static_cast<double>(r.classes[0].offered);
  };
}

}  // namespace cantilever::sim::test
