// Consumers that work on so many batches at a time on servers that others use as well: copies of a database
// that apply writes beside the reads.
#include <gtest/gtest.h>

#include "core/analytic/lanes.h"
#include "tests/core/analytic/agreement.h"
#include "tests/core/analytic/solved_design.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::analytic {
namespace {

using namespace literals;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;
using sim::test::servers;
using test::keyed;
using test::solved;

struct Copy {
  std::uint32_t servers = 1;
  double reads = 0;   ///< per second, of 10 ms each
  double writes = 0;  ///< the same
  std::uint32_t lanes = 1;
};

std::shared_ptr<const plan::Plan> planOf(const Copy& copy) {
  PlanBuilder builder;
  plan::Log writes;
  writes.partitioning = plan::Log::Partitioning::Random;
  writes.partitions = copy.lanes;
  const plan::Index log = builder.log("writes", writes);
  const plan::Index pool = builder.pool("copy", servers(copy.servers));
  const auto work = [](ProgramWriter& p) { p.work(Law::exponential(10_ms)); };
  const plan::Index read = builder.link("read", builder.program("read", pool, work));
  plan::ConsumerGroup group;
  group.delivery = plan::Delivery::Every;
  group.inFlight = copy.lanes;
  builder.group(log, builder.link("apply", builder.program("apply", pool, work)), group);
  builder.source("readers", perSecond(copy.reads), [&](ProgramWriter& p) { p.call(read); });
  builder.source("writers", perSecond(copy.writes), [&](ProgramWriter& p) { p.publish(log); });
  return builder.build();
}

// One server, one lane: the lane has a cycle of 1 / (1 - rho) and is there for its share of that, and who
// comes waits for it like for one more (a mixed network of product form with one customer who stays).
TEST(ConsumerLanes, OfOneServerAreAMixedNetwork) {
  const double mm1 = 0.9 / (1 - 0.9);
  const WaitsBesideLanes waits = waitsBesideLanes(0.6, 0.3, 1, 1);
  EXPECT_NEAR(waits.ofOthers * mm1, (1 + 0.3 / (1 - 0.6)) / (1 - 0.6) - 1, 1e-9);
  EXPECT_NEAR(waits.ofLanes * mm1, 0.6 / (1 - 0.6), 1e-9);
}

TEST(ConsumerLanes, ThatNeverHoldAnythingBackChangeNothing) {
  for (const double servers : {1.0, 2.0, 7.0}) {
    const WaitsBesideLanes waits = waitsBesideLanes(0.4 * servers, 0.3 * servers, servers, 100);
    EXPECT_NEAR(waits.ofOthers, 1, 1e-6) << servers;
    EXPECT_NEAR(waits.ofLanes, 1, 1e-6) << servers;
  }
}

TEST(ConsumerLanes, AgreeWithTheSimulation) {
  for (const Copy& copy : {Copy{1, 60, 30}, Copy{1, 60, 36}, Copy{2, 160, 20}, Copy{4, 300, 40},
                           Copy{4, 340, 30}, Copy{4, 300, 60, 2}}) {
    test::AgreementReport report;
    test::compare("copy", planOf(copy), 200'000, 1, report);
    EXPECT_EQ(report.solvedClasses, 1);
    for (const test::Comparison& each : report.figures) {
      EXPECT_LT(each.excess, 1) << report.worst(10);
      if (each.isOfClass) {
        EXPECT_NEAR(each.solved / each.simulated, 1, 0.15) << copy.servers << ": " << each.what;
      }
    }
  }
}

TEST(ConsumerLanes, OfHugePoolsAreLikeOthers) {
  for (const double servers : {201.0, 10'000.0}) {
    const WaitsBesideLanes waits = waitsBesideLanes(0.6 * servers, 0.35 * servers, servers, servers);
    EXPECT_EQ(waits.ofOthers, 1);
    EXPECT_EQ(waits.ofLanes, 1);
  }
  const WaitsBesideLanes large = waitsBesideLanes(150, 40, 200, 100);
  EXPECT_NEAR(large.ofOthers, 1, 1e-3);
}

// A copy with servers to spare, whose lane comes round more seldom than writes come.
TEST(ConsumerLanes, AreTooFewBeforeServersAre) {
  const Solution solution = solved(*planOf({2, 160, 38}));
  EXPECT_LT(keyed(solution.pools, "copy").utilisation.value, 1);
  const GroupSolution& apply = solution.groups[0];
  EXPECT_FALSE(apply.isStable);
  const double cycle = 0.010 + 0.010 * 0.8 * 0.8 / (1 - 0.8 * 0.8);  // with the wait in M/M/2
  EXPECT_NEAR(apply.growth, 38 - 1 / cycle, 0.5);
}

}  // namespace
}  // namespace cantilever::analytic
