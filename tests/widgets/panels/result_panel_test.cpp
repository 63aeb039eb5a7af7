#include "widgets/panels/result_panel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QTest>

#include "tests/core/design_builder.h"
#include "tests/widgets/accessible_names.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

class ResultPanelTest : public testing::Test {
 protected:
  ResultPanelTest() {
    shop = test::design("shop").block("web", "app").named("Web tier").block("db", "app").build();
    Objective fast;
    fast.id = ObjectiveId("fast");
    shop.objectives.put(fast);
    Objective sure;
    sure.id = ObjectiveId("sure");
    sure.metric = Metric::SuccessRatio;
    shop.objectives.put(sure);
    plan.classes = {{"page", "Page view"}};
    plan.pools.resize(2);
    plan.poolOrigin = {{"web", ""}, {"db", ""}};
    plan.pools[0].key = "web";
    plan.pools[1].key = "db";
    run.seed = 7;
    run.warmupNs = 5'000'000'000;
    run.endNs = 15'000'000'000;
    run.events = 1'234'567;
    run.isComplete = true;
    run.digest = "0123456789abcdef0123456789abcdef";
    sim::ClassResult page;
    page.key = "page";
    page.offered = 1010;
    page.succeeded = 990;
    page.failed[static_cast<std::size_t>(plan::Reason::QueueFull)] = 10;
    page.unfinished = 10;
    for (int i = 0; i < 990; ++i) {
      page.latency.add(20'000'000);
    }
    run.classes = {page};
    sim::PoolResult web;
    web.key = "web";
    web.instances = 3;
    web.servers = 8;
    web.utilisation = 0.4;
    sim::PoolResult db = web;
    db.key = "db";
    db.utilisation = 0.95;
    db.refused = 12;
    run.pools = {web, db};
    verdicts = {{ObjectiveId("fast"), "p99 latency <= 400 ms", 20.0, true},
                {ObjectiveId("sure"), "Success ratio >= 99.9 %", 0.99, false},
                {ObjectiveId("gone"), "Cost <= $10", std::nullopt, false}};
    verdicts[0].figure = "20 ms";
    verdicts[1].figure = "99 %";
    panel.resize(900, 600);
    static_cast<QWidget&>(panel).show();
    EXPECT_TRUE(QTest::qWaitForWindowExposed(&panel));
    panel.show(shop, plan, run, verdicts);
  }
  QTableWidget* table(const char* name) { return panel.findChild<QTableWidget*>(QString::fromLatin1(name)); }
  QString textOf(const char* name) { return panel.findChild<QLabel*>(QString::fromLatin1(name))->text(); }

  Design shop;
  plan::Plan plan;
  sim::RunResult run;
  std::vector<advice::Verdict> verdicts;
  ResultPanel panel;
};

TEST_F(ResultPanelTest, JudgesObjectivesInTheirUnits) {
  QStringList texts;
  for (QLabel* label : panel.findChild<QWidget*>(QStringLiteral("verdicts"))->findChildren<QLabel*>()) {
    texts << label->text();
  }
  EXPECT_EQ(texts,
            QStringList(
                {QStringLiteral("Met"), QStringLiteral("p99 latency <= 400 ms"), QStringLiteral("20 ms"),
                 QStringLiteral("Missed"), QStringLiteral("Success ratio >= 99.9 %"), QStringLiteral("99 %"),
                 QStringLiteral("Unknown"), QStringLiteral("Cost <= $10"), QStringLiteral("not measured")}));
}

TEST_F(ResultPanelTest, TellsEachClass) {
  QTableWidget* classes = table("classes");
  ASSERT_EQ(classes->rowCount(), 1);
  EXPECT_EQ(classes->item(0, 0)->text(), QStringLiteral("Page view"));
  EXPECT_EQ(classes->item(0, 1)->text(), QStringLiteral("101/s"));
  // Of the 1,000 that ended; the 10 in flight at the end are neither.
  EXPECT_EQ(classes->item(0, 2)->text(), QStringLiteral("99 %"));
  EXPECT_EQ(classes->item(0, 6)->text(), QStringLiteral("queue full 10"));
}

TEST_F(ResultPanelTest, ListsTheBusiestPoolFirst) {
  QTableWidget* pools = table("pools");
  ASSERT_EQ(pools->rowCount(), 2);
  EXPECT_EQ(pools->item(0, 0)->text(), QStringLiteral("db"));
  EXPECT_EQ(pools->item(0, 1)->text(), QStringLiteral("95 %"));
  EXPECT_EQ(pools->item(1, 0)->text(), QStringLiteral("Web tier"));
  EXPECT_EQ(pools->item(0, 5)->text(), QStringLiteral("12"));
}

TEST_F(ResultPanelTest, SaysWhetherThereIsASteadyStateAndMarksWhatIsNoResult) {
  QLabel* text = panel.findChild<QLabel*>(QStringLiteral("stability"));
  EXPECT_FALSE(text->isVisible());  // the run may go on
  experiment::RunStability of;
  of.verdict = experiment::Stability::Stable;
  panel.show(shop, plan, run, verdicts, &of);
  EXPECT_TRUE(text->isVisible());
  EXPECT_TRUE(text->text().startsWith(QStringLiteral("Steady: "))) << text->text().toStdString();
  EXPECT_EQ(table("classes")->item(0, 5)->text(), QStringLiteral("20 ms"));
  of.doubts = {"The run is short."};
  panel.show(shop, plan, run, verdicts, &of);
  EXPECT_TRUE(text->text().endsWith(QStringLiteral(". The run is short."))) << text->text().toStdString();
  of.doubts.clear();

  of.verdict = experiment::Stability::Unstable;
  of.growth = 50;
  of.growingKind = "pool";
  of.growingKey = "web";
  of.pools = {true, false};
  of.classes = {true};
  panel.show(shop, plan, run, verdicts, &of);
  EXPECT_TRUE(text->text().contains(QStringLiteral("grows by 50/s, most before Web tier.")))
      << text->text().toStdString();
  EXPECT_EQ(table("classes")->item(0, 5)->text(), QStringLiteral("20 ms*"));
  EXPECT_TRUE(table("pools")->item(1, 3)->text().endsWith(QLatin1Char('*')));
  EXPECT_FALSE(table("pools")->item(0, 3)->text().endsWith(QLatin1Char('*')));
}

// A pool may grow before which only others wait.
TEST_F(ResultPanelTest, MarksNoClassWhoseResponsesDoNotGrow) {
  experiment::RunStability of;
  of.verdict = experiment::Stability::Unstable;
  of.pools = {true, false};
  of.classes = {false};
  panel.show(shop, plan, run, verdicts, &of);
  EXPECT_EQ(table("classes")->item(0, 5)->text(), QStringLiteral("20 ms"));
  EXPECT_TRUE(table("pools")->item(1, 3)->text().endsWith(QLatin1Char('*')));
}

TEST_F(ResultPanelTest, NamesTheLinkBeforeWhichMessagesWait) {
  shop =
      test::design("shop").block("web", "app").named("Web tier").block("db", "app").link("web", "db").build();
  plan.links.resize(1);
  plan.linkOrigin = {{"", "web-db"}};
  plan.groups.resize(1);
  plan.groups[0].key = "db/reads";
  plan.groups[0].link = 0;
  experiment::RunStability of;
  of.verdict = experiment::Stability::Unstable;
  of.growth = 50;
  of.growingKind = "group";
  of.growingKey = "db/reads";
  panel.show(shop, plan, run, verdicts, &of);
  EXPECT_TRUE(textOf("stability").contains(QString::fromUtf8("most before Web tier \u2192 db.")))
      << textOf("stability").toStdString();
}

TEST_F(ResultPanelTest, DoesNotAskForASteadyStateOfWhatChanges) {
  experiment::RunStability of;
  of.why = "There is no steady state to look for: a scenario changes the system.";
  panel.show(shop, plan, run, verdicts, &of);
  EXPECT_TRUE(textOf("stability").startsWith(QStringLiteral("Whether")));
  of.isChanging = true;
  panel.show(shop, plan, run, verdicts, &of);
  EXPECT_EQ(textOf("stability"), toQString(of.why));
}

TEST_F(ResultPanelTest, KeepsTheOrderOneChose) {
  QHeaderView* header = table("pools")->horizontalHeader();
  const QPoint first(header->sectionViewportPosition(0) + 10, header->height() / 2);
  QTest::mouseClick(header->viewport(), Qt::LeftButton, Qt::NoModifier, first);
  const QString top = table("pools")->item(0, 0)->text();
  panel.show(shop, plan, run, verdicts);
  EXPECT_EQ(header->sortIndicatorSection(), 0);
  EXPECT_EQ(table("pools")->item(0, 0)->text(), top);
}

TEST_F(ResultPanelTest, ChoosesTheBlockOfAPool) {
  std::vector<BlockId> chosen;
  QObject::connect(&panel, &ResultPanel::blockChosen, &panel,
                   [&](const BlockId& id) { chosen.push_back(id); });
  QTableWidget* pools = table("pools");
  QTest::mouseClick(pools->viewport(), Qt::LeftButton, Qt::NoModifier,
                    pools->visualItemRect(pools->item(1, 0)).center());
  EXPECT_THAT(chosen, testing::ElementsAre(BlockId("web")));
}

TEST_F(ResultPanelTest, SaysHowTheRunCanBeRepeatedAndThatItIsOne) {
  EXPECT_TRUE(textOf("run").contains(QStringLiteral("Seed 7, replication 0")));
  EXPECT_TRUE(textOf("run").contains(QStringLiteral("10 s measured after 5 s")));
  EXPECT_TRUE(textOf("run").contains(QStringLiteral("1,234,567 events")));
  EXPECT_TRUE(textOf("run").contains(toQString(run.digest)));
  EXPECT_TRUE(textOf("caveat").contains(QStringLiteral("one run")));
  EXPECT_FALSE(textOf("caveat").contains(QStringLiteral("stopped early")));
  run.isComplete = false;
  panel.show(shop, plan, run, verdicts);
  EXPECT_TRUE(textOf("caveat").contains(QStringLiteral("stopped early")));
}

TEST_F(ResultPanelTest, ClearsToAMessage) {
  panel.clear(QStringLiteral("Not run yet."));
  EXPECT_FALSE(table("pools")->isVisible());
}

TEST_F(ResultPanelTest, NamesEverythingForScreenReaders) {
  EXPECT_EQ(test::focusableWithoutName(panel), QStringList());
}

TEST_F(ResultPanelTest, HasNoSectionsWithoutContent) {
  for (const char* name : {"paths", "links", "caches", "groups", "happenings"}) {
    EXPECT_TRUE(table(name)->isHidden()) << name;
  }
}

TEST_F(ResultPanelTest, SaysWhereTheTimeGoesAndWhatChanged) {
  plan.programs = {{"web/serve", 0, 0}, {"db/read", 0, 1}};
  plan.links.resize(1);
  plan.links[0].key = "in";
  plan.links[0].program = 1;
  plan.linkOrigin = {{"", "in"}};
  Link in;
  in.id = LinkId("in");
  in.from = BlockId("web");
  in.to = BlockId("db");
  shop.links.put(in);
  sim::PathResult path;
  path.requests = 10;
  path.totalNs = 200'000'000;
  path.shares = {{sim::Doing::WaitingForServer, 1, 150'000'000},
                 {sim::Doing::Travelling, 0, 49'000'000},
                 {sim::Doing::Working, 0, 1'000'000}};
  run.paths = {path};
  run.links.resize(1);
  run.links[0].key = "in";
  run.links[0].calls = 1000;
  run.links[0].failed = 40;
  run.links[0].retries = 30;
  run.happenings = {
      {12'000'000'000, sim::Happening::Kind::Killed, sim::Cause::Script, 1, 0},
      {13'000'000'000, sim::Happening::Kind::BreakerOpened, sim::Cause::Run, plan::kNone, 0, 0}};
  panel.show(shop, plan, run, verdicts);
  const auto cell = [&](const char* name, int row, int column) {
    return toUtf8(table(name)->item(row, column)->text());
  };
  ASSERT_EQ(table("paths")->rowCount(), 2) << "half a percent is not shown";
  EXPECT_EQ(cell("paths", 0, 1), "db");
  EXPECT_EQ(cell("paths", 0, 2), "waiting for a server");
  EXPECT_EQ(cell("paths", 0, 3), "75 %");
  EXPECT_EQ(cell("paths", 0, 4), "15 ms");
  EXPECT_EQ(cell("paths", 1, 1), "Web tier \u2192 db");
  ASSERT_EQ(table("links")->rowCount(), 1);
  EXPECT_EQ(cell("links", 0, 2), "40");
  ASSERT_EQ(table("happenings")->rowCount(), 2);
  EXPECT_EQ(cell("happenings", 0, 0), "12 s");
  EXPECT_EQ(cell("happenings", 0, 2), "db 0");
  EXPECT_EQ(cell("happenings", 0, 3), "the scenario");
  EXPECT_EQ(cell("happenings", 1, 1), "breaker opened");
  EXPECT_FALSE(table("happenings")->isHidden());
  BlockId chosen;
  QObject::connect(&panel, &ResultPanel::blockChosen, [&](const BlockId& block) { chosen = block; });
  QTableWidget* const paths = table("paths");
  Q_EMIT paths->cellClicked(0, 0);
  EXPECT_EQ(chosen.text(), "db");
}

}  // namespace
}  // namespace cantilever::widgets
