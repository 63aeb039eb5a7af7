#pragma once

#include "core/analytic/solution.h"
#include "core/base/result.h"
#include "core/vocabulary/plan.h"
#include "core/vocabulary/visits.h"

namespace cantilever::analytic {

/// Percentiles of responses that are looked for, which is most of the time that a solution takes; the others
/// stay zero.
struct Percentiles {
  bool p50 = true, p95 = true, p99 = true, p999 = true;
};

struct SolveOptions {
  double loadFactor = 1;          ///< the one that `visits` were reckoned with
  bool withSensitivities = true;  ///< settles again, from nearby, for each of the three fullest pools
  Percentiles percentiles = {};
  bool withOtherState = true;  ///< looks for a second steady state that retries may hold up
  bool withAll = true;         ///< figures of all classes together; else these stay zero
};

/// The steady state of a plan, by queueing theory; no randomness, no clock. A plan always gets a solution:
/// what has no steady state or no formula is said at its figures. Utilisation = rate x service / servers and
/// Little's law hold in all of them. Error code "plan.diverges" as visits has it.
///
/// How: rates follow from the programs and from how calls turn out; stations, tokens and consumers from the
/// rates; responses, timeouts and retries from the stations, and so on until nothing changes. Closed classes
/// are solved by mean value analysis in the same loop. Stations are taken to be independent of one another,
/// with Poisson arrivals; where that is no assumption but a theorem (Jackson 1957; Baskett, Chandy, Muntz and
/// Palacios 1975) the figures are marked exact.
Result<Solution> solve(const plan::Plan& plan, const plan::Visits& visits, const SolveOptions& options = {});

}  // namespace cantilever::analytic
