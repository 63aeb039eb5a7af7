#pragma once

#include <QLineEdit>
#include <QPointer>

namespace cantilever::app {

/// A text field laid over a block for its name. Enter or leaving it takes the name, Esc drops it; either way
/// it removes itself.
class NameField : public QLineEdit {
  Q_OBJECT

 public:
  NameField(const QString& name, const QRect& place, QWidget* parent);

 Q_SIGNALS:
  /// Only when it differs and is not blank.
  void nameChosen(const QString& name);

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void finish();

  QString m_original;
  QPointer<QWidget> m_before;  ///< had the keyboard, and gets it back
};

}  // namespace cantilever::app
