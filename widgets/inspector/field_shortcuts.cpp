#include "widgets/inspector/field_shortcuts.h"

#include <QKeyEvent>

namespace cantilever::widgets {

std::optional<bool> routeShortcut(QEvent& event, bool isHalfTyped) {
  if (event.type() != QEvent::ShortcutOverride) {
    return std::nullopt;
  }
  const auto& key = static_cast<const QKeyEvent&>(event);
  if (key.key() == Qt::Key_Escape && isHalfTyped) {
    event.accept();
    return true;
  }
  if ((key.matches(QKeySequence::Undo) || key.matches(QKeySequence::Redo)) && !isHalfTyped) {
    event.ignore();
    return false;
  }
  return std::nullopt;
}

}  // namespace cantilever::widgets
