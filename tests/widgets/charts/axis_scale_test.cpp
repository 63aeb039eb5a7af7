#include "widgets/charts/axis_scale.h"

#include <gtest/gtest.h>

namespace cantilever::widgets {
namespace {

TEST(AxisScale, EndsAtARoundNumberAboveTheValues) {
  AxisScale scale;
  EXPECT_TRUE(scale.fit(97'000));
  EXPECT_DOUBLE_EQ(scale.end(), 150'000);
  EXPECT_DOUBLE_EQ(scale.step(), 50'000);
}

TEST(AxisScale, StaysWhileTheValuesMoveAbout) {
  AxisScale scale;
  scale.fit(90);
  const double end = scale.end();
  EXPECT_FALSE(scale.fit(95));
  EXPECT_FALSE(scale.fit(50));
  EXPECT_DOUBLE_EQ(scale.end(), end);
}

TEST(AxisScale, GrowsAtOnceAndShrinksOnlyWhenMostlyEmpty) {
  AxisScale scale;
  scale.fit(90);
  EXPECT_TRUE(scale.fit(1000));
  EXPECT_GE(scale.end(), 1000);
  EXPECT_FALSE(scale.fit(700));
  EXPECT_TRUE(scale.fit(90));
  EXPECT_DOUBLE_EQ(scale.end(), 100);
}

TEST(AxisScale, HasAnEndWithoutValues) {
  AxisScale scale;
  EXPECT_TRUE(scale.fit(0));
  EXPECT_GT(scale.end(), 0);
  EXPECT_FALSE(scale.fit(0));
}

TEST(AxisScale, CutsTimeWhereClocksDo) {
  AxisScale scale;
  scale.fitSeconds(0);
  EXPECT_DOUBLE_EQ(scale.end(), 10);
  scale.fitSeconds(42);
  EXPECT_DOUBLE_EQ(scale.end(), 60);
  EXPECT_DOUBLE_EQ(scale.step(), 15);
  EXPECT_FALSE(scale.fitSeconds(12));
  scale.fitSeconds(30'000);
  EXPECT_GE(scale.end(), 30'000);
  for (const double span : {86'400.0, 7 * 86'400.0, 30 * 86'400.0, 365 * 86'400.0}) {  // days in whole steps
    scale.reset();
    scale.fitSeconds(span);
    EXPECT_DOUBLE_EQ(scale.end(), span);
    EXPECT_LE(span / scale.step(), 7.1);
  }
  scale.fitSeconds(3e9);
  EXPECT_GE(scale.end(), 3e9);
}

}  // namespace
}  // namespace cantilever::widgets
