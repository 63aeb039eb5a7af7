#include "widgets/canvas/canvas_view.h"

#include <QGuiApplication>
#include <QPaintEvent>
#include <QPainter>
#include <QStyle>
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/model/names.h"
#include "widgets/canvas/canvas_view_impl.h"
#include "widgets/style/text.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {

namespace {

constexpr double kGridDots = 4 * kGrid;
constexpr int kFramesPerSecond = 30;
constexpr int kSharpMilliseconds = 110;  // after the last step of a zoom
constexpr int kGlideMilliseconds = 320;
// Far beyond any drawing, so that one can pan past its edges.
constexpr double kWorld = 500'000;

bool isBlank(const Design& design) {
  return design.blocks.isEmpty() && design.zones.isEmpty() && design.notes.isEmpty();
}

void paintGrid(QPainter& painter, const QRectF& area, double scale) {
  const Theme& theme = currentTheme();
  painter.fillRect(area, theme.canvas);
  if (scale < 0.4) {
    return;
  }
  // Filled squares of two pixels: a screen has thousands, and points of a pen cost as much as all the blocks.
  const QSizeF dot(2 / scale, 2 / scale);
  const QPointF middle(1 / scale, 1 / scale);
  for (double x = std::floor(area.left() / kGridDots) * kGridDots; x <= area.right(); x += kGridDots) {
    for (double y = std::floor(area.top() / kGridDots) * kGridDots; y <= area.bottom(); y += kGridDots) {
      painter.fillRect(QRectF(QPointF(x, y) - middle, dot), theme.canvasGrid);
    }
  }
}

}  // namespace
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
  m_impl->minimap = new Minimap(*this);
  m_impl->minimap->hide();
  connect(this, &CanvasView::viewChanged, this, [this] { m_impl->refreshMinimap(); });
  connect(&m_impl->scene, &CanvasScene::designSelectionChanged, this, [this] {
    m_impl->describeForAccessibility();
    Q_EMIT selectionChanged();
  });
  m_impl->isMotionWanted = QGuiApplication::platformName() != QStringLiteral("offscreen") &&
                           style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, this) > 0;
  m_impl->glide.setStartValue(0.0);
  m_impl->glide.setEndValue(1.0);
  m_impl->glide.setDuration(kGlideMilliseconds);
  m_impl->glide.setEasingCurve(QEasingCurve::InOutCubic);
  connect(&m_impl->glide, &QVariantAnimation::valueChanged, this,
          [this](const QVariant& share) { m_impl->scene.showGlide(share.toDouble()); });
  connect(&m_impl->edge, &QTimer::timeout, this, [this] { m_impl->scrollAtEdge(); });
  m_impl->sharp.setSingleShot(true);
  m_impl->sharp.setInterval(kSharpMilliseconds);
  connect(&m_impl->sharp, &QTimer::timeout, viewport(), qOverload<>(&QWidget::update));
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
  m_impl->finishGlide();
  m_impl->hovered.reset();
  m_impl->scene.rebuild(std::move(design));
  m_impl->isFresh = true;
  m_impl->back.clear();
  m_impl->forward.clear();
  m_impl->minimap->refresh();
  m_impl->refreshMinimap();
  m_impl->describeForAccessibility();
  viewport()->update();
}

void CanvasView::updateDesign(DesignPtr design, const DesignDiff& diff) {
  const bool wasBlank = isBlank(m_impl->scene.design());
  m_impl->cancelTool();  // one whose wish this is has ended already; others are about what was before
  m_impl->finishGlide();
  const bool glides = std::exchange(m_impl->glidesNext, false) && m_impl->isMotionWanted && isVisible();
  if (glides) {
    m_impl->scene.rememberPlaces();
  }
  m_impl->scene.update(std::move(design), diff);
  if (glides) {
    m_impl->scene.showGlide(0);
    m_impl->glide.start();
  }
  m_impl->minimap->refresh();
  m_impl->refreshMinimap();
  m_impl->keepsFitted = false;
  if (wasBlank != isBlank(m_impl->scene.design())) {
    viewport()->update();  // the hint comes or goes
  }
  m_impl->describeForAccessibility();
}

void CanvasView::glideWithNextChange(bool isWanted) {
  m_impl->glidesNext = isWanted;
}

void CanvasView::setMotion(bool isWanted) {
  m_impl->isMotionWanted = isWanted;
}

void CanvasView::Impl::finishGlide() {
  if (glide.state() != QAbstractAnimation::Stopped) {
    glide.stop();
    scene.showGlide(1);
  }
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

void CanvasView::resizeEvent(QResizeEvent* event) {
  QGraphicsView::resizeEvent(event);
  if (m_impl->keepsFitted) {
    fitAll();
  }
  m_impl->refreshMinimap();
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

/// Far away, and while it zooms over many blocks, the drawing is painted as a whole and not item by item.
void CanvasView::paintEvent(QPaintEvent* event) {
  const bool isFar = m_impl->isFar();
  if (!isFar && !m_impl->sharp.isActive()) {
    QGraphicsView::paintEvent(event);
    return;
  }
  // Until its own way of painting has run, the view takes what changes meanwhile for painted already.
  QPaintEvent nothing{QRegion()};
  QGraphicsView::paintEvent(&nothing);
  QPainter painter(viewport());
  const QRectF exposed = mapToScene(event->rect().adjusted(-1, -1, 1, 1)).boundingRect();
  if (isFar) {
    const FarPicture::Place place{m_impl->scale(), mapFromScene(QPointF(0, 0)), viewport()->size(),
                                  viewport()->devicePixelRatioF()};
    painter.drawPixmap(0, 0,
                       m_impl->farPicture.at(place, m_impl->scene, [this](QPainter& to, const QRectF& area) {
                         drawBackground(&to, area);
                       }));
    painter.setTransform(viewportTransform());
  } else {
    painter.setTransform(viewportTransform());
    drawBackground(&painter, exposed);
    m_impl->scene.paintFar(painter, {exposed}, CanvasScene::FarStyle::Outlines);
  }
  m_impl->scene.paintGesture(painter);
  drawForeground(&painter, exposed);
}

bool CanvasView::Impl::isTooMuchForMotion() const {
  constexpr double kReadable = 100;  // blocks that a frame has time to paint in full
  const QRectF content = scene.contentRect();
  const QRectF seen = content.intersected(view.visibleArea());
  const double share =
      content.isEmpty() ? 0 : seen.width() * seen.height() / (content.width() * content.height());
  return share * static_cast<double>(scene.design().blocks.size()) > kReadable;
}

void CanvasView::drawBackground(QPainter* painter, const QRectF& rect) {
  paintGrid(*painter, rect, m_impl->scale());
}

void CanvasView::drawForeground(QPainter* painter, const QRectF&) {
  if (!m_impl->dots.isEmpty() && detailAt(m_impl->scale()) != Detail::Box) {
    m_impl->dots.paint(*painter);
  }
  if (!isBlank(m_impl->scene.design())) {
    return;
  }
  const Theme& theme = currentTheme();
  painter->save();
  painter->resetTransform();
  const QRectF middle = QRectF(viewport()->rect()).adjusted(24, -16, -24, -16);
  painter->setFont(titleFont());
  painter->setPen(theme.text);
  painter->drawText(middle.adjusted(0, 0, 0, -28), static_cast<int>(Qt::AlignCenter),
                    tr("Press / and type, or drag a block from the palette"));
  painter->setFont(bodyFont());
  painter->setPen(theme.textMuted);
  painter->drawText(middle.adjusted(0, 28, 0, 0), static_cast<int>(Qt::AlignCenter),
                    tr("Then drag from the edge of a block to another to connect them. ? shows all keys"));
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
  if (selection.blocks.size() == 1) {
    const std::string& name = nameOf(design.blocks, selection.blocks.front());
    text += CanvasView::tr("; selected: %1").arg(toQString(name));
  } else if (!selection.blocks.empty()) {
    text += CanvasView::tr("; selected: %1 blocks").arg(selection.blocks.size());
  }
  view.setAccessibleDescription(text);
}

}  // namespace cantilever::widgets
