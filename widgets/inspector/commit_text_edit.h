#pragma once

#include <QTextEdit>

namespace cantilever::widgets {

/// Several lines of Markdown, shown as they will look, and as they are written while one writes. They become
/// a wish on Ctrl+Enter and when the focus leaves; Esc takes the typed text back. Tab goes on to the next
/// field.
class CommitTextEdit : public QTextEdit {
  Q_OBJECT

 public:
  explicit CommitTextEdit(QWidget* parent = nullptr);

  /// What stands here when nothing is half-typed. A half-typed text stays as long as the focus is here.
  void setStanding(const QString& text);
  /// The same, but a half-typed text is dropped.
  void replaceStanding(const QString& text);
  bool isHalfTyped() const { return m_isWriting && toPlainText() != m_standing; }

 Q_SIGNALS:
  void committed(const QString& text);

 protected:
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  void commit();
  void write();
  QString m_standing;
  bool m_isWriting = false;  ///< from the first focus until that leaves
};

}  // namespace cantilever::widgets
