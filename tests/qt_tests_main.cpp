#include <gtest/gtest.h>

#include <QApplication>

#include "widgets/style/theme.h"

// Widgets need one application for the whole run; font and theme are pinned so that places and pictures do
// not depend on the machine.
int main(int argc, char** argv) {
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
  }
  testing::InitGoogleTest(&argc, argv);
  QApplication application(argc, argv);
  QApplication::setFont(QFont(QStringLiteral("DejaVu Sans"), 10));
  cantilever::widgets::applyTheme(application, cantilever::widgets::Theme::Kind::Light);
  return RUN_ALL_TESTS();
}
