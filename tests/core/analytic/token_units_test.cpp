// Tokens of which requests take several at a time, beside simulations.
#include <gtest/gtest.h>

#include "core/analytic/erlang.h"
#include "tests/core/analytic/agreement.h"
#include "tests/core/analytic/solved_design.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::analytic {
namespace {

using namespace literals;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;
using test::keyed;
using test::solved;

plan::Tokens bucketOf(std::uint32_t size, Rate rate) {
  plan::Tokens bucket;
  bucket.size = size;
  bucket.refill = plan::Refill::Continuous;
  bucket.rate = rate;
  return bucket;
}

/// Two classes, of which the second takes more; `queryShare` of the requests.
std::shared_ptr<const plan::Plan> askedByTwo(const plan::Tokens& bucket, double perSecond, double queryShare,
                                             plan::Index units) {
  PlanBuilder builder;
  builder.requestClass("get");
  const plan::Index query = builder.requestClass("query");
  const plan::Index tokens = builder.tokens("bucket", bucket);
  builder.source("getters", cantilever::perSecond(perSecond * (1 - queryShare)),
                 [&](ProgramWriter& p) { p.take(tokens); });
  const plan::Index queries = builder.source("askers", cantilever::perSecond(perSecond * queryShare),
                                             [&](ProgramWriter& p) { p.take(tokens, units); });
  builder.raw().sources[queries].requestClass = query;
  return builder.build();
}

TEST(TokenUnits, AreRefusedByHowManyAreWanted) {
  for (const double load : {0.7, 0.95, 1.2, 3.0}) {
    for (const std::uint32_t size : {12u, 30u}) {
      const auto plan = askedByTwo(bucketOf(size, 100_rps), load * 100 / 2.8, 0.2, 10);
      test::AgreementReport report;
      test::compare("bucket", plan, 600'000, 1, report);
      EXPECT_EQ(report.solvedClasses, 2) << load << ", " << size;
      for (const test::Comparison& each : report.figures) {
        EXPECT_LT(each.excess, 1) << load << ", " << size << ": " << report.worst(5);
        if (each.what.ends_with(" success")) {
          EXPECT_NEAR(each.solved, each.simulated, 8e-3) << load << ", " << size << ": " << each.what;
        }
      }
    }
  }
}

TEST(TokenUnits, OfOneSizeAreAsFewerTokens) {
  for (const bool waits : {false, true}) {
    plan::Tokens many = bucketOf(30, 300_rps);
    plan::Tokens few = bucketOf(10, 100_rps);
    many.waits = few.waits = waits;
    const auto solvedFor = [](const plan::Tokens& bucket, plan::Index units) {
      PlanBuilder builder;
      const plan::Index tokens = builder.tokens("bucket", bucket);
      builder.source("users", 95_rps, [&](ProgramWriter& p) { p.take(tokens, units); });
      return solved(*builder.build());
    };
    const Solution three = solvedFor(many, 3);
    const Solution one = solvedFor(few, 1);
    EXPECT_NEAR(three.classes[0].success.value, one.classes[0].success.value, 1e-12);
    EXPECT_NEAR(three.classes[0].mean.value, one.classes[0].mean.value, 1e-12);
    EXPECT_NEAR(three.classes[0].p99.value, one.classes[0].p99.value, 1e-9);
    EXPECT_GT(waits ? one.classes[0].mean.value : 1 - one.classes[0].success.value, 0.001);
  }
}

// Erlang's loss of as many as fit, and twice as many are held as there are holders.
TEST(TokenUnits, AreHeldTogether) {
  PlanBuilder builder;
  plan::Tokens pairs;
  pairs.size = 9;
  const plan::Index tokens = builder.tokens("pairs", pairs);
  builder.source("users", 30_rps, [&](ProgramWriter& p) {
    p.take(tokens, 2);
    p.wait(Law::exponential(100_ms));
  });
  const Solution solution = solved(*builder.build());
  const double lost = erlangB(3, 4);
  EXPECT_NEAR(solution.classes[0].success.value, 1 - lost, 1e-6);
  EXPECT_NEAR(keyed(solution.tokens, "pairs").held.value, 2 * 3 * (1 - lost), 1e-6);
}

TEST(TokenUnits, BeyondTheSizeAreNeverGranted) {
  const Solution solution = solved(*askedByTwo(bucketOf(5, 100_rps), 50, 0.5, 6));
  EXPECT_GT(solution.classes[0].success.value, 0.99);
  EXPECT_EQ(solution.classes[1].success.value, 0);
}

// Who waits for more keeps those behind waiting: that has no formula here.
TEST(TokenUnits, OfDifferentSizesThatAreWaitedForAreNotSolved) {
  plan::Tokens bucket = bucketOf(12, 100_rps);
  bucket.waits = true;
  const Solution solution = solved(*askedByTwo(bucket, 95 / 2.8, 0.2, 10));
  EXPECT_FALSE(solution.classes[0].mean.isSolved());
  EXPECT_NE(solution.classes[0].mean.why.find("take more"), std::string::npos);
}

// The instance with the hottest key, a seventh of all requests, runs short long before the others.
TEST(TokensOfInstances, AreAskedForAsKeysAreSpread) {
  PlanBuilder builder;
  const plan::Index requestClass = builder.requestClass("get");
  builder.keys(requestClass, 10'000, 1.1);
  plan::Tokens bucket = bucketOf(50, 300_rps);
  bucket.scope = plan::TokenScope::Instance;
  const plan::Index tokens = builder.tokens("bucket", bucket);
  const plan::Index pool = builder.pool("shards", sim::test::instances(4, sim::test::servers(0)));
  const plan::Index shard = builder.program("shard", pool, [&](ProgramWriter& p) { p.take(tokens); });
  plan::Link owner;
  owner.balancing = Balancing::Owner;
  owner.points = 1000;
  const plan::Index link = builder.link("owner", shard, owner);
  builder.source("users", 1000_rps, [&](ProgramWriter& p) { p.call(link); });
  const auto plan = builder.build();
  const Solution solution = solved(*plan);
  EXPECT_NEAR(solution.classes[0].success.value, 0.94, 0.02);
  EXPECT_GT(solution.classes[0].success.band, 0.02) << "which keys meet there is luck";
  EXPECT_NEAR(solution.bottlenecks.front().saturatesAt.value, 1.2 / (0.25 * (1 - 0.145) + 0.145) / 4, 0.03);
  test::AgreementReport report;
  test::compare("shards", plan, 200'000, 1, report);
  EXPECT_EQ(report.solvedClasses, 1);
  EXPECT_TRUE(report.outside().empty()) << report.worst(5);
}

}  // namespace
}  // namespace cantilever::analytic
