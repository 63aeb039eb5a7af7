#include "tests/core/templates/template_runs.h"

/// What the last phases of the scaling path say of themselves and the tests of all templates do not try.
namespace cantilever::test {
namespace {

using namespace literals;

/// The same link without what is said there of balancing and second attempts.
Design askedInTurn(Design design, const char* link) {
  Link changed = *design.links.find(LinkId(link));
  changed.params.erase("hedge");
  changed.balancing = Balancing::RoundRobin;
  design.links.put(std::move(changed));
  return design;
}

// "When a region is lost the other one gets twice its load, and its services would need 107 to 111 %":
// 40,000/s x 2 ms / (18 x 4) for storefront and catalogue, 30,000/s x 2 ms / (14 x 4) for prices. What they
// cannot do waits and is refused.
TEST(ScalingPath, HasTooLittleInOneRegionForTheLoadOfBoth) {
  Design survivor = templateDesign("scaling_path_7");
  survivor.links.erase(LinkId("america-home"));
  const compile::Compiled compiled = compile::compile(survivor, catalog::Catalog::builtIn());
  ASSERT_FALSE(compiled.hasErrors());
  const auto needed = [&](std::string_view key) {
    const auto& pools = compiled.plan->pools;
    const auto at =
        std::find_if(pools.begin(), pools.end(), [&](const plan::Pool& pool) { return pool.key == key; });
    const auto index = static_cast<plan::Index>(at - pools.begin());
    return compiled.visits->totalPoolWork(index) / at->instances / at->servers;
  };
  EXPECT_NEAR(needed("storefront-eu"), 1.11, 0.01);
  EXPECT_NEAR(needed("pricing-eu"), 1.07, 0.01);
  EXPECT_NEAR(needed("storefront"), 0, 1e-9);
  const sim::RunResult run = runTemplate(survivor, {.duration = 1_s});
  EXPECT_GT(tierOf(run, "storefront-eu").utilisation, 0.99);
  // With half as many again, as the note says, there is enough.
  for (const char* service : {"storefront-eu", "catalog-eu", "pricing-eu", "users-service-eu", "orders-eu"}) {
    const Block& block = *survivor.blocks.find(BlockId(service));
    const std::int64_t tasks = std::get<Count>(block.params.at("instances")).value();
    survivor = withParam(survivor, service, "instances", Count(tasks * 3 / 2));
  }
  EXPECT_LT(tierOf(runTemplate(survivor, {.duration = 1_s}), "storefront-eu").utilisation, 0.8);
}

// A third of the pages are lists, of which the CDN has 96 %; services keep 40 % of the look-ups in their own
// memory.
TEST(ScalingPath, AsksLessInItsLastPhase) {
  const sim::RunResult before = runTemplate(templateDesign("scaling_path_7"), {.duration = 500_ms});
  const sim::RunResult after = runTemplate(templateDesign("scaling_path_8"), {.duration = 500_ms});
  const auto lookUps = [](const sim::RunResult& run) {
    return callsOver(run, "storefront-cache") / callsOver(run, "storefront-catalog");
  };
  EXPECT_NEAR(lookUps(after) / lookUps(before), 0.6, 0.01);
  EXPECT_NEAR(callsOver(after, "lists-home"), 0.5 * 0.04 * 20'800, 70);
  const double each = tierOf(after, "catalog").utilisation * tierOf(after, "catalog").meanInstances /
                      callsOver(after, "storefront-catalog");
  const double eachBefore = tierOf(before, "catalog").utilisation * tierOf(before, "catalog").meanInstances /
                            callsOver(before, "storefront-catalog");
  EXPECT_NEAR(each / eachBefore, 1.5 / 2, 0.02) << "batching takes a call from 2 to 1.5 ms";
}

// "One slow task in twelve would make one page in twelve slow": a fiftieth of its speed is 53 calls a second
// where 667 come, so that all but some time out. Fewest open calls and a second question let nobody notice.
TEST(ScalingPath, HedgesAwayASlowTask) {
  const Design tuned = templateDesign("scaling_path_8");
  const TemplateRun slow{
      .warmup = 0_s, .duration = 3_s, .load = 0.4, .scenario = "slow-task", .squeeze = 0.05};
  EXPECT_LT(failedShare(runTemplate(tuned, slow), "page"), 0.0005);
  // Slow from 1 s to 2.5 s of 3 s: half of the time, a twelfth of the pages, less what waits to be refused.
  const double without = failedShare(runTemplate(askedInTurn(tuned, "storefront-catalog"), slow), "page");
  EXPECT_GT(without, 0.015);
  EXPECT_LT(without, 0.06);
}

}  // namespace
}  // namespace cantilever::test
