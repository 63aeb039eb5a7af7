#include "app/gui/worker/analysis_worker.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTest>

#include "tests/app/small_design.h"

namespace cantilever::app {
namespace {

TEST(AnalysisWorker, TellsCostChecklistAndDiagnosticsOfTheNewestDesign) {
  AnalysisWorker worker(catalog::Catalog::builtIn());
  std::vector<AnalysisPtr> told;
  QObject::connect(&worker, &AnalysisWorker::analysed, &worker,
                   [&](const AnalysisPtr& analysis) { told.push_back(analysis); });
  DesignPtr last;
  for (int i = 1; i <= 20; ++i) {
    last = std::make_shared<const Design>(testing::smallDesign(10.0 * i));
    worker.request({last});
    EXPECT_EQ(worker.current(), nullptr);
  }
  ASSERT_TRUE(QTest::qWaitFor([&] { return worker.current() != nullptr; }, 30'000));
  ASSERT_EQ(told.size(), 1u);  // those of older designs were dropped
  EXPECT_EQ(told[0]->design, last);
  ASSERT_TRUE(told[0]->estimate.has_value());
  EXPECT_GT(told[0]->estimate->total, Money());
  EXPECT_FALSE(told[0]->checklist.empty());
}

TEST(AnalysisWorker, HasNoEstimateOfADesignWithErrors) {
  const DesignPtr broken = test::design("broken")
                               .block("users", "client_web")
                               .link("users", "nowhere")
                               .workload("users", perSecond(1))
                               .share();
  const Analysis analysis = analyse(1, {broken}, catalog::Catalog::builtIn());
  EXPECT_FALSE(analysis.estimate.has_value());
  ASSERT_FALSE(analysis.compiled.diagnostics.empty());
  EXPECT_EQ(analysis.compiled.diagnostics.front().severity, Severity::Error);
}

TEST(AnalysisWorker, GoesAwayWhileItWorks) {
  AnalysisWorker worker(catalog::Catalog::builtIn());
  worker.request({std::make_shared<const Design>(testing::smallDesign())});
}

}  // namespace
}  // namespace cantilever::app
