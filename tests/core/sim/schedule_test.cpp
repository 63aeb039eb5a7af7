// Schedules worked out by hand: deterministic arrivals and services, to the nanosecond.
#include <gtest/gtest.h>

#include "core/sim/simulation.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using plan::Reason;

/// Requests every 100 ms, the first at 100 ms, for `count` arrivals and then 99 ms more; counted from the
/// start.
RunResult runSpaced(PlanBuilder& builder, const ProgramWriter::Body& body, int count = 1) {
  builder.source("users", 10_rps, body, ArrivalProcess::Deterministic);
  RunConfig config;
  config.warmup = Duration();
  config.duration = Duration::milliseconds(100 * count + 99);
  const Result<RunResult> result = simulate(builder.build(), config);
  EXPECT_TRUE(result.ok()) << (result ? "" : result.error().message);
  return result ? *result : RunResult{};
}

// Arrivals at 10, 20 ... 100 ms, each 15 ms of work by one server: request k (from 0) waits 5k ms and its
// work ends at 25 + 15k ms. At 100 ms six are done, the seventh starts, three wait.
TEST(Schedule, OneServerFallsBehind) {
  PlanBuilder builder;
  const plan::Index link = builder.station("server", servers(1), Law::constant(15_ms));
  builder.source(
      "users", 100_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 100_ms;
  const RunResult result = *simulate(builder.build(), config);
  const ClassResult& all = result.classes[0];
  EXPECT_EQ(all.offered, 10u);
  EXPECT_EQ(all.succeeded, 6u);
  EXPECT_EQ(all.unfinished, 4u);
  EXPECT_EQ(all.latency.maxNs(), 40 * kMs);
  EXPECT_DOUBLE_EQ(all.latency.meanNs(), 27.5 * kMs);  // 15, 20 ... 40
  const PoolResult& server = result.pools[0];
  EXPECT_EQ(server.arrivals, 10u);
  EXPECT_EQ(server.served, 6u);
  EXPECT_EQ(server.busyNs, 90u * kMs);
  EXPECT_EQ(server.usefulNs, 90u * kMs);
  EXPECT_DOUBLE_EQ(server.utilisation, 0.9);
  EXPECT_EQ(server.waiting.count(), 7u);
  EXPECT_DOUBLE_EQ(server.waiting.meanNs(), 15.0 * kMs);  // 0, 5 ... 30
  EXPECT_DOUBLE_EQ(server.meanQueue, 1.35);               // 5 + 10 + ... + 30 + 20 + 10 ms waited in 100 ms
  EXPECT_EQ(server.maxQueue, 3u);
  EXPECT_EQ(result.endNs, 100 * kMs);
  EXPECT_TRUE(result.isComplete);
}

TEST(Schedule, SpacingsDoNotDrift) {
  PlanBuilder builder;
  builder.source(
      "thirds", 3_rps, [](ProgramWriter& p) { p.wait(Law::constant(1_ns)); }, ArrivalProcess::Deterministic);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 1000_s;
  // The 3,000th arrival is at 1,000 s exactly, though a spacing is no whole number of nanoseconds.
  EXPECT_EQ(simulate(builder.build(), config)->classes[0].offered, 3000u);
  config.duration = Duration::nanoseconds(1000 * 1000 * kMs - 1);
  EXPECT_EQ(simulate(builder.build(), config)->classes[0].offered, 2999u);
}

TEST(Schedule, LinksTakeTheirLatencyEachWay) {
  PlanBuilder builder;
  const plan::Index link =
      builder.station("server", servers(1), Law::constant(5_ms), withLatency(Law::constant(3_ms)));
  const RunResult result = runSpaced(builder, [&](ProgramWriter& p) { p.call(link).call(link); });
  EXPECT_EQ(result.classes[0].latency.maxNs(), 22 * kMs);
  EXPECT_EQ(result.links[0].calls, 2u);
  EXPECT_EQ(result.links[0].latency.maxNs(), 11 * kMs);
}

// A forwarded request answers the first caller, over the link by which that one called.
TEST(Schedule, ForwardSkipsTheWayBack) {
  PlanBuilder builder;
  const plan::Index far =
      builder.station("far", servers(1), Law::constant(5_ms), withLatency(Law::constant(10_ms)));
  const plan::Index pool = builder.pool("near", withSeats(servers(1), 1));
  const plan::Index near = builder.link(
      "to-near",
      builder.program("pass", pool, [&](ProgramWriter& p) { p.work(Law::constant(2_ms)).forward(far); }),
      withLatency(Law::constant(1_ms)));
  const RunResult result = runSpaced(builder, [&](ProgramWriter& p) { p.call(near); });
  EXPECT_EQ(result.classes[0].latency.maxNs(), (1 + 2 + 10 + 5 + 1) * kMs);
  EXPECT_DOUBLE_EQ(result.pools[1].occupancy, 2.0 / 199) << "the seat is left when the request is passed on";
}

// Rule 2.
TEST(Schedule, TheTimeoutWinsATie) {
  for (const auto& [timeout, timesOut] : {std::pair{10_ms, true}, std::pair{10_ms + 1_ns, false}}) {
    PlanBuilder builder;
    const plan::Index link =
        builder.station("server", servers(1), Law::constant(10_ms), withTimeout(timeout));
    const RunResult result = runSpaced(builder, [&](ProgramWriter& p) { p.call(link); });
    EXPECT_EQ(failures(result, Reason::TimedOut), timesOut ? 1u : 0u);
    EXPECT_EQ(result.classes[0].succeeded, timesOut ? 0u : 1u);
    EXPECT_EQ(result.links[0].timedOut, timesOut ? 1u : 0u);
    EXPECT_EQ(result.links[0].failed, timesOut ? 1u : 0u);
  }
}

// The reply would be there first: the server that the call waits for is freed by an event set earlier than
// the timeout, and the work itself takes no time.
TEST(Schedule, TheTimeoutWinsATieEvenAgainstAnEarlierEvent) {
  PlanBuilder builder;
  const plan::Index pool = builder.pool("server", servers(1));
  const plan::Index slow = builder.link(
      "slow", builder.program("slow", pool, [](ProgramWriter& p) { p.work(Law::constant(10_ms)); }));
  const plan::Index quick = builder.link(
      "quick", builder.program("quick", pool, [](ProgramWriter& p) { p.work(Law::constant(0_ns)); }),
      withTimeout(10_ms));
  const RunResult result = runSpaced(builder, [&](ProgramWriter& p) { p.send(slow).call(quick); });
  EXPECT_EQ(failures(result, Reason::TimedOut), 1u);
}

// Work 20 ms, timeout 5 ms, then another try: the second waits for the first, which nobody wants any more.
TEST(Schedule, WorkGoesOnAfterATimeoutAndDelaysTheNext) {
  PlanBuilder builder;
  const plan::Index hasty = builder.station("server", servers(1), Law::constant(20_ms), withTimeout(5_ms));
  const plan::Index patient = builder.link("patient", builder.raw().links[hasty].program);
  const RunResult result = runSpaced(builder, [&](ProgramWriter& p) {
    p.callElse(hasty, [&](ProgramWriter& retry) { retry.call(patient); });
  });
  EXPECT_EQ(result.classes[0].latency.maxNs(), 40 * kMs);
  EXPECT_EQ(result.pools[0].orphanedNs, 20u * kMs);
  EXPECT_EQ(result.pools[0].usefulNs, 20u * kMs);
  EXPECT_DOUBLE_EQ(result.pools[0].orphanedShare, 0.5);
}

// What an orphan calls is orphaned work too.
TEST(Schedule, TheCallsOfAnOrphanGoOnAsOrphans) {
  PlanBuilder builder;
  const plan::Index deep = builder.station("deep", servers(1), Law::constant(10_ms));
  const plan::Index pool = builder.pool("middle", servers(1));
  const plan::Index middle = builder.link("to-middle",
                                          builder.program("middle", pool,
                                                          [&](ProgramWriter& p) {
                                                            p.call(deep).work(Law::constant(1_ms));
                                                            p.call(deep);
                                                          }),
                                          withTimeout(5_ms));
  const RunResult result = runSpaced(builder, [&](ProgramWriter& p) { p.call(middle); });
  EXPECT_EQ(failures(result, Reason::TimedOut), 1u);
  EXPECT_EQ(result.pools[0].orphanedNs, 20u * kMs);
  EXPECT_EQ(result.pools[1].orphanedNs, 1u * kMs);
  EXPECT_EQ(result.links[0].calls, 2u);
}

TEST(Schedule, ParallelGoesOnWhenEnoughSucceeded) {
  PlanBuilder builder;
  const plan::Index a = builder.station("a", servers(1), Law::constant(10_ms));
  const plan::Index b = builder.station("b", servers(1), Law::constant(20_ms));
  const plan::Index c = builder.station("c", servers(1), Law::constant(30_ms));
  const RunResult result = runSpaced(builder, [&](ProgramWriter& p) { p.parallel({c, b, a}, 2); });
  EXPECT_EQ(result.classes[0].latency.maxNs(), 20 * kMs);
  EXPECT_EQ(result.pools[0].usefulNs, 10u * kMs);
  EXPECT_EQ(result.pools[1].usefulNs, 20u * kMs);
  EXPECT_EQ(result.pools[2].orphanedNs, 30u * kMs) << "the surplus branch works to its end";
}

// Two of three are needed: after the failure at 10 ms it can still succeed, after the one at 20 ms not.
TEST(Schedule, ParallelFailsWhenTooFewCanSucceed) {
  PlanBuilder builder;
  const auto failing = [&](const std::string& key, Duration after, Reason reason) {
    return builder.link("to-" + key, builder.program(key, plan::kNone, [&](ProgramWriter& p) {
      p.wait(Law::constant(after)).fail(reason);
    }));
  };
  const plan::Index first = failing("first", 10_ms, Reason::Injected);
  const plan::Index second = failing("second", 20_ms, Reason::QueueFull);
  const plan::Index good = builder.station("good", servers(1), Law::constant(30_ms));
  const RunResult result = runSpaced(builder, [&](ProgramWriter& p) {
    p.parallelElse({first, second, good}, 2,
                   [](ProgramWriter& handler) { handler.wait(Law::constant(1_ms)).fail(Reason::Injected); });
    p.parallel({first, second, good}, 2);
  });
  EXPECT_EQ(failures(result, Reason::Injected), 1u) << "the handler ran";

  PlanBuilder unhandled;
  const auto again = [&](const std::string& key, Duration after, Reason reason) {
    return unhandled.link("to-" + key, unhandled.program(key, plan::kNone, [&](ProgramWriter& p) {
      p.wait(Law::constant(after)).fail(reason);
    }));
  };
  const plan::Index a = again("a", 10_ms, Reason::Injected);
  const plan::Index b = again("b", 20_ms, Reason::QueueFull);
  const RunResult failed = runSpaced(unhandled, [&](ProgramWriter& p) { p.parallel({a, b, a}, 2); });
  EXPECT_EQ(failures(failed, Reason::Injected), 1u) << "the two of 10 ms decide, before the one of 20 ms";
}

// Rule 4: the seat is kept to the end, the answer goes out before.
TEST(Schedule, ASecondPhaseRunsAfterTheReply) {
  PlanBuilder builder;
  const plan::Index pool = builder.pool("server", withSeats(servers(1), 1));
  const plan::Index link = builder.link(
      "to-server",
      builder.program(
          "serve", pool,
          [](ProgramWriter& p) { p.work(Law::constant(5_ms)).reply().work(Law::constant(20_ms)); }),
      withLatency(Law::constant(1_ms)));
  const RunResult result = runSpaced(builder, [&](ProgramWriter& p) { p.call(link).call(link); });
  // First call: 1 + 5 + 1; the second arrives at 8, gets the seat at 26, is answered at 31 + 1.
  EXPECT_EQ(result.classes[0].latency.maxNs(), 32 * kMs);
  EXPECT_EQ(result.pools[0].busyNs, 50u * kMs);
  EXPECT_EQ(result.pools[0].usefulNs, 50u * kMs);
  EXPECT_EQ(result.pools[0].seatWaiting.maxNs(), 18 * kMs);
}

TEST(Schedule, ASendIsARootOfItsOwn) {
  PlanBuilder builder;
  const plan::Index job = builder.station("job", servers(1), Law::constant(150_ms));
  const RunResult result = runSpaced(
      builder, [&](ProgramWriter& p) { p.send(job).wait(Law::constant(1_ms)); }, 2);
  EXPECT_EQ(result.classes[0].latency.maxNs(), 1 * kMs);
  EXPECT_EQ(result.detached.started, 2u);
  EXPECT_EQ(result.detached.succeeded, 1u);
  EXPECT_EQ(result.detached.unfinished, 1u);
  EXPECT_EQ(result.links[0].calls, 2u);
}

TEST(Schedule, VisitsUseTheServersOfAnotherPool) {
  PlanBuilder builder;
  const plan::Index host = builder.pool("host", servers(1));
  const plan::Index pool = builder.pool("app", withSeats(servers(1), 1));
  const plan::Index link = builder.link("to-app", builder.program("serve", pool, [&](ProgramWriter& p) {
    p.work(Law::constant(2_ms)).work(Law::constant(3_ms), host).work(Law::constant(4_ms));
  }));
  const RunResult result = runSpaced(builder, [&](ProgramWriter& p) { p.parallel({link, link}, 2); });
  EXPECT_EQ(result.classes[0].latency.maxNs(), 18 * kMs) << "one seat: one after the other";
  EXPECT_EQ(result.pools[0].busyNs, 6u * kMs);
  EXPECT_EQ(result.pools[0].arrivals, 2u);
  EXPECT_EQ(result.pools[1].busyNs, 12u * kMs);
}

TEST(Schedule, ClassesGoTheirOwnWay) {
  PlanBuilder builder;
  builder.requestClass("static");
  builder.requestClass("dynamic");
  const plan::Index web = builder.link("to-web", builder.program("web", plan::kNone, [](ProgramWriter& p) {
    p.ifClass(
        {false, true}, [](ProgramWriter& dynamic) { dynamic.wait(Law::constant(7_ms)); },
        [](ProgramWriter& fixed) { fixed.wait(Law::constant(2_ms)); });
  }));
  const auto body = [&](ProgramWriter& p) { p.call(web); };
  builder.source("a", 10_rps, body, ArrivalProcess::Deterministic, 0);
  builder.source("b", 10_rps, body, ArrivalProcess::Deterministic, 1);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 1_s;
  const RunResult result = *simulate(builder.build(), config);
  EXPECT_EQ(result.classes[0].latency.maxNs(), 2 * kMs);
  EXPECT_EQ(result.classes[1].latency.maxNs(), 7 * kMs);
  EXPECT_EQ(result.latency.count(), result.classes[0].succeeded + result.classes[1].succeeded);
}

TEST(Schedule, RoundRobinTakesInstancesInTurnAndSkipsThoseDown) {
  PlanBuilder builder;
  const plan::Index link =
      builder.station("web", instances(3, servers(1)), Law::constant(10_ms), roundRobin());
  builder.action(350_ms, Change::KillInstances, 0, 1);
  const RunResult result = runSpaced(
      builder, [&](ProgramWriter& p) { p.call(link); }, 7);
  // Instances 0 1 2, then with the first down 1 2 1 2: two and three pieces of 10 ms in 799 ms.
  ASSERT_EQ(result.pools[0].instanceUtilisation.size(), 3u);
  EXPECT_DOUBLE_EQ(result.pools[0].instanceUtilisation[0], 10.0 / 350);
  EXPECT_DOUBLE_EQ(result.pools[0].instanceUtilisation[1], 30.0 / 799);
  EXPECT_DOUBLE_EQ(result.pools[0].instanceUtilisation[2], 30.0 / 799);
}

// Requests that arrive before the end of the warm-up are not counted, but the servers are busy with them.
TEST(Schedule, TheWarmUpIsNotCounted) {
  PlanBuilder builder;
  const plan::Index link = builder.station("server", servers(1), Law::constant(80_ms));
  builder.source(
      "users", 10_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  RunConfig config;
  config.warmup = 150_ms;
  config.duration = 200_ms;
  const RunResult result = *simulate(builder.build(), config);
  EXPECT_EQ(result.classes[0].offered, 2u);       // at 200 and 300 ms
  EXPECT_EQ(result.pools[0].busyNs, 160u * kMs);  // 150-180, 200-280, 300-350
  EXPECT_EQ(result.pools[0].usefulNs, 160u * kMs);
  EXPECT_DOUBLE_EQ(result.pools[0].utilisation, 0.8);
  EXPECT_EQ(result.pools[0].served, 2u);           // the one begun before and that of 200 ms
  EXPECT_EQ(result.pools[0].waiting.count(), 2u);  // started in the window
  EXPECT_EQ(result.links[0].calls, 2u);
}

}  // namespace
}  // namespace cantilever::sim
