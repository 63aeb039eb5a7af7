#include "widgets/canvas/picture.h"

#include <gtest/gtest.h>

#include <QImage>
#include <QSvgRenderer>

#include "tests/core/design_builder.h"

namespace cantilever::widgets {
namespace {

Design twoBlocks() {
  Design design =
      test::design("Pair").block("users", "client_web").block("app", "app_server").link("users", "app");
  Block app = *design.blocks.find(BlockId("app"));
  app.position = {320, 0};
  app.name = "Application";
  design.blocks.put(app);
  return design;
}

QByteArray picture(PictureFormat format, const PictureOptions& options = {}) {
  return pictureOf(twoBlocks(), catalog::Catalog::builtIn(), format, options);
}

QImage png(const PictureOptions& options = {}) {
  return QImage::fromData(picture(PictureFormat::Png, options), "PNG");
}

TEST(Picture, KnowsItsFormatsByTheEndOfTheName) {
  EXPECT_EQ(pictureFormatOf(QStringLiteral("a.PNG")), PictureFormat::Png);
  EXPECT_EQ(pictureFormatOf(QStringLiteral("a.svg")), PictureFormat::Svg);
  EXPECT_EQ(pictureFormatOf(QStringLiteral("a.b.pdf")), PictureFormat::Pdf);
  EXPECT_EQ(pictureFormatOf(QStringLiteral("png")), std::nullopt);
}

TEST(Picture, IsAsLargeAsAskedFor) {
  const QSize one = png().size();
  PictureOptions twice;
  twice.scale = 2;
  EXPECT_GE(one.width(), 320 + 176);
  EXPECT_EQ(png(twice).size(), one * 2);
}

// Programs made with Qt do not read more than 128 MB of pixels.
TEST(Picture, OfAHugeDrawingCanStillBeRead) {
  Design design = twoBlocks();
  Block app = *design.blocks.find(BlockId("app"));
  app.position = {9000, 8000};
  design.blocks.put(app);
  PictureOptions twice;
  twice.scale = 2;
  const QByteArray bytes = pictureOf(design, catalog::Catalog::builtIn(), PictureFormat::Png, twice);
  const QImage read = QImage::fromData(bytes, "PNG");
  ASSERT_FALSE(read.isNull());
  EXPECT_EQ(read.size(), imageOf(design, catalog::Catalog::builtIn(), twice).size());
  EXPECT_GT(static_cast<double>(read.width()) * read.height(), 0.99 * kMostPixels);
  EXPECT_NEAR(static_cast<double>(read.width()) / read.height(), 9240.0 / 8140, 0.02);
}

TEST(Picture, ShowsOnlyWhatIsChosen) {
  PictureOptions options;
  options.only = Selection{{BlockId("app")}, {}, {}, {}};
  EXPECT_LT(png(options).width(), png().width());
}

TEST(Picture, HasABackgroundUnlessToldOtherwise) {
  EXPECT_EQ(png().pixelColor(1, 1), Theme::light().canvas);
  PictureOptions options;
  options.theme = Theme::Kind::Dark;
  EXPECT_EQ(png(options).pixelColor(1, 1), Theme::dark().canvas);
  options.isTransparent = true;
  EXPECT_EQ(png(options).pixelColor(1, 1).alpha(), 0);
}

TEST(Picture, LeavesTheThemeAsItWas) {
  const Theme::Kind before = currentTheme().kind;
  PictureOptions options;
  options.theme = before == Theme::Kind::Dark ? Theme::Kind::Light : Theme::Kind::Dark;
  png(options);
  EXPECT_EQ(currentTheme().kind, before);
}

TEST(Picture, KeepsTextAsTextInSvg) {
  const QByteArray svg = picture(PictureFormat::Svg);
  EXPECT_TRUE(svg.contains("Application"));
  QSvgRenderer renderer(svg);
  ASSERT_TRUE(renderer.isValid());
  // In millimetres at 96 to the inch, as browsers read it; Qt's own reader takes 90.
  EXPECT_NEAR(renderer.defaultSize().width(), png().width() * 90 / 96, 1);
  EXPECT_NEAR(renderer.defaultSize().height(), png().height() * 90 / 96, 1);
}

TEST(Picture, IsOnePageAsPdf) {
  const QByteArray pdf = picture(PictureFormat::Pdf);
  EXPECT_TRUE(pdf.startsWith("%PDF-"));
  EXPECT_EQ(pdf.count("/Type /Page\n"), 1);
}

TEST(Picture, OfNothingIsEmptyButAPicture) {
  const QByteArray bytes = pictureOf({}, catalog::Catalog::builtIn(), PictureFormat::Png);
  EXPECT_FALSE(QImage::fromData(bytes, "PNG").isNull());
}

}  // namespace
}  // namespace cantilever::widgets
