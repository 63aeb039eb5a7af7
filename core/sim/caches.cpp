#include "core/sim/caches.h"

#include <algorithm>

#include "core/sim/engine.h"

namespace cantilever::sim {

using plan::Reason;

void CacheMeter::openWindow() {
  for (Counter* each : {&lookups, &hits, &coalesced, &fills, &declined, &evictions, &expirations, &drops}) {
    each->openWindow();
  }
}

void CacheMeter::startInterval() {
  lookups.startInterval();
  hits.startInterval();
}

void Engine::addCaches() {
  for (const plan::RequestClass& of : m_plan->classes) {
    m_keySpaceOfClass.push_back(of.keySpace);
  }
  for (const plan::Cache& of : m_plan->caches) {
    CacheState& cache = m_caches.emplace_back();
    cache.isSingleFlight = of.isSingleFlight;
    const RandomStream random = RandomStream::named(m_config.seed, m_config.replication, of.key, "eviction");
    const CacheStore empty(of, random);
    CacheStore warmed = empty;
    warm(warmed, of);
    if (of.pool == plan::kNone) {
      cache.stores.push_back(std::move(warmed));
    } else {
      cache.firstInstance = m_pools[of.pool].first;
      cache.stores.assign(m_plan->pools[of.pool].instances, warmed);
      cache.stores.resize(m_pools[of.pool].count, empty);
    }
    cache.fetching.resize(of.isSingleFlight ? cache.stores.size() : 0);
  }
}

/// The most popular keys of each key space, the most popular last, as if they had been asked for so.
void Engine::warm(CacheStore& store, const plan::Cache& of) const {
  std::vector<std::uint32_t> counts;
  for (const plan::KeySpace& keys : m_plan->keySpaces) {
    counts.push_back(keys.count);
  }
  const std::uint64_t wanted = plan::warmEntries(*m_plan, of);
  std::uint32_t ranks = 0;  // so many of each key space, as far as it goes, are just enough
  for (std::uint64_t found = 0; found < wanted; ++ranks) {
    found += static_cast<std::uint64_t>(
        std::count_if(counts.begin(), counts.end(), [&](std::uint32_t count) { return count > ranks; }));
  }
  for (std::uint32_t rank = ranks; rank-- > 0;) {
    for (std::size_t space = 0; space < counts.size(); ++space) {
      if (counts[space] > rank && store.size() < wanted) {
        store.fill(cacheKey(static_cast<Index>(space), rank), 0);
      }
    }
  }
}

/// True if there is more to do at once: a hit goes on where it says, a miss with what follows.
bool Engine::look(Index index, const Instr& code) {
  Frame& frame = m_frames[index];
  CacheState& cache = m_caches[code.operand];
  const Index store = cache.storeOf(frame);
  const std::uint64_t key = cacheKey(m_keySpaceOfClass[frame.requestClass], frame.key);
  cache.meter.lookups.add();
  const CacheStore::Found found = cache.stores[store].look(key, now());
  if (found == CacheStore::Found::Hit) {
    cache.meter.hits.add();
    frame.pc = code.target;
    return true;
  }
  cache.meter.expirations.add(found == CacheStore::Found::Expired ? 1 : 0);
  if (cache.isSingleFlight && isFetchedByAnother(index, code.operand, store, key)) {
    return false;
  }
  ++frame.pc;
  return true;
}

/// If so the frame waits for it; if not, it is now the one that fetches.
bool Engine::isFetchedByAnother(Index index, Index cacheIndex, Index store, std::uint64_t key) {
  Frame& frame = m_frames[index];
  CacheState& cache = m_caches[cacheIndex];
  const Index going = cache.fetching[store].find(key);
  if (going != KeyIndex::kAbsent) {
    cache.meter.coalesced.add();
    become(index, FrameState::Fetch);
    m_frames.append(m_fetches[going].waiters, index);
    return true;
  }
  Index begun = m_firstFreeFetch;
  if (begun == Fetch::kNoFetch) {
    begun = static_cast<Index>(m_fetches.size());
    m_fetches.emplace_back();
  } else {
    m_firstFreeFetch = m_fetches[begun].next;
  }
  Index& own = m_frames.cold(index).fetch;
  m_fetches[begun] = {cacheIndex, store, key, {}, frame.has(frame_flags::kFetching) ? own : Fetch::kNoFetch,
                      true};
  own = begun;
  frame.flags |= frame_flags::kFetching;
  cache.fetching[store].findOrAdd(key, begun);
  return false;
}

/// What a request brings is there from now on (23); those that waited for it have hit.
void Engine::fill(Index index, Index cacheIndex) {
  const Frame& frame = m_frames[index];
  CacheState& cache = m_caches[cacheIndex];
  const Index store = cache.storeOf(frame);
  const std::uint64_t key = cacheKey(m_keySpaceOfClass[frame.requestClass], frame.key);
  const CacheStore::Filled filled = cache.stores[store].fill(key, now());
  using Filled = CacheStore::Filled;
  cache.meter.fills.add(filled == Filled::Added || filled == Filled::Replaced ? 1 : 0);
  cache.meter.evictions.add(filled == Filled::Replaced ? 1 : 0);
  cache.meter.declined.add(filled == Filled::Declined ? 1 : 0);
  if (cache.isSingleFlight) {
    const Index going = cache.fetching[store].find(key);
    if (going != KeyIndex::kAbsent) {
      closeFetch(going, FetchEnd::Filled, Reason::None);
    }
  }
}

void Engine::drop(Index index, Index cacheIndex) {
  const Frame& frame = m_frames[index];
  CacheState& cache = m_caches[cacheIndex];
  const std::uint64_t key = cacheKey(m_keySpaceOfClass[frame.requestClass], frame.key);
  cache.meter.drops.add(cache.stores[cache.storeOf(frame)].drop(key) ? 1 : 0);
}

/// Those that wait hear of it as consequences: however many they are, nothing recurses.
void Engine::closeFetch(Index which, FetchEnd how, Reason reason) {
  Fetch& fetch = m_fetches[which];
  fetch.isOpen = false;
  m_caches[fetch.cache].fetching[fetch.store].erase(fetch.key);
  while (fetch.waiters.count > 0) {
    const Index index = m_frames.takeFirst(fetch.waiters);
    Frame& frame = m_frames[index];
    become(index, FrameState::Ready);
    if (how == FetchEnd::Failed) {
      frame.reason = static_cast<std::uint8_t>(reason);
      m_agenda.after(0, eventOf(index, EventType::Fail));
      continue;
    }
    frame.pc = how == FetchEnd::Filled ? m_code.instructions[frame.pc].target : frame.pc + 1;
    m_agenda.after(0, eventOf(index, EventType::Reach));
  }
}

/// The request is over. Those that still wait for what it should have brought share its failure; if it
/// succeeded without a fill, they have missed.
void Engine::endFetches(Index index, Reason reason) {
  m_frames[index].clear(frame_flags::kFetching);
  Index which = m_frames.cold(index).fetch;
  while (which != Fetch::kNoFetch) {
    const Index next = m_fetches[which].next;
    if (m_fetches[which].isOpen) {
      closeFetch(which, reason == Reason::None ? FetchEnd::NotFilled : FetchEnd::Failed, reason);
    }
    m_fetches[which].next = m_firstFreeFetch;
    m_firstFreeFetch = which;
    which = next;
  }
}

/// The frame does not wait any more.
void Engine::leaveFetch(Index index) {
  const Frame& frame = m_frames[index];
  CacheState& cache = m_caches[m_code.instructions[frame.pc].operand];
  const std::uint64_t key = cacheKey(m_keySpaceOfClass[frame.requestClass], frame.key);
  m_frames.remove(m_fetches[cache.fetching[cache.storeOf(frame)].find(key)].waiters, index);
}

/// A killed instance comes back empty.
void Engine::clearCachesAt(Index instance) {
  for (CacheState& cache : m_caches) {
    if (instance >= cache.firstInstance && instance - cache.firstInstance < cache.stores.size()) {
      cache.stores[instance - cache.firstInstance].clear();
    }
  }
}

/// All that a cache holds, or those at the instances of a pool.
void Engine::flushCaches(const plan::Action& action) {
  for (std::size_t i = 0; i < m_caches.size(); ++i) {
    const bool isMeant =
        action.cache != plan::kNone ? i == action.cache : m_plan->caches[i].pool == action.pool;
    for (CacheStore& store : m_caches[i].stores) {
      if (isMeant) {
        store.clear();
      }
    }
  }
}

void Engine::addCacheResults(RunResult& result) const {
  for (std::size_t i = 0; i < m_caches.size(); ++i) {
    CacheResult& to = result.caches.emplace_back();
    to.key = m_plan->caches[i].key;
    for (const CacheStore& store : m_caches[i].stores) {
      to.entries += store.size();
    }
    if (!isInWindow(now())) {
      continue;
    }
    const CacheMeter& meter = m_caches[i].meter;
    to.lookups = meter.lookups.inWindow();
    to.hits = meter.hits.inWindow();
    to.coalesced = meter.coalesced.inWindow();
    to.fills = meter.fills.inWindow();
    to.declined = meter.declined.inWindow();
    to.evictions = meter.evictions.inWindow();
    to.expirations = meter.expirations.inWindow();
    to.drops = meter.drops.inWindow();
  }
}

}  // namespace cantilever::sim
