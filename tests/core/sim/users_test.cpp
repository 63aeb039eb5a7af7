#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"

/// How many users a run has room for, and what is said where there are more.
namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using cantilever::test::design;
using cantilever::test::DesignBuilder;
using ::testing::HasSubstr;

/// Users who think for an hour and ask nobody.
PlanBuilder closedBy(std::uint32_t users) {
  PlanBuilder builder;
  builder.source("users", 1_rps, [](ProgramWriter&) {});
  plan::Source& source = builder.raw().sources[0];
  source.kind = plan::SourceKind::Closed;
  source.users = users;
  source.think = Law::constant(1_h);
  return builder;
}

TEST(Users, OfAPlanHaveALimitThatIsSaid) {
  const auto wrong = Simulation::create(closedBy(4'000'001).build(), {});
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().message, HasSubstr("4,000,000"));
  EXPECT_TRUE(Simulation::create(closedBy(4'000).build(), {}).ok());
}

TEST(Users, ThatALoadFactorMakesHaveTheSameLimit) {
  RunConfig config;
  config.loadFactor = 1001;
  const auto wrong = Simulation::create(closedBy(4'000).build(), config);
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().message, HasSubstr("1000 times"));
  PlanBuilder scripted = closedBy(4'000);
  scripted.action(1_s, Change::LoadFactor, plan::kNone, 2000);
  EXPECT_FALSE(Simulation::create(scripted.build(), {}).ok());
}

// By hand it is cut to what is possible, and the log says so.
TEST(Users, ThatAHandAsksForAreCutToTheLimit) {
  Simulation simulation = *Simulation::create(closedBy(3'000'000).build(), {});
  plan::Action action;
  action.change = Change::LoadFactor;
  action.value = 10;
  EXPECT_DOUBLE_EQ(simulation.post(action).value, 4.0 / 3);
}

TEST(Users, OfADesignAreRemarkedOn) {
  const DesignBuilder drawn = design()
                                  .block("users", "source")
                                  .block("web", "pool")
                                  .link("users", "web")
                                  .workload("users", 10_rps)
                                  .workloadParam("users-request", "kind", "closed")
                                  .workloadParam("users-request", "users", 3'000'000);
  const auto codeOf = [](const Design& of) {
    const compile::Compiled compiled = compile::compile(of, catalog::Catalog::builtIn(), {ScenarioId("s")});
    return compiled.plan != nullptr ? std::string() : compiled.diagnostics.front().code;
  };
  EXPECT_EQ(codeOf(DesignBuilder(drawn).scenario("s").at(1_s, Change::LoadFactor, "", 1.3)), "");
  EXPECT_EQ(codeOf(DesignBuilder(drawn).scenario("s").at(1_s, Change::LoadFactor, "", 1.4)),
            "scenario.too_many_users");
  EXPECT_EQ(codeOf(DesignBuilder(drawn)
                       .scenario("s")
                       .block("more", "source")
                       .link("more", "web")
                       .workload("more", 10_rps)
                       .workloadParam("more-request", "kind", "closed")
                       .workloadParam("more-request", "users", 2'000'000)),
            "workload.too_many_users");
}

}  // namespace
}  // namespace cantilever::sim
