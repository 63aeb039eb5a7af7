#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QListView>
#include <QMenu>
#include <QMenuBar>
#include <map>
#include <set>
#include <string>

#include "app/gui/action_table.h"
#include "app/gui/document.h"
#include "tests/app/small_design.h"
#include "tests/app/studio_driver.h"
#include "tests/widgets/accessible_names.h"
#include "widgets/panels/pick_popup.h"
#include "widgets/panels/shortcut_sheet.h"
#include "widgets/style/text.h"

/// The one table of actions against the window: whatever is in it can be found and is enabled when it can be
/// done.
namespace cantilever::app {
namespace {

using testing::smallDesign;
using testing::StudioDriver;
using widgets::toUtf8;

QString plainText(QString text) {
  return text.remove(QLatin1Char('&')).remove(QStringLiteral("..."));
}

class ActionsTest : public ::testing::Test {
 protected:
  /// Users and app servers in a region, linked, and a note.
  void openSmall() {
    Design design = smallDesign();
    Zone region;
    region.id = ZoneId("region");
    region.name = "Region";
    region.area = {{280, -80}, {320, 320}};
    design.zones.put(region);
    design.notes.put({NoteId("note"), "A note", {{0, 200}, {160, 80}}, {}});
    studio.openFile(studio.writeDesign("small.cantilever.json", design));
    ASSERT_TRUE(StudioDriver::waitUntil([&] {
      return canvas()->viewport()->rect().contains(studio.middleOf("app")) &&
             !canvas()->blockRect(BlockId("app")).isEmpty();
    }));
  }
  widgets::CanvasView* canvas() { return studio.window->views().canvas; }
  const ActionTable& table() { return *studio.window->findChild<ActionTable*>(); }
  void clickScene(double x, double y) {
    StudioDriver::click(canvas()->viewport(), canvas()->mapFromScene(QPointF(x, y)));
  }
  /// Of the actions on what is selected: those that can be done now.
  std::set<std::string> enabled() {
    std::set<std::string> ids;
    for (const ActionSpec& spec : table().specs()) {
      const bool isOfSelection = spec.id.startsWith(QStringLiteral("edit.")) ||
                                 spec.id.startsWith(QStringLiteral("arrange.")) ||
                                 spec.id == QStringLiteral("view.fit_selection") ||
                                 spec.id == QStringLiteral("file.picture_of_selection");
      if (isOfSelection && table().action(spec.id)->isEnabled()) {
        ids.insert(toUtf8(spec.id));
      }
    }
    return ids;
  }

  StudioDriver studio;
};

TEST_F(ActionsTest, EachIsInOneMenuOfTheMenuBar) {
  std::map<std::string, int> places;
  for (const QAction* title : studio.window->menuBar()->actions()) {
    for (const QAction* action : title->menu()->actions()) {
      ++places[toUtf8(action->objectName())];
    }
  }
  for (const ActionSpec& spec : table().specs()) {
    EXPECT_EQ(places[toUtf8(spec.id)], 1) << toUtf8(spec.id);
  }
}

TEST_F(ActionsTest, EachMenuHasALetterForItselfAndForEachOfItsEntries) {
  const auto letterOf = [](const QString& text) {
    const qsizetype at = text.indexOf(QLatin1Char('&'));
    return at < 0 ? std::string() : toUtf8(text.mid(at + 1, 1).toLower());
  };
  std::set<std::string> titles;
  for (const QAction* title : studio.window->menuBar()->actions()) {
    EXPECT_TRUE(titles.insert(letterOf(title->text())).second) << toUtf8(title->text());
    std::set<std::string> letters;
    for (const QAction* action : title->menu()->actions()) {
      const std::string letter = letterOf(action->text());
      EXPECT_TRUE(letter.empty() || letters.insert(letter).second) << toUtf8(action->text());
    }
  }
}

TEST_F(ActionsTest, EachIsFoundInTheListOfCommandsByItsName) {
  openSmall();
  for (const ActionSpec& spec : table().specs()) {
    if (spec.id == QStringLiteral("help.commands")) {
      continue;  // it is the list
    }
    const QString title = plainText(spec.text);
    studio.key(Qt::Key_K, Qt::ControlModifier);
    auto* popup = studio.child<widgets::PickPopup>("commandPalette");
    ASSERT_NE(popup, nullptr);
    studio.type(title);
    const QAbstractItemModel* found = popup->findChild<QListView*>()->model();
    QModelIndex entry;
    for (int row = 0; row < found->rowCount() && !entry.isValid(); ++row) {
      const QModelIndex each = found->index(row, 0);
      entry = each.data().toString() == title ? each : QModelIndex();
    }
    EXPECT_TRUE(entry.isValid()) << toUtf8(title);
    EXPECT_EQ(entry.flags().testFlag(Qt::ItemIsEnabled), table().action(spec.id)->isEnabled())
        << toUtf8(title);
    studio.key(Qt::Key_Escape);
    ASSERT_TRUE(StudioDriver::waitUntil(
        [&] { return studio.child<widgets::PickPopup>("commandPalette") == nullptr; }));
  }
}

TEST_F(ActionsTest, NoKeysAreOfTwoActionsOrOfTheCanvasOrOfAMenu) {
  std::map<std::string, std::string> owners;
  for (const char* canvasKey :
       {"Del", "Backspace", "Tab", "Shift+Tab", "Left", "Right", "Up", "Down", "Shift+Left", "Shift+Right",
        "Shift+Up", "Shift+Down", "Space", "Return", "Enter", "Esc"}) {
    owners[canvasKey] = "the canvas";
  }
  for (const QAction* title : studio.window->menuBar()->actions()) {
    const QKeySequence keys = QKeySequence::mnemonic(title->text());
    owners[toUtf8(keys.toString())] = "the menu " + toUtf8(title->text());
  }
  for (const ActionSpec& spec : table().specs()) {
    for (const QKeySequence& keys : spec.shortcuts) {
      const auto [at, isNew] = owners.try_emplace(toUtf8(keys.toString()), toUtf8(spec.id));
      EXPECT_TRUE(isNew) << at->first << " is of " << at->second << " and " << toUtf8(spec.id);
    }
  }
}

TEST_F(ActionsTest, OfOneBlock) {
  QGuiApplication::clipboard()->clear();  // other tests of this process may have copied
  openSmall();
  studio.clickBlock("app");
  EXPECT_THAT(enabled(),
              ::testing::ElementsAre("arrange.back", "arrange.backward", "arrange.forward", "arrange.front",
                                     "arrange.layout", "arrange.layout_selection", "arrange.pin", "edit.add",
                                     "edit.add_next", "edit.add_note", "edit.add_zone", "edit.copy",
                                     "edit.cut", "edit.delete", "edit.duplicate", "edit.find", "edit.link",
                                     "edit.palette", "edit.rename", "edit.select_all", "edit.select_links",
                                     "file.picture_of_selection", "view.fit_selection"));
}

TEST_F(ActionsTest, OfTwoBlocksWithWhatWasCopied) {
  openSmall();
  studio.key(Qt::Key_A, Qt::ControlModifier);
  studio.key(Qt::Key_C, Qt::ControlModifier);
  EXPECT_THAT(enabled(),
              ::testing::ElementsAre(
                  "arrange.back", "arrange.backward", "arrange.bottom", "arrange.centre", "arrange.forward",
                  "arrange.front", "arrange.layout", "arrange.layout_selection", "arrange.left",
                  "arrange.middle", "arrange.pin", "arrange.right", "arrange.top", "edit.add",
                  "edit.add_note", "edit.add_zone", "edit.copy", "edit.cut", "edit.delete", "edit.duplicate",
                  "edit.find", "edit.fold", "edit.link", "edit.palette", "edit.paste", "edit.select_all",
                  "edit.select_links", "file.picture_of_selection", "view.fit_selection"));
  studio.key(Qt::Key_V, Qt::ControlModifier);
  EXPECT_TRUE(enabled().contains("edit.undo"));
  studio.key(Qt::Key_A, Qt::ControlModifier);
  EXPECT_TRUE(enabled().contains("arrange.across"));  // of three and more
}

TEST_F(ActionsTest, OfALinkAZoneANoteAndNothing) {
  openSmall();
  const std::set<std::string> ofNothing = {"arrange.layout", "edit.add",  "edit.add_note",
                                           "edit.add_zone",  "edit.find", "edit.palette",
                                           "edit.select_all"};
  const auto with = [&](std::set<std::string> more) {
    more.insert(ofNothing.begin(), ofNothing.end());
    more.insert({"edit.delete", "file.picture_of_selection", "view.fit_selection"});
    return more;
  };
  studio.key(Qt::Key_Escape);
  std::set<std::string> now = enabled();
  now.erase("edit.paste");  // the clipboard is of all tests
  EXPECT_EQ(now, ofNothing);
  clickScene(320, -66);
  EXPECT_EQ(canvas()->selection().zones.size(), 1u);
  now = enabled();
  now.erase("edit.paste");
  EXPECT_EQ(now, with({"edit.copy", "edit.cut", "edit.duplicate", "edit.fold", "edit.rename"}));
  clickScene(80, 240);
  EXPECT_EQ(canvas()->selection().notes.size(), 1u);
  now = enabled();
  now.erase("edit.paste");
  EXPECT_EQ(now, with({"arrange.back", "arrange.backward", "arrange.forward", "arrange.front", "edit.copy",
                       "edit.cut", "edit.duplicate", "edit.rename"}));
  StudioDriver::click(canvas()->viewport(), (studio.middleOf("users") + studio.middleOf("app")) / 2);
  EXPECT_EQ(canvas()->selection().links.size(), 1u);
  now = enabled();
  now.erase("edit.paste");
  EXPECT_EQ(now, with({"edit.relink_from", "edit.relink_to"}));
}

TEST_F(ActionsTest, InTheGalleryNothingThatNeedsADrawing) {
  std::set<std::string> ids;
  for (const ActionSpec& spec : table().specs()) {
    if (table().action(spec.id)->isEnabled()) {
      ids.insert(toUtf8(spec.id));
    }
  }
  EXPECT_THAT(ids, ::testing::ElementsAre("file.new", "file.open", "file.quit", "help.commands",
                                          "help.contents", "help.shortcuts", "view.theme"));
}

TEST_F(ActionsTest, ALinksEndIsMovedByKeyboard) {
  openSmall();
  studio.key(Qt::Key_1, Qt::AltModifier);
  studio.key(Qt::Key_Slash);
  studio.type(QStringLiteral("redis cluster"));
  studio.key(Qt::Key_Return);
  studio.clickBlock("app");
  studio.key(Qt::Key_L, Qt::ControlModifier);
  ASSERT_EQ(canvas()->selection().links.size(), 1u);
  const LinkId id = canvas()->selection().links.front();
  studio.key(Qt::Key_R);
  studio.type(QStringLiteral("redis"));
  studio.key(Qt::Key_Return);
  EXPECT_EQ(studio.design()->links.find(id)->to, BlockId("redis-cluster"));
  studio.key(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(studio.design()->links.find(id)->to, BlockId("app"));
}

TEST_F(ActionsTest, TheKeyboardGoesToEachPartAndEverythingThereHasAName) {
  openSmall();
  const auto isIn = [this](const char* name) {
    auto* part = studio.child<QWidget>(name);
    return part->isVisible() && QApplication::focusWidget() != nullptr &&
           (part == QApplication::focusWidget() || part->isAncestorOf(QApplication::focusWidget()));
  };
  studio.key(Qt::Key_2, Qt::AltModifier);
  EXPECT_TRUE(isIn("outlineDock"));
  studio.key(Qt::Key_3, Qt::AltModifier);
  EXPECT_TRUE(isIn("inspectorDock"));
  studio.key(Qt::Key_4, Qt::AltModifier);
  EXPECT_TRUE(isIn("detailsDock"));
  studio.key(Qt::Key_1, Qt::AltModifier);
  EXPECT_TRUE(canvas()->hasFocus());
  EXPECT_EQ(test::focusableWithoutName(*studio.window->views().inspector), QStringList());
  EXPECT_EQ(test::focusableWithoutName(*studio.window->views().outline), QStringList());
  EXPECT_FALSE(canvas()->accessibleName().isEmpty());
}

}  // namespace
}  // namespace cantilever::app
