#include "widgets/charts/live_charts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QApplication>
#include <QAreaSeries>
#include <QChart>
#include <QChartView>
#include <QLabel>
#include <QLineSeries>
#include <QRegularExpression>
#include <QTest>

#include "tests/widgets/accessible_names.h"
#include "widgets/charts/sample_store.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

constexpr std::int64_t kInterval = 100'000'000;  // 0.1 s

/// The number-th interval: 50 successes and `timedOut` failures, p99 of 30 ms, pool i busy by utilisation[i].
sim::Sample sampleAt(int number, std::vector<float> utilisation, std::uint32_t timedOut = 0) {
  sim::Sample sample;
  sample.endNs = (number + 1) * kInterval;
  sample.lengthNs = kInterval;
  sample.classes.resize(1);
  sample.classes[0].succeeded = 50;
  sample.classes[0].failed[static_cast<std::size_t>(plan::Reason::TimedOut)] = timedOut;
  sample.p50Ns = 10'000'000;
  sample.p95Ns = 20'000'000;
  sample.p99Ns = 30'000'000;
  for (const float ratio : utilisation) {
    sample.pools.push_back({ratio, 0, 0, 1});
  }
  return sample;
}

TEST(SampleStore, KeepsAtMostTheseManyPointsAndLosesNoRequest) {
  SampleStore store;
  const int samples = 5000;
  for (int i = 0; i < samples; ++i) {
    store.append(sampleAt(i, {0.5F}, i == 17 ? 3 : 0));
    ASSERT_LE(store.points().size(), SampleStore::kMaximumPoints);
  }
  EXPECT_GT(store.points().size(), SampleStore::kMaximumPoints / 4);
  std::uint64_t succeeded = 0;
  std::uint64_t timedOut = 0;
  std::int64_t end = 0;
  for (const ChartPoint& point : store.points()) {
    EXPECT_EQ(point.endNs - point.lengthNs, end);
    end = point.endNs;
    succeeded += point.succeeded;
    timedOut += point.failed[static_cast<std::size_t>(plan::Reason::TimedOut)];
  }
  EXPECT_EQ(end, samples * kInterval);
  EXPECT_EQ(succeeded, 50U * samples);
  EXPECT_EQ(timedOut, 3U);
}

TEST(SampleStore, AveragesUtilisationOverTimeAndKeepsTheWorstLatency) {
  SampleStore store;
  for (int i = 0; i < 1200; ++i) {
    sim::Sample sample = sampleAt(i, {i % 2 == 0 ? 0.2F : 0.8F});
    sample.p99Ns = i == 40 ? 900'000'000 : 30'000'000;
    store.append(sample);
  }
  ASSERT_EQ(store.samplesPerPoint(), 2);
  EXPECT_NEAR(store.points().front().utilisation[0], 0.5, 1e-6);
  EXPECT_EQ(store.points()[20].p99Ns, 900'000'000);
}

class LiveChartsTest : public testing::Test {
 protected:
  LiveChartsTest() {
    charts.resize(1000, 260);
    charts.show();
    EXPECT_TRUE(QTest::qWaitForWindowExposed(&charts));
  }
  void start(int pools, double objectiveMs = 0) {
    auto plan = std::make_shared<plan::Plan>();
    std::vector<QString> names;
    for (int i = 0; i < pools; ++i) {
      plan->pools.emplace_back();
      names.push_back(QStringLiteral("Pool %1").arg(i));
    }
    charts.start(plan, names, objectiveMs);
  }
  QChart* chart(int index) { return charts.findChildren<QChartView*>()[index]->chart(); }
  QString legend(int index) {
    // Without mark-up: no-break spaces are for the layout only.
    QString text = charts.findChildren<QLabel*>(QStringLiteral("legend"))[index]->text();
    text.remove(QRegularExpression(QStringLiteral("<[^>]*>")));
    return text.replace(QStringLiteral("&nbsp;"), QStringLiteral(" "));
  }

  LiveCharts charts;
};

TEST_F(LiveChartsTest, SaysWhatToDoBeforeARun) {
  QStringList texts;
  for (QLabel* label : charts.findChildren<QLabel*>()) {
    if (label->isVisible()) {
      texts << label->text();
    }
  }
  ASSERT_EQ(texts.size(), 1);
  EXPECT_TRUE(texts[0].startsWith(QStringLiteral("Run the design")));
}

TEST_F(LiveChartsTest, DrawsRatesOfSuccesses) {
  start(1);
  charts.append({sampleAt(0, {0.5F}), sampleAt(1, {0.5F})});
  EXPECT_EQ(charts.pointCount(), 2);
  auto* area = qobject_cast<QAreaSeries*>(chart(0)->series().first());
  ASSERT_NE(area, nullptr);
  // 50 in 0.1 s are 500 a second, drawn in the middle of the interval.
  EXPECT_EQ(area->upperSeries()->at(0), QPointF(0.05, 500));
  EXPECT_TRUE(legend(0).contains(QStringLiteral("succeeded 500/s"))) << toUtf8(legend(0));
}

TEST_F(LiveChartsTest, StacksFailuresOnSuccessesByReason) {
  start(1);
  charts.append({sampleAt(0, {0.5F}), sampleAt(1, {0.5F}, 20)});
  ASSERT_EQ(chart(0)->series().size(), 3);  // successes, timed out, the line of successes
  auto* failed = qobject_cast<QAreaSeries*>(chart(0)->series()[1]);
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(failed->upperSeries()->at(0).y(), 500);
  EXPECT_EQ(failed->upperSeries()->at(1).y(), 700);
  EXPECT_EQ(failed->lowerSeries()->at(1).y(), 500);
  EXPECT_TRUE(legend(0).contains(QStringLiteral("timed out 200/s"))) << toUtf8(legend(0));
}

TEST_F(LiveChartsTest, DrawsPercentilesInMillisecondsWithTheObjective) {
  start(1, 100);
  charts.append({sampleAt(0, {0.5F})});
  ASSERT_EQ(chart(1)->series().size(), 4);
  auto* p99 = qobject_cast<QLineSeries*>(chart(1)->series()[2]);
  ASSERT_NE(p99, nullptr);
  EXPECT_EQ(p99->at(0).y(), 30);
  auto* objective = qobject_cast<QLineSeries*>(chart(1)->series()[3]);
  EXPECT_EQ(objective->at(0).y(), 100);
  EXPECT_EQ(objective->pen().style(), Qt::DashLine);
  EXPECT_TRUE(legend(1).contains(QStringLiteral("p99 30 ms"))) << toUtf8(legend(1));
  EXPECT_TRUE(legend(1).contains(QStringLiteral("objective 100 ms"))) << toUtf8(legend(1));
}

TEST_F(LiveChartsTest, LeavesOutLatencyWhereNothingSucceeded) {
  start(1);
  sim::Sample outage = sampleAt(1, {1.0F}, 40);
  outage.classes[0].succeeded = 0;
  outage.p50Ns = outage.p95Ns = outage.p99Ns = 0;
  charts.append({sampleAt(0, {0.5F}), outage, sampleAt(2, {0.5F})});
  EXPECT_EQ(qobject_cast<QLineSeries*>(chart(1)->series()[0])->count(), 2);
  EXPECT_EQ(charts.pointCount(), 3);
}

TEST_F(LiveChartsTest, ShowsTheSixBusiestPools) {
  start(8);
  charts.append({sampleAt(0, {0.1F, 0.9F, 0.3F, 0.4F, 0.5F, 0.6F, 0.7F, 0.05F})});
  EXPECT_EQ(chart(2)->series().size(), 6);
  EXPECT_TRUE(legend(2).contains(QStringLiteral("Pool 1 90 %"))) << toUtf8(legend(2));
  EXPECT_FALSE(legend(2).contains(QStringLiteral("Pool 0")));
  EXPECT_FALSE(legend(2).contains(QStringLiteral("Pool 7")));
}

TEST_F(LiveChartsTest, DrawsBoundedSeriesOfALongRun) {
  start(2);
  std::vector<sim::Sample> samples;
  for (int i = 0; i < 10'000; ++i) {
    samples.push_back(sampleAt(i, {0.4F, 0.6F}, i % 7 == 0 ? 1 : 0));
  }
  charts.append(samples);
  EXPECT_GT(charts.pointCount(), 150);
  for (int index = 0; index < 3; ++index) {
    for (QAbstractSeries* series : chart(index)->series()) {
      auto* area = qobject_cast<QAreaSeries*>(series);
      auto* line = area != nullptr ? area->upperSeries() : qobject_cast<QLineSeries*>(series);
      EXPECT_LE(line->count(), 600);
    }
  }
}

TEST_F(LiveChartsTest, TellsTheValuesUnderTheMouse) {
  start(1);
  sim::Sample busy = sampleAt(1, {0.9F});
  busy.classes[0].succeeded = 80;
  charts.append({sampleAt(0, {0.5F}), busy, sampleAt(2, {0.5F})});
  EXPECT_TRUE(legend(0).contains(QStringLiteral("500/s")));
  QApplication::processEvents();  // lays the plot out
  auto* view = charts.findChildren<QChartView*>()[0];
  const QPointF inChart = view->chart()->mapToPosition({0.15, 100}, view->chart()->series().first());
  const QPoint at = view->mapFromScene(view->chart()->mapToScene(inChart));
  QTest::mouseMove(view->viewport(), at);
  EXPECT_TRUE(legend(0).contains(QStringLiteral("800/s"))) << toUtf8(legend(0));
  EXPECT_TRUE(legend(2).contains(QStringLiteral("90 %"))) << toUtf8(legend(2));
  QEvent leave(QEvent::Leave);
  QApplication::sendEvent(view->viewport(), &leave);
  EXPECT_TRUE(legend(0).contains(QStringLiteral("500/s")));
}

TEST_F(LiveChartsTest, CatchesUpWhenItIsShown) {
  start(1);
  charts.hide();
  charts.append({sampleAt(0, {0.5F})});
  EXPECT_EQ(charts.pointCount(), 0);
  charts.show();
  EXPECT_EQ(charts.pointCount(), 1);
}

TEST_F(LiveChartsTest, ForgetsTheRunBefore) {
  start(1);
  charts.append({sampleAt(0, {0.5F}, 5)});
  start(1);
  EXPECT_EQ(charts.pointCount(), 0);
  charts.append({sampleAt(0, {0.5F})});
  EXPECT_EQ(chart(0)->series().size(), 2);
}

TEST_F(LiveChartsTest, NamesEverythingForScreenReaders) {
  start(1);
  charts.append({sampleAt(0, {0.5F})});
  EXPECT_EQ(test::focusableWithoutName(charts), QStringList());
}

}  // namespace
}  // namespace cantilever::widgets
