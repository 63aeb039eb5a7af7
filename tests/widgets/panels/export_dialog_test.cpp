#include "widgets/panels/export_dialog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>
#include <QTreeWidget>

#include "tests/widgets/accessible_names.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

Result<exchange::ExportOutput> renderForTest(const exchange::Exporter& exporter) {
  if (exporter.key == "broken") {
    return Error{"export.empty", "There is nothing to export.", ""};
  }
  exchange::ExportOutput output;
  output.files = {{"compose.yaml", "services: {}\n"}, {"config/nginx.conf", "events {}\n"}};
  output.warnings = {"The CDN is left out."};
  return output;
}

class ExportDialogTest : public testing::Test {
 protected:
  ExportDialogTest()
      : dialog({{"compose", "Docker Compose", "Containers.", nullptr}, {"broken", "Broken", "No.", nullptr}},
               renderForTest, QStringLiteral("/home/me/shop")) {
    QObject::connect(&dialog, &ExportDialog::writeRequested, &dialog,
                     [this](const exchange::FileSet& files, const QString& folder) {
                       written.push_back({files, toUtf8(folder)});
                     });
    dialog.show();
    EXPECT_TRUE(QTest::qWaitForWindowActive(&dialog));
  }
  template <class Widget>
  Widget* child(const char* name) {
    return dialog.findChild<Widget*>(QString::fromLatin1(name));
  }

  ExportDialog dialog;
  std::vector<std::pair<exchange::FileSet, std::string>> written;
};

TEST_F(ExportDialogTest, PreviewsTheFirstFileOfTheFirstTarget) {
  EXPECT_EQ(child<QPlainTextEdit>("preview")->toPlainText(), QStringLiteral("services: {}\n"));
  EXPECT_TRUE(child<QPlainTextEdit>("preview")->isReadOnly());
  EXPECT_TRUE(child<QLabel>("warnings")->text().contains(QStringLiteral("The CDN is left out.")));
  EXPECT_TRUE(child<QLabel>("warnings")->isVisible());
}

TEST_F(ExportDialogTest, ShowsTheFileThatIsClicked) {
  auto* tree = child<QTreeWidget>("files");
  QTreeWidgetItem* folder = tree->topLevelItem(1);
  ASSERT_EQ(folder->text(0), QStringLiteral("config"));
  QTest::mouseClick(tree->viewport(), Qt::LeftButton, Qt::NoModifier,
                    tree->visualItemRect(folder->child(0)).center());
  EXPECT_EQ(child<QPlainTextEdit>("preview")->toPlainText(), QStringLiteral("events {}\n"));
}

// Never one with files of something else, as a home folder; one that was typed stays.
TEST_F(ExportDialogTest, SuggestsAFolderForEachTarget) {
  auto* folder = child<QLineEdit>("folder");
  EXPECT_EQ(folder->text(), QStringLiteral("/home/me/shop-compose"));
  dialog.chooseTarget(QStringLiteral("broken"));
  EXPECT_EQ(folder->text(), QStringLiteral("/home/me/shop-broken"));
  folder->setFocus();
  folder->selectAll();
  QTest::keyClicks(folder, QStringLiteral("/tmp/shop"));
  dialog.chooseTarget(QStringLiteral("compose"));
  EXPECT_EQ(folder->text(), QStringLiteral("/tmp/shop"));
}

TEST_F(ExportDialogTest, AsksForTheFilesToBeWrittenToTheFolder) {
  auto* folder = child<QLineEdit>("folder");
  folder->setFocus();
  folder->selectAll();
  QTest::keyClicks(folder, QStringLiteral("/tmp/shop"));
  QTest::mouseClick(child<QPushButton>("write"), Qt::LeftButton);
  ASSERT_EQ(written.size(), 1U);
  EXPECT_EQ(written[0].first.size(), 2U);
  EXPECT_EQ(written[0].second, "/tmp/shop");
}

TEST_F(ExportDialogTest, WritesNothingWithoutAFolder) {
  child<QLineEdit>("folder")->clear();
  QTest::mouseClick(child<QPushButton>("write"), Qt::LeftButton);
  EXPECT_TRUE(written.empty());
}

TEST_F(ExportDialogTest, SaysWhyATargetCannotBeRendered) {
  dialog.chooseTarget(QStringLiteral("broken"));
  EXPECT_EQ(child<QLabel>("outcome")->text(), QStringLiteral("There is nothing to export."));
  EXPECT_FALSE(child<QPushButton>("write")->isEnabled());
  EXPECT_EQ(child<QTreeWidget>("files")->topLevelItemCount(), 0);
  EXPECT_FALSE(child<QLabel>("warnings")->isVisible());
}

TEST_F(ExportDialogTest, ShowsTheOutcomeOfWriting) {
  dialog.showOutcome(QStringLiteral("2 files written."), false);
  EXPECT_EQ(child<QLabel>("outcome")->text(), QStringLiteral("2 files written."));
}

TEST_F(ExportDialogTest, NamesEverythingForScreenReaders) {
  EXPECT_EQ(test::focusableWithoutName(dialog), QStringList());
}

}  // namespace
}  // namespace cantilever::widgets
