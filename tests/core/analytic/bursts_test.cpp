// What windows send on when they end, beside closed forms and simulations.
#include "core/analytic/bursts.h"

#include <gtest/gtest.h>

#include "core/fluid/forecast.h"
#include "tests/core/analytic/agreement.h"
#include "tests/core/analytic/solved_design.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::analytic {
namespace {

using namespace literals;
using sim::test::instances;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;
using sim::test::servers;
using test::keyed;
using test::solved;

// 100 pieces of 10 ms at once for two servers, of which half a one is busy with others: all of it is worked
// off in 1 / 1.5 s, and the last waits for what does not fit into the servers.
TEST(Bursts, OfAllAtOnceAreWorkedOff) {
  const BurstWait wait = waitIn({.period = 2, .pieces = 100, .work = 1}, 2, 0.5);
  EXPECT_NEAR(wait.share, 1 / 1.5 / 2, 1e-12);
  EXPECT_NEAR(wait.longest, (1 - 0.015) / 2, 1e-12);
  EXPECT_NEAR(wait.ofBurst.mean, (1 - 0.015) * wait.longest / 2, 1e-12);
  EXPECT_NEAR(wait.ofOthers.mean, wait.share * wait.ofBurst.mean, 1e-12);
}

TEST(Bursts, ThatComeSlowlyLeaveNoBacklog) {
  const BurstWait slow = waitIn({.period = 2, .pieces = 100, .work = 1, .lasts = 1}, 2, 0.5);
  EXPECT_EQ(slow.longest, 0);
  EXPECT_NEAR(slow.busiest, 1.5, 1e-12);
  EXPECT_NEAR(slow.share, 0.5, 1e-12);
  // Half a second: 1 - 1.5 / 2 is left at its end.
  const BurstWait quick = waitIn({.period = 2, .pieces = 100, .work = 1, .lasts = 0.5}, 2, 0.5);
  EXPECT_NEAR(quick.longest, (0.25 - 0.015) / 2, 1e-12);
}

/// Events of so many keys each second, whose outcomes come to a station that users call too.
struct BesideBursts {
  double perSecond = 0;
  plan::Pool pool = servers(1);
  Law service = Law::exponential(1_ms);
  std::uint32_t keys = 200;
};
std::shared_ptr<const plan::Plan> besideWindows(const BesideBursts& beside) {
  PlanBuilder builder;
  builder.keys(builder.requestClass("events"), beside.keys, 0);
  const plan::Index users = builder.requestClass("users");
  plan::Window window;
  window.link = builder.station("station", beside.pool, beside.service);
  const plan::Index gathered = builder.window("window", window);
  builder.source("sensors", 2000_rps, [&](ProgramWriter& p) { p.gather(gathered); });
  const plan::Index source =
      builder.source("askers", perSecond(beside.perSecond), [&](ProgramWriter& p) { p.call(window.link); });
  builder.raw().sources[source].requestClass = users;
  return builder.build();
}

TEST(Bursts, KeepOthersWaitingAsSimulated) {
  for (const double load : {0.2, 0.5, 0.7}) {
    for (const std::uint32_t servers : {1u, 4u}) {
      for (const std::uint32_t keys : {20u, 200u}) {
        const std::string which =
            std::to_string(load) + " of " + std::to_string(servers) + ", " + std::to_string(keys) + " keys";
        test::AgreementReport report;
        test::compare(
            "",
            besideWindows({load * servers * 1000, sim::test::servers(servers), Law::exponential(1_ms), keys}),
            400'000, 1, report);
        EXPECT_EQ(report.solvedClasses, 2) << which;
        EXPECT_TRUE(report.outside().empty()) << which << ": " << report.worst(3);
        for (const test::Comparison& each : report.figures) {
          if (each.what == " users mean") {
            EXPECT_NEAR(each.solved / each.simulated, 1, 0.15) << which;
          } else if (each.what == " users p99") {
            EXPECT_NEAR(each.solved / each.simulated, 1, 0.35) << which;
          }
        }
      }
    }
  }
}

// A queue hands on what came at once as fast as it works: there is no backlog behind it if that is no slower.
TEST(Bursts, AreSpreadByTheFirstQueue) {
  PlanBuilder builder;
  builder.keys(builder.requestClass("events"), 200, 0);
  const plan::Index second = builder.station("second", servers(1), Law::constant(500_us));
  const plan::Index pool = builder.pool("first", servers(1));
  const plan::Index first =
      builder.program("first", pool, [&](ProgramWriter& p) { p.work(Law::constant(1_ms)).call(second); });
  plan::Window window;
  window.link = builder.link("to-first", first);
  const plan::Index gathered = builder.window("window", window);
  builder.source("sensors", 5000_rps, [&](ProgramWriter& p) { p.gather(gathered); });
  const Solution solution = solved(*builder.build());
  EXPECT_NEAR(keyed(solution.links, "to-first").rate.value, 200, 1e-3);
  EXPECT_NEAR(keyed(solution.pools, "first").wait.value, 0.1, 0.005);
  EXPECT_LT(keyed(solution.pools, "second").wait.value, 0.001);
  EXPECT_TRUE(solution.classes[0].mean.isSolved()) << solution.classes[0].mean.why;
}

TEST(Bursts, ThatDoNotFitIntoTheQueueAreNotSolved) {
  plan::Pool small = servers(1);
  small.queueLimit = 50;
  const Solution solution = solved(*besideWindows({200, small}));
  EXPECT_FALSE(solution.classes[1].mean.isSolved());
  EXPECT_NE(solution.classes[1].mean.why.find("more at once than its queue has room for"), std::string::npos)
      << solution.classes[1].mean.why;
  small.queueLimit = 1000;
  EXPECT_TRUE(solved(*besideWindows({200, small})).classes[1].mean.isSolved());
}

// Also where something else runs short, so that limits are looked at again.
TEST(Bursts, ThatAskForMoreTokensThanAreFreeAreNotSolved) {
  for (const bool isLimited : {false, true}) {
    PlanBuilder builder;
    builder.keys(builder.requestClass("events"), 200, 0);
    const plan::Index users = builder.requestClass("users");
    plan::Tokens few;
    few.size = 50;
    const plan::Index taken = builder.tokens("few", few);
    plan::Tokens one;
    one.waits = true;
    const plan::Index bulkhead = builder.tokens("bulkhead", one);
    const plan::Index station = builder.station("station", servers(1), Law::exponential(2_ms));
    const plan::Index outcome = builder.program(
        "outcome", plan::kNone, [&](ProgramWriter& p) { p.take(taken).wait(Law::constant(10_ms)); });
    plan::Window window;
    window.link = builder.link("outcomes", outcome);
    const plan::Index gathered = builder.window("window", window);
    builder.source("sensors", 2000_rps, [&](ProgramWriter& p) { p.gather(gathered); });
    const plan::Index source = builder.source("askers", 200_rps, [&](ProgramWriter& p) {
      p.take(taken).wait(Law::constant(1_ms)).give(taken);
      if (isLimited) {
        p.take(bulkhead);
      }
      p.call(station);
    });
    builder.raw().sources[source].requestClass = users;
    const Solution solution = solved(*builder.build());
    EXPECT_FALSE(keyed(solution.tokens, "few").refused.isSolved()) << isLimited;
    EXPECT_NE(keyed(solution.pools, "station").utilisation.exactness, Exactness::Exact) << isLimited;
    EXPECT_FALSE(solution.classes[1].success.isSolved()) << isLimited;
    EXPECT_NE(solution.classes[1].success.why.find("windows ask for many at once"), std::string::npos)
        << isLimited << ": " << solution.classes[1].success.why;
    EXPECT_FALSE(keyed(solution.pools, "station").wait.isSolved()) << "how much comes to it is not known";
  }
}

// Each event of a batch is gathered, and the windows have as many keys however batches are.
TEST(Bursts, AreAsLargeHoweverEventsAreRead) {
  PlanBuilder builder;
  builder.keys(builder.requestClass("events"), 300, 0);
  plan::Window window;
  window.link = builder.station("next", servers(1), Law::constant(100_us));
  const plan::Index gathered = builder.window("window", window);
  const plan::Index stage =
      builder.program("stage", builder.pool("stage", servers(2)),
                      [&](ProgramWriter& p) { p.workPerTarget(Law::constant(100_us)).gather(gathered); });
  const plan::Index log = builder.log("log");
  plan::ConsumerGroup group;
  group.batch = 100;
  builder.group(log, builder.link("to-stage", stage), group);
  builder.source("users", 6000_rps, [&](ProgramWriter& p) { p.publish(log); });
  const auto plan = builder.build();
  const Solution solution = solved(*plan);
  EXPECT_NEAR(keyed(solution.pools, "next").utilisation.value, 0.03, 1e-4);
  const Result<fluid::Forecast> forecast = fluid::forecast(*plan, {.span = 60});
  ASSERT_TRUE(forecast.ok());
  EXPECT_NEAR(forecast->hours[0].pools[0].utilisation, 0.03, 1e-4);
}

}  // namespace
}  // namespace cantilever::analytic
