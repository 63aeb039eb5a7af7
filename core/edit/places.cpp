#include <cmath>
#include <map>

#include "core/catalog/policies/zone_policy.h"
#include "core/edit/checks.h"
#include "core/edit/steps.h"

namespace cantilever::edit {
namespace {

const char* wordFor(ZoneKind kind) {
  switch (kind) {
    case ZoneKind::Region:
      return "region";
    case ZoneKind::AvailabilityZone:
      return "availability zone";
    case ZoneKind::Rack:
      return "rack";
  }
  return "";
}

Result<void> mustNest(const Zone& outer, const Zone& inner) {
  if (outer.kind < inner.kind) {
    return {};
  }
  return Error{"edit.zone_kind",
               "Zones nest by size: " + withArticle(wordFor(inner.kind)) + " cannot be inside " +
                   withArticle(wordFor(outer.kind)) +
                   ". A region holds availability zones and racks, an availability zone holds racks.",
               inner.id.text()};
}

/// The tree region > availability zone > rack. Kinds grow strictly downwards, so there can be no cycle.
/// What the edit does not touch is not complained about.
Result<void> mustFitTree(const Design& design, const Zone& zone, const Zone* before) {
  if (const auto found =
          mustReferTo(design.zones, zone.parent, before != nullptr ? &before->parent : nullptr);
      !found) {
    return found;
  }
  const bool keepsKind = before != nullptr && before->kind == zone.kind;
  if (keepsKind && before->parent == zone.parent) {
    return {};
  }
  if (zone.parent == zone.id) {
    return Error{"edit.zone_kind", "A zone cannot be inside itself.", zone.id.text()};
  }
  if (const Zone* parent = design.zones.find(zone.parent)) {
    if (const auto nests = mustNest(*parent, zone); !nests) {
      return nests;
    }
  }
  for (const Zone& other : design.zones) {
    if (!keepsKind && other.parent == zone.id) {
      if (const auto nests = mustNest(zone, other); !nests) {
        return nests;
      }
    }
  }
  return {};
}

/// Also leaves out what equals its default.
Result<void> settleZone(const Design& design, Zone& zone, const Zone* before) {
  if (const auto fits = mustFitTree(design, zone, before); !fits) {
    return fits;
  }
  if (const auto settled = settleParams(zone.params, before != nullptr ? &before->params : nullptr,
                                        catalog::zoneParams(), {"Zones have", zone.id.text()});
      !settled) {
    return settled;
  }
  return mustBeArea(zone.area, zone.id.text());
}

Result<void> mustFit(const Design& design, const Note& note, const Note* before) {
  if (const auto found = mustReferTo(design.zones, note.zone, before != nullptr ? &before->zone : nullptr);
      !found) {
    return found;
  }
  return mustBeArea(note.area, note.id.text());
}

template <class T>
Result<void> placeAreas(Table<T>& table, const std::map<typename Table<T>::IdType, Rect>& areas) {
  for (const auto& [id, area] : areas) {
    const T* before = table.find(id);
    if (before == nullptr) {
      return unknownElement(table, id);
    }
    if (const auto fits = mustBeArea(area, id.text()); !fits) {
      return fits;
    }
    T placed = *before;
    placed.area = area;
    table.put(std::move(placed));
  }
  return {};
}

}  // namespace

Result<void> steps::run(Design& design, const Place& edit, const Catalog&) {
  for (const auto& [id, topLeft] : edit.places.blocks) {
    const Block* before = design.blocks.find(id);
    if (before == nullptr) {
      return unknownElement(design.blocks, id);
    }
    if (const auto finite = mustBeFinite(topLeft, id.text()); !finite) {
      return finite;
    }
    Block block = *before;
    block.position = topLeft;
    design.blocks.put(std::move(block));
  }
  if (const auto placed = placeAreas(design.zones, edit.places.zones); !placed) {
    return placed;
  }
  return placeAreas(design.notes, edit.places.notes);
}

Result<void> steps::run(Design& design, const AddZone& edit, const Catalog&) {
  Zone zone = edit.zone;
  if (zone.id.isEmpty()) {
    zone.id = freeId(design.zones, zone.name.empty() ? std::string("zone") : zone.name);
  }
  if (const auto isFree = mustBeFree(design.zones, zone.id); !isFree) {
    return isFree;
  }
  if (const auto checked = settleZone(design, zone, nullptr); !checked) {
    return checked;
  }
  design.zones.put(std::move(zone));
  return {};
}

Result<void> steps::run(Design& design, const SetZone& edit, const Catalog&) {
  const Zone* before = design.zones.find(edit.zone.id);
  if (before == nullptr) {
    return unknownElement(design.zones, edit.zone.id);
  }
  Zone settled = edit.zone;
  if (const auto checked = settleZone(design, settled, before); !checked) {
    return checked;
  }
  design.zones.put(std::move(settled));
  return {};
}

Result<void> steps::run(Design& design, const AddNote& edit, const Catalog&) {
  Note note = edit.note;
  if (note.id.isEmpty()) {
    note.id = freeId(design.notes, "note");
  }
  if (const auto isFree = mustBeFree(design.notes, note.id); !isFree) {
    return isFree;
  }
  if (const auto fits = mustFit(design, note, nullptr); !fits) {
    return fits;
  }
  design.notes.put(std::move(note));
  return {};
}

Result<void> steps::run(Design& design, const SetNote& edit, const Catalog&) {
  const Note* before = design.notes.find(edit.note.id);
  if (before == nullptr) {
    return unknownElement(design.notes, edit.note.id);
  }
  if (const auto fits = mustFit(design, edit.note, before); !fits) {
    return fits;
  }
  design.notes.put(edit.note);
  return {};
}

}  // namespace cantilever::edit
