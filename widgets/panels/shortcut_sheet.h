#pragma once

#include <QDialog>
#include <QString>
#include <vector>

namespace cantilever::widgets {

/// What can be done by which keys or gesture.
struct ShortcutGroup {
  struct Row {
    QString keys;
    QString text;
  };
  QString title;
  std::vector<Row> rows;
};

/// All keys on one sheet, in columns. Any of Esc, Enter and `?` closes it.
class ShortcutSheet : public QDialog {
  Q_OBJECT

 public:
  explicit ShortcutSheet(const std::vector<ShortcutGroup>& groups, QWidget* parent);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
};

}  // namespace cantilever::widgets
