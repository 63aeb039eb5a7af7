#include "app/gui/worker/forecast_worker.h"

#include <gtest/gtest.h>

#include <QTest>
#include <algorithm>

#include "core/compile/compile.h"
#include "core/exchange/forecast_profile.h"
#include "tests/app/small_design.h"

namespace cantilever::app {
namespace {

const auto kGoOn = [](double) { return true; };

ForecastRequest requestOf(const char* profile, double loadFactor = 1) {
  ForecastRequest request;
  request.design = std::make_shared<const Design>(testing::smallDesign());
  request.profile = profile;
  request.loadFactor = loadFactor;
  return request;
}

TEST(ForecastWorker, ForecastsWhatTheCommandLineDoes) {
  const ForecastOutcome outcome = forecastOf(requestOf("day"), catalog::Catalog::builtIn(), kGoOn);
  ASSERT_TRUE(outcome.forecast.has_value());
  const compile::Compiled compiled = compile::compile(testing::smallDesign(), catalog::Catalog::builtIn());
  fluid::Options options;
  ASSERT_TRUE(exchange::useProfile("day", testing::smallDesign(), *compiled.plan, options).ok());
  const Result<fluid::Forecast> expected = fluid::forecast(*compiled.plan, options);
  ASSERT_TRUE(expected.ok());
  EXPECT_EQ(outcome.forecast->span, 86'400);
  EXPECT_DOUBLE_EQ(outcome.forecast->load.value, expected->load.value);
  EXPECT_DOUBLE_EQ(outcome.forecast->pools[0].utilisation.value, expected->pools[0].utilisation.value);
  EXPECT_EQ(outcome.forecast->promises.size(), 1u);
}

TEST(ForecastWorker, KeepsTheCourseShortAndItsPeaks) {
  for (const char* profile : {"day", "month"}) {
    const ForecastOutcome outcome = forecastOf(requestOf(profile, 3), catalog::Catalog::builtIn(), kGoOn);
    ASSERT_TRUE(outcome.forecast.has_value()) << profile;
    EXPECT_LE(outcome.course.size(), ForecastOutcome::kMostPoints);
    EXPECT_GE(outcome.course.size(), ForecastOutcome::kMostPoints / 2);
    EXPECT_DOUBLE_EQ(outcome.course.back().time, outcome.forecast->span);
    double highest = 0;
    for (const fluid::Sample& sample : outcome.course) {
      highest = std::max(highest, sample.pools[0].utilisation);
    }
    EXPECT_NEAR(highest, outcome.forecast->pools[0].utilisation.value, 0.01) << profile;
  }
}

TEST(ForecastWorker, SaysWhyThereIsNone) {
  ForecastRequest request = requestOf("fortnight");
  EXPECT_EQ(forecastOf(request, catalog::Catalog::builtIn(), kGoOn).failure->code, "profile.unknown");
  request.design = test::design("broken")
                       .block("users", "client_web")
                       .link("users", "nowhere")
                       .workload("users", perSecond(1))
                       .share();
  const ForecastOutcome broken = forecastOf(request, catalog::Catalog::builtIn(), kGoOn);
  EXPECT_EQ(broken.failure->code, "forecast.no_plan");
  EXPECT_NE(broken.failure->message.find("nowhere"), std::string::npos) << broken.failure->message;
  EXPECT_EQ(
      forecastOf(requestOf("year"), catalog::Catalog::builtIn(), [](double) { return false; }).failure->code,
      "forecast.stopped");
}

TEST(ForecastWorker, TheNewestRequestWins) {
  ForecastWorker worker(catalog::Catalog::builtIn());
  std::vector<ForecastOutcomePtr> told;
  QObject::connect(&worker, &ForecastWorker::forecasted, &worker,
                   [&](const ForecastOutcomePtr& outcome) { told.push_back(outcome); });
  for (int i = 0; i < 20; ++i) {
    worker.request(requestOf("year"));
  }
  worker.request(requestOf("day"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return !worker.isBusy(); }, 30'000));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0]->request.profile, "day");
}

TEST(ForecastWorker, NothingComesOfWhatWasCancelled) {
  ForecastWorker worker(catalog::Catalog::builtIn());
  std::vector<ForecastOutcomePtr> told;
  QObject::connect(&worker, &ForecastWorker::forecasted, &worker,
                   [&](const ForecastOutcomePtr& outcome) { told.push_back(outcome); });
  worker.request(requestOf("year"));
  worker.cancel();
  EXPECT_FALSE(worker.isBusy());
  worker.request(requestOf("week"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return !worker.isBusy(); }, 30'000));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0]->request.profile, "week");
}

TEST(ForecastWorker, GoesAwayWhileItWorks) {
  ForecastWorker worker(catalog::Catalog::builtIn());
  worker.request(requestOf("year"));
}

}  // namespace
}  // namespace cantilever::app
