#include <gmock/gmock.h>

#include "core/advice/checklist.h"
#include "tests/core/design_builder.h"

namespace cantilever::test {
namespace {

using namespace literals;
using advice::judge;
using advice::Verdict;

sim::Sample sampleOf(Duration start, Duration length, std::uint64_t pages, std::uint64_t jobs) {
  sim::Sample sample;
  sample.endNs = (start + length).ns();
  sample.lengthNs = length.ns();
  sample.classes.resize(2);
  sample.classes[0].succeeded = pages;
  sample.classes[1].succeeded = jobs;
  return sample;
}

/// 1,000 requests/s of two classes for 10 s: pages take 1 to 100 ms evenly, jobs 500 ms; some fail.
sim::RunResult someRun() {
  sim::RunResult run;
  run.warmupNs = (5_s).ns();
  run.endNs = (15_s).ns();
  sim::ClassResult pages;
  pages.key = "page";
  pages.offered = 9'000;
  pages.succeeded = 8'900;
  pages.unfinished = 50;
  pages.failed[static_cast<std::size_t>(plan::Reason::TimedOut)] = 50;
  sim::ClassResult jobs;
  jobs.key = "job";
  jobs.offered = 1'000;
  jobs.succeeded = 1'000;
  for (int i = 0; i < 8'900; ++i) {
    pages.latency.add((1_ms).ns() * (1 + i % 100));
  }
  for (int i = 0; i < 1'000; ++i) {
    jobs.latency.add((500_ms).ns());
  }
  run.latency = pages.latency;
  run.latency.merge(jobs.latency);
  run.classes = {pages, jobs};
  // 500 successes/s of pages and 100/s of jobs while warming up; then 890 and 100.
  run.series = {sampleOf(0_s, 5_s, 2'500, 500), sampleOf(5_s, 5_s, 4'450, 500),
                sampleOf(10_s, 5_s, 4'450, 500)};
  return run;
}

Verdict only(const Design& design, const sim::RunResult* run, const cost::Estimate* estimate = nullptr) {
  const std::vector<Verdict> verdicts = judge(design, run, estimate);
  EXPECT_EQ(verdicts.size(), 1u);
  return verdicts.empty() ? Verdict() : verdicts.front();
}

analytic::ClassSolution expectedClass(const char* key, double rate, double success, double p99) {
  analytic::ClassSolution of;
  of.key = key;
  of.offered = analytic::Figure::exact(rate);
  of.success = analytic::Figure::exact(success);
  of.succeeded = analytic::Figure::exact(rate * success);
  of.mean = analytic::Figure::exact(p99 / 10);
  of.p99 = analytic::Figure::approximate(p99, 0.2);
  return of;
}

// Pages 900/s, all well, p99 0.1 s; jobs 100/s, nine of ten, p99 0.5 s.
TEST(Judge, SaysWhatIsExpectedBeforeAnyRun) {
  analytic::Solution solution;
  solution.classes = {expectedClass("page", 900, 1, 0.1), expectedClass("job", 100, 0.9, 0.5)};
  solution.all = expectedClass("", 1000, 0.99, 0.3);
  const auto expected = [&](Metric metric, double limit, const char* of) {
    const std::vector<Verdict> verdicts =
        judge(design().objective("it", metric, limit, of), solution, nullptr);
    return verdicts.at(0);
  };
  EXPECT_TRUE(expected(Metric::LatencyP99, 200, "page").isMet);
  EXPECT_DOUBLE_EQ(*expected(Metric::LatencyP99, 200, "job").measured, 500);
  EXPECT_FALSE(expected(Metric::LatencyP99, 200, "job").isMet);
  EXPECT_DOUBLE_EQ(*expected(Metric::LatencyP99, 200, "").measured, 300);
  EXPECT_DOUBLE_EQ(*expected(Metric::SuccessRatio, 0.9, "").measured, 0.99);
  EXPECT_DOUBLE_EQ(*expected(Metric::Throughput, 900, "").measured, 990);
  EXPECT_DOUBLE_EQ(*expected(Metric::LatencyMean, 50, "").measured, 30);
  solution.all.mean = analytic::Figure::unsolvable("unstable");
  EXPECT_FALSE(expected(Metric::LatencyMean, 50, "").measured.has_value());
  EXPECT_TRUE(expected(Metric::LatencyP99, 200, "page").isMet);
}

TEST(Judge, MeasuresAPercentileOverAllClasses) {
  const sim::RunResult run = someRun();
  const Verdict verdict = only(design().objective("slow", Metric::LatencyP99, 400), &run);
  EXPECT_EQ(verdict.text, "p99 latency <= 400 ms");
  ASSERT_TRUE(verdict.measured.has_value());
  EXPECT_NEAR(*verdict.measured, 500, 500.0 / 128);
  EXPECT_FALSE(verdict.isMet);
}

TEST(Judge, MeasuresAPercentileOfOneClass) {
  const sim::RunResult run = someRun();
  const Design promise = design().requestClass("page").objective("fast", Metric::LatencyP95, 96, "page");
  const Verdict verdict = only(promise, &run);
  EXPECT_EQ(verdict.text, "p95 latency of page <= 96 ms");
  EXPECT_NEAR(verdict.measured.value_or(0), 95, 95.0 / 128);
  EXPECT_TRUE(verdict.isMet);
}

TEST(Judge, LeavesRequestsWithoutAnOutcomeOutOfTheSuccessRatio) {
  const sim::RunResult run = someRun();
  // (8,900 + 1,000) / (10,000 - 50 unfinished)
  EXPECT_NEAR(only(design().objective("up", Metric::SuccessRatio, 0.99), &run).measured.value_or(0),
              9900.0 / 9950, 1e-12);
  EXPECT_TRUE(only(design().objective("up", Metric::SuccessRatio, 0.99), &run).isMet);
  EXPECT_FALSE(only(design().objective("up", Metric::SuccessRatio, 0.999), &run).isMet);
}

TEST(Judge, CountsSuccessesPerSecondOfTheMeasuredWindow) {
  const sim::RunResult run = someRun();
  const Verdict verdict = only(design().objective("rate", Metric::Throughput, 990), &run);
  EXPECT_DOUBLE_EQ(verdict.measured.value_or(0), 990);
  EXPECT_TRUE(verdict.isMet);
  EXPECT_EQ(verdict.text, "throughput >= 990/s");
}

TEST(Judge, CountsSuccessesOfOneClass) {
  const sim::RunResult run = someRun();
  const Verdict verdict = only(design().objective("rate", Metric::Throughput, 101, "job"), &run);
  EXPECT_DOUBLE_EQ(verdict.measured.value_or(0), 100);
  EXPECT_FALSE(verdict.isMet);
}

TEST(Judge, ComparesTheEstimateWithABudget) {
  cost::Estimate estimate;
  estimate.total = Money::micros(15'000'500'000);
  const Verdict verdict = only(design().objective("budget", Metric::CostMonth, 15'000), nullptr, &estimate);
  EXPECT_DOUBLE_EQ(verdict.measured.value_or(0), 15'000.5);
  EXPECT_FALSE(verdict.isMet);
}

/// A minute from `second` on, in which so many pages failed and succeeded; 300 jobs succeeded.
sim::Window minuteFrom(int second, std::uint32_t failed, std::uint64_t succeeded, Duration p99) {
  sim::Window window;
  window.startNs = Duration::seconds(second).ns();
  window.endNs = Duration::seconds(second + 60).ns();
  window.p99Ns = (900_ms).ns();
  window.classes.resize(2);
  window.classes[0].succeeded = succeeded;
  window.classes[0].failed[static_cast<std::size_t>(plan::Reason::TimedOut)] = failed;
  window.classes[0].p99Ns = p99.ns();
  window.classes[1].succeeded = 300;
  return window;
}

TEST(Judge, SaysWhatWasMeasuredInItsUnitAndNotAsTheLimitIfItIsNot) {
  sim::RunResult run = someRun();
  const auto figureOf = [&](Metric metric, double limit) {
    return only(design().objective("it", metric, limit), &run).figure;
  };
  EXPECT_EQ(figureOf(Metric::Throughput, 10), "990/s");
  EXPECT_EQ(figureOf(Metric::SuccessRatio, 0.9), "99.497 %") << "9,900 of the 9,950 that ended";
  EXPECT_EQ(figureOf(Metric::SuccessRatio, 0.99497), "99.4975 %") << "as far as it takes";
  run.classes.clear();
  EXPECT_EQ(figureOf(Metric::LatencyP99, 10), "not measured");
}

// Of 1,000 requests that take 499.6 ms.
TEST(Judge, NeverRoundsAFigureToItsLimit) {
  sim::RunResult run = someRun();
  run.latency = {};
  for (int i = 0; i < 1'000; ++i) {
    run.latency.add(499'600'000);
  }
  const Verdict just = only(design().objective("it", Metric::LatencyMean, 500), &run);
  EXPECT_TRUE(just.isMet);
  EXPECT_EQ(just.figure, "499.6 ms");
  EXPECT_EQ(only(design().objective("it", Metric::LatencyMean, 512), &run).figure, "500 ms");
}

TEST(Judge, CountsTheMinutesInWhichAPromiseHeld) {
  sim::RunResult run = someRun();
  run.windows = {minuteFrom(5, 0, 600, 100_ms), minuteFrom(15, 60, 540, 400_ms), minuteFrom(25, 600, 0, 0_s)};
  const auto heldOf = [&](Metric metric, double limit, const char* of) {
    const Verdict verdict = only(design().objective("it", metric, limit, of), &run);
    return std::pair(verdict.windowsHeld, verdict.windows);
  };
  using Counts = std::pair<std::size_t, std::size_t>;
  EXPECT_EQ(heldOf(Metric::LatencyP99, 100, "page"), Counts(1, 2)) << "in the third nothing succeeded";
  EXPECT_EQ(heldOf(Metric::LatencyP99, 900, ""), Counts(3, 3)) << "of all together";
  EXPECT_EQ(heldOf(Metric::SuccessRatio, 0.9, "page"), Counts(2, 3)) << "1, 0.9 and 0";
  EXPECT_EQ(heldOf(Metric::SuccessRatio, 0.9, ""), Counts(2, 3)) << "1, 840 / 900 and 300 / 900";
  EXPECT_EQ(heldOf(Metric::Throughput, 9.5, "page"), Counts(1, 3)) << "10, 9 and 0 per second";
  EXPECT_EQ(heldOf(Metric::Throughput, 5, ""), Counts(3, 3));
  EXPECT_EQ(heldOf(Metric::LatencyP99, 100, "none such"), Counts(0, 0));
  EXPECT_THAT(only(design().objective("it", Metric::SuccessRatio, 0.9), &run).basis,
              ::testing::HasSubstr("It held in 2 of 3 minutes"));
  run.windows.clear();
  EXPECT_EQ(heldOf(Metric::SuccessRatio, 0.9, "page"), Counts(0, 0)) << "less than a minute was measured";
}

TEST(Judge, DoesNotCallUnmeasuredObjectivesMet) {
  const Design promises = design()
                              .objective("a", Metric::LatencyP99, 400)
                              .objective("b", Metric::SuccessRatio, 0.9)
                              .objective("c", Metric::CostMonth, 1e9)
                              .objective("d", Metric::LatencyMean, 1e9, "no_such_class");
  for (const Verdict& verdict : judge(promises, nullptr, nullptr)) {
    EXPECT_FALSE(verdict.measured.has_value()) << verdict.text;
    EXPECT_FALSE(verdict.isMet) << verdict.text;
  }
  const sim::RunResult nothing;
  for (const Verdict& verdict : judge(promises, &nothing, nullptr)) {
    EXPECT_FALSE(verdict.isMet) << verdict.text;
  }
}

}  // namespace
}  // namespace cantilever::test
