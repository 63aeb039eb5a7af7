#include "app/gui/name_field.h"

#include <QApplication>
#include <QKeyEvent>

namespace cantilever::app {

NameField::NameField(const QString& name, const QRect& place, QWidget* parent)
    : QLineEdit(name, parent), m_original(name), m_before(QApplication::focusWidget()) {
  setObjectName(QStringLiteral("blockName"));
  setAccessibleName(tr("Name of the block"));
  const QSize size(qMax(place.width(), 120), sizeHint().height());
  setGeometry(
      QRect(QPoint(place.center().x() - size.width() / 2, place.center().y() - size.height() / 2), size));
  connect(this, &QLineEdit::editingFinished, this, &NameField::finish);
  show();
  selectAll();
  setFocus();
}

void NameField::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) {
    setText(m_original);
    finish();
    return;
  }
  QLineEdit::keyPressEvent(event);
  event->accept();  // Enter was for the name; to the canvas it would mean the next
}

void NameField::finish() {
  // Hiding takes the focus away, which is a second reason to finish.
  disconnect(this, &QLineEdit::editingFinished, this, &NameField::finish);
  if (hasFocus() && m_before != nullptr) {
    m_before->setFocus(Qt::PopupFocusReason);  // hiding would pass it on as Tab does, to the next block
  }
  hide();
  deleteLater();
  const QString name = text().trimmed();
  if (!name.isEmpty() && name != m_original) {
    Q_EMIT nameChosen(name);
  }
}

}  // namespace cantilever::app
