#include <gtest/gtest.h>

#include <QToolBar>
#include <QUndoStack>
#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/gui/document.h"
#include "app/gui/run_controller.h"
#include "core/catalog/policies/link_policy.h"
#include "core/exchange/templates.h"
#include "tests/app/drawing_hands.h"
#include "tests/app/mouse_hands.h"
#include "widgets/inspector/words.h"

/// The e-commerce platform (part 5, section 5.1 of the source document) drawn from an empty canvas: by
/// keyboard alone, and by mouse. The template says what has to come of it.
namespace cantilever::app {
namespace {

using testing::Hands;
using testing::KeyboardHands;
using testing::MouseHands;
using testing::StudioDriver;
using widgets::choiceOf;
using widgets::toQString;

/// A design in lines, by names: what one draws, without places, ids, notes, texts and scenarios.
std::multiset<std::string> systemOf(const Design& design) {
  std::multiset<std::string> lines;
  const auto nameOf = [](const auto& table, const auto& id) {
    const auto* found = table.find(id);
    return found == nullptr ? std::string("-") : found->name;
  };
  const auto textOf = [](const Params& params) {
    std::string text;
    for (const auto& [key, value] : params) {
      text += " " + key + "=" + catalog::textOf(value);
    }
    return text;
  };
  const auto classesOf = [&](const std::vector<ClassId>& ids) {
    std::set<std::string> names;
    for (const ClassId& id : ids) {
      names.insert(nameOf(design.classes, id));
    }
    std::string text;
    for (const std::string& name : names) {
      text += "," + name;
    }
    return text;
  };
  for (const Block& block : design.blocks) {
    lines.insert("block " + block.name + " " + block.type + " in " + nameOf(design.zones, block.zone) +
                 textOf(block.params));
  }
  for (const Link& link : design.links) {
    lines.insert("link " + nameOf(design.blocks, link.from) + " > " + nameOf(design.blocks, link.to) + " " +
                 catalog::textOf(choiceOf(link.mode)) + " " + catalog::textOf(choiceOf(link.role)) + " '" +
                 link.operation + "' " + catalog::textOf(link.calls) + classesOf(link.classes) + " " +
                 (link.latency ? catalog::textOf(*link.latency) : "local") + " " +
                 catalog::textOf(link.timeout) + " " + catalog::textOf(choiceOf(link.balancing)) +
                 textOf(link.params));
  }
  for (const RequestClass& one : design.classes) {
    lines.insert("class " + one.name + " " + catalog::textOf(choiceOf(one.access)) + " " +
                 catalog::textOf(one.isCacheable) + " " + catalog::textOf(one.requestSize) + " " +
                 catalog::textOf(one.replySize) + textOf(one.params));
  }
  for (const Workload& one : design.workloads) {
    lines.insert("load " + nameOf(design.classes, one.requestClass) + " at " +
                 nameOf(design.blocks, one.entry) + " " + catalog::textOf(one.peak) + " " +
                 catalog::textOf(one.mean) + textOf(one.params));
  }
  for (const Objective& one : design.objectives) {
    lines.insert("objective " + catalog::textOf(choiceOf(one.metric)) + " of " +
                 nameOf(design.classes, one.requestClass) + " " + catalog::textOf(one.limit));
  }
  for (const Zone& one : design.zones) {
    lines.insert("zone " + one.name + " " + catalog::textOf(choiceOf(one.kind)) + " in " +
                 nameOf(design.zones, one.parent));
  }
  return lines;
}

/// What the second has and the first has not.
std::string missingIn(const std::multiset<std::string>& there, const std::multiset<std::string>& wanted) {
  std::string text;
  for (const std::string& line : wanted) {
    text += there.contains(line) ? "" : "\n  " + line;
  }
  return text;
}

class BuildingTest : public ::testing::Test {
 protected:
  BuildingTest() {
    const Result<exchange::LoadedDesign> loaded =
        exchange::loadTemplate("ecommerce_complete", catalog::Catalog::builtIn());
    EXPECT_TRUE(loaded.ok());
    wanted = loaded->design;
    // What equals its default cannot be set: an element holds only what differs.
    for (const Block& block : loaded->design.blocks) {
      const catalog::BlockType* type = catalog::Catalog::builtIn().find(block.type);
      Block settled = block;
      std::erase_if(settled.params,
                    [&](const auto& param) { return param.second == type->find(param.first)->defaultValue; });
      wanted.blocks.put(settled);
    }
    for (const Link& link : loaded->design.links) {
      Link settled = link;
      std::erase_if(settled.params, [](const auto& param) {
        const std::vector<catalog::ParamSpec>& specs = catalog::linkParams();
        return std::any_of(specs.begin(), specs.end(), [&](const catalog::ParamSpec& spec) {
          return spec.key == param.first && spec.defaultValue == param.second;
        });
      });
      wanted.links.put(settled);
    }
  }

  /// The id that the table has now and had not before.
  template <class T>
  static decltype(T::id) added(const Table<T>& before, const Table<T>& after) {
    for (const T& element : after) {
      if (!before.contains(element.id)) {
        return element.id;
      }
    }
    ADD_FAILURE() << "nothing was added";
    return {};
  }

  void build(Hands& hands) {
    hands.beginEmpty();
    ASSERT_TRUE(StudioDriver::waitUntil([&] { return studio.window->views().canvas->isVisible(); }));
    drawBlocks(hands);
    ASSERT_FALSE(HasFatalFailure());
    describeLoad(hands);
    ASSERT_FALSE(HasFatalFailure());
    drawLinks(hands);
    ASSERT_FALSE(HasFatalFailure());
    drawZones(hands);
  }

  void drawBlocks(Hands& hands) {
    for (const Block& block : wanted.blocks) {
      SCOPED_TRACE(block.name);
      const DesignPtr before = studio.design();
      const catalog::BlockType* type = catalog::Catalog::builtIn().find(block.type);
      hands.addBlock(toQString(type->label));
      ASSERT_EQ(studio.design()->blocks.size(), before->blocks.size() + 1);
      blocks[block.id] = added(before->blocks, studio.design()->blocks);
      ASSERT_EQ(studio.design()->blocks.find(blocks[block.id])->type, block.type);
      hands.setText(QStringLiteral("blockName"), block.name);
      for (const auto& [key, value] : block.params) {
        hands.set({}, toQString(key), value);
      }
      ASSERT_EQ(studio.design()->blocks.find(blocks[block.id])->params, block.params);
    }
    hands.command(QStringLiteral("Arrange"), QStringLiteral("Lay out all"));
  }

  void describeLoad(Hands& hands) {
    hands.selectNothing();
    // The first class and its load came with the client.
    ClassId first = studio.design()->classes.begin()->id;
    for (const RequestClass& one : wanted.classes) {
      SCOPED_TRACE(one.name);
      ClassId id = first;
      first = {};
      if (id.isEmpty()) {
        const DesignPtr before = studio.design();
        hands.pressButton(QStringLiteral("Add class"));
        id = added(before->classes, studio.design()->classes);
      }
      classes[one.id] = id;
      const QString card = QStringLiteral("card:") + toQString(id.text());
      hands.set(card, QStringLiteral("name"), one.name);
      hands.set(card, QStringLiteral("access"), choiceOf(one.access));
      hands.set(card, QStringLiteral("cacheable"), one.isCacheable);
      hands.set(card, QStringLiteral("request_size"), one.requestSize);
      hands.set(card, QStringLiteral("reply_size"), one.replySize);
      if (!one.params.empty()) {
        hands.unfold(card);
      }
      for (const auto& [key, value] : one.params) {
        hands.set(card, toQString(key), value);
      }
    }
    WorkloadId load = studio.design()->workloads.begin()->id;
    for (const Workload& one : wanted.workloads) {
      SCOPED_TRACE(one.id.text());
      WorkloadId id = load;
      load = {};
      if (id.isEmpty()) {
        const DesignPtr before = studio.design();
        hands.pressButton(QStringLiteral("Add workload"));
        id = added(before->workloads, studio.design()->workloads);
      }
      const QString card = QStringLiteral("card:") + toQString(id.text());
      hands.set(card, QStringLiteral("class"), Choice{classes[one.requestClass].text()});
      hands.set(card, QStringLiteral("peak"), one.peak);
      hands.set(card, QStringLiteral("mean"), one.mean);
    }
    for (const Objective& one : wanted.objectives) {
      SCOPED_TRACE(one.id.text());
      const DesignPtr before = studio.design();
      hands.pressButton(QStringLiteral("Add objective"));
      const ObjectiveId id = added(before->objectives, studio.design()->objectives);
      const QString card = QStringLiteral("card:") + toQString(id.text());
      hands.set(card, QStringLiteral("metric"), choiceOf(one.metric));
      const bool isRatio = one.metric == Metric::SuccessRatio;
      hands.set(card, QStringLiteral("limit"),
                isRatio ? ParamValue(ratio(one.limit)) : ParamValue(Duration::milliseconds(one.limit)));
      const auto of = classes.find(one.requestClass);
      hands.set(card, QStringLiteral("class"),
                Choice{of == classes.end() ? std::string() : of->second.text()});
    }
  }

  void drawLinks(Hands& hands) {
    for (const Link& link : wanted.links) {
      SCOPED_TRACE(link.id.text());
      const DesignPtr before = studio.design();
      hands.link(blocks[link.from], blocks[link.to]);
      ASSERT_EQ(studio.design()->links.size(), before->links.size() + 1);
      const LinkId id = added(before->links, studio.design()->links);
      ASSERT_EQ(studio.design()->links.find(id)->to, blocks[link.to]);
      hands.selectLink(id);
      const Link now = *studio.design()->links.find(id);
      const auto setIf = [&](bool differs, const char* key, const ParamValue& value) {
        if (differs) {
          hands.set({}, QString::fromLatin1(key), value);
        }
      };
      setIf(now.mode != link.mode, "mode", choiceOf(link.mode));
      setIf(now.role != link.role, "role", choiceOf(link.role));
      setIf(now.operation != link.operation, "operation", Choice{link.operation});
      setIf(now.calls != link.calls, "calls", link.calls);
      setIf(now.latency != link.latency, "latency", link.latency.value_or(Law{}));
      setIf(now.timeout != link.timeout, "timeout", link.timeout);
      setIf(now.balancing != link.balancing, "balancing", choiceOf(link.balancing));
      for (const auto& [key, value] : link.params) {
        hands.set({}, toQString(key), value);
      }
      for (const ClassId& one : link.classes) {
        QListWidget* list = hands.classes();
        ASSERT_NE(list, nullptr);
        for (int row = 0; row < list->count(); ++row) {
          if (list->item(row)->data(Qt::UserRole).toString() == toQString(classes[one].text())) {
            hands.check(*list, row);
          }
        }
      }
    }
  }

  void drawZones(Hands& hands) {
    hands.command(QStringLiteral("Arrange"), QStringLiteral("Lay out all"));
    for (const Zone& zone : wanted.zones) {
      SCOPED_TRACE(zone.name);
      std::vector<BlockId> around;
      for (const Block& block : wanted.blocks) {
        if (block.zone == zone.id) {
          around.push_back(blocks[block.id]);
        }
      }
      const DesignPtr before = studio.design();
      hands.addZone(around);
      ASSERT_EQ(studio.design()->zones.size(), before->zones.size() + 1);
      zones[zone.id] = added(before->zones, studio.design()->zones);
      hands.setText(QStringLiteral("zoneName"), zone.name);
      // First out of what it was drawn in: that may allow no such kind.
      const auto parent = zones.find(zone.parent);
      const Zone now = *studio.design()->zones.find(zones[zone.id]);
      const std::string in = parent == zones.end() ? std::string() : parent->second.text();
      if (now.parent.text() != in) {
        hands.set({}, QStringLiteral("zoneParent"), Choice{in});
      }
      if (now.kind != zone.kind) {
        hands.set({}, QStringLiteral("zoneKind"), choiceOf(zone.kind));
      }
    }
  }

  void expectTheSystem() {
    const std::multiset<std::string> there = systemOf(*studio.design());
    const std::multiset<std::string> template_ = systemOf(wanted);
    EXPECT_EQ(missingIn(there, template_), "") << "missing";
    EXPECT_EQ(missingIn(template_, there), "") << "too much";
  }

  void expectSavedAs(const QString& file, const std::function<void()>& open) {
    const DesignPtr built = studio.design();
    studio.presenter.fileToOpen = file;
    open();
    EXPECT_EQ(*studio.design(), *built);
    EXPECT_TRUE(studio.presenter.errors.isEmpty());
  }

  StudioDriver studio;
  Design wanted;
  std::map<BlockId, BlockId> blocks;
  std::map<ClassId, ClassId> classes;
  std::map<ZoneId, ZoneId> zones;
};

constexpr int kRunPatience = 240;  // s: the engine shares the machine with a debug build's costs

TEST_F(BuildingTest, TheShopByKeyboardAlone) {
  KeyboardHands hands(studio);
  build(hands);
  ASSERT_FALSE(HasFailure());
  expectTheSystem();
  const DesignPtr built = studio.design();

  studio.key(Qt::Key_F5);
  EXPECT_TRUE(
      StudioDriver::waitUntil([&] { return studio.window->views().charts->pointCount() > 2; }, kRunPatience));
  studio.key(Qt::Key_F5, Qt::ShiftModifier);
  EXPECT_TRUE(StudioDriver::waitUntil([&] { return studio.window->runs().state() == RunState::Finished; },
                                      kRunPatience));

  studio.key(Qt::Key_1, Qt::AltModifier);
  studio.undoAll();
  EXPECT_EQ(*studio.design(), Design());
  studio.redoAll();
  EXPECT_EQ(*studio.design(), *built);

  studio.presenter.fileToSave = studio.path("shop.cantilever");
  studio.key(Qt::Key_S, Qt::ControlModifier);
  expectSavedAs(studio.presenter.fileToSave, [&] { studio.key(Qt::Key_O, Qt::ControlModifier); });
}

TEST_F(BuildingTest, TheShopByMouse) {
  MouseHands hands(studio);
  build(hands);
  ASSERT_FALSE(HasFailure());
  expectTheSystem();
  const DesignPtr built = studio.design();
  const auto click = [&](const char* action) {
    QWidget* button = nullptr;
    for (const QToolBar* bar : studio.window->findChildren<QToolBar*>()) {
      QWidget* here = bar->widgetForAction(studio.child<QAction>(action));
      button = here != nullptr ? here : button;
    }
    ASSERT_NE(button, nullptr);
    StudioDriver::click(button);
  };

  click("run.start");
  EXPECT_TRUE(
      StudioDriver::waitUntil([&] { return studio.window->views().charts->pointCount() > 2; }, kRunPatience));
  click("run.stop");
  EXPECT_TRUE(StudioDriver::waitUntil([&] { return studio.window->runs().state() == RunState::Finished; },
                                      kRunPatience));

  const int steps = studio.window->document().undoStack().count();
  for (int step = 0; step < steps; ++step) {
    click("edit.undo");
  }
  EXPECT_EQ(*studio.design(), Design());
  for (int step = 0; step < steps; ++step) {
    click("edit.redo");
  }
  EXPECT_EQ(*studio.design(), *built);

  studio.presenter.fileToSave = studio.path("shop.cantilever");
  click("file.save");
  expectSavedAs(studio.presenter.fileToSave, [&] { click("file.open"); });
}

}  // namespace
}  // namespace cantilever::app
