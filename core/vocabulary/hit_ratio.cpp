#include "core/vocabulary/hit_ratio.h"

#include <cmath>

#include "core/vocabulary/cache_contents.h"

namespace cantilever::plan {

namespace {

/// Keys that are asked for about equally often.
struct AskedBand {
  double keys = 0;
  double rate = 0;  ///< of each of them, per second
};

std::vector<AskedBand> askedBands(const std::vector<KeyLoad>& loads) {
  std::vector<AskedBand> bands;
  for (const KeyLoad& load : loads) {
    if (load.perSecond > 0) {
      for (const KeyBand& band : bandsOf(load.keys)) {
        bands.push_back({band.keys, band.share * load.perSecond});
      }
    }
  }
  return bands;
}

/// Probability that a key asked for at `rate` was asked for within so long.
double askedWithin(double rate, double seconds) {
  return rate > 0 ? -std::expm1(-rate * seconds) : 0.0;
}

}  // namespace

double expectedHitRatio(const Cache& cache, const std::vector<KeyLoad>& loads) {
  std::vector<double> keys;
  LookUps lookUps;
  for (const AskedBand& band : askedBands(loads)) {
    keys.push_back(band.keys);
    lookUps.rate.push_back(band.rate);
  }
  return contentsOf(cache, keys, {lookUps}).hitRatio;
}

double repeatedShare(const std::vector<KeyLoad>& loads, double seconds) {
  double repeated = 0;
  double total = 0;
  for (const AskedBand& band : askedBands(loads)) {
    repeated += band.keys * band.rate * askedWithin(band.rate, seconds);
    total += band.keys * band.rate;
  }
  return total > 0 ? repeated / total : 0.0;
}

double expectedKeys(const std::vector<KeyLoad>& loads, double seconds) {
  double keys = 0;
  for (const AskedBand& band : askedBands(loads)) {
    keys += band.keys * askedWithin(band.rate, seconds);
  }
  return keys;
}

}  // namespace cantilever::plan
