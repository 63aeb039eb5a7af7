#include "widgets/charts/forecast_panel.h"

#include <gtest/gtest.h>

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>

#include "app/gui/document.h"
#include "core/exchange/file_set.h"
#include "tests/app/small_design.h"
#include "tests/app/studio_driver.h"
#include "tests/widgets/accessible_names.h"
#include "widgets/charts/chart_pane.h"
#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

using testing::smallDesign;
using testing::StudioDriver;
using widgets::toUtf8;

struct ForecastTest : ::testing::Test {
  StudioDriver studio;

  void SetUp() override {
    studio.openFile(studio.writeDesign("small.cantilever.json", smallDesign(200)));
    studio.showTab(QStringLiteral("Forecast"));
    ASSERT_TRUE(panel().isVisible());
  }
  widgets::ForecastPanel& panel() { return *studio.window->views().forecast; }
  std::string state() { return toUtf8(studio.child<QLabel>("forecastState")->text()); }
  bool waitForState(const char* part) {
    return StudioDriver::waitUntil([&] { return state().find(part) != std::string::npos; });
  }
  void typeInto(const char* name, const char* value) {
    auto* line = studio.child<QLineEdit>(name);
    StudioDriver::click(line);
    studio.key(Qt::Key_A, Qt::ControlModifier);
    studio.type(QString::fromLatin1(value));
    studio.key(Qt::Key_Return);
  }
  QTreeWidgetItem* group(int index) {
    return studio.child<QTreeWidget>("forecastFindings")->topLevelItem(index);
  }
};

TEST_F(ForecastTest, ForecastsADayAndDrawsIt) {
  EXPECT_FALSE(panel().hasForecast());
  StudioDriver::click(studio.child<QPushButton>("forecastStart"));
  ASSERT_TRUE(waitForState("At most 200/s"));
  EXPECT_NE(state().find("no objective violated"), std::string::npos) << state();
  EXPECT_NE(state().find("steps of 1 s"), std::string::npos) << state();
  const auto panes = panel().findChildren<widgets::ChartPane*>();
  ASSERT_EQ(panes.size(), 6);
  EXPECT_GT(panes[0]->pointCount(), 100);
  EXPECT_GT(panes[1]->pointCount(), 100);
  ASSERT_EQ(studio.child<QTreeWidget>("forecastFindings")->topLevelItemCount(), 4);
  EXPECT_EQ(toUtf8(group(0)->text(0)), "Objectives (1)");
  EXPECT_EQ(toUtf8(group(0)->child(0)->text(1)), "kept");
  EXPECT_TRUE(test::focusableWithoutName(panel()).isEmpty());
}

TEST_F(ForecastTest, SaysWhichObjectivesAreViolatedAndWhen) {
  typeInto("forecastLoad", "50");
  ASSERT_TRUE(waitForState("objectives violated: 1"));
  EXPECT_NE(toUtf8(group(0)->child(0)->text(1)).find("violated for"), std::string::npos);
  EXPECT_GT(group(1)->childCount(), 0) << "what was full";
  typeInto("forecastLoad", "none");
  EXPECT_NE(state().find("is not a number"), std::string::npos) << state();
  studio.key(Qt::Key_Escape);
  EXPECT_NE(state().find("objectives violated: 1"), std::string::npos) << state();
}

TEST_F(ForecastTest, TakesAProfileByKeyboardAndGrowth) {
  auto* profile = studio.child<QComboBox>("forecastProfile");
  StudioDriver::click(studio.child<QPushButton>("forecastStart"));
  ASSERT_TRUE(waitForState("steps of 1 s"));
  profile->setFocus();
  studio.key(Qt::Key_Down);
  ASSERT_TRUE(waitForState("steps of 7 s"));
  typeInto("forecastGrowth", "100 %");
  // A week of 30 days' doubling: 2^(7/30) at its end, and less at the last peak.
  ASSERT_TRUE(StudioDriver::waitUntil(
      [&] { return state().find("At most 200/s") == std::string::npos && state().find("At most") == 0; }));
}

TEST_F(ForecastTest, PlaysAScenarioOfTheDesign) {
  auto* scenarios = studio.child<QComboBox>("forecastScenario");
  EXPECT_FALSE(scenarios->isVisible()) << "the design has none";
  Design design = smallDesign(200);
  Scenario surge{ScenarioId("surge"), "Surge", "", {}, {}};
  surge.events.push_back(
      {.at = Duration::seconds(3600), .target = {}, .change = Change::LoadFactor, .value = 3});
  design.scenarios.put(surge);
  studio.openFile(studio.writeDesign("surge.cantilever.json", design));
  studio.showTab(QStringLiteral("Forecast"));
  ASSERT_TRUE(scenarios->isVisible());
  ASSERT_EQ(scenarios->count(), 2);
  StudioDriver::click(studio.child<QPushButton>("forecastStart"));
  ASSERT_TRUE(waitForState("At most 200/s"));
  scenarios->setFocus();
  studio.key(Qt::Key_Down);
  ASSERT_TRUE(waitForState("At most 600/s"));
  EXPECT_EQ(panel().wish().scenario, ScenarioId("surge"));
  studio.openFile(studio.writeDesign("small2.cantilever.json", smallDesign(200)));
  EXPECT_FALSE(scenarios->isVisible());
  EXPECT_EQ(panel().wish().scenario, ScenarioId());
}

TEST_F(ForecastTest, FollowsTheDesignWhileItIsShown) {
  StudioDriver::click(studio.child<QPushButton>("forecastStart"));
  ASSERT_TRUE(waitForState("At most 200/s"));
  Workload load = *studio.design()->workloads.begin();
  load.peak = perSecond(321);
  studio.window->document().request(edit::PutWorkload{load});
  ASSERT_TRUE(waitForState("At most 321/s"));
  // Hidden, it is only marked; shown again, it is up to date.
  studio.showTab(QStringLiteral("Cost"));
  load.peak = perSecond(123);
  studio.window->document().request(edit::PutWorkload{load});
  EXPECT_NE(state().find("has changed since"), std::string::npos) << state();
  studio.showTab(QStringLiteral("Forecast"));
  ASSERT_TRUE(waitForState("At most 123/s"));
}

TEST_F(ForecastTest, ReadsTheLoadFromAFile) {
  const QString file = studio.path("load.csv");
  ASSERT_TRUE(exchange::writeFile(toUtf8(file), "time,rate\n0,10\n1 h,77\n2 h,10\n").ok());
  studio.presenter.profileFile = file;
  auto* profile = studio.child<QComboBox>("forecastProfile");
  profile->setFocus();
  studio.key(Qt::Key_End);
  ASSERT_TRUE(waitForState("At most 77/s"));
  EXPECT_EQ(toUtf8(profile->currentText()), "From load.csv...");
  // A file that cannot be read is told, and the load stays.
  ASSERT_TRUE(exchange::writeFile(toUtf8(file), "time,rate\n0,much\n60,5\n").ok());
  studio.key(Qt::Key_Up);
  ASSERT_TRUE(waitForState("At most 200/s"));
  studio.key(Qt::Key_End);
  ASSERT_EQ(studio.presenter.errors.size(), 1);
  EXPECT_TRUE(studio.presenter.errors[0].contains(QStringLiteral("load.csv:2")))
      << toUtf8(studio.presenter.errors[0]);
  EXPECT_NE(toUtf8(profile->currentText()), "From load.csv...");
}

TEST_F(ForecastTest, OfOneDesignIsNotThatOfTheNext) {
  StudioDriver::click(studio.child<QPushButton>("forecastStart"));
  ASSERT_TRUE(waitForState("At most 200/s"));
  studio.key(Qt::Key_N, Qt::ControlModifier);
  EXPECT_FALSE(panel().hasForecast());
  const auto* reason = studio.child<QLabel>("forecastReason");
  EXPECT_TRUE(reason->text().startsWith(QStringLiteral("Forecast a day")));
}

}  // namespace
}  // namespace cantilever::app
