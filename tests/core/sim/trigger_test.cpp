// Controls: schedules, alerts, flags, and what takes a rollout back (rule 37).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "tests/core/design_builder.h"
#include "tests/core/sim/plan_builder.h"
#include "tests/core/sim/replications.h"

namespace cantilever::sim {
namespace {

using namespace cantilever::literals;
using namespace cantilever::sim::test;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

RunConfig controlConfig(Duration duration, Duration warmup = {}) {
  RunConfig config;
  config.warmup = warmup;
  config.duration = duration;
  return config;
}

plan::Control controlWhen(const char* when, std::vector<plan::Action> actions = {}) {
  plan::Control result;
  result.key = when;
  result.trigger = plan::parseTrigger(when)->trigger;
  result.actions = std::move(actions);
  return result;
}

/// What changed and why, as "3000 ms fired".
std::vector<std::string> controlStory(const RunResult& run) {
  std::vector<std::string> lines;
  for (const Happening& each : run.happenings) {
    if (each.kind == Happening::Kind::Saturated || each.kind == Happening::Kind::Relieved) {
      continue;  // saturation_test.cpp
    }
    lines.push_back(std::to_string(each.atNs / kMs) + " ms " + nameOf(each.kind) +
                    (each.cause == Cause::Run ? "" : std::string(" by ") + nameOf(each.cause)));
  }
  return lines;
}

/// Requests at these times, each served for 1 s by one of unlimited servers.
PlanBuilder requestsAtTimes(std::vector<Duration> times, const Law& work = Law::constant(1_s)) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", unlimitedServers(), work);
  builder.source("users", 1_rps, [&](ProgramWriter& p) { p.call(link); });
  builder.raw().sources[0].kind = plan::SourceKind::Trace;
  builder.raw().sources[0].times = std::move(times);
  return builder;
}

TEST(Control, ActsOnceAtATimeAndAtFurtherOnesAfterIt) {
  PlanBuilder builder = requestsAtTimes({});
  plan::Action load;
  load.value = 2;
  plan::Action back = load;
  back.at = 1500_ms;
  back.value = 1;
  builder.raw().controls.push_back(controlWhen("at 2 s", {load, back}));
  const RunResult run = *simulate(builder.build(), controlConfig(10_s));
  EXPECT_THAT(controlStory(run), ElementsAre("2000 ms fired", "2000 ms load_factor by control",
                                             "3500 ms load_factor by control"));
  EXPECT_EQ(run.controls[0].fired, 1u);
  EXPECT_EQ(run.controls[0].firstNs, 2000 * kMs);
  EXPECT_THAT(run.actionLog, IsEmpty());  // replaying the plan makes them again
}

TEST(Control, RepeatsItself) {
  PlanBuilder builder = requestsAtTimes({});
  builder.raw().controls.push_back(controlWhen("every 3 s from 1 s"));
  const RunResult run = *simulate(builder.build(), controlConfig(Duration::seconds(9.5)));
  EXPECT_THAT(controlStory(run), ElementsAre("1000 ms fired", "4000 ms fired", "7000 ms fired"));
}

// Firings at exponential times of mean 1 s are a Poisson process: 10,000 s have 10,000 on average, with a
// standard deviation of 100.
TEST(Control, FiresAtRandom) {
  PlanBuilder builder = requestsAtTimes({});
  builder.raw().controls.push_back(controlWhen("random exponential 1 s"));
  const RunResult run = *simulate(builder.build(), controlConfig(10'000_s));
  EXPECT_NEAR(static_cast<double>(run.controls[0].fired), 10'000, 329);
}

// One success a second until 5 s; with periods of 2 s the throughput is 0.5, 1, 0.5, 0 per second, as those
// of 1, 2 ... s end 1 s later: at 2, 3, 4, 5, 6 s. An end at 2 s counts for the period that begins then.
TEST(Alert, IsRaisedWhenAFigureWasBeyondItsThresholdLongEnoughAndIsCleared) {
  PlanBuilder builder = requestsAtTimes({1_s, 2_s, 3_s, 4_s, 5_s, 11_s, 12_s});
  builder.raw().controls.push_back(controlWhen("throughput below 0.9/s over 2 s for 4 s"));
  const RunResult run = *simulate(builder.build(), controlConfig(16_s));
  // Periods end at 2 (0), 4 (2 and 3: 1), 6 (4 and 5: 1), 8 (6: 0.5), 10 (0), 12, 14 (12, 13: 1), 16 s.
  EXPECT_THAT(controlStory(run), ElementsAre("10000 ms fired", "14000 ms cleared"));
  EXPECT_EQ(run.controls[0].fired, 1u);
  EXPECT_DOUBLE_EQ(run.controls[0].raisedShare, 4.0 / 16);
}

TEST(Alert, BeginsToLookWhenTheWarmUpIsOver) {
  PlanBuilder builder = requestsAtTimes({1_s});
  builder.raw().controls.push_back(controlWhen("throughput below 1/s over 1 s"));
  const RunResult run = *simulate(builder.build(), controlConfig(3_s, 5_s));
  EXPECT_THAT(controlStory(run), ElementsAre("6000 ms fired"));
}

TEST(Alert, LooksAtLatenciesOfOneClass) {
  PlanBuilder builder;
  const plan::Index slow = builder.requestClass("slow");
  const plan::Index fast = builder.requestClass("fast");
  const plan::Index work = builder.station("web", unlimitedServers(), Law::constant(100_ms));
  const plan::Index quick = builder.station("edge", unlimitedServers(), Law::constant(10_ms));
  builder.source(
      "a", 10_rps, [&](ProgramWriter& p) { p.call(work); }, ArrivalProcess::Deterministic, slow);
  builder.source(
      "b", 10_rps, [&](ProgramWriter& p) { p.call(quick); }, ArrivalProcess::Deterministic, fast);
  for (const plan::Index of : {slow, fast}) {
    plan::Control alert = controlWhen("latency_p95 above 50 ms over 1 s");
    alert.key = builder.raw().classes[of].key;
    alert.trigger.element = of;
    builder.raw().controls.push_back(alert);
  }
  const RunResult run = *simulate(builder.build(), controlConfig(5_s));
  EXPECT_EQ(run.controls[0].fired, 1u);
  EXPECT_EQ(run.controls[0].firstNs, 1000 * kMs);
  EXPECT_EQ(run.controls[1].fired, 0u);
}

TEST(Alert, LooksAtAPoolAsScalersDo) {
  PlanBuilder builder;
  const plan::Index link = builder.station("web", servers(1), Law::constant(30_ms));
  builder.source(
      "users", 10_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  plan::Control alert = controlWhen("utilisation of web above 29 % over 1 s");
  alert.trigger.element = 0;
  builder.raw().controls.push_back(alert);
  alert = controlWhen("utilisation of web above 31 % over 1 s");
  alert.trigger.element = 0;
  builder.raw().controls.push_back(alert);
  const RunResult run = *simulate(builder.build(), controlConfig(5_s));
  EXPECT_EQ(run.controls[0].fired, 1u);
  EXPECT_EQ(run.controls[1].fired, 0u);
}

TEST(Control, IsStoppedByAnother) {
  PlanBuilder builder = requestsAtTimes({});
  plan::Action load;
  load.at = 3_s;
  plan::Action stop;
  stop.change = Change::StopControl;
  stop.control = 0;
  builder.raw().controls.push_back(controlWhen("at 1 s", {load}));
  builder.raw().controls.push_back(controlWhen("at 2 s", {stop}));
  const RunResult run = *simulate(builder.build(), controlConfig(10_s));
  EXPECT_THAT(controlStory(run), ElementsAre("1000 ms fired", "2000 ms fired", "2000 ms stopped by control"));
}

TEST(Control, ThatIsStoppedBeforeItsTimeDoesNotFire) {
  PlanBuilder builder = requestsAtTimes({});
  plan::Action stop;
  stop.change = Change::StopControl;
  stop.control = 0;
  builder.raw().controls.push_back(controlWhen("at 3 s", {plan::Action{}}));
  builder.raw().controls.push_back(controlWhen("at 2 s", {stop}));
  const RunResult run = *simulate(builder.build(), controlConfig(10_s));
  EXPECT_THAT(controlStory(run), ElementsAre("2000 ms fired", "2000 ms stopped by control"));
  EXPECT_EQ(run.controls[0].fired, 0u);
}

/// A thousand equally popular users who ask with and without a flag.
cantilever::test::DesignBuilder flaggedDesign(std::uint32_t users) {
  cantilever::test::DesignBuilder builder = cantilever::test::design("flag")
                                                .block("users", "source")
                                                .block("web", "delay")
                                                .block("old", "delay")
                                                .block("new", "delay")
                                                .link("users", "web")
                                                .link("web", "new")
                                                .linkParam("flag", std::string("search"))
                                                .link("web", "old")
                                                .linkParam("flag", std::string("search"))
                                                .linkParam("unless_flag", true)
                                                .workload("users", 1000_rps, "ask");
  if (users > 1) {
    builder.classParam("ask", "keys", static_cast<int>(users));
  }
  return builder;
}

Design withControl(Design design, const char* id, const char* when, std::vector<Perturbation> events) {
  Control added;
  added.id = ControlId(id);
  added.when = when;
  added.events = std::move(events);
  design.controls.put(std::move(added));
  return design;
}

Perturbation flagTo(double share, Duration at = {}) {
  Perturbation event;
  event.at = at;
  event.change = Change::SetFlag;
  event.value = share;
  event.name = "search";
  return event;
}

RunResult flaggedRun(const Design& design, Duration duration) {
  const compile::Compiled compiled = compile::compile(design, catalog::Catalog::builtIn());
  EXPECT_NE(compiled.plan, nullptr) << (compiled.diagnostics.empty() ? "" : compiled.diagnostics[0].message);
  return compiled.plan == nullptr ? RunResult() : *simulate(compiled.plan, controlConfig(duration));
}

std::uint64_t callsOverLink(const RunResult& run, const char* link) {
  for (const LinkResult& each : run.links) {
    if (each.key == link) {
      return each.calls;
    }
  }
  ADD_FAILURE() << link;
  return 0;
}

// Reference case ST-07 (fluid), a tenth of its size: 150/s from the start against 100/s, and 200/s from 120 s
// on. The backlog is 50 x 120 = 6,000 at its peak and gone at 240 s; the longest wait is that of who came at
// 80 s, as W(t) = t / 2 up to then: 40 s.
TEST(Control, SetsInstancesOnScheduleAndABacklogDrainsAsFluidSays) {
  PlanBuilder builder;
  plan::Pool pool = shared(servers(10));
  pool.maxInstances = 2;
  const plan::Index link = builder.station("web", pool, Law::constant(100_ms));
  builder.source(
      "users", 150_rps, [&](ProgramWriter& p) { p.call(link); }, ArrivalProcess::Deterministic);
  plan::Action grow;
  grow.change = Change::SetInstances;
  grow.pool = 0;
  grow.value = 2;
  builder.raw().controls.push_back(controlWhen("at 120 s", {grow}));
  plan::Control drained = controlWhen("queue of web below 5 over 1 s");
  drained.trigger.element = 0;
  builder.raw().controls.push_back(drained);
  const RunResult run = *simulate(builder.build(), controlConfig(200_s, 60_s));
  EXPECT_NEAR(run.pools[0].maxQueue, 6000, 60);
  EXPECT_NEAR(static_cast<double>(run.pools[0].waiting.maxNs()) * 1e-9, 40, 0.4);
  EXPECT_NEAR(static_cast<double>(run.controls[1].firstNs) * 1e-9, 240, 2);
}

TEST(Flag, IsOffUnlessSomebodySetsIt) {
  const RunResult run = flaggedRun(flaggedDesign(1), 10_s);
  EXPECT_EQ(callsOverLink(run, "web-new"), 0u);
  EXPECT_GE(callsOverLink(run, "web-old"), run.classes[0].succeeded);
  EXPECT_LE(callsOverLink(run, "web-old"), run.classes[0].offered);
}

TEST(Flag, IsOnForAShareOfTheKeysAndTheSameOnesEveryTime) {
  const Design design = withControl(flaggedDesign(1000), "start", "at 0 s", {flagTo(0.3)});
  const compile::Compiled compiled = compile::compile(design, catalog::Catalog::builtIn());
  ASSERT_NE(compiled.plan, nullptr);
  EXPECT_DOUBLE_EQ(compiled.plan->flags[0].share, 0.3);
  const RunResult run = flaggedRun(design, 100_s);
  const double share =
      static_cast<double>(callsOverLink(run, "web-new")) / static_cast<double>(run.classes[0].offered);
  // Of 1,000 keys a hash puts 300 on this side on average, with a standard deviation of 14.5; which ones does
  // not change from run to run, so that a second run has the same share but for the draws of keys.
  EXPECT_NEAR(share, 0.3, 3.3 * 0.0145);
  RunConfig other = controlConfig(100_s);
  other.seed = 99;
  const RunResult second = *simulate(compiled.plan, other);
  EXPECT_NEAR(
      static_cast<double>(callsOverLink(second, "web-new")) / static_cast<double>(second.classes[0].offered),
      share, 3.3 * std::sqrt(2 * 0.3 * 0.7 / 100'000));
  const std::uint64_t calls = callsOverLink(run, "web-new") + callsOverLink(run, "web-old");
  EXPECT_GE(calls, run.classes[0].succeeded);  // the others have not got there yet
  EXPECT_LE(calls, run.classes[0].offered);
}

TEST(Flag, IsDrawnForRequestsWithoutKeys) {
  const RunResult run =
      flaggedRun(withControl(flaggedDesign(1), "ramp", "at 0 s", {flagTo(0.25), flagTo(1, 50_s)}), 100_s);
  const auto offered = static_cast<double>(run.classes[0].offered);
  EXPECT_NEAR(static_cast<double>(callsOverLink(run, "web-new")) / offered, 0.625, 0.006);
}

TEST(Controls, AreCheckedWithTheDesign) {
  const auto codeOf = [](const Design& design) {
    const compile::Compiled compiled = compile::compile(design, catalog::Catalog::builtIn());
    EXPECT_EQ(compiled.plan, nullptr);
    return compiled.diagnostics.empty() ? std::string() : compiled.diagnostics[0].code;
  };
  EXPECT_EQ(codeOf(withControl(flaggedDesign(1), "c", "now and then", {})), "control.when");
  EXPECT_EQ(codeOf(withControl(flaggedDesign(1), "c", "latency_p99 of nobody above 1 s", {})), "control.of");
  EXPECT_EQ(codeOf(withControl(flaggedDesign(1), "c", "queue of nothing above 1", {})), "control.of");
  EXPECT_EQ(codeOf(withControl(flaggedDesign(1), "c", "utilisation of web above 1 %", {})),
            "control.no_figure");
  EXPECT_EQ(codeOf(withControl(flaggedDesign(1), "c", "at 1 s", {flagTo(1.5)})), "control.event");
  Perturbation stop;
  stop.change = Change::StopControl;
  stop.name = "nothing";
  EXPECT_EQ(codeOf(withControl(flaggedDesign(1), "c", "at 1 s", {stop})), "control.event");
}

}  // namespace
}  // namespace cantilever::sim
