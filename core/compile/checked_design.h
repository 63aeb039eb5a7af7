#pragma once

#include <cstdint>
#include <vector>

#include "core/catalog/block_type.h"
#include "core/compile/remarks.h"
#include "core/model/design.h"
#include "core/vocabulary/plan.h"
#include "core/vocabulary/traits.h"

namespace cantilever::compile {

/// A block with its type, in the order of the design's table.
struct CheckedBlock {
  const Block* block = nullptr;
  const catalog::BlockType* type = nullptr;  ///< null: unknown
  bool isUsable = false;                     ///< its type is known and its parameters are valid
  Traits traits;                             ///< of a usable block
};

/// A link without faults between two usable blocks.
struct CheckedLink {
  const Link* link = nullptr;
  std::uint32_t from = 0;  ///< into CheckedDesign::blocks
  std::uint32_t to = 0;
};

/// A control without faults, as far as that can be seen before the blocks are lowered.
struct CheckedControl {
  const Control* control = nullptr;
  plan::TriggerText when;
  std::vector<const Perturbation*> events;
};

/// What of a design can be lowered. Everything else has been remarked upon.
struct CheckedDesign {
  std::vector<CheckedBlock> blocks;
  std::vector<CheckedLink> links;                  ///< in order of id
  std::vector<const RequestClass*> classes;        ///< in order of id
  std::vector<const Workload*> workloads;          ///< in order of id
  std::vector<CheckedControl> controls;            ///< in order of id
  std::vector<const Perturbation*> perturbations;  ///< of the chosen scenario, by time

  /// Index of the block, or kNone.
  std::uint32_t find(const Design& design, const BlockId& id) const;
};

/// Checks every reference and every number of the design, block by block and link by link; a fault of one
/// does not hide those of another. The design and the catalogue must outlive the result.
CheckedDesign checkDesign(const Design& design, const catalog::Catalog& catalog, const ScenarioId& scenario,
                          Remarks& remarks);

}  // namespace cantilever::compile
