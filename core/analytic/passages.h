#pragma once

#include <optional>
#include <vector>

#include "core/analytic/traffic.h"

/// Internal to the solver: sources that are not Poisson, and what becomes of their arrivals on the way.
namespace cantilever::analytic {

/// Of such a source, that its requests come to a place, and what they come through before.
struct Passage {
  Index source = 0;
  std::vector<Index> pools = {};   ///< where they may have waited
  std::vector<Index> links = {};   ///< over which calls may be made again
  std::vector<Index> tokens = {};  ///< that they have taken
  double delay = 0;                ///< mean of those that vary
  bool isThinned = false;          ///< by what depends on those before, as caches
  bool isTorn = false;             ///< several come at once, or have been gathered
  double visits = 1;               ///< of a request, at most
};

struct Passages {
  std::vector<std::vector<Passage>> toPools;        ///< [pool]
  std::vector<std::vector<Index>> sourcesOfTokens;  ///< [tokens]
  std::vector<std::vector<Index>> sourcesOfLogs;    ///< [log]
};

Passages passagesIn(const Structure& structure);

/// By how much the arrivals of a source of this rate vary more than Poisson's, in the long run: the limit of
/// variance over mean of their number, less one (Cox and Lewis 1966). 0: it is Poisson.
double unevennessOf(const plan::Source& source, double rate);

/// Mean of X (X - 1), over E[X], of a batch of X.
double othersInBatch(const CountLaw& batch);
bool isBatched(const plan::Source& source);
/// Of independent spacings: their law; none: exponential.
std::optional<Law> spacingOf(const plan::Source& source, double rate);

}  // namespace cantilever::analytic
