#pragma once

#include <optional>

#include "core/analytic/solve.h"
#include "core/analytic/working_state.h"
#include "core/base/result.h"
#include "core/vocabulary/visits.h"

/// Internal to the solver: passes until nothing changes.
namespace cantilever::analytic {

/// What calls are believed to do before anything is known of them.
enum class FirstBelief { AllSucceed, AllFail };

struct Settled {
  explicit Settled(const Structure& structure) : state(structure) {}

  WorkingState state;
  std::vector<ClassResponses> responses;            ///< [class]
  std::vector<std::vector<StationWait>> usedWaits;  ///< [pool][class], of the responses
  bool hasConverged = false;
  double unsettled = 0;  ///< by how much, relative, the last pass still changed something, if it has not
  std::vector<bool>
      swings;  ///< [class] its calls, work or tokens still turned out differently in the last pass
  std::vector<bool> isBatchUnsettled;  ///< [group] its batches still became larger or smaller
  bool isClosedExact = true;           ///< mean value analysis was exact, if there was any
  double closedBand = 0;
  std::vector<double> handed;  ///< what the last pass was handed by the one before
};

/// What is known of the caches.
struct Caching {
  const plan::Visits& visits;
  const std::vector<plan::Fetch>& fetches;  ///< [cache] that these are for
};

/// `start`: what a plan alike handed over when it had settled, to begin with; null: nothing is known. Error
/// "plan.diverges".
Result<Settled> settle(const Structure& structure, const Caching& caching, double loadFactor,
                       const std::vector<Unrepresented>& unrepresented, FirstBelief first,
                       const std::vector<double>* start = nullptr);

/// Figures of what has settled, and what they are worth (assemble.cpp).
Solution solutionOf(const plan::Plan& plan, const Structure& structure, Settled& settled,
                    const SolveOptions& options);

/// Rates and waits of users who think (solver_closed.cpp): changes the source rates and the stations. Nothing
/// if there are no closed sources.
struct ClosedNote {
  bool isExact = true;
  double band = 0;
};
ClosedNote solveUsers(const Structure& structure, Settled& settled, double loadFactor);

}  // namespace cantilever::analytic
