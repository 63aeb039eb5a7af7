#include "core/analytic/special.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

namespace cantilever::analytic {
namespace {

/// The root, and how often the function was looked at.
template <class Function>
std::pair<double, int> lookedFor(double low, double high, const Function& f) {
  int looks = 0;
  const double root = rootOfIncreasing(low, high, [&](double x) {
    ++looks;
    return f(x);
  });
  return {root, looks};
}

TEST(RootOfIncreasing, OfSmoothFunctionsTakesFewLooks) {
  const auto [log, looks] = lookedFor(-50, 100, [](double x) { return std::exp(x) - 7; });
  EXPECT_DOUBLE_EQ(log, std::log(7));
  EXPECT_LE(looks, 30);  // halves alone: 56
  const auto [cube, cubeLooks] = lookedFor(0, 1, [](double x) { return x * x * x - 1e-30; });
  EXPECT_NEAR(cube / 1e-10, 1, 1e-14);  // relative to itself, not to the ends
  EXPECT_LE(cubeLooks, 100);
}

TEST(RootOfIncreasing, OfStepsIsTheStep) {
  EXPECT_DOUBLE_EQ(lookedFor(0, 3, [](double x) { return x < 0.7 ? -1.0 : 2.0; }).first, 0.7);
  EXPECT_DOUBLE_EQ(lookedFor(0, 3, [](double x) { return x < 0.7 ? -INFINITY : 1e-9; }).first, 0.7);
}

TEST(RootOfIncreasing, IsTheLeastWhereAllAreZero) {
  const auto plateau = [](double x) { return x < 1 ? x - 1 : x < 2 ? 0.0 : x - 2; };
  EXPECT_DOUBLE_EQ(lookedFor(0, 3, plateau).first, 1);
}

TEST(RootOfIncreasing, AtAnEndIsThatEnd) {
  EXPECT_NEAR(lookedFor(2, 3, [](double) { return 1.0; }).first, 2, 1e-14);
  EXPECT_NEAR(lookedFor(2, 3, [](double) { return -1.0; }).first, 3, 1e-14);
  EXPECT_NEAR(lookedFor(0, 1, [](double x) { return (x - 1) / (1 - x); }).first, 1, 1e-14);
}

}  // namespace
}  // namespace cantilever::analytic
