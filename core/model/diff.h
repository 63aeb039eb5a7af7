#pragma once

#include <vector>

#include "core/model/design.h"

namespace cantilever {

/// What changed from one table to another; ids sorted.
template <class IdType>
struct TableDiff {
  std::vector<IdType> added;
  std::vector<IdType> removed;
  std::vector<IdType> changed;
  bool isEmpty() const { return added.empty() && removed.empty() && changed.empty(); }
};

struct DesignDiff {
  TableDiff<BlockId> blocks;
  TableDiff<LinkId> links;
  TableDiff<ZoneId> zones;
  TableDiff<NoteId> notes;
  bool hasOtherChanges = false;  ///< name, classes, workloads, objectives, scenarios ...
  /// Something that could alter a plan: not only positions, pins, notes, areas, objectives, and the names of
  /// blocks, zones and scenarios.
  bool hasBehaviourChanges = false;
};

/// Linear in the size of the designs; elements that are shared are not compared.
DesignDiff diff(const Design& before, const Design& after);

}  // namespace cantilever
