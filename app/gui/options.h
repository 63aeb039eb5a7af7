#pragma once

#include <QSize>
#include <QString>
#include <QStringList>
#include <optional>

#include "core/base/quantities.h"
#include "core/base/result.h"
#include "widgets/style/theme.h"

namespace cantilever::app {

/// What the command line asks for.
struct Options {
  QString file;         ///< to open; empty: none
  QString templateKey;  ///< to begin with; empty: none
  std::optional<widgets::Theme::Kind> theme;
  double loadFactor = 1;
  QString scenario;  ///< of the design, for the first run; empty: none

  QString screenshot;  ///< PNG file; empty: none
  QSize size{1440, 900};
  Duration after;  ///< of wall time; zero: without running

  QString renderDesign;  ///< file or template key; empty: none
  QString output;        ///< file of the picture: .png, .svg or .pdf
  double scale = 1;      ///< of the picture
  bool isTransparent = false;
  QStringList only;  ///< ids of blocks, zones and notes; empty: everything

  bool wantsHelp = false;
  bool wantsVersion = false;

  bool isForFile() const { return !screenshot.isEmpty() || !renderDesign.isEmpty(); }
};

/// Arguments with the program's name first. Error "app.usage" says what is wrong and what would be right.
Result<Options> parseOptions(const QStringList& arguments);
/// Needs a QCoreApplication.
QString helpText();

}  // namespace cantilever::app
