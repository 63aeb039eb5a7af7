#include "core/exchange/template_edits.h"

#include <iterator>
#include <memory>

#include "core/base/embedded.h"
#include "core/exchange/design_json.h"
#include "core/exchange/json_value.h"

namespace cantilever::exchange {
namespace {

using JsonKind = JsonValue::Kind;

Error malformedEdits(std::string message, const JsonValue& value, const TextPlaces& places) {
  return {"edits.malformed", std::move(message), places.at(value.offset)};
}

std::string textOfMember(const JsonValue& object, std::string_view key) {
  const JsonValue* value = object.find(key);
  return value != nullptr && value->isText() ? value->text : std::string();
}

template <class Id>
void readIds(const JsonValue& list, std::vector<Id>& ids) {
  for (const JsonValue& item : list.items) {
    ids.push_back(Id(item.text));
  }
}

Result<void> readRemoved(const JsonValue& removed, const TextPlaces& places, StoredEdit& edit) {
  for (const JsonValue::Member& member : removed.members) {
    if (member.key == "blocks") {
      readIds(member.value, edit.removed.blocks);
    } else if (member.key == "links") {
      readIds(member.value, edit.removed.links);
    } else if (member.key == "zones") {
      readIds(member.value, edit.removed.zones);
    } else if (member.key == "notes") {
      readIds(member.value, edit.removed.notes);
    } else if (member.key == "classes") {
      readIds(member.value, edit.removedClasses);
    } else if (member.key == "workloads") {
      readIds(member.value, edit.removedWorkloads);
    } else if (member.key == "objectives") {
      readIds(member.value, edit.removedObjectives);
    } else if (member.key == "scenarios") {
      readIds(member.value, edit.removedScenarios);
    } else {
      return malformedEdits("Nothing called \"" + member.key + "\" can be removed.", member.value, places);
    }
  }
  return {};
}

Result<Design> readPut(const JsonValue& put, std::string_view fileName, const catalog::Catalog& catalog) {
  JsonValue whole = put;
  JsonValue schema;
  schema.kind = JsonKind::String;
  schema.text = kDesignSchema;
  whole.members.push_back({"schema", put.offset, schema});
  Result<LoadedDesign> read = readDesign(compactJson(whole), catalog, fileName);
  if (!read) {
    return read.error();
  }
  if (!read->remarks.empty()) {
    const Diagnostic& first = read->remarks.front();
    return Error{first.code, first.message, first.where};
  }
  return std::move(read->design);
}

Result<StoredEdit> readEdit(const JsonValue& json, std::string_view fileName, const TextPlaces& places,
                            const catalog::Catalog& catalog) {
  StoredEdit edit;
  edit.text = textOfMember(json, "text");
  if (edit.text.empty()) {
    return malformedEdits("This edit has no \"text\" that says what it does.", json, places);
  }
  if (const JsonValue* removed = json.find("remove")) {
    if (const auto done = readRemoved(*removed, places, edit); !done) {
      return done.error();
    }
  }
  if (const JsonValue* put = json.find("put")) {
    Result<Design> design = readPut(*put, fileName, catalog);
    if (!design) {
      return design.error();
    }
    edit.put = *std::move(design);
  }
  return edit;
}

Result<TemplateStep> readStep(const JsonValue& json, std::string_view fileName, const TextPlaces& places,
                              const catalog::Catalog& catalog) {
  TemplateStep step{textOfMember(json, "from"), textOfMember(json, "to"), {}};
  const JsonValue* edits = json.find("edits");
  if (step.from.empty() || step.to.empty() || edits == nullptr || edits->kind != JsonKind::Array) {
    return malformedEdits("A step has \"from\", \"to\" and a list \"edits\".", json, places);
  }
  for (const JsonValue& each : edits->items) {
    Result<StoredEdit> edit = readEdit(each, fileName, places, catalog);
    if (!edit) {
      return edit.error();
    }
    step.edits.push_back(*std::move(edit));
  }
  return step;
}

/// Add for what the design does not have, Set for what it has.
template <class Add, class Set, class Element>
void putEach(const cantilever::Table<Element>& elements, const cantilever::Table<Element>& present,
             edit::Batch& batch) {
  for (const Element& element : elements) {
    if (present.contains(element.id)) {
      batch.edits.push_back(Set{element});
    } else {
      batch.edits.push_back(Add{element});
    }
  }
}

template <class Put, class Element>
void putEach(const cantilever::Table<Element>& elements, edit::Batch& batch) {
  for (const Element& element : elements) {
    batch.edits.push_back(Put{element});
  }
}

template <class RemoveOne, class Id>
void removeEach(const std::vector<Id>& ids, edit::Batch& batch) {
  for (const Id& id : ids) {
    batch.edits.push_back(RemoveOne{id});
  }
}

}  // namespace

Result<std::vector<TemplateStep>> readSteps(std::string_view json, std::string_view fileName,
                                            const catalog::Catalog& catalog) {
  const Result<JsonValue> parsed = parseJson(json, fileName);
  if (!parsed) {
    return parsed.error();
  }
  const TextPlaces places(json, fileName);
  const JsonValue* steps = parsed->find("steps");
  if (textOfMember(*parsed, "schema") != kEditsSchema || steps == nullptr || steps->kind != JsonKind::Array) {
    return malformedEdits("A file of edits says \"schema\": \"cantilever.edits/1\" and has a list \"steps\".",
                          *parsed, places);
  }
  std::vector<TemplateStep> all;
  for (const JsonValue& each : steps->items) {
    Result<TemplateStep> step = readStep(each, fileName, places, catalog);
    if (!step) {
      return step.error();
    }
    all.push_back(*std::move(step));
  }
  return all;
}

Result<std::vector<TemplateStep>> templateSteps(const catalog::Catalog& catalog) {
  std::vector<TemplateStep> all;
  for (const embedded::File& file : embedded::templates()) {
    if (!file.name.ends_with(kEditsFile)) {
      continue;
    }
    Result<std::vector<TemplateStep>> steps =
        readSteps(file.text, "templates/" + std::string(file.name), catalog);
    if (!steps) {
      return steps.error();
    }
    std::move(steps->begin(), steps->end(), std::back_inserter(all));
  }
  return all;
}

edit::Batch editOf(const StoredEdit& stored, const Design& before) {
  edit::Batch batch{stored.text, {}};
  const Design& put = stored.put;
  batch.edits.push_back(stored.removed);
  removeEach<edit::RemoveScenario>(stored.removedScenarios, batch);
  removeEach<edit::RemoveObjective>(stored.removedObjectives, batch);
  removeEach<edit::RemoveWorkload>(stored.removedWorkloads, batch);
  removeEach<edit::RemoveClass>(stored.removedClasses, batch);
  if (!put.name.empty()) {
    batch.edits.push_back(edit::SetTitle{put.name, put.description});
  }
  putEach<edit::PutClass>(put.classes, batch);
  putEach<edit::AddZone, edit::SetZone>(put.zones, before.zones, batch);
  putEach<edit::AddBlock, edit::SetBlock>(put.blocks, before.blocks, batch);
  putEach<edit::AddLink, edit::SetLink>(put.links, before.links, batch);
  putEach<edit::AddNote, edit::SetNote>(put.notes, before.notes, batch);
  putEach<edit::PutWorkload>(put.workloads, batch);
  putEach<edit::PutObjective>(put.objectives, batch);
  putEach<edit::PutScenario>(put.scenarios, batch);
  putEach<edit::PutControl>(put.controls, batch);
  return batch;
}

Result<Design> replay(const Design& design, const TemplateStep& step, const catalog::Catalog& catalog) {
  Result<Design> now = design;
  for (const StoredEdit& stored : step.edits) {
    now = edit::apply(*now, std::make_shared<const edit::Batch>(editOf(stored, *now)), catalog);
    if (!now) {
      return Error{now.error().code, stored.text + ": " + now.error().message, now.error().where};
    }
  }
  return now;
}

}  // namespace cantilever::exchange
