#pragma once

#include <QGraphicsItem>
#include <QPainterPath>
#include <QStringList>
#include <optional>

#include "core/model/diagnostic.h"
#include "core/model/link.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/canvas/link_router.h"

namespace cantilever::widgets {

/// What a link shows of itself.
struct LinkFace {
  LinkMode mode = LinkMode::Call;
  LinkRole role = LinkRole::Default;
  QString toolTip;
  std::optional<Severity> severity;  ///< of the worst remark about it
  int count = 1;                     ///< links that it is drawn for
};

/// The word for a role on the canvas; empty for the default role.
QString wordOf(LinkRole role);
QColor colourOf(LinkMode mode, LinkRole role);

class LinkItem;

/// The label of a link, above the lines of all links. Nothing to point at: that is the link's.
class LinkLabelItem : public QGraphicsItem {
 public:
  enum { Type = UserType + 5 };
  explicit LinkLabelItem(LinkItem& link);
  ~LinkLabelItem() override;
  void setArea(const QRectF& area);
  /// The link goes.
  void leave() { m_link = nullptr; }

  int type() const override { return Type; }
  QRectF boundingRect() const override { return m_area; }
  QPainterPath shape() const override { return {}; }
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  LinkItem* m_link;
  QRectF m_area;
};

/// A link on the canvas: holds an id and what to paint.
class LinkItem : public QGraphicsItem {
 public:
  enum { Type = UserType + 2 };
  explicit LinkItem(LinkId id);
  ~LinkItem() override;

  const LinkId& id() const { return m_id; }
  void setFace(LinkFace face);
  void setRoute(Route route);
  /// `width`: how strong the line is drawn, from 0 (idle) to 1 (the busiest link of the design).
  void setLive(const CanvasOverlay::OfLink* live, double width);
  /// A block is held over it, to go in between.
  void setDropTarget(bool isTarget);
  const QPainterPath& line() const { return m_line; }
  const Route& route() const { return m_route; }
  const QRectF& labelArea() const { return m_labelArea; }
  /// The figures it shows: of all its links, if it is drawn for several.
  const std::optional<CanvasOverlay::OfLink>& live() const { return m_live; }
  QColor colour() const;
  QString describe() const;
  void paintLabel(QPainter& painter) const;

  int type() const override { return Type; }
  QRectF boundingRect() const override { return m_bounds; }
  QPainterPath shape() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 protected:
  QVariant itemChange(GraphicsItemChange change, const QVariant& value) override;

 private:
  friend class LinkLabelItem;
  void showLabel();
  void refreshGeometry();
  void refreshToolTip();
  void refreshLabel();
  QString headline() const;

  LinkId m_id;
  LinkFace m_face;
  Route m_route;
  std::optional<CanvasOverlay::OfLink> m_live;
  double m_strength = 0;
  bool m_isDropTarget = false;
  QStringList m_label;
  QRectF m_labelArea;
  LinkLabelItem* m_labelItem = nullptr;  ///< of the scene; once there was something to say
  QPainterPath m_line;
  QSizeF m_labelSize;
  mutable QPainterPath m_shape;  ///< made when somebody asks: few of many lines are near the mouse
  QPolygonF m_arrowHead;
  QRectF m_bounds;
};

/// The route with rounded corners, ending `shorten` before its last point.
QPainterPath roundedPath(const std::vector<Point>& points, double radius, double shorten);

}  // namespace cantilever::widgets
