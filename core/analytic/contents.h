#pragma once

#include <vector>

#include "core/vocabulary/plan/keys.h"

/// What small caches hold, exactly; for larger ones and for expiry see core/vocabulary/hit_ratio.h, which
/// visits and the network solver use. Keys are asked for independently; `popularity` adds up to one.
namespace cantilever::analytic {

/// Shares proportional to 1 / rank^exponent.
std::vector<double> zipfShares(std::size_t keys, double exponent);

/// Keys that are asked for about equally often, of a Zipf law: the first hundred one by one, then by bands
/// of ranks that differ by 2 %, each with its integral (good to 1e-5).
struct KeysAlike {
  double keys = 0;
  double share = 0;  ///< of all requests, each of them
};
std::vector<KeysAlike> keysAlike(double keys, double exponent);
/// The share of the most popular one.
double shareOfHottest(double keys, double exponent);
/// The same of a key space with its hot keys, at any time.
std::vector<KeysAlike> keysAlike(const plan::KeySpace& keys);
double shareOfHottest(const plan::KeySpace& keys);

/// Hit ratio of least recently used with room for `capacity`: a sum over all ordered contents (King 1971), so
/// only for a handful: capacity 6 of 20 keys are 28 million.
double exactHitRatioOfLru(const std::vector<double>& popularity, std::size_t capacity);

/// Of first in, first out, and of random replacement, which are the same: 1 - (C + 1) e(C+1) / e(C), e the
/// elementary symmetric polynomials of the popularities (King 1971, Gelenbe 1973).
double exactHitRatioOfFifo(const std::vector<double>& popularity, std::size_t capacity);

/// Of a second level behind one of the same capacity rule, both least recently used and both given what was
/// missed: 1 - e^(-rate (1 - h1) (t2 - t1)) for a key with hit ratio h1 before (Che, Tung and Wang 2002).
/// Times are the characteristic times in requests of either.
double secondLevelHitRatio(const std::vector<double>& popularity, double time1, double time2);
/// The time that an entry stays: sum of 1 - e^(-p t) = capacity (Che, Tung and Wang 2002).
double characteristicTimeOfLru(const std::vector<double>& popularity, double capacity);

/// One key with a time to live from its fill, which takes a while itself, meanwhile all asking in vain:
/// requests at the origin for each expiry, 1 + rate x fetch (or one, if those who come wait for the first),
/// and the hit ratio. Renewal argument.
struct Stampede {
  double fetchesPerExpiry = 0;
  double hitRatio = 0;
};
Stampede stampede(double arrivals, double timeToLive, double fetch, bool isSingleFlight);

}  // namespace cantilever::analytic
