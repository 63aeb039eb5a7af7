#include "core/vocabulary/cache_contents.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/root.h"

namespace cantilever::plan {

namespace {

constexpr double kExactRanks = 1000;
constexpr double kBandWidth = 0.01;
constexpr double kForEver = std::numeric_limits<double>::infinity();
constexpr double kTimeSettled = 1e-13;  // of the logarithm of a characteristic time
constexpr double kNearby = 0.01;        // where it is searched first
constexpr double kLongest = 700;
constexpr double kCountedOneByOne = 6;  // arrivals after a fill; more are as many as in the long run

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

/// Spacings of what a cache misses: a time that entries stay, and an exponential one.
struct Spacing {
  Stay stay;
  double rate = 0;  ///< of the exponential part

  static Spacing of(double perSecond, const Stay& stay) {
    // Never quite regular, whatever rounding says.
    const double rest = std::max(1 / perSecond - stay.time, 1e-6 / perSecond);
    const bool isTwice = std::abs(rest / stay.time - 1) < 1e-4;  // the two have a law of its own
    return {stay, 1 / (isTwice ? rest * (1 + 2e-4) : rest)};
  }

  double mean() const { return stay.time + 1 / rate; }
  /// That one is at most so long.
  double within(double time) const {
    if (stay.isDrawn) {
      const double leave = 1 / stay.time;
      return 1 - (leave * std::exp(-rate * time) - rate * std::exp(-leave * time)) / (leave - rate);
    }
    return time > stay.time ? -std::expm1(-rate * (time - stay.time)) : 0.0;
  }
  /// That none comes within so long of any moment.
  double noneWithin(double time) const {
    double covered = time > stay.time ? stay.time + within(time) / rate : time;
    if (stay.isDrawn) {
      const double leave = 1 / stay.time;
      covered = (-leave / rate * std::expm1(-rate * time) + rate / leave * std::expm1(-leave * time)) /
                (leave - rate);
    }
    return std::clamp(1 - covered / mean(), 0.0, 1.0);
  }
  /// How many come within so long of one of them.
  double followers(const Stay& within) const {
    if (within.isDrawn) {  // geometric
      const double end = 1 / within.time;
      const double again =
          rate / (rate + end) * (stay.isDrawn ? 1 / (1 + stay.time * end) : std::exp(-stay.time * end));
      return again / (1 - again);
    }
    const double time = within.time;
    if (stay.isDrawn) {
      const double sum = rate + 1 / stay.time;
      return rate / stay.time / sum * (time + std::expm1(-sum * time) / sum);
    }
    if (time > kCountedOneByOne * stay.time) {  // the renewal function far out
      const double variation = 1 / (rate * mean());
      return time / mean() + (variation * variation - 1) / 2;
    }
    double sum = 0;
    for (double n = 1; n * stay.time < time; ++n) {
      const double mass = rate * (time - n * stay.time);  // at least n of a Poisson variable with this mean
      double term = std::exp(-mass);
      double fewer = 0;
      for (double j = 0; j < n; ++j) {
        fewer += term;
        term *= mass / (j + 1);
      }
      sum += 1 - fewer;
    }
    return sum;
  }
};

/// 1 - e^(-rate time), over the rate.
double endedWithin(double rate, double time) {
  return rate * time > 1e-12 ? -std::expm1(-rate * time) / rate : time;
}

/// A key that is asked for, put in and taken out at random. Per second.
struct RandomKey {
  double looked = 0;
  double refreshed = 0;
  double dropped = 0;

  double touched() const { return looked + refreshed; }
  /// How long an entry is there that goes when it has not been put in for `time`.
  double lifeFromFill(double time, double gone) const {
    const double sum = refreshed + gone;
    if (std::isinf(time)) {
      return gone > 0 ? 1 / gone : kForEver;
    }
    const double unchanged = std::exp(-sum * time);
    return sum * time > 1e-12 ? (1 - unchanged) / (gone + refreshed * unchanged) : time;
  }
  /// When it has not been touched for `time`.
  double lifeFromTouch(double time) const {
    const double sum = touched() + dropped;
    const double there = touched() / sum * -std::expm1(-sum * time);
    return there < 1 ? there / (1 - there) / touched() : kForEver;
  }
  /// When it has not been touched for `idle`, or not been put in for `time`. After `idle` it is still there
  /// as often as something came meanwhile, and from then on goes at a rate that agrees with what is known for
  /// an endless `time`; within a hundredth beside drawing it.
  double lifeFromBoth(double idle, double time) const {
    if (time <= idle) {
      return lifeFromFill(time, dropped);
    }
    const double expected = touched() * idle;
    const double still = -std::expm1(-expected);
    const double rest = std::expm1(expected) - expected;  // touches after `idle`, in an endless time
    const double going = rest > 0 ? touched() * still / rest : kForEver;
    return endedWithin(dropped, idle) +
           still * std::exp(-dropped * idle) * endedWithin(going + dropped, time - idle);
  }
};

class Finder {
 public:
  Finder(const Cache& cache, const std::vector<double>& keys, const std::vector<LookUps>& lookUps,
         double near, const Changes& changes)
      : m_cache(cache),
        m_keys(keys),
        m_lookUps(lookUps),
        m_near(near),
        m_changes(changes),
        m_total(keys.size(), 0.0),
        m_isRandom(keys.size(), true) {
    for (const LookUps& each : lookUps) {
      for (std::size_t band = 0; band < keys.size(); ++band) {
        m_total[band] += each.rate[band];
        const bool isFed = each.rate[band] > 0 && each.feeders > 0 && each.stays[band].time > 0;
        m_isRandom[band] = m_isRandom[band] && !isFed;
      }
    }
  }

  Contents find() {
    m_result.found.assign(m_keys.size(), 0.0);
    m_result.stays.assign(m_keys.size(), {});
    m_result.hitsOf.assign(m_lookUps.size(), 0.0);
    std::vector<double> hits(m_lookUps.size(), 0.0);
    std::vector<double> asked(m_lookUps.size(), 0.0);
    double coalesced = 0;
    findTimes();
    for (std::size_t band = 0; band < m_keys.size(); ++band) {
      if (!(m_total[band] > 0)) {
        continue;
      }
      const Rule rule = ruleFor(band);
      const Presence presence = m_isRandom[band] ? presenceOf(band, true) : Presence{};
      double found = 0;
      coalesced += m_keys[band] * m_total[band] * rule.share * presence.awaited;
      for (std::size_t i = 0; i < m_lookUps.size(); ++i) {
        const double rate = m_lookUps[i].rate[band];
        const double ratio = !(rate > 0)        ? 0.0
                             : m_isRandom[band] ? rule.share * presence.there
                                                : rule.share * hitRatio(i, band, rule) * undropped(band);
        found += rate * ratio;
        hits[i] += m_keys[band] * rate * ratio;
        asked[i] += m_keys[band] * rate;
      }
      m_result.found[band] = found / m_total[band];
      m_result.stays[band] = rule.share >= 1 ? rule.stay : Stay{};
    }
    const double all = std::accumulate(asked.begin(), asked.end(), 0.0);
    for (std::size_t i = 0; i < m_lookUps.size(); ++i) {
      m_result.hitsOf[i] = asked[i] > 0 ? std::clamp(hits[i] / asked[i], 0.0, 1.0) : 0.0;
    }
    m_result.hitRatio =
        all > 0 ? std::clamp(std::accumulate(hits.begin(), hits.end(), 0.0) / all, 0.0, 1.0) : 0.0;
    m_result.coalesced = all > 0 ? coalesced / all : 0.0;
    return std::move(m_result);
  }

 private:
  /// Shares of the time in which a key is there, or fetched while others wait.
  struct Presence {
    double there = 0;
    double awaited = 0;
  };

  RandomKey randomKey(std::size_t band) const {
    const auto rate = [band](const std::vector<double>& of) { return of.empty() ? 0.0 : of[band]; };
    return {m_total[band], rate(m_changes.refreshed), rate(m_changes.dropped)};
  }

  /// Of a key that is asked for at random. Entries that have expired take room all the same, until they are
  /// asked for: without `expires`.
  Presence presenceOf(std::size_t band, bool expires) const { return presenceOf(band, m_time, expires); }
  Presence presenceOf(std::size_t band, double time, bool expires) const {
    const RandomKey key = randomKey(band);
    const double limit = m_cache.timeToLive.inSeconds();
    const bool isLimited = expires && limit > 0;
    const bool isFromTouch = m_cache.ttlFrom == Cache::TtlFrom::Touch;
    const double living = isLimited ? limit : kForEver;
    double life = 0;
    if (isDrawn() && std::isfinite(time)) {
      life = key.lifeFromFill(living, key.dropped + 1 / time);
    } else if (isLimited && isFromTouch) {
      life = key.lifeFromTouch(std::min(time, limit));
    } else if (!m_isRenewed || std::isinf(time)) {
      life = key.lifeFromFill(std::min(time, living), key.dropped);
    } else {
      life = isLimited ? key.lifeFromBoth(time, limit) : key.lifeFromTouch(time);
    }
    if (std::isinf(life)) {
      return {1, 0};
    }
    const double byLookUp = key.looked / key.touched();
    const double fetch =
        byLookUp * (m_cache.isSingleFlight ? m_changes.fetch.mean : m_changes.fetch.untilFirst(key.looked));
    const double cycle = life + 1 / key.touched() + fetch;
    return {life / cycle, m_cache.isSingleFlight ? fetch / cycle : 0.0};
  }

  /// About the share of what would be found that has not been taken out, where keys do not come at random.
  double undropped(std::size_t band) const {
    const RandomKey key = randomKey(band);
    return key.dropped > 0 ? key.touched() / (key.touched() + key.dropped) : 1.0;
  }

  /// How entries of a band go: so long after a touch or, if it is not renewed, after their fill.
  struct Rule {
    Stay stay = {kForEver, false};
    bool isRenewed = false;
    double share = 1;  ///< of the keys, those that are kept at all
  };

  void findTimes() {
    double capacity =
        m_cache.capacity == Cache::kUnlimited ? kForEver : static_cast<double>(m_cache.capacity);
    if (m_cache.capacityBytes > 0) {  // sizes do not depend on how popular a key is
      capacity = std::min(capacity, static_cast<double>(m_cache.capacityBytes) / m_cache.entryBytes);
    }
    m_kept.assign(m_keys.size(), 1.0);
    if (m_cache.eviction == Eviction::LeastFrequentlyUsed) {
      keepMostPopular(capacity);
    } else {
      m_isRenewed = m_cache.eviction == Eviction::LeastRecentlyUsed;
      m_time = characteristicTime(capacity);
      m_result.time = std::isinf(m_time) ? 0.0 : m_time;
    }
  }

  /// Only the most popular keys, as many as fit.
  void keepMostPopular(double capacity) {
    std::vector<std::size_t> order(m_keys.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [this](std::size_t a, std::size_t b) { return m_total[a] > m_total[b]; });
    for (const std::size_t band : order) {
      const double kept = std::min(m_keys[band], capacity);
      m_kept[band] = m_keys[band] > 0 ? kept / m_keys[band] : 0.0;
      capacity -= kept;
    }
  }

  /// The time that an entry stays in a cache with room for `capacity`: the mean number of entries is that.
  double characteristicTime(double capacity) const {
    double keys = 0;
    double fastest = 0;
    for (std::size_t band = 0; band < m_keys.size(); ++band) {
      keys += m_total[band] > 0 ? m_keys[band] : 0.0;
      fastest = std::max(fastest, m_total[band]);
    }
    if (capacity >= keys) {
      return kForEver;
    }
    const auto missing = [&](double log) {
      const Rule at{{std::exp(log), isDrawn()}, m_isRenewed};
      double entries = 0;
      for (std::size_t band = 0; band < m_keys.size(); ++band) {
        entries += m_total[band] > 0 ? m_keys[band] * occupancy(band, at) : 0.0;
      }
      return std::log(std::max(entries, 1e-300) / std::max(capacity, 1e-300));
    };
    // The number of entries rises with the time, at first in proportion to it.
    const double shortest = std::log(std::max(capacity, 1e-9) / std::max(keys, 1.0) / fastest) - 1;
    double step = m_near > 0 ? kNearby : 2;
    RootEnd low{m_near > 0 ? std::log(m_near) - kNearby / 2 : shortest, 0};
    low.value = missing(low.at);
    RootEnd high = low;
    for (; low.value > 0; low.value = missing(low.at)) {
      high = low;
      low.at -= step *= 2;
    }
    for (; high.value <= 0 && high.at < kLongest; high.value = missing(high.at)) {
      low = high;
      high.at += step *= 2;
    }
    return std::exp(rootOfSmooth(low, high, kTimeSettled, missing));
  }

  /// The limit, or the time to live where that is shorter.
  Rule ruleFor(std::size_t band) const {
    const Rule rule{{m_time, isDrawn()}, m_isRenewed, m_kept[band]};
    const double timeToLive = m_cache.timeToLive.inSeconds();
    if (timeToLive > 0) {
      const Rule living{{timeToLive, false}, m_cache.ttlFrom == Cache::TtlFrom::Touch, m_kept[band]};
      return foundBy(band, living) < foundBy(band, rule) ? living : rule;
    }
    return rule;
  }

  bool isDrawn() const { return m_cache.eviction == Eviction::Random; }

  double foundBy(std::size_t band, const Rule& rule) const {
    double found = 0;
    for (std::size_t i = 0; i < m_lookUps.size(); ++i) {
      found += m_lookUps[i].rate[band] > 0 ? m_lookUps[i].rate[band] * hitRatio(i, band, rule) : 0.0;
    }
    return found;
  }

  Spacing spacingOf(const LookUps& of, std::size_t band) const {
    return Spacing::of(of.rate[band] / of.feeders, of.stays[band]);
  }

  /// That nobody has asked for a key within so long, of all look-ups; one feeder of `but` has just done so
  /// before that if it is given.
  double noneWithin(std::size_t band, double time, std::size_t but) const {
    double none = 1;
    double atRandom = 0;
    for (std::size_t i = 0; i < m_lookUps.size(); ++i) {
      const LookUps& each = m_lookUps[i];
      if (!(each.rate[band] > 0)) {
        continue;
      }
      if (each.feeders <= 0 || each.stays[band].time <= 0) {
        atRandom += each.rate[band];
        continue;
      }
      const Spacing spacing = spacingOf(each, band);
      const double others = each.feeders - (i == but ? 1 : 0);
      none *= std::pow(spacing.noneWithin(time), others) * (i == but ? 1 - spacing.within(time) : 1.0);
    }
    return none * std::exp(-atRandom * time);
  }

  /// How many ask for a key within so long of its fill.
  double followers(std::size_t band, const Stay& stay) const {
    const double time = stay.time;
    double sum = 0;
    for (const LookUps& each : m_lookUps) {
      if (!(each.rate[band] > 0)) {
        continue;
      }
      const double byOwn = each.rate[band] / m_total[band];  // that it was one of these who filled it
      if (each.feeders <= 0 || each.stays[band].time <= 0) {
        sum += each.rate[band] * time;
      } else {
        const double fromOne = each.rate[band] / each.feeders * time;
        sum += each.rate[band] * time - byOwn * fromOne + byOwn * spacingOf(each, band).followers(stay);
      }
    }
    return sum;
  }

  static constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

  /// That an entry is there at any moment.
  double occupancy(std::size_t band, const Rule& rule) const {
    if (m_isRandom[band]) {
      return presenceOf(band, rule.stay.time, false).there;
    }
    if (rule.isRenewed) {
      return 1 - noneWithin(band, rule.stay.time, kNobody);
    }
    return m_total[band] * rule.stay.time / (1 + followers(band, rule.stay));
  }

  /// That one of these look-ups finds the key.
  double hitRatio(std::size_t i, std::size_t band, const Rule& rule) const {
    if (std::isinf(rule.stay.time)) {
      return 1;
    }
    if (rule.isRenewed) {
      return 1 - noneWithin(band, rule.stay.time, i);
    }
    const double more = followers(band, rule.stay);
    return more / (1 + more);
  }

  const Cache& m_cache;
  const std::vector<double>& m_keys;
  const std::vector<LookUps>& m_lookUps;
  double m_near;
  const Changes& m_changes;
  std::vector<double> m_total;   // [band]
  std::vector<bool> m_isRandom;  // [band] it is asked for at random
  std::vector<double> m_kept;    // [band]
  double m_time = kForEver;
  bool m_isRenewed = false;
  Contents m_result;
};

}  // namespace

std::vector<KeyBand> bandsOf(const KeySpace& keys) {
  std::vector<KeyBand> bands;
  for (const double share : keys.hot) {
    bands.push_back({1, share});
  }
  const std::size_t begin = bands.size();
  const double count = keys.others();
  double total = 0;
  for (double first = 1; first <= count;) {
    const double width = first <= kExactRanks ? 1 : std::floor(first * kBandWidth);
    const double last = std::min(count, first + width - 1);
    const double mass = zipfMass(first, last, keys.exponent);
    const double alike = last - first + 1;
    bands.push_back({alike, mass / alike});
    total += mass;
    first = last + 1;
  }
  for (std::size_t i = begin; i < bands.size(); ++i) {
    bands[i].share *= keys.shareOfOthers() / total;
  }
  return bands;
}

Contents contentsOf(const Cache& cache, const std::vector<double>& keys, const std::vector<LookUps>& lookUps,
                    double near, const Changes& changes) {
  return Finder(cache, keys, lookUps, near, changes).find();
}

double Fetch::untilFirst(double perSecond) const {
  const double drawn = mean * std::min(1.0, std::sqrt(scv));
  const double constant = mean - drawn;
  // The integral of e^(-u / m) e^(-rate (u - m (1 - e^(-u / m)))): with a = rate m, m times
  // 1 / (a + 1) + a / ((a + 1) (a + 2)) + ...
  const double a = perSecond * drawn;
  double term = 1 / (a + 1);
  double sum = term;
  for (double k = 2; term > 1e-12 * sum; ++k) {
    term *= a / (a + k);
    sum += term;
  }
  return constant + drawn * sum;
}

}  // namespace cantilever::plan
