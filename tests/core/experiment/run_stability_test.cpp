// Whether one run has a steady state (rule 35).
#include "core/experiment/run_stability.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/base/text.h"
#include "core/sim/simulation.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::experiment {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;

struct Judged {
  sim::RunResult run;
  RunStability is;
};

Judged judged(PlanBuilder& builder, Duration duration, std::uint64_t seed = 1) {
  sim::RunConfig config;
  config.duration = duration;
  config.seed = seed;
  const auto plan = builder.build();
  const Result<sim::RunResult> run = sim::simulate(plan, config);
  EXPECT_TRUE(run.ok());
  return {*run, stabilityOf(*plan, *run)};
}

/// M/M/1, or with other laws of work, with 10 ms a piece.
PlanBuilder queue(double load, const Law& work = Law::exponential(10_ms)) {
  PlanBuilder builder;
  const plan::Index link = builder.station("db", servers(1), work);
  builder.source("users", perSecond(100 * load), [&](ProgramWriter& p) { p.call(link); });
  return builder;
}

// 150/s come and 100/s go.
TEST(RunStability, AnOverloadedPoolIsUnstableAndGrowsByWhatItIsNotUpTo) {
  PlanBuilder builder = queue(1.5);
  const Judged at = judged(builder, 60_s);
  EXPECT_EQ(at.is.verdict, Stability::Unstable);
  EXPECT_NEAR(at.is.growth, 50, 4 * std::sqrt(250 * 30.0) / 30);  // variance of what comes and goes in 30 s
  EXPECT_EQ(at.is.growingKind, "pool");
  EXPECT_EQ(at.is.growingKey, "db");
  EXPECT_EQ(at.is.pools, std::vector<bool>{true});
}

// One class waits before what is overloaded; the other has a database of its own, and its figures are
// results.
TEST(RunStability, TellsWhoseResponsesGrow) {
  PlanBuilder builder;
  const plan::Index reports = builder.requestClass("reports");
  const plan::Index pages = builder.requestClass("pages");
  const plan::Index lake = builder.station("lake", servers(1), Law::exponential(10_ms));
  const plan::Index db = builder.station("db", servers(1), Law::exponential(1_ms));
  builder.source(
      "analysts", 150_rps, [&](ProgramWriter& p) { p.call(lake); }, ArrivalProcess::Poisson, reports);
  builder.source(
      "users", 200_rps, [&](ProgramWriter& p) { p.call(db); }, ArrivalProcess::Poisson, pages);
  const Judged at = judged(builder, 60_s);
  ASSERT_EQ(at.is.verdict, Stability::Unstable);
  EXPECT_EQ(at.is.classes, (std::vector<bool>{true, false}));
  EXPECT_TRUE(at.is.areResponsesGrowing(at.run, "reports"));
  EXPECT_FALSE(at.is.areResponsesGrowing(at.run, "pages"));
  EXPECT_TRUE(at.is.areResponsesGrowing(at.run)) << "of all together";
}

// 100 tokens/s, one each 10 ms, for 150 requests/s that wait for theirs: no pool is busy.
TEST(RunStability, ATokenLimitThatIsAskedForMoreIsUnstable) {
  PlanBuilder builder;
  plan::Tokens limit;
  limit.size = 10;
  limit.refill = plan::Refill::Continuous;
  limit.rate = 100_rps;
  limit.waits = true;
  const plan::Index tokens = builder.tokens("limit", limit);
  const plan::Index link = builder.station("db", servers(10), Law::exponential(1_ms));
  builder.source("users", 150_rps, [&](ProgramWriter& p) { p.take(tokens).call(link); });
  const Judged at = judged(builder, 60_s);
  EXPECT_EQ(at.is.verdict, Stability::Unstable);
  EXPECT_NEAR(at.is.growth, 50, 10);
  EXPECT_EQ(at.is.growingKind, "tokens");
  EXPECT_EQ(at.is.growingKey, "limit");
  EXPECT_EQ(at.is.pools, std::vector<bool>{false});
}

// The second of two stations is offered more than it can do, but does not see what the first refuses: 50/s of
// 8 ms come there, or 119/s, which nearly fill it.
TEST(RunStability, WhatIsTurnedAwayBeforeAPoolDoesNotOverloadIt) {
  for (const Duration work : {Duration(20_ms), Duration(8400_us)}) {
    PlanBuilder builder;
    const plan::Index back = builder.station("back", servers(1), Law::constant(8_ms));
    plan::Pool one = servers(1);
    one.queueLimit = 5;
    const plan::Index front = builder.station("front", one, Law::constant(work));
    builder.source("users", 150_rps, [&](ProgramWriter& p) { p.call(front).call(back); });
    EXPECT_EQ(judged(builder, 60_s).is.verdict, Stability::Stable) << format(work);
  }
}

// A hundred users of a server that can do 100/s: never more than a hundred wait, whatever rate was stated.
TEST(RunStability, UsersThatWaitForTheirAnswersOverloadNothing) {
  PlanBuilder builder = queue(2);
  plan::Source& users = builder.raw().sources[0];
  users.kind = plan::SourceKind::Closed;
  users.users = 100;
  users.think = Law::exponential(100_ms);
  EXPECT_EQ(judged(builder, 60_s).is.verdict, Stability::Stable);
}

// Seeds 1 to 40, each with loads from light to heavy: not one is called unstable.
TEST(RunStability, QueuesWithASteadyStateAreNotCalledUnstable) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    for (const double load : {0.5, 0.8, 0.95}) {
      PlanBuilder builder = queue(load);
      EXPECT_EQ(judged(builder, 20_s, seed).is.verdict, Stability::Stable) << load << " with seed " << seed;
    }
  }
}

// A queue that is full for 99.9 % of the time needs a day to show its mean, and does not grow noticeably in
// 20 s.
TEST(RunStability, DoubtsARunThatIsShortForItsQueue) {
  PlanBuilder full = queue(0.999);
  const Judged at = judged(full, 20_s);
  EXPECT_EQ(at.is.verdict, Stability::Stable);
  ASSERT_EQ(at.is.doubts.size(), 1u);
  EXPECT_THAT(at.is.doubts[0], ::testing::HasSubstr("\"db\", which is busy for 99.9 % of the time"));
  PlanBuilder half = queue(0.5);
  EXPECT_TRUE(judged(half, 20_s).is.doubts.empty());
}

// Each request takes 40 s and waits for nothing: in 20 s none has ended, and ever more are under way.
TEST(RunStability, WhatOnlyTakesLongIsNotCalledUnstable) {
  PlanBuilder builder;
  builder.source("users", 100_rps, [](ProgramWriter& p) { p.wait(Law::constant(40_s)); });
  const Judged at = judged(builder, 20_s);
  EXPECT_EQ(at.is.verdict, Stability::Unknown);
  EXPECT_THAT(at.is.why, ::testing::HasSubstr("is under way"));
}

// Nor because something else shares its servers, or is tried again now and then.
TEST(RunStability, WhatOnlyTakesLongIsNotCalledUnstableBecauseOfOthers) {
  PlanBuilder builder;
  plan::Pool lake = servers(4);
  lake.order = plan::ServiceOrder::Sharing;
  const plan::Index shared = builder.station("lake", lake, Law::exponential(1_ms));
  builder.source("users", 100_rps, [](ProgramWriter& p) { p.wait(Law::constant(40_s)); });
  builder.source("others", 10_rps, [&](ProgramWriter& p) { p.call(shared); });
  EXPECT_EQ(judged(builder, 20_s).is.verdict, Stability::Unknown);
}

// At exactly what it can do, evenly: nothing piles up, and nobody says by how much.
TEST(RunStability, OfAPoolThatIsJustFullNoGrowthIsClaimed) {
  PlanBuilder builder;
  const plan::Index link = builder.station("db", servers(1), Law::constant(10_ms));
  builder.source(
      "users", 100_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  const Judged at = judged(builder, 60_s);
  EXPECT_EQ(at.is.verdict, Stability::Unstable);
  EXPECT_THAT(describe(at.is, "db"), ::testing::HasSubstr("as much is asked for as can be done"));
}

TEST(RunStability, OfWhatChangesNothingIsSaid) {
  PlanBuilder builder = queue(0.5);
  builder.action(10_s, Change::LoadFactor, plan::kNone, 3);
  const Judged at = judged(builder, 60_s);
  EXPECT_EQ(at.is.verdict, Stability::Unknown);
  EXPECT_TRUE(at.is.isChanging);
  EXPECT_THAT(at.is.why, ::testing::HasSubstr("a scenario changes the system"));
  EXPECT_GT(at.is.growth, 20) << "what was measured is told all the same";
}

TEST(RunStability, AShortRunTellsNothing) {
  PlanBuilder builder = queue(0.5);
  const Judged at = judged(builder, 1_s);
  EXPECT_EQ(at.is.verdict, Stability::Unknown);
  EXPECT_THAT(at.is.why, ::testing::HasSubstr("Too little"));
}

/// A walk of sixteen independent steps around `drift`, each of variance 1.
std::vector<double> walk(RandomStream& random, double drift) {
  std::vector<double> levels{0};
  for (int i = 0; i < 16; ++i) {
    levels.push_back(levels.back() + drift + random.normal());
  }
  return levels;
}

// The null hypothesis itself, a walk without drift: one in a thousand is taken for growth. Of 20,000 that is
// 20, with a standard deviation of 4.5. With a drift of 1.5 the statistic is about 6: nearly all are found.
TEST(IsGrowing, TakesOneInAThousandWalksForGrowth) {
  RandomStream random = RandomStream::named(1, 0, "walk", "test");
  int level = 0;
  int drifting = 0;
  for (int i = 0; i < 20'000; ++i) {
    level += isGrowing(walk(random, 0)) ? 1 : 0;
    drifting += isGrowing(walk(random, 1.5)) ? 1 : 0;
  }
  EXPECT_NEAR(level, 20, 4 * 4.5);
  EXPECT_GT(drifting, 18'000);
}

TEST(IsGrowing, SeesWhatGrowsEvenlyAndNotWhatFalls) {
  std::vector<double> up;
  std::vector<double> down;
  for (int i = 0; i <= 16; ++i) {
    up.push_back(i);
    down.push_back(-i);
  }
  EXPECT_TRUE(isGrowing(up));
  EXPECT_FALSE(isGrowing(down));
  EXPECT_FALSE(isGrowing(std::vector<double>(17, 5.0)));
  EXPECT_FALSE(isGrowing({1, 2, 3})) << "too few";
}

}  // namespace
}  // namespace cantilever::experiment
