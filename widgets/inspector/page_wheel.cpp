#include "widgets/inspector/page_wheel.h"

#include <QEvent>
#include <QWidget>

namespace cantilever::widgets {
namespace {

class PageWheel : public QObject {
 public:
  using QObject::QObject;
  bool eventFilter(QObject*, QEvent* event) override {
    if (event->type() != QEvent::Wheel) {
      return false;
    }
    event->ignore();  // so that it goes on to the page
    return true;
  }
};

}  // namespace

void leaveWheelToPage(QWidget& control) {
  // Else the wheel itself would give it the focus.
  control.setFocusPolicy(Qt::StrongFocus);
  control.installEventFilter(new PageWheel(&control));
}

}  // namespace cantilever::widgets
