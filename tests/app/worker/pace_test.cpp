#include "app/gui/worker/pace.h"

#include <gtest/gtest.h>

namespace cantilever::app {
namespace {

using namespace std::chrono_literals;
using namespace literals;

const Pace::WallTime kStart{};

TEST(Pace, AllowsSimulatedTimeInProportionToWallTime) {
  Pace pace;
  pace.setSpeed(2.0, kStart, 1_s);
  EXPECT_EQ(pace.target(kStart + 100ms, 1100_ms), 1200_ms);
}

TEST(Pace, HasNoLimitFlatOut) {
  Pace pace;
  pace.setSpeed(std::nullopt, kStart, 0_s);
  EXPECT_FALSE(pace.target(kStart + 1ms, 5_s).has_value());
}

TEST(Pace, ForgetsADebtThatIsTooLong) {
  Pace pace;
  pace.setSpeed(1.0, kStart, 0_s);
  // Ten seconds of wall time passed, but the engine managed only one.
  const std::optional<Duration> target = pace.target(kStart + 10s, 1_s);
  ASSERT_TRUE(target.has_value());
  EXPECT_GT(*target, 1_s);
  EXPECT_LT(*target, 2_s);
  // From there on it follows wall time again.
  EXPECT_EQ(pace.target(kStart + 10s + 50ms, *target), *target + 50_ms);
}

// Or a thread would be busy all the time with steps of a microsecond.
TEST(Pace, WaitsUntilAStepIsWorthIt) {
  Pace pace;
  pace.setSpeed(0.5, kStart, 1_s);
  EXPECT_FALSE(pace.isWorthAStep(*pace.target(kStart, 1_s), 1_s));
  EXPECT_FALSE(pace.isWorthAStep(*pace.target(kStart + 3ms, 1_s), 1_s));
  EXPECT_TRUE(pace.isWorthAStep(*pace.target(kStart + 5ms, 1_s), 1_s));
}

TEST(Pace, StartsAnewAfterAPause) {
  Pace pace;
  pace.setSpeed(1.0, kStart, 0_s);
  pace.restart(kStart + 60s, 3_s);
  EXPECT_EQ(pace.target(kStart + 60s + 20ms, 3_s), 3020_ms);
}

}  // namespace
}  // namespace cantilever::app
