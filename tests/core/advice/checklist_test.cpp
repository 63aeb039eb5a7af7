#include "core/advice/checklist.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "tests/core/advice/review.h"

namespace cantilever::test {
namespace {

using namespace literals;
using advice::Status;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

TEST(Checklist, HasTheSixteenPreLaunchItemsInOrder) {
  EXPECT_THAT(advice::checklistNames(), ElementsAre("pre-launch"));
  ASSERT_THAT(advice::allItems(), SizeIs(16));
  EXPECT_EQ(advice::allItems().front().id, "PRE-01");
  EXPECT_EQ(advice::allItems().back().id, "PRE-16");
  EXPECT_TRUE(std::is_sorted(advice::allItems().begin(), advice::allItems().end(),
                             [](const auto& a, const auto& b) { return a.id < b.id; }));
}

TEST(Checklist, SaysOfEachItemWhatItChecksAndWhy) {
  std::set<std::string> ids;
  for (const advice::ChecklistItem& item : advice::allItems()) {
    EXPECT_TRUE(ids.insert(item.id).second) << item.id;
    EXPECT_FALSE(item.title.empty()) << item.id;
    EXPECT_FALSE(item.rationale.empty()) << item.id;
    EXPECT_FALSE(item.rule.empty()) << item.id;
    EXPECT_NE(item.check, nullptr) << item.id;
  }
}

TEST(Checklist, FindsNothingApplicableInAnEmptyDesign) {
  const Review review{Design()};
  const auto answers = advice::answer("pre-launch", review.input());
  ASSERT_TRUE(answers.ok());
  for (const advice::AnsweredItem& answered : *answers) {
    const bool asksForRates = answered.answer.status == Status::Unknown;
    EXPECT_TRUE(answered.answer.status == Status::NotApplicable || asksForRates)
        << answered.item->id << " " << nameOf(answered.answer.status);
    EXPECT_FALSE(answered.answer.evidence.empty()) << answered.item->id;
  }
}

TEST(Checklist, AnswersADamagedDesign) {
  // Links that lead nowhere, a zone that is its own parent, an unknown type.
  Design damaged = design()
                       .zone("loop", ZoneKind::AvailabilityZone, "loop")
                       .block("web", "server")
                       .in("loop")
                       .block("db", "database")
                       .in("loop")
                       .block("odd", "no_such_type")
                       .link("web", "nowhere")
                       .link("nowhere", "web")
                       .link("odd", "web")
                       .objective("up", Metric::SuccessRatio, 0.999)
                       .workload("gone", 100_rps, "request");
  const Review review{damaged};
  const auto answers = advice::answer("pre-launch", review.input());
  ASSERT_TRUE(answers.ok());
  EXPECT_THAT(*answers, SizeIs(16));
}

TEST(Checklist, GivesARemedyForAllThatIsNotWell) {
  const Review review{design()
                          .block("users", "users")
                          .block("web", "unchecked_server")
                          .link("users", "web")
                          .workload("users", 1000_rps)};
  const auto answers = advice::answer("pre-launch", review.input());
  ASSERT_TRUE(answers.ok());
  int bad = 0;
  for (const advice::AnsweredItem& answered : *answers) {
    if (answered.answer.status == Status::Fail || answered.answer.status == Status::Warn) {
      ++bad;
      EXPECT_FALSE(answered.answer.remedy.empty()) << answered.item->id;
    }
  }
  EXPECT_GE(bad, 5);
}

TEST(Checklist, NamesTheListsThereAreWhenAskedForAnother) {
  const auto answers = advice::answer("launch", Review{Design()}.input());
  ASSERT_FALSE(answers.ok());
  EXPECT_EQ(answers.error().code, "advice.unknown_checklist");
  EXPECT_THAT(answers.error().message, HasSubstr("\"pre-launch\""));
}

TEST(AdviceInput, ReadsTraitsOfABlockWithAWrongParameterByItsDefault) {
  Design wrong = design().block("app", "app_server").param("instances", -5).param("stateless", false);
  const Review review(wrong, catalog::Catalog::builtIn());
  const Traits traits = review.input().traitsOf(*wrong.blocks.find(BlockId("app")));
  EXPECT_EQ(traits.instances, 3);
  EXPECT_FALSE(traits.isStateless);
}

}  // namespace
}  // namespace cantilever::test
