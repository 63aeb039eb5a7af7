#include "widgets/panels/happening_text.h"

#include <gtest/gtest.h>

#include "tests/core/design_builder.h"
#include "widgets/charts/mark_lines.h"
#include "widgets/style/text.h"

namespace cantilever::widgets {
namespace {

using Kind = sim::Happening::Kind;

class HappeningTextTest : public testing::Test {
 protected:
  HappeningTextTest() {
    shop = test::design("shop").block("web", "app").named("Web tier").block("db", "app").build();
    plan.pools.resize(2);
    plan.poolOrigin = {{"web", ""}, {"db", ""}};
    plan.flags.resize(1);
    plan.flags[0].key = "sale";
  }
  static sim::Happening at(double second, Kind kind, plan::Index pool = plan::kNone,
                           std::uint32_t instance = 0, sim::Cause cause = sim::Cause::Script) {
    sim::Happening happening;
    happening.atNs = Duration::seconds(second).ns();
    happening.kind = kind;
    happening.pool = pool;
    happening.instance = instance;
    happening.cause = cause;
    return happening;
  }
  std::vector<std::string> texts(const std::vector<sim::Happening>& happenings) {
    std::vector<std::string> found;
    for (const Moment& moment : momentsOf(shop, plan, happenings)) {
      found.push_back(toUtf8(moment.text));
    }
    return found;
  }

  Design shop;
  plan::Plan plan;
};

TEST_F(HappeningTextTest, TellsWhatHappensAtOnceInALine) {
  sim::Happening flag = at(9, Kind::FlagSet);
  flag.flag = 0;
  flag.value = 1;
  sim::Happening load = at(5, Kind::LoadFactor);
  load.value = 1.6;
  const std::vector<sim::Happening> all{at(2, Kind::Killed, 0, 0),
                                        at(2, Kind::Killed, 0, 1),
                                        at(2, Kind::Killed, 1, 0),
                                        at(2, Kind::Paused, 1, 1),
                                        load,
                                        flag};
  EXPECT_EQ(texts(all), (std::vector<std::string>{"Killed: Web tier \u00d7 2, db; paused: db",
                                                  "Load \u00d7 1.6", "Flag on for 100 %: sale"}));
}

TEST_F(HappeningTextTest, KnowsWhoBeganIt) {
  const auto moments =
      momentsOf(shop, plan,
                {at(1, Kind::Killed, 0, 0, sim::Cause::Hand), at(1, Kind::Saturated, 1, 0, sim::Cause::Run),
                 at(2, Kind::Killed, 0, 0, sim::Cause::Chance)});
  ASSERT_EQ(moments.size(), 2u);
  EXPECT_EQ(moments[0].cause, sim::Cause::Hand);
  EXPECT_TRUE(moments[0].isOrdered());
  EXPECT_FALSE(moments[1].isOrdered());
}

TEST_F(HappeningTextTest, SaysWhichInstanceAPlaceIs) {
  const HappeningPlace one = placeOf(shop, plan, at(1, Kind::Killed, 0, 3));
  EXPECT_EQ(toUtf8(one.name), "Web tier 3");
  EXPECT_EQ(one.block, "web");
  EXPECT_EQ(toUtf8(placeOf(shop, plan, at(1, Kind::Saturated, 0, sim::Happening::kEach)).name), "Web tier");
  EXPECT_TRUE(placeOf(shop, plan, at(1, Kind::LoadFactor)).name.isEmpty());
}

TEST_F(HappeningTextTest, IsToldWhereTheMouseIsOnAChart) {
  MarkLines lines(nullptr);
  lines.setMoments(momentsOf(
      shop, plan, {at(20, Kind::Killed, 0), at(20.05, Kind::Killed, 1), at(40, Kind::Restored, 0)}));
  EXPECT_TRUE(lines.textAt(20).isEmpty()) << "there is no chart yet";
  lines.place(QRectF(100, 0, 600, 80), 60);
  EXPECT_EQ(toUtf8(lines.textAt(301)), "20 s  Killed: Web tier\n20.1 s  Killed: db");
  EXPECT_EQ(toUtf8(lines.textAt(496)), "40 s  Restored: Web tier");
  EXPECT_TRUE(lines.textAt(400).isEmpty());
}

}  // namespace
}  // namespace cantilever::widgets
