#include "app/gui/options.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include "core/base/text.h"
#include "widgets/canvas/picture.h"
#include "widgets/style/text.h"

namespace cantilever::app {
namespace {

QString optionText(const char* text) {
  return QCoreApplication::translate("Options", text);
}

const QString kTemplate = QStringLiteral("template");
const QString kTheme = QStringLiteral("theme");
const QString kLoad = QStringLiteral("load");
const QString kScenario = QStringLiteral("scenario");
const QString kScreenshot = QStringLiteral("screenshot");
const QString kSize = QStringLiteral("size");
const QString kAfter = QStringLiteral("after");
const QString kRender = QStringLiteral("render");
const QString kOutput = QStringLiteral("output");
const QString kScale = QStringLiteral("scale");
const QString kTransparent = QStringLiteral("transparent");
const QString kOnly = QStringLiteral("only");
const QString kHelp = QStringLiteral("help");
const QString kVersion = QStringLiteral("version");

void addOptions(QCommandLineParser& parser) {
  parser.setApplicationDescription(
      optionText("Draw a system, put load on it, see what breaks and what it costs."));
  parser.addPositionalArgument(QStringLiteral("FILE"), optionText("design to open"),
                               QStringLiteral("[FILE]"));
  parser.addOptions({
      {kTemplate, optionText("begin with a copy of this template"), QStringLiteral("KEY")},
      {kTheme, optionText("light or dark"), QStringLiteral("THEME")},
      {kLoad, optionText("load factor of the first run, 0.1 to 20"), QStringLiteral("FACTOR")},
      {kScenario, optionText("scenario of the design that the first run plays"), QStringLiteral("ID")},
      {kScreenshot, optionText("write a picture of the window and leave"), QStringLiteral("FILE.png")},
      {kSize, optionText("size of that picture, as 1440x900"), QStringLiteral("WxH")},
      {kAfter, optionText("run the design for this long first, as \"10 s\""), QStringLiteral("TIME")},
      {kRender, optionText("write a picture of a design (file or template) and leave; needs -o"),
       QStringLiteral("DESIGN")},
      {{QStringLiteral("o"), kOutput},
       optionText("file of the picture: .png, .svg or .pdf"),
       QStringLiteral("FILE")},
      {kScale, optionText("size of the picture, 0.1 to 8; 1 is 100 %"), QStringLiteral("FACTOR")},
      {kTransparent, optionText("no background in the picture")},
      {kOnly, optionText("only these blocks, zones and notes"), QStringLiteral("ID,ID")},
      {{QStringLiteral("h"), kHelp}, optionText("show this help")},
      {{QStringLiteral("v"), kVersion}, optionText("show the version")},
  });
}

Error usageError(const QString& message) {
  return {"app.usage", widgets::toUtf8(message), {}};
}

std::optional<QSize> parseSize(const QString& text) {
  const QStringList parts = text.split(QLatin1Char('x'));
  if (parts.size() != 2) {
    return std::nullopt;
  }
  const QSize size(parts[0].toInt(), parts[1].toInt());
  constexpr int kSmallest = 320;
  constexpr int kLargest = 8192;
  const bool isSensible = size.width() >= kSmallest && size.height() >= kSmallest / 2 &&
                          size.width() <= kLargest && size.height() <= kLargest;
  return isSensible ? std::optional(size) : std::nullopt;
}

/// What the text values of options mean.
Result<void> readValues(const QCommandLineParser& parser, Options& options) {
  if (parser.isSet(kTheme)) {
    const QString theme = parser.value(kTheme);
    if (theme != QStringLiteral("light") && theme != QStringLiteral("dark")) {
      return usageError(optionText("--theme is \"%1\"; it must be light or dark.").arg(theme));
    }
    options.theme =
        theme == QStringLiteral("dark") ? widgets::Theme::Kind::Dark : widgets::Theme::Kind::Light;
  }
  if (parser.isSet(kLoad)) {
    bool isNumber = false;
    options.loadFactor = parser.value(kLoad).toDouble(&isNumber);
    if (!isNumber || !(options.loadFactor >= 0.1 && options.loadFactor <= 20)) {
      return usageError(
          optionText("--load is \"%1\"; it must be a number from 0.1 to 20.").arg(parser.value(kLoad)));
    }
  }
  if (parser.isSet(kScale)) {
    bool isNumber = false;
    options.scale = parser.value(kScale).toDouble(&isNumber);
    if (!isNumber || !(options.scale >= 0.1 && options.scale <= 8)) {
      return usageError(
          optionText("--scale is \"%1\"; it must be a number from 0.1 to 8.").arg(parser.value(kScale)));
    }
  }
  if (parser.isSet(kSize)) {
    const std::optional<QSize> size = parseSize(parser.value(kSize));
    if (!size) {
      return usageError(
          optionText("--size is \"%1\"; it must be like 1440x900, at least 320x160 and at most 8192x8192.")
              .arg(parser.value(kSize)));
    }
    options.size = *size;
  }
  if (parser.isSet(kAfter)) {
    const Result<Duration> after = parseDuration(widgets::toUtf8(parser.value(kAfter)));
    if (!after || *after < Duration() || *after > Duration::hours(1)) {
      return usageError(optionText("--after is \"%1\"; it must be a time up to an hour, like 10s.")
                            .arg(parser.value(kAfter)));
    }
    options.after = *after;
  }
  return {};
}

Result<void> checkTogether(const QCommandLineParser& parser, const Options& options) {
  if (!options.file.isEmpty() && !options.templateKey.isEmpty()) {
    return usageError(optionText("Give a FILE or --template, not both."));
  }
  if ((parser.isSet(kSize) || parser.isSet(kAfter)) && options.screenshot.isEmpty()) {
    return usageError(optionText("--size and --after need --screenshot FILE.png."));
  }
  if (options.after > Duration() && options.file.isEmpty() && options.templateKey.isEmpty()) {
    return usageError(optionText("--after runs a design: give a FILE or --template KEY."));
  }
  if (!options.scenario.isEmpty() && options.file.isEmpty() && options.templateKey.isEmpty()) {
    return usageError(optionText("--scenario is one of a design: give a FILE or --template KEY."));
  }
  if (options.renderDesign.isEmpty() != options.output.isEmpty()) {
    return usageError(optionText("--render DESIGN and -o FILE go together."));
  }
  if (!options.output.isEmpty() && !widgets::pictureFormatOf(options.output)) {
    return usageError(optionText("-o is \"%1\"; it must end in .png, .svg or .pdf.").arg(options.output));
  }
  if ((parser.isSet(kScale) || parser.isSet(kTransparent) || parser.isSet(kOnly)) &&
      options.renderDesign.isEmpty()) {
    return usageError(optionText("--scale, --transparent and --only need --render DESIGN."));
  }
  if (!options.renderDesign.isEmpty() && !options.screenshot.isEmpty()) {
    return usageError(optionText("Give --render or --screenshot, not both."));
  }
  return {};
}

}  // namespace

Result<Options> parseOptions(const QStringList& arguments) {
  QCommandLineParser parser;
  addOptions(parser);
  if (!parser.parse(arguments)) {
    return usageError(parser.errorText());
  }
  Options options;
  options.wantsHelp = parser.isSet(kHelp);
  options.wantsVersion = parser.isSet(kVersion);
  const QStringList files = parser.positionalArguments();
  if (files.size() > 1) {
    return usageError(optionText("Only one FILE can be opened; %1 were given.").arg(files.size()));
  }
  options.file = files.value(0);
  options.templateKey = parser.value(kTemplate);
  options.scenario = parser.value(kScenario);
  options.screenshot = parser.value(kScreenshot);
  options.renderDesign = parser.value(kRender);
  options.output = parser.value(kOutput);
  options.isTransparent = parser.isSet(kTransparent);
  options.only = parser.value(kOnly).split(QLatin1Char(','), Qt::SkipEmptyParts);
  if (Result<void> read = readValues(parser, options); !read) {
    return read.error();
  }
  if (Result<void> fits = checkTogether(parser, options); !fits) {
    return fits.error();
  }
  return options;
}

QString helpText() {
  QCommandLineParser parser;
  addOptions(parser);
  return parser.helpText();
}

}  // namespace cantilever::app
