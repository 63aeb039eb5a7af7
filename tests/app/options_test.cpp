#include "app/gui/options.h"

#include <gtest/gtest.h>

namespace cantilever::app {
namespace {

Result<Options> parsed(const QStringList& arguments) {
  return parseOptions(QStringList{QStringLiteral("cantilever")} + arguments);
}

std::string refusalOf(const QString& line) {
  const Result<Options> options = parsed(line.split(QLatin1Char(' ')));
  return options ? "accepted" : options.error().message;
}

TEST(Options, ReadsAScreenshotRun) {
  const auto options =
      parsed({QStringLiteral("--template"), QStringLiteral("high_traffic_web"), QStringLiteral("--theme"),
              QStringLiteral("dark"), QStringLiteral("--load=2.5"), QStringLiteral("--screenshot"),
              QStringLiteral("a.png"), QStringLiteral("--size"), QStringLiteral("1280x800"),
              QStringLiteral("--after"), QStringLiteral("10s")});
  ASSERT_TRUE(options.ok()) << options.error().message;
  EXPECT_EQ(options->templateKey, QStringLiteral("high_traffic_web"));
  EXPECT_EQ(options->theme, widgets::Theme::Kind::Dark);
  EXPECT_EQ(options->loadFactor, 2.5);
  EXPECT_EQ(options->screenshot, QStringLiteral("a.png"));
  EXPECT_EQ(options->size, QSize(1280, 800));
  EXPECT_EQ(options->after, Duration::seconds(10));
}

TEST(Options, OpensAFileWithoutAnythingElse) {
  const auto options = parsed({QStringLiteral("shop.cantilever")});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->file, QStringLiteral("shop.cantilever"));
  EXPECT_FALSE(options->isForFile());
  EXPECT_FALSE(options->theme.has_value());
}

TEST(Options, ReadsARendering) {
  const auto options = parsed({QStringLiteral("--render"), QStringLiteral("high_traffic_web"),
                               QStringLiteral("-o"), QStringLiteral("a.png")});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->renderDesign, QStringLiteral("high_traffic_web"));
  EXPECT_EQ(options->output, QStringLiteral("a.png"));
  EXPECT_TRUE(options->isForFile());
}

TEST(Options, ReadsHowAPictureIsToBe) {
  const auto options =
      parsed({QStringLiteral("--render"), QStringLiteral("x"), QStringLiteral("-o"), QStringLiteral("a.svg"),
              QStringLiteral("--scale"), QStringLiteral("2.5"), QStringLiteral("--transparent"),
              QStringLiteral("--only"), QStringLiteral("app,db")});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->scale, 2.5);
  EXPECT_TRUE(options->isTransparent);
  EXPECT_EQ(options->only, (QStringList{QStringLiteral("app"), QStringLiteral("db")}));
}

TEST(Options, SaysWhatIsWrongAndWhatWouldBeRight) {
  EXPECT_EQ(refusalOf(QStringLiteral("--theme blue")), "--theme is \"blue\"; it must be light or dark.");
  EXPECT_NE(refusalOf(QStringLiteral("--size big --screenshot a.png")).find("like 1440x900"),
            std::string::npos);
  EXPECT_NE(refusalOf(QStringLiteral("--size 10x10 --screenshot a.png")).find("at least"), std::string::npos);
  EXPECT_NE(refusalOf(QStringLiteral("--after soon --template x --screenshot a.png")).find("like 10s"),
            std::string::npos);
  EXPECT_NE(refusalOf(QStringLiteral("--load 0")).find("from 0.1 to 20"), std::string::npos);
  EXPECT_NE(refusalOf(QStringLiteral("--after 10s --template x")).find("need --screenshot"),
            std::string::npos);
  EXPECT_NE(refusalOf(QStringLiteral("--after 10s --screenshot a.png")).find("give a FILE"),
            std::string::npos);
  EXPECT_NE(refusalOf(QStringLiteral("--render x")).find("go together"), std::string::npos);
  EXPECT_NE(refusalOf(QStringLiteral("--render x -o a.bmp")).find(".png, .svg or .pdf"), std::string::npos);
  EXPECT_NE(refusalOf(QStringLiteral("--render x -o a.png --scale 99")).find("0.1 to 8"), std::string::npos);
  EXPECT_NE(refusalOf(QStringLiteral("x --scale 2")).find("need --render"), std::string::npos);
  EXPECT_NE(refusalOf(QStringLiteral("a b")).find("Only one FILE"), std::string::npos);
  EXPECT_NE(refusalOf(QStringLiteral("a --template b")).find("not both"), std::string::npos);
  EXPECT_NE(refusalOf(QStringLiteral("--nonsense")).find("nonsense"), std::string::npos);
}

}  // namespace
}  // namespace cantilever::app
