#include <set>

#include "core/base/text.h"
#include "core/catalog/policies/zone_policy.h"
#include "core/edit/checks.h"
#include "core/edit/steps.h"

namespace cantilever::edit {
namespace {

template <class T, class Condition>
void eraseWhere(Table<T>& table, Condition condition) {
  std::vector<typename Table<T>::IdType> doomed;
  for (const T& element : table) {
    if (condition(element)) {
      doomed.push_back(element.id);
    }
  }
  for (const auto& id : doomed) {
    table.erase(id);
  }
}

/// Replaces each element for which `change(copy)` says that it changed something.
template <class T, class ChangeElement>
void changeWhere(Table<T>& table, ChangeElement change) {
  std::vector<T> changed;
  for (const T& element : table) {
    T copy = element;
    if (change(copy)) {
      changed.push_back(std::move(copy));
    }
  }
  for (T& element : changed) {
    table.put(std::move(element));
  }
}

template <class IdType, class T>
Result<std::set<IdType>> knownIds(const std::vector<IdType>& ids, const Table<T>& table) {
  for (const IdType& id : ids) {
    if (!table.contains(id)) {
      return unknownElement(table, id);
    }
  }
  return std::set<IdType>(ids.begin(), ids.end());
}

/// What scenarios and controls do to them goes with them.
template <class Condition>
void removeLinksWhere(Design& design, const Condition& condition) {
  std::set<LinkId> doomed;
  for (const Link& link : design.links) {
    if (condition(link)) {
      doomed.insert(link.id);
    }
  }
  const auto loseEvents = [&](auto& owner) {
    return std::erase_if(owner.events,
                         [&](const Perturbation& event) { return doomed.contains(event.link); }) > 0;
  };
  changeWhere(design.scenarios, loseEvents);
  changeWhere(design.controls, loseEvents);
  for (const LinkId& id : doomed) {
    design.links.erase(id);
  }
}

void removeBlocks(Design& design, const std::set<BlockId>& doomed) {
  removeLinksWhere(design,
                   [&](const Link& link) { return doomed.contains(link.from) || doomed.contains(link.to); });
  eraseWhere(design.workloads, [&](const Workload& workload) { return doomed.contains(workload.entry); });
  const auto loseEvents = [&](auto& owner) {
    return std::erase_if(owner.events,
                         [&](const Perturbation& event) { return doomed.contains(event.target); }) > 0;
  };
  changeWhere(design.scenarios, loseEvents);
  changeWhere(design.controls, loseEvents);
  for (const BlockId& id : doomed) {
    design.blocks.erase(id);
  }
}

/// The nearest zone above that stays; empty if there is none. A damaged file may hold a cycle of zones: the
/// walk ends because each doomed zone is passed once at most.
ZoneId survivingParent(const Design& design, const ZoneId& zone, std::set<ZoneId> doomed) {
  ZoneId at = zone;
  while (doomed.erase(at) > 0) {
    at = design.zones.find(at)->parent;
  }
  return design.zones.contains(at) ? at : ZoneId();
}

/// The ways that the zone states to others than those; whether any is gone.
bool forgetWays(Zone& zone, const std::set<ZoneId>& doomed) {
  const auto param = zone.params.find("ways");
  const auto* text = param == zone.params.end() ? nullptr : std::get_if<std::string>(&param->second);
  const auto ways = catalog::parseWays(text == nullptr ? std::string_view() : *text);
  std::string kept;
  bool isChanged = false;
  for (const catalog::ZoneWay& way : ways ? *ways : std::vector<catalog::ZoneWay>()) {
    const bool isGone = doomed.contains(ZoneId(way.zone));
    isChanged = isChanged || isGone;
    kept += isGone ? "" : (kept.empty() ? "" : ", ") + way.zone + " " + format(way.time);
  }
  if (isChanged && kept.empty()) {
    zone.params.erase(param);
  } else if (isChanged) {
    param->second = kept;
  }
  return isChanged;
}

void removeZones(Design& design, const std::set<ZoneId>& doomed) {
  const Design before = design;
  const auto rehouse = [&](ZoneId& home) {
    const bool mustMove = doomed.contains(home);
    if (mustMove) {
      home = survivingParent(before, home, doomed);
      home = doomed.contains(home) ? ZoneId() : home;  // only in a cycle of zones
    }
    return mustMove;
  };
  changeWhere(design.blocks, [&](Block& block) { return rehouse(block.zone); });
  changeWhere(design.notes, [&](Note& note) { return rehouse(note.zone); });
  changeWhere(design.zones, [&](Zone& zone) { return rehouse(zone.parent); });
  changeWhere(design.zones, [&](Zone& zone) { return forgetWays(zone, doomed); });
  const auto isOfDoomed = [&](const Perturbation& event) {
    return doomed.contains(event.zone) || doomed.contains(event.otherZone);
  };
  const auto forgetEvents = [&](auto& each) { return std::erase_if(each.events, isOfDoomed) > 0; };
  changeWhere(design.scenarios, forgetEvents);
  changeWhere(design.controls, forgetEvents);
  for (const ZoneId& id : doomed) {
    design.zones.erase(id);
  }
}

}  // namespace

Result<void> steps::run(Design& design, const Remove& edit, const Catalog&) {
  const auto blocks = knownIds(edit.blocks, design.blocks);
  const auto links = knownIds(edit.links, design.links);
  const auto zones = knownIds(edit.zones, design.zones);
  const auto notes = knownIds(edit.notes, design.notes);
  for (const Error* error : {blocks ? nullptr : &blocks.error(), links ? nullptr : &links.error(),
                             zones ? nullptr : &zones.error(), notes ? nullptr : &notes.error()}) {
    if (error != nullptr) {
      return *error;
    }
  }
  removeLinksWhere(design, [&](const Link& link) { return links->contains(link.id); });
  for (const NoteId& id : *notes) {
    design.notes.erase(id);
  }
  removeBlocks(design, *blocks);
  removeZones(design, *zones);
  return {};
}

Result<void> steps::run(Design& design, const RemoveClass& edit, const Catalog&) {
  if (!design.classes.erase(edit.id)) {
    return unknownElement(design.classes, edit.id);
  }
  const auto isIt = [&](const ClassId& id) { return id == edit.id; };
  eraseWhere(design.workloads, [&](const Workload& workload) { return isIt(workload.requestClass); });
  eraseWhere(design.objectives, [&](const Objective& objective) { return isIt(objective.requestClass); });
  // A link for this class alone carries nothing any more; with an empty list it would carry every class.
  removeLinksWhere(design, [&](const Link& link) {
    return !link.classes.empty() && std::all_of(link.classes.begin(), link.classes.end(), isIt);
  });
  changeWhere(design.links, [&](Link& link) { return std::erase_if(link.classes, isIt) > 0; });
  return {};
}

Result<void> steps::run(Design& design, const RemoveWorkload& edit, const Catalog&) {
  return design.workloads.erase(edit.id) ? Result<void>() : unknownElement(design.workloads, edit.id);
}

Result<void> steps::run(Design& design, const RemoveObjective& edit, const Catalog&) {
  return design.objectives.erase(edit.id) ? Result<void>() : unknownElement(design.objectives, edit.id);
}

Result<void> steps::run(Design& design, const RemoveControl& edit, const Catalog&) {
  if (!design.controls.erase(edit.id)) {
    return unknownElement(design.controls, edit.id);
  }
  const auto loseEvents = [&](auto& owner) {
    return std::erase_if(owner.events, [&](const Perturbation& event) {
             return event.change == Change::StopControl && event.name == edit.id.text();
           }) > 0;
  };
  changeWhere(design.scenarios, loseEvents);
  changeWhere(design.controls, loseEvents);
  return {};
}

Result<void> steps::run(Design& design, const RemoveScenario& edit, const Catalog&) {
  return design.scenarios.erase(edit.id) ? Result<void>() : unknownElement(design.scenarios, edit.id);
}

}  // namespace cantilever::edit
