#include "core/experiment/warm_up.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/base/random.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::experiment {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;

// The least of the sums over i > d of (x_i - mean_d)^2 / (n - d)^2: by hand for 10 10 1 2 1 2 1 2 1 2 ...
TEST(Mser, LeavesOutWhatIsFarFromTheRest) {
  std::vector<double> values = {10, 10};
  for (int i = 0; i < 20; ++i) {
    values.push_back(i % 2 + 1);
  }
  EXPECT_EQ(mserTruncation(values), 2u);
}

TEST(Mser, LeavesNothingOutOfWhatIsLevel) {
  RandomStream random = RandomStream::named(1, 0, "mser", "level");
  std::vector<double> values;
  for (int i = 0; i < 1'000; ++i) {
    values.push_back(random.uniform());
  }
  const std::optional<std::size_t> left = mserTruncation(values);
  ASSERT_TRUE(left);
  EXPECT_LT(*left, 100u);
}

TEST(Mser, SaysThatWhatRisesAllTheTimeHasNotSettled) {
  std::vector<double> values;
  for (int i = 0; i < 100; ++i) {
    values.push_back(i);
  }
  EXPECT_FALSE(mserTruncation(values));
}

TEST(Mser, NeedsTenValues) {
  EXPECT_FALSE(mserTruncation(std::vector<double>(9, 1.0)));
  EXPECT_TRUE(mserTruncation(std::vector<double>(10, 1.0)));
}

sim::RunConfig pilotOf(Duration duration) {
  sim::RunConfig config;
  config.warmup = Duration();
  config.duration = duration;
  return config;
}

// A cache that starts cold: requests take 100 ms until their key has been fetched, then 1 ms.
TEST(WarmUp, FindsWhenACacheIsWarm) {
  PlanBuilder builder;
  plan::Cache cache;
  cache.capacity = 1'000;
  const plan::Index contents = builder.cache("contents", cache);
  builder.keys(builder.requestClass("page"), 1'000, 0);
  builder.source("users", 100_rps, [&](ProgramWriter& p) {
    p.lookUp(contents, [&](ProgramWriter& miss) { miss.wait(Law::constant(100_ms)).fill(contents); });
    p.wait(Law::constant(1_ms));
  });
  // After t seconds the share exp(-t / 10) of the keys is missing: after 40 s hits are 98 %.
  const Result<WarmUp> found = findWarmUp(builder.build(), pilotOf(200_s));
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->hasSettled);
  EXPECT_GT(found->length, 15_s);
  EXPECT_LT(found->length, 90_s);
}

TEST(WarmUp, SaysThatAnOverloadNeverSettles) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", servers(1), Law::constant(20_ms));
  builder.source("users", 100_rps, [&](ProgramWriter& p) { p.call(link); });
  const Result<WarmUp> found = findWarmUp(builder.build(), pilotOf(20_s));
  ASSERT_TRUE(found.ok());
  EXPECT_FALSE(found->hasSettled);
}

TEST(WarmUp, RefusesWhatCannotBeRun) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", servers(1), Law::constant(20_ms));
  builder.source("users", 100_rps, [&](ProgramWriter& p) { p.call(link); });
  sim::RunConfig config = pilotOf(1_s);
  config.loadFactor = -1;
  EXPECT_EQ(findWarmUp(builder.build(), config).error().code, "sim.config");
}

}  // namespace
}  // namespace cantilever::experiment
