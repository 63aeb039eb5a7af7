#include "widgets/canvas/canvas_view.h"

#include <QElapsedTimer>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTimer>
#include <algorithm>
#include <cmath>

#include "widgets/canvas/canvas_scene.h"
#include "widgets/canvas/canvas_style.h"
#include "widgets/canvas/flow_dots.h"
#include "widgets/canvas/tools.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

namespace {

constexpr double kSmallestZoom = 0.01;  // ten thousand blocks fit a window
constexpr double kLargestZoom = 4;
constexpr double kZoomStep = 1.25;
constexpr double kFitMargin = 28;
constexpr double kLargestFit = 1.25;
constexpr double kGridDots = 4 * kGrid;
constexpr int kFramesPerSecond = 30;
// Far beyond any drawing, so that one can pan past its edges.
constexpr double kWorld = 500'000;

void paintGrid(QPainter& painter, const QRectF& area, double scale) {
  const Theme& theme = currentTheme();
  painter.fillRect(area, theme.canvas);
  if (scale < 0.4) {
    return;
  }
  QPen pen(theme.canvasGrid, 2);
  pen.setCosmetic(true);
  pen.setCapStyle(Qt::RoundCap);
  painter.setPen(pen);
  QList<QPointF> dots;
  for (double x = std::floor(area.left() / kGridDots) * kGridDots; x <= area.right(); x += kGridDots) {
    for (double y = std::floor(area.top() / kGridDots) * kGridDots; y <= area.bottom(); y += kGridDots) {
      dots.append({x, y});
    }
  }
  painter.drawPoints(dots.constData(), static_cast<int>(dots.size()));
}

}  // namespace

struct CanvasView::Impl {
  Impl(CanvasView& owner, const catalog::Catalog& types)
      : view(owner), catalog(types), scene(types), dots(scene), dropTool({owner, scene, types}) {}

  ToolContext context() { return {view, scene, catalog}; }
  Pointer pointerAt(QPoint viewPosition, Qt::KeyboardModifiers modifiers) const {
    // mapToScene takes whole pixels; that is exact enough for gestures.
    return {viewPosition, view.mapToScene(viewPosition), modifiers};
  }

  double scale() const { return view.transform().m11(); }
  void setZoom(double zoom, QPoint anchor);
  void fit(const QRectF& content);
  void begin(std::unique_ptr<CanvasTool> tool, const Pointer& pointer);
  void cancelTool();
  /// Hands an event to the tool, which may end and may be replaced meanwhile.
  template <class Step>
  void drive(const Step& step);
  void hoverAt(QPoint viewPosition);
  void setHovered(const std::optional<BlockId>& block);
  std::unique_ptr<CanvasTool> toolFor(const QMouseEvent& event);
  void updateCursor();
  void nudge(int key, bool isLarge);
  bool walk(bool forward);
  std::optional<BlockId> onlySelectedBlock() const;
  void setLive(bool isLive);
  void tick();
  void updateDots();
  void describeForAccessibility();

  CanvasView& view;
  const catalog::Catalog& catalog;
  CanvasScene scene;
  FlowDots dots;
  DropTool dropTool;
  std::unique_ptr<CanvasTool> tool;
  std::optional<BlockId> hovered;
  bool isSpaceHeld = false;
  bool isOnHandle = false;
  bool keepsFitted = false;  ///< fit again when the view changes size, until the user zooms, pans or draws
  QTimer clock;
  QElapsedTimer sinceTick;
  std::vector<QRectF> shownDots;
};

CanvasView::CanvasView(const catalog::Catalog& catalog, QWidget* parent)
    : QGraphicsView(parent), m_impl(std::make_unique<Impl>(*this, catalog)) {
  setScene(&m_impl->scene);
  setSceneRect(-kWorld, -kWorld, 2 * kWorld, 2 * kWorld);
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setTransformationAnchor(NoAnchor);
  setResizeAnchor(NoAnchor);
  setViewportUpdateMode(MinimalViewportUpdate);
  setOptimizationFlag(DontAdjustForAntialiasing);
  setMouseTracking(true);
  viewport()->setMouseTracking(true);
  setAcceptDrops(true);
  viewport()->setAcceptDrops(true);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Canvas"));
  centerOn(0, 0);
  connect(&m_impl->scene, &CanvasScene::designSelectionChanged, this, [this] {
    m_impl->describeForAccessibility();
    emit selectionChanged();
  });
  m_impl->clock.setInterval(1000 / kFramesPerSecond);
  connect(&m_impl->clock, &QTimer::timeout, this, [this] { m_impl->tick(); });
  m_impl->describeForAccessibility();
}

CanvasView::~CanvasView() {
  // Its last words would reach a half-destroyed view.
  disconnect(&m_impl->scene, nullptr, this, nullptr);
}

void CanvasView::setDesign(DesignPtr design) {
  m_impl->cancelTool();
  m_impl->hovered.reset();
  m_impl->scene.rebuild(std::move(design));
  m_impl->describeForAccessibility();
  viewport()->update();
}

void CanvasView::updateDesign(DesignPtr design, const DesignDiff& diff) {
  const bool wasEmpty = m_impl->scene.design().blocks.isEmpty();
  m_impl->scene.update(std::move(design), diff);
  m_impl->keepsFitted = false;
  if (wasEmpty != m_impl->scene.design().blocks.isEmpty()) {
    viewport()->update();  // the hint comes or goes
  }
  m_impl->describeForAccessibility();
}

void CanvasView::setDiagnostics(const std::vector<Diagnostic>& diagnostics) {
  m_impl->scene.setDiagnostics(diagnostics);
}

void CanvasView::setOverlay(const CanvasOverlay& overlay) {
  m_impl->scene.setOverlay(overlay);
  m_impl->setLive(overlay.isLive);
}

void CanvasView::clearOverlay() {
  m_impl->scene.clearOverlay();
  m_impl->setLive(false);
}

Selection CanvasView::selection() const {
  return m_impl->scene.selection();
}

void CanvasView::setSelection(const Selection& selection) {
  m_impl->scene.select(selection);
}

Point CanvasView::insertionPoint() const {
  const QPoint mouse = viewport()->mapFromGlobal(QCursor::pos());
  const bool isOver = viewport()->rect().contains(mouse) && underMouse();
  return snapped(toPoint(mapToScene(isOver ? mouse : viewport()->rect().center())));
}

QRect CanvasView::blockRect(const BlockId& block) const {
  const BlockItem* item = m_impl->scene.blockItem(block);
  if (item == nullptr) {
    return {};
  }
  return mapFromScene(QRectF(item->pos(), QSizeF(kBlockSize.width, kBlockSize.height))).boundingRect();
}

void CanvasView::Impl::setZoom(double zoom, QPoint anchor) {
  const double wanted = std::clamp(zoom, kSmallestZoom, kLargestZoom);
  if (wanted == scale()) {
    return;
  }
  const QPointF fixed = view.mapToScene(anchor);
  view.setTransform(QTransform::fromScale(wanted, wanted));
  // Only whole pixels can be scrolled: the anchor stays within one pixel.
  const QPoint drift = view.mapFromScene(fixed) - anchor;
  view.horizontalScrollBar()->setValue(view.horizontalScrollBar()->value() + drift.x());
  view.verticalScrollBar()->setValue(view.verticalScrollBar()->value() + drift.y());
  emit view.zoomChanged(wanted);
}

void CanvasView::Impl::fit(const QRectF& content) {
  if (content.isNull()) {
    setZoom(1, view.viewport()->rect().center());
    view.centerOn(0, 0);
    return;
  }
  const QSizeF room = view.viewport()->size();
  const double zoom = std::min({(room.width() - 2 * kFitMargin) / content.width(),
                                (room.height() - 2 * kFitMargin) / content.height(), kLargestFit});
  setZoom(zoom, view.viewport()->rect().center());
  view.centerOn(content.center());
}

void CanvasView::zoomIn() {
  m_impl->keepsFitted = false;
  m_impl->setZoom(m_impl->scale() * kZoomStep, viewport()->rect().center());
}

void CanvasView::zoomOut() {
  m_impl->keepsFitted = false;
  m_impl->setZoom(m_impl->scale() / kZoomStep, viewport()->rect().center());
}

void CanvasView::zoomToActualSize() {
  m_impl->keepsFitted = false;
  m_impl->setZoom(1, viewport()->rect().center());
}

void CanvasView::fitAll() {
  m_impl->fit(m_impl->scene.contentRect());
  m_impl->keepsFitted = true;
}

void CanvasView::fitSelection() {
  QRectF area;
  for (const QGraphicsItem* item : m_impl->scene.selectedItems()) {
    area |= item->sceneBoundingRect();
  }
  if (!area.isNull()) {
    m_impl->keepsFitted = false;
    m_impl->fit(area);
  }
}

void CanvasView::selectAll() {
  const Design& design = m_impl->scene.design();
  Selection all;
  for (const Block& block : design.blocks) {
    all.blocks.push_back(block.id);
  }
  for (const Link& link : design.links) {
    all.links.push_back(link.id);
  }
  for (const Zone& zone : design.zones) {
    all.zones.push_back(zone.id);
  }
  for (const Note& note : design.notes) {
    all.notes.push_back(note.id);
  }
  m_impl->scene.select(all);
}

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
  drive([&](CanvasTool& active) { return active.press(pointer); });
  updateCursor();
}

void CanvasView::Impl::cancelTool() {
  if (const std::unique_ptr<CanvasTool> ended = std::move(tool)) {
    ended->cancel();
  }
  updateCursor();
}

template <class Step>
void CanvasView::Impl::drive(const Step& step) {
  // A wish changes the design before it returns, and may even load another: the tool must outlive that.
  std::unique_ptr<CanvasTool> active = std::move(tool);
  if (active && step(*active) == CanvasTool::State::Going && !tool) {
    tool = std::move(active);
  }
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
  if (hovered && isOnHandle) {
    return std::make_unique<ConnectTool>(context(), *hovered, ConnectTool::Begin::Dragging);
  }
  if (scene.itemOfDesignAt(pointer.scenePosition) != nullptr) {
    return std::make_unique<SelectTool>(context());
  }
  return std::make_unique<MarqueeTool>(context());
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
  updateCursor();
}

void CanvasView::Impl::updateCursor() {
  Qt::CursorShape shape = Qt::ArrowCursor;
  if (dynamic_cast<PanTool*>(tool.get()) != nullptr) {
    shape = Qt::ClosedHandCursor;
  } else if (isSpaceHeld) {
    shape = Qt::OpenHandCursor;
  } else if (isOnHandle || dynamic_cast<ConnectTool*>(tool.get()) != nullptr) {
    shape = Qt::CrossCursor;
  }
  if (view.viewport()->cursor().shape() != shape) {
    view.viewport()->setCursor(shape);
  }
}

void CanvasView::mousePressEvent(QMouseEvent* event) {
  const Pointer pointer = m_impl->pointerAt(event->pos(), event->modifiers());
  if (dynamic_cast<ConnectTool*>(m_impl->tool.get()) != nullptr && event->button() == Qt::LeftButton) {
    m_impl->drive([&](CanvasTool& tool) { return tool.press(pointer); });
    return;
  }
  std::unique_ptr<CanvasTool> tool = m_impl->toolFor(*event);
  if (!tool) {
    QGraphicsView::mousePressEvent(event);
    return;
  }
  m_impl->keepsFitted = false;
  m_impl->begin(std::move(tool), pointer);
}

void CanvasView::mouseMoveEvent(QMouseEvent* event) {
  if (!m_impl->tool) {
    m_impl->hoverAt(event->pos());
    return;
  }
  const Pointer pointer = m_impl->pointerAt(event->pos(), event->modifiers());
  m_impl->drive([&](CanvasTool& tool) {
    tool.move(pointer);
    return CanvasTool::State::Going;
  });
}

void CanvasView::mouseReleaseEvent(QMouseEvent* event) {
  const Pointer pointer = m_impl->pointerAt(event->pos(), event->modifiers());
  if (event->button() == Qt::LeftButton || event->button() == Qt::MiddleButton) {
    m_impl->drive([&](CanvasTool& tool) { return tool.release(pointer); });
    m_impl->hoverAt(event->pos());
  }
}

void CanvasView::mouseDoubleClickEvent(QMouseEvent* event) {
  const BlockItem* block = m_impl->scene.blockAt(mapToScene(event->pos()));
  if (event->button() == Qt::LeftButton && block != nullptr) {
    const BlockId id = block->id();
    m_impl->cancelTool();
    m_impl->scene.selectOnly(id);
    emit renameRequested(id);
    return;
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
    m_impl->setZoom(m_impl->scale() * std::pow(kZoomStep, notches), event->position().toPoint());
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
    emit view.moveRequested(things, by);
    return;
  }
  keepsFitted = false;
  QScrollBar* across = view.horizontalScrollBar();
  QScrollBar* down = view.verticalScrollBar();
  across->setValue(across->value() + static_cast<int>(by.x * 4));
  down->setValue(down->value() + static_cast<int>(by.y * 4));
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
        emit removeRequested();
      }
      return;
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
      m_impl->nudge(event->key(), event->modifiers().testFlag(Qt::ShiftModifier));
      return;
    case Qt::Key_L:
      if (const std::optional<BlockId> from = m_impl->onlySelectedBlock();
          from && event->modifiers() == Qt::NoModifier) {
        beginLinkFrom(*from);
        return;
      }
      break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (const std::optional<BlockId> block = m_impl->onlySelectedBlock()) {
        emit renameRequested(*block);
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
    emit contextMenuRequested(event->globalPos());
    return;
  }
  const std::optional<BlockId> block = m_impl->onlySelectedBlock();
  const QPoint at = block ? blockRect(*block).center() : viewport()->rect().center();
  emit contextMenuRequested(viewport()->mapToGlobal(at));
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

void CanvasView::resizeEvent(QResizeEvent* event) {
  QGraphicsView::resizeEvent(event);
  if (m_impl->keepsFitted) {
    fitAll();
  }
}

void CanvasView::showEvent(QShowEvent* event) {
  QGraphicsView::showEvent(event);
  if (m_impl->keepsFitted) {
    fitAll();
  }
  m_impl->setLive(m_impl->scene.overlay().isLive);
}

void CanvasView::hideEvent(QHideEvent* event) {
  m_impl->setLive(false);
  QGraphicsView::hideEvent(event);
}

void CanvasView::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    m_impl->scene.refreshColours();
    viewport()->update();
  }
  QGraphicsView::changeEvent(event);
}

void CanvasView::drawBackground(QPainter* painter, const QRectF& rect) {
  paintGrid(*painter, rect, m_impl->scale());
}

void CanvasView::drawForeground(QPainter* painter, const QRectF&) {
  if (!m_impl->dots.isEmpty() && detailAt(m_impl->scale()) != Detail::Box) {
    m_impl->dots.paint(*painter);
  }
  if (!m_impl->scene.design().blocks.isEmpty()) {
    return;
  }
  const Theme& theme = currentTheme();
  painter->save();
  painter->resetTransform();
  const QRectF middle = QRectF(viewport()->rect()).adjusted(24, -16, -24, -16);
  painter->setFont(titleFont());
  painter->setPen(theme.text);
  painter->drawText(middle.adjusted(0, 0, 0, -28), static_cast<int>(Qt::AlignCenter),
                    tr("Drag a block from the palette, or double-click one"));
  painter->setFont(bodyFont());
  painter->setPen(theme.textMuted);
  painter->drawText(middle.adjusted(0, 28, 0, 0), static_cast<int>(Qt::AlignCenter),
                    tr("Then drag from the edge of a block to another to connect them"));
  painter->restore();
}

void CanvasView::Impl::setLive(bool isLive) {
  const bool runs = isLive && view.isVisible();
  if (runs == clock.isActive()) {
    return;
  }
  if (runs) {
    sinceTick.start();
    clock.start();
  } else {
    clock.stop();
    dots.clear();
    updateDots();
  }
}

void CanvasView::Impl::tick() {
  if (detailAt(scale()) == Detail::Box) {
    return;
  }
  dots.advance(static_cast<double>(std::min<qint64>(sinceTick.restart(), 200)) / 1000.0);
  updateDots();
}

void CanvasView::Impl::updateDots() {
  std::vector<QRectF> now = dots.areas();
  QRegion region;
  const auto add = [&](const std::vector<QRectF>& areas) {
    for (const QRectF& area : areas) {
      const QRect inView = view.mapFromScene(area).boundingRect().adjusted(-1, -1, 1, 1);
      if (inView.intersects(view.viewport()->rect())) {
        region += inView;
      }
    }
  };
  add(shownDots);
  add(now);
  shownDots = std::move(now);
  view.viewport()->update(region);
}

void CanvasView::Impl::describeForAccessibility() {
  const Design& design = scene.design();
  QString text = CanvasView::tr("%1 blocks, %2 links").arg(design.blocks.size()).arg(design.links.size());
  const Selection selection = scene.selection();
  if (const std::optional<BlockId> only = onlySelectedBlock()) {
    const Block* block = design.blocks.find(*only);
    const QString name = toQString(block != nullptr && !block->name.empty() ? block->name : only->text());
    text += CanvasView::tr("; selected: %1").arg(name);
  } else if (!selection.blocks.empty()) {
    text += CanvasView::tr("; selected: %1 blocks").arg(selection.blocks.size());
  }
  view.setAccessibleDescription(text);
}

QPixmap renderDesign(const Design& design, const catalog::Catalog& catalog, QSize size,
                     qreal devicePixelRatio) {
  CanvasScene scene(catalog);
  scene.rebuild(std::make_shared<const Design>(design));
  QPixmap picture(size * devicePixelRatio);
  picture.setDevicePixelRatio(devicePixelRatio);
  picture.fill(currentTheme().canvas);
  const QRectF content = scene.contentRect();
  if (content.isEmpty()) {
    return picture;
  }
  const double margin = std::min(size.width(), size.height()) * 0.06;
  const double zoom = std::min({(size.width() - 2 * margin) / content.width(),
                                (size.height() - 2 * margin) / content.height(), kLargestFit});
  const QSizeF shown = QSizeF(size) / zoom;
  const QRectF area(content.center() - QPointF(shown.width() / 2, shown.height() / 2), shown);
  QPainter painter(&picture);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
  scene.render(&painter, QRectF(QPointF(), QSizeF(size)), area);
  return picture;
}

}  // namespace cantilever::widgets
