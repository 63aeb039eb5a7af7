#include "core/exchange/run_series.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/exchange/report_parts.h"

namespace cantilever::exchange {
namespace {

using sim::Sample;

/// JSON has no such number: it is written as null.
constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();
constexpr double kMsPerNs = 1e-6;

double percentile(std::int64_t ns, bool isMeasured) {
  return isMeasured ? static_cast<double>(ns) * kMsPerNs : kNotMeasured;
}

bool hasSuccess(const Sample& sample) {
  return std::any_of(sample.classes.begin(), sample.classes.end(),
                     [](const auto& ofClass) { return ofClass.succeeded > 0; });
}

/// One number a sample, side by side on one line.
template <class Pick>
void writeColumn(JsonWriter& writer, std::string_view key, const std::vector<Sample>& series,
                 const Pick& pick) {
  if (!writer.key(key)) {
    return;
  }
  std::vector<double> column;
  column.reserve(series.size());
  for (const Sample& sample : series) {
    column.push_back(static_cast<double>(pick(sample)));
  }
  writer.inlineList(column);
}

/// A column for each reason for which some failed.
void writeFailuresByReason(JsonWriter& writer, const std::vector<Sample>& series, std::size_t at) {
  if (!writer.key("failed_by_reason")) {
    return;
  }
  writer.beginObject();
  for (std::size_t reason = 1; reason < plan::kReasonCount; ++reason) {
    const auto failed = [&](const Sample& s) { return s.classes.at(at).failed[reason]; };
    if (std::any_of(series.begin(), series.end(), [&](const Sample& s) { return failed(s) > 0; })) {
      writeColumn(writer, plan::nameOf(static_cast<plan::Reason>(reason)), series, failed);
    }
  }
  writer.endObject();
}

void writeClassSeries(JsonWriter& writer, const std::vector<Sample>& series, std::size_t at) {
  writeColumn(writer, "offered", series, [at](const Sample& s) { return s.classes.at(at).offered; });
  writeColumn(writer, "succeeded", series, [at](const Sample& s) { return s.classes.at(at).succeeded; });
  writeColumn(writer, "failed", series, [at](const Sample& s) {
    const auto& failed = s.classes.at(at).failed;
    return std::accumulate(failed.begin(), failed.end(), std::uint64_t{0});
  });
  writeFailuresByReason(writer, series, at);
  writeColumn(writer, "p99_ms", series, [at](const Sample& s) {
    return percentile(s.classes.at(at).p99Ns, s.classes.at(at).succeeded > 0);
  });
}

void writePoolSeries(JsonWriter& writer, const std::vector<Sample>& series, const sim::PoolResult& pool,
                     std::size_t at) {
  writeColumn(writer, "utilisation_ratio", series, [&, at](const Sample& s) {
    return pool.servers == 0 ? kNotMeasured : s.pools.at(at).utilisation;
  });
  writeColumn(writer, "occupancy_ratio", series,
              [&, at](const Sample& s) { return pool.seats == 0 ? kNotMeasured : s.pools.at(at).occupancy; });
  writeColumn(writer, "concurrency", series, [at](const Sample& s) { return s.pools.at(at).concurrency; });
  writeColumn(writer, "queue", series, [at](const Sample& s) { return s.pools.at(at).queue; });
  writeColumn(writer, "refused", series, [at](const Sample& s) { return s.pools.at(at).refused; });
  writeColumn(writer, "instances_up", series, [at](const Sample& s) { return s.pools.at(at).instancesUp; });
  writeColumn(writer, "instances_next", series,
              [at](const Sample& s) { return s.pools.at(at).instancesNext; });
  writeColumn(writer, "instances_booting", series,
              [at](const Sample& s) { return s.pools.at(at).instancesBooting; });
}

void writeLinkSeries(JsonWriter& writer, const std::vector<Sample>& series, std::size_t at) {
  writeColumn(writer, "calls", series, [at](const Sample& s) { return s.links.at(at).calls; });
  writeColumn(writer, "failed", series, [at](const Sample& s) { return s.links.at(at).failed; });
  writeColumn(writer, "timed_out", series, [at](const Sample& s) { return s.links.at(at).timedOut; });
  writeColumn(writer, "retries", series, [at](const Sample& s) { return s.links.at(at).retries; });
  writeColumn(writer, "sent_bytes", series, [at](const Sample& s) { return s.links.at(at).sentBytes; });
  writeColumn(writer, "received_bytes", series,
              [at](const Sample& s) { return s.links.at(at).receivedBytes; });
  writeColumn(writer, "breaker_open_ratio", series, [at](const Sample& s) { return s.links.at(at).open; });
}

void writeCacheSeries(JsonWriter& writer, const std::vector<Sample>& series, std::size_t at) {
  writeColumn(writer, "lookups", series, [at](const Sample& s) { return s.caches.at(at).lookups; });
  writeColumn(writer, "hits", series, [at](const Sample& s) { return s.caches.at(at).hits; });
}

void writeTokensSeries(JsonWriter& writer, const std::vector<Sample>& series, std::size_t at) {
  writeColumn(writer, "held", series, [at](const Sample& s) { return s.tokens.at(at).held; });
  writeColumn(writer, "queue", series, [at](const Sample& s) { return s.tokens.at(at).waiting; });
  writeColumn(writer, "granted", series, [at](const Sample& s) { return s.tokens.at(at).granted; });
  writeColumn(writer, "refused", series, [at](const Sample& s) { return s.tokens.at(at).refused; });
}

void writeGroupSeries(JsonWriter& writer, const std::vector<Sample>& series, std::size_t at) {
  writeColumn(writer, "waiting", series, [at](const Sample& s) { return s.groups.at(at).waiting; });
  writeColumn(writer, "oldest_ms", series,
              [at](const Sample& s) { return static_cast<double>(s.groups.at(at).oldestNs) * kMsPerNs; });
  writeColumn(writer, "received", series, [at](const Sample& s) { return s.groups.at(at).received; });
  writeColumn(writer, "consumed", series, [at](const Sample& s) { return s.groups.at(at).consumed; });
  writeColumn(writer, "reads", series, [at](const Sample& s) { return s.groups.at(at).reads; });
  writeColumn(writer, "stale_reads", series, [at](const Sample& s) { return s.groups.at(at).staleReads; });
}

/// An object for each element, with its key and what `write` has of the element at that place.
template <class Elements, class Write>
void writeElements(JsonWriter& writer, std::string_view list, std::string_view key, const Elements& elements,
                   const Write& write) {
  std::size_t at = 0;
  writeItems(writer, list, elements, [&](const auto& element) {
    writer.field(key, element.key);
    write(element, at++);
  });
}

}  // namespace

void writeSeries(JsonWriter& writer, const sim::RunResult& run) {
  if (!writer.key("series")) {
    return;
  }
  const std::vector<Sample>& series = run.series;
  writer.beginObject();
  writeColumn(writer, "end_ms", series,
              [](const Sample& s) { return static_cast<double>(s.endNs) * kMsPerNs; });
  writeColumn(writer, "length_ms", series,
              [](const Sample& s) { return static_cast<double>(s.lengthNs) * kMsPerNs; });
  writeColumn(writer, "backlog", series, [](const Sample& s) { return s.backlog; });
  writeColumn(writer, "mean_ms", series,
              [](const Sample& s) { return hasSuccess(s) ? s.meanNs * kMsPerNs : kNotMeasured; });
  writeColumn(writer, "p50_ms", series, [](const Sample& s) { return percentile(s.p50Ns, hasSuccess(s)); });
  writeColumn(writer, "p95_ms", series, [](const Sample& s) { return percentile(s.p95Ns, hasSuccess(s)); });
  writeColumn(writer, "p99_ms", series, [](const Sample& s) { return percentile(s.p99Ns, hasSuccess(s)); });
  writeElements(writer, "classes", "id", run.classes,
                [&](const auto&, std::size_t at) { writeClassSeries(writer, series, at); });
  writeElements(writer, "pools", "key", run.pools, [&](const sim::PoolResult& pool, std::size_t at) {
    writePoolSeries(writer, series, pool, at);
  });
  writeElements(writer, "links", "key", run.links,
                [&](const auto&, std::size_t at) { writeLinkSeries(writer, series, at); });
  writeElements(writer, "caches", "key", run.caches,
                [&](const auto&, std::size_t at) { writeCacheSeries(writer, series, at); });
  writeElements(writer, "tokens", "key", run.tokens,
                [&](const auto&, std::size_t at) { writeTokensSeries(writer, series, at); });
  writeElements(writer, "groups", "key", run.groups,
                [&](const auto&, std::size_t at) { writeGroupSeries(writer, series, at); });
  writeElements(writer, "meters", "key", run.meters, [&](const auto&, std::size_t at) {
    writeColumn(writer, "offered", series, [at](const Sample& s) { return s.meters.at(at).offered; });
    writeColumn(writer, "dropped", series, [at](const Sample& s) { return s.meters.at(at).dropped; });
  });
  writer.endObject();
}

}  // namespace cantilever::exchange
