#include "widgets/panels/cost_panel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QLabel>
#include <QTest>
#include <QTreeWidget>

#include "tests/core/design_builder.h"
#include "tests/widgets/accessible_names.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

cost::Line lineOf(const char* block, const char* category, std::int64_t dollars) {
  cost::Line line;
  line.block = BlockId(block);
  line.category = category;
  line.usage.item = "c7g.large";
  line.usage.note = "2 x 730 h";
  line.units = 1460;
  line.amount = Money::micros(dollars * 1'000'000);
  line.price.unit = "hour";
  line.price.price = {725, 4};
  line.price.source = "price list";
  line.price.asOf = "2026-10-02";
  return line;
}

class CostPanelTest : public testing::Test {
 protected:
  CostPanelTest() {
    shop = test::design("shop").block("web", "app").named("Web tier").block("db", "app").build();
    estimate.lines = {lineOf("web", "compute", 100), lineOf("db", "compute", 250),
                      lineOf("web", "transfer", 50)};
    estimate.total = Money::micros(400'000'000);
    estimate.perMillionRequests = Money::micros(420'000);
    estimate.priceBook = "aws";
    estimate.pricesAsOf = "2026-10-02";
    estimate.pricesFrom = "2026-09-01";
    panel.resize(640, 500);
    static_cast<QWidget&>(panel).show();
    EXPECT_TRUE(QTest::qWaitForWindowExposed(&panel));
  }
  QString textOf(const char* name) { return panel.findChild<QLabel*>(QString::fromLatin1(name))->text(); }
  QTreeWidget* tree() { return panel.findChild<QTreeWidget*>(); }

  Design shop;
  cost::Estimate estimate;
  CostPanel panel;
};

TEST_F(CostPanelTest, ShowsTotalsAndDates) {
  panel.show(shop, estimate);
  EXPECT_EQ(textOf("total"), QStringLiteral("$400.00"));
  EXPECT_TRUE(textOf("perMillion").startsWith(QStringLiteral("$0.42")));
  EXPECT_TRUE(textOf("dates").contains(QStringLiteral("2026-09-01 to 2026-10-02")));
  EXPECT_FALSE(panel.findChild<QLabel*>(QStringLiteral("unpricedNote"))->isVisible());
}

TEST_F(CostPanelTest, ListsTheDearestBlockFirstWithItsLines) {
  panel.show(shop, estimate);
  ASSERT_EQ(tree()->topLevelItemCount(), 2);
  EXPECT_EQ(tree()->topLevelItem(0)->text(0), QStringLiteral("db"));
  QTreeWidgetItem* web = tree()->topLevelItem(1);
  EXPECT_EQ(web->text(0), QStringLiteral("Web tier"));
  EXPECT_EQ(web->text(1), QStringLiteral("$150.00"));
  ASSERT_EQ(web->childCount(), 2);
  EXPECT_EQ(web->child(0)->text(1), QStringLiteral("$100.00"));
  EXPECT_EQ(web->child(0)->text(2), QStringLiteral("$0.0725 / hour"));
  EXPECT_EQ(web->child(0)->text(3), QStringLiteral("1460 hour (2 x 730 h)"));
  EXPECT_TRUE(web->child(0)->toolTip(1).contains(QStringLiteral("price list")));
  EXPECT_TRUE(web->child(0)->toolTip(1).contains(QStringLiteral("2026-10-02")));
}

TEST_F(CostPanelTest, ListsWhatHasNoPriceWithTheReason) {
  cost::Unpriced unpriced;
  unpriced.block = BlockId("web");
  unpriced.usage.item = "cdn-internet";
  unpriced.reason = "The book has no such path.";
  estimate.unpriced = {unpriced};
  panel.show(shop, estimate);
  EXPECT_TRUE(panel.findChild<QLabel*>(QStringLiteral("unpricedNote"))->isVisible());
  QTreeWidgetItem* last = tree()->topLevelItem(tree()->topLevelItemCount() - 1);
  ASSERT_EQ(last->childCount(), 1);
  EXPECT_EQ(last->child(0)->text(3), QStringLiteral("cdn-internet: The book has no such path."));
}

TEST_F(CostPanelTest, ChoosesTheBlockThatIsClicked) {
  std::vector<BlockId> chosen;
  QObject::connect(&panel, &CostPanel::blockChosen, &panel, [&](const BlockId& id) { chosen.push_back(id); });
  panel.show(shop, estimate);
  QTest::mouseClick(tree()->viewport(), Qt::LeftButton, Qt::NoModifier,
                    tree()->visualItemRect(tree()->topLevelItem(1)).center());
  EXPECT_THAT(chosen, testing::ElementsAre(BlockId("web")));
}

TEST_F(CostPanelTest, KeepsRowsOpenWhenFiguresChange) {
  panel.show(shop, estimate);
  tree()->topLevelItem(1)->setExpanded(true);
  estimate.lines[0].amount = Money::micros(900'000'000);
  panel.show(shop, estimate);
  EXPECT_EQ(tree()->topLevelItem(0)->text(0), QStringLiteral("Web tier"));
  EXPECT_TRUE(tree()->topLevelItem(0)->isExpanded());
  EXPECT_FALSE(tree()->topLevelItem(1)->isExpanded());
}

TEST_F(CostPanelTest, SaysWhyThereIsNoEstimate) {
  panel.show(shop, estimate);
  panel.show(shop, std::nullopt, QStringLiteral("The design has errors."));
  EXPECT_FALSE(tree()->isVisible());
  QStringList texts;
  for (QLabel* label : panel.findChildren<QLabel*>()) {
    if (label->isVisible()) {
      texts << label->text();
    }
  }
  EXPECT_EQ(texts, QStringList(QStringLiteral("The design has errors.")));
}

TEST_F(CostPanelTest, NamesEverythingForScreenReaders) {
  panel.show(shop, estimate);
  EXPECT_EQ(test::focusableWithoutName(panel), QStringList());
}

}  // namespace
}  // namespace cantilever::widgets
