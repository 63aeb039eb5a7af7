#include <gtest/gtest.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QTreeWidget>

#include "app/gui/document.h"
#include "app/gui/run_controller.h"
#include "core/exchange/design_json.h"
#include "core/exchange/file_set.h"
#include "tests/app/small_design.h"
#include "tests/app/studio_driver.h"
#include "widgets/panels/export_dialog.h"
#include "widgets/style/text.h"

/// Files and folders that are not as they should be: the studio says so, and nothing is lost.
namespace cantilever::app {
namespace {

using testing::smallDesign;
using testing::StudioDriver;
using widgets::toQString;
using widgets::toUtf8;

struct FaultyFiles : ::testing::Test {
  StudioDriver studio;

  void openText(const char* name, const std::string& json) {
    const QString file = studio.path(name);
    ASSERT_TRUE(exchange::writeFile(toUtf8(file), json).ok());
    studio.openFile(file);
  }
  QString saveAs(const char* name) {
    studio.presenter.fileToSave = studio.path(name);
    studio.key(Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
    return studio.presenter.fileToSave;
  }
  static std::string contentOf(const QString& path) {
    QFile file(path);
    EXPECT_TRUE(file.open(QIODevice::ReadOnly)) << toUtf8(path);
    return file.readAll().toStdString();
  }
  /// The first problem listed whose text has the word; empty after a while.
  QString problemWith(const QString& word) {
    studio.showTab(QStringLiteral("Problems"));
    auto* problems = studio.child<QTreeWidget>("problems");
    QString found;
    StudioDriver::waitUntil([&] {
      for (int row = 0; row < problems->topLevelItemCount(); ++row) {
        const QTreeWidgetItem* item = problems->topLevelItem(row);
        if (item->text(2).contains(word)) {
          found = item->text(0) + QStringLiteral(": ") + item->text(2);
        }
      }
      return !found.isEmpty();
    });
    return found;
  }
  /// Tries to run, and returns what the studio says instead.
  QString refusalToRun() {
    studio.presenter.errors.clear();
    studio.key(Qt::Key_F5);
    EXPECT_TRUE(StudioDriver::waitUntil([&] { return !studio.presenter.errors.isEmpty(); }));
    EXPECT_EQ(studio.window->runs().state(), RunState::Idle);
    return studio.presenter.errors.value(0);
  }
  void nudge(const char* block) {
    ASSERT_TRUE(StudioDriver::waitUntil(
        [&] { return studio.window->views().canvas->viewport()->rect().contains(studio.middleOf(block)); }));
    const DesignPtr before = studio.design();
    studio.clickBlock(block);
    studio.key(Qt::Key_Right);
    ASSERT_NE(*studio.design(), *before);
  }
  /// A folder that this user cannot write to. Root may write anywhere but into the kernel's own.
  QString readOnlyFolder() {
    if (geteuid() == 0) {
      return QStringLiteral("/proc");
    }
    const QString folder = studio.path("locked");
    EXPECT_TRUE(QDir().mkpath(folder));
    EXPECT_TRUE(QFile::setPermissions(folder, QFile::ReadOwner | QFile::ExeOwner));
    return folder;
  }
};

constexpr const char* kUnknownType = R"({
  "schema": "cantilever.design/1",
  "name": "From a newer version",
  "blocks": [
    {"id": "app", "type": "app_server", "name": "App", "x": 0, "y": 0},
    {"id": "brain", "type": "quantum_cache", "name": "Brain", "x": 320, "y": 0,
     "params": {"qubits": "64 q", "nested": {"deep": [1, 2.50, null, "\u00e9"]}}, "colour": {"r": 1e-7}}
  ],
  "links": [{"id": "app-brain", "from": "app", "to": "brain", "entangled": true}],
  "hologram": {"layers": [3, 2, 1]}
})";

TEST_F(FaultyFiles, KeepABlockOfAnUnknownTypeWordForWordThroughEditingAndSaving) {
  openText("newer.cantilever.json", kUnknownType);
  EXPECT_TRUE(studio.presenter.errors.isEmpty());
  EXPECT_TRUE(problemWith(QStringLiteral("quantum_cache")).startsWith(QStringLiteral("Error")));
  nudge("brain");
  for (const char* name : {"kept.cantilever.json", "kept.cantilever"}) {
    const DesignPtr edited = studio.design();
    studio.openFile(saveAs(name));
    EXPECT_EQ(*studio.design(), *edited) << name;
  }
  const std::string written = exchange::writeDesign(*studio.design());
  for (const char* kept :
       {"\"quantum_cache\"", "\"64 q\"", "2.50", "1e-7", "\"entangled\": true", "\"hologram\""}) {
    EXPECT_NE(written.find(kept), std::string::npos) << kept << " in\n" << written;
  }
  EXPECT_TRUE(refusalToRun().contains(QStringLiteral("quantum_cache")));
}

TEST_F(FaultyFiles, ShowADanglingLinkAndKeepIt) {
  Design design = smallDesign();
  Link link = *design.links.find(LinkId("users-app"));
  link.id = LinkId("to-nowhere");
  link.to = BlockId("vanished");
  design.links.put(link);
  studio.openFile(studio.writeDesign("dangling.cantilever.json", design));
  EXPECT_TRUE(studio.presenter.errors.isEmpty());
  EXPECT_TRUE(problemWith(QStringLiteral("vanished")).contains(QStringLiteral("does not exist")));
  EXPECT_TRUE(refusalToRun().contains(QStringLiteral("vanished")));
  nudge("app");
  studio.openFile(saveAs("again.cantilever.json"));
  ASSERT_NE(studio.design()->links.find(LinkId("to-nowhere")), nullptr);
  EXPECT_EQ(*studio.design()->links.find(LinkId("to-nowhere")), link);
}

TEST_F(FaultyFiles, ShowANegativeRateAndDoNotRunIt) {
  studio.openFile(studio.writeDesign("negative.cantilever.json", smallDesign(-5)));
  const Rate rate = studio.design()->workloads.begin()->peak;
  EXPECT_EQ(rate, perSecond(-5));
  EXPECT_TRUE(problemWith(QStringLiteral("rates")).startsWith(QStringLiteral("Error")));
  EXPECT_TRUE(refusalToRun().contains(QStringLiteral("rates")));
}

TEST_F(FaultyFiles, RefuseANegativeRateThatIsTyped) {
  studio.openFile(studio.writeDesign("small.cantilever.json", smallDesign()));
  const DesignPtr before = studio.design();
  auto* peak = studio.window->views().inspector->findChild<QLineEdit*>(QStringLiteral("peak"));
  ASSERT_NE(peak, nullptr);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return peak->isVisible(); }));
  StudioDriver::click(peak);
  studio.key(Qt::Key_A, Qt::ControlModifier);
  studio.type(QStringLiteral("-5/s"));
  studio.key(Qt::Key_Return);
  EXPECT_EQ(*studio.design(), *before);
  EXPECT_FALSE(peak->parentWidget()->findChild<QLabel*>(QStringLiteral("error"))->text().isEmpty());
}

TEST_F(FaultyFiles, ShowADivergingCycleOfCalls) {
  Design design = smallDesign();
  Link back = *design.links.find(LinkId("users-app"));
  back.id = LinkId("app-app");
  back.from = BlockId("app");
  back.calls = 1.5;
  design.links.put(back);
  studio.openFile(studio.writeDesign("cycle.cantilever.json", design));
  EXPECT_TRUE(studio.presenter.errors.isEmpty());
  EXPECT_TRUE(problemWith(QStringLiteral("calls without end")).startsWith(QStringLiteral("Error")));
  EXPECT_TRUE(refusalToRun().contains(QStringLiteral("app-app")));
  EXPECT_EQ(*studio.design(), design);
}

TEST_F(FaultyFiles, KeepTheDesignWhenItsFolderIsReadOnly) {
  studio.openFile(studio.writeDesign("small.cantilever.json", smallDesign()));
  nudge("app");
  const DesignPtr edited = studio.design();
  const QString folder = readOnlyFolder();
  for (const char* name : {"/mine.cantilever", "/mine.cantilever.json"}) {
    studio.presenter.errors.clear();
    studio.presenter.fileToSave = folder + QString::fromLatin1(name);
    studio.key(Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
    ASSERT_EQ(studio.presenter.errors.size(), 1) << name;
    EXPECT_TRUE(studio.presenter.errors.first().contains(studio.presenter.fileToSave));
    EXPECT_TRUE(studio.window->isWindowModified());
    EXPECT_EQ(studio.design(), edited);
    EXPECT_FALSE(QFile::exists(studio.presenter.fileToSave));
  }
  EXPECT_TRUE(studio.window->windowTitle().contains(QStringLiteral("small.cantilever.json")));
}

TEST_F(FaultyFiles, SayThatAnExportCouldNotBeWritten) {
  studio.openFile(studio.writeDesign("small.cantilever.json", smallDesign()));
  studio.key(Qt::Key_E, Qt::ControlModifier);
  auto* dialog = studio.window->findChild<widgets::ExportDialog*>();
  ASSERT_NE(dialog, nullptr);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return dialog->isVisible(); }));
  auto* folder = dialog->findChild<QLineEdit*>(QStringLiteral("folder"));
  StudioDriver::click(folder);
  studio.key(Qt::Key_A, Qt::ControlModifier);
  const QString target = readOnlyFolder() + QStringLiteral("/export");
  studio.type(target);
  StudioDriver::click(dialog->findChild<QPushButton*>(QStringLiteral("write")));
  const QString outcome = dialog->findChild<QLabel*>(QStringLiteral("outcome"))->text();
  EXPECT_TRUE(outcome.contains(target)) << toUtf8(outcome);
  EXPECT_FALSE(outcome.contains(QStringLiteral("written to"))) << toUtf8(outcome);
  EXPECT_FALSE(QFileInfo::exists(target));
}

}  // namespace
}  // namespace cantilever::app
