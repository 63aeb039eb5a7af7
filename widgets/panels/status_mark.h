#pragma once

#include <QIcon>
#include <QWidget>

namespace cantilever::widgets {

/// How something stands. Each has its own shape besides its colour (icons ok, warning, error, unknown,
/// not-applicable).
enum class Mark { Good, Warning, Critical, Unknown, NotApplicable };

/// For items of tables and trees, in the colours of the theme of the moment.
QIcon markIcon(Mark mark);

/// A mark as a widget; repaints itself in the theme's colours.
class StatusMark : public QWidget {
 public:
  explicit StatusMark(Mark mark, int size = 16, QWidget* parent = nullptr);
  void setMark(Mark mark);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Mark m_mark;
};

}  // namespace cantilever::widgets
