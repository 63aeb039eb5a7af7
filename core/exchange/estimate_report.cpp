#include "core/exchange/estimate_report.h"

#include "core/estimate/expression.h"
#include "core/exchange/report_parts.h"

namespace cantilever::exchange {
namespace {

void writeSheetLine(JsonWriter& writer, const estimate::Line& line, const estimate::Lines& lines) {
  const estimate::LineSpec& spec = *line.spec;
  writer.field("key", spec.key);
  writer.field("label", spec.label);
  writer.field("group", spec.group);
  writer.field("value", line.value);
  writer.field("unit", estimate::nameOf(spec.unit));
  writer.field("text", estimate::formatShort(spec.unit, line.value));
  writer.field("origin", estimate::nameOf(line.origin));
  if (!spec.formula.empty()) {
    if (writer.key("inputs")) {
      writer.inlineList(estimate::namesIn(spec.formula));
    }
    writer.field("formula", estimate::formulaText(spec));
    writer.field("working", estimate::workingText(lines, spec));
  }
  for (const auto& [key, text] : {std::pair("note", &spec.note), {"source", &spec.source}}) {
    if (!text->empty()) {
      writer.field(key, *text);
    }
  }
}

}  // namespace

std::string estimateJson(const Design& design, const estimate::Lines& lines,
                         const estimate::WorkloadRates* rates) {
  JsonWriter writer;
  beginReport(writer, "cantilever.estimate/1", design);
  writeItems(writer, "lines", lines,
             [&](const estimate::Line& line) { writeSheetLine(writer, line, lines); });
  if (rates != nullptr) {
    writeItems(writer, "workloads", rates->rates, [&](const estimate::WorkloadRate& rate) {
      writer.field("id", rate.workload.text());
      writer.field("peak_per_s", rate.peak.raw());
      writer.field("mean_per_s", rate.mean.raw());
    });
    if (writer.key("remarks")) {
      writer.beginArray();
      for (const std::string& remark : rates->remarks) {
        writer.text(remark);
      }
      writer.endArray();
    }
  }
  writer.endObject();
  return writer.take();
}

}  // namespace cantilever::exchange
