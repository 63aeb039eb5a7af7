#pragma once

#include <QGraphicsItem>

#include "core/model/zone.h"

namespace cantilever::widgets {

/// What a zone shows of itself.
struct ZoneFace {
  QString title;
  QString kind;  ///< "Region", "Availability zone", "Rack"
  QSizeF size;
  bool hasProblem = false;
  bool isCollapsed = false;  ///< then it is as large as a block
  int blocks = 0;            ///< hidden by it
  double utilisation = -1;   ///< of the busiest of them; negative: not known
  QString toolTip;
};

QString wordOf(ZoneKind kind);

/// A zone on the canvas: a rounded container with a title. Only the title and the border take the mouse, so
/// that a marquee can start inside. A triangle in its title collapses it; collapsed it is drawn as one block.
class ZoneItem : public QGraphicsItem {
 public:
  enum { Type = UserType + 3 };
  explicit ZoneItem(ZoneId id);

  const ZoneId& id() const { return m_id; }
  void setFace(ZoneFace face);
  /// Something is held over it that would belong to it.
  void setDropTarget(bool isTarget);
  /// In scene coordinates.
  QRectF area() const { return QRectF(pos(), size()); }
  /// The triangle that collapses and expands it.
  bool isFoldMarkAt(QPointF scenePosition) const;
  QString describe() const;

  int type() const override { return Type; }
  QRectF boundingRect() const override;
  QPainterPath shape() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  QSizeF size() const;
  void paintFoldMark(QPainter& painter, QPointF centre) const;
  void paintCollapsed(QPainter& painter, double scale) const;

  ZoneId m_id;
  ZoneFace m_face;
  bool m_isDropTarget = false;
};

}  // namespace cantilever::widgets
