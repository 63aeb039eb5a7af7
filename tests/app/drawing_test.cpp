#include <gtest/gtest.h>

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QDialog>
#include <QDockWidget>
#include <QFile>
#include <QImage>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QScrollArea>
#include <QSlider>
#include <QStatusBar>
#include <QStyle>
#include <QStyleOptionSlider>
#include <QTreeWidget>
#include <QUndoStack>
#include <algorithm>

#include "app/gui/document.h"
#include "tests/app/drawing_fixture.h"
#include "tests/app/drawing_hands.h"
#include "tests/app/small_design.h"
#include "tests/app/studio_driver.h"
#include "widgets/panels/pick_popup.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::app {
namespace {

using testing::DrawingTest;
using testing::row;
using testing::smallDesign;
using testing::StudioDriver;
using widgets::toUtf8;

TEST_F(DrawingTest, BuildsADesignByKeyboardAlone) {
  openEmpty();
  studio.key(Qt::Key_Slash);
  pick("quickAdd", "web users");
  ASSERT_EQ(studio.design()->blocks.size(), 1u);
  for (const char* next : {"load balancer", "app servers", "sql primary"}) {
    const std::size_t before = studio.design()->blocks.size();
    studio.key(Qt::Key_N);
    pick("calleePicker", next);
    ASSERT_EQ(studio.design()->blocks.size(), before + 1) << next;
    const std::vector<BlockId> added = canvas()->selection().blocks;
    ASSERT_EQ(added.size(), 1u);
    EXPECT_TRUE(canvas()->viewport()->rect().contains(canvas()->blockRect(added.front())))
        << "one sees what was added";
  }
  EXPECT_EQ(studio.design()->links.size(), 3u);
  const Design built = *studio.design();
  studio.undoAll();
  EXPECT_TRUE(studio.design()->blocks.isEmpty());
  studio.redoAll();
  EXPECT_EQ(*studio.design(), built);
}

TEST_F(DrawingTest, EscapeLeavesTheListAndTheDesignAsTheyWere) {
  open(smallDesign());
  studio.key(Qt::Key_Slash);
  ASSERT_NE(popup("quickAdd"), nullptr);
  studio.key(Qt::Key_Escape);
  EXPECT_EQ(popup("quickAdd"), nullptr);
  EXPECT_TRUE(canvas()->hasFocus());
  EXPECT_EQ(steps(), 0u);
}

TEST_F(DrawingTest, ALinkDrawnToNowhereOffersWhatMakesSense) {
  open(smallDesign());
  const QRect app = canvas()->blockRect(BlockId("app"));
  QTest::mouseMove(studio.window->windowHandle(),
                   canvas()->viewport()->mapTo(studio.window.get(), app.center()));
  StudioDriver::drag(canvas()->viewport(), {app.right(), app.center().y()},
                     {app.right() + 90, app.bottom() + 110});
  ASSERT_NE(popup("calleePicker"), nullptr);
  pick("calleePicker", "redis cluster");
  ASSERT_EQ(studio.design()->blocks.size(), 3u);
  ASSERT_EQ(studio.design()->links.size(), 2u);
  EXPECT_EQ(steps(), 1u);
  studio.key(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(studio.design()->blocks.size(), 2u);
  EXPECT_EQ(studio.design()->links.size(), 1u);
}

TEST_F(DrawingTest, ABlockChosenForASelectedLinkGoesInBetween) {
  open(smallDesign());
  const QPoint between = (studio.middleOf("users") + studio.middleOf("app")) / 2;
  StudioDriver::click(canvas()->viewport(), between);
  ASSERT_EQ(canvas()->selection().links.size(), 1u);
  studio.key(Qt::Key_Slash);
  pick("quickAdd", "load balancer");
  ASSERT_EQ(studio.design()->blocks.size(), 3u);
  EXPECT_EQ(linkBetween("users", "app"), nullptr);
  EXPECT_EQ(studio.design()->links.size(), 2u);
  EXPECT_EQ(steps(), 1u);
}

TEST_F(DrawingTest, ABlockDroppedOnALinkGoesInBetween) {
  open(smallDesign());
  studio.key(Qt::Key_Space, Qt::ControlModifier);
  studio.type(QStringLiteral("load balancer"));
  auto* list = studio.window->views().palette->findChild<QListView*>();
  const QPoint first = list->visualRect(list->model()->index(0, 0)).center();
  studio.dragAndDrop(list->viewport(), first, canvas()->viewport(),
                     (studio.middleOf("users") + studio.middleOf("app")) / 2);
  ASSERT_EQ(studio.design()->blocks.size(), 3u);
  EXPECT_EQ(linkBetween("users", "app"), nullptr);
  EXPECT_EQ(studio.design()->links.size(), 2u);
}

TEST_F(DrawingTest, AKeyLinksWhatIsSelectedFromLeftToRight) {
  open(row());
  studio.key(Qt::Key_A, Qt::ControlModifier);
  studio.key(Qt::Key_L);
  EXPECT_NE(linkBetween("app", "db"), nullptr);
  EXPECT_EQ(studio.design()->links.size(), 2u);  // users to app is there already
  EXPECT_EQ(steps(), 1u);
}

TEST_F(DrawingTest, ALinksEndIsDraggedToAnotherBlock) {
  open(row());
  StudioDriver::click(canvas()->viewport(), (studio.middleOf("users") + studio.middleOf("app")) / 2);
  ASSERT_EQ(canvas()->selection().links.size(), 1u);
  const QRect app = canvas()->blockRect(BlockId("app"));
  StudioDriver::drag(canvas()->viewport(), {app.left(), app.center().y()}, studio.middleOf("db"));
  EXPECT_NE(linkBetween("users", "db"), nullptr);
  EXPECT_EQ(linkBetween("users", "app"), nullptr);
  studio.key(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_NE(linkBetween("users", "app"), nullptr);
}

TEST_F(DrawingTest, AlignsDistributesAndLaysOutByKeysAsOneStepEach) {
  open(row());
  studio.key(Qt::Key_A, Qt::ControlModifier);
  studio.key(Qt::Key_Up, Qt::ControlModifier | Qt::AltModifier);
  EXPECT_EQ(at("db").y, 0);
  EXPECT_EQ(steps(), 1u);
  studio.key(Qt::Key_H, Qt::ControlModifier | Qt::AltModifier);
  EXPECT_EQ(at("app").x, 328);  // the middle between 0 and 656
  EXPECT_EQ(steps(), 2u);
  studio.key(Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
  EXPECT_LT(at("users").x, at("app").x);
  EXPECT_EQ(steps(), 3u);
  studio.undoAll();
  EXPECT_EQ(at("db"), (Point{656, 40}));
}

TEST_F(DrawingTest, APinnedBlockStaysWhenTheDesignIsLaidOut) {
  open(row());
  studio.clickBlock("app");
  studio.key(Qt::Key_P);
  EXPECT_TRUE(studio.design()->blocks.find(BlockId("app"))->isPinned);
  const Point before = at("app");
  studio.key(Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
  EXPECT_EQ(at("app"), before);
  studio.clickBlock("app");
  studio.key(Qt::Key_P);
  EXPECT_FALSE(studio.design()->blocks.find(BlockId("app"))->isPinned);
}

TEST_F(DrawingTest, WhatIsBroughtToTheFrontLiesOverTheOthersAndIsClicked) {
  Design design = row();
  Block over = *design.blocks.find(BlockId("db"));
  over.position = design.blocks.find(BlockId("app"))->position + Point{40, 24};
  design.blocks.put(over);
  open(design);
  const auto clickWhereBothAre = [&] {
    studio.key(Qt::Key_Escape);
    StudioDriver::click(canvas()->viewport(), (studio.middleOf("app") + studio.middleOf("db")) / 2);
    return canvas()->selection().blocks;
  };
  for (const char* block : {"app", "db"}) {
    studio.key(Qt::Key_Escape);
    while (canvas()->selection().blocks != std::vector{BlockId(block)}) {
      studio.key(Qt::Key_Tab);
    }
    studio.key(Qt::Key_BracketRight);
    EXPECT_EQ(clickWhereBothAre(), std::vector{BlockId(block)});
  }
  studio.key(Qt::Key_BracketLeft);  // db is selected
  EXPECT_EQ(clickWhereBothAre(), std::vector{BlockId("app")});
  EXPECT_EQ(steps(), 3u);
  studio.undoAll();
  EXPECT_EQ(*studio.design(), design);
}

TEST_F(DrawingTest, WhatLiesInAPileIsBroughtForwardByOne) {
  Design design = row();
  const Point at = design.blocks.find(BlockId("app"))->position;
  for (const auto& [id, by] : {std::pair("db", Point{24, 16}), std::pair("users", Point{48, 32})}) {
    Block over = *design.blocks.find(BlockId(id));
    over.position = at + by;
    design.blocks.put(over);
  }
  open(design);
  const auto top = [&] {
    studio.key(Qt::Key_Escape);
    StudioDriver::click(canvas()->viewport(), studio.middleOf("db"));  // in all three
    return canvas()->selection().blocks.front().text();
  };
  const auto choose = [&](const char* block) {
    studio.key(Qt::Key_Escape);
    while (canvas()->selection().blocks != std::vector{BlockId(block)}) {
      studio.key(Qt::Key_Tab);
    }
  };
  EXPECT_EQ(top(), "users") << "of the same order the higher id is above";
  choose("app");
  studio.key(Qt::Key_Delete);
  studio.key(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(top(), "users") << "what comes back comes back to its place";
  choose("app");
  studio.key(Qt::Key_BracketRight, Qt::ControlModifier);  // db, app, users
  EXPECT_EQ(top(), "users");
  studio.key(Qt::Key_BracketLeft, Qt::ControlModifier);  // db, users, app
  EXPECT_EQ(top(), "app");
  studio.key(Qt::Key_BracketLeft);  // app, db, users
  EXPECT_EQ(top(), "users");
  const std::size_t before = steps();
  choose("users");
  studio.key(Qt::Key_BracketRight, Qt::ControlModifier);
  EXPECT_EQ(steps(), before) << "there is nothing above it";
  studio.undoAll();
  EXPECT_EQ(*studio.design(), design);
}

TEST_F(DrawingTest, EveryActionIsFoundByNameAndRun) {
  open(row());
  studio.key(Qt::Key_A, Qt::ControlModifier);
  studio.key(Qt::Key_K, Qt::ControlModifier);
  pick("commandPalette", "align bottom");
  EXPECT_EQ(at("users").y, 40);
}

TEST_F(DrawingTest, TheSheetOfKeysOpensOnAQuestionMark) {
  open(smallDesign());
  studio.key(Qt::Key_Question);
  auto* sheet = studio.child<QDialog>("shortcutSheet");
  ASSERT_NE(sheet, nullptr);
  EXPECT_TRUE(sheet->isVisible());
  studio.key(Qt::Key_Escape);
  EXPECT_TRUE(StudioDriver::waitUntil([&] { return studio.child<QDialog>("shortcutSheet") == nullptr; }));
}

TEST_F(DrawingTest, FindsABlockByItsNameAndComesBack) {
  Design design = row();
  Block far = *design.blocks.find(BlockId("db"));
  far.position = {20'000, 20'000};
  design.blocks.put(far);
  open(design);
  studio.key(Qt::Key_1, Qt::ControlModifier);
  studio.key(Qt::Key_F, Qt::ControlModifier);
  pick("find", "orders");
  EXPECT_EQ(canvas()->selection().blocks, std::vector{BlockId("db")});
  EXPECT_TRUE(canvas()->viewport()->rect().contains(studio.middleOf("db")));
  studio.key(Qt::Key_Left, Qt::AltModifier);
  EXPECT_FALSE(canvas()->viewport()->rect().contains(studio.middleOf("db")));
  studio.key(Qt::Key_Right, Qt::AltModifier);
  EXPECT_TRUE(canvas()->viewport()->rect().contains(studio.middleOf("db")));
}

// Letters in their order are in any long text: notes are found by their words, after what is called so.
TEST_F(DrawingTest, FindsWhatIsCalledSoBeforeNotesThatSaySo) {
  Design design = row();
  design.notes.put({NoteId("note"), "**Order now.**\n\nOrders wait", {{0, 200}, {200, 80}}, {}});
  design.notes.put({NoteId("other"), "Or did every user ask?", {{240, 200}, {200, 80}}, {}});
  Block db = *design.blocks.find(BlockId("db"));
  db.name = "Order workers";
  design.blocks.put(db);
  open(design);
  studio.key(Qt::Key_F, Qt::ControlModifier);
  studio.type(QStringLiteral("orders"));
  const auto* list = studio.child<QListView>("pickList");
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->model()->rowCount(), 2) << "the block and one note";
  studio.key(Qt::Key_Return);
  EXPECT_EQ(canvas()->selection().blocks, std::vector{BlockId("db")});
}

TEST_F(DrawingTest, SavesAPictureAsItIsWanted) {
  open(row());
  const auto isClosed = [&] { return studio.child<QDialog>("pictureDialog") == nullptr; };
  studio.presenter.pictureFile = studio.path("drawing.svg");
  studio.key(Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
  studio.key(Qt::Key_Return);
  ASSERT_TRUE(StudioDriver::waitUntil(isClosed));
  QFile svg(studio.presenter.pictureFile);
  ASSERT_TRUE(svg.open(QIODevice::ReadOnly));
  EXPECT_TRUE(svg.readAll().contains("App servers"));

  studio.presenter.pictureFile = studio.path("one.png");
  studio.clickBlock("app");
  studio.key(Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
  const auto choose = [&](const char* combo, Qt::Key key) {
    studio.child<QComboBox>(combo)->setFocus();
    studio.key(key);
  };
  choose("picturePart", Qt::Key_End);
  choose("pictureScale", Qt::Key_Home);
  choose("pictureTheme", Qt::Key_End);
  studio.child<QCheckBox>("pictureTransparent")->setFocus();
  studio.key(Qt::Key_Space);
  studio.key(Qt::Key_Return);
  ASSERT_TRUE(StudioDriver::waitUntil(isClosed));
  const QImage one(studio.presenter.pictureFile);
  ASSERT_FALSE(one.isNull());
  EXPECT_LT(one.width(), 2 * kBlockSize.width);  // the block alone, at 100 %
  EXPECT_EQ(qAlpha(one.pixel(0, 0)), 0);
  int filled = 0;
  for (int y = 0; y < one.height(); ++y) {
    filled += one.pixelColor(one.width() / 2, y) == widgets::Theme::dark().blockFill ? 1 : 0;
  }
  EXPECT_GT(filled, 30);
}

TEST_F(DrawingTest, PrintsAndCopiesThePicture) {
  open(smallDesign());
  studio.presenter.printedFile = studio.path("printed.pdf");
  studio.key(Qt::Key_P, Qt::ControlModifier);
  QFile pdf(studio.presenter.printedFile);
  ASSERT_TRUE(pdf.open(QIODevice::ReadOnly));
  EXPECT_TRUE(pdf.readAll().startsWith("%PDF-"));
  studio.key(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
  EXPECT_FALSE(QApplication::clipboard()->image().isNull());
}

TEST_F(DrawingTest, TheOutlineAndTheCanvasHaveOneSelection) {
  open(row());
  auto* dock = studio.child<QDockWidget>("outlineDock");
  dock->raise();
  auto* tree = studio.child<QTreeWidget>("outline");
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return tree->isVisible() && tree->topLevelItemCount() == 3; }));
  studio.clickBlock("db");
  ASSERT_EQ(tree->selectedItems().size(), 1);
  EXPECT_EQ(tree->selectedItems().front()->text(0), QStringLiteral("Orders"));
  for (int i = 0; i < tree->topLevelItemCount(); ++i) {
    if (tree->topLevelItem(i)->text(0) == QStringLiteral("App servers")) {
      StudioDriver::click(tree->viewport(), tree->visualItemRect(tree->topLevelItem(i)).center());
    }
  }
  EXPECT_EQ(canvas()->selection().blocks, std::vector{BlockId("app")});
  studio.key(Qt::Key_Z, Qt::ControlModifier);  // nothing to undo: choosing is no edit
  EXPECT_EQ(steps(), 0u);
  studio.key(Qt::Key_Delete);
  EXPECT_FALSE(studio.design()->blocks.contains(BlockId("app")));
  EXPECT_TRUE(tree->hasFocus());
  studio.undoAll();
  EXPECT_EQ(*studio.design(), row());
}

// A note has no place there, but the words that it begins with and its zone.
TEST_F(DrawingTest, TheOutlineFollowsTheWordsOfANote) {
  open(row());
  auto* tree = studio.child<QTreeWidget>("outline");
  studio.child<QDockWidget>("outlineDock")->raise();
  studio.key(Qt::Key_T);
  const auto isListed = [&](const char* text) {
    return !tree->findItems(QString::fromLatin1(text), Qt::MatchExactly | Qt::MatchRecursive).isEmpty();
  };
  EXPECT_TRUE(StudioDriver::waitUntil([&] { return isListed("A note"); }));
  const QTreeWidgetItem* before = tree->topLevelItem(0);
  studio.key(Qt::Key_Right);
  EXPECT_EQ(tree->topLevelItem(0), before) << "moving it costs nothing here";
  studio.key(Qt::Key_Return);
  studio.type(QStringLiteral("Ask"));
  studio.key(Qt::Key_Return, Qt::ControlModifier);
  EXPECT_TRUE(isListed("Ask"));
}

TEST_F(DrawingTest, TheOutlineReadsNotesAsTheyLook) {
  Design design = row();
  design.notes.put({NoteId("why"), "### Why *two* queues\nBecause.", {{0, 400}, {200, 120}}, {}});
  open(design);
  studio.child<QDockWidget>("outlineDock")->raise();
  auto* tree = studio.child<QTreeWidget>("outline");
  EXPECT_EQ(tree->topLevelItem(tree->topLevelItemCount() - 1)->text(0), QStringLiteral("Why two queues"));
}

TEST_F(DrawingTest, RemembersWhatWasUsed) {
  open(smallDesign());
  studio.key(Qt::Key_Slash);
  pick("quickAdd", "redis cluster");
  EXPECT_EQ(studio.settings.recentTypes(), QStringList{QStringLiteral("redis_cluster")});
  auto* list = studio.window->views().palette->findChild<QListView*>();
  EXPECT_EQ(list->model()->index(1, 0).data().toString(), QStringLiteral("Redis cluster"));
}

TEST_F(DrawingTest, AFavouriteStandsFirstInThePaletteUntilItIsNone) {
  open(smallDesign());
  studio.key(Qt::Key_Space, Qt::ControlModifier);
  studio.type(QStringLiteral("kafka"));
  auto* list = studio.window->views().palette->findChild<QListView*>();
  const auto takeEntry = [&](Qt::Key key) {
    const QPoint place = list->visualRect(list->currentIndex()).center();
    QContextMenuEvent event(QContextMenuEvent::Mouse, place, list->viewport()->mapToGlobal(place));
    QApplication::sendEvent(list->viewport(), &event);
    auto* menu = studio.child<QMenu>("paletteMenu");
    ASSERT_NE(menu, nullptr);
    QTest::keyClick(menu, key);
    QTest::keyClick(menu, Qt::Key_Return);
    ASSERT_TRUE(StudioDriver::waitUntil([&] { return studio.child<QMenu>("paletteMenu") == nullptr; }));
  };
  studio.key(Qt::Key_Down);
  takeEntry(Qt::Key_Up);
  EXPECT_EQ(studio.settings.favouriteTypes(), QStringList{QStringLiteral("kafka_cluster")});
  studio.key(Qt::Key_Space, Qt::ControlModifier);
  studio.key(Qt::Key_Delete);
  EXPECT_EQ(toUtf8(list->model()->index(0, 0).data().toString()), "Favourites");
  EXPECT_EQ(toUtf8(list->model()->index(1, 0).data().toString()), "Kafka cluster");
  list->setCurrentIndex(list->model()->index(1, 0));
  takeEntry(Qt::Key_Up);
  EXPECT_TRUE(studio.settings.favouriteTypes().isEmpty());
}

TEST_F(DrawingTest, WhatIsCopiedInOneWindowIsPastedInAnother) {
  open(row());
  studio.key(Qt::Key_A, Qt::ControlModifier);
  studio.key(Qt::Key_C, Qt::ControlModifier);
  StudioDriver other;
  other.key(Qt::Key_N, Qt::ControlModifier);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return other.window->views().canvas->isVisible(); }));
  other.window->views().canvas->setFocus();
  other.key(Qt::Key_V, Qt::ControlModifier);
  ASSERT_EQ(other.design()->blocks.size(), 3u);
  EXPECT_EQ(other.design()->links.size(), 1u);
  EXPECT_EQ(other.design()->blocks.find(BlockId("db"))->name, "Orders");
}

TEST_F(DrawingTest, AMixedSelectionIsSetByKeyboardAlone) {
  Design design = row();
  Block worker = *design.blocks.find(BlockId("app"));
  worker.id = BlockId("worker");
  worker.type = "worker";
  worker.name = "Workers";
  worker.position = {656, 240};
  design.blocks.put(worker);
  open(design);
  const Design before = *studio.design();
  testing::KeyboardHands hands(studio);
  // What two types share, of the blocks; the clients and the database have none of it.
  studio.clickBlock("app");
  QTest::mouseClick(studio.window->windowHandle(), Qt::LeftButton, Qt::ShiftModifier,
                    canvas()->viewport()->mapTo(studio.window.get(), studio.middleOf("worker")));
  ASSERT_EQ(canvas()->selection().blocks.size(), 2u);
  hands.set({}, QStringLiteral("instances"), Count(7));
  for (const char* block : {"app", "worker"}) {
    EXPECT_EQ(studio.design()->blocks.find(BlockId(block))->params.at("instances"), ParamValue(Count(7)))
        << block;
  }
  EXPECT_EQ(steps(), 1u);
  // Blocks of all types and links: each kind has its page.
  canvas()->setFocus();
  studio.key(Qt::Key_A, Qt::ControlModifier);
  hands.set({}, QStringLiteral("timeout"), Duration::seconds(2));
  EXPECT_EQ(linkBetween("users", "app")->timeout, Duration::seconds(2));
  EXPECT_EQ(steps(), 2u);
  studio.undoAll();
  EXPECT_EQ(*studio.design(), before);
}

TEST_F(DrawingTest, ASliderOfDecadesIsDraggedAndItIsOneStep) {
  open(smallDesign());
  studio.clickBlock("app");
  auto* field = studio.window->views().inspector->findChild<QWidget*>(QStringLiteral("cpu_time"));
  ASSERT_NE(field, nullptr);
  auto* slider = field->parentWidget()->findChild<QSlider*>(QStringLiteral("slider"));
  ASSERT_NE(slider, nullptr);
  for (QWidget* area = slider; area != nullptr; area = area->parentWidget()) {
    if (auto* scrolled = qobject_cast<QScrollArea*>(area)) {
      scrolled->ensureWidgetVisible(slider);
    }
  }
  QStyleOptionSlider option;
  option.initFrom(slider);
  option.orientation = Qt::Horizontal;
  option.maximum = slider->maximum();
  option.sliderPosition = option.sliderValue = slider->value();
  const QPoint handle =
      slider->style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, slider).center();
  const Design before = *studio.design();
  StudioDriver::drag(slider, handle, handle + QPoint(slider->width() / 4, 0));
  EXPECT_TRUE(studio.design()->blocks.find(BlockId("app"))->params.contains("cpu_time"));
  EXPECT_EQ(steps(), 1u);
  studio.key(Qt::Key_1, Qt::AltModifier);
  studio.key(Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(*studio.design(), before);
}

}  // namespace
}  // namespace cantilever::app
