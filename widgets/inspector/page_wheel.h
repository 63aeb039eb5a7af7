#pragma once

class QWidget;

namespace cantilever::widgets {

/// Over this control (a combo, a slider) the wheel scrolls the page and never changes the value, not even
/// while one works with it: who reads on after a choice does not mean to choose again.
void leaveWheelToPage(QWidget& control);

}  // namespace cantilever::widgets
