#pragma once

#include <QColor>
#include <QFont>
#include <QPointF>
#include <QRectF>
#include <QString>

#include <cmath>

#include "core/catalog/block_type.h"
#include "core/model/geometry.h"
#include "widgets/canvas/rects.h"

class QPainter;

/// What the items of the canvas share: units, fonts, levels of detail.
namespace cantilever::widgets {

inline QPointF toQPointF(Point p) {
  return {p.x, p.y};
}
inline Point toPoint(QPointF p) {
  return {p.x(), p.y()};
}
inline QRectF toQRectF(const Rect& r) {
  return {r.topLeft.x, r.topLeft.y, r.size.width, r.size.height};
}
/// The nearest point of the grid.
Point snapped(Point p);

/// Layers of the scene, from back to front.
inline constexpr double kZoneLayer = 0;  ///< deeper zones lie above their parents: + depth / 100
inline constexpr double kNoteLayer = 1;
inline constexpr double kLinkLayer = 2;
inline constexpr double kLinkLabelLayer = 3;
inline constexpr double kBlockLayer = 4;
inline constexpr double kGestureLayer = 6;
/// Of a thing whose kind has that layer: whatever its order, it stays below the next kind.
inline double heightIn(double layer, double zOrder) {
  return layer + 0.4 * zOrder / (1 + std::abs(zOrder));
}

enum class Detail : std::uint8_t {
  Box,      ///< below 25 %: a plain coloured box
  Reduced,  ///< below 65 %, where small type is too small: icon, name and the main figures, larger
  Full,
};
Detail detailAt(double scale);

/// Connection handles stay large enough to see and to hit when the view is far away, but never take a block's
/// whole edge. In scene units.
double handleRadiusAt(double scale);
double handleReachAt(double scale);

/// The corners of a selected zone or note, where it can be made larger or smaller.
void paintGrips(QPainter& painter, const QRectF& area, double scale);

/// Text on the canvas is measured in its pixels, not in points: a block has the same face on every screen.
QFont canvasFont(int pixels, QFont::Weight weight = QFont::Normal);

/// What lies below with some of `top` over it; `amount` from 0 to 1.
QColor mixed(const QColor& below, const QColor& top, double amount);

/// Tells the families of blocks apart where there is no room for icons.
QColor categoryColour(catalog::Category category);

/// "850/s", "1.2 k/s": about three digits, for labels.
QString shortRate(double perSecond);

}  // namespace cantilever::widgets
