#include "widgets/inspector/commit_line_edit.h"

#include <QFocusEvent>
#include <QKeyEvent>

namespace cantilever::widgets {

void CommitLineEdit::setStanding(const QString& text) {
  if (isHalfTyped()) {
    m_standing = text;
  } else {
    replaceStanding(text);
  }
}

void CommitLineEdit::replaceStanding(const QString& text) {
  m_standing = text;
  if (this->text() != text) {
    setText(text);
    // A long text reads from its beginning, unless one is typing in it.
    if (!hasFocus()) {
      setCursorPosition(0);
    }
  }
}

void CommitLineEdit::restore() {
  setText(m_standing);
}

bool CommitLineEdit::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    // Esc first takes back what is half-typed; only then does it belong to the window.
    if (key->key() == Qt::Key_Escape && isHalfTyped()) {
      event->accept();
      return true;
    }
    // With nothing half-typed, undo means the document's last edit, not the letters of this field.
    if (!isHalfTyped() && (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo))) {
      event->ignore();
      return false;
    }
  }
  return QLineEdit::event(event);
}

void CommitLineEdit::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
    commit();
    selectAll();
    event->accept();
    return;
  }
  if (event->key() == Qt::Key_Escape && isHalfTyped()) {
    restore();
    selectAll();
    event->accept();
    emit reverted();
    return;
  }
  QLineEdit::keyPressEvent(event);
}

void CommitLineEdit::focusOutEvent(QFocusEvent* event) {
  QLineEdit::focusOutEvent(event);
  // The context menu (paste) is part of typing.
  if (event->reason() != Qt::PopupFocusReason) {
    commit();
  }
}

void CommitLineEdit::commit() {
  if (isHalfTyped()) {
    emit committed(text());
  }
}

}  // namespace cantilever::widgets
