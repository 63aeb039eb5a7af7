#include "widgets/inspector/commit_text_edit.h"

#include <QFocusEvent>
#include <QKeyEvent>
#include <optional>

#include "widgets/inspector/field_shortcuts.h"

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
  const std::optional<bool> taken = routeShortcut(*event, isHalfTyped());
  return taken ? *taken : QPlainTextEdit::event(event);
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
    Q_EMIT committed(m_standing);
  }
}

}  // namespace cantilever::widgets
