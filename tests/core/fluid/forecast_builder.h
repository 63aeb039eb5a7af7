#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "core/fluid/forecast.h"
#include "tests/core/sim/plan_builder.h"

/// Plans by hand, forecast.
namespace cantilever::fluid::test {

using namespace cantilever::literals;
using plan::Index;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;

inline plan::RateCurve steps(std::vector<plan::RateCurve::Point> points) {
  plan::RateCurve curve;
  curve.points = std::move(points);
  return curve;
}
inline plan::RateCurve lines(std::vector<plan::RateCurve::Point> points) {
  plan::RateCurve curve = steps(std::move(points));
  curve.between = plan::RateCurve::Between::Lines;
  return curve;
}

/// One pool of `servers` that takes 1 s for each request, at 1 request per second times a curve.
struct OneQueue {
  explicit OneQueue(std::uint32_t servers) {
    pool.servers = servers;
    pool.queue = plan::QueueScope::Shared;
  }
  plan::Pool pool;
  plan::RateCurve curve;
  std::vector<plan::Scaler> scalers;
  std::vector<plan::Action> actions;
  plan::Link link;

  std::shared_ptr<const plan::Plan> build() const {
    PlanBuilder builder;
    const Index to = builder.station("q", pool, Law::constant(1_s), link);
    const Index source = builder.source("users", 1_rps, [&](ProgramWriter& p) { p.call(to); });
    builder.raw().sources[source].curve = curve;
    builder.raw().scalers = scalers;
    builder.raw().actions = actions;
    return builder.build();
  }
};

inline Forecast forecastOf(const plan::Plan& plan, double span, Options options = {}) {
  options.span = span;
  EXPECT_EQ(plan::faultIn(plan), "");
  Result<Forecast> result = forecast(plan, options);
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  return result ? *std::move(result) : Forecast{};
}

/// All samples of a forecast.
inline std::vector<Sample> samplesOf(const plan::Plan& plan, double span, Options options = {}) {
  std::vector<Sample> samples;
  options.onStep = [&samples](const Sample& sample) { samples.push_back(sample); };
  (void)forecastOf(plan, span, options);
  return samples;
}

/// Requests that came = those that ended + those that wait.
inline void expectConserved(const Forecast& forecast) {
  for (const ClassCourse& of : forecast.classes) {
    EXPECT_NEAR(of.offered, of.succeeded + of.failed + of.waitingAtEnd, 1e-6 * of.offered + 1e-6) << of.key;
  }
}

}  // namespace cantilever::fluid::test
