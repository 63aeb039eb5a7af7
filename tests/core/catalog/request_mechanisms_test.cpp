#include "tests/core/catalog/mechanism_runs.h"

#include "core/analytic/erlang.h"

/// What blocks that requests pass through do to them, seen in runs: registry, mesh, sessions, gateway.
namespace cantilever::catalog::test_blocks {
namespace {

/// A server behind the block that takes no time.
DesignBuilder passing(const char* type, Rate rate) {
  return design()
      .block("users", "client_web")
      .param("round_trip", Law::constant(0_ms))
      .block("behind", "delay")
      .param("delay", Law::constant(0_ms))
      .block("subject", type)
      .link("users", "subject")
      .latency(0_ms)
      .link("subject", "behind")
      .latency(0_ms)
      .workload("users", rate);
}

// A tenth of the calls finds its copy of the registry too old and asks a server, for 2 ms; t4g.small has 0.87
// of the speed of the core that times are stated for. All go on.
TEST(ServiceDiscovery, DelaysTheCallsWhoseCopyIsOld) {
  const Design design = passing("service_discovery", 500_rps)
                            .param("instances", 20)
                            .param("resolve_time", Law::constant(2_ms))
                            .param("cached_share", ratio(0.9));
  const sim::RunResult run = runOf(design, 60_s);
  EXPECT_NEAR(static_cast<double>(poolOf(run, "subject").arrivals) / 30'000, 0.1, 0.006);
  EXPECT_EQ(poolOf(run, "behind").arrivals, run.classes[0].offered);
  // 500/s x 0.1 x 2.3 ms in 40 cores: nobody waits, but for a collision now and then.
  EXPECT_NEAR(run.latency.meanNs() / 1e6, 0.1 * 2 / 0.87, 0.02);
}

// A call queues for a thread of the proxy (M/M/2: Erlang C, a = 1) and takes what two proxies add.
TEST(ServiceMesh, QueuesForTheThreadsOfItsProxies) {
  const Design design = passing("service_mesh", 1000_rps)
                            .param("proxies", 1)
                            .param("workers", 2)
                            .param("cpu_time", Law::exponential(1_ms))
                            .param("hop_time", Law::constant(2_ms));
  const double wait_ms = analytic::erlangC(1, 2) / (2 - 1);
  EXPECT_NEAR(runOf(design, 200_s).latency.meanNs() / 1e6, 2 + 1 + wait_ms, 0.05);
}

TEST(ServiceMesh, TriesAgainWhatFailsBehindIt) {
  const auto failedWith = [](std::int64_t attempts) {
    DesignBuilder builder = passing("service_mesh", 500_rps);
    builder.linkParam("attempts", Count(attempts));
    builder.scenario("errors").at(0_s, Change::FailCalls, "behind", 0.2);
    return shareOfFailures(runOf(builder, 60_s, "errors"));
  };
  EXPECT_NEAR(failedWith(1), 0.2, 0.01);
  EXPECT_NEAR(failedWith(3), 0.2 * 0.2 * 0.2, 0.002);
}

// Half of the requests write their session back: 11 us and half of 13 us of the one thread for each.
TEST(SessionStore, IsAsBusyAsSessionsAreReadAndWritten) {
  const Design design = calling("session_store", 20'000_rps)
                            .param("shards", 1)
                            .param("get_time", Law::constant(11_us))
                            .param("set_time", Law::constant(13_us))
                            .param("write_share", ratio(0.5));
  EXPECT_NEAR(poolOf(runOf(design, 20_s), "subject").utilisation, 20'000 * (11e-6 + 0.5 * 13e-6), 0.005);
}

// While its shard is dead the sessions in it are gone, and nobody else's.
TEST(SessionStore, LosesTheSessionsOfADeadShard) {
  DesignBuilder builder = calling("session_store", 1000_rps)
                              .param("shards", 4)
                              .param("replicas_per_shard", 0)
                              .classParam("request", "keys", 100'000)
                              .classParam("request", "key_exponent", 0.0);
  builder.scenario("loss").at(0_s, Change::KillInstances, "subject", 1);
  EXPECT_NEAR(shareOfFailures(runOf(builder, 20_s, "loss")), 0.25, 0.03);
}

// A token of a client that is not known is refused and not tried again; the rest goes on with the gateway's
// work.
TEST(ApiGateway, LimitsAuthenticatesAndRoutes) {
  const auto passedWith = [](Rate limit) {
    const Design design = passing("api_gateway", 300_rps)
                              .param("operated_by", "self")
                              .param("rate_limit", limit)
                              .param("burst", 1)
                              .param("authentication", "none");
    const sim::RunResult run = runOf(design, 60_s);
    EXPECT_EQ(failedFor(run, plan::Reason::RateLimited), run.classes[0].failedTotal());
    return static_cast<double>(poolOf(run, "behind").arrivals) / 60;
  };
  // A bucket of one token that refills at 100/s, Poisson calls at 300/s: a renewal of 1/100 s and a wait of
  // 1/300 s.
  EXPECT_NEAR(passedWith(100_rps), 1 / (1 / 100.0 + 1 / 300.0), 1.5);
  EXPECT_NEAR(passedWith(10'000_rps), 1 / (1 / 10'000.0 + 1 / 300.0), 7);
}

}  // namespace
}  // namespace cantilever::catalog::test_blocks
