#include <gtest/gtest.h>

#include <QDialog>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QPushButton>
#include <QSlider>
#include <QStatusBar>
#include <QUndoStack>
#include <algorithm>

#include "app/gui/document.h"
#include "app/gui/run_controller.h"
#include "core/exchange/templates.h"
#include "core/storage/document_file.h"
#include "tests/app/studio_driver.h"
#include "widgets/panels/export_dialog.h"
#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

using testing::StudioDriver;
using widgets::toQString;
using widgets::toUtf8;

constexpr int kPatience = 240;  // s: the engine shares the machine with a debug build's costs

/// What the canvas was last told to show.
struct Watcher {
  explicit Watcher(StudioDriver& studio) {
    QObject::connect(&studio.window->runs(), &RunController::overlayChanged, studio.window.get(),
                     [this](const widgets::CanvasOverlay& overlay) { last = overlay; });
  }
  bool anyBlock(const std::function<bool(const widgets::CanvasOverlay::OfBlock&)>& fits) const {
    return std::any_of(last.blocks.begin(), last.blocks.end(),
                       [&](const auto& entry) { return fits(entry.second); });
  }
  widgets::CanvasOverlay last;
};

void chooseTemplate(StudioDriver& studio) {
  auto* gallery = studio.window->views().gallery;
  ASSERT_TRUE(gallery->isVisible());
  // The first thing in the gallery that takes the focus by Tab and stands for the template.
  QWidget* card = nullptr;
  for (QWidget* child : gallery->findChildren<QWidget*>()) {
    if (child->accessibleName().contains(QStringLiteral("High-traffic web"))) {
      card = child;
    }
  }
  ASSERT_NE(card, nullptr);
  card->setFocus();
  studio.key(Qt::Key_Return);
}

void addBlockByEnter(StudioDriver& studio, const QString& search) {
  studio.key(Qt::Key_Space, Qt::ControlModifier);  // "Add a block": the palette's search
  studio.type(search);
  studio.key(Qt::Key_Return);
}

QPoint placeInPalette(QListView* list, const QString& label) {
  for (int row = 0; row < list->model()->rowCount(); ++row) {
    const QModelIndex index = list->model()->index(row, 0);
    if (index.data().toString() == label) {
      list->scrollTo(index);
      return list->visualRect(index).center();
    }
  }
  ADD_FAILURE() << "the palette has no " << label.toStdString();
  return {};
}

TEST(Story, FromTheGalleryToExportedFiles) {
  StudioDriver studio;
  Watcher watcher(studio);
  const auto& views = studio.window->views();
  QWidget* canvas = views.canvas->viewport();

  // Gallery -> template.
  chooseTemplate(studio);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return views.canvas->isVisible(); }));
  const Result<exchange::LoadedDesign> original =
      exchange::loadTemplate("high_traffic_web", catalog::Catalog::builtIn());
  ASSERT_TRUE(original.ok());
  ASSERT_EQ(*studio.design(), original->design);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return canvas->rect().contains(studio.middleOf("replicas")); }));

  // Add a block by Enter, and one by drag and drop.
  addBlockByEnter(studio, QStringLiteral("redis"));
  ASSERT_EQ(studio.design()->blocks.size(), original->design.blocks.size() + 1);
  auto* palette = views.palette->findChild<QListView*>();
  studio.key(Qt::Key_Space, Qt::ControlModifier);
  studio.key(Qt::Key_Escape);
  const QPoint free(canvas->width() / 6, canvas->height() / 6);
  studio.dragAndDrop(palette->viewport(), placeInPalette(palette, QStringLiteral("Object storage")), canvas,
                     free);
  ASSERT_TRUE(StudioDriver::waitUntil(
      [&] { return studio.design()->blocks.size() == original->design.blocks.size() + 2; }));

  // Connect the dropped block's neighbour: drag from a handle of the app servers to the new object storage.
  BlockId storage;
  for (const Block& block : studio.design()->blocks) {
    if (block.type == "object_storage" && !original->design.blocks.contains(block.id)) {
      storage = block.id;
    }
  }
  const std::size_t linksBefore = studio.design()->links.size();
  const QRect app = views.canvas->blockRect(BlockId("app"));
  QTest::mouseMove(studio.window->windowHandle(), canvas->mapTo(studio.window.get(), app.center()));
  StudioDriver::drag(canvas, QPoint(app.center().x(), app.top()), views.canvas->blockRect(storage).center());
  ASSERT_EQ(studio.design()->links.size(), linksBefore + 1)
      << toUtf8(studio.window->statusBar()->currentMessage());

  // Change a parameter by typing.
  studio.clickBlock("app");
  auto* instances = views.inspector->findChild<QLineEdit*>(QStringLiteral("instances"));
  ASSERT_NE(instances, nullptr);
  StudioDriver::click(instances);
  studio.key(Qt::Key_A, Qt::ControlModifier);
  studio.type(QStringLiteral("20"));
  studio.key(Qt::Key_Return);
  ASSERT_EQ(studio.design()->blocks.find(BlockId("app"))->params.at("instances"), ParamValue(Count(20)));

  // Run: charts fill, blocks show their utilisation.
  studio.key(Qt::Key_F5);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return views.charts->pointCount() > 3; }, kPatience));
  ASSERT_TRUE(StudioDriver::waitUntil(
      [&] { return watcher.anyBlock([](const auto& block) { return block.utilisation > 0.05; }); },
      kPatience));

  // Raise the load by keyboard until requests fail, with the reason.
  auto* load = studio.child<QSlider>("loadSlider");
  StudioDriver::click(load);
  load->setFocus();
  studio.key(Qt::Key_Home);
  EXPECT_EQ(studio.child<QLabel>("loadText")->text(), QStringLiteral("0.1x"));
  for (int press = 0; press < 14; ++press) {
    studio.key(Qt::Key_PageUp);
  }
  EXPECT_EQ(studio.child<QLabel>("loadText")->text(), QStringLiteral("2.51x"));
  ASSERT_TRUE(StudioDriver::waitUntil(
      [&] {
        return watcher.anyBlock(
            [](const auto& block) { return block.failuresPerSecond > 0 && !block.failureReason.isEmpty(); });
      },
      kPatience));

  // Kill an instance through the context menu.
  StudioDriver::click(canvas, studio.middleOf("app"), Qt::RightButton);
  studio.chooseInMenu(QStringLiteral("Kill an instance"));
  ASSERT_TRUE(StudioDriver::waitUntil(
      [&] { return watcher.last.blocks.at(BlockId("app")).instancesUp == 19; }, kPatience));

  // Stop: results, verdicts.
  studio.key(Qt::Key_F5, Qt::ShiftModifier);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return studio.window->runs().state() == RunState::Finished; },
                                      kPatience));
  EXPECT_FALSE(watcher.last.isLive);

  // Undo everything, redo everything.
  const DesignPtr changed = studio.design();
  studio.undoAll();
  EXPECT_EQ(*studio.design(), original->design);
  studio.redoAll();
  EXPECT_EQ(*studio.design(), *changed);

  // Save as a document and as JSON; both open equal.
  for (const char* name : {"mine.cantilever", "mine.cantilever.json"}) {
    studio.presenter.fileToSave = studio.path(name);
    studio.key(Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_FALSE(studio.window->isWindowModified());
    EXPECT_TRUE(studio.window->windowTitle().contains(QString::fromLatin1(name)));
    studio.openFile(studio.path(name));
    EXPECT_EQ(*studio.design(), *changed) << name;
  }
  EXPECT_TRUE(studio.presenter.errors.isEmpty()) << toUtf8(studio.presenter.errors.join(QLatin1Char('\n')));

  // Export docker-compose to a folder.
  studio.key(Qt::Key_E, Qt::ControlModifier);
  auto* dialog = studio.window->findChild<widgets::ExportDialog*>();
  ASSERT_NE(dialog, nullptr);
  ASSERT_TRUE(StudioDriver::waitUntil([&] { return dialog->isVisible(); }));
  auto* targets = dialog->findChild<QListWidget*>(QStringLiteral("targets"));
  const QList<QListWidgetItem*> compose = targets->findItems(QStringLiteral("ompose"), Qt::MatchContains);
  ASSERT_EQ(compose.size(), 1);
  StudioDriver::click(targets->viewport(), targets->visualItemRect(compose.first()).center());
  auto* folder = dialog->findChild<QLineEdit*>(QStringLiteral("folder"));
  StudioDriver::click(folder);
  QTest::keyClick(dialog->windowHandle(), Qt::Key_A, Qt::ControlModifier);
  QTest::keyClicks(folder, studio.path("export"));
  StudioDriver::click(dialog->findChild<QPushButton*>(QStringLiteral("write")));
  EXPECT_TRUE(StudioDriver::waitUntil(
      [&] { return QDir(studio.path("export")).entryList({QStringLiteral("*compose*")}).size() >= 1; }));
  EXPECT_TRUE(
      dialog->findChild<QLabel*>(QStringLiteral("outcome"))->text().contains(QStringLiteral("written")));
  EXPECT_TRUE(studio.presenter.replaced.isEmpty());
  QFile kept(studio.path("export/docker-compose.yml"));
  ASSERT_TRUE(kept.open(QIODevice::WriteOnly));
  kept.write("mine");
  kept.close();
  StudioDriver::click(dialog->findChild<QPushButton*>(QStringLiteral("write")));
  EXPECT_TRUE(studio.presenter.replaced.contains(studio.path("export/docker-compose.yml")));
  ASSERT_TRUE(kept.open(QIODevice::ReadOnly));
  EXPECT_EQ(kept.readAll(), "mine") << "what the person does not want replaced stays";
}

}  // namespace
}  // namespace cantilever::app
