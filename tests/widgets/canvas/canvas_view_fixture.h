#pragma once

#include <gtest/gtest.h>

#include <QApplication>
#include <QDragEnterEvent>
#include <QMimeData>
#include <QTest>
#include <QWheelEvent>
#include <memory>
#include <utility>
#include <vector>

#include "widgets/canvas/canvas_view.h"
#include "widgets/palette/palette_panel.h"

namespace cantilever::widgets {

inline const BlockId kUsers{"users"};
inline const BlockId kWeb{"web"};
inline const BlockId kDatabase{"db"};

inline Block blockOf(const BlockId& id, const char* type, Point at) {
  Block block;
  block.id = id;
  block.type = type;
  block.name = id.text();
  block.position = at;
  return block;
}

inline Design threeBlocks() {
  Design design;
  design.blocks.put(blockOf(kUsers, "client_web", {0, 0}));
  design.blocks.put(blockOf(kWeb, "app_server", {320, 0}));
  design.blocks.put(blockOf(kDatabase, "rdbms_primary", {320, 240}));
  Link link;
  link.id = LinkId("users-web");
  link.from = kUsers;
  link.to = kWeb;
  design.links.put(link);
  return design;
}

/// A canvas on a window of its own; mouse and keys go to it as from the user, and what it wishes for is
/// noted.
class CanvasViewTest : public testing::Test {
 protected:
  void SetUp() override {
    m_view.resize(1000, 700);
    m_view.show();
    m_view.setDesign(std::make_shared<const Design>(threeBlocks()));
    m_view.zoomToActualSize();
    m_view.centerOn(250, 150);
    m_view.setFocus();
    QObject::connect(&m_view, &CanvasView::moveRequested, &m_view,
                     [this](const Selection& things, Point by) { m_moves.emplace_back(things.blocks, by); });
    QObject::connect(&m_view, &CanvasView::linkRequested, &m_view,
                     [this](const BlockId& from, const BlockId& to) { m_links.emplace_back(from, to); });
    QObject::connect(&m_view, &CanvasView::linkRefused, &m_view,
                     [this](const QString& reason) { m_refusals << reason; });
    QObject::connect(&m_view, &CanvasView::calleeRequested, &m_view,
                     [this](const BlockId& from, Point at) { m_wanted.emplace_back(from, at); });
    QObject::connect(&m_view, &CanvasView::removeRequested, &m_view, [this] { ++m_removals; });
    QObject::connect(&m_view, &CanvasView::renameRequested, &m_view,
                     [this](const BlockId& block) { m_renames.push_back(block); });
    QObject::connect(&m_view, &CanvasView::addBlockRequested, &m_view,
                     [this](const QString& key, Point at) { m_added.emplace_back(key, at); });
    QObject::connect(&m_view, &CanvasView::contextMenuRequested, &m_view, [this] { ++m_menus; });
  }

  QWidget* canvas() { return m_view.viewport(); }
  QPoint middleOf(const BlockId& block) { return m_view.blockRect(block).center(); }
  QPoint rightHandleOf(const BlockId& block) {
    const QRect rect = m_view.blockRect(block);
    return {rect.right(), rect.center().y()};
  }
  QPoint emptyPlace() { return m_view.mapFromScene(QPointF(80, 300)); }
  void click(QPoint at, Qt::KeyboardModifiers modifiers = {}) {
    QTest::mouseClick(canvas(), Qt::LeftButton, modifiers, at);
  }
  void press(QPoint at, Qt::MouseButton button = Qt::LeftButton) {
    QTest::mousePress(canvas(), button, {}, at);
  }
  void moveTo(QPoint at) { QTest::mouseMove(canvas(), at); }
  void release(QPoint at, Qt::MouseButton button = Qt::LeftButton) {
    QTest::mouseRelease(canvas(), button, {}, at);
  }
  void drag(QPoint from, QPoint to) {
    moveTo(from);
    press(from);
    moveTo((from + to) / 2);
    moveTo(to);
    release(to);
  }
  void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(&m_view, key, modifiers); }
  std::vector<BlockId> selected() { return m_view.selection().blocks; }
  void wheel(QPoint at, int angle, Qt::KeyboardModifiers modifiers = {}) {
    QWheelEvent event(at, canvas()->mapToGlobal(at), {}, {0, angle}, Qt::NoButton, modifiers,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(canvas(), &event);
  }
  bool dragIn(const QByteArray& typeKey, QPoint at) {
    QMimeData data;
    data.setData(QLatin1String(kBlockTypeMime), typeKey);
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(canvas(), &enter);
    if (!enter.isAccepted()) {
      return false;
    }
    QDragMoveEvent move(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(canvas(), &move);
    QDropEvent drop(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(canvas(), &drop);
    return drop.isAccepted();
  }

  CanvasView m_view{catalog::Catalog::builtIn()};
  std::vector<std::pair<std::vector<BlockId>, Point>> m_moves;
  std::vector<std::pair<BlockId, Point>> m_wanted;
  std::vector<std::pair<BlockId, BlockId>> m_links;
  std::vector<std::pair<QString, Point>> m_added;
  std::vector<BlockId> m_renames;
  QStringList m_refusals;
  int m_removals = 0;
  int m_menus = 0;
};

}  // namespace cantilever::widgets
