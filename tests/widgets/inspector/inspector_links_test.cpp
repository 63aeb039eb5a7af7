#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QTest>

#include "tests/core/design_builder.h"
#include "tests/widgets/inspector/inspector_fixture.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

using namespace literals;
using test::design;

TEST_F(InspectorTest, EditsEachFieldOfALinkAsAWholeLink) {
  selectLink("web-db");
  EXPECT_EQ(editor<QLabel>("linkEnds")->text(), QStringLiteral("Web tier \u2192 db"));
  typeAndEnter("timeout", "250 ms");
  ASSERT_EQ(links.size(), 1U);
  EXPECT_EQ(links[0].id, LinkId("web-db"));
  EXPECT_EQ(links[0].to, BlockId("db"));
  EXPECT_EQ(links[0].timeout, Duration::milliseconds(250));
  typeAndEnter("calls", "1.5");
  ASSERT_EQ(links.size(), 2U);
  EXPECT_DOUBLE_EQ(links[1].calls, 1.5);
  auto* mode = editor<QComboBox>("mode");
  mode->setFocus();
  QTest::keyClick(mode, Qt::Key_Down);
  ASSERT_EQ(links.size(), 3U);
  EXPECT_EQ(links[2].mode, LinkMode::Send);
}

TEST_F(InspectorTest, OffersTheOperationsOfTheCallee) {
  selectLink("web-db");
  auto* operation = editor<QComboBox>("operation");
  QStringList offered;
  for (int row = 0; row < operation->count(); ++row) {
    offered << operation->itemText(row);
  }
  EXPECT_EQ(offered,
            QStringList({QStringLiteral("By role"), QStringLiteral("Handle"), QStringLiteral("Batch")}));
}

TEST_F(InspectorTest, EmptyLatencyMeansByLocality) {
  Design changed = *shop;
  Link link = *changed.links.find(LinkId("web-db"));
  link.latency = Law::constant(1_ms);
  changed.links.put(link);
  shop = std::make_shared<const Design>(changed);
  selectLink("web-db");
  auto* latency = editor<QLineEdit>("latency");
  EXPECT_EQ(latency->text(), QStringLiteral("1 ms"));
  latency->setFocus();
  latency->selectAll();
  QTest::keyClick(latency, Qt::Key_Delete);
  QTest::keyClick(latency, Qt::Key_Return);
  ASSERT_EQ(links.size(), 1U);
  EXPECT_EQ(links[0].latency, std::nullopt);
  EXPECT_EQ(latency->placeholderText(), QStringLiteral("by locality"));
}

TEST_F(InspectorTest, ShowsWhatTheCallingBlockDoesByItselfAsTheDefaultOfItsLinks) {
  shop = design("shop")
             .block("users", "client")
             .block("web", "app")
             .block("db", "app")
             .link("users", "web")
             .link("web", "db")
             .share();
  const auto interval = [this] {
    auto* line = panel.findChild<QLineEdit*>(QStringLiteral("health_interval"));
    EXPECT_NE(line, nullptr);
    return line->parentWidget();
  };
  const auto shown = [&] { return interval()->findChild<QLineEdit*>()->text(); };
  const auto origin = [&] {
    return interval()->findChild<QLabel*>(QStringLiteral("source"))->text().section(QLatin1Char('\n'), -1);
  };
  selectLink("users-web");
  EXPECT_EQ(shown(), QStringLiteral("10 s"));
  EXPECT_EQ(origin(), QStringLiteral("Default 10 s: what the calling block does by itself"));
  selectLink("web-db");
  EXPECT_EQ(shown(), QStringLiteral("0 s"));
  EXPECT_TRUE(origin().startsWith(QStringLiteral("Default 0 s"))) << toUtf8(origin());

  Selection both;
  both.links = {LinkId("users-web"), LinkId("web-db")};
  panel.show(shop, both);
  EXPECT_EQ(shown(), QString());
  EXPECT_EQ(origin(), QStringLiteral("The defaults differ: what the calling block does by itself"));
}

TEST_F(InspectorTest, ChecksTheClassesOfALink) {
  Design changed = *shop;
  RequestClass page;
  page.id = ClassId("page");
  page.name = "Page view";
  changed.classes.put(page);
  shop = std::make_shared<const Design>(changed);
  selectLink("web-db");
  auto* classes = editor<QListWidget>("classes");
  ASSERT_EQ(classes->count(), 1);
  classes->setFocus();
  classes->setCurrentRow(0);
  QTest::keyClick(classes, Qt::Key_Space);
  ASSERT_EQ(links.size(), 1U);
  EXPECT_THAT(links[0].classes, testing::ElementsAre(ClassId("page")));
}

TEST_F(InspectorTest, SetsAFieldOfSeveralLinksAtOnce) {
  Design changed = *shop;
  Link first = *changed.links.find(LinkId("web-db"));
  first.timeout = 1_s;
  first.calls = 3;
  changed.links.put(first);
  Link second;
  second.id = LinkId("users-web");
  second.from = BlockId("users");
  second.to = BlockId("web");
  changed.links.put(second);
  RequestClass page;
  page.id = ClassId("page");
  page.name = "Page view";
  changed.classes.put(page);
  shop = std::make_shared<const Design>(changed);
  panel.show(shop, {{}, {first.id, second.id}, {}, {}});
  EXPECT_EQ(editor<QLabel>("linkEnds")->text(), QStringLiteral("2 links"));
  EXPECT_EQ(editor<QLineEdit>("timeout")->placeholderText(), QStringLiteral("mixed"));
  typeAndEnter("timeout", "250 ms");
  ASSERT_EQ(links.size(), 2U);
  EXPECT_EQ(links[0].timeout, Duration::milliseconds(250));
  EXPECT_EQ(links[1].timeout, Duration::milliseconds(250));
  EXPECT_EQ(links[0].calls, 3);  // the rest stays different
  EXPECT_EQ(links[1].calls, 1);
}

TEST_F(InspectorTest, AClassOfSomeLinksIsHalfChecked) {
  Design changed = *shop;
  RequestClass page;
  page.id = ClassId("page");
  page.name = "Page view";
  changed.classes.put(page);
  Link first = *changed.links.find(LinkId("web-db"));
  first.classes = {page.id};
  changed.links.put(first);
  Link second = first;
  second.id = LinkId("other");
  second.classes = {};
  changed.links.put(second);
  shop = std::make_shared<const Design>(changed);
  panel.show(shop, {{}, {first.id, second.id}, {}, {}});
  auto* classes = editor<QListWidget>("classes");
  EXPECT_EQ(classes->item(0)->checkState(), Qt::PartiallyChecked);
  classes->setFocus();
  classes->setCurrentRow(0);
  QTest::keyClick(classes, Qt::Key_Space);
  ASSERT_EQ(links.size(), 2U);
  EXPECT_THAT(links[0].classes, testing::ElementsAre(page.id));
  EXPECT_THAT(links[1].classes, testing::ElementsAre(page.id));
}

}  // namespace
}  // namespace cantilever::widgets
