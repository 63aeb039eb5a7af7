#include "widgets/style/icons.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QImage>
#include <QPainter>

#include "widgets/style/theme.h"

namespace cantilever::widgets {
namespace {

int pixelsOf(const QImage& image, const QColor& colour) {
  int count = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      count += image.pixelColor(x, y) == colour ? 1 : 0;
    }
  }
  return count;
}

TEST(Icons, AreDrawnInTheColoursAskedFor) {
  const QColor line(200, 30, 40);
  const QColor fill(40, 90, 220);
  const QImage image = iconPixmap(QStringLiteral("redis_cluster"), 48, line, fill)
                           .toImage()
                           .convertToFormat(QImage::Format_ARGB32);
  EXPECT_EQ(image.size(), QSize(48, 48));
  EXPECT_GT(pixelsOf(image, line), 20);
  EXPECT_GT(pixelsOf(image, fill), 20);
  EXPECT_EQ(pixelsOf(image, QColor(0x10, 0x10, 0x10)), 0);
  EXPECT_EQ(pixelsOf(image, QColor(0xb0, 0xb0, 0xb0)), 0);
}

TEST(Icons, AreSharpOnScreensWithMorePixels) {
  const QPixmap pixmap = iconPixmap(QStringLiteral("run"), 24, Qt::black, Qt::white, 2);
  EXPECT_EQ(pixmap.size(), QSize(48, 48));
  EXPECT_EQ(pixmap.deviceIndependentSize(), QSizeF(24, 24));
}

TEST(Icons, FallBackToTheBlockIconForUnknownNames) {
  EXPECT_TRUE(hasIcon(QStringLiteral("run")));
  EXPECT_FALSE(hasIcon(QStringLiteral("no_such_icon")));
  EXPECT_FALSE(hasIcon(QString()));
  const auto draw = [](const QString& name) { return iconPixmap(name, 24, Qt::black, Qt::white).toImage(); };
  EXPECT_EQ(draw(QStringLiteral("no_such_icon")), draw(QStringLiteral("block")));
  EXPECT_NE(draw(QStringLiteral("run")), draw(QStringLiteral("block")));
}

TEST(Icons, AreNothingWhereThereIsNoRoom) {
  static int warnings;
  warnings = 0;
  const QtMessageHandler before =
      qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString&) { ++warnings; });
  QImage sheet(40, 40, QImage::Format_ARGB32_Premultiplied);
  sheet.fill(Qt::white);
  const QImage empty = sheet;
  {
    QPainter painter(&sheet);
    const QIcon made = icon(QStringLiteral("save"));
    made.paint(&painter, QRect(4, 4, 16, 0));
    made.paint(&painter, QRect(4, 4, 0, 16));
    EXPECT_TRUE(made.pixmap(QSize(16, 0)).isNull());
  }
  qInstallMessageHandler(before);
  EXPECT_EQ(warnings, 0);
  EXPECT_EQ(sheet, empty);
}

TEST(Icons, FollowAChangeOfTheme) {
  applyTheme(*qApp, Theme::Kind::Light);
  const QIcon made = icon(QStringLiteral("save"));
  const QImage light = made.pixmap(QSize(24, 24)).toImage();
  applyTheme(*qApp, Theme::Kind::Dark);
  const QImage dark = made.pixmap(QSize(24, 24)).toImage();
  EXPECT_NE(light, dark);
  EXPECT_EQ(dark.size(), QSize(24, 24));
  applyTheme(*qApp, Theme::Kind::Light);
}

}  // namespace
}  // namespace cantilever::widgets
