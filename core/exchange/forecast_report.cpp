#include "core/exchange/forecast_report.h"

#include <cmath>

#include "core/base/text.h"
#include "core/exchange/report_parts.h"

namespace cantilever::exchange {
namespace {

constexpr double kForecastMilliseconds = 1e3;

std::optional<double> known(double value, double scale = 1) {
  return std::isfinite(value) ? std::optional(value * scale) : std::nullopt;
}

void writePeak(JsonWriter& writer, std::string_view key, const fluid::Peak& peak, double scale = 1) {
  if (writer.key(key)) {
    writer.beginObject();
    writer.field("value", peak.value * scale);
    writer.field("at_s", peak.at);
    writer.endObject();
  }
}

void writeTrust(JsonWriter& writer, const fluid::Trust& trust) {
  using analytic::Exactness;
  writer.field("exactness", trust.exactness == Exactness::Exact           ? "exact"
                            : trust.exactness == Exactness::Approximation ? "approximation"
                                                                          : "not_solvable");
  if (!trust.why.empty()) {
    writer.field("why", trust.why);
  }
}

void writeForecastElements(JsonWriter& writer, const fluid::Forecast& forecast) {
  writeItems(writer, "classes", forecast.classes, [&](const fluid::ClassCourse& of) {
    writer.field("id", of.key);
    writer.field("offered", of.offered);
    writer.field("succeeded", of.succeeded);
    writer.field("failed", of.failed);
    writer.field("waiting_at_end", of.waitingAtEnd);
    writePeak(writer, "peak_offered_per_s", of.offeredRate);
    writePeak(writer, "peak_p95_ms", of.p95, kForecastMilliseconds);
    writePeak(writer, "peak_p99_ms", of.p99, kForecastMilliseconds);
    writer.field("band_ratio", of.band);
    writeTrust(writer, of.trust);
  });
  writeItems(writer, "pools", forecast.pools, [&](const fluid::PoolCourse& of) {
    writer.field("key", of.key);
    writer.field("block", of.block);
    writer.field("instance_hours", of.instanceHours);
    writer.field("ordered", of.scaledUp);
    writer.field("taken_away", of.scaledDown);
    writePeak(writer, "peak_utilisation_ratio", of.utilisation);
    writePeak(writer, "peak_waiting", of.waiting);
    writePeak(writer, "peak_wait_ms", of.wait, kForecastMilliseconds);
    writePeak(writer, "peak_instances", of.instances);
    writer.field("saturated_s", of.saturatedSeconds);
    writeTrust(writer, of.trust);
  });
  writeItems(writer, "groups", forecast.groups, [&](const fluid::GroupCourse& of) {
    writer.field("key", of.key);
    writer.field("received", of.received);
    writer.field("consumed", of.consumed);
    writer.field("dropped", of.dropped);
    writer.field("lag_at_end", of.lagAtEnd);
    writePeak(writer, "peak_lag", of.lag);
    writePeak(writer, "peak_wait_ms", of.wait, kForecastMilliseconds);
    writeTrust(writer, of.trust);
  });
  writeItems(writer, "logs", forecast.logs, [&](const fluid::LogCourse& of) {
    writer.field("key", of.key);
    writer.field("appended", of.appended);
    writer.field("appended_bytes", of.bytes);
    writer.field("stored_bytes_at_end", of.storedAtEnd);
    writer.field("growth_bytes_per_day", of.growthPerDay);
  });
  writeItems(writer, "meters", forecast.meters, [&](const fluid::MeterCourse& of) {
    writer.field("key", of.key);
    writer.field("unit", of.unit);
    writer.field("offered", of.offered);
    writer.field("dropped", of.dropped);
  });
}

void writeForecastHour(JsonWriter& writer, const fluid::Hour& hour, const plan::Plan& plan) {
  writer.field("start_s", hour.start);
  writer.field("end_s", hour.end);
  std::size_t k = 0;
  writeItems(writer, "classes", hour.classes, [&](const fluid::Hour::OfClass& of) {
    writer.field("id", plan.classes[k++].key);
    writer.field("offered", of.offered);
    writer.field("succeeded", of.succeeded);
    writer.field("failed", of.failed);
    writer.field("mean_ms", known(of.mean, kForecastMilliseconds));
    writer.field("p95_ms", known(of.p95, kForecastMilliseconds));
    writer.field("p99_ms", known(of.p99, kForecastMilliseconds));
  });
  std::size_t pool = 0;
  writeItems(writer, "pools", hour.pools, [&](const fluid::Hour::OfPool& of) {
    writer.field("key", plan.pools[pool++].key);
    writer.field("utilisation_ratio", of.utilisation);
    writer.field("highest_utilisation_ratio", of.peakUtilisation);
    writer.field("most_waiting", of.waiting);
    writer.field("longest_wait_ms", of.wait * kForecastMilliseconds);
    writer.field("mean_instances", of.instances);
  });
  std::size_t group = 0;
  writeItems(writer, "groups", hour.groups, [&](const fluid::Hour::OfGroup& of) {
    writer.field("key", plan.groups[group++].key);
    writer.field("received", of.received);
    writer.field("consumed", of.consumed);
    writer.field("largest_lag", of.lag);
    writer.field("longest_wait_ms", of.wait * kForecastMilliseconds);
  });
  std::size_t cache = 0;
  writeItems(writer, "caches", hour.hitRatio, [&](double ratio) {
    writer.field("key", plan.caches[cache++].key);
    writer.field("hit_ratio", ratio);
  });
  std::size_t log = 0;
  writeItems(writer, "logs", hour.stored, [&](double bytes) {
    writer.field("key", plan.logs[log++].key);
    writer.field("stored_bytes", bytes);
  });
}

std::string quotedCell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + "\"";
}

}  // namespace

const char* nameOf(fluid::Event::Kind kind) {
  static const char* const kNames[] = {"ordered",  "ready",   "taken_away", "killed",
                                       "restored", "flushed", "changed"};
  return kNames[static_cast<int>(kind)];
}

std::string forecastJson(const Design& design, const fluid::Forecast& forecast, const plan::Plan& plan) {
  JsonWriter writer;
  beginReport(writer, "cantilever.forecast/1", design);
  writer.field("slice", forecast.slice);
  writer.field("span_s", forecast.span);
  writer.field("step_s", forecast.step);
  writePeak(writer, "peak_offered_per_s", forecast.load);
  writeForecastElements(writer, forecast);
  writeItems(writer, "saturations", forecast.saturations, [&](const fluid::Saturation& of) {
    writer.field("kind", of.kind);
    writer.field("key", of.key);
    writer.field("from_s", of.from);
    writer.field("until_s", of.isOver ? std::optional(of.until) : std::nullopt);
    writer.field("most_waiting", of.peakWaiting);
    writer.field("longest_wait_ms", of.peakWait * kForecastMilliseconds);
    writer.field("refused", of.refused);
  });
  writeItems(writer, "objectives", forecast.promises, [&](const fluid::PromiseCourse& of) {
    writer.field("id", of.promise.key);
    writer.field("violated_s", of.violatedSeconds);
    writer.field("unknown_s", of.unknownSeconds);
    writer.field("first_violated_at_s", of.firstAt < 0 ? std::nullopt : std::optional(of.firstAt));
    writer.field("limit", of.promise.limit);
    writer.field("worst", known(of.worst));
    writer.field("worst_at_s", of.worstAt);
    if (!of.why.empty()) {
      writer.field("why", of.why);
    }
  });
  writeItems(writer, "events", forecast.events, [&](const fluid::Event& of) {
    writer.field("at_s", of.at);
    writer.field("kind", nameOf(of.kind));
    writer.field("key", of.element);
    writer.field("value", of.count);
    writer.field("by", of.by);
  });
  writeItems(writer, "hours", forecast.hours,
             [&](const fluid::Hour& of) { writeForecastHour(writer, of, plan); });
  writeItems(writer, "unrepresented", forecast.unrepresented, [&](const analytic::Unrepresented& of) {
    writer.field("element", analytic::nameOf(of.kind));
    writer.field("key", of.element);
    writer.field("what", of.what);
  });
  writer.endObject();
  return writer.take();
}

std::string forecastHeadings(const plan::Plan& plan) {
  std::string line = "end_s";
  const auto add = [&line](const std::string& of, std::initializer_list<const char*> columns) {
    for (const char* column : columns) {
      line += "," + quotedCell(of + " " + column);
    }
  };
  for (const plan::RequestClass& each : plan.classes) {
    add("class " + each.key,
        {"offered_per_s", "succeeded_per_s", "failed_per_s", "mean_ms", "p95_ms", "p99_ms"});
  }
  for (const plan::Pool& each : plan.pools) {
    add("pool " + each.key, {"utilisation", "waiting", "wait_ms", "instances"});
  }
  for (const plan::ConsumerGroup& each : plan.groups) {
    add("group " + each.key, {"lag", "wait_ms", "received_per_s", "consumed_per_s"});
  }
  for (const plan::Cache& each : plan.caches) {
    add("cache " + each.key, {"hit_ratio"});
  }
  for (const plan::Log& each : plan.logs) {
    add("log " + each.key, {"stored_bytes"});
  }
  return line + "\r\n";
}

std::string forecastLine(const fluid::Sample& sample) {
  std::string line = formatNumber(sample.time, 12);
  const auto add = [&line](std::initializer_list<double> values) {
    for (const double value : values) {
      line += "," + (std::isfinite(value) ? formatNumber(value, 7) : std::string());
    }
  };
  for (const fluid::Sample::OfClass& of : sample.classes) {
    add({of.offered, of.succeeded, of.failed, of.mean * kForecastMilliseconds, of.p95 * kForecastMilliseconds,
         of.p99 * kForecastMilliseconds});
  }
  for (const fluid::Sample::OfPool& of : sample.pools) {
    add({of.utilisation, of.waiting, of.wait * kForecastMilliseconds, of.instances});
  }
  for (const fluid::Sample::OfGroup& of : sample.groups) {
    add({of.lag, of.wait * kForecastMilliseconds, of.received, of.consumed});
  }
  for (const double ratio : sample.hitRatio) {
    add({ratio});
  }
  for (const double bytes : sample.stored) {
    add({bytes});
  }
  return line + "\r\n";
}

}  // namespace cantilever::exchange
