#include "widgets/inspector/estimate_panel.h"

#include <gtest/gtest.h>

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>

#include "app/gui/document.h"
#include "tests/app/small_design.h"
#include "tests/app/studio_driver.h"
#include "tests/widgets/accessible_names.h"
#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

using testing::smallDesign;
using testing::StudioDriver;
using widgets::toUtf8;

struct EstimateTest : ::testing::Test {
  StudioDriver studio;

  void SetUp() override {
    studio.openFile(studio.writeDesign("small.cantilever.json", smallDesign(200)));
    ASSERT_TRUE(StudioDriver::waitUntil(
        [&] { return !studio.window->views().canvas->blockRect(BlockId("app")).isEmpty(); }));
    studio.key(Qt::Key_B, Qt::ControlModifier | Qt::ShiftModifier);
    ASSERT_TRUE(studio.window->views().estimate->isVisible());
  }
  QLineEdit* field(const char* key) {
    auto* found = studio.window->views().estimate->findChild<QLineEdit*>(QString::fromLatin1(key));
    EXPECT_NE(found, nullptr) << key;
    return found;
  }
  std::string text(const char* key) { return toUtf8(field(key)->text()); }
  std::string label(const std::string& name) { return toUtf8(studio.child<QLabel>(name.c_str())->text()); }
  void scrollTo(QWidget* widget) { studio.child<QScrollArea>("estimateLines")->ensureWidgetVisible(widget); }
  void typeInto(const char* key, const char* value) {
    scrollTo(field(key));
    StudioDriver::click(field(key));
    studio.key(Qt::Key_A, Qt::ControlModifier);
    studio.type(QString::fromLatin1(value));
    studio.key(Qt::Key_Return);
  }
  Workload load() { return *studio.design()->workloads.begin(); }
};

TEST_F(EstimateTest, ShowsEveryStepWithItsWorking) {
  EXPECT_TRUE(field("monthly_users")->hasFocus());
  for (const estimate::Line& line : estimate::reckon({})) {
    EXPECT_EQ(text(line.spec->key.c_str()), estimate::formatShort(line.spec->unit, line.value))
        << line.spec->key;
    EXPECT_FALSE(field(line.spec->key.c_str())->toolTip().isEmpty()) << line.spec->key;
  }
  EXPECT_EQ(label("daily_usersWorking"), "= 1M \u00d7 50 %");
  EXPECT_TRUE(test::focusableWithoutName(*studio.window->views().estimate).isEmpty())
      << toUtf8(test::focusableWithoutName(*studio.window->views().estimate).join(QLatin1Char(',')));
}

TEST_F(EstimateTest, WhatIsTypedIsFollowedMarkedAndCanBeTakenBack) {
  typeInto("daily_users", "20 M");
  EXPECT_EQ(studio.design()->sheet.typed, (std::map<std::string, double>{{"daily_users", 20e6}}));
  EXPECT_EQ(text("daily_users"), "20M");
  EXPECT_EQ(label("daily_usersWorking"), "typed, instead of 1M \u00d7 50 %");
  EXPECT_EQ(text("mean_rate"), "2.31k/s");
  auto* reset = studio.child<QToolButton>("daily_usersReset");
  ASSERT_TRUE(reset->isVisible());
  StudioDriver::click(reset);
  EXPECT_TRUE(studio.design()->sheet.typed.empty());
  EXPECT_EQ(text("daily_users"), "500k");
  EXPECT_FALSE(reset->isVisible());
  studio.key(Qt::Key_Escape);
  studio.window->views().canvas->setFocus();
  studio.key(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(text("daily_users"), "20M");
  studio.key(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_TRUE(studio.design()->sheet.typed.empty());
}

TEST_F(EstimateTest, SaysWhatIsWrongAndEscTakesItBack) {
  typeInto("write_share", "150 %");
  EXPECT_TRUE(studio.design()->sheet.typed.empty());
  auto* error = studio.child<QLabel>("write_shareError");
  EXPECT_TRUE(error->isVisible());
  EXPECT_EQ(toUtf8(error->text()), "\"Share of writes\" must be from 0 % to 100 %.");
  studio.key(Qt::Key_Escape);
  EXPECT_FALSE(error->isVisible());
  EXPECT_EQ(text("write_share"), "10 %");
  typeInto("media_size", "2 MiB");
  EXPECT_EQ(studio.design()->sheet.typed.at("media_size"), 2097152);
}

TEST_F(EstimateTest, AppliesToTheLoadInOneStepThatCanBeUndone) {
  auto* apply = studio.child<QPushButton>("estimateApply");
  typeInto("mean_rate", "90/s");
  typeInto("peak_factor", "5");
  ASSERT_TRUE(apply->isEnabled());
  EXPECT_EQ(label("estimateEffect"), "Sets the load to peak 450/s, mean 90/s.");
  StudioDriver::click(apply);
  EXPECT_DOUBLE_EQ(load().peak.raw(), 450);
  EXPECT_DOUBLE_EQ(load().mean.raw(), 90);
  EXPECT_FALSE(apply->isEnabled());
  EXPECT_EQ(label("estimateEffect"), "The load is as the sheet says: peak 450/s, mean 90/s.");
  studio.window->views().canvas->setFocus();
  studio.key(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_DOUBLE_EQ(load().peak.raw(), 200);
  EXPECT_TRUE(apply->isEnabled());
  EXPECT_EQ(studio.design()->sheet.typed.size(), 2u);
}

TEST_F(EstimateTest, HasNothingToSetInAnEmptyDesign) {
  studio.key(Qt::Key_N, Qt::ControlModifier);
  EXPECT_FALSE(studio.child<QPushButton>("estimateApply")->isEnabled());
  EXPECT_NE(label("estimateEffect").find("no load"), std::string::npos);
}

}  // namespace
}  // namespace cantilever::app
