#pragma once

#include <QComboBox>

namespace cantilever::widgets {

/// A combo box whose list follows the style sheet, and that says with dots that its text goes on.
class ChoiceBox : public QComboBox {
 public:
  explicit ChoiceBox(QWidget* parent = nullptr);

 protected:
  void paintEvent(QPaintEvent* event) override;
};

}  // namespace cantilever::widgets
