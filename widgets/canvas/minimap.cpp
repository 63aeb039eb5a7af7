#include "widgets/canvas/minimap.h"

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

#include "widgets/canvas/canvas_view.h"
#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

constexpr QSize kMapSize{184, 116};
constexpr int kMapMargin = 12;
constexpr double kMapPadding = 8;
constexpr int kMapDelayMilliseconds = 60;

}  // namespace

Minimap::Minimap(CanvasView& view) : QWidget(&view), m_view(view) {
  setObjectName(QStringLiteral("minimap"));
  setAccessibleName(tr("Map of the drawing"));
  setToolTip(tr("The whole drawing; click to look there"));
  setCursor(Qt::CrossCursor);
  resize(kMapSize);
  m_stale.setSingleShot(true);
  m_stale.setInterval(kMapDelayMilliseconds);
  connect(&m_stale, &QTimer::timeout, this, [this] {
    m_picture = {};
    update();
  });
  connect(&view, &CanvasView::viewChanged, this, qOverload<>(&QWidget::update));
}

QSize Minimap::sizeHint() const {
  return kMapSize;
}

void Minimap::refresh() {
  if (!m_stale.isActive()) {
    m_stale.start();
  }
}

void Minimap::place() {
  move(m_view.width() - width() - kMapMargin, m_view.height() - height() - kMapMargin);
}

/// The drawing, and the view as far as it looks beside it a little.
QRectF Minimap::shownArea() const {
  const QRectF content = m_view.contentArea();
  const QRectF around = content.adjusted(-content.width() / 4, -content.height() / 4, content.width() / 4,
                                         content.height() / 4);
  return content.united(m_view.visibleArea().intersected(around));
}

QRectF Minimap::mapRect() const {
  return QRectF(rect()).adjusted(kMapPadding, kMapPadding, -kMapPadding, -kMapPadding);
}

void Minimap::paintEvent(QPaintEvent*) {
  const Theme& theme = currentTheme();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(theme.border, 1));
  painter.setBrush(theme.panel);
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
  const QRectF area = shownArea();
  if (area.isEmpty()) {
    return;
  }
  const QSizeF size = area.size().scaled(mapRect().size(), Qt::KeepAspectRatio);
  QRectF target(QPointF(), size);
  target.moveCenter(mapRect().center());
  if (m_picture.isNull() || m_area != area) {
    m_area = area;
    m_picture = QPixmap(this->size() * devicePixelRatioF());
    m_picture.setDevicePixelRatio(devicePixelRatioF());
    m_picture.fill(Qt::transparent);
    QPainter boxes(&m_picture);
    m_view.paintMap(boxes, target, area);
  }
  painter.drawPixmap(0, 0, m_picture);
  const double zoom = target.width() / area.width();
  const QRectF visible = m_view.visibleArea();
  const QRectF frame(target.topLeft() + (visible.topLeft() - area.topLeft()) * zoom, visible.size() * zoom);
  QColor veil = theme.accent;
  veil.setAlpha(30);
  painter.setPen(QPen(theme.accent, 1.5));
  painter.setBrush(veil);
  painter.drawRoundedRect(frame.intersected(QRectF(rect()).adjusted(2, 2, -2, -2)), 3, 3);
}

void Minimap::look(QPointF at) {
  if (m_area.isEmpty()) {
    return;
  }
  const QSizeF size = m_area.size().scaled(mapRect().size(), Qt::KeepAspectRatio);
  QRectF target(QPointF(), size);
  target.moveCenter(mapRect().center());
  m_view.lookAt(m_area.topLeft() + (at - target.topLeft()) * (m_area.width() / target.width()));
}

void Minimap::mousePressEvent(QMouseEvent* event) {
  look(event->position());
}

void Minimap::mouseMoveEvent(QMouseEvent* event) {
  if (event->buttons().testFlag(Qt::LeftButton)) {
    look(event->position());
  }
}

void Minimap::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    m_picture = {};
  }
  QWidget::changeEvent(event);
}

}  // namespace cantilever::widgets
