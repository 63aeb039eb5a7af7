#include "widgets/panels/checklist_panel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

#include "tests/widgets/accessible_names.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

using advice::Status;

class ChecklistPanelTest : public testing::Test {
 protected:
  ChecklistPanelTest() {
    for (int i = 0; i < 3; ++i) {
      advice::ChecklistItem& item = items[i];
      item.id = "PRE-0" + std::to_string(i + 1);
      item.title = "Title " + std::to_string(i + 1);
      item.rationale = "Because.";
      item.rule = "At least two.";
      advice::AnsweredItem answered;
      answered.item = &item;
      answered.answer.status = i == 0 ? Status::Pass : i == 1 ? Status::Fail : Status::Pass;
      answered.answer.evidence = "Evidence " + std::to_string(i + 1);
      answered.answer.remedy = i == 1 ? "Add one." : "";
      answered.answer.blocks = {BlockId("b" + std::to_string(i + 1))};
      answers.push_back(answered);
    }
    QObject::connect(&panel, &ChecklistPanel::blocksChosen, &panel,
                     [this](const std::vector<BlockId>& blocks) { chosen.push_back(blocks); });
    panel.resize(420, 700);
    static_cast<QWidget&>(panel).show();
    EXPECT_TRUE(QTest::qWaitForWindowExposed(&panel));
    panel.show(answers);
    QApplication::processEvents();
  }
  QWidget* card(const char* id) { return panel.findChild<QWidget*>(QString::fromLatin1(id)); }
  QStringList textsOf(const char* id) {
    QStringList texts;
    for (QLabel* label : card(id)->findChildren<QLabel*>()) {
      if (label->isVisible()) {
        texts << label->text();
      }
    }
    return texts;
  }

  advice::ChecklistItem items[3];
  std::vector<advice::AnsweredItem> answers;
  std::vector<std::vector<BlockId>> chosen;
  ChecklistPanel panel;
};

TEST_F(ChecklistPanelTest, CountsTheAnswersInWords) {
  EXPECT_EQ(panel.findChild<QLabel*>(QStringLiteral("summary"))->text(), QStringLiteral("1 fail, 2 pass"));
}

TEST_F(ChecklistPanelTest, ShowsStateEvidenceAndRemedyWithTheWorstFirst) {
  EXPECT_EQ(textsOf("PRE-02"),
            QStringList({QStringLiteral("Title 2"), QStringLiteral("Fail \u00b7 PRE-02"),
                         QStringLiteral("Evidence 2"), QStringLiteral("To do: Add one.")}));
  EXPECT_LT(card("PRE-02")->y(), card("PRE-01")->y());
}

TEST_F(ChecklistPanelTest, TellsWhyOnDemand) {
  QTest::mouseClick(card("PRE-02")->findChild<QToolButton*>(QStringLiteral("more")), Qt::LeftButton);
  EXPECT_TRUE(textsOf("PRE-02").last().contains(QStringLiteral("Because.")));
  EXPECT_TRUE(chosen.empty());
}

TEST_F(ChecklistPanelTest, ChoosesBlocksByMouseAndKeyboard) {
  QTest::mouseClick(card("PRE-02"), Qt::LeftButton, Qt::NoModifier, {20, 8});
  card("PRE-03")->setFocus();
  QTest::keyClick(card("PRE-03"), Qt::Key_Return);
  EXPECT_THAT(chosen,
              testing::ElementsAre(testing::ElementsAre(BlockId("b2")), testing::ElementsAre(BlockId("b3"))));
}

TEST_F(ChecklistPanelTest, HidesAStateThatIsSwitchedOff) {
  const QString passes = QStringLiteral("count%1").arg(static_cast<int>(Status::Pass));
  QTest::mouseClick(panel.findChild<QToolButton*>(passes), Qt::LeftButton);
  EXPECT_FALSE(card("PRE-01")->isVisible());
  EXPECT_TRUE(card("PRE-02")->isVisible());
}

TEST_F(ChecklistPanelTest, KeepsItsCardsWhenTheAnswersAreTheSame) {
  QWidget* before = card("PRE-02");
  panel.show(answers);
  EXPECT_EQ(card("PRE-02"), before);
}

TEST_F(ChecklistPanelTest, AsksForAnExport) {
  int requests = 0;
  QObject::connect(&panel, &ChecklistPanel::exportRequested, &panel, [&] { ++requests; });
  QTest::mouseClick(panel.findChild<QPushButton*>(), Qt::LeftButton);
  EXPECT_EQ(requests, 1);
}

TEST_F(ChecklistPanelTest, NamesEverythingForScreenReaders) {
  EXPECT_EQ(test::focusableWithoutName(panel), QStringList());
}

}  // namespace
}  // namespace cantilever::widgets
