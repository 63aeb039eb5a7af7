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

/// One thing a person can do.
struct ActionSpec {
  QString id;
  QString text;
  QString tooltip;
  QString icon;
  QList<QKeySequence> shortcuts;
  std::function<bool()> isEnabled;  ///< empty: always
  std::function<void()> run;
};

/// All actions of the window, made from one list of specs: menus, tool bar and context menus are filled from
/// it by id. `refresh` asks every spec whether it is enabled now.
class ActionTable : public QObject {
  Q_OBJECT

 public:
  /// Actions are added to `owner`, so that their shortcuts work in its window.
  ActionTable(std::vector<ActionSpec> specs, QWidget* owner);

  QAction* action(const QString& id) const;
  const std::vector<ActionSpec>& specs() const { return m_specs; }

  /// In the order given; "-" is a separator.
  void fill(QMenu* menu, const QStringList& ids) const;
  void fill(QToolBar* toolBar, const QStringList& ids) const;

  void refresh();
  /// After a change of theme.
  void refreshIcons();

 private:
  std::vector<ActionSpec> m_specs;
  QHash<QString, QAction*> m_actions;
};

}  // namespace cantilever::app
