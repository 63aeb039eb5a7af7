#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTest>
#include <QTextBlock>
#include <QTextEdit>
#include <QToolButton>
#include <string>

#include "tests/widgets/accessible_names.h"
#include "tests/widgets/inspector/inspector_fixture.h"
#include "tests/widgets/wheel.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

using namespace literals;

TEST_F(InspectorTest, EditsKindAndPlaceOfZones) {
  std::vector<Zone> zones;
  QObject::connect(&panel, &InspectorPanel::zonesEdited, &panel,
                   [&](const std::vector<Zone>& all) { zones = all; });
  Design changed = *shop;
  Zone region;
  region.id = ZoneId("region");
  region.name = "Region";
  region.kind = ZoneKind::Region;
  Zone a;
  a.id = ZoneId("a");
  Zone b;
  b.id = ZoneId("b");
  for (const Zone& zone : {region, a, b}) {
    changed.zones.put(zone);
  }
  shop = std::make_shared<const Design>(changed);
  panel.show(shop, {{}, {}, {a.id, b.id}, {}});
  auto* parent = editor<QComboBox>("zoneParent");
  parent->setFocus();
  QTest::keyClick(parent, Qt::Key_End);
  ASSERT_EQ(zones.size(), 2U);
  EXPECT_EQ(zones[0].parent, region.id);
  EXPECT_EQ(zones[1].parent, region.id);
  auto* kind = editor<QComboBox>("zoneKind");
  kind->setFocus();
  QTest::keyClick(kind, Qt::Key_End);
  EXPECT_EQ(zones[1].kind, ZoneKind::Rack);
}

class InspectorOfDesignTest : public InspectorTest {
 protected:
  InspectorOfDesignTest() {
    Design changed = *shop;
    RequestClass page;
    page.id = ClassId("page");
    page.name = "Page view";
    changed.classes.put(page);
    Workload load;
    load.id = WorkloadId("load");
    load.requestClass = page.id;
    load.entry = BlockId("users");
    load.peak = 100_rps;
    load.mean = 50_rps;
    changed.workloads.put(load);
    Objective promise;
    promise.id = ObjectiveId("fast");
    promise.limit = 400;
    changed.objectives.put(promise);
    shop = std::make_shared<const Design>(changed);
    panel.show(shop, {});
  }
};

TEST_F(InspectorOfDesignTest, EditsTheLoad) {
  typeAndEnter("peak", "1.5k/s");
  ASSERT_EQ(workloads.size(), 1U);
  EXPECT_EQ(workloads[0].id, WorkloadId("load"));
  EXPECT_EQ(workloads[0].peak, 1500_rps);
  EXPECT_EQ(workloads[0].mean, 50_rps);
}

TEST_F(InspectorOfDesignTest, RefusesANegativeLoad) {
  typeAndEnter("peak", "-5/s");
  EXPECT_TRUE(workloads.empty());
  EXPECT_NE(errorOf("peak"), QString());
}

TEST_F(InspectorOfDesignTest, ReadsLimitsInTheirUnit) {
  EXPECT_EQ(editor<QLineEdit>("limit")->text(), QStringLiteral("400 ms"));
  typeAndEnter("limit", "0.5 s");
  ASSERT_EQ(objectives.size(), 1U);
  EXPECT_DOUBLE_EQ(objectives[0].limit, 500);
}

TEST_F(InspectorOfDesignTest, BeginsWithASensibleLimitWhenTheUnitChanges) {
  auto* metric = editor<QComboBox>("metric");
  metric->setFocus();
  QTest::keyClick(metric, Qt::Key_Down);  // p99 -> p99.9: the same unit
  ASSERT_EQ(objectives.size(), 1U);
  EXPECT_EQ(objectives[0].metric, Metric::LatencyP999);
  EXPECT_DOUBLE_EQ(objectives[0].limit, 400);
  QTest::keyClick(metric, Qt::Key_Down);  // -> success ratio
  ASSERT_EQ(objectives.size(), 2U);
  EXPECT_EQ(objectives[1].metric, Metric::SuccessRatio);
  EXPECT_DOUBLE_EQ(objectives[1].limit, 0.999);
}

TEST_F(InspectorOfDesignTest, AddsAndRemovesObjectives) {
  std::vector<ObjectiveId> removed;
  QObject::connect(&panel, &InspectorPanel::objectiveRemoved, &panel,
                   [&](const ObjectiveId& id) { removed.push_back(id); });
  for (QPushButton* button : panel.findChildren<QPushButton*>()) {
    if (button->text() == QStringLiteral("Add objective")) {
      QTest::mouseClick(button, Qt::LeftButton);
    }
  }
  ASSERT_EQ(objectives.size(), 1U);
  EXPECT_FALSE(shop->objectives.contains(objectives[0].id));
  for (QToolButton* button : panel.findChildren<QToolButton*>()) {
    if (button->accessibleName() == QStringLiteral("Remove this objective")) {
      QTest::mouseClick(button, Qt::LeftButton);
    }
  }
  EXPECT_THAT(removed, testing::ElementsAre(ObjectiveId("fast")));
}

TEST_F(InspectorOfDesignTest, ANewShareKeepsTheTotalAndTheOthersAmongThemselves) {
  std::vector<Workload> mixed;
  QObject::connect(&panel, &InspectorPanel::mixEdited, &panel,
                   [&](const std::vector<Workload>& all) { mixed = all; });
  Design changed = *shop;
  Workload load = *changed.workloads.find(WorkloadId("load"));  // 100/s, on average 50/s
  for (const auto& [id, peak] : {std::pair("second", 60.0), std::pair("third", 40.0)}) {
    load.id = WorkloadId(id);
    load.peak = perSecond(peak);
    changed.workloads.put(load);
  }
  shop = std::make_shared<const Design>(changed);
  panel.show(shop, {});
  QApplication::processEvents();  // new fields are shown when they have been placed
  EXPECT_EQ(editor<QLineEdit>("mix_total")->text(), QStringLiteral("200/s"));
  EXPECT_EQ(editor<QLineEdit>("mix_load")->text(), QStringLiteral("50 %"));
  typeAndEnter("mix_load", "80 %");
  ASSERT_EQ(mixed.size(), 3U);
  EXPECT_EQ(mixed[0].peak, 160_rps);
  EXPECT_EQ(mixed[0].mean, 80_rps);
  EXPECT_EQ(mixed[1].peak, 24_rps);
  EXPECT_EQ(mixed[2].peak, 16_rps);
  typeAndEnter("mix_total", "400/s");
  ASSERT_EQ(mixed.size(), 3U);
  EXPECT_EQ(mixed[0].peak, 200_rps);
  EXPECT_EQ(mixed[2].peak, 80_rps);
}

TEST_F(InspectorOfDesignTest, SharesOfOneClassAreToldApart) {
  Design changed = *shop;
  Workload load = *changed.workloads.find(WorkloadId("load"));
  const QString name = toQString(changed.classes.find(load.requestClass)->name);
  Block other = *changed.blocks.find(load.entry);
  other.id = BlockId("partners");
  other.name = "Partners";
  changed.blocks.put(other);
  load.id = WorkloadId("second");
  load.entry = other.id;
  changed.workloads.put(load);
  load.id = WorkloadId("third");
  changed.workloads.put(load);
  shop = std::make_shared<const Design>(changed);
  panel.show(shop, {});
  QStringList labels;
  for (QLabel* label : panel.findChild<QWidget*>(QStringLiteral("mix"))->findChildren<QLabel*>()) {
    if (label->text().startsWith(QStringLiteral("Share of"))) {
      labels << label->text();
    }
  }
  const QString entry =
      toQString(changed.blocks.find(changed.workloads.find(WorkloadId("load"))->entry)->name);
  EXPECT_EQ(labels, QStringList({QStringLiteral("Share of %1 from %2").arg(name, entry),
                                 QStringLiteral("Share of %1 (second)").arg(name),
                                 QStringLiteral("Share of %1 (third)").arg(name)}));
}

TEST_F(InspectorOfDesignTest, RemovesAClass) {
  std::vector<ClassId> removed;
  QObject::connect(&panel, &InspectorPanel::requestClassRemoved, &panel,
                   [&](const ClassId& id) { removed.push_back(id); });
  for (QToolButton* button : panel.findChildren<QToolButton*>()) {
    if (button->accessibleName().startsWith(QStringLiteral("Remove this class"))) {
      QTest::mouseClick(button, Qt::LeftButton);
    }
  }
  EXPECT_THAT(removed, testing::ElementsAre(ClassId("page")));
}

TEST_F(InspectorOfDesignTest, CommitsTheDescriptionWhenTheFocusLeaves) {
  std::vector<std::pair<std::string, std::string>> titles;
  QObject::connect(&panel, &InspectorPanel::titleEdited, &panel,
                   [&](const QString& name, const QString& description) {
                     titles.push_back({toUtf8(name), toUtf8(description)});
                   });
  auto* description = editor<QTextEdit>("designDescription");
  description->setFocus();
  QTest::keyClicks(description, QStringLiteral("A shop."));
  EXPECT_TRUE(titles.empty());
  editor<QLineEdit>("designName")->setFocus();
  EXPECT_THAT(titles, testing::ElementsAre(testing::Pair("shop", "A shop.")));
}

TEST_F(InspectorOfDesignTest, ADescriptionIsMarkdownOnlyWhileOneWritesIt) {
  Design described = *shop;
  described.description = "# Plan\n\n**How to read it.** From left to right.";
  panel.show(std::make_shared<const Design>(described), {});
  auto* description = editor<QTextEdit>("designDescription");
  EXPECT_EQ(toUtf8(description->toPlainText()), "Plan\nHow to read it. From left to right.");
  description->setFocus();
  EXPECT_EQ(toUtf8(description->toPlainText()), described.description);
  EXPECT_FALSE(description->document()->begin().begin().fragment().charFormat().font().bold());
  editor<QLineEdit>("designName")->setFocus();
  EXPECT_EQ(toUtf8(description->toPlainText()), "Plan\nHow to read it. From left to right.");
}

/// Over each control in turn, which has the focus of work just done.
TEST_F(InspectorOfDesignTest, TheWheelScrollsThePageAndChangesNothing) {
  panel.resize(340, 300);
  int turns = 0;
  const auto turnOverAll = [&] {
    QApplication::processEvents();
    auto* area = panel.findChild<QScrollArea*>();
    for (QWidget* control : area->findChildren<QWidget*>()) {
      const bool takesWheels = qobject_cast<QComboBox*>(control) != nullptr ||
                               qobject_cast<QAbstractSlider*>(control) != nullptr ||
                               qobject_cast<QAbstractSpinBox*>(control) != nullptr;
      if (!takesWheels || !control->isVisible() || qobject_cast<QScrollBar*>(control) != nullptr) {
        continue;
      }
      control->setFocus();
      area->ensureWidgetVisible(control);
      QScrollBar* bar = area->verticalScrollBar();
      const int before = bar->value();
      const int way = before < bar->maximum() ? -120 : 120;
      test::turnWheel(*control, control->rect().center(), way);
      EXPECT_NE(bar->value(), before) << toUtf8(control->accessibleName());
      ++turns;
    }
  };
  turnOverAll();
  select({"web"});
  turnOverAll();
  selectLink("web-db");
  turnOverAll();
  EXPECT_GE(turns, 12);
  EXPECT_TRUE(params.empty() && links.empty() && workloads.empty() && objectives.empty());
}

TEST_F(InspectorOfDesignTest, NamesEverythingForScreenReaders) {
  EXPECT_EQ(test::focusableWithoutName(panel), QStringList());
  select({"web"});
  EXPECT_EQ(test::focusableWithoutName(panel), QStringList());
  selectLink("web-db");
  EXPECT_EQ(test::focusableWithoutName(panel), QStringList());
}

}  // namespace
}  // namespace cantilever::widgets
