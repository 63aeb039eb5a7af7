#include "core/vocabulary/hit_ratio.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cantilever::plan {

namespace {

// Each of the first keys counts for itself, later ones by bands of ranks that differ by 1 %.
constexpr double kExactRanks = 1000;
constexpr double kBandWidth = 0.01;

/// Keys that are asked for about equally often.
struct KeyBand {
  double keys = 0;
  double rate = 0;  ///< of each of them, per second
};

/// The integral of x^-exponent over the bars of the ranks first .. last (from 1).
double zipfMass(double first, double last, double exponent) {
  if (first == last) {
    return std::pow(first, -exponent);
  }
  const double from = first - 0.5;
  const double to = last + 0.5;
  return std::abs(exponent - 1) < 1e-9
             ? std::log(to / from)
             : (std::pow(to, 1 - exponent) - std::pow(from, 1 - exponent)) / (1 - exponent);
}

void addBands(const KeyLoad& load, std::vector<KeyBand>& bands) {
  for (const double share : load.keys.hot) {
    bands.push_back({1, share * load.perSecond});
  }
  const std::size_t begin = bands.size();
  const double count = load.keys.others();
  double total = 0;
  for (double first = 1; first <= count;) {
    const double width = first <= kExactRanks ? 1 : std::floor(first * kBandWidth);
    const double last = std::min(count, first + width - 1);
    const double mass = zipfMass(first, last, load.keys.exponent);
    const double keys = last - first + 1;
    bands.push_back({keys, mass / keys});
    total += mass;
    first = last + 1;
  }
  const double others = load.keys.shareOfOthers() * load.perSecond;
  for (std::size_t i = begin; i < bands.size(); ++i) {
    bands[i].rate *= others / total;
  }
}

/// Probability that a key asked for at `rate` is found, if entries stay for `time` after a touch or, without
/// renewal, after their fill.
double presence(double rate, double time, bool isRenewed) {
  if (rate <= 0) {
    return 0;  // never asked for, however long entries stay
  }
  const double asked = rate * time;
  if (std::isinf(asked)) {
    return 1;
  }
  return isRenewed ? -std::expm1(-asked) : asked / (1 + asked);
}

/// The time that an entry stays in a cache with room for `capacity`: the mean number of entries is that.
double characteristicTime(const std::vector<KeyBand>& bands, double capacity, bool isRenewed) {
  double keys = 0;
  for (const KeyBand& band : bands) {
    keys += band.keys;
  }
  if (capacity >= keys) {
    return std::numeric_limits<double>::infinity();
  }
  const auto entriesAt = [&](double time) {
    double entries = 0;
    for (const KeyBand& band : bands) {
      entries += band.keys * presence(band.rate, time, isRenewed);
    }
    return entries;
  };
  // Bisection of the logarithm; rates are between 1e-30 and 1e9 per second.
  double low = -40;
  double high = 40;
  for (int i = 0; i < 80; ++i) {
    const double middle = (low + high) / 2;
    (entriesAt(std::pow(10.0, middle)) < capacity ? low : high) = middle;
  }
  return std::pow(10.0, (low + high) / 2);
}

/// Lets only the most popular keys have a rate, as many as fit.
void keepMostPopular(std::vector<KeyBand>& bands, double capacity) {
  std::stable_sort(bands.begin(), bands.end(),
                   [](const KeyBand& a, const KeyBand& b) { return a.rate > b.rate; });
  std::vector<KeyBand> kept;
  for (const KeyBand& band : bands) {
    const double keys = std::min(band.keys, capacity);
    capacity -= keys;
    kept.push_back({keys, band.rate});
  }
  bands.swap(kept);
}

}  // namespace

double expectedHitRatio(const Cache& cache, const std::vector<KeyLoad>& loads) {
  std::vector<KeyBand> bands;
  double total = 0;
  for (const KeyLoad& load : loads) {
    if (load.perSecond > 0) {
      addBands(load, bands);
      total += load.perSecond;
    }
  }
  if (total <= 0) {
    return 0;
  }
  double capacity = cache.capacity == Cache::kUnlimited ? std::numeric_limits<double>::infinity()
                                                        : static_cast<double>(cache.capacity);
  if (cache.capacityBytes > 0) {  // sizes do not depend on how popular a key is
    capacity = std::min(capacity, static_cast<double>(cache.capacityBytes) / cache.entryBytes);
  }
  const bool isRenewed = cache.eviction == Eviction::LeastRecentlyUsed;
  double time = std::numeric_limits<double>::infinity();
  if (cache.eviction == Eviction::LeastFrequentlyUsed) {
    keepMostPopular(bands, capacity);
  } else {
    time = characteristicTime(bands, capacity, isRenewed);
  }
  const double timeToLive = cache.timeToLive.inSeconds();
  const bool isRenewedByTouch = cache.ttlFrom == Cache::TtlFrom::Touch;
  double hits = 0;
  for (const KeyBand& band : bands) {
    double found = presence(band.rate, time, isRenewed);
    if (timeToLive > 0) {
      found = std::min(found, presence(band.rate, timeToLive, isRenewedByTouch));
    }
    hits += band.keys * band.rate * found;
  }
  return std::clamp(hits / total, 0.0, 1.0);
}

double repeatedShare(const std::vector<KeyLoad>& loads, double seconds) {
  std::vector<KeyBand> bands;
  for (const KeyLoad& load : loads) {
    if (load.perSecond > 0) {
      addBands(load, bands);
    }
  }
  double repeated = 0;
  double total = 0;
  for (const KeyBand& band : bands) {
    repeated += band.keys * band.rate * presence(band.rate, seconds, true);
    total += band.keys * band.rate;
  }
  return total > 0 ? repeated / total : 0.0;
}

double expectedKeys(const std::vector<KeyLoad>& loads, double seconds) {
  std::vector<KeyBand> bands;
  for (const KeyLoad& load : loads) {
    if (load.perSecond > 0) {
      addBands(load, bands);
    }
  }
  double keys = 0;
  for (const KeyBand& band : bands) {
    keys += band.keys * presence(band.rate, seconds, true);
  }
  return keys;
}

}  // namespace cantilever::plan
