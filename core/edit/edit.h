#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/catalog/block_type.h"
#include "core/model/design.h"
#include "core/model/placement.h"

/// The only code that makes a new Design from an old one.
namespace cantilever::edit {

/// Adds a block; an empty id is made from the name (or the type), an id that is taken is an error
/// ("edit.duplicate_id"). The type must be known; parameters are checked as by SetParam.
struct AddBlock {
  Block block;
};
/// Adds a link that canLink permits, unless another does the same. An empty id is made from those of its
/// ends; likewise for zones (from the name) and notes.
struct AddLink {
  Link link;
};
struct AddZone {
  Zone zone;
};
struct AddNote {
  Note note;
};
/// Removes things. Links at removed blocks, workloads that enter there and events of scenarios and
/// controls that act on them go with them; what a removed zone owns moves to its nearest surviving
/// parent, and such events and the ways that other zones state to it go.
struct Remove {
  std::vector<BlockId> blocks;
  std::vector<LinkId> links;
  std::vector<ZoneId> zones;
  std::vector<NoteId> notes;
};
struct MoveBlocks {
  std::vector<BlockId> blocks;
  Point by;
};
/// Puts things where the placement has them: an alignment, a layout. `text` is what the undo menu says.
struct Place {
  std::string text;
  Placement places;
};
struct SetBlockName {
  BlockId block;
  std::string name;
};
/// Sets a parameter of several blocks (those whose type has it; the value is checked against each spec). No
/// value: back to the default.
struct SetParam {
  std::vector<BlockId> blocks;
  std::string key;
  std::optional<ParamValue> value;
};
/// Replaces the element with the same id. The kinds that have few fields are edited whole. Only what differs
/// from the old element is checked, so that one fault in a file does not forbid all other changes.
struct SetLink {
  Link link;
};
struct SetZone {
  Zone zone;
};
struct SetNote {
  Note note;
};
struct SetBlock {
  Block block;
};
/// Adds the element, or replaces the one with its id; an empty id gets a new one.
struct PutClass {
  RequestClass requestClass;
};
struct PutWorkload {
  Workload workload;
};
struct PutObjective {
  Objective objective;
};
struct PutScenario {
  Scenario scenario;
};
struct PutControl {
  Control control;
};
/// Its workloads and objectives, and the links for this class alone, go with it.
struct RemoveClass {
  ClassId id;
};
struct RemoveWorkload {
  WorkloadId id;
};
struct RemoveObjective {
  ObjectiveId id;
};
struct RemoveScenario {
  ScenarioId id;
};
struct RemoveControl {
  ControlId id;
};
struct SetTitle {
  std::string name;
  std::string description;
};
/// Replaces the back-of-envelope sheet. Its lines are checked: "estimate.unknown_line",
/// "estimate.out_of_range".
struct SetSheet {
  Sheet sheet;
};
/// The same, and gives the workloads the rates that follow from it (core/estimate/workload_rates.h).
struct ApplySheet {
  Sheet sheet;
};
/// Pastes blocks and the links among them, zones and notes, as they are (unknown types too); ids that are
/// taken get new ones; positions are shifted. Things stay in the zones that are pasted with them; other
/// zones, and classes, that this design does not have are dropped.
struct Paste {
  std::vector<Block> blocks;
  std::vector<Link> links;
  Point by;
  std::vector<Zone> zones = {};
  std::vector<Note> notes = {};
};

struct Batch;
using Edit =
    std::variant<AddBlock, AddLink, AddZone, AddNote, Remove, MoveBlocks, Place, SetBlockName, SetParam,
                 SetLink, SetZone, SetNote, SetBlock, PutClass, PutWorkload, PutObjective, PutScenario,
                 PutControl, RemoveClass, RemoveWorkload, RemoveObjective, RemoveScenario, RemoveControl,
                 SetTitle, SetSheet, ApplySheet, Paste, std::shared_ptr<const Batch>>;
/// Several edits as one step: all or none, each seeing what those before it did.
struct Batch {
  std::string text;
  std::vector<Edit> edits;
};

/// The new design, or why not; the old one is never touched. Never leaves a dangling reference that was not
/// there before. Errors name the element and what would be right.
Result<Design> apply(const Design& design, const Edit& edit, const catalog::Catalog& catalog);

/// What the undo menu says: "Move 3 blocks", "Set CPU time of app".
std::string describe(const Edit& edit, const Design& before, const catalog::Catalog& catalog);

/// May the link that suggestLink makes be drawn? The reason, if not: "link.same_block", "link.not_a_caller"
/// and "link.not_a_callee" (by type), "link.exists" (another one does the same), "edit.unknown_block".
Result<void> canLink(const Design& design, const BlockId& from, const BlockId& to,
                     const catalog::Catalog& catalog);

/// A link with sensible mode and role for these two blocks, by their traits: a cache is looked up, a replica
/// is read, a log is sent to, a relational primary replicates to its replica.
Link suggestLink(const Design& design, const BlockId& from, const BlockId& to,
                 const catalog::Catalog& catalog);

/// An id made from `wish` that is not taken: "app", "app-2", "app-3".
BlockId freeBlockId(const Design& design, std::string_view wish);
LinkId freeLinkId(const Design& design, std::string_view wish);

}  // namespace cantilever::edit
