#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/base/result.h"
#include "core/catalog/block_type.h"
#include "core/model/design.h"
#include "core/model/diagnostic.h"
#include "core/vocabulary/plan.h"
#include "core/vocabulary/visits.h"

namespace cantilever::compile {

struct Options {
  ScenarioId scenario;  ///< whose perturbations become actions; empty: none
};

/// A design's plan with what is to be said about it. `plan` is null if any diagnostic is an Error.
struct Compiled {
  std::shared_ptr<const plan::Plan> plan;
  std::optional<plan::Visits> visits;   ///< present when plan is
  std::vector<Diagnostic> diagnostics;  ///< errors first, then by element

  bool hasErrors() const { return plan == nullptr; }
};

/// Design -> plan. Pure and total: never fails otherwise than by diagnostics. Reports dangling ends, unknown
/// types and parameters, values out of range, negative rates, workloads that enter nowhere, blocks no request
/// reaches, cycles of calls that diverge, and pools whose offered work is at or above their capacity (a
/// warning).
Compiled compile(const Design& design, const catalog::Catalog& catalog, const Options& options = {});

/// One way latency between two zones when a link gives none, with its source in the .cpp: same zone, same
/// region, other region.
Law latencyBetween(const Design& design, const ZoneId& from, const ZoneId& to);

}  // namespace cantilever::compile
