#include <QApplication>
#include <algorithm>
#include <cstdio>

#include "app/gui/options.h"
#include "app/gui/studio.h"
#include "widgets/style/text.h"

namespace {

constexpr int kUsage = 2;

QStringList argumentsOf(int argc, char** argv) {
  QStringList arguments;
  std::for_each(argv, argv + argc, [&](const char* one) { arguments.append(QString::fromLocal8Bit(one)); });
  return arguments;
}

bool hasDisplay() {
  return qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY");
}

void setNames() {
  QCoreApplication::setApplicationName(QStringLiteral("cantilever"));
  QCoreApplication::setApplicationVersion(QStringLiteral(CANTILEVER_VERSION));
}

/// Help and version, which need no display.
int printText(int& argc, char** argv, bool isHelp) {
  const QCoreApplication application(argc, argv);
  setNames();
  const QString text = isHelp ? cantilever::app::helpText()
                              : QStringLiteral("cantilever %1\n").arg(QCoreApplication::applicationVersion());
  std::fputs(qPrintable(text), stdout);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace cantilever;
  const Result<app::Options> options = app::parseOptions(argumentsOf(argc, argv));
  if (!options) {
    std::fprintf(stderr, "cantilever: %s\nTry \"cantilever --help\".\n", options.error().message.c_str());
    return kUsage;
  }
  if (options->wantsHelp || options->wantsVersion) {
    return printText(argc, argv, options->wantsHelp);
  }
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM") && !hasDisplay()) {
    if (!options->isForFile()) {
      std::fputs(
          "cantilever: there is no display. Set DISPLAY, or use --screenshot, --render or cantilever-cli.\n",
          stderr);
      return kUsage;
    }
    qputenv("QT_QPA_PLATFORM", "offscreen");
  }
  QApplication application(argc, argv);
  setNames();
  if (!options->renderDesign.isEmpty()) {
    return app::renderDesignToFile(*options);
  }
  return options->screenshot.isEmpty() ? app::showStudio(application, *options)
                                       : app::takeScreenshot(application, *options);
}
