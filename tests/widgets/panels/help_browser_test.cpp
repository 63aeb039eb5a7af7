#include "widgets/panels/help_browser.h"

#include <gtest/gtest.h>

#include <QListWidget>
#include <QTest>
#include <QTextBrowser>

#include "tests/widgets/accessible_names.h"

namespace cantilever::widgets {
namespace {

struct HelpBrowserTest : testing::Test {
  HelpBrowser browser{
      {{QStringLiteral("index"), QStringLiteral("All"), QStringLiteral("# All\n\n[Pool](elements/pool.md)")},
       {QStringLiteral("pool"), QStringLiteral("Pools"), QStringLiteral("# Pools\n\nServers.")}}};
  QListWidget* list = browser.findChild<QListWidget*>();
  QTextBrowser* text = browser.findChild<QTextBrowser*>();

  HelpBrowserTest() {
    browser.show();
    EXPECT_TRUE(QTest::qWaitForWindowExposed(&browser));
  }
};

TEST_F(HelpBrowserTest, ShowsTheFirstPageAndThoseChosenByKeyboard) {
  EXPECT_TRUE(text->toPlainText().contains(QStringLiteral("Pool")));
  list->setFocus();
  QTest::keyClick(list, Qt::Key_Down);
  EXPECT_TRUE(text->toPlainText().contains(QStringLiteral("Servers.")));
}

TEST_F(HelpBrowserTest, FollowsLinksBetweenPages) {
  Q_EMIT text->anchorClicked(QUrl(QStringLiteral("elements/pool.md")));
  EXPECT_EQ(list->currentRow(), 1);
  Q_EMIT text->anchorClicked(QUrl(QStringLiteral("elements/nothing.md")));
  EXPECT_EQ(list->currentRow(), 1);
}

}  // namespace
}  // namespace cantilever::widgets
