#include "tests/core/sim/sound_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace cantilever::sim::test {

void expectSeriesAddUp(const RunResult& run) {
  if (run.endNs == 0) {
    return;  // stopped in its first instant: it has no course
  }
  for (std::size_t i = 0; i < run.links.size(); ++i) {
    LinkResult sum;
    double openNs = 0;
    for (const Sample& sample : run.series) {
      const Sample::OfLink& of = sample.links[i];
      sum.calls += of.calls;
      sum.failed += of.failed;
      sum.timedOut += of.timedOut;
      sum.retries += of.retries;
      sum.sentBytes += of.sentBytes;
      sum.receivedBytes += of.receivedBytes;
      openNs += static_cast<double>(of.open) * static_cast<double>(sample.lengthNs);
    }
    const LinkResult& whole = run.links[i];
    EXPECT_EQ(sum.calls, whole.calls) << whole.key;
    EXPECT_EQ(sum.failed, whole.failed) << whole.key;
    EXPECT_EQ(sum.timedOut, whole.timedOut) << whole.key;
    EXPECT_EQ(sum.retries, whole.retries) << whole.key;
    EXPECT_EQ(sum.sentBytes, whole.sentBytes) << whole.key;
    EXPECT_EQ(sum.receivedBytes, whole.receivedBytes) << whole.key;
    EXPECT_NEAR(openNs, whole.openShare * static_cast<double>(run.endNs),
                1e-6 * static_cast<double>(run.endNs))
        << whole.key;
  }
}

void expectSound(const RunResult& run) {
  for (const ClassResult& of : run.classes) {
    EXPECT_EQ(of.offered, of.succeeded + of.failedTotal() + of.unfinished) << of.key;
    EXPECT_EQ(of.succeeded, of.latency.count()) << of.key;
    EXPECT_LE(of.inTime, of.succeeded) << of.key;
    EXPECT_LE(of.degraded, of.succeeded) << of.key;
    EXPECT_GE(of.admitted(), of.succeeded + of.unfinished) << of.key;
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
    const auto sum = [](const auto& all) {
      return std::accumulate(all.begin(), all.end(), typename std::decay_t<decltype(all)>::value_type{});
    };
    EXPECT_EQ(sum(of.instanceServed), of.served) << of.key;
    EXPECT_EQ(sum(of.instanceBusyNs), of.busyNs) << of.key;
    EXPECT_LE(sum(of.instanceRefused), of.refused) << of.key;
    EXPECT_LE(sum(of.instanceQueue), of.meanQueue * (1 + 1e-9)) << of.key;
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
    EXPECT_LE(of.crewUse, 1 + 1e-9) << of.key;
    EXPECT_TRUE(of.crews > 0 || of.repairs == 0) << of.key;
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
    const auto at = std::find_if(run.pools.begin(), run.pools.end(),
                                 [&](const PoolResult& pool) { return pool.key == of.key; });
    const std::int64_t primaries = at == run.pools.end() ? 1 : at->instances;
    EXPECT_LE(of.downNs, run.endNs * primaries) << of.key;
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
  expectSeriesAddUp(run);
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

}  // namespace cantilever::sim::test
