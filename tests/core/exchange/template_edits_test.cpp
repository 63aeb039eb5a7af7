#include "core/exchange/template_edits.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/exchange/design_json.h"
#include "core/exchange/templates.h"

namespace cantilever::exchange {
namespace {

const catalog::Catalog& allBlocks() {
  return catalog::Catalog::builtIn();
}

Design storedTemplate(const std::string& key) {
  const auto loaded = loadTemplate(key, allBlocks());
  EXPECT_TRUE(loaded.ok()) << key;
  return loaded.ok() ? loaded->design : Design();
}

constexpr const char* kTwoEdits = R"({
  "schema": "cantilever.edits/1",
  "steps": [{"from": "a", "to": "b", "edits": [
    {"text": "Add a queue", "put": {"blocks": [{"id": "queue", "type": "message_queue", "x": 8}]}},
    {"text": "Move it, and forget the users", "remove": {"blocks": ["users"]},
     "put": {"name": "Later", "blocks": [{"id": "queue", "type": "message_queue", "x": 16}]}}
  ]}]
})";

TEST(TemplateEdits, AddWhatIsNotThereAndReplaceWhatIs) {
  const auto steps = readSteps(kTwoEdits, "edits.json", allBlocks());
  ASSERT_TRUE(steps.ok()) << steps.error().message;
  ASSERT_EQ(steps->size(), 1u);
  Design design;
  design.name = "Before";
  Block users;
  users.id = BlockId("users");
  users.type = "client_web";
  design.blocks.put(users);
  const auto replayed = replay(design, steps->front(), allBlocks());
  ASSERT_TRUE(replayed.ok()) << replayed.error().message;
  EXPECT_EQ(replayed->name, "Later");
  ASSERT_EQ(replayed->blocks.size(), 1u);
  EXPECT_EQ(replayed->blocks.find(BlockId("queue"))->position.x, 16);
}

TEST(TemplateEdits, SayWhatIsWrongWithThem) {
  std::string text = kTwoEdits;
  text.replace(text.find("message_queue"), 13, "message_qeueu");
  const auto unknownType = readSteps(text, "edits.json", allBlocks());
  ASSERT_FALSE(unknownType.ok());
  EXPECT_EQ(unknownType.error().code, "block.unknown_type");
  const auto noSteps = readSteps("{}", "edits.json", allBlocks());
  ASSERT_FALSE(noSteps.ok());
  EXPECT_EQ(noSteps.error().code, "edits.malformed");
  const auto steps = readSteps(kTwoEdits, "edits.json", allBlocks());
  ASSERT_TRUE(steps.ok());
  const auto nobody = replay(Design(), steps->front(), allBlocks());
  ASSERT_FALSE(nobody.ok());
  EXPECT_NE(nobody.error().message.find("Move it, and forget the users: "), std::string::npos);
}

/// Each template of a path is the one before it plus its edits, to the byte.
TEST(TemplateEdits, MakeOneTemplateOfTheOther) {
  const auto steps = templateSteps(allBlocks());
  ASSERT_TRUE(steps.ok()) << steps.error().where << ": " << steps.error().message;
  for (const TemplateStep& step : *steps) {
    const auto replayed = replay(storedTemplate(step.from), step, allBlocks());
    ASSERT_TRUE(replayed.ok()) << step.to << ": " << replayed.error().message;
    EXPECT_EQ(writeDesign(*replayed), writeDesign(storedTemplate(step.to))) << step.to;
  }
}

TEST(TemplateEdits, LeadFromOneServerToTwoRegions) {
  const auto steps = templateSteps(allBlocks());
  ASSERT_TRUE(steps.ok());
  for (int phase = 1; phase < 8; ++phase) {
    const std::string from = "scaling_path_" + std::to_string(phase);
    const std::string to = "scaling_path_" + std::to_string(phase + 1);
    EXPECT_TRUE(std::any_of(steps->begin(), steps->end(), [&](const TemplateStep& step) {
      return step.from == from && step.to == to && step.edits.size() >= 3;
    })) << from;
  }
}

/// A block that stays keeps its id, its type and its place: who steps through the phases sees what is new.
TEST(TemplateEdits, KeepWhatStaysInItsPlace) {
  const auto steps = templateSteps(allBlocks());
  ASSERT_TRUE(steps.ok());
  for (const TemplateStep& step : *steps) {
    const Design before = storedTemplate(step.from);
    const Design after = storedTemplate(step.to);
    std::size_t stayed = 0;
    for (const Block& block : before.blocks) {
      if (const Block* now = after.blocks.find(block.id)) {
        EXPECT_EQ(now->position, block.position) << step.to << ": " << block.id;
        ++stayed;
      }
    }
    EXPECT_GE(stayed, 1u) << step.to;
  }
}

}  // namespace
}  // namespace cantilever::exchange
