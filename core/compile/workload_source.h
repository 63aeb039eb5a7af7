#pragma once

#include <string>

#include "core/model/workload.h"
#include "core/vocabulary/plan.h"

namespace cantilever::compile {

/// The source of a workload, but for its class and program. What the workload's parameters say together may
/// be impossible: `fault` is a sentence then, and the source is to be left out.
struct WorkloadSource {
  plan::Source source;
  std::string holder;  ///< of sessions: the id of a block
  std::string fault;
};
WorkloadSource sourceOf(const Workload& workload);

}  // namespace cantilever::compile
