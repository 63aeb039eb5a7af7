// Meters (rule 40).
#include "core/sim/metering.h"

#include <gtest/gtest.h>

#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;

TEST(Metering, TakesWhatItHasInHandAndDropsTheRest) {
  MeterState meter(1000);  // one unit a second, one in hand
  meter.measure(600, 0);
  EXPECT_EQ(meter.dropped.total(), 0u);
  meter.measure(600, 0);  // 400 are left
  EXPECT_EQ(meter.dropped.total(), 200u);
  meter.measure(600, 500'000'000);  // 500 have come
  EXPECT_EQ(meter.dropped.total(), 300u);
  meter.measure(5000, 10'000'000'000);  // never more than 1000 in hand
  EXPECT_EQ(meter.dropped.total(), 4300u);
  EXPECT_EQ(meter.offered.total(), 6800u);
  EXPECT_EQ(meter.measures.total(), 4u);
}

// Ten requests a second of 2.5 units each are 25 a second, of which 10 are taken in.
TEST(Metering, CountsWhatRequestsUseUp) {
  PlanBuilder builder;
  const plan::Index all = builder.meter("all");
  const plan::Index some = builder.meter("some", 10);
  builder.source(
      "users", 10_rps, [&](ProgramWriter& p) { p.measure(all, 2.5).measure(some, 2.5); },
      ArrivalProcess::Deterministic);
  RunConfig config;
  config.warmup = 2_s;
  config.duration = 10_s;
  const RunResult run = *simulate(builder.build(), config);
  EXPECT_EQ(run.meters[0].measures, 101u);  // at 2.0, 2.1 ... 12.0 s
  EXPECT_DOUBLE_EQ(run.meters[0].offered, 252.5);
  EXPECT_DOUBLE_EQ(run.meters[0].dropped, 0);
  EXPECT_DOUBLE_EQ(run.meters[1].offered, 252.5);
  EXPECT_NEAR(run.meters[1].offered - run.meters[1].dropped, 101, 1.001);
  double sum = 0;
  for (const Sample& sample : run.series) {
    sum += sample.meters[0].offered;
  }
  EXPECT_DOUBLE_EQ(sum, 120 * 2.5);  // warm-up included
}

TEST(Metering, IsABlock) {
  const Design design = cantilever::test::design("telemetry")
                            .block("users", "source")
                            .block("web", "delay")
                            .param("delay", Law::constant(1_ms))
                            .block("lines", "meter")
                            .param("amount", 12.0)
                            .link("users", "web")
                            .link("web", "lines")
                            .workload("users", 100_rps);
  const compile::Compiled compiled = compile::compile(design, catalog::Catalog::builtIn());
  ASSERT_NE(compiled.plan, nullptr);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 10_s;
  const RunResult run = *simulate(compiled.plan, config);
  EXPECT_EQ(run.meters[0].key, "lines");
  EXPECT_GE(run.meters[0].measures, run.classes[0].succeeded);
  EXPECT_DOUBLE_EQ(run.meters[0].offered, 12.0 * static_cast<double>(run.meters[0].measures));
}

}  // namespace
}  // namespace cantilever::sim
