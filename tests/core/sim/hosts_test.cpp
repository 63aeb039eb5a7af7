// Instances that live on others (rule 41).
#include <gtest/gtest.h>

#include "core/catalog/residence.h"
#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/queueing_theory.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;

RunConfig hostConfig(Duration duration) {
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  return config;
}

/// Two nodes with room for three pods each; four pods, the first three on the first node.
struct Cluster {
  PlanBuilder builder;
  plan::Index nodes = plan::kNone;
  plan::Index pods = plan::kNone;

  explicit Cluster(std::uint32_t nodeRoom = 2) {
    plan::Pool node = unlimitedServers();
    node.instances = 2;
    node.maxInstances = nodeRoom;
    node.boot = Law::constant(4_s);
    nodes = builder.pool("nodes", node);
    plan::Pool pod = servers(1);
    pod.instances = 4;
    pod.maxInstances = 3 * nodeRoom;
    pod.boot = Law::constant(1_s);
    pod.host = nodes;
    pod.perHost = 3;
    pods = builder.pool("pods", pod);
    const plan::Index serve =
        builder.program("serve", pods, [](ProgramWriter& p) { p.work(Law::constant(1_s)); });
    const plan::Index link = builder.link("to-pods", serve, roundRobin());
    builder.source(
        "users", 1_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  }
  std::uint32_t podsAt(const RunResult& run, std::int64_t ms) const {
    for (const Sample& sample : run.series) {
      if (sample.endNs >= ms * kMs) {
        return sample.pools[pods].instancesUp;
      }
    }
    return run.series.back().pools[pods].instancesUp;
  }
};

// The first node dies at 10 s with three pods. Two places are left at the other: two pods boot until 11 s,
// the last one waits until the node is back at 20 s, and boots until 21 s.
TEST(Hosts, TakeTheirGuestsWithThemAndGuestsComeBackWhereThereAreHosts) {
  Cluster cluster;
  cluster.builder.action(10_s, Change::KillInstances, cluster.nodes, 1)
      .action(20_s, Change::RestoreInstances, cluster.nodes, 1);
  const RunResult run = *simulate(cluster.builder.build(), hostConfig(30_s));
  EXPECT_EQ(cluster.podsAt(run, 9'000), 4u);
  EXPECT_EQ(cluster.podsAt(run, 10'500), 1u);
  EXPECT_EQ(cluster.podsAt(run, 12'000), 3u);
  EXPECT_EQ(cluster.podsAt(run, 20'500), 3u);
  EXPECT_EQ(cluster.podsAt(run, 22'000), 4u);
  EXPECT_DOUBLE_EQ(run.pools[cluster.pods].meanInstances, (4 * 10 + 1 + 3 * 10 + 4 * 9) / 30.0);
}

// Six places, eight pods wanted: two wait for the node that is ordered at 10 s and takes work at 14 s.
TEST(Hosts, AreWaitedFor) {
  Cluster cluster(3);
  cluster.builder.action(5_s, Change::SetInstances, cluster.pods, 8)
      .action(10_s, Change::SetInstances, cluster.nodes, 3);
  const RunResult run = *simulate(cluster.builder.build(), hostConfig(20_s));
  EXPECT_EQ(cluster.podsAt(run, 9'000), 6u);
  EXPECT_EQ(cluster.podsAt(run, 16'000), 8u);
}

TEST(Hosts, GoWhenTheirGuestsHaveGone) {
  Cluster cluster;
  cluster.builder.action(10_s, Change::SetInstances, cluster.nodes, 1);
  const RunResult run = *simulate(cluster.builder.build(), hostConfig(20_s));
  EXPECT_EQ(run.series.back().pools[cluster.nodes].instancesUp, 1u);
  EXPECT_EQ(run.series.back().pools[cluster.pods].instancesUp, 3u);  // as many as have places
  EXPECT_EQ(run.classes[0].failedTotal(), 0u);
}

/// A server whose requests work 5 ms there and then 10 ms at its own disk.
std::shared_ptr<const plan::Plan> serverWithDisk(const Law& service, const Law& disk, Rate rate) {
  const Design design = cantilever::test::design("disk")
                            .block("users", "source")
                            .block("db", "pool")
                            .param("instances", 2)
                            .param("queue", "per_instance")
                            .param("service", service)
                            .param("has_disk", true)
                            .param("disk_time", disk)
                            .link("users", "db")
                            .workload("users", rate);
  return compile::compile(design, catalog::Catalog::builtIn()).plan;
}

// Two servers, each with its disk, under half the load each: exponential tandems, M/M/1 twice (Jackson 1957):
// 1 / (1/5 ms - 40/s) + 1 / (1/10 ms - 40/s).
TEST(Disks, AreAResourceOfTheirInstance) {
  const auto plan = serverWithDisk(Law::exponential(5_ms), Law::exponential(10_ms), 80_rps);
  ASSERT_NE(plan, nullptr);
  const Replications runs(plan, 20'000);
  runs.expect("latency", 1.0 / (200 - 40) + 1.0 / (100 - 40), 0.05, meanLatency());
  runs.expect("disk", 0.4, 0.05, utilisation(1));
}

TEST(Disks, GoWithTheirInstance) {
  auto plan =
      std::make_shared<plan::Plan>(*serverWithDisk(Law::constant(1_ms), Law::constant(500_ms), 10_rps));
  plan->actions = {{Duration::seconds(2.25), Change::KillInstances, 0, 1},
                   {4_s, Change::RestoreInstances, 0, 1}};
  const RunResult run = *simulate(plan, hostConfig(6_s));
  EXPECT_DOUBLE_EQ(run.pools[0].meanInstances, (12 - 1.75) / 6);
  EXPECT_DOUBLE_EQ(run.pools[1].meanInstances, (12 - 1.75) / 6);
  EXPECT_GT(failures(run, plan::Reason::KilledInFlight), 0u);
}

TEST(Residence, IsABlockAndANumber) {
  EXPECT_EQ(catalog::parseResidence("nodes x 10")->perHost, 10u);
  EXPECT_EQ(catalog::parseResidence("nodes")->block, "nodes");
  EXPECT_EQ(catalog::parseResidence("")->block, "");
  for (const char* wrong : {"nodes x", "nodes x 0", "two words", "nodes by 3", "-nodes"}) {
    EXPECT_FALSE(catalog::parseResidence(wrong).ok()) << wrong;
  }
}

TEST(Residence, NeedsABlockWithInstances) {
  const auto codeOf = [](const std::string& host) {
    const Design design = cantilever::test::design("pods")
                              .block("users", "source")
                              .block("nodes", "pool")
                              .param("instances", 2)
                              .block("pods", "pool")
                              .param("instances", 5)
                              .param("lives_on", host)
                              .link("users", "pods")
                              .link("users", "nodes")
                              .workload("users", 1_rps);
    const compile::Compiled compiled = compile::compile(design, catalog::Catalog::builtIn());
    EXPECT_NE(compiled.plan, nullptr);
    return compiled.diagnostics.empty() ? std::string() : compiled.diagnostics[0].code;
  };
  EXPECT_EQ(codeOf("nodes x 3"), "");
  EXPECT_EQ(codeOf("nodes x 2"), "block.no_places");
  EXPECT_EQ(codeOf("nothing"), "block.no_host");
  EXPECT_EQ(codeOf("users"), "block.no_host");
}

}  // namespace
}  // namespace cantilever::sim
