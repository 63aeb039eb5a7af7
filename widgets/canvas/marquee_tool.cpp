#include <QGraphicsRectItem>
#include <QPen>
#include <algorithm>

#include "widgets/canvas/canvas_style.h"
#include "widgets/canvas/tools.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

MarqueeTool::MarqueeTool(ToolContext context) : CanvasTool(context) {}

MarqueeTool::~MarqueeTool() = default;

CanvasTool::State MarqueeTool::press(const Pointer& pointer) {
  m_start = pointer.scenePosition;
  m_adds = pointer.addsToSelection();
  m_before = m_context.scene.selection();
  if (!m_adds) {
    m_context.scene.select({});
  }
  return State::Going;
}

void MarqueeTool::move(const Pointer& pointer) {
  const Theme& theme = currentTheme();
  if (!m_rectangle) {
    m_rectangle = std::make_unique<QGraphicsRectItem>();
    m_rectangle->setZValue(kGestureLayer);
    QPen pen(theme.accent, 1);
    pen.setCosmetic(true);
    m_rectangle->setPen(pen);
    QColor fill = theme.accent;
    fill.setAlpha(28);
    m_rectangle->setBrush(fill);
    m_rectangle->setParentItem(m_context.scene.gestureLayer());
  }
  const QRectF area = QRectF(m_start, pointer.scenePosition).normalized();
  m_rectangle->setRect(area);

  Selection selection = m_adds ? m_before : Selection{};
  const auto add = [](auto& ids, const auto& id) {
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
      ids.push_back(id);
    }
  };
  for (QGraphicsItem* item : m_context.scene.items(area)) {
    if (auto* block = qgraphicsitem_cast<BlockItem*>(item)) {
      add(selection.blocks, block->id());
    } else if (auto* note = qgraphicsitem_cast<NoteItem*>(item)) {
      add(selection.notes, note->id());
    } else if (auto* link = qgraphicsitem_cast<LinkItem*>(item)) {
      // Lines and containers reach far beyond what one means: only when they are wholly inside.
      if (area.contains(link->line().boundingRect())) {
        add(selection.links, link->id());
      }
    } else if (auto* zone = qgraphicsitem_cast<ZoneItem*>(item)) {
      const Zone* shown = m_context.scene.design().zones.find(zone->id());
      if (shown != nullptr && area.contains(zone->area())) {
        add(selection.zones, zone->id());
      }
    }
  }
  const auto sort = [](auto& ids) { std::sort(ids.begin(), ids.end()); };
  sort(selection.blocks);
  sort(selection.links);
  sort(selection.zones);
  sort(selection.notes);
  m_context.scene.select(selection);
}

CanvasTool::State MarqueeTool::release(const Pointer&) {
  return State::Done;
}

void MarqueeTool::cancel() {
  m_context.scene.select(m_before);
}

}  // namespace cantilever::widgets
