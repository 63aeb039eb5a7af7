// When replications are enough.
#include "core/experiment/precision.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/experiment/estimate.h"

namespace cantilever::experiment {
namespace {

std::vector<Observation> observed(const std::vector<double>& values) {
  std::vector<Observation> all;
  for (const double value : values) {
    all.emplace_back().figures = {{"other", 1}, {"figure", value}};
  }
  return all;
}

// Of 9 and 11 in turn an even number has the mean 10, an odd one 10 - 1 / n; as all are 1 from 10, the
// squares of their deviations add up to n - n (mean - 10)^2.
TEST(Precision, IsReachedByTheFirstOnesThatAreEnough) {
  std::vector<double> values;
  for (int i = 0; i < 60; ++i) {
    values.push_back(i % 2 == 0 ? 9 : 11);
  }
  const auto width = [](std::size_t count) {
    const auto n = static_cast<double>(count);
    const double off = count % 2 == 0 ? 0 : -1 / n;
    return studentT975(count - 1) * std::sqrt((1 - off * off) / (n - 1)) / (10 + off);
  };
  std::size_t expected = Precision::kFewest;
  while (width(expected) > 0.05) {
    ++expected;
  }
  ASSERT_GT(expected, Precision::kFewest);
  const auto enough = enoughFor({"figure", 0.05}, observed(values));
  EXPECT_EQ(enough, expected);
  values.resize(expected);
  EXPECT_EQ(enoughFor({"figure", 0.05}, observed(values)), expected) << "however many were made at a time";
  EXPECT_NEAR(shareReached({"figure", 0.05}, observed(values)), width(expected), 1e-12);
  values.pop_back();
  EXPECT_EQ(enoughFor({"figure", 0.05}, observed(values)), std::nullopt);
}

TEST(Precision, NeedsTenAtLeastThatMeasuredIt) {
  EXPECT_EQ(enoughFor({"figure", 0.05}, observed(std::vector<double>(9, 5.0))), std::nullopt);
  EXPECT_EQ(enoughFor({"figure", 0.05}, observed(std::vector<double>(12, 0.0))), 10u) << "always nothing";
  EXPECT_TRUE(std::isnan(shareReached({"figure", 0.05}, observed(std::vector<double>(9, 5.0)))));
  EXPECT_EQ(enoughFor({"figure", 0.05}, observed(std::vector<double>(12, 5.0))), 10u) << "they are all alike";
  std::vector<double> unmeasured(12, 5.0);
  unmeasured[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(enoughFor({"figure", 0.05}, observed(unmeasured)), 11u);
  EXPECT_EQ(enoughFor({"nothing", 0.05}, observed(std::vector<double>(12, 5.0))), std::nullopt);
}

}  // namespace
}  // namespace cantilever::experiment
