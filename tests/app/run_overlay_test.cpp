#include "app/gui/run_overlay.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/app/small_design.h"

namespace cantilever::app {
namespace {

constexpr std::int64_t kTenth = 100'000'000;  // ns

std::shared_ptr<const plan::Plan> onePoolPlan() {
  auto plan = std::make_shared<plan::Plan>();
  plan->pools.resize(1);
  plan->pools[0].instances = 2;
  plan->poolOrigin = {{"app", ""}};
  plan->links.resize(1);
  plan->linkOrigin = {{"", "users-app"}};
  return plan;
}

sim::Sample sample(float utilisation, std::uint32_t calls, std::uint32_t failed, std::uint32_t refused) {
  sim::Sample sample;
  sample.lengthNs = kTenth;
  sim::Sample::OfPool pool;
  pool.utilisation = utilisation;
  pool.refused = refused;
  pool.instancesUp = 2;
  sample.pools = {pool};
  sample.links = {{calls, failed}};
  sample.classes.resize(1);
  sample.classes[0].failed[static_cast<std::size_t>(plan::Reason::TimedOut)] = failed;
  return sample;
}

RunOverlay overlayOfSmallDesign() {
  return {std::make_shared<const Design>(testing::smallDesign()), onePoolPlan()};
}

TEST(RunOverlay, ShowsRatesPerSecondOfBlocksAndLinks) {
  RunOverlay overlay = overlayOfSmallDesign();
  overlay.add({sample(0.5F, 20, 0, 0)}, 1);
  const widgets::CanvasOverlay shown = overlay.overlay(true);
  EXPECT_TRUE(shown.isLive);
  EXPECT_NEAR(shown.links.at(LinkId("users-app")).requestsPerSecond, 200, 1e-9);
  EXPECT_NEAR(shown.blocks.at(BlockId("app")).requestsPerSecond, 200, 1e-9);
  EXPECT_NEAR(shown.blocks.at(BlockId("users")).requestsPerSecond, 200, 1e-9);
  EXPECT_NEAR(shown.blocks.at(BlockId("app")).utilisation, 0.5, 1e-6);
  EXPECT_LT(shown.blocks.at(BlockId("users")).utilisation, 0);  // has no pool
}

// The step answer of exponential smoothing with time constant 2.5 s is 1 - exp(-t / 2.5 s).
TEST(RunOverlay, SmoothsOverTwoAndAHalfSecondsOfShownTime) {
  RunOverlay overlay = overlayOfSmallDesign();
  overlay.add({sample(0, 20, 0, 0)}, 1);
  overlay.add(std::vector<sim::Sample>(25, sample(1, 20, 0, 0)), 1);
  EXPECT_NEAR(overlay.overlay(true).blocks.at(BlockId("app")).utilisation, 1 - std::exp(-1.0), 1e-6);
}

TEST(RunOverlay, SmoothsOverMoreSimulatedTimeWhenShownFaster) {
  RunOverlay overlay = overlayOfSmallDesign();
  overlay.add({sample(0, 20, 0, 0)}, 5);
  overlay.add(std::vector<sim::Sample>(125, sample(1, 20, 0, 0)), 5);
  EXPECT_NEAR(overlay.overlay(true).blocks.at(BlockId("app")).utilisation, 1 - std::exp(-1.0), 1e-6);
}

TEST(RunOverlay, SaysWhyABlockRefuses) {
  RunOverlay overlay = overlayOfSmallDesign();
  overlay.add({sample(1, 20, 5, 5)}, 1);
  EXPECT_EQ(overlay.overlay(true).blocks.at(BlockId("app")).failureReason, QStringLiteral("queue full"));
}

TEST(RunOverlay, AMissedLookUpIsNoFailure) {
  Design design = testing::smallDesign();
  Link link = *design.links.find(LinkId("users-app"));
  link.role = LinkRole::Lookup;
  design.links.put(link);
  RunOverlay overlay(std::make_shared<const Design>(design), onePoolPlan());
  overlay.add({sample(1, 20, 5, 0)}, 1);
  const widgets::CanvasOverlay shown = overlay.overlay(true);
  EXPECT_EQ(shown.links.at(LinkId("users-app")).failuresPerSecond, 0);
  EXPECT_EQ(shown.blocks.at(BlockId("app")).failuresPerSecond, 0);
  overlay.add({sample(1, 20, 5, 5)}, 1);
  EXPECT_GT(overlay.overlay(true).blocks.at(BlockId("app")).failuresPerSecond, 0) << "what it refuses is";
}

TEST(RunOverlay, GivesOtherFailuresTheCommonestReason) {
  RunOverlay overlay = overlayOfSmallDesign();
  overlay.add({sample(1, 20, 5, 0)}, 1);
  const auto shown = overlay.overlay(true).blocks.at(BlockId("app"));
  EXPECT_EQ(shown.failureReason, QStringLiteral("timed out"));
  EXPECT_NEAR(shown.failuresPerSecond, 50, 1e-9);
}

// A smoothed rate never gets to zero: a line would tell of its one failure for ever.
TEST(RunOverlay, ForgetsFailuresThatArePast) {
  RunOverlay overlay = overlayOfSmallDesign();
  overlay.add({sample(0.5F, 20, 5, 0)}, 1);
  EXPECT_GT(overlay.overlay(true).links.at(LinkId("users-app")).failuresPerSecond, 0);
  overlay.add(std::vector<sim::Sample>(400, sample(0.5F, 20, 0, 0)), 1);
  EXPECT_EQ(overlay.overlay(true).links.at(LinkId("users-app")).failuresPerSecond, 0);
  EXPECT_EQ(overlay.overlay(true).blocks.at(BlockId("app")).failuresPerSecond, 0);
}

TEST(RunOverlay, ShowsNothingBeforeTheFirstSample) {
  EXPECT_TRUE(overlayOfSmallDesign().overlay(true).blocks.empty());
}

}  // namespace
}  // namespace cantilever::app
