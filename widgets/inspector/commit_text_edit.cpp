#include "widgets/inspector/commit_text_edit.h"

#include <QFocusEvent>
#include <QKeyEvent>
#include <optional>

#include "widgets/inspector/field_shortcuts.h"

namespace cantilever::widgets {

CommitTextEdit::CommitTextEdit(QWidget* parent) : QTextEdit(parent) {
  setTabChangesFocus(true);
  setAcceptRichText(false);
}

void CommitTextEdit::setStanding(const QString& text) {
  if (hasFocus() && isHalfTyped()) {
    m_standing = text;
  } else {
    replaceStanding(text);
  }
}

void CommitTextEdit::replaceStanding(const QString& text) {
  if (m_standing == text && !isHalfTyped()) {
    return;
  }
  m_standing = text;
  m_isWriting ? write() : setMarkdown(m_standing);
}

void CommitTextEdit::write() {
  setCurrentCharFormat({});  // or the text takes on the look of the rendered one
  setPlainText(m_standing);
}

bool CommitTextEdit::event(QEvent* event) {
  const std::optional<bool> taken = routeShortcut(*event, isHalfTyped());
  return taken ? *taken : QTextEdit::event(event);
}

void CommitTextEdit::keyPressEvent(QKeyEvent* event) {
  const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  if (isEnter && event->modifiers().testFlag(Qt::ControlModifier)) {
    commit();
    return;
  }
  if (event->key() == Qt::Key_Escape && isHalfTyped()) {
    write();
    return;
  }
  QTextEdit::keyPressEvent(event);
}

void CommitTextEdit::focusInEvent(QFocusEvent* event) {
  if (!m_isWriting) {
    m_isWriting = true;
    write();
  }
  QTextEdit::focusInEvent(event);
}

void CommitTextEdit::focusOutEvent(QFocusEvent* event) {
  QTextEdit::focusOutEvent(event);
  // The context menu (paste) is part of typing.
  if (event->reason() != Qt::PopupFocusReason) {
    commit();
    m_isWriting = false;
    setMarkdown(m_standing);
  }
}

void CommitTextEdit::commit() {
  if (isHalfTyped()) {
    m_standing = toPlainText();
    Q_EMIT committed(m_standing);
  }
}

}  // namespace cantilever::widgets
