#include "widgets/charts/legend.h"

namespace cantilever::widgets {
namespace {

QString unbroken(const QString& text) {
  return text.toHtmlEscaped().replace(QLatin1Char(' '), QStringLiteral("&nbsp;"));
}

}  // namespace

QString legendItem(const QColor& colour, const QString& name, const QString& value) {
  return QStringLiteral(
             "<span style='white-space:nowrap'><span style='color:%1'>\u25a0</span>&nbsp;%2&nbsp;"
             "<b>%3</b></span>")
      .arg(colour.name(), unbroken(name), unbroken(value));
}

QString legendName(const QString& name) {
  constexpr int kLongest = 18;
  return name.size() <= kLongest ? name : name.left(kLongest - 1) + QChar(0x2026);
}

QString joinLegend(const QStringList& items) {
  return items.join(QStringLiteral("&nbsp;&nbsp; "));
}

}  // namespace cantilever::widgets
