#include "core/base/ids.h"

#include <gtest/gtest.h>

namespace cantilever {
namespace {

TEST(Slug, AcceptsLettersDigitsDashUnderscoreAndPoint) {
  EXPECT_TRUE(isSlug("orders-db"));
  EXPECT_TRUE(isSlug("a"));
  EXPECT_TRUE(isSlug("7_up.B"));
  EXPECT_TRUE(isSlug(std::string(128, 'x')));
}

TEST(Slug, RefusesEmptyLongAndOddTexts) {
  EXPECT_FALSE(isSlug(""));
  EXPECT_FALSE(isSlug(std::string(129, 'x')));
  EXPECT_FALSE(isSlug("-a"));
  EXPECT_FALSE(isSlug(".hidden"));
  EXPECT_FALSE(isSlug("a b"));
  EXPECT_FALSE(isSlug("a/b"));
  EXPECT_FALSE(isSlug("caf\u00e9"));
}

TEST(Slug, IsMadeFromAnyText) {
  EXPECT_EQ(slugOf("Orders DB (EU)"), "orders-db-eu");
  EXPECT_EQ(slugOf("  web  "), "web");
  EXPECT_EQ(slugOf("v1.2_beta"), "v1.2_beta");
  EXPECT_EQ(slugOf("\u6570\u636e"), "item");
  EXPECT_EQ(slugOf(""), "item");
  EXPECT_EQ(slugOf("--..__"), "item");
}

TEST(Slug, MadeFromLongTextIsStillASlug) {
  const std::string slug = slugOf(std::string(127, 'a') + " " + std::string(50, 'b'));
  EXPECT_TRUE(isSlug(slug)) << slug;
  EXPECT_EQ(slug, std::string(127, 'a'));
}

TEST(Slug, OfASlugIsItself) {
  for (const char* slug : {"orders-db", "a", "x.y_z-1"}) {
    EXPECT_EQ(slugOf(slug), slug);
  }
}

TEST(Id, ComparesAndHashesByText) {
  EXPECT_EQ(BlockId("a"), BlockId(std::string("a")));
  EXPECT_LT(BlockId("a"), BlockId("b"));
  EXPECT_EQ(std::hash<BlockId>{}(BlockId("a")), std::hash<BlockId>{}(BlockId("a")));
  EXPECT_TRUE(BlockId().isEmpty());
}

}  // namespace
}  // namespace cantilever
