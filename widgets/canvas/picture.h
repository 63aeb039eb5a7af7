#pragma once

#include <QByteArray>
#include <QImage>
#include <QPixmap>
#include <QSize>
#include <QString>
#include <optional>

#include "core/catalog/block_type.h"
#include "core/model/design.h"
#include "widgets/canvas/canvas_view.h"
#include "widgets/style/theme.h"

class QPagedPaintDevice;

/// Pictures of a design, as the canvas would draw it, without a window.
namespace cantilever::widgets {

enum class PictureFormat { Png, Svg, Pdf };
/// By the end of a file's name: ".png", ".svg", ".pdf"; nothing for any other.
std::optional<PictureFormat> pictureFormatOf(const QString& path);

struct PictureOptions {
  double scale = 1;  ///< pixels (SVG, PDF: units of 1/96 inch) for one pixel of the canvas at 100 %
  bool isTransparent = false;
  std::optional<Selection> only;  ///< these blocks, zones and notes, with the links among the blocks
  Theme::Kind theme = Theme::Kind::Light;
};

/// A picture in pixels is at most so many wide and high, and has at most so many in all: a larger one is
/// scaled down to that. Beyond 128 MB (of four bytes a pixel) programs made with Qt refuse to read it.
inline constexpr int kLargestPicture = 16'384;
inline constexpr double kMostPixels = 32e6;

/// Null if there is no memory for it.
QImage imageOf(const Design& design, const catalog::Catalog& catalog, const PictureOptions& options = {});

/// The whole file; empty if there is no memory for it. Text stays text and lines stay lines in SVG and PDF.
QByteArray pictureOf(const Design& design, const catalog::Catalog& catalog, PictureFormat format,
                     const PictureOptions& options = {});

/// Fills the page with the drawing, in the light theme; the page's orientation is the caller's.
void printDesign(QPagedPaintDevice& page, const Design& design, const catalog::Catalog& catalog);
bool isWiderThanHigh(const Design& design, const catalog::Catalog& catalog);

/// Draws a design into a picture of the given size, with some margin, in the current theme (thumbnails).
QPixmap renderDesign(const Design& design, const catalog::Catalog& catalog, QSize size,
                     qreal devicePixelRatio = 1);

}  // namespace cantilever::widgets
