// Tokens and seats that are held over queues.
#include <gtest/gtest.h>

#include "core/analytic/birth_death.h"
#include "core/analytic/closed_networks.h"
#include "core/analytic/erlang.h"
#include "tests/core/analytic/solved_design.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::analytic {
namespace {

using namespace literals;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;
using sim::test::servers;
using sim::test::withSeats;
using test::expectExact;
using test::expectWithin;
using test::keyed;
using test::solved;

plan::Tokens waitingFor(std::uint32_t size) {
  plan::Tokens tokens;
  tokens.size = size;
  tokens.waits = true;
  return tokens;
}

/// A pooler: so many tokens before a database of exponential service.
Solution withTokens(const plan::Tokens& tokens, std::uint32_t ofDatabase, double perSecond,
                    const Law& service = Law::exponential(20_ms)) {
  PlanBuilder builder;
  const plan::Index db = builder.station("db", servers(ofDatabase), service);
  const plan::Index few = builder.tokens("few", tokens);
  builder.source("users", cantilever::perSecond(perSecond),
                 [&](ProgramWriter& p) { p.take(few).call(db).give(few); });
  return solved(*builder.build());
}

// With as many tokens as servers, or more, nobody waits longer than without them: M/M/c.
TEST(HeldLimits, OverAQueueOfAsManyServersChangeNothing) {
  for (const std::uint32_t tokens : {3u, 5u, 10u}) {
    const Solution solution = withTokens(waitingFor(tokens), 3, 120);
    EXPECT_TRUE(solution.isStable) << tokens;
    expectExact(solution.classes[0].mean, waitOfMMc(120, 0.020, 3).mean() + 0.020);
    const double within = solution.tokens[0].wait.value + solution.pools[0].wait.value;
    EXPECT_NEAR(within, waitOfMMc(120, 0.020, 3).mean(), 1e-9) << "waits before the tokens and behind them";
  }
}

// With as many as servers the wait is before them, and has the law of M/M/c.
TEST(HeldLimits, HaveTheLawOfTheQueueThatTheyKeepOut) {
  const Solution solution = withTokens(waitingFor(3), 3, 120);
  expectExact(solution.classes[0].p95, responseQuantile(waitOfMMc(120, 0.020, 3), 0.020, 0.95), 1e-6);
  EXPECT_NEAR(solution.pools[0].wait.value, 0, 1e-12);
}

// Fewer than the servers: M/M/2, at 80/s and 20 ms.
TEST(HeldLimits, OfFewerThanTheServersAreTheServers) {
  expectExact(withTokens(waitingFor(2), 3, 80).classes[0].mean, waitOfMMc(80, 0.020, 2).mean() + 0.020);
  EXPECT_FALSE(withTokens(waitingFor(2), 3, 120).isStable);
  EXPECT_NEAR(withTokens(waitingFor(2), 3, 120).tokens[0].asked.value, 120, 1e-9);
}

// Refused instead: M/M/3/5.
TEST(HeldLimits, ThatRefuseAreAWaitingRoom) {
  plan::Tokens tokens = waitingFor(5);
  tokens.waits = false;
  const Solution solution = withTokens(tokens, 3, 200);
  expectExact(solution.classes[0].success, 1 - finiteQueue(200, 0.020, 3, 5).lost);
}

// Constant service, first come, first served: the wait in all is that of M/D/3.
TEST(HeldLimits, KeepTheWaitOfOtherLaws) {
  const Solution alone = withTokens(waitingFor(500), 3, 120, Law::constant(20_ms));
  expectWithin(withTokens(waitingFor(4), 3, 120, Law::constant(20_ms)).classes[0].mean,
               alone.classes[0].mean.value);
}

// Two seats, 10 ms of own work and 12 ms behind: two customers of a closed network do 70 a second.
TEST(HeldLimits, LetThroughWhatAClosedNetworkDoes) {
  const ClosedFigures two = solveClosed({{2, {0.010}}, {1, {0.012}}}, {{2, 0}});
  EXPECT_NEAR(two.throughput[0], 22.0 / 0.314, 1e-6);
  const auto asked = [](double perSecond) {
    PlanBuilder builder;
    const plan::Index behind = builder.station("behind", servers(1), Law::exponential(12_ms));
    const plan::Index app = builder.pool("app", withSeats(servers(2), 2));
    const plan::Index serve = builder.program(
        "serve", app, [&](ProgramWriter& p) { p.work(Law::exponential(10_ms)).call(behind); });
    const plan::Index link = builder.link("to_app", serve);
    builder.source("users", cantilever::perSecond(perSecond), [&](ProgramWriter& p) { p.call(link); });
    return solved(*builder.build());
  };
  EXPECT_FALSE(asked(71).isStable);
  const Solution solution = asked(60);
  EXPECT_TRUE(solution.isStable);
  expectWithin(solution.classes[0].mean, 0.0929);  // simulated
  EXPECT_LT(solution.classes[0].mean.band, 0.7);
}

// Users who think, before two tokens held for a constant or any other time: M/M/2//10 by its rates.
TEST(HeldLimits, KeepUsersWhoThinkWaiting) {
  PlanBuilder builder;
  const plan::Index few = builder.tokens("few", waitingFor(2));
  plan::Source source;
  source.kind = plan::SourceKind::Closed;
  source.users = 10;
  source.think = Law::exponential(200_ms);
  source.program = builder.program(
      "serve", plan::kNone, [&](ProgramWriter& p) { p.take(few).wait(Law::exponential(50_ms)).give(few); });
  source.key = "users";
  source.requestClass = builder.requestClass("requests");
  builder.raw().sources.push_back(source);
  const Solution solution = solved(*builder.build());
  EXPECT_TRUE(solution.isStable);
  const QueueFigures truth = finiteSources(10, 0.200, 0.050, 2);
  EXPECT_NEAR(solution.classes[0].offered.value, truth.throughput, 1e-6 * truth.throughput);
  EXPECT_NEAR(solution.classes[0].mean.value, truth.meanNumber / truth.throughput, 1e-6);
}

// Several callers with connections of their own: no worse than one of them with a share of the servers.
TEST(HeldLimits, OfSeveralCallersShareWhatIsBehind) {
  PlanBuilder builder;
  const plan::Index db = builder.station("db", servers(4), Law::exponential(20_ms));
  plan::Tokens connections = waitingFor(3);
  connections.scope = plan::TokenScope::Instance;
  const plan::Index few = builder.tokens("few", connections);
  const plan::Index app = builder.pool("app", sim::test::instances(4, servers(0)));
  const plan::Index serve =
      builder.program("serve", app, [&](ProgramWriter& p) { p.take(few).call(db).give(few); });
  const plan::Index link = builder.link("to_app", serve);
  builder.source("users", 160_rps, [&](ProgramWriter& p) { p.call(link); });
  const Solution solution = solved(*builder.build());
  EXPECT_TRUE(solution.isStable);
  expectWithin(solution.classes[0].mean, waitOfMMc(160, 0.020, 4).mean() + 0.020);
}

}  // namespace
}  // namespace cantilever::analytic
