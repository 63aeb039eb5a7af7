#pragma once

#include <gtest/gtest.h>

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QListWidget>
#include <QPushButton>
#include <QToolButton>
#include <QTreeWidget>
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "core/catalog/param_spec.h"
#include "tests/app/studio_driver.h"
#include "widgets/canvas/tools.h"
#include "widgets/style/text.h"

namespace cantilever::app::testing {

/// A person at the window, who looks at it (the tests read its widgets) and acts by events alone. How it
/// is done is up to the hands: KeyboardHands never touch the mouse, MouseHands (mouse_hands.h) type only
/// texts into fields.
class Hands {
 public:
  explicit Hands(StudioDriver& studio) : m_studio(studio) {}
  virtual ~Hands() = default;

  virtual void beginEmpty() = 0;
  /// Puts a block of that type on the canvas; it is selected afterwards.
  virtual void addBlock(const QString& typeLabel) = 0;
  virtual void selectBlock(const BlockId& block) = 0;
  virtual void selectLink(const LinkId& link) = 0;
  virtual void selectNothing() = 0;
  virtual void link(const BlockId& from, const BlockId& to) = 0;
  /// A zone around the blocks; without any an empty one.
  virtual void addZone(const std::vector<BlockId>& around) = 0;
  /// "Lay out all" and the like, by the text in its menu.
  virtual void command(const QString& menu, const QString& text) = 0;

  /// Sets the field with that key on the inspector's page (in the card, if one is named).
  void set(const QString& card, const QString& key, const ParamValue& value) {
    QWidget* field = reach([&](QWidget* widget) { return isField(widget, card, key); });
    ASSERT_NE(field, nullptr) << widgets::toUtf8(card + QLatin1Char(' ') + key);
    if (const auto* choice = std::get_if<Choice>(&value)) {
      choose(*qobject_cast<QComboBox*>(field), widgets::toQString(choice->value));
    } else if (const bool* isOn = std::get_if<bool>(&value)) {
      if (static_cast<QCheckBox*>(field)->isChecked() != *isOn) {
        toggle(*field);
      }
    } else {
      takeAllOf(*field);
      m_studio.type(widgets::toQString(catalog::textOf(value)));
      m_studio.key(Qt::Key_Return);
    }
  }
  /// The name field of a zone or block, whose text is taken over by Enter.
  void setText(const QString& key, const std::string& text) { set({}, key, text); }
  void pressButton(const QString& name) {
    QWidget* button = reach([&](QWidget* widget) {
      return qobject_cast<QPushButton*>(widget) != nullptr && widget->accessibleName() == name;
    });
    ASSERT_NE(button, nullptr) << widgets::toUtf8(name);
    toggle(*button);
  }
  /// Opens what a card keeps folded: settings that most designs leave alone.
  void unfold(const QString& card) {
    QWidget* button = reach([&](QWidget* widget) {
      const auto* tool = qobject_cast<QToolButton*>(widget);
      return tool != nullptr && tool->text() == QStringLiteral("More settings") && isIn(widget, card);
    });
    ASSERT_NE(button, nullptr) << widgets::toUtf8(card);
    if (!static_cast<QToolButton*>(button)->isChecked()) {
      toggle(*button);
    }
  }
  virtual void check(QListWidget& list, int row) = 0;
  QListWidget* classes() {
    return qobject_cast<QListWidget*>(reach([](QWidget* widget) {
      return widget->objectName() == QStringLiteral("classes") &&
             qobject_cast<QListWidget*>(widget) != nullptr;
    }));
  }

 protected:
  using IsIt = std::function<bool(QWidget*)>;
  /// Goes to a widget of the inspector; null if it cannot be reached.
  virtual QWidget* reach(const IsIt& isIt) = 0;
  /// Marks the whole text of a field, so that typing replaces it.
  virtual void takeAllOf(QWidget& field) = 0;
  virtual void choose(QComboBox& combo, const QString& value) = 0;
  virtual void toggle(QWidget& button) = 0;

  widgets::CanvasView& canvas() { return *m_studio.window->views().canvas; }
  QWidget& inspector() { return *m_studio.window->views().inspector; }
  QTreeWidget& outline() { return *m_studio.child<QTreeWidget>("outline"); }
  static bool isField(QWidget* widget, const QString& card, const QString& key) {
    return widget->objectName() == key && widget->isVisible() && isIn(widget, card);
  }
  /// In any card if none is named.
  static bool isIn(QWidget* widget, const QString& card) {
    for (QWidget* above = widget; above != nullptr && !card.isEmpty(); above = above->parentWidget()) {
      if (above->objectName() == card) {
        return true;
      }
    }
    return card.isEmpty();
  }
  /// The row of a link in the outline: below its block, the n-th as the n-th of the block's links.
  QTreeWidgetItem* rowOf(const Link& link) {
    int place = 0;
    for (const Link& other : m_studio.design()->links) {
      place += other.from == link.from && other.id < link.id ? 1 : 0;
    }
    QTreeWidgetItem* block = rowOf(link.from);
    return block == nullptr ? nullptr : block->child(place);
  }
  QTreeWidgetItem* rowOf(const BlockId& id) {
    const QString name = widgets::toQString(m_studio.design()->blocks.find(id)->name);
    for (QTreeWidgetItem* row : outline().findItems(name, Qt::MatchExactly | Qt::MatchRecursive)) {
      return row;
    }
    ADD_FAILURE() << "the outline has no " << id.text();
    return nullptr;
  }
  const Link& linkOf(const LinkId& id) { return *m_studio.design()->links.find(id); }

  StudioDriver& m_studio;
};

class KeyboardHands : public Hands {
 public:
  using Hands::Hands;

  void beginEmpty() override {
    m_studio.key(Qt::Key_N, Qt::ControlModifier);
    m_studio.key(Qt::Key_1, Qt::AltModifier);
  }
  void addBlock(const QString& typeLabel) override {
    toCanvas();
    m_studio.key(Qt::Key_Slash);
    m_studio.type(typeLabel);
    m_studio.key(Qt::Key_Return);
  }
  void selectBlock(const BlockId& block) override {
    m_studio.key(Qt::Key_F, Qt::ControlModifier);
    m_studio.type(widgets::toQString(m_studio.design()->blocks.find(block)->name));
    m_studio.key(Qt::Key_Return);
    EXPECT_EQ(canvas().selection().blocks, std::vector{block});
  }
  void selectLink(const LinkId& id) override {
    selectNothing();
    m_studio.key(Qt::Key_2, Qt::AltModifier);
    ASSERT_TRUE(outline().hasFocus());
    const Link link = linkOf(id);
    walkTo([&] { return rowOf(link.from); });
    m_studio.key(Qt::Key_Right);  // opens it
    walkTo([&] { return rowOf(link); });
    m_studio.key(Qt::Key_Space);
    EXPECT_EQ(canvas().selection().links, std::vector{id});
  }
  void selectNothing() override {
    toCanvas();
    m_studio.key(Qt::Key_Escape);
    EXPECT_TRUE(canvas().selection().isEmpty());
  }
  void link(const BlockId& from, const BlockId& to) override {
    selectBlock(from);
    m_studio.key(Qt::Key_L);
    const std::vector<BlockId> order = widgets::readingOrder(*m_studio.design());
    const auto placeOf = [&order](const BlockId& id) {
      return std::find(order.begin(), order.end(), id) - order.begin();
    };
    const auto count = static_cast<std::ptrdiff_t>(order.size());
    for (auto tabs = (placeOf(to) - placeOf(from) + count) % count; tabs > 0; --tabs) {
      m_studio.key(Qt::Key_Tab);
    }
    m_studio.key(Qt::Key_Return);
  }
  void addZone(const std::vector<BlockId>& around) override {
    selectNothing();
    if (!around.empty()) {
      m_studio.key(Qt::Key_2, Qt::AltModifier);
      for (const BlockId& block : around) {
        walkTo([&] { return rowOf(block); });
        m_studio.key(Qt::Key_Space);
      }
      toCanvas();
      EXPECT_EQ(canvas().selection().blocks.size(), around.size());
    }
    m_studio.key(Qt::Key_Z);
  }
  void command(const QString&, const QString& text) override {
    toCanvas();
    m_studio.key(Qt::Key_K, Qt::ControlModifier);
    m_studio.type(text);
    m_studio.key(Qt::Key_Return);
  }
  void check(QListWidget& list, int row) override {
    m_studio.key(Qt::Key_Home);
    for (int step = 0; step < row; ++step) {
      m_studio.key(Qt::Key_Down);
    }
    ASSERT_EQ(list.currentRow(), row);
    m_studio.key(Qt::Key_Space);
  }

 protected:
  QWidget* reach(const IsIt& isIt) override {
    constexpr int kMostTabs = 600;
    m_studio.key(Qt::Key_3, Qt::AltModifier);
    for (int tabs = 0; tabs < kMostTabs; ++tabs) {
      QWidget* now = QApplication::focusWidget();
      if (now != nullptr && isIt(now)) {
        return now;
      }
      if (now != nullptr && !inspector().isAncestorOf(now)) {
        return nullptr;
      }
      m_studio.key(Qt::Key_Tab);
    }
    return nullptr;
  }
  void takeAllOf(QWidget&) override { m_studio.key(Qt::Key_A, Qt::ControlModifier); }
  void choose(QComboBox& combo, const QString& value) override {
    const int wanted = combo.findData(value);
    ASSERT_GE(wanted, 0) << widgets::toUtf8(value);
    m_studio.key(Qt::Key_Down, Qt::AltModifier);  // opens the list
    m_studio.key(Qt::Key_Home);
    for (int step = 0; step < wanted; ++step) {
      m_studio.key(Qt::Key_Down);
    }
    m_studio.key(Qt::Key_Return);
  }
  void toggle(QWidget&) override { m_studio.key(Qt::Key_Space); }

 private:
  void toCanvas() {
    m_studio.key(Qt::Key_1, Qt::AltModifier);
    ASSERT_TRUE(canvas().hasFocus());
  }
  /// In the outline, not choosing what lies on the way.
  void walkTo(const std::function<QTreeWidgetItem*()>& row) {
    constexpr int kMostRows = 500;
    m_studio.key(Qt::Key_Home, Qt::ControlModifier);
    for (int steps = 0; steps < kMostRows && outline().currentItem() != row(); ++steps) {
      m_studio.key(Qt::Key_Down, Qt::ControlModifier);
    }
    ASSERT_EQ(outline().currentItem(), row());
  }
};

}  // namespace cantilever::app::testing
