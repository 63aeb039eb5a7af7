#pragma once

#include "app/gui/options.h"

class QApplication;

namespace cantilever::app {

/// What the program does once Qt is up; each returns its exit code.
int showStudio(QApplication& application, const Options& options);
int takeScreenshot(QApplication& application, const Options& options);
int renderDesignToFile(const Options& options);

}  // namespace cantilever::app
