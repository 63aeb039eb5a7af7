#include <QApplication>
#include <algorithm>
#include <set>

#include "widgets/canvas/tools.h"

namespace cantilever::widgets {
namespace {

Selection onlyThis(QGraphicsItem* item) {
  Selection only;
  if (auto* block = qgraphicsitem_cast<BlockItem*>(item)) {
    only.blocks.push_back(block->id());
  } else if (auto* link = qgraphicsitem_cast<LinkItem*>(item)) {
    only.links.push_back(link->id());
  } else if (auto* zone = qgraphicsitem_cast<ZoneItem*>(item)) {
    only.zones.push_back(zone->id());
  } else if (auto* note = qgraphicsitem_cast<NoteItem*>(item)) {
    only.notes.push_back(note->id());
  }
  return only;
}

bool holdsMiddleOf(const Rect& outer, const Rect& inner) {
  const Point middle = centreOf(inner);
  return middle.x >= outer.topLeft.x && middle.x <= outer.topLeft.x + outer.size.width &&
         middle.y >= outer.topLeft.y && middle.y <= outer.topLeft.y + outer.size.height;
}

}  // namespace

Selection carriedWith(const Design& design, const Selection& chosen) {
  std::set<ZoneId> zones(chosen.zones.begin(), chosen.zones.end());
  std::set<BlockId> blocks(chosen.blocks.begin(), chosen.blocks.end());
  std::set<NoteId> notes(chosen.notes.begin(), chosen.notes.end());
  for (std::size_t before = 0; before != zones.size();) {
    before = zones.size();
    for (const Zone& zone : design.zones) {
      if (zones.contains(zone.parent)) {
        zones.insert(zone.id);
      }
    }
  }
  for (const Block& block : design.blocks) {
    if (zones.contains(block.zone)) {
      blocks.insert(block.id);
    }
  }
  for (const Note& note : design.notes) {
    // Notes belong to no zone; one that lies in it is about it.
    const bool isInside = std::any_of(zones.begin(), zones.end(), [&](const ZoneId& id) {
      const Zone* zone = design.zones.find(id);
      return zone != nullptr && holdsMiddleOf(zone->area, note.area);
    });
    if (isInside) {
      notes.insert(note.id);
    }
  }
  return {{blocks.begin(), blocks.end()}, {}, {zones.begin(), zones.end()}, {notes.begin(), notes.end()}};
}

CanvasTool::State SelectTool::press(const Pointer& pointer) {
  m_pressedAt = pointer.viewPosition;
  m_pressedInScene = pointer.scenePosition;
  m_pressed = m_context.scene.itemOfDesignAt(pointer.scenePosition);
  if (m_pressed == nullptr) {
    return State::Done;
  }
  if (pointer.addsToSelection()) {
    m_pressed->setSelected(!m_pressed->isSelected());
  } else if (!m_pressed->isSelected()) {
    // The item alone: through the scene, so that one change is reported.
    m_context.scene.select(onlyThis(m_pressed));
  } else {
    // One of several: a drag moves them all, a click chooses this one.
    m_selectsOnRelease = true;
  }
  const bool isLink = qgraphicsitem_cast<LinkItem*>(m_pressed) != nullptr;
  if (!isLink && m_pressed->isSelected()) {
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
    m_moved = carriedWith(m_context.scene.design(), m_context.scene.selection());
  }
  const Point wanted = *m_grabbedAt + toPoint(pointer.scenePosition - m_pressedInScene);
  m_by = snapped(wanted) - *m_grabbedAt;
  m_context.scene.setDraft(m_moved, m_by);
}

CanvasTool::State SelectTool::release(const Pointer& pointer) {
  if (m_isDragging) {
    m_context.scene.clearDraft();
    if (m_by != Point{}) {
      emit m_context.view.moveRequested(m_moved, m_by);
    }
    return State::Done;
  }
  QGraphicsItem* released = m_context.scene.itemOfDesignAt(pointer.scenePosition);
  if (m_selectsOnRelease && released == m_pressed && m_grabbedAt) {
    m_context.scene.select(onlyThis(released));
  }
  return State::Done;
}

void SelectTool::cancel() {
  m_context.scene.clearDraft();
}

}  // namespace cantilever::widgets
