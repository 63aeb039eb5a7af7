#include "widgets/canvas/far_picture.h"

#include <QPainter>

namespace cantilever::widgets {

/// Takes along what is in view before and after; what of the view has to be painted then.
QRegion FarPicture::moveTo(const Place& place) {
  const QRegion all(QRect(QPoint(), place.size));
  const QPoint by = place.origin - m_place.origin;
  const bool isAlike = !m_pixels.isNull() && m_place.scale == place.scale && m_place.size == place.size &&
                       m_place.ratio == place.ratio;
  // Between pixels nothing can be moved.
  const bool isWhole = place.ratio == 1 || by.isNull();
  m_place = place;
  if (!isAlike || !isWhole) {
    m_pixels = QPixmap(place.size * place.ratio);
    m_pixels.setDevicePixelRatio(place.ratio);
    return all;
  }
  if (!by.isNull()) {
    m_pixels.scroll(by.x(), by.y(), m_pixels.rect());
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
