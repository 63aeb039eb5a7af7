#include "widgets/inspector/commit_text_edit.h"

#include <QFocusEvent>
#include <QKeyEvent>

namespace cantilever::widgets {

CommitTextEdit::CommitTextEdit(QWidget* parent) : QPlainTextEdit(parent) {
  setTabChangesFocus(true);
}

void CommitTextEdit::setStanding(const QString& text) {
  if (hasFocus() && isHalfTyped()) {
    m_standing = text;
  } else {
    replaceStanding(text);
  }
}

void CommitTextEdit::replaceStanding(const QString& text) {
  m_standing = text;
  if (toPlainText() != text) {
    setPlainText(text);
  }
}

bool CommitTextEdit::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
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
  return QPlainTextEdit::event(event);
}

void CommitTextEdit::keyPressEvent(QKeyEvent* event) {
  const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  if (isEnter && event->modifiers().testFlag(Qt::ControlModifier)) {
    commit();
    return;
  }
  if (event->key() == Qt::Key_Escape && isHalfTyped()) {
    setPlainText(m_standing);
    return;
  }
  QPlainTextEdit::keyPressEvent(event);
}

void CommitTextEdit::focusOutEvent(QFocusEvent* event) {
  QPlainTextEdit::focusOutEvent(event);
  // The context menu (paste) is part of typing.
  if (event->reason() != Qt::PopupFocusReason) {
    commit();
  }
}

void CommitTextEdit::commit() {
  if (isHalfTyped()) {
    m_standing = toPlainText();
    emit committed(m_standing);
  }
}

}  // namespace cantilever::widgets
