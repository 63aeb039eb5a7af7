#include "core/edit/edit.h"
#include "widgets/canvas/canvas_style.h"
#include "widgets/canvas/draft_link.h"
#include "widgets/canvas/tools.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {

ReconnectTool::ReconnectTool(ToolContext context, LinkId link, LinkEnd end)
    : CanvasTool(context), m_link(std::move(link)), m_end(end), m_draft(std::make_unique<DraftLink>()) {
  m_draft->setParentItem(m_context.scene.gestureLayer());
}

ReconnectTool::~ReconnectTool() {
  clearTarget();
}

CanvasTool::State ReconnectTool::press(const Pointer& pointer) {
  move(pointer);
  return State::Going;
}

void ReconnectTool::move(const Pointer& pointer) {
  clearTarget();
  const Design& design = m_context.scene.design();
  const Link* link = design.links.find(m_link);
  const Block* fixed =
      link == nullptr ? nullptr : design.blocks.find(m_end == LinkEnd::To ? link->from : link->to);
  if (fixed == nullptr) {
    return;
  }
  Rect free{toPoint(pointer.scenePosition), {0, 0}};
  BlockItem::TargetState state = BlockItem::TargetState::None;
  if (BlockItem* under = m_context.scene.blockAt(pointer.scenePosition)) {
    m_target = under->id();
    free = areaOfBlockAt(toPoint(under->pos()));
    const bool isBack = under->id() == (m_end == LinkEnd::To ? link->to : link->from);
    const BlockId& from = m_end == LinkEnd::To ? link->from : under->id();
    const BlockId& to = m_end == LinkEnd::To ? under->id() : link->to;
    const Result<void> allowed = isBack ? Result<void>() : edit::canLink(design, from, to, m_context.catalog);
    state = allowed ? BlockItem::TargetState::Allowed : BlockItem::TargetState::Refused;
    m_refusal = allowed ? QString() : toQString(allowed.error().message);
    under->setTargetState(state);
  } else if (m_refusal = m_context.scene.refusalAt(pointer.scenePosition); !m_refusal.isEmpty()) {
    state = BlockItem::TargetState::Refused;
  }
  const Rect held = drawnArea(design, m_context.scene.folds(), *fixed);
  const Rect& from = m_end == LinkEnd::To ? held : free;
  const Rect& to = m_end == LinkEnd::To ? free : held;
  m_draft->show(routeLink(from, to, chooseSides(from, to), {}, {}), state, m_refusal);
}

CanvasTool::State ReconnectTool::release(const Pointer& pointer) {
  move(pointer);
  const std::optional<BlockId> target = m_target;
  const QString refusal = m_refusal;
  cancel();
  if (target && refusal.isEmpty()) {
    Q_EMIT m_context.view.reconnectRequested(m_link, m_end, *target);
  } else if (!refusal.isEmpty()) {
    Q_EMIT m_context.view.linkRefused(refusal);
  }
  return State::Done;
}

void ReconnectTool::clearTarget() {
  BlockItem* item = m_target ? m_context.scene.blockItem(*m_target) : nullptr;
  if (item != nullptr) {
    item->setTargetState(BlockItem::TargetState::None);
  }
  m_target.reset();
  m_refusal.clear();
}

void ReconnectTool::cancel() {
  clearTarget();
  m_draft.reset();
}

}  // namespace cantilever::widgets
