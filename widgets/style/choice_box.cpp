#include "widgets/style/choice_box.h"

#include <QStyleOptionComboBox>
#include <QStylePainter>
#include <QStyledItemDelegate>
#include <algorithm>

namespace cantilever::widgets {

ChoiceBox::ChoiceBox(QWidget* parent) : QComboBox(parent) {
  constexpr int kMostRows = 16;
  setMaxVisibleItems(kMostRows);
  setItemDelegate(new QStyledItemDelegate(this));  // its own one does not ask the style sheet
}

QSize ChoiceBox::minimumSizeHint() const {
  constexpr int kFewestLetters = 8;
  constexpr int kFrameAndArrow = 44;
  const QSize hint = QComboBox::minimumSizeHint();
  const int enough = kFewestLetters * fontMetrics().averageCharWidth() + kFrameAndArrow;
  return {std::min(hint.width(), enough), hint.height()};
}

void ChoiceBox::paintEvent(QPaintEvent*) {
  QStylePainter painter(this);
  QStyleOptionComboBox option;
  initStyleOption(&option);
  painter.drawComplexControl(QStyle::CC_ComboBox, option);
  if (currentIndex() < 0) {
    option.palette.setBrush(QPalette::ButtonText, option.palette.brush(QPalette::PlaceholderText));
    option.currentText = placeholderText();
  }
  const QRect room =
      style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
  option.currentText = fontMetrics().elidedText(option.currentText, Qt::ElideRight, room.width());
  painter.drawControl(QStyle::CE_ComboBoxLabel, option);
}

}  // namespace cantilever::widgets
