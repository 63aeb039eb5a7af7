#pragma once

#include <string>
#include <vector>

#include "core/catalog/policies/workload_policy.h"
#include "core/model/workload.h"
#include "core/vocabulary/plan.h"

namespace cantilever::compile {

/// The source of a workload, but for its class and program. What the workload's parameters say together may
/// be impossible: `fault` is a sentence then, and the source is to be left out.
struct WorkloadSource {
  plan::Source source;
  std::string holder;  ///< of sessions: the id of a block
  std::vector<catalog::RequestOrigin> origins;
  std::string fault;
};
WorkloadSource sourceOf(const Workload& workload);

}  // namespace cantilever::compile
