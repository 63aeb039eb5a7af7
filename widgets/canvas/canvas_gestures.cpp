#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <algorithm>
#include <cmath>

#include "widgets/canvas/canvas_view_impl.h"

namespace cantilever::widgets {

void CanvasView::beginLinkFrom(const BlockId& block) {
  const BlockItem* item = m_impl->scene.blockItem(block);
  if (item == nullptr) {
    return;
  }
  m_impl->cancelTool();
  m_impl->tool = std::make_unique<ConnectTool>(m_impl->context(), block, ConnectTool::Begin::Armed);
  const QPoint mouse = viewport()->mapFromGlobal(QCursor::pos());
  const bool isOver = viewport()->rect().contains(mouse) && underMouse();
  const QPoint beside = blockRect(block).center() + QPoint(blockRect(block).width(), 0);
  m_impl->tool->move(m_impl->pointerAt(isOver ? mouse : beside, Qt::NoModifier));
  m_impl->updateCursor();
}

void CanvasView::Impl::begin(std::unique_ptr<CanvasTool> next, const Pointer& pointer) {
  cancelTool();
  tool = std::move(next);
  if (!tool->isConnecting()) {
    setHovered(std::nullopt);  // handles would offer links
  }
  drive([&](CanvasTool& active) { return active.press(pointer); });
  updateCursor();
}

void CanvasView::Impl::cancelTool() {
  if (const std::unique_ptr<CanvasTool> ended = std::move(tool)) {
    ended->cancel();
  }
  updateCursor();
}

std::unique_ptr<CanvasTool> CanvasView::Impl::toolFor(const QMouseEvent& event) {
  const Pointer pointer = pointerAt(event.pos(), event.modifiers());
  if (event.button() == Qt::MiddleButton || (event.button() == Qt::LeftButton && isSpaceHeld)) {
    return std::make_unique<PanTool>(context());
  }
  if (event.button() != Qt::LeftButton) {
    return nullptr;
  }
  hoverAt(event.pos());
  if (std::unique_ptr<CanvasTool> grip = gripToolAt(pointer.scenePosition)) {
    return grip;
  }
  if (hovered && isOnHandle) {
    return std::make_unique<ConnectTool>(context(), *hovered, ConnectTool::Begin::Dragging);
  }
  if (scene.itemOfDesignAt(pointer.scenePosition) != nullptr) {
    return std::make_unique<SelectTool>(context());
  }
  return std::make_unique<MarqueeTool>(context());
}

std::optional<ZoneId> CanvasView::Impl::foldMarkAt(QPointF scenePosition) const {
  const auto* zone = qgraphicsitem_cast<ZoneItem*>(scene.itemOfDesignAt(scenePosition));
  const bool isShown =
      zone != nullptr && !isSpaceHeld && detailAt(scale()) != Detail::Box && !cursorOfGripAt(scenePosition);
  return isShown && zone->isFoldMarkAt(scenePosition) ? std::optional(zone->id()) : std::nullopt;
}

std::optional<CanvasView::Impl::Resizable> CanvasView::Impl::resizable() const {
  const Selection selection = scene.selection();
  const bool isFold = !selection.zones.empty() && scene.folds().zones.contains(selection.zones.front());
  if (!selection.isOneThing() || !selection.blocks.empty() || isFold) {
    return std::nullopt;
  }
  const Design& design = scene.design();
  const Rect area = selection.zones.empty() ? design.notes.find(selection.notes.front())->area
                                            : design.zones.find(selection.zones.front())->area;
  return Resizable{selection, toQRectF(area)};
}

/// What can be gripped of the selection: an end of a link, a border of a zone or note.
std::unique_ptr<CanvasTool> CanvasView::Impl::gripToolAt(QPointF scenePosition) {
  const double reach = handleReachAt(scale());
  if (const auto end = scene.selectedLinkEndAt(scenePosition, reach)) {
    return std::make_unique<ReconnectTool>(context(), end->first, end->second);
  }
  if (const std::optional<Resizable> one = resizable()) {
    if (const auto grip = ResizeTool::gripAt(one->area, scenePosition, reach / 2)) {
      return std::make_unique<ResizeTool>(context(), one->one, one->area, *grip);
    }
  }
  return nullptr;
}

void CanvasView::Impl::setHovered(const std::optional<BlockId>& block) {
  if (hovered == block) {
    return;
  }
  for (const auto& [id, isHovered] : {std::pair(hovered, false), std::pair(block, true)}) {
    BlockItem* item = id ? scene.blockItem(*id) : nullptr;
    if (item != nullptr) {
      item->setHovered(isHovered);
    }
  }
  hovered = block;
}

void CanvasView::Impl::hoverAt(QPoint viewPosition) {
  const QPointF at = view.mapToScene(viewPosition);
  const bool showsHandles = detailAt(scale()) != Detail::Box;
  const double reach = handleReachAt(scale());
  // A handle of the block that shows its handles goes before what lies under it.
  BlockItem* current = hovered ? scene.blockItem(*hovered) : nullptr;
  isOnHandle = showsHandles && current != nullptr && current->handleAt(at, reach).has_value();
  if (!isOnHandle) {
    BlockItem* under = scene.blockAt(at);
    if (under == nullptr && showsHandles) {
      under = scene.blockWithHandleAt(at, reach);  // half of a handle lies outside its block
    }
    setHovered(under != nullptr ? std::optional(under->id()) : std::nullopt);
    isOnHandle = showsHandles && under != nullptr && under->handleAt(at, reach).has_value();
  }
  gripCursor = cursorOfGripAt(at);
  updateCursor();
}

std::optional<Qt::CursorShape> CanvasView::Impl::cursorOfGripAt(QPointF scenePosition) const {
  const double reach = handleReachAt(scale());
  if (scene.selectedLinkEndAt(scenePosition, reach)) {
    return Qt::PointingHandCursor;
  }
  const std::optional<Resizable> one = resizable();
  const auto grip = one ? ResizeTool::gripAt(one->area, scenePosition, reach / 2) : std::nullopt;
  if (!grip) {
    return std::nullopt;
  }
  if (grip->across == 0 || grip->down == 0) {
    return grip->across == 0 ? Qt::SizeVerCursor : Qt::SizeHorCursor;
  }
  return grip->across == grip->down ? Qt::SizeFDiagCursor : Qt::SizeBDiagCursor;
}

void CanvasView::Impl::updateCursor() {
  Qt::CursorShape shape = Qt::ArrowCursor;
  if (tool && tool->isPanning()) {
    shape = Qt::ClosedHandCursor;
  } else if (isSpaceHeld) {
    shape = Qt::OpenHandCursor;
  } else if (gripCursor && !tool) {
    shape = *gripCursor;
  } else if (isOnHandle || (tool && tool->isConnecting())) {
    shape = Qt::CrossCursor;
  }
  if (view.viewport()->cursor().shape() != shape) {
    view.viewport()->setCursor(shape);
  }
}

void CanvasView::mousePressEvent(QMouseEvent* event) {
  m_impl->finishGlide();
  const Pointer pointer = m_impl->pointerAt(event->pos(), event->modifiers());
  if (m_impl->tool && m_impl->tool->isConnecting() && event->button() == Qt::LeftButton) {
    m_impl->isPressed = true;
    m_impl->drive([&](CanvasTool& tool) { return tool.press(pointer); });
    return;
  }
  if (const auto zone = m_impl->foldMarkAt(pointer.scenePosition);
      zone && event->button() == Qt::LeftButton) {
    Q_EMIT foldRequested(*zone);
    return;
  }
  std::unique_ptr<CanvasTool> tool = m_impl->toolFor(*event);
  if (!tool) {
    return;  // not to QGraphicsView, which would clear the selection that a menu is wanted for
  }
  m_impl->keepsFitted = false;
  m_impl->isPressed = true;
  m_impl->begin(std::move(tool), pointer);
}

void CanvasView::mouseMoveEvent(QMouseEvent* event) {
  if (m_impl->isPressed && event->buttons() == Qt::NoButton) {
    m_impl->isPressed = false;
    m_impl->cancelTool();  // the release went elsewhere, to a message that came meanwhile
  }
  if (!m_impl->tool) {
    m_impl->hoverAt(event->pos());
    return;
  }
  m_impl->moveTool(m_impl->pointerAt(event->pos(), event->modifiers()));
  m_impl->heedEdge(*event);
}

void CanvasView::Impl::moveTool(const Pointer& pointer) {
  drive([&](CanvasTool& active) {
    active.move(pointer);
    return CanvasTool::State::Going;
  });
}

/// How far into the margin at the edge, or out of the view; zero within.
QPoint CanvasView::Impl::beyondEdge(QPoint at) const {
  constexpr int kMargin = 12;
  const QRect inner = view.viewport()->rect().adjusted(kMargin, kMargin, -kMargin, -kMargin);
  const auto beyond = [](int value, int least, int most) { return value - std::clamp(value, least, most); };
  return {beyond(at.x(), inner.left(), inner.right()), beyond(at.y(), inner.top(), inner.bottom())};
}

/// Only after a while, so that nothing moves that is merely passed by.
void CanvasView::Impl::heedEdge(const QMouseEvent& event) {
  constexpr int kWaitMilliseconds = 300;
  const bool isAtEdge = isPressed && tool && !tool->isPanning() && !beyondEdge(event.pos()).isNull();
  if (!isAtEdge) {
    edge.stop();
  } else if (!edge.isActive()) {
    edge.start(kWaitMilliseconds);
  }
  atEdge = {event.pos(), event.modifiers()};
}

void CanvasView::Impl::scrollAtEdge() {
  constexpr int kFrameMilliseconds = 25;
  constexpr int kMostPixels = 24;
  if (!tool || !isPressed) {
    edge.stop();
    return;
  }
  edge.setInterval(kFrameMilliseconds);
  const QPoint by = beyondEdge(atEdge.first);
  keepsFitted = false;
  view.horizontalScrollBar()->setValue(view.horizontalScrollBar()->value() +
                                       std::clamp(by.x(), -kMostPixels, kMostPixels));
  view.verticalScrollBar()->setValue(view.verticalScrollBar()->value() +
                                     std::clamp(by.y(), -kMostPixels, kMostPixels));
  moveTool(pointerAt(atEdge.first, atEdge.second));
}

void CanvasView::mouseReleaseEvent(QMouseEvent* event) {
  const Pointer pointer = m_impl->pointerAt(event->pos(), event->modifiers());
  if (event->button() == Qt::LeftButton || event->button() == Qt::MiddleButton) {
    m_impl->isPressed = false;
    m_impl->drive([&](CanvasTool& tool) { return tool.release(pointer); });
    m_impl->hoverAt(event->pos());
  }
}

void CanvasView::mouseDoubleClickEvent(QMouseEvent* event) {
  const BlockItem* block = m_impl->scene.blockAt(mapToScene(event->pos()));
  const auto* zone = qgraphicsitem_cast<ZoneItem*>(m_impl->scene.itemOfDesignAt(mapToScene(event->pos())));
  if (m_impl->foldMarkAt(mapToScene(event->pos()))) {
    return;  // the first click did it
  }
  if (event->button() == Qt::LeftButton && block == nullptr && zone != nullptr) {
    const ZoneId id = zone->id();
    m_impl->cancelTool();
    Q_EMIT foldRequested(id);
    return;
  }
  if (event->button() == Qt::LeftButton && block != nullptr) {
    const BlockId id = block->id();
    m_impl->cancelTool();
    m_impl->scene.selectOnly(id);
    Q_EMIT renameRequested(id);
    return;
  }
  if (event->button() == Qt::LeftButton && !m_impl->isSpaceHeld) {
    const QPointF at = mapToScene(event->pos());
    QGraphicsItem* item = m_impl->scene.itemOfDesignAt(at);
    const bool isNote = qgraphicsitem_cast<NoteItem*>(item) != nullptr;
    const bool isFree = item == nullptr || qgraphicsitem_cast<LinkItem*>(item) != nullptr;
    if (isNote || isFree) {
      m_impl->cancelTool();
      m_impl->scene.select(CanvasScene::selectionOf(item));
      isNote ? Q_EMIT writeRequested() : Q_EMIT quickAddRequested(snapped(toPoint(at)));
      return;
    }
  }
  mousePressEvent(event);
}

void CanvasView::wheelEvent(QWheelEvent* event) {
  m_impl->keepsFitted = false;
  const bool isTouchpad =
      event->phase() != Qt::NoScrollPhase || event->device()->type() == QInputDevice::DeviceType::TouchPad;
  const bool pans = event->modifiers().testFlag(Qt::ShiftModifier) ||
                    (isTouchpad && !event->modifiers().testFlag(Qt::ControlModifier));
  if (pans) {
    QPoint by = event->pixelDelta().isNull() ? event->angleDelta() / 2 : event->pixelDelta();
    if (event->modifiers().testFlag(Qt::ShiftModifier) && by.x() == 0) {
      by = {by.y(), 0};
    }
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - by.x());
    verticalScrollBar()->setValue(verticalScrollBar()->value() - by.y());
  } else {
    const double notches = event->angleDelta().y() / 120.0;
    m_impl->setZoom(m_impl->scale() * std::pow(Impl::kZoomStep, notches), event->position().toPoint());
  }
  m_impl->hoverAt(event->position().toPoint());
  event->accept();
}

bool CanvasView::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::NativeGesture) {
    auto* gesture = static_cast<QNativeGestureEvent*>(event);
    if (gesture->gestureType() == Qt::ZoomNativeGesture) {
      m_impl->keepsFitted = false;
      m_impl->setZoom(m_impl->scale() * (1 + gesture->value()), gesture->position().toPoint());
      return true;
    }
  }
  if (event->type() == QEvent::Leave && !m_impl->tool) {
    m_impl->isOnHandle = false;
    m_impl->setHovered(std::nullopt);
  }
  return QGraphicsView::viewportEvent(event);
}

std::optional<BlockId> CanvasView::Impl::onlySelectedBlock() const {
  const Selection selection = scene.selection();
  return selection.blocks.size() == 1 ? std::optional(selection.blocks.front()) : std::nullopt;
}

void CanvasView::Impl::nudge(int key, bool isLarge) {
  const double step = kGrid * (isLarge ? 8 : 1);
  const Point by = key == Qt::Key_Left    ? Point{-step, 0}
                   : key == Qt::Key_Right ? Point{step, 0}
                   : key == Qt::Key_Up    ? Point{0, -step}
                                          : Point{0, step};
  const Selection things = carriedWith(scene.design(), scene.selection());
  if (!things.isEmpty()) {
    Q_EMIT view.moveRequested(things, by);
    return;
  }
  keepsFitted = false;
  QScrollBar* across = view.horizontalScrollBar();
  QScrollBar* down = view.verticalScrollBar();
  across->setValue(across->value() + static_cast<int>(by.x * 4));
  down->setValue(down->value() + static_cast<int>(by.y * 4));
}

/// The right and the lower border of the one selected zone or note move by grid steps; true if there is one.
bool CanvasView::Impl::resizeBy(int key, bool isLarge) {
  const std::optional<Resizable> one = resizable();
  if (!one) {
    return false;
  }
  const double step = kGrid * (isLarge ? 8 : 1);
  const QSizeF by(key == Qt::Key_Left    ? -step
                  : key == Qt::Key_Right ? step
                                         : 0,
                  key == Qt::Key_Up     ? -step
                  : key == Qt::Key_Down ? step
                                        : 0);
  const QSizeF size = (one->area.size() + by).expandedTo({ResizeTool::kLeastSide, ResizeTool::kLeastSide});
  if (size != one->area.size()) {
    Q_EMIT view.resizeRequested(one->one, {toPoint(one->area.topLeft()), {size.width(), size.height()}});
  }
  return true;
}

bool CanvasView::Impl::walk(bool forward) {
  const std::optional<BlockId> next = neighbourInReadingOrder(scene.design(), onlySelectedBlock(), forward);
  if (!next) {
    return false;
  }
  scene.selectOnly(*next);
  view.ensureVisible(scene.blockItem(*next));
  return true;
}

void CanvasView::keyPressEvent(QKeyEvent* event) {
  m_impl->finishGlide();
  if (event->key() == Qt::Key_Escape) {
    if (m_impl->tool) {
      m_impl->cancelTool();
    } else {
      m_impl->scene.select({});
    }
    return;
  }
  if (m_impl->tool) {
    std::optional<CanvasTool::State> state;
    m_impl->drive([&](CanvasTool& tool) {
      state = tool.key(event->key());
      return state.value_or(CanvasTool::State::Going);
    });
    m_impl->updateCursor();
    if (state) {
      return;
    }
  }
  switch (event->key()) {
    case Qt::Key_Space:
      m_impl->isSpaceHeld = true;
      m_impl->updateCursor();
      return;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
      if (!selection().isEmpty()) {
        Q_EMIT removeRequested();
      }
      return;
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
      if (event->modifiers().testFlag(Qt::ControlModifier)) {
        m_impl->resizeBy(event->key(), event->modifiers().testFlag(Qt::ShiftModifier));
        return;
      }
      m_impl->nudge(event->key(), event->modifiers().testFlag(Qt::ShiftModifier));
      return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (const std::optional<BlockId> block = m_impl->onlySelectedBlock()) {
        Q_EMIT renameRequested(*block);
        return;
      }
      if (selection().isOneThing()) {
        Q_EMIT writeRequested();
        return;
      }
      break;
    default:
      break;
  }
  // Not to QGraphicsView, which would scroll.
  event->ignore();
}

void CanvasView::keyReleaseEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Space && !event->isAutoRepeat()) {
    m_impl->isSpaceHeld = false;
    m_impl->updateCursor();
    return;
  }
  event->ignore();
}

bool CanvasView::focusNextPrevChild(bool next) {
  if (m_impl->tool) {
    m_impl->drive([&](CanvasTool& tool) {
      return tool.key(next ? Qt::Key_Tab : Qt::Key_Backtab).value_or(CanvasTool::State::Going);
    });
    return true;
  }
  // After the last block Tab goes on to the next widget: nobody is trapped here.
  return m_impl->walk(next) || QGraphicsView::focusNextPrevChild(next);
}

void CanvasView::focusOutEvent(QFocusEvent* event) {
  m_impl->isSpaceHeld = false;
  m_impl->updateCursor();
  QGraphicsView::focusOutEvent(event);
}

void CanvasView::contextMenuEvent(QContextMenuEvent* event) {
  if (m_impl->tool) {
    return;  // a menu never opens on a gesture
  }
  if (event->reason() == QContextMenuEvent::Mouse) {
    QGraphicsItem* item = m_impl->scene.itemOfDesignAt(mapToScene(event->pos()));
    if (item == nullptr) {
      m_impl->scene.select({});
    } else if (!item->isSelected()) {
      m_impl->scene.select({});
      item->setSelected(true);
    }
    Q_EMIT contextMenuRequested(event->globalPos());
    return;
  }
  const std::optional<BlockId> block = m_impl->onlySelectedBlock();
  const QPoint at = block ? blockRect(*block).center() : viewport()->rect().center();
  Q_EMIT contextMenuRequested(viewport()->mapToGlobal(at));
}

void CanvasView::dragEnterEvent(QDragEnterEvent* event) {
  m_impl->dropTool.enter(*event);
}

void CanvasView::dragMoveEvent(QDragMoveEvent* event) {
  m_impl->dropTool.move(*event);
}

void CanvasView::dragLeaveEvent(QDragLeaveEvent*) {
  m_impl->dropTool.leave();
}

void CanvasView::dropEvent(QDropEvent* event) {
  m_impl->keepsFitted = false;
  m_impl->dropTool.drop(*event);
  setFocus();
}

}  // namespace cantilever::widgets
