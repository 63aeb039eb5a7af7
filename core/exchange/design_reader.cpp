#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/base/text.h"
#include "core/catalog/policies/class_policy.h"
#include "core/catalog/policies/link_policy.h"
#include "core/catalog/policies/workload_policy.h"
#include "core/catalog/policies/zone_policy.h"
#include "core/estimate/sheet_lines.h"
#include "core/exchange/design_json.h"
#include "core/exchange/design_limits.h"
#include "core/exchange/object_reader.h"
#include "core/exchange/param_json.h"

namespace cantilever::exchange {
namespace {

void readArea(ObjectReader& reader, Rect& area) {
  reader.number("x", area.topLeft.x);
  reader.number("y", area.topLeft.y);
  reader.number("width", area.size.width);
  reader.number("height", area.size.height);
}

/// `specs` is null where nobody knows what the parameters mean; `owner` says whose they are, in the plural.
void readParams(ObjectReader& reader, Params& target, const std::vector<catalog::ParamSpec>* specs,
                const std::string& owner) {
  const JsonValue* params = reader.take("params");
  if (params == nullptr) {
    return;
  }
  if (params->kind != JsonValue::Kind::Object) {
    return reader.state().fail("file.not_an_object",
                               "The parameters of " + reader.name() + " are an object: {\"key\": value}.",
                               params->offset);
  }
  for (const JsonValue::Member& member : params->members) {
    const catalog::ParamSpec* spec = specs == nullptr ? nullptr : catalog::findSpec(*specs, member.key);
    Result<ParamValue> value = readParam(member.value, spec == nullptr ? ParamKind::Opaque : spec->kind);
    if (specs != nullptr && spec == nullptr) {
      reader.remark(Severity::Warning, "param.unknown",
                    owner + " have no parameter " + quotedJson(member.key) + "; it is kept as it is.",
                    member.key, member.offset);
    } else if (!value) {
      reader.remark(Severity::Error, "param.malformed",
                    "The parameter \"" + member.key + "\" of " + reader.name() +
                        " was not understood: " + value.error().message + " It is kept as it is.",
                    member.key, member.value.offset);
      value = ParamValue(OpaqueValue{compactJson(member.value)});
    }
    target.emplace(member.key, *std::move(value));
  }
}

Block readBlock(ObjectReader& reader, const catalog::Catalog& catalog) {
  Block block;
  reader.id("block", block.id);
  reader.text("type", block.type);
  reader.text("name", block.name);
  reader.reference("zone", block.zone);
  reader.number("x", block.position.x);
  reader.number("y", block.position.y);
  reader.flag("pinned", block.isPinned);
  reader.number("z", block.zOrder);
  const catalog::BlockType* type = catalog.find(block.type);
  if (type == nullptr) {
    reader.remark(Severity::Warning, "block.unknown_type",
                  "The type " + quotedJson(block.type) + " of " + reader.name() +
                      " is unknown; the block is kept as it is.",
                  "type", reader.object().offset);
  }
  readParams(reader, block.params, type == nullptr ? nullptr : &type->params,
             "Blocks of type \"" + block.type + "\"");
  reader.finish(block.extras);
  return block;
}

Link readLink(ObjectReader& reader) {
  Link link;
  reader.id("link", link.id);
  reader.reference("from", link.from);
  reader.reference("to", link.to);
  reader.word("mode", link.mode, kModeWords);
  reader.word("role", link.role, kRoleWords);
  reader.text("operation", link.operation);
  reader.number("calls", link.calls);
  reader.word("group", link.group, kGroupWords);
  std::vector<std::string> classes;
  reader.textList("classes", classes);
  for (std::string& id : classes) {
    link.classes.emplace_back(std::move(id));
  }
  reader.number("weight", link.weight);
  reader.quantity("latency", link.latency, parseLaw);
  reader.quantity("timeout", link.timeout, parseDuration);
  reader.word("balancing", link.balancing, kBalancingWords);
  readParams(reader, link.params, &catalog::linkParams(), "Links");
  reader.finish(link.extras);
  return link;
}

Zone readZone(ObjectReader& reader) {
  Zone zone;
  reader.id("zone", zone.id);
  reader.text("name", zone.name);
  reader.word("kind", zone.kind, kZoneWords);
  reader.reference("parent", zone.parent);
  readArea(reader, zone.area);
  reader.flag("collapsed", zone.isCollapsed);
  readParams(reader, zone.params, &catalog::zoneParams(), "Zones");
  reader.finish(zone.extras);
  return zone;
}

Note readNote(ObjectReader& reader) {
  Note note;
  reader.id("note", note.id);
  reader.text("text", note.text);
  reader.reference("zone", note.zone);
  readArea(reader, note.area);
  reader.number("z", note.zOrder);
  reader.finish(note.extras);
  return note;
}

RequestClass readClass(ObjectReader& reader) {
  RequestClass requestClass;
  reader.id("class", requestClass.id);
  reader.text("name", requestClass.name);
  reader.word("access", requestClass.access, kAccessWords);
  reader.flag("cacheable", requestClass.isCacheable);
  reader.quantity("request_size", requestClass.requestSize, parseBytes);
  reader.quantity("reply_size", requestClass.replySize, parseBytes);
  readParams(reader, requestClass.params, &catalog::classParams(), "Request classes");
  reader.finish(requestClass.extras);
  return requestClass;
}

Workload readWorkload(ObjectReader& reader) {
  Workload workload;
  reader.id("workload", workload.id);
  reader.reference("class", workload.requestClass);
  reader.reference("entry", workload.entry);
  reader.quantity("peak", workload.peak, parseRate);
  reader.quantity("mean", workload.mean, parseRate);
  reader.word("arrivals", workload.arrivals, kArrivalWords);
  readParams(reader, workload.params, &catalog::workloadParams(), "Workloads");
  reader.finish(workload.extras);
  return workload;
}

Objective readObjective(ObjectReader& reader) {
  Objective objective;
  reader.id("objective", objective.id);
  reader.requiredWord("metric", objective.metric, kMetricWords);
  reader.reference("class", objective.requestClass);
  if (const JsonValue* limit = reader.take("limit")) {
    const Result<double> value =
        limit->isText() ? parseLimit(objective.metric, limit->text)
                        : Error{"file.bad_value", compactJson(*limit) + " is not text with a unit.", {}};
    if (value) {
      objective.limit = *value;
    } else {
      reader.malformed("limit", value.error().message);
    }
  }
  reader.finish(objective.extras);
  return objective;
}

/// An instance is named by its number, counted from 0.
void readInstance(ObjectReader& reader, std::string_view key, std::optional<std::uint32_t>& target) {
  constexpr double kMost = 1e9;
  double number = std::numeric_limits<double>::quiet_NaN();
  reader.number(key, number);
  if (number >= 0 && number <= kMost && number == std::floor(number)) {
    target = static_cast<std::uint32_t>(number);
  } else if (!std::isnan(number)) {
    reader.malformed(key, formatNumber(number) + " is not the number of an instance, such as 0.");
  }
}

void readEvents(ObjectReader& reader, std::vector<Perturbation>& to) {
  const JsonValue* events = reader.take("events");
  if (events == nullptr) {
    return;
  }
  if (events->kind != JsonValue::Kind::Array) {
    return reader.state().fail("file.not_a_list", "The events of " + reader.name() + " are a list: [{...}].",
                               events->offset);
  }
  for (const JsonValue& item : events->items) {
    if (item.kind != JsonValue::Kind::Object) {
      return reader.state().fail("file.not_an_object",
                                 "An event of " + reader.name() + " is an object: {\"at\": \"10 s\", ...}.",
                                 item.offset);
    }
    ObjectReader fields(item, reader.state());
    fields.nameIt("an event of " + reader.name());
    Perturbation event;
    fields.quantity("at", event.at, parseDuration);
    fields.reference("target", event.target);
    fields.reference("link", event.link);
    fields.reference("zone", event.zone);
    fields.reference("other_zone", event.otherZone);
    readInstance(fields, "first_instance", event.firstInstance);
    readInstance(fields, "last_instance", event.lastInstance);
    fields.requiredWord("change", event.change, kChangeWords);
    fields.number("value", event.value);
    fields.text("name", event.name);
    fields.finish(event.extras);
    to.push_back(std::move(event));
  }
}

Scenario readScenario(ObjectReader& reader) {
  Scenario scenario;
  reader.id("scenario", scenario.id);
  reader.text("name", scenario.name);
  reader.text("description", scenario.description);
  readEvents(reader, scenario.events);
  reader.finish(scenario.extras);
  return scenario;
}

Control readControl(ObjectReader& reader) {
  Control control;
  reader.id("control", control.id);
  reader.text("name", control.name);
  reader.text("when", control.when);
  readEvents(reader, control.events);
  reader.finish(control.extras);
  return control;
}

/// What was typed into the back-of-envelope sheet: text with a unit by the key of the line.
void readSheet(ObjectReader& root, Sheet& sheet) {
  const JsonValue* found = root.take("estimate");
  if (found == nullptr) {
    return;
  }
  if (found->kind != JsonValue::Kind::Object) {
    return root.malformed("estimate", "it is an object: {\"daily_users\": \"5M\"}.");
  }
  ObjectReader reader(*found, root.state());
  reader.nameIt("the estimate");
  for (const estimate::LineSpec& line : estimate::sheetLines()) {
    const JsonValue* text = reader.take(line.key);
    if (text == nullptr) {
      continue;
    }
    const Result<double> value =
        text->isText() ? estimate::parse(line, text->text)
                       : Error{"file.bad_value", compactJson(*text) + " is not text with a unit.", {}};
    if (value) {
      sheet.typed.emplace(line.key, *value);
    } else {
      reader.malformed(line.key, value.error().message);
    }
  }
  reader.finish(sheet.extras);
}

/// The objects of one list, in order of id, with where each began.
template <class Element, class ReadOne>
std::vector<Element> readList(ObjectReader& root, std::string_view key, const ReadOne& readOne) {
  std::vector<Element> elements;
  ReadState& state = root.state();
  const JsonValue* list = root.take(key);
  if (list == nullptr) {
    return elements;
  }
  if (list->kind != JsonValue::Kind::Array) {
    state.fail("file.not_a_list", "\"" + std::string(key) + "\" is a list of objects: [{\"id\": ...}].",
               list->offset);
    return elements;
  }
  using Found = std::pair<Element, std::size_t>;
  std::vector<Found> found;
  found.reserve(list->items.size());
  for (const JsonValue& item : list->items) {
    if (item.kind != JsonValue::Kind::Object) {
      state.fail("file.not_an_object", "\"" + std::string(key) + "\" holds objects: {\"id\": ...}.",
                 item.offset);
      return elements;
    }
    ObjectReader reader(item, state);
    found.emplace_back(readOne(reader), item.offset);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Found& a, const Found& b) { return a.first.id < b.first.id; });
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i > 0 && found[i - 1].first.id == found[i].first.id) {
      state.fail("file.duplicate_id",
                 "The id \"" + found[i].first.id.text() + "\" appears twice in \"" + std::string(key) +
                     "\", first at " + state.places.at(found[i - 1].second) + "; rename one of them.",
                 found[i].second);
      return elements;
    }
  }
  elements.reserve(found.size());
  for (Found& one : found) {
    elements.push_back(std::move(one.first));
  }
  return elements;
}

template <class Element, class ReadOne>
void readTable(ObjectReader& root, std::string_view key, Table<Element>& table, const ReadOne& readOne) {
  for (Element& element : readList<Element>(root, key, readOne)) {
    table.put(std::move(element));
  }
}

/// "cantilever.design/2" for "cantilever.design/1" is a newer file; anything else is something different.
void checkSchema(ObjectReader& root, std::string_view wanted) {
  const JsonValue* schema = root.take("schema");
  if (schema != nullptr && schema->isText() && schema->text == wanted) {
    return;
  }
  const std::string_view family = wanted.substr(0, wanted.find('/') + 1);
  if (schema == nullptr) {
    root.state().fail("file.no_schema",
                      "This JSON has no \"schema\"; a file for this program says \"schema\": \"" +
                          std::string(wanted) + "\".",
                      root.object().offset);
  } else if (schema->isText() && schema->text.substr(0, family.size()) == family) {
    root.state().fail("file.newer_schema",
                      "This file is of schema " + quotedJson(schema->text) +
                          ", which this version does not know (it reads \"" + std::string(wanted) +
                          "\"); open it with a newer version.",
                      schema->offset);
  } else {
    root.state().fail(
        "file.wrong_schema",
        "This file is of schema " + compactJson(*schema) + ", not \"" + std::string(wanted) + "\".",
        schema->offset);
  }
}

Result<JsonValue> parseObject(std::string_view json, std::string_view fileName) {
  Result<JsonValue> parsed = parseJson(json, fileName);
  if (parsed && parsed->kind != JsonValue::Kind::Object) {
    return Error{"file.not_an_object",
                 "A design is a JSON object: {\"schema\": \"cantilever.design/1\", ...}.",
                 TextPlaces(json, fileName).at(parsed->offset)};
  }
  return parsed;
}

}  // namespace

Result<LoadedDesign> readDesign(std::string_view json, const catalog::Catalog& catalog,
                                std::string_view fileName) {
  const Result<JsonValue> parsed = parseObject(json, fileName);
  if (!parsed) {
    return parsed.error();
  }
  ReadState state{TextPlaces(json, fileName)};
  ObjectReader root(*parsed, state);
  root.nameIt("the design");
  checkSchema(root, kDesignSchema);
  LoadedDesign loaded;
  Design& design = loaded.design;
  root.text("name", design.name);
  root.text("description", design.description);
  root.textList("sources", design.sources);
  root.number("slice", design.slice);
  readSheet(root, design.sheet);
  readTable(root, "classes", design.classes, readClass);
  readTable(root, "workloads", design.workloads, readWorkload);
  readTable(root, "objectives", design.objectives, readObjective);
  readTable(root, "zones", design.zones, readZone);
  readTable(root, "blocks", design.blocks, [&](ObjectReader& reader) { return readBlock(reader, catalog); });
  readTable(root, "links", design.links, readLink);
  readTable(root, "notes", design.notes, readNote);
  readTable(root, "scenarios", design.scenarios, readScenario);
  readTable(root, "controls", design.controls, readControl);
  root.finish(design.extras);
  if (state.failure) {
    return *std::move(state.failure);
  }
  loaded.remarks = std::move(state.remarks);
  return loaded;
}

Result<Fragment> readFragment(std::string_view json, const catalog::Catalog& catalog) {
  constexpr std::string_view fileName = "clipboard";
  const Result<JsonValue> parsed = parseObject(json, fileName);
  if (!parsed) {
    return parsed.error();
  }
  ReadState state{TextPlaces(json, fileName)};
  ObjectReader root(*parsed, state);
  root.nameIt("the fragment");
  checkSchema(root, kFragmentSchema);
  Fragment fragment;
  fragment.zones = readList<Zone>(root, "zones", readZone);
  fragment.blocks =
      readList<Block>(root, "blocks", [&](ObjectReader& reader) { return readBlock(reader, catalog); });
  fragment.links = readList<Link>(root, "links", readLink);
  fragment.notes = readList<Note>(root, "notes", readNote);
  if (state.failure) {
    return *std::move(state.failure);
  }
  return fragment;
}

}  // namespace cantilever::exchange
