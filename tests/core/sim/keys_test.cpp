#include "core/sim/keys.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/analytic/contents.h"
#include "core/catalog/policies/class_policy.h"
#include "core/compile/compile.h"
#include "core/vocabulary/hit_ratio.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

/// Which keys requests are about: hot ones with their shares, and keys whose popularity drifts.
namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using cantilever::test::design;
using cantilever::test::DesignBuilder;

plan::KeySpace keysWith(std::uint32_t count, double exponent, std::vector<double> hot, Duration drift = {}) {
  return {"keys", count, exponent, std::move(hot), drift};
}

TEST(HotKeys, HaveTheirSharesAndTheOthersTheRest) {
  constexpr int kDraws = 400'000;
  const KeySampler sampler(keysWith(100, 1, {0.3, 0.01, 0.1}));
  RandomStream stream = RandomStream::named(1, 0, "hot", "keys");
  std::vector<int> seen(100, 0);
  for (int i = 0; i < kDraws; ++i) {
    ++seen[sampler.draw(stream, 0)];
  }
  const std::vector<double> others = analytic::zipfShares(97, 1);
  std::vector<double> shares = {0.3, 0.01, 0.1};
  for (const double each : others) {
    shares.push_back(0.59 * each);
  }
  double chiSquare = 0;
  for (std::size_t key = 0; key < shares.size(); ++key) {
    const double expected = shares[key] * kDraws;
    chiSquare += (seen[key] - expected) * (seen[key] - expected) / expected;
  }
  EXPECT_LT(chiSquare, 148.2);  // 99 degrees of freedom, 0.999 quantile
}

TEST(HotKeys, MayBeAllThereAre) {
  const KeySampler sampler(keysWith(2, 0, {0.75, 0.25}));
  RandomStream stream = RandomStream::named(1, 0, "hot", "keys");
  int first = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::uint32_t key = sampler.draw(stream, 0);
    ASSERT_LT(key, 2u);
    first += key == 0 ? 1 : 0;
  }
  EXPECT_NEAR(first, 75'000, 3.3 * std::sqrt(100'000 * 0.75 * 0.25));
}

TEST(HotKeys, DriftSoThatANewOneComesEachTime) {
  RandomStream stream = RandomStream::named(1, 0, "hot", "keys");
  const KeySampler sampler(keysWith(5, 0, {1}, 10_ms));
  const auto at = [&](Duration time) { return sampler.draw(stream, time.ns()); };
  EXPECT_EQ(at(0_ms), 0u);
  EXPECT_EQ(at(9.9_ms), 0u);
  EXPECT_EQ(at(10_ms), 4u);
  EXPECT_EQ(at(25_ms), 3u);
  EXPECT_EQ(at(49_ms), 1u);
  EXPECT_EQ(at(50_ms), 0u) << "all have had their turn";
  EXPECT_EQ(sampler.draw(stream, -5), 0u) << "before the world moves";
  // Whoever was the hottest is the second then.
  const KeySampler two(keysWith(5, 0, {0.5, 0.5}, 10_ms));
  for (int i = 0; i < 100; ++i) {
    const std::uint32_t key = two.draw(stream, (20_ms).ns());
    EXPECT_TRUE(key == 3 || key == 4) << key;
  }
}

// Least recently used with room for two of three keys: exact by King (1971).
TEST(HotKeys, MakeTheHitRatioThatTheirSharesMake) {
  const std::vector<double> shares = {0.6, 0.3, 0.1};
  PlanBuilder builder;
  const plan::Index requests = builder.requestClass("all");
  builder.keys(requests, 3, 0);
  builder.raw().keySpaces[0].hot = shares;
  plan::Cache two;
  two.capacity = 2;
  const plan::Index cache = builder.cache("cache", two);
  builder.source("users", 1000_rps,
                 [=](ProgramWriter& p) { p.lookUp(cache, [=](ProgramWriter& miss) { miss.fill(cache); }); });
  const Replications runs(builder.build(), 30'000, 10);
  runs.expect("hit ratio", analytic::exactHitRatioOfLru(shares, 2), 0.01, [](const RunResult& run) {
    return static_cast<double>(run.caches[0].hits) / static_cast<double>(run.caches[0].lookups);
  });
}

// Two of a thousand are asked for; the others never are, and are in nobody's way.
TEST(HotKeys, LeaveNothingToOthersIfTheyAreAllThatIsAskedFor) {
  const plan::KeySpace keys = keysWith(1000, 1, {0.5, 0.5});
  plan::Cache cache;
  for (const plan::Eviction eviction :
       {plan::Eviction::LeastRecentlyUsed, plan::Eviction::LeastFrequentlyUsed, plan::Eviction::FirstIn}) {
    cache.eviction = eviction;
    for (const std::uint32_t room : {2u, 1000u, plan::Cache::kUnlimited}) {
      cache.capacity = room;
      EXPECT_NEAR(plan::expectedHitRatio(cache, {{keys, 100}}), 1, 1e-6) << room;
    }
  }
}

TEST(HotKeys, AreReckonedWithLikeZipfsLawWhereTheyFollowIt) {
  plan::Cache cache;
  cache.capacity = 10;
  const plan::KeySpace listed = keysWith(50, 0, analytic::zipfShares(50, 0.9));
  const plan::KeySpace named = keysWith(50, 0.9, {});
  EXPECT_NEAR(plan::expectedHitRatio(cache, {{listed, 100}}), plan::expectedHitRatio(cache, {{named, 100}}),
              1e-6);
  EXPECT_NEAR(analytic::shareOfHottest(listed), analytic::shareOfHottest(named), 1e-12);
  double listedSum = 0;
  for (const analytic::KeysAlike& each : analytic::keysAlike(keysWith(1'000'000, 1, {0.2, 0.1}))) {
    listedSum += each.keys * each.share;
  }
  EXPECT_NEAR(listedSum, 1, 1e-9);
  EXPECT_DOUBLE_EQ(analytic::shareOfHottest(keysWith(1'000'000, 1, {0.2, 0.1})), 0.2);
  EXPECT_GT(analytic::shareOfHottest(keysWith(10, 5, {0.2})), 0.7) << "one of the others is hotter";
}

// A cache with room for all holds what was hot; each time a new key becomes so it is missed once. Ten keys
// share all requests, one of them is new each second, of so many that none comes twice.
TEST(HotKeys, ThatAreNewAreMissed) {
  PlanBuilder builder;
  const plan::Index requests = builder.requestClass("all");
  builder.keys(requests, 1'000'000, 0);
  builder.raw().keySpaces[0].hot = std::vector<double>(10, 0.1);
  builder.raw().keySpaces[0].drift = 1_s;
  const plan::Index cache = builder.cache("cache", {});
  builder.source("users", 500_rps,
                 [=](ProgramWriter& p) { p.lookUp(cache, [=](ProgramWriter& miss) { miss.fill(cache); }); });
  const RunResult run = runFor(99.5_s, builder);
  EXPECT_EQ(run.caches[0].lookups - run.caches[0].hits, 10u + 99u);
}

TEST(HotKeys, ComeFromDesigns) {
  const DesignBuilder drawn =
      design().block("users", "source").block("web", "pool").link("users", "web").workload("users", 10_rps);
  const std::string request = drawn.build().workloads.begin()->requestClass.text();
  const auto with = [&](int keys, const char* hot) {
    return compile::compile(DesignBuilder(drawn)
                                .classParam(request, "keys", keys)
                                .classParam(request, "hot_keys", std::string(hot))
                                .classParam(request, "key_drift", 30_s),
                            catalog::Catalog::builtIn());
  };
  const compile::Compiled fine = with(100, "20 %, 5 %");
  ASSERT_NE(fine.plan, nullptr);
  ASSERT_EQ(fine.plan->keySpaces.size(), 1u);
  EXPECT_EQ(fine.plan->keySpaces[0].hot, (std::vector<double>{0.2, 0.05}));
  EXPECT_EQ(fine.plan->keySpaces[0].drift, 30_s);
  for (const auto& [keys, hot] : {std::pair{2, "20 %, 5 %, 1 %"}, std::pair{2, "20 %, 5 %"}}) {
    const compile::Compiled wrong = with(keys, hot);
    EXPECT_EQ(wrong.plan, nullptr) << hot;
    EXPECT_EQ(wrong.diagnostics.front().code, "class.hot_keys");
  }
  EXPECT_EQ(with(1, "20 %").diagnostics.front().code, "class.in_vain");
  EXPECT_FALSE(catalog::parseHotKeys("60 %, 50 %").ok());
  EXPECT_FALSE(catalog::parseHotKeys("0 %").ok());
  EXPECT_FALSE(catalog::parseHotKeys("video 5").ok());
  EXPECT_TRUE(catalog::parseHotKeys("")->empty());
}

}  // namespace
}  // namespace cantilever::sim
