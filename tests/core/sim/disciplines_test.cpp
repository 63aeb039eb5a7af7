// Orders of service, patience and speeds, against theory and worked out by hand. Values called SS- are those
// of the project's reference cases.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/queueing_theory.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using plan::Reason;
using plan::ServiceOrder;

plan::Pool inOrder(ServiceOrder order, plan::Pool pool) {
  pool.order = order;
  return pool;
}
plan::Pool withPatience(const Law& law, plan::Pool pool) {
  pool.patience = law;
  return pool;
}

struct Stream {
  double rate = 1;
  Law service;
};

/// One pool; a request class for each stream, of priority 0, 1 ...
std::shared_ptr<const plan::Plan> byPriority(const plan::Pool& as, const std::vector<Stream>& streams) {
  PlanBuilder builder;
  const plan::Index pool = builder.pool("station", as);
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const std::string key = "class" + std::to_string(i);
    const plan::Index requestClass = builder.requestClass(key);
    builder.raw().classes[requestClass].priority = static_cast<std::uint8_t>(i);
    const plan::Index link = builder.link(
        "to-" + key,
        builder.program("serve-" + key, pool, [&](ProgramWriter& p) { p.work(streams[i].service); }));
    builder.source(
        "from-" + key, perSecond(streams[i].rate), [&](ProgramWriter& p) { p.call(link); },
        ArrivalProcess::Poisson, requestClass);
  }
  return builder.build();
}

std::shared_ptr<const plan::Plan> oneStream(const plan::Pool& as, double rate, const Law& service) {
  return byPriority(as, {{rate, service}});
}

std::function<double(const RunResult&)> latencyOf(std::size_t requestClass) {
  return [requestClass](const RunResult& r) { return r.classes[requestClass].latency.meanNs() * 1e-9; };
}

/// A run that begins empty, with requests at given times (ms) of given classes.
struct Arrival {
  double at_ms = 0;
  double work_ms = 0;
  std::uint8_t priority = 0;
};

RunResult runSchedule(const plan::Pool& as, const std::vector<Arrival>& arrivals, Duration duration = 1_s) {
  PlanBuilder builder;
  const plan::Index pool = builder.pool("station", as);
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    const std::string key = std::to_string(i);
    const plan::Index requestClass = builder.requestClass(key);
    builder.raw().classes[requestClass].priority = arrivals[i].priority;
    const plan::Index link =
        builder.link("to-" + key, builder.program("serve-" + key, pool, [&](ProgramWriter& p) {
          p.work(Law::constant(Duration::milliseconds(arrivals[i].work_ms)));
        }));
    // The source's only arrival before the end of the run begins to wait.
    builder.source(
        "from-" + key, perSecond(0.9),
        [&](ProgramWriter& p) {
          p.wait(Law::constant(Duration::milliseconds(arrivals[i].at_ms))).call(link);
        },
        ArrivalProcess::Deterministic, requestClass);
  }
  RunConfig config;
  config.warmup = Duration();
  config.duration = Duration::seconds(1 / 0.9) + duration;
  const Result<RunResult> result = simulate(builder.build(), config);
  EXPECT_TRUE(result.ok()) << (result ? "" : result.error().message);
  return result ? *result : RunResult{};
}

/// When each request was over, in ms from the origin of its schedule; -1 if it was not, or failed.
std::vector<double> endsOf(const RunResult& result) {
  std::vector<double> ends;
  for (const ClassResult& each : result.classes) {
    ends.push_back(each.succeeded == 1 ? static_cast<double>(each.latency.maxNs()) * 1e-6 : -1);
  }
  return ends;
}

void expectConservation(const RunResult& result) {
  for (const PoolResult& pool : result.pools) {
    EXPECT_EQ(pool.usefulNs + pool.orphanedNs + pool.lostNs, pool.busyNs) << pool.key;
  }
  for (const ClassResult& each : result.classes) {
    EXPECT_EQ(each.offered, each.succeeded + each.failedTotal() + each.unfinished) << each.key;
  }
}

// Orders ----------------------------------------------------------------------------------------------------

using Ends = std::vector<double>;

TEST(Order, LastInFirstOutTakesTheLatestThatWaits) {
  const RunResult result =
      runSchedule(inOrder(ServiceOrder::Lifo, servers(1)), {{0, 10}, {1, 10}, {2, 10}, {3, 10}});
  EXPECT_EQ(endsOf(result), (Ends{10, 40, 30, 20}));
  expectConservation(result);
}

TEST(Order, PriorityIsFirstInFirstOutAmongEqualsAndFinishesWhatItBegan) {
  const RunResult result = runSchedule(inOrder(ServiceOrder::Priority, servers(1)),
                                       {{0, 10, 9}, {1, 10, 5}, {2, 10, 5}, {3, 10, 1}, {4, 10, 5}});
  EXPECT_EQ(endsOf(result), (Ends{10, 30, 40, 20, 50}));
  EXPECT_EQ(result.pools[0].interrupted, 0u);
  expectConservation(result);
}

// At 2 the first (8 left) is interrupted; the third, of equal priority, waits for the second. At 7 the most
// important interrupts the second (5 left), which goes on before the third, which has waited longer.
TEST(Order, PreemptionResumesAtTheHeadOfThePriority) {
  const RunResult result = runSchedule(inOrder(ServiceOrder::Preemptive, servers(1)),
                                       {{0, 10, 2}, {2, 10, 1}, {3, 10, 1}, {7, 4, 0}});
  EXPECT_EQ(endsOf(result), (Ends{34, 16, 26, 11}));
  const PoolResult& pool = result.pools[0];
  EXPECT_EQ(pool.interrupted, 2u);
  EXPECT_EQ(pool.served, 4u);
  EXPECT_EQ(pool.busyNs, 34u * kMs);
  EXPECT_EQ(pool.service.maxNs(), 34 * kMs) << "from the begin of the work to its end";
  EXPECT_EQ(pool.waiting.count(), 4u) << "each waits once; what it waits after an interruption is service";
  EXPECT_EQ(pool.waiting.maxNs(), 13 * kMs);
  expectConservation(result);
}

// Two servers at 0: the least important goes, of equals the one begun last. It resumes where a server frees.
TEST(Order, PreemptionTakesTheLeastImportantAndOfEqualsTheLastBegun) {
  for (const plan::Pool& pool : {servers(2), shared(instances(2, servers(1)))}) {
    const RunResult result =
        runSchedule(inOrder(ServiceOrder::Preemptive, pool), {{0, 20, 1}, {1, 20, 1}, {3, 5, 0}, {4, 5, 0}});
    // At 3 the second goes (18 left), at 4 the first (16 left), which then stands before it.
    EXPECT_EQ(endsOf(result), (Ends{24, 27, 8, 9}));
    expectConservation(result);
  }
}

TEST(Order, SharingDividesTheServersEqually) {
  // 0-2: one alone (8 left). 2-8: two at half speed (5 and 1 left, work of 4). 8-11: three at a third.
  const RunResult one = runSchedule(inOrder(ServiceOrder::Sharing, servers(1)), {{0, 10}, {2, 4}, {8, 2}});
  EXPECT_EQ(endsOf(one), (Ends{16, 11, 13}));
  EXPECT_EQ(one.pools[0].busyNs, 16u * kMs);
  EXPECT_EQ(one.pools[0].waiting.maxNs(), 0);
  EXPECT_EQ(one.pools[0].service.maxNs(), 16 * kMs);
  expectConservation(one);
  // Two servers: full speed until there are three; 2-5 at two thirds.
  const RunResult two = runSchedule(inOrder(ServiceOrder::Sharing, servers(2)), {{0, 10}, {0, 10}, {2, 2}});
  EXPECT_EQ(endsOf(two), (Ends{11, 11, 5}));
  EXPECT_EQ(two.pools[0].busyNs, 22u * kMs);
  expectConservation(two);
}

// Work that nobody is less important than makes the three orders the plain one, draw for draw; so does a
// speed that is always 1.
TEST(Order, IsThePlainOneWhereNothingTellsRequestsApart) {
  const auto digestOf = [](const plan::Pool& pool) {
    return simulate(oneStream(pool, 120, Law::hyperexponential(20_ms, 2)), RunConfig{})->digest;
  };
  for (const plan::Pool& pool : {servers(3), withSeats(servers(2), 3), shared(instances(3, servers(1)))}) {
    const std::string plain = digestOf(pool);
    EXPECT_EQ(digestOf(inOrder(ServiceOrder::Priority, pool)), plain);
    EXPECT_EQ(digestOf(inOrder(ServiceOrder::Preemptive, pool)), plain);
    plan::Pool paced = pool;
    paced.contention = 1e-300;
    EXPECT_EQ(digestOf(paced), plain);
  }
}

// Theory ----------------------------------------------------------------------------------------------------

// SS-24: E[T] = E[S] / (1 - rho) whatever the law.
TEST(Order, SharingIsInsensitiveToTheLaw) {
  const Replications runs(
      oneStream(inOrder(ServiceOrder::Sharing, servers(1)), 0.7, Law::lognormal(1_s, std::sqrt(10.0))),
      100'000);
  runs.expect("mean response", 1 / 0.3, 0.12, meanLatency());
  runs.expect("utilisation", 0.7, 0.03, utilisation());
}

// Kelly 1979, symmetric queues: with c servers the number present is that of M/M/c, again whatever the law.
TEST(Order, SharingOfSeveralServersHasTheNumberOfMMc) {
  const double number = 2.4 + 2.4 * theory::waitMMc(2.4, 3, 1);
  for (const Law& law : {Law::constant(1_s), Law::hyperexponential(1_s, 2)}) {
    const Replications runs(oneStream(inOrder(ServiceOrder::Sharing, servers(3)), 2.4, law), 60'000);
    runs.expect("mean response", number / 2.4, 0.12, meanLatency());
    runs.expect("utilisation", 0.8, 0.03, utilisation());
  }
}

// E[T | size x] = x / (1 - rho).
TEST(Order, SharingIsFairToSizes) {
  const Replications runs(byPriority(inOrder(ServiceOrder::Sharing, servers(1)),
                                     {{0.6, Law::constant(500_ms)}, {0.2, Law::constant(2_s)}}),
                          80'000);
  runs.expect("small", 0.5 / 0.3, 0.08, latencyOf(0));
  runs.expect("large", 2 / 0.3, 0.08, latencyOf(1));
}

// SS-25 (Cobham 1954): W_k = W0 / ((1 - s_(k-1)) (1 - s_k)), W0 = 0.8.
TEST(Order, PriorityHasCobhamsWaits) {
  const Law law = Law::exponential(1_s);
  const Replications runs(
      byPriority(inOrder(ServiceOrder::Priority, servers(1)), {{0.2, law}, {0.3, law}, {0.3, law}}), 100'000);
  runs.expect("first", 2.0, 0.05, latencyOf(0));
  runs.expect("second", 3.0, 0.05, latencyOf(1));
  runs.expect("third", 9.0, 0.12, latencyOf(2));
}

// T_k = E[S_k] / (1 - s_(k-1)) + sum over i <= k of lambda_i E[S_i^2] / 2 / ((1 - s_(k-1)) (1 - s_k)), any
// law: here rho = 0.3 and 0.4, E[S^2] = 1 and 8 (1 + 1) = 16 for a mean of 1 and of sqrt 8.
TEST(Order, PreemptiveResumeHasItsClosedForm) {
  const double mean2 = std::sqrt(8.0);
  const double rate2 = 0.4 / mean2;
  const Replications runs(
      byPriority(inOrder(ServiceOrder::Preemptive, servers(1)),
                 {{0.3, Law::constant(1_s)}, {rate2, Law::exponential(Duration::seconds(mean2))}}),
      80'000);
  const double w1 = 0.3 * 1 / 2;
  const double w2 = w1 + rate2 * 16 / 2;
  runs.expect("first", 1 + w1 / 0.7, 0.03, latencyOf(0));
  runs.expect("second", mean2 / 0.7 + w2 / (0.7 * 0.3), 0.1, latencyOf(1));
  runs.expect("utilisation", 0.7, 0.02, utilisation());
}

// With equal exponential services the first class is alone in its M/M/c, and all together are one too.
TEST(Order, PreemptionOverSeveralServersHidesTheLowFromTheHigh) {
  const Law law = Law::exponential(1_s);
  for (const plan::Pool& pool : {servers(3), shared(instances(3, servers(1)))}) {
    const Replications runs(byPriority(inOrder(ServiceOrder::Preemptive, pool), {{1.2, law}, {1.2, law}}),
                            80'000);
    const double first = 1 + theory::waitMMc(1.2, 3, 1);
    const double all = 1 + theory::waitMMc(2.4, 3, 1);
    runs.expect("first", first, 0.02, latencyOf(0));
    runs.expect("second", 2 * all - first, 0.1, latencyOf(1));
  }
}

// Overflow --------------------------------------------------------------------------------------------------

plan::Pool blocking(plan::Pool pool) {
  pool.overflow = plan::Overflow::Block;
  return pool;
}

// One serves, one waits, the others are parked: the last, though more important, gets into the room after the
// third and then goes first where it meets another; here it never does.
TEST(Overflow, BlocksInOrderOfArrival) {
  const RunResult result = runSchedule(blocking(withLimit(inOrder(ServiceOrder::Priority, servers(1)), 1)),
                                       {{0, 10, 5}, {1, 10, 5}, {2, 10, 5}, {3, 10, 0}});
  EXPECT_EQ(endsOf(result), (Ends{10, 20, 30, 40}));
  EXPECT_EQ(result.pools[0].maxQueue, 1u);
  EXPECT_EQ(result.pools[0].refused, 0u);
  // Parked: 2 to 10 and 3 to 20, of the whole run.
  EXPECT_NEAR(result.pools[0].meanParked * static_cast<double>(result.endNs), 25e6, 1);
  expectConservation(result);
}

// First come, first served: where one waits makes no difference to when one is served.
TEST(Overflow, ThatBlocksServesAsIfTheRoomWereLarger) {
  const auto digestOf = [](const plan::Pool& as) {
    return simulate(oneStream(as, 120, Law::exponential(15_ms)), RunConfig{})->digest;
  };
  for (const plan::Pool& pool :
       {servers(3), withSeats(servers(2), 3), shared(instances(3, servers(1))), instances(2, servers(1))}) {
    EXPECT_EQ(digestOf(blocking(withLimit(pool, 2))), digestOf(pool));
  }
}

// The place of a request whose patience is over goes to one that is parked. What is parked for an instance
// that is killed fails with it.
TEST(Overflow, ThatBlocksRefillsTheRoom) {
  const RunResult result = runSchedule(withPatience(Law::constant(5_ms), blocking(withLimit(servers(1), 1))),
                                       {{0, 20}, {1, 10}, {2, 10}, {14, 10}});
  // The second leaves at 6, the third takes its place and leaves at 11, the fourth waits from 14 to 19.
  EXPECT_EQ(endsOf(result), (Ends{20, -1, -1, -1}));
  EXPECT_EQ(result.pools[0].abandoned, 3u);

  PlanBuilder builder;
  const plan::Index link =
      builder.station("station", blocking(withLimit(servers(1), 1)), Law::constant(100_ms));
  builder.source(
      "users", 1_rps,
      [&](ProgramWriter& p) {
        p.parallel({link, link, link, link}, 4);
      },
      ArrivalProcess::Deterministic);
  builder.action(1050_ms, Change::KillInstances, 0, 1);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 1900_ms;
  const RunResult killed = *simulate(builder.build(), config);
  EXPECT_EQ(failures(killed, Reason::KilledInFlight), 1u);
  EXPECT_EQ(killed.pools[0].served, 0u);
  EXPECT_DOUBLE_EQ(killed.pools[0].meanParked, 2 * 50.0 / 1900);
  expectConservation(killed);
}

// Patience --------------------------------------------------------------------------------------------------

TEST(Patience, EndsAWaitAndNotAService) {
  // 0 serves until 10; 1 leaves at 6; 2, come at 7, is served from 10 on, beyond the end of its patience.
  const RunResult result =
      runSchedule(withPatience(Law::constant(5_ms), servers(1)), {{0, 10}, {1, 10}, {7, 10}});
  EXPECT_EQ(endsOf(result), (Ends{10, -1, 20}));
  EXPECT_EQ(result.classes[1].failed[static_cast<std::size_t>(Reason::QueueTimeout)], 1u);
  EXPECT_EQ(result.pools[0].abandoned, 1u);
  EXPECT_EQ(result.pools[0].served, 2u);
  EXPECT_EQ(result.pools[0].maxQueue, 1u);
  expectConservation(result);
}

// Two pieces of work: the second waits where the patience of the first wait would have ended.
TEST(Patience, OfAnEarlierWaitDoesNotEndALaterOne) {
  PlanBuilder builder;
  const plan::Index impatient = builder.pool("impatient", withPatience(Law::constant(5_ms), servers(1)));
  const plan::Index patient = builder.pool("patient", servers(1));
  const auto link = [&](const std::string& key, plan::Index pool, Duration work) {
    return builder.link("to-" + key,
                        builder.program(key, pool, [&](ProgramWriter& p) { p.work(Law::constant(work)); }));
  };
  const plan::Index shortly = link("shortly", impatient, 2_ms);
  const plan::Index both = builder.link("to-both", builder.program("both", impatient, [&](ProgramWriter& p) {
    p.work(Law::constant(1_ms)).work(Law::constant(1_ms), patient);
  }));
  const plan::Index longer = link("longer", patient, 20_ms);
  builder.source(
      "users", 1_rps, [&](ProgramWriter& p) { p.send(longer).send(shortly).call(both); },
      ArrivalProcess::Deterministic);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 1900_ms;
  const RunResult result = *simulate(builder.build(), config);
  // Waits 0-2 for a server of the first pool, is served, waits 3-20 for the other: patience would end at 5.
  EXPECT_EQ(result.classes[0].latency.maxNs(), 21 * kMs);
  EXPECT_EQ(result.pools[0].abandoned, 0u);
}

TEST(Patience, AppliesToTheWaitForASeat) {
  const RunResult result =
      runSchedule(withPatience(Law::constant(5_ms), withSeats(servers(1), 2)), {{0, 10}, {1, 10}, {2, 10}});
  // Two are seated, one of which waits 9 ms for the server: that is no waiting room.
  EXPECT_EQ(endsOf(result), (Ends{10, 20, -1}));
  EXPECT_EQ(result.pools[0].abandoned, 1u);
}

// SS-27: Erlang-A (Garnett, Mandelbaum & Reiman 2002), 48/min to 50 servers of 1 min, patience 2 min.
TEST(Patience, HasTheLossOfErlangA) {
  const auto expectErlangA = [](const plan::Pool& pool) {
    const Replications runs(
        oneStream(withPatience(Law::exponential(120_s), pool), 0.8, Law::exponential(60_s)), 60'000);
    runs.expect("abandoned", 0.03091224916, 0.2, failedShare(Reason::QueueTimeout));
    runs.expect("utilisation", 0.9303242408, 0.01,
                [](const RunResult& r) { return r.pools[0].meanConcurrency / 50; });
    runs.expect("mean wait of all", 3.709469899, 0.2,
                [](const RunResult& r) { return r.pools[0].meanQueue / 0.8; });
  };
  expectErlangA(servers(50));
  expectErlangA(withSeats(unlimitedServers(), 50));
}

// M/M/c+D (Barrer 1957): with d = c mu - lambda and q_j = a^j / j!, I1 = lambda q_(c-1) (1 - e^(-d tau)) / d,
// I2 = lambda q_(c-1) e^(-d tau) / (c mu), Z = sum of q_j, j < c, + I1 + I2: P(abandon) = I2 / Z.
TEST(Patience, HasTheLossOfBarrersQueue) {
  const double load = 2.7;
  const double d = 3 - load;
  const double tau = 1;
  const double last = load * load / 2;
  const double one = load * last * -std::expm1(-d * tau) / d;
  const double two = load * last * std::exp(-d * tau) / 3;
  const double lost = two / (1 + load + last + one + two);
  const Replications runs(
      oneStream(withPatience(Law::constant(1_s), servers(3)), load, Law::exponential(1_s)), 60'000);
  runs.expect("abandoned", lost, 0.05, failedShare(Reason::QueueTimeout));
  runs.expect("utilisation", load * (1 - lost) / 3, 0.01, utilisation());
}

// Speeds ----------------------------------------------------------------------------------------------------

TEST(Speed, StretchesWork) {
  plan::Pool pool = instances(2, servers(1));
  pool.speeds = {0.5};
  const auto utilisationOf = [](const RunResult& r, std::size_t i) {
    return r.pools[0].instanceUtilisation[i];
  };
  // Random choice: two M/M/1 of 0.4 per second, one with services of 2 s, the other of 1 s.
  const Replications runs(oneStream(pool, 0.8, Law::exponential(1_s)), 80'000);
  runs.expect("slow", 0.8, 0.03, [&](const RunResult& r) { return utilisationOf(r, 0); });
  runs.expect("quick", 0.4, 0.03, [&](const RunResult& r) { return utilisationOf(r, 1); });
  runs.expect("mean response", 0.5 / (0.5 - 0.4) + 0.5 / (1 - 0.4), 0.12, meanLatency());
}

// A birth-death process with mu_n = min(n, c) mu / (1 + alpha (m - 1) + beta m (m - 1)), m at work.
TEST(Speed, FollowsTheScalingLaw) {
  constexpr double kContention = 0.05;
  constexpr double kCoherency = 0.02;
  const auto slowed = [](int n) { return 1 / (1 + kContention * (n - 1) + kCoherency * n * (n - 1)); };
  const auto meanOf = [](const std::vector<double>& p) {
    double sum = 0;
    for (std::size_t n = 0; n < p.size(); ++n) {
      sum += static_cast<double>(n) * p[n];
    }
    return sum;
  };
  plan::Pool pool = withLimit(servers(6), 10);
  pool.contention = kContention;
  pool.coherency = kCoherency;
  const std::vector<double> queued = theory::birthDeath(
      17, [](int) { return 2.5; }, [&](int n) { return std::min(n, 6) * slowed(std::min(n, 6)); });
  const Replications runs(oneStream(pool, 2.5, Law::exponential(1_s)), 60'000);
  runs.expect("number present", meanOf(queued), 0.08, meanNumber());
  runs.expect("refused", queued.back(), 0.25, failedShare(Reason::QueueFull));

  // The same shared, at most 16 at a time: the more, the slower; it does not depend on the law.
  pool = withSeats(withLimit(inOrder(ServiceOrder::Sharing, servers(6)), 0), 16);
  pool.contention = kContention;
  pool.coherency = kCoherency;
  const std::vector<double> sharedBy = theory::birthDeath(
      17, [](int) { return 1.5; }, [&](int n) { return std::min(n, 6) * slowed(n); });
  const Replications shared(oneStream(pool, 1.5, Law::hyperexponential(1_s, 2)), 60'000);
  shared.expect("number sharing", meanOf(sharedBy), 0.15,
                [](const RunResult& r) { return r.pools[0].occupancy * 16; });
}

// 15 ms of work from 0, at half the speed from 4 (11 left, 22 ms) and twice the speed from 10 (8 left, 4 ms);
// the second, of constant work too, waits until 14 and takes 7.5. The pool is an ordinary one until the first
// change.
TEST(Speed, ChangesWorkInProgress) {
  for (const bool isPacedBefore : {false, true}) {
    plan::Pool pool = servers(1);
    pool.contention = isPacedBefore ? 1e-300 : 0;
    PlanBuilder builder;
    const plan::Index link = builder.station("station", pool, Law::constant(15_ms));
    builder.source(
        "users", 1_rps,
        [&](ProgramWriter& p) {
          p.parallel({link, link}, 2);
        },
        ArrivalProcess::Deterministic);
    builder.action(1004_ms, Change::Speed, 0, 0.5).action(1010_ms, Change::Speed, 0, 2);
    RunConfig config;
    config.warmup = 1002_ms;
    config.duration = 500_ms;
    const RunResult result = *simulate(builder.build(), config);
    EXPECT_EQ(result.pools[0].service.count(), 2u);
    EXPECT_DOUBLE_EQ(result.pools[0].service.meanNs(), (14 + 7.5) / 2 * kMs);
    EXPECT_EQ(result.pools[0].busyNs, 19'500'000u) << "from the end of the warm-up at 2";
    expectConservation(result);
  }
}

// Paused from 5 to 25: a server is held, nothing is done.
TEST(Speed, OfZeroIsAPause) {
  PlanBuilder builder;
  const plan::Index link = builder.station("station", servers(1), Law::exponential(10_ms));
  builder.source(
      "users", 50_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Poisson);
  const auto plain = builder.build();
  builder.action(500_ms, Change::Speed, 0, 0).action(500_ms + 1_ns, Change::Speed, 0, 1);
  const auto paused = builder.build();
  RunConfig config;
  config.warmup = Duration();
  config.duration = 2_s;
  const RunResult before = *simulate(plain, config);
  const RunResult after = *simulate(paused, config);
  EXPECT_EQ(after.classes[0].succeeded, before.classes[0].succeeded);
  EXPECT_NEAR(after.latency.meanNs(), before.latency.meanNs(), 1) << "a pause of one nanosecond";
  EXPECT_EQ(after.happenings.size(), 2u);

  builder.raw().actions[1].at = 1500_ms;
  const RunResult longer = *simulate(builder.build(), config);
  EXPECT_GT(longer.latency.maxNs(), 900 * kMs);
  EXPECT_GT(longer.pools[0].utilisation, 0.6);
  expectConservation(longer);
}

// Both instances begin 15 ms of work at 1 s; one of them stops at 1.004: the other ends at 1.015 all the
// same.
TEST(Speed, OfOneInstanceLeavesTheOthersAlone) {
  for (const Change change : {Change::Speed, Change::PauseInstances}) {
    PlanBuilder builder;
    const plan::Index link = builder.station("station", instances(2, servers(1)), Law::constant(15_ms));
    builder.source(
        "users", 1_rps,
        [&](ProgramWriter& p) {
          p.parallel({link, link}, 2);
        },
        ArrivalProcess::Deterministic);
    builder.action(1004_ms, change, 0, 0);
    builder.raw().actions[0].firstInstance = builder.raw().actions[0].lastInstance = 0;
    RunConfig config;
    config.warmup = Duration();
    config.duration = 1500_ms;
    const RunResult result = *simulate(builder.build(), config);
    EXPECT_EQ(result.pools[0].served, 1u);
    EXPECT_EQ(result.pools[0].busyNs, 515'000'000u);
    expectConservation(result);
  }
}

// Posted by hand in the middle of the run, and replayed from its log: the same bits.
TEST(Speed, ChangesReplay) {
  const auto plan =
      oneStream(inOrder(ServiceOrder::Lifo, instances(3, servers(2))), 400, Law::lognormal(10_ms, 1));
  Result<Simulation> live = Simulation::create(plan, RunConfig{});
  live->advanceTo(7_s);
  live->post({0_s, Change::Speed, 0, 0.4});
  live->advanceTo(9_s);
  live->post({0_s, Change::Speed, 0, 1.5});
  live->advanceTo(live->end());
  const RunResult first = live->result();
  expectConservation(first);
  Result<Simulation> replay = Simulation::create(plan, RunConfig{});
  for (const plan::Action& action : first.actionLog) {
    replay->post(action);
  }
  replay->advanceTo(replay->end());
  EXPECT_EQ(replay->result().digest, first.digest);
  EXPECT_NE(simulate(plan, RunConfig{})->digest, first.digest);
}

// What is lost and found ------------------------------------------------------------------------------------

/// Overload, timeouts, kills and restores: nothing gets lost or is counted twice.
TEST(Order, ConservesWorkAndRequestsWhateverHappens) {
  for (const ServiceOrder order : {ServiceOrder::Fifo, ServiceOrder::Lifo, ServiceOrder::Priority,
                                   ServiceOrder::Preemptive, ServiceOrder::Sharing}) {
    for (const bool isShared : {false, true}) {
      for (const std::uint32_t seats : {0u, 3u}) {
        SCOPED_TRACE("order " + std::to_string(static_cast<int>(order)) + (isShared ? " shared " : " own ") +
                     std::to_string(seats));
        plan::Pool pool = withSeats(withLimit(inOrder(order, instances(4, servers(2))), 30), seats);
        pool.overflow = isShared ? plan::Overflow::Block : plan::Overflow::Refuse;
        pool.queue = isShared ? plan::QueueScope::Shared : plan::QueueScope::PerInstance;
        pool.patience = Law::exponential(60_ms);
        pool.speeds = {0.7, 1.3};
        pool.contention = 0.01;
        PlanBuilder builder;
        const plan::Index host = builder.pool("host", inOrder(order, servers(6)));
        const plan::Index at = builder.pool("station", pool);
        for (std::uint8_t priority = 0; priority < 3; ++priority) {
          const std::string key = std::to_string(priority);
          const plan::Index requestClass = builder.requestClass(key);
          builder.raw().classes[requestClass].priority = priority;
          const plan::Index link = builder.link("to-" + key,
                                                builder.program("serve-" + key, at,
                                                                [&](ProgramWriter& p) {
                                                                  p.work(Law::exponential(8_ms));
                                                                  p.work(Law::exponential(8_ms), host);
                                                                }),
                                                withTimeout(60_ms));
          builder.source(
              "from-" + key, 170_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Poisson,
              requestClass);
        }
        for (int i = 0; i < 12; ++i) {
          builder.action(Duration::milliseconds(150 + 250 * i),
                         i % 2 == 0 ? Change::KillInstances : Change::RestoreInstances, i % 4 < 2 ? at : host,
                         i % 3 == 0 ? 4 : 2);
        }
        RunConfig config;
        config.warmup = 500_ms;
        config.duration = 3_s;
        const Result<RunResult> result = simulate(builder.build(), config);
        ASSERT_TRUE(result.ok()) << result.error().message;
        ASSERT_TRUE(result->isComplete) << result->stopReason;
        expectConservation(*result);
        EXPECT_GT(result->pools[1].busyNs, 1'000u * kMs);
        EXPECT_GT(result->pools[1].lostNs, 0u);
        EXPECT_GT(result->pools[0].orphanedNs + result->pools[1].orphanedNs, 0u);
        const bool canInterrupt = order == ServiceOrder::Preemptive;
        EXPECT_EQ(result->pools[1].interrupted > 0, canInterrupt);
        const bool canWait = order != ServiceOrder::Sharing || seats > 0;
        EXPECT_EQ(result->pools[1].abandoned > 0, canWait);
      }
    }
  }
}

// The caller leaves at 10 while its work stands interrupted; the work goes on as an orphan.
TEST(Order, InterruptedWorkIsOrphanedByATimeout) {
  PlanBuilder builder;
  const plan::Index low = builder.requestClass("low");
  const plan::Index high = builder.requestClass("high");
  builder.raw().classes[low].priority = 1;
  const plan::Index pool = builder.pool("station", inOrder(ServiceOrder::Preemptive, servers(1)));
  const plan::Index program =
      builder.program("serve", pool, [](ProgramWriter& p) { p.work(Law::constant(8_ms)); });
  const plan::Index hasty = builder.link("hasty", program, withTimeout(10_ms));
  const plan::Index patient = builder.link("patient", program);
  builder.source(
      "low", 1_rps, [&](ProgramWriter& p) { p.call(hasty); }, ArrivalProcess::Deterministic, low);
  builder.source(
      "high", 1_rps, [&](ProgramWriter& p) { p.wait(Law::constant(5_ms)).call(patient); },
      ArrivalProcess::Deterministic, high);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 1900_ms;
  const RunResult result = *simulate(builder.build(), config);
  EXPECT_EQ(failures(result, Reason::TimedOut), 1u);
  EXPECT_EQ(result.classes[1].latency.maxNs(), 13 * kMs);
  EXPECT_EQ(result.pools[0].orphanedNs, 8u * kMs);
  EXPECT_EQ(result.pools[0].usefulNs, 8u * kMs);
  expectConservation(result);
}

}  // namespace
}  // namespace cantilever::sim
