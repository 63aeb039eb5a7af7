// What of a class's requests would fail because of what is down: over ways out, parts and chances.
#include <gtest/gtest.h>

#include "tests/core/analytic/solved_design.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"

namespace cantilever::analytic {
namespace {

using namespace literals;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;
using sim::test::servers;
using test::expectExact;
using test::solved;

/// Two services that are each down for a hundredth of the time.
class TwoServices : public testing::Test {
 protected:
  TwoServices()
      : m_first(m_builder.station("a", servers(1), Law::constant(1_ms))),
        m_second(m_builder.station("b", servers(1), Law::constant(1_ms))) {
    for (plan::Index pool = 0; pool < 2; ++pool) {
      plan::RandomFault fault;
      fault.key = "fault";
      fault.pool = pool;
      fault.timeToFailure = Law::exponential(99_s);
      fault.timeToRepair = Law::exponential(1_s);
      m_builder.raw().randomFaults.push_back(fault);
    }
  }

  ClassSolution asked(const ProgramWriter::Body& program) {
    m_builder.source("users", 1_rps, program);
    return solved(*m_builder.build()).classes[0];
  }

  PlanBuilder m_builder;
  plan::Index m_first, m_second;
};

TEST_F(TwoServices, BothNeeded) {
  const ClassSolution of = asked([&](ProgramWriter& p) { p.call(m_first).call(m_second); });
  expectExact(of.availability, 0.99 * 0.99);
  expectExact(of.unavailability, 1 - 0.99 * 0.99);
}

/// Though nobody knows how long requests take of which a tenth fails for a second at a time.
TEST_F(TwoServices, OfAllClassesTogether) {
  m_builder.raw().randomFaults[0].timeToRepair = Law::exponential(11_s);  // a tenth
  m_builder.source("users", 1_rps, [&](ProgramWriter& p) { p.call(m_first); });
  const plan::Index others = m_builder.requestClass("others");
  m_builder.source(
      "more", 3_rps, [&](ProgramWriter& p) { p.call(m_first).call(m_second); }, ArrivalProcess::Poisson,
      others);
  const Solution solution = solved(*m_builder.build());
  EXPECT_FALSE(solution.all.mean.isSolved());
  expectExact(solution.all.unavailability, (0.1 + 3 * (1 - 0.9 * 0.99)) / 4);
  expectExact(solution.all.availability, (0.9 + 3 * 0.9 * 0.99) / 4);
}

TEST_F(TwoServices, OneOfTwoNeeded) {
  const ClassSolution of = asked([&](ProgramWriter& p) { p.parallel({m_first, m_second}, 1); });
  expectExact(of.unavailability, 1e-4);
}

TEST_F(TwoServices, TheSecondIfTheFirstFails) {
  const ClassSolution of =
      asked([&](ProgramWriter& p) { p.callElse(m_first, [&](ProgramWriter& q) { q.call(m_second); }); });
  expectExact(of.unavailability, 1e-4);
}

TEST_F(TwoServices, GoesOnWithoutTheFirst) {
  const ClassSolution of = asked(
      [&](ProgramWriter& p) { p.callElse(m_first, [](ProgramWriter& q) { q.degrade(); }).call(m_second); });
  expectExact(of.unavailability, 0.01);
}

TEST_F(TwoServices, OneInTenAsks) {
  const ClassSolution of =
      asked([&](ProgramWriter& p) { p.ifChance(0.1, [&](ProgramWriter& q) { q.call(m_first); }); });
  expectExact(of.unavailability, 0.001);
}

// The same service twice is down both times.
TEST_F(TwoServices, TheSameTwice) {
  const ClassSolution of = asked([&](ProgramWriter& p) { p.call(m_first).call(m_first); });
  expectExact(of.unavailability, 0.01);
}

// Nobody waits for what is sent.
TEST_F(TwoServices, OnlySentTo) {
  const ClassSolution of = asked([&](ProgramWriter& p) { p.send(m_first).call(m_second); });
  expectExact(of.unavailability, 0.01);
}

}  // namespace
}  // namespace cantilever::analytic
