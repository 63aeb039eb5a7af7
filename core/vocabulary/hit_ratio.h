#pragma once

#include <vector>

#include "core/vocabulary/plan/cache.h"
#include "core/vocabulary/plan/keys.h"

namespace cantilever::plan {

/// Look-ups of keys of one space, as one instance of a cache sees them.
struct KeyLoad {
  KeySpace keys;
  double perSecond = 0;
};

/// The share of look-ups that hit once the cache is in equilibrium, if keys are drawn independently and
/// fetches take no time; 0 without look-ups. LeastRecentlyUsed by the approximation of Che, Tung and Wang
/// (2002), FirstIn and Random by its counterpart (Fricker, Robert and Roberts 2012), LeastFrequentlyUsed
/// keeps the most popular keys; an entry that expires hits at most as often as in an unlimited cache with
/// that time to live (Jung, Berger and Balakrishnan 2003). Caches behind others: cache_levels.h.
double expectedHitRatio(const Cache& cache, const std::vector<KeyLoad>& loads);

/// The share of look-ups whose key was asked for within so many seconds before: what an empty cache hits
/// after that time, as long as nothing had to go (exact for Poisson arrivals of independent keys).
double repeatedShare(const std::vector<KeyLoad>& loads, double seconds);

/// How many different keys are asked for within so many seconds of Poisson arrivals.
double expectedKeys(const std::vector<KeyLoad>& loads, double seconds);

}  // namespace cantilever::plan
