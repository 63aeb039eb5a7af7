#include "widgets/inspector/commit_line_edit.h"

#include <QFocusEvent>
#include <QKeyEvent>
#include <QStyle>
#include <optional>

#include "widgets/inspector/field_shortcuts.h"

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

void CommitLineEdit::setInvalid(bool isInvalid) {
  if (property("invalid").toBool() != isInvalid) {
    setProperty("invalid", isInvalid);
    style()->unpolish(this);
    style()->polish(this);
  }
}

bool CommitLineEdit::event(QEvent* event) {
  const std::optional<bool> taken = routeShortcut(*event, isHalfTyped());
  return taken ? *taken : QLineEdit::event(event);
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
    Q_EMIT reverted();
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
    Q_EMIT committed(text());
  }
}

}  // namespace cantilever::widgets
