#include "core/vocabulary/lowering.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "core/base/text.h"
#include "core/vocabulary/visits.h"
#include "tests/core/plan_maker.h"

namespace cantilever::plan {
namespace {

using namespace literals;

/// A plan with classes "read" and "write" and links that lead nowhere in particular.
class ProgramBuilderTest : public ::testing::Test {
 protected:
  OutLink link(const std::string& id, cantilever::Link link = {}) {
    link.id = LinkId(id);
    m_links.push_back(std::move(link));
    const Index index = m_maker.link(id);
    return {.link = &m_links.back(), .index = index};
  }
  OutLink link(const std::string& id, LinkRole role, double calls = 1) {
    cantilever::Link link;
    link.role = role;
    link.calls = calls;
    return this->link(id, std::move(link));
  }
  /// What the body writes, ended.
  std::string code(const Body& body) {
    const auto begin = static_cast<Index>(m_maker.plan.code.size());
    ProgramBuilder builder(m_maker.plan, m_pool);
    body(builder);
    if (builder.isOpen()) {
      builder.end();
    }
    EXPECT_FALSE(builder.isTooLarge());
    m_maker.plan.programs.push_back({"program-" + formatNumber(begin), begin, m_pool});
    const auto program = static_cast<Index>(m_maker.plan.programs.size() - 1);
    for (Index each = 0; each < m_maker.plan.links.size(); ++each) {
      m_maker.aim(each, program);
    }
    EXPECT_EQ(faultIn(m_maker.plan), "");
    return test::codeOf(m_maker.plan, program, static_cast<Index>(m_maker.plan.code.size()) - begin);
  }

  test::PlanMaker m_maker;
  Index m_read = m_maker.requestClass("read");
  Index m_write = m_maker.requestClass("write");
  Index m_pool = m_maker.pool("web");
  Index m_other = m_maker.pool("disk");
  Index m_writes = m_maker.classSet({false, true});
  std::deque<cantilever::Link> m_links;
};

TEST_F(ProgramBuilderTest, WritesPlainInstructionsInOrder) {
  EXPECT_EQ(code([&](ProgramBuilder& program) {
              program.work(Law::constant(8_ms))
                  .work(Law::constant(1_ms), m_other)
                  .wait(Law::constant(2_ms))
                  .reply();
            }),
            "Work 8 ms; Work 1 ms at disk; Wait 2 ms; Reply; End");
}

TEST_F(ProgramBuilderTest, AWaitOfNoTimeIsLeftOutAndWorkOfNoTimeIsNot) {
  EXPECT_EQ(code([](ProgramBuilder& program) { program.wait(Law()).work(Law()); }), "Work 0 s; End");
}

TEST_F(ProgramBuilderTest, BranchesBecomeJumps) {
  EXPECT_EQ(code([](ProgramBuilder& program) {
              program.branch(
                  0.25, [](ProgramBuilder& yes) { yes.wait(Law::constant(1_ms)); },
                  [](ProgramBuilder& no) { no.wait(Law::constant(2_ms)); });
            }),
            "IfChance 0.25 ->3; Wait 2 ms; Jump ->4; Wait 1 ms; End");
  EXPECT_EQ(code([&](ProgramBuilder& program) {
              program.branchOnClass(m_writes, [](ProgramBuilder& yes) { yes.fail(Reason::Injected); });
            }),
            "IfClass {write} ->2; Jump ->3; Fail injected; End");
}

TEST_F(ProgramBuilderTest, NothingFollowsABranchThatAlwaysEnds) {
  EXPECT_EQ(code([](ProgramBuilder& program) {
              program.branch(
                  0.5, [](ProgramBuilder& yes) { yes.end(); },
                  [](ProgramBuilder& no) { no.fail(Reason::Injected); });
            }),
            "IfChance 0.5 ->2; Fail injected; End");
}

TEST_F(ProgramBuilderTest, CallsAsOftenAsTheLinkSays) {
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.use(link("a")); }), "Call a; End");
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.use(link("b", LinkRole::Default, 2)); }),
            "Call b; Call b; End");
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.use(link("c", LinkRole::Default, 0.5)); }),
            "IfChance 0.5 ->2; Jump ->3; Call c; End");
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.use(link("d", LinkRole::Default, 1.25)); }),
            "Call d; IfChance 0.25 ->3; Jump ->4; Call d; End");
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.use(link("e", LinkRole::Default, 0)); }), "End");
}

TEST_F(ProgramBuilderTest, ASendIsNotACall) {
  cantilever::Link send;
  send.mode = LinkMode::Send;
  send.group = CallGroup::Parallel;
  send.calls = 2;
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.use(link("a", send)); }), "Send a; Send a; End");
}

TEST_F(ProgramBuilderTest, SeveralCallsOfAParallelLinkGoOutAtOnce) {
  cantilever::Link pair;
  pair.group = CallGroup::Parallel;
  pair.calls = 2;
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.use(link("a", pair)); }),
            "Parallel 2 of 2; Branch a; Branch a; End");
  pair.calls = 1.5;
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.use(link("b", pair)); }),
            "IfChance 0.5 ->3; Call b; Jump ->6; Parallel 2 of 2; Branch b; Branch b; End");
}

TEST_F(ProgramBuilderTest, ARestrictedLinkIsForItsClassesOnly) {
  OutLink restricted = link("a");
  restricted.classSet = m_writes;
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.use(restricted); }),
            "IfClass {write} ->2; Jump ->3; Call a; End");
}

TEST_F(ProgramBuilderTest, LookUpsComeFirstAndOnMissLinksFollowEachMiss) {
  const Traits cache{.hitRatio = 80_pct};
  OutLink lookup = link("cache", LinkRole::Lookup);
  lookup.target = &cache;
  const std::vector<OutLink> links = {link("audit", LinkRole::Default), lookup,
                                      link("db", LinkRole::OnMiss),     link("copy", LinkRole::Replication),
                                      link("spare", LinkRole::Standby), link("other", LinkRole::Fallback)};
  // A failed look-up goes on at the miss.
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.useAll(links); }),
            "Call cache ->2; IfChance 0.8 ->3; Call db; Call audit; End");
}

TEST_F(ProgramBuilderTest, ALookUpWithoutAnythingToDoOnAMissIsACall) {
  EXPECT_EQ(
      code([&](ProgramBuilder& program) { program.useAll(std::vector{link("cache", LinkRole::Lookup)}); }),
      "Call cache; End");
}

TEST_F(ProgramBuilderTest, ParallelLinksGoTogetherBeforeThoseInSequence) {
  cantilever::Link parallel;
  parallel.group = CallGroup::Parallel;
  const std::vector<OutLink> links = {link("a"), link("b", parallel), link("c"), link("d", parallel)};
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.useAll(links); }),
            "Parallel 2 of 2; Branch b; Branch d; Call a; Call c; End");
}

TEST_F(ProgramBuilderTest, ParallelGroupsAreMadeForEachClass) {
  OutLink audit = link("audit");
  audit.classSet = m_writes;
  const std::vector<OutLink> branches = {link("a"), link("b"), audit};
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.parallel(branches, 2); }),
            "IfClass {read} ->6; Parallel 2 of 3; Branch a; Branch b; Branch audit; Jump ->9; "
            "Parallel 2 of 2; Branch a; Branch b; End");
}

TEST_F(ProgramBuilderTest, AtMostAllBranchesAreNeeded) {
  const std::vector<OutLink> branches = {link("a"), link("b")};
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.parallel(branches, 5); }),
            "Parallel 2 of 2; Branch a; Branch b; End");
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.parallel(std::span(branches).first(1), 0); }),
            "Call a; End");
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.parallel({}, 3); }), "End");
}

TEST_F(ProgramBuilderTest, ChoosesExactlyOneByWeight) {
  cantilever::Link heavy;
  heavy.weight = 3;
  const std::vector<OutLink> links = {link("a"), link("b", heavy), link("c")};
  // 1/5, then 3 of the remaining 4, then the rest.
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.chooseOne(links); }),
            "IfChance 0.2 ->4; IfChance 0.75 ->6; Call c; Jump ->7; Call a; Jump ->7; Call b; End");
}

TEST_F(ProgramBuilderTest, NeverChoosesALinkWithoutWeightUnlessAllAreWithout) {
  cantilever::Link weightless;
  weightless.weight = 0;
  const std::vector<OutLink> links = {link("a"), link("b", weightless)};
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.chooseOne(links); }), "Call a; End");
  const std::vector<OutLink> none = {link("c", weightless), link("d", weightless)};
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.chooseOne(none); }),
            "IfChance 0.5 ->3; Call d; Jump ->4; Call c; End");
}

TEST_F(ProgramBuilderTest, ChoosesAmongTheLinksOfTheClass) {
  OutLink writes = link("b");
  writes.classSet = m_writes;
  const std::vector<OutLink> links = {link("a"), writes};
  EXPECT_EQ(code([&](ProgramBuilder& program) { program.chooseOne(links); }),
            "IfClass {read} ->6; IfChance 0.5 ->4; Call b; Jump ->5; Call a; Jump ->7; Call a; End");
}

TEST_F(ProgramBuilderTest, WhatCannotBeWrittenOutIsSaid) {
  cantilever::Link fractional;
  fractional.group = CallGroup::Parallel;
  fractional.calls = 0.5;
  std::vector<OutLink> links;
  for (int i = 0; i < 9; ++i) {
    links.push_back(link("l" + formatNumber(i), fractional));
  }
  ProgramBuilder eight(m_maker.plan, m_pool);
  eight.parallel(std::span(links).first(8), 0);
  EXPECT_FALSE(eight.isTooLarge());
  ProgramBuilder nine(m_maker.plan, m_pool);
  nine.parallel(links, 0);
  EXPECT_TRUE(nine.isTooLarge());

  cantilever::Link many;
  many.calls = 5e6;
  ProgramBuilder endless(m_maker.plan, m_pool);
  endless.use(link("many", many));
  EXPECT_TRUE(endless.isTooLarge());
}

TEST_F(ProgramBuilderTest, FractionsOfAParallelGroupAreDrawnIndependently) {
  cantilever::Link first;
  first.group = CallGroup::Parallel;
  first.calls = 0.3;
  cantilever::Link second = first;
  second.calls = 1.6;
  const std::vector<OutLink> links = {link("a", first), link("b", second)};
  const std::string written = code([&](ProgramBuilder& program) { program.useAll(links); });
  m_maker.plan.programs.push_back({"root", static_cast<Index>(m_maker.plan.code.size()), kNone});
  m_maker.plan.code.push_back(test::call(m_maker.link("enter")));
  m_maker.plan.code.push_back(test::end());
  // The program's own links must lead to something that ends.
  const Index leaf = m_maker.program("leaf", kNone, {test::end()});
  for (Index each = 0; each < m_maker.plan.links.size(); ++each) {
    m_maker.aim(each, leaf);
  }
  m_maker.aim(static_cast<Index>(m_maker.plan.links.size() - 1), 0);
  m_maker.source("users", m_read, 100, 1);
  ASSERT_EQ(faultIn(m_maker.plan), "");
  const Visits result = visits(m_maker.plan).value();
  EXPECT_NEAR(result.totalLinkRate(links[0].index), 30, 1e-9) << written;
  EXPECT_NEAR(result.totalLinkRate(links[1].index), 160, 1e-9) << written;
}

TEST(ClassSets, AreKeptOnce) {
  Plan plan;
  plan.classes.resize(2);
  EXPECT_EQ(addClassSet(plan, {true, false}), 0u);
  EXPECT_EQ(addClassSet(plan, {false, true}), 1u);
  EXPECT_EQ(addClassSet(plan, {true, false}), 0u);
  EXPECT_EQ(plan.classSets.size(), 2u);
}

}  // namespace
}  // namespace cantilever::plan
