#include "widgets/canvas/far_picture.h"

#include <QPainter>
#include <cmath>

#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

/// What is painted anew must not end within a pixel: a multiple of four is a whole number of them on screens
/// scaled by quarters.
QRegion onWholePixels(const QRegion& region) {
  constexpr int kStep = 4;
  QRegion whole;
  for (const QRect& rect : region) {
    const QPoint corner(rect.left() / kStep * kStep, rect.top() / kStep * kStep);
    const QPoint end((rect.right() / kStep + 1) * kStep - 1, (rect.bottom() / kStep + 1) * kStep - 1);
    whole += QRect(corner, end);
  }
  return whole;
}

}  // namespace

/// Takes along what is in view before and after; what of the view has to be painted then.
QRegion FarPicture::moveTo(const Place& place) {
  const QRegion all(QRect(QPoint(), place.size));
  const QPoint by = place.origin - m_place.origin;
  const bool isAlike = !m_pixels.isNull() && m_place.scale == place.scale && m_place.size == place.size &&
                       m_place.ratio == place.ratio;
  // Between pixels nothing can be moved.
  const QPointF pixels = QPointF(by) * place.ratio;
  const bool isWhole = pixels == pixels.toPoint();
  m_place = place;
  if (!isAlike || !isWhole) {
    const QSizeF size = QSizeF(place.size) * place.ratio;
    m_pixels = QPixmap(static_cast<int>(std::ceil(size.width())), static_cast<int>(std::ceil(size.height())));
    m_pixels.setDevicePixelRatio(place.ratio);
    m_pixels.fill(currentTheme().canvas);  // the view may end within the last pixels
    return all;
  }
  if (!by.isNull()) {
    m_pixels.scroll(pixels.toPoint().x(), pixels.toPoint().y(), m_pixels.rect());
  }
  return all - all.translated(by);
}

const QPixmap& FarPicture::at(const Place& place, CanvasScene& scene,
                              const PaintBackground& paintBackground) {
  QRegion stale = moveTo(place);
  QTransform toView = QTransform::fromScale(place.scale, place.scale);
  toView *= QTransform::fromTranslate(place.origin.x(), place.origin.y());
  const QRect view(QPoint(), place.size);
  const CanvasScene::Damage damage = scene.takeDamage();
  if (damage.isAll) {
    stale = view;
  }
  for (const QRectF& area : damage.areas) {
    stale += toView.mapRect(area).toAlignedRect().adjusted(-1, -1, 1, 1) & view;
  }
  if (stale.isEmpty()) {
    return m_pixels;
  }
  stale = onWholePixels(stale);
  std::vector<QRectF> exposed;
  const QTransform toScene = toView.inverted();
  for (const QRect& rect : stale) {
    exposed.push_back(toScene.mapRect(QRectF(rect.adjusted(-1, -1, 1, 1))));
  }
  QPainter painter(&m_pixels);
  painter.setClipRegion(stale);
  painter.setTransform(toView);
  paintBackground(painter, toScene.mapRect(QRectF(stale.boundingRect())));
  scene.paintFar(painter, exposed, CanvasScene::FarStyle::Boxes);
  return m_pixels;
}

}  // namespace cantilever::widgets
