#include <cmath>

#include "core/base/text.h"
#include "core/exchange/reports.h"

/// The series of a run as a table for spreadsheets: RFC 4180, a line for each sample, a column for each
/// figure.
namespace cantilever::exchange {
namespace {

class Table {
 public:
  explicit Table(const std::vector<sim::Sample>& series) : m_lines(series.size() + 1), m_series(series) {}

  /// `pick`: of a sample; what is not a number is left empty.
  template <class Pick>
  void column(const std::string& heading, const Pick& pick) {
    const char* const comma = m_lines[0].empty() ? "" : ",";
    m_lines[0] += comma + quotedIfNeeded(heading);
    for (std::size_t i = 0; i < m_series.size(); ++i) {
      const double value = static_cast<double>(pick(m_series[i]));
      m_lines[i + 1] += comma + (std::isfinite(value) ? formatNumber(value, 9) : std::string());
    }
  }

  std::string text() const {
    std::string text;
    for (const std::string& line : m_lines) {
      text += line + "\r\n";
    }
    return text;
  }

 private:
  static std::string quotedIfNeeded(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
      return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
      quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    return quoted + "\"";
  }

  std::vector<std::string> m_lines;
  const std::vector<sim::Sample>& m_series;
};

constexpr double kMilliseconds = 1e-6;  // per nanosecond

double ifAny(bool isMeasured, std::int64_t ns) {
  return isMeasured ? static_cast<double>(ns) * kMilliseconds : std::nan("");
}

double perSecond(std::uint64_t count, const sim::Sample& sample) {
  return static_cast<double>(count) / (static_cast<double>(sample.lengthNs) * 1e-9);
}

}  // namespace

std::string seriesCsv(const sim::RunResult& run) {
  using sim::Sample;
  Table table(run.series);
  table.column("end_s", [](const Sample& s) { return static_cast<double>(s.endNs) * 1e-9; });
  table.column("backlog", [](const Sample& s) { return s.backlog; });
  for (std::size_t i = 0; i < run.classes.size(); ++i) {
    const std::string of = "class " + run.classes[i].key + " ";
    table.column(of + "offered_per_s", [i](const Sample& s) { return perSecond(s.classes[i].offered, s); });
    table.column(of + "succeeded_per_s",
                 [i](const Sample& s) { return perSecond(s.classes[i].succeeded, s); });
    table.column(of + "failed_per_s", [i](const Sample& s) {
      std::uint64_t failed = 0;
      for (const std::uint32_t count : s.classes[i].failed) {
        failed += count;
      }
      return perSecond(failed, s);
    });
    for (std::size_t reason = 1; reason < plan::kReasonCount; ++reason) {
      if (run.classes[i].failed[reason] > 0) {
        table.column(of + plan::nameOf(static_cast<plan::Reason>(reason)) + "_per_s",
                     [=](const Sample& s) { return perSecond(s.classes[i].failed[reason], s); });
      }
    }
    table.column(of + "p50_ms",
                 [i](const Sample& s) { return ifAny(s.classes[i].succeeded > 0, s.classes[i].p50Ns); });
    table.column(of + "p95_ms",
                 [i](const Sample& s) { return ifAny(s.classes[i].succeeded > 0, s.classes[i].p95Ns); });
    table.column(of + "p99_ms",
                 [i](const Sample& s) { return ifAny(s.classes[i].succeeded > 0, s.classes[i].p99Ns); });
  }
  for (std::size_t i = 0; i < run.pools.size(); ++i) {
    const std::string of = "pool " + run.pools[i].key + " ";
    if (run.pools[i].servers != 0) {
      table.column(of + "utilisation_ratio", [i](const Sample& s) { return s.pools[i].utilisation; });
    }
    if (run.pools[i].seats != 0) {
      table.column(of + "occupancy_ratio", [i](const Sample& s) { return s.pools[i].occupancy; });
    }
    table.column(of + "concurrency", [i](const Sample& s) { return s.pools[i].concurrency; });
    table.column(of + "queue", [i](const Sample& s) { return s.pools[i].queue; });
    table.column(of + "refused_per_s", [i](const Sample& s) { return perSecond(s.pools[i].refused, s); });
    table.column(of + "instances_up", [i](const Sample& s) { return s.pools[i].instancesUp; });
    table.column(of + "instances_next", [i](const Sample& s) { return s.pools[i].instancesNext; });
    if (run.pools[i].meanBooting > 0) {
      table.column(of + "instances_booting", [i](const Sample& s) { return s.pools[i].instancesBooting; });
    }
  }
  for (std::size_t i = 0; i < run.links.size(); ++i) {
    const std::string of = "link " + run.links[i].key + " ";
    table.column(of + "calls_per_s", [i](const Sample& s) { return perSecond(s.links[i].calls, s); });
    table.column(of + "failed_per_s", [i](const Sample& s) { return perSecond(s.links[i].failed, s); });
    if (run.links[i].timedOut > 0) {
      table.column(of + "timed_out_per_s",
                   [i](const Sample& s) { return perSecond(s.links[i].timedOut, s); });
    }
    if (run.links[i].retries > 0) {
      table.column(of + "retries_per_s", [i](const Sample& s) { return perSecond(s.links[i].retries, s); });
    }
    if (run.links[i].openShare > 0) {
      table.column(of + "breaker_open_ratio", [i](const Sample& s) { return s.links[i].open; });
    }
    if (run.links[i].sentBytes + run.links[i].receivedBytes > 0) {
      table.column(of + "sent_bytes_per_s",
                   [i](const Sample& s) { return perSecond(s.links[i].sentBytes, s); });
      table.column(of + "received_bytes_per_s",
                   [i](const Sample& s) { return perSecond(s.links[i].receivedBytes, s); });
    }
  }
  for (std::size_t i = 0; i < run.caches.size(); ++i) {
    table.column("cache " + run.caches[i].key + " hit_ratio", [i](const Sample& s) {
      return s.caches[i].lookups == 0 ? std::nan("")
                                      : static_cast<double>(s.caches[i].hits) / s.caches[i].lookups;
    });
  }
  for (std::size_t i = 0; i < run.tokens.size(); ++i) {
    const std::string of = "tokens " + run.tokens[i].key + " ";
    table.column(of + "held", [i](const Sample& s) { return s.tokens[i].held; });
    table.column(of + "queue", [i](const Sample& s) { return s.tokens[i].waiting; });
    table.column(of + "refused_per_s", [i](const Sample& s) { return perSecond(s.tokens[i].refused, s); });
  }
  for (std::size_t i = 0; i < run.groups.size(); ++i) {
    const std::string of = "group " + run.groups[i].key + " ";
    table.column(of + "waiting", [i](const Sample& s) { return s.groups[i].waiting; });
    table.column(of + "oldest_ms",
                 [i](const Sample& s) { return static_cast<double>(s.groups[i].oldestNs) * kMilliseconds; });
    table.column(of + "consumed_per_s", [i](const Sample& s) { return perSecond(s.groups[i].consumed, s); });
    table.column(of + "stale_ratio", [i](const Sample& s) {
      return s.groups[i].reads == 0 ? std::nan("")
                                    : static_cast<double>(s.groups[i].staleReads) / s.groups[i].reads;
    });
  }
  for (std::size_t i = 0; i < run.meters.size(); ++i) {
    const std::string of = "meter " + run.meters[i].key + " ";
    table.column(of + "offered", [i](const Sample& s) { return s.meters[i].offered; });
    table.column(of + "dropped", [i](const Sample& s) { return s.meters[i].dropped; });
  }
  return table.text();
}

}  // namespace cantilever::exchange
