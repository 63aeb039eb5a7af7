#pragma once

#include <QAccessible>
#include <QStringList>
#include <QWidget>

namespace cantilever::test {

/// The widgets below `root` that take the keyboard focus and that a screen reader could not name. Parts of
/// composite widgets (names beginning with "qt_", a line edit in a spin box, the list of a combo box) speak
/// for their owners.
inline QStringList focusableWithoutName(QWidget& root) {
  QStringList nameless;
  for (QWidget* widget : root.findChildren<QWidget*>()) {
    if (widget->focusPolicy() == Qt::NoFocus || widget->objectName().startsWith(QStringLiteral("qt_")) ||
        widget->inherits("QComboBoxListView") || widget->focusProxy() != nullptr) {
      continue;
    }
    QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
    if (face == nullptr || face->text(QAccessible::Name).isEmpty()) {
      nameless << QString::fromLatin1(widget->metaObject()->className()) + QLatin1Char(' ') +
                      widget->objectName();
    }
  }
  return nameless;
}

}  // namespace cantilever::test
