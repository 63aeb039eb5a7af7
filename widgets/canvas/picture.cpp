#include "widgets/canvas/picture.h"

#include <QBuffer>
#include <QPageLayout>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

#include "widgets/canvas/canvas_scene.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

constexpr double kPictureMargin = 32;
constexpr double kLargestThumbnailZoom = 1.25;
// Icons are drawn as pixels, as many as the painter's scale asks for: vector files are painted so much larger
// and shown smaller.
constexpr double kVectorZoom = 4;
constexpr QSize kEmptyPicture{320, 200};

template <class T, class IdType>
void keepOnly(Table<T>& table, const std::vector<IdType>& ids) {
  const std::set<IdType> kept(ids.begin(), ids.end());
  std::vector<IdType> others;
  for (const T& each : table) {
    if (!kept.contains(each.id)) {
      others.push_back(each.id);
    }
  }
  for (const IdType& id : others) {
    table.erase(id);
  }
}

Design partOf(Design design, const Selection& only) {
  keepOnly(design.blocks, only.blocks);
  keepOnly(design.zones, only.zones);
  keepOnly(design.notes, only.notes);
  std::vector<LinkId> among;
  for (const Link& link : design.links) {
    if (design.blocks.contains(link.from) && design.blocks.contains(link.to)) {
      among.push_back(link.id);
    }
  }
  keepOnly(design.links, among);
  return design;
}

/// A scene in the theme asked for, and what of it is to be seen.
class Drawing {
 public:
  Drawing(const Design& design, const catalog::Catalog& catalog, const PictureOptions& options)
      : m_theme(options.theme), m_scene(catalog), m_isTransparent(options.isTransparent) {
    m_scene.rebuild(std::make_shared<const Design>(options.only ? partOf(design, *options.only) : design));
    const QRectF content = m_scene.contentRect();
    m_area = content.isEmpty()
                 ? QRectF(QPointF(), QSizeF(kEmptyPicture))
                 : content.adjusted(-kPictureMargin, -kPictureMargin, kPictureMargin, kPictureMargin);
  }
  QSizeF size() const { return m_area.size(); }
  void paint(QPainter& painter, const QRectF& target) {
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    if (!m_isTransparent) {
      painter.fillRect(target, currentTheme().canvas);
    }
    m_scene.render(&painter, target, m_area);
  }

 private:
  ThemeScope m_theme;
  CanvasScene m_scene;
  bool m_isTransparent;
  QRectF m_area;
};

QImage imageOf(Drawing& drawing, double scale) {
  const QSizeF wanted = drawing.size() * scale;
  const double shrink = std::min({1.0, kLargestPicture / std::max(wanted.width(), wanted.height()),
                                  std::sqrt(kMostPixels / (wanted.width() * wanted.height()))});
  QImage image((wanted * shrink).toSize().expandedTo({1, 1}), QImage::Format_ARGB32_Premultiplied);
  if (image.isNull()) {
    return image;
  }
  image.fill(Qt::transparent);
  QPainter painter(&image);
  drawing.paint(painter, QRectF(QPointF(), QSizeF(image.size())));
  return image;
}

QByteArray pngOf(const QImage& image) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "PNG");
  return bytes;
}

QByteArray svgOf(Drawing& drawing, double scale, const QString& title) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  const QRectF canvas(QPointF(), drawing.size() * kVectorZoom);
  QSvgGenerator generator;
  generator.setOutputDevice(&buffer);
  generator.setTitle(title);
  generator.setResolution(96);
  generator.setSize((drawing.size() * scale).toSize());
  generator.setViewBox(canvas);
  QPainter painter(&generator);
  drawing.paint(painter, canvas);
  painter.end();
  return bytes;
}

QByteArray pdfOf(Drawing& drawing, double scale, const QString& title) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  constexpr double kPointsPerPixel = 72.0 / 96;
  QPdfWriter writer(&buffer);
  writer.setTitle(title);
  writer.setCreator(QStringLiteral("Cantilever Studio"));
  writer.setResolution(static_cast<int>(96 * kVectorZoom));
  const QPageSize page(drawing.size() * scale * kPointsPerPixel, QPageSize::Point, {}, QPageSize::ExactMatch);
  writer.setPageLayout(QPageLayout(page, QPageLayout::Portrait, QMarginsF(), QPageLayout::Point));
  QPainter painter(&writer);
  drawing.paint(painter, QRectF(QPointF(), QSizeF(writer.width(), writer.height())));
  painter.end();
  return bytes;
}

}  // namespace

std::optional<PictureFormat> pictureFormatOf(const QString& path) {
  const auto hasSuffix = [&path](const char* suffix) {
    return path.endsWith(QLatin1String(suffix), Qt::CaseInsensitive);
  };
  if (hasSuffix(".png")) {
    return PictureFormat::Png;
  }
  if (hasSuffix(".svg")) {
    return PictureFormat::Svg;
  }
  return hasSuffix(".pdf") ? std::optional(PictureFormat::Pdf) : std::nullopt;
}

QImage imageOf(const Design& design, const catalog::Catalog& catalog, const PictureOptions& options) {
  Drawing drawing(design, catalog, options);
  return imageOf(drawing, options.scale);
}

QByteArray pictureOf(const Design& design, const catalog::Catalog& catalog, PictureFormat format,
                     const PictureOptions& options) {
  Drawing drawing(design, catalog, options);
  const QString title = toQString(design.name);
  switch (format) {
    case PictureFormat::Png:
      return pngOf(imageOf(drawing, options.scale));
    case PictureFormat::Svg:
      return svgOf(drawing, options.scale, title);
    case PictureFormat::Pdf:
      return pdfOf(drawing, options.scale, title);
  }
  return {};
}

bool isWiderThanHigh(const Design& design, const catalog::Catalog& catalog) {
  const QSizeF size = Drawing(design, catalog, {}).size();
  return size.width() > size.height();
}

void printDesign(QPagedPaintDevice& page, const Design& design, const catalog::Catalog& catalog) {
  PictureOptions options;
  options.isTransparent = true;  // paper is white
  Drawing drawing(design, catalog, options);
  QPainter painter(&page);
  const QRectF paper = painter.viewport();
  const QSizeF shown = drawing.size().scaled(paper.size(), Qt::KeepAspectRatio);
  QRectF target(QPointF(), shown);
  target.moveCenter(paper.center());
  drawing.paint(painter, target);
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
                                (size.height() - 2 * margin) / content.height(), kLargestThumbnailZoom});
  const QSizeF shown = QSizeF(size) / zoom;
  const QRectF area(content.center() - QPointF(shown.width() / 2, shown.height() / 2), shown);
  QPainter painter(&picture);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
  scene.render(&painter, QRectF(QPointF(), QSizeF(size)), area);
  return picture;
}

}  // namespace cantilever::widgets
