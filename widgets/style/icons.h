#pragma once

#include <QIcon>
#include <QPixmap>
#include <QString>

namespace cantilever::widgets {

/// Our own family of duotone icons on a 24x24 grid (resources/icons, resources/icons/README.md). The files
/// use two stand-in colours, #101010 for lines and #b0b0b0 for fills, which are replaced by the theme's when
/// an icon is made.
QIcon icon(const QString& name);
/// Rendered at `size` logical pixels for painting on the canvas; cached.
QPixmap iconPixmap(const QString& name, int size, const QColor& line, const QColor& fill,
                   qreal devicePixelRatio = 1);
bool hasIcon(const QString& name);

}  // namespace cantilever::widgets
