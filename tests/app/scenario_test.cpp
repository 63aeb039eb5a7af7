// Scenarios of a design, played in the window by mouse and keyboard.
#include <gtest/gtest.h>

#include <QComboBox>
#include <QLabel>
#include <QTableWidget>
#include <QTreeWidget>
#include <QUndoStack>

#include "app/gui/document.h"
#include "app/gui/run_controller.h"
#include "core/compile/compile.h"
#include "core/exchange/templates.h"
#include "tests/app/small_design.h"
#include "tests/app/studio_driver.h"
#include "widgets/panels/scenario_choice.h"
#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

using namespace literals;
using testing::smallDesign;
using testing::StudioDriver;
using widgets::toUtf8;

/// The small design with a fault that is over after 50 s: later than a run of 30 s ends.
Design faultyDesign() {
  Design design = smallDesign(50);
  Scenario loss{ScenarioId("loss"), "Server loss", "One of two servers is gone from 10 s to 50 s.", {}, {}};
  loss.events.push_back({10_s, BlockId("app"), Change::KillInstances, 1});
  loss.events.push_back({50_s, BlockId("app"), Change::RestoreInstances, 1});
  design.scenarios.put(loss);
  return design;
}

struct ScenarioTest : ::testing::Test {
  QStringList told;
  StudioDriver studio;  // goes first

  void SetUp() override {
    QObject::connect(&runs(), &RunController::acted, studio.window.get(),
                     [this](const QString& what) { told << what; });
    open("faulty.cantilever.json", faultyDesign());
  }
  void open(const char* file, const Design& design) { studio.openFile(studio.writeDesign(file, design)); }
  RunController& runs() { return studio.window->runs(); }
  QComboBox& choice() { return *studio.child<QComboBox>("runScenario"); }
  void choose(const char* combo, Qt::Key key) {
    studio.child<QComboBox>(combo)->setFocus();
    studio.key(key);
  }
  bool waitForEnd() {
    return StudioDriver::waitUntil([&] { return runs().state() == RunState::Finished; }, 240);
  }
};

TEST_F(ScenarioTest, IsNotPlayedUnlessItIsChosen) {
  ASSERT_TRUE(choice().isVisible());
  ASSERT_EQ(choice().count(), 2);
  EXPECT_EQ(toUtf8(choice().currentText()), "No scenario");
  EXPECT_EQ(runs().scenario(), ScenarioId());
  choose("runDuration", Qt::Key_Home);
  choose("runSpeed", Qt::Key_End);
  studio.key(Qt::Key_F5);
  ASSERT_TRUE(waitForEnd());
  EXPECT_TRUE(runs().result()->happenings.empty());
  // Warm-up as of a run on the command line, however short it is.
  EXPECT_EQ(runs().result()->warmupNs, sim::RunConfig().warmup.ns());
  EXPECT_EQ(runs().result()->endNs, (sim::RunConfig().warmup + 30_s).ns());
}

TEST_F(ScenarioTest, IsPlayedToItsEndAndTold) {
  choose("runDuration", Qt::Key_Home);
  choose("runSpeed", Qt::Key_End);
  choose("runScenario", Qt::Key_Down);
  ASSERT_EQ(runs().scenario(), ScenarioId("loss"));
  EXPECT_NE(toUtf8(told.join(QLatin1Char('|'))).find("One of two servers"), std::string::npos)
      << "the description";
  told.clear();
  studio.key(Qt::Key_F5);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return !choice().isEnabled(); })) << "not while it runs";
  ASSERT_TRUE(waitForEnd());
  EXPECT_TRUE(choice().isEnabled());
  EXPECT_EQ(told.filter(QStringLiteral("Server loss: Killed: App servers")).size(), 1)
      << toUtf8(told.join(QLatin1Char('|')));
  EXPECT_EQ(told.filter(QStringLiteral("Server loss: Restored: App servers")).size(), 1);
  EXPECT_EQ(toUtf8(studio.child<QLabel>("runState")->text()), "Run finished, Server loss");

  // The same as on the command line, with the same times.
  sim::RunConfig config;
  config.duration = 75_s;  // half a minute beyond the last step, less the warm-up
  const compile::Compiled compiled =
      compile::compile(*studio.design(), catalog::Catalog::builtIn(), {ScenarioId("loss")});
  const Result<sim::RunResult> direct = sim::simulate(compiled.plan, config);
  ASSERT_TRUE(direct.ok());
  EXPECT_EQ(runs().result()->digest, direct->digest);

  studio.showTab(QStringLiteral("Results"));
  auto* changes = studio.child<QTableWidget>("happenings");
  ASSERT_GE(changes->rowCount(), 2);
  EXPECT_EQ(toUtf8(changes->item(0, 1)->text()), "killed");
  EXPECT_EQ(toUtf8(changes->item(0, 3)->text()), "the scenario");
  EXPECT_NE(toUtf8(studio.child<QLabel>("run")->text()).find("scenario Server loss"), std::string::npos);
}

TEST_F(ScenarioTest, IsRememberedWithTheDocument) {
  choose("runScenario", Qt::Key_Down);
  open("plain.cantilever.json", smallDesign());
  EXPECT_FALSE(choice().isVisible()) << "the design has none";
  EXPECT_EQ(runs().scenario(), ScenarioId());
  studio.openFile(studio.path("faulty.cantilever.json"));
  EXPECT_EQ(toUtf8(choice().currentText()), "Server loss");
  EXPECT_EQ(runs().scenario(), ScenarioId("loss"));
  // Under another name, too.
  studio.presenter.fileToSave = studio.path("copy.cantilever.json");
  studio.key(Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
  open("plain.cantilever.json", smallDesign());
  studio.openFile(studio.path("copy.cantilever.json"));
  EXPECT_EQ(runs().scenario(), ScenarioId("loss"));
}

TEST_F(ScenarioTest, IsNotChosenAnyMoreOnceItIsGone) {
  choose("runScenario", Qt::Key_Down);
  studio.window->document().request(edit::RemoveScenario{ScenarioId("loss")});
  EXPECT_FALSE(choice().isVisible());
  EXPECT_EQ(runs().scenario(), ScenarioId());
}

TEST_F(ScenarioTest, SaysWhyAndWhereItCannotBePlayed) {
  Design design = faultyDesign();
  Scenario loss = *design.scenarios.find(ScenarioId("loss"));
  loss.events[1].firstInstance = 7;
  design.scenarios.put(loss);
  open("broken.cantilever.json", design);
  choose("runScenario", Qt::Key_Down);
  studio.key(Qt::Key_F5);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return !studio.presenter.errors.isEmpty(); }));
  const std::string error = toUtf8(studio.presenter.errors.first());
  EXPECT_NE(error.find("\"Server loss\" cannot be played"), std::string::npos) << error;
  EXPECT_NE(error.find("instance 7 of \"App servers\""), std::string::npos) << error;
  // The list of problems has it, with the place; cost and steady state are those of the design.
  auto* problems = studio.child<QTreeWidget>("problems");
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return problems->topLevelItemCount() > 0; }));
  EXPECT_EQ(toUtf8(problems->topLevelItem(0)->text(0)), "Error");
  EXPECT_EQ(toUtf8(problems->topLevelItem(0)->text(1)), "App servers");
  EXPECT_NE(toUtf8(studio.child<QLabel>("costText")->text()), "Cost unknown");
}

TEST_F(ScenarioTest, IsChosenFromTheMenuOfCommands) {
  studio.key(Qt::Key_F5, Qt::ControlModifier);
  ASSERT_TRUE(StudioDriver::waitUntil([] { return QApplication::activePopupWidget() != nullptr; }));
  studio.key(Qt::Key_Down);
  studio.key(Qt::Key_Return);
  EXPECT_EQ(runs().scenario(), ScenarioId("loss"));
}

// What the gallery offers is run as it is judged: without a fault.
TEST_F(ScenarioTest, OfATemplateIsOfferedNotChosen) {
  for (const exchange::Template& one : exchange::templates()) {
    SCOPED_TRACE(one.key);
    ASSERT_TRUE(studio.window->document().startFromTemplate(QString::fromStdString(one.key)).ok());
    EXPECT_EQ(choice().count(), static_cast<int>(studio.design()->scenarios.size()) + 1);
    EXPECT_GE(choice().count(), 2) << "each shows a fault";
    EXPECT_EQ(choice().currentIndex(), 0);
  }
}

}  // namespace
}  // namespace cantilever::app
