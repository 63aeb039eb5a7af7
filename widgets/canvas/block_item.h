#pragma once

#include <QGraphicsItem>
#include <QStringList>
#include <optional>

#include "core/model/diagnostic.h"
#include "widgets/canvas/canvas_style.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/canvas/link_router.h"

namespace cantilever::widgets {

/// What a block shows of itself: made by the scene from the design, the catalogue and the live figures. Only
/// to be painted; nothing reads it back.
struct BlockFace {
  QString name;
  QString typeLabel;  ///< for an unknown type its key
  QString iconName;
  QString instances;  ///< "x 3"; empty: one, or not countable
  QString offered;    ///< "100 k/s offered"; empty: offers nothing
  QColor boxColour;   ///< when there is only room for a box
  bool isKnown = true;
  bool isPinned = false;
};

struct BlockBadge {
  Severity severity = Severity::Warning;
  QStringList messages;
  bool operator==(const BlockBadge&) const = default;
};

/// A block on the canvas: holds an id and what to paint.
class BlockItem : public QGraphicsItem {
 public:
  enum { Type = UserType + 1 };
  explicit BlockItem(BlockId id);

  const BlockId& id() const { return m_id; }
  void setFace(BlockFace face);
  /// False: it shows that already.
  bool setLive(const CanvasOverlay::OfBlock* live);
  void setBadge(const std::optional<BlockBadge>& badge);
  void setHovered(bool isHovered);
  /// As the end of a link that is being drawn; nothing: not one.
  enum class TargetState { None, Allowed, Refused };
  void setTargetState(TargetState state);
  bool isHovered() const { return m_isHovered; }
  /// All of it where there is only room for a box.
  QColor boxColour() const;
  /// The side whose connection handle is at this scene position, or whose edge is; `reach` in scene units.
  std::optional<Side> handleAt(QPointF scenePosition, double reach) const;
  /// Everything it paints, as text, for comparing scenes.
  QString describe() const;

  int type() const override { return Type; }
  QRectF boundingRect() const override;
  QPainterPath shape() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  void paintBox(QPainter& painter) const;
  void paintReduced(QPainter& painter, qreal ratio) const;
  void paintReducedFigures(QPainter& painter) const;
  void paintFull(QPainter& painter, qreal ratio) const;
  void paintFrame(QPainter& painter, double radius) const;
  void paintFigures(QPainter& painter) const;
  void paintBadge(QPainter& painter, qreal ratio) const;
  void paintPin(QPainter& painter, qreal ratio) const;
  void paintHandles(QPainter& painter, double scale) const;
  void refreshToolTip();

  BlockId m_id;
  BlockFace m_face;
  std::optional<CanvasOverlay::OfBlock> m_live;
  std::optional<BlockBadge> m_badge;
  bool m_isHovered = false;
  TargetState m_targetState = TargetState::None;
};

}  // namespace cantilever::widgets
