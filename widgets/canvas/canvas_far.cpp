#include <QPainter>
#include <QStyleOptionGraphicsItem>
#include <algorithm>
#include <map>

#include "widgets/canvas/canvas_scene.h"
#include "widgets/canvas/canvas_style.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

namespace {

/// Few colours, many shapes: each colour is painted in one stroke.
template <class Shape>
using ByColour = std::map<QRgb, QList<Shape>>;

void paintAlone(QGraphicsItem& item, QPainter& painter) {
  const QStyleOptionGraphicsItem option;
  painter.save();
  painter.setTransform(item.sceneTransform(), true);
  painter.setOpacity(item.effectiveOpacity());
  item.paint(&painter, &option, nullptr);
  painter.restore();
}

}  // namespace

void CanvasScene::paintFar(QPainter& painter, const std::vector<QRectF>& exposed, FarStyle style) const {
  const Theme& theme = currentTheme();
  QRectF bounds;
  for (const QRectF& area : exposed) {
    bounds |= area;
  }
  const auto isExposed = [&](const QRectF& rect) {
    return rect.intersects(bounds) &&
           (exposed.size() == 1 || std::any_of(exposed.begin(), exposed.end(),
                                               [&](const QRectF& area) { return area.intersects(rect); }));
  };
  std::map<std::pair<double, ZoneId>, ZoneItem*> open;
  for (const auto& [id, item] : m_zoneItems) {
    if (item->isVisible() && isExposed(item->sceneBoundingRect())) {
      open[{item->zValue(), id}] = item;
    }
  }
  for (const auto& [order, item] : open) {
    paintAlone(*item, painter);
  }
  std::map<std::pair<double, NoteId>, NoteItem*> notes;
  for (const auto& [id, item] : m_noteItems) {
    if (item->isVisible() && isExposed(item->sceneBoundingRect())) {
      notes[{item->zValue(), id}] = item;
    }
  }
  for (const auto& [order, item] : notes) {
    paintAlone(*item, painter);
  }
  ByColour<QLineF> lines;
  for (const auto& [id, item] : m_linkItems) {
    if (!item->isVisible() || item->opacity() <= 0 || !isExposed(item->boundingRect())) {
      continue;
    }
    // Boxes are smaller than from near, lines as thick as ever: paler, or they would be all that is seen.
    const QColor own = style == FarStyle::Boxes ? mixed(theme.canvas, item->colour(), 0.6) : item->colour();
    QList<QLineF>& same = lines[(item->isSelected() ? theme.accent : own).rgb()];
    const std::vector<Point>& points = item->route().points;
    for (std::size_t i = 1; i < points.size(); ++i) {
      same.append({toQPointF(points[i - 1]), toQPointF(points[i])});
    }
  }
  painter.setRenderHint(QPainter::Antialiasing, false);
  for (const auto& [colour, same] : lines) {
    painter.setPen(QPen(QColor::fromRgb(colour), 0));
    painter.drawLines(same);
  }
  const double margin = 8;  // half of the line around what is selected, and a pixel
  ByColour<QRectF> boxes;
  QList<QRectF> selected;
  for (const auto& [id, item] : m_blockItems) {
    const QRectF body(item->pos(), QSizeF(kBlockSize.width, kBlockSize.height));
    if (item->isVisible() && isExposed(body.adjusted(-margin, -margin, margin, margin))) {
      boxes[(style == FarStyle::Boxes ? item->boxColour() : theme.blockFill).rgb()].append(body);
      if (item->isSelected()) {
        selected.append(body);
      }
    }
  }
  for (const auto& [colour, same] : boxes) {
    painter.setPen(style == FarStyle::Boxes ? QPen(Qt::NoPen) : QPen(theme.blockBorder, 0));
    painter.setBrush(QColor::fromRgb(colour));
    painter.drawRects(same);
  }
  painter.setPen(QPen(theme.accent, style == FarStyle::Boxes ? 12 : 3));
  painter.setBrush(Qt::NoBrush);
  painter.drawRects(selected);
}

void CanvasScene::paintGesture(QPainter& painter) const {
  for (QGraphicsItem* item : m_gestureLayer->childItems()) {
    paintAlone(*item, painter);
  }
}

}  // namespace cantilever::widgets
