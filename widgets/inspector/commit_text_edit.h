#pragma once

#include <QPlainTextEdit>

namespace cantilever::widgets {

/// Several lines of text that become a wish on Ctrl+Enter and when the focus leaves; Esc takes the typed text
/// back. Tab goes on to the next field.
class CommitTextEdit : public QPlainTextEdit {
  Q_OBJECT

 public:
  explicit CommitTextEdit(QWidget* parent = nullptr);

  /// What stands here when nothing is half-typed. A half-typed text stays as long as the focus is here.
  void setStanding(const QString& text);
  /// The same, but a half-typed text is dropped.
  void replaceStanding(const QString& text);
  bool isHalfTyped() const { return toPlainText() != m_standing; }

 Q_SIGNALS:
  void committed(const QString& text);

 protected:
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  void commit();
  QString m_standing;
};

}  // namespace cantilever::widgets
