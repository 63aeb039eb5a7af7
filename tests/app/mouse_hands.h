#pragma once

#include <QAbstractItemView>
#include <QLineEdit>
#include <QListView>
#include <QPointer>
#include <QScrollArea>
#include <QTabBar>
#include <climits>
#include <cstdlib>

#include "tests/app/drawing_hands.h"
#include "widgets/canvas/canvas_style.h"

namespace cantilever::app::testing {

/// Press, drag, click and wheel. Keys only type texts into fields that were clicked, ended by Enter.
class MouseHands : public Hands {
 public:
  using Hands::Hands;

  void beginEmpty() override { command(QStringLiteral("File"), QStringLiteral("New design")); }
  /// From the palette, searched by typing, to the next free place of a grid on the canvas.
  void addBlock(const QString& typeLabel) override {
    QWidget& palette = *m_studio.window->views().palette;
    showDock(QStringLiteral("Blocks"));
    auto* search = palette.findChild<QLineEdit*>();
    takeAllOf(*search);
    m_studio.type(typeLabel);
    auto* list = palette.findChild<QListView*>();
    QPoint from(-1, -1);
    for (int row = 0; row < list->model()->rowCount() && from.x() < 0; ++row) {
      const QModelIndex index = list->model()->index(row, 0);
      from = index.data().toString() == typeLabel ? list->visualRect(index).center() : from;
    }
    ASSERT_TRUE(list->viewport()->rect().contains(from)) << widgets::toUtf8(typeLabel);
    constexpr int kColumns = 4;
    constexpr int kRows = 4;  // the last place lies below the overview
    const int place = m_added++;
    const QSize cell(paper().width() / kColumns, paper().height() / kRows);
    const QPoint to(cell.width() * (place % kColumns) + cell.width() / 2,
                    cell.height() * (place / kColumns) + cell.height() / 2);
    m_studio.dragAndDrop(list->viewport(), from, &paper(), to);
  }
  void selectBlock(const BlockId& block) override {
    StudioDriver::click(&paper(), canvas().blockRect(block).center());
    EXPECT_EQ(canvas().selection().blocks, std::vector{block});
  }
  /// On its line, where nothing lies over it and no block offers its handles.
  void selectLink(const LinkId& id) override {
    const widgets::LinkItem* link = scene().linkItems().at(id);
    const double reach = 2 * widgets::handleReachAt(canvas().transform().m11());
    constexpr int kPlaces = 40;
    for (int place = 0; place < kPlaces && canvas().selection().links != std::vector{id}; ++place) {
      const double share =
          0.5 + (place % 2 == 0 ? 0.5 : -0.5) * place / kPlaces;  // from the middle to the ends
      const QPoint at = canvas().mapFromScene(link->line().pointAtPercent(share));
      const QPointF inScene = canvas().mapToScene(at);
      if (scene().itemOfDesignAt(inScene) == link && scene().blockWithHandleAt(inScene, reach) == nullptr) {
        StudioDriver::click(&paper(), at);
      }
    }
    EXPECT_EQ(canvas().selection().links, std::vector{id});
  }
  void selectNothing() override {
    StudioDriver::click(&paper(), emptyPlace());
    EXPECT_TRUE(canvas().selection().isEmpty());
  }
  void link(const BlockId& from, const BlockId& to) override {
    selectNothing();
    const QRect rect = canvas().blockRect(from);
    moveTo(rect.center());
    StudioDriver::drag(&paper(), {rect.right(), rect.center().y()}, canvas().blockRect(to).center());
  }
  void addZone(const std::vector<BlockId>& around) override {
    selectNothing();
    QPoint at = emptyPlace();
    for (const BlockId& block : around) {
      at = canvas().blockRect(block).center();
      QTest::mouseClick(m_studio.window->windowHandle(), Qt::LeftButton, Qt::ControlModifier,
                        paper().mapTo(m_studio.window.get(), at));
    }
    EXPECT_EQ(canvas().selection().blocks.size(), around.size());
    StudioDriver::click(&paper(), at, Qt::RightButton);
    m_studio.chooseInMenu(QStringLiteral("Add a zone"));
  }
  void command(const QString& menu, const QString& text) override { m_studio.chooseInMenuBar(menu, text); }
  void check(QListWidget& list, int row) override {
    list.scrollToItem(list.item(row));
    const QRect rect = list.visualItemRect(list.item(row));
    StudioDriver::click(list.viewport(), {rect.left() + 10, rect.center().y()});
  }

 protected:
  QWidget* reach(const IsIt& isIt) override {
    QCoreApplication::processEvents();  // what was just selected has its place on the page only then
    for (QWidget* widget : inspector().findChildren<QWidget*>()) {
      if (widget->isVisible() && isIt(widget)) {
        QWidget& page = *inspector().findChild<QScrollArea*>()->viewport();
        turnWheel(page, [&] { return QRect(widget->mapTo(&page, QPoint()), widget->size()); });
        return widget;
      }
    }
    return nullptr;
  }
  void takeAllOf(QWidget& field) override {
    const auto& line = dynamic_cast<const QLineEdit&>(field);
    StudioDriver::doubleClick(&field, field.rect().center());
    StudioDriver::click(&field);  // the third click in a row
    EXPECT_EQ(line.selectedText(), line.text());
  }
  void choose(QComboBox& combo, const QString& value) override {
    const int wanted = combo.findData(value);
    ASSERT_GE(wanted, 0) << widgets::toUtf8(value);
    StudioDriver::click(&combo);
    const QPointer<QAbstractItemView> list = combo.view();  // the choice may lead to another page
    ASSERT_TRUE(StudioDriver::waitUntil([&] { return list->isVisible(); }));
    const QModelIndex entry = list->model()->index(wanted, 0);
    turnWheel(*list->viewport(), [&] { return list->visualRect(entry); });
    StudioDriver::click(list->viewport(), list->visualRect(entry).center());
    EXPECT_TRUE(StudioDriver::waitUntil([&] { return list.isNull() || !list->isVisible(); }));
  }
  void toggle(QWidget& button) override { StudioDriver::click(&button, {12, button.height() / 2}); }

 private:
  QWidget& paper() { return *canvas().viewport(); }
  const widgets::CanvasScene& scene() { return *qobject_cast<widgets::CanvasScene*>(canvas().scene()); }
  QPoint emptyPlace() {
    constexpr int kStep = 10;
    for (int y = kStep; y < paper().height(); y += kStep) {
      for (int x = kStep; x < paper().width(); x += kStep) {
        const QRectF around = canvas().mapToScene(QRect(x - 9, y - 9, 18, 18)).boundingRect();
        if (scene().items(around).isEmpty()) {
          return {x, y};
        }
      }
    }
    ADD_FAILURE() << "the canvas is full";
    return {};
  }
  void moveTo(QPoint at) {
    QTest::mouseMove(m_studio.window->windowHandle(), paper().mapTo(m_studio.window.get(), at));
  }
  /// Turns the wheel over the middle of a scrolled view until what is wanted is as near to that as it gets,
  /// or what comes late above it may push it out: a double click on the title of a dock would take that out
  /// of the window. The mouse stays where it is, whatever comes under it on the way.
  static void turnWheel(QWidget& viewport, const std::function<QRect()>& wanted) {
    const auto below = [&] { return wanted().center().y() - viewport.rect().center().y(); };
    const int way = below() > 0 ? 1 : -1;
    for (int before = INT_MAX; way * below() > viewport.height() / 4 && below() != before;) {
      before = below();
      StudioDriver::wheel(&viewport, viewport.rect().center(), way * -120);
    }
    EXPECT_TRUE(viewport.rect().contains(wanted().center()));
  }
  void showDock(const QString& title) {
    for (QTabBar* bar : m_studio.window->findChildren<QTabBar*>()) {
      for (int tab = 0; tab < bar->count(); ++tab) {
        if (bar->isVisible() && bar->tabText(tab) == title) {
          StudioDriver::click(bar, bar->tabRect(tab).center());
        }
      }
    }
  }

  int m_added = 0;
};

}  // namespace cantilever::app::testing
