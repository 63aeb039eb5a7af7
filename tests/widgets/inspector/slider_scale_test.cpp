#include "widgets/inspector/slider_scale.h"

#include <gtest/gtest.h>

namespace cantilever::widgets {
namespace {

catalog::ParamSpec specOver(ParamValue value, double minimum, double maximum, bool isLogarithmic) {
  catalog::ParamSpec spec;
  spec.kind = kindOf(value);
  spec.defaultValue = value;
  spec.minimum = minimum;
  spec.maximum = maximum;
  spec.isLogarithmic = isLogarithmic;
  return spec;
}

TEST(SliderScale, NeedsARangeWithTwoEnds) {
  catalog::ParamSpec spec = specOver(Rate(), 1, 1000, true);
  EXPECT_TRUE(SliderScale::of(spec));
  spec.maximum.reset();
  EXPECT_FALSE(SliderScale::of(spec));
  EXPECT_FALSE(SliderScale::of(specOver(std::string("text"), 0, 1, false)));
}

TEST(SliderScale, HalvesTheDecadesOfALogarithmicRange) {
  const SliderScale scale = *SliderScale::of(specOver(Rate(), 1, 1e6, true));
  // The middle of 1 .. 10^6 in decades is 10^3.
  EXPECT_EQ(scale.positionOf(1000), SliderScale::kSteps / 2);
  EXPECT_DOUBLE_EQ(scale.numberAt(SliderScale::kSteps / 2), 1000);
  EXPECT_DOUBLE_EQ(scale.numberAt(0), 1);
  EXPECT_DOUBLE_EQ(scale.numberAt(SliderScale::kSteps), 1e6);
}

TEST(SliderScale, GivesNumbersOneWouldType) {
  const SliderScale scale = *SliderScale::of(specOver(Duration(), 1e-5, 10, true));
  // Position 123 of six decades: 1e-5 * 10^(6 * 0.123) = 5.47e-5, of which two digits are kept.
  EXPECT_DOUBLE_EQ(scale.numberAt(123), 5.5e-5);
}

TEST(SliderScale, ReachesZeroOfALogarithmicRangeThatBeginsThere) {
  const SliderScale scale = *SliderScale::of(specOver(Count(), 0, 10000, true));
  EXPECT_DOUBLE_EQ(scale.numberAt(0), 0);
  EXPECT_DOUBLE_EQ(scale.numberAt(1), 1);
  EXPECT_EQ(scale.positionOf(0), 0);
  EXPECT_GE(scale.positionOf(1), 1);
}

TEST(SliderScale, KeepsCountsWholeAndInRange) {
  const SliderScale scale = *SliderScale::of(specOver(Count(), 1, 64, false));
  for (int position = 0; position <= SliderScale::kSteps; ++position) {
    const double number = scale.numberAt(position);
    EXPECT_EQ(number, static_cast<double>(static_cast<int>(number)));
    EXPECT_GE(number, 1);
    EXPECT_LE(number, 64);
  }
}

TEST(SliderScale, PutsNumbersOutsideTheRangeAtItsEnds) {
  const SliderScale scale = *SliderScale::of(specOver(Ratio(), 0, 1, false));
  EXPECT_EQ(scale.positionOf(-1), 0);
  EXPECT_EQ(scale.positionOf(7), SliderScale::kSteps);
  EXPECT_EQ(scale.positionOf(0.25), SliderScale::kSteps / 4);
}

}  // namespace
}  // namespace cantilever::widgets
