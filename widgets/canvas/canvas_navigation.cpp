#include <QPainter>
#include <algorithm>
#include <optional>
#include <utility>

#include "widgets/canvas/canvas_view_impl.h"
#include "widgets/canvas/folds.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

namespace {

constexpr double kSmallestZoom = 0.01;  // ten thousand blocks fit a window
constexpr double kLargestZoom = 4;
constexpr double kFitMargin = 28;
constexpr double kLargestFit = 1.25;

}  // namespace

void CanvasView::Impl::setZoom(double zoom, QPoint anchor) {
  const double wanted = std::clamp(zoom, kSmallestZoom, kLargestZoom);
  if (wanted == scale()) {
    return;
  }
  const QPointF fixed = view.mapToScene(anchor);
  view.setTransform(QTransform::fromScale(wanted, wanted));
  // What is painted as a whole leaves items without traces of where they were painted.
  const auto mode = isFar() ? FullViewportUpdate : MinimalViewportUpdate;
  if (view.viewportUpdateMode() != mode) {
    view.setViewportUpdateMode(mode);
  }
  if (!isFar() && isTooMuchForMotion()) {
    sharp.start();
  }
  // Only whole pixels can be scrolled: the anchor stays within one pixel.
  const QPoint drift = view.mapFromScene(fixed) - anchor;
  view.horizontalScrollBar()->setValue(view.horizontalScrollBar()->value() + drift.x());
  view.verticalScrollBar()->setValue(view.verticalScrollBar()->value() + drift.y());
  Q_EMIT view.zoomChanged(wanted);
  Q_EMIT view.viewChanged();
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

QRectF CanvasView::Impl::selectedArea() const {
  QRectF area;
  for (const QGraphicsItem* item : scene.selectedItems()) {
    area |= item->sceneBoundingRect();
  }
  return area;
}

/// What is selected stays in view when keys zoom.
QPoint CanvasView::Impl::middleOfInterest() const {
  const QRectF area = selectedArea();
  const QPoint middle = view.mapFromScene(area.center());
  const bool isInView = !area.isNull() && view.viewport()->rect().contains(middle);
  return isInView ? middle : view.viewport()->rect().center();
}

void CanvasView::zoomIn() {
  m_impl->keepsFitted = false;
  m_impl->setZoom(m_impl->scale() * Impl::kZoomStep, m_impl->middleOfInterest());
}

void CanvasView::zoomOut() {
  m_impl->keepsFitted = false;
  m_impl->setZoom(m_impl->scale() / Impl::kZoomStep, m_impl->middleOfInterest());
}

void CanvasView::zoomToActualSize() {
  if (m_impl->scale() != 1) {
    m_impl->leavePlace();
  }
  m_impl->keepsFitted = false;
  m_impl->setZoom(1, m_impl->middleOfInterest());
}

void CanvasView::fitAll() {
  const bool isFirst = std::exchange(m_impl->isFresh, false);
  if (!m_impl->keepsFitted && !isFirst) {
    m_impl->leavePlace();
  }
  m_impl->fit(m_impl->scene.contentRect());
  m_impl->keepsFitted = true;
}

void CanvasView::fitSelection() {
  const QRectF area = m_impl->selectedArea();
  if (!area.isNull()) {
    m_impl->leavePlace();
    m_impl->keepsFitted = false;
    m_impl->fit(area);
  }
}

void CanvasView::reveal(const Selection& things) {
  setSelection(m_impl->scene.shownFor(things));
  const QRectF area = m_impl->selectedArea();
  if (area.isNull() || visibleArea().contains(area)) {
    return;
  }
  m_impl->leavePlace();
  m_impl->keepsFitted = false;
  const QRectF seen = visibleArea();
  if (area.width() > seen.width() || area.height() > seen.height()) {
    m_impl->fit(area);
  } else {
    centerOn(area.center());
  }
}

void CanvasView::Impl::leavePlace() {
  constexpr std::size_t kMostPlaces = 50;
  back.push_back(place());
  if (back.size() > kMostPlaces) {
    back.erase(back.begin());
  }
  forward.clear();
}

void CanvasView::Impl::goTo(std::vector<ViewPlace>& from, std::vector<ViewPlace>& to) {
  if (from.empty()) {
    return;
  }
  to.push_back(place());
  const ViewPlace wanted = from.back();
  from.pop_back();
  keepsFitted = false;
  setZoom(wanted.scale, view.viewport()->rect().center());
  view.centerOn(wanted.centre);
}

void CanvasView::goBack() {
  m_impl->goTo(m_impl->back, m_impl->forward);
}

void CanvasView::goForward() {
  m_impl->goTo(m_impl->forward, m_impl->back);
}

bool CanvasView::canGoBack() const {
  return !m_impl->back.empty();
}

bool CanvasView::canGoForward() const {
  return !m_impl->forward.empty();
}

QRectF CanvasView::contentArea() const {
  return m_impl->scene.contentRect();
}

QRectF CanvasView::visibleArea() const {
  return mapToScene(viewport()->rect()).boundingRect();
}

void CanvasView::lookAt(QPointF scenePosition) {
  m_impl->keepsFitted = false;
  centerOn(scenePosition);
}

void CanvasView::setMinimapVisible(bool isVisible) {
  m_impl->wantsMinimap = isVisible;
  m_impl->refreshMinimap();
}

bool CanvasView::isMinimapVisible() const {
  return m_impl->wantsMinimap;
}

void CanvasView::Impl::refreshMinimap() {
  if (!wantsMinimap) {
    minimap->hide();
    return;
  }
  const QRectF content = scene.contentRect();
  minimap->setVisible(!content.isEmpty() && !view.visibleArea().contains(content));
  minimap->place();
}

void CanvasView::paintMap(QPainter& painter, const QRectF& target, const QRectF& source) {
  const Theme& theme = currentTheme();
  const Design& design = m_impl->scene.design();
  const double zoom = target.width() / source.width();
  const auto mapped = [&](const Rect& area) {
    const QRectF rect = toQRectF(area);
    const QPointF corner = target.topLeft() + (rect.topLeft() - source.topLeft()) * zoom;
    return QRectF(corner, rect.size() * zoom);
  };
  painter.setPen(QPen(theme.zoneBorder, 1));
  painter.setBrush(theme.zoneFill);
  for (const Zone& zone : design.zones) {
    if (const std::optional<Rect> area = drawnArea(design, zone)) {
      painter.drawRect(mapped(*area));
    }
  }
  const Folds& folds = m_impl->scene.folds();
  for (const Note& note : design.notes) {
    if (!folds.hiddenNotes.contains(note.id)) {
      painter.fillRect(mapped(note.area), theme.noteBorder);
    }
  }
  for (const Block& block : design.blocks) {
    if (folds.hiddenBlocks.contains(block.id)) {
      continue;
    }
    const catalog::BlockType* type = m_impl->catalog.find(block.type);
    const QColor colour =
        type != nullptr ? mixed(theme.blockFill, categoryColour(type->category), 0.7) : theme.borderStrong;
    painter.fillRect(mapped(areaOfBlockAt(block.position)), colour);
  }
}

void CanvasView::scrollContentsBy(int dx, int dy) {
  QGraphicsView::scrollContentsBy(dx, dy);
  Q_EMIT viewChanged();
}

}  // namespace cantilever::widgets
