// Whatever is done to a run by hand, at whatever moment: its log, by way of its JSON, repeats it (rule 36).
#include <gtest/gtest.h>

#include <set>

#include "core/compile/compile.h"
#include "core/exchange/action_log.h"
#include "core/exchange/reports.h"
#include "core/sim/simulation.h"
#include "core/vocabulary/action_fault.h"
#include "tests/core/random_design.h"
#include "tests/core/sim/sound_run.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using cantilever::test::builtIn;
using cantilever::test::DesignMaker;

/// One that can be done; nothing if none was found soon.
std::optional<plan::Action> drawnAction(const plan::Plan& plan, RandomStream& draw) {
  for (int tries = 0; tries < 50; ++tries) {
    const auto oneOf = [&draw](std::size_t count) {
      return count == 0 || draw.chance(0.3) ? plan::kNone : draw.below(static_cast<std::uint32_t>(count));
    };
    plan::Action action;
    action.change = static_cast<Change>(draw.below(static_cast<std::uint32_t>(Change::ScaleZoneLatency) + 1));
    action.value = isShare(action.change) || draw.chance(0.5) ? draw.uniform() : draw.below(5);
    action.pool = oneOf(plan.pools.size());
    action.link = oneOf(plan.links.size());
    action.cache = oneOf(plan.caches.size());
    action.zone = oneOf(plan.zones.size());
    action.otherZone = oneOf(plan.zones.size());
    action.flag = oneOf(plan.flags.size());
    action.control = oneOf(plan.controls.size());
    action.group = oneOf(plan.groups.size());
    action.tokens = oneOf(plan.tokens.size());
    if (action.pool != plan::kNone && mayNameInstances(action.change) && draw.chance(0.4)) {
      action.firstInstance = draw.below(plan.pools[action.pool].room());
      action.lastInstance = action.firstInstance;
    }
    if (plan::faultIn(plan, action).empty()) {
      return action;
    }
  }
  return std::nullopt;
}

TEST(Replay, OfRandomActionsAtRandomMomentsIsTheSameRun) {
  std::set<Change> done;
  int runs = 0;
  for (std::uint64_t seed = 1; seed <= 120 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    const Design design = DesignMaker(seed, 0, DesignMaker::Wiring::Forward).make();
    const compile::Compiled compiled = compile::compile(design, builtIn());
    if (compiled.plan == nullptr || compiled.plan->sources.empty()) {
      continue;
    }
    RunConfig config;
    config.seed = seed;
    config.warmup = Duration();
    config.duration = 300_ms;
    config.maxFrames = 50'000;
    config.traced = 0;
    Simulation first = *Simulation::create(compiled.plan, config);
    RandomStream draw(seed * 7919);
    while (!first.isFinished()) {
      first.advanceTo(first.now() + Duration::milliseconds(30 * draw.uniform()));
      if (const auto action = drawnAction(*compiled.plan, draw)) {
        plan::Action posted = *action;
        posted.at = first.now();
        first.post(posted);
        done.insert(posted.change);
      }
    }
    const RunResult once = first.result();
    expectSound(once);
    const auto log =
        exchange::readActionLog(exchange::runJson(design, once, {}, {}), "run.json", *compiled.plan);
    ASSERT_TRUE(log.ok()) << log.error().message;
    EXPECT_EQ(log->actions, once.actionLog);
    Simulation again = *Simulation::create(compiled.plan, config);
    for (const plan::Action& action : log->actions) {
      again.post(action);
    }
    again.advanceTo(again.end());
    EXPECT_EQ(again.result().digest, once.digest);
    EXPECT_EQ(again.result().happenings.size(), once.happenings.size());
    ++runs;
  }
  EXPECT_GT(runs, 30);
  EXPECT_GE(done.size(), 26u) << "of 30 kinds of changes";
}

}  // namespace
}  // namespace cantilever::sim
