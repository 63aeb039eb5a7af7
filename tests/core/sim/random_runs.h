#pragma once

#include <gtest/gtest.h>

#include <numeric>

#include "core/compile/compile.h"
#include "core/sim/simulation.h"
#include "tests/core/random_design.h"

/// What must be true of every run, whatever the design and the scenario.
namespace cantilever::sim::test {

inline void expectSound(const RunResult& run) {
  for (const ClassResult& of : run.classes) {
    EXPECT_EQ(of.offered, of.succeeded + of.failedTotal() + of.unfinished) << of.key;
    EXPECT_EQ(of.succeeded, of.latency.count()) << of.key;
    EXPECT_LE(of.inTime, of.succeeded) << of.key;
    EXPECT_LE(of.degraded, of.succeeded) << of.key;
    EXPECT_EQ(of.failed[0], 0u) << of.key;
  }
  EXPECT_EQ(run.detached.started,
            run.detached.succeeded + run.detached.failedTotal() + run.detached.unfinished);
  EXPECT_GE(run.availability, -1e-9);
  EXPECT_LE(run.availability, 1);
  for (const PoolResult& of : run.pools) {
    EXPECT_LE(run.availability, of.availability + 1e-9) << of.key;
    EXPECT_EQ(of.usefulNs + of.orphanedNs + of.lostNs, of.busyNs) << of.key;
    EXPECT_GE(of.availability, 0) << of.key;
    EXPECT_LE(of.availability, 1) << of.key;
    EXPECT_LE(of.meanNext, of.meanInstances + 1e-9) << of.key;
    EXPECT_LE(of.utilisation, 1 + 1e-9) << of.key;
    EXPECT_LE(of.occupancy, 1 + 1e-9) << of.key;
  }
  for (const LinkResult& of : run.links) {
    EXPECT_LE(of.timedOut, of.failed) << of.key;
    EXPECT_LE(of.hedgeWins, of.hedges) << of.key;
    EXPECT_LE(of.crossZone, of.calls) << of.key;
    EXPECT_LE(of.lost, of.calls) << of.key;
    EXPECT_GE(of.openShare, 0) << of.key;
    EXPECT_LE(of.openShare, 1 + 1e-9) << of.key;
  }
  for (const ZoneResult& of : run.zones) {
    EXPECT_GE(of.downShare, 0) << of.key;
    EXPECT_LE(of.downShare, 1) << of.key;
  }
  for (const CacheResult& of : run.caches) {
    EXPECT_LE(of.hits + of.coalesced, of.lookups) << of.key;
    EXPECT_EQ(of.writes, of.absorbed + of.writeBacks + of.lostWrites + of.dirty) << of.key;
  }
  for (const TokensResult& of : run.tokens) {
    EXPECT_GE(of.asked, of.granted + of.refused + of.shed + of.abandoned) << of.key;
  }
  for (const GroupResult& of : run.groups) {
    const std::uint64_t ended = of.consumed + of.deadLetters + of.expired;
    EXPECT_LE(of.received, ended + of.waiting + of.inFlight) << of.key;
    EXPECT_GE(of.received, ended) << of.key;
    EXPECT_EQ(of.latency.count(), of.consumed) << of.key;
    EXPECT_LE(of.staleReads, of.reads) << of.key;
  }
  for (const StoreResult& of : run.stores) {
    EXPECT_LE(of.lostWrites, of.writes) << of.key;
    EXPECT_LE(of.downNs, run.endNs) << of.key;
  }
  for (const SessionResult& of : run.sessions) {
    EXPECT_EQ(of.connects, of.connected + of.lost) << of.key;  // without a warm-up
    EXPECT_LE(of.connected, of.sessions) << of.key;
  }
  for (const MeterResult& of : run.meters) {
    EXPECT_LE(of.dropped, of.offered) << of.key;
  }
  for (const Trace& trace : run.traces) {
    const std::vector<PathShare> path = criticalPath(trace);
    EXPECT_EQ(std::accumulate(path.begin(), path.end(), std::int64_t{0},
                              [](std::int64_t sum, const PathShare& share) { return sum + share.ns; }),
              trace.durationNs())
        << trace.number;
  }
  for (std::size_t i = 1; i < run.happenings.size(); ++i) {
    EXPECT_LE(run.happenings[i - 1].atNs, run.happenings[i].atNs);
  }
  std::vector<std::uint64_t> offered(run.classes.size(), 0);
  std::int64_t end = 0;
  for (const Sample& sample : run.series) {
    EXPECT_EQ(sample.endNs - sample.lengthNs, end);
    end = sample.endNs;
    for (std::size_t i = 0; i < offered.size(); ++i) {
      offered[i] += sample.classes[i].offered;
    }
  }
  for (std::size_t i = 0; i < offered.size(); ++i) {
    EXPECT_EQ(offered[i], run.classes[i].offered) << run.classes[i].key;  // without a warm-up
  }
}

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
