#include "widgets/style/icons.h"

#include <QFile>
#include <QGuiApplication>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include "widgets/style/theme.h"

namespace cantilever::widgets {

namespace {

QString iconFile(const QString& name) {
  return QStringLiteral(":/icons/%1.svg").arg(name);
}

/// The file's bytes, those of "block" for a name that there is no file of; each is read once.
const QByteArray& iconSource(const QString& name) {
  static QHash<QString, QByteArray> sources;
  const auto known = sources.constFind(name);
  if (known != sources.constEnd()) {
    return *known;
  }
  QFile file(hasIcon(name) ? iconFile(name) : iconFile(QStringLiteral("block")));
  QByteArray bytes;
  if (file.open(QIODevice::ReadOnly)) {
    bytes = file.readAll();
  }
  return *sources.insert(name, bytes);
}

/// Draws with the colours that the theme has at that moment, so that a change of theme needs no new icons.
class ThemedIconEngine : public QIconEngine {
 public:
  explicit ThemedIconEngine(QString name) : m_name(std::move(name)) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
    const qreal ratio = painter->device()->devicePixelRatioF();
    painter->drawPixmap(rect.topLeft(), render(rect.size(), ratio, mode, state));
  }
  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    return render(size, 1, mode, state);
  }
  QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal scale) override {
    // QIcon passes device pixels here and sets the ratio of the result itself.
    Q_UNUSED(scale);
    return render(size, 1, mode, state);
  }
  QIconEngine* clone() const override { return new ThemedIconEngine(m_name); }

 private:
  QPixmap render(QSize size, qreal ratio, QIcon::Mode mode, QIcon::State state) const {
    const Theme& theme = currentTheme();
    QColor line = state == QIcon::On ? theme.accent : theme.text;
    QColor fill = theme.accentSoft;
    if (mode == QIcon::Disabled) {
      line = theme.borderStrong;
      fill = theme.border;
    }
    const int side = std::min(size.width(), size.height());
    if (side <= 0) {
      return {};  // a widget that has no room yet, or no more
    }
    const QPixmap drawing = iconPixmap(m_name, side, line, fill, ratio);
    if (size.width() == size.height()) {
      return drawing;
    }
    QPixmap centred(size * ratio);
    centred.setDevicePixelRatio(ratio);
    centred.fill(Qt::transparent);
    QPainter painter(&centred);
    painter.drawPixmap((size.width() - side) / 2, (size.height() - side) / 2, drawing);
    return centred;
  }

  QString m_name;
};

}  // namespace

bool hasIcon(const QString& name) {
  return !name.isEmpty() && QFile::exists(iconFile(name));
}

QIcon icon(const QString& name) {
  return QIcon(new ThemedIconEngine(name));
}

QPixmap iconPixmap(const QString& name, int size, const QColor& line, const QColor& fill,
                   qreal devicePixelRatio) {
  const int pixels = std::max(1, qRound(size * devicePixelRatio));
  const QString key = QStringLiteral("icon/%1/%2/%3/%4/%5")
                          .arg(name)
                          .arg(pixels)
                          .arg(devicePixelRatio)
                          .arg(line.name(QColor::HexArgb), fill.name(QColor::HexArgb));
  QPixmap pixmap;
  if (QPixmapCache::find(key, &pixmap)) {
    return pixmap;
  }
  QByteArray source = iconSource(name);
  // SVG Tiny takes no alpha in a colour: translucency would need attributes of its own, and no caller asks
  // for it.
  source.replace("#101010", line.name(QColor::HexRgb).toLatin1());
  source.replace("#b0b0b0", fill.name(QColor::HexRgb).toLatin1());
  pixmap = QPixmap(pixels, pixels);
  pixmap.fill(Qt::transparent);
  QSvgRenderer renderer(source);
  QPainter painter(&pixmap);
  renderer.render(&painter, QRectF(0, 0, pixels, pixels));
  painter.end();
  pixmap.setDevicePixelRatio(devicePixelRatio);
  QPixmapCache::insert(key, pixmap);
  return pixmap;
}

}  // namespace cantilever::widgets
