// The reference cases, drawn as designs and solved: the same expected values as the simulation's (cases.json,
// where their sources are), to 1e-6 where the solver says that it is exact, within its band else.
#include <gtest/gtest.h>

#include "tests/core/analytic/solved_design.h"

namespace cantilever::analytic::test {
namespace {

const Figure& meanOf(const Solution& solution) {
  return solution.classes.at(0).mean;
}

// One key at 500/s that lives for 30 s and is fetched in 200 ms, by each that misses it meanwhile (CA-10).
TEST(ReferenceDesigns, StampedesOfAHotKey) {
  const Solution hot = solvedReference("CA-10");
  EXPECT_NEAR(hot.caches[0].hitRatio.value, 15'000.0 / 15'101, 1e-9);
  EXPECT_NEAR(keyed(hot.links, "cache-origin").calls[0], 500 * 101.0 / 15'101, 1e-6);
  EXPECT_NEAR(meanOf(hot).value, 101.0 / 15'101 * 0.2, 1e-9);
}

TEST(ReferenceDesigns, SingleStations) {
  const Solution one = solvedReference("SS-01");
  expectExact(keyed(one.pools, "server").wait, 0.04);
  expectExact(one.classes[0].mean, 0.05);
  expectExact(one.classes[0].p95, 0.1497866137);
  expectExact(one.classes[0].p99, 0.2302585093);
  expectExact(keyed(one.pools, "server").utilisation, 0.8);
  EXPECT_NEAR(one.pools[0].queue.value + one.pools[0].concurrency.value, 4, 4e-6);

  const Solution ten = solvedReference("SS-03");
  expectExact(keyed(ten.pools, "server").wait, 0.02045900754);
  expectExact(ten.classes[0].p95, 0.3328274679);
  expectExact(ten.classes[0].p99, 0.4946111328);

  const Solution room = solvedReference("SS-07");
  expectExact(keyed(room.pools, "server").lost, 0.08679393327);
  expectExact(keyed(room.pools, "server").wait, 0.05738145467);
  expectExact(keyed(room.pools, "server").utilisation, 0.8675457634);
  expectExact(room.classes[0].succeeded, 34.70183054);

  expectExact(keyed(solvedReference("SS-10").pools, "server").concurrency, 50);

  const Solution constant = solvedReference("SS-11");
  expectExact(keyed(constant.pools, "server").wait, 2);
  expectExact(constant.classes[0].p95, 6.620324997 + 1);
  expectExact(constant.classes[0].p99, 10.35588679 + 1);

  expectExact(keyed(solvedReference("SS-12").pools, "server").wait, 5.833333333);
  expectExact(keyed(solvedReference("SS-16").pools, "server").wait, 0.2890600073);
  expectExact(keyed(solvedReference("SS-18").pools, "server").wait, 0.4232260725);

  const Solution clockwork = solvedReference("SS-20");
  expectExact(keyed(clockwork.pools, "server").wait, 4.178659422);
  expectExact(keyed(solvedReference("SS-22").pools, "server").wait, 0.8611782676);

  expectExact(meanOf(solvedReference("SS-24")), 3.333333333);

  const Solution priorities = solvedReference("SS-25");
  expectExact(keyed(priorities.classes, "first").mean, 2);
  expectExact(keyed(priorities.classes, "second").mean, 3);
  expectExact(keyed(priorities.classes, "third").mean, 9);

  const Solution impatient = solvedReference("SS-27");
  expectExact(keyed(impatient.pools, "server").lost, 0.03091224916);
  expectExact(keyed(impatient.pools, "server").wait, 3.615900240);  // of those served; 3.709 s of all
  expectExact(keyed(impatient.pools, "server").utilisation, 0.9303242408);

  expectExact(meanOf(solvedReference("SS-30")), 10);
  expectExact(meanOf(solvedReference("SS-31")), 20);
}

TEST(ReferenceDesigns, Networks) {
  const Solution jackson = solvedReference("NW-01");
  expectExact(meanOf(jackson), 1.544642857);
  const PoolSolution& cpu = keyed(jackson.pools, "cpu");
  EXPECT_NEAR(cpu.queue.value + cpu.concurrency.value, 4, 4e-6);
  expectExact(keyed(jackson.pools, "disk").utilisation, 0.6);

  const Solution tandem = solvedReference("NW-03");
  expectExact(tandem.classes[0].mean, 0.09761904762);
  expectExact(tandem.classes[0].p95, 0.2165162198);
  expectExact(tandem.classes[0].p99, 0.2998916671);

  const Solution jain = solvedReference("NW-04");
  expectExact(jain.classes[0].offered, 0.3332465122);
  expectExact(jain.classes[0].mean, 56.01563187);

  const Solution lazowska = solvedReference("NW-07");
  expectExact(keyed(lazowska.classes, "a").offered, 0.1578947368);
  expectExact(keyed(lazowska.classes, "b").offered, 0.1052631579);
  expectExact(keyed(lazowska.classes, "a").mean, 6.333333333);
  expectExact(keyed(lazowska.classes, "b").mean, 9.5);

  const Solution gunther = solvedReference("NW-10");
  expectExact(gunther.classes[0].offered, 92.39452505);
  expectExact(gunther.classes[0].mean, 0.1082315212);
  expectExact(keyed(gunther.pools, "db").utilisation, 0.06652405803);
  expectExact(keyed(gunther.pools, "web").utilisation, 0.9054663455);

  const Solution open = solvedReference("NW-12");
  expectExact(keyed(open.classes, "a").mean, 30.08333333);
  expectExact(keyed(open.classes, "b").mean, 41.16666667);

  const Solution shop = solvedReference("NW-13");
  expectExact(keyed(shop.pools, "checkout").wait, 1.135254989 * 60);
  expectExact(keyed(shop.pools, "browse").concurrency, 30);

  const Solution feedback = solvedReference("NW-14");
  expectExact(meanOf(feedback), 0.05);
  expectExact(keyed(feedback.pools, "server").work, 71.42857143);

  expectExact(meanOf(solvedReference("NW-16")), 7);

  const Solution fan = solvedReference("NW-18");
  expectExact(fan.classes[0].mean, 0.05857936508);
  expectExact(fan.classes[0].p50, 0.05407110384);
  expectExact(fan.classes[0].p99, 0.1380647359);
}

TEST(ReferenceDesigns, Balancing) {
  const Solution random = solvedReference("LB-01");
  expectExact(meanOf(random), 10);
  expectExact(random.classes[0].p99, 46.05170186);
  const Solution turns = solvedReference("LB-02");
  expectExact(meanOf(turns), 3.26738361);
  expectExact(turns.classes[0].p99, 15.04685759);
  expectExact(meanOf(solvedReference("LB-11")), 2.955736618);
  // Approximations: the limit of many queues, and published simulations of 100.
  expectWithin(meanOf(solvedReference("LB-04")), 1.2673);
  expectWithin(meanOf(solvedReference("LB-05")), 1.9585);
  expectWithin(meanOf(solvedReference("LB-06")), 2.6454);
  expectWithin(meanOf(solvedReference("LB-07")), 1.6202);
  EXPECT_NEAR(meanOf(solvedReference("LB-04")).value / 1.265686036, 1, 1e-4);
}

TEST(ReferenceDesigns, Tails) {
  const Solution quorum = solvedReference("TL-05");
  expectExact(meanOf(quorum), 0.007833333333);
  expectExact(quorum.classes[0].p99, 0.02247719673);
  const Solution hedged = solvedReference("TL-06");
  expectWithin(hedged.classes[0].p99, 0.02676269246);
  EXPECT_NEAR(hedged.classes[0].p99.value / 0.02676269246, 1, 1e-5);
  EXPECT_NEAR(keyed(hedged.links, "users-leaf").rate.value / 100, 1.01618286177, 1e-6);
  const Solution slow = solvedReference("TL-08");
  EXPECT_NEAR(slow.classes[0].p99.value / 0.04605170186, 1, 1e-5);
  EXPECT_NEAR(slow.classes[0].p50.value / 0.007506780014, 1, 1e-5);
  // 100 leaves, each slow (101 ms instead of 1 ms) with probability 0.01: P(slow) = 0.634.
  EXPECT_NEAR((meanOf(solvedReference("TL-01")).value - 0.001) / 0.1, 0.6339676587, 0.01);
}

TEST(ReferenceDesigns, Caches) {
  expectWithin(keyed(solvedReference("CA-01").caches, "cache").hitRatio, 0.4366597222);
  EXPECT_NEAR(solvedReference("CA-01").caches[0].hitRatio.value / 0.4366597222, 1, 1e-6);
  EXPECT_NEAR(solvedReference("CA-03").caches[0].hitRatio.value / 0.6056718123, 1, 1e-6);
  EXPECT_NEAR(solvedReference("CA-06").caches[0].hitRatio.value / 0.9011591632, 1, 1e-6);
  expectWithin(solvedReference("CA-04").caches[0].hitRatio, 0.5294594768);
}

TEST(ReferenceDesigns, Resilience) {
  const Solution retries = solvedReference("RS-01");
  expectExact(retries.classes[0].success, 0.999);
  expectExact(keyed(retries.links, "users-server").rate, 111);
  expectExact(keyed(solvedReference("RS-02").links, "layer-4-layer-5").rate, 100 * 243);
  const Solution bucket = solvedReference("RS-05");
  expectExact(keyed(bucket.tokens, "limit").refused, 0.1709107685);
  expectExact(bucket.classes[0].succeeded, 994.9070778);
  expectExact(solvedReference("RS-07").classes[0].success, 0.01550387597);
  const Solution breakdown = solvedReference("RS-17");
  expectExact(meanOf(breakdown), 4.464646465);
  expectExact(breakdown.classes[0].availability, 100.0 / 110);
  expectExact(meanOf(solvedReference("RS-18")), 2.55);
}

TEST(ReferenceDesigns, Streams) {
  const Solution twelve = solvedReference("ST-01");
  expectExact(keyed(twelve.groups, "log-readers").wait, 0.00625);
  expectExact(keyed(twelve.groups, "log-readers").inLog, 0.00725);
  expectExact(keyed(twelve.groups, "log-readers").lag, 12 * 5.208333333);
  const Solution five = solvedReference("ST-02");
  expectExact(keyed(five.groups, "log-readers").inLog, 0.01333333333);
  EXPECT_NEAR(keyed(five.groups, "log-readers").utilisation.value, 0.8571428571, 1e-6);
}

}  // namespace
}  // namespace cantilever::analytic::test
