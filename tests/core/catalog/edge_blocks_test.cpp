#include "tests/core/catalog/block_outcome.h"

#include <gmock/gmock.h>

/// What a request meets in the client and edge blocks: the mechanism, not the label.
namespace cantilever::catalog::test_blocks {
namespace {

// Web users.

TEST(ClientWeb, AddsItsRoundTripToEveryRequest) {
  const Design far = design()
                         .block("users", "client_web")
                         .param("round_trip", Law::constant(70_ms))
                         .block("files", "object_storage")
                         .param("get_time", Law::constant(30_ms))
                         .link("users", "files")
                         .latency(5_ms)
                         .workload("users", 50_rps);
  EXPECT_NEAR(meanLatency(far), 70 + 2 * 5 + 30, 1e-6);
}

// CDN.

DesignBuilder edge() {
  return design()
      .requestClass("file", Access::Read, true)
      .requestClass("page", Access::Read, false)
      .block("users", "client_web")
      .block("subject", "cdn")
      .param("hit_ratio", ratio(0.9))
      .block("files", "object_storage")
      .block("app", "app_server")
      .link("users", "subject")
      .link("subject", "files")
      .onlyFor({"file"})
      .link("subject", "app")
      .onlyFor({"page"})
      .workload("users", 1000_rps, "file")
      .workload("users", 200_rps, "page");
}

TEST(Cdn, AnswersHitsOfCacheableClassesAndPassesTheRestOn) {
  const Outcome outcome(edge());
  EXPECT_NEAR(outcome.rate("subject-files"), 100, 1e-9);
  EXPECT_NEAR(outcome.rate("subject-app"), 200, 1e-9);
}

TEST(Cdn, TakesEdgeLatencyForAHitAndOverheadForAMiss) {
  const Design allHit = calling("cdn", 100_rps)
                            .param("hit_ratio", ratio(0.5))
                            .param("edge_latency", Law::constant(10_ms))
                            .param("miss_overhead", Law::constant(50_ms))
                            .requestClass("request", Access::Read, true);
  EXPECT_NEAR(meanLatency(allHit, 60_s), 30, 0.6);
}

TEST(Cdn, BillsTrafficAndRequestsOfTheMonth) {
  Block block;
  const Load load{1000_rps, 4000_rps, bytesPerSecond(1e6)};
  const std::vector<Usage> usage = Catalog::builtIn().find("cdn")->usage(block, load);
  ASSERT_EQ(usage.size(), 2u);
  EXPECT_DOUBLE_EQ(usage[0].amount, 1e6 * 730 * 3600 / 1e9);
  EXPECT_DOUBLE_EQ(usage[1].amount, 1000.0 * 730 * 3600);
}

// Load balancer.

TEST(LoadBalancer, WarnsWhenItWouldCallEveryTarget) {
  DesignBuilder two = calling("l7_load_balancer", 10_rps).block("a", "app_server").block("b", "app_server");
  EXPECT_TRUE(Outcome(two.link("subject", "a").link("subject", "b")).isRemarkedOn("balancer.calls_all"));
}

TEST(LoadBalancer, SharesByWeightOverRouteLinks) {
  const Outcome outcome(calling("l7_load_balancer", 100_rps)
                            .block("a", "app_server")
                            .block("b", "app_server")
                            .link("subject", "a")
                            .role(LinkRole::Route)
                            .weight(3)
                            .link("subject", "b")
                            .role(LinkRole::Route)
                            .weight(1));
  EXPECT_NEAR(outcome.rate("subject-a"), 75, 1e-9);
  EXPECT_NEAR(outcome.rate("subject-b"), 25, 1e-9);
  EXPECT_FALSE(outcome.isRemarkedOn("balancer.calls_all"));
}

TEST(LoadBalancer, BillsTheLargerOfConnectionsAndBytes) {
  const BlockType& type = *Catalog::builtIn().find("l7_load_balancer");
  Block block;
  // 1,000/s over 20 a connection: 50 connections/s, 2 units; 0.36 GB/h are 0.36 units.
  EXPECT_NEAR(type.usage(block, {1000_rps, 1000_rps, bytesPerSecond(1e5)})[1].amount, 2 * 730, 1e-6);
  // 36 GB/h are 36 units.
  EXPECT_NEAR(type.usage(block, {1000_rps, 1000_rps, bytesPerSecond(1e7)})[1].amount, 36 * 730, 1e-6);
}

TEST(LoadBalancer, NeedsIntervalTimesThresholdToFindADeadInstance) {
  const Design checked =
      calling("l7_load_balancer", 1_rps).param("health_interval", 10_s).param("unhealthy_threshold", 3);
  const Traits traits =
      Catalog::builtIn().find("l7_load_balancer")->traits(*checked.blocks.find(BlockId("subject")));
  EXPECT_EQ(traits.detectionTime, 30_s);
}

// Devices and load tests.

TEST(ClientDevice, OpensAConnectionForOneMessageInSoMany) {
  const Design fleet = design()
                           .block("fleet", "client_device")
                           .param("round_trip", Law::constant(10_ms))
                           .param("messages_per_connection", 4)
                           .param("connect_time", Law::constant(100_ms))
                           .block("files", "delay")
                           .param("delay", Law::constant(0_ms))
                           .link("fleet", "files")
                           .latency(0_ms)
                           .workload("fleet", 100_rps);
  EXPECT_NEAR(meanLatency(fleet, 100_s), 10 + 100.0 / 4, 1.5);
}

TEST(LoadGenerator, OpensAConnectionForEachRequestOnlyIfItKeepsNone) {
  const auto test = [](bool keeps) -> Design {
    return design()
        .block("test", "load_generator")
        .param("round_trip", Law::constant(1_ms))
        .param("connect_time", Law::constant(5_ms))
        .param("keeps_connections", keeps)
        .block("files", "delay")
        .param("delay", Law::constant(0_ms))
        .link("test", "files")
        .latency(0_ms)
        .workload("test", 10_rps);
  };
  EXPECT_NEAR(meanLatency(test(true)), 1, 1e-6);
  EXPECT_NEAR(meanLatency(test(false)), 6, 1e-6);
}

// What stands before balancers.

/// The subject before a block that answers at once.
DesignBuilder before(const char* type, Rate rate) {
  return calling(type, rate).block("behind", "delay").param("delay", Law::constant(0_ms));
}

TEST(Dns, LooksUpWhatResolversDoNotKnow) {
  const Design asked = before("dns", 100_rps)
                           .link("subject", "behind")
                           .latency(0_ms)
                           .block("subject", "dns")
                           .param("cached_share", ratio(0.75))
                           .param("lookup_time", Law::constant(20_ms));
  EXPECT_NEAR(meanLatency(asked, 100_s), 5, 0.3);
  const std::vector<Usage> usage = usageOf(asked, {100_rps, 100_rps, {}});
  EXPECT_NEAR(amountOf(usage, "dns-query-latency", Usage::Kind::Requests), 25.0 * 730 * 3600, 1e-3);
  EXPECT_NEAR(amountOf(usage, "dns-health-check", Usage::Kind::CapacityUnitHours), 2 * 730, 1e-9);
}

TEST(Dns, NeedsTheChecksAndTheLifeOfAnswersToLeadElsewhere) {
  EXPECT_EQ(typeOf("dns").traits(Block()).detectionTime, 150_s);
  Block simple;
  simple.params["policy"] = Choice{"simple"};
  EXPECT_FALSE(typeOf("dns").traits(simple).detectionTime);
}

TEST(TrafficManager, SharesRegionsByWeightAndBillsTheTraffic) {
  const Design world = before("global_traffic_manager", 100_rps)
                           .block("far", "delay")
                           .link("subject", "behind")
                           .role(LinkRole::Route)
                           .weight(4)
                           .link("subject", "far")
                           .role(LinkRole::Route)
                           .weight(1);
  EXPECT_NEAR(Outcome(world).rate("subject-far"), 20, 1e-9);
  const std::vector<Usage> usage = usageOf(world, {100_rps, 100_rps, bytesPerSecond(1e6)});
  EXPECT_NEAR(amountOf(usage, "global-accelerator", Usage::Kind::EgressGb), 2628, 1e-6);  // 1 MB/s for 730 h
}

TEST(L4LoadBalancer, BillsTheLargerOfConnectionsAndBytes) {
  const Design plain = before("l4_load_balancer", 1_rps).link("subject", "behind");
  // 32,000/s over 20 a connection: 1,600 flows/s, 2 units; 0.36 GB/h are 0.36.
  EXPECT_NEAR(amountOf(usageOf(plain, {32'000_rps, 32'000_rps, bytesPerSecond(1e5)}), "nlb-lcu",
                       Usage::Kind::CapacityUnitHours),
              2 * 730, 1e-6);
  EXPECT_NEAR(amountOf(usageOf(plain, {800_rps, 800_rps, bytesPerSecond(1e6)}), "nlb-lcu",
                       Usage::Kind::CapacityUnitHours),
              3.6 * 730, 1e-6);
}

TEST(Waf, RefusesAShareThatNobodyTriesAgain) {
  const Design guarded = before("waf", 100_rps)
                             .link("subject", "behind")
                             .block("subject", "waf")
                             .param("blocked_share", ratio(0.25));
  const Outcome outcome(guarded);
  EXPECT_NEAR(outcome.rate("subject-behind"), 75, 1e-9);
  const sim::RunResult run = outcome.run(100_s);
  const sim::ClassResult& all = run.classes.front();
  EXPECT_EQ(all.failed[static_cast<std::size_t>(plan::Reason::Refused)], all.failedTotal());
  EXPECT_NEAR(static_cast<double>(all.failedTotal()) / static_cast<double>(all.offered), 0.25, 0.02);
}

TEST(ReverseProxy, PaysForHandshakesOfNewConnections) {
  const Outcome outcome(before("reverse_proxy", 1000_rps).link("subject", "behind"));
  EXPECT_NEAR(outcome.work("subject"), 1000 * (60e-6 + 1e-3 / 20), 1e-9);
}

TEST(ReverseProxy, KeepsAnswersForAMomentIfAsked) {
  const DesignBuilder caching = before("reverse_proxy", 100_rps)
                                    .requestClass("request", Access::Read, true)
                                    .link("subject", "behind")
                                    .block("subject", "reverse_proxy")
                                    .param("hit_ratio", ratio(0.9));
  EXPECT_NEAR(Outcome(caching).rate("subject-behind"), 10, 1e-9);
}

TEST(ApiGateway, RefusesWhatIsBeyondTheRate) {
  const Design limited = before("api_gateway", 300_rps)
                             .link("subject", "behind")
                             .block("subject", "api_gateway")
                             .param("rate_limit", 100_rps)
                             .param("burst", 10)
                             .param("authentication", "none");
  const sim::RunResult run = Outcome(limited).run(20_s);
  EXPECT_NEAR(static_cast<double>(run.classes.front().succeeded) / 20, 100, 1);
}

TEST(ApiGateway, IsBilledByTheRequestOrByItsServers) {
  DesignBuilder managed = before("api_gateway", 1_rps);
  EXPECT_NEAR(amountOf(usageOf(managed, {100_rps, 100_rps, {}}), "api-http", Usage::Kind::Requests),
              100.0 * 730 * 3600, 1e-3);
  const Design own =
      managed.block("subject", "api_gateway").param("operated_by", "self").param("instances", 3);
  EXPECT_NEAR(amountOf(usageOf(own, {100_rps, 100_rps, {}}), "c7g.large", Usage::Kind::InstanceHours),
              3 * 730, 1e-9);
}

TEST(RateLimiter, LimitsEachKeyByItself) {
  // Two clients of 50/s each, 10/s for either.
  const auto limited = [](const char* scope) -> Design {
    return before("rate_limiter", 100_rps)
        .classParam("request", "keys", 2)
        .classParam("request", "key_exponent", 0.0)
        .link("subject", "behind")
        .latency(0_ms)
        .block("subject", "rate_limiter")
        .param("limit", 10)
        .param("burst", 1)
        .param("scope", scope);
  };
  EXPECT_NEAR(static_cast<double>(Outcome(limited("key")).run(60_s).classes.front().succeeded) / 60,
              2 * 10.0 * 50 / 60, 1);
  EXPECT_NEAR(static_cast<double>(Outcome(limited("all")).run(60_s).classes.front().succeeded) / 60,
              10.0 * 100 / 110, 0.5);
}

TEST(RateLimiter, CountsInASharedStoreAtEveryCheck) {
  const Outcome outcome(before("rate_limiter", 100_rps)
                            .block("counters", "redis_cluster")
                            .link("subject", "behind")
                            .link("subject", "counters")
                            .role(LinkRole::Write));
  EXPECT_NEAR(outcome.rate("subject-counters"), 100, 1e-9);
}

TEST(Authentication, HashesPasswordsAThousandTimesAsLongAsItVerifies) {
  const Design logins = design()
                            .block("users", "client_web")
                            .block("subject", "auth_provider")
                            .link("users", "subject")
                            .operation("login")
                            .workload("users", 10_rps);
  EXPECT_NEAR(Outcome(logins).work("subject"), 10 * 0.120, 1e-9);
  EXPECT_NEAR(Outcome(calling("auth_provider", 100_rps)).work("subject"), 100 * (0.01 * 0.120 + 0.99 * 1e-4),
              1e-9);
}

TEST(IspCache, SharesItsNetworkCardAmongTransfers) {
  // 1 MB at 100 MB/s, 50/s: rho 0.5, M/D/1 with processor sharing takes 10 ms / (1 - 0.5).
  const Design appliance = calling("isp_edge_cache", 50_rps)
                               .requestClass("request", Access::Read, true)
                               .param("appliances", 1)
                               .param("hit_ratio", ratio(0.999))
                               .param("segment", 1_MB)
                               .param("throughput", bytesPerSecond(1e8))
                               .param("serve_time", Law::constant(0_ms));
  EXPECT_NEAR(meanLatency(appliance, 200_s), 20, 1);
}

// Ways out.

TEST(NatGateway, RunsOutOfPortsToASlowPartner) {
  const Design slow = calling("nat_gateway", 20_rps)
                          .param("zones", 1)
                          .param("ports", 100)
                          .block("partner", "external_api")
                          .param("latency", Law::constant(10_s))
                          .param("error_share", ratio(0))
                          .link("subject", "partner")
                          .latency(0_ms);
  const sim::RunResult run = Outcome(slow).run(300_s);
  const sim::ClassResult& all = run.classes.front();
  // 100 ports, 10 s each, 20/s: 200 erlangs on 100 lines, B = 0.504 (Erlang 1917).
  EXPECT_NEAR(static_cast<double>(all.failed[static_cast<std::size_t>(plan::Reason::RateLimited)]) /
                  static_cast<double>(all.offered),
              0.504, 0.03);
}

TEST(ExternalApi, AnswersAsOftenAsItsQuotaSays) {
  const Design busy = calling("external_api", 20_rps)
                          .param("quota", 5_rps)
                          .param("quota_window", 2_s)
                          .param("error_share", ratio(0));
  const sim::RunResult run = Outcome(busy).run(60_s);
  EXPECT_NEAR(static_cast<double>(run.classes.front().succeeded) / 60, 5, 0.1);
}

}  // namespace
}  // namespace cantilever::catalog::test_blocks
