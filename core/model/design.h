#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/model/block.h"
#include "core/model/control.h"
#include "core/model/link.h"
#include "core/model/note.h"
#include "core/model/scenario.h"
#include "core/model/sheet.h"
#include "core/model/table.h"
#include "core/model/workload.h"
#include "core/model/zone.h"

namespace cantilever {

/// A whole document as an immutable value: copied, never shared mutably. Only `edit::apply` and readers of
/// files make new ones. Invariant kept by them: ids are unique slugs within their kind. References (a link's
/// ends, a workload's entry, a block's zone) may dangle after reading a damaged file: compile reports them.
struct Design {
  std::string name;
  std::string description;           ///< Markdown
  std::vector<std::string> sources;  ///< where the figures come from
  Table<Block> blocks;
  Table<Link> links;
  Table<Zone> zones;
  Table<Note> notes;
  Table<RequestClass> classes;
  Table<Workload> workloads;
  Table<Objective> objectives;
  Table<Scenario> scenarios;
  Table<Control> controls;
  Sheet sheet;       ///< the back-of-envelope estimate that the load was set from
  double slice = 1;  ///< rates and instance counts are 1/slice of the real system's
  Extras extras;

  bool operator==(const Design&) const = default;
};

/// Whether the one zone is the other or lies in it, at any depth. All lie in the empty one, which is nowhere.
bool isWithin(const Design& design, const ZoneId& zone, const ZoneId& outer);

using DesignPtr = std::shared_ptr<const Design>;

}  // namespace cantilever
