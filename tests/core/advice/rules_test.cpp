#include <gmock/gmock.h>

#include "tests/core/advice/review.h"

namespace cantilever::test {
namespace {

using namespace literals;
using advice::Answer;
using advice::Status;
using testing::ElementsAre;
using testing::HasSubstr;

/// users -> balancer -> server, which looks up a cache and asks a database through a pooler.
DesignBuilder shop() {
  return design("shop")
      .block("users", "users")
      .block("lb", "balancer")
      .block("web", "server")
      .block("cache", "cache")
      .block("pool", "pooler")
      .block("db", "database")
      .link("users", "lb")
      .timeout(2_s)
      .link("lb", "web")
      .timeout(1_s)
      .link("web", "cache")
      .role(LinkRole::Lookup)
      .timeout(100_ms)
      .link("web", "pool")
      .role(LinkRole::OnMiss)
      .timeout(500_ms)
      .link("pool", "db")
      .timeout(400_ms)
      .workload("users", 1000_rps);
}

// --- PRE-01: load balancing ---

TEST(Pre01, PassesWhenABalancerSpreadsTheLoadEvenly) {
  EXPECT_EQ(Review(shop()).busyEach("web", {0.5, 0.52, 0.49, 0.51}).status("PRE-01"), Status::Pass);
}

TEST(Pre01, FailsWhenUsersCallServersDirectly) {
  const Design direct =
      design().block("users", "users").block("web", "server").link("users", "web").workload("users", 10_rps);
  const Answer answer = Review(direct).answer("PRE-01");
  EXPECT_EQ(answer.status, Status::Fail);
  EXPECT_THAT(answer.evidence, HasSubstr("users calls the 4 instances of web"));
  EXPECT_THAT(answer.blocks, ElementsAre(BlockId("web")));
}

TEST(Pre01, ServicesMayBalanceByThemselvesWhereTheDesignSaysHow) {
  const auto calling = [](Balancing balancing) {
    return Review(shop().block("orders", "server").link("web", "orders").balancing(balancing))
        .busyEach("web", {0.5, 0.52, 0.49, 0.51})
        .status("PRE-01");
  };
  EXPECT_EQ(calling(Balancing::LeastConnections), Status::Pass);
  EXPECT_EQ(calling(Balancing::RoundRobin), Status::Pass);
  EXPECT_EQ(calling(Balancing::Random), Status::Fail) << "nobody has thought of it";
  EXPECT_EQ(calling(Balancing::Sticky), Status::Fail);
}

TEST(Pre01, FailsWhenOneInstanceIsPreferred) {
  EXPECT_EQ(Review(shop()).busyEach("web", {0.9, 0.2, 0.2, 0.2}).status("PRE-01"), Status::Fail);
}

TEST(Pre01, DoesNotCountRoomForScalingAsIdleInstances) {
  EXPECT_EQ(Review(shop()).busyEach("web", {0.5, 0.52, 0.49, 0.51}, 4).status("PRE-01"), Status::Pass);
}

TEST(Pre01, IsUnknownWithoutARun) {
  EXPECT_EQ(Review(shop()).status("PRE-01"), Status::Unknown);
}

TEST(Pre01, DoesNotJudgeTheSpreadOfARunInWhichInstancesDied) {
  Review review{shop()};
  review.busyEach("web", {0.9, 0.2, 0.2, 0.2}).run().actionLog.push_back({1_s, Change::KillInstances, 0, 1});
  EXPECT_EQ(review.status("PRE-01"), Status::Pass);
}

TEST(Pre01, DoesNotConcernWorkersThatAreOnlySentTo) {
  const Design jobs = design()
                          .block("users", "users")
                          .block("q", "queue")
                          .block("w", "server")
                          .link("users", "q")
                          .link("q", "w")
                          .sends();
  EXPECT_EQ(Review(jobs).status("PRE-01"), Status::NotApplicable);
}

// --- PRE-02: auto-scaling ---

TEST(Pre02, PassesWhenEveryTierScales) {
  EXPECT_EQ(Review(design().block("web", "elastic_server")).status("PRE-02"), Status::Pass);
}

TEST(Pre02, FailsForAFixedTierAndSizesItByTheRun) {
  const Answer answer = Review(shop()).busy("web", 0.7).answer("PRE-02");
  EXPECT_EQ(answer.status, Status::Fail);
  EXPECT_THAT(answer.evidence, HasSubstr("full at 1.43 times"));
  // 4 instances x 0.7 x 1.5 / 0.7 = 6.
  EXPECT_THAT(answer.remedy, HasSubstr("web 6 instances"));
}

TEST(Pre02, IsNotApplicableWithoutComputeBlocks) {
  EXPECT_EQ(Review(design().block("db", "database")).status("PRE-02"), Status::NotApplicable);
}

// --- PRE-03: caching ---

TEST(Pre03, PassesWhenACacheAnswersMostReads) {
  const Answer answer = Review(shop()).answer("PRE-03");
  EXPECT_EQ(answer.status, Status::Pass);
  EXPECT_THAT(answer.evidence, HasSubstr("Caches answer 90 %"));
}

TEST(Pre03, WarnsWhenReadsGoStraightToTheDatabase) {
  const Design uncached = design()
                              .block("users", "users")
                              .block("web", "server")
                              .block("db", "database")
                              .link("users", "web")
                              .link("web", "db")
                              .workload("users", 1000_rps);
  EXPECT_EQ(Review(uncached).status("PRE-03"), Status::Warn);
}

TEST(Pre03, WarnsWhenTheCacheMissesTooOften) {
  EXPECT_EQ(Review(shop().block("cache", "poor_cache")).status("PRE-03"), Status::Warn);
}

TEST(Pre03, IsNotApplicableBelowFiftyReadsASecond) {
  const Design quiet = design()
                           .block("users", "users")
                           .block("web", "server")
                           .block("db", "database")
                           .link("users", "web")
                           .link("web", "db")
                           .workload("users", 49_rps);
  EXPECT_EQ(Review(quiet).status("PRE-03"), Status::NotApplicable);
}

TEST(Pre03, IsUnknownWhenTheDesignDoesNotCompile) {
  const Design broken = shop().block("odd", "no_such_type").link("odd", "db");
  EXPECT_EQ(Review(broken).status("PRE-03"), Status::Unknown);
}

// --- PRE-04: read replicas ---

DesignBuilder readMostly() {
  return design()
      .block("users", "users")
      .block("web", "server")
      .block("db", "database")
      .block("copies", "replicas")
      .link("users", "web")
      .link("web", "copies")
      .role(LinkRole::Read)
      .link("web", "db")
      .role(LinkRole::Write)
      .requestClass("write", Access::Write)
      .workload("users", 5000_rps, "read")
      .workload("users", 500_rps, "write");
}

TEST(Pre04, PassesWhenReplicasServeReadsWithRoomForALoss) {
  EXPECT_EQ(Review(readMostly()).busy("db", 0.5).busy("copies", 0.55).status("PRE-04"), Status::Pass);
}

TEST(Pre04, WarnsWhenTheLossOfAReplicaIsNotCarried) {
  // 3 replicas at 65 %: two would be 97.5 % busy.
  EXPECT_EQ(Review(readMostly()).busy("db", 0.5).busy("copies", 0.65).status("PRE-04"), Status::Warn);
}

TEST(Pre04, WarnsWhenThePrimaryIsTooBusy) {
  EXPECT_EQ(Review(readMostly()).busy("db", 0.61).busy("copies", 0.3).status("PRE-04"), Status::Warn);
}

TEST(Pre04, WarnsWhenThePrimaryServesAllReads) {
  const Design alone = design()
                           .block("users", "users")
                           .block("web", "server")
                           .block("db", "database")
                           .link("users", "web")
                           .link("web", "db")
                           .workload("users", 5000_rps);
  EXPECT_EQ(Review(alone).status("PRE-04"), Status::Warn);
}

TEST(Pre04, IsUnknownWithoutARun) {
  EXPECT_EQ(Review(readMostly()).status("PRE-04"), Status::Unknown);
}

TEST(Pre04, IsNotApplicableWhenDatabasesMostlyWrite) {
  EXPECT_EQ(Review(readMostly().workload("users", 5000_rps, "write")).status("PRE-04"),
            Status::NotApplicable);
}

// --- PRE-05: connection pooling ---

TEST(Pre05, PassesWhenAPoolerKeepsNobodyWaiting) {
  EXPECT_EQ(Review(shop()).waitingAt("pool", 9_ms, 0).status("PRE-05"), Status::Pass);
}

TEST(Pre05, FailsWhenTheWaitForAConnectionIsLong) {
  EXPECT_EQ(Review(shop()).waitingAt("pool", 11_ms, 0).status("PRE-05"), Status::Fail);
}

TEST(Pre05, FailsWhenThePoolerRefuses) {
  EXPECT_EQ(Review(shop()).waitingAt("pool", 1_ms, 1).status("PRE-05"), Status::Fail);
}

TEST(Pre05, FailsWhenServersConnectToTheDatabaseDirectly) {
  const Answer answer = Review(shop().link("web", "db")).answer("PRE-05");
  EXPECT_EQ(answer.status, Status::Fail);
  EXPECT_THAT(answer.blocks, ElementsAre(BlockId("web"), BlockId("db")));
}

DesignBuilder keepingConnections(int each) {
  return shop().link("web", "db").linkParam("connections", each);
}

TEST(Pre05, PassesWhenCallersKeepConnectionsThemselves) {
  Review review(keepingConnections(10));
  sim::TokensResult tokens;
  tokens.key = "web-db/connections";
  tokens.waiting.add(Duration(9_ms).ns());
  review.waitingAt("pool", 1_ms, 0).run().tokens = {tokens};
  EXPECT_EQ(review.status("PRE-05"), Status::Pass);
  review.run().tokens[0].abandoned = 1;
  EXPECT_EQ(review.status("PRE-05"), Status::Fail);
}

TEST(Pre05, FailsWhenCallersKeepMoreThanTheDatabaseTakes) {
  const auto statusWith = [](int each) {
    return Review(keepingConnections(each).block("db", "small_database"))
        .waitingAt("pool", 1_ms, 0)
        .status("PRE-05");
  };
  EXPECT_EQ(statusWith(10), Status::Pass);  // 40 of 50
  EXPECT_EQ(statusWith(11), Status::Fail);
}

TEST(Pre05, IsUnknownWithoutARun) {
  EXPECT_EQ(Review(shop()).status("PRE-05"), Status::Unknown);
}

// --- PRE-06: health checks ---

TEST(Pre06, PassesWhenEverythingIsChecked) {
  EXPECT_EQ(Review(shop()).status("PRE-06"), Status::Pass);
}

TEST(Pre06, FailsForABlockWithoutACheck) {
  const Answer answer = Review(shop().block("web", "unchecked_server")).answer("PRE-06");
  EXPECT_EQ(answer.status, Status::Fail);
  EXPECT_THAT(answer.blocks, ElementsAre(BlockId("web")));
}

TEST(Pre06, FailsWhenDetectionTakesMoreThanAMinute) {
  EXPECT_EQ(Review(shop().block("lb", "slow_plain_balancer")).status("PRE-06"), Status::Fail);
}

TEST(Pre06, ABalancerIsAsQuickAsTheChecksOfItsLinks) {
  const auto checkedEvery = [](Duration interval) {
    return Review(shop()
                      .block("gateway", "silent_balancer")
                      .link("users", "gateway")
                      .link("gateway", "web")
                      .linkParam("health_interval", interval))
        .status("PRE-06");
  };
  EXPECT_EQ(checkedEvery(10_s), Status::Pass);
  EXPECT_EQ(checkedEvery(30_s), Status::Fail) << "three checks have to fail";
  EXPECT_EQ(Review(shop().block("lb", "silent_balancer")).status("PRE-06"), Status::Pass)
      << "without checks the platform knows";
}

// --- PRE-07: monitoring ---

TEST(Pre07, PassesWhenMetricsCoverAllThatIsNotManaged) {
  EXPECT_EQ(Review(shop().block("m", "metrics").link("web", "m").sends()).status("PRE-07"), Status::Pass);
}

TEST(Pre07, FailsForAnUnconnectedServer) {
  const Answer answer = Review(shop().block("m", "metrics")).answer("PRE-07");
  EXPECT_EQ(answer.status, Status::Fail);
  EXPECT_THAT(answer.blocks, ElementsAre(BlockId("web")));
}

TEST(Pre07, FailsWithoutAMetricsBlock) {
  EXPECT_EQ(Review(shop()).status("PRE-07"), Status::Fail);
}

// --- PRE-08: logging ---

TEST(Pre08, PassesWhenComputeSendsLogs) {
  EXPECT_EQ(Review(shop().block("l", "logs").link("web", "l").sends()).status("PRE-08"), Status::Pass);
}

TEST(Pre08, PassesWhenACollectorCoversTheZone) {
  const DesignBuilder zones = shop().zone("east", ZoneKind::Region).zone("west", ZoneKind::Region);
  EXPECT_EQ(Review(DesignBuilder(zones).block("l", "agents")).status("PRE-08"), Status::Pass);
  EXPECT_EQ(Review(DesignBuilder(zones).block("l", "agents")).status("PRE-07"), Status::Pass);
  EXPECT_EQ(Review(DesignBuilder(zones).block("l", "agents").in("east")).status("PRE-08"), Status::Fail);
  EXPECT_EQ(Review(DesignBuilder(zones).block("l", "agents").in("east").block("web", "server").in("east"))
                .status("PRE-08"),
            Status::Pass);
}

TEST(Pre08, FailsForASilentServer) {
  EXPECT_EQ(Review(shop().block("l", "logs")).status("PRE-08"), Status::Fail);
}

TEST(Pre08, FailsWithoutALogBlock) {
  EXPECT_EQ(Review(shop()).status("PRE-08"), Status::Fail);
}

// --- PRE-09: error handling ---

TEST(Pre09, PassesWhenTimeoutsShrinkInward) {
  EXPECT_EQ(Review(shop()).status("PRE-09"), Status::Pass);
}

TEST(Pre09, FailsForACallWithoutATimeout) {
  const Answer answer = Review(shop().link("web", "db")).answer("PRE-09");
  EXPECT_EQ(answer.status, Status::Fail);
  EXPECT_THAT(answer.blocks, ElementsAre(BlockId("web")));
}

TEST(Pre09, FailsWhenAnInnerTimeoutIsLongerThanAnOuter) {
  const Answer answer = Review(shop().link("web", "db").timeout(3_s)).answer("PRE-09");
  EXPECT_EQ(answer.status, Status::Fail);
  EXPECT_THAT(answer.evidence, HasSubstr("callers wait for it: web"));
}

TEST(Pre09, WarnsWhenAQueueConsumerHasNoDeadLetters) {
  const Design jobs =
      shop().block("q", "queue").block("w", "server").link("web", "q").sends().link("q", "w").sends();
  EXPECT_EQ(Review(jobs).status("PRE-09"), Status::Warn);
}

TEST(Pre09, PassesWhenDeadLettersGoOn) {
  const Design jobs = shop()
                          .block("q", "queue")
                          .block("dead", "queue")
                          .block("w", "server")
                          .link("web", "q")
                          .sends()
                          .link("q", "w")
                          .sends()
                          .link("q", "dead")
                          .role(LinkRole::Fallback)
                          .sends();
  EXPECT_EQ(Review(jobs).status("PRE-09"), Status::Pass);
}

// --- PRE-10: circuit breakers ---

TEST(Pre10, FailsForADependencyThatSeveralClassesShare) {
  const Answer answer = Review(shop().workload("users", 10_rps, "other")).answer("PRE-10");
  EXPECT_EQ(answer.status, Status::Fail);
  EXPECT_THAT(answer.blocks, ElementsAre(BlockId("cache"), BlockId("pool")));
}

TEST(Pre10, IsNotApplicableWhenEachClassHasItsOwn) {
  EXPECT_EQ(Review(shop()).status("PRE-10"), Status::NotApplicable);
}

TEST(Pre10, PassesWhenTheCallsHaveBreakers) {
  Design guarded = shop().workload("users", 10_rps, "other");
  for (const char* id : {"web-cache", "web-pool"}) {
    Link link = *guarded.links.find(LinkId(id));
    link.params["breaker_window"] = Count(100);
    guarded.links.put(link);
  }
  EXPECT_EQ(Review(guarded).status("PRE-10"), Status::Pass);
  Link open = *guarded.links.find(LinkId("web-pool"));
  open.params.erase("breaker_window");
  guarded.links.put(open);
  EXPECT_THAT(Review(guarded).answer("PRE-10").blocks, ElementsAre(BlockId("pool")));
}

// --- PRE-11: retries ---

Design retrying(std::initializer_list<const char*> links, bool hasBudget = true) {
  Design made = shop();
  for (const char* id : links) {
    Link link = *made.links.find(LinkId(id));
    link.params["attempts"] = Count(2);
    link.params["retry_budget"] = hasBudget;
    made.links.put(link);
  }
  return made;
}

TEST(Pre11, PassesWhenOneLayerRetriesWithABudget) {
  EXPECT_EQ(Review(retrying({"users-lb"})).status("PRE-11"), Status::Pass);
}

TEST(Pre11, FailsWithoutABudget) {
  const Answer answer = Review(retrying({"lb-web"}, false)).answer("PRE-11");
  EXPECT_EQ(answer.status, Status::Fail);
  EXPECT_THAT(answer.evidence, HasSubstr("no budget"));
  EXPECT_THAT(answer.blocks, ElementsAre(BlockId("lb")));
}

TEST(Pre11, FailsForRetriesOfRetries) {
  const Answer answer = Review(retrying({"users-lb", "lb-web"})).answer("PRE-11");
  EXPECT_EQ(answer.status, Status::Fail);
  EXPECT_THAT(answer.evidence, HasSubstr("Retries of retries: lb"));
}

TEST(Pre11, FailsWhenCallsAreNotRetriedAndSaysWhatFailed) {
  Review review{shop()};
  sim::ClassResult requests;
  requests.offered = 1000;
  requests.failed[static_cast<std::size_t>(plan::Reason::TimedOut)] = 20;
  review.run().classes = {requests};
  const Answer answer = review.answer("PRE-11");
  EXPECT_EQ(answer.status, Status::Fail);
  EXPECT_THAT(answer.evidence, HasSubstr("2 % of the requests failed"));
}

TEST(Pre11, IsNotApplicableWhenBlocksDoNotCallEachOther) {
  const Design single = design().block("users", "users").block("web", "server").link("users", "web");
  EXPECT_EQ(Review(single).status("PRE-11"), Status::NotApplicable);
}

// --- PRE-12: rate limiting ---

TEST(Pre12, PassesWhenTheEntryLimits) {
  const Design limited = design().block("users", "users").block("gate", "limiter").link("users", "gate");
  EXPECT_EQ(Review(limited).status("PRE-12"), Status::Pass);
}

TEST(Pre12, PassesWhenAllBehindTheEntryLimits) {
  const Design limited = design()
                             .block("users", "users")
                             .block("edge", "edge")
                             .block("gate", "limiter")
                             .link("users", "edge")
                             .link("edge", "gate");
  EXPECT_EQ(Review(limited).status("PRE-12"), Status::Pass);
}

TEST(Pre12, PassesWhenAllBehindTheEdgeAndABalancerLimits) {
  const Design behind = design()
                            .block("users", "users")
                            .block("cdn", "edge")
                            .block("files", "database")
                            .block("lb", "balancer")
                            .block("api", "limiter")
                            .link("users", "cdn")
                            .link("cdn", "files")
                            .link("cdn", "lb")
                            .link("lb", "api")
                            .workload("users", 100_rps);
  EXPECT_EQ(Review(behind).status("PRE-12"), Status::Pass);
}

TEST(Pre12, FailsForAnOpenEntryAndDerivesALimitFromTheRun) {
  const Answer answer = Review(shop()).busy("web", 0.5).busy("db", 0.2).answer("PRE-12");
  EXPECT_EQ(answer.status, Status::Fail);
  // 1,000/s at 50 %: 2,000/s sustained, 85 % of it 1,700/s.
  EXPECT_THAT(answer.remedy, HasSubstr("1.7k/s, where web"));
}

// --- PRE-13: CDN ---

DesignBuilder files(const std::string& entryType) {
  return design()
      .block("users", "users")
      .block("front", entryType)
      .link("users", "front")
      .requestClass("file", Access::Read, true)
      .workload("users", 500_rps, "file")
      .workload("users", 500_rps, "page");
}

TEST(Pre13, PassesWhenTheEdgeAnswersFiles) {
  EXPECT_EQ(Review(files("edge")).status("PRE-13"), Status::Pass);
}

TEST(Pre13, WarnsWhenClientsFetchFilesFromTheOrigin) {
  EXPECT_EQ(Review(files("balancer")).status("PRE-13"), Status::Warn);
}

TEST(Pre13, WarnsWhenTheEdgeForgetsTooSoon) {
  EXPECT_EQ(Review(files("forgetful_edge")).status("PRE-13"), Status::Warn);
}

TEST(Pre13, IsNotApplicableWhenLittleIsCacheable) {
  EXPECT_EQ(Review(files("balancer").workload("users", 50_rps, "file")).status("PRE-13"),
            Status::NotApplicable);
}

// --- PRE-14: TLS ---

TEST(Pre14, PassesWhenEveryListenerSpeaksTls) {
  EXPECT_EQ(Review(shop()).status("PRE-14"), Status::Pass);
}

TEST(Pre14, FailsForAPlainListener) {
  EXPECT_EQ(Review(shop().block("lb", "slow_plain_balancer")).status("PRE-14"), Status::Fail);
}

// A firewall before it ends none: it is as safe as what is behind.
TEST(Pre14, LooksBehindWhatPassesConnectionsOn) {
  const auto guarded = [](const char* type) {
    return Review(design()
                      .block("users", "users")
                      .block("waf", "firewall")
                      .block("lb", type)
                      .link("users", "waf")
                      .link("waf", "lb"))
        .status("PRE-14");
  };
  EXPECT_EQ(guarded("balancer"), Status::Pass);
  EXPECT_EQ(guarded("slow_plain_balancer"), Status::Fail);
}

TEST(Pre14, FailsForAServerThatUsersCall) {
  EXPECT_EQ(
      Review(design().block("users", "users").block("web", "server").link("users", "web")).status("PRE-14"),
      Status::Fail);
}

TEST(Pre14, IsNotApplicableToATextbookModel) {
  EXPECT_EQ(
      Review(design().block("users", "users").block("mm1", "station").link("users", "mm1")).status("PRE-14"),
      Status::NotApplicable);
}

// --- PRE-15: backups ---

TEST(Pre15, PassesForReplicatedDataWithBackups) {
  EXPECT_EQ(Review(shop()).status("PRE-15"), Status::Pass);
}

TEST(Pre15, FailsWithoutBackups) {
  EXPECT_EQ(Review(shop().block("db", "bare_database")).status("PRE-15"), Status::Fail);
}

TEST(Pre15, PassesWhenABlockKeepsBackupsOfItsZone) {
  EXPECT_EQ(Review(shop().block("db", "bare_database").block("vault", "copier")).status("PRE-15"),
            Status::Pass);
}

TEST(Pre15, WarnsWhenThereIsOneCopyOnly) {
  EXPECT_EQ(Review(shop().block("db", "lone_database")).status("PRE-15"), Status::Warn);
}

TEST(Pre15, DoesNotConcernReplicasAndQueues) {
  EXPECT_EQ(Review(design().block("r", "replicas").block("q", "queue")).status("PRE-15"),
            Status::NotApplicable);
}

// --- PRE-16: disaster recovery ---

DesignBuilder twoRegions() {
  return design()
      .zone("east", ZoneKind::Region)
      .zone("east-1a", ZoneKind::AvailabilityZone, "east")
      .zone("west", ZoneKind::Region)
      .block("db", "database")
      .in("east-1a")
      .block("copies", "replicas")
      .in("west")
      .block("web", "server")
      .in("east")
      .block("spare", "server")
      .in("west")
      .objective("up", Metric::SuccessRatio, 0.9995);
}

TEST(Pre16, PassesWhenTwoRegionsHaveDataAndServers) {
  EXPECT_EQ(Review(twoRegions()).status("PRE-16"), Status::Pass);
}

TEST(Pre16, FailsWhenAHighPromiseRestsOnOneRegion) {
  const Answer answer = Review(twoRegions().block("copies", "replicas").in("east")).answer("PRE-16");
  EXPECT_EQ(answer.status, Status::Fail);
  EXPECT_THAT(answer.evidence, HasSubstr("99.95 %"));
}

TEST(Pre16, FailsWhenOnlyDataIsInTheSecondRegion) {
  EXPECT_EQ(Review(twoRegions().block("spare", "server").in("east")).status("PRE-16"), Status::Fail);
}

TEST(Pre16, PassesInOneRegionForAModestPromise) {
  const Design modest =
      twoRegions().block("copies", "replicas").in("east").objective("up", Metric::SuccessRatio, 0.99);
  EXPECT_EQ(Review(modest).status("PRE-16"), Status::Pass);
}

// 99.95 % leave 4.4 h a year, 99.99 % leave 53 min.
TEST(Pre16, PassesWhenCopiesElsewhereAreRestoredInTime) {
  const auto copied = [](double promised) {
    return Review(twoRegions()
                      .block("copies", "replicas")
                      .in("east")
                      .block("vault", "copier")
                      .objective("up", Metric::SuccessRatio, promised))
        .answer("PRE-16");
  };
  EXPECT_EQ(copied(0.9995).status, Status::Pass);
  EXPECT_EQ(copied(0.9999).status, Status::Fail);
  EXPECT_THAT(copied(0.9999).evidence, HasSubstr("2 h"));
}

TEST(Pre16, WarnsWhenNothingIsPromised) {
  EXPECT_EQ(Review(shop()).status("PRE-16"), Status::Warn);
}

}  // namespace
}  // namespace cantilever::test
