#include "tests/core/catalog/mechanism_runs.h"

#include <gmock/gmock.h>

#include "core/cost/estimate.h"

/// What blocks do that operate others, seen in runs: alerts, rollouts, quotas of keys.
namespace cantilever::catalog::test_blocks {
namespace {

// --- Alerting ---

// All servers die at 10 s. The first whole period with failures is from 10 s to 20 s, the third ends at 40 s;
// 20 s and 30 s later they are back.
TEST(Alerting, HasWhatIsBrokenRestoredByHand) {
  DesignBuilder builder = design()
                              .block("users", "client_web")
                              .block("app", "app_server")
                              .block("subject", "alerting")
                              .param("rules", std::string("failed_ratio above 10 % over 10 s for 30 s"))
                              .param("acknowledged", 20_s)
                              .param("remedied", 30_s)
                              .link("users", "app")
                              .link("subject", "app")
                              .workload("users", 50_rps);
  builder.scenario("loss").at(10_s, Change::KillInstances, "app", 100);
  const sim::RunResult run = runOf(builder, 150_s, "loss");
  ASSERT_EQ(run.controls.size(), 1u);
  EXPECT_EQ(run.controls[0].fired, 1u);
  EXPECT_EQ(run.controls[0].firstNs, (40_s).ns());
  EXPECT_EQ(momentOf(run, sim::Happening::Kind::Restored), (90_s).ns());
  EXPECT_NEAR(shareOfFailures(run), 80.0 / 150, 0.01);
}

TEST(Alerting, SaysWhichRuleCannotBe) {
  const ParamSpec& rules = *findSpec(typeOf("alerting").params, "rules");
  EXPECT_TRUE(rules.check(std::string("latency_p99 above 1 s; failed_ratio above 1 %")).ok());
  EXPECT_FALSE(rules.check(std::string("at 10 min")).ok());
  EXPECT_FALSE(rules.check(std::string("latency_p99 above")).ok());
  const compile::Compiled compiled = compile::compile(
      design().block("subject", "alerting").param("rules", std::string("lag of nobody above 5")),
      Catalog::builtIn());
  ASSERT_TRUE(compiled.hasErrors());
  EXPECT_THAT(compiled.diagnostics.front().message, ::testing::HasSubstr("nobody"));
}

// --- Deployment controller ---

DesignBuilder released(Ratio errors) {
  return design()
      .block("users", "client_web")
      .block("app", "app_server")
      .param("instances", 10)
      .param("boot_time", Law::constant(1_s))
      .param("next_errors", errors)
      .block("subject", "deployment_controller")
      .param("begins", 10_s)
      .param("steps", std::string("10 %, 100 %"))
      .param("bake", 30_s)
      .param("rollback_when", std::string("failed_ratio above 4 % over 10 s"))
      .link("users", "app")
      .balancing(Balancing::RoundRobin)
      .link("subject", "app")
      .workload("users", 100_rps);
}

TEST(DeploymentController, BringsAGoodVersionEverywhere) {
  const sim::RunResult run = runOf(released(ratio(0)), 120_s);
  EXPECT_EQ(run.controls[0].fired, 1u);
  EXPECT_EQ(run.controls[1].fired, 0u);
  EXPECT_EQ(run.classes[0].failedTotal(), 0u);
  EXPECT_EQ(run.series.back().pools[0].instancesNext, 10u);
}

// One of ten instances fails every request: 10 % of all, of which the alarm learns within two periods.
// Without the canary's step ten times as many would have.
TEST(DeploymentController, TakesABadVersionBackAfterTheCanary) {
  const sim::RunResult run = runOf(released(ratio(1)), 120_s);
  EXPECT_EQ(run.controls[1].fired, 1u);
  EXPECT_EQ(run.series.back().pools[0].instancesNext, 0u);
  EXPECT_GT(run.classes[0].failedTotal(), 50u);
  EXPECT_LT(run.classes[0].failedTotal(), 250u);
}

// --- Key management ---

// 300 operations a second of which 100 are allowed, and the second that is in hand at first.
TEST(KeyManagement, RefusesWhatIsBeyondTheQuotaUnlessDataKeysAreAtHand) {
  const auto refusedWith = [](Ratio atHand) {
    const Design design =
        calling("key_management", 300_rps).param("quota", 100_rps).param("cached_share", atHand);
    return static_cast<double>(failedFor(runOf(design, 100_s), plan::Reason::RateLimited));
  };
  EXPECT_NEAR(refusedWith(ratio(0)), 100 * (300 - 100) - 100, 600);
  EXPECT_LT(refusedWith(ratio(0.8)), 50);
}

// 1,000 calls a second at servers in the region, a line of 600 bytes each: 1.577 TB a month for 0.5 USD a GB,
// and a twelfth of the calls is a trace, of which one in twenty is kept. Nothing is simulated of that.
TEST(Telemetry, OfAZoneIsPaidForByWhatItsServersAnswer) {
  const Design design = cantilever::test::design()
                            .zone("east", ZoneKind::Region)
                            .zone("west", ZoneKind::Region)
                            .block("users", "client_web")
                            .block("here", "microservice")
                            .in("east")
                            .block("there", "microservice")
                            .in("west")
                            .block("cache", "redis_cluster")
                            .in("east")
                            .block("logs", "logging")
                            .in("east")
                            .param("covers", "zone")
                            .block("traces", "tracing")
                            .in("east")
                            .param("covers", "zone")
                            .link("users", "here")
                            .link("users", "there")
                            .link("here", "cache")
                            .workload("users", 1000_rps);
  const compile::Compiled compiled = compile::compile(design, Catalog::builtIn());
  ASSERT_FALSE(compiled.hasErrors());
  const cost::Estimate bill = cost::estimate(design, Catalog::builtIn(), *compiled.plan, *compiled.visits,
                                             cost::PriceBook::builtIn());
  const auto amount = [&](const char* item, Usage::Kind kind) {
    double sum = 0;
    for (const cost::Line& line : bill.lines) {
      sum += line.usage.item == item && line.usage.kind == kind ? line.usage.amount : 0;
    }
    return sum;
  };
  EXPECT_NEAR(amount("logs", Usage::Kind::ProcessedGb), 1000 * 600e-9 * kSecondsPerMonth, 1);
  EXPECT_NEAR(amount("trace", Usage::Kind::Requests), 1000.0 / 12 * 0.05 * kSecondsPerMonth, 1000);
}

}  // namespace
}  // namespace cantilever::catalog::test_blocks
