#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/catalog/block_type.h"
#include "core/edit/edit.h"
#include "core/model/design.h"

namespace cantilever::exchange {

inline constexpr std::string_view kEditsSchema = "cantilever.edits/1";
inline constexpr std::string_view kEditsFile = ".edits.json";  ///< how the names of such files end

/// One thing that a person does to a design, as a file keeps it: what goes, and what comes or takes the place
/// of what has its id.
struct StoredEdit {
  std::string text;  ///< "Put a load balancer in front"
  edit::Remove removed;
  std::vector<ClassId> removedClasses;
  std::vector<WorkloadId> removedWorkloads;
  std::vector<ObjectiveId> removedObjectives;
  std::vector<ScenarioId> removedScenarios;
  Design put;  ///< only what changes; its name and description, if there is a name
};

/// How one template becomes the next.
struct TemplateStep {
  std::string from;  ///< keys of templates
  std::string to;
  std::vector<StoredEdit> edits;
};

/// `"schema": "cantilever.edits/1", "steps": [{"from", "to", "edits": [{"text", "remove": {"blocks": [ids]
/// ...}, "put": {"blocks": [...] ...}}]}]`; what is put is written as in a design. Error codes: those of
/// readDesign, and "edits.malformed"; what readDesign would remark on is an error too.
Result<std::vector<TemplateStep>> readSteps(std::string_view json, std::string_view fileName,
                                            const catalog::Catalog& catalog);

/// Those of templates/*.edits.json.
Result<std::vector<TemplateStep>> templateSteps(const catalog::Catalog& catalog);

/// The edit, for a design as it is before it: additions of what is not there, replacements of what is.
edit::Batch editOf(const StoredEdit& stored, const Design& before);

/// All edits of a step, one after the other. Errors as edit::apply has them.
Result<Design> replay(const Design& design, const TemplateStep& step, const catalog::Catalog& catalog);

}  // namespace cantilever::exchange
