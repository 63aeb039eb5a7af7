#include <cmath>
#include <functional>

#include "core/exchange/report_parts.h"
#include "core/exchange/reports.h"

namespace cantilever::exchange {
namespace {

/// An interval that is not known is null.
void writeEstimate(JsonWriter& writer, const experiment::Estimate& of) {
  writer.field("mean", of.mean);
  writer.field("half_width", of.halfWidth);
  writer.field("count", of.count);
}

void writeNamedEstimate(JsonWriter& writer, std::string_view key, const experiment::Estimate& of) {
  if (writer.key(key)) {
    writer.beginObject();
    writeEstimate(writer, of);
    writer.endObject();
  }
}

void writeCourse(JsonWriter& writer, std::string_view key, const std::vector<experiment::Estimate>& course) {
  if (!writer.key(key)) {
    return;
  }
  const auto column = [&](std::string_view name, double experiment::Estimate::*member) {
    if (writer.key(name)) {
      std::vector<double> values;
      values.reserve(course.size());
      for (const experiment::Estimate& each : course) {
        values.push_back(each.*member);
      }
      writer.inlineList(values);
    }
  };
  writer.beginObject();
  column("mean", &experiment::Estimate::mean);
  column("half_width", &experiment::Estimate::halfWidth);
  writer.endObject();
}

}  // namespace

std::string studyJson(const Design& design, const experiment::Study& study,
                      const std::vector<std::string>& poolKeys,
                      const std::vector<advice::Verdict>& verdicts) {
  JsonWriter writer;
  beginReport(writer, "cantilever.study/1", design);
  writer.field("seed", study.config.seed);
  writer.field("replications", study.digests.size());
  writer.field("load_factor", study.config.loadFactor);
  writer.field("lead_in_ms", study.config.leadIn.inMilliseconds());
  writer.field("warmup_ms", study.config.warmup.inMilliseconds());
  writer.field("duration_ms", study.config.duration.inMilliseconds());
  writer.field("settled", !study.warmUp || study.warmUp->hasSettled);
  writer.field("stationary", study.isStationary);
  if (writer.key("changes")) {
    writer.inlineList(study.changes);
  }
  writer.field("stability", experiment::nameOf(study.stability));
  writeNamedEstimate(writer, "backlog_growth_per_s", study.backlogSlope);
  if (study.growing < poolKeys.size()) {
    writer.field("growing_pool", poolKeys[study.growing]);
  }
  if (study.afterSurge) {
    writeNamedEstimate(writer, "in_time_ratio_after_surge", study.afterSurge->succeededRatio);
    writeNamedEstimate(writer, "in_time_ratio_without_surge", study.afterSurge->usual);
  }
  if (study.wanted && writer.key("precision")) {
    writer.beginObject();
    writer.field("figure", study.wanted->precision.path);
    writer.field("wanted_ratio", study.wanted->precision.share);
    writer.field("reached_ratio", study.wanted->reached);
    writer.field("reached", study.wanted->isReached);
    writer.endObject();
  }
  writer.field("interrupted", study.isInterrupted);
  writeItems(writer, "objectives", verdicts, [&](const advice::Verdict& verdict) {
    writer.field("id", verdict.objective.text());
    writer.field("text", verdict.text);
    writer.field("measured", verdict.measured);
    writer.field("met", verdict.isMet);
    writer.field("basis", verdict.basis);
  });
  if (writer.key("doubts")) {
    writer.inlineList(study.doubts);
  }
  writeItems(writer, "figures", study.figures, [&](const experiment::EstimatedFigure& figure) {
    writer.field("path", figure.path);
    writeEstimate(writer, figure.estimate);
  });
  if (writer.key("series")) {
    writer.beginObject();
    if (writer.key("end_ms")) {
      writer.inlineList(study.endMs);
    }
    writeCourse(writer, "succeeded_per_s", study.succeededPerSecond);
    writeCourse(writer, "p99_ms", study.p99Ms);
    writeCourse(writer, "backlog", study.backlog);
    writer.endObject();
  }
  if (writer.key("digests")) {
    writer.inlineList(study.digests);
  }
  writer.endObject();
  return writer.take();
}

}  // namespace cantilever::exchange
