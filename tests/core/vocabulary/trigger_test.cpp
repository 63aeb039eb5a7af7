#include "core/vocabulary/plan/trigger.h"

#include <gtest/gtest.h>

namespace cantilever::plan {
namespace {

using namespace cantilever::literals;

Trigger parsed(const char* text) {
  const Result<TriggerText> result = parseTrigger(text);
  EXPECT_TRUE(result.ok()) << (result ? "" : result.error().message);
  return result ? result->trigger : Trigger();
}

TEST(ParseTrigger, ReadsTimes) {
  EXPECT_EQ(parsed("at 10 min").kind, Trigger::Kind::At);
  EXPECT_EQ(parsed("at 10 min").at, 10_min);
  EXPECT_EQ(parsed("every 24 h").at, 24_h);
  const Trigger daily = parsed("every 24 h from 6 h");
  EXPECT_EQ(daily.kind, Trigger::Kind::Every);
  EXPECT_EQ(daily.at, 6_h);
  EXPECT_EQ(daily.spacing, Law::constant(24_h));
  EXPECT_EQ(parsed("random exponential 2 h").spacing, Law::exponential(2_h));
}

TEST(ParseTrigger, ReadsFigures) {
  const Trigger latency = parsed("latency_p99 of checkout above 300 ms over 20 s for 1 min");
  EXPECT_EQ(latency.kind, Trigger::Kind::Metric);
  EXPECT_EQ(latency.figure, Figure::LatencyP99);
  EXPECT_TRUE(latency.isAbove);
  EXPECT_DOUBLE_EQ(latency.threshold, 0.3);
  EXPECT_EQ(latency.period, 20_s);
  EXPECT_EQ(latency.lasting, 1_min);
  EXPECT_EQ(parseTrigger("latency_p99 of checkout above 300 ms")->of, "checkout");
  const Trigger failed = parsed("failed_ratio above 2 %");
  EXPECT_DOUBLE_EQ(failed.threshold, 0.02);
  EXPECT_EQ(failed.period, 10_s);
  EXPECT_FALSE(parsed("utilisation of web below 20 % for 5 min").isAbove);
  EXPECT_DOUBLE_EQ(parsed("throughput below 500/s").threshold, 500);
  EXPECT_DOUBLE_EQ(parsed("queue of web above 12.5").threshold, 12.5);
}

TEST(ParseTrigger, SaysWhatIsWrong) {
  for (const auto& [text, part] : {std::pair{"", "nothing is there"},
                                   {"sometimes", "one of these"},
                                   {"at", "no duration"},
                                   {"at noon", "no duration"},
                                   {"every 0 s", "more often"},
                                   {"random soon", "no law"},
                                   {"at 1 s every 2 s", "one of these"},
                                   {"latency_p99 of checkout", "either \"above\""},
                                   {"latency_p99 of checkout above 5", "unit is missing"},
                                   {"utilisation above 50 %", "of which block"},
                                   {"queue of web above many", "not a number"},
                                   {"failed_ratio above 1 % over soon", "not a duration"},
                                   {"failed_ratio today above 1 %", "\"today\" is not understood"},
                                   {"failed_ratio above 1 % below 2 %", "either \"above\""},
                                   {"latency_p99 of checkout above 1 s over 0 s", "its period"}}) {
    const Result<TriggerText> result = parseTrigger(text);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_EQ(result.error().code, "trigger.unreadable");
    EXPECT_NE(result.error().message.find(part), std::string::npos) << text << ": " << result.error().message;
  }
}

}  // namespace
}  // namespace cantilever::plan
