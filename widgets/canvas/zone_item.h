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
  QString toolTip;
};

QString wordOf(ZoneKind kind);

/// A zone on the canvas: a rounded container with a title. Only the title and the border take the mouse, so
/// that a marquee can start inside.
class ZoneItem : public QGraphicsItem {
 public:
  enum { Type = UserType + 3 };
  explicit ZoneItem(ZoneId id);

  const ZoneId& id() const { return m_id; }
  void setFace(ZoneFace face);
  QString describe() const;

  int type() const override { return Type; }
  QRectF boundingRect() const override;
  QPainterPath shape() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  ZoneId m_id;
  ZoneFace m_face;
};

}  // namespace cantilever::widgets
