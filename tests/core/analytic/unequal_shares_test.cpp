// Instances and partitions that get more than others.
#include <gtest/gtest.h>

#include "core/analytic/contents.h"
#include "tests/core/analytic/solved_design.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::analytic {
namespace {

using namespace literals;
using sim::test::instances;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;
using sim::test::servers;
using test::expectExact;
using test::solved;

Solution balanced(double perSecond, const plan::Link& link, std::vector<double> speeds,
                  std::uint32_t number) {
  PlanBuilder builder;
  plan::Pool pool = instances(number, servers(1));
  pool.speeds = std::move(speeds);
  const plan::Index called = builder.station("s", pool, Law::exponential(1_s), link);
  builder.source("users", cantilever::perSecond(perSecond), [&](ProgramWriter& p) { p.call(called); });
  return solved(*builder.build());
}

// Three of four to one of two M/M/1: 1 / (1 - 0.75) and 1 / (1 - 0.25) seconds.
TEST(UnequalShares, ByWeights) {
  plan::Link link;
  link.balancing = Balancing::Weighted;
  link.weights = {3, 1};
  const Solution solution = balanced(1, link, {}, 2);
  expectExact(solution.classes[0].mean, 0.75 / (1 - 0.75) + 0.25 / (1 - 0.25));
  EXPECT_NE(solution.classes[0].p99.exactness, Exactness::Exact) << "a mixture of two";
}

// Without weights by speed: each of the two has four fifths of its time taken.
TEST(UnequalShares, BySpeeds) {
  plan::Link link;
  link.balancing = Balancing::Weighted;
  const Solution solution = balanced(2.4, link, {2, 1}, 2);
  EXPECT_TRUE(solution.isStable);
  EXPECT_NEAR(solution.classes[0].mean.value, 2.0 / 3 / (2 - 1.6) + 1.0 / 3 / (1 - 0.8), 1e-9);
}

// Who looks for the shortest queue does not overload the slow one; nobody knows how long it takes.
TEST(UnequalShares, OfTheShortestQueueAreNotKnown) {
  plan::Link link;
  link.balancing = Balancing::ShortestQueue;
  const Solution solution = balanced(0.9, link, {0.25, 1}, 2);
  EXPECT_TRUE(solution.isStable);
  EXPECT_FALSE(solution.classes[0].mean.isSolved());
  EXPECT_FALSE(balanced(1.3, link, {0.25, 1}, 2).isStable) << "more than both do";
}

/// Readers of a log whose messages go to partitions by their keys.
GroupSolution readBy64(double perSecond) {
  PlanBuilder builder;
  const plan::Index messages = builder.requestClass("messages");
  builder.keys(messages, 100'000, 1.0);
  plan::Log log;
  log.partitions = 64;
  log.partitioning = plan::Log::Partitioning::Key;
  const plan::Index written = builder.log("log", log);
  const plan::Index link = builder.station("reader", instances(64, servers(1)), Law::exponential(1_ms));
  builder.group(written, link);
  builder.source("users", cantilever::perSecond(perSecond), [&](ProgramWriter& p) { p.publish(written); });
  return solved(*builder.build()).groups[0];
}

// The hottest key is a twelfth of all, at one reader, beside its share of the rest.
TEST(UnequalShares, OfPartitionsWithAHotKey) {
  const double hottest = shareOfHottest(plan::KeySpace{"", 100'000, 1.0});
  EXPECT_NEAR(hottest, 0.0827, 1e-4);
  const double busiest = hottest + (1 - hottest) / 64;
  EXPECT_NEAR(readBy64(5000).utilisation.value, 5 * busiest, 1e-3);
  EXPECT_FALSE(readBy64(13'000).isStable);
  EXPECT_NEAR(readBy64(13'000).growth, 13'000 * busiest - 1000, 1);
}

}  // namespace
}  // namespace cantilever::analytic
