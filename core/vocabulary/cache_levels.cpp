#include "core/vocabulary/cache_levels.h"

#include <algorithm>
#include <utility>

#include "core/vocabulary/plan/faults.h"

namespace cantilever::plan {

namespace {

// More are taken together with the way that they go on from.
constexpr std::size_t kMostWays = 200;

bool goesByKey(Balancing balancing) {
  return balancing == Balancing::ConsistentHash || balancing == Balancing::Sticky ||
         balancing == Balancing::Owner;
}

/// Whether all calls to where the cache is looked up go by their key, so that each key has an instance of its
/// own.
bool isKeyed(const Plan& plan, Index cache) {
  const Index pool = plan.caches[cache].pool;
  const std::vector<Index> ends = programEnds(plan);
  bool isAny = false;
  for (const Link& link : plan.links) {
    if (link.pool != pool) {
      continue;
    }
    bool looks = false;
    for (Index pc = plan.programs[link.program].begin; pc < ends[link.program]; ++pc) {
      looks = looks || (plan.code[pc].op == Op::Look && plan.code[pc].a == cache);
    }
    if (looks && !goesByKey(link.balancing)) {
      return false;
    }
    isAny = isAny || looks;
  }
  return isAny;
}

}  // namespace

CacheLevels::CacheLevels(const Plan& plan, std::vector<Fetch> fetches)
    : m_plan(plan),
      m_ways(1),
      m_streams(plan.caches.size()),
      m_changes(plan.caches.size()),
      m_changesBefore(plan.caches.size()),
      m_fetches(std::move(fetches)),
      m_hitRatio(plan.caches.size(), 0.0),
      m_coalesced(plan.caches.size(), 0.0),
      m_time(plan.caches.size(), 0.0),
      m_rates(plan.caches.size()),
      m_hasChanged(plan.caches.size(), true) {
  for (Index cache = 0; cache < plan.caches.size(); ++cache) {
    m_isKeyed.push_back(plan.caches[cache].pool != kNone && isKeyed(plan, cache));
  }
  if (plan.caches.empty()) {
    return;
  }
  for (Index space = 0; space <= plan.keySpaces.size(); ++space) {  // the last one: all about the same
    for (const KeyBand& band : bandsOf(space < plan.keySpaces.size() ? plan.keySpaces[space] : KeySpace{})) {
      m_bands.push_back({space, band.keys, band.share});
    }
  }
  m_held.assign(plan.caches.size(), std::vector<Held>(m_bands.size()));
}

Index CacheLevels::after(Index way, Index cache, bool wasHit) {
  if (hasPassed(way, cache)) {
    return way;
  }
  const auto [known, isNew] = m_wayAfter.try_emplace({way, cache, wasHit}, static_cast<Index>(m_ways.size()));
  if (isNew && m_ways.size() < kMostWays) {
    m_ways.push_back({way, {cache, wasHit}});
  } else if (isNew) {
    known->second = way;
  }
  return known->second;
}

double CacheLevels::hitRatio(Index cache, Index requestClass, Index way) const {
  const auto known = m_hitRatioOf.find({cache, spaceOf(requestClass), way});
  return known == m_hitRatioOf.end() ? m_hitRatio[cache] : known->second;
}

void CacheLevels::add(Index cache, Index requestClass, Index way, double perSecond) {
  m_streams[cache].push_back({requestClass, way, perSecond});
}

void CacheLevels::addChanges(Index cache, Index requestClass, double refreshed, double dropped) {
  if (refreshed > 0 || dropped > 0) {
    ChangeRates& of = m_changes[cache][spaceOf(requestClass)];
    of.refreshed += refreshed;
    of.dropped += dropped;
  }
}

std::vector<double> CacheLevels::stay() const {
  std::vector<double> stay;
  for (std::size_t cache = 0; cache < m_time.size(); ++cache) {
    const double living = m_plan.caches[cache].timeToLive.inSeconds();
    stay.push_back(living > 0 && m_time[cache] > 0 ? std::min(living, m_time[cache])
                                                   : std::max(living, m_time[cache]));
  }
  return stay;
}

void CacheLevels::forget(Index requestClass) {
  for (std::vector<Stream>& streams : m_streams) {
    std::erase_if(streams, [requestClass](const Stream& each) { return each.requestClass == requestClass; });
  }
}

std::vector<double> CacheLevels::endRound() {
  std::vector<double> keys;
  for (const Band& band : m_bands) {
    keys.push_back(band.keys);
  }
  std::vector<std::vector<Held>> held = m_held;
  std::vector<bool> hasChanged(m_streams.size(), false);
  for (Index cache = 0; cache < m_streams.size(); ++cache) {
    Rates rates;
    bool isAsBefore = m_changes[cache] == m_changesBefore[cache];
    for (const Stream& stream : m_streams[cache]) {
      rates[{spaceOf(stream.requestClass), stream.way}] += stream.perSecond;
      for (Index way = stream.way; way != kBegin; way = m_ways[way].from) {
        isAsBefore = isAsBefore && !m_hasChanged[m_ways[way].last.cache];
      }
    }
    m_streams[cache].clear();
    if (!isAsBefore || rates != m_rates[cache]) {
      hasChanged[cache] = true;
      solve(cache, keys, rates, m_changes[cache], held[cache]);
      m_rates[cache] = std::move(rates);
    }
    m_changesBefore[cache] = std::exchange(m_changes[cache], {});
  }
  m_held = std::move(held);
  m_hasChanged = std::move(hasChanged);
  return m_hitRatio;
}

void CacheLevels::solve(Index cache, const std::vector<double>& keys, const Rates& rates,
                        const ChangesOf& changes, std::vector<Held>& held) {
  Cache as = m_plan.caches[cache];
  if (m_isKeyed[cache]) {  // as large as all of them together
    const double all = m_plan.pools[as.pool].instances;
    as.capacity = as.capacity == Cache::kUnlimited
                      ? Cache::kUnlimited
                      : static_cast<std::uint32_t>(std::min<double>(as.capacity * all, Cache::kMaxCapacity));
    as.capacityBytes *= m_plan.pools[as.pool].instances;
  }
  std::vector<LookUps> lookUps;
  for (const auto& [of, perSecond] : rates) {
    lookUps.push_back(lookUpsOf(cache, of.first, of.second, perSecond));
  }
  const Contents contents = contentsOf(as, keys, lookUps, m_time[cache], changesOf(cache, changes));
  m_time[cache] = contents.time;
  m_coalesced[cache] = contents.coalesced;
  for (std::size_t band = 0; band < m_bands.size(); ++band) {
    held[band] = {contents.found[band], contents.stays[band]};
  }
  std::size_t i = 0;
  for (const auto& [of, perSecond] : rates) {
    m_hitRatioOf[{cache, of.first, of.second}] = contents.hitsOf[i++];
  }
  m_hitRatio[cache] = contents.hitRatio + contents.coalesced;
}

Changes CacheLevels::changesOf(Index cache, const ChangesOf& changes) const {
  Changes result;
  result.fetch = m_fetches.empty() ? Fetch{} : m_fetches[cache];
  if (changes.empty()) {
    return result;
  }
  for (const Band& band : m_bands) {
    const auto of = changes.find(band.space);
    const ChangeRates all = of == changes.end() ? ChangeRates{} : of->second;
    result.refreshed.push_back(all.refreshed * band.share / instancesOf(cache));
    result.dropped.push_back(all.dropped * band.share / instancesOf(cache));
  }
  return result;
}

LookUps CacheLevels::lookUpsOf(Index cache, Index space, Index way, double perSecond) const {
  LookUps result;
  double all = 0;
  for (std::size_t band = 0; band < m_bands.size(); ++band) {
    const bool isOfSpace = m_bands[band].space == space;
    result.rate.push_back(isOfSpace ? m_bands[band].share * favourOf(way, band) : 0.0);
    all += m_bands[band].keys * result.rate.back();
  }
  for (std::size_t band = 0; band < m_bands.size(); ++band) {
    const bool isOfSpace = m_bands[band].space == space;
    const double share = all > 0 ? result.rate[band] / all : isOfSpace ? m_bands[band].share : 0.0;
    result.rate[band] = perSecond * share / instancesOf(cache);
  }
  const Passed& last = m_ways[way].last;
  if (way == kBegin || last.wasHit || !(all > 0)) {
    return result;
  }
  const bool isAtTheSamePlace = m_plan.caches[last.cache].pool == m_plan.caches[cache].pool;
  result.feeders = isAtTheSamePlace ? 1 : instancesOf(last.cache);
  for (const Held& each : m_held[last.cache]) {
    result.stays.push_back(each.stay);
  }
  return result;
}

Index CacheLevels::spaceOf(Index requestClass) const {
  const Index space = m_plan.classes[requestClass].keySpace;
  return space == kNone ? static_cast<Index>(m_plan.keySpaces.size()) : space;
}

bool CacheLevels::hasPassed(Index way, Index cache) const {
  for (; way != kBegin; way = m_ways[way].from) {
    if (m_ways[way].last.cache == cache) {
      return true;
    }
  }
  return false;
}

double CacheLevels::favourOf(Index way, std::size_t band) const {
  double favour = 1;
  for (; way != kBegin; way = m_ways[way].from) {
    const Passed& passed = m_ways[way].last;
    const double found = m_held[passed.cache][band].found;
    favour *= passed.wasHit ? found : 1 - found;
  }
  return favour;
}

double CacheLevels::instancesOf(Index cache) const {
  const Index pool = m_plan.caches[cache].pool;
  return pool == kNone || m_isKeyed[cache] ? 1.0 : std::max(1u, m_plan.pools[pool].instances);
}

}  // namespace cantilever::plan
