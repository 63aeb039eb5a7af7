// Blocks whose calls find out for themselves who is up (Traits::linkDefaults), and flags that their readers
// fetch (rules 12 and 37).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/catalog/policies/link_policy.h"
#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using cantilever::test::design;
using cantilever::test::DesignBuilder;

plan::HealthChecks healthOf(const Design& of) {
  const compile::Compiled compiled = compile::compile(of, catalog::Catalog::builtIn());
  EXPECT_NE(compiled.plan, nullptr) << compiled.diagnostics.front().message;
  return compiled.plan == nullptr ? plan::HealthChecks() : compiled.plan->links[0].health;
}

RunResult played(const Design& of, const char* scenario, Duration duration) {
  const compile::Compiled compiled =
      compile::compile(of, catalog::Catalog::builtIn(), {.scenario = ScenarioId(scenario)});
  EXPECT_NE(compiled.plan, nullptr) << compiled.diagnostics.front().message;
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  return compiled.plan == nullptr ? RunResult() : *simulate(compiled.plan, config);
}

/// Users at a block of `type`, with four instances behind it of which one dies at 10 s.
DesignBuilder before(const char* type) {
  DesignBuilder builder = design("probing");
  builder.block("edge", type)
      .block("web", "pool")
      .param("instances", 4)
      .param("queue", "per_instance")
      .param("service", Law::constant(1_ms))
      .link("edge", "web")
      .balancing(Balancing::RoundRobin)
      .block("users", "source")
      .link("users", "edge")
      .workload("users", 400_rps)
      .deterministic()
      .scenario("death")
      .at(10_s, Change::KillInstances, "web", 1);
  return builder;
}

TEST(LinkDefaults, AreParametersOfLinks) {
  for (const catalog::BlockType& type : catalog::Catalog::builtIn().types()) {
    Block block;
    block.type = type.key;
    for (const auto& [key, value] : type.traits(block).linkDefaults) {
      const catalog::ParamSpec* spec = catalog::findSpec(catalog::linkParams(), key);
      ASSERT_NE(spec, nullptr) << type.key << ": " << key;
      EXPECT_TRUE(spec->check(value).ok()) << type.key << ": " << key;
    }
  }
}

TEST(LinkDefaults, GiveWayToWhatTheLinkSays) {
  const plan::HealthChecks usual = healthOf(before("l7_load_balancer"));
  EXPECT_EQ(usual.interval, 30_s);
  EXPECT_EQ(usual.timeout, 5_s);
  EXPECT_EQ(usual.downAfter, 2u);
  EXPECT_EQ(usual.upAfter, 1u);
  DesignBuilder own = before("l7_load_balancer");
  own.link("edge", "web").linkParam("health_interval", 1_s).linkParam("down_after", 5);
  const compile::Compiled compiled = compile::compile(own, catalog::Catalog::builtIn());
  ASSERT_NE(compiled.plan, nullptr);
  const auto at = std::find_if(compiled.plan->links.begin(), compiled.plan->links.end(),
                               [](const plan::Link& link) { return link.key == "edge-web-2"; });
  ASSERT_NE(at, compiled.plan->links.end());
  EXPECT_EQ(at->health.interval, 1_s);
  EXPECT_EQ(at->health.downAfter, 5u);
  EXPECT_EQ(at->health.timeout, 5_s) << "of which it says nothing";
}

/// A dead instance gets a quarter of 400 requests a second until its checks have failed: the last of n in a
/// row is sent between (n - 1) and n intervals after its death, and has failed after its timeout.
void expectRefusals(const DesignBuilder& of, const char* block, const char* interval, Duration every,
                    const char* threshold, double checks, Duration timeout) {
  DesignBuilder edge = of;
  Design design = edge;
  Block changed = *design.blocks.find(BlockId("edge"));
  changed.params[interval] = every;
  changed.params[threshold] = Count(3);
  design.blocks.put(changed);
  const RunResult run =
      played(design, "death", Duration::seconds(10 + 1.5 * checks * every.inSeconds() + 60));
  const auto refused =
      static_cast<double>(run.classes[0].failed[static_cast<std::size_t>(plan::Reason::ConnectionRefused)]);
  EXPECT_GE(refused, 100 * ((checks - 1) * every.inSeconds() + timeout.inSeconds()) - 20) << block;
  EXPECT_LE(refused, 100 * (checks * every.inSeconds() + timeout.inSeconds()) + 20) << block;
  EXPECT_NEAR(static_cast<double>(run.classes[0].failedTotal()), refused, 2) << block << ": and what it held";
}

TEST(HealthChecks, OfBalancersTakeTheirTime) {
  expectRefusals(before("l7_load_balancer"), "l7", "health_interval", 10_s, "unhealthy_threshold", 3, 5_s);
  expectRefusals(before("l4_load_balancer"), "l4", "health_interval", 10_s, "unhealthy_threshold", 3, 10_s);
  expectRefusals(before("global_traffic_manager"), "traffic manager", "health_interval", 10_s,
                 "failure_threshold", 3, 1_s);
}

// Answers are kept for 60 s: six checks more.
TEST(HealthChecks, OfNamesAreFollowedWhenAnswersHaveRunOut) {
  expectRefusals(before("dns"), "dns", "health_interval", 10_s, "failure_threshold", 9, 4_s);
  const RunResult blind =
      played(before("dns").block("edge", "dns").param("health_checks", 0), "death", 200_s);
  EXPECT_NEAR(
      static_cast<double>(blind.classes[0].failed[static_cast<std::size_t>(plan::Reason::ConnectionRefused)]),
      100 * 190, 40)
      << "nobody ever follows";
}

TEST(HealthChecks, MayBeTurnedOffAtTheLink) {
  Design design = before("l7_load_balancer");
  Link link = *design.links.find(LinkId("edge-web"));
  link.params["health_interval"] = Duration();
  design.links.put(link);
  EXPECT_EQ(played(design, "death", 60_s).classes[0].failedTotal(), 0u);
}

/// Servers ask a flag that is turned on at 60 s, and fetch it every 30 s.
DesignBuilder flagged(int servers) {
  return design("flagged")
      .block("web", "pool")
      .param("instances", servers)
      .param("queue", "per_instance")
      .param("service", Law::constant(1_ms))
      .block("new-way", "pool")
      .param("servers", 1000)
      .param("service", Law::constant(1_ms))
      .block("old-way", "pool")
      .param("servers", 1000)
      .param("service", Law::constant(1_ms))
      .block("switch", "feature_flags")
      .param("on", false)
      .param("poll", 30_s)
      .block("users", "source")
      .link("users", "web")
      .balancing(Balancing::RoundRobin)
      .link("web", "switch")
      .link("switch", "new-way")
      .link("switch", "old-way")
      .role(LinkRole::Standby)
      .workload("users", 400_rps)
      .deterministic();
}

Design turnedOnAt(DesignBuilder builder, Duration at) {
  Design design = builder;
  Scenario scenario;
  scenario.id = ScenarioId("on");
  Perturbation event;
  event.at = at;
  event.change = Change::SetFlag;
  event.value = 1;
  event.name = "switch";
  scenario.events.push_back(event);
  design.scenarios.put(scenario);
  return design;
}

std::uint64_t servedBy(const RunResult& run, const std::string& pool) {
  const auto at =
      std::find_if(run.pools.begin(), run.pools.end(), [&](const PoolResult& of) { return of.key == pool; });
  EXPECT_NE(at, run.pools.end());
  return at == run.pools.end() ? 0 : at->arrivals;
}

// Phases are uniform: of n servers the share that has seen it t later is t / 30 s, and the mean delay 15 s
// with a standard deviation of 30 s / sqrt(12 n).
TEST(Flags, ReachEachReaderWhenItNextFetches) {
  constexpr int kServers = 400;
  const RunResult run = played(turnedOnAt(flagged(kServers), 60_s), "on", 120_s);
  const double seconds = static_cast<double>(servedBy(run, "new-way")) / 400;
  EXPECT_NEAR(seconds, 60 - 15, 4 * 30 / std::sqrt(12.0 * kServers));
  EXPECT_NEAR(static_cast<double>(servedBy(run, "new-way") + servedBy(run, "old-way")),
              static_cast<double>(run.classes[0].offered), 1)
      << "but for one that is under way";
  const RunResult early = played(turnedOnAt(flagged(kServers), 60_s), "on", 75_s);
  EXPECT_NEAR(static_cast<double>(servedBy(early, "new-way")) / 400, 15 * 0.25, 1)
      << "half the time, half of them";
}

/// One that starts fetches at once; one that is not polled is seen at once.
TEST(Flags, AreFetchedByWhoComesUp) {
  DesignBuilder one = flagged(1);
  Design design = turnedOnAt(one, 60_s);
  Scenario scenario = *design.scenarios.find(ScenarioId("on"));
  Perturbation death;
  death.target = BlockId("web");
  death.at = Duration::seconds(60.001);
  death.change = Change::KillInstances;
  Perturbation birth = death;
  birth.at = Duration::seconds(60.002);
  birth.change = Change::RestoreInstances;
  scenario.events.push_back(death);
  scenario.events.push_back(birth);
  design.scenarios.put(scenario);
  const RunResult run = played(design, "on", 120_s);
  EXPECT_NEAR(static_cast<double>(servedBy(run, "new-way")), 400 * 60, 5);
}

/// A link elsewhere that names the block asks the same flag.
TEST(Flags, OfABlockMayBeAskedByLinks) {
  DesignBuilder builder = flagged(4);
  builder.block("extra", "pool")
      .param("servers", 1000)
      .link("web", "extra")
      .linkParam("flag", std::string("switch"));
  const compile::Compiled compiled = compile::compile(turnedOnAt(builder, 60_s), catalog::Catalog::builtIn());
  ASSERT_NE(compiled.plan, nullptr) << compiled.diagnostics.front().message;
  ASSERT_EQ(compiled.plan->flags.size(), 1u);
  EXPECT_EQ(compiled.plan->flags[0].key, "switch");
  EXPECT_EQ(compiled.plan->flags[0].poll, 30_s);
  const RunResult run = played(turnedOnAt(builder, 60_s), "on", 120_s);
  EXPECT_NEAR(static_cast<double>(servedBy(run, "extra")), static_cast<double>(servedBy(run, "new-way")), 10)
      << "one after the other";
}

}  // namespace
}  // namespace cantilever::sim
