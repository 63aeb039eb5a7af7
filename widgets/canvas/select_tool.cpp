#include <QApplication>

#include "widgets/canvas/tools.h"

namespace cantilever::widgets {

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
    Selection only;
    if (auto* block = qgraphicsitem_cast<BlockItem*>(m_pressed)) {
      only.blocks.push_back(block->id());
    } else if (auto* link = qgraphicsitem_cast<LinkItem*>(m_pressed)) {
      only.links.push_back(link->id());
    } else if (auto* zone = qgraphicsitem_cast<ZoneItem*>(m_pressed)) {
      only.zones.push_back(zone->id());
    } else if (auto* note = qgraphicsitem_cast<NoteItem*>(m_pressed)) {
      only.notes.push_back(note->id());
    }
    m_context.scene.select(only);
  } else {
    // One of several: a drag moves them all, a click chooses this one.
    m_selectsOnRelease = true;
  }
  auto* block = qgraphicsitem_cast<BlockItem*>(m_pressed);
  if (block != nullptr && block->isSelected()) {
    m_grabbed = block->id();
    m_grabbedAt = toPoint(block->pos());
  }
  return State::Going;
}

void SelectTool::move(const Pointer& pointer) {
  if (!m_grabbed) {
    return;
  }
  const QPoint way = pointer.viewPosition - m_pressedAt;
  if (!m_isDragging && way.manhattanLength() < QApplication::startDragDistance()) {
    return;
  }
  if (!m_isDragging) {
    m_isDragging = true;
    m_moved = m_context.scene.selection().blocks;
  }
  const Point wanted = m_grabbedAt + toPoint(pointer.scenePosition - m_pressedInScene);
  m_by = snapped(wanted) - m_grabbedAt;
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
  if (m_selectsOnRelease && released == m_pressed && m_grabbed) {
    m_context.scene.selectOnly(*m_grabbed);
  }
  return State::Done;
}

void SelectTool::cancel() {
  m_context.scene.clearDraft();
}

}  // namespace cantilever::widgets
