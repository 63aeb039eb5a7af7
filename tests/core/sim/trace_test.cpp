#include "core/sim/trace.h"

#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <string>

#include "core/base/text.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using plan::Reason;

RunResult following(Duration duration, PlanBuilder& builder, std::uint32_t traced = 5000) {
  RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  config.traced = traced;
  const Result<RunResult> result = simulate(builder.build(), config);
  EXPECT_TRUE(result.ok()) << (result ? "" : result.error().message);
  return result ? *result : RunResult{};
}

std::string keyOf(const plan::Plan& plan, Doing doing, plan::Index element) {
  switch (elementOf(doing)) {
    case ElementKind::Link:
      return plan.links[element].key;
    case ElementKind::Pool:
      return plan.pools[element].key;
    case ElementKind::Program:
      return plan.programs[element].key;
    case ElementKind::Tokens:
      return plan.tokens[element].key;
    case ElementKind::Cache:
      return plan.caches[element].key;
    case ElementKind::Log:
      return plan.logs[element].key;
  }
  return "";
}

/// In milliseconds: "working at db 3, travelling at app-db 2", the largest first.
std::string pathOf(const plan::Plan& plan, const Trace& trace) {
  std::map<std::string, double> total;
  for (const PathShare& share : criticalPath(trace)) {
    total[std::string(nameOf(share.doing)) + " " + keyOf(plan, share.doing, share.element)] +=
        static_cast<double>(share.ns) * 1e-6;
  }
  std::string text;
  for (const auto& [what, ms] : total) {
    text += (text.empty() ? "" : ", ") + what + " " + formatNumber(ms);
  }
  return text;
}

/// Of one request that arrives at 100 ms.
std::string pathOfOne(PlanBuilder& builder, const ProgramWriter::Body& body) {
  builder.source("users", 10_rps, body, ArrivalProcess::Deterministic);
  const RunResult result = following(199_ms, builder);
  return result.traces.size() == 1 ? pathOf(builder.raw(), result.traces[0]) : "no trace";
}

TEST(Trace, TellsWhereTheTimeOfARequestWent) {
  PlanBuilder builder;
  const plan::Index db =
      builder.station("db", servers(1), Law::constant(3_ms), withLatency(Law::constant(1_ms)));
  EXPECT_EQ(pathOfOne(builder, [=](ProgramWriter& p) { p.wait(Law::constant(4_ms)).call(db); }),
            "delayed run-users 4, travelling to-db 2, working db 3");
}

TEST(Trace, SeparatesWaitingFromService) {
  PlanBuilder builder;
  const plan::Index at = builder.pool("app", withSeats(servers(1), 2));
  const plan::Index serve =
      builder.program("serve", at, [](ProgramWriter& p) { p.work(Law::constant(10_ms)); });
  const plan::Index app = builder.link("to-app", serve);
  builder.source(
      "users", 30_rps, [=](ProgramWriter& p) { p.call(app); }, ArrivalProcess::Deterministic);
  builder.raw().sources[0].batch = CountLaw::fixed(3);
  const RunResult result = following(140_ms, builder);
  ASSERT_EQ(result.traces.size(), 3u);
  EXPECT_EQ(pathOf(builder.raw(), result.traces[0]), "working app 10");
  EXPECT_EQ(pathOf(builder.raw(), result.traces[1]), "waiting_for_server app 10, working app 10");
  EXPECT_EQ(pathOf(builder.raw(), result.traces[2]),
            "waiting_for_seat app 10, waiting_for_server app 10, working app 10");
}

TEST(Trace, OfSeveralCallsAtOnceTheOneThatDecidedCounts) {
  PlanBuilder builder;
  const plan::Index slow = builder.station("slow", servers(1), Law::constant(9_ms));
  const plan::Index middle = builder.station("middle", servers(1), Law::constant(5_ms));
  const plan::Index fast = builder.station("fast", servers(1), Law::constant(2_ms));
  EXPECT_EQ(pathOfOne(builder,
                      [=](ProgramWriter& p) {
                        p.parallel({slow, fast, middle}, 2).call(fast);
                      }),
            "working fast 2, working middle 5");
}

TEST(Trace, AttemptsThatFailedAndTheirPausesAreOnTheWay) {
  PlanBuilder builder;
  plan::Link link = withTimeout(5_ms, withLatency(Law::constant(1_ms)));
  link.retries.attempts = 2;
  link.retries.base = 3_ms;
  link.retries.hasJitter = false;
  // The first attempt works too long; the second waits for it, and is given up, too.
  const plan::Index db = builder.station("db", servers(1), Law::constant(8_ms), link);
  const plan::Index spare = builder.station("spare", servers(1), Law::constant(1_ms));
  EXPECT_EQ(
      pathOfOne(builder, [=](ProgramWriter& p) { p.callElse(db, [=](ProgramWriter& q) { q.call(spare); }); }),
      "backing_off to-db 3, travelling to-db 2, working db 8, working spare 1");
}

TEST(Trace, AHedgeBeginsWhereTheFirstAttemptWasThen) {
  PlanBuilder builder;
  plan::Link link;
  link.hedge = 4_ms;
  plan::Pool pool = instances(2, servers(1));
  pool.speeds = {0.1, 1};
  link.balancing = Balancing::RoundRobin;
  const plan::Index db = builder.station("db", pool, Law::constant(3_ms), link);
  builder.source(
      "users", 10_rps, [=](ProgramWriter& p) { p.call(db); }, ArrivalProcess::Deterministic);
  const RunResult result = following(199_ms, builder);
  ASSERT_EQ(result.traces.size(), 1u);
  EXPECT_EQ(pathOf(builder.raw(), result.traces[0]), "working db 7");  // 4 at the slow one, 3 at the other
  ASSERT_EQ(result.traces[0].calls.size(), 3u);
  EXPECT_FALSE(result.traces[0].calls[1].isOver);
  EXPECT_TRUE(result.traces[0].calls[2].isHedge);
  EXPECT_EQ(result.traces[0].calls[2].instance, 1u);
}

TEST(Trace, AFanThroughAWindowIsAChainOfCalls) {
  PlanBuilder builder;
  plan::Fan fan;
  fan.window = 2;
  const plan::Index shard = builder.station("shard", servers(0), Law::constant(2_ms));
  EXPECT_EQ(pathOfOne(builder, [=](ProgramWriter& p) { p.draw(CountLaw::fixed(5)).fan(shard, fan); }),
            "working shard 6");
}

TEST(Trace, WaitsForTokensAndForOthersFetchesAreSeen) {
  PlanBuilder builder;
  plan::Tokens tokens;
  tokens.waits = true;
  const plan::Index lock = builder.tokens("lock", tokens);
  const plan::Index store = builder.station("store", servers(0), Law::constant(5_ms));
  builder.source(
      "users", 20_rps, [=](ProgramWriter& p) { p.take(lock).call(store); }, ArrivalProcess::Deterministic);
  builder.raw().sources[0].batch = CountLaw::fixed(2);
  const RunResult result = following(120_ms, builder);
  ASSERT_EQ(result.traces.size(), 2u);
  EXPECT_EQ(pathOf(builder.raw(), result.traces[1]), "waiting_for_tokens lock 5, working store 5");
}

/// A bit of everything.
void buildMixture(PlanBuilder& builder) {
  plan::Link careful = withTimeout(30_ms, withLatency(Law::exponential(1_ms)));
  careful.retries.attempts = 3;
  careful.retries.base = 2_ms;
  careful.hedge = 12_ms;
  const plan::Index db = builder.station("db", instances(3, servers(2)), Law::exponential(8_ms), careful);
  plan::Pool shop = withSeats(servers(2), 6);
  shop.queueLimit = 10;
  const plan::Index at = builder.pool("shop", shop);
  plan::Tokens tokens;
  tokens.size = 4;
  tokens.waits = true;
  const plan::Index limit = builder.tokens("limit", tokens);
  const plan::Index sell = builder.program("sell", at, [=](ProgramWriter& p) {
    p.work(Law::exponential(2_ms)).take(limit).parallel({db, db, db}, 2).give(limit).reply();
    p.work(Law::exponential(1_ms));
  });
  plan::Link toShop = withTimeout(80_ms, withLatency(Law::constant(2_ms)));
  toShop.cancels = true;
  const plan::Index buy = builder.link("to-shop", sell, toShop);
  plan::Fan fan;
  fan.window = 2;
  fan.needed = 3;
  builder.source("users", 150_rps, [=](ProgramWriter& p) {
    p.callElse(buy, [](ProgramWriter& q) { q.wait(Law::exponential(3_ms)); });
    p.draw(CountLaw::geometric(3)).fan(db, fan);
  });
  builder.action(2_s, Change::KillInstances, 0, 1).action(4_s, Change::RestoreInstances, 0, 1);
}

TEST(Trace, ThePathsOfAllRequestsAddUpToTheirLatencies) {
  PlanBuilder builder;
  buildMixture(builder);
  const RunResult result = following(8_s, builder);
  ASSERT_GE(result.traces.size(), 150u);
  for (const Trace& trace : result.traces) {
    std::int64_t sum = 0;
    for (const PathShare& share : criticalPath(trace)) {
      sum += share.ns;
    }
    ASSERT_EQ(sum, trace.durationNs()) << trace.number;
  }
  ASSERT_EQ(result.paths.size(), 1u);
  const PathResult& path = result.paths[0];
  EXPECT_EQ(path.requests, result.classes[0].succeeded);  // all were followed
  EXPECT_NEAR(static_cast<double>(path.totalNs) / static_cast<double>(path.requests),
              result.classes[0].latency.meanNs(), 1);
  std::int64_t sum = 0;
  for (const PathShare& share : path.shares) {
    sum += share.ns;
  }
  EXPECT_EQ(sum, path.totalNs);
  EXPECT_TRUE(std::is_sorted(path.shares.begin(), path.shares.end(),
                             [](const PathShare& a, const PathShare& b) { return a.ns > b.ns; }));
}

TEST(Trace, LookingOnChangesNothing) {
  PlanBuilder builder;
  buildMixture(builder);
  const std::string unseen = following(5_s, builder, 0).digest;
  EXPECT_EQ(following(5_s, builder, 10).digest, unseen);
  EXPECT_EQ(following(5_s, builder, 100'000).digest, unseen);
}

TEST(Trace, FollowsAboutAsManyAsAskedForSpreadOverTheRun) {
  PlanBuilder builder;
  const plan::Index db = builder.station("db", servers(1), Law::exponential(1_ms));
  builder.source("users", 500_rps, [=](ProgramWriter& p) { p.call(db); });
  const RunResult result = following(20_s, builder, 100);
  EXPECT_NEAR(static_cast<double>(result.paths.at(0).requests), 100, 5);
  EXPECT_EQ(result.traces.front().number % 100, 0u);
  EXPECT_GT(result.traces.back().calls[0].startNs, 19'000 * kMs);
  const RunResult none = following(1_s, builder, 0);
  EXPECT_TRUE(none.traces.empty());
  EXPECT_TRUE(none.paths.empty());
}

TEST(Trace, KeepsSomeAndTheSlowest) {
  PlanBuilder builder;
  const plan::Index db = builder.station("db", servers(1), Law::exponential(1_ms));
  builder.source("users", 500_rps, [=](ProgramWriter& p) { p.call(db); });
  const RunResult result = following(20_s, builder, 5000);
  EXPECT_LE(result.traces.size(), 272u);
  EXPECT_GE(result.traces.size(), 128u);
  std::int64_t slowest = 0;
  for (const Trace& trace : result.traces) {
    slowest = std::max(slowest, trace.durationNs());
  }
  EXPECT_GT(slowest, result.latency.quantileNs(0.995));
}

TEST(Trace, OfFailuresTellsWhy) {
  PlanBuilder builder;
  const plan::Index db = builder.station("db", servers(1), Law::constant(30_ms), withTimeout(10_ms));
  builder.source(
      "users", 10_rps, [=](ProgramWriter& p) { p.call(db); }, ArrivalProcess::Deterministic);
  const RunResult result = following(199_ms, builder);
  ASSERT_EQ(result.traces.size(), 1u);
  EXPECT_EQ(result.traces[0].reason, Reason::TimedOut);
  EXPECT_EQ(result.traces[0].calls[1].reason, Reason::TimedOut);
  EXPECT_EQ(result.traces[0].durationNs(), 10 * kMs);
  EXPECT_TRUE(result.paths.empty());
}

TEST(Trace, OfVeryManyCallsIsCut) {
  PlanBuilder builder;
  const plan::Index shard = builder.station("shard", servers(0), Law::constant(2_ms));
  builder.source(
      "users", 10_rps, [=](ProgramWriter& p) { p.draw(CountLaw::fixed(5000)).fan(shard); },
      ArrivalProcess::Deterministic);
  const RunResult result = following(199_ms, builder);
  ASSERT_EQ(result.traces.size(), 1u);
  EXPECT_TRUE(result.traces[0].isCut);
  EXPECT_EQ(result.traces[0].calls.size(), 2000u);
}

}  // namespace
}  // namespace cantilever::sim
