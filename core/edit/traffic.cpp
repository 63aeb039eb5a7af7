#include <cmath>

#include "core/catalog/policies/class_policy.h"
#include "core/catalog/policies/workload_policy.h"
#include "core/edit/checks.h"
#include "core/edit/steps.h"
#include "core/model/names.h"
#include "core/vocabulary/plan/trigger.h"

namespace cantilever::edit {
namespace {

bool isFiniteAndNotNegative(double number) {
  return std::isfinite(number) && number >= 0;
}

Error outOfRangeField(const std::string& id, const char* field, const char* rule) {
  return {"edit.out_of_range", rule, id + "." + field};
}

/// Puts an element under its id, or under a new one made from `wish` if it has none.
template <class T>
Result<void> putElement(Table<T>& table, T element, std::string_view wish) {
  if (element.id.isEmpty()) {
    element.id = freeId(table, wish);
  }
  if (!table.contains(element.id)) {
    if (const auto isFree = mustBeFree(table, element.id); !isFree) {
      return isFree;
    }
  }
  table.put(std::move(element));
  return {};
}

/// Load may enter only at a block that offers it; a block of unknown type is given the benefit of the doubt.
Result<void> mustBeSource(const Design& design, const BlockId& id, const catalog::Catalog& catalog) {
  const Block* block = design.blocks.find(id);
  if (block == nullptr) {
    return unknownElement(design.blocks, id);
  }
  const catalog::BlockType* type = catalog.find(block->type);
  if (type != nullptr && !catalog.traitsOf(*block).isSource) {
    return Error{"edit.not_a_source",
                 "Load cannot enter at " + nameOf(*block) + ": " + catalog::blocksOf(*type) +
                     " offer none. Choose a block of the group Clients.",
                 id.text()};
  }
  return {};
}

template <class Owner>
Result<void> checkEvent(const Design& design, const Perturbation& event, const Owner* before,
                        const std::string& scenario) {
  const bool wasThere = before != nullptr && std::find(before->events.begin(), before->events.end(), event) !=
                                                 before->events.end();
  if (wasThere) {
    return {};
  }
  if (event.at < Duration()) {
    return outOfRangeField(scenario, "events", "An event cannot happen before the start of the run.");
  }
  if (!isFiniteAndNotNegative(event.value)) {
    return outOfRangeField(scenario, "events", "The value of an event must be zero or more.");
  }
  if (actsOnZones(event.change)) {
    const auto found = mustExist(design.zones, event.zone);
    return found ? mustReferTo(design.zones, event.otherZone, nullptr) : found;
  }
  if (event.change == Change::StopControl) {
    return mustExist(design.controls, ControlId(event.name));
  }
  if (event.change == Change::SetFlag && event.name.empty()) {
    return outOfRangeField(scenario, "events", "An event that sets a flag must name it.");
  }
  if (event.change == Change::RouteWeight || (mayNameLink(event.change) && !event.link.isEmpty())) {
    return mustExist(design.links, event.link);
  }
  return isOfBlock(event.change) ? mustExist(design.blocks, event.target) : Result<void>();
}

}  // namespace

Result<void> steps::run(Design& design, const PutClass& edit, const Catalog&) {
  const RequestClass& item = edit.requestClass;
  if (!isFiniteAndNotNegative(item.requestSize.raw()) || !isFiniteAndNotNegative(item.replySize.raw())) {
    return outOfRangeField(item.id.text(), "request_size",
                           "The sizes of request and reply must be zero or more.");
  }
  RequestClass settled = item;
  const RequestClass* before = design.classes.find(item.id);
  const Params* paramsBefore = before != nullptr ? &before->params : nullptr;
  if (const auto done = settleParams(settled.params, paramsBefore, catalog::classParams(),
                                     {"Request classes have", item.id.text()});
      !done) {
    return done;
  }
  return putElement(design.classes, std::move(settled), item.name);
}

Result<void> steps::run(Design& design, const PutWorkload& edit, const Catalog& catalog) {
  const Workload& item = edit.workload;
  const Workload* before = design.workloads.find(item.id);
  if (before == nullptr || before->requestClass != item.requestClass) {
    if (const auto found = mustExist(design.classes, item.requestClass); !found) {
      return found;
    }
  }
  if (before == nullptr || before->entry != item.entry) {
    if (const auto source = mustBeSource(design, item.entry, catalog); !source) {
      return source;
    }
  }
  if (!isFiniteAndNotNegative(item.peak.raw())) {
    return outOfRangeField(item.id.text(), "peak",
                           "The peak rate of a workload must be zero or more, such as \"500/s\".");
  }
  if (!isFiniteAndNotNegative(item.mean.raw())) {
    return outOfRangeField(item.id.text(), "mean",
                           "The mean rate of a workload must be zero or more, such as \"200/s\".");
  }
  Workload settled = item;
  const Params* paramsBefore = before != nullptr ? &before->params : nullptr;
  if (const auto done = settleParams(settled.params, paramsBefore, catalog::workloadParams(),
                                     {"Workloads have", item.id.text()});
      !done) {
    return done;
  }
  return putElement(design.workloads, std::move(settled), item.entry.text() + "-" + item.requestClass.text());
}

Result<void> steps::run(Design& design, const PutObjective& edit, const Catalog&) {
  const Objective& item = edit.objective;
  const Objective* before = design.objectives.find(item.id);
  if (const auto found =
          mustReferTo(design.classes, item.requestClass, before != nullptr ? &before->requestClass : nullptr);
      !found) {
    return found;
  }
  if (!isFiniteAndNotNegative(item.limit)) {
    return outOfRangeField(item.id.text(), "limit", "The limit of an objective must be zero or more.");
  }
  if (item.metric == Metric::SuccessRatio && item.limit > 1) {
    return outOfRangeField(item.id.text(), "limit", "A success ratio is at most 1 (100 %).");
  }
  return putElement(design.objectives, item, "objective");
}

Result<void> steps::run(Design& design, const PutScenario& edit, const Catalog&) {
  const Scenario& item = edit.scenario;
  const Scenario* before = design.scenarios.find(item.id);
  for (const Perturbation& event : item.events) {
    if (const auto checked = checkEvent(design, event, before, item.id.text()); !checked) {
      return checked;
    }
  }
  return putElement(design.scenarios, item, item.name);
}

Result<void> steps::run(Design& design, const PutControl& edit, const Catalog&) {
  const Control& item = edit.control;
  const Control* before = design.controls.find(item.id);
  if (before == nullptr || before->when != item.when) {
    if (const Result<plan::TriggerText> trigger = plan::parseTrigger(item.when); !trigger) {
      return outOfRangeField(item.id.text(), "when", trigger.error().message.c_str());
    }
  }
  for (const Perturbation& event : item.events) {
    if (const auto checked = checkEvent(design, event, before, item.id.text()); !checked) {
      return checked;
    }
  }
  return putElement(design.controls, item, item.name);
}

Result<void> steps::run(Design& design, const SetTitle& edit, const Catalog&) {
  design.name = edit.name;
  design.description = edit.description;
  return {};
}

}  // namespace cantilever::edit
