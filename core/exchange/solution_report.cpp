#include "core/exchange/report_parts.h"
#include "core/exchange/reports.h"

namespace cantilever::exchange {
namespace {

using analytic::Exactness;
using analytic::Figure;

const char* exactnessWord(Exactness exactness) {
  switch (exactness) {
    case Exactness::Exact:
      return "exact";
    case Exactness::Approximation:
      return "approximation";
    case Exactness::NotSolvable:
      break;
  }
  return "not_solvable";
}

/// A figure is an object: what is not solvable has no value, and the reason.
void writeFigure(JsonWriter& writer, std::string_view key, const Figure& figure, double scale = 1) {
  if (!writer.key(key)) {
    return;
  }
  writer.beginObject();
  writer.field("value", figure.isSolved() ? std::optional(figure.value * scale) : std::nullopt);
  writer.field("exactness", exactnessWord(figure.exactness));
  if (figure.exactness == Exactness::Approximation) {
    writer.field("band_ratio", figure.band);
  }
  if (!figure.isSolved()) {
    writer.field("why", figure.why);
  }
  writer.endObject();
}

constexpr double kSolvedMilliseconds = 1e3;

void writeSolvedClass(JsonWriter& writer, const analytic::ClassSolution& of) {
  if (!of.key.empty()) {
    writer.field("id", of.key);
  }
  writeFigure(writer, "offered_per_s", of.offered);
  writeFigure(writer, "succeeded_per_s", of.succeeded);
  writeFigure(writer, "success_ratio", of.success);
  writeFigure(writer, "availability_ratio", of.availability);
  writeFigure(writer, "unavailability_ratio", of.unavailability);
  writeFigure(writer, "mean_ms", of.mean, kSolvedMilliseconds);
  writeFigure(writer, "p50_ms", of.p50, kSolvedMilliseconds);
  writeFigure(writer, "p95_ms", of.p95, kSolvedMilliseconds);
  writeFigure(writer, "p99_ms", of.p99, kSolvedMilliseconds);
  writeFigure(writer, "p999_ms", of.p999, kSolvedMilliseconds);
}

void writeSolvedPool(JsonWriter& writer, const analytic::PoolSolution& of) {
  writer.field("key", of.key);
  writer.field("instances", of.instances);
  writer.field("servers", of.servers > 0 ? std::optional(of.servers) : std::nullopt);
  writer.field("model", of.model);
  writer.field("stable", of.isStable);
  writer.field("backlog_growth_per_s", of.growth);
  writeFigure(writer, "work_per_s", of.work);
  writeFigure(writer, "utilisation_ratio", of.utilisation);
  writeFigure(writer, "mean_concurrency", of.concurrency);
  writeFigure(writer, "mean_queue", of.queue);
  writeFigure(writer, "wait_ms", of.wait, kSolvedMilliseconds);
  writeFigure(writer, "lost_ratio", of.lost);
  writeFigure(writer, "occupancy_ratio", of.occupancy);
  writeFigure(writer, "seat_wait_ms", of.seatWait, kSolvedMilliseconds);
  writeFigure(writer, "saturates_at_load", of.saturatesAt);
  writeFigure(writer, "availability_ratio", of.availability);
  writeFigure(writer, "unavailability_ratio", of.unavailability);
}

void writeSolvedLink(JsonWriter& writer, const analytic::LinkSolution& of,
                     const analytic::Solution& solution) {
  writer.field("key", of.key);
  writeFigure(writer, "attempts_per_s", of.rate);
  writeFigure(writer, "failed_ratio", of.failed);
  std::size_t k = 0;
  writeItems(writer, "calls", of.calls, [&](double perSecond) {
    writer.field("class", solution.classes.at(k++).key);
    writer.field("calls_per_s", perSecond);
  });
}

void writeSolvedElements(JsonWriter& writer, const analytic::Solution& solution) {
  writeItems(writer, "caches", solution.caches, [&](const analytic::CacheSolution& of) {
    writer.field("key", of.key);
    writeFigure(writer, "lookups_per_s", of.lookups);
    writeFigure(writer, "hit_ratio", of.hitRatio);
  });
  writeItems(writer, "tokens", solution.tokens, [&](const analytic::TokensSolution& of) {
    writer.field("key", of.key);
    writeFigure(writer, "asked_per_s", of.asked);
    writeFigure(writer, "refused_ratio", of.refused);
    writeFigure(writer, "wait_ms", of.wait, kSolvedMilliseconds);
    writeFigure(writer, "mean_held", of.held);
  });
  writeItems(writer, "groups", solution.groups, [&](const analytic::GroupSolution& of) {
    writer.field("key", of.key);
    writer.field("stable", of.isStable);
    writer.field("backlog_growth_per_s", of.growth);
    writeFigure(writer, "received_per_s", of.received);
    writeFigure(writer, "utilisation_ratio", of.utilisation);
    writeFigure(writer, "mean_waiting", of.lag);
    writeFigure(writer, "wait_ms", of.wait, kSolvedMilliseconds);
    writeFigure(writer, "in_log_ms", of.inLog, kSolvedMilliseconds);
  });
}

void writeOtherState(JsonWriter& writer, const std::optional<analytic::OtherState>& other) {
  if (!writer.key("other_state")) {
    return;
  }
  if (!other) {
    writer.null();
    return;
  }
  writer.beginObject();
  std::size_t i = 0;
  writeItems(writer, "classes", other->classes, [&](const std::string& key) {
    writer.field("id", key);
    writeFigure(writer, "success_ratio", other->success.at(i));
    writeFigure(writer, "mean_ms", other->mean.at(i), kSolvedMilliseconds);
    ++i;
  });
  if (writer.key("overloaded")) {
    writer.inlineList(other->overloadedPools);
  }
  writer.endObject();
}

}  // namespace

std::string solutionJson(const Design& design, const analytic::Solution& solution) {
  JsonWriter writer;
  beginReport(writer, "cantilever.solution/1", design);
  writer.field("load_factor", solution.loadFactor);
  writer.field("slice", solution.slice);
  writer.field("stable", solution.isStable);
  writer.field("converged", solution.hasConverged);
  writeFigure(writer, "throughput_limit_per_s", solution.throughputLimit);
  writeItems(writer, "bottlenecks", solution.bottlenecks, [&](const analytic::Bottleneck& of) {
    writer.field("kind", of.kind);
    writer.field("key", of.key);
    writeFigure(writer, "saturates_at_load", of.saturatesAt);
  });
  writeItems(writer, "classes", solution.classes, [&](const auto& of) { writeSolvedClass(writer, of); });
  if (writer.key("all")) {
    writer.beginObject();
    writeSolvedClass(writer, solution.all);
    writer.endObject();
  }
  writeItems(writer, "pools", solution.pools, [&](const auto& of) { writeSolvedPool(writer, of); });
  writeItems(writer, "links", solution.links, [&](const auto& of) { writeSolvedLink(writer, of, solution); });
  writeSolvedElements(writer, solution);
  writeItems(writer, "sensitivities", solution.sensitivities, [&](const analytic::Sensitivity& of) {
    writer.field("pool", of.pool);
    writer.field("class", of.requestClass);
    writeFigure(writer, "p99_change_ms", of.p99Change, kSolvedMilliseconds);
  });
  writeOtherState(writer, solution.other);
  writeItems(writer, "unrepresented", solution.unrepresented, [&](const analytic::Unrepresented& of) {
    writer.field("element", analytic::nameOf(of.kind));
    writer.field("key", of.element);
    writer.field("what", of.what);
    writer.field("prevents_solution", of.isFatal);
  });
  writer.endObject();
  return writer.take();
}

}  // namespace cantilever::exchange
