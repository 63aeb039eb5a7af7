#include "core/vocabulary/plan/curve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cantilever::plan {
namespace {

using namespace literals;
using ::testing::HasSubstr;

TEST(RateCurve, ReadsStepsAndLines) {
  const Result<RateCurve> steps = parseRateCurve(" steps 0 s: 20 %, 10 min: 1.5 , 1 h: 0 ");
  ASSERT_TRUE(steps.ok()) << steps.error().message;
  EXPECT_EQ(*steps, (RateCurve{{{0_s, 0.2}, {10_min, 1.5}, {1_h, 0}}, RateCurve::Between::Steps, {}}));
  const Result<RateCurve> lines = parseRateCurve("lines 0 s: 0 %, 5 min: 100 %, 5 min: 50 % every 1 h");
  ASSERT_TRUE(lines.ok()) << lines.error().message;
  EXPECT_EQ(*lines, (RateCurve{{{0_s, 0}, {5_min, 1}, {5_min, 0.5}}, RateCurve::Between::Lines, 1_h}));
  EXPECT_EQ(*parseRateCurve(""), RateCurve());
}

TEST(RateCurve, DrawsASineFromItsLowestPoint) {
  const Result<RateCurve> sine = parseRateCurve("sine 24 h from 20 %");
  ASSERT_TRUE(sine.ok()) << sine.error().message;
  EXPECT_EQ(sine->period, 24_h);
  EXPECT_EQ(sine->between, RateCurve::Between::Lines);
  EXPECT_NEAR(sine->points.front().level, 0.2, 1e-12);
  const RateCurve::Point& noon = sine->points[sine->points.size() / 2];
  EXPECT_EQ(noon.at, 12_h);
  EXPECT_NEAR(noon.level, 1, 1e-12);
  EXPECT_NEAR(sine->points[sine->points.size() / 4].level, 0.6, 1e-12);
}

TEST(WrittenCurve, IsWrittenAsItIsRead) {
  for (const char* text : {"", "steps 0 s: 20 %, 10 min: 150 %, 1 h: 0 %",
                           "lines 0 s: 0 %, 5 min: 100 %, 5 min: 50 % every 1 h", "sine 1 d from 20 %"}) {
    const Result<WrittenCurve> read = readCurve(text);
    ASSERT_TRUE(read.ok()) << text;
    EXPECT_EQ(textOf(*read), text);
    EXPECT_EQ(*readCurve(textOf(*read)), *read);
  }
}

TEST(WrittenCurve, KeepsTheTwoNumbersOfASine) {
  const Result<WrittenCurve> sine = readCurve("sine 24 h from 20 %");
  ASSERT_TRUE(sine.ok());
  EXPECT_EQ(*sine, (WrittenCurve{WrittenCurve::Shape::Sine, {}, 24_h, 0.2}));
}

TEST(RateCurve, SaysWhatIsWrong) {
  const auto fault = [](const char* text) {
    const Result<RateCurve> curve = parseRateCurve(text);
    EXPECT_FALSE(curve.ok()) << text;
    return curve.ok() ? std::string() : curve.error().message;
  };
  EXPECT_THAT(fault("square 0 s: 1"), HasSubstr("begins with none of its words"));
  EXPECT_THAT(fault("steps"), HasSubstr("no point"));
  EXPECT_THAT(fault("steps 0 s 20 %"), HasSubstr("not a time, a colon and a level"));
  EXPECT_THAT(fault("steps 1 s: 1"), HasSubstr("not at 0 s"));
  EXPECT_THAT(fault("steps 0 s: 1, 2 s: 1, 1 s: 3"), HasSubstr("order of time"));
  EXPECT_THAT(fault("steps 0 s: -1"), HasSubstr("between 0 and"));
  EXPECT_THAT(fault("steps 0 s: 1, 2 s: 3 every 2 s"), HasSubstr("period"));
  EXPECT_THAT(fault("steps 0 s: 1 every day"), HasSubstr("duration"));
  EXPECT_THAT(fault("sine 24 h"), HasSubstr("from"));
  EXPECT_THAT(fault("sine 0 s from 20 %"), HasSubstr("more than zero"));
  EXPECT_THAT(fault("sine 24 h from 200000000 %"), HasSubstr("between 0 and"));
}

}  // namespace
}  // namespace cantilever::plan
