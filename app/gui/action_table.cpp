#include "app/gui/action_table.h"

#include <QAction>
#include <QMenu>
#include <QToolBar>
#include <QWidget>
#include <utility>

#include "widgets/style/icons.h"

namespace cantilever::app {
namespace {

const QString kSeparator = QStringLiteral("-");

QString tooltipOf(const ActionSpec& spec) {
  if (spec.shortcuts.isEmpty()) {
    return spec.tooltip;
  }
  return QStringLiteral("%1 (%2)").arg(spec.tooltip,
                                       spec.shortcuts.first().toString(QKeySequence::NativeText));
}

template <class Container>
void fillFrom(const ActionTable& table, Container* container, const QStringList& ids) {
  for (const QString& id : ids) {
    if (id == kSeparator) {
      container->addSeparator();
    } else {
      container->addAction(table.action(id));
    }
  }
}

}  // namespace

ActionTable::ActionTable(std::vector<ActionSpec> specs, QWidget* owner, QWidget* canvas)
    : QObject(owner), m_specs(std::move(specs)) {
  for (const ActionSpec& spec : m_specs) {
    auto* action = new QAction(spec.text, this);
    action->setObjectName(spec.id);
    action->setToolTip(tooltipOf(spec));
    action->setStatusTip(spec.tooltip);
    action->setShortcuts(spec.shortcuts);
    connect(action, &QAction::triggered, this, [run = spec.run] { run(); });
    action->setCheckable(static_cast<bool>(spec.isChecked));
    if (spec.scope == KeyScope::Canvas) {
      action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
      canvas->addAction(action);
    } else {
      owner->addAction(action);
    }
    m_actions.insert(spec.id, action);
  }
  refreshIcons();
}

QAction* ActionTable::action(const QString& id) const {
  QAction* found = m_actions.value(id);
  Q_ASSERT_X(found != nullptr, "ActionTable::action", qPrintable(id));
  return found;
}

void ActionTable::fill(QMenu* menu, const QStringList& ids) const {
  fillFrom(*this, menu, ids);
}

void ActionTable::fill(QToolBar* toolBar, const QStringList& ids) const {
  fillFrom(*this, toolBar, ids);
}

void ActionTable::refresh() {
  for (const ActionSpec& spec : m_specs) {
    refreshOne(spec);
  }
}

void ActionTable::refresh(const QString& id) {
  for (const ActionSpec& spec : m_specs) {
    if (spec.id == id) {
      refreshOne(spec);
    }
  }
}

void ActionTable::refreshOne(const ActionSpec& spec) {
  action(spec.id)->setEnabled(!spec.isEnabled || spec.isEnabled());
  if (spec.isChecked) {
    action(spec.id)->setChecked(spec.isChecked());
  }
}

void ActionTable::refreshIcons() {
  for (const ActionSpec& spec : m_specs) {
    if (!spec.icon.isEmpty()) {
      action(spec.id)->setIcon(widgets::icon(spec.icon));
    }
  }
}

}  // namespace cantilever::app
