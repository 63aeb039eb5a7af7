#include "core/vocabulary/visits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/text.h"
#include "tests/core/plan_maker.h"

namespace cantilever::plan {
namespace {

using namespace literals;
using namespace test;
using ::testing::HasSubstr;

/// A source of 10 requests/s of one class whose program the test writes; stations are one call away.
class VisitsTest : public ::testing::Test {
 protected:
  Index station(const std::string& key, std::vector<Instruction> code) {
    const Index program = m_maker.program(key, kNone, std::move(code));
    const Index link = m_maker.link("to-" + key);
    m_maker.aim(link, program);
    return link;
  }
  void start(std::vector<Instruction> code) {
    m_maker.source("users", m_class, 10, m_maker.program("root", kNone, std::move(code)));
  }
  double rate(Index link) {
    EXPECT_EQ(faultIn(m_maker.plan), "");
    const Result<Visits> result = visits(m_maker.plan);
    EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
    return result.ok() ? result->totalLinkRate(link) : -1;
  }
  Error error() {
    EXPECT_EQ(faultIn(m_maker.plan), "");
    const Result<Visits> result = visits(m_maker.plan);
    EXPECT_FALSE(result.ok());
    return result.ok() ? Error() : result.error();
  }

  PlanMaker m_maker;
  Index m_class = m_maker.requestClass("get");
};

TEST_F(VisitsTest, CountsCallsSendsForwardsAndEveryParallelBranch) {
  const Index leaf = station("leaf", {end()});
  const Index tail = station("tail", {end()});
  start({call(leaf), send(leaf), parallel(3, 1), branch(leaf), branch(leaf), branch(leaf), forward(tail)});
  EXPECT_DOUBLE_EQ(rate(leaf), 50);
  EXPECT_DOUBLE_EQ(rate(tail), 10);
}

TEST_F(VisitsTest, WeighsBranchesByTheirProbability) {
  const Index hit = station("hit", {end()});
  const Index miss = station("miss", {end()});
  start({ifChance(0.7, 3), call(miss), jump(4), call(hit), end()});
  EXPECT_DOUBLE_EQ(rate(hit), 7);
  EXPECT_DOUBLE_EQ(rate(miss), 3);
}

TEST_F(VisitsTest, ALoopWithProbabilityPRunsGeometricallyOften) {
  // Calls once, and again with p = 0.6: 1 / (1 - 0.6) = 2.5 calls per request.
  const Index leaf = station("leaf", {end()});
  start({call(leaf), ifChance(0.6, 0), end()});
  EXPECT_NEAR(rate(leaf), 25, 1e-12);
}

TEST_F(VisitsTest, FeedbackThroughCallsDiesOutGeometrically) {
  // A station calls itself with p = 0.9: 10 visits per request.
  const Index self = m_maker.link("self");
  const Index program = m_maker.program("station", kNone, {ifChance(0.1, 2), call(self), end()});
  m_maker.aim(self, program);
  const Index enter = m_maker.link("enter");
  m_maker.aim(enter, program);
  start({call(enter), end()});
  EXPECT_NEAR(rate(self), 90, 1e-9);
  EXPECT_NEAR(rate(enter), 10, 1e-12);
}

TEST_F(VisitsTest, TwoStationsThatCallEachOtherSolveALinearSystem) {
  // Visits a = 1 + 0.5 b, b = 2 * 0.6 a = 1.2 a: a = 1 / (1 - 0.6) = 2.5, b = 3.
  const Index toA = m_maker.link("to-a");
  const Index toB = m_maker.link("to-b");
  const Index back = m_maker.link("back");
  m_maker.aim(toB, m_maker.program("b", kNone, {ifChance(0.5, 2), call(back), end()}));
  const Index a = m_maker.program("a", kNone, {ifChance(0.4, 3), call(toB), call(toB), end()});
  m_maker.aim(toA, a);
  m_maker.aim(back, a);
  start({call(toA), end()});
  EXPECT_NEAR(rate(toB), 30, 1e-9);
  EXPECT_NEAR(rate(back), 15, 1e-9);
}

TEST_F(VisitsTest, RetriesByLoopAfterAFailure) {
  // The callee fails with 0.2; each failure is tried again: 1 / 0.8 = 1.25 calls per request.
  const Index flaky = station("flaky", {ifChance(0.2, 2), end(), fail()});
  start({call(flaky, 0), end()});
  EXPECT_NEAR(rate(flaky), 12.5, 1e-9);
}

TEST_F(VisitsTest, AfterAFailureTheRestIsNotVisited) {
  // A refuses 30 %: what its caller does next is done for 70 %, and what its caller's caller does next too.
  const Index refuses = station("refuses", {ifChance(0.3, 2), end(), fail()});
  const Index after = station("after", {end()});
  const Index middle = station("middle", {call(refuses), call(after), end()});
  const Index last = station("last", {end()});
  start({call(middle), call(last), end()});
  EXPECT_DOUBLE_EQ(rate(refuses), 10);
  EXPECT_DOUBLE_EQ(rate(after), 7);
  EXPECT_DOUBLE_EQ(rate(last), 7);
}

TEST_F(VisitsTest, WhatIsOnlyCalledOnFailureIsFoundToo) {
  const Index always = station("always-fails", {fail()});
  const Index deep = station("deep", {end()});
  const Index fallback = station("fallback", {call(deep), end()});
  start({call(always, 2), end(), call(fallback), end()});
  EXPECT_DOUBLE_EQ(rate(fallback), 10);
  EXPECT_DOUBLE_EQ(rate(deep), 10);
}

TEST_F(VisitsTest, KOfNSucceedsByTheBinomialLaw) {
  // Each of three fails with 0.1; two are needed: 0.9^3 + 3 * 0.9^2 * 0.1 = 0.972.
  const Index flaky = station("flaky", {ifChance(0.1, 2), end(), fail()});
  const Index after = station("after", {end()});
  const Index failed = station("failed", {end()});
  start({parallel(3, 2, 6), branch(flaky), branch(flaky), branch(flaky), call(after), end(), call(failed),
         end()});
  EXPECT_DOUBLE_EQ(rate(flaky), 30);
  EXPECT_NEAR(rate(after), 9.72, 1e-12);
  EXPECT_NEAR(rate(failed), 0.28, 1e-12);
}

TEST_F(VisitsTest, AFailureAfterTheAnswerHurtsNobody) {
  const Index flaky = station("flaky", {reply(), ifChance(0.5, 3), end(), fail()});
  const Index after = station("after", {end()});
  start({call(flaky), call(after), end()});
  EXPECT_DOUBLE_EQ(rate(after), 10);
}

TEST_F(VisitsTest, AFailingSendDoesNotHurtItsSender) {
  const Index fails = station("fails", {fail()});
  const Index after = station("after", {end()});
  start({send(fails), call(after), end()});
  EXPECT_DOUBLE_EQ(rate(fails), 10);
  EXPECT_DOUBLE_EQ(rate(after), 10);
}

TEST_F(VisitsTest, KeepsRequestClassesApart) {
  const Index other = m_maker.requestClass("put");
  const Index writes = m_maker.classSet({false, true});
  const Index reader = station("reader", {end()});
  const Index writer = station("writer", {end()});
  const Index root =
      m_maker.program("root", kNone, {ifClass(writes, 3), call(reader), end(), call(writer), end()});
  m_maker.source("gets", m_class, 8, root);
  m_maker.source("puts", other, 2, root);
  ASSERT_EQ(faultIn(m_maker.plan), "");
  const Visits result = visits(m_maker.plan).value();
  EXPECT_THAT(result.linkRate[reader], ::testing::ElementsAre(8, 0));
  EXPECT_THAT(result.linkRate[writer], ::testing::ElementsAre(0, 2));
}

TEST_F(VisitsTest, OfferedWorkIsRateTimesMeanServiceTime) {
  const Index law = m_maker.law(Law::exponential(50_ms));
  const Index pool = m_maker.pool("db");
  const Index link = m_maker.link("to-db");
  m_maker.aim(link, m_maker.program("db", pool, {work(law), work(law), end()}));
  start({call(link), end()});
  ASSERT_EQ(faultIn(m_maker.plan), "");
  EXPECT_DOUBLE_EQ(visits(m_maker.plan)->totalPoolWork(pool), 10 * 2 * 0.05);
  EXPECT_DOUBLE_EQ(visits(m_maker.plan, 3.0)->totalPoolWork(pool), 3 * 10 * 2 * 0.05);
}

TEST_F(VisitsTest, RefusesACycleThatRepeatsItselfAndNamesItsLinks) {
  const Index toA = m_maker.link("a");
  const Index toB = m_maker.link("b");
  const Index enter = m_maker.link("enter");
  m_maker.aim(toB, m_maker.program("b", kNone, {call(toA), end()}));
  const Index a = m_maker.program("a", kNone, {call(toB), end()});
  m_maker.aim(toA, a);
  m_maker.aim(enter, a);
  start({call(enter), end()});
  const Error found = error();
  EXPECT_EQ(found.code, "plan.diverges");
  EXPECT_THAT(found.message, HasSubstr("\"a\""));
  EXPECT_THAT(found.message, HasSubstr("\"b\""));
  EXPECT_THAT(found.message, ::testing::Not(HasSubstr("enter")));
}

TEST_F(VisitsTest, ACycleMayBeCertainInTwoHalves) {
  // Each of two calls comes back with 0.5: exactly one return on average, and no end is expected.
  const Index self = m_maker.link("self");
  const Index program =
      m_maker.program("a", kNone, {ifChance(0.5, 2), call(self), ifChance(0.5, 4), call(self), end()});
  m_maker.aim(self, program);
  start({call(self), end()});
  EXPECT_EQ(error().code, "plan.diverges");
}

TEST_F(VisitsTest, FailuresMayEndACycle) {
  // It calls itself always, but fails half of the time before: 1 + 0.5 + 0.25 + ... = 2 visits.
  const Index self = m_maker.link("self");
  const Index program = m_maker.program("a", kNone, {ifChance(0.5, 3), call(self), end(), fail()});
  m_maker.aim(self, program);
  const Index enter = m_maker.link("enter");
  m_maker.aim(enter, program);
  start({call(enter), end()});
  EXPECT_NEAR(rate(self), 10, 1e-9);
}

TEST_F(VisitsTest, ALargeRingIsSolvedAsASmallOneIs) {
  // 1,000 stations in a ring, the last returning with 0.75: four rounds each.
  constexpr Index kSize = 1000;
  std::vector<Index> links;
  for (Index i = 0; i < kSize; ++i) {
    links.push_back(m_maker.link("l" + formatNumber(i)));
  }
  std::vector<Index> programs;
  for (Index i = 0; i < kSize; ++i) {
    const Index next = links[(i + 1) % kSize];
    const bool isLast = i + 1 == kSize;
    programs.push_back(
        m_maker.program("p" + formatNumber(i), kNone, {ifChance(isLast ? 0.25 : 0.0, 2), call(next), end()}));
  }
  for (Index i = 0; i < kSize; ++i) {
    m_maker.aim(links[i], programs[i]);
  }
  const Index enter = m_maker.link("enter");
  m_maker.aim(enter, programs[0]);
  start({call(enter), end()});
  EXPECT_NEAR(rate(links[1]), 40, 1e-8);
  EXPECT_NEAR(rate(links[kSize - 1]), 40, 1e-8);
  EXPECT_NEAR(rate(links[0]), 30, 1e-8);
}

}  // namespace
}  // namespace cantilever::plan
