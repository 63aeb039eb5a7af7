#include "app/gui/steady_overlay.h"

#include <gtest/gtest.h>

#include "app/gui/worker/analysis_worker.h"
#include "tests/app/small_design.h"

namespace cantilever::app {
namespace {

Analysis analysed(double requestsPerSecond) {
  return analyse(1, {std::make_shared<const Design>(testing::smallDesign(requestsPerSecond))},
                 catalog::Catalog::builtIn());
}

widgets::CanvasOverlay overlayOf(const Analysis& analysis) {
  return steadyOverlay(*analysis.design, *analysis.compiled.plan, *analysis.solution);
}

// Utilisation is offered work over capacity, whatever the model.
TEST(SteadyOverlay, ShowsRatesAndUtilisationWithoutARun) {
  const Analysis analysis = analysed(200);
  ASSERT_TRUE(analysis.solution.has_value());
  const widgets::CanvasOverlay shown = overlayOf(analysis);
  EXPECT_FALSE(shown.isLive);
  EXPECT_NEAR(shown.links.at(LinkId("users-app")).requestsPerSecond, 200, 1e-6);
  const auto& app = shown.blocks.at(BlockId("app"));
  EXPECT_TRUE(app.isEstimate);
  EXPECT_NEAR(app.requestsPerSecond, 200, 1e-6);
  const plan::Pool& pool = analysis.compiled.plan->pools.at(0);
  EXPECT_NEAR(app.utilisation, analysis.compiled.visits->totalPoolWork(0) / pool.instances / pool.servers,
              1e-6);
  EXPECT_TRUE(app.explanation.contains(QStringLiteral("Full at"))) << app.explanation.toStdString();
  EXPECT_NEAR(shown.blocks.at(BlockId("users")).requestsPerSecond, 200, 1e-6);
}

// "1 ns, \u00B180 %" says less than that there is none.
TEST(SteadyOverlay, SaysOfNoWaitThatItIsNone) {
  const QString app = overlayOf(analysed(0.001)).blocks.at(BlockId("app")).explanation;
  EXPECT_TRUE(app.contains(QStringLiteral("Hardly ever a wait"))) << app.toStdString();
}

// Every figure says its model or formula, and how far it may be trusted.
TEST(SteadyOverlay, ExplainsEveryFigure) {
  const widgets::CanvasOverlay shown = overlayOf(analysed(200));
  const QString app = shown.blocks.at(BlockId("app")).explanation;
  for (const char* part : {"Requests 200/s: the sum of the calls that come in.", "Utilisation", "(exact)",
                           "Reckoned as", "Wait for a server"}) {
    EXPECT_TRUE(app.contains(QString::fromLatin1(part))) << part << " in " << app.toStdString();
  }
  const QString users = shown.blocks.at(BlockId("users")).explanation;
  EXPECT_TRUE(users.contains(QStringLiteral("the sum of the calls that go out"))) << users.toStdString();
  EXPECT_FALSE(users.contains(QStringLiteral("come in"))) << users.toStdString();
  const QString link = shown.links.at(LinkId("users-app")).explanation;
  EXPECT_TRUE(link.contains(QStringLiteral("Calls: 200/s"))) << link.toStdString();
}

TEST(SteadyOverlay, ExplainsTheHeadroom) {
  const Analysis analysis = analysed(200);
  const QString text = headroomExplanation(*analysis.design, *analysis.compiled.plan, *analysis.solution);
  EXPECT_TRUE(text.contains(QStringLiteral("App servers (pool): "))) << text.toStdString();
  EXPECT_TRUE(text.contains(QStringLiteral("times the load, "))) << text.toStdString();
}

TEST(SteadyOverlay, SaysThatABlockIsOverloaded) {
  const Analysis analysis = analysed(1e6);
  ASSERT_TRUE(analysis.solution.has_value());
  const auto app = overlayOf(analysis).blocks.at(BlockId("app"));
  EXPECT_NEAR(app.utilisation, 1, 1e-9);
}

TEST(SteadyOverlay, NamesWhatIsFullFirst) {
  const Analysis analysis = analysed(200);
  const QString text = headroomText(*analysis.design, *analysis.compiled.plan, *analysis.solution);
  EXPECT_TRUE(text.startsWith(QStringLiteral("App servers full at "))) << text.toStdString();
}

}  // namespace
}  // namespace cantilever::app
