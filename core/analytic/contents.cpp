#include "core/analytic/contents.h"

#include <algorithm>
#include <cmath>

#include "core/analytic/special.h"

namespace cantilever::analytic {

namespace {

/// Adds up, over all ordered contents that begin with those chosen so far, their probability times the share
/// of requests that they answer.
double hitsOfContents(const std::vector<double>& popularity, std::size_t left, std::vector<bool>& isHeld,
                      double probability, double held) {
  if (left == 0) {
    return probability * held;
  }
  double sum = 0;
  for (std::size_t key = 0; key < popularity.size(); ++key) {
    if (!isHeld[key]) {
      isHeld[key] = true;
      sum += hitsOfContents(popularity, left - 1, isHeld, probability * popularity[key] / (1 - held),
                            held + popularity[key]);
      isHeld[key] = false;
    }
  }
  return sum;
}

constexpr double kOneByOne = 100;  // of the ranks of a Zipf law; later ones by bands

/// Of the ranks first .. last together, as an integral.
double massBetween(double first, double last, double exponent) {
  const auto upTo = [exponent](double rank) {
    return std::abs(exponent - 1) < 1e-9 ? std::log(rank) : std::pow(rank, 1 - exponent) / (1 - exponent);
  };
  return upTo(last + 0.5) - upTo(first - 0.5);
}

}  // namespace

std::vector<double> zipfShares(std::size_t keys, double exponent) {
  std::vector<double> shares(keys);
  double sum = 0;
  for (std::size_t i = keys; i-- > 0;) {
    shares[i] = std::pow(static_cast<double>(i + 1), -exponent);
    sum += shares[i];
  }
  for (double& each : shares) {
    each /= sum;
  }
  return shares;
}

std::vector<KeysAlike> keysAlike(double keys, double exponent) {
  constexpr double kWidth = 0.02;
  std::vector<KeysAlike> bands;
  double total = 0;
  for (double first = 1; first <= keys;) {
    const double width = first <= kOneByOne ? 1 : std::floor(first * kWidth) + 1;
    const double last = std::min(keys, first + width - 1);
    const double mass = last == first ? std::pow(first, -exponent) : massBetween(first, last, exponent);
    bands.push_back({last - first + 1, mass / (last - first + 1)});
    total += mass;
    first = last + 1;
  }
  for (KeysAlike& band : bands) {
    band.share /= total;
  }
  return bands;
}

double shareOfHottest(double keys, double exponent) {
  double total = 0;
  for (double rank = 1; rank <= std::min(keys, kOneByOne); ++rank) {
    total += std::pow(rank, -exponent);
  }
  return 1 / (total + (keys > kOneByOne ? massBetween(kOneByOne + 1, keys, exponent) : 0.0));
}

std::vector<KeysAlike> keysAlike(const plan::KeySpace& keys) {
  std::vector<KeysAlike> all;
  for (const double share : keys.hot) {
    all.push_back({1, share});
  }
  for (const KeysAlike& each : keysAlike(static_cast<double>(keys.others()), keys.exponent)) {
    all.push_back({each.keys, each.share * keys.shareOfOthers()});
  }
  return all;
}

double shareOfHottest(const plan::KeySpace& keys) {
  double most = 0;
  for (const double share : keys.hot) {
    most = std::max(most, share);
  }
  return keys.others() == 0
             ? most
             : std::max(most, keys.shareOfOthers() *
                                  shareOfHottest(static_cast<double>(keys.others()), keys.exponent));
}

double exactHitRatioOfLru(const std::vector<double>& popularity, std::size_t capacity) {
  if (capacity >= popularity.size()) {
    return 1;
  }
  std::vector<bool> isHeld(popularity.size(), false);
  return hitsOfContents(popularity, capacity, isHeld, 1, 0);
}

double exactHitRatioOfFifo(const std::vector<double>& popularity, std::size_t capacity) {
  if (capacity >= popularity.size()) {
    return 1;
  }
  // With p t / (1 + p t) for each key instead of p the polynomials are probabilities of a Poisson binomial
  // number, largest near the capacity: nothing under- or overflows.
  const auto entries = [&](double t) {
    double sum = 0;
    for (const double p : popularity) {
      sum += p * t / (1 + p * t);
    }
    return sum;
  };
  const auto wanted = static_cast<double>(capacity) + 0.5;
  const double t =
      std::exp(rootOfIncreasing(-50, 100, [&](double log) { return entries(std::exp(log)) - wanted; }));
  std::vector<double> chance(capacity + 2, 0.0);
  chance[0] = 1;
  for (const double p : popularity) {
    const double in = p * t / (1 + p * t);
    for (std::size_t n = capacity + 1; n > 0; --n) {
      chance[n] = chance[n] * (1 - in) + chance[n - 1] * in;
    }
    chance[0] *= 1 - in;
  }
  return 1 - static_cast<double>(capacity + 1) * chance[capacity + 1] / (t * chance[capacity]);
}

double characteristicTimeOfLru(const std::vector<double>& popularity, double capacity) {
  return std::exp(rootOfIncreasing(-50, 100, [&](double log) {
    double entries = 0;
    for (const double p : popularity) {
      entries -= std::expm1(-p * std::exp(log));
    }
    return entries - capacity;
  }));
}

double secondLevelHitRatio(const std::vector<double>& popularity, double time1, double time2) {
  double asked = 0;
  double hits = 0;
  for (const double p : popularity) {
    const double missed = std::exp(-p * time1);
    asked += p * missed;
    hits -= p * missed * std::expm1(-p * missed * (time2 - time1));
  }
  return hits / asked;
}

Stampede stampede(double arrivals, double timeToLive, double fetch, bool isSingleFlight) {
  const double fetches = 1 + (isSingleFlight ? 0.0 : arrivals * fetch);
  // Of a cycle: the first, those during the fetch, and those of the time to live, which hit.
  return {fetches, arrivals * timeToLive / (1 + arrivals * fetch + arrivals * timeToLive)};
}

}  // namespace cantilever::analytic
