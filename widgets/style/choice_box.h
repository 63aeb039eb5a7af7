#pragma once

#include <QComboBox>

namespace cantilever::widgets {

/// A combo box whose list follows the style sheet, and that says with dots that its text goes on: so
/// it never asks for room for the whole of it.
class ChoiceBox : public QComboBox {
 public:
  explicit ChoiceBox(QWidget* parent = nullptr);
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
};

}  // namespace cantilever::widgets
