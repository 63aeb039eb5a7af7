#include "widgets/canvas/canvas_style.h"

#include <QApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

Point snapped(Point p) {
  return {std::round(p.x / kGrid) * kGrid, std::round(p.y / kGrid) * kGrid};
}

Detail detailAt(double scale) {
  if (scale < 0.25) {
    return Detail::Box;
  }
  return scale < 0.65 ? Detail::Reduced : Detail::Full;
}

double handleRadiusAt(double scale) {
  return std::clamp(4 / scale, 5.0, 12.0);
}

double handleReachAt(double scale) {
  return std::clamp(8 / scale, 9.0, 20.0);
}

void paintGrips(QPainter& painter, const QRectF& area, double scale) {
  const Theme& theme = currentTheme();
  const double half = std::clamp(3.5 / scale, 3.0, 12.0);
  painter.setPen(QPen(theme.accent, half / 2.5));
  painter.setBrush(theme.blockFill);
  for (const QPointF corner : {area.topLeft(), area.topRight(), area.bottomLeft(), area.bottomRight()}) {
    painter.drawRect(QRectF(corner - QPointF(half, half), QSizeF(2 * half, 2 * half)));
  }
}

QFont canvasFont(int pixels, QFont::Weight weight) {
  QFont font = QApplication::font();
  font.setPixelSize(pixels);
  font.setWeight(weight);
  return font;
}

QColor mixed(const QColor& below, const QColor& top, double amount) {
  const auto channel = [amount](int a, int b) { return static_cast<int>(std::lround(a + (b - a) * amount)); };
  return QColor(channel(below.red(), top.red()), channel(below.green(), top.green()),
                channel(below.blue(), top.blue()));
}

QColor categoryColour(catalog::Category category) {
  const Theme& theme = currentTheme();
  return theme.series[static_cast<std::size_t>(category) % std::size(theme.series)];
}

QString shortRate(double perSecondValue) {
  return toQString(formatShort(perSecond(perSecondValue)));
}

}  // namespace cantilever::widgets
