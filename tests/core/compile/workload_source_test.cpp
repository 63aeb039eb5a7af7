#include "core/compile/workload_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/catalog/policies/workload_policy.h"
#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"

namespace cantilever::compile {
namespace {

using namespace literals;
using ::testing::HasSubstr;

Workload workloadWith(const Params& params) {
  Workload workload;
  workload.id = WorkloadId("w");
  workload.peak = 50_rps;
  workload.arrivals = ArrivalProcess::Deterministic;
  workload.params = params;
  return workload;
}

TEST(WorkloadSource, IsOpenAndPlainUnlessToldOtherwise) {
  const WorkloadSource lowered = sourceOf(workloadWith({}));
  EXPECT_TRUE(lowered.fault.empty()) << lowered.fault;
  const plan::Source& source = lowered.source;
  EXPECT_EQ(source.key, "w");
  EXPECT_EQ(source.kind, plan::SourceKind::Open);
  EXPECT_EQ(source.arrivals, ArrivalProcess::Deterministic);
  EXPECT_EQ(source.rate, 50_rps);
  EXPECT_FALSE(source.spacing || source.bursts);
  EXPECT_EQ(source.batch.mean, 1);
  EXPECT_TRUE(source.curve.points.empty());
}

TEST(WorkloadSource, OfAnOpenWorkloadHasSpacingsBatchesBurstsAndACurve) {
  const plan::Source source =
      sourceOf(workloadWith({{"spacing", Law::erlang(1_s, 4)},
                             {"batch", Count(6)},
                             {"batch_sizes", Choice{"geometric"}},
                             {"burst_level", 3.0},
                             {"burst_share", ratio(0.25)},
                             {"burst_length", 2_s},
                             {"curve", std::string("steps 0 s: 20 %, 1 min: 100 %")}}))
          .source;
  EXPECT_EQ(source.spacing, Law::erlang(1_s, 4));
  EXPECT_EQ(source.batch.kind, CountLaw::Kind::Geometric);
  EXPECT_EQ(source.batch.mean, 6);
  ASSERT_TRUE(source.bursts);
  EXPECT_EQ(source.bursts->level, 3);
  EXPECT_EQ(source.bursts->share, 0.25);
  EXPECT_EQ(source.bursts->length, 2_s);
  ASSERT_EQ(source.curve.points.size(), 2u);
  EXPECT_EQ(source.curve.points[1].at, 1_min);
}

TEST(WorkloadSource, OfAClosedWorkloadHasUsersWhoThink) {
  const plan::Source source =
      sourceOf(
          workloadWith({{"kind", Choice{"closed"}}, {"users", Count(20)}, {"think", Law::constant(4_s)}}))
          .source;
  EXPECT_EQ(source.kind, plan::SourceKind::Closed);
  EXPECT_EQ(source.users, 20u);
  EXPECT_EQ(source.think, Law::constant(4_s));
}

TEST(WorkloadSource, OfATraceHasItsTimes) {
  const plan::Source source =
      sourceOf(workloadWith({{"kind", Choice{"trace"}}, {"times", std::string("5 ms, 7 ms, 7 ms")}})).source;
  EXPECT_EQ(source.kind, plan::SourceKind::Trace);
  EXPECT_EQ(source.times, (std::vector<Duration>{5_ms, 7_ms, 7_ms}));
}

TEST(WorkloadSource, SaysWhatCannotBe) {
  EXPECT_THAT(sourceOf(workloadWith({{"burst_level", 3.0}, {"burst_share", ratio(0.5)}})).fault,
              HasSubstr("150 % of its requests"));
  EXPECT_THAT(sourceOf(workloadWith({{"kind", Choice{"trace"}}})).fault, HasSubstr("without times"));
}

test::DesignBuilder oneQueue() {
  return test::design()
      .block("in", "source")
      .block("queue", "pool")
      .param("service", Law::constant(1_ms))
      .link("in", "queue")
      .workload("in", 100_rps);
}

TEST(WorkloadSource, ReachesTheEngineFromADesign) {
  const Compiled compiled = compile(oneQueue()
                                        .workloadParam("in-request", "kind", Choice{"closed"})
                                        .workloadParam("in-request", "users", 3)
                                        .workloadParam("in-request", "think", Law::constant(9_ms)),
                                    catalog::Catalog::builtIn());
  ASSERT_NE(compiled.plan, nullptr);
  sim::RunConfig config;
  config.warmup = Duration();
  config.duration = 95_ms;
  // Three arrive at 9 and are done at 10, 11 and 12; from then on each comes every 10 ms.
  EXPECT_EQ(sim::simulate(compiled.plan, config)->classes[0].offered, 27u);
}

TEST(WorkloadSource, ItsFaultsAreErrorsOfTheDesign) {
  const auto firstErrorOf = [](const Design& design) {
    const Compiled compiled = compile(design, catalog::Catalog::builtIn());
    EXPECT_EQ(compiled.plan, nullptr);
    return compiled.diagnostics.empty() ? Diagnostic() : compiled.diagnostics.front();
  };
  const Diagnostic bursts = firstErrorOf(oneQueue()
                                             .workloadParam("in-request", "burst_level", 3.0)
                                             .workloadParam("in-request", "burst_share", ratio(0.5)));
  EXPECT_EQ(bursts.code, "workload.impossible");
  EXPECT_THAT(bursts.message, HasSubstr("cannot be: its bursts"));
  const Diagnostic curve =
      firstErrorOf(oneQueue().workloadParam("in-request", "curve", std::string("up and down")));
  EXPECT_EQ(curve.code, "param.unreadable");
  EXPECT_THAT(curve.message, HasSubstr("is not a curve"));
  EXPECT_THAT(firstErrorOf(oneQueue().workloadParam("in-request", "times", std::string("2 s, 1 s"))).message,
              HasSubstr("in order"));
}

}  // namespace
}  // namespace cantilever::compile
