#include "core/analytic/solve.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/core/analytic/solved_design.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::analytic::test {
namespace {

using namespace literals;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;
using sim::test::servers;
using sim::test::shared;
using sim::test::withLimit;

/// Of the mean rate of 50 a second, in bursts of a second.
plan::Bursts threefold() {
  return {3, 0.2, 1_s};
}

/// Bursts are what they are behind a constant delay, beside other requests, and where each is sent one of two
/// ways at random: MMPP/M/1, two phases of a chain. Simulated are 439, 110 and 428 ms.
TEST(OtherArrivals, FollowsBurstsToTheFirstQueue) {
  PlanBuilder delayed;
  const plan::Index server = delayed.station("server", servers(1), Law::exponential(10_ms));
  const plan::Index users = delayed.source("users", 50_rps, [&](ProgramWriter& p) {
    p.wait(Law::constant(10_ms));
    p.call(server);
  });
  delayed.raw().sources[users].bursts = threefold();
  expectExact(solved(*delayed.build()).classes[0].mean, 0.4412978009);

  PlanBuilder beside;
  const plan::Index shared = beside.station("server", servers(1), Law::exponential(10_ms));
  beside.source("bursty", 25_rps, [&](ProgramWriter& p) { p.call(shared); });
  plan::Source steady = beside.raw().sources.front();
  steady.key = "steady";
  steady.rate = 40_rps;
  beside.raw().sources.front().bursts = threefold();
  beside.raw().sources.push_back(steady);
  expectExact(solved(*beside.build()).classes[0].mean, 0.1107623973);

  PlanBuilder split;
  const plan::Index left = split.station("left", servers(1), Law::exponential(10_ms));
  const plan::Index right = split.station("right", servers(1), Law::exponential(10_ms));
  const plan::Index all = split.source("users", 100_rps, [&](ProgramWriter& p) {
    p.ifChance(
        0.5, [&](ProgramWriter& q) { q.call(left); }, [&](ProgramWriter& q) { q.call(right); });
  });
  split.raw().sources[all].bursts = threefold();
  EXPECT_NEAR(solved(*split.build()).classes[0].mean.value, 0.4312978009, 1e-8);
}

/// What a queue that bursts overload passes on has no formula here, nor have priorities, limits and logs.
TEST(OtherArrivals, DoesNotTakeBurstsForPoisson) {
  PlanBuilder builder;
  const plan::Index first = builder.station("first", servers(1), Law::exponential(10_ms));
  const plan::Index second = builder.station("second", servers(1), Law::exponential(10_ms));
  const plan::Index users = builder.source("users", 50_rps, [&](ProgramWriter& p) {
    p.call(first);
    p.call(second);
  });
  builder.raw().sources[users].bursts = threefold();
  const Solution solution = solved(*builder.build());
  EXPECT_NEAR(keyed(solution.pools, "first").wait.value, 0.4212978009, 1e-8);
  EXPECT_FALSE(keyed(solution.pools, "second").wait.isSolved());
  EXPECT_FALSE(solution.classes[0].mean.isSolved());
  // Bursts that leave room everywhere are between none and those that last for ever.
  builder.raw().sources[users].rate = 25_rps;
  const Solution calm = solved(*builder.build());
  EXPECT_TRUE(calm.classes[0].mean.isSolved()) << calm.classes[0].mean.why;
  EXPECT_EQ(calm.classes[0].mean.exactness, Exactness::Approximation);

  PlanBuilder limited;
  plan::Tokens bucket;
  bucket.size = 10;
  bucket.refill = plan::Refill::Continuous;
  bucket.rate = 100_rps;
  const plan::Index tokens = limited.tokens("bucket", bucket);
  const plan::Index asking = limited.source("users", 80_rps, [&](ProgramWriter& p) { p.take(tokens); });
  limited.raw().sources[asking].bursts = plan::Bursts{2, 0.3, 1_s};
  EXPECT_FALSE(keyed(solved(*limited.build()).tokens, "bucket").refused.isSolved());
}

/// The second of two queues gets arrivals between equally spaced and Poisson's: simulated are 63 ms.
TEST(OtherArrivals, KnowsThatEvenArrivalsWaitLess) {
  PlanBuilder builder;
  const plan::Index first = builder.station("first", servers(1), Law::exponential(10_ms));
  const plan::Index second = builder.station("second", servers(1), Law::exponential(10_ms));
  builder.source(
      "users", 80_rps,
      [&](ProgramWriter& p) {
        p.call(first);
        p.call(second);
      },
      ArrivalProcess::Deterministic);
  expectWithin(solved(*builder.build()).classes[0].mean, 0.063);
}

/// Not the same for who comes in a batch and who does not: M^[X]/M/1, the queue is 12.2 long.
TEST(OtherArrivals, KeepsThoseWhoComeInBatchesApart) {
  PlanBuilder builder;
  builder.requestClass("many");
  const plan::Index single = builder.requestClass("single");
  const plan::Index server = builder.station("server", servers(1), Law::exponential(10_ms));
  const auto ask = [&](ProgramWriter& p) { p.call(server); };
  const plan::Index many = builder.source("many", 40_rps, ask);
  builder.source("single", 40_rps, ask, ArrivalProcess::Poisson, single);
  builder.raw().sources[many].batch = CountLaw::fixed(10);
  const Solution solution = solved(*builder.build());
  expectExact(keyed(solution.pools, "server").queue, 12.2);
  // The first of a batch waits as one who comes alone does, the last for nine more.
  EXPECT_NEAR(keyed(solution.classes, "many").mean.value - keyed(solution.classes, "single").mean.value,
              0.045, 1e-6);
}

/// Equally spaced arrivals at a server without a queue: e^(-T/S) find it busy.
TEST(OtherArrivals, RefusesOtherArrivalsThanPoissons) {
  PlanBuilder builder;
  const plan::Index server = builder.station("server", withLimit(servers(1), 0), Law::exponential(10_ms));
  const plan::Index users = builder.source(
      "users", 80_rps, [&](ProgramWriter& p) { p.call(server); }, ArrivalProcess::Deterministic);
  expectExact(solved(*builder.build()).pools[0].lost, std::exp(-1.25));
  builder.raw().pools[0].queueLimit = 10;
  builder.raw().sources[users].arrivals = ArrivalProcess::Poisson;
  builder.raw().sources[users].batch = CountLaw::fixed(10);
  EXPECT_NEAR(solved(*builder.build()).pools[0].lost.value, 0.305, 0.002);  // simulated: 0.307
}

/// Requests that give up waiting: times are of those served (Baccelli and Hebuterne 1981); with priorities
/// there is no formula.
TEST(OtherArrivals, KnowsTheTimesOfThoseWhoDidNotGiveUp) {
  PlanBuilder builder;
  builder.requestClass("a");
  const plan::Index other = builder.requestClass("b");
  plan::Pool pool = servers(1);
  pool.patience = Law::exponential(50_ms);
  const plan::Index server = builder.station("server", pool, Law::exponential(100_ms));
  const auto ask = [&](ProgramWriter& p) { p.call(server); };
  builder.source("a", 9_rps, ask);
  expectExact(solved(*builder.build()).classes[0].mean, 0.1 + 0.009847645498);
  builder.source("b", 1_rps, ask, ArrivalProcess::Poisson, other);
  builder.raw().classes[other].priority = 1;
  builder.raw().pools[0].order = plan::ServiceOrder::Priority;
  EXPECT_FALSE(solved(*builder.build()).classes[0].mean.isSolved());
}

/// A queue of constant service passes on arrivals that hardly ever wait at the next one like it: 65 ms.
TEST(OtherArrivals, SaysHowMuchQueuesDisturbThoseBehind) {
  PlanBuilder builder;
  const plan::Index first = builder.station("first", servers(1), Law::constant(10_ms));
  const plan::Index second = builder.station("second", servers(1), Law::constant(10_ms));
  builder.source("users", 90_rps, [&](ProgramWriter& p) {
    p.call(first);
    p.call(second);
  });
  expectWithin(solved(*builder.build()).classes[0].mean, 0.065);
}

}  // namespace
}  // namespace cantilever::analytic::test
