#pragma once

#include <vector>

#include "core/base/result.h"
#include "core/vocabulary/cache_contents.h"
#include "core/vocabulary/plan.h"

namespace cantilever::plan {

/// Mean calls per second over each link and work offered to each pool when nothing fails, per request class:
/// the one place that turns programs into expected visits. Compile (divergence), cost (usage), advice and the
/// analytic solver read it.
struct Visits {
  /// [link][class] calls per second; of links to consumers of a log, as if all their batches were full.
  std::vector<std::vector<double>> linkRate;
  /// [pool][class] erlangs of Work offered (rate x mean service time); divide by instances x servers for
  /// utilisation.
  std::vector<std::vector<double>> poolWork;
  /// [cache][class] look-ups per second, of all instances together.
  std::vector<std::vector<double>> cacheLookups;
  /// [window][class] events per second, and outcomes; [window] runs of Gather per second.
  std::vector<std::vector<double>> windowEvents, windowOutcomes;
  std::vector<double> windowGathers;
  /// [batching] calls per second that are put together there.
  std::vector<double> batched;
  std::vector<ExpectedBatch> batches;  ///< [batching] what that makes of them
  /// [cache][class] entries put in without a look-up that missed them, and taken out, per second, as
  /// `cacheLookups`.
  std::vector<std::vector<double>> cacheRefreshes, cacheDrops;
  /// [cache] as expected in equilibrium: see hit_ratio.h; with what waits for another one's fetch,
  /// `coalesced`.
  std::vector<double> hitRatio, coalesced;
  /// [cache] seconds after which entries go; 0: they do not, or nothing is known.
  std::vector<double> stay;

  double totalLinkRate(Index link) const;
  double totalPoolWork(Index pool) const;
  /// Calls that go on for each event that is gathered.
  double outcomesOf(Index window) const;
};

/// Error code "plan.diverges" if a cycle of calls repeats itself at least once per pass, naming the links of
/// the cycle: then each request would make infinitely many calls. Feedback that dies out is legal.
/// `loadFactor` scales the sources. `fetches`: [cache] how long fetches take; empty: no time.
Result<Visits> visits(const Plan& plan, double loadFactor = 1.0, const std::vector<Fetch>& fetches = {});

}  // namespace cantilever::plan
