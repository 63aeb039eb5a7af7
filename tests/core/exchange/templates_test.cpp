#include "core/exchange/templates.h"

#include <gtest/gtest.h>

#include <set>

#include "core/base/embedded.h"
#include "core/exchange/template_edits.h"

namespace cantilever::exchange {
namespace {

TEST(Templates, EveryOneOfTheIndexIsThereAndReadsWithoutRemarks) {
  ASSERT_FALSE(templates().empty());
  std::set<std::string> files{"index.json"};
  for (const Template& one : templates()) {
    EXPECT_FALSE(one.title.empty()) << one.key;
    EXPECT_FALSE(one.summary.empty()) << one.key;
    EXPECT_FALSE(one.category.empty()) << one.key;
    const auto loaded = loadTemplate(one.key, catalog::Catalog::builtIn());
    ASSERT_TRUE(loaded.ok()) << loaded.error().where << ": " << loaded.error().message;
    for (const Diagnostic& remark : loaded->remarks) {
      ADD_FAILURE() << remark.where << ": " << remark.message;
    }
    EXPECT_FALSE(loaded->design.blocks.isEmpty());
    files.insert(one.key + ".json");
  }
  std::set<std::string> embedded;
  for (const embedded::File& file : embedded::templates()) {
    if (!file.name.ends_with(kEditsFile)) {
      embedded.insert(std::string(file.name));
    }
  }
  EXPECT_EQ(embedded, files) << "a template is missing in index.json, or the other way round";
}

TEST(Templates, AreKeptAsTheProgramWouldWriteThem) {
  for (const embedded::File& file : embedded::templates()) {
    if (file.name != "index.json" && !file.name.ends_with(kEditsFile)) {
      const auto loaded = readDesign(file.text, catalog::Catalog::builtIn(), file.name);
      ASSERT_TRUE(loaded.ok());
      EXPECT_EQ(writeDesign(loaded->design), file.text) << "bring it into shape with cantilever-cli convert";
    }
  }
}

TEST(Templates, AnUnknownKeySuggestsTheNearest) {
  const auto loaded = loadTemplate("high_traffic_wbe", catalog::Catalog::builtIn());
  ASSERT_FALSE(loaded.ok());
  EXPECT_NE(loaded.error().message.find("\"high_traffic_web\""), std::string::npos);
}

}  // namespace
}  // namespace cantilever::exchange
