#include <QApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "widgets/canvas/canvas_style.h"
#include "widgets/canvas/folds.h"
#include "widgets/canvas/guides.h"
#include "widgets/canvas/tools.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

/// Where copies of what is dragged would come to lie.
class CopyOutlines : public QGraphicsItem {
 public:
  explicit CopyOutlines(std::vector<QRectF> areas) : m_areas(std::move(areas)) {
    setZValue(kGestureLayer);
    for (const QRectF& area : m_areas) {
      m_bounds |= area.adjusted(-2, -2, 2, 2);
    }
  }
  QRectF boundingRect() const override { return m_bounds; }
  void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override {
    QColor fill = currentTheme().accent;
    fill.setAlpha(28);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(currentTheme().accent, 1.5, Qt::DashLine));
    painter->setBrush(fill);
    for (const QRectF& area : m_areas) {
      painter->drawRoundedRect(area, 8, 8);
    }
  }

 private:
  std::vector<QRectF> m_areas;
  QRectF m_bounds;
};

}  // namespace

/// Lines of one pixel, however far away; gaps have feet at both ends and say how wide they are.
class GuidesItem : public QGraphicsItem {
 public:
  GuidesItem() { setZValue(kGestureLayer); }
  static constexpr double kWidthRoom = 100;  ///< for the figures

  void show(std::vector<GuideLine> lines) {
    prepareGeometryChange();
    m_lines = std::move(lines);
    m_bounds = {};
    for (const GuideLine& line : m_lines) {
      m_bounds |= QRectF(toQPointF(line.from), toQPointF(line.to))
                      .normalized()
                      .adjusted(-kWidthRoom, -kWidthRoom, kWidthRoom, kWidthRoom);
    }
  }
  QRectF boundingRect() const override { return m_bounds; }
  void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override {
    QPen pen(currentTheme().linkReplication, 1);
    pen.setCosmetic(true);
    painter->setRenderHint(QPainter::Antialiasing, false);
    for (const GuideLine& line : m_lines) {
      painter->setPen(pen);
      const QPointF from = toQPointF(line.from);
      const QPointF to = toQPointF(line.to);
      painter->drawLine(from, to);
      if (line.kind == GuideLine::Kind::Gap) {
        const QPointF foot = from.y() == to.y() ? QPointF(0, 5) : QPointF(5, 0);
        painter->drawLine(from - foot, from + foot);
        painter->drawLine(to - foot, to + foot);
        paintWidth(*painter, from, to);
      }
    }
  }

 private:
  /// As large on the screen whatever the zoom; not from so far that it would leave its room.
  static void paintWidth(QPainter& painter, QPointF from, QPointF to) {
    constexpr double kLeastScale = 0.4;
    if (painter.worldTransform().m11() < kLeastScale) {
      return;
    }
    const bool isAcross = from.y() == to.y();
    const QString width = QString::number(std::round(isAcross ? to.x() - from.x() : to.y() - from.y()));
    painter.save();
    painter.translate((from + to) / 2);
    painter.scale(1 / painter.worldTransform().m11(), 1 / painter.worldTransform().m22());
    painter.setFont(canvasFont(11, QFont::DemiBold));
    const QRectF room = isAcross ? QRectF(-40, -20, 80, 16) : QRectF(6, -8, 30, 16);
    painter.drawText(room, static_cast<int>(Qt::AlignVCenter | (isAcross ? Qt::AlignHCenter : Qt::AlignLeft)),
                     width);
    painter.restore();
  }

  std::vector<GuideLine> m_lines;
  QRectF m_bounds;
};

SelectTool::SelectTool(ToolContext context) : CanvasTool(context) {}

SelectTool::~SelectTool() = default;

CanvasTool::State SelectTool::press(const Pointer& pointer) {
  m_pressedAt = pointer.viewPosition;
  m_pressedInScene = pointer.scenePosition;
  m_pressed = m_context.scene.itemOfDesignAt(pointer.scenePosition);
  if (m_pressed == nullptr) {
    return State::Done;
  }
  if (m_pressed->isSelected()) {
    // One of several: a drag moves or copies them all, a click chooses this one or takes it away.
    m_onClick = pointer.addsToSelection() ? OnClick::TakeAway : OnClick::Choose;
  } else if (pointer.addsToSelection()) {
    m_pressed->setSelected(true);
  } else {
    // The item alone: through the scene, so that one change is reported.
    m_context.scene.select(CanvasScene::selectionOf(m_pressed));
  }
  const bool isLink = qgraphicsitem_cast<LinkItem*>(m_pressed) != nullptr;
  if (!isLink) {
    m_grabbedAt = toPoint(m_pressed->pos());
  }
  return State::Going;
}

void SelectTool::move(const Pointer& pointer) {
  if (!m_grabbedAt) {
    return;
  }
  const QPoint way = pointer.viewPosition - m_pressedAt;
  if (!m_isDragging && way.manhattanLength() < QApplication::startDragDistance()) {
    return;
  }
  if (!m_isDragging) {
    m_isDragging = true;
    beginDrag();
  }
  m_by = wishedMove(pointer);
  m_copies = pointer.modifiers.testFlag(Qt::ControlModifier);
  m_context.scene.setDraft(m_copies ? Selection{} : m_moved, m_by);
  m_outlines->setVisible(m_copies);
  m_outlines->setPos(toQPointF(m_by));
  showZone();
}

/// That which the thing in hand would come to belong to.
void SelectTool::showZone() {
  if (m_middle) {
    const Design& design = m_context.scene.design();
    const ZoneId zone = zoneAt(design, *m_middle + m_by);
    m_context.scene.setDropTarget(zone == zoneAt(design, *m_middle) ? ZoneId() : zone);
  }
}

void SelectTool::beginDrag() {
  const Design& design = m_context.scene.design();
  m_moved = carriedWith(design, m_context.scene.selection());
  std::vector<QRectF> areas;
  const Folds& folds = m_context.scene.folds();
  for (const BlockId& id : m_moved.blocks) {
    if (!folds.hiddenBlocks.contains(id)) {
      areas.push_back(toQRectF(areaOfBlockAt(design.blocks.find(id)->position)));
    }
  }
  for (const ZoneId& id : m_moved.zones) {
    if (const std::optional<Rect> drawn = drawnArea(design, *design.zones.find(id))) {
      areas.push_back(toQRectF(*drawn));
    }
  }
  for (const NoteId& id : m_moved.notes) {
    if (!folds.hiddenNotes.contains(id)) {
      areas.push_back(toQRectF(design.notes.find(id)->area));
    }
  }
  const Selection held = CanvasScene::selectionOf(m_pressed);
  const auto isCarried = [&](const ZoneId& zone) {
    return std::binary_search(m_moved.zones.begin(), m_moved.zones.end(), zone);
  };
  if (!held.blocks.empty() && !isCarried(design.blocks.find(held.blocks.front())->zone)) {
    m_middle = centreOf(areaOfBlockAt(design.blocks.find(held.blocks.front())->position));
  } else if (!held.notes.empty() && !isCarried(design.notes.find(held.notes.front())->zone)) {
    m_middle = centreOf(design.notes.find(held.notes.front())->area);
  }
  QRectF area;
  for (const QRectF& each : areas) {
    area |= each;
  }
  m_area = {toPoint(area.topLeft()), {area.width(), area.height()}};
  m_outlines = std::make_unique<CopyOutlines>(std::move(areas));
  m_outlines->setParentItem(m_context.scene.gestureLayer());
  const QRectF inView = m_context.view.mapToScene(m_context.view.viewport()->rect()).boundingRect();
  for (const QGraphicsItem* item : m_context.scene.items(inView)) {
    const auto* block = qgraphicsitem_cast<const BlockItem*>(item);
    if (block != nullptr && !std::binary_search(m_moved.blocks.begin(), m_moved.blocks.end(), block->id())) {
      m_others.push_back(areaOfBlockAt(toPoint(block->pos())));
    }
    const auto* zone = qgraphicsitem_cast<const ZoneItem*>(item);
    if (zone != nullptr && folds.zones.contains(zone->id()) &&
        !std::binary_search(m_moved.zones.begin(), m_moved.zones.end(), zone->id())) {
      m_others.push_back(areaOfBlockAt(toPoint(zone->pos())));
    }
  }
  m_guides = std::make_unique<GuidesItem>();
  m_guides->setParentItem(m_context.scene.gestureLayer());
}

Point SelectTool::wishedMove(const Pointer& pointer) {
  Point by = toPoint(pointer.scenePosition - m_pressedInScene);
  const bool isStraight = pointer.modifiers.testFlag(Qt::ShiftModifier);
  const bool isAcross = std::abs(by.x) >= std::abs(by.y);
  if (isStraight) {
    (isAcross ? by.y : by.x) = 0;
  }
  if (pointer.modifiers.testFlag(Qt::AltModifier)) {
    m_guides->show({});
    return by;
  }
  // Lining up with something goes before the grid: not everything lies on it.
  constexpr double kPull = 6;  // pixels
  const double reach = std::min(kPull / m_context.view.transform().m11(), 2 * kPull);
  const Guided guided = guide(m_area, by, m_others, reach);
  const Point onGrid = snapped(*m_grabbedAt + by) - *m_grabbedAt;
  Point wish{guided.by.x != by.x ? guided.by.x : onGrid.x, guided.by.y != by.y ? guided.by.y : onGrid.y};
  if (isStraight) {
    (isAcross ? wish.y : wish.x) = 0;
  }
  m_guides->show(guide(m_area, wish, m_others, 0).lines);
  return wish;
}

CanvasTool::State SelectTool::release(const Pointer& pointer) {
  if (m_isDragging) {
    move(pointer);  // the keys that are held now count
  }
  clearGuides();
  if (m_isDragging) {
    // What the wish makes of it is routed once; where it is refused, what was put back is.
    m_context.scene.dropDraft();
    if (m_by != Point{}) {
      m_copies ? Q_EMIT m_context.view.copyRequested(m_moved, m_by)
               : Q_EMIT m_context.view.moveRequested(m_moved, m_by);
    }
    m_context.scene.clearDraft();
    return State::Done;
  }
  QGraphicsItem* released = m_context.scene.itemOfDesignAt(pointer.scenePosition);
  if (released != m_pressed) {
    return State::Done;
  }
  if (m_onClick == OnClick::TakeAway) {
    released->setSelected(false);
  } else if (m_onClick == OnClick::Choose && m_grabbedAt) {
    m_context.scene.select(CanvasScene::selectionOf(released));
  }
  return State::Done;
}

void SelectTool::clearGuides() {
  m_guides.reset();
  m_outlines.reset();
  m_context.scene.setDropTarget(ZoneId());
}

void SelectTool::cancel() {
  clearGuides();
  m_context.scene.clearDraft();
}

}  // namespace cantilever::widgets
