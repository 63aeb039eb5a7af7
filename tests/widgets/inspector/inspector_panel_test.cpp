#include "widgets/inspector/inspector_panel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QSlider>
#include <QTest>
#include <QToolButton>
#include <map>
#include <set>
#include <string>

#include "core/exchange/templates.h"
#include "tests/core/design_builder.h"
#include "tests/widgets/inspector/inspector_fixture.h"
#include "widgets/inspector/param_field.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

using namespace literals;
using test::design;

TEST_F(InspectorTest, EmitsTheValueThatWasTyped) {
  select({"web"});
  typeAndEnter("cpu_time", "20 ms");
  ASSERT_EQ(params.size(), 1U);
  EXPECT_EQ(params[0].key, "cpu_time");
  EXPECT_EQ(params[0].value, ParamValue(Duration::milliseconds(20)));
  EXPECT_THAT(params[0].blocks, testing::ElementsAre(BlockId("web")));
}

TEST_F(InspectorTest, ShowsTheDocumentationOfATypeWhenAsked) {
  select({"web"});
  auto* about = panel.findChild<QToolButton*>(QStringLiteral("about"));
  auto* text = panel.findChild<QLabel*>(QStringLiteral("documentation"));
  ASSERT_TRUE(about != nullptr && text != nullptr);
  EXPECT_FALSE(text->isVisible());
  QTest::mouseClick(about, Qt::LeftButton);
  EXPECT_TRUE(text->isVisible());
  EXPECT_EQ(text->textFormat(), Qt::MarkdownText);
  EXPECT_TRUE(text->text().contains(QStringLiteral("A thread is taken.")));
  QTest::mouseClick(about, Qt::LeftButton);
  EXPECT_FALSE(text->isVisible());
}

TEST_F(InspectorTest, ShowsWhyATextIsNotUnderstoodAndEmitsNothing) {
  select({"web"});
  typeAndEnter("cpu_time", "20 parsecs");
  EXPECT_TRUE(params.empty());
  EXPECT_TRUE(errorOf("cpu_time").contains(QStringLiteral("20 parsecs"))) << toUtf8(errorOf("cpu_time"));
  EXPECT_EQ(editor<QLineEdit>("cpu_time")->text(), QStringLiteral("20 parsecs"));
}

TEST_F(InspectorTest, SaysTheRangeOfAValueBeyondIt) {
  select({"web"});
  typeAndEnter("instances", "5000");
  EXPECT_TRUE(params.empty());
  EXPECT_TRUE(errorOf("instances").contains(QStringLiteral("1000"))) << toUtf8(errorOf("instances"));
}

TEST_F(InspectorTest, EscapeTakesTheTextAndItsErrorBack) {
  select({"web"});
  typeAndEnter("cpu_time", "20 parsecs");
  QTest::keyClick(editor<QLineEdit>("cpu_time"), Qt::Key_Escape);
  EXPECT_EQ(editor<QLineEdit>("cpu_time")->text(), QStringLiteral("8 ms"));
  EXPECT_EQ(errorOf("cpu_time"), QString());
  EXPECT_TRUE(params.empty());
}

TEST_F(InspectorTest, CommitsWhenTheFocusLeaves) {
  select({"web"});
  type("cpu_time", "12 ms");
  EXPECT_TRUE(params.empty());
  editor<QLineEdit>("instances")->setFocus();
  ASSERT_EQ(params.size(), 1U);
  EXPECT_EQ(params[0].value, ParamValue(Duration::milliseconds(12)));
}

TEST_F(InspectorTest, EmitsNothingForTheSameValueWrittenOtherwise) {
  select({"web"});
  typeAndEnter("cpu_time", "0.008 s");
  EXPECT_TRUE(params.empty());
  EXPECT_EQ(editor<QLineEdit>("cpu_time")->text(), QStringLiteral("8 ms"));
}

TEST_F(InspectorTest, ResetsToTheDefault) {
  select({"db"});
  auto* reset = fieldOf("cpu_time")->findChild<QToolButton*>(QStringLiteral("reset"));
  ASSERT_TRUE(reset->isVisible());
  QTest::mouseClick(reset, Qt::LeftButton);
  ASSERT_EQ(params.size(), 1U);
  EXPECT_EQ(params[0].key, "cpu_time");
  EXPECT_EQ(params[0].value, std::nullopt);
}

TEST_F(InspectorTest, OffersNoResetOfADefault) {
  select({"web"});
  EXPECT_FALSE(fieldOf("cpu_time")->findChild<QToolButton*>(QStringLiteral("reset"))->isVisible());
}

TEST(InspectorOfFollowingDefaults, ShowTheValueThatFollowsUntilOneIsStated) {
  const catalog::Catalog& catalog = catalog::Catalog::builtIn();
  InspectorPanel panel(catalog);
  panel.resize(340, 900);
  static_cast<QWidget&>(panel).show();
  ASSERT_TRUE(QTest::qWaitForWindowActive(&panel));
  const auto showing = [&](const Params& params) {
    Design changed = design().block("db", "rdbms_primary");
    Block block = *changed.blocks.find(BlockId("db"));
    block.params = params;
    changed.blocks.put(block);
    Selection selection;
    selection.blocks.emplace_back("db");
    panel.show(std::make_shared<const Design>(changed), selection);
    return static_cast<ParamField*>(
        panel.findChild<QLineEdit*>(QStringLiteral("max_connections"))->parentWidget());
  };
  const auto textOf = [](ParamField* field) { return toUtf8(field->findChild<QLineEdit*>()->text()); };
  const auto offersReset = [](ParamField* field) {
    return !field->findChild<QToolButton*>(QStringLiteral("reset"))->isHidden();
  };
  ParamField* field = showing({{"instance_type", Choice{"db.r6g.large"}}});
  EXPECT_EQ(textOf(field), catalog::textOf(ParamValue(Count(1800))));
  EXPECT_FALSE(offersReset(field));
  EXPECT_TRUE(field->findChild<QLabel*>(QStringLiteral("source"))
                  ->text()
                  .contains(QStringLiteral("which follows the instance type and the engine")));
  field = showing({{"instance_type", Choice{"db.r6g.2xlarge"}}});
  EXPECT_EQ(textOf(field), catalog::textOf(ParamValue(Count(5000))));
  field = showing({{"max_connections", Count(3600)}});
  EXPECT_TRUE(offersReset(field)) << "it is stated, though it is what would follow";
}

TEST_F(InspectorTest, TellsTheSourceOfTheDefaultOnDemand) {
  select({"web"});
  auto* source = fieldOf("cpu_time")->findChild<QLabel*>(QStringLiteral("source"));
  EXPECT_FALSE(source->isVisible());
  QTest::mouseClick(fieldOf("cpu_time")->findChild<QToolButton*>(QStringLiteral("info")), Qt::LeftButton);
  EXPECT_TRUE(source->isVisible());
  EXPECT_TRUE(source->text().contains(QStringLiteral("read in A paper"))) << toUtf8(source->text());
  EXPECT_TRUE(source->text().contains(QStringLiteral("8 ms")));
}

TEST_F(InspectorTest, KnowsTheSourceOfEveryDefaultOfTheCatalogue) {
  const std::map<catalog::Source::Grade, QString> words = {
      {catalog::Source::Grade::Read, QStringLiteral("read in ")},
      {catalog::Source::Grade::Known, QStringLiteral("documented fact: ")},
      {catalog::Source::Grade::Judgement, QStringLiteral("our judgement: ")}};
  for (const catalog::BlockType& type : catalog::Catalog::builtIn().types()) {
    for (const catalog::ParamSpec& spec : type.params) {
      const ParamField field(spec);
      const QString text = field.findChild<QLabel*>(QStringLiteral("source"))->text();
      EXPECT_TRUE(text.endsWith(words.at(spec.source.grade) + toQString(spec.source.document)))
          << type.key << ", " << spec.key << ": " << toUtf8(text);
    }
  }
}

TEST_F(InspectorTest, ShowsThatSeveralBlocksDifferAndSetsThemAll) {
  select({"web", "db"});
  auto* line = editor<QLineEdit>("cpu_time");
  EXPECT_EQ(line->text(), QString());
  EXPECT_EQ(line->placeholderText(), QStringLiteral("mixed"));
  EXPECT_EQ(editor<QLineEdit>("instances")->text(), QStringLiteral("3"));
  typeAndEnter("cpu_time", "5 ms");
  ASSERT_EQ(params.size(), 1U);
  EXPECT_THAT(params[0].blocks, testing::ElementsAre(BlockId("web"), BlockId("db")));
  EXPECT_EQ(params[0].value, ParamValue(Duration::milliseconds(5)));
}

TEST_F(InspectorTest, ShowsOnlyWhatBlocksOfSeveralTypesShare) {
  select({"web", "users"});
  EXPECT_TRUE(editor<QLineEdit>("instances")->isVisible());
  for (QLineEdit* hidden : panel.findChildren<QLineEdit*>(QStringLiteral("cpu_time"))) {
    EXPECT_FALSE(hidden->isVisible());
  }
}

TEST_F(InspectorTest, SlidesOverDecades) {
  select({"web"});
  auto* slider = fieldOf("cpu_time")->findChild<QSlider*>(QStringLiteral("slider"));
  // 1e-5 s .. 10 s are six decades; 8 ms is log10(800) / 6 = 0.484 of the way.
  EXPECT_NEAR(slider->value(), 484, 1);
  slider->setFocus();
  QTest::keyClick(slider, Qt::Key_PageUp);
  ASSERT_EQ(params.size(), 1U);
  // A tenth of six decades further: 8 ms * 10^0.6 = 31.8 ms, rounded to two digits.
  EXPECT_EQ(params[0].value, ParamValue(Duration::milliseconds(32)));
  EXPECT_EQ(editor<QLineEdit>("cpu_time")->text(), QStringLiteral("32 ms"));
}

TEST_F(InspectorTest, EmitsWhileTheSliderIsDragged) {
  select({"web"});
  auto* slider = fieldOf("instances")->findChild<QSlider*>(QStringLiteral("slider"));
  const QPoint handle(slider->width() * slider->value() / slider->maximum() + 4, slider->height() / 2);
  QTest::mousePress(slider, Qt::LeftButton, Qt::NoModifier, handle);
  QTest::mouseMove(slider, handle + QPoint(20, 0));
  QTest::mouseMove(slider, handle + QPoint(40, 0));
  QTest::mouseRelease(slider, Qt::LeftButton, Qt::NoModifier, handle + QPoint(40, 0));
  ASSERT_GE(params.size(), 2U);
  EXPECT_GT(std::get<Count>(*params.back().value).value(), std::get<Count>(*params.front().value).value());
}

TEST_F(InspectorTest, EmitsTheChoiceMadeByKeyboard) {
  select({"web"});
  auto* combo = editor<QComboBox>("discipline");
  EXPECT_EQ(combo->currentText(), QStringLiteral("First come, first served"));
  combo->setFocus();
  QTest::keyClick(combo, Qt::Key_Down);
  ASSERT_EQ(params.size(), 1U);
  EXPECT_EQ(params[0].value, ParamValue(Choice{"round_robin"}));
}

TEST_F(InspectorTest, EmitsTheBoxThatWasUnchecked) {
  select({"web"});
  auto* box = editor<QCheckBox>("health");
  EXPECT_TRUE(box->isChecked());
  box->setFocus();
  QTest::keyClick(box, Qt::Key_Space);
  ASSERT_EQ(params.size(), 1U);
  EXPECT_EQ(params[0].value, ParamValue(false));
}

TEST_F(InspectorTest, KeepsFocusAndHalfTypedTextWhenTheSameIsShownAgain) {
  select({"web"});
  type("cpu_time", "1");
  auto* before = editor<QLineEdit>("cpu_time");
  shop = std::make_shared<const Design>(*shop);
  select({"web"});
  EXPECT_EQ(editor<QLineEdit>("cpu_time"), before);
  EXPECT_TRUE(before->hasFocus());
  EXPECT_EQ(before->text(), QStringLiteral("1"));
  QTest::keyClicks(before, QStringLiteral("5 ms"));
  QTest::keyClick(before, Qt::Key_Return);
  ASSERT_EQ(params.size(), 1U);
  EXPECT_EQ(params[0].value, ParamValue(Duration::milliseconds(15)));
}

TEST_F(InspectorTest, DropsHalfTypedTextWhenSomethingElseIsSelected) {
  select({"web"});
  type("cpu_time", "1");
  select({"db"});
  EXPECT_EQ(editor<QLineEdit>("cpu_time")->text(), QStringLiteral("20 ms"));
  EXPECT_TRUE(params.empty());
}

TEST_F(InspectorTest, KeepsItsWidgetsForAnotherBlockOfTheType) {
  select({"web"});
  auto* before = editor<QLineEdit>("cpu_time");
  select({"db"});
  EXPECT_EQ(editor<QLineEdit>("cpu_time"), before);
}

TEST_F(InspectorTest, FollowsTheDesign) {
  select({"web"});
  Design changed = *shop;
  Block web = *changed.blocks.find(BlockId("web"));
  web.params["cpu_time"] = Duration::milliseconds(99);
  changed.blocks.put(web);
  shop = std::make_shared<const Design>(changed);
  select({"web"});
  EXPECT_EQ(editor<QLineEdit>("cpu_time")->text(), QStringLiteral("99 ms"));
  EXPECT_TRUE(params.empty());
}

TEST_F(InspectorTest, RenamesTheBlockButNotToNothing) {
  select({"web"});
  EXPECT_EQ(editor<QLineEdit>("blockName")->text(), QStringLiteral("Web tier"));
  typeAndEnter("blockName", "Front");
  EXPECT_THAT(names, testing::ElementsAre(testing::Pair("web", "Front")));
  typeAndEnter("blockName", " ");
  EXPECT_EQ(names.size(), 1U);
  EXPECT_EQ(editor<QLineEdit>("blockName")->text(), QStringLiteral("Front"));
}

TEST_F(InspectorTest, SaysWhatIsWrongWithTheBlockAndHowItDoes) {
  select({"web"});
  Diagnostic remark;
  remark.block = BlockId("web");
  remark.message = "Too small.";
  Diagnostic other = remark;
  other.block = BlockId("db");
  other.message = "Elsewhere.";
  panel.setDiagnostics({remark, other});
  CanvasOverlay overlay;
  overlay.blocks[BlockId("web")] = {0.84, 1500, 12, QStringLiteral("queue full"), 2, 3};
  panel.setOverlay(overlay);
  QStringList texts;
  for (QLabel* label : panel.findChildren<QLabel*>()) {
    if (label->isVisible()) {
      texts << label->text();
    }
  }
  EXPECT_TRUE(texts.contains(QStringLiteral("Too small.")));
  EXPECT_FALSE(texts.contains(QStringLiteral("Elsewhere.")));
  EXPECT_TRUE(texts.contains(QStringLiteral("84 %")));
  EXPECT_TRUE(texts.contains(QStringLiteral("2/3")));
  EXPECT_TRUE(texts.filter(QStringLiteral("queue full")).size() == 1);
}

TEST_F(InspectorTest, KeepsABlockOfUnknownTypeAndSaysSo) {
  shop = design("shop").block("x", "quantum_cache").share();
  select({"x"});
  QStringList texts;
  for (QLabel* label : panel.findChildren<QLabel*>()) {
    if (label->isVisible()) {
      texts << label->text();
    }
  }
  EXPECT_EQ(texts.filter(QStringLiteral("not known")).size(), 1);
}

TEST_F(InspectorTest, OfBlocksAndLinksEachHaveTheirPage) {
  panel.show(shop, {{BlockId("web"), BlockId("users")}, {LinkId("web-db")}, {}, {}});
  typeAndEnter("instances", "7");
  ASSERT_EQ(params.size(), 1U);
  EXPECT_THAT(params[0].blocks, testing::ElementsAre(BlockId("web"), BlockId("users")));
  typeAndEnter("timeout", "2 s");
  ASSERT_EQ(links.size(), 1U);
  EXPECT_EQ(links[0].timeout, 2_s);
  select({"web"});
  for (QLineEdit* hidden : panel.findChildren<QLineEdit*>(QStringLiteral("timeout"))) {
    EXPECT_FALSE(hidden->isVisible());
  }
}

// In whichever order they were first needed: blocks are above.
TEST_F(InspectorTest, PagesOfAMixedSelectionKeepTheirOrder) {
  for (const bool isLinkFirst : {true, false}) {
    InspectorPanel fresh(catalog);
    fresh.resize(340, 900);
    static_cast<QWidget&>(fresh).show();
    if (isLinkFirst) {
      fresh.show(shop, {{}, {LinkId("web-db")}, {}, {}});
    }
    fresh.show(shop, {{BlockId("web")}, {LinkId("web-db")}, {}, {}});
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&fresh));
    const auto* cpu = fresh.findChild<QWidget*>(QStringLiteral("cpu_time"));
    const auto* latency = fresh.findChild<QWidget*>(QStringLiteral("timeout"));
    ASSERT_NE(cpu, nullptr);
    ASSERT_NE(latency, nullptr);
    EXPECT_LT(cpu->mapTo(&fresh, QPoint()).y(), latency->mapTo(&fresh, QPoint()).y()) << isLinkFirst;
  }
}

/// The widgets that ask for the most room, from the page inwards.
std::string wayToTheWidest(const QWidget& page) {
  const QWidget* at = &page;
  std::string way;
  while (at != nullptr) {
    way += std::string(at->metaObject()->className()) + " \"" +
           toUtf8(at->objectName() + at->property("text").toString()) + "\" takes " +
           std::to_string(std::max(at->minimumSizeHint().width(), at->minimumWidth())) + "\n";
    const QWidget* widest = nullptr;
    for (const QWidget* child : at->findChildren<QWidget*>(Qt::FindDirectChildrenOnly)) {
      const int width = std::max(child->minimumSizeHint().width(), child->minimumWidth());
      if (child->isVisibleTo(at) && (widest == nullptr || width > std::max(widest->minimumSizeHint().width(),
                                                                           widest->minimumWidth()))) {
        widest = child;
      }
    }
    at = widest;
  }
  return way;
}

// Nothing scrolls across: what is wider than the panel is cut off.
TEST(Inspector, WhateverIsShownFitsIntoThePanel) {
  InspectorPanel panel(catalog::Catalog::builtIn());
  panel.resize(340, 900);
  static_cast<QWidget&>(panel).show();
  ASSERT_TRUE(QTest::qWaitForWindowExposed(&panel));
  const auto* scroll = panel.findChild<QScrollArea*>();
  std::set<std::string> types;
  std::set<std::string> callees;
  for (const exchange::Template& each : exchange::templates()) {
    const auto shown = std::make_shared<const Design>(
        exchange::loadTemplate(each.key, catalog::Catalog::builtIn()).value().design);
    std::vector<Selection> selections(1);  // the design itself
    for (const Block& block : shown->blocks) {
      if (types.insert(block.type).second) {
        selections.push_back({{block.id}, {}, {}, {}});
      }
    }
    for (const Link& link : shown->links) {
      if (callees.insert(shown->blocks.find(link.to)->type).second) {
        selections.push_back({{}, {link.id}, {}, {}});
      }
    }
    for (const Selection& selection : selections) {
      panel.show(shown, selection);
      const int room = scroll->viewport()->width();
      ASSERT_LE(scroll->widget()->minimumSizeHint().width(), room)
          << each.key << ": " << wayToTheWidest(*scroll->widget());
    }
  }
}

TEST_F(InspectorTest, SaysTheAllowedRangeWithTheSource) {
  select({"web"});
  EXPECT_TRUE(fieldOf("instances")
                  ->findChild<QLabel*>(QStringLiteral("source"))
                  ->text()
                  .contains(QStringLiteral("Allowed: from 1 to 1000")))
      << toUtf8(fieldOf("instances")->findChild<QLabel*>(QStringLiteral("source"))->text());
}

}  // namespace
}  // namespace cantilever::widgets
