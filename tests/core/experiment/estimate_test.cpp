#include "core/experiment/estimate.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "core/base/random.h"

namespace cantilever::experiment {
namespace {

TEST(Estimate, IsStudentsInterval) {
  // 1 2 3 4 5: mean 3, s = sqrt(2.5), t(4) = 2.776: 2.776 sqrt(2.5 / 5) = 1.9629.
  const Estimate of = estimateOf(std::array{1.0, 2.0, 3.0, 4.0, 5.0});
  EXPECT_DOUBLE_EQ(of.mean, 3);
  EXPECT_NEAR(of.halfWidth, 1.96293, 1e-4);
  EXPECT_EQ(of.count, 5u);
}

TEST(Estimate, OfOneValueIsInfinitelyUncertainAndOfNoneUnknown) {
  EXPECT_TRUE(std::isinf(estimateOf(std::array{7.0}).halfWidth));
  EXPECT_TRUE(std::isnan(estimateOf({}).mean));
}

TEST(Estimate, LeavesOutWhatWasNotMeasured) {
  const Estimate of = estimateOf(std::array{1.0, std::nan(""), 3.0});
  EXPECT_DOUBLE_EQ(of.mean, 2);
  EXPECT_EQ(of.count, 2u);
}

// Fisher and Yates's table (Abramowitz and Stegun 26.10): t(0.975) with 40, 60, 120 degrees of freedom.
TEST(Estimate, KnowsStudentsTBeyondTheTable) {
  EXPECT_NEAR(studentT975(40), 2.021, 5e-4);
  EXPECT_NEAR(studentT975(60), 2.000, 5e-4);
  EXPECT_NEAR(studentT975(120), 1.980, 5e-4);
  EXPECT_NEAR(studentT975(1'000'000), 1.959966, 1e-5);
  EXPECT_NEAR(studentT999(40), 3.307, 5e-4);
  EXPECT_NEAR(studentT999(60), 3.232, 5e-4);
  EXPECT_NEAR(studentT999(120), 3.160, 5e-4);
}

// 2,000 intervals from 8 uniform values each: 95 % of them hold the mean, with a standard deviation of 0.5 %,
// and a little less because the values are not normal.
TEST(Estimate, HoldsTheMeanAboutAsOftenAsItSays) {
  RandomStream random = RandomStream::named(1, 0, "estimate", "test");
  int covered = 0;
  for (int i = 0; i < 2'000; ++i) {
    std::array<double, 8> values{};
    for (double& value : values) {
      value = random.uniform();
    }
    const Estimate of = estimateOf(values);
    covered += of.low() <= 0.5 && 0.5 <= of.high() ? 1 : 0;
  }
  EXPECT_GT(covered, 1'850);
  EXPECT_LT(covered, 1'940);
}

}  // namespace
}  // namespace cantilever::experiment
