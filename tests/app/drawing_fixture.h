#pragma once

#include <gtest/gtest.h>

#include <QTest>
#include <QUndoStack>
#include <string>

#include "app/gui/document.h"
#include "tests/app/small_design.h"
#include "tests/app/studio_driver.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/panels/pick_popup.h"

namespace cantilever::app::testing {

/// Drawing in the real window, by mouse and keyboard events: nothing here calls a controller.
struct DrawingTest : ::testing::Test {
  StudioDriver studio;

  void open(const Design& design) {
    studio.openFile(studio.writeDesign("drawing.cantilever.json", design));
    const std::string first = design.blocks.begin()->id.text();
    ASSERT_TRUE(StudioDriver::waitUntil([&] {
      return canvas()->viewport()->rect().contains(studio.middleOf(first.c_str())) &&
             !canvas()->blockRect(BlockId(first)).isEmpty();
    }));
    canvas()->setFocus();
    // The mouse is over the empty canvas, not wherever another test left it.
    QTest::mouseMove(studio.window->windowHandle(), canvas()->mapTo(studio.window.get(), QPoint(20, 20)));
  }
  void openEmpty() {
    studio.key(Qt::Key_N, Qt::ControlModifier);
    ASSERT_TRUE(StudioDriver::waitUntil([&] { return canvas()->isVisible(); }));
    canvas()->setFocus();
  }
  widgets::CanvasView* canvas() { return studio.window->views().canvas; }
  widgets::PickPopup* popup(const char* name) {
    widgets::PickPopup* found = nullptr;
    for (auto* each : studio.window->findChildren<widgets::PickPopup*>(QString::fromLatin1(name))) {
      found = each->isVisible() ? each : found;
    }
    return found;
  }
  /// Types into the list that is open and takes the first answer.
  void pick(const char* name, const char* text) {
    ASSERT_NE(popup(name), nullptr) << name;
    studio.type(QString::fromLatin1(text));
    studio.key(Qt::Key_Return);
    EXPECT_EQ(popup(name), nullptr) << name;
  }
  const Link* linkBetween(const std::string& from, const std::string& to) {
    for (const Link& link : studio.design()->links) {
      if (link.from == BlockId(from) && link.to == BlockId(to)) {
        return &link;
      }
    }
    return nullptr;
  }
  Point at(const char* block) { return studio.design()->blocks.find(BlockId(block))->position; }
  std::size_t steps() { return static_cast<std::size_t>(studio.window->document().undoStack().count()); }
};

/// Users, an application and its database, from left to right.
inline Design row() {
  Design design = smallDesign();
  Block db;
  db.id = BlockId("db");
  db.type = "rdbms_primary";
  db.name = "Orders";
  db.position = {656, 40};
  design.blocks.put(db);
  return design;
}

}  // namespace cantilever::app::testing
