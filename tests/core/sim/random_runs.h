#pragma once

#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "tests/core/random_design.h"
#include "tests/core/sim/sound_run.h"

/// What random runs did.
namespace cantilever::sim::test {

/// What has been tried.
struct Seen {
  std::uint64_t refused = 0, retries = 0, timedOut = 0, hedges = 0, lookups = 0, hits = 0, granted = 0,
                tokenRefusals = 0, consumed = 0, redelivered = 0, reads = 0, written = 0, outcomes = 0,
                degraded = 0, orphaned = 0, happenings = 0, coldStarts = 0, fired = 0, measures = 0,
                connects = 0;

  void add(const RunResult& run) {
    for (const ClassResult& of : run.classes) {
      degraded += of.degraded;
    }
    for (const PoolResult& of : run.pools) {
      refused += of.refused;
      orphaned += of.orphanedNs;
      coldStarts += of.coldStarts;
    }
    for (const ControlResult& of : run.controls) {
      fired += of.fired;
    }
    for (const MeterResult& of : run.meters) {
      measures += of.measures;
    }
    for (const SessionResult& of : run.sessions) {
      connects += of.connects;
    }
    for (const LinkResult& of : run.links) {
      retries += of.retries;
      timedOut += of.timedOut;
      hedges += of.hedges;
    }
    for (const CacheResult& of : run.caches) {
      lookups += of.lookups;
      hits += of.hits;
      written += of.writes;
    }
    for (const TokensResult& of : run.tokens) {
      granted += of.granted;
      tokenRefusals += of.refused;
    }
    for (const GroupResult& of : run.groups) {
      consumed += of.consumed;
      redelivered += of.redelivered;
      reads += of.reads;
    }
    for (const StreamResult& of : run.streams) {
      outcomes += of.outcomes;
    }
    happenings += run.happenings.size();
  }
  bool isEverything() const {
    for (const std::uint64_t each :
         {refused,       retries,    timedOut,    hedges, lookups,  hits,     granted,
          tokenRefusals, consumed,   redelivered, reads,  written,  outcomes, degraded,
          orphaned,      happenings, coldStarts,  fired,  measures, connects}) {
      std::printf("%llu ", static_cast<unsigned long long>(each));
      if (each == 0) {
        return false;
      }
    }
    return true;
  }
};

/// Runs the random designs of these seeds with their scenarios, twice each.
inline Seen expectSoundRuns(std::uint64_t firstSeed, std::uint64_t lastSeed, Duration duration) {
  using cantilever::test::builtIn;
  using cantilever::test::DesignMaker;
  int runs = 0;
  Seen seen;
  std::uint64_t events = 0;
  for (std::uint64_t seed = firstSeed; seed <= lastSeed && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + formatNumber(static_cast<double>(seed)));
    const Design design = DesignMaker(seed, 0, DesignMaker::Wiring::Forward).make();
    const compile::Compiled compiled = compile::compile(design, builtIn(), {.scenario = ScenarioId("storm")});
    if (compiled.plan == nullptr || compiled.plan->sources.empty()) {
      continue;
    }
    RunConfig config;
    config.seed = seed;
    config.warmup = Duration();
    config.duration = duration;
    config.maxFrames = 50'000;
    const Result<RunResult> run = simulate(compiled.plan, config);
    EXPECT_TRUE(run.ok()) << run.error().message;
    if (!run) {
      break;
    }
    expectSound(*run);
    ++runs;
    seen.add(*run);
    events += run->events;
    if (runs % 4 == 0) {
      EXPECT_EQ(simulate(compiled.plan, config)->digest, run->digest);
    }
  }
  std::printf("%d runs, %llu events\n", runs, static_cast<unsigned long long>(events));
  EXPECT_GT(runs, static_cast<int>(lastSeed - firstSeed) / 10);
  return seen;
}

}  // namespace cantilever::sim::test
