#include "widgets/inspector/inspector_panel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QAbstractSpinBox>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSlider>
#include <QTest>
#include <QTextBlock>
#include <QTextEdit>
#include <QToolButton>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/exchange/templates.h"
#include "tests/core/design_builder.h"
#include "tests/widgets/accessible_names.h"
#include "tests/widgets/wheel.h"
#include "widgets/inspector/param_field.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

using namespace literals;
using test::design;

catalog::ParamSpec makeSpec(const char* key, const char* label, const char* group, ParamValue value) {
  catalog::ParamSpec spec;
  spec.key = key;
  spec.label = label;
  spec.group = group;
  spec.help = "What it means.";
  spec.kind = kindOf(value);
  spec.defaultValue = std::move(value);
  spec.source = {catalog::Source::Grade::Read, "A paper"};
  return spec;
}

catalog::Catalog twoTypes() {
  catalog::BlockType app;
  app.key = "app";
  app.label = "Application server";
  app.purpose = "Runs code.";
  app.documentation = "**What happens.** A thread is taken.";
  app.operations = {"handle", "batch"};
  catalog::ParamSpec cpu = makeSpec("cpu_time", "CPU time", "Behaviour", Duration::milliseconds(8));
  cpu.minimum = 1e-5;
  cpu.maximum = 10;
  cpu.isLogarithmic = true;
  catalog::ParamSpec instances = makeSpec("instances", "Instances", "Size", Count(3));
  instances.minimum = 1;
  instances.maximum = 1000;
  catalog::ParamSpec queue = makeSpec("discipline", "Discipline", "Behaviour", Choice{"fifo"});
  queue.choices = {{"fifo"}, {"round_robin"}};
  queue.choiceLabels = {{"fifo", "First come, first served"}};
  app.params = {instances, cpu, queue, makeSpec("health", "Health-checked", "Behaviour", true)};
  app.traits = [](const Block&) { return Traits(); };
  catalog::BlockType client;
  client.key = "client";
  client.label = "Clients";
  client.params = {instances};
  client.traits = [](const Block&) {
    Traits traits;
    traits.isSource = true;
    traits.linkDefaults = {{"health_interval", Duration::seconds(10)}};
    return traits;
  };
  return catalog::Catalog({app, client});
}

struct ParamEdit {
  std::vector<BlockId> blocks;
  std::string key;
  std::optional<ParamValue> value;
};

class InspectorTest : public testing::Test {
 protected:
  InspectorTest() : catalog(twoTypes()), panel(catalog) {
    QObject::connect(&panel, &InspectorPanel::paramEdited, &panel,
                     [this](const std::vector<BlockId>& blocks, const QString& key,
                            const std::optional<ParamValue>& value) {
                       params.push_back({blocks, toUtf8(key), value});
                     });
    QObject::connect(&panel, &InspectorPanel::linksEdited, &panel, [this](const std::vector<Link>& all) {
      links.insert(links.end(), all.begin(), all.end());
    });
    QObject::connect(&panel, &InspectorPanel::nameEdited, &panel,
                     [this](const BlockId& block, const QString& name) {
                       names.push_back({block.text(), toUtf8(name)});
                     });
    QObject::connect(&panel, &InspectorPanel::workloadEdited, &panel,
                     [this](const Workload& workload) { workloads.push_back(workload); });
    QObject::connect(&panel, &InspectorPanel::objectiveEdited, &panel,
                     [this](const Objective& objective) { objectives.push_back(objective); });
    shop = design("shop")
               .block("users", "client")
               .block("web", "app")
               .named("Web tier")
               .block("db", "app")
               .param("cpu_time", Duration::milliseconds(20))
               .link("web", "db")
               .share();
    panel.resize(340, 900);
    static_cast<QWidget&>(panel).show();
    EXPECT_TRUE(QTest::qWaitForWindowActive(&panel));
  }

  void select(std::initializer_list<const char*> blocks) {
    Selection selection;
    for (const char* id : blocks) {
      selection.blocks.emplace_back(id);
    }
    panel.show(shop, selection);
  }
  void selectLink(const char* id) {
    Selection selection;
    selection.links.emplace_back(id);
    panel.show(shop, selection);
  }
  /// The editor with that key on the page that is shown.
  template <class Widget>
  Widget* editor(const char* key) {
    for (Widget* found : panel.findChildren<Widget*>(QString::fromLatin1(key))) {
      if (found->isVisible()) {
        return found;
      }
    }
    ADD_FAILURE() << "no visible editor " << key;
    return nullptr;
  }
  ParamField* fieldOf(const char* key) {
    return static_cast<ParamField*>(editor<QWidget>(key)->parentWidget());
  }
  void type(const char* key, const char* text) {
    auto* line = editor<QLineEdit>(key);
    line->setFocus();
    line->selectAll();
    QTest::keyClicks(line, QString::fromLatin1(text));
  }
  void typeAndEnter(const char* key, const char* text) {
    type(key, text);
    QTest::keyClick(editor<QLineEdit>(key), Qt::Key_Return);
  }
  QString errorOf(const char* key) {
    auto* error = fieldOf(key)->findChild<QLabel*>(QStringLiteral("error"));
    return error->isVisible() ? error->text() : QString();
  }

  catalog::Catalog catalog;
  InspectorPanel panel;
  DesignPtr shop;
  std::vector<ParamEdit> params;
  std::vector<Link> links;
  std::vector<std::pair<std::string, std::string>> names;
  std::vector<Workload> workloads;
  std::vector<Objective> objectives;
};

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
