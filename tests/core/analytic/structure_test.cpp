// What requests of a class can come to, whatever the rates.
#include "core/analytic/structure.h"

#include <gtest/gtest.h>

#include "tests/core/sim/plan_builder.h"

namespace cantilever::analytic {
namespace {

using namespace literals;
using sim::test::PlanBuilder;
using sim::test::ProgramWriter;
using sim::test::servers;

// Reads call a cache, writes call a store twice, from one program that both come to.
TEST(Structure, FollowsEachClassOnItsOwnWay) {
  PlanBuilder builder;
  const plan::Index read = builder.requestClass("read");
  const plan::Index write = builder.requestClass("write");
  const plan::Index toCache = builder.station("cache", servers(1), Law::constant(1_ms));
  const plan::Index toStore = builder.station("store", servers(1), Law::constant(1_ms));
  const plan::Index service =
      builder.program("service", builder.pool("service", servers(4)), [&](ProgramWriter& p) {
        p.ifClass(
            {true, false}, [&](ProgramWriter& q) { q.call(toCache); },
            [&](ProgramWriter& q) { q.call(toStore).call(toStore); });
      });
  const plan::Index toService = builder.link("to service", service);
  const auto ask = [&](ProgramWriter& p) { p.call(toService); };
  builder.source("readers", 1_rps, ask, ArrivalProcess::Poisson, read);
  builder.source("writers", 1_rps, ask, ArrivalProcess::Poisson, write);
  const auto plan = builder.build();
  const Structure structure(*plan);
  const plan::Index cache = plan->links[toCache].program;
  const plan::Index store = plan->links[toStore].program;

  EXPECT_TRUE(structure.isReached(read, cache));
  EXPECT_FALSE(structure.isReached(read, store));
  EXPECT_FALSE(structure.isReached(write, cache));
  EXPECT_EQ(structure.multiplicity(read, service), 1);
  EXPECT_EQ(structure.multiplicity(write, store), 2);
  EXPECT_EQ(structure.order(read).size(), 3U) << "the source's own program, the service and the cache";
  int both = 0;
  for (plan::Index pc = plan->programs[service].begin; pc < structure.endOf(service); ++pc) {
    both += structure.isPassed(read, pc) && structure.isPassed(write, pc) ? 1 : 0;
    if (plan->code[pc].op == plan::Op::Call) {
      EXPECT_EQ(structure.isPassed(read, pc), plan->code[pc].a == toCache);
      EXPECT_EQ(structure.isPassed(write, pc), plan->code[pc].a == toStore);
    }
  }
  EXPECT_GE(both, 2) << "the question and the end";
}

}  // namespace
}  // namespace cantilever::analytic
