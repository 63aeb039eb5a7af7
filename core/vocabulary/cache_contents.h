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

/// How long it takes from a look-up that misses until the entry is there.
struct Fetch {
  double mean = 0;
  double scv = 0;

  /// Until the first of those that are on their way is done, where look-ups go on and each fetches by itself:
  /// those before it are as if in M/G/infinity. For a constant and an exponential part with these moments.
  double untilFirst(double perSecond) const;
};

/// What else happens to entries. By band; empty: nothing does.
struct Changes {
  std::vector<double> refreshed;  ///< of each key, per second: put in anew without a look-up
  std::vector<double> dropped;    ///< and taken out
  Fetch fetch = {};
};

struct Contents {
  std::vector<double> found;  ///< share of the look-ups that hit
  std::vector<Stay> stays;
  std::vector<double> hitsOf;  ///< not by band: share of each of the look-ups
  double hitRatio = 0;         ///< of all; 0 without any
  double coalesced = 0;        ///< share of all that waits for what another one fetches: not hits
  double time = 0;             ///< characteristic; 0: none, or infinite
};

/// Che's approximation (see hit_ratio.h). What a cache misses of a key comes no sooner after the last miss
/// than its entry stays, and else as if at random: exactly so behind entries that stay for a fixed time;
/// Martina, Garetto and Leonardi 2014 ("A unified approach to the performance analysis of caching systems",
/// section VI) shift the time likewise. What several feeders miss is independent. `near`: a characteristic
/// time to begin the search from; 0: none is known.
///
/// A key that is asked for at random is there for a time, and then gone until it is asked for and fetched: of
/// its look-ups those hit that fall into the first (renewal argument; exact without a limit of room). Changes
/// count for such keys, and about for others.
Contents contentsOf(const Cache& cache, const std::vector<double>& keys, const std::vector<LookUps>& lookUps,
                    double near = 0, const Changes& changes = {});

}  // namespace cantilever::plan
