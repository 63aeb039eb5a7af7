#pragma once

#include <QLineEdit>

namespace cantilever::widgets {

/// A line edit whose text becomes a wish on Enter and when the focus leaves; Esc takes the typed text back.
/// Between the two the text is half-typed and nothing outside changes it.
class CommitLineEdit : public QLineEdit {
  Q_OBJECT

 public:
  using QLineEdit::QLineEdit;

  /// What stands here when nothing is half-typed. A half-typed text stays.
  void setStanding(const QString& text);
  /// The same, but a half-typed text is dropped.
  void replaceStanding(const QString& text);
  /// Takes the typed text back.
  void restore();
  /// What is typed is not understood: the border says so.
  void setInvalid(bool isInvalid);
  bool isHalfTyped() const { return text() != m_standing; }

 Q_SIGNALS:
  /// The text differs from what stands. The receiver answers with replaceStanding, or leaves it half-typed.
  void committed(const QString& text);
  void reverted();

 protected:
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  void commit();
  QString m_standing;
};

}  // namespace cantilever::widgets
