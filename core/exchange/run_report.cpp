#include "core/exchange/reports.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/exchange/design_words.h"
#include "core/exchange/report_parts.h"
#include "core/exchange/run_elements.h"
#include "core/exchange/run_series.h"
#include "core/experiment/batch_interval.h"
#include "core/vocabulary/plan.h"

namespace cantilever::exchange {
namespace {

double milliseconds(std::int64_t ns) {
  return Duration::nanoseconds(ns).inMilliseconds();
}

/// Server time, summed over many servers, may exceed what a Duration holds.
double serverMilliseconds(std::uint64_t ns) {
  return static_cast<double>(ns) * 1e-6;
}

/// A share of what has no limit is not known.
std::optional<double> shareOf(std::uint32_t capacity, double share) {
  return capacity == 0 ? std::nullopt : std::optional(share);
}

/// Nothing was measured: null rather than a zero that looks like a measurement.
void writeHistogram(JsonWriter& writer, std::string_view key, const sim::Histogram& histogram) {
  if (!writer.key(key)) {
    return;
  }
  const auto measured = [&](double ms) { return histogram.count() == 0 ? std::nullopt : std::optional(ms); };
  writer.beginObject();
  const auto count = static_cast<double>(histogram.count());
  writer.field("count", histogram.count());
  writer.field("above_zero_ratio", measured((count - static_cast<double>(histogram.countUpTo(0))) / count));
  writer.field("mean_ms", measured(histogram.meanNs() * 1e-6));
  constexpr std::array<std::pair<const char*, double>, 5> quantiles{
      {{"p50_ms", 0.5}, {"p90_ms", 0.9}, {"p95_ms", 0.95}, {"p99_ms", 0.99}, {"p999_ms", 0.999}}};
  for (const auto& [name, q] : quantiles) {
    writer.field(name, measured(milliseconds(histogram.quantileNs(q))));
  }
  writer.field("max_ms", measured(milliseconds(histogram.maxNs())));
  writer.endObject();
}

/// The distribution itself: so many values above the upper end of the cell before, up to that of their own.
void writeCells(JsonWriter& writer, const sim::Histogram& histogram) {
  std::vector<double> upper;
  std::vector<double> counts;
  histogram.forEachCell([&](std::int64_t upperNs, std::uint64_t count) {
    upper.push_back(milliseconds(upperNs));
    counts.push_back(static_cast<double>(count));
  });
  if (writer.key("latency_cells")) {
    writer.beginObject();
    if (writer.key("upper_ms")) {
      writer.inlineList(upper);
    }
    if (writer.key("counts")) {
      writer.inlineList(counts);
    }
    writer.endObject();
  }
}

template <class Counts>
void writeFailures(JsonWriter& writer, const Counts& failed) {
  if (!writer.key("failed")) {
    return;
  }
  writer.beginObject();
  for (std::size_t reason = 1; reason < failed.size(); ++reason) {
    writer.field(plan::nameOf(static_cast<plan::Reason>(reason)), failed[reason]);
  }
  writer.endObject();
}

void writeClass(JsonWriter& writer, const sim::ClassResult& result) {
  writer.field("id", result.key);
  writer.field("offered", result.offered);
  writer.field("admitted", result.admitted());
  writer.field("succeeded", result.succeeded);
  writer.field("degraded", result.degraded);
  writer.field("succeeded_in_time", result.inTime);
  writer.field("failed_total", result.failedTotal());
  writer.field("unfinished", result.unfinished);
  writeFailures(writer, result.failed);
  writer.field("censored", result.isCensored());
  writeHistogram(writer, "latency", result.latency);
  writeHistogram(writer, "outcome_latency", result.outcomeLatency);
  writeCells(writer, result.latency);
}

/// A stretch of the measured time (rule 33); percentiles of nothing are null.
void writeWindow(JsonWriter& writer, const sim::Window& window, const sim::RunResult& run) {
  const auto writeLatency = [&](const auto& of, bool isMeasured) {
    const auto ms = [&](double ns) { return isMeasured ? std::optional(ns * 1e-6) : std::nullopt; };
    writer.field("mean_ms", ms(of.meanNs));
    writer.field("p50_ms", ms(static_cast<double>(of.p50Ns)));
    writer.field("p95_ms", ms(static_cast<double>(of.p95Ns)));
    writer.field("p99_ms", ms(static_cast<double>(of.p99Ns)));
    writer.field("p999_ms", ms(static_cast<double>(of.p999Ns)));
  };
  writer.field("start_ms", milliseconds(window.startNs));
  writer.field("end_ms", milliseconds(window.endNs));
  writeLatency(window, std::any_of(window.classes.begin(), window.classes.end(),
                                   [](const auto& of) { return of.succeeded > 0; }));
  std::size_t i = 0;
  writeItems(writer, "classes", window.classes, [&](const sim::Sample::OfClass& of) {
    writer.field("id", run.classes.at(i++).key);
    writer.field("offered", of.offered);
    writer.field("succeeded", of.succeeded);
    writer.field("failed_total", std::accumulate(of.failed.begin(), of.failed.end(), std::uint64_t{0}));
    writeLatency(of, of.succeeded > 0);
  });
}

void writeDetached(JsonWriter& writer, const sim::DetachedResult& detached) {
  if (!writer.key("detached")) {
    return;
  }
  writer.beginObject();
  writer.field("started", detached.started);
  writer.field("succeeded", detached.succeeded);
  writer.field("failed_total", detached.failedTotal());
  writer.field("unfinished", detached.unfinished);
  writeFailures(writer, detached.failed);
  writer.endObject();
}

/// A number for each instance.
void writeInstances(JsonWriter& writer, const sim::PoolResult& pool) {
  const auto write = [&](std::string_view key, std::size_t count, const auto& pick) {
    if (writer.key(key)) {
      std::vector<double> numbers;
      for (std::size_t i = 0; i < count; ++i) {
        numbers.push_back(static_cast<double>(pick(i)));
      }
      writer.inlineList(numbers);
    }
  };
  write("instance_utilisation_ratio", pool.instanceUtilisation.size(),
        [&](std::size_t i) { return pool.instanceUtilisation[i]; });
  write("instance_mean_queue", pool.instanceQueue.size(),
        [&](std::size_t i) { return pool.instanceQueue[i]; });
  write("instance_refused", pool.instanceRefused.size(),
        [&](std::size_t i) { return pool.instanceRefused[i]; });
  write("instance_served", pool.instanceServed.size(), [&](std::size_t i) { return pool.instanceServed[i]; });
  write("instance_mean_service_ms", pool.instanceServed.size(), [&](std::size_t i) {
    return pool.instanceServed[i] == 0
               ? std::nan("")
               : serverMilliseconds(pool.instanceBusyNs[i]) / static_cast<double>(pool.instanceServed[i]);
  });
}

void writePool(JsonWriter& writer, const sim::PoolResult& pool) {
  writer.field("key", pool.key);
  writer.field("instances", pool.instances);
  writer.field("mean_instances", pool.meanInstances);
  writer.field("mean_next", pool.meanNext);
  writer.field("mean_booting", pool.meanBooting);
  writer.field("instance_hours", pool.instanceHours);
  writer.field("cold_starts", pool.coldStarts);
  writer.field("availability_ratio", pool.availability);
  writer.field("servers", pool.servers);
  writer.field("seats", pool.seats);
  writer.field("arrivals", pool.arrivals);
  writer.field("refused", pool.refused);
  writer.field("served", pool.served);
  writer.field("abandoned", pool.abandoned);
  writer.field("expired", pool.expired);
  writer.field("interrupted", pool.interrupted);
  writer.field("utilisation_ratio", shareOf(pool.servers, pool.utilisation));
  writer.field("occupancy_ratio", shareOf(pool.seats, pool.occupancy));
  writer.field("mean_concurrency", pool.meanConcurrency);
  writer.field("mean_queue", pool.meanQueue);
  writer.field("max_queue", pool.maxQueue);
  writer.field("mean_parked", pool.meanParked);
  writer.field("busy_ms", serverMilliseconds(pool.busyNs));
  writer.field("useful_ms", serverMilliseconds(pool.usefulNs));
  writer.field("orphaned_ms", serverMilliseconds(pool.orphanedNs));
  writer.field("lost_ms", serverMilliseconds(pool.lostNs));
  writer.field("orphaned_ratio", pool.orphanedShare);
  writeHistogram(writer, "waiting", pool.waiting);
  writeHistogram(writer, "seat_waiting", pool.seatWaiting);
  writeHistogram(writer, "service", pool.service);
  writeInstances(writer, pool);
}

void writeLink(JsonWriter& writer, const sim::LinkResult& link) {
  writer.field("key", link.key);
  writer.field("calls", link.calls);
  writer.field("failed", link.failed);
  writer.field("timed_out", link.timedOut);
  writer.field("lost", link.lost);
  writer.field("cross_zone_calls", link.crossZone);
  writer.field("sent_bytes", link.sentBytes);
  writer.field("received_bytes", link.receivedBytes);
  writer.field("retries", link.retries);
  writer.field("hedges", link.hedges);
  writer.field("hedge_wins", link.hedgeWins);
  writer.field("not_sent", link.notSent);
  writer.field("breaker_open_ratio", link.openShare);
  writeHistogram(writer, "latency", link.latency);
}

void writeZone(JsonWriter& writer, const sim::ZoneResult& zone) {
  writer.field("key", zone.key);
  writer.field("outages", zone.outages);
  writer.field("down_ratio", zone.downShare);
  writer.field("crews", zone.crews);
  writer.field("repairs", zone.repairs);
  writer.field("crew_use_ratio", zone.crewUse);
  writer.field("mean_waiting_for_crew", zone.meanWaiting);
}

void writeCache(JsonWriter& writer, const sim::CacheResult& cache) {
  writer.field("key", cache.key);
  writer.field("entries", cache.entries);
  writer.field("lookups", cache.lookups);
  writer.field("hits", cache.hits);
  writer.field("coalesced", cache.coalesced);
  writer.field("misses", cache.misses());
  writer.field("hit_ratio", cache.lookups == 0 ? std::nullopt
                                               : std::optional(static_cast<double>(cache.hits) /
                                                               static_cast<double>(cache.lookups)));
  writer.field("fills", cache.fills);
  writer.field("declined", cache.declined);
  writer.field("evictions", cache.evictions);
  writer.field("expirations", cache.expirations);
  writer.field("drops", cache.drops);
  writer.field("bytes", cache.bytes);
  writer.field("writes", cache.writes);
  writer.field("absorbed", cache.absorbed);
  writer.field("write_backs", cache.writeBacks);
  writer.field("lost_writes", cache.lostWrites);
  writer.field("dirty_at_end", cache.dirty);
  writeItems(writer, "by_age", cache.byAge, [&](const sim::CacheResult::OfAge& age) {
    writer.field("from_ms", milliseconds(age.fromNs));
    writer.field("lookups", age.lookups);
    writer.field("hit_ratio", static_cast<double>(age.hits) / static_cast<double>(age.lookups));
  });
}

void writeTokens(JsonWriter& writer, const sim::TokensResult& tokens) {
  writer.field("key", tokens.key);
  writer.field("size", tokens.size);
  writer.field("buckets", tokens.buckets);
  writer.field("asked", tokens.asked);
  writer.field("granted", tokens.granted);
  writer.field("refused", tokens.refused);
  writer.field("shed", tokens.shed);
  writer.field("abandoned", tokens.abandoned);
  writer.field("mean_held", tokens.meanHeld);
  writer.field("max_held", tokens.maxHeld);
  writer.field("mean_queue", tokens.meanWaiting);
  writer.field("max_queue", tokens.maxWaiting);
  writeHistogram(writer, "waiting", tokens.waiting);
  writeHistogram(writer, "holding", tokens.holding);
}

void writeLog(JsonWriter& writer, const sim::LogResult& log) {
  writer.field("key", log.key);
  writer.field("partitions", log.partitions);
  writer.field("appended", log.appended);
  writer.field("refused", log.refused);
}

void writeGroup(JsonWriter& writer, const sim::GroupResult& group, const sim::RunResult& run) {
  writer.field("key", group.key);
  writer.field("log", run.logs.at(group.log).key);
  writer.field("received", group.received);
  writer.field("consumed", group.consumed);
  writer.field("batches", group.batches);
  writer.field("redelivered", group.redelivered);
  writer.field("duplicates", group.duplicates);
  writer.field("dead_letters", group.deadLetters);
  writer.field("expired", group.expired);
  writer.field("reads", group.reads);
  writer.field("stale_reads", group.staleReads);
  writer.field("mean_waiting", group.meanWaiting);
  writer.field("max_waiting", group.maxWaiting);
  writer.field("mean_in_flight", group.meanInFlight);
  writer.field("drained_ms", group.drainedNs == sim::GroupResult::kNotDrained
                                 ? std::nullopt
                                 : std::optional(milliseconds(group.drainedNs)));
  writer.field("waiting_at_end", group.waiting);
  writer.field("in_flight_at_end", group.inFlight);
  writer.field("oldest_at_end_ms", milliseconds(group.oldestNs));
  writeHistogram(writer, "waiting", group.wait);
  writeHistogram(writer, "in_log", group.inLog);
  writeHistogram(writer, "latency", group.latency);
}

void writeStore(JsonWriter& writer, const sim::StoreResult& store) {
  writer.field("key", store.key);
  writer.field("writes", store.writes);
  writer.field("lost_writes", store.lostWrites);
  writer.field("failovers", store.failovers);
  writer.field("not_covered", store.notCovered);
  writer.field("down_ms", milliseconds(store.downNs));
}

void writeStream(JsonWriter& writer, const sim::StreamResult& stream) {
  writer.field("key", stream.key);
  writer.field("events", stream.events);
  writer.field("late", stream.late);
  writer.field("windows", stream.windows);
  writer.field("outcomes", stream.outcomes);
  writer.field("open_at_end", stream.open);
  writer.field("max_open", stream.maxOpen);
}

void writeBatch(JsonWriter& writer, const sim::BatchResult& batch) {
  writer.field("key", batch.key);
  writer.field("calls", batch.calls);
  writer.field("batches", batch.batches);
  writeHistogram(writer, "waiting", batch.wait);
}

void writeSessions(JsonWriter& writer, const sim::SessionResult& sessions) {
  writer.field("workload", sessions.key);
  writer.field("sessions", sessions.sessions);
  writer.field("mean_connected", sessions.meanConnected);
  writer.field("connected_at_end", sessions.connected);
  writer.field("connects", sessions.connects);
  writer.field("refused", sessions.refused);
  writer.field("lost", sessions.lost);
}

void writeMeter(JsonWriter& writer, const sim::MeterResult& meter, const sim::RunResult& run) {
  const double seconds = Duration::nanoseconds(run.endNs - run.warmupNs).inSeconds();
  writer.field("key", meter.key);
  writer.field("unit", meter.unit);
  writer.field("measures", meter.measures);
  writer.field("offered", meter.offered);
  writer.field("dropped", meter.dropped);
  writer.field("taken_per_s",
               seconds > 0 ? std::optional((meter.offered - meter.dropped) / seconds) : std::nullopt);
}

void writeControl(JsonWriter& writer, const sim::ControlResult& control) {
  writer.field("key", control.key);
  writer.field("fired", control.fired);
  writer.field("first_at_ms",
               control.firstNs < 0 ? std::nullopt : std::optional(milliseconds(control.firstNs)));
  writer.field("raised_ratio", control.raisedShare);
}

void writePath(JsonWriter& writer, const sim::PathResult& path, const sim::RunResult& run) {
  writer.field("class", run.classes.at(path.requestClass).key);
  writer.field("requests", path.requests);
  const auto total = static_cast<double>(path.totalNs);
  const auto requests = static_cast<double>(path.requests);
  writer.field("mean_ms", total * 1e-6 / requests);
  writeItems(writer, "shares", path.shares, [&](const sim::PathShare& share) {
    const auto ns = static_cast<double>(share.ns);
    writer.field("doing", sim::nameOf(share.doing));
    writer.field(sim::nameOf(sim::elementOf(share.doing)), elementKey(run, share.doing, share.element));
    writer.field("ratio", total > 0 ? std::optional(ns / total) : std::nullopt);
    writer.field("mean_ms", ns * 1e-6 / requests);
  });
}

void writeVerdict(JsonWriter& writer, const advice::Verdict& verdict) {
  writer.field("id", verdict.objective.text());
  writer.field("text", verdict.text);
  writer.field("measured", verdict.measured);
  writer.field("met", verdict.isMet);
  writer.field("windows_judged", verdict.windows);
  writer.field("windows_held", verdict.windowsHeld);
  writer.field("attainment_ratio", verdict.windows == 0
                                       ? std::nullopt
                                       : std::optional(static_cast<double>(verdict.windowsHeld) /
                                                       static_cast<double>(verdict.windows)));
}

void writeStability(JsonWriter& writer, const experiment::RunStability& of) {
  if (!writer.key("stability")) {
    return;
  }
  writer.beginObject();
  writer.field("verdict", experiment::nameOf(of.verdict));
  writer.field("backlog_growth_per_s", of.growth);
  writer.field("growing_kind", of.growingKind);
  writer.field("growing_key", of.growingKey);
  writer.field("why", of.why);
  if (writer.key("doubts")) {
    writer.inlineList(of.doubts);
  }
  writer.endObject();
}

void writeZones(JsonWriter& writer, plan::Index zone, plan::Index other, const sim::RunResult& run) {
  if (zone < run.zones.size()) {
    writer.field("zone", run.zones[zone].key);
  }
  if (other < run.zones.size()) {
    writer.field("other_zone", run.zones[other].key);
  }
}

void writeAction(JsonWriter& writer, const plan::Action& action, const sim::RunResult& run) {
  writer.field("at_ms", action.at.inMilliseconds());
  writer.field("change", wordOf(action.change, std::span<const Word<Change>>(kChangeWords)));
  if (action.pool < run.pools.size()) {
    writer.field("pool", run.pools[action.pool].key);
  }
  if (action.link < run.links.size()) {
    writer.field("link", run.links[action.link].key);
  }
  if (action.cache < run.caches.size()) {
    writer.field("cache", run.caches[action.cache].key);
  }
  writeZones(writer, action.zone, action.otherZone, run);
  if (action.firstInstance != plan::kNone) {
    writer.field("first_instance", action.firstInstance);
    writer.field("last_instance", action.lastInstance);
  }
  if (action.flag < run.flags.size()) {
    writer.field("flag", run.flags[action.flag]);
  }
  if (action.control < run.controls.size()) {
    writer.field("control", run.controls[action.control].key);
  }
  if (action.group < run.groups.size()) {
    writer.field("group", run.groups[action.group].key);
  }
  if (action.tokens < run.tokens.size()) {
    writer.field("tokens", run.tokens[action.tokens].key);
  }
  writer.field("value", action.value);
}

void writeHappening(JsonWriter& writer, const sim::Happening& happening, const sim::RunResult& run) {
  writer.field("at_ms", milliseconds(happening.atNs));
  writer.field("what", sim::nameOf(happening.kind));
  writer.field("cause", sim::nameOf(happening.cause));
  using Kind = sim::Happening::Kind;
  if (happening.pool < run.pools.size()) {
    writer.field("pool", run.pools[happening.pool].key);
  }
  if (happening.link < run.links.size()) {
    writer.field("link", run.links[happening.link].key);
    if (happening.pool < run.pools.size()) {
      writer.field("instance", happening.instance);
    } else if (happening.kind >= Kind::MarkedDown && happening.kind <= Kind::Readmitted) {
      writer.field("instance", happening.instance);
    } else if ((happening.kind >= Kind::LatencyAdded && happening.kind <= Kind::ErrorsSet) ||
               happening.kind == Kind::Sought || happening.kind == Kind::WeightSet ||
               happening.kind == Kind::LatencyScaled) {
      writer.field("value", happening.value);
    }
    return;
  }
  if (happening.zone < run.zones.size()) {
    writeZones(writer, happening.zone, happening.otherZone, run);
    if (happening.kind == Kind::ZoneLatencyAdded || happening.kind == Kind::ZoneLatencyScaled) {
      writer.field("value", happening.value);
    }
    return;
  }
  if (happening.tokens < run.tokens.size()) {
    writer.field("tokens", run.tokens[happening.tokens].key);
    writer.field("value", happening.value);
    return;
  }
  if (happening.control < run.controls.size()) {
    writer.field("control", run.controls[happening.control].key);
  } else if (happening.flag < run.flags.size()) {
    writer.field("flag", run.flags[happening.flag]);
    writer.field("value", happening.value);
  } else if (happening.kind == Kind::LoadFactor || happening.kind == Kind::Speed ||
             happening.kind == Kind::RollOut || happening.kind == Kind::RolledOut ||
             happening.kind == Kind::WeightSet || happening.kind == Kind::SizeSet) {
    writer.field("value", happening.value);
  }
  const bool isOfAnInstance = happening.kind != Kind::LoadFactor && happening.kind != Kind::Flushed &&
                              happening.instance != sim::Happening::kEach;
  if (isOfAnInstance) {
    writer.field("instance", happening.instance);
    if (happening.kind == Kind::Promoted) {
      writer.field("lost_writes", happening.value);
    }
  }
}

}  // namespace

std::string runJson(const Design& design, const sim::RunResult& run,
                    const std::vector<advice::Verdict>& verdicts, const experiment::RunStability& stability) {
  std::uint64_t offered = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::uint64_t unfinished = 0;
  for (const sim::ClassResult& result : run.classes) {
    offered += result.offered;
    succeeded += result.succeeded;
    failed += result.failedTotal();
    unfinished += result.unfinished;
  }
  // Requests that arrive before the end of the warm-up are not counted.
  const double seconds = Duration::nanoseconds(run.endNs - run.warmupNs).inSeconds();
  const auto perSecond = [&](std::uint64_t count) {
    return seconds > 0 ? std::optional(static_cast<double>(count) / seconds) : std::nullopt;
  };
  JsonWriter writer;
  beginReport(writer, "cantilever.run/1", design);
  writer.field("seed", run.seed);
  writer.field("replication", run.replication);
  writer.field("load_factor", run.loadFactor);
  writer.field("slice", run.slice);
  writer.field("lead_in_ms", milliseconds(run.leadInNs));
  writer.field("warmup_ms", milliseconds(run.warmupNs));
  writer.field("end_ms", milliseconds(run.endNs));
  writer.field("complete", run.isComplete);
  writer.field("stop_reason", run.stopReason);
  writer.field("events", run.events);
  writer.field("digest", run.digest);
  writer.field("offered", offered);
  writer.field("succeeded", succeeded);
  writer.field("failed_total", failed);
  writer.field("unfinished", unfinished);
  writer.field("offered_per_s", perSecond(offered));
  writer.field("succeeded_per_s", perSecond(succeeded));
  writer.field("availability_ratio", run.availability);
  writeHistogram(writer, "latency", run.latency);
  writer.field("mean_half_width_ms", experiment::meanLatencyOf(run).halfWidth * 1e-6);
  writeStability(writer, stability);
  writeItems(writer, "objectives", verdicts,
             [&](const advice::Verdict& verdict) { writeVerdict(writer, verdict); });
  writeItems(writer, "classes", run.classes,
             [&](const sim::ClassResult& result) { writeClass(writer, result); });
  writeDetached(writer, run.detached);
  writeItems(writer, "pools", run.pools, [&](const sim::PoolResult& pool) { writePool(writer, pool); });
  writeItems(writer, "links", run.links, [&](const sim::LinkResult& link) { writeLink(writer, link); });
  writeItems(writer, "zones", run.zones, [&](const sim::ZoneResult& zone) { writeZone(writer, zone); });
  writeItems(writer, "caches", run.caches, [&](const sim::CacheResult& cache) { writeCache(writer, cache); });
  writeItems(writer, "tokens", run.tokens,
             [&](const sim::TokensResult& tokens) { writeTokens(writer, tokens); });
  writeItems(writer, "logs", run.logs, [&](const sim::LogResult& log) { writeLog(writer, log); });
  writeItems(writer, "groups", run.groups,
             [&](const sim::GroupResult& group) { writeGroup(writer, group, run); });
  writeItems(writer, "stores", run.stores, [&](const sim::StoreResult& store) { writeStore(writer, store); });
  writeItems(writer, "streams", run.streams,
             [&](const sim::StreamResult& stream) { writeStream(writer, stream); });
  writeItems(writer, "call_batches", run.callBatches,
             [&](const sim::BatchResult& batch) { writeBatch(writer, batch); });
  writeItems(writer, "sessions", run.sessions,
             [&](const sim::SessionResult& sessions) { writeSessions(writer, sessions); });
  writeItems(writer, "meters", run.meters,
             [&](const sim::MeterResult& meter) { writeMeter(writer, meter, run); });
  writeItems(writer, "controls", run.controls,
             [&](const sim::ControlResult& control) { writeControl(writer, control); });
  writeItems(writer, "critical_path", run.paths,
             [&](const sim::PathResult& path) { writePath(writer, path, run); });
  writeItems(writer, "actions", run.actionLog,
             [&](const plan::Action& action) { writeAction(writer, action, run); });
  writeItems(writer, "causal_events", run.happenings,
             [&](const sim::Happening& happening) { writeHappening(writer, happening, run); });
  writer.field("causal_events_left_out", run.happeningsLeftOut);
  writeItems(writer, "windows", run.windows,
             [&](const sim::Window& window) { writeWindow(writer, window, run); });
  writeSeries(writer, run);
  writer.endObject();
  return writer.take();
}

}  // namespace cantilever::exchange
