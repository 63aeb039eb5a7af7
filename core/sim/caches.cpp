#include "core/sim/caches.h"

#include <algorithm>
#include <cmath>

#include "core/sim/engine.h"

namespace cantilever::sim {

using plan::Reason;

void CacheMeter::openWindow() {
  for (Counter* each : {&lookups, &hits, &coalesced, &fills, &declined, &evictions, &expirations, &drops,
                        &writes, &absorbed, &writeBacks, &lostWrites}) {
    each->openWindow();
  }
}

void CacheMeter::startInterval() {
  lookups.startInterval();
  hits.startInterval();
}

void Engine::addCaches() {
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
      cache.upSince.assign(cache.stores.size(), 0);
    }
    if (of.writeBackAfter > Duration()) {
      cache.due.resize(cache.stores.size());
      cache.dueLane = m_agenda.laneOf(of.writeBackAfter.ns());
    }
    cache.fetching.resize(of.isSingleFlight ? cache.stores.size() : 0);
  }
}

/// The most popular keys of each key space, the most popular last, as if they had been asked for so. Where
/// they expire they are of all ages, so that they do not all expire at once.
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
  constexpr double kGoldenRatio = 0.6180339887498949;  // its multiples fill an interval evenly
  const bool haveAges = of.ttlFrom == plan::Cache::TtlFrom::Fill;
  double age = 0;
  for (std::uint32_t rank = ranks; rank-- > 0;) {
    for (std::size_t space = 0; space < counts.size(); ++space) {
      if (counts[space] > rank && store.size() < wanted) {
        store.fill(m_keyNames[space] | rank, -(of.timeToLive * age).ns());
        age = haveAges ? std::fmod(age + kGoldenRatio, 1) : 0;
      }
    }
  }
}

/// True if there is more to do at once: a hit goes on where it says, a miss with what follows.
bool Engine::look(Index index, const Instr& code) {
  Frame& frame = m_frames[index];
  CacheState& cache = m_caches[code.operand];
  const Index store = cache.storeOf(frame);
  const std::uint64_t key = namedKey(frame.requestClass, frame.key);
  cache.meter.lookups.add();
  const CacheStore::Found found = cache.stores[store].look(key, now());
  if (!cache.upSince.empty() && isInWindow(now())) {
    CacheState::OfAge& age = cache.ageOf(store, now());
    ++age.lookups;
    age.hits += found == CacheStore::Found::Hit ? 1u : 0u;
  }
  if (found == CacheStore::Found::Hit) {
    cache.meter.hits.add();
    frame.pc = code.target;
    return true;
  }
  cache.meter.expirations.add(found == CacheStore::Found::Expired ? 1 : 0);
  writeLeaving(code.operand, store);
  if (cache.isSingleFlight && isFetchedByAnother(index, code.operand, store, key)) {
    return false;
  }
  ++m_frames[index].pc;
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
void Engine::fill(Index index, const Instr& code) {
  const Index cacheIndex = code.operand;
  const Frame& frame = m_frames[index];
  CacheState& cache = m_caches[cacheIndex];
  const Index store = cache.storeOf(frame);
  const std::uint64_t key = namedKey(frame.requestClass, frame.key);
  const CacheStore::Filled filled =
      code.count == 0 ? cache.stores[store].fill(key, now()) : write(cacheIndex, store, key, frame);
  using Filled = CacheStore::Filled;
  cache.meter.fills.add(filled == Filled::Added || filled == Filled::Replaced ? 1 : 0);
  cache.meter.evictions.add(cache.stores[store].putOut());
  cache.meter.declined.add(filled == Filled::Declined ? 1 : 0);
  writeLeaving(cacheIndex, store);
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
  const std::uint64_t key = namedKey(frame.requestClass, frame.key);
  CacheStore& store = cache.stores[cache.storeOf(frame)];
  const std::uint32_t dirty = store.dirty();
  cache.meter.drops.add(store.drop(key) ? 1 : 0);
  cache.meter.lostWrites.add(dirty - store.dirty());
}

/// A write that the cache keeps at first; one that it does not take goes on at once.
CacheStore::Filled Engine::write(Index cacheIndex, Index which, std::uint64_t key, const Frame& frame) {
  CacheState& cache = m_caches[cacheIndex];
  CacheStore& store = cache.stores[which];
  cache.meter.writes.add();
  const std::uint32_t dirty = store.dirty();
  const std::size_t leaving = store.leaving().size();
  const CacheStore::Filled filled = store.write(key, frame.requestClass, now());
  if (filled == CacheStore::Filled::Declined) {
    store.leaving().push_back({key, frame.requestClass});
    return filled;
  }
  const std::size_t left = store.leaving().size() - leaving;
  if (store.dirty() + left == dirty) {
    cache.meter.absorbed.add();
  } else if (!cache.due.empty()) {
    cache.due[which].push({key, store.dirtyMark(key)});
    m_agenda.afterConstant(cache.dueLane, {cacheIndex, which, EventType::WriteBack});
  }
  return filled;
}

/// Writes of entries that are not there any more go on.
void Engine::writeLeaving(Index cache, Index store) {
  std::vector<CacheStore::Dirty>& leaving = m_caches[cache].stores[store].leaving();
  for (const CacheStore::Dirty& each : leaving) {
    sendWrite(cache, each);
  }
  leaving.clear();
}

void Engine::sendWrite(Index cache, const CacheStore::Dirty& write) {
  m_caches[cache].meter.writeBacks.add();
  const Index index = newFrame();
  Frame& frame = m_frames[index];
  frame.requestClass = write.requestClass;
  frame.priority = m_plan->classes[write.requestClass].priority;
  frame.key = static_cast<std::uint32_t>(write.key);
  frame.link = static_cast<std::uint16_t>(m_plan->caches[cache].writeBack);
  frame.flags = frame_flags::kDetached;
  m_frames.cold(index).deadline = kNever;
  m_frames.cold(index).from = m_links[frame.link].callersAt;
  if (m_hasCargo) {
    m_frames.notes(index).targets = 1;
    m_frames.notes(index).bornAt = now();
  }
  m_stepsLeft += kStepsPerFrame;
  launch(index);
}

/// The entry that was written first has waited long enough, if it still has that write.
bool Engine::writeBackNext(Index cacheIndex, Index which) {
  CacheState& cache = m_caches[cacheIndex];
  CacheStore& store = cache.stores[which];
  const CacheState::Due due = cache.due[which].pop();
  if (store.dirtyMark(due.key) != due.mark) {
    return false;
  }
  sendWrite(cacheIndex, store.clean(due.key));
  return true;
}

void Engine::loseContents(CacheState& cache, Index store) {
  cache.meter.lostWrites.add(cache.stores[store].dirty());
  cache.stores[store].clear();
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
  const std::uint64_t key = namedKey(frame.requestClass, frame.key);
  m_frames.remove(m_fetches[cache.fetching[cache.storeOf(frame)].find(key)].waiters, index);
}

/// An instance goes, and comes back empty. In good order it sends on what it has to write; killed, it does
/// not.
void Engine::clearCachesAt(Index instance, bool isInGoodOrder) {
  for (Index which = 0; which < m_caches.size(); ++which) {
    CacheState& cache = m_caches[which];
    if (instance < cache.firstInstance || instance - cache.firstInstance >= cache.stores.size()) {
      continue;
    }
    const Index store = instance - cache.firstInstance;
    if (isInGoodOrder) {
      cache.stores[store].cleanAll();
      writeLeaving(which, store);
    }
    loseContents(cache, store);
  }
}

void Engine::noteCachesUp(Index instance) {
  for (CacheState& cache : m_caches) {
    if (instance >= cache.firstInstance && instance - cache.firstInstance < cache.upSince.size()) {
      cache.upSince[instance - cache.firstInstance] = now();
    }
  }
}

/// All that a cache holds, or those at the instances of a pool.
void Engine::flushCaches(const plan::Action& action) {
  for (std::size_t i = 0; i < m_caches.size(); ++i) {
    const bool isMeant =
        action.cache != plan::kNone ? i == action.cache : m_plan->caches[i].pool == action.pool;
    for (Index store = 0; isMeant && store < m_caches[i].stores.size(); ++store) {
      loseContents(m_caches[i], store);
    }
  }
}

void Engine::addCacheResults(RunResult& result) const {
  for (std::size_t i = 0; i < m_caches.size(); ++i) {
    CacheResult& to = result.caches.emplace_back();
    to.key = m_plan->caches[i].key;
    for (const CacheStore& store : m_caches[i].stores) {
      to.entries += store.size();
      to.bytes += store.bytes();
      to.dirty += store.dirty();
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
    to.writes = meter.writes.inWindow();
    to.absorbed = meter.absorbed.inWindow();
    to.writeBacks = meter.writeBacks.inWindow();
    to.lostWrites = meter.lostWrites.inWindow();
    for (std::size_t age = 0; age < CacheState::kAges; ++age) {
      const CacheState::OfAge& of = m_caches[i].ages[age];
      if (of.lookups > 0) {
        const auto from = static_cast<std::int64_t>((std::uint64_t{1} << age) - 1);
        to.byAge.push_back({from * 1'000'000'000, of.lookups, of.hits});
      }
    }
  }
}

}  // namespace cantilever::sim
