#include <gtest/gtest.h>

#include <QAction>
#include <QDialog>
#include <QDockWidget>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QStatusBar>
#include <QTextBrowser>
#include <QTextEdit>
#include <QTreeWidget>
#include <QUndoStack>
#include <cmath>
#include <map>
#include <set>

#include "app/gui/action_table.h"
#include "app/gui/document.h"
#include "app/gui/presenter.h"
#include "app/gui/run_controller.h"
#include "core/base/random.h"
#include "core/exchange/design_json.h"
#include "core/exchange/file_set.h"
#include "tests/app/small_design.h"
#include "tests/app/studio_driver.h"
#include "widgets/style/icons.h"
#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

using testing::smallDesign;
using testing::StudioDriver;
using widgets::toUtf8;

struct WindowTest : ::testing::Test {
  StudioDriver studio;

  void openSmall(double requestsPerSecond = 200) {
    studio.openFile(studio.writeDesign("small.cantilever.json", smallDesign(requestsPerSecond)));
    ASSERT_TRUE(StudioDriver::waitUntil([&] {
      return studio.window->views().canvas->viewport()->rect().contains(studio.middleOf("app")) &&
             !studio.window->views().canvas->blockRect(BlockId("app")).isEmpty();
    }));
  }
  RunController& runs() { return studio.window->runs(); }
  QString runState() { return studio.child<QLabel>("runState")->text(); }
};

TEST_F(WindowTest, BeginsInTheGalleryWithNothingThatNeedsADesignEnabled) {
  EXPECT_TRUE(studio.window->views().gallery->isVisible());
  EXPECT_FALSE(studio.window->views().palette->isVisible());
  EXPECT_FALSE(studio.child<QAction>("run.start")->isEnabled());
  EXPECT_FALSE(studio.child<QAction>("file.save")->isEnabled());
  EXPECT_TRUE(studio.child<QAction>("file.open")->isEnabled());
}

TEST_F(WindowTest, HasAnIconAndATooltipForEveryAction) {
  const auto* table = studio.window->findChild<ActionTable*>();
  ASSERT_NE(table, nullptr);
  for (const ActionSpec& spec : table->specs()) {
    EXPECT_FALSE(spec.tooltip.isEmpty()) << toUtf8(spec.id);
    EXPECT_TRUE(spec.icon.isEmpty() || widgets::hasIcon(spec.icon)) << toUtf8(spec.id);
  }
}

TEST_F(WindowTest, GivesNoShortcutToTwoActions) {
  std::map<std::string, std::string> owners;
  for (const ActionSpec& spec : studio.window->findChild<ActionTable*>()->specs()) {
    for (const QKeySequence& keys : spec.shortcuts) {
      const auto [at, isNew] = owners.try_emplace(toUtf8(keys.toString()), toUtf8(spec.id));
      EXPECT_TRUE(isNew) << at->first << " is of " << at->second << " and " << toUtf8(spec.id);
    }
  }
}

TEST_F(WindowTest, SaysThatTheDesignChangedWhileItRuns) {
  openSmall();
  studio.key(Qt::Key_F5);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return studio.window->views().charts->pointCount() > 2; }));
  EXPECT_FALSE(runState().contains(QStringLiteral("design changed")));
  studio.clickBlock("app");
  studio.key(Qt::Key_Delete);
  EXPECT_FALSE(studio.design()->blocks.contains(BlockId("app")));
  EXPECT_TRUE(runState().contains(QStringLiteral("design changed since this run started")));
  const int before = studio.window->views().charts->pointCount();
  EXPECT_TRUE(StudioDriver::waitUntil([&] { return studio.window->views().charts->pointCount() > before; }));
  studio.key(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_FALSE(runState().contains(QStringLiteral("design changed")));
  EXPECT_EQ(runs().state(), RunState::Running);
}

TEST_F(WindowTest, ClosesWhileARunGoesOn) {
  openSmall();
  studio.key(Qt::Key_F5);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return runs().state() == RunState::Running; }));
  EXPECT_TRUE(studio.window->close());
  EXPECT_EQ(runs().state(), RunState::Idle);
  studio.window.reset();
}

TEST_F(WindowTest, IsDestroyedWhileARunGoesOn) {
  openSmall();
  studio.key(Qt::Key_F5);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return runs().state() == RunState::Running; }));
  studio.window.reset();
}

TEST_F(WindowTest, OpensAnotherFileWhileARunGoesOn) {
  openSmall();
  studio.key(Qt::Key_F5);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return runs().state() == RunState::Running; }));
  studio.openFile(studio.writeDesign("other.cantilever.json", smallDesign(50)));
  EXPECT_EQ(runs().state(), RunState::Idle);
  EXPECT_EQ(runState(), QStringLiteral("Not run"));
}

TEST_F(WindowTest, HoldsAndResumesARun) {
  openSmall();
  studio.key(Qt::Key_F5);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return studio.window->views().charts->pointCount() > 2; }));
  studio.key(Qt::Key_F6);
  EXPECT_EQ(runState(), QStringLiteral("Paused"));
  studio.key(Qt::Key_F5);
  EXPECT_EQ(runState(), QStringLiteral("Running"));
}

// Prices come from the analysis, which may be under way when a run ends; objectives are no behaviour.
TEST_F(WindowTest, JudgesCostsAndNewLimitsAfterARun) {
  Design design = smallDesign();
  Objective cost;
  cost.id = ObjectiveId("cost");
  cost.metric = Metric::CostMonth;
  cost.limit = 1e6;
  design.objectives.put(cost);
  studio.openFile(studio.writeDesign("small.cantilever.json", design));
  const auto words = [&] {
    QStringList texts;
    for (const QLabel* label : studio.child<QWidget>("verdicts")->findChildren<QLabel*>()) {
      texts << label->text();
    }
    return texts;
  };
  runs().setSpeed(std::nullopt);  // as fast as possible
  studio.key(Qt::Key_F5);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return runs().state() == RunState::Finished; }, 60));
  EXPECT_TRUE(StudioDriver::waitUntil([&] { return words().count(QStringLiteral("Met")) == 2; }))
      << toUtf8(words().join(QStringLiteral(" | ")));
  Objective harsh = *studio.design()->objectives.find(ObjectiveId("p99"));
  harsh.limit = 0.001;
  Q_EMIT studio.window->views().inspector->objectiveEdited(harsh);
  EXPECT_FALSE(runs().isOutdated());
  EXPECT_TRUE(StudioDriver::waitUntil([&] { return words().count(QStringLiteral("Missed")) == 1; }))
      << toUtf8(words().join(QStringLiteral(" | ")));
}

TEST(Presenter, AddsTheSuffixOfTheFormatThatWasChosen) {
  const QStringList filters{QStringLiteral("Cantilever document (*.cantilever)"),
                            QStringLiteral("Design as JSON (*.cantilever.json)")};
  const auto named = [&](const char* typed, int chosen) {
    return toUtf8(withSuffix(QLatin1String(typed), filters.at(chosen), filters));
  };
  EXPECT_EQ(named("/d/shop", 0), "/d/shop.cantilever");
  EXPECT_EQ(named("/d/shop", 1), "/d/shop.cantilever.json");
  EXPECT_EQ(named("/d/shop.v2", 1), "/d/shop.v2.cantilever.json");
  EXPECT_EQ(named("/d/shop.cantilever", 1), "/d/shop.cantilever") << "what was typed goes first";
}

TEST_F(WindowTest, HelpExplainsTheElements) {
  studio.key(Qt::Key_F1);
  const auto* help = studio.window->findChild<QDialog*>(QStringLiteral("help"));
  ASSERT_NE(help, nullptr);
  EXPECT_TRUE(help->isVisible());
  const auto* pages = help->findChild<QListWidget*>(QStringLiteral("helpPages"));
  EXPECT_GE(pages->count(), 15);
  EXPECT_FALSE(help->findChild<QTextBrowser*>(QStringLiteral("helpText"))->toPlainText().isEmpty());
}

TEST_F(WindowTest, StepsThroughARun) {
  openSmall();
  studio.key(Qt::Key_F7);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return runs().state() == RunState::Paused; }));
  QStatusBar* const bar = studio.window->statusBar();
  EXPECT_TRUE(bar->currentMessage().contains(QStringLiteral("Request arrives")))
      << toUtf8(bar->currentMessage());
  ASSERT_NE(runs().result(), nullptr);
  EXPECT_EQ(runs().result()->events, 1u);
  studio.key(Qt::Key_F8);
  ASSERT_TRUE(StudioDriver::waitUntil([&] {
    return runs().state() == RunState::Paused && runs().result()->events > 1 &&
           bar->currentMessage().contains(QStringLiteral(" s: "));
  }));
  studio.key(Qt::Key_F5);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return runs().state() == RunState::Running; }));
}

TEST_F(WindowTest, ShowsAMessageForAMalformedFileAndKeepsTheDocument) {
  openSmall();
  const DesignPtr before = studio.design();
  const QString bad = studio.path("bad.cantilever.json");
  ASSERT_TRUE(exchange::writeFile(toUtf8(bad), "{ \"schema\": \"cantilever.design/1\", ").ok());
  studio.openFile(bad);
  ASSERT_EQ(studio.presenter.errors.size(), 1);
  EXPECT_TRUE(studio.presenter.errors.first().contains(QStringLiteral("bad.cantilever.json")));
  EXPECT_EQ(studio.design(), before);
}

TEST_F(WindowTest, KeepsTheDocumentDirtyWhenTheTargetCannotBeWritten) {
  openSmall();
  studio.clickBlock("app");
  studio.key(Qt::Key_Delete);
  ASSERT_TRUE(studio.window->isWindowModified());
  // A file where a folder would have to be: refused for every user, root included.
  ASSERT_TRUE(exchange::writeFile(toUtf8(studio.path("file")), "in the way").ok());
  studio.presenter.fileToSave = studio.path("file") + QStringLiteral("/mine.cantilever");
  studio.key(Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
  ASSERT_EQ(studio.presenter.errors.size(), 1);
  EXPECT_TRUE(studio.window->isWindowModified());
  EXPECT_FALSE(QFile::exists(studio.presenter.fileToSave));
}

TEST_F(WindowTest, AsksBeforeChangesAreLost) {
  openSmall();
  studio.clickBlock("app");
  studio.key(Qt::Key_Delete);
  studio.presenter.unsavedAnswer = Presenter::UnsavedAnswer::Cancel;
  EXPECT_FALSE(studio.window->close());
  EXPECT_EQ(studio.presenter.unsavedQuestions, 1);
  studio.key(Qt::Key_N, Qt::ControlModifier);
  EXPECT_FALSE(studio.design()->blocks.isEmpty());
  studio.presenter.unsavedAnswer = Presenter::UnsavedAnswer::Discard;
  EXPECT_TRUE(studio.window->close());
}

TEST_F(WindowTest, RefusesAWishInTheStatusBar) {
  openSmall();
  QWidget* canvas = studio.window->views().canvas->viewport();
  const QRect app = studio.window->views().canvas->blockRect(BlockId("app"));
  QTest::mouseMove(studio.window->windowHandle(), canvas->mapTo(studio.window.get(), app.center()));
  StudioDriver::drag(canvas, QPoint(app.left(), app.center().y()), studio.middleOf("users"));
  EXPECT_EQ(studio.design()->links.size(), 1u);
  EXPECT_FALSE(studio.window->statusBar()->currentMessage().isEmpty());
}

// A message has the room of the verdicts while it lasts.
TEST_F(WindowTest, TheStatusBarSaysWhatItIsTold) {
  openSmall();
  QWidget* verdicts = studio.window->views().verdicts;
  auto* feedback = verdicts->findChild<QLabel*>(QStringLiteral("feedback"));
  ASSERT_NE(feedback, nullptr);
  EXPECT_FALSE(feedback->isVisible());
  studio.window->statusBar()->showMessage(QStringLiteral("Copied as a picture"), 60'000);
  EXPECT_TRUE(feedback->isVisible());
  EXPECT_EQ(feedback->text(), QStringLiteral("Copied as a picture"));
  EXPECT_TRUE(StudioDriver::waitUntil([&] { return feedback->width() >= feedback->sizeHint().width(); }))
      << "cut at " << feedback->width();
  for (const QLabel* verdict : verdicts->findChildren<QLabel*>(QStringLiteral("verdict"))) {
    EXPECT_FALSE(verdict->isVisible());
  }
  studio.window->statusBar()->clearMessage();
  EXPECT_FALSE(feedback->isVisible());
}

TEST_F(WindowTest, SelectsWhatAProblemIsAbout) {
  Design design = smallDesign();
  Block lonely;
  lonely.id = BlockId("lonely");
  lonely.type = "no_such_type";
  lonely.name = "Lonely";
  lonely.position = {320, 160};
  design.blocks.put(lonely);
  studio.openFile(studio.writeDesign("lonely.cantilever.json", design));
  studio.showTab(QStringLiteral("Problems"));
  auto* problems = studio.child<QTreeWidget>("problems");
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return problems->topLevelItemCount() > 0; }));
  for (int row = 0; row < problems->topLevelItemCount(); ++row) {
    if (problems->topLevelItem(row)->text(1) == QStringLiteral("Lonely")) {
      StudioDriver::click(problems->viewport(),
                          problems->visualItemRect(problems->topLevelItem(row)).center());
    }
  }
  EXPECT_EQ(studio.window->views().canvas->selection().blocks, std::vector{BlockId("lonely")});
}

TEST_F(WindowTest, RenamesABlockInPlace) {
  openSmall();
  studio.clickBlock("app");
  studio.key(Qt::Key_F2);
  auto* field = studio.window->views().canvas->viewport()->findChild<QLineEdit*>(QStringLiteral("blockName"));
  ASSERT_NE(field, nullptr);
  studio.type(QStringLiteral("Web tier"));
  studio.key(Qt::Key_Return);
  EXPECT_EQ(studio.design()->blocks.find(BlockId("app"))->name, "Web tier");
}

TEST_F(WindowTest, CopiesAndPastesWithInnerLinks) {
  openSmall();
  studio.window->views().canvas->setFocus();
  studio.key(Qt::Key_A, Qt::ControlModifier);
  studio.key(Qt::Key_C, Qt::ControlModifier);
  studio.key(Qt::Key_V, Qt::ControlModifier);
  EXPECT_EQ(studio.design()->blocks.size(), 4u);
  EXPECT_EQ(studio.design()->links.size(), 2u);
  studio.key(Qt::Key_X, Qt::ControlModifier);
  EXPECT_EQ(studio.design()->blocks.size(), 2u);
}

bool doAnyOverlap(const Design& design) {
  for (const Block& a : design.blocks) {
    for (const Block& b : design.blocks) {
      const Point apart = a.position - b.position;
      if (a.id != b.id && std::abs(apart.x) < kBlockSize.width && std::abs(apart.y) < kBlockSize.height) {
        return true;
      }
    }
  }
  return false;
}

TEST_F(WindowTest, PlacesWhatIsAddedByKeyboardClearOfOtherBlocks) {
  openSmall();
  for (int added = 0; added < 6; ++added) {
    studio.key(Qt::Key_Space, Qt::ControlModifier);
    studio.type(QStringLiteral("redis"));
    studio.key(Qt::Key_Return);
  }
  EXPECT_EQ(studio.design()->blocks.size(), 8u);
  EXPECT_FALSE(doAnyOverlap(*studio.design()));
}

TEST_F(WindowTest, DragsAZoneWithAllThatIsInIt) {
  Design design = smallDesign();
  Zone region;
  region.id = ZoneId("region");
  region.name = "Region";
  region.area = {{280, -80}, {320, 320}};
  design.zones.put(region);
  Zone inner;
  inner.id = ZoneId("zone-a");
  inner.kind = ZoneKind::AvailabilityZone;
  inner.parent = region.id;
  inner.area = {{300, 100}, {200, 100}};
  design.zones.put(inner);
  Block app = *design.blocks.find(BlockId("app"));
  app.zone = region.id;
  design.blocks.put(app);
  Note inside{NoteId("inside"), "About the region", {{320, 120}, {80, 40}}, {}, 0, region.id};
  Note outside{NoteId("outside"), "About the rest", {{0, 200}, {80, 40}}, {}};
  design.notes.put(inside);
  design.notes.put(outside);
  studio.openFile(studio.writeDesign("zones.cantilever.json", design));
  const auto* canvas = studio.window->views().canvas;
  ASSERT_TRUE(
      StudioDriver::waitUntil([&] { return canvas->viewport()->rect().contains(studio.middleOf("app")); }));

  const QPoint title = canvas->mapFromScene(QPointF(320, -66));
  StudioDriver::drag(canvas->viewport(), title, title + QPoint(60, 30));
  const Design& moved = *studio.design();
  const Point by = moved.zones.find(region.id)->area.topLeft - region.area.topLeft;
  EXPECT_GT(by.x, 0);
  EXPECT_GT(by.y, 0);
  EXPECT_EQ(moved.zones.find(inner.id)->area.topLeft, inner.area.topLeft + by);
  EXPECT_EQ(moved.blocks.find(app.id)->position, app.position + by);
  EXPECT_EQ(moved.notes.find(inside.id)->area.topLeft, inside.area.topLeft + by);
  EXPECT_EQ(*moved.notes.find(outside.id), outside);
  EXPECT_EQ(*moved.blocks.find(BlockId("users")), *design.blocks.find(BlockId("users")));
  EXPECT_EQ(studio.window->document().undoStack().count(), 1);
  studio.undoAll();
  EXPECT_EQ(*studio.design(), design);
}

// In a narrow window charts stand below each other, which may not take the room of the drawing.
TEST_F(WindowTest, TheDrawingGivesAndTakesWhatRoomThereIs) {
  openSmall();
  const auto* canvas = studio.window->views().canvas;
  const auto* details = studio.child<QTabWidget>("details");
  studio.window->resize(1440, 900);
  const int before = details->height();
  const int canvasBefore = canvas->height();
  for (const QSize size : {QSize(1440, 700), QSize(1024, 900), QSize(1024, 700), QSize(960, 620)}) {
    studio.window->resize(size);
    EXPECT_TRUE(StudioDriver::waitUntil([&] { return details->height() <= before; }, 2))
        << size.width() << " x " << size.height() << ": " << details->height();
    EXPECT_EQ(studio.window->size(), size) << "no part needs more";
  }
  studio.window->resize(840, 620);
  const auto leftOf = [&](const char* dock) {
    return studio.child<QDockWidget>(dock)->mapTo(studio.window.get(), QPoint()).x();
  };
  EXPECT_TRUE(StudioDriver::waitUntil(
      [&] { return leftOf("detailsDock") + details->width() <= leftOf("inspectorDock"); }, 2))
      << "they lie over each other";
  studio.window->resize(1440, 900);
  EXPECT_TRUE(StudioDriver::waitUntil([&] { return canvas->height() == canvasBefore; }, 2));
}

TEST_F(WindowTest, DragsANote) {
  Design design = smallDesign();
  const Note note{NoteId("note"), "Remember", {{0, 200}, {160, 80}}, {}};
  design.notes.put(note);
  studio.openFile(studio.writeDesign("note.cantilever.json", design));
  const auto* canvas = studio.window->views().canvas;
  ASSERT_TRUE(
      StudioDriver::waitUntil([&] { return canvas->viewport()->rect().contains(studio.middleOf("app")); }));
  const QPoint middle = canvas->mapFromScene(QPointF(80, 240));
  StudioDriver::drag(canvas->viewport(), middle, middle + QPoint(60, 30));
  EXPECT_NE(*studio.design()->notes.find(note.id), note);
  studio.undoAll();
  EXPECT_EQ(*studio.design(), design);
}

TEST_F(WindowTest, AddsANoteAndEditsItsText) {
  openSmall();
  QWidget* canvas = studio.window->views().canvas->viewport();
  StudioDriver::click(canvas, QPoint(20, 20), Qt::RightButton);
  studio.chooseInMenu(QStringLiteral("Add a note"));
  ASSERT_EQ(studio.design()->notes.size(), 1u);
  auto* text = studio.child<QTextEdit>("noteText");
  ASSERT_TRUE(text->isVisible());
  StudioDriver::click(text);
  studio.key(Qt::Key_A, Qt::ControlModifier);
  studio.type(QStringLiteral("Ask the database team"));
  studio.key(Qt::Key_Return, Qt::ControlModifier);
  EXPECT_EQ(studio.design()->notes.begin()->text, "Ask the database team");
  studio.undoAll();
  EXPECT_TRUE(studio.design()->notes.isEmpty());
}

TEST_F(WindowTest, RenamesAZone) {
  Design design = smallDesign();
  Zone region;
  region.id = ZoneId("region");
  region.name = "Region";
  region.area = {{280, -80}, {320, 320}};
  design.zones.put(region);
  studio.openFile(studio.writeDesign("zone.cantilever.json", design));
  const auto* canvas = studio.window->views().canvas;
  ASSERT_TRUE(
      StudioDriver::waitUntil([&] { return canvas->viewport()->rect().contains(studio.middleOf("app")); }));
  StudioDriver::click(canvas->viewport(), canvas->mapFromScene(QPointF(320, -66)));
  auto* name = studio.child<QLineEdit>("zoneName");
  ASSERT_TRUE(name->isVisible());
  StudioDriver::click(name);
  studio.key(Qt::Key_A, Qt::ControlModifier);
  studio.type(QStringLiteral("eu-west"));
  studio.key(Qt::Key_Return);
  EXPECT_EQ(studio.design()->zones.find(region.id)->name, "eu-west");
}

TEST_F(WindowTest, NeverHidesABlockUnderWhatIsPasted) {
  openSmall();
  studio.window->views().canvas->setFocus();
  studio.key(Qt::Key_A, Qt::ControlModifier);
  studio.key(Qt::Key_C, Qt::ControlModifier);
  for (int pasted = 0; pasted < 3; ++pasted) {
    studio.key(Qt::Key_V, Qt::ControlModifier);
  }
  std::set<std::pair<double, double>> places;
  for (const Block& block : studio.design()->blocks) {
    EXPECT_TRUE(places.emplace(block.position.x, block.position.y).second) << block.id.text();
  }
}

/// Wishes at random, as a person would make them.
void makeWish(StudioDriver& studio, RandomStream& random) {
  const std::vector<std::string> searches = {"redis", "kafka", "app", "cdn", "worker"};
  const auto& blocks = studio.design()->blocks.pointers();
  const auto clickAny = [&] {
    if (!blocks.empty()) {
      const auto& block = blocks[random.below(static_cast<std::uint32_t>(blocks.size()))];
      studio.clickBlock(block->id.text().c_str());
    }
  };
  const QList<Qt::Key> arrows = {Qt::Key_Left, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down};
  switch (random.below(8)) {
    case 0:
      studio.key(Qt::Key_Space, Qt::ControlModifier);
      studio.type(widgets::toQString(searches[random.below(static_cast<std::uint32_t>(searches.size()))]));
      studio.key(Qt::Key_Return);
      break;
    case 1:
      clickAny();
      studio.key(arrows[static_cast<qsizetype>(random.below(4))]);
      break;
    case 2:
      clickAny();
      studio.key(Qt::Key_D, Qt::ControlModifier);
      break;
    case 3:
      clickAny();
      studio.key(Qt::Key_Delete);
      break;
    case 4:
      clickAny();
      studio.key(Qt::Key_C, Qt::ControlModifier);
      studio.key(Qt::Key_V, Qt::ControlModifier);
      break;
    case 5:
      clickAny();
      studio.key(Qt::Key_F2);
      if (studio.window->views().canvas->viewport()->findChild<QLineEdit*>(QStringLiteral("blockName"))) {
        studio.type(QStringLiteral("Name %1").arg(random.below(100)));
        studio.key(Qt::Key_Return);
      }
      break;
    case 6:
      studio.key(Qt::Key_Z, Qt::ControlModifier);
      break;
    default:
      studio.key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
      break;
  }
}

TEST_F(WindowTest, UndoesAndRedoesAnySequenceOfWishes) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    openSmall();
    const std::string original = exchange::writeDesign(*studio.design());
    RandomStream random(seed);
    for (int wish = 0; wish < 60; ++wish) {
      makeWish(studio, random);
    }
    studio.redoAll();
    const std::string last = exchange::writeDesign(*studio.design());
    ASSERT_GT(studio.window->document().undoStack().count(), 5);
    studio.undoAll();
    EXPECT_EQ(exchange::writeDesign(*studio.design()), original) << "seed " << seed;
    studio.redoAll();
    EXPECT_EQ(exchange::writeDesign(*studio.design()), last) << "seed " << seed;
  }
}

}  // namespace
}  // namespace cantilever::app
