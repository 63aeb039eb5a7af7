#pragma once

#include <optional>

class QEvent;

namespace cantilever::widgets {

/// Decides whether a text field or its window gets a shortcut. Esc first takes back what is half-typed; only
/// then does it belong to the window. With nothing half-typed, undo and redo mean the document's last edit,
/// not the letters of the field. Returns what the field's event() has to return, or nothing where its base
/// class decides.
std::optional<bool> routeShortcut(QEvent& event, bool isHalfTyped);

}  // namespace cantilever::widgets
