#pragma once

#include "core/edit/edit.h"

/// Inside core/edit only: what each kind of edit does to a design that `apply` has copied. After an error the
/// copy is thrown away, so a step may stop half-way.
namespace cantilever::edit::steps {

using catalog::Catalog;

// blocks.cpp
Result<void> run(Design& design, const AddBlock& edit, const Catalog& catalog);
Result<void> run(Design& design, const SetBlock& edit, const Catalog& catalog);
Result<void> run(Design& design, const SetBlockName& edit, const Catalog& catalog);
Result<void> run(Design& design, const SetParam& edit, const Catalog& catalog);
Result<void> run(Design& design, const MoveBlocks& edit, const Catalog& catalog);
Result<void> run(Design& design, const Paste& edit, const Catalog& catalog);

// links.cpp
Result<void> run(Design& design, const AddLink& edit, const Catalog& catalog);
Result<void> run(Design& design, const SetLink& edit, const Catalog& catalog);

// places.cpp
Result<void> run(Design& design, const Place& edit, const Catalog& catalog);
Result<void> run(Design& design, const AddZone& edit, const Catalog& catalog);
Result<void> run(Design& design, const SetZone& edit, const Catalog& catalog);
Result<void> run(Design& design, const AddNote& edit, const Catalog& catalog);
Result<void> run(Design& design, const SetNote& edit, const Catalog& catalog);

// traffic.cpp
Result<void> run(Design& design, const PutClass& edit, const Catalog& catalog);
Result<void> run(Design& design, const PutWorkload& edit, const Catalog& catalog);
Result<void> run(Design& design, const PutObjective& edit, const Catalog& catalog);
Result<void> run(Design& design, const PutScenario& edit, const Catalog& catalog);
Result<void> run(Design& design, const PutControl& edit, const Catalog& catalog);
Result<void> run(Design& design, const SetTitle& edit, const Catalog& catalog);

// removal.cpp
Result<void> run(Design& design, const Remove& edit, const Catalog& catalog);
Result<void> run(Design& design, const RemoveClass& edit, const Catalog& catalog);
Result<void> run(Design& design, const RemoveWorkload& edit, const Catalog& catalog);
Result<void> run(Design& design, const RemoveObjective& edit, const Catalog& catalog);
Result<void> run(Design& design, const RemoveScenario& edit, const Catalog& catalog);
Result<void> run(Design& design, const RemoveControl& edit, const Catalog& catalog);

// sheet.cpp
Result<void> run(Design& design, const SetSheet& edit, const Catalog& catalog);
Result<void> run(Design& design, const ApplySheet& edit, const Catalog& catalog);

// edit.cpp
Result<void> run(Design& design, const std::shared_ptr<const Batch>& edit, const Catalog& catalog);

}  // namespace cantilever::edit::steps
