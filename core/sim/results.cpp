#include <algorithm>
#include <numeric>
#include <tuple>

#include "core/sim/engine.h"

namespace cantilever::sim {

namespace {

constexpr double kThousandths = 1000;

double shareOf(WideCount part, WideCount whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
}

/// One element's counters in the digest.
struct DigestRow {
  int kind = 0;
  std::string key;
  std::vector<std::uint64_t> counts;
};

std::vector<DigestRow> digestRows(const RunResult& result) {
  std::vector<DigestRow> rows;
  for (const ClassResult& of : result.classes) {
    rows.push_back({0, of.key, {of.offered, of.succeeded, of.failedTotal(), of.unfinished}});
  }
  for (const PoolResult& of : result.pools) {
    rows.push_back({1, of.key, {of.arrivals, of.refused, of.served, of.busyNs}});
    if (of.coldStarts > 0) {
      rows.back().counts.push_back(of.coldStarts);
    }
  }
  for (const LinkResult& of : result.links) {
    rows.push_back({2, of.key, {of.calls, of.failed, of.timedOut}});
  }
  for (const CacheResult& of : result.caches) {
    rows.push_back({3, of.key, {of.lookups, of.hits, of.coalesced, of.fills, of.evictions, of.expirations}});
  }
  for (const TokensResult& of : result.tokens) {
    rows.push_back({4, of.key, {of.asked, of.granted, of.refused, of.shed, of.abandoned}});
  }
  for (const LogResult& of : result.logs) {
    rows.push_back({5, of.key, {of.appended, of.refused}});
  }
  for (const GroupResult& of : result.groups) {
    rows.push_back(
        {6, of.key, {of.received, of.consumed, of.redelivered, of.duplicates, of.deadLetters, of.expired}});
  }
  for (const GroupResult& of : result.groups) {
    rows.push_back({7, of.key, {of.reads, of.staleReads}});
  }
  for (const StoreResult& of : result.stores) {
    rows.push_back({8, of.key, {of.writes, of.lostWrites, of.failovers, of.notCovered}});
  }
  for (const CacheResult& of : result.caches) {
    rows.push_back({9, of.key, {of.writes, of.absorbed, of.writeBacks, of.lostWrites}});
  }
  for (const StreamResult& of : result.streams) {
    rows.push_back({10, of.key, {of.events, of.late, of.windows, of.outcomes}});
  }
  for (const ControlResult& of : result.controls) {
    rows.push_back({11, of.key, {of.fired}});
  }
  for (const SessionResult& of : result.sessions) {
    rows.push_back({12, of.key, {of.connected, of.connects, of.refused, of.lost}});
  }
  for (const MeterResult& of : result.meters) {
    rows.push_back({13, of.key, {of.measures}});
  }
  for (const BatchResult& of : result.callBatches) {
    rows.push_back({14, of.key, {of.calls, of.batches}});
  }
  return rows;
}

}  // namespace

std::uint64_t ClassResult::failedTotal() const {
  return std::accumulate(failed.begin(), failed.end(), std::uint64_t{0});
}

std::uint64_t ClassResult::admitted() const {
  std::uint64_t turnedAway = 0;
  for (const plan::Reason reason : {plan::Reason::QueueFull, plan::Reason::RateLimited, plan::Reason::Refused,
                                    plan::Reason::Shed, plan::Reason::BreakerOpen}) {
    turnedAway += failed[static_cast<std::size_t>(reason)];
  }
  return offered - turnedAway;
}

std::uint64_t DetachedResult::failedTotal() const {
  return std::accumulate(failed.begin(), failed.end(), std::uint64_t{0});
}

Interval Engine::presentInterval() const {
  Interval interval;
  const TimeNs end = now();
  interval.end = end;
  interval.length = end - m_intervalStart;
  interval.backlog = m_underWay + m_messages;
  for (const ClassMeter& of : m_classes) {
    interval.classes.push_back({of.intervalOffered, of.intervalSucceeded, of.intervalFailed,
                                of.intervalLatency.cells(), of.intervalLatencyNs});
  }
  for (const PoolState& pool : m_pools) {
    Interval::OfPool& of = interval.pools.emplace_back();
    for (Index i = pool.first; i < pool.first + pool.count; ++i) {
      of.busy += static_cast<double>(m_instances[i].busy.inInterval(end));
    }
    const auto up = static_cast<double>(pool.meter.up.inInterval(end));
    of.serversUp = up * pool.servers;
    of.seatsHeld = static_cast<double>(pool.meter.seated.inInterval(end));
    of.seatsUp = static_cast<double>(pool.meter.seatTimeInInterval(pool.seats, end));
    of.seatsHeld = std::min(of.seatsHeld, pool.seats > 0 ? of.seatsUp : of.seatsHeld);
    of.waiting = static_cast<double>(pool.meter.waiting.inInterval(end));
    of.refused = static_cast<std::uint32_t>(pool.meter.refused.inInterval());
    of.instancesUp = pool.up.size();
    of.instancesNext = pool.meter.next.value();
    of.instancesBooting = pool.booting;
  }
  for (const LinkState& link : m_links) {
    interval.links.push_back({static_cast<std::uint32_t>(link.meter.calls.inInterval()),
                              static_cast<std::uint32_t>(link.meter.failures.inInterval()),
                              link.meter.sentBytes.inInterval(), link.meter.receivedBytes.inInterval(),
                              static_cast<std::uint32_t>(link.meter.timeouts.inInterval()),
                              static_cast<std::uint32_t>(link.meter.retries.inInterval()),
                              static_cast<double>(link.meter.open.inInterval(end)),
                              link.breakers() * static_cast<double>(interval.length)});
  }
  for (const CacheState& cache : m_caches) {
    interval.caches.push_back({static_cast<std::uint32_t>(cache.meter.lookups.inInterval()),
                               static_cast<std::uint32_t>(cache.meter.hits.inInterval())});
  }
  for (const TokensState& tokens : m_tokens) {
    interval.tokens.push_back(
        {static_cast<double>(tokens.meter.held.inInterval(end)),
         static_cast<double>(tokens.meter.waiting.inInterval(end)),
         static_cast<std::uint32_t>(tokens.meter.granted.inInterval()),
         static_cast<std::uint32_t>(tokens.meter.refused.inInterval() + tokens.meter.shed.inInterval())});
  }
  for (const GroupState& group : m_groups) {
    interval.groups.push_back({static_cast<double>(group.meter.waiting.inInterval(end)), oldestWait(group),
                               static_cast<std::uint32_t>(group.meter.received.inInterval()),
                               static_cast<std::uint32_t>(group.meter.consumed.inInterval()),
                               static_cast<std::uint32_t>(group.meter.reads.inInterval()),
                               static_cast<std::uint32_t>(group.meter.staleReads.inInterval())});
  }
  for (const MeterState& meter : m_meters) {
    interval.meters.push_back({static_cast<double>(meter.offered.inInterval()) / kThousandths,
                               static_cast<double>(meter.dropped.inInterval()) / kThousandths});
  }
  return interval;
}

void Engine::closeInterval() {
  Interval interval = presentInterval();
  noteSaturation(interval);
  m_untaken.add(interval);
  m_series.add(std::move(interval));
  m_intervalStart = now();
  for (ClassMeter& of : m_classes) {
    of.startInterval();
  }
  for (PoolState& pool : m_pools) {
    pool.meter.startInterval(now());
  }
  for (Instance& instance : m_instances) {
    instance.busy.startInterval(now());
  }
  for (LinkState& link : m_links) {
    link.meter.startInterval(now());
  }
  for (CacheState& cache : m_caches) {
    cache.meter.startInterval();
  }
  for (TokensState& tokens : m_tokens) {
    tokens.meter.startInterval(now());
  }
  for (GroupState& group : m_groups) {
    group.meter.startInterval(now());
  }
  for (MeterState& meter : m_meters) {
    meter.offered.startInterval();
    meter.dropped.startInterval();
  }
  if (now() < m_end) {
    m_agenda.at(now() + m_interval, Phase::Sampling, {0, 0, EventType::Sample});
  }
}

std::vector<Sample> Engine::takeSamples() {
  std::vector<Sample> samples = m_untaken.samples();
  m_untaken.clear();
  return samples;
}

std::vector<Happening> Engine::takeHappenings() {
  const auto from = m_happenings.begin() + static_cast<std::ptrdiff_t>(m_happeningsTaken);
  m_happeningsTaken = m_happenings.size();
  return {from, m_happenings.end()};
}

RunResult Engine::result() const {
  RunResult result;
  result.seed = m_config.seed;
  result.replication = m_config.replication;
  result.loadFactor = m_config.loadFactor;
  result.slice = m_plan->slice;
  result.leadInNs = m_worldStart;
  result.warmupNs = m_windowStart;
  result.endNs = now();
  result.isComplete = !m_isHalted && now() >= m_end;
  result.stopReason = m_stopReason;
  result.events = m_events;
  if (isInWindow(now())) {
    const auto span = static_cast<WideCount>(now() - m_windowStart);
    result.availability = 1 - shareOf(m_isAnyShort.inWindow(now()), span);
  }
  addClasses(result);
  addPoolResults(result);
  addLinkResults(result);
  addZoneResults(result);
  addCacheResults(result);
  addTokenResults(result);
  addLogResults(result);
  addStoreResults(result);
  addStreamResults(result);
  addBatchResults(result);
  addSessionResults(result);
  addMeterResults(result);
  addControlResults(result);
  for (const plan::Program& of : m_plan->programs) {
    result.programs.push_back(of.key);
  }
  result.paths = m_tracer.paths();
  result.traces = m_tracer.kept();
  result.series = m_series.samples();
  if (now() > m_intervalStart) {
    result.series.push_back(presentInterval().sample());
  }
  constexpr TimeNs kWindow = 60'000'000'000;
  constexpr TimeNs kWindowStep = 10'000'000'000;
  result.windows = m_series.windows(m_windowStart, kWindow, kWindowStep);
  result.batches = m_batches.means();
  result.actionLog = m_actionLog;
  result.happenings = m_happenings;
  result.happeningsLeftOut = m_happeningsLeftOut;
  result.digest = digestOf(result);
  return result;
}

void Engine::addClasses(RunResult& result) const {
  for (std::size_t i = 0; i < m_classes.size(); ++i) {
    const ClassMeter& of = m_classes[i];
    ClassResult& to = result.classes.emplace_back();
    to.key = m_plan->classes[i].key;
    to.offered = of.offered;
    to.succeeded = of.succeeded;
    to.degraded = of.degraded;
    to.inTime = of.inTime;
    to.failed = of.failed;
    to.latency = of.latency;
    to.outcomeLatency = of.latency;
    to.outcomeLatency.merge(of.failureLatency);
    result.latency.merge(of.latency);
  }
  result.detached.started = m_detached.started;
  result.detached.succeeded = m_detached.succeeded;
  result.detached.failed = m_detached.failed;
  // What is in flight is looked at and not computed as a difference: so the sums are a check.
  for (Index i = 0; i < m_frames.size(); ++i) {
    const Frame& frame = m_frames[i];
    if (frame.state == FrameState::Free || !isInWindow(frame.calledAt)) {
      continue;
    }
    if (frame.has(frame_flags::kRoot)) {
      ClassResult& of = result.classes[frame.requestClass];
      ++of.unfinished;
      of.unfinishedNs += static_cast<double>(now() - frame.calledAt);
    }
    const bool isOfCalls = frame.has(frame_flags::kDelivery) && isBatchOfCalls(i);
    result.detached.unfinished += frame.has(frame_flags::kDetached) && !isOfCalls ? 1u : 0u;
  }
}

void Engine::addPoolResults(RunResult& result) const {
  const bool isOpen = isInWindow(now());
  const auto span = static_cast<WideCount>(isOpen ? now() - m_windowStart : 0);
  for (std::size_t i = 0; i < m_pools.size(); ++i) {
    PoolResult& to = result.pools.emplace_back();
    to.key = m_plan->pools[i].key;
    to.instances = m_pools[i].count;
    to.servers = m_pools[i].servers;
    to.seats = m_pools[i].seats;
    if (isOpen) {
      addPool(to, m_pools[i], span);
    }
  }
  // Work that goes on counts for what it is so far.
  for (Index i = 0; isOpen && i < m_frames.size(); ++i) {
    const Frame& frame = m_frames[i];
    if (frame.state == FrameState::Work && !m_pools[m_instances[frame.server].pool].isPaced) {
      PoolResult& to = result.pools[m_instances[frame.server].pool];
      const auto part = static_cast<std::uint64_t>(now() - std::max(frame.markedAt, m_windowStart));
      (frame.has(frame_flags::kOrphan) ? to.orphanedNs : to.usefulNs) += part;
    }
  }
  if (isOpen) {
    addWorkInProgress(result);
  }
  for (PoolResult& to : result.pools) {
    to.orphanedShare = shareOf(to.orphanedNs, to.busyNs);
  }
}

/// Of pools whose paces know how much of it has been done; and what was done before an interruption.
void Engine::addWorkInProgress(RunResult& result) const {
  const auto add = [&](PoolResult& to, Index index, std::uint64_t ns) {
    (m_frames[index].has(frame_flags::kOrphan) ? to.orphanedNs : to.usefulNs) += ns;
  };
  for (std::size_t i = 0; i < m_pools.size(); ++i) {
    for (const Pace& pace : m_pools[i].paces) {
      pace.forEach(now(), [&](Index index, std::uint64_t ns) {
        add(result.pools[i], index, ns + m_frames.notes(index).servedBefore);
      });
    }
  }
  for (Index index = 0; m_frames.hasNotes(index); ++index) {
    const Frame& frame = m_frames[index];
    if (frame.state == FrameState::Queue) {
      add(result.pools[m_code.instructions[frame.pc].extra], index, m_frames.notes(index).servedBefore);
    }
  }
}

void Engine::addPool(PoolResult& to, const PoolState& pool, WideCount span) const {
  const PoolMeter& meter = pool.meter;
  WideCount busy = 0;
  for (Index i = pool.first; i < pool.first + pool.count; ++i) {
    const WideCount own = m_instances[i].busy.inWindow(now());
    to.instanceUtilisation.push_back(shareOf(own, m_instances[i].up.inWindow(now()) * pool.servers));
    to.instanceQueue.push_back(shareOf(m_instances[i].waiting.inWindow(now()), span));
    to.instanceRefused.push_back(m_instances[i].refused);
    to.instanceServed.push_back(m_instances[i].served);
    to.instanceBusyNs.push_back(narrowed(own));
    busy += own;
  }
  const WideCount up = meter.up.inWindow(now());
  to.meanInstances = shareOf(up, span);
  to.meanBooting = shareOf(meter.booting.inWindow(now()), span);
  to.instanceHours = static_cast<double>(up + meter.booting.inWindow(now())) / 3.6e12;
  to.coldStarts = meter.coldStarts.inWindow();
  to.meanNext = shareOf(meter.next.inWindow(now()), span);
  to.availability = 1 - shareOf(meter.isShort.inWindow(now()), span);
  to.arrivals = meter.arrivals.inWindow();
  to.refused = meter.refused.inWindow();
  to.served = meter.served.inWindow();
  to.abandoned = meter.abandoned.inWindow();
  to.expired = meter.expired.inWindow();
  to.interrupted = meter.interrupted.inWindow();
  to.utilisation = shareOf(busy, up * pool.servers);
  // Fewer seats than are taken are all taken.
  to.occupancy =
      std::min(1.0, shareOf(meter.seated.inWindow(now()), meter.seatTimeInWindow(pool.seats, now())));
  to.meanConcurrency = shareOf(busy, span);
  to.meanQueue = shareOf(meter.waiting.inWindow(now()), span);
  to.maxQueue = meter.maxWaiting;
  to.meanParked = shareOf(meter.parked.inWindow(now()), span);
  to.busyNs = narrowed(busy);
  to.usefulNs = meter.usefulNs;
  to.orphanedNs = meter.orphanedNs;
  to.lostNs = meter.lostNs;
  to.waiting = meter.serverWait;
  to.seatWaiting = meter.seatWait;
  to.service = meter.service;
}

void Engine::addLinkResults(RunResult& result) const {
  const bool isOpen = isInWindow(now());
  for (std::size_t i = 0; i < m_links.size(); ++i) {
    const LinkMeter& meter = m_links[i].meter;
    LinkResult& to = result.links.emplace_back();
    to.key = m_plan->links[i].key;
    if (isOpen) {
      to.calls = meter.calls.inWindow();
      to.failed = meter.failed;
      to.timedOut = meter.timedOut;
      to.lost = meter.lost;
      to.sentBytes = meter.sentBytes.inWindow();
      to.receivedBytes = meter.receivedBytes.inWindow();
      to.crossZone = meter.crossZone.inWindow();
      to.retries = meter.retries.inWindow();
      to.hedges = meter.hedges;
      to.hedgeWins = meter.hedgeWins;
      to.notSent = meter.notSent;
      to.openShare = shareOf(meter.open.inWindow(now()),
                             m_links[i].breakers() * static_cast<WideCount>(now() - m_windowStart));
      to.latency = meter.latency;
    }
  }
}

void Engine::addZoneResults(RunResult& result) const {
  const bool isOpen = isInWindow(now());
  for (std::size_t i = 0; i < m_zones.size(); ++i) {
    ZoneResult& to = result.zones.emplace_back();
    to.key = m_plan->zones[i].key;
    to.outages = m_zones[i].outages;
    to.crews = m_plan->zones[i].crews;
    to.repairs = m_zones[i].repaired;
    if (isOpen) {
      const auto time = static_cast<WideCount>(now() - m_windowStart);
      to.downShare = shareOf(m_zones[i].down.inWindow(now()), time);
      to.crewUse = shareOf(m_zones[i].crews.inWindow(now()), to.crews * time);
      to.meanWaiting = shareOf(m_zones[i].waiting.inWindow(now()), time);
    }
  }
}

void Engine::addSessionResults(RunResult& result) const {
  const bool isOpen = isInWindow(now());
  for (const SessionState& of : m_sessions) {
    SessionResult& to = result.sessions.emplace_back();
    to.key = m_plan->sources[of.source].key;
    to.sessions = of.users;
    to.connected = of.connected.value();
    if (isOpen) {
      to.meanConnected = shareOf(of.connected.inWindow(now()), static_cast<WideCount>(now() - m_windowStart));
      to.connects = of.connects.inWindow();
      to.refused = of.refused.inWindow();
      to.lost = of.lost.inWindow();
    }
  }
}

void Engine::addMeterResults(RunResult& result) const {
  const bool isOpen = isInWindow(now());
  for (std::size_t i = 0; i < m_meters.size(); ++i) {
    MeterResult& to = result.meters.emplace_back();
    to.key = m_plan->meters[i].key;
    to.unit = m_plan->meters[i].unit;
    if (isOpen) {
      to.measures = m_meters[i].measures.inWindow();
      to.offered = static_cast<double>(m_meters[i].offered.inWindow()) / kThousandths;
      to.dropped = static_cast<double>(m_meters[i].dropped.inWindow()) / kThousandths;
    }
  }
}

void Engine::addControlResults(RunResult& result) const {
  const bool isOpen = isInWindow(now());
  for (std::size_t i = 0; i < m_controls.size(); ++i) {
    const ControlState& of = m_controls[i];
    ControlResult& to = result.controls.emplace_back();
    to.key = m_plan->controls[i].key;
    to.firstNs = of.firstAt == kNever ? -1 : of.firstAt;
    if (isOpen) {
      to.fired = of.fired.inWindow();
      to.raisedShare = shareOf(of.raised.inWindow(now()), static_cast<WideCount>(now() - m_windowStart));
    }
  }
  for (const plan::Flag& flag : m_plan->flags) {
    result.flags.push_back(flag.key);
  }
}

/// The outcomes in their order, then the counters of each element in order of key. Elements that saw nothing
/// are left out, so that one more of them changes nothing.
std::string Engine::digestOf(const RunResult& result) const {
  std::vector<DigestRow> rows = digestRows(result);
  std::sort(rows.begin(), rows.end(), [](const DigestRow& a, const DigestRow& b) {
    return std::tie(a.kind, a.key) < std::tie(b.kind, b.key);
  });
  Digest digest = m_digest;
  digest.absorb(static_cast<std::uint64_t>(result.endNs));
  for (const DigestRow& row : rows) {
    if (std::all_of(row.counts.begin(), row.counts.end(), [](std::uint64_t n) { return n == 0; })) {
      continue;
    }
    digest.absorb(hashText(row.key) + static_cast<std::uint64_t>(row.kind));
    for (const std::uint64_t count : row.counts) {
      digest.absorb(count);
    }
  }
  return digest.text();
}

}  // namespace cantilever::sim
