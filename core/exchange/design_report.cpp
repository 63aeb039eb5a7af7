#include "core/exchange/reports.h"

#include <algorithm>
#include <array>

#include "core/exchange/param_json.h"
#include "core/exchange/report_parts.h"
#include "core/vocabulary/plan.h"

namespace cantilever::exchange {
namespace {

const char* nameOfSeverity(Severity severity) {
  switch (severity) {
    case Severity::Note:
      return "note";
    case Severity::Warning:
      return "warning";
    case Severity::Error:
      return "error";
  }
  return "";
}

std::int64_t countOf(const std::vector<Diagnostic>& diagnostics, Severity severity) {
  return std::count_if(diagnostics.begin(), diagnostics.end(),
                       [&](const Diagnostic& diagnostic) { return diagnostic.severity == severity; });
}

void writeDiagnostic(JsonWriter& writer, const Diagnostic& diagnostic) {
  writer.field("severity", nameOfSeverity(diagnostic.severity));
  writer.field("code", diagnostic.code);
  writer.field("message", diagnostic.message);
  const std::pair<const char*, std::string> places[] = {{"block", diagnostic.block.text()},
                                                        {"link", diagnostic.link.text()},
                                                        {"zone", diagnostic.zone.text()},
                                                        {"param", diagnostic.param},
                                                        {"where", diagnostic.where}};
  for (const auto& [key, value] : places) {
    if (!value.empty()) {
      writer.field(key, value);
    }
  }
}

void writeExpectedPools(JsonWriter& writer, const plan::Plan& plan, const plan::Visits& visits) {
  plan::Index index = 0;
  writeItems(writer, "pools", plan.pools, [&](const plan::Pool& pool) {
    const double work = visits.totalPoolWork(index++);
    const double servers = static_cast<double>(pool.instances) * static_cast<double>(pool.servers);
    writer.field("key", pool.key);
    writer.field("instances", pool.instances);
    writer.field("servers", pool.servers);
    writer.field("offered_erlangs", work);
    writer.field("utilisation_ratio", pool.servers == 0 ? std::nullopt : std::optional(work / servers));
  });
}

const char* nameOfKind(ParamKind kind) {
  constexpr std::array names{"bool",      "count", "number", "duration", "rate", "bytes",
                             "bandwidth", "ratio", "law",    "choice",   "text", "opaque"};
  return names.at(static_cast<std::size_t>(kind));
}

void writeSpec(JsonWriter& writer, const catalog::ParamSpec& spec) {
  writer.field("key", spec.key);
  writer.field("label", spec.label);
  writer.field("group", spec.group);
  writer.field("help", spec.help);
  writer.field("kind", nameOfKind(spec.kind));
  if (writer.key("default")) {
    writeParam(writer, spec.defaultValue);
  }
  if (!spec.follows.empty()) {
    writer.field("default_follows", spec.follows);
  }
  writer.field("minimum", spec.minimum);
  writer.field("maximum", spec.maximum);
  if (!spec.choices.empty() && writer.key("choices")) {
    std::vector<std::string> choices;
    for (const Choice& choice : spec.choices) {
      choices.push_back(choice.value);
    }
    writer.inlineList(choices);
  }
  if (writer.key("source")) {
    writer.beginObject();
    writer.field("grade", catalog::nameOf(spec.source.grade));
    writer.field("document", spec.source.document);
    writer.endObject();
  }
}

void writeType(JsonWriter& writer, const catalog::BlockType& type) {
  writer.beginObject();
  writer.field("schema", "cantilever.block_type/1");
  writer.field("key", type.key);
  writer.field("label", type.label);
  writer.field("category", catalog::nameOf(type.category));
  writer.field("purpose", type.purpose);
  writer.field("documentation", type.documentation);
  if (writer.key("vendor_names")) {
    writer.inlineList(type.vendorNames);
  }
  if (writer.key("operations")) {
    writer.inlineList(type.operations);
  }
  writer.field("accepts_calls", type.acceptsCalls);
  writer.field("makes_calls", type.makesCalls);
  writeItems(writer, "params", type.params, [&](const catalog::ParamSpec& spec) { writeSpec(writer, spec); });
  writer.endObject();
}

}  // namespace

std::string checkJson(const Design& design, const compile::Compiled& compiled) {
  JsonWriter writer;
  beginReport(writer, "cantilever.check/1", design);
  writer.field("errors", countOf(compiled.diagnostics, Severity::Error));
  writer.field("warnings", countOf(compiled.diagnostics, Severity::Warning));
  writeItems(writer, "diagnostics", compiled.diagnostics,
             [&](const Diagnostic& diagnostic) { writeDiagnostic(writer, diagnostic); });
  if (compiled.plan && compiled.visits) {
    writeExpectedPools(writer, *compiled.plan, *compiled.visits);
  }
  writer.endObject();
  return writer.take();
}

std::string templatesJson(const std::vector<Template>& templates) {
  JsonWriter writer;
  writer.beginArray();
  for (const Template& one : templates) {
    writer.beginObject();
    writer.field("schema", "cantilever.template/1");
    writer.field("key", one.key);
    writer.field("title", one.title);
    writer.field("summary", one.summary);
    writer.field("category", one.category);
    writer.endObject();
  }
  writer.endArray();
  return writer.take();
}

std::string blocksJson(const std::vector<catalog::BlockType>& types) {
  JsonWriter writer;
  writer.beginArray();
  for (const catalog::BlockType& type : types) {
    writeType(writer, type);
  }
  writer.endArray();
  return writer.take();
}

}  // namespace cantilever::exchange
