#pragma once

#include <QColor>
#include <QString>
#include <QStringList>

/// Legends of charts: rich text that wraps between items, never within one.
namespace cantilever::widgets {

/// A square in the colour, the name and the value in bold.
QString legendItem(const QColor& colour, const QString& name, const QString& value);
/// A name that leaves room for others.
QString legendName(const QString& name);
QString joinLegend(const QStringList& items);

}  // namespace cantilever::widgets
