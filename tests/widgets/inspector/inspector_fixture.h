#pragma once

#include <gtest/gtest.h>

#include <QLabel>
#include <QLineEdit>
#include <QTest>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/core/design_builder.h"
#include "widgets/inspector/inspector_panel.h"
#include "widgets/inspector/param_field.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {

inline catalog::ParamSpec makeSpec(const char* key, const char* label, const char* group, ParamValue value) {
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

inline catalog::Catalog twoTypes() {
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

/// The panel with a small shop, and what it wishes for.
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
    shop = test::design("shop")
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

}  // namespace cantilever::widgets
