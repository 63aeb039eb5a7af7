#include "widgets/style/fuzzy.h"

#include <gtest/gtest.h>

namespace cantilever::widgets {
namespace {

int score(const char* text, const char* search) {
  return fuzzyScore(QString::fromUtf8(text), QString::fromUtf8(search));
}

TEST(Fuzzy, FindsLettersInTheirOrder) {
  EXPECT_GT(score("Redis cluster", "rdscl"), 0);
  EXPECT_GT(score("Redis cluster", "CLUSTER"), 0);
  EXPECT_EQ(score("Redis cluster", "clred"), 0);
  EXPECT_EQ(score("Redis", "rediss"), 0);
  EXPECT_GT(score("Anything", "  "), 0);
}

TEST(Fuzzy, PrefersStartsOfWordsAndLettersInARow) {
  EXPECT_GT(score("Load balancer", "lb"), score("Global traffic", "lb"));
  EXPECT_GT(score("Align left", "left"), score("Lower effect", "left"));
  EXPECT_GT(score("Fit all", "fit"), score("Configure it", "fit"));
}

TEST(Fuzzy, PrefersTheShorterOfTwoThatBeginAlike) {
  EXPECT_GT(score("Zoom in", "zoom"), score("Zoom in on whatever happens to be selected", "zoom"));
}

}  // namespace
}  // namespace cantilever::widgets
