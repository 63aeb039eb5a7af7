#pragma once

#include <QHash>
#include <QKeySequence>
#include <QList>
#include <QObject>
#include <QString>
#include <functional>
#include <vector>

class QAction;
class QMenu;
class QToolBar;
class QWidget;

namespace cantilever::app {

/// Where an action's keys work: single letters only while the canvas has the focus.
enum class KeyScope { Window, Canvas };

/// One thing a person can do.
struct ActionSpec {
  QString id;
  QString text;
  QString tooltip;
  QString icon;
  QList<QKeySequence> shortcuts;
  std::function<bool()> isEnabled;  ///< empty: always
  std::function<void()> run;
  KeyScope scope = KeyScope::Window;
  std::function<bool()> isChecked = {};  ///< empty: not something that is on or off
};

/// All actions of the window, made from one list of specs: menus, tool bar and context menus are filled from
/// it by id. `refresh` asks every spec whether it is enabled now.
class ActionTable : public QObject {
  Q_OBJECT

 public:
  /// Actions are added to `owner`, so that their shortcuts work in its window; those of the canvas to it.
  ActionTable(std::vector<ActionSpec> specs, QWidget* owner, QWidget* canvas);

  QAction* action(const QString& id) const;
  const std::vector<ActionSpec>& specs() const { return m_specs; }

  /// In the order given; "-" is a separator.
  void fill(QMenu* menu, const QStringList& ids) const;
  void fill(QToolBar* toolBar, const QStringList& ids) const;

  void refresh();
  /// One alone.
  void refresh(const QString& id);
  /// After a change of theme.
  void refreshIcons();

 private:
  void refreshOne(const ActionSpec& spec);

  std::vector<ActionSpec> m_specs;
  QHash<QString, QAction*> m_actions;
};

}  // namespace cantilever::app
