// How long work takes: by request class, by measured values, and on instances that are not warm yet.
#include <gtest/gtest.h>

#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/queueing_theory.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;

compile::Compiled compiledClasses(const Design& design) {
  return compile::compile(design, catalog::Catalog::builtIn());
}

cantilever::test::DesignBuilder twoClasses(const std::string& byClass) {
  return cantilever::test::design("classes")
      .block("users", "source")
      .block("web", "pool")
      .param("service", Law::exponential(10_ms))
      .param("work_by_class", byClass)
      .link("users", "web")
      .workload("users", 30_rps, "light")
      .workload("users", 10_rps, "heavy");
}

// Light: exponential of 10 ms at 30/s, heavy: constant 40 ms at 10/s. One queue of M/G/1 with mixed classes:
// Wq = lambda E[S^2] / (2 (1 - rho)), lambda E[S^2] = 30 x 2 x 0.01^2 + 10 x 0.04^2 (Pollaczek, Khinchine).
TEST(WorkByClass, GivesEachRequestClassALawOfItsOwn) {
  const compile::Compiled design = compiledClasses(twoClasses("heavy: 40 ms"));
  ASSERT_NE(design.plan, nullptr);
  const double rho = 30 * 0.01 + 10 * 0.04;
  EXPECT_DOUBLE_EQ(design.visits->totalPoolWork(0), rho);
  const Replications runs(design.plan, 40'000);
  const double wait = (30 * 2 * 1e-4 + 10 * 16e-4) / (2 * (1 - rho));
  runs.expect("wait", wait, 0.1, meanWait());
  const auto meanOf = [](std::size_t i) {
    return [i](const RunResult& r) { return r.classes[i].latency.meanNs() * 1e-9; };
  };
  runs.expect("heavy", wait + 0.04, 0.1, meanOf(0));  // in order of id: heavy, light
  runs.expect("light", wait + 0.01, 0.1, meanOf(1));
}

TEST(WorkByClass, MultipliesTheLawOfTheBlock) {
  const compile::Compiled design = compiledClasses(twoClasses("heavy: x 4; light: x 0.5"));
  ASSERT_NE(design.plan, nullptr);
  EXPECT_DOUBLE_EQ(design.visits->totalPoolWork(0), 30 * 0.005 + 10 * 0.04);
  EXPECT_EQ(plan::faultIn(*design.plan), "");
}

TEST(WorkByClass, NamesClassesThatTheDesignDoesNotHave) {
  const compile::Compiled design = compiledClasses(twoClasses("heavie: x 4"));
  ASSERT_EQ(design.diagnostics.size(), 1u);
  EXPECT_EQ(design.diagnostics[0].code, "work.unknown_class");
}

// Constant 2 ms with probability 0.9, else 32 ms: E[S] = 5 ms, E[S^2] = 3.6 + 102.4 ms^2.
TEST(EmpiricalService, WaitsAsPollaczekAndKhinchineSay) {
  PlanBuilder builder;
  const plan::Index link = builder.station("server", servers(1), Law::empirical({{2_ms, 0.9}, {32_ms, 0.1}}));
  builder.source("users", 120_rps, [&](ProgramWriter& p) { p.call(link); });
  const Replications runs(builder.build(), 40'000);
  runs.expect("wait", 120 * 106e-6 / (2 * (1 - 0.6)), 0.1, meanWait());
}

// An instance that came up at 2 s, with a factor of 3 that falls to 1 within 8 s, does 1 s of work: what it
// begins at 3 s takes 1 + 2 x 7/8 s, at 7 s 1 + 2 x 3/8, at 12 s 1 s.
TEST(ColdInstances, AreSlowerUntilTheyAreWarm) {
  PlanBuilder builder;
  plan::Pool pool = servers(1);
  pool.boot = Law::constant(1_s);
  pool.maxInstances = 1;
  pool.coldFactor = 3;
  pool.warmTime = 8_s;
  const plan::Index link = builder.station("web", pool, Law::constant(1_s));
  builder.source("users", 1_rps, [&](ProgramWriter& p) { p.call(link); });
  builder.raw().sources[0].kind = plan::SourceKind::Trace;
  builder.raw().sources[0].times = {500_ms, 3_s, 7_s, 12_s};
  builder.action(1600_ms, Change::KillInstances, 0, 1).action(2_s, Change::RestoreInstances, 0, 1);
  RunConfig config;
  config.warmup = Duration();
  config.duration = 20_s;
  const RunResult run = *simulate(builder.build(), config);
  EXPECT_EQ(run.classes[0].succeeded, 4u);
  EXPECT_DOUBLE_EQ(run.classes[0].latency.meanNs() * 1e-9, (1 + 2.75 + 1.75 + 1) / 4);
  EXPECT_EQ(run.classes[0].latency.maxNs(), 2750 * kMs);
}

}  // namespace
}  // namespace cantilever::sim
