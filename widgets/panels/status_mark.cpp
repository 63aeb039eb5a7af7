#include "widgets/panels/status_mark.h"

#include <QPainter>
#include <QPixmap>

#include "widgets/style/icons.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

QPixmap pixmapOfMark(Mark mark, int size, qreal devicePixelRatio) {
  const Theme& theme = currentTheme();
  QString name;
  QColor colour = theme.textMuted;
  switch (mark) {
    case Mark::Good:
      name = QStringLiteral("ok");
      colour = theme.good;
      break;
    case Mark::Warning:
      name = QStringLiteral("warning");
      colour = theme.warning;
      break;
    case Mark::Critical:
      name = QStringLiteral("error");
      colour = theme.critical;
      break;
    case Mark::Unknown:
      name = QStringLiteral("unknown");
      break;
    case Mark::NotApplicable:
      name = QStringLiteral("not-applicable");
      break;
  }
  // The icons' fill is written into an SVG attribute, which has no alpha: mix it with the panel instead.
  const auto mixed = [&](int over, int under) { return (over * 18 + under * 82) / 100; };
  const QColor fill(mixed(colour.red(), theme.panel.red()), mixed(colour.green(), theme.panel.green()),
                    mixed(colour.blue(), theme.panel.blue()));
  return iconPixmap(name, size, colour, fill, devicePixelRatio);
}

}  // namespace

QIcon markIcon(Mark mark) {
  QIcon icon;
  icon.addPixmap(pixmapOfMark(mark, 16, 1));
  icon.addPixmap(pixmapOfMark(mark, 16, 2));
  return icon;
}

StatusMark::StatusMark(Mark mark, int size, QWidget* parent) : QWidget(parent), m_mark(mark) {
  setFixedSize(size, size);
}

void StatusMark::setMark(Mark mark) {
  m_mark = mark;
  update();
}

void StatusMark::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.drawPixmap(0, 0, pixmapOfMark(m_mark, width(), devicePixelRatioF()));
}

}  // namespace cantilever::widgets
