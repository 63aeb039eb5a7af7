#include "core/exchange/arrivals_csv.h"

#include <gtest/gtest.h>

#include "core/compile/compile.h"
#include "tests/core/design_builder.h"

namespace cantilever::exchange {
namespace {

using namespace cantilever::literals;

Design shopWithUsers() {
  return cantilever::test::design("shop")
      .block("users", "source")
      .block("web", "delay")
      .link("users", "web")
      .workload("users", 7_rps, "ask")
      .build();
}

TEST(ArrivalsCsv, TakesTimes) {
  const auto design = withArrivals(shopWithUsers(), "users-ask", "note,time_s\na,0.25\nb,1\nc,1\n", "t.csv");
  ASSERT_TRUE(design.ok()) << design.error().message;
  const compile::Compiled compiled = compile::compile(*design, catalog::Catalog::builtIn());
  ASSERT_NE(compiled.plan, nullptr);
  EXPECT_EQ(compiled.plan->sources[0].kind, plan::SourceKind::Trace);
  EXPECT_EQ(compiled.plan->sources[0].times, (std::vector<Duration>{250_ms, 1_s, 1_s}));
}

// 10/s from 1 s, 40/s from 3 s, nothing from 5 s: the mean over 5 s is (2 x 10 + 2 x 40) / 5.
TEST(ArrivalsCsv, TakesRates) {
  const auto design =
      withArrivals(shopWithUsers(), "users-ask", "time_s,rate_per_s\r\n1,10\r\n3,40\r\n5,0\r\n", "r.csv");
  ASSERT_TRUE(design.ok()) << design.error().message;
  const Workload& workload = *design->workloads.find(WorkloadId("users-ask"));
  EXPECT_DOUBLE_EQ(workload.peak.raw(), 40);
  EXPECT_DOUBLE_EQ(workload.mean.raw(), 20);
  const compile::Compiled compiled = compile::compile(*design, catalog::Catalog::builtIn());
  ASSERT_NE(compiled.plan, nullptr);
  const std::vector<plan::RateCurve::Point> expected = {{Duration(), 0}, {1_s, 0.25}, {3_s, 1}, {5_s, 0}};
  EXPECT_EQ(compiled.plan->sources[0].curve.points, expected);
}

TEST(ArrivalsCsv, SaysWhatIsWrong) {
  const auto codeOf = [](const char* workload, const char* csv) {
    const auto design = withArrivals(shopWithUsers(), workload, csv, "f.csv");
    EXPECT_FALSE(design.ok());
    return design.ok() ? std::string() : design.error().code;
  };
  EXPECT_EQ(codeOf("nobody", "time_s\n1\n"), "arrivals.workload");
  EXPECT_EQ(codeOf("users-ask", ""), "arrivals.columns");
  EXPECT_EQ(codeOf("users-ask", "when\n1\n"), "arrivals.columns");
  EXPECT_EQ(codeOf("users-ask", "time_s\nsoon\n"), "arrivals.value");
  EXPECT_EQ(codeOf("users-ask", "time_s\n2\n1\n"), "arrivals.value");
  EXPECT_EQ(codeOf("users-ask", "time_s,rate_per_s\n1\n"), "arrivals.value");
  const auto late = withArrivals(shopWithUsers(), "users-ask", "time_s\n1\n-3\n", "f.csv");
  EXPECT_NE(late.error().message.find("f.csv:3"), std::string::npos);
}

}  // namespace
}  // namespace cantilever::exchange
