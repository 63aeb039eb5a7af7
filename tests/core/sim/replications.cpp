#include "tests/core/sim/replications.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cantilever::sim::test {

double studentT(std::size_t replications) {
  return replications >= 20 ? 3.883 : replications >= 10 ? 4.781 : 6.869;
}

Replications::Replications(const std::shared_ptr<const plan::Plan>& plan, double requests,
                           std::uint64_t count) {
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

Estimate Replications::estimate(const std::function<double(const RunResult&)>& value) const {
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

void Replications::expect(const char* what, double exact, double width,
                          const std::function<double(const RunResult&)>& value) const {
  const Estimate of = estimate(value);
  EXPECT_NEAR(of.mean, exact, of.halfWidth) << what;
  EXPECT_LE(of.halfWidth, width * std::abs(exact)) << what << " is too uncertain";
}

std::uint64_t failures(const RunResult& result, plan::Reason reason) {
  return result.classes[0].failed[static_cast<std::size_t>(reason)];
}

std::function<double(const RunResult&)> meanWait(std::size_t pool) {
  return [pool](const RunResult& r) { return r.pools[pool].waiting.meanNs() * 1e-9; };
}

std::function<double(const RunResult&)> waitQuantile(double q, std::size_t pool) {
  return [q, pool](const RunResult& r) {
    return static_cast<double>(r.pools[pool].waiting.quantileNs(q)) * 1e-9;
  };
}

std::function<double(const RunResult&)> waitShare(std::size_t pool) {
  return [pool](const RunResult& r) {
    const Histogram& waiting = r.pools[pool].waiting;
    return 1 - static_cast<double>(waiting.countUpTo(0)) / static_cast<double>(waiting.count());
  };
}

std::function<double(const RunResult&)> utilisation(std::size_t pool) {
  return [pool](const RunResult& r) { return r.pools[pool].utilisation; };
}

std::function<double(const RunResult&)> meanNumber(std::size_t pool) {
  return [pool](const RunResult& r) { return r.pools[pool].meanQueue + r.pools[pool].meanConcurrency; };
}

std::function<double(const RunResult&)> meanLatency() {
  return [](const RunResult& r) { return r.latency.meanNs() * 1e-9; };
}

std::function<double(const RunResult&)> latencyQuantile(double q) {
  return [q](const RunResult& r) { return static_cast<double>(r.latency.quantileNs(q)) * 1e-9; };
}

std::function<double(const RunResult&)> failedShare(plan::Reason reason) {
  return [reason](const RunResult& r) {
    return static_cast<double>(r.classes[0].failed[static_cast<std::size_t>(reason)]) /
           static_cast<double>(r.classes[0].offered);
  };
}

}  // namespace cantilever::sim::test
