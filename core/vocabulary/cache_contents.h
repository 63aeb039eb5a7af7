#pragma once

#include <vector>

#include "core/vocabulary/plan/cache.h"
#include "core/vocabulary/plan/keys.h"

/// Internal to hit ratios: what an instance of a cache holds in equilibrium. Times in seconds.
namespace cantilever::plan {

/// Keys that are asked for about equally often.
struct KeyBand {
  double keys = 0;
  double share = 0;  ///< of the requests for their space, each of them
};
/// Each of the first keys counts for itself, later ones by bands of ranks that differ by 1 %.
std::vector<KeyBand> bandsOf(const KeySpace& keys);

/// How long an entry is there at least after it was put in or, if that counts, found.
struct Stay {
  double time = 0;
  bool isDrawn = false;  ///< exponential, with this mean
};

/// Look-ups that have come the same way. By band, as all lists here.
struct LookUps {
  std::vector<double> rate;  ///< of each key, per second
  /// They are what so many caches, or instances of one, have missed, each by itself; 0: they come at random.
  double feeders = 0;
  std::vector<Stay> stays;  ///< then: in such a cache, which does not miss a key again for so long
};

struct Contents {
  std::vector<double> found;  ///< share of the look-ups that hit
  std::vector<Stay> stays;
  std::vector<double> hitsOf;  ///< not by band: share of each of the look-ups
  double hitRatio = 0;         ///< of all; 0 without any
  double time = 0;             ///< characteristic; 0: none, or infinite
};

/// Che's approximation (see hit_ratio.h). What a cache misses of a key comes no sooner after the last miss
/// than its entry stays, and else as if at random: exactly so behind entries that stay for a fixed time;
/// Martina, Garetto and Leonardi 2014 ("A unified approach to the performance analysis of caching systems",
/// section VI) shift the time likewise. What several feeders miss is independent. `near`: a characteristic
/// time to begin the search from; 0: none is known.
Contents contentsOf(const Cache& cache, const std::vector<double>& keys, const std::vector<LookUps>& lookUps,
                    double near = 0);

}  // namespace cantilever::plan
