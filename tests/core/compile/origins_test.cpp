#include <gtest/gtest.h>

#include "core/advice/promises.h"
#include "core/catalog/policies/workload_policy.h"
#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"

// Users in several places.
namespace cantilever::compile {
namespace {

using namespace cantilever::literals;
using test::design;
using test::DesignBuilder;

DesignBuilder twoRegions(const std::string& origins) {
  DesignBuilder builder = design();
  builder.zone("eu", ZoneKind::Region).zone("us", ZoneKind::Region);
  builder.block("users", "source").block("server", "pool").in("us").param("service", Law::constant(1_ms));
  builder.param("servers", 100).link("users", "server").workload("users", 1000_rps);
  builder.workloadParam("users-request", "origins", origins);
  return builder;
}
Compiled compiled(const DesignBuilder& builder) {
  return compile(builder.build(), catalog::Catalog::builtIn());
}

TEST(Origins, AreReadAndChecked) {
  const auto two = catalog::parseOrigins("eu 60 %, us 40 %");
  ASSERT_TRUE(two);
  EXPECT_EQ((*two)[0].zone, "eu");
  EXPECT_DOUBLE_EQ((*two)[1].share, 0.4);
  EXPECT_TRUE(catalog::parseOrigins("")->empty());
  for (const char* wrong :
       {"eu", "eu 60 %", "eu 60 %, us 50 %", "eu 60 %, eu 40 %", "eu -1, us 2", "eu a lot", "eu 100 %,"}) {
    EXPECT_FALSE(catalog::parseOrigins(wrong)) << wrong;
  }
}

TEST(Origins, MakeASourceOfEach) {
  const Compiled both = compiled(twoRegions("eu 60 %, us 40 %"));
  ASSERT_TRUE(both.plan);
  ASSERT_EQ(both.plan->sources.size(), 2u);
  EXPECT_EQ(both.plan->sources[0].key, "users-request@eu");
  EXPECT_DOUBLE_EQ(both.plan->sources[0].rate.raw(), 600);
  EXPECT_EQ(both.plan->zones[both.plan->programs[both.plan->sources[1].program].zone].key, "us");
}

// A forecast follows the mean of the workload, wherever its users are.
TEST(Origins, ShareTheLevelOfTheirWorkload) {
  Design mean = twoRegions("eu 60 %, us 40 %").build();
  Workload load = *mean.workloads.find(WorkloadId("users-request"));
  load.mean = 200_rps;
  mean.workloads.put(load);
  const Compiled both = compile(mean, catalog::Catalog::builtIn());
  ASSERT_TRUE(both.plan);
  EXPECT_EQ(advice::meanLevelsOf(mean, *both.plan), (std::vector<double>{0.2, 0.2}));
}

TEST(Origins, SetTheWayOfEachRequest) {
  const Compiled both = compiled(twoRegions("eu 60 %, us 40 %"));
  ASSERT_TRUE(both.plan);
  const double far = plan::wayBetween(*both.plan, 0, 1).inSeconds();
  const double near = plan::wayBetween(*both.plan, 1, 1).inSeconds();
  ASSERT_GT(far, 10 * near);
  sim::RunConfig config;
  config.duration = 20_s;
  const sim::RunResult run = *sim::simulate(both.plan, config);
  const double expected = 0.6 * 2 * far + 0.4 * 2 * near + 0.001;
  EXPECT_NEAR(run.latency.meanNs() * 1e-9, expected, 0.02 * expected);
}

TEST(Origins, CountUsersWhole) {
  DesignBuilder builder = twoRegions("eu 50 %, us 50 %");
  builder.workloadParam("users-request", "kind", "closed").workloadParam("users-request", "users", 7);
  const Compiled both = compiled(builder);
  ASSERT_TRUE(both.plan);
  EXPECT_EQ(both.plan->sources[0].users + both.plan->sources[1].users, 7u);
}

TEST(Origins, ShareTheSlotsOfSessions) {
  DesignBuilder builder = twoRegions("eu 75 %, us 25 %");
  builder.workloadParam("users-request", "kind", "sessions").workloadParam("users-request", "users", 100);
  builder.workloadParam("users-request", "holder", std::string("server"));
  builder.workloadParam("users-request", "slots", 200);
  const Compiled both = compiled(builder);
  ASSERT_TRUE(both.plan);
  EXPECT_EQ(both.plan->sources[0].slots, 150u);
  EXPECT_EQ(both.plan->sources[1].slots, 50u);
  EXPECT_EQ(both.plan->sources[0].users, 75u);
}

TEST(Origins, OfAnUnknownZoneOrATraceAreErrors) {
  EXPECT_FALSE(compiled(twoRegions("mars 100 %")).plan);
  DesignBuilder trace = twoRegions("eu 100 %");
  trace.workloadParam("users-request", "kind", "trace")
      .workloadParam("users-request", "times", std::string("1 ms"));
  EXPECT_FALSE(compiled(trace).plan);
}

}  // namespace
}  // namespace cantilever::compile
