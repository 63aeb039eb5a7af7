#include <QApplication>
#include <algorithm>

#include "core/edit/edit.h"
#include "widgets/canvas/canvas_style.h"
#include "widgets/canvas/draft_link.h"
#include "widgets/canvas/tools.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {

ConnectTool::ConnectTool(ToolContext context, BlockId from, Begin begin)
    : CanvasTool(context), m_from(std::move(from)), m_begin(begin), m_draft(std::make_unique<DraftLink>()) {
  m_draft->setParentItem(m_context.scene.gestureLayer());
}

ConnectTool::~ConnectTool() {
  clearTarget();
}

CanvasTool::State ConnectTool::press(const Pointer& pointer) {
  m_pressedAt = pointer.viewPosition;
  move(pointer);
  return State::Going;
}

void ConnectTool::move(const Pointer& pointer) {
  if ((pointer.viewPosition - m_pressedAt).manhattanLength() >= QApplication::startDragDistance()) {
    m_hasMoved = true;
  }
  BlockItem* under = m_context.scene.blockAt(pointer.scenePosition);
  const QString refusal = under == nullptr ? m_context.scene.refusalAt(pointer.scenePosition) : QString();
  const bool isFree = under == nullptr && refusal.isEmpty();
  m_overNothing = isFree ? std::optional(pointer.scenePosition) : std::nullopt;
  const bool isOverOwn = under != nullptr && under->id() == m_from;
  aimAt(isOverOwn ? nullptr : under, pointer.scenePosition, refusal);
  m_draft->setVisible(!isOverOwn);
}

void ConnectTool::aimAt(BlockItem* target, QPointF scenePosition, const QString& refusal) {
  clearTarget();
  m_refusal = refusal;
  const Block* from = m_context.scene.design().blocks.find(m_from);
  if (from == nullptr) {
    return;
  }
  const Rect fromArea = areaOfBlockAt(from->position);
  BlockItem::TargetState state =
      refusal.isEmpty() ? BlockItem::TargetState::None : BlockItem::TargetState::Refused;
  Rect toArea{toPoint(scenePosition), {0, 0}};
  if (target != nullptr) {
    m_target = target->id();
    const Result<void> allowed =
        edit::canLink(m_context.scene.design(), m_from, target->id(), m_context.catalog);
    state = allowed ? BlockItem::TargetState::Allowed : BlockItem::TargetState::Refused;
    m_refusal = allowed ? QString() : toQString(allowed.error().message);
    target->setTargetState(state);
    toArea = areaOfBlockAt(toPoint(target->pos()));
  }
  m_draft->show(routeLink(fromArea, toArea, chooseSides(fromArea, toArea), {}, {}), state, m_refusal);
}

void ConnectTool::clearTarget() {
  if (m_target) {
    if (BlockItem* item = m_context.scene.blockItem(*m_target)) {
      item->setTargetState(BlockItem::TargetState::None);
    }
  }
  m_target.reset();
  m_refusal.clear();
}

CanvasTool::State ConnectTool::release(const Pointer& pointer) {
  if (m_begin == Begin::Dragging && !m_hasMoved) {
    // A click on the handle: the next click chooses the other end.
    m_begin = Begin::Armed;
    return State::Going;
  }
  move(pointer);
  return finish();
}

CanvasTool::State ConnectTool::finish() {
  const std::optional<BlockId> target = m_target;
  const QString refusal = m_refusal;
  const std::optional<QPointF> overNothing = m_overNothing;
  cancel();
  if (target && refusal.isEmpty()) {
    Q_EMIT m_context.view.linkRequested(m_from, *target);
  } else if (!refusal.isEmpty()) {
    Q_EMIT m_context.view.linkRefused(refusal);
  } else if (overNothing) {
    Q_EMIT m_context.view.calleeRequested(m_from, toPoint(*overNothing));
  }
  return State::Done;
}

std::optional<CanvasTool::State> ConnectTool::key(int key) {
  if (key == Qt::Key_Tab || key == Qt::Key_Backtab) {
    const bool forward = key == Qt::Key_Tab;
    const Design& design = m_context.scene.design();
    std::optional<BlockId> next =
        neighbourInReadingOrder(design, m_target ? m_target : std::optional(m_from), forward);
    if (!next) {
      next = neighbourInReadingOrder(design, std::nullopt, forward);
    }
    BlockItem* item = next ? m_context.scene.blockItem(*next) : nullptr;
    if (item != nullptr) {
      const bool isOther = item->id() != m_from;
      m_overNothing.reset();
      aimAt(isOther ? item : nullptr, item->sceneBoundingRect().center());
      m_draft->setVisible(isOther);
      m_context.view.ensureVisible(item);
    }
    return State::Going;
  }
  if (key == Qt::Key_Return || key == Qt::Key_Enter) {
    return finish();
  }
  return std::nullopt;
}

void ConnectTool::cancel() {
  clearTarget();
  m_draft.reset();
  // Wishes and cancelling end the tool; it is not moved afterwards.
}

}  // namespace cantilever::widgets
